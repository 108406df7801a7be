//! Users, and the projects that they are on, as a workbook of Microsoft Excel.

use super::{COLUMNS, Row, cells};
use crate::domain::Error;
use crate::domain::workbook::{Sheet, bytes};

/// The columns of the sheet of assignments.
const ASSIGNMENTS: [&str; 7] = ["user_name", "display_name", "project", "access", "team", "through", "name"];

/// How somebody is on a project.
#[derive(Debug, Clone, Copy)]
pub struct Assigned<'a> {
    /// The user name.
    pub user_name: &'a str,
    /// What people call the user.
    pub display_name: &'a str,
    /// The project.
    pub project: &'a str,
    /// `read` or `write`.
    pub access: &'a str,
    /// True where it is the user's team there.
    pub is_team: bool,
    /// `user`, `group` or `team`.
    pub through: &'a str,
    /// What the user, the group or the team is called.
    pub name: &'a str,
}

/// A workbook in the making.
pub struct Book {
    users: Sheet,
    /// None where it is not told who is on projects.
    assignments: Option<Sheet>,
}

impl Book {
    /// A workbook with the names of the columns.
    pub fn new(with_assignments: bool) -> Result<Self, Error> {
        let assignments = with_assignments.then(|| Sheet::new("Assignments", &ASSIGNMENTS)).transpose()?;
        Ok(Self { users: Sheet::new("Users", &COLUMNS)?, assignments })
    }

    /// Adds a user.
    pub fn push(&mut self, row: Row<'_>) -> Result<(), Error> {
        let cells = cells(row);
        self.users.push(&cells.each_ref().map(|it| &**it))
    }

    /// Adds a way in which somebody is on a project.
    pub fn assign(&mut self, it: Assigned<'_>) -> Result<(), Error> {
        let Some(sheet) = &mut self.assignments else { return Ok(()) };
        let team = if it.is_team { "yes" } else { "" };
        let cells = [it.user_name, it.display_name, it.project, it.access, team, it.through, it.name];
        sheet.push(&cells)
    }

    /// The bytes of the file.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        bytes(std::iter::once(self.users).chain(self.assignments).collect(), None)
    }
}
