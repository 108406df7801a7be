//! What a client is told about a person: ID token, access token and userinfo.
//!
//! **Invariant:** the ID token says who signed in, when, how, and with what standing in the organisation; name and
//! addresses come from userinfo, and only for the scope that asks for them; in the ID token there are those of them that
//! were asked for there one by one.
//! **Invariant:** a claim without a value is left out, never empty or null (OpenID Connect Core 5.3.2).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use super::exchange;
use super::jwt::{Algorithm, Claims};
use super::mapping::{Mapping, mapped};
use super::scope::{Scope, Scopes};

/// Every claim about a person or a sign-in that this provider may give out.
pub const SUPPORTED: &[&str] = &[
    "acr",
    "address",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "birthdate",
    "email",
    "email_verified",
    "exp",
    "family_name",
    "gender",
    "given_name",
    "groups",
    "iat",
    "iss",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "nonce",
    "org_id",
    "org_slug",
    "permissions",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "roles",
    "session_expiry",
    "sid",
    "sub",
    "team_quotas",
    "teams",
    "updated_at",
    "website",
    "zoneinfo",
];

/// A person, as far as clients may know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The lasting id.
    pub sub: String,
    /// The organisation's id.
    pub org_id: String,
    /// The organisation's short name.
    pub org_slug: String,
    /// The name to sign in with.
    pub user_name: String,
    /// The full name.
    pub name: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The middle name.
    pub middle_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The casual name.
    pub nickname: Option<String>,
    /// The address of a page about the person.
    pub profile: Option<String>,
    /// The address of a picture.
    pub picture: Option<String>,
    /// The address of the person's own page.
    pub website: Option<String>,
    /// The gender, in the person's own words.
    pub gender: Option<String>,
    /// The birthday: `YYYY-MM-DD`, `0000-MM-DD` without the year, or the year alone.
    pub birthdate: Option<String>,
    /// The language tag.
    pub locale: Option<String>,
    /// The time zone name.
    pub zoneinfo: Option<String>,
    /// The last change, in seconds since the epoch.
    pub updated_at: Option<i64>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether the e-mail address was proved to be the person's.
    pub email_verified: bool,
    /// The telephone number.
    pub phone_number: Option<String>,
    /// Whether the telephone number was proved to be the person's.
    pub phone_number_verified: bool,
    /// The postal address.
    pub address: Address,
    /// The roles.
    pub roles: Vec<String>,
    /// The permissions in the client's own namespace.
    pub permissions: Vec<String>,
    /// The groups.
    pub groups: Vec<String>,
    /// The ids of the groups, which are told to nobody.
    pub group_ids: Vec<String>,
    /// The teams.
    pub teams: Vec<String>,
    /// How much each team may use that is limited in something, by its name.
    pub team_quotas: BTreeMap<String, Value>,
}

/// A postal address (OpenID Connect Core 5.1.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The whole address, with line breaks.
    pub formatted: Option<String>,
    /// Street and house.
    pub street_address: Option<String>,
    /// City.
    pub locality: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Option<String>,
}

/// The circumstances under which tokens are given out.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// Who gives them out.
    pub issuer: &'a str,
    /// To which client.
    pub client_id: &'a str,
    /// For which scope.
    pub scopes: &'a Scopes,
    /// When the person proved who they are, in seconds since the epoch.
    pub auth_time: i64,
    /// The authentication context that was reached.
    pub acr: Option<&'a str>,
    /// The methods that were used (RFC 8176).
    pub amr: &'a [String],
    /// The session, as this client knows it.
    pub sid: Option<&'a str>,
    /// When the session ends at the latest, in seconds since the epoch; for a client that keeps one of its own.
    pub session_expiry: Option<i64>,
    /// Now, in seconds since the epoch.
    pub now_seconds: i64,
    /// How long the token is good.
    pub lifetime_seconds: i64,
    /// What the tokens are signed with.
    pub algorithm: Algorithm,
    /// The thumbprint of the key that the access token is bound to (RFC 9449 6.1).
    pub jkt: Option<&'a str>,
    /// The clients that the access token was handed on to, the last first (RFC 8693 4.1).
    pub hands: &'a [String],
    /// The claims that the client is told under other names.
    pub mapping: &'a Mapping,
}

