//! What a hostile name can do to a mail: nothing.

use super::*;
use crate::app::alert::Failing;
use crate::domain::id::OrgId;

const MOMENT: Timestamp = Timestamp::from_millis(1_795_344_000_000);

fn mail(name: &str, organisation: &str) -> Mail {
    Mail {
        to: "ada@example.com".to_owned(),
        name: name.to_owned(),
        user_name: "ada".to_owned(),
        organisation: organisation.to_owned(),
        slug: "acme".to_owned(),
        language: Language::English,
        person: None,
        at: Some(MOMENT),
        whence: Whence::UNKNOWN,
        letter: Letter::PasswordReset {
            link: "https://id.example.com/reset/dwln_x".to_owned(),
            by_administrator: false,
        },
    }
}

fn composed(mail: &Mail) -> String {
    let id = "019a0000-0000-7000-8000-000000000001".parse().unwrap();
    let from = "no-reply@id.example.com".parse().unwrap();
    String::from_utf8(compose(mail, "https://id.example.com", from, (id, MOMENT)).unwrap().formatted()).unwrap()
}

fn headers(message: &str) -> Vec<&str> {
    let (head, _) = message.split_once("\r\n\r\n").unwrap();
    head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).collect()
}

#[test]
fn a_mail_names_its_recipient_its_subject_and_an_id_of_our_own_host() {
    let message = composed(&mail("Ada Lovelace", "Acme"));

    let headers = headers(&message);

    assert!(headers.contains(&"To: \"Ada Lovelace\" <ada@example.com>"), "{headers:?}");
    assert!(headers.contains(&"Subject: Choose a new password for Acme"), "{headers:?}");
    assert!(headers.contains(&"Message-ID: <019a0000-0000-7000-8000-000000000001@id.example.com>"), "{headers:?}");
    assert!(headers.contains(&"Date: Sun, 22 Nov 2026 10:40:00 +0000"), "{headers:?}");
}

/// RE-17: line breaks in names neither add a header nor a recipient nor a second message.
#[test]
fn re_17_line_breaks_in_names_add_no_header_and_no_recipient() {
    for evil in
        ["x\r\nBcc: eve@evil.example", "x%0d%0aBcc: eve", "x\nBcc: eve", "x\r\n.\r\nQUIT", "\" <eve@evil.example>, \""]
    {
        let message = composed(&mail(evil, evil));

        let names: Vec<&str> = headers(&message).iter().filter_map(|line| line.split(':').next()).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();

        assert_eq!(
            sorted,
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"],
            "{evil:?}"
        );
        assert!(!message.contains("\r\n.\r\n"), "{evil:?}");
    }
}

#[test]
fn a_name_is_text_in_the_html_part_and_one_line_in_the_plain_part() {
    let mail = mail("<b onload=x>\r\nHello", "A & B");

    let text = mail.letter.write(&mail, "https://id.example.com");

    assert!(text.html().contains("Hello &lt;b onload=x&gt;  Hello,"), "{}", text.html());
    assert!(text.html().contains("at A &amp; B."), "{}", text.html());
    assert!(text.plain().starts_with("Hello <b onload=x>  Hello,\r\n\r\n"), "{}", text.plain());
}

#[test]
fn a_host_that_is_a_number_becomes_localhost() {
    assert_eq!(host("http://127.0.0.1:8080"), "localhost");
    assert_eq!(host("https://id.example.com:8443"), "id.example.com");
}

fn still_here(name: &str, is_kept_here: bool) -> Letter {
    let user = "019a0000-0000-7000-8000-000000000008".parse().unwrap();
    Letter::StillHere { name: name.to_owned(), user, since: MOMENT, is_kept_here }
}

fn break_glass_used(name: &str, is_failed: bool) -> Letter {
    Letter::BreakGlassUsed { name: name.to_owned(), address: "192.0.2.7".to_owned(), at: MOMENT, is_failed }
}

fn review_asked(name: &str, is_reminder: bool, is_late: bool) -> Letter {
    let review = "019a0000-0000-7000-8000-000000000007".parse().unwrap();
    Letter::ReviewAsked { name: name.to_owned(), review, items: 12, until: MOMENT, is_reminder, is_late }
}

