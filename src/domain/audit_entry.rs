//! A row of the record as it is told to programs, and as the lines of a file.
//!
//! **Invariant:** a file holds one deed a line in CSV (RFC 4180) and NDJSON, and one event a line in OCSF, whatever the names in it
//! hold.
//! **Invariant:** a spreadsheet calculates nothing of it.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::id::{AuditId, SessionId};
use super::text::on_one_line;
use super::user_export::text;
use super::workbook::{MEDIA_TYPE, Sheet, broken, bytes};
use super::{Error, ocsf};

/// The columns of a file of CSV.
pub const COLUMNS: [&str; 14] = [
    "id",
    "at",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "actor_label",
    "actor_label_at_time",
    "session_id",
    "target_kind",
    "target_id",
    "target_label",
    "target_label_at_time",
    "changes",
];

/// A deed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditEntry {
    /// The identity of the row.
    pub id: AuditId,
    /// When, in RFC 3339.
    pub at: String,
    /// What was done: `user.deactivated`.
    pub action: String,
    /// `success`, `failure` or `denied`.
    pub outcome: String,
    /// Who did it.
    pub actor: Named,
    /// The session in which it was done.
    pub session_id: Option<SessionId>,
    /// What it was done to.
    pub target: Named,
    /// What changed, as it was recorded.
    pub changes: Value,
}

/// Somebody or something of a deed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// What kind it is.
    pub kind: String,
    /// Its id, where it has one.
    pub id: Option<String>,
    /// What it is called now; as far as it is gone, what it was called.
    pub label: String,
    /// What it was called at the time.
    pub label_at_time: String,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A table for spreadsheets.
    Csv,
    /// One list.
    Json,
    /// A deed a line.
    Ndjson,
    /// An event of the Open Cybersecurity Schema Framework a line.
    Ocsf,
    /// A workbook of Microsoft Excel.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Json, Self::Ndjson, Self::Ocsf, Self::Xlsx];

    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Ocsf => "ocsf",
            Self::Xlsx => "xlsx",
        }
    }

    /// The end of the name of a file.
    pub const fn extension(self) -> &'static str {
        if matches!(self, Self::Ocsf) { "ocsf.ndjson" } else { self.word() }
    }

    /// Reads the name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// What a browser is told that it is.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Ndjson | Self::Ocsf => "application/x-ndjson",
            Self::Xlsx => MEDIA_TYPE,
        }
    }
}

/// A file in the making, piece by piece.
pub struct Pieces {
    format: Format,
    is_begun: bool,
    /// What a workbook will hold: it is written whole.
    sheet: Option<Sheet>,
}

impl Pieces {
    /// Nothing yet.
    pub const fn new(format: Format) -> Self {
        Self { format, is_begun: false, sheet: None }
    }

    /// The bytes of these deeds, with what stands before the first.
    pub fn more(&mut self, entries: &[AuditEntry]) -> Result<Vec<u8>, Error> {
        let is_first = !self.is_begun;
        self.is_begun = true;
        match self.format {
            Format::Csv => csv(entries, is_first),
            Format::Json => {
                let mut piece = if is_first { "[".to_owned() } else { String::new() };
                for (nth, entry) in entries.iter().enumerate() {
                    piece.push_str(if is_first && nth == 0 { "\n" } else { ",\n" });
                    piece.push_str(&line(entry)?);
                }
                Ok(piece.into_bytes())
            }
            Format::Ndjson => {
                let lines = entries.iter().map(|it| line(it).map(|line| line + "\n"));
                Ok(lines.collect::<Result<String, _>>()?.into_bytes())
            }
            Format::Ocsf => {
                let lines = entries.iter().flat_map(ocsf::events).map(|it| line(&it).map(|line| line + "\n"));
                Ok(lines.collect::<Result<String, _>>()?.into_bytes())
            }
            Format::Xlsx => {
                let sheet = match &mut self.sheet {
                    Some(sheet) => sheet,
                    none => none.insert(Sheet::new("Audit log", &COLUMNS)?),
                };
                for entry in entries {
                    sheet.push(&cells(entry).each_ref().map(AsRef::as_ref))?;
                }
                Ok(Vec::new())
            }
        }
    }

    /// What stands after the last deed.
    pub fn end(self) -> Result<Vec<u8>, Error> {
        match self.format {
            Format::Csv | Format::Ndjson | Format::Ocsf => Ok(Vec::new()),
            Format::Json => Ok(b"\n]\n".to_vec()),
            Format::Xlsx => bytes(self.sheet.into_iter().collect(), None),
        }
    }
}

/// As JSON on one line, for readers who take other characters for line breaks, too.
pub(super) fn line(of: &impl Serialize) -> Result<String, Error> {
    let mut line = serde_json::to_string(of).map_err(broken)?;
    for (character, escape) in [('\u{85}', "\\u0085"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")] {
        if line.contains(character) {
            line = line.replace(character, escape);
        }
    }
    Ok(line)
}

fn csv(entries: &[AuditEntry], is_first: bool) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if is_first {
        writer.write_record(COLUMNS).map_err(broken)?;
    }
    for entry in entries {
        // What would begin a formula is looked for before line breaks have their marks: a spreadsheet skips those.
        writer.write_record(cells(entry).map(|it| on_one_line(&text(&it)).into_owned())).map_err(broken)?;
    }
    writer.into_inner().map_err(|cause| broken(cause.into_error()))
}

/// What stands in the columns.
fn cells(entry: &AuditEntry) -> [Cow<'_, str>; COLUMNS.len()] {
    let (actor, target) = (&entry.actor, &entry.target);
    [
        entry.id.to_string().into(),
        entry.at.as_str().into(),
        entry.action.as_str().into(),
        entry.outcome.as_str().into(),
        actor.kind.as_str().into(),
        actor.id.as_deref().unwrap_or_default().into(),
        actor.label.as_str().into(),
        actor.label_at_time.as_str().into(),
        entry.session_id.map(|it| it.to_string()).unwrap_or_default().into(),
        target.kind.as_str().into(),
        target.id.as_deref().unwrap_or_default().into(),
        target.label.as_str().into(),
        target.label_at_time.as_str().into(),
        entry.changes.to_string().into(),
    ]
}

#[cfg(test)]
mod tests;
