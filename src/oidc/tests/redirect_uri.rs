use proptest::prelude::*;

use super::{public_client, registration};
use crate::oidc::client::{Profile, Registration};
use crate::oidc::redirect_uri::{check, check_web};

#[test]
fn what_may_be_registered_and_what_not() {
    let (confidential, public) = (registration(), public_client("https://a.example/"));
    // URI, for a confidential client, for a public client
    let table = [
        ("https://app.example.com/cb", true, true),
        ("https://app.example.com", true, true),
        ("https://app.example.com/", true, true),
        ("https://app.example.com:8443/cb?tenant=7", true, true),
        ("http://localhost:3000/cb", true, true),
        ("http://127.0.0.1/cb", true, true),
        ("http://[::1]:9000/cb", true, true),
        ("com.example.app:/callback", false, true),
        ("com.example.app://callback", false, true),
        ("http://app.example.com/cb", false, false),
        ("http://127.0.0.1.evil.example/cb", false, false),
        ("http://localhost.evil.example/cb", false, false),
        ("app:/callback", false, false),
        ("javascript:alert(1)", false, false),
        ("data:text/html,x", false, false),
        ("file:///etc/passwd", false, false),
        ("urn:ietf:wg:oauth:2.0:oob", false, false),
        ("/callback", false, false),
        ("//app.example.com/cb", false, false),
        ("app.example.com/cb", false, false),
        ("https://", false, false),
        ("https:app.example.com/cb", false, false),
        ("https://app.example.com/cb#x", false, false),
        ("https://app.example.com/cb#", false, false),
        ("https://user@app.example.com/cb", false, false),
        ("https://user:pass@app.example.com/cb", false, false),
        ("https://@app.example.com/cb", false, false),
        ("https://*.example.com/cb", false, false),
        ("https://app.example.com;script-src/cb", false, false),
        ("https://app.example.com,evil.example/cb", false, false),
        ("https://app.example.com'x/cb", false, false),
        ("https://app.example.com/*", false, false),
        ("https://app.example.com/a/../cb", false, false),
        ("https://app.example.com/a/%2e%2e/cb", false, false),
        ("https://APP.example.com/cb", false, false),
        ("https://app.example.com:443/cb", false, false),
        ("https://app.example.com\\@evil.example/cb", false, false),
        ("https://app.example.com/c b", false, false),
        ("https://app.example.com/c\tb", false, false),
        (" https://app.example.com/cb", false, false),
        ("https://\u{e4}pp.example.com/cb", false, false),
        ("", false, false),
    ];

    for (uri, for_confidential, for_public) in table {
        assert_eq!(check(uri, &confidential).is_ok(), for_confidential, "confidential, {uri:?}");
        assert_eq!(check(uri, &public).is_ok(), for_public, "public, {uri:?}");
    }
    assert!(check(&format!("https://a.example/{}", "a".repeat(2048)), &confidential).is_err());
}

#[test]
fn a_strict_profile_takes_https_only() {
    let strict = Registration { profile: Profile::IpsieSl1, ..public_client("https://a.example/") };

    assert!(check("https://a.example/cb", &strict).is_ok());
    assert!(check("http://127.0.0.1/cb", &strict).is_err());
    assert!(check("com.example.app:/cb", &strict).is_err());
}

#[test]
fn calls_by_this_server_go_to_web_addresses() {
    assert!(check_web("https://a.example/logout").is_ok());
    assert!(check_web("http://127.0.0.1:9000/logout").is_ok());
    assert!(check_web("http://a.example/logout").is_err());
    assert!(check_web("com.example.app:/logout").is_err());
}

#[test]
fn the_sentence_says_what_would_be_right() {
    let sentence = check("https://APP.example.com/cb", &registration()).unwrap_err();

    assert!(
        sentence.ends_with("is not in its normal form; a browser would open https://app.example.com/cb"),
        "{sentence}"
    );
}

#[test]
fn op_01_a_presented_uri_is_a_registered_one_or_nothing() {
    let client = public_client("https://app.example.com/cb");

    assert!(client.has_redirect_uri("https://app.example.com/cb"));
    for uri in [
        "https://app.example.com/c",
        "https://app.example.com/cb2",
        "https://app.example.com/cb/",
        "https://app.example.com/cb?x=1",
        "https://app.example.com/cb?",
        "https://app.example.com/cb#x",
        "https://app.example.com/CB",
        "https://App.example.com/cb",
        "HTTPS://app.example.com/cb",
        "https://app.example.com:443/cb",
        "https://app.example.com:8443/cb",
        "https://evil.app.example.com/cb",
        "https://app.example.com.evil.example/cb",
        "https://app.example.com@evil.example/cb",
        "https://evil@app.example.com/cb",
        "https://app.example.com/x/..;/cb",
        "https://app.example.com/x/../cb",
        "https://app.example.com/%2f../cb",
        "https://app.example.com/%63b",
        "https://app.example.com/%2563b",
        "https://app.example.com\\cb",
        "https:\\\\app.example.com/cb",
        "//app.example.com/cb",
        "https:app.example.com/cb",
        "http://app.example.com/cb",
        "https://93.184.216.34/cb",
        "https://0x5db8d822/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        " https://app.example.com/cb",
        "https://app.example.com/cb ",
        "",
    ] {
        assert!(!client.has_redirect_uri(uri), "{uri:?}");
    }
}

#[test]
fn op_01_only_the_port_of_a_loopback_address_may_vary_and_only_for_public_clients() {
    let native = public_client("http://127.0.0.1/cb");
    for uri in ["http://127.0.0.1/cb", "http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"] {
        assert!(native.has_redirect_uri(uri), "{uri}");
    }
    for uri in [
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:80x/cb",
        "http://127.0.0.1:80@evil.example/cb",
        "http://127.0.0.1@evil.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1:80/cb/",
        "http://127.0.0.1:80/cb?x=1",
        "http://127.0.0.1:80\\@evil.example/cb",
        "http://127.0.0.2:80/cb",
        "http://localhost:80/cb",
        "http://[::1]:80/cb",
        "https://127.0.0.1:80/cb",
    ] {
        assert!(!native.has_redirect_uri(uri), "{uri}");
    }

    assert!(public_client("http://[::1]:4000/cb").has_redirect_uri("http://[::1]:5000/cb"));
    assert!(!public_client("http://localhost:4000/cb").has_redirect_uri("http://localhost:5000/cb"));
    let confidential = Registration { redirect_uris: vec!["http://127.0.0.1/cb".into()], ..registration() };
    assert!(!confidential.has_redirect_uri("http://127.0.0.1:5000/cb"));
}

proptest! {
    #[test]
    fn op_01_two_uris_are_the_same_only_if_their_bytes_are(one in uri(), two in uri()) {
        prop_assert_eq!(public_client(&one).has_redirect_uri(&two), one == two);
        prop_assert!(public_client(&one).has_redirect_uri(&one));
    }

    #[test]
    fn a_registered_uri_is_what_a_browser_opens(uri in "https://[a-zA-Z.*@:0-9]{1,12}(/[a-z.%;\\\\]{0,6}){0,3}") {
        if check(&uri, &registration()).is_ok() {
            let opened = url::Url::parse(&uri).unwrap();
            let opened = opened.as_str();
            prop_assert!(opened == uri || opened.strip_suffix('/') == Some(&uri));
        }
    }
}

fn uri() -> impl Strategy<Value = String> {
    "https://(a|A)\\.example(:443)?(/|/x|/X|/%78|/x/)?(\\?|\\?a)?"
}
