//! What of a foreign server's words is shown.

use super::*;

#[test]
fn what_a_mail_server_says_becomes_one_short_line_without_anything_that_acts() {
    let table = [
        ("5.1.1 <ida@x.example>: unknown", Some("5.1.1 <ida@x.example>: unknown")),
        ("5.7.1 no\r\n\r\n  mail\tfor\u{1b}[31m you", Some("5.7.1 no mail for [31m you")),
        ("x\u{202e}olleh\u{2066} \u{200b}y", Some("x olleh y")),
        (" \r\n", None),
        ("", None),
    ];

    for (said, shown) in table {
        assert_eq!(quoted(said, &[]).as_deref(), shown, "{said:?}");
    }
    let long = quoted(&"ä".repeat(SAID_MAX + 1), &[]).unwrap();
    assert_eq!((long.chars().count(), long.ends_with("ä…")), (SAID_MAX + 1, true));
    assert_eq!(quoted(&"ä".repeat(SAID_MAX), &[]).unwrap().chars().count(), SAID_MAX);
}

#[test]
fn what_repeats_a_secret_of_the_letter_is_not_shown_however_it_is_written() {
    let secrets = ["https://id.example/invite/dwln_AbC-12_x", "dwln_AbC-12_x", ""];

    for said in [
        "spam: https://id.example/invite/dwln_AbC-12_x is listed",
        "DWLN_ABC-12_X",
        "dwln_Ab\r\nC-12_x",
        "dwln_AbC=\r\n-12_x",
    ] {
        assert_eq!(quoted(said, &secrets), None, "{said:?}");
    }
    assert!(quoted("dwln_AbC", &secrets).is_some());
}

#[test]
fn the_reason_is_read_as_it_is_written() {
    for why in GivenUp::ALL {
        assert_eq!(GivenUp::parse(why.word()), Some(why));
    }
    assert_eq!(GivenUp::parse("other"), None);
}
