use std::time::Duration;

use super::item::digest;
use super::reminder::{PATIENCE, Quarter, due_by};
use super::*;
use crate::domain::id::ReviewItemId;
use crate::domain::role::Source;

fn at(day: &str) -> Timestamp {
    Timestamp::parse_date(day).unwrap()
}

const DAY: Duration = Duration::from_hours(24);

fn terms(silence: Silence, justify: Justify) -> Terms {
    let fallback = UserId::new();
    Terms { scope: Scope::Privileged, reviewers: vec![UserId::new()], fallback, days: 14, silence, justify }
}

fn review(terms: Terms) -> Review {
    let plan = Plan { schedule: None, name: "Administrators".to_owned(), terms, silence_by: None };
    Review::staged((OrgId::new(), ReviewId::new()), plan, (&[], Vec::new()), at("2026-11-01"))
}

fn item(risks: &[Risk]) -> Item {
    Item {
        id: ReviewItemId::new(),
        org: OrgId::new(),
        review: ReviewId::new(),
        holder: Holder::User(UserId::new()),
        holder_name: "Ada".to_owned(),
        user_name: "ada".to_owned(),
        held: Held::Role { role: "admin".parse().unwrap(), source: Some(Source::Manual) },
        held_name: "Admin".to_owned(),
        via: String::new(),
        is_of_provider: false,
        facts: Facts { risks: risks.to_vec(), ..Facts::default() },
        reviewer: None,
        decided: None,
        ended: None,
    }
}

/// S2-41: each week, then three days, one day and half a day before the end, and each day after it for a week.
#[test]
fn s2_41_reminders_come_more_often_towards_the_end() {
    let (opened, due) = (at("2026-11-01"), at("2026-11-29"));
    let moments: Vec<String> = (0..1_000_u32)
        .map(|hours| opened.after(Duration::from_hours(hours.into())))
        .filter(|now| due_by((opened, due), *now) > due_by((opened, due), now.before(Duration::from_hours(1))))
        .map(|it| it.rfc3339().chars().take(13).collect())
        .collect();

    let days = ["11-08T00", "11-15T00", "11-22T00", "11-26T00", "11-28T00", "11-28T12"];
    let late = ["11-30T00", "12-01T00", "12-02T00", "12-03T00", "12-04T00", "12-05T00", "12-06T00"];
    assert_eq!(moments, days.iter().chain(&late).map(|it| format!("2026-{it}")).collect::<Vec<_>>());
    assert_eq!(due_by((opened, due), due.after(PATIENCE)), 13);
    // A review of one day is reminded of on that day, not before it began.
    assert_eq!(due_by((opened, opened.after(DAY)), opened), 0);
    assert_eq!(due_by((opened, opened.after(DAY)), opened.after(DAY)), 1);
}

#[test]
fn s2_41_a_quarter_has_a_name_a_beginning_and_a_day_on_which_its_review_is_missed() {
    for (day, name, begins, told) in [
        ("2026-01-01", "2026-Q1", "2026-01-01", "2026-03-02"),
        ("2026-06-30", "2026-Q2", "2026-04-01", "2026-05-31"),
        ("2026-11-30", "2026-Q4", "2026-10-01", "2026-11-30"),
    ] {
        let quarter = Quarter::of(at(day));
        assert_eq!((quarter.name(), quarter.begins(), quarter.told_at()), (name.to_owned(), at(begins), at(told)));
    }
}

