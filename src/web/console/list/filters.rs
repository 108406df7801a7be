//! The filters of a list: the window in which a value is chosen, and the chips of those that are on.

use super::{Address, Listed};
use crate::domain::list::{Created, Days};
use crate::web::texts::{Part, Texts};

/// A filter of a list.
pub(in crate::web::console) struct Field {
    /// What carries it in an address.
    pub(in crate::web::console) word: &'static str,
    pub(in crate::web::console) label: String,
    pub(in crate::web::console) kind: Kind,
    /// The values to choose from: the word in an address, and the name for people.
    pub(in crate::web::console) values: Vec<(String, String)>,
}

impl Field {
    /// A filter without a value that anything could have is not offered.
    fn is_offered(&self) -> bool {
        self.kind == Kind::Text || !self.values.is_empty()
    }
}

/// How a value is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web::console) enum Kind {
    Text,
    One,
    Several,
    Menu,
}

/// The name of a filter, which opens its window.
pub(in crate::web::console) struct Opener {
    pub(in crate::web::console) label: String,
    pub(in crate::web::console) address: String,
}

/// The window in which the value of a filter is chosen.
pub(in crate::web::console) struct Window {
    pub(in crate::web::console) title: String,
    pub(in crate::web::console) field: &'static str,
    kind: Kind,
    pub(in crate::web::console) text: String,
    pub(in crate::web::console) choices: Vec<Choice>,
    pub(in crate::web::console) carried: Vec<(&'static str, String)>,
    pub(in crate::web::console) cancel: String,
}

impl Window {
    pub(in crate::web::console) fn is_text(&self) -> bool {
        self.kind == Kind::Text
    }

    pub(in crate::web::console) fn is_menu(&self) -> bool {
        self.kind == Kind::Menu
    }

    pub(in crate::web::console) fn input_kind(&self) -> &'static str {
        if self.kind == Kind::Several { "checkbox" } else { "radio" }
    }
}

/// A value to choose.
pub(in crate::web::console) struct Choice {
    pub(in crate::web::console) value: String,
    pub(in crate::web::console) label: String,
    pub(in crate::web::console) is_chosen: bool,
}

/// A filter that is on.
pub(in crate::web::console) struct Chip {
    pub(in crate::web::console) field: &'static str,
    pub(in crate::web::console) label: String,
    pub(in crate::web::console) without: String,
}

/// The filters that can be added.
pub(super) fn openers<F: Listed>(address: &Address<F>, fields: &[Field]) -> Vec<Opener> {
    let here = address.with(|_| {});
    let joint = if here.contains('?') { '&' } else { '?' };
    let opener = |it: &Field| Opener { label: it.label.clone(), address: format!("{here}{joint}add={}", it.word) };
    fields.iter().filter(|it| it.is_offered()).map(opener).collect()
}

/// The window that an address opens.
pub(super) fn window<F: Listed>(address: &Address<F>, fields: &[Field]) -> Option<Window> {
    let wanted = address.window.as_deref()?;
    let field = fields.iter().find(|it| it.word == wanted)?;
    let on: Vec<String> =
        address.list.filter.words().into_iter().filter(|(name, _)| *name == wanted).map(|it| it.1).collect();
    let choices = field.values.iter().map(|(value, label)| Choice {
        is_chosen: on.contains(value),
        value: value.clone(),
        label: label.clone(),
    });
    Some(Window {
        title: field.label.clone(),
        field: field.word,
        kind: field.kind,
        text: on.first().cloned().unwrap_or_default(),
        choices: choices.collect(),
        carried: address.fields_without(&[field.word]),
        cancel: address.with(|_| {}),
    })
}

/// A chip for each value that is on.
pub(super) fn chips<F: Listed>(address: &Address<F>, t: Texts, fields: &[Field]) -> Vec<Chip> {
    let on = address.list.filter.words();
    on.iter().filter_map(|(field, value)| chip(address, t, fields, (field, value))).collect()
}

fn chip<F: Listed>(address: &Address<F>, t: Texts, fields: &[Field], (word, value): (&str, &str)) -> Option<Chip> {
    let field = fields.iter().find(|it| it.word == word)?;
    let named = field.values.iter().find(|(it, _)| it == value).map_or(value, |(_, label)| label);
    let label = t.with("chip", &[("filter", Part::Words(&field.label)), ("value", Part::Name(named))]);
    Some(Chip { field: field.word, label, without: address.without(word, value) })
}

/// Spans of time since rows were made: those that are usual, and the one that is on.
pub(in crate::web::console) fn created(
    t: Texts,
    on: Option<Created>,
    (within, before): (&'static str, &'static str),
) -> Vec<(String, String)> {
    let within_days = [1, 7, 30, 90].map(|days| Created::Within(Days(days)));
    let before_days = [7, 30, 90, 365].map(|days| Created::Before(Days(days)));
    let mut spans: Vec<Created> = within_days.into_iter().chain(before_days).collect();
    spans.extend(on.filter(|it| !spans.contains(it)));
    let called = |it: Created| match it {
        Created::Within(Days(days)) => t.count(within, u64::from(days)),
        Created::Before(Days(days)) => t.count(before, u64::from(days)),
    };
    spans.into_iter().map(|it| (it.word(), called(it))).collect()
}
