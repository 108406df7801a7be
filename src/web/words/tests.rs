use axum::http::Method;

use super::*;
use crate::domain::address::AddressProblem;
use crate::domain::denial::{Denial, Who};
use crate::domain::flaw::Flaw;
use crate::domain::password::{PasswordPolicy, PasswordPreset};
use crate::domain::policy::Action;
use crate::domain::role::{Misfit, RoleKey};
use crate::domain::user_import::BadFile;
use crate::web::barrier::Barrier;
use crate::web::texts::Language;

const T: Texts = Texts(Language::English);

#[test]
fn each_rule_of_a_policy_is_one_sentence() {
    let said = |preset, is_mfa_required| -> Vec<String> {
        let rules = rules(T, PasswordPolicy::of(preset).demands(is_mfa_required));
        rules.into_iter().map(|rule| rule.text).collect()
    };

    assert_eq!(
        said(PasswordPreset::Classic, false),
        [
            "At least 8 characters.",
            "With 1 upper-case letter.",
            "With 1 lower-case letter.",
            "With 1 digit.",
            "With 1 special character, such as - or !.",
            "Not a common password.",
            "Not made of your name or organisation.",
        ]
    );
    assert_eq!(said(PasswordPreset::Modern, true).first().unwrap(), "At least 8 characters.");
    assert_eq!(said(PasswordPreset::Modern, false).first().unwrap(), "At least 15 characters.");
}

/// C5: the page shows the rules in force, and no others.
#[test]
fn c5_a_rule_that_is_not_in_force_is_not_said() {
    let said = |policy: &PasswordPolicy| -> Vec<String> {
        rules(T, policy.demands(false)).into_iter().map(|rule| rule.text).collect()
    };
    let bare = PasswordPolicy { deny_breached: false, deny_context_words: false, ..PasswordPolicy::default() };
    let classes = [Class::Digit].into();
    let kept = PasswordPolicy { min: 20, history: 5, classes, deny_breached: false, ..PasswordPolicy::default() };

    assert_eq!(said(&bare), ["At least 15 characters."]);
    assert_eq!(
        said(&kept),
        [
            "At least 20 characters.",
            "With 1 digit.",
            "Not made of your name or organisation.",
            "None of the last 5 passwords you had before.",
        ]
    );
    assert_eq!(
        said(&PasswordPolicy { history: 1, ..bare }),
        ["At least 15 characters.", "Not the password you had before."]
    );
}

#[test]
fn s2_11_each_missing_kind_of_character_has_its_own_sentence() {
    let weak = Complaint::Weak(vec![Weakness::TooShort { min: 8 }, Weakness::Upper, Weakness::Digit]);

    let said = complaint(T, &weak);

    assert_eq!(said, "Use at least 8 characters. Use at least one upper-case letter. Use at least one digit.");
}

