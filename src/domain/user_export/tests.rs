use csv::ReaderBuilder;

use super::*;

fn row(display_name: &str) -> Row<'_> {
    Row {
        user_name: "ada",
        display_name,
        email: None,
        role: Some("owner"),
        sign_in: "password",
        status: "active",
        mfa: "on",
        created_at: Timestamp::from_millis(0),
        last_active: None,
    }
}

fn written(names: &[&str]) -> String {
    let mut file = File::new().unwrap();
    for name in names {
        file.push(row(name)).unwrap();
    }
    String::from_utf8(file.finish().unwrap()).unwrap()
}

#[test]
fn the_first_line_names_the_columns_and_a_user_is_a_line() {
    let text = written(&["Ada Lovelace"]);

    assert_eq!(
        text,
        "user_name,display_name,email,role,sign_in,status,mfa,created_at,last_active_at\n\
         ada,Ada Lovelace,,owner,password,active,on,1970-01-01T00:00:00.000Z,\n"
    );
}

/// OU-01: whatever would begin a formula is text; everything else comes back as it was.
#[test]
fn ou_01_nothing_that_a_spreadsheet_would_calculate_begins_a_cell() {
    let formulas =
        ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0"];
    let names = ["Ada, Countess", "Ada \"the\" first", "O'Brien", "a=b", "two\nlines", "'quoted"];
    let text = written(&[&formulas[..], &names[..]].concat());

    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let read: Vec<String> = reader.records().map(|it| it.unwrap()[1].to_owned()).collect();
    let guarded = formulas.map(|it| format!("'{it}"));
    let expected: Vec<&str> = guarded.iter().map(String::as_str).chain(names).collect();
    assert_eq!(read, expected);
}
