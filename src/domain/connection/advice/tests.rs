use std::time::Duration;

use super::*;
use crate::domain::connection::{Attributes, Kind, Outside, Scopes, Settings};
use crate::domain::id::{ConnectionId, OrgId, TokenId};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const DAY: Duration = Duration::from_hours(24);

fn token(days: u32, used: bool) -> ConnectionToken {
    ConnectionToken {
        id: TokenId::new(),
        connection: ConnectionId::new(),
        hint: "dwsc_abcdef".to_owned(),
        scopes: Scopes::Everything,
        attributes: Attributes::Everything,
        created_at: NOW.before(DAY),
        expires_at: NOW.after(DAY * days),
        last_used_at: used.then_some(NOW),
    }
}

fn health() -> Health {
    let (org, id) = (OrgId::new(), ConnectionId::new());
    let connection = Connection {
        id,
        org,
        kind: Kind::Entra,
        name: "idp".to_owned(),
        is_paused: false,
        settings: Settings::default(),
        created_at: NOW,
        updated_at: NOW,
    };
    let heard_at = Some(NOW);
    let (succeeded_at, look_at) = (heard_at, heard_at);
    let pulse = Pulse { org, connection: id, heard_at, succeeded_at, silent_since: None, look_at, outside: None };
    let tokens = vec![token(90, true)];
    Health { connection, pulse, tokens, has_programs: false, answers: Vec::new(), held: 0, waiting: 0, at: NOW }
}

fn answered(counts: &[(u16, u64)]) -> Vec<Answered> {
    counts.iter().map(|(status, requests)| Answered { status: *status, requests: *requests }).collect()
}

#[test]
fn nothing_is_to_be_done_where_all_is_well() {
    assert!(health().advice().is_empty());
    assert_eq!((health().requests(), health().refused_percent()), (0, 0));
}

#[test]
fn each_trouble_has_its_advice_the_most_urgent_first() {
    let mut it = health();
    it.connection.is_paused = true;
    it.pulse.silent_since = Some(NOW);
    it.tokens.clear();
    it.waiting = 3;
    it.held = 2;
    assert_eq!(
        it.advice(),
        [Advice::DecideHeld { held: 2 }, Advice::Resume, Advice::MakeToken, Advice::PushMembers { waiting: 3 }]
    );
    it.held = 0;
    it.connection.is_paused = false;
    assert_eq!(it.advice()[1], Advice::FindSilence { since: NOW });
    let mut never = health();
    never.pulse.heard_at = None;
    assert_eq!(never.advice(), [Advice::GiveAddress]);
}

#[test]
fn the_token_that_is_used_is_the_one_that_must_not_end() {
    for (tokens, advice) in [
        (vec![token(31, true)], None),
        (vec![token(30, true)], Some(Advice::ReplaceToken { days_left: 30 })),
        (vec![token(90, false), token(3, true)], Some(Advice::ReplaceToken { days_left: 3 })),
        (vec![token(90, true), token(3, false)], None),
        (vec![token(90, false), token(3, false)], None),
        (vec![token(0, true)], Some(Advice::MakeToken)),
        (vec![token(0, true), token(90, false)], Some(Advice::ReplaceToken { days_left: 0 })),
        (vec![], Some(Advice::MakeToken)),
    ] {
        let it = Health { tokens, ..health() };
        assert_eq!(it.advice(), Vec::from_iter(advice), "{:?}", it.tokens);
    }
}

#[test]
fn many_refusals_lead_to_the_journal_and_few_do_not() {
    for (counts, advice) in [
        (&[(200, 95), (409, 4)][..], None),
        (&[(200, 95), (404, 5)][..], None),
        (&[(200, 45), (409, 5)][..], Some(Advice::ReadJournal { status: 409 })),
        (&[(200, 5), (400, 4), (409, 6), (503, 5)][..], Some(Advice::ReadJournal { status: 409 })),
        (&[(409, 4)][..], None),
    ] {
        let it = Health { answers: answered(counts), ..health() };
        assert_eq!(it.advice(), Vec::from_iter(advice), "{counts:?}");
    }
    let it = Health { answers: answered(&[(200, 995), (204, 4), (404, 1)]), ..health() };
    assert_eq!((it.requests(), it.refused(), it.refused_percent()), (1_000, 1, 1));
}

/// What came from elsewhere is told of for a day, and only while there is a list that it is not of.
#[test]
fn a_token_that_came_from_elsewhere_is_told_of_for_a_day() {
    let mut it = health();
    let outside = Outside { at: NOW.before(DAY), address: "192.0.2.7".parse().unwrap() };
    it.pulse.outside = Some(outside);
    assert_eq!(it.advice(), []);
    it.connection.settings.allowed_addresses = vec!["198.51.100.0/24".to_owned()];
    assert_eq!(it.advice(), [Advice::CheckAddress(outside)]);
    it.at = NOW.after(Duration::from_millis(1));
    assert_eq!(it.advice(), []);
    it.at = NOW;
    it.connection.settings.allowed_addresses.push("192.0.2.0/24".to_owned());
    assert_eq!(it.advice(), []);
}

#[test]
fn a_connection_whose_programs_get_tokens_by_themselves_needs_none() {
    let without = Health { tokens: Vec::new(), ..health() };
    assert!(without.advice().contains(&Advice::MakeToken));

    let with_programs = Health { has_programs: true, ..without };

    assert!(!with_programs.advice().contains(&Advice::MakeToken));
}
