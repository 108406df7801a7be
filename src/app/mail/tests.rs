//! What a hostile name can do to a mail: nothing.

use super::*;

fn mail(name: &str, organisation: &str) -> Mail {
    Mail {
        to: "ada@example.com".to_owned(),
        name: name.to_owned(),
        user_name: "ada".to_owned(),
        organisation: organisation.to_owned(),
        letter: Letter::PasswordReset { link: "https://id.example.com/reset/dwln_x".to_owned() },
    }
}

fn composed(mail: &Mail) -> String {
    let id = "019a0000-0000-7000-8000-000000000001".parse().unwrap();
    let now = Timestamp::from_millis(1_795_344_000_000);
    let from = "no-reply@id.example.com".parse().unwrap();
    String::from_utf8(compose(mail, "https://id.example.com", from, (id, now)).unwrap().formatted()).unwrap()
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

/// Every letter there is, about people whose names say `name`.
fn letters(name: &str) -> Vec<Letter> {
    let (text, link) = (name.to_owned(), "https://id.example.com/invite/dwln_x".to_owned());
    vec![
        Letter::PasswordReset { link: link.clone() },
        Letter::Activation { link: link.clone() },
        Letter::TemporaryPassword { password: "secret".to_owned() },
        Letter::Invitation { link, inviter: Some(text.clone()), role: text.clone() },
        Letter::InvitationRefused { address: "ida@acme.example".to_owned(), inviter: text.clone() },
        Letter::RoleChanged { role: text.clone() },
        Letter::Deactivated,
        Letter::Reactivated,
        Letter::MfaReset,
        Letter::SecondFactorDue { until: None, days_left: None },
        Letter::SecondFactorDue { until: Some(Timestamp::from_millis(1_795_344_000_000)), days_left: Some(3) },
        Letter::PasswordChanged,
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
    ]
}

/// RE-18: in every letter a name is neither markup nor something that a mail program makes a link of.
#[test]
fn re_18_a_name_is_words_in_every_letter() {
    let evil = "<a href=https://evil.example>Win</a> www.evil.example http://evil.example/x?a=b";
    for letter in letters(evil) {
        let mail = Mail { letter, ..mail(evil, evil) };

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

/// Every letter greets, says one thing, and leads to one place at most.
#[test]
fn every_letter_is_short_and_leads_to_one_place() {
    let mut read = String::new();
    for letter in letters("Olga Owner") {
        let mail = Mail { letter, ..mail("Ada", "Acme") };
        let text = mail.letter.write(&mail, "https://id.example.com");
        assert!(text.html().matches("<a ").count() <= 1, "{}", text.html());
        read.push_str(&format!("== {}\n{}\n", text.subject, text.plain().replace("\r\n", "\n")));
    }
    insta::assert_snapshot!(read);
}