#[test]
fn a_schedule_goes_on_in_its_rhythm_and_begins_one_review_after_a_standstill() {
    let schedule = |every, next: &str| Schedule {
        id: ReviewScheduleId::new(),
        org: OrgId::new(),
        name: "Quarterly".to_owned(),
        terms: terms(Silence::Keep, Justify::Never),
        every,
        next_at: at(next),
        created_at: at(next),
        updated_at: at(next),
        set_by: None,
    };

    for (every, next, now, then) in [
        (Every::Quarter, "2026-01-31", "2026-01-31", "2026-04-30"),
        (Every::Month, "2026-01-31", "2026-02-28", "2026-03-31"),
        (Every::Month, "2026-01-01", "2026-12-15", "2027-01-01"),
        (Every::HalfYear, "2026-03-15", "2026-03-15", "2026-09-15"),
        (Every::Year, "2024-02-29", "2024-02-29", "2025-02-28"),
        (Every::Year, "2024-02-29", "2028-02-29", "2029-02-28"),
        (Every::Month, "1970-01-01", "2026-11-15", "2026-12-01"),
    ] {
        assert_eq!(schedule(every, next).next_after(at(now)), at(then), "{every:?} {next} {now}");
    }
}

#[test]
fn silence_keeps_follows_the_advice_or_removes() {
    let (safe, risky) = (item(&[]), item(&[Risk::Inactive]));
    for (silence, of_safe, of_risky) in [
        (Silence::Keep, None, None),
        (Silence::Advice, None, Some(Decision::Remove)),
        (Silence::Remove, Some(Decision::Remove), Some(Decision::Remove)),
    ] {
        let review = review(terms(silence, Justify::Never));
        assert_eq!((review.verdict(&safe), review.verdict(&risky)), (of_safe, of_risky), "{silence:?}");
    }
    let to_mend = item(&[Risk::NoSecondFactor, Risk::Twice]);
    assert_eq!(
        review(terms(Silence::Advice, Justify::Never)).verdict(&to_mend),
        None,
        "that is no reason to take it away"
    );
    let noted = |is_submitted| Item {
        decided: Some(Decided {
            what: Decision::Keep,
            comment: String::new(),
            by: UserId::new(),
            at: at("2026-11-02"),
            is_submitted,
        }),
        ..risky.clone()
    };
    let review = review(terms(Silence::Remove, Justify::Never));
    assert_eq!(review.verdict(&noted(true)), Some(Decision::Keep));
    assert_eq!(review.verdict(&noted(false)), Some(Decision::Remove), "what is only noted down is not said");
}

#[test]
fn what_may_be_decided_fits_what_is_held() {
    let role = "viewer".parse().unwrap();
    let by_hand = item(&[]);
    let by_group = Item {
        held: Held::Role {
            role: "admin".parse().unwrap(),
            source: Some(Source::Group(crate::domain::id::GroupId::new())),
        },
        ..item(&[])
    };
    let program = Item { holder: Holder::ServiceAccount(crate::domain::id::ServiceAccountId::new()), ..item(&[]) };

    assert!(by_hand.check(&Decision::Reduce { role }, "").is_ok());
    assert!(by_group.check(&Decision::Reduce { role: "viewer".parse().unwrap() }, "").is_err());
    assert!(by_group.check(&Decision::Deactivate, "").is_ok());
    assert!(program.check(&Decision::Deactivate, "").is_err());
    assert!(by_hand.check(&Decision::Keep, &"x".repeat(COMMENT_MAX + 1)).is_err());
    assert!(by_hand.check(&Decision::Keep, "a\nb").is_err());
}

/// The digest tells when anything that a review is about was changed, and is the same when people are called otherwise.
#[test]
fn the_digest_tells_what_was_changed_but_not_how_people_are_called() {
    let one = item(&[Risk::Inactive]);
    let same = Item { holder_name: "Countess".to_owned(), ..one.clone() };
    let others = [
        Item { holder: Holder::User(UserId::new()), ..one.clone() },
        Item { held: Held::Account, ..one.clone() },
        Item { is_of_provider: true, ..one.clone() },
        Item { facts: Facts::default(), ..one.clone() },
    ];

    assert_eq!(digest([&one]), digest([&same]));
    for other in &others {
        assert_ne!(digest([&one]), digest([other]), "{other:?}");
    }
    assert_ne!(digest([&one, &same]), digest([&one]));
}
