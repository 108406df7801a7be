//! What goes out in a stream: records on one line each, the body of a webhook, and the messages of
//! syslog.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Style;
use crate::domain::audit_entry::{AuditEntry, line};
use crate::domain::id::{AuditStreamId, OrgId};
use crate::domain::text::on_one_line;
use crate::domain::{Error, Timestamp, ocsf};

/// The facility "log audit" (RFC 5424 6.2.1).
const FACILITY: u8 = 13;
const INFORMATIONAL: u8 = 6;
const NOTICE: u8 = 5;
const WARNING: u8 = 4;
/// The largest number that syslog counts with (RFC 5424 7.3.1).
const SEQUENCE_MAX: i64 = 2_147_483_647;

/// Something on one line, with what stands before it in syslog.
#[derive(Debug, Clone)]
pub struct Line {
    /// The number in the chain.
    pub seq: i64,
    at: String,
    what: String,
    severity: u8,
    json: Box<RawValue>,
}

impl Line {
    /// The line, without its end.
    pub fn text(&self) -> &str {
        self.json.get()
    }

    fn of(seq: i64, (at, what): (String, &str), severity: u8, value: &Value) -> Result<Self, Error> {
        let json = RawValue::from_string(line(value)?).map_err(anyhow::Error::new)?;
        Ok(Self { seq, at, what: what.to_owned(), severity, json })
    }
}

/// Something that is told besides records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// These records were there and are not any more.
    Missing {
        /// The first number.
        from_seq: i64,
        /// The last number.
        to_seq: i64,
    },
    /// Somebody sees whether something arrives.
    Test,
}

impl Note {
    const fn word(self) -> &'static str {
        match self {
            Self::Missing { .. } => "records_missing",
            Self::Test => "test",
        }
    }

    fn sentence(self) -> String {
        match self {
            Self::Missing { from_seq, to_seq } if from_seq == to_seq => {
                format!("record {from_seq} was taken away before it could be sent")
            }
            Self::Missing { from_seq, to_seq } => {
                format!("records {from_seq} to {to_seq} were taken away before they could be sent")
            }
            Self::Test => "somebody sees whether something arrives".to_owned(),
        }
    }

    const fn numbers(self) -> Option<(i64, i64)> {
        match self {
            Self::Missing { from_seq, to_seq } => Some((from_seq, to_seq)),
            Self::Test => None,
        }
    }
}

/// The lines of a record: one, or one for each event of it. Each has its number, and the first one the link of the chain.
pub fn line_of(style: Style, (seq, link): (i64, &str), entry: &AuditEntry) -> Result<Vec<Line>, Error> {
    let severity = match entry.outcome.as_str() {
        "success" => INFORMATIONAL,
        "denied" => WARNING,
        _ => NOTICE,
    };
    let values = match style {
        Style::Json => {
            let mut value = serde_json::to_value(entry).map_err(anyhow::Error::new)?;
            if let Some(members) = value.as_object_mut() {
                members.insert("seq".to_owned(), json!(seq));
                members.insert("link".to_owned(), json!(link));
            }
            vec![value]
        }
        Style::Ocsf => ocsf::in_chain(entry, seq, link),
    };
    values.iter().map(|it| Line::of(seq, (entry.at.clone(), &entry.action), severity, it)).collect()
}

/// The line of a note; one about records stands where the last of them would.
pub fn note(style: Style, at: Timestamp, note: Note) -> Result<Line, Error> {
    let numbers = note.numbers();
    let value = match style {
        Style::Json => {
            let mut value = json!({ "type": note.word(), "at": at.rfc3339(), "message": note.sentence() });
            if let (Some((from_seq, to_seq)), Some(members)) = (numbers, value.as_object_mut()) {
                members.insert("from_seq".to_owned(), json!(from_seq));
                members.insert("to_seq".to_owned(), json!(to_seq));
            }
            value
        }
        Style::Ocsf => ocsf::base_event(at, note.word(), &note.sentence(), numbers),
    };
    let severity = if numbers.is_some() { WARNING } else { INFORMATIONAL };
    Line::of(numbers.map_or(0, |it| it.1), (at.rfc3339(), note.word()), severity, &value)
}

/// What is posted to a webhook.
#[derive(Debug, Serialize)]
pub struct Body<'a> {
    /// `audit.records` or `audit.test`.
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
struct Data<'a> {
    organisation: OrgId,
    stream: AuditStreamId,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_seq: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_seq: Option<i64>,
    records: Vec<&'a RawValue>,
}

impl<'a> Body<'a> {
    /// The body of these lines, which tell of these numbers; without numbers they are a test.
    pub fn of(
        (organisation, stream): (OrgId, AuditStreamId),
        at: Timestamp,
        numbers: Option<(i64, i64)>,
        lines: &'a [Line],
    ) -> Self {
        let (from_seq, to_seq) = numbers.unzip();
        let records = lines.iter().map(|it| &*it.json).collect();
        Self {
            kind: if numbers.is_some() { "audit.records" } else { "audit.test" },
            timestamp: at.rfc3339(),
            data: Data { organisation, stream, from_seq, to_seq, records },
        }
    }
}

/// The identity of a request to a webhook: the same for the same records of the same stream, however often they are sent.
pub fn webhook_id(stream: AuditStreamId, at: Timestamp, numbers: Option<(i64, i64)>) -> String {
    match numbers {
        Some((from, to)) => format!("{stream}.{from}-{to}"),
        None => format!("{stream}.test-{}", at.millis()),
    }
}

/// A line for the standard output of the server, where several streams meet: what stands around a record says whose it is.
pub fn printed((organisation, stream): (OrgId, AuditStreamId), it: &Line) -> Result<String, Error> {
    line(&Printed { kind: "audit.record", organisation, stream, record: &it.json })
}

#[derive(Serialize)]
struct Printed<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    organisation: OrgId,
    stream: AuditStreamId,
    record: &'a RawValue,
}

/// Who sends, as syslog names it.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// The host under which the instance is known.
    pub host: &'a str,
    /// The version of the program.
    pub version: &'a str,
}

/// A message of syslog (RFC 5424), framed by its length (RFC 5425 4.3).
pub fn frame(it: &Line, by: Sender<'_>) -> Vec<u8> {
    let priority = u16::from(FACILITY) * 8 + u16::from(it.severity);
    let (host, what) = (word(by.host, 255), word(&it.what, 32));
    let sequence = it.seq.saturating_sub(1).rem_euclid(SEQUENCE_MAX).saturating_add(1);
    let message = format!(
        "<{priority}>1 {} {host} doorward - {what} [origin software=\"doorward\" swVersion=\"{}\"][meta \
         sequenceId=\"{sequence}\"] {}",
        it.at,
        by.version,
        on_one_line(it.text()),
    );
    [message.len().to_string().as_bytes(), b" ", message.as_bytes()].concat()
}

/// A word of the header: what cannot be printed is left out, and nothing is a dash.
fn word(text: &str, characters_max: usize) -> String {
    let word: String = text.chars().filter(char::is_ascii_graphic).take(characters_max).collect();
    if word.is_empty() { "-".to_owned() } else { word }
}
