use super::*;

fn domain(typed: &str) -> Option<String> {
    DomainName::of_address(typed).map(|it| it.to_string())
}

#[test]
fn the_domain_of_an_address_has_one_spelling() {
    for typed in ["ada@acme.example", "ADA@Acme.Example", " ada@acme.example ", "a.d+a@ACME.EXAMPLE"] {
        assert_eq!(domain(typed).as_deref(), Some("acme.example"), "{typed}");
    }
    assert_eq!(domain("ada@m\u{fc}ller.example").as_deref(), Some("xn--mller-kva.example"));
}

/// UP-11: two signs, a quoted part, a sign in disguise, a dot at the end and a look-alike belong to nobody's domain.
#[test]
fn up_11_what_can_be_read_in_two_ways_has_no_domain() {
    for typed in [
        "ada",
        "",
        "@acme.example",
        "ada@",
        "a@evil.example@acme.example",
        "\"a@evil.example\"@acme.example",
        "\"a b\"@acme.example",
        "ada\u{ff20}acme.example",
        "ada\u{fe6b}acme.example",
        "evil@evil.example\u{ff20}acme.example",
        "ada@acme.example.",
        "ada@acme..example",
        "ada@acme.example/x",
        "ada@acme.example:80",
        "ada@acme%2eexample",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "ada@localhost",
        "a b@acme.example",
        "ada@acme.example\nx",
        "ada<x@acme.example>",
    ] {
        assert_eq!(domain(typed), None, "{typed}");
    }
    // Cyrillic a.
    assert_ne!(domain("ada@\u{430}cme.example").as_deref(), Some("acme.example"));
}
