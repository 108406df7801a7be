//! The ID token of an identity provider: OpenID Connect Core 3.1.3.7.
//!
//! `openidconnect` verifies it. It leaves open, and this fills in: `azp`, a bound on `iat` and `nbf`, the tenant of Entra, and
//! who the person is. Its `exp` has no leeway but by another clock, `at_hash` is for the caller to compare, and it refuses a
//! token for the type of any claim about the person, most of which prove nothing here.
//!
//! **Invariant:** it was made for this question: its nonce is there and is the one that was sent.
//! **Invariant:** it tells the words of `amr` and `acr` as they are; what they prove is for the connection to say.

use std::str::FromStr as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKey, CoreJsonWebKeySet};
use openidconnect::{AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, IssuerUrl, Nonce};
use serde_json::Value;

use super::keys::{ALGORITHMS, ForeignTyp, KeySet, Unproven, unsigned};
use super::metadata::tenant_of;
use super::{LEEWAY_SECONDS, check_parties, check_times, is_plain, optional_seconds, optional_text, text};
use crate::oidc::jwt::{Claims, Refused};

/// An ID token comes with the answer to a code; one that was made much earlier is not that answer.
const AGE_MAX_SECONDS: i64 = 10 * 60;
const METHODS_MAX: usize = 16;
const METHOD_BYTES_MAX: usize = 32;
/// Where providers put roles and groups.
const ROLE_CLAIMS: [&str; 5] = ["roles", "role", "groups", "entitlements", "permissions"];
const ROLES_MAX: usize = 1_000;
/// A token that is longer is not even looked into.
const UNVERIFIED_BYTES_MAX: usize = 64 * 1024;
/// So many authentication contexts are read from `acrs`; Entra knows 99.
const CONTEXTS_MAX: usize = 128;

/// What the crate verifies, of everything that a token says.
const VERIFIED: [&str; 6] = ["iss", "aud", "sub", "exp", "iat", "nonce"];

/// Which claims name a person for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectRule {
    /// `sub`.
    Sub,
    /// `tid` and `oid`: the `sub` of Entra differs for every application.
    TenantAndObject,
}

/// Who a provider says it is, in its own terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The name of the person within the issuer.
    pub key: String,
    /// The id under which the same provider pushes that person over SCIM.
    pub external_id: String,
}

/// What the token must be.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// Who made it.
    pub issuer: &'a str,
    /// Our id there.
    pub client_id: &'a str,
    /// What was sent with the question.
    pub nonce: &'a str,
    /// The access token that came with it.
    pub access_token: Option<&'a str>,
    /// Which claims name a person.
    pub subject: SubjectRule,
    /// The moment of the check.
    pub now_seconds: i64,
}

/// What the provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who it is.
    pub subject: Subject,
    /// Which session there.
    pub sid: Option<String>,
    /// By which methods the person proved it.
    pub amr: Vec<String>,
    /// In which contexts: `acr`, and whatever Entra writes into `acrs`.
    pub acr: Vec<String>,
    /// When the person proved it, in seconds since the epoch.
    pub auth_time: Option<i64>,
    /// When the session must end, in seconds since the epoch.
    pub session_expiry: Option<i64>,
    /// How the person is called; for somebody who is new here.
    pub profile: Profile,
    /// Words that stand where providers put roles and groups; they give nothing.
    pub roles: Vec<String>,
    /// Everything that the token says.
    pub claims: Claims,
}

/// How a person is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// The user name.
    pub user_name: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The address, only when the provider says that it is verified: with `true` in `email_verified` and nothing like it, or, as
    /// Entra does, by naming it in `verified_primary_email`.
    pub email: Option<String>,
}

/// How a person is called, by the names of the claims.
const NAMES: [&str; 4] = ["preferred_username", "name", "email", "email_verified"];

impl Said {
    /// True when the token names nobody: the provider tells how people are called at its userinfo endpoint
    /// (OpenID Connect Core 5.4).
    pub fn is_nameless(&self) -> bool {
        self.profile.user_name.is_none() && self.has_no_address()
    }

    /// True when the token says no address, verified or not.
    pub fn has_no_address(&self) -> bool {
        self.profile.email.is_none() && !says(&self.claims, "email")
    }

    /// The same with the names that the userinfo endpoint has; what it says of somebody else is refused
    /// (OpenID Connect Core 5.3.2).
    pub fn named_by(mut self, userinfo: &Claims) -> Result<Self, Refused> {
        if text(userinfo, "sub")? != text(&self.claims, "sub")? {
            return Err(Refused::Claim("sub"));
        }
        // Whether an address is verified is said by whoever says the address.
        self.claims.remove("email_verified");
        for name in NAMES {
            if let Some(value) = userinfo.get(name).filter(|_| !says(&self.claims, name)) {
                self.claims.insert(name.to_owned(), value.clone());
            }
        }
        self.profile = profile(&self.claims)?;
        Ok(self)
    }
}

