use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::signals::poll::{self, Request};
use super::super::signals::stream::{Body, Delivery, POLL, PUSH, Settings, Status, View};
use super::super::signals::{Credential, Envelope, Event, Kind, Subject, Told, Turn, claims};

const ENDPOINT: &str = "https://app.example/events";

fn body(value: &Value) -> Body {
    Body::parse(value.to_string().as_bytes()).unwrap()
}

fn push(more: &Value) -> Value {
    let mut delivery = json!({ "method": PUSH, "endpoint_url": ENDPOINT });
    delivery.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "delivery": delivery })
}

#[test]
fn what_is_chosen_is_read_and_what_is_left_out_is_polled_and_everything() {
    let revoked = Kind::SessionRevoked.uri();
    let nothing = Body::parse(b"").unwrap().create().unwrap();
    let chosen = json!({ "events_requested": [revoked, "urn:other"], "description": "Ledger" });
    let chosen = body(&chosen).create().unwrap().settings;
    let pushed = body(&push(&json!({ "authorization_header": "Bearer a b" }))).create().unwrap();

    assert_eq!(nothing.settings, Settings { delivery: Delivery::Poll, events_requested: None, description: None });
    assert_eq!((nothing.settings.delivered(), nothing.authorization), (Kind::ALL.to_vec(), Some(None)));
    assert_eq!((chosen.delivered(), chosen.description.as_deref()), (vec![Kind::SessionRevoked], Some("Ledger")));
    assert_eq!(pushed.settings.delivery, Delivery::Push { endpoint_url: ENDPOINT.to_owned() });
    assert_eq!(pushed.authorization, Some(Some("Bearer a b".to_owned())));
}

#[test]
fn what_is_no_stream_is_refused_by_the_member_that_is_wrong() {
    let long = "x".repeat(513);
    let cases = [
        (json!({ "delivery": { "method": "urn:other" } }), "delivery"),
        (json!({ "delivery": { "endpoint_url": ENDPOINT } }), "delivery"),
        (json!({ "delivery": { "method": PUSH } }), "delivery"),
        (json!({ "delivery": { "method": PUSH, "endpoint_url": "http://app.example/" } }), "delivery"),
        (json!({ "delivery": { "method": PUSH, "endpoint_url": "https://app.example/#x" } }), "delivery"),
        (push(&json!({ "authorization_header": "Bearer a\r\nx: y" })), "delivery"),
        (push(&json!({ "authorization_header": " a" })), "delivery"),
        (push(&json!({ "authorization_header": "" })), "delivery"),
        (push(&json!({ "authorization_header": "x".repeat(4097) })), "delivery"),
        (json!({ "events_requested": "all" }), "events_requested"),
        (json!({ "events_requested": [1] }), "events_requested"),
        (json!({ "events_requested": vec!["urn:x"; 51] }), "events_requested"),
        (json!({ "events_requested": ["x".repeat(257)] }), "events_requested"),
        (json!({ "description": long }), "description"),
        (json!({ "description": "a\nb" }), "description"),
        (json!({ "description": ["a"] }), "description"),
    ];

    for (case, member) in cases {
        assert_eq!(body(&case).create().unwrap_err().member, member, "{case}");
    }
    for case in ["[]", "1", "{", "\"x\"", "{\"a\":1}{}"] {
        assert_eq!(Body::parse(case.as_bytes()).unwrap_err().member, "body", "{case}");
    }
}

#[test]
fn an_update_keeps_what_it_leaves_out_and_a_replacement_does_not() {
    let settings = Settings {
        delivery: Delivery::Push { endpoint_url: ENDPOINT.to_owned() },
        events_requested: Some(vec![Kind::AccountDisabled.uri().to_owned()]),
        description: Some("Ledger".to_owned()),
    };
    let is = View { issuer: "https://id.example", id: "s1", audience: "c1", settings: &settings };
    let said = body(&json!({ "stream_id": "s1", "iss": "https://id.example", "description": "Books" }));

    let updated = said.change(is, false).unwrap();
    let replaced = said.change(is, true).unwrap();

    assert_eq!(updated.settings, Settings { description: Some("Books".to_owned()), ..settings.clone() });
    assert_eq!((updated.authorization, replaced.authorization), (None, Some(None)));
    assert_eq!((&replaced.settings.delivery, &replaced.settings.events_requested), (&Delivery::Poll, &None));
    for wrong in ["iss", "aud", "events_supported", "events_delivered", "min_verification_interval"] {
        let said = body(&json!({ "stream_id": "s1", wrong: "other" }));
        assert_eq!(said.change(is, false).unwrap_err().member, wrong);
    }
    // What the transmitter answers can be sent back as it is.
    let again = body(&is.configuration()).change(is, true).unwrap();
    assert_eq!(again.settings, settings);
}

