use super::*;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
    kind: Option<Kind>,
    #[serde(default)]
    rows: Vec<Row>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Row {
    id: Id,
    days: u32,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Id(String);

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Human,
    Service,
}

fn read(text: &str) -> Result<Body, String> {
    from_slice(text.as_bytes()).map_err(|cause| cause.to_string())
}

#[test]
fn objects_with_lists_words_and_numbers_are_read() {
    let text =
        r#"{ "name": "a\u0062", "kind": "service", "rows": [{ "id": "x", "days": 7 }, { "days": 8, "id": "y" }] }"#;
    let row = |id: &str, days| Row { id: Id(id.to_owned()), days };
    let body = Body { name: "ab".to_owned(), kind: Some(Kind::Service), rows: vec![row("x", 7), row("y", 8)] };
    assert_eq!(read(text), Ok(body));
    assert_eq!(read(r#"{ "name": "a", "kind": null }"#).map(|body| body.kind), Ok(None));
}

#[test]
fn what_the_document_does_not_describe_is_refused_at_every_depth() {
    let wrong = [
        (r#"["a", "human", []]"#, "invalid type: sequence, expected a JSON object with some of name, kind, rows"),
        (
            r#"{ "name": "a", "rows": [["x", 7]] }"#,
            "invalid type: sequence, expected a JSON object with some of id, days",
        ),
        (r#"{ "name": "a", "kind": { "human": null } }"#, "invalid type: map, expected a word as a string"),
        (r#"{ "name": "a", "kind": "robot" }"#, "unknown variant `robot`"),
        (r#"{ "name": "a", "name": "b" }"#, "duplicate field `name`"),
        (r#"{ "name": "a", "nam": "b" }"#, "unknown field `nam`"),
        (r#"{ "name": "a", "rows": [{ "id": "x", "days": -1 }] }"#, "expected u32"),
        (r#"{ "name": 1 }"#, "invalid type: integer `1`, expected a string"),
        (r#"{ "name": "a" } {}"#, "trailing characters"),
    ];
    for (text, reason) in wrong {
        let refused = read(text).expect_err(text);
        assert!(refused.contains(reason), "{text}: {refused}");
    }
}
