//! The coverage table: which requirement rows, attack cases and fault cases have a test.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;

/// Section of the table -> id -> the tests that assert it; an id without a test is open.
type Table = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Prints the open ids of each section; an open id is work to do, not a failure.
pub fn print_open(path: &Path) -> anyhow::Result<bool> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let table: Table = toml::from_str(&text).with_context(|| format!("{} is not a coverage table", path.display()))?;
    let mut output = std::io::stdout().lock();
    for (section, ids) in &table {
        let open: Vec<&str> = open_ids(ids).collect();
        writeln!(output, "{section}: {} of {} open", open.len(), ids.len())?;
        for id in open {
            writeln!(output, "  {id}")?;
        }
    }
    Ok(true)
}

fn open_ids(ids: &BTreeMap<String, Vec<String>>) -> impl Iterator<Item = &str> {
    ids.iter().filter(|(_, tests)| tests.is_empty()).map(|(id, _)| id.as_str())
}

#[cfg(test)]
mod tests;
