//! What clients vary before a request is routed: the base they were given, a slash at the end, the media type they read.

use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Uri, uri};
use axum::middleware::Next;
use axum::response::Response;

use super::response::SCIM_JSON;

/// The layer around the routes: rewrites addresses of SCIM on the way in and the media type on the way out.
pub(in super::super) async fn edge(mut request: Request, next: Next) -> Response {
    if !is_scim(request.uri().path()) {
        return next.run(request).await;
    }
    let reads_json_only = reads_json_only(request.headers());
    if let Some(plain) = plain(request.uri()) {
        *request.uri_mut() = plain;
    }
    let mut response = next.run(request).await;
    let is_scim_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == SCIM_JSON);
    if reads_json_only && is_scim_json {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

fn is_scim(path: &str) -> bool {
    path == "/scim" || path.starts_with("/scim/")
}

/// The address that is routed, where another one was called: `/scim/Users` and `/scim/v2/Users/` are both
/// `/scim/v2/Users`.
fn plain(called: &Uri) -> Option<Uri> {
    let path = called.path();
    let short = path.strip_suffix('/').unwrap_or(path);
    let rest = short.strip_prefix("/scim")?;
    let rest = rest.strip_prefix("/v2").filter(|rest| rest.is_empty() || rest.starts_with('/')).unwrap_or(rest);
    let mut plain = format!("/scim/v2{rest}");
    if plain == path {
        return None;
    }
    if let Some(query) = called.query() {
        plain.push('?');
        plain.push_str(query);
    }
    let mut parts = called.clone().into_parts();
    parts.path_and_query = Some(uri::PathAndQuery::try_from(plain).ok()?);
    Uri::from_parts(parts).ok()
}

/// True for a client that names `application/json` and nothing that SCIM's own media type would satisfy (OneLogin).
fn reads_json_only(headers: &HeaderMap) -> bool {
    let accepted: Vec<String> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|range| range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
        .collect();
    let takes = |media: &str| accepted.iter().any(|range| range == media);
    takes("application/json") && !takes(SCIM_JSON) && !takes("*/*") && !takes("application/*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c85_bases_and_slashes_lead_to_the_same_address() {
        for (called, routed) in [
            ("/scim/v2/Users", "/scim/v2/Users"),
            ("/scim/v2/Users/", "/scim/v2/Users"),
            ("/scim/Users?a=b", "/scim/v2/Users?a=b"),
            ("/scim/v2/Users/?a=b%20c", "/scim/v2/Users?a=b%20c"),
            ("/scim/v2Users", "/scim/v2/v2Users"),
            ("/scim/v2", "/scim/v2"),
            ("/scim/", "/scim/v2"),
        ] {
            let called: Uri = called.parse().unwrap();
            assert_eq!(plain(&called).unwrap_or(called).to_string(), routed);
        }
    }

    #[test]
    fn only_a_client_that_names_plain_json_alone_gets_it() {
        for (accept, plain) in [
            ("application/json", true),
            ("application/json;q=0.9, text/html", true),
            ("application/json, application/scim+json", false),
            ("application/json, */*", false),
            ("application/scim+json", false),
            ("*/*", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(reads_json_only(&headers), plain, "{accept}");
        }
        assert!(!reads_json_only(&HeaderMap::new()));
    }
}
