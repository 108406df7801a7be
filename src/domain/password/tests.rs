//! Good passwords pass, guessable ones don't, and each broken rule has its sentence.

use proptest::prelude::*;

use super::*;

const MODERN: PasswordPolicy = PasswordPolicy::of(PasswordPreset::Modern);
const CLASSIC: PasswordPolicy = PasswordPolicy::of(PasswordPreset::Classic);

fn read(text: &str) -> Password {
    Password::read(text).unwrap_or_else(|weakness| panic!("{text:?}: {weakness}"))
}

fn refusal(text: &str) -> Option<Weakness> {
    Password::read(text).err()
}

fn weak(policy: &PasswordPolicy, text: &str) -> Vec<Weakness> {
    policy.demands(false).weaknesses(&read(text), &[])
}

fn weak_with_mfa(policy: &PasswordPolicy, text: &str) -> Vec<Weakness> {
    policy.demands(true).weaknesses(&read(text), &[])
}

/// AU-14: 1,025 bytes are refused before anything is hashed; 1,024 bytes and 64 emoji are fine.
#[test]
fn au_14_a_password_has_at_most_256_characters_and_1024_bytes() {
    assert_eq!(refusal(&"🔑".repeat(256)), None);
    assert_eq!(refusal(&format!("{}a", "🔑".repeat(256))), Some(Weakness::TooLong));
    assert_eq!(refusal(&"a".repeat(257)), Some(Weakness::TooLong));
    assert_eq!(refusal(&"a".repeat(1 << 20)), Some(Weakness::TooLong));
    assert_eq!(read(&"🚪".repeat(64)).reveal().chars().count(), 64);
}

/// AU-15: spaces are significant, NUL is refused, NFC and NFD spell the same password.
#[test]
fn au_15_spaces_count_nul_is_refused_and_composition_does_not_matter() {
    assert_ne!(read(" four words of mine").reveal(), read("four words of mine").reveal());
    assert_eq!(read("four words of mine ").reveal().len(), 19);
    for control in ["a\0b", "a\nb", "a\tb", "\u{7f}", "a\u{85}"] {
        assert_eq!(refusal(control), Some(Weakness::Control), "{control:?}");
    }
    assert_eq!(read("cafe\u{301} und Ko\u{308}nig").reveal(), read("caf\u{e9} und K\u{f6}nig").reveal());
    assert_eq!(read("no\u{a0}break").reveal(), "no break");
}

/// AU-13: nothing is cut off; two long passwords that differ late are two passwords.
#[test]
fn au_13_every_character_counts() {
    let start = "x1".repeat(60);

    assert_ne!(read(&format!("{start}a")).reveal(), read(&format!("{start}b")).reveal());
    assert_ne!(read("Abc").reveal(), read("abc").reveal());
}

/// S2-10: seven characters are refused, eight with all four classes are taken.
#[test]
fn s2_10_classic_takes_eight_characters_and_refuses_seven() {
    assert_eq!(weak(&CLASSIC, "mR7-kq2"), [Weakness::TooShort { min: 8 }]);
    assert_eq!(weak(&CLASSIC, "mR7-kq2v"), []);
}

/// S2-11: each missing class is refused with its own message.
#[test]
fn s2_11_classic_names_each_missing_class() {
    let cases = [
        ("mr7-kq2v", "use an upper-case letter"),
        ("MR7-KQ2V", "use a lower-case letter"),
        ("mRt-kqzv", "use a digit"),
        ("mR7tkq2v", "use a special character, such as - or !"),
    ];

    for (text, message) in cases {
        let messages: Vec<_> = weak(&CLASSIC, text).iter().map(ToString::to_string).collect();
        assert_eq!(messages, [message], "{text}");
    }
    let messages: Vec<_> = weak(&CLASSIC, "ääääßßß").iter().map(ToString::to_string).collect();
    assert_eq!(messages.len(), 4, "the length and three classes: {messages:?}");
}

