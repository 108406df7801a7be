//! Which deeds a stream tells: names such as `role.assigned`, and areas such as `user.*`.
//!
//! **Invariant:** what is no name of a deed is an error that names the nearest; it never makes a stream tell less, or nothing.

use crate::domain::audit_filter::Deeds;
use crate::domain::policy::Action;
use crate::domain::text::on_one_line;
use crate::domain::{Error, Flaw};

/// So many words a stream has at most.
const WORDS_MAX: usize = 50;
/// So much of a word that means nothing is told.
const SHOWN_MAX: usize = 60;
const ALL_OF: &str = ".*";

/// The deeds of a stream; without anything, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Events(Vec<Deeds>);

impl Events {
    /// Reads words; empty ones are none.
    pub fn read<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let words = words.into_iter().map(str::trim).filter(|it| !it.is_empty());
        let mut read = words.map(deeds).collect::<Result<Vec<_>, _>>()?;
        read.sort_unstable_by_key(|it| it.word());
        read.dedup();
        if read.len() > WORDS_MAX {
            let to = u64::try_from(WORDS_MAX).unwrap_or(u64::MAX);
            return Err(Error::invalid("events", Flaw::TooManyEvents { most: to }));
        }
        Ok(Self(read))
    }

    /// The same from one line, with commas or spaces in between.
    pub fn read_line(line: &str) -> Result<Self, Error> {
        Self::read(line.split([',', ' ', '\t', '\r', '\n']))
    }

    /// The words, in order.
    pub fn words(&self) -> Vec<String> {
        self.0.iter().copied().map(word).collect()
    }

    /// The same as one line; nothing for all.
    pub fn line(&self) -> String {
        self.words().join(", ")
    }

    /// True for a deed that is told.
    pub fn tell(&self, action: &str) -> bool {
        let is_meant = |deeds: &Deeds| match deeds {
            Deeds::One(name) => *name == action,
            Deeds::Area(area) => action.split_once('.').is_some_and(|(of, _)| of == *area),
        };
        self.0.is_empty() || self.0.iter().any(is_meant)
    }
}

fn deeds(text: &str) -> Result<Deeds, Error> {
    all().find(|it| word(*it) == text).ok_or_else(|| {
        let shown = on_one_line(text).chars().take(SHOWN_MAX).collect();
        Error::invalid("events", Flaw::NoEvent { word: shown, nearest: nearest(text) })
    })
}

fn word(deeds: Deeds) -> String {
    match deeds {
        Deeds::One(name) => name.to_owned(),
        Deeds::Area(area) => format!("{area}{ALL_OF}"),
    }
}

fn all() -> impl Iterator<Item = Deeds> {
    Action::areas().into_iter().map(Deeds::Area).chain(Action::names().iter().copied().map(Deeds::One))
}

/// The word that takes the fewest letters to be put right.
fn nearest(text: &str) -> String {
    let text: Vec<char> = text.chars().take(SHOWN_MAX).collect();
    all().map(word).min_by_key(|it| distance(&text, it)).unwrap_or_default()
}

/// How many letters have to be put in, left out or changed (Levenshtein), row by row.
fn distance(from: &[char], to: &str) -> usize {
    let mut row: Vec<usize> = (0..=from.len()).collect();
    for (nth, letter) in to.chars().enumerate() {
        let mut next = vec![nth + 1];
        for (above, known) in row.windows(2).zip(from) {
            let (changed, left_out) = match above {
                [before, above] => (before + usize::from(*known != letter), above + 1),
                _ => continue,
            };
            let put_in = next.last().map_or(usize::MAX, |it| it + 1);
            next.push(changed.min(left_out).min(put_in));
        }
        row = next;
    }
    row.pop().unwrap_or(usize::MAX)
}
