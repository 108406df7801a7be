//! What the pages say, in the reader's language.
//!
//! Every sentence has a key (Project Fluent): those of the console in `en.ftl` and `de.ftl`, those of the pages of sign-in
//! and of one's own account in `person.en.ftl` and `person.de.ftl`; templates ask for it with `t.say(..)`, `t.count(..)`
//! and `t.name(..)`.
//!
//! **Invariant:** every key that is asked for is in every language, and every key of a language is asked for; a test
//! reads templates and sources for it.
//! **Invariant:** a name that somebody chose stands in marks that keep its direction to itself, so it cannot turn the
//! sentence around it.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use chrono::{DateTime, Datelike as _, Utc};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::domain::Timestamp;

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// Every language, the one for everybody else first.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The tag of the language (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The texts as written.
    const fn sources(self) -> [&'static str; 2] {
        match self {
            Self::English => [include_str!("en.ftl"), include_str!("person.en.ftl")],
            Self::German => [include_str!("de.ftl"), include_str!("person.de.ftl")],
        }
    }

    /// The language that a browser likes best among those spoken here (RFC 9110 12.5.4).
    pub fn accepted(header: &str) -> Self {
        let mut best = (Self::English, 0.0_f32);
        for wish in header.split(',') {
            let mut parts = wish.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            let primary = tag.split('-').next().unwrap_or_default();
            let spoken = Self::ALL.into_iter().find(|it| it.tag().eq_ignore_ascii_case(primary));
            if let Some(language) = spoken.filter(|_| quality > best.1) {
                best = (language, quality);
            }
        }
        best.0
    }
}

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 2]> = LazyLock::new(|| Language::ALL.map(bundle));

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    for source in language.sources() {
        // What cannot be parsed is left out here and found by a test.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(parsed, _)| parsed);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The texts of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Texts(pub Language);

impl Texts {
    /// The texts for whoever sent this request.
    pub fn for_reader(headers: &HeaderMap) -> Self {
        let wish = headers.get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        Self(Language::accepted(wish))
    }

    /// The tag of the language, for `lang`.
    pub const fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// A sentence.
    pub fn say(self, key: &str) -> String {
        self.format(key, None)
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
        let mut args = FluentArgs::new();
        for (name, part) in parts {
            args.set(*name, part.value());
        }
        self.format(key, Some(&args))
    }

    /// A moment with its zone: `22 Nov 2026, 10:30 UTC`.
    pub fn moment(self, at: &Timestamp) -> String {
        let at = DateTime::<Utc>::from_timestamp_millis(at.millis()).unwrap_or(DateTime::UNIX_EPOCH);
        let mut args = date(at);
        args.set("time", at.format("%H:%M").to_string());
        self.format("moment", Some(&args))
    }

    /// The day of a moment: `22 Nov 2026`.
    pub fn day(self, at: &Timestamp) -> String {
        let at = DateTime::<Utc>::from_timestamp_millis(at.millis()).unwrap_or(DateTime::UNIX_EPOCH);
        self.format("day", Some(&date(at)))
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let [english, german] = &*BUNDLES;
        let bundle = match self.0 {
            Language::English => english,
            Language::German => german,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|it| it.value()) else {
            tracing::error!(key, language = self.tag(), "a text is missing");
            return format!("[{key}]");
        };
        let mut problems = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut problems).into_owned();
        if !problems.is_empty() {
            tracing::error!(key, language = self.tag(), "a text lacks a part");
        }
        text
    }
}

fn date(at: DateTime<Utc>) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    args.set("day", at.day());
    args.set("month", at.month());
    args.set("year", at.year().to_string());
    args
}

/// What a sentence is filled in with.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// A number, which decides between one and many.
    Number(u64),
    /// A name that somebody chose.
    Name(&'a str),
    /// Words of our own.
    Words(&'a str),
}

impl Part<'_> {
    fn value(self) -> FluentValue<'static> {
        match self {
            Self::Number(number) => number.into(),
            // First strong isolate, pop directional isolate (UAX 9).
            Self::Name(name) => format!("\u{2068}{name}\u{2069}").into(),
            Self::Words(words) => words.to_owned().into(),
        }
    }
}

#[cfg(test)]
mod tests;
