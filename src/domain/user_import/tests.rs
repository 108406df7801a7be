//! Files of users, good and bad.

use proptest::prelude::*;

use super::*;
use crate::domain::Flaw;
use crate::domain::address::AddressProblem;

fn model() -> RoleModel {
    RoleModel::preset(RoleModel::DEFAULT_PRESET).unwrap()
}

fn against(model: &RoleModel) -> Against<'_> {
    Against { model, usual: SignIn::Password }
}

fn rows(text: &str) -> Vec<Row> {
    read(text.as_bytes(), against(&model())).unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes, against(&model())).unwrap_err().to_string()
}

fn entry(display_name: &str, email: Option<&str>, role: &str, sign_in: SignIn) -> Entry {
    let (display_name, email) = (display_name.to_owned(), email.map(str::to_owned));
    Entry { display_name, email, role: role.parse().unwrap(), sign_in }
}

/// The line and everything that is wrong with the only row.
fn problems(row: &str) -> (u64, Vec<Problem>) {
    let text = format!("user_name,display_name,email,role,sign_in\n{row}\n");
    let [row] = <[Row; 1]>::try_from(rows(&text)).unwrap();
    (row.line, row.entry.unwrap_err().problems)
}

#[test]
fn every_usual_way_of_writing_a_file_says_the_same() {
    let ada = Row {
        line: 2,
        user_name: "ada".to_owned(),
        entry: Ok(entry("Lovelace, Ada", Some("ada@x.example"), "viewer", SignIn::Password)),
    };
    for text in [
        "user_name,display_name,email,role,sign_in\nada,\"Lovelace, Ada\",ada@x.example,viewer,password\n",
        "user_name;display_name;email;role;sign_in\nada;Lovelace, Ada;ada@x.example;viewer;password",
        "\u{feff}user_name,display_name,email,role,sign_in\r\nada,\"Lovelace, Ada\",ada@x.example,viewer,password\r\n",
        "sign_in;role;email;display_name;user_name\rpassword;viewer;ada@x.example;Lovelace, Ada;ada\r",
        "\"User_Name\" ; Display_Name;EMAIL;role;sign_in\n ada ;\" Lovelace, Ada \"; ada@x.example;Viewer;PASSWORD\n;;;;\n",
    ] {
        assert_eq!(rows(text), std::slice::from_ref(&ada), "{text:?}");
    }
}

#[test]
fn what_a_row_leaves_out_the_role_model_says() {
    let model = model();
    let short = rows("display_name,user_name\nAda,ada\n");
    let empty = rows("user_name,display_name,email,role,sign_in\nada,Ada,,,\n");

    let usual = entry("Ada", None, model.default_role().as_str(), SignIn::Password);
    assert_eq!((&short[0].entry, &empty[0].entry), (&Ok(usual.clone()), &Ok(usual)));
}

#[test]
fn a_file_that_is_wrong_as_a_whole_is_refused_with_what_to_change() {
    let many = format!("user_name,display_name\n{}", "a,b\n".repeat(ROWS_MAX + 1));
    for (file, part) in [
        (&b""[..], "file: it is empty; the first line names the columns, which are user_name, "),
        (b"\n\n", "it is empty"),
        (b"user_name,display_name\n", "there is no row below the first line"),
        (b"user_name,display_name\n,\n , \n", "there is no row below the first line"),
        (b"ada,Ada\nbob,Bob\n", "there is no column \"ada\", \"ada\""),
        (b"user_name,display_name,password,admin\n", "there is no column \"password\", \"admin\""),
        (b"user_name,display_name,\n", "there is no column \"\""),
        (b"user_name,display_name,User_Name\n", "the column user_name is there twice"),
        (b"user_name,email\n", "the column display_name is missing"),
        (b"email,display_name\n", "the column user_name is missing"),
        (b"user_name,display_name\nj\xfcrgen,J\xfcrgen\n", "save it in the encoding UTF-8"),
        (b"user_name,display_name\nada,\"Ada\nbob,Bob\n", "a double quote is not closed"),
        (many.as_bytes(), "it has more than 10000 rows"),
        (&vec![b'a'; BYTES_MAX + 1], "it is larger than 10 MiB"),
    ] {
        let said = refusal(file);
        assert!(said.contains(part), "{part}: {said}");
        assert!(said.len() < 300, "{said}");
    }
}

