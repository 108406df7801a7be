use super::*;

#[test]
fn networks_of_both_families_are_kept_in_one_form() {
    for (written, kept) in [
        ("192.0.2.7", Some("192.0.2.7/32")),
        (" 192.0.2.7/24 ", Some("192.0.2.0/24")),
        ("2001:db8::7", Some("2001:db8::7/128")),
        ("2001:DB8:1::/32", Some("2001:db8::/32")),
        ("::ffff:192.0.2.7", Some("192.0.2.7/32")),
        ("::ffff:192.0.2.0/120", Some("192.0.2.0/24")),
        ("0.0.0.0/0", Some("0.0.0.0/0")),
        ("192.0.2.0/33", None),
        ("192.0.2", None),
        ("example.org", None),
        ("", None),
    ] {
        assert_eq!(network(written).as_deref(), kept, "{written}");
    }
}

#[test]
fn an_address_is_of_the_list_in_whatever_form_it_comes() {
    let list = ["192.0.2.0/24".to_owned(), "2001:db8::/32".to_owned(), "unreadable".to_owned()];
    for (address, is_in) in [
        ("192.0.2.255", true),
        ("::ffff:192.0.2.1", true),
        ("192.0.3.1", false),
        ("2001:db8:ffff::1", true),
        ("2001:db9::1", false),
        ("0.0.0.0", false),
    ] {
        assert_eq!(holds(&list, address.parse().unwrap()), is_in, "{address}");
    }
    assert!(!holds(&["unreadable".to_owned()], "192.0.2.1".parse().unwrap()));
}
