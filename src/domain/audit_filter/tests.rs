use super::*;

fn read(words: &[(&str, &str)]) -> Result<AuditFilter, Error> {
    AuditFilter::read(words.iter().copied())
}

#[test]
fn what_is_written_reads_as_the_same_filter() {
    let one = AuditFilter {
        from: When::parse("2026-11-01"),
        to: When::parse("2026-11-26T10:30:00.250Z"),
        actor: Some(Party::Id(Uuid::from_u128(7))),
        target: Some(Party::Kind("group")),
        action: Some(Deeds::One("user.created")),
        outcome: Some(Outcome::Denied),
        text: Some("ä & =?".to_owned()),
    };
    let other = AuditFilter {
        actor: Some(Party::Kind("anonymous")),
        action: Some(Deeds::Area("auth")),
        ..AuditFilter::default()
    };
    for filter in [one, other, AuditFilter::default()] {
        let words = filter.words();

        let again = AuditFilter::read(words.iter().map(|(name, value)| (*name, value.as_str())));

        assert_eq!(again.unwrap(), filter);
        assert!(words.iter().all(|(name, _)| WORDS.contains(name)));
    }
}

/// TE-17: what means nothing is refused by its name and never shows more.
#[test]
fn te_17_a_word_that_means_nothing_is_named_and_never_widens_the_list() {
    for (name, value) in [
        ("from", "yesterday"),
        ("from", "2026-13-01"),
        ("from", "2026-1-1"),
        ("from", "2026-11-26T10:30"),
        ("to", "2026-02-30"),
        ("to", "1795343400"),
        ("actor", "somebody"),
        ("actor", "group"),
        ("target", "anonymous"),
        ("target", "' OR 1=1"),
        ("action", "user."),
        ("action", "user.flown"),
        ("action", "%"),
        ("outcome", "maybe"),
        ("text", "a\0b"),
        ("text", &"x".repeat(257)),
    ] {
        let refused = read(&[(name, value)]);

        assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == name), "{name}={value}: {refused:?}");
    }
    let twice = read(&[("action", "user"), ("action", "group")]);
    assert!(matches!(&twice, Err(Error::Invalid { field, problem: Flaw::Twice }) if field == "action"), "{twice:?}");
}

#[test]
fn a_day_is_whole_and_a_moment_is_in_it() {
    let day = When::parse("2026-11-26").unwrap();
    let moment = When::parse("2026-11-26T12:00:00+02:00").unwrap();

    assert_eq!(
        (day.begins().rfc3339(), day.ends().rfc3339()),
        of("2026-11-26T00:00:00.000Z", "2026-11-27T00:00:00.000Z")
    );
    assert_eq!(
        (moment.begins().rfc3339(), moment.ends().rfc3339()),
        of("2026-11-26T10:00:00.000Z", "2026-11-26T10:00:00.001Z")
    );
}

fn of(begins: &str, ends: &str) -> (String, String) {
    (begins.to_owned(), ends.to_owned())
}

#[test]
fn a_time_that_ends_before_it_begins_is_refused_and_one_day_is_none_of_these() {
    assert!(read(&[("from", "2026-11-26"), ("to", "2026-11-26")]).is_ok());
    let moment = "2026-11-26T10:30:00Z";
    assert!(read(&[("from", moment), ("to", moment)]).is_ok());

    for (from, to) in [("2026-11-27", "2026-11-26"), ("2026-11-27T00:00:00Z", "2026-11-26")] {
        let refused = read(&[("from", from), ("to", to)]);

        assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == "to"), "{from} {to}: {refused:?}");
    }
}

#[test]
fn what_belongs_to_others_and_what_nobody_filled_in_is_left_alone() {
    let read = read(&[("cursor", "x"), ("organisation", "acme"), ("actor", " "), ("text", "  ada ")]).unwrap();

    assert_eq!(read, AuditFilter { text: Some("ada".to_owned()), ..AuditFilter::default() });
}

/// The kinds are literals of the policy; one that is missing here could not be looked for.
#[test]
fn every_kind_of_the_policy_can_be_looked_for() {
    let kinds = |source: &'static str, from: &str| -> Vec<&'static str> {
        let part = source.split(from).nth(1).unwrap().split("\n    }\n").next().unwrap();
        part.split('"').skip(1).step_by(2).collect()
    };
    let actors = kinds(include_str!("../policy/mod.rs"), "pub const fn kind(&self)");
    let targets = kinds(include_str!("../policy/target.rs"), "pub const fn kind(&self)");

    assert!(actors.len() > 5 && actors.iter().all(|it| ACTORS.contains(it)), "{actors:?}");
    assert!(targets.len() > 7 && targets.iter().all(|it| TARGETS.contains(it)), "{targets:?}");
}
