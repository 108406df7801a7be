use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_bundle::FluentResource;

use super::*;

/// The keys that a language has.
fn keys(language: Language) -> BTreeSet<String> {
    let lines = sources(language)
        .iter()
        .flat_map(|it| it.lines())
        .filter(|line| line.starts_with(|it: char| it.is_ascii_lowercase()));
    lines.filter_map(|line| line.split_once('=')).map(|(key, _)| key.trim().to_owned()).collect()
}

/// Everything that can ask for a key: templates and sources, but for the API, which speaks to programs.
fn askers() -> Vec<String> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"), &mut found);
    found
}

fn collect(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.extension().and_then(|it| it.to_str());
        if path.ends_with("src/web/api") {
            continue;
        }
        if path.is_dir() {
            collect(&path, found);
        } else if matches!(kind, Some("rs" | "html")) && !path.ends_with("tests.rs") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_language_is_read_without_a_problem_and_has_the_same_keys() {
    for language in Language::ALL {
        for source in sources(language) {
            let parsed = FluentResource::try_new((*source).to_owned());

            assert!(parsed.is_ok(), "{language:?}: {:?}", parsed.err().map(|it| it.1));
        }
    }
    let [english, german] = Language::ALL.map(keys);
    assert_eq!(english.difference(&german).collect::<Vec<_>>(), Vec::<&String>::new(), "German lacks these");
    assert_eq!(german.difference(&english).collect::<Vec<_>>(), Vec::<&String>::new(), "English lacks these");
    assert!(english.len() > 50);
}

#[test]
fn no_key_stands_twice_in_a_language() {
    for language in Language::ALL {
        let lines = sources(language).iter().flat_map(|it| it.lines());
        let count = lines.filter(|it| it.starts_with(|it: char| it.is_ascii_lowercase())).count();

        assert_eq!(count, keys(language).len(), "{language:?}");
    }
}

#[test]
fn every_key_that_is_asked_for_exists() {
    let known = keys(Language::English);
    let mut missing = BTreeSet::new();

    for text in askers() {
        for call in [".say(\"", ".count(\"", ".name(\"", ".with(\""] {
            let asked = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
            missing.extend(asked.filter(|key| !known.contains(*key)).map(str::to_owned));
        }
    }

    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn every_key_that_exists_is_asked_for() {
    let sources = askers();

    let unused: Vec<String> = keys(Language::English)
        .into_iter()
        .filter(|key| !sources.iter().any(|text| text.contains(&format!("\"{key}\""))))
        .collect();

    assert_eq!(unused, Vec::<String>::new());
}

#[test]
fn moments_are_written_as_the_language_writes_them_and_name_the_zone() {
    let at = Timestamp::from_millis(1_795_343_400_000);

    assert_eq!(Texts(Language::English).moment(&at), "22 Nov 2026, 10:30 UTC");
    assert_eq!(Texts(Language::German).moment(&at), "22. Nov. 2026, 10:30 UTC");
    assert_eq!(Texts(Language::English).day(&at), "22 Nov 2026");
    assert_eq!(Texts(Language::German).day(&at), "22. Nov. 2026");
}

#[test]
fn a_name_keeps_its_direction_to_itself() {
    let said = Texts(Language::English).name("menu-of", "\u{202e}evil");

    assert_eq!(said, "Actions for \u{2068}\u{202e}evil\u{2069}");
}

#[test]
fn a_key_that_does_not_exist_is_shown_as_such() {
    assert_eq!(Texts(Language::English).say("no-such-text"), "[no-such-text]");
}

/// What is the same in both languages: names, what is only put together, and words that German has from English.
const SAME: [&str; 47] = [
    "about-domain",
    "branding-logo",
    "browser",
    "bulk-do",
    "by-passkey",
    "chip",
    "column-mfa",
    "column-name",
    "column-status",
    "domain",
    "domain-record-name",
    "domains",
    "end-client",
    "export-manifest",
    "export-size",
    "field-code",
    "filter-team",
    "flaw-of-field",
    "form-clash-field",
    "journal",
    "kind-generic",
    "kind-team",
    "method-passkey",
    "name",
    "navigation",
    "organisation",
    "passkey-name",
    "passkeys",
    "password-modern",
    "quota-workflows",
    "resource-dashboard",
    "resource-workflow",
    "review-ask",
    "review-held-team",
    "review-of-teams",
    "setup-name",
    "stream-format",
    "stream-json",
    "stream-ocsf",
    "stream-region",
    "stream-syslog",
    "stream-webhook",
    "teams",
    "through-way",
    "told-after-ms",
    "told-after-seconds",
    "type-sso",
];

#[test]
fn no_german_text_is_the_english_one() {
    let all = |language| -> BTreeMap<String, String> {
        let said = keys(language).into_iter().map(|key| (key.clone(), Texts(language).say(&key)));
        said.collect()
    };
    let (english, german) = (all(Language::English), all(Language::German));

    let same: Vec<&str> =
        english.iter().filter(|(key, text)| german.get(*key) == Some(text)).map(|(key, _)| key.as_str()).collect();

    assert_eq!(same, SAME);
}
