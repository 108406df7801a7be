//! What may be reached, and what may not.

use super::*;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn only_public_addresses_are_reached_unasked() {
    let public = ["93.184.216.34", "8.8.8.8", "100.63.0.1", "100.128.0.1", "2606:4700::1111", "2001:4860:4860::8888"];
    let private = [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.0.8",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "2001:db8::1",
        "2001::1",
        "64:ff9b::7f00:1",
    ];

    assert!(public.iter().all(|it| is_public(address(it))));
    for it in private {
        assert!(!is_public(address(it)), "{it}");
    }
}

#[test]
fn a_network_that_the_operator_named_is_reached_and_its_neighbours_are_not() {
    let allowed = ["10.1.0.0/16".parse().unwrap()];

    assert!(may_reach(address("10.1.2.3"), &allowed));
    assert!(!may_reach(address("10.2.2.3"), &allowed));
}

#[test]
fn an_address_in_a_url_is_checked_in_every_spelling() {
    for url in ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://[::ffff:7f00:1]/"]
    {
        assert!(check_literal(&Url::parse(url).unwrap(), &[]).is_err(), "{url}");
    }
    assert!(check_literal(&Url::parse("https://93.184.216.34/").unwrap(), &[]).is_ok());
}

#[tokio::test]
async fn a_name_that_resolves_to_this_machine_is_not_called() {
    let _installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let config = crate::app::config::Settings::default().check().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port()).parse().unwrap();
    let call = Call { method: Method::GET, url, headers: Vec::new(), body: Vec::new() };

    let refused = Outbound::vetted(&config).unwrap().send(call).await.unwrap_err();

    assert!(format!("{refused:#}: {refused:?}").contains("not a public address"), "{refused:?}");
}