fn stream_fails(name: &str, is_paused: bool) -> Letter {
    let stream = "019a0000-0000-7000-8000-000000000009".parse().unwrap();
    let why = "the receiver answered with status 503".to_owned();
    Letter::AuditStreamFails { name: name.to_owned(), stream, since: MOMENT, why, is_paused }
}

/// Every letter there is, about people whose names say `name`.
fn letters(name: &str) -> Vec<Letter> {
    let (text, link) = (name.to_owned(), "https://id.example.com/invite/dwln_x".to_owned());
    let mut all = vec![
        Letter::PasswordReset { link: link.clone(), by_administrator: false },
        Letter::PasswordReset { link: link.clone(), by_administrator: true },
        Letter::Activation { link: link.clone(), by: None },
        Letter::Activation { link: link.clone(), by: Some(text.clone()) },
        Letter::TemporaryPassword { password: "secret".to_owned(), by: None, until: None },
        Letter::TemporaryPassword { password: "secret".to_owned(), by: Some(text.clone()), until: Some(MOMENT) },
        Letter::PasswordSet { by: Some(text.clone()), until: Some(MOMENT) },
        Letter::PasswordSet { by: None, until: None },
        Letter::Invitation { link, inviter: Some(text.clone()), role: text.clone() },
        Letter::InvitationRefused { address: "ida@acme.example".to_owned(), inviter: text.clone() },
        Letter::InvitationWanted { address: "ida@acme.example".to_owned(), inviter: text.clone() },
        Letter::InvitationWanted { address: "ida@acme.example".to_owned(), inviter: String::new() },
        Letter::RoleChanged { role: text.clone(), before: None, by: None, is_shut_out: true },
        Letter::RoleChanged {
            role: text.clone(),
            before: Some(text.clone()),
            by: Some(text.clone()),
            is_shut_out: false,
        },
        Letter::Deactivated,
        Letter::Removed { by: Some(text.clone()) },
        Letter::Left,
        Letter::HolderLeft { holder: text.clone(), role: text.clone() },
        Letter::Reactivated,
        Letter::MfaReset,
        Letter::SecondFactorDue { until: None, days_left: None },
        Letter::SecondFactorDue { until: Some(MOMENT), days_left: Some(3) },
        Letter::PasswordChanged,
        Letter::FailedSignIns { failing: Failing::User { name: text.clone() }, failures: 12 },
        Letter::FailedSignIns { failing: Failing::Address { address: "192.0.2.7".to_owned() }, failures: 30 },
        Letter::FailedSignIns { failing: Failing::Organisation, failures: 100 },
        still_here(name, true),
        still_here(name, false),
        review_asked(name, false, false),
        review_asked(name, true, false),
        review_asked(name, true, true),
        Letter::ReviewMissing { quarter: "2026-Q4".to_owned() },
        Letter::NewSignIn {
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0".to_owned(),
            address: "192.0.2.7".to_owned(),
            at: MOMENT,
        },
        Letter::DeviceLetIn { application: text.clone() },
        Letter::LinkedByEmail { provider: text.clone() },
        Letter::Linked { provider: text.clone(), by: Some(text.clone()), signs_in_there: true },
        Letter::Linked { provider: text.clone(), by: None, signs_in_there: false },
        Letter::OwnPasswordChanged,
        Letter::SecondFactorOn,
        Letter::SecondFactorOff,
        Letter::AuthenticatorRemoved,
        Letter::PasskeyAdded { name: "Laptop".to_owned() },
        Letter::PasskeyRemoved { name: "Laptop".to_owned() },
        Letter::RecoveryCodesRenewed,
        Letter::RecoveryCodeUsed { left: 9 },
        Letter::PersonalToken { name: text.clone() },
        Letter::EmailChanged { new: "ida@acme.example".to_owned() },
        Letter::ConfirmEmail { link: "https://id.example.com/email/dwln_x".to_owned() },
        Letter::EmailChangeAsked { new: "ida@acme.example".to_owned() },
        Letter::LastHolderAlert { holder: "olga".to_owned() },
        Letter::SignInFlood { in_a_second: 50, in_a_minute: 312 },
    ];
    all.extend(letters_of_connections(name));
    all.extend(letters_of_the_organisation(name));
    all
}

