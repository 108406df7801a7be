//! What browsers tell of pages that broke their content security policy (Content Security Policy 3, 5).
//!
//! **Invariant:** a report comes from anybody and names addresses that may carry secrets: what is logged is the directive,
//! the origin of what was stopped and the first word of the page's path, one line a request.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::barrier::Barrier;
use super::context::request_path;
use super::error::refuse;
use super::routes::{Access, Routes};

/// Where reports are sent.
pub(super) const PATH: &str = "/csp-reports";

const BODY_MAX: usize = 16 * 1024;
const MEDIA_TYPE: &str = "application/reports+json";
/// No directive and no keyword is longer.
const WORD_MAX: usize = 40;

/// Adds the place for reports.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.post(PATH, Access::Open, take)
}

/// One of the reports of a browser (Reporting API 2.3).
#[derive(Debug, Deserialize)]
struct Report {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    body: Violation,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Violation {
    effective_directive: String,
    #[serde(rename = "blockedURL")]
    blocked_url: String,
}

async fn take(request: Request) -> Result<StatusCode, Response> {
    let path = request_path();
    let media_type = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if media_type.split(';').next().is_none_or(|it| !it.trim().eq_ignore_ascii_case(MEDIA_TYPE)) {
        return Err(refuse(&path, &Barrier::MediaType { what: "reports", media_type: MEDIA_TYPE }));
    }
    let too_large = |_| refuse(&path, &Barrier::TooLarge { what: "the body", bytes_max: BODY_MAX });
    let bytes = axum::body::to_bytes(request.into_body(), BODY_MAX).await.map_err(too_large)?;
    let Ok(reports) = serde_json::from_slice::<Vec<Value>>(&bytes) else { return Ok(StatusCode::BAD_REQUEST) };
    // Reports of other kinds have other members.
    let known = reports.into_iter().filter_map(|it| serde_json::from_value::<Report>(it).ok());
    let violations: Vec<Report> = known.filter(|it| it.kind == "csp-violation").collect();
    if let Some(first) = violations.first() {
        tracing::warn!(
            csp.directive = word(&first.body.effective_directive),
            csp.blocked = blocked(&first.body.blocked_url),
            csp.page = page(&first.url),
            csp.reports = violations.len(),
            "a browser says that a page broke its content security policy"
        );
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The name of a directive or a keyword; nothing that only looks like one.
fn word(text: &str) -> &str {
    let is_word = text.len() <= WORD_MAX && text.bytes().all(|it| it.is_ascii_lowercase() || it == b'-');
    if is_word { text } else { "other" }
}

/// Where the stopped thing would have come from, or a keyword such as `inline`.
fn blocked(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) if url.origin().is_tuple() => url.origin().ascii_serialization(),
        Ok(url) => word(url.scheme()).to_owned(),
        Err(_) => word(text).to_owned(),
    }
}

/// The part of the product in which the page stands.
fn page(text: &str) -> String {
    let url = Url::parse(text).ok();
    let first = url.as_ref().and_then(Url::path_segments).and_then(|mut it| it.next());
    first.map_or("other", word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{blocked, page, word};

    #[test]
    fn nothing_of_an_address_is_told_but_its_origin_or_its_first_word() {
        let blocked = [
            ("inline", "inline"),
            ("https://evil.example:8443/x?token=s3cret", "https://evil.example:8443"),
            ("data:text/html,s3cret", "data"),
            ("s3cret words", "other"),
        ]
        .map(|(text, told)| (self::blocked(text), told));
        let pages = [
            ("https://id.example/activate/dwac_s3cret?x=y#z", "activate"),
            ("https://id.example/", ""),
            ("https://id.example/dwac_S3cret", "other"),
            ("nonsense", "other"),
        ]
        .map(|(text, told)| (page(text), told));

        for (is, told) in blocked.into_iter().chain(pages) {
            assert_eq!(is, told);
        }
        assert_eq!((word("style-src-elem"), word("a\nb"), word(&"a".repeat(41))), ("style-src-elem", "other", "other"));
    }
}
