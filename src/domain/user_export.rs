//! Users as a file: CSV (RFC 4180), for spreadsheets and for the import, and a workbook.
//!
//! **Invariant:** a spreadsheet calculates nothing of it: a cell of CSV that would begin a formula begins with an apostrophe, and
//! one of the workbook is text.

use std::borrow::Cow;

use super::workbook::broken;
use super::{Error, Timestamp};

pub mod book;

/// The columns; the import reads the first five and leaves the others alone.
pub const COLUMNS: [&str; 9] =
    ["user_name", "display_name", "email", "role", "sign_in", "status", "mfa", "created_at", "last_active_at"];

/// A user as a row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The user name.
    pub user_name: &'a str,
    /// What people call it.
    pub display_name: &'a str,
    /// Where mail goes.
    pub email: Option<&'a str>,
    /// The role that counts.
    pub role: Option<&'a str>,
    /// `sso` or `password`.
    pub sign_in: &'a str,
    /// `pending`, `active` or `deactivated`.
    pub status: &'a str,
    /// The state of its second factor; nothing for whoever may not see it.
    pub mfa: &'a str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last seen.
    pub last_active: Option<Timestamp>,
}

/// A file in the making.
pub struct File(csv::Writer<Vec<u8>>);

impl File {
    /// A file with the names of the columns.
    pub fn new() -> Result<Self, Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(COLUMNS).map_err(broken)?;
        Ok(Self(writer))
    }

    /// Adds a user.
    pub fn push(&mut self, row: Row<'_>) -> Result<(), Error> {
        self.0.write_record(cells(row).map(|it| text(&it).into_owned())).map_err(broken)
    }

    /// The bytes of the file, in UTF-8.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        self.0.into_inner().map_err(|cause| broken(cause.into_error()))
    }
}

/// What stands in the columns.
fn cells(row: Row<'_>) -> [Cow<'_, str>; COLUMNS.len()] {
    let last_active = row.last_active.map(Timestamp::rfc3339).unwrap_or_default();
    let plain = |it| Cow::Borrowed(it);
    [
        plain(row.user_name),
        plain(row.display_name),
        plain(row.email.unwrap_or_default()),
        plain(row.role.unwrap_or_default()),
        plain(row.sign_in),
        plain(row.status),
        plain(row.mfa),
        Cow::Owned(row.created_at.rfc3339()),
        Cow::Owned(last_active),
    ]
}

/// A cell that is text to a spreadsheet, too (OWASP, CSV injection).
pub(super) fn text(cell: &str) -> Cow<'_, str> {
    let begins_formula =
        |first: char| matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    if cell.starts_with(begins_formula) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests;