/// The claims of an ID token (OpenID Connect Core 2). `access_token` is the one given out with it.
pub fn id_token(person: &Person, occasion: &Occasion<'_>, nonce: Option<&str>, access_token: Option<&str>) -> Claims {
    let mut claims = registered(person, occasion, &[]);
    put_text(&mut claims, "nonce", nonce);
    put_text(&mut claims, "sid", occasion.sid);
    put(&mut claims, "session_expiry", occasion.session_expiry);
    put(&mut claims, "at_hash", access_token.map(|token| at_hash(occasion.algorithm, token)));
    claims.extend(standing(person, occasion.scopes));
    claims.extend(mapped(occasion.mapping, person, occasion.scopes));
    claims
}

/// The claims of an access token in the form of RFC 9068, for these resources or else for the client itself.
pub fn access_token(person: &Person, occasion: &Occasion<'_>, resources: &[String], jti: &str) -> Claims {
    let mut claims = registered(person, occasion, resources);
    put_text(&mut claims, "client_id", Some(occasion.client_id));
    put_text(&mut claims, "scope", Some(&occasion.scopes.to_string()));
    put_text(&mut claims, "jti", Some(jti));
    put(&mut claims, "cnf", occasion.jkt.map(|jkt| json!({ "jkt": jkt })));
    put(&mut claims, "act", exchange::act(occasion.hands));
    claims.extend(standing(person, occasion.scopes));
    claims.extend(mapped(occasion.mapping, person, occasion.scopes));
    claims
}

/// The claims of the userinfo endpoint (OpenID Connect Core 5.4).
pub fn userinfo(person: &Person, scopes: &Scopes) -> Claims {
    let mut claims = standing(person, scopes);
    put_text(&mut claims, "sub", Some(&person.sub));
    if scopes.has(Scope::Profile) {
        profile(person, &mut claims);
    }
    if scopes.has(Scope::Email) {
        put_text(&mut claims, "email", person.email.as_deref());
        put(&mut claims, "email_verified", person.email.as_ref().map(|_| person.email_verified));
    }
    if scopes.has(Scope::Phone) {
        put_text(&mut claims, "phone_number", person.phone_number.as_deref());
        put(&mut claims, "phone_number_verified", person.phone_number.as_ref().map(|_| person.phone_number_verified));
    }
    if scopes.has(Scope::Address) {
        put(&mut claims, "address", Some(address(&person.address)).filter(|members| !members.is_empty()));
    }
    claims
}

/// Those claims about a person that were asked for one by one, as far as they have a value.
pub fn chosen(person: &Person, names: impl IntoIterator<Item = &'static str>) -> Claims {
    let mut all = userinfo(person, &Scope::ALL.into_iter().collect());
    names.into_iter().filter_map(|name| Some((name.to_owned(), all.remove(name)?))).collect()
}

/// The scope that holds a claim about a person; none for one that says something of the sign-in or the token, and for one that
/// comes with every scope.
pub fn scope_of(name: &str) -> Option<Scope> {
    match name {
        "address" => Some(Scope::Address),
        "email" | "email_verified" => Some(Scope::Email),
        "phone_number" | "phone_number_verified" => Some(Scope::Phone),
        "roles" | "permissions" => Some(Scope::Roles),
        "groups" | "teams" | "team_quotas" => Some(Scope::Groups),
        "name" | "given_name" | "middle_name" | "family_name" | "nickname" | "preferred_username" | "profile"
        | "picture" | "website" | "gender" | "birthdate" | "locale" | "zoneinfo" | "updated_at" => Some(Scope::Profile),
        _ => None,
    }
}

/// Whom a token is for, in the form of a claim: these resources, or where there is none the client that it was given to.
pub(super) fn audience(resources: &[String], client_id: &str) -> Value {
    match resources {
        [] => json!(client_id),
        [one] => json!(one),
        several => json!(several),
    }
}

