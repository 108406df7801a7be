//! Users out of a CSV file (RFC 4180): its rows, each checked as far as the file and the role model can say.
//!
//! **Invariant:** every row that holds anything comes back, with its line and every reason why it cannot be used.
//! **Invariant:** a cell is text: nothing in it is calculated, and only the spaces around it are left out.

mod problem;

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

use super::Error;
use super::address;
use super::role::{RoleKey, RoleModel};
use super::text::{fold, name_flaw};
use super::user::{DISPLAY_NAME_MAX, SignIn, USER_NAME_MAX};
use super::user_export;

pub use problem::{BadFile, Problem};

/// The most bytes of a file.
pub const BYTES_MAX: usize = 10 * 1024 * 1024;
/// The most rows of a file, without the one that names the columns.
pub const ROWS_MAX: usize = 10_000;
/// The columns that are known; the first two must be there.
pub const COLUMNS: [&str; 5] = ["user_name", "display_name", "email", "role", "sign_in"];

/// How much of a cell an error repeats.
const REPEATED_MAX: usize = 64;
const NAMED_MAX: usize = 5;

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line on which it begins, the first being 1.
    pub line: u64,
    /// The user name as it stands there; cut where it cannot be one.
    pub user_name: String,
    /// What else it says of the user, or why it cannot be used.
    pub entry: Result<Entry, Refused>,
}

/// Why a row cannot be used, and what can be read of it all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Everything that is wrong with it.
    pub problems: Vec<Problem>,
    /// Its role, where that is right.
    pub role: Option<RoleKey>,
    /// Where it signs in, where that is right.
    pub sign_in: Option<SignIn>,
    /// Whether something stands in the place of an address.
    pub has_email: bool,
}

impl Row {
    /// Its role, where that is right.
    pub fn role(&self) -> Option<&RoleKey> {
        self.entry.as_ref().map_or_else(|refused| refused.role.as_ref(), |entry| Some(&entry.role))
    }

    /// True when it is known to sign in here and has no address.
    pub fn has_password_and_no_address(&self) -> bool {
        let (sign_in, has_email) = match &self.entry {
            Ok(entry) => (Some(entry.sign_in), entry.email.is_some()),
            Err(refused) => (refused.sign_in, refused.has_email),
        };
        sign_in == Some(SignIn::Password) && !has_email
    }

    /// Refuses the row for one more reason.
    pub fn refuse(&mut self, problem: Problem) {
        match &mut self.entry {
            Err(refused) => refused.problems.push(problem),
            Ok(entry) => self.entry = Err(entry.refused(problem)),
        }
    }
}

/// What a row says of a user besides the user name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What people call it.
    pub display_name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Its role; the role model's default where the row has none.
    pub role: RoleKey,
    /// Where it signs in; the role model says it where the row does not.
    pub sign_in: SignIn,
}

impl Entry {
    fn refused(&self, problem: Problem) -> Refused {
        let (role, sign_in, has_email) = (Some(self.role.clone()), Some(self.sign_in), self.email.is_some());
        Refused { problems: vec![problem], role, sign_in, has_email }
    }
}

/// What a file is read against.
#[derive(Clone, Copy)]
pub struct Against<'a> {
    /// The roles, one of which is given where no cell names one.
    pub model: &'a RoleModel,
    /// How people sign in of whom no cell says it.
    pub usual: SignIn,
}

/// Reads a file. What is wrong with the file as a whole is an error; what is wrong with a row is said of that row.
pub fn read(bytes: &[u8], against: Against<'_>) -> Result<Vec<Row>, Error> {
    let text = text_of(bytes)?;
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(&text)).from_reader(text.as_bytes());
    let mut records = reader.records();
    let first = records.next().ok_or_else(|| wrong(BadFile::Empty))?;
    let columns = Columns::read(&first.map_err(unreadable)?)?;
    let mut rows = Vec::new();
    let mut seen = HashMap::new();
    for record in records {
        let record = record.map_err(unreadable)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == ROWS_MAX {
            return Err(wrong(BadFile::TooManyRows));
        }
        rows.push(row(&columns, &record, line_of(&text, &record), (against, &mut seen)));
    }
    if rows.is_empty() { Err(wrong(BadFile::NoRows)) } else { Ok(rows) }
}

/// Where each column is.
struct Columns {
    width: usize,
    user_name: usize,
    display_name: usize,
    email: Option<usize>,
    role: Option<usize>,
    sign_in: Option<usize>,
}

impl Columns {
    fn read(first: &StringRecord) -> Result<Self, Error> {
        let names: Vec<String> = first.iter().map(|it| it.trim().to_lowercase()).collect();
        // What an export says besides is left alone, so that its file can be brought in elsewhere.
        let unknown = names.iter().filter(|it| !user_export::COLUMNS.contains(&it.as_str())).take(NAMED_MAX);
        let unknown: Vec<String> = unknown.map(|it| repeated(it)).collect();
        if !unknown.is_empty() {
            return Err(wrong(BadFile::UnknownColumns(unknown)));
        }
        if let Some(twice) = COLUMNS.into_iter().find(|it| names.iter().filter(|name| name == it).count() > 1) {
            return Err(wrong(BadFile::ColumnTwice(twice)));
        }
        let find = |wanted: &str| names.iter().position(|it| it == wanted);
        let need = |wanted| find(wanted).ok_or_else(|| wrong(BadFile::ColumnMissing(wanted)));
        Ok(Self {
            width: names.len(),
            user_name: need("user_name")?,
            display_name: need("display_name")?,
            email: find("email"),
            role: find("role"),
            sign_in: find("sign_in"),
        })
    }
}