/// What an ID token says that is the answer to our question.
pub fn verify(keys: &KeySet, expect: &Expect<'_>, token: &str) -> Result<Said, Refused> {
    let unproven = keys.read(ForeignTyp::IdToken, token)?;
    prove(&unproven, expect, token)?;
    let claims = &unproven.claims;
    check_parties(claims, expect.issuer, expect.client_id)?;
    check_times(claims, expect.now_seconds, AGE_MAX_SECONDS)?;
    check_access_token(&unproven, expect.access_token)?;
    check_tenant(expect, claims)?;
    said(expect.subject, claims)
}

/// Signature, issuer, audience, expiry and nonce.
fn prove(unproven: &Unproven<'_, '_>, expect: &Expect<'_>, token: &str) -> Result<(), Refused> {
    let (claims, nonce) = (&unproven.claims, Nonce::new(expect.nonce.to_owned()));
    let verifier = verifier(unproven.key, expect)?;
    let proven = match CoreIdToken::from_str(token) {
        Ok(whole) => whole.claims(&verifier, &nonce).map(drop),
        Err(_) => {
            // The signature is one of the whole token. What is not of its type is named by whoever reads it.
            unproven.check_signature()?;
            let rest = unproven.with_only(&VERIFIED).and_then(|rest| CoreIdToken::from_str(&rest).ok());
            let rest = rest.ok_or_else(|| mistyped(claims, expect))?;
            rest.claims(&verifier.insecure_disable_signature_check(), &nonce).map(drop)
        }
    };
    proven.map_err(|why| refused(why, claims))
}