/// C5: modern asks for 15 characters, or 8 where a second factor is required, and for no classes.
#[test]
fn c5_modern_takes_fifteen_characters_or_eight_with_a_second_factor() {
    assert_eq!(weak(&MODERN, "vexing koalas h"), []);
    assert_eq!(weak(&MODERN, "vexing koalas"), [Weakness::TooShort { min: 15 }]);
    assert_eq!(weak_with_mfa(&MODERN, "vexkoals"), []);
    assert_eq!(weak_with_mfa(&MODERN, "vexkoal"), [Weakness::TooShort { min: 8 }]);
}

/// C5: what an organisation says besides the preset asks for more, and never for less.
#[test]
fn c5_a_policy_asks_for_more_than_its_preset_and_never_for_less() {
    let own = |min| PasswordPolicy { min, classes: [Class::Digit].into(), ..MODERN };

    assert_eq!(weak(&own(12), "vexing koalas"), [Weakness::TooShort { min: 15 }, Weakness::Digit]);
    assert_eq!(weak_with_mfa(&own(12), "vexkoals"), [Weakness::TooShort { min: 12 }, Weakness::Digit]);
    assert_eq!(weak_with_mfa(&own(12), "vexkoals1hum"), []);
    assert_eq!(weak(&own(20), "vexing koalas hum 1"), [Weakness::TooShort { min: 20 }]);
    let classic = PasswordPolicy { min: 10, ..CLASSIC };
    assert_eq!(weak(&classic, "vexkoals1"), [Weakness::TooShort { min: 10 }, Weakness::Upper, Weakness::Special]);
}

/// C5: each of the two lists is consulted only where the policy says so.
#[test]
fn c5_a_list_that_is_left_out_refuses_nothing() {
    let found = |policy: PasswordPolicy, text: &str| policy.demands(true).weaknesses(&read(text), &["Contoso Ltd"]);
    let any = PasswordPolicy { deny_breached: false, ..MODERN };
    let names = PasswordPolicy { deny_context_words: false, ..MODERN };

    assert_eq!([found(MODERN, "trustno1"), found(MODERN, "contoso2026")], [[Weakness::Common], [Weakness::Context]]);
    assert_eq!(found(any.clone(), "trustno1"), []);
    assert_eq!(found(any, "contoso2026"), [Weakness::Context]);
    assert_eq!(found(names.clone(), "contoso2026"), []);
    assert_eq!(found(names, "trustno1"), [Weakness::Common]);
}

/// C5: what of the standard a choice misses is known for each choice.
#[test]
fn c5_a_policy_knows_what_of_the_standard_it_misses() {
    let missed = |policy: PasswordPolicy| policy.missed().into_iter().map(Asvs::number).collect::<Vec<_>>();

    assert_eq!(missed(MODERN), [""; 0]);
    assert_eq!(missed(PasswordPolicy { min: 20, history: 5, ..MODERN }), [""; 0]);
    assert_eq!(missed(CLASSIC), ["6.2.5"]);
    assert_eq!(missed(PasswordPolicy { classes: [Class::Upper].into(), ..MODERN }), ["6.2.5"]);
    let nothing = PasswordPolicy { deny_breached: false, deny_context_words: false, ..MODERN };
    assert_eq!(missed(nothing), ["6.2.4", "6.2.11"]);
}

