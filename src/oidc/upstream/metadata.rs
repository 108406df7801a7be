//! The metadata of an identity provider: OpenID Connect Discovery 3, RFC 8414.
//!
//! **Invariant:** they are those of the issuer they were asked of, compared as text, and every address in them is https;
//! plain http is for a provider on this machine, and only for its own addresses.
//! **Invariant:** where Entra names a template in place of its issuer, the tenant is that of the connection and of no token.

use serde_json::{Map, Value};
use url::Url;

/// Where Entra leaves room for the tenant.
const TENANT_PLACE: &str = "{tenantid}";

/// What is known of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Its issuer.
    pub issuer: String,
    /// Where a browser is sent.
    pub authorization_endpoint: Url,
    /// Where a code is redeemed.
    pub token_endpoint: Url,
    /// Where its keys are.
    pub jwks_uri: Url,
    /// Where an access token opens how somebody is called, if anywhere.
    pub userinfo_endpoint: Option<Url>,
    /// Whether its answers carry `iss` (RFC 9207).
    pub sends_issuer: bool,
    /// How this server authenticates there.
    pub authentication: Authentication,
}

/// How this server authenticates at a token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// In the header.
    Basic,
    /// In the form.
    Post,
}

/// Why metadata cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Not a JSON object.
    Malformed,
    /// Of somebody else.
    Issuer,
    /// Of every tenant at once.
    AllTenants,
    /// An address is missing or none.
    Missing(&'static str),
    /// An address is not https.
    Insecure(&'static str),
}

/// Where the metadata of an issuer are.
pub fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// Reads the metadata that were asked of this issuer.
pub fn parse(issuer: &str, document: &[u8]) -> Result<Metadata, Unfit> {
    let document: Map<String, Value> = serde_json::from_slice(document).map_err(|_| Unfit::Malformed)?;
    check_issuer(issuer, document.get("issuer").and_then(Value::as_str))?;
    let endpoint = |name: &'static str| endpoint(issuer, &document, name);
    let lists = |name: &str, value: &str| {
        let list = document.get(name).and_then(Value::as_array);
        list.map(|list| list.iter().any(|it| it.as_str() == Some(value)))
    };
    let methods = "token_endpoint_auth_methods_supported";
    // OpenID Connect Discovery 3: without a list it is client_secret_basic.
    let takes_only_post =
        lists(methods, "client_secret_basic") == Some(false) && lists(methods, "client_secret_post") == Some(true);
    Ok(Metadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: endpoint("authorization_endpoint")?,
        token_endpoint: endpoint("token_endpoint")?,
        jwks_uri: endpoint("jwks_uri")?,
        // Nobody needs it whose tokens say enough.
        userinfo_endpoint: endpoint("userinfo_endpoint").ok(),
        sends_issuer: document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
        authentication: if takes_only_post { Authentication::Post } else { Authentication::Basic },
    })
}

fn check_issuer(expected: &str, named: Option<&str>) -> Result<(), Unfit> {
    let named = named.ok_or(Unfit::Issuer)?;
    if named == expected {
        return Ok(());
    }
    let Some((before, after)) = named.split_once(TENANT_PLACE) else { return Err(Unfit::Issuer) };
    let tenant = expected.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).ok_or(Unfit::Issuer)?;
    match tenant {
        guid if is_guid(guid) => Ok(()),
        path if path.contains('/') => Err(Unfit::Issuer),
        _ => Err(Unfit::AllTenants),
    }
}

/// The tenant that an issuer of Entra names, which is a GUID in its path.
pub fn tenant_of(issuer: &str) -> Option<&str> {
    issuer.split('/').skip(3).find(|part| is_guid(part))
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, character)| match at {
            8 | 13 | 18 | 23 => character == '-',
            _ => character.is_ascii_hexdigit(),
        })
}

fn endpoint(issuer: &str, document: &Map<String, Value>, name: &'static str) -> Result<Url, Unfit> {
    let text = document.get(name).and_then(Value::as_str).ok_or(Unfit::Missing(name))?;
    let url = Url::parse(text).map_err(|_| Unfit::Missing(name))?;
    let is_local = |url: &Url| url.scheme() == "http" && is_loopback(url);
    let has_local_issuer = Url::parse(issuer).is_ok_and(|issuer| is_local(&issuer));
    let is_safe = url.scheme() == "https" || (has_local_issuer && is_local(&url));
    if is_safe { Ok(url) } else { Err(Unfit::Insecure(name)) }
}

/// True for an address of this machine.
pub fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