fn verifier(key: &CoreJsonWebKey, expect: &Expect<'_>) -> Result<CoreIdTokenVerifier<'static>, Refused> {
    let issuer = IssuerUrl::new(expect.issuer.to_owned()).map_err(|_| Refused::Issuer)?;
    let earliest = expect.now_seconds.saturating_sub(LEEWAY_SECONDS);
    let earliest: DateTime<Utc> = DateTime::from_timestamp(earliest, 0).ok_or(Refused::Expired)?;
    let keys = CoreJsonWebKeySet::new(vec![key.clone()]);
    let verifier = CoreIdTokenVerifier::new_public_client(ClientId::new(expect.client_id.to_owned()), issuer, keys);
    Ok(verifier.set_allowed_algs(ALGORITHMS).set_time_fn(move || earliest))
}

/// Which claim the crate could not read; it does not say so itself.
fn mistyped(claims: &Claims, expect: &Expect<'_>) -> Refused {
    let read = || {
        check_parties(claims, expect.issuer, expect.client_id)?;
        check_times(claims, expect.now_seconds, AGE_MAX_SECONDS)?;
        text(claims, "sub").and(optional_text(claims, "nonce"))
    };
    read().err().unwrap_or(Refused::Malformed)
}

fn refused(why: ClaimsVerificationError, claims: &Claims) -> Refused {
    match why {
        ClaimsVerificationError::SignatureVerification(why) => unsigned(&why),
        ClaimsVerificationError::InvalidIssuer(_) => Refused::Issuer,
        ClaimsVerificationError::InvalidAudience(_) if !claims.contains_key("aud") => Refused::Claim("aud"),
        ClaimsVerificationError::InvalidAudience(_) => Refused::Audience,
        ClaimsVerificationError::Expired(_) => Refused::Expired,
        ClaimsVerificationError::InvalidNonce(_) => Refused::Claim("nonce"),
        // Of the header only this has not been read before.
        ClaimsVerificationError::Unsupported(_) => Refused::Header("cty"),
        // Only whoever asks for these checks meets these.
        ClaimsVerificationError::InvalidAuthContext(_) => Refused::Claim("acr"),
        ClaimsVerificationError::InvalidAuthTime(_) => Refused::Claim("auth_time"),
        ClaimsVerificationError::InvalidSubject(_) => Refused::Claim("sub"),
        ClaimsVerificationError::Other(_) | _ => Refused::Malformed,
    }
}

/// OpenID Connect Core 3.1.3.6.
fn check_access_token(unproven: &Unproven<'_, '_>, access_token: Option<&str>) -> Result<(), Refused> {
    let (Some(said), Some(token)) = (optional_text(&unproven.claims, "at_hash")?, access_token) else { return Ok(()) };
    let token = AccessToken::new(token.to_owned());
    let hash = AccessTokenHash::from_token(&token, &unproven.algorithm, unproven.key);
    if hash.is_ok_and(|hash| hash.as_str() == said) { Ok(()) } else { Err(Refused::Claim("at_hash")) }
}

/// All tenants of Entra share their keys, so that a token must be of the tenant whose issuer it names.
fn check_tenant(expect: &Expect<'_>, claims: &Claims) -> Result<(), Refused> {
    match (expect.subject, tenant_of(expect.issuer)) {
        (SubjectRule::TenantAndObject, Some(tenant)) if !text(claims, "tid")?.eq_ignore_ascii_case(tenant) => {
            Err(Refused::Claim("tid"))
        }
        (SubjectRule::TenantAndObject | SubjectRule::Sub, _) => Ok(()),
    }
}

fn said(rule: SubjectRule, claims: &Claims) -> Result<Said, Refused> {
    Ok(Said {
        subject: subject(rule, claims)?,
        sid: optional_text(claims, "sid")?.map(str::to_owned),
        amr: methods(claims)?,
        acr: contexts(rule, claims)?,
        auth_time: optional_seconds(claims, "auth_time")?,
        session_expiry: optional_seconds(claims, "session_expiry")?,
        profile: profile(claims)?,
        roles: roles(claims),
        claims: claims.clone(),
    })
}

fn subject(rule: SubjectRule, claims: &Claims) -> Result<Subject, Refused> {
    let sub = text(claims, "sub")?;
    Ok(match rule {
        SubjectRule::Sub => Subject { key: sub.to_owned(), external_id: sub.to_owned() },
        SubjectRule::TenantAndObject => {
            let (tenant, object) = (text(claims, "tid")?, text(claims, "oid")?);
            Subject { key: format!("{tenant}/{object}"), external_id: object.to_owned() }
        }
    })
}

fn methods(claims: &Claims) -> Result<Vec<String>, Refused> {
    let Some(value) = claims.get("amr").filter(|value| !value.is_null()) else { return Ok(Vec::new()) };
    let list = value.as_array().filter(|list| list.len() <= METHODS_MAX).ok_or(Refused::Claim("amr"))?;
    let method = |value: &Value| {
        let text = value.as_str().filter(|text| is_word(text));
        text.map(str::to_owned).ok_or(Refused::Claim("amr"))
    };
    list.iter().map(method).collect()
}

/// `acrs` is a claim of Entra alone: what another provider means by it is passed over and proves nothing.
fn contexts(rule: SubjectRule, claims: &Claims) -> Result<Vec<String>, Refused> {
    let further = match rule {
        SubjectRule::TenantAndObject => claims.get("acrs").and_then(Value::as_array),
        SubjectRule::Sub => None,
    };
    let further = further.into_iter().flatten().filter_map(Value::as_str);
    let all = optional_text(claims, "acr")?.into_iter().chain(further.filter(|it| is_plain(it)).take(CONTEXTS_MAX));
    Ok(all.map(str::to_owned).collect())
}

fn is_word(text: &str) -> bool {
    is_plain(text) && text.len() <= METHOD_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What a token claims as roles, in whatever shape; what is no word is passed over.
fn roles(claims: &Claims) -> Vec<String> {
    let values = ROLE_CLAIMS.iter().filter_map(|name| claims.get(*name));
    let words = values.flat_map(|value| value.as_array().map_or_else(|| vec![value], |list| list.iter().collect()));
    let text = |value: &Value| value.get("value").unwrap_or(value).as_str().map(str::to_owned);
    words.take(ROLES_MAX).filter_map(text).collect()
}

/// What a token that was not believed says; for those who look into why, never for finding anybody.
pub fn unverified(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1).filter(|it| it.len() <= UNVERIFIED_BYTES_MAX)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// True for a claim with a value. Some providers write an empty name for somebody who has none.
fn says(claims: &Claims, name: &str) -> bool {
    claims.get(name).is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
}

/// The one address that Entra has verified, an optional claim; of several none is the person's.
fn verified_primary_email(claims: &Claims) -> Option<String> {
    match claims.get("verified_primary_email")?.as_array()?.as_slice() {
        [one] => one.as_str().map(str::to_owned),
        _ => None,
    }
}

fn profile(claims: &Claims) -> Result<Profile, Refused> {
    let text = |name| match says(claims, name) {
        true => optional_text(claims, name).map(|text| text.map(str::to_owned)),
        false => Ok(None),
    };
    let is_verified = claims.get("email_verified") == Some(&Value::Bool(true));
    Ok(Profile {
        user_name: text("preferred_username")?,
        name: text("name")?,
        email: text("email")?.filter(|_| is_verified).or_else(|| verified_primary_email(claims)),
    })
}
