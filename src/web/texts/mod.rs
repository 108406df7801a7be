//! What the pages say, in the reader's language.
//!
//! Every sentence has a key (Project Fluent): those of the console in `en.ftl` and `de.ftl`, those of the audit log in
//! `audit.*.ftl`, those of the pages of sign-in and of one's own account in `person.*.ftl`, and why something was refused in
//! `refusal.*.ftl`, what the presets of roles are about in `roles.*.ftl`; templates ask for it with
//! `t.say(..)`, `t.count(..)` and `t.name(..)`.
//!
//! **Invariant:** every key that is asked for is in every language, and every key of a language is asked for; a test
//! reads templates and sources for it.
//! **Invariant:** a name that somebody chose stands in marks that keep its direction to itself, so it cannot turn the
//! sentence around it.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use chrono::{DateTime, Datelike as _, Utc};

use crate::domain::Timestamp;
use crate::texts::Catalogue;

pub use crate::texts::{Language, Part};

static PAGES: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(sources));

/// The texts of a language as written.
const fn sources(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            include_str!("en.ftl"),
            include_str!("access.en.ftl"),
            include_str!("application.en.ftl"),
            include_str!("audit.en.ftl"),
            include_str!("brand.en.ftl"),
            include_str!("breaker.en.ftl"),
            include_str!("connection.en.ftl"),
            include_str!("drift.en.ftl"),
            include_str!("domain.en.ftl"),
            include_str!("export.en.ftl"),
            include_str!("told.en.ftl"),
            include_str!("guide.en.ftl"),
            include_str!("journal.en.ftl"),
            include_str!("linking.en.ftl"),
            include_str!("mapping.en.ftl"),
            include_str!("person.en.ftl"),
            include_str!("refusal.en.ftl"),
            include_str!("review.en.ftl"),
            include_str!("roles.en.ftl"),
            include_str!("schema.en.ftl"),
            include_str!("share.en.ftl"),
            include_str!("stream.en.ftl"),
            include_str!("team.en.ftl"),
        ],
        Language::German => &[
            include_str!("de.ftl"),
            include_str!("access.de.ftl"),
            include_str!("application.de.ftl"),
            include_str!("audit.de.ftl"),
            include_str!("brand.de.ftl"),
            include_str!("breaker.de.ftl"),
            include_str!("connection.de.ftl"),
            include_str!("drift.de.ftl"),
            include_str!("domain.de.ftl"),
            include_str!("export.de.ftl"),
            include_str!("told.de.ftl"),
            include_str!("guide.de.ftl"),
            include_str!("journal.de.ftl"),
            include_str!("linking.de.ftl"),
            include_str!("mapping.de.ftl"),
            include_str!("person.de.ftl"),
            include_str!("refusal.de.ftl"),
            include_str!("review.de.ftl"),
            include_str!("roles.de.ftl"),
            include_str!("schema.de.ftl"),
            include_str!("share.de.ftl"),
            include_str!("stream.de.ftl"),
            include_str!("team.de.ftl"),
        ],
    }
}

/// The texts of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Texts(pub Language);

impl Texts {
    /// The texts for whoever sent this request; `usual` is for those who wish for nothing that is spoken here.
    pub fn for_reader(headers: &HeaderMap, usual: Language) -> Self {
        Self(Language::liked(wishes(headers)).unwrap_or(usual))
    }

    /// The tag of the language, for `lang`.
    pub const fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// The direction of its writing, for `dir`.
    pub const fn direction(self) -> &'static str {
        self.0.direction()
    }

    /// A sentence.
    pub fn say(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// A sentence about a number of things, as `$count`.
    pub fn count(self, key: &str, count: impl Into<u64>) -> String {
        self.with(key, &[("count", Part::Number(count.into()))])
    }

    /// A sentence about somebody or something, as `$name`.
    pub fn name(self, key: &str, name: &str) -> String {
        self.with(key, &[("name", Part::Name(name))])
    }

    /// A sentence with several parts.
    pub fn with(self, key: &str, parts: &[(&str, Part<'_>)]) -> String {
        PAGES.say(self.0, key, parts)
    }

    /// A moment with its zone: `22 Nov 2026, 10:30 UTC`.
    pub fn moment(self, at: &Timestamp) -> String {
        self.date("moment", *at)
    }

    /// The day of a moment: `22 Nov 2026`.
    pub fn day(self, at: &Timestamp) -> String {
        self.date("day", *at)
    }

    fn date(self, key: &str, at: Timestamp) -> String {
        let at = DateTime::<Utc>::from_timestamp_millis(at.millis()).unwrap_or(DateTime::UNIX_EPOCH);
        let (year, time) = (at.year().to_string(), at.format("%H:%M").to_string());
        let (day, month) = (Part::Number(at.day().into()), Part::Number(at.month().into()));
        self.with(key, &[("day", day), ("month", month), ("year", Part::Words(&year)), ("time", Part::Words(&time))])
    }
}

/// The languages that a browser asks for.
pub fn wishes(headers: &HeaderMap) -> &str {
    headers.get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
