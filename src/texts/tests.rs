use super::*;

#[test]
fn the_language_that_is_liked_best_among_those_spoken_here_is_found_or_none() {
    for (wishes, expected) in [
        ("", None),
        ("de", Some(Language::German)),
        ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
        ("de_CH", Some(Language::German)),
        ("en-GB,de;q=0.9", Some(Language::English)),
        ("fr,de;q=0.5,en;q=0.4", Some(Language::German)),
        ("fr, ja", None),
        ("de;q=0, en;q=0.1", Some(Language::English)),
        ("*", None),
        ("de;q=x", Some(Language::German)),
        ("deutsch", None),
    ] {
        assert_eq!(Language::liked(wishes), expected, "{wishes}");
    }
}

#[test]
fn a_key_that_does_not_exist_is_shown_as_such() {
    let nothing = Catalogue::read(|_| &[]);

    assert_eq!(nothing.say(Language::German, "no-such-text", &[]), "[no-such-text]");
}