#[test]
fn a_row_that_is_wrong_is_refused_alone_with_its_line_and_the_reason() {
    let long = |most: usize, column| Problem::Name { column, problem: Flaw::TooLong { characters_max: most } };
    let roles = "owner, admin, contributor, viewer, viewernosecrets".to_owned();
    for (row, why) in [
        ("ada,Ada", Problem::Cells { found: 2, wanted: 5 }),
        ("ada,Lovelace, Ada,a@x.example,,", Problem::Cells { found: 6, wanted: 5 }),
        (",Ada,,,", Problem::Name { column: "user_name", problem: Flaw::Empty }),
        ("ada,,,,", Problem::Name { column: "display_name", problem: Flaw::Empty }),
        ("ada,\"A\nda\",,,", Problem::Name { column: "display_name", problem: Flaw::Control }),
        ("a\u{0}da,Ada,,,", Problem::Name { column: "user_name", problem: Flaw::Control }),
        (&format!("{},Ada,,,", "a".repeat(255)), long(254, "user_name")),
        (&format!("ada,{},,,", "a".repeat(257)), long(256, "display_name")),
        ("ada,Ada,ada,,", Problem::Address(AddressProblem::NoAddress)),
        ("ada,Ada,\"a@x.example\nBcc: b@x.example\",,", Problem::Address(AddressProblem::SeveralAts)),
        ("ada,Ada,,god,", Problem::Role { named: "god".to_owned(), roles: roles.clone() }),
        ("ada,Ada,,../owner,", Problem::Role { named: "../owner".to_owned(), roles }),
        ("ada,Ada,,,ldap", Problem::SignIn("ldap".to_owned())),
    ] {
        assert_eq!(problems(row), (2, vec![why]), "{row:?}");
    }
}

#[test]
fn everything_that_is_wrong_with_a_row_is_said_at_once() {
    let file = "user_name,display_name,email,role,sign_in\nada,Ada,,,\nADA,,ada,god,ldap\nbob,\n";

    let rows = rows(file);

    let said =
        |nth: usize| rows[nth].entry.as_ref().unwrap_err().problems.iter().map(Problem::code).collect::<Vec<_>>();
    assert_eq!(said(1), ["name", "address", "unknown-role", "sign-in", "twice"]);
    assert_eq!(said(2), ["cells"], "which cell is missing is not known");
}

#[test]
fn the_longest_names_are_taken() {
    let text = format!("user_name,display_name\n{},{}\n", "a".repeat(254), "\u{e9}".repeat(256));
    assert!(rows(&text)[0].entry.is_ok());
}

#[test]
fn a_name_that_stands_there_twice_in_any_spelling_is_taken_once() {
    let rows = rows("user_name,display_name,role\nada,A,god\n\nADA,B,\n\n\nada,C,\n\u{ff21}da,D,\nbob,E,\n");

    let code = |row: &Row| row.entry.as_ref().err().map(|it| it.problems[0].code());
    let said: Vec<_> = rows.iter().map(|row| (row.line, code(row))).collect();
    let twice = Some("twice");
    assert_eq!(said, [(2, Some("unknown-role")), (4, None), (7, twice), (8, twice), (9, None)]);
    assert_eq!(rows[2].entry.as_ref().unwrap_err().problems, [Problem::Twice { line: 4 }]);
}

#[test]
fn a_line_is_counted_as_an_editor_counts_it() {
    let rows = rows("\r\nuser_name,display_name\r\n\r\nada,\"A\r\nda\"\r\nbob,Bob\r\n");
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 6]);
}

/// OU-01: what a spreadsheet would calculate is text like any other.
#[test]
fn ou_01_a_cell_that_looks_like_a_formula_is_text() {
    for cell in ["=1+1", "+49 30", "-x", "@SUM(A1)", "=HYPERLINK(\"\"http://e.example\"\")"] {
        let rows = rows(&format!("user_name,display_name\nada,\"{cell}\"\n"));
        assert_eq!(rows[0].entry.as_ref().unwrap().display_name, cell.replace("\"\"", "\""));
    }
}

proptest! {
    #[test]
    fn no_file_stops_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let named = [b"user_name,display_name\n", bytes.as_slice()].concat();
        let (_, _) = (read(&bytes, against(&model())), read(&named, against(&model())));
    }

    #[test]
    fn what_is_written_is_read_again(
        users in prop::collection::vec(("[a-z]{1,8}[,;'\" ]{0,3}[a-z]", "[^\\pC\\pZ]{1,9}"), 1..20),
        is_semicolon: bool,
    ) {
        let delimiter = if is_semicolon { b';' } else { b',' };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["user_name", "display_name"]).unwrap();
        for (nth, (name, display)) in users.iter().enumerate() {
            writer.write_record([&format!("{nth}{name}"), display]).unwrap();
        }
        let file = writer.into_inner().unwrap();

        let read = read(&file, against(&model())).unwrap();

        let read: Vec<_> = read.iter().map(|it| (it.user_name.clone(), it.entry.clone().unwrap().display_name)).collect();
        let written: Vec<_> = users.iter().enumerate().map(|(nth, it)| (format!("{nth}{}", it.0), it.1.clone())).collect();
        prop_assert_eq!(read, written);
    }
}
