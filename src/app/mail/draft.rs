//! A letter that is being written, sentence by sentence, in the language of whoever gets it.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, Utc};

use super::Mail;
use super::text::{Paragraph, Text};
use crate::domain::Timestamp;
use crate::domain::browser::named;
use crate::texts::{Catalogue, Language, Part};

static LETTERS: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(sources));

pub(super) const fn sources(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[include_str!("letters.en.ftl")],
        Language::German => &[include_str!("letters.de.ftl")],
    }
}

/// A letter that is being written: what its sentences are filled in with, and what stands there already.
pub(super) struct Draft {
    words: Vec<(&'static str, String)>,
    count: u64,
    pub(super) text: Text,
}

impl Draft {
    /// A letter with its greeting.
    pub(super) fn to(mail: &Mail) -> Self {
        let text = Text { language: mail.language, subject: String::new(), paragraphs: Vec::new() };
        let letter = Self { words: Vec::new(), count: 0, text }
            .with("name", unlinked(&mail.name))
            .with("organisation", unlinked(&mail.organisation))
            .with("user", unlinked_user_name(&mail.user_name));
        letter.say(if mail.name.is_empty() { "greeting-nobody" } else { "greeting" })
    }

    pub(super) fn with(mut self, name: &'static str, words: String) -> Self {
        self.words.push((name, words));
        self
    }

    pub(super) fn count(self, count: u64) -> Self {
        Self { count, ..self }
    }

    /// From where somebody signed in.
    pub(super) fn seen(self, user_agent: &str, address: &str) -> Self {
        let letter = self.with("from", unlinked_user_name(address));
        let words = match named(user_agent) {
            (Some(browser), Some(system)) => {
                let parts = [("browser", Part::Words(browser)), ("system", Part::Words(system))];
                LETTERS.say(letter.text.language, "browser-on", &parts)
            }
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => LETTERS.say(letter.text.language, "other-browser", &[]),
        };
        letter.with("browser", words)
    }

    /// Who did it, where it was a person.
    pub(super) fn done_by(self, name: Option<&str>) -> Self {
        match name.filter(|it| !it.is_empty()) {
            Some(name) => self.with("by", unlinked(name)).say("done-by"),
            None => self,
        }
    }

    /// When it was done and from where, as far as that is known.
    pub(super) fn traced(self, mail: &Mail) -> Self {
        let Some(at) = mail.at else { return self };
        let letter = self.at(at);
        match (&mail.whence.address, &mail.whence.user_agent) {
            (Some(address), Some(browser)) => letter.seen(browser, address).say("done-in-browser"),
            (Some(address), None) => letter.with("from", unlinked_user_name(address)).say("done-at-address"),
            (None, _) => letter.say("done-at"),
        }
    }

    pub(super) fn at(self, moment: Timestamp) -> Self {
        let words = self.moment(moment);
        self.with("at", words)
    }

    pub(super) fn until(self, moment: Timestamp) -> Self {
        let words = self.moment(moment);
        self.with("until", words)
    }

    /// A moment as people write it, with its zone.
    fn moment(&self, moment: Timestamp) -> String {
        let at = DateTime::<Utc>::from_timestamp_millis(moment.millis()).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
        let (year, time) = (at.year().to_string(), at.format("%H:%M").to_string());
        let (day, month) = (Part::Number(at.day().into()), Part::Number(at.month().into()));
        let parts = [("day", day), ("month", month), ("year", Part::Words(&year)), ("time", Part::Words(&time))];
        LETTERS.say(self.text.language, "moment", &parts)
    }

    pub(super) fn subject(mut self, key: &str) -> Self {
        self.text.subject = self.sentence(key);
        self
    }

    pub(super) fn say(mut self, key: &str) -> Self {
        self.text.paragraphs.push(Paragraph::Words(self.sentence(key)));
        self
    }

    pub(super) fn link(mut self, key: &str, address: &str) -> Self {
        let link = Paragraph::Link { address: address.to_owned(), words: self.sentence(key) };
        self.text.paragraphs.push(link);
        self
    }

    pub(super) fn code(mut self, code: &str) -> Self {
        self.text.paragraphs.push(Paragraph::Code(code.to_owned()));
        self
    }

    fn sentence(&self, key: &str) -> String {
        let words = self.words.iter().map(|(name, words)| (*name, Part::Words(words)));
        let parts: Vec<_> = words.chain([("count", Part::Number(self.count))]).collect();
        LETTERS.say(self.text.language, key, &parts)
    }
}

/// A user name that somebody types from a letter stays as it is, unless mail programs would make a link of it.
pub(super) fn unlinked_user_name(user_name: &str) -> String {
    let is_address_of_the_web = user_name.contains(['/', ':']) || user_name.to_ascii_lowercase().starts_with("www.");
    if is_address_of_the_web { unlinked(user_name) } else { user_name.to_owned() }
}

/// A name as words only: programs that show mail make links of whatever looks like an address of the web, and a name is
/// chosen by people whom the reader need not know. The mark between the parts is invisible.
pub(super) fn unlinked(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    for c in name.chars() {
        words.push(c);
        if matches!(c, '.' | ':' | '/' | '@') {
            words.push(WORD_JOINER);
        }
    }
    words
}

/// Has no width and forbids a break (Unicode U+2060).
pub(super) const WORD_JOINER: char = '\u{2060}';
