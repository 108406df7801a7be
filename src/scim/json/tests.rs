use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::scim::ScimType;
use crate::scim::document::{Purpose, from_request};
use crate::scim::schema::GROUP;

fn refused(body: &[u8]) -> String {
    let error = parse(body).expect_err("the body must be refused");
    assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidSyntax)));
    error.detail
}

#[test]
fn an_ordinary_body_is_read_as_it_is() {
    let body = json!({"userName": "a", "n": 1, "big": 1.5, "list": [true, null, {"x": "tab\tline\n"}]});

    assert_eq!(parse(body.to_string().as_bytes()), Ok(body));
}

#[test]
fn of_many_members_only_the_ids_are_kept_and_they_are_the_same_members() {
    let member = |index: usize| json!({ "display": "x", "Value": format!("id-{index}"), "type": "User" });
    let body = |count: usize| json!({ "displayName": "G", "members": (0..count).map(member).collect::<Vec<_>>() });
    let read = |count: usize| parse(body(count).to_string().as_bytes()).unwrap();
    let count = WHOLE_MAX + 3;

    assert_eq!(read(WHOLE_MAX), body(WHOLE_MAX));
    let long = read(count);

    assert_eq!(long["members"][WHOLE_MAX - 1], member(WHOLE_MAX - 1));
    assert_eq!(long["members"][WHOLE_MAX], format!("id-{WHOLE_MAX}"));
    let members = |body: &Value| from_request(&GROUP, body, Purpose::Replace).unwrap().members;
    assert_eq!(members(&long), members(&body(count)));
    for wrong in [json!({ "display": "x" }), json!({ "value": 7 }), json!({ "value": { "value": "x" } }), json!({})] {
        let mut body = body(count);
        body["members"][count - 1] = wrong.clone();
        let read = parse(body.to_string().as_bytes()).unwrap();
        assert!(from_request(&GROUP, &read, Purpose::Replace).is_err(), "{wrong}");
    }
    let twice = body(count).to_string().replace("]", r#",{"value":"a","VALUE":"b"}]"#);
    assert!(refused(twice.as_bytes()).contains(&format!("`$.members[{count}]` has the key")));
}

#[test]
fn elements_that_are_text_already_stay_however_many_they_are() {
    let ids: Vec<String> = (0..WHOLE_MAX + 3).map(|nth| format!("id-{nth}")).collect();
    let body = json!({ "displayName": "G", "members": ids });

    assert_eq!(parse(body.to_string().as_bytes()), Ok(body));
}

#[test]
fn sd_06_text_that_one_database_would_refuse_is_refused_here() {
    assert!(refused(br#"{"userName":"a\u0000b"}"#).contains("`$.userName` holds the character U+0000"));
    assert!(refused(br#"{"name":{"x":["\u001b"]}}"#).contains("`$.name.x[0]`"));
    assert!(refused(br#"{"userName":"\uffff"}"#).contains("U+FFFF"));
    refused(br#"{"userName":"\ud800"}"#);
    refused(b"{\"userName\":\"\xff\"}");
    refused(b"\xef\xbb\xbf{}");
    refused(b"{\"a\\u0000\":1}");
}

#[test]
fn sd_07_a_duplicate_key_is_refused_and_named() {
    assert!(refused(br#"{"active":true,"active":false}"#).contains("the key `active` twice"));
    assert!(refused(br#"{"name":{"a":1,"a":1}}"#).contains("`$.name`"));
    assert!(refused(br#"{"active":true,"Active":false}"#).contains("the key `Active` twice"));
}

#[test]
fn sd_07_depth_32_is_read_and_33_is_refused() {
    let nested = |depth: usize| format!(r#"{{"x":{}{}}}"#, "[".repeat(depth - 1), "]".repeat(depth - 1));

    assert!(parse(nested(32).as_bytes()).is_ok());
    assert!(refused(nested(33).as_bytes()).contains("nests deeper than 32"));
    refused(nested(129).as_bytes());
    refused(nested(100_000).as_bytes());
}

#[test]
fn sd_07_long_arrays_keys_and_strings_are_refused() {
    let array = format!(r#"{{"x":[{}1]}}"#, "1,".repeat(1_000_000));
    let key = format!(r#"{{"{}":1}}"#, "k".repeat(1 << 20));
    let string = format!(r#"{{"x":"{}"}}"#, "é".repeat(STRING_MAX + 1));
    let longest = format!(r#"{{"x":"{}"}}"#, "é".repeat(STRING_MAX));

    assert!(refused(array.as_bytes()).contains("more than 250000 elements"));
    refused(key.as_bytes());
    assert!(refused(string.as_bytes()).contains("longer than 4096"));
    assert!(parse(longest.as_bytes()).is_ok());
}

#[test]
fn an_object_of_256_keys_is_read_and_one_of_more_is_not() {
    let object = |keys: usize| (0..keys).map(|n| (format!("k{n}"), json!(n))).collect::<Map<_, _>>();

    assert!(parse(Value::Object(object(KEYS_MAX)).to_string().as_bytes()).is_ok());
    assert!(refused(Value::Object(object(KEYS_MAX + 1)).to_string().as_bytes()).contains("more than 256 keys"));
}

#[test]
fn sd_08_what_is_no_object_or_no_json_is_refused() {
    for body in ["", " ", "[]", "1", "\"x\"", "null", "{", "{}x", "{}{}", "{\"a\":1e400}", "{'a':1}", "{\"a\":NaN}"] {
        refused(body.as_bytes());
    }
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_value_or_a_refusal(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _outcome = parse(&bytes);
    }

    #[test]
    fn what_is_printed_is_read_again(text in "[a-zé \"\\\\\n]{0,40}", number in any::<i64>()) {
        let body = json!({"text": text, "number": number, "list": [text.clone()]});
        prop_assert_eq!(parse(body.to_string().as_bytes()), Ok(body));
    }
}
