//! What an organisation demands of new passwords.
//!
//! **Invariant:** what is said besides the preset asks for more and never for less; only the two lists can be left out.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Password, Weakness, common, rests_on_context};

/// So many characters a policy may ask for at least: the fewest and the most.
pub const DEMANDED: (u32, u32) = (8, 64);
/// The most earlier passwords that a policy may refuse.
pub const HISTORY_MAX: u32 = 24;

/// The password policy of an organisation. It may be written as the name of a preset alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", default, deny_unknown_fields)]
pub struct PasswordPolicy {
    /// What it rests on.
    pub preset: PasswordPreset,
    /// Characters altogether, where the preset asks for fewer.
    pub min: u32,
    /// Kinds of characters that must be there, besides those of the preset.
    pub classes: BTreeSet<Class>,
    /// True where common passwords are refused.
    pub deny_breached: bool,
    /// True where passwords made of names are refused that belong to the person, the organisation or the product.
    pub deny_context_words: bool,
    /// So many passwords before the present one may not come again.
    pub history: u32,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::of(PasswordPreset::Modern)
    }
}

/// The policies that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordPreset {
    /// 15 characters, or 8 where a second factor is required; no rules about kinds of characters.
    Modern,
    /// 8 characters with an upper-case and a lower-case letter, a digit and a special character.
    Classic,
}

impl PasswordPreset {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Modern, Self::Classic];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Classic => "classic",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// A kind of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Upper-case letters.
    Upper,
    /// Lower-case letters.
    Lower,
    /// Digits.
    Digit,
    /// Characters that are neither letters nor digits.
    Special,
}

impl Class {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Upper, Self::Lower, Self::Digit, Self::Special];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::Digit => "digit",
            Self::Special => "special",
        }
    }

    /// What a password lacks that has none of it.
    pub const fn lacking(self) -> Weakness {
        match self {
            Self::Upper => Weakness::Upper,
            Self::Lower => Weakness::Lower,
            Self::Digit => Weakness::Digit,
            Self::Special => Weakness::Special,
        }
    }

    fn is_in(self, text: &str) -> bool {
        match self {
            Self::Upper => text.chars().any(char::is_uppercase),
            Self::Lower => text.chars().any(char::is_lowercase),
            Self::Digit => text.chars().any(char::is_numeric),
            Self::Special => text.chars().any(|c| !c.is_alphanumeric()),
        }
    }
}

/// A requirement of OWASP ASVS 5.0 that a policy can miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asvs {
    /// 6.2.4: the 3,000 most frequent passwords are refused.
    Common,
    /// 6.2.5: there are no rules about kinds of characters.
    Composition,
    /// 6.2.11: passwords made of words of the context are refused.
    Context,
}

impl Asvs {
    /// Its number in the standard.
    pub const fn number(self) -> &'static str {
        match self {
            Self::Common => "6.2.4",
            Self::Composition => "6.2.5",
            Self::Context => "6.2.11",
        }
    }
}

impl PasswordPolicy {
    /// A preset as it is.
    pub const fn of(preset: PasswordPreset) -> Self {
        Self {
            preset,
            min: DEMANDED.0,
            classes: BTreeSet::new(),
            deny_breached: true,
            deny_context_words: true,
            history: 0,
        }
    }

    /// What a password of somebody is asked of whom a second factor is required, or not.
    pub fn demands(&self, mfa_required: bool) -> Demands {
        let (min, kinds): (usize, &[Class]) = match self.preset {
            PasswordPreset::Modern if mfa_required => (8, &[]),
            PasswordPreset::Modern => (15, &[]),
            PasswordPreset::Classic => (8, &Class::ALL),
        };
        Demands {
            min: min.max(usize::try_from(self.min).unwrap_or(usize::MAX)),
            classes: Class::ALL.map(|it| (it, kinds.contains(&it) || self.classes.contains(&it))),
            is_uncommon: self.deny_breached,
            is_no_name: self.deny_context_words,
            history: self.history,
        }
    }

    /// What of OWASP ASVS 5.0 the policy does not meet. The length of 6.2.1 is met by each.
    pub fn missed(&self) -> Vec<Asvs> {
        let has_classes = self.demands(false).classes().next().is_some();
        let missed = [
            (!self.deny_breached, Asvs::Common),
            (has_classes, Asvs::Composition),
            (!self.deny_context_words, Asvs::Context),
        ];
        missed.into_iter().filter(|(is_missed, _)| *is_missed).map(|(_, it)| it).collect()
    }

    /// True for numbers within their limits.
    pub fn has_possible_min(&self) -> bool {
        (DEMANDED.0..=DEMANDED.1).contains(&self.min)
    }

    /// The same for the earlier passwords.
    pub const fn has_possible_history(&self) -> bool {
        self.history <= HISTORY_MAX
    }
}

/// What one password must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demands {
    /// Characters altogether.
    pub min: usize,
    classes: [(Class, bool); 4],
    /// It is none of the common ones.
    pub is_uncommon: bool,
    /// It is not made of names that everybody knows of the person.
    pub is_no_name: bool,
    /// It is none of so many before the present one.
    pub history: u32,
}

impl Demands {
    /// The kinds of characters that must be there.
    pub fn classes(&self) -> impl Iterator<Item = Class> {
        self.classes.into_iter().filter(|(_, is_demanded)| *is_demanded).map(|(it, _)| it)
    }

    /// The same of a password before which there was none, or of which its chooser may not learn what was before.
    #[must_use]
    pub const fn without_history(self) -> Self {
        Self { history: 0, ..self }
    }

    /// Every rule that the password breaks by itself; none means that it is good enough. `context` holds what an attacker
    /// who knows the person would try: user name, address, organisation.
    pub fn weaknesses(&self, password: &Password, context: &[&str]) -> Vec<Weakness> {
        let text = password.reveal();
        let is_short = text.chars().count() < self.min;
        let mut found = Vec::new();
        found.extend(is_short.then_some(Weakness::TooShort { min: self.min }));
        found.extend(self.classes().filter(|it| !it.is_in(text)).map(Class::lacking));
        // Whatever is too short is guessed soon; to say so too would only be noise.
        if self.is_uncommon && !is_short && common::is_common(text) {
            found.push(Weakness::Common);
        }
        if self.is_no_name && rests_on_context(text, context) {
            found.push(Weakness::Context);
        }
        found
    }
}

impl Serialize for PasswordPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for PasswordPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameOrTable)
    }
}

struct NameOrTable;

impl<'de> Visitor<'de> for NameOrTable {
    type Value = PasswordPolicy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "`modern`, `classic` or a table of preset, min, classes, deny_breached, deny_context_words and history",
        )
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<PasswordPolicy, E> {
        let preset = PasswordPreset::parse(name);
        preset.map(PasswordPolicy::of).ok_or_else(|| E::unknown_variant(name, &["modern", "classic"]))
    }

    fn visit_map<M: MapAccess<'de>>(self, table: M) -> Result<PasswordPolicy, M::Error> {
        PasswordPolicy::deserialize(MapAccessDeserializer::new(table)).map_err(M::Error::custom)
    }
}