/// The letters about the organisation and its audit log.
fn letters_of_the_organisation(name: &str) -> [Letter; 6] {
    [
        Letter::OrganisationDeleted { until: MOMENT },
        break_glass_used(name, false),
        break_glass_used(name, true),
        stream_fails(name, false),
        stream_fails(name, true),
        Letter::AuditExportReady { until: MOMENT },
    ]
}

/// The letters about connections to identity providers.
fn letters_of_connections(name: &str) -> [Letter; 8] {
    let (provider, hint) = (name.to_owned(), "dwsc_abcdef".to_owned());
    let connection = "019a0000-0000-7000-8000-000000000002".parse().unwrap();
    let ends = |days_left| Letter::TokenEnds {
        provider: provider.clone(),
        connection,
        hint: hint.clone(),
        until: MOMENT,
        days_left,
    };
    [
        Letter::BreakerTripped { provider: provider.clone(), connection },
        Letter::TokenByLink { provider: provider.clone(), connection },
        Letter::StillHeld { provider: provider.clone(), connection, people: 1, since: MOMENT },
        Letter::StillHeld { provider: provider.clone(), connection, people: 12, since: MOMENT },
        ends(14),
        ends(1),
        Letter::ConnectionSilent { provider: provider.clone(), connection, since: MOMENT, hours: 48 },
        Letter::ConnectionSpeaks { provider: provider.clone(), connection, since: MOMENT },
    ]
}

/// RE-18: in every letter a name is neither markup nor something that a mail program makes a link of.
#[test]
fn re_18_a_name_is_words_in_every_letter() {
    let evil = "<a href=https://evil.example>Win</a> www.evil.example http://evil.example/x?a=b";
    for (letter, language) in in_every_language(evil) {
        let mail = Mail { letter, language, user_name: evil.to_owned(), ..mail(evil, evil) };

        let text = mail.letter.write(&mail, "https://id.example.com");

        assert!(!text.html().contains("<a href=https"), "{}", text.html());
        assert_eq!(text.html().matches("<a ").count(), text.html().matches("<a href=\"https://id.example.com").count());
        for whole in [text.html(), text.plain()] {
            let looks_like_a_link = ["evil.example", "http://evil", "https://evil", "www.evil"];
            let linked = looks_like_a_link.iter().filter(|it| whole.contains(**it)).count();
            assert_eq!(linked, 0, "{whole}");
        }
    }
}

/// Every letter there is, in each language.
fn in_every_language(name: &str) -> Vec<(Letter, Language)> {
    let all = Language::ALL.into_iter();
    all.flat_map(|language| letters(name).into_iter().map(move |letter| (letter, language))).collect()
}

/// Every letter greets, says one thing, and leads to one place at most; what each says is in the snapshot of its language.
#[test]
fn every_letter_is_short_and_leads_to_one_place_in_every_language() {
    let mut read = [String::new(), String::new()];
    for (letter, language) in in_every_language("Olga Owner") {
        let mail = Mail { letter, language, ..mail("Ada", "Acme") };
        let text = mail.letter.write(&mail, "https://id.example.com");
        assert!(text.html().matches("<a ").count() <= 1, "{}", text.html());
        assert!(text.html().contains(&format!("<html lang=\"{}\" dir=\"ltr\">", language.tag())), "{}", text.html());
        let said = format!("== {}\n{}\n", text.subject, text.plain().replace("\r\n", "\n"));
        assert!(!said.contains(['[', '{', '}']), "a text or a part of one is missing: {said}");
        read[usize::from(language == Language::German)].push_str(&said);
    }
    let [english, german] = read;
    insta::assert_snapshot!("letters_in_english", english);
    insta::assert_snapshot!("letters_in_german", german);
}

