//! The coverage table names only tests that exist and that say themselves which id they assert.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::Path;

use crate::scim_vectors::vectors;

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

/// What is said to be met is met by tests that are there.
#[test]
fn every_test_that_the_statement_on_ipsie_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let statement = std::fs::read_to_string(root.join("docs/ipsie.md")).unwrap();
    let named: Vec<&str> = statement.split('`').filter(|it| it.contains(".rs::")).collect();

    let is_there = |test: &&&str| {
        let (file, name) = test.split_once("::").unwrap();
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
        text.contains(&format!("fn {name}("))
    };
    let missing: Vec<_> = named.iter().filter(|it| !is_there(it)).collect();

    assert!(named.len() >= 15, "{named:?}");
    assert_eq!(missing, Vec::<&&str>::new());
}

const ATTACKS: usize = 188;

/// The numbers of the failures of other SCIM servers that are cases here; those in between were never given.
const CASES: [RangeInclusive<u32>; 12] =
    [1..=7, 10..=16, 18..=24, 26..=26, 30..=35, 37..=37, 39..=43, 50..=51, 53..=58, 60..=61, 63..=63, 65..=75];
const LATER_CASES: [RangeInclusive<u32>; 3] = [80..=81, 83..=86, 90..=103];

/// C01..C103: each has a line, each line names what shows it, and no vector names a case that is none.
#[test]
fn every_case_of_other_servers_is_shown() {
    let table = table();
    let cases = &table["cases"];

    let ids: BTreeSet<String> =
        CASES.into_iter().chain(LATER_CASES).flatten().map(|number| format!("C{number:02}")).collect();
    let open: Vec<&String> = cases.iter().filter(|(_, tests)| tests.is_empty()).map(|(id, _)| id).collect();
    let named: BTreeSet<String> = vectors().iter().flat_map(|it| cases_of(it)).filter(|it| is_case(it)).collect();

    assert_eq!(cases.keys().cloned().collect::<BTreeSet<_>>(), ids);
    assert_eq!(open, Vec::<&String>::new());
    assert_eq!(named.difference(&ids).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// True for `C` and a number.
fn is_case(id: &str) -> bool {
    id.strip_prefix('C').is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
}

/// The cases that a vector says it shows.
fn cases_of(vector: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(vector).unwrap();
    let vector: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = vector["cases"].as_array().into_iter().flatten();
    cases.map(|it| it.as_str().unwrap().to_owned()).collect()
}

fn table() -> Table {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/coverage.toml");
    toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// True when the file holds the function, and its name or doc comment the id; a vector lists it among its cases, a program
/// carries it anywhere.
fn carries(id: &str, test: &str) -> bool {
    let (file, function) = test.split_once("::").map_or((test, None), |(file, name)| (file, Some(name)));
    if test.starts_with("conformance/vectors/") {
        return vectors().iter().any(|it| it.ends_with(test) && cases_of(it).iter().any(|it| it == id));
    }
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
    let Some((series, number)) = id.split_once('-') else {
        return doc.split(|it: char| !it.is_alphanumeric() && it != '-').any(|word| word == id);
    };
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
