//! What the lists of the console have in common: the address that is their state, search, filters, columns and order.
//!
//! **Invariant:** everything here is a link or a plain GET form, so that whatever is shown can be reloaded and shared.

pub(super) mod address;
mod filters;

pub(super) use address::Address;
pub(super) use filters::{Choice, Field, Kind, created};

use std::fmt::Display;
use std::str::FromStr;

use crate::domain::list::{Column as _, Filter, Sort};
use crate::web::texts::Texts;
use filters::{Chip, Opener, Window};

/// A list that the console shows.
pub(super) trait Listed: Filter {
    /// Where it is.
    const PATH: &'static str;
    /// The columns of somebody who chose none.
    const COLUMNS: &'static [Self::Column];
    /// What names a row.
    type Id: Copy + Ord + FromStr + Display;

    /// What a column is called.
    fn column(t: Texts, column: Self::Column) -> String;
}

/// The first column names the row, and is always shown.
fn is_fixed<F: Listed>(column: F::Column) -> bool {
    F::Column::ALL.first() == Some(&column)
}

/// What stands above the rows of a list, as far as it follows from the address.
pub(super) struct Tools {
    pub(super) path: &'static str,
    pub(super) name: String,
    pub(super) carried: Vec<(&'static str, String)>,
    pub(super) openers: Vec<Opener>,
    pub(super) window: Option<Window>,
    pub(super) chips: Vec<Chip>,
    pub(super) clear: String,
    pub(super) columns: Vec<ColumnChoice>,
    pub(super) carried_to_columns: Vec<(&'static str, String)>,
    pub(super) heads: Vec<Head>,
    /// The state of the list, which comes back once something was done to several.
    pub(super) here: String,
}

/// A column to show or not.
pub(super) struct ColumnChoice {
    pub(super) word: &'static str,
    pub(super) label: String,
    pub(super) is_shown: bool,
}

/// The head of a column.
pub(super) struct Head {
    pub(super) label: String,
    pub(super) sorted: &'static str,
    pub(super) address: String,
}

impl Tools {
    /// The tools of a list with these filters.
    pub(super) fn of<F: Listed>(address: &Address<F>, t: Texts, fields: &[Field]) -> Self {
        let on = address.list.filter.words();
        let choices = F::Column::ALL.iter().copied().filter(|it| !is_fixed::<F>(*it) && !address.hidden.contains(it));
        Self {
            path: F::PATH,
            name: on.into_iter().find(|(name, _)| *name == "name").map(|(_, text)| text).unwrap_or_default(),
            carried: address.fields_without(&["name"]),
            openers: filters::openers(address, fields),
            window: filters::window(address, fields),
            chips: filters::chips(address, t, fields),
            clear: address.with(|list| list.filter = F::default()),
            columns: choices.map(|it| choice(address, t, it)).collect(),
            carried_to_columns: address.fields_without(&["columns"]),
            heads: address.columns.iter().map(|it| head(address, t, *it)).collect(),
            here: address::query_of(&address.here()),
        }
    }
}

fn choice<F: Listed>(address: &Address<F>, t: Texts, column: F::Column) -> ColumnChoice {
    let is_shown = address.columns.contains(&column);
    ColumnChoice { word: column.word(), label: F::column(t, column), is_shown }
}

fn head<F: Listed>(address: &Address<F>, t: Texts, column: F::Column) -> Head {
    let now = address.list.sort;
    let is_sorted = now.column == column;
    let sorted = match (is_sorted, now.descending) {
        (false, _) => "none",
        (true, false) => "ascending",
        (true, true) => "descending",
    };
    let sort = Sort { column, descending: is_sorted && !now.descending };
    Head { label: F::column(t, column), sorted, address: address.with(|list| list.sort = sort) }
}
