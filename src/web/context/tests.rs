//! Which address and which host count.

use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::IpNet;
use proptest::prelude::*;

use super::{caller_address, is_same_host};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn forwarded(lines: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append("x-forwarded-for", line.parse().unwrap());
    }
    headers
}

/// AU-09: without a trusted proxy no header moves the address.
#[test]
fn au_09_without_a_trusted_proxy_forwarded_addresses_are_ignored() {
    let headers = forwarded(&["1.2.3.4", "10.0.0.1"]);

    assert_eq!(caller_address(Some(ip("198.51.100.7")), &headers, &[]), ip("198.51.100.7"));
}

/// AU-10: the right-most hop that is no trusted proxy counts, whatever the client put before it.
#[test]
fn au_10_the_right_most_untrusted_hop_is_the_caller() {
    let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
    let peer = Some(ip("10.0.0.2"));

    let cases: [(&[&str], &str); 5] = [
        (&["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        (&["6.6.6.6, 203.0.113.9, 10.0.0.3"], "203.0.113.9"),
        (&["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        (&["127.0.0.1, nonsense, 10.0.0.3"], "10.0.0.3"),
        (&[], "10.0.0.2"),
    ];

    for (lines, caller) in cases {
        assert_eq!(caller_address(peer, &forwarded(lines), &trusted), ip(caller), "{lines:?}");
    }
}

fn hop() -> impl Strategy<Value = String> {
    prop_oneof![
        "10\\.0\\.0\\.[0-9]{1,3}",
        "203\\.0\\.113\\.[0-9]{1,2}",
        "(::1|::ffff:10\\.0\\.0\\.1|fe80::1%eth0|\\[::1\\]:80|10\\.0\\.0\\.1:80)",
        "[ -~]{0,12}",
    ]
}

proptest! {
    /// FZ-7: whatever stands in the header, the caller is the first of the peer and the hops from the right that is no trusted
    /// proxy; what cannot be read ends the hops, and the last trusted one is the caller then.
    #[test]
    fn fz_7_any_forwarded_header_names_the_nearest_hop_that_no_proxy_vouches_for(
        is_trusted in any::<bool>(),
        lines in prop::collection::vec(prop::collection::vec(hop(), 0..4), 0..3),
    ) {
        let peer = ip(if is_trusted { "::ffff:10.0.0.2" } else { "198.51.100.7" });
        let lines: Vec<String> = lines.iter().map(|hops| hops.join(", ")).collect();
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let written = lines.join(",");
        let hops = written.rsplit(',').map_while(|it| it.trim().parse::<IpAddr>().ok());
        let all: Vec<IpAddr> = std::iter::once(peer).chain(hops).map(|it| it.to_canonical()).collect();
        let expected = all.iter().find(|it| !trusted[0].contains(*it)).or(all.last()).unwrap();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();

        prop_assert_eq!(caller_address(Some(peer), &forwarded(&lines), &trusted), *expected);
    }
}

#[test]
fn only_the_public_host_and_the_names_of_loopback_are_answered() {
    let cases = [
        ("https://id.example.com", "id.example.com", true),
        ("https://id.example.com", "ID.example.com:443", true),
        ("https://id.example.com", "evil.example", false),
        ("https://id.example.com", "id.example.com:8443", false),
        ("https://id.example.com", "127.0.0.1:443", false),
        ("http://127.0.0.1:8080", "localhost:8080", true),
        ("http://127.0.0.1:8080", "localhost:9090", false),
        ("http://127.0.0.1:8080", "", false),
    ];

    for (public_url, host, answered) in cases {
        assert_eq!(is_same_host(public_url, host), answered, "{public_url} {host}");
    }
}
