use super::*;
use crate::domain::connection::{Attributes, Scopes, Settings};
use crate::domain::id::TokenId;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn hours(hours: u64) -> Duration {
    Duration::from_hours(hours)
}

fn connection(kind: Kind, silence_hours: Option<u32>) -> Connection {
    Connection {
        id: ConnectionId::new(),
        org: OrgId::new(),
        kind,
        name: "idp".to_owned(),
        is_paused: false,
        settings: Settings { silence_hours, ..Settings::default() },
        created_at: NOW,
        updated_at: NOW,
    }
}

fn pulse(of: &Connection, heard_at: Timestamp) -> Pulse {
    let (heard_at, look_at) = (Some(heard_at), Some(heard_at));
    Pulse {
        org: of.org,
        connection: of.id,
        heard_at,
        succeeded_at: heard_at,
        silent_since: None,
        look_at,
        outside: None,
    }
}

fn token(ends_in: Duration, used_ago: Option<Duration>) -> ConnectionToken {
    ConnectionToken {
        id: TokenId::new(),
        connection: ConnectionId::new(),
        hint: "dwsc_abcdef".to_owned(),
        scopes: Scopes::Everything,
        attributes: Attributes::Everything,
        created_at: NOW.before(hours(1_000)),
        expires_at: NOW.after(ends_in),
        last_used_at: used_ago.map(|it| NOW.before(it)),
    }
}

#[test]
fn c97_a_token_is_warned_of_thirty_fourteen_seven_and_one_day_before_its_end() {
    let warnings = |days: u32| {
        let ends = NOW.after(DAY * days);
        let mut at = NOW;
        std::iter::from_fn(move || {
            at = next_warning(ends, at)?;
            Some(ends.since(at).as_secs() / 86_400)
        })
        .collect::<Vec<_>>()
    };

    assert_eq!(warnings(365), [30, 14, 7, 1]);
    assert_eq!(warnings(30), [14, 7, 1]);
    assert_eq!(warnings(8), [7, 1]);
    assert!(warnings(1).is_empty());
}

#[test]
fn c97_a_token_is_replaced_by_one_that_lives_longer_and_is_used_in_its_place() {
    let old = |used_ago| token(hours(48), used_ago);
    for (old, new, is_replaced) in [
        (old(Some(hours(30))), token(hours(96), Some(hours(1))), true),
        (old(None), token(hours(96), Some(hours(1))), true),
        (old(Some(hours(30))), token(hours(96), None), false),
        (old(Some(hours(2))), token(hours(96), Some(hours(1))), false),
        (old(Some(hours(30))), token(hours(96), Some(hours(31))), false),
        (old(Some(hours(30))), token(hours(24), Some(hours(1))), false),
    ] {
        assert_eq!(old.is_replaced(&[old.clone(), new.clone()], NOW), is_replaced, "{old:?} {new:?}");
    }
    assert!(!old(Some(hours(30))).is_replaced(&[], NOW));
}

#[test]
fn a_connection_is_silent_once_it_was_not_heard_for_its_hours() {
    for (kind, said, after) in
        [(Kind::Entra, None, 48), (Kind::Okta, None, 168), (Kind::Generic, None, 168), (Kind::Okta, Some(3), 3)]
    {
        let it = connection(kind, said);
        let heard = pulse(&it, NOW);
        let just_before = NOW.after(hours(after)).before(Duration::from_millis(1));

        assert_eq!(heard.turn(&it, just_before), (Turn::Nothing, NOW.after(hours(after))), "{kind:?}");
        assert_eq!(heard.turn(&it, NOW.after(hours(after))).0, Turn::FallsSilent { since: NOW }, "{kind:?}");
    }
}

#[test]
fn who_is_paused_switched_off_or_never_did_anything_is_not_silent() {
    let late = NOW.after(hours(1_000));
    let on = connection(Kind::Entra, None);
    let paused = Connection { is_paused: true, ..on.clone() };
    let off = connection(Kind::Entra, Some(0));
    let changed = Connection { updated_at: late.before(hours(47)), ..on.clone() };
    let refused = Pulse { succeeded_at: None, ..pulse(&on, NOW) };

    for (it, heard) in
        [(&paused, pulse(&on, NOW)), (&off, pulse(&on, NOW)), (&changed, pulse(&on, NOW)), (&on, refused)]
    {
        assert_eq!(heard.turn(it, late).0, Turn::Nothing, "{it:?}");
    }
    let silent = Pulse { silent_since: Some(NOW), ..pulse(&on, NOW) };
    assert_eq!(silent.turn(&off, late).0, Turn::IsNotAwaited);
    assert_eq!(silent.turn(&on, late).0, Turn::Nothing);
}

#[test]
fn a_silent_connection_speaks_with_its_next_request() {
    let it = connection(Kind::Entra, None);
    let back = NOW.after(hours(60));

    let turned = Pulse { silent_since: Some(NOW), ..pulse(&it, back) }.turn(&it, back);

    assert_eq!(turned.0, Turn::Speaks { since: NOW });
    assert!(turned.1 > back);
}
