//! The coverage table names only tests that exist and that say themselves which id they assert.

use std::collections::BTreeMap;
use std::path::Path;

/// Section -> id -> tests.
type Table = BTreeMap<String, BTreeMap<String, Vec<String>>>;

#[test]
fn every_entry_of_the_coverage_table_names_a_test_that_carries_the_id() {
    let table = table();
    let mut wrong = Vec::new();

    for (id, test) in table.values().flatten().flat_map(|(id, tests)| tests.iter().map(move |test| (id, test))) {
        if !carries(id, test) {
            wrong.push(format!("{id}: {test}"));
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
    for (section, ids) in &table {
        let open = ids.values().filter(|tests| tests.is_empty()).count();
        println!("{section}: {open} of {} open", ids.len());
    }
}

#[test]
fn every_row_and_every_case_has_a_line_in_the_table() {
    let table = table();

    let count = |section: &str| table[section].len();

    assert_eq!((count("requirements"), count("attacks"), count("faults")), (159, ATTACKS, 35));
}

const ATTACKS: usize = 188;

fn table() -> Table {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/coverage.toml");
    toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// True when the file holds the function, and its name or doc comment the id; a program carries it anywhere.
fn carries(id: &str, test: &str) -> bool {
    let (file, function) = test.split_once("::").map_or((test, None), |(file, name)| (file, Some(name)));
    let Ok(text) = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)) else {
        return false;
    };
    let Some(function) = function else {
        return text.contains(id);
    };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let word = if Path::new(file).extension().is_some_and(|it| it == "py") { "def" } else { "fn" };
    let Some(at) = lines.iter().position(|line| line.contains(&format!("{word} {function}("))) else {
        return false;
    };
    let above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("///"));
    let doc: String = above.copied().collect::<Vec<_>>().join(" ");
    let spelled = id.to_lowercase().replace('-', "_");
    is_in_name(function, &spelled) || is_in_doc(&doc, id)
}

/// The id as whole words of a function name.
fn is_in_name(function: &str, spelled: &str) -> bool {
    format!("_{function}_").contains(&format!("_{spelled}_"))
}

/// The id in a doc comment, written out or as a further number of the same series (`S1-27, 28`, `JW-01..08`).
fn is_in_doc(doc: &str, id: &str) -> bool {
    let (series, number) = id.split_once('-').unwrap();
    let number: u32 = number.parse().unwrap();
    doc.split(&format!("{series}-")).skip(1).any(|rest| numbers(rest).contains(&number))
}

/// The numbers at the beginning of a text: `27, 28 and 30..32 ..`.
fn numbers(text: &str) -> Vec<u32> {
    let mut found: Vec<u32> = Vec::new();
    let mut rest = text;
    let mut is_range = false;
    loop {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let Ok(number) = digits.parse::<u32>() else {
            return found;
        };
        match found.last() {
            Some(&first) if is_range => found.extend(first + 1..=number),
            _ => found.push(number),
        }
        rest = rest.trim_start_matches(|it: char| it.is_ascii_digit());
        is_range = rest.starts_with("..");
        let Some(next) = ["..", ", and ", ", ", " and "].iter().find_map(|it| rest.strip_prefix(it)) else {
            return found;
        };
        rest = next;
    }
}
