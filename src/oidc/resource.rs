//! Resource servers that access tokens are for: RFC 8707, and the audience of RFC 8693.
//!
//! **Invariant:** a client gets a token for no resource that it was not registered for, and from one authorization for none that
//! the authorization did not name, where it named any.
//! **Invariant:** identifiers are compared as bytes, like redirect URIs.

use serde_json::{Value, json};
use url::Url;

use super::error::{Error, ErrorCode};
use super::params::Params;
use super::scope::Scope;

/// The path under which resource servers say what they are.
pub const METADATA: &str = "/.well-known/oauth-protected-resource";
/// So many resources one client may name.
pub const RESOURCES_MAX: usize = 50;
const BYTES_MAX: usize = 2048;

/// Whether an identifier may be registered, or a sentence that says why not (RFC 8707 2).
pub fn check(identifier: &str) -> Result<(), String> {
    if identifier.len() > BYTES_MAX || !identifier.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("has at most {BYTES_MAX} of the characters of RFC 3986; encode others as %XX"));
    }
    if identifier.contains('#') {
        return Err(format!("{identifier} must not have a fragment"));
    }
    match Url::parse(identifier) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("{identifier} is not an absolute URI")),
    }
}

/// The resources that a request names.
pub fn named(params: &Params) -> Vec<String> {
    params.all("resource").map(str::to_owned).collect()
}

/// Those that a request names, where it may name each of them.
pub fn within(named: Vec<String>, allowed: &[String]) -> Result<Vec<String>, Error> {
    if named.iter().all(|one| allowed.contains(one)) {
        return Ok(named);
    }
    Err(ErrorCode::InvalidTarget.because("the resource is none that this application gets tokens for"))
}

/// Whom a token is for that comes of an authorization which named `granted`, for a client that may name `allowed`: those that the
/// request names, or else all that the authorization did.
pub fn audience(named: Vec<String>, granted: &[String], allowed: &[String]) -> Result<Vec<String>, Error> {
    match (named.is_empty(), granted.is_empty()) {
        (true, _) => within(granted.to_vec(), allowed),
        (false, true) => within(named, allowed),
        (false, false) => within(within(named, granted)?, allowed),
    }
}

/// What a resource server says of itself, so that applications find this provider from there (RFC 9728 2).
pub fn metadata(issuer: &str, identifier: &str, name: &str, scopes: &[Scope]) -> Value {
    let mut document = json!({
        "resource": identifier,
        "resource_name": name,
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
    });
    if let Some(members) = document.as_object_mut().filter(|_| !scopes.is_empty()) {
        let scopes: Vec<&str> = scopes.iter().map(|it| it.as_str()).collect();
        members.insert("scopes_supported".to_owned(), json!(scopes));
    }
    document
}

/// Where it says that (RFC 9728 3.1): nowhere, unless it can be asked by https.
pub fn metadata_url(identifier: &str) -> Option<String> {
    let mut url = Url::parse(identifier).ok().filter(|it| it.scheme() == "https")?;
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{METADATA}{path}"));
    Some(url.into())
}
