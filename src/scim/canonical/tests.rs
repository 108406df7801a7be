use serde_json::json;

use super::*;

static INTEGER: Attribute = Attribute::new("level", Kind::Integer, "A number.");
static DECIMAL: Attribute = Attribute::new("share", Kind::Decimal, "A number.");
static MOMENT: Attribute = Attribute::new("since", Kind::DateTime, "A moment.");

#[test]
fn numbers_are_read_as_numbers_or_text_and_only_whole_ones_where_they_must_be() {
    assert_eq!(value(&INTEGER, &json!(5)), Ok(Some(json!(5))));
    assert_eq!(value(&INTEGER, &json!("5")), Ok(Some(json!(5))));
    assert_eq!(value(&DECIMAL, &json!("1.5")), Ok(Some(json!(1.5))));
    for sent in [json!(1.5), json!("x"), json!(true), json!({})] {
        assert!(value(&INTEGER, &sent).is_err(), "{sent}");
    }
}

#[test]
fn a_moment_is_kept_as_sent_and_anything_else_is_refused() {
    let sent = json!("2026-01-31T09:30:00+01:00");

    assert_eq!(value(&MOMENT, &sent), Ok(Some(sent.clone())));
    assert!(value(&MOMENT, &json!("soon")).is_err());
    assert!(value(&MOMENT, &json!(0)).is_err());
    assert_eq!(value(&MOMENT, &json!("")), Ok(None));
}
