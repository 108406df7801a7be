use serde_json::{Value, json};

use super::*;
use crate::domain::audit_entry::{AuditEntry, Named};
use crate::domain::id::{AuditId, AuditStreamId, OrgId};

const NOON: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn named(label: &str) -> Named {
    let label = label.to_owned();
    Named { kind: "user".to_owned(), id: Some("7".to_owned()), label_at_time: label.clone(), label }
}

fn entry(outcome: &str, who: &str) -> AuditEntry {
    AuditEntry {
        id: AuditId::new(),
        at: NOON.rfc3339(),
        action: "user.deactivated".to_owned(),
        outcome: outcome.to_owned(),
        actor: named(who),
        session_id: None,
        target: named("bob"),
        changes: json!([]),
    }
}

fn read(line: &Line) -> Value {
    serde_json::from_str(line.text()).unwrap()
}

#[test]
fn a_stream_that_is_not_taken_waits_longer_each_time_and_never_longer_than_a_quarter_of_an_hour() {
    let waits: Vec<u64> = [0, 1, 2, 3, 7, 8, 1_000_000, i64::MAX].map(|it| wait(it, None).as_secs()).into();

    assert_eq!(waits, [10, 10, 20, 40, 640, 900, 900, 900]);
}

#[test]
fn of_an_address_only_where_it_is_is_told() {
    for (address, place) in [
        ("https://siem.example.com/hook/dk-8c1f?key=s3cret", "https://siem.example.com"),
        ("https://siem.example.com:8443/a", "https://siem.example.com:8443"),
        ("https://siem.example.com?key=s3cret", "https://siem.example.com"),
        ("https://siem.example.com", "https://siem.example.com"),
    ] {
        assert_eq!(Sink::Webhook(address.to_owned()).place(), place);
    }
    assert_eq!(Sink::Syslog("[2001:db8::1]:6514".to_owned()).place(), "[2001:db8::1]:6514");
    assert_eq!(Sink::File.place(), "");
}

/// Names sort as the numbers do; a day and a stream have their own.
#[test]
fn the_name_of_an_object_tells_its_day_its_numbers_and_its_stream() {
    let stream = AuditStreamId::new();

    let name = |numbers| object("acme", NOON, numbers, stream);

    assert_eq!(name((7, 31)), format!("acme/2027/01/15/000000000007-000000000031-{stream}.ndjson"));
    assert!(name((9, 9)) < name((10, 10)) && name((999, 999)) < name((1_000, 2_000)));
    assert_ne!(name((7, 31)), object("acme", NOON, (7, 31), AuditStreamId::new()));
}

#[test]
fn objects_are_put_under_the_address_whether_or_not_it_ends_with_a_slash() {
    for address in ["https://s3.example/logs", "https://s3.example/logs/"] {
        let bucket = Bucket { address: address.to_owned(), region: "auto".to_owned(), access_key_id: "k".to_owned() };
        assert_eq!(bucket.url_of("a/b.ndjson"), "https://s3.example/logs/a/b.ndjson");
        assert_eq!(Sink::S3(bucket).place(), "https://s3.example");
    }
}

#[test]
fn every_line_has_its_number_and_the_link_of_the_chain() {
    let plain = line_of(Style::Json, (7, "ab12"), &entry("success", "ada")).unwrap();
    let events = line_of(Style::Ocsf, (7, "ab12"), &entry("success", "ada")).unwrap();

    let (plain, event) = (read(&plain[0]), read(&events[0]));
    assert_eq!((&plain["seq"], &plain["link"]), (&json!(7), &json!("ab12")));
    assert_eq!(plain["action"], json!("user.deactivated"));
    assert_eq!((&event["metadata"]["sequence"], &event["unmapped"]["link"]), (&json!(7), &json!("ab12")));
    assert_eq!(event["class_uid"], json!(3001));
}

#[test]
fn what_is_missing_is_told_in_its_place_in_either_form() {
    let missing = Note::Missing { from_seq: 3, to_seq: 9 };

    let plain = read(&note(Style::Json, NOON, missing).unwrap());
    let event = read(&note(Style::Ocsf, NOON, missing).unwrap());

    assert_eq!(
        (&plain["type"], &plain["from_seq"], &plain["to_seq"]),
        (&json!("records_missing"), &json!(3), &json!(9))
    );
    assert_eq!((&event["class_uid"], &event["unmapped"]["to_seq"]), (&json!(0), &json!(9)));
    assert_eq!(event["type_uid"], json!(99));
    assert!(plain["message"].as_str().unwrap().contains("records 3 to 9"), "{plain}");
}

#[test]
fn the_body_of_a_webhook_tells_whose_records_it_holds_and_which() {
    let lines = line_of(Style::Json, (7, "ab"), &entry("success", "ada")).unwrap();
    let stream = AuditStreamId::new();
    let of = |numbers| serde_json::to_value(Body::of((OrgId::OPERATOR, stream), NOON, numbers, &lines)).unwrap();

    let (records, test) = (of(Some((7, 7))), of(None));

    assert_eq!(records["type"], json!("audit.records"));
    assert_eq!((&records["data"]["from_seq"], &records["data"]["to_seq"]), (&json!(7), &json!(7)));
    assert_eq!(records["data"]["records"][0]["actor"]["label"], json!("ada"));
    assert_eq!((&test["type"], &test["data"]["from_seq"]), (&json!("audit.test"), &Value::Null));
    assert_eq!(webhook_id(stream, NOON, Some((7, 9))), format!("{stream}.7-9"));
}

/// RFC 5424 6 and RFC 5425 4.3: facility 13, severity by outcome, and the length of what follows in bytes. No name begins a line.
#[test]
fn a_message_of_syslog_is_one_line_of_its_length_whatever_the_names_in_it_hold() {
    let by = Sender { host: "id.example.com", version: "0.1.0" };
    for (outcome, priority) in [("success", 110), ("failure", 109), ("denied", 108)] {
        let line =
            line_of(Style::Json, (7, "ab"), &entry(outcome, "ada\r\n<13>1 \u{85}\u{2028}]\" é")).unwrap().remove(0);
        let framed = frame(&line, by);
        let text = String::from_utf8(framed).unwrap();

        let (length, message) = text.split_once(' ').unwrap();
        assert_eq!(length.parse::<usize>().unwrap(), message.len());
        assert!(!message.chars().any(char::is_control) && !message.contains('\u{2028}'), "{message}");
        let begins = format!(
            "<{priority}>1 2027-01-15T08:00:00.000Z id.example.com doorward - user.deactivated \
             [origin software=\"doorward\" swVersion=\"0.1.0\"][meta sequenceId=\"7\"] {{"
        );
        assert!(message.starts_with(&begins), "{message}");
        let record: Value =
            serde_json::from_str(message.split_once("] {").map(|it| format!("{{{}", it.1)).unwrap().as_str()).unwrap();
        assert_eq!(record["actor"]["label"], json!("ada\r\n<13>1 \u{85}\u{2028}]\" é"));
    }
    let far = line_of(Style::Json, (2_147_483_648, "ab"), &entry("success", "ada")).unwrap().remove(0);
    assert!(String::from_utf8(frame(&far, by)).unwrap().contains("sequenceId=\"1\""));
}

#[test]
fn what_went_wrong_is_kept_as_one_line_of_bounded_length() {
    let kept = kept_error(&format!("no\r\nanswer {}", "x".repeat(2_000)));

    assert!(kept.starts_with("no␍␊answer x"), "{kept}");
    assert_eq!(kept.chars().count(), 300);
}
