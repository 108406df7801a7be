use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::is_cross_site;

const US: &str = "https://id.example.com";

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pair = |it: &(&'static str, &'static str)| (HeaderName::from_static(it.0), HeaderValue::from_static(it.1));
    pairs.iter().map(pair).collect()
}

#[test]
fn a_form_of_a_page_that_sends_no_referrer_is_our_own() {
    let chromium = headers(&[("origin", "null"), ("sec-fetch-site", "same-origin")]);
    let older = headers(&[("origin", "null")]);

    assert!(!is_cross_site(US, &chromium));
    assert!(!is_cross_site(US, &older));
}

#[test]
fn what_the_browser_says_about_the_site_is_believed() {
    for (site, expected) in [("same-origin", false), ("none", false), ("same-site", true), ("cross-site", true)] {
        assert_eq!(is_cross_site(US, &headers(&[("sec-fetch-site", site)])), expected, "{site}");
    }
}

#[test]
fn without_a_word_about_the_site_a_foreign_origin_is_foreign() {
    let origins = [("https://id.example.com", false), ("http://id.example.com", true), ("https://evil.example", true)];

    for (origin, expected) in origins {
        assert_eq!(is_cross_site(US, &headers(&[("origin", origin)])), expected, "{origin}");
    }
    assert!(!is_cross_site(US, &HeaderMap::new()));
}