/// Every variant once. `Flaw::Technical` is left out: no page shows it.
#[expect(clippy::too_many_lines, reason = "a table: one line for each flaw")]
fn flaws() -> Vec<Flaw> {
    let role = RoleKey::parse("auditor").unwrap();
    let plain = [
        Flaw::Missing,
        Flaw::Twice,
        Flaw::Nul,
        Flaw::Empty,
        Flaw::Control,
        Flaw::NotANumber,
        Flaw::IdleBeyondLife,
        Flaw::LinkStays,
        Flaw::WayNotAllowed,
        Flaw::NoRole,
        Flaw::RoleKey,
        Flaw::ProtectedRole,
        Flaw::RoleLabel,
        Flaw::Below,
        Flaw::SameAddress,
        Flaw::NoAddress,
        Flaw::AddressStays,
        Flaw::PasswordsDiffer,
        Flaw::Slug,
        Flaw::RoleModel,
        Flaw::Owner,
        Flaw::Members,
        Flaw::Resources { most: 7 },
        Flaw::People,
        Flaw::Teams,
        Flaw::Lead,
        Flaw::Reviewers,
        Flaw::Why,
        Flaw::OwnAccess,
        Flaw::NothingLower,
        Flaw::IsDecided,
        Flaw::Past,
        Flaw::Sharee,
        Flaw::TeamStands,
        Flaw::Subject,
        Flaw::Access,
        Flaw::Permission,
        Flaw::NoScopes,
        Flaw::Provider,
        Flaw::NobodyInvited,
        Flaw::ChooseRole,
        Flaw::Confirmation,
        Flaw::Meaningless,
        Flaw::Cursor,
        Flaw::Moment,
        Flaw::EndsFirst,
        Flaw::Decision,
        Flaw::Passkey,
    ];
    let filled = [
        Flaw::TooLong { characters_max: 7 },
        Flaw::TooLongOrLines { characters_max: 7 },
        Flaw::TooLongOrNul { characters_max: 7 },
        Flaw::NotBetween { from: 1, to: 7 },
        Flaw::Minutes { from: 1, to: 7 },
        Flaw::Days { from: 0, to: 7 },
        Flaw::Lifetime { from: 1, to: 7 },
        Flaw::NoSuchRole { role: role.clone(), roles: Vec::new() },
        Flaw::NoSuchRole { role: role.clone(), roles: vec![role] },
        Flaw::Reading(Vec::new()),
        Flaw::Reading(vec!["strict".to_owned()]),
        Flaw::Weak(vec![Weakness::TooShort { min: 7 }, Weakness::Common]),
        Flaw::Weak(vec![Weakness::Upper, Weakness::Lower, Weakness::Digit, Weakness::Special]),
        Flaw::Weak(vec![Weakness::Context, Weakness::Same, Weakness::Earlier { history: 3 }]),
        Flaw::Domain,
        Flaw::WebhookAddress,
        Flaw::SyslogAddress,
        Flaw::BucketAddress,
        Flaw::AsTheStoreShows,
        Flaw::Colour,
        Flaw::Picture,
        Flaw::PictureBytes { kibibytes_max: 256 },
        Flaw::PictureSide { from: 16, to: 1024 },
        Flaw::Support,
        Flaw::TooManyPeople { most: 7 },
        Flaw::NoEvent { word: "user.flown".to_owned(), nearest: "user.left".to_owned() },
        Flaw::TooManyEvents { most: 7 },
        Flaw::TooManyAccounts { most: 7 },
        Flaw::TooManyTokens { most: 7 },
        Flaw::TooManyLinks { most: 7 },
        Flaw::TooManyInvited { most: 7, people: 8 },
        Flaw::Selection { most: 7 },
    ];
    plain.into_iter().chain(filled).chain(flaws_of_parts()).collect()
}

/// What is wrong with an address, with a file, and with a connection.
fn flaws_of_parts() -> impl Iterator<Item = Flaw> {
    let addresses = [
        AddressProblem::NoAddress,
        AddressProblem::SeveralAts,
        AddressProblem::Character,
        AddressProblem::Domain,
        AddressProblem::TooLong,
        AddressProblem::LocalTooLong,
    ];
    let files = [
        BadFile::Empty,
        BadFile::TooLarge,
        BadFile::Encoding,
        BadFile::OpenQuote,
        BadFile::TooManyRows,
        BadFile::NoRows,
        BadFile::UnknownColumns(vec!["colour".to_owned()]),
        BadFile::ColumnTwice("email"),
        BadFile::ColumnMissing("email"),
        BadFile::Unreadable("line 7".to_owned()),
        BadFile::TooManyPasswords { people: 8, most: 7 },
    ];
    let connections = [
        Flaw::Issuer,
        Flaw::ClientId { characters_max: 7 },
        Flaw::Networks { most: 7 },
        Flaw::ScimScopes,
        Flaw::ScimAttribute { name: "colour".to_owned() },
        Flaw::RoleAttribute { name: "colour".to_owned() },
        Flaw::ScimAttributes { most: 7 },
        Flaw::SecretOfIssuer,
        Flaw::ProofWords { most: 7, characters_max: 8 },
        Flaw::AboveCeiling { role: RoleKey::parse("auditor").unwrap() },
    ];
    addresses.map(Flaw::Address).into_iter().chain(files.map(Flaw::File)).chain(connections)
}

fn denials() -> Vec<Denial> {
    let role = RoleKey::parse("auditor").unwrap();
    let who = || Who::Role(RoleKey::parse("viewer").unwrap());
    let deed = || Box::new(Action::CreateTeam);
    let permission = "users:list".to_owned();
    vec![
        Denial::Deed { who: who(), deed: deed() },
        Denial::Holder { who: who(), deed: deed(), role: role.clone() },
        Denial::Permission { who: Who::NoRole, permission: permission.clone() },
        Denial::Ceiling { connection: "okta".to_owned(), role: role.clone() },
        Denial::GiveRole { who: who(), role: role.clone() },
        Denial::GiveMore { who: who(), role: role.clone(), excess: permission },
        Denial::TakeRole { who: who(), role },
        Denial::RaiseOneself,
        Denial::RoleOfProvider,
        Denial::DefineRoles,
        Denial::EndOneself,
        Denial::Oneself,
        Denial::OwnDeprovisioning,
        Denial::PersonalTokens,
        Denial::MfaIsRequired,
        Denial::MfaAtProvider,
        Denial::NameIsManaged,
        Denial::LanguageIsManaged,
        Denial::ProofIsOld,
        Denial::NoProof,
        Denial::NoPasskeys,
        Denial::UserNotOffered,
        Denial::NewcomersNotOffered,
        Denial::ServiceAccountNotOffered,
        Denial::TeamNotOffered,
        Denial::GroupNotOffered,
        Denial::ProjectNotOffered,
        Denial::OpenToOneself,
        Denial::TakeOver,
        Denial::NotTheirs,
        Denial::ClaimDomain,
        Denial::AddressIsWayIn,
    ]
}

