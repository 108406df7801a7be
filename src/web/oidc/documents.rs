//! The documents that applications read first: metadata and key set.
//!
//! **Invariant:** they are the same for everybody, so any site may read them.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::app::{App, keys};
use crate::oidc::discovery::JWKS;
use crate::oidc::scope::Scope;
use crate::oidc::signals::CONFIGURATION;
use crate::oidc::{discovery, resource, signals};
use crate::web::error::OAuthError;
use crate::web::guard::{API, SCIM};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Language;

/// What anybody may read and keep for a while.
#[derive(Clone)]
struct Document {
    text: Bytes,
    etag: String,
}

impl Document {
    fn of(text: String) -> Self {
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes())));
        Self { text: text.into(), etag }
    }

    /// The answer to whoever asks with these headers.
    fn answer(&self, headers: &HeaderMap) -> Response {
        let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let is_known = known.split(',').any(|it| it.trim() == self.etag);
        let open = [
            (header::CACHE_CONTROL, "public, max-age=600"),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::ETAG, self.etag.as_str()),
        ];
        if is_known {
            return (StatusCode::NOT_MODIFIED, open).into_response();
        }
        (open, [(header::CONTENT_TYPE, "application/json")], self.text.clone()).into_response()
    }
}

/// Adds what stays the same for as long as this server runs, each written once.
pub(super) fn routes(routes: Routes) -> Routes {
    let app = routes.app().clone();
    let public_url = &app.config.public_url;
    let languages = Language::ALL.map(Language::tag);
    let offers = (app.config.dynamic_registration, app.config.client_id_metadata_documents);
    let provider = discovery::metadata(public_url, &languages, offers);
    // What this server protects itself (RFC 9728).
    let own = |path: &str, name: &str, scope| resource::metadata(public_url, &app.config.url(path), name, &[scope]);
    let documents = [
        ("/.well-known/openid-configuration", provider.clone()),
        ("/.well-known/oauth-authorization-server", provider),
        ("/.well-known/oauth-protected-resource/api/v1", own(API, "Doorward API", Scope::Api)),
        ("/.well-known/oauth-protected-resource/scim/v2", own(SCIM, "Doorward SCIM", Scope::Scim)),
        (CONFIGURATION, signals::metadata(public_url, JWKS)),
    ];
    documents.into_iter().fold(routes, |routes, (path, content)| {
        let document = Document::of(content.to_string());
        routes.get(path, Access::Open, async move |headers: HeaderMap| document.answer(&headers))
    })
}

/// GET /oauth2/jwks
pub(super) async fn key_set(State(app): State<App>, headers: HeaderMap) -> Result<Response, OAuthError> {
    let keys = keys::current(&app).await?;
    Ok(Document::of(keys.set().to_owned()).answer(&headers))
}
