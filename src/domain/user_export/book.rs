//! Users, and the projects that they are on, as a workbook of Microsoft Excel (ISO/IEC 29500).
//!
//! **Invariant:** every cell is text, so nothing in it is calculated, whatever it begins with.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{COLUMNS, Row, broken, cells};
use crate::domain::Error;

/// The columns of the sheet of assignments.
const ASSIGNMENTS: [&str; 7] = ["user_name", "display_name", "project", "access", "team", "through", "name"];
/// The longest text that a cell holds (Excel specifications and limits).
const CELL_MAX: usize = 32_767;
/// The most rows of a sheet under the names of its columns (the same).
const ROWS_MAX: u32 = 1_048_575;
/// As wide as names and addresses mostly are.
const WIDTH: f64 = 24.0;

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

struct Sheet {
    sheet: Worksheet,
    rows: u32,
}

impl Book {
    /// A workbook with the names of the columns.
    pub fn new(with_assignments: bool) -> Result<Self, Error> {
        let assignments = with_assignments.then(|| Sheet::new("Assignments", &ASSIGNMENTS)).transpose();
        Ok(Self { users: Sheet::new("Users", &COLUMNS).map_err(broken)?, assignments: assignments.map_err(broken)? })
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
        let mut book = Workbook::new();
        for sheet in std::iter::once(self.users).chain(self.assignments) {
            book.push_worksheet(sheet.sheet);
        }
        book.save_to_buffer().map_err(broken)
    }
}

impl Sheet {
    fn new(name: &str, columns: &[&str]) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (at, column) in (0_u16..).zip(columns) {
            sheet.set_column_width(at, WIDTH)?;
            sheet.write_string_with_format(0, at, *column, &bold)?;
        }
        Ok(Self { sheet, rows: 0 })
    }

    fn push(&mut self, cells: &[&str]) -> Result<(), Error> {
        if self.rows >= ROWS_MAX {
            let problem = format!("a workbook has room for {ROWS_MAX} rows; narrow the list, or choose csv");
            return Err(Error::malformed("format", problem));
        }
        self.rows = self.rows.saturating_add(1);
        for (at, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let text: String = cell.chars().take(CELL_MAX).collect();
            self.sheet.write_string(self.rows, at, text).map_err(broken)?;
        }
        Ok(())
    }
}
