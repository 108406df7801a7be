use super::*;

#[test]
fn a_policy_names_the_origin_of_an_address_or_its_scheme() {
    for (uri, expected) in [
        ("https://app.example.com/cb?x=1", "https://app.example.com"),
        ("https://app.example.com:8443/cb", "https://app.example.com:8443"),
        ("http://127.0.0.1:5000/cb", "http://127.0.0.1:5000"),
        ("http://[::1]:5000/cb", "http:"),
        ("com.example.app:/cb", "com.example.app:"),
    ] {
        assert_eq!(origin_of(uri), expected);
    }
}