/// True when a text is there, whole, and not simply that of another language.
fn is_told(english: &str, german: &str) -> bool {
    [english, german].iter().all(|it| !it.contains(['[', '{', '$']) && it.len() > 10) && english != german
}

#[test]
fn whatever_is_wrong_with_a_field_is_said_in_either_language_and_never_in_the_other() {
    for it in flaws() {
        let [english, german] = Language::ALL.map(|language| flaw(Texts(language), &it));

        assert!(is_told(&english, &german), "{it:?}: {english} / {german}");
        assert!(!german.contains(&it.to_string()), "{it:?} leaks its English: {german}");
    }
}

#[test]
fn whatever_is_refused_is_said_in_either_language_and_never_in_the_other() {
    for it in denials() {
        let [english, german] = Language::ALL.map(|language| denial(Texts(language), &it));

        assert!(is_told(&english, &german), "{it:?}: {english} / {german}");
        assert!(!german.contains(&it.to_string()), "{it:?} leaks its English: {german}");
    }
}

#[test]
fn what_a_page_shows_of_a_refusal_names_the_deed_the_role_and_the_permission() {
    let german = |it: &Denial| denial(Texts(Language::German), it);
    let said: Vec<String> = denials().iter().take(6).map(german).collect();

    assert_eq!(
        said,
        [
            "Dazu sind Sie nicht berechtigt: Teams anlegen.",
            "Dazu sind Sie nicht berechtigt: Teams anlegen. Die Person hat die Rolle auditor.",
            "Das verlangt die Berechtigung users:list, und die haben Sie nicht.",
            "Die Verbindung \u{2068}okta\u{2069} darf die Rolle auditor weder geben noch verwalten.",
            "Die Rolle auditor dürfen Sie nicht geben.",
            "Die Rolle auditor dürfen Sie nicht geben: Sie erlaubt users:list, und das dürfen Sie selbst nicht.",
        ]
    );
}

fn misfits() -> Vec<Misfit> {
    let role = RoleKey::parse("auditor").unwrap();
    let text = || "users:lists".to_owned();
    vec![
        Misfit::NoSuchRole("gone".to_owned()),
        Misfit::RoleKey,
        Misfit::KeyTaken,
        Misfit::HowMany { most: 7 },
        Misfit::NotAPattern { text: text() },
        Misfit::Unknown { text: text() },
        Misfit::Circle,
        Misfit::Verb("invite, create".to_owned()),
        Misfit::SameRank(role.clone()),
        Misfit::GivesMore { given: role, excess: text() },
        Misfit::NoneProtected,
        Misfit::ProtectedByDefault,
    ]
}

#[test]
fn whatever_is_wrong_with_a_role_is_said_in_either_language_and_never_in_the_other() {
    for it in misfits() {
        let [english, german] = Language::ALL.map(|language| misfit(Texts(language), &it));

        assert!(is_told(&english, &german), "{it:?}: {english} / {german}");
        assert!(!german.contains(&it.to_string()), "{it:?} leaks its English: {german}");
    }
}

#[test]
fn what_stops_a_request_is_said_in_either_language() {
    let barriers = [
        Barrier::Method(Method::PUT),
        Barrier::Hosts,
        Barrier::Misdirected("https://id.example.com".to_owned()),
        Barrier::LongAddress { bytes_max: 8 * 1024 },
        Barrier::Compressed,
        Barrier::Busy,
        Barrier::TooSlow,
        Barrier::MediaType { what: "the form", media_type: "text/csv" },
        Barrier::TooLarge { what: "the form", bytes_max: 4 * 1024 * 1024 },
        Barrier::ForeignForm,
        Barrier::OtherSite,
        Barrier::SessionEnded,
        Barrier::Protocol("client_id: is missing".to_owned()),
    ];
    for it in barriers {
        let [english, german] = Language::ALL.map(|language| it.for_people(Texts(language)).unwrap());

        assert!(is_told(&english, &german), "{it:?}: {english} / {german}");
    }
    let large = Barrier::TooLarge { what: "the form", bytes_max: 4 * 1024 * 1024 };
    assert_eq!(large.to_string(), "the form is larger than 4 MiB");
}
