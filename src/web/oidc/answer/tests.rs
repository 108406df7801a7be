use super::source;

#[test]
fn the_source_of_a_redirect_uri_is_its_origin_or_its_scheme() {
    for (uri, expected) in [
        ("https://app.example/cb?x=1", "https://app.example"),
        ("https://app.example:8443/cb", "https://app.example:8443"),
        ("http://127.0.0.1:9/callback", "http://127.0.0.1:9"),
        ("http://[::1]:9/callback", "http:"),
        ("com.example.app:/cb", "com.example.app:"),
    ] {
        assert_eq!(source(uri).as_deref(), Some(expected), "{uri}");
    }
}