fn registered(person: &Person, occasion: &Occasion<'_>, resources: &[String]) -> Claims {
    let mut claims = Map::new();
    put_text(&mut claims, "iss", Some(occasion.issuer));
    put_text(&mut claims, "sub", Some(&person.sub));
    put(&mut claims, "aud", Some(audience(resources, occasion.client_id)));
    put(&mut claims, "iat", Some(occasion.now_seconds));
    put(&mut claims, "exp", Some(occasion.now_seconds.saturating_add(occasion.lifetime_seconds)));
    put(&mut claims, "auth_time", Some(occasion.auth_time));
    put_text(&mut claims, "acr", occasion.acr);
    put(&mut claims, "amr", (!occasion.amr.is_empty()).then(|| json!(occasion.amr)));
    claims
}

/// The person's place in the organisation, as far as the scope reaches.
pub(super) fn standing(person: &Person, scopes: &Scopes) -> Claims {
    let mut claims = Map::new();
    put_text(&mut claims, "org_id", Some(&person.org_id));
    put_text(&mut claims, "org_slug", Some(&person.org_slug));
    if scopes.has(Scope::Roles) {
        put(&mut claims, "roles", Some(json!(person.roles)));
        put(&mut claims, "permissions", Some(json!(person.permissions)));
    }
    if scopes.has(Scope::Groups) {
        put(&mut claims, "groups", Some(json!(person.groups)));
        put(&mut claims, "teams", Some(json!(person.teams)));
        put(&mut claims, "team_quotas", Some(&person.team_quotas).filter(|it| !it.is_empty()).map(|it| json!(it)));
    }
    claims
}

fn profile(person: &Person, claims: &mut Claims) {
    for (name, value) in [
        ("name", &person.name),
        ("given_name", &person.given_name),
        ("middle_name", &person.middle_name),
        ("family_name", &person.family_name),
        ("nickname", &person.nickname),
        ("profile", &person.profile),
        ("picture", &person.picture),
        ("website", &person.website),
        ("gender", &person.gender),
        ("locale", &person.locale),
        ("zoneinfo", &person.zoneinfo),
    ] {
        put_text(claims, name, value.as_deref());
    }
    put_text(claims, "birthdate", person.birthdate.as_deref().filter(|text| is_birthdate(text)));
    put_text(claims, "preferred_username", Some(&person.user_name));
    put(claims, "updated_at", person.updated_at);
}

// OpenID Connect Core 5.1: a day of ISO 8601-1, with the year 0000 where it is not told, or the year alone.
fn is_birthdate(text: &str) -> bool {
    let is_number = |part: &str, digits: usize| part.len() == digits && part.bytes().all(|it| it.is_ascii_digit());
    let is_within =
        |part: &str, most: u8| is_number(part, 2) && part.parse().is_ok_and(|it: u8| (1..=most).contains(&it));
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [year] => is_number(year, 4) && *year != "0000",
        [year, month, day] => is_number(year, 4) && is_within(month, 12) && is_within(day, 31),
        _ => false,
    }
}

fn address(address: &Address) -> Claims {
    let mut members = Map::new();
    for (name, value) in [
        ("formatted", &address.formatted),
        ("street_address", &address.street_address),
        ("locality", &address.locality),
        ("region", &address.region),
        ("postal_code", &address.postal_code),
        ("country", &address.country),
    ] {
        put_text(&mut members, name, value.as_deref());
    }
    members
}

// OpenID Connect Core 3.1.3.6: the left half of the hash that the signature uses; Ed25519 uses SHA-512 (RFC 8032 5.1).
fn at_hash(algorithm: Algorithm, access_token: &str) -> String {
    let digest = match algorithm {
        Algorithm::Es256 | Algorithm::Rs256 | Algorithm::Ps256 => Sha256::digest(access_token).to_vec(),
        Algorithm::EdDsa => Sha512::digest(access_token).to_vec(),
    };
    let half = digest.len().div_euclid(2);
    URL_SAFE_NO_PAD.encode(digest.into_iter().take(half).collect::<Vec<u8>>())
}

fn put_text(claims: &mut Claims, name: &str, value: Option<&str>) {
    put(claims, name, value.filter(|text| !text.is_empty()));
}

fn put<T: Into<Value>>(claims: &mut Claims, name: &str, value: Option<T>) {
    if let Some(value) = value {
        claims.insert(name.to_owned(), value.into());
    }
}
