//! The metadata of an identity provider: OpenID Connect Discovery 3, RFC 8414.
//!
//! `openidconnect` reads the document and knows what is in it. It leaves open, and this fills in: whose the document is where
//! Entra names a template, how safe its addresses are, RFC 9207, and documents that lack or get wrong what nobody here needs.
//!
//! **Invariant:** they are those of the issuer they were asked of, compared as text, and every address in them is https;
//! plain http is for a provider on this machine, and only for its own addresses.
//! **Invariant:** where Entra names a template in place of its issuer, the tenant is that of the connection and of no token.

use openidconnect::core::{CoreClientAuthMethod, CoreProviderMetadata};
use openidconnect::{AuthType, TokenUrl};
use serde_json::{Map, Value, json};
use url::Url;

/// Where Entra leaves room for the tenant.
const TENANT_PLACE: &str = "{tenantid}";
/// What is read of the document. The crate refuses it for anything that is not of its type, needed or not.
const READ: [&str; 6] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "token_endpoint_auth_methods_supported",
];
/// What the crate wants to be there, and nobody here needs: what is asked and what is believed does not depend on it.
const UNREAD: [&str; 3] =
    ["response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"];

/// What is known of a provider.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// What the document says; the issuer is the one that was asked.
    pub document: CoreProviderMetadata,
    /// Where a code is redeemed.
    pub token_endpoint: TokenUrl,
    /// Whether its answers carry `iss` (RFC 9207).
    pub sends_issuer: bool,
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
    let mut document: Map<String, Value> = serde_json::from_slice(document).map_err(|_| Unfit::Malformed)?;
    check_issuer(issuer, document.get("issuer").and_then(Value::as_str))?;
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        check_endpoint(issuer, &document, name)?;
    }
    // Nobody needs it whose tokens say enough.
    if check_endpoint(issuer, &document, "userinfo_endpoint").is_err() {
        document.remove("userinfo_endpoint");
    }
    let sends_issuer = document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true));
    document.retain(|name, _| READ.contains(&name.as_str()));
    document.extend(UNREAD.map(|name| (name.to_owned(), json!([]))));
    document.insert("issuer".to_owned(), json!(issuer));
    let document: CoreProviderMetadata =
        serde_json::from_value(Value::Object(document)).map_err(|_| Unfit::Malformed)?;
    let token_endpoint = document.token_endpoint().cloned().ok_or(Unfit::Missing("token_endpoint"))?;
    Ok(Metadata { document, token_endpoint, sends_issuer })
}

impl Metadata {
    /// Its issuer.
    pub fn issuer(&self) -> &str {
        self.document.issuer()
    }

    /// How this server authenticates there. OpenID Connect Discovery 3: without a list it is client_secret_basic.
    pub fn authentication(&self) -> AuthType {
        let methods = self.document.token_endpoint_auth_methods_supported().map_or(&[][..], Vec::as_slice);
        let takes = |method| methods.contains(&method);
        match !takes(CoreClientAuthMethod::ClientSecretBasic) && takes(CoreClientAuthMethod::ClientSecretPost) {
            true => AuthType::RequestBody,
            false => AuthType::BasicAuth,
        }
    }
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

fn check_endpoint(issuer: &str, document: &Map<String, Value>, name: &'static str) -> Result<(), Unfit> {
    let text = document.get(name).and_then(Value::as_str).ok_or(Unfit::Missing(name))?;
    let url = Url::parse(text).map_err(|_| Unfit::Missing(name))?;
    let is_local = |url: &Url| url.scheme() == "http" && is_loopback(url);
    let has_local_issuer = Url::parse(issuer).is_ok_and(|issuer| is_local(&issuer));
    let is_safe = url.scheme() == "https" || (has_local_issuer && is_local(&url));
    if is_safe { Ok(()) } else { Err(Unfit::Insecure(name)) }
}

/// True for an address of this machine.
pub fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
