//! Values that filters of several lists have.

use crate::domain::Error;
use crate::domain::text::check_search;

/// A number of days, at most ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(pub u16);

impl Days {
    /// Reads the number.
    pub(in crate::domain) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|days| (1..=3_650).contains(days)).map(Self)
    }
}

/// When a row was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// More than so many days ago.
    Before(Days),
    /// In the last so many days.
    Within(Days),
}

impl Created {
    /// The word in an address.
    pub fn word(self) -> String {
        match self {
            Self::Before(days) => format!("before-{}", days.0),
            Self::Within(days) => format!("within-{}", days.0),
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        let (side, days) = word.split_once('-')?;
        let days = Days::parse(days)?;
        match side {
            "before" => Some(Self::Before(days)),
            "within" => Some(Self::Within(days)),
            _ => None,
        }
    }
}

/// A text that is looked for.
pub(in crate::domain) fn text(name: &str, value: &str) -> Result<String, Error> {
    check_search(name, value)?;
    Ok(value.to_owned())
}

/// One of several values, each of which counts once.
pub(in crate::domain) fn add<T: PartialEq>(list: &mut Vec<T>, it: T) {
    if !list.contains(&it) {
        list.push(it);
    }
}

/// Yes or no.
pub(in crate::domain) fn switch(value: &str) -> Option<bool> {
    match value {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}
