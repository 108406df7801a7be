//! The stylesheet, icon and script of the pages, carried inside the binary.
//!
//! **Invariant:** an answer that may be cached for a year was asked for by the hash of exactly these bytes; any other is
//! revalidated each time.

use axum::body::Body;
use axum::extract::{Path, RawQuery};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use crate::domain::text::hexadecimal;

/// For what its address names with its version.
pub(super) const A_YEAR: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "public, no-cache";

#[derive(Embed)]
#[folder = "src/web/assets"]
struct Assets;

/// The address of an asset, with the hash of its content, as pages link to it.
pub fn asset_url(name: &str) -> String {
    match Assets::get(name) {
        Some(file) => format!("/assets/{name}?v={}", hash(&file)),
        None => format!("/assets/{name}"),
    }
}

/// Answers `GET /assets/{name}`.
pub async fn asset(Path(name): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let Some(file) = Assets::get(&name) else {
        return (StatusCode::NOT_FOUND, "there is no such file").into_response();
    };
    let hash = hash(&file);
    let is_pinned = query.is_some_and(|query| query == format!("v={hash}"));
    let tag = format!("\"{hash}\"");
    let caching = [(ETAG, tag.clone()), (CACHE_CONTROL, if is_pinned { A_YEAR } else { ASK_EACH_TIME }.to_owned())];
    if has_it_already(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(CONTENT_TYPE, content_type(&name))], Body::from(file.data)).into_response()
}

/// RFC 9110 13.1.2: the tags are compared weakly.
fn has_it_already(headers: &HeaderMap, tag: &str) -> bool {
    let seen = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    seen.flat_map(|list| list.split(',')).map(str::trim).any(|seen| seen == "*" || seen.trim_start_matches("W/") == tag)
}

fn hash(file: &EmbeddedFile) -> String {
    let mut digits = hexadecimal(&file.metadata.sha256_hash());
    digits.truncate(16);
    digits
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
#[path = "assets_tests.rs"]
mod tests;
