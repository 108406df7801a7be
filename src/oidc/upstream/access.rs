//! The access token with which the provisioning of Entra comes.
//!
//! `openidconnect` knows no access tokens; of it are only the keys.
//!
//! **Invariant:** only a token of the tenant, for the audience and given to the program that the connection names is believed,
//! under RS256; one that was given to a person is not, whatever else it says.

use openidconnect::core::CoreJwsSigningAlgorithm;

use super::keys::{ForeignTyp, KeySet};
use super::{check_times, optional_text, text};
use crate::oidc::jwt::Refused;

/// Entra lets no access token live longer.
const AGE_MAX_SECONDS: i64 = 24 * 60 * 60;

/// What the token must be.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// Who may have made it: tokens of version 1 and of version 2 name another issuer each.
    pub issuers: [&'a str; 2],
    /// The tenant.
    pub tenant: &'a str,
    /// Whom it is for.
    pub audience: &'a str,
    /// The program that it was given to.
    pub app: &'a str,
    /// The moment of the check.
    pub now_seconds: i64,
}

/// Checks a token.
pub fn verify(keys: &KeySet, expect: &Expect<'_>, token: &str) -> Result<(), Refused> {
    let unproven = keys.read(ForeignTyp::Access, token)?;
    if unproven.algorithm != CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256 {
        return Err(Refused::Algorithm);
    }
    unproven.check_signature()?;
    let claims = &unproven.claims;
    if !expect.issuers.contains(&text(claims, "iss")?) {
        return Err(Refused::Issuer);
    }
    // All tenants share their keys.
    if !text(claims, "tid")?.eq_ignore_ascii_case(expect.tenant) {
        return Err(Refused::Claim("tid"));
    }
    if text(claims, "aud")? != expect.audience {
        return Err(Refused::Audience);
    }
    // Version 1 says `appid` and version 2 `azp`.
    for (name, other) in [("appid", "azp"), ("azp", "appid")] {
        let given_to = optional_text(claims, name)?;
        let is_said = given_to.is_some() || optional_text(claims, other)?.is_some();
        if !is_said || given_to.is_some_and(|it| !it.eq_ignore_ascii_case(expect.app)) {
            return Err(Refused::Claim(name));
        }
    }
    // What a person may do there is in `scp`; a program that acts for itself has none.
    if claims.contains_key("scp") {
        return Err(Refused::Claim("scp"));
    }
    check_times(claims, expect.now_seconds, AGE_MAX_SECONDS)
}
