//! What a command says: text for people, or one JSON document for programs, from the same facts.

use std::io::{self, Write as _};

use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// A list of named facts, in the order in which they are shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record(Vec<(&'static str, Value)>);

impl Record {
    /// No facts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Adds a fact where there is one.
    #[must_use]
    pub fn maybe(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The facts as a JSON object.
    pub fn into_json(self) -> Value {
        let facts = self.0.into_iter().map(|(name, value)| (name.to_owned(), value));
        Value::Object(facts.collect::<Map<_, _>>())
    }

    fn lines(&self) -> String {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let line = |(name, value): &(&str, Value)| format!("{:width$}  {}\n", name.replace('_', " "), plain(value));
        self.0.iter().map(line).collect()
    }
}

/// What a command says at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    text: String,
    json: Value,
    failure: Option<String>,
}

impl Output {
    /// One thing.
    pub fn one(record: Record) -> Self {
        Self { text: record.lines(), json: record.into_json(), failure: None }
    }

    /// Many things, one line each, with these of their facts as columns; programs get all of them.
    pub fn many(columns: &[&'static str], records: Vec<Record>) -> Self {
        let text = table(columns, &records);
        Self { text, json: records.into_iter().map(Record::into_json).collect(), failure: None }
    }

    /// Nothing more than was said already.
    pub fn silent() -> Self {
        Self { text: String::new(), json: Value::Null, failure: None }
    }

    /// Text for people and a document for programs that are made apart.
    pub fn of(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, failure: None }
    }

    /// Gives programs this document instead.
    #[must_use]
    pub fn with_json(self, json: Value) -> Self {
        Self { json, ..self }
    }

    /// Adds a sentence for people.
    #[must_use]
    pub fn note(mut self, sentence: &str) -> Self {
        self.text.push_str(sentence);
        self.text.push('\n');
        self
    }

    /// The command found that something is wrong: its exit code is 1, and this sentence says what.
    #[must_use]
    pub fn failed(mut self, sentence: impl Into<String>) -> Self {
        self.failure = Some(sentence.into());
        self
    }

    /// What went wrong, if anything did.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Writes it to standard output.
    pub fn print(&self, as_json: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if as_json && !self.json.is_null() {
            writeln!(out, "{}", self.json)?;
        } else if !as_json {
            write!(out, "{}", self.text)?;
        }
        out.flush()
    }
}

fn table(columns: &[&'static str], records: &[Record]) -> String {
    let header: Vec<String> = columns.iter().map(|name| name.replace('_', " ")).collect();
    let cell = |record: &Record, column: &str| {
        record.0.iter().find(|(name, _)| *name == column).map(|(_, value)| plain(value)).unwrap_or_default()
    };
    let rows = records.iter().map(|record| columns.iter().map(|column| cell(record, column)).collect::<Vec<_>>());
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let widths: Vec<usize> = (0..columns.len()).map(|column| width(&rows, column)).collect();
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn width(rows: &[Vec<String>], column: usize) -> usize {
    rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
    format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(values) => {
            let between = if values.iter().any(Value::is_object) { "; " } else { ", " };
            values.iter().map(plain).collect::<Vec<_>>().join(between)
        }
        Value::Object(facts) => {
            let facts = facts.iter().map(|(name, value)| format!("{} {}", name.replace('_', " "), plain(value)));
            facts.collect::<Vec<_>>().join(", ")
        }
        Value::Number(_) => value.to_string(),
    }
}
