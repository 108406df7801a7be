use serde_json::json;

use super::*;

fn entry(label: &str) -> AuditEntry {
    let named = |kind: &str, label: &str| Named {
        kind: kind.to_owned(),
        id: Some("7".to_owned()),
        label: label.to_owned(),
        label_at_time: "then".to_owned(),
    };
    AuditEntry {
        id: AuditId::new(),
        at: "2026-11-26T10:30:00.000Z".to_owned(),
        action: "group.renamed".to_owned(),
        outcome: "success".to_owned(),
        actor: named("user", "ada"),
        session_id: None,
        target: named("group", label),
        changes: json!([{ "path": "displayName", "old": "then", "new": label }]),
    }
}

fn file(format: Format, pieces: &[&[AuditEntry]]) -> String {
    let mut file = Pieces::new(format);
    let mut bytes: Vec<u8> = pieces.iter().flat_map(|it| file.more(it).unwrap()).collect();
    bytes.extend(file.end().unwrap());
    String::from_utf8(bytes).unwrap()
}

/// The formats that are text; a workbook is looked at where it is asked for.
fn of_text() -> impl Iterator<Item = Format> {
    Format::ALL.into_iter().filter(|it| *it != Format::Xlsx)
}

#[test]
fn s2_40_every_format_is_whole_in_however_many_pieces_it_is_written() {
    let all = [entry("one"), entry("two"), entry("three")];
    for format in of_text() {
        let whole = file(format, &[&all]);

        assert_eq!(file(format, &[&all[..1], &all[1..]]), whole);
        assert_eq!(file(format, &[&all, &[]]), whole);
        let parsed: Vec<serde_json::Value> = match format {
            Format::Csv => {
                let mut rows = csv::Reader::from_reader(whole.as_bytes());
                assert_eq!(rows.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
                rows.records().map(|row| json!({ "id": row.unwrap().get(0).unwrap() })).collect()
            }
            Format::Json => serde_json::from_str(&whole).unwrap(),
            Format::Ndjson => whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
            Format::Ocsf => {
                let uid = |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["metadata"]["uid"].clone();
                whole.lines().map(|line| json!({ "id": uid(line) })).collect()
            }
            Format::Xlsx => panic!("a workbook is no text"),
        };
        let ids: Vec<_> = parsed.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, all.each_ref().map(|it| it.id.to_string()), "{format:?}");
    }
    assert_eq!(file(Format::Json, &[&[]]), "[\n]\n");
    assert_eq!(file(Format::Csv, &[&[]]), format!("{}\n", COLUMNS.join(",")));
    assert_eq!(file(Format::Ndjson, &[&[]]), "");
}

/// OU-01: a name that a spreadsheet would calculate is text in it.
#[test]
fn ou_01_no_cell_of_the_record_begins_a_formula() {
    for name in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
        let text = file(Format::Csv, &[&[entry(name)]]);

        let row = csv::Reader::from_reader(text.as_bytes()).into_records().next().unwrap().unwrap();
        assert!(row.get(11).unwrap().starts_with('\''), "{name:?}: {row:?}");
    }
}

/// OU-03: no name breaks the line of a deed, in any format, for any reader, nor reaches a terminal as a command.
#[test]
fn ou_03_no_name_breaks_the_line_of_a_deed() {
    let name = "a\r\nb\u{1b}[2Jc\u{85}d\u{2028}e\u{2029}f\0g\u{7f}";

    let (table, lines) = (file(Format::Csv, &[&[entry(name)]]), file(Format::Ndjson, &[&[entry(name)]]));

    let breaks = |text: &str| {
        text.trim_end().chars().filter(|c| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')).count()
    };
    assert_eq!((breaks(&table), breaks(&lines)), (1, 0));
    assert!(!table.contains('\u{1b}') && table.contains("a␍␊b␛[2Jc"), "{table}");
    let parsed: serde_json::Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(parsed["target"]["label"], name);
}