#[test]
fn a_policy_is_written_as_the_name_of_a_preset_or_as_a_table() {
    let read = |text: &str| serde_json::from_str::<PasswordPolicy>(text).map_err(|error| error.to_string());
    let own = PasswordPolicy {
        min: 20,
        classes: [Class::Upper, Class::Digit].into(),
        deny_breached: false,
        deny_context_words: false,
        history: 5,
        ..CLASSIC
    };
    let written = r#"{"preset":"classic","min":20,"classes":["upper","digit"],"deny_breached":false,"deny_context_words":false,"history":5}"#;

    assert_eq!(read(r#""classic""#), Ok(CLASSIC));
    assert_eq!(read("{}"), Ok(MODERN));
    assert_eq!(read(r#"{"history": 3}"#), Ok(PasswordPolicy { history: 3, ..MODERN }));
    assert_eq!(serde_json::to_string(&own).unwrap(), written);
    assert_eq!(read(written), Ok(own));
    assert_eq!(
        toml::from_str::<std::collections::BTreeMap<String, PasswordPolicy>>("it = \"classic\"").unwrap()["it"],
        CLASSIC
    );
    for (text, part) in [
        (r#""strict""#, "unknown variant `strict`"),
        (r#"{"upper": 1}"#, "unknown field `upper`"),
        (r#"{"classes": ["emoji"]}"#, "unknown variant `emoji`"),
        (r#"{"history": -1}"#, "invalid value"),
        (r#"{"deny_breached": "no"}"#, "invalid type"),
        ("7", "a table of preset"),
    ] {
        assert!(read(text).unwrap_err().contains(part), "{text}: {:?}", read(text));
    }
}

#[test]
fn what_everybody_would_guess_first_is_refused_in_every_disguise() {
    let guessable = [
        "password",
        "Password1!",
        "P@ssw0rd2026",
        "passwordpassword",
        "PasswordPassword1",
        "123456789012345",
        "qwertyuiopasdfghjkl",
        "1q2w3e4r5t6y7u8i",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "Welcome123!",
        "letmeinletmein",
        "adminpassword",
        "Summer-2026!!!!",
        "!!!admin!!!!!!!",
        "4dm1n1str4t0r",
        "trustno1",
        "iloveyou iloveyou",
        "zyxwvutsrqponml",
        "1qaz2wsx3edc4rfv",
        "correct horse battery staple",
        "changeme changeme",
        "p4ssw0rdp4ssw0rd",
    ];

    for text in guessable {
        let found = weak_with_mfa(&MODERN, text);
        assert!(found.contains(&Weakness::Common), "{text}: {found:?}");
    }
}

#[test]
fn of_a_password_that_is_too_short_nothing_more_is_said_than_that() {
    assert!(matches!(*weak(&MODERN, "abc"), [Weakness::TooShort { .. }]), "{:?}", weak(&MODERN, "abc"));
    assert!(matches!(*weak(&MODERN, "trustno1"), [Weakness::TooShort { .. }]));
}

#[test]
fn what_is_hard_to_guess_is_not_called_common() {
    let good = [
        "vexing koalas hum",
        "mR7-kq2v",
        "tango-7-lantern-osmosis",
        "Xk9#mPq2$vLw8@nR",
        "die Katze tritt die Treppe krumm",
        "mein hund heisst zwirbel",
        "пароли бывают разные",
        "umbrella harvest gloom",
        "rivet-anchovy-plume",
    ];

    for text in good {
        assert!(!weak(&MODERN, text).contains(&Weakness::Common), "{text}");
    }
}

#[test]
fn a_password_made_of_the_persons_own_names_is_refused_and_one_that_mentions_them_is_not() {
    let context = ["alice.winterbourne@example.test", "Alice Winterbourne", "Contoso Ltd"];
    let found = |text: &str| MODERN.demands(false).weaknesses(&read(text), &context).contains(&Weakness::Context);

    for text in ["AliceWinterbourne1", "alicealicealice", "contoso-2026-!!", "Doorward2026!!!", "winterbourne.alice"] {
        assert!(found(text), "{text}");
    }
    for text in ["alice sails to the far islands", "contoso pays for my lanterns", "vexing koalas hum"] {
        assert!(!found(text), "{text}");
    }
}

/// The list holds short digests, so that one of some 40,000 passwords, whatever it is, seems to be on it.
#[test]
fn a_temporary_password_of_ours_passes_modern_but_for_a_false_alarm_of_the_list() {
    let refused = (0..200).filter(|_| {
        let text = super::super::secret::temporary_password();
        let weak = weak(&MODERN, text.reveal());
        assert!(weak.is_empty() || weak == [Weakness::Common], "{weak:?}");
        !weak.is_empty()
    });

    assert!(refused.count() <= 3, "far more than by chance");
}

proptest! {
    #[test]
    fn reading_a_password_twice_changes_nothing(text in "\\PC{0,40}") {
        let once = read(&text);

        let twice = read(once.reveal());

        prop_assert_eq!(twice.reveal(), once.reveal());
    }

    #[test]
    fn no_text_breaks_the_check(text in any::<String>()) {
        if let Ok(password) = Password::read(&text) {
            drop(CLASSIC.demands(false).weaknesses(&password, &["alice", ""]));
        }
    }
}
