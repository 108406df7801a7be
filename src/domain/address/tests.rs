//! Addresses, alone and in lists.

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Vec<(Option<String>, String)> {
    let good = |entry: Entry| (entry.name, entry.address.unwrap_or_else(|why| format!("{}: {why:?}", entry.typed)));
    read_list(text).into_iter().map(good).collect()
}

fn alone(address: &str) -> (Option<String>, String) {
    (None, address.to_owned())
}

fn named(name: &str, address: &str) -> (Option<String>, String) {
    (Some(name.to_owned()), address.to_owned())
}

#[test]
fn an_address_that_mail_can_reach_is_taken() {
    let longest = format!("a@{}.{}.{}.example", "b".repeat(63), "c".repeat(63), "d".repeat(63));
    for good in ["ada@example.com", "o'neil+x@a-b.example", "A.B@EXAMPLE.COM", "x@xn--mnchen-3ya.example", &longest] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
}

#[test]
fn whatever_else_is_refused_with_what_to_change() {
    for (bad, why) in [
        ("", AddressProblem::NoAddress),
        ("ada", AddressProblem::NoAddress),
        ("@example.com", AddressProblem::NoAddress),
        ("ada@", AddressProblem::NoAddress),
        ("ada\u{ff20}example.com", AddressProblem::NoAddress),
        ("a@b@example.com", AddressProblem::SeveralAts),
        ("ada lovelace@example.com", AddressProblem::Character),
        ("a..b@example.com", AddressProblem::Character),
        (".a@example.com", AddressProblem::Character),
        ("\"a\"@example.com", AddressProblem::Character),
        ("a\r\nBcc:x@example.com", AddressProblem::Character),
        ("ad\u{131}@example.com", AddressProblem::Character),
        ("ada@example", AddressProblem::Domain),
        ("ada@-a.example", AddressProblem::Domain),
        ("ada@example..com", AddressProblem::Domain),
        ("ada@[127.0.0.1]", AddressProblem::Domain),
        ("ada@example.com\n", AddressProblem::Domain),
    ] {
        assert_eq!(check(bad), Err(why), "{bad:?}");
    }
}

/// Each limit is told by the number that counts.
#[test]
fn a_part_that_is_too_long_is_told_by_its_own_limit() {
    let whole = |local: usize, domain: &str| check(&format!("{}@{domain}", "a".repeat(local)));
    let domain = format!("{}.{}.{}.example", "b".repeat(63), "c".repeat(63), "d".repeat(62));

    assert_eq!(whole(64, "example.com"), Ok(()));
    assert_eq!(whole(65, "example.com"), Err(AddressProblem::LocalTooLong));
    assert_eq!(whole(64, &domain), Err(AddressProblem::TooLong));
    assert_eq!(check(&format!("{}@example.com", "\u{e4}".repeat(40))), Err(AddressProblem::Character));
    assert_eq!(AddressProblem::LocalTooLong.to_string(), "use at most 64 characters before the @");
    assert_eq!(AddressProblem::TooLong.to_string(), "use at most 254 characters");
}

/// S1-8: commas, semicolons, spaces and line breaks divide; a name may stand before an address in angle brackets.
#[test]
fn s1_8_every_usual_way_of_writing_a_list_is_read() {
    assert_eq!(read("a@x.org,b@x.org"), [alone("a@x.org"), alone("b@x.org")]);
    assert_eq!(read("a@x.org b@x.org\tc@x.org"), [alone("a@x.org"), alone("b@x.org"), alone("c@x.org")]);
    assert_eq!(read("a@x.org\r\nb@x.org\n\n;c@x.org ,"), [alone("a@x.org"), alone("b@x.org"), alone("c@x.org")]);
    assert_eq!(read("Ada Lovelace <a@x.org>"), [named("Ada Lovelace", "a@x.org")]);
    assert_eq!(read("\"Lovelace, Ada\" <a@x.org>, b@x.org"), [named("Lovelace, Ada", "a@x.org"), alone("b@x.org")]);
    assert_eq!(read("Ada <a@x.org> Bob <b@x.org>"), [named("Ada", "a@x.org"), named("Bob", "b@x.org")]);
    assert_eq!(read("a@x.org Bob <b@x.org>"), [alone("a@x.org"), named("Bob", "b@x.org")]);
    assert_eq!(read(" <a@x.org> "), [alone("a@x.org")]);
    assert_eq!(read(" ,;\n "), []);
}

/// S1-8: what is no address stays in the list and is flagged; an open quote or bracket swallows nothing.
#[test]
fn s1_8_what_is_no_address_is_flagged_and_not_lost() {
    let flagged = |typed: &str, why| alone(&format!("{typed}: {why:?}"));
    assert_eq!(
        read("Ada Lovelace, a@x.org, b@x"),
        [flagged("Ada Lovelace", AddressProblem::NoAddress), alone("a@x.org"), flagged("b@x", AddressProblem::Domain)]
    );
    assert_eq!(read("\"Ada, a@x.org"), [flagged("\"Ada", AddressProblem::NoAddress), alone("a@x.org")]);
    assert_eq!(read("<a@x.org, b@x.org"), [alone("a@x.org"), alone("b@x.org")]);
    assert_eq!(read("Ada <>"), [named("Ada", &format!("Ada <>: {:?}", AddressProblem::NoAddress))]);
}

proptest! {
    /// Every address of a list is found, whatever divides them.
    #[test]
    fn no_address_is_lost(
        names in prop::collection::vec("[a-z]{1,8}", 1..30),
        divider in prop::sample::select(vec![",", ", ", " ", "\n", ";", "\r\n", " ,\n"]),
    ) {
        let addresses: Vec<String> = names.iter().map(|name| format!("{name}@x.org")).collect();

        let found = read_list(&addresses.join(divider));

        prop_assert_eq!(found.into_iter().map(|it| it.address.unwrap()).collect::<Vec<_>>(), addresses);
    }

    /// No text is too strange to be read.
    #[test]
    fn any_text_is_read(text in "[\"<>,;@ \\na-c.]{0,60}") {
        let found = read_list(&text);

        let kept = |it: &str| it.chars().filter(char::is_ascii_lowercase).count();
        let typed: usize = found.iter().map(|it| kept(&it.typed)).sum();
        prop_assert_eq!(typed, kept(&text));
    }
}
