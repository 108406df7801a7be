//! One page of a list, said in words that fit into an address: which rows, in which order, and from where on.
//!
//! The words are a contract of console and API alike: those of the filter, and `sort`, `cursor`, `before`, `limit`.
//!
//! **Invariant:** what [`List::words`] writes, [`List::read`] reads as the same list.
//! **Invariant:** a word that means nothing is an error that names it; it never widens the list.

mod cursor;
mod value;

use std::fmt::Debug;

use super::{Error, Flaw};
pub use cursor::{Cursor, Direction, Key, Place};
pub use value::{Created, Days};
pub(super) use value::{add, switch, text};

/// How many rows a page has when nobody said.
pub const LIMIT_DEFAULT: u64 = 100;
/// How many rows a page has at most.
pub const LIMIT_MAX: u64 = 1_000;

/// What a list sorts by, and shows.
pub trait Column: Debug + Copy + Eq + 'static {
    /// Every column, in the order in which they stand.
    const ALL: &'static [Self];
    /// The order of a list for which nobody chose one.
    const USUAL: Sort<Self>;

    /// The word in an address.
    fn word(self) -> &'static str;

    /// Reads the word.
    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.word() == word)
    }
}

/// What every row of a list has in common; each part that is set makes the list smaller.
pub trait Filter: Debug + Clone + Default + PartialEq {
    /// The columns of the list.
    type Column: Column;

    /// Takes one word of an address; one that is not about the filter is left to others.
    fn take(&mut self, name: &str, value: &str) -> Result<(), Error>;

    /// The filter as words of an address.
    fn words(&self) -> Vec<(&'static str, String)>;
}

/// An order: `name`, or `-created` for the highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<C> {
    /// What it goes by.
    pub column: C,
    /// True for the highest first.
    pub descending: bool,
}

impl<C: Column> Default for Sort<C> {
    fn default() -> Self {
        C::USUAL
    }
}

impl<C: Column> Sort<C> {
    /// Every word that stands for an order.
    pub fn all_words() -> Vec<String> {
        C::ALL.iter().flat_map(|it| [it.word().to_owned(), format!("-{}", it.word())]).collect()
    }

    /// The word in an address.
    pub fn word(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.column.word())
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        let (descending, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
        C::parse(name).map(|column| Self { column, descending })
    }
}

/// A list of which one page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<F: Filter> {
    /// Which rows.
    pub filter: F,
    /// In which order.
    pub sort: Sort<F::Column>,
    /// From where on; from the beginning without it.
    pub cursor: Option<Cursor>,
    /// How many at most.
    pub limit: u64,
}

impl<F: Filter> Default for List<F> {
    fn default() -> Self {
        Self { filter: F::default(), sort: Sort::default(), cursor: None, limit: LIMIT_DEFAULT }
    }
}

impl<F: Filter> List<F> {
    /// Reads the words of an address. Those of others (`columns`, `organisation`) are left to them; an empty value is
    /// one that a form sent for a field nobody filled in.
    pub fn read<'a>(words: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let mut list = Self::default();
        for (name, value) in words.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
            list.take(name, value.trim())?;
        }
        Ok(list)
    }

    /// The same list as words.
    pub fn words(&self) -> Vec<(&'static str, String)> {
        let mut words = self.filter.words();
        if self.sort != Sort::default() {
            words.push(("sort", self.sort.word()));
        }
        if let Some(cursor) = &self.cursor {
            words.push((cursor.direction.word(), cursor.word.clone()));
        }
        if self.limit != LIMIT_DEFAULT {
            words.push(("limit", self.limit.to_string()));
        }
        words
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Error> {
        match name {
            "sort" => self.sort = Sort::parse(value).ok_or_else(|| unreadable("sort"))?,
            "cursor" => self.cursor = Some(cursor(Direction::After, "cursor", value)?),
            "before" => self.cursor = Some(cursor(Direction::Before, "before", value)?),
            "limit" => {
                let limit = value.parse().ok().filter(|it| (1..=LIMIT_MAX).contains(it));
                let problem = || Error::invalid("limit", Flaw::NotBetween { from: 1, to: LIMIT_MAX });
                self.limit = limit.ok_or_else(problem)?;
            }
            _ => self.filter.take(name, value)?,
        }
        Ok(())
    }
}

fn cursor(direction: Direction, name: &'static str, value: &str) -> Result<Cursor, Error> {
    Cursor::parse(direction, value).ok_or_else(|| unreadable(name))
}

/// The word with this name means nothing.
pub(super) fn unreadable(name: &str) -> Error {
    Error::invalid(name, Flaw::Meaningless)
}