/// The file as text with one kind of line break.
fn text_of(bytes: &[u8]) -> Result<String, Error> {
    if bytes.len() > BYTES_MAX {
        return Err(wrong(BadFile::TooLarge));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| wrong(BadFile::Encoding))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A quote that is never closed would swallow every row below it.
    if !text.matches('"').count().is_multiple_of(2) {
        return Err(wrong(BadFile::OpenQuote));
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// No name of a column holds a separator, so the first line shows which one it is.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if first.contains(';') { b';' } else { b',' }
}

/// The reader skips empty lines without counting them to the record before.
fn line_of(text: &str, record: &StringRecord) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let empty = text.as_bytes().get(from..).unwrap_or_default().iter().take_while(|byte| **byte == b'\n').count();
    position.line().saturating_add(u64::try_from(empty).unwrap_or(0))
}

fn row(
    columns: &Columns,
    record: &StringRecord,
    line: u64,
    (against, seen): (Against<'_>, &mut HashMap<String, u64>),
) -> Row {
    let user_name = record.get(columns.user_name).map(str::trim).unwrap_or_default();
    let mut row = Row { line, user_name: user_name.to_owned(), entry: entry(columns, record, against) };
    match seen.get(&fold(user_name)) {
        Some(line) => row.refuse(Problem::Twice { line: *line }),
        None if row.entry.is_ok() => drop(seen.insert(fold(user_name), line)),
        None => {}
    }
    let user_name = if row.entry.is_ok() { user_name.to_owned() } else { repeated(user_name) };
    Row { user_name, ..row }
}

fn entry(columns: &Columns, record: &StringRecord, against: Against<'_>) -> Result<Entry, Refused> {
    if record.len() != columns.width {
        // Nothing can be said of a cell when it is not known which one it is.
        let problems = vec![Problem::Cells { found: record.len(), wanted: columns.width }];
        return Err(Refused { problems, role: None, sign_in: None, has_email: true });
    }
    let cell = |at: usize| record.get(at).map(str::trim).unwrap_or_default();
    let filled = |at: Option<usize>| at.map(cell).filter(|it| !it.is_empty());
    let mut problems = Vec::new();
    right(name("user_name", cell(columns.user_name), USER_NAME_MAX), &mut problems);
    right(name("display_name", cell(columns.display_name), DISPLAY_NAME_MAX), &mut problems);
    let email = filled(columns.email);
    right(email.map_or(Ok(()), |it| address::check(it).map_err(Problem::Address)), &mut problems);
    let role = right(role(filled(columns.role), against.model), &mut problems);
    let sign_in = right(sign_in(filled(columns.sign_in), against.usual), &mut problems);
    match (role, sign_in) {
        (Some(role), Some(sign_in)) if problems.is_empty() => {
            let display_name = cell(columns.display_name).to_owned();
            Ok(Entry { display_name, email: email.map(str::to_owned), role, sign_in })
        }
        (role, sign_in) => Err(Refused { problems, role, sign_in, has_email: email.is_some() }),
    }
}

/// What a cell says; what is wrong with it is kept with the rest.
fn right<T>(checked: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    match checked {
        Ok(right) => Some(right),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

fn name(column: &'static str, text: &str, most: usize) -> Result<(), Problem> {
    name_flaw(text, most).map_or(Ok(()), |problem| Err(Problem::Name { column, problem }))
}

fn role(named: Option<&str>, model: &RoleModel) -> Result<RoleKey, Problem> {
    let Some(named) = named else { return Ok(model.default_role().clone()) };
    let key = RoleKey::parse(&named.to_lowercase()).ok();
    let known = key.as_ref().and_then(|key| model.get(key)).map(|role| role.key.clone());
    known.ok_or_else(|| {
        let roles: Vec<&str> = model.roles().iter().map(|role| role.key.as_str()).collect();
        Problem::Role { named: repeated(named), roles: roles.join(", ") }
    })
}

fn sign_in(named: Option<&str>, usual: SignIn) -> Result<SignIn, Problem> {
    let Some(named) = named else { return Ok(usual) };
    SignIn::parse(&named.to_lowercase()).ok_or_else(|| Problem::SignIn(repeated(named)))
}

/// A cell as an error may repeat it.
fn repeated(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(REPEATED_MAX).collect()
}

fn wrong(problem: BadFile) -> Error {
    Error::invalid("file", problem)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn unreadable(cause: csv::Error) -> Error {
    wrong(BadFile::Unreadable(cause.to_string()))
}

#[cfg(test)]
mod tests;
