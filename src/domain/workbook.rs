//! Workbooks of Microsoft Excel (ISO/IEC 29500).
//!
//! **Invariant:** every cell is text, so nothing in it is calculated, whatever it begins with.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

use super::{Error, Timestamp};

/// What a browser is told that it is.
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The longest text that a cell holds (Excel specifications and limits).
const CELL_MAX: usize = 32_767;
/// What stands at the end of a text that is longer than that.
const CUT: &str = " [...]";
/// The most rows of a sheet under the names of its columns (the same).
const ROWS_MAX: u32 = 1_048_575;
/// As wide as names and addresses mostly are.
const WIDTH: f64 = 24.0;

/// A sheet in the making.
pub struct Sheet {
    sheet: Worksheet,
    rows: u32,
}

impl Sheet {
    /// A sheet with the names of its columns.
    pub fn new(name: &str, columns: &[&str]) -> Result<Self, Error> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name).map_err(broken)?;
        sheet.set_freeze_panes(1, 0).map_err(broken)?;
        let bold = Format::new().set_bold();
        for (at, column) in (0_u16..).zip(columns) {
            sheet.set_column_width(at, WIDTH).map_err(broken)?;
            sheet.write_string_with_format(0, at, *column, &bold).map_err(broken)?;
        }
        Ok(Self { sheet, rows: 0 })
    }

    /// Adds a row.
    pub fn push(&mut self, cells: &[&str]) -> Result<(), Error> {
        if self.rows >= ROWS_MAX {
            let problem = format!("a workbook has room for {ROWS_MAX} rows; narrow the list, or choose csv");
            return Err(Error::malformed("format", problem));
        }
        self.rows = self.rows.saturating_add(1);
        for (at, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let text = match cell.char_indices().nth(CELL_MAX) {
                Some(_) => cell.chars().take(CELL_MAX - CUT.len()).chain(CUT.chars()).collect(),
                None => (*cell).to_owned(),
            };
            self.sheet.write_string(self.rows, at, text).map_err(broken)?;
        }
        Ok(())
    }
}

/// The bytes of a workbook with these sheets. One that is said to be of a moment is the same whenever it is written.
pub fn bytes(sheets: Vec<Sheet>, of: Option<Timestamp>) -> Result<Vec<u8>, Error> {
    let mut book = Workbook::new();
    if let Some(of) = of {
        let moment = ExcelDateTime::from_timestamp(of.seconds()).map_err(broken)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&moment));
    }
    for sheet in sheets {
        book.push_worksheet(sheet.sheet);
    }
    book.save_to_buffer().map_err(broken)
}

/// What went wrong while a file was made.
pub(super) fn broken(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    anyhow::Error::new(cause).into()
}
