//! The documents that applications read first: metadata and key set.
//!
//! **Invariant:** they are the same for everybody, so any site may read them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::app::{App, keys};
use crate::oidc::scope::Scope;
use crate::oidc::{discovery, jwt, resource};
use crate::web::error::OAuthError;
use crate::web::texts::Language;

/// GET /.well-known/openid-configuration and /.well-known/oauth-authorization-server
pub(super) async fn metadata(State(app): State<App>, headers: HeaderMap) -> Response {
    let languages = Language::ALL.map(Language::tag);
    let offers = (app.config.dynamic_registration, app.config.client_id_metadata_documents);
    document(&headers, &discovery::metadata(&app.config.public_url, &languages, offers))
}

/// GET /.well-known/oauth-protected-resource/api/v1
pub(super) async fn api(State(app): State<App>, headers: HeaderMap) -> Response {
    own_resource(&app, &headers, ("/api/v1", "Doorward API"), Scope::Api)
}

/// GET /.well-known/oauth-protected-resource/scim/v2
pub(super) async fn scim(State(app): State<App>, headers: HeaderMap) -> Response {
    own_resource(&app, &headers, ("/scim/v2", "Doorward SCIM"), Scope::Scim)
}

/// What this server says of what it protects itself (RFC 9728).
fn own_resource(app: &App, headers: &HeaderMap, (path, name): (&str, &str), scope: Scope) -> Response {
    document(headers, &resource::metadata(&app.config.public_url, &app.config.url(path), name, &[scope]))
}

/// GET /oauth2/jwks
pub(super) async fn key_set(State(app): State<App>, headers: HeaderMap) -> Result<Response, OAuthError> {
    let keys = keys::current(&app).await?;
    Ok(document(&headers, &jwt::jwks(keys.published())))
}

/// A document that anybody may read and keep for a while.
pub(super) fn document(headers: &HeaderMap, content: &Value) -> Response {
    let text = content.to_string();
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes())));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|it| it.trim() == etag);
    let open = [
        (header::CACHE_CONTROL, "public, max-age=600".to_owned()),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
        (header::ETAG, etag),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, open).into_response();
    }
    (open, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}