#[test]
fn a_status_is_one_of_three_words() {
    for status in Status::ALL {
        let said = body(&json!({ "status": status.word(), "reason": "night" }));
        assert_eq!(said.status().unwrap(), (status, Some("night")));
    }
    for wrong in [json!({}), json!({ "status": "Enabled" }), json!({ "status": 1 })] {
        assert_eq!(body(&wrong).status().unwrap_err().member, "status");
    }
}

#[test]
fn a_poll_says_how_many_and_which_are_there() {
    let nothing = Request::parse(b"").unwrap();
    let all = json!({ "maxEvents": 7, "returnImmediately": true, "ack": ["a"], "setErrs": { "b": { "err": "e" } } });
    let all = Request::parse(all.to_string().as_bytes()).unwrap();
    let much = Request::parse(json!({ "maxEvents": u64::MAX }).to_string().as_bytes()).unwrap();

    assert_eq!((nothing.most(), nothing.return_immediately), (100, false));
    assert_eq!((all.most(), all.return_immediately, all.ack.as_slice()), (7, true, &["a".to_owned()][..]));
    assert_eq!(all.set_errs["b"].sentence(), "the receiver refused the event: e ");
    assert_eq!(much.most(), 100);
    let many: serde_json::Map<String, Value> = (0..101).map(|it| (it.to_string(), json!({}))).collect();
    for wrong in [json!([]), json!({ "maxEvents": -1 }), json!({ "ack": vec!["a"; 1_001] }), json!({ "setErrs": many })]
    {
        assert_eq!(Request::parse(wrong.to_string().as_bytes()).unwrap_err().member, "body", "{wrong}");
    }
    assert_eq!(
        poll::answer([("a".to_owned(), "b".to_owned())], true),
        json!({ "sets": { "a": "b" }, "moreAvailable": true })
    );
}

#[test]
fn every_event_has_a_name_of_its_own_and_is_the_only_one_in_its_token() {
    let (credential, change) = (Credential::App, Turn::Delete);
    let all = [
        Event::SessionRevoked,
        Event::CredentialChange { credential, change },
        Event::AccountDisabled,
        Event::AccountEnabled,
        Event::AccountPurged,
        Event::Verification { state: None },
        Event::StreamUpdated { status: Status::Paused, reason: Some("night".to_owned()) },
    ];
    let mut names: Vec<&str> = all.iter().map(Event::uri).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len());

    for event in all {
        let told = Told { subject: Subject::User("u1".to_owned()), at: 5, cause: "c".to_owned(), event };
        let to = Envelope { issuer: "https://id.example", audience: "c1", jti: "j", now: 9 };
        let set = claims(&told, to);
        assert_eq!(set["events"].as_object().unwrap().keys().collect::<Vec<_>>(), [told.event.uri()]);
        assert_eq!((set.get("sub"), set.get("exp"), &set["iat"]), (None, None, &json!(9)));
        let stored = serde_json::to_string(&told).unwrap();
        assert_eq!(serde_json::from_str::<Told>(&stored).unwrap(), told);
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
        Just(json!(PUSH)),
        Just(json!(POLL)),
        Just(json!(ENDPOINT)),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let names = prop_oneof![
            Just("delivery"),
            Just("method"),
            Just("endpoint_url"),
            Just("authorization_header"),
            Just("events_requested"),
            Just("description"),
            Just("status"),
            Just("ack"),
            Just("setErrs"),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names.prop_map(str::to_owned), inner, 0..5)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever a receiver sends is read or refused; what was read is the same after it was stored, and can be sent back.
    #[test]
    fn any_body_is_a_stream_or_refused(sent in value()) {
        let text = sent.to_string();
        drop(Request::parse(text.as_bytes()));
        if let Ok(change) = Body::parse(text.as_bytes()).and_then(|it| it.create()) {
            let stored = serde_json::to_string(&change.settings).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Settings>(&stored).unwrap(), &change.settings);
            let is = View { issuer: "https://id.example", id: "s1", audience: "c1", settings: &change.settings };
            let again = body(&is.configuration()).change(is, true).unwrap();
            prop_assert_eq!(again.settings, change.settings);
        }
    }
}