#[test]
fn a_letter_about_a_deed_says_when_and_from_where_as_far_as_it_is_known() {
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
    let at_home = Whence { address: Some("192.0.2.7".to_owned()), user_agent: Some(firefox.to_owned()) };
    let program = Whence::program("2001:db8::7".parse().unwrap());
    for (at, whence, english, german) in [
        (
            Some(MOMENT),
            at_home,
            "When: 22 November 2026, 10:40 UTC. From where: Firefox on Linux at the address 192.0.2.7.",
            "Wann: 22. November 2026, 10:40 UTC. Von wo: Firefox unter Linux, Adresse 192.0.2.7.",
        ),
        (
            Some(MOMENT),
            program,
            "When: 22 November 2026, 10:40 UTC. From where: the address 2001:db8::7.",
            "Wann: 22. November 2026, 10:40 UTC. Von wo: Adresse 2001:db8::7.",
        ),
        (Some(MOMENT), Whence::UNKNOWN, "When: 22 November 2026, 10:40 UTC.", "Wann: 22. November 2026, 10:40 UTC."),
        (None, Whence::UNKNOWN, "", ""),
    ] {
        for (language, said) in [(Language::English, english), (Language::German, german)] {
            let mail =
                Mail { language, at, whence: whence.clone(), letter: Letter::SecondFactorOn, ..mail("Ada", "Acme") };

            let text = mail.letter.write(&mail, "https://id.example.com").plain().replace(draft::WORD_JOINER, "");

            let paragraphs: Vec<&str> = text.split("\r\n\r\n").collect();
            assert_eq!(paragraphs.contains(&said), !said.is_empty(), "{text}");
            assert_eq!(text.contains("10:40"), at.is_some(), "{text}");
        }
    }
}

#[test]
fn every_text_of_a_letter_is_there_in_every_language_and_is_used() {
    let keys = |language: Language| {
        let lines = draft::sources(language).iter().flat_map(|it| it.lines());
        let keys = lines.filter(|line| line.starts_with(|it: char| it.is_ascii_lowercase()));
        keys.filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()).collect::<Vec<_>>()
    };
    let asking = concat!(include_str!("letter.rs"), include_str!("draft.rs"));

    let [english, german] = Language::ALL.map(keys);

    assert_eq!(english, german);
    let unused: Vec<_> = english.iter().filter(|key| !asking.contains(&format!("\"{key}\""))).collect();
    assert_eq!(unused, Vec::<&String>::new());
    for source in Language::ALL.into_iter().flat_map(draft::sources) {
        let parsed = fluent_bundle::FluentResource::try_new((*source).to_owned());
        assert!(parsed.is_ok(), "{:?}", parsed.err().map(|it| it.1));
    }
}

#[test]
fn a_letter_speaks_the_language_that_the_identity_provider_tells_of_its_reader() {
    for (document, language) in [
        (r#"{"preferredLanguage":"de-AT, en;q=0.8"}"#, Some(Language::German)),
        (r#"{"locale":"de-CH"}"#, Some(Language::German)),
        (r#"{"preferredLanguage":"en","locale":"de-DE"}"#, Some(Language::English)),
        (r#"{"preferredLanguage":"fr","locale":"de-CH"}"#, Some(Language::English)),
        (r#"{"preferredLanguage":" "}"#, None),
        (r#"{"preferredLanguage":7}"#, None),
        ("{}", None),
        ("", None),
    ] {
        assert_eq!(crate::app::language::of_letters(document), language, "{document}");
    }
}

/// A node that dies when the letters are out and their message is not gone leaves them to be written again. They are sorted as
/// their messages are.
#[test]
fn a_message_that_is_sent_again_writes_the_same_letters() {
    let message = |id| Queued {
        id,
        org: OrgId::new(),
        kind: "review-asked".to_owned(),
        payload: String::new(),
        tries: 0,
        next_at: MOMENT,
        created_at: MOMENT,
    };
    let first = "019a0000-0000-7000-8000-000000000001".parse().unwrap();
    let (second, ada, eve) = (OutboxId::new(), UserId::new(), UserId::new());

    let again = Queued { tries: 1, next_at: MOMENT.after(Duration::from_mins(2)), ..message(first) };
    let letters = [(first, Some(ada)), (first, Some(eve)), (first, None), (second, Some(ada)), (second, None)];
    let letters: std::collections::BTreeSet<_> = letters.map(|(id, to)| letter_of(&message(id), to)).into();

    assert_eq!(letter_of(&message(first), Some(ada)), letter_of(&again, Some(ada)));
    assert_eq!(letter_of(&message(first), None), letter_of(&again, None));
    assert_eq!(letters.len(), 5);
    assert_eq!(letters.iter().filter(|it| it.to_string().starts_with("019a0000-0000-7000-")).count(), 3);
}
