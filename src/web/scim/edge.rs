//! What clients vary before a request is routed: the base they were given, a slash at the end, the media type they read.

use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Uri, uri};
use axum::middleware::Next;
use axum::response::Response;

use super::response::SCIM_JSON;
use crate::domain::id::ConnectionId;

/// The layer around the routes: rewrites addresses of SCIM on the way in and the media type on the way out.
pub(in super::super) async fn edge(mut request: Request, next: Next) -> Response {
    if !is_scim(request.uri().path()) {
        return next.run(request).await;
    }
    let reads_json_only = reads_json_only(request.headers());
    if let Some((plain, at)) = plain(request.uri()) {
        *request.uri_mut() = plain;
        if let Some(at) = at {
            request.extensions_mut().insert(AddressedTo(at));
        }
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

/// The connection whose own address was called.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct AddressedTo(pub ConnectionId);

/// The address that is routed, where another one was called: `/scim/Users` and `/scim/v2/Users/` are both
/// `/scim/v2/Users`, and so is `/scim/ID/v2/Users`, the address of one connection.
fn plain(called: &Uri) -> Option<(Uri, Option<ConnectionId>)> {
    let path = called.path();
    let short = path.strip_suffix('/').unwrap_or(path);
    let (rest, at) = named(short.strip_prefix("/scim")?);
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
    Some((Uri::from_parts(parts).ok()?, at))
}

/// The connection that a path begins with, and the rest of it.
fn named(path: &str) -> (&str, Option<ConnectionId>) {
    let inner = path.strip_prefix('/').unwrap_or_default();
    let (first, _) = inner.split_once('/').unwrap_or((inner, ""));
    match first.parse().ok().zip(path.get(first.len().saturating_add(1)..)) {
        Some((id, rest)) => (rest, Some(id)),
        None => (path, None),
    }
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
            assert_eq!(plain(&called).map_or(called, |it| it.0).to_string(), routed);
        }
    }

    #[test]
    fn the_address_of_a_connection_leads_to_the_same_and_names_it() {
        let id = ConnectionId::new();
        for (called, routed) in [
            (format!("/scim/{id}/v2/Users?a=b"), "/scim/v2/Users?a=b".to_owned()),
            (format!("/scim/{id}/Users/"), "/scim/v2/Users".to_owned()),
            (format!("/scim/{id}"), "/scim/v2".to_owned()),
        ] {
            let (routes, at) = plain(&called.parse().unwrap()).unwrap();
            assert_eq!((routes.to_string(), at), (routed, Some(id)), "{called}");
        }
        let as_resource = plain(&format!("/scim/Users/{id}").parse().unwrap()).unwrap();
        assert_eq!((as_resource.0.to_string(), as_resource.1), (format!("/scim/v2/Users/{id}"), None));
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
