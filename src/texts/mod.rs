//! Sentences in several languages (Project Fluent), for whoever keeps them: the pages and the letters.
//!
//! **Invariant:** a key that is missing is shown as such and logged; it never stops anything.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// A language that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
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

    /// The direction of its writing, as HTML names it.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::German => "ltr",
        }
    }

    /// What the language calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language of a tag, whatever region or script it names.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|it| it.tag().eq_ignore_ascii_case(primary))
    }

    /// The language that somebody likes best among those spoken here (RFC 9110 12.5.4), if there is one.
    pub fn liked(wishes: &str) -> Option<Self> {
        let mut best = (None, 0.0_f32);
        for wish in wishes.split(',') {
            let mut parts = wish.split(';').map(str::trim);
            let spoken = parts.next().and_then(Self::of_tag);
            let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            if spoken.is_some() && quality > best.1 {
                best = (spoken, quality);
            }
        }
        best.0
    }
}

/// Texts in every language.
pub struct Catalogue([FluentBundle<FluentResource>; 2]);

impl Catalogue {
    /// Reads the texts; `sources` are those of one language. What cannot be parsed is left out, and found by a test.
    pub fn read(sources: impl Fn(Language) -> &'static [&'static str]) -> Self {
        Self(Language::ALL.map(|language| bundle(language, sources(language))))
    }

    /// A sentence.
    pub fn say(&self, language: Language, key: &str, parts: &[(&str, Part<'_>)]) -> String {
        let mut args = FluentArgs::new();
        for (name, part) in parts {
            args.set(*name, part.value());
        }
        let Self([english, german]) = self;
        let bundle = match language {
            Language::English => english,
            Language::German => german,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|it| it.value()) else {
            tracing::error!(key, language = language.tag(), "a text is missing");
            return format!("[{key}]");
        };
        let mut problems = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut problems).into_owned();
        if !problems.is_empty() {
            tracing::error!(key, language = language.tag(), "a text lacks a part");
        }
        text
    }
}

fn bundle(language: Language, sources: &[&str]) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(parsed, _)| parsed);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// What a sentence is filled in with.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// A number, which decides between one and many.
    Number(u64),
    /// A name that somebody chose, in marks that keep its direction to itself.
    Name(&'a str),
    /// Words as they are.
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
