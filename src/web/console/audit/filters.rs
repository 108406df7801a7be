//! The filters of the log: what the address says, the form in which they are chosen, and the chips of those that are on.

use std::collections::HashMap;

use url::form_urlencoded;

use super::PATH;
use crate::app::App;
use crate::app::audit_log::{ACTORS, AuditFilter, Deeds, Party, TARGETS, When};
use crate::app::history;
use crate::domain::Error;
use crate::domain::policy::{Action, Outcome};
use crate::domain::text::on_one_line;
use crate::web::console::Console;
use crate::web::console::list::{Choice, address};
use crate::web::texts::{Part, Texts};
use crate::web::words::{about, did, kind};

/// What an address of the log asks for.
pub(super) struct Asked {
    words: Vec<(String, String)>,
    /// Which deeds, where that can be read.
    pub(super) filter: Result<AuditFilter, Error>,
    /// From where on.
    pub(super) cursor: Option<String>,
}

impl Asked {
    pub(super) fn read(query: &str) -> Self {
        let words: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let filter = AuditFilter::read(words.iter().map(|(name, value)| (&**name, &**value)));
        let mut asked = Self { words, filter, cursor: None };
        asked.cursor = asked.word("cursor").map(str::to_owned);
        asked
    }

    /// A word of the address as it was sent.
    pub(super) fn word(&self, wanted: &str) -> Option<&str> {
        let found = self.words.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim());
        found.filter(|it| !it.is_empty())
    }
}

/// The form of the filters, as it was filled in.
pub(super) struct Form {
    pub(super) times: [Time; 2],
    pub(super) deeds: Vec<Deed>,
    pub(super) actors: Vec<Choice>,
    pub(super) targets: Vec<Choice>,
    pub(super) outcomes: Vec<Choice>,
    pub(super) text: String,
}

/// A field for a day, or for a moment where one was named.
pub(super) struct Time {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) kind: &'static str,
}

/// The deeds of an area, behind the choice of all of them.
pub(super) struct Deed {
    pub(super) area: String,
    pub(super) choices: Vec<Choice>,
}

/// A filter that is on.
pub(super) struct Chip {
    pub(super) label: String,
    pub(super) without: String,
}

/// What the things of a filter are called, by id.
pub(super) type Called = HashMap<String, String>;

/// What the things that a filter names are called now.
pub(super) async fn called(app: &App, console: &Console, filter: &AuditFilter) -> Result<Called, Error> {
    let named = [filter.actor, filter.target].into_iter().flatten();
    let ids = named.filter(|it| matches!(it, Party::Id(_))).map(Party::word);
    history::called(app, console.org(), &ids.collect::<Vec<_>>()).await
}

pub(super) fn form(t: Texts, asked: &Asked, called: &Called) -> Form {
    let time = |name: &'static str, label: &str| {
        let value = asked.word(name).unwrap_or_default().to_owned();
        let is_day =
            value.is_empty() || When::parse(&value).is_some_and(|it| it.word() == value && !value.contains('T'));
        Time { name, label: t.say(label), value, kind: if is_day { "date" } else { "text" } }
    };
    let outcomes = Outcome::ALL.map(|it| (it.name().to_owned(), outcome(t, it)));
    Form {
        times: [time("from", "audit-from"), time("to", "audit-to")],
        deeds: deeds(t, asked.word("action").unwrap_or_default()),
        actors: parties(t, (&ACTORS, "audit-anybody"), asked.word("actor"), called),
        targets: parties(t, (&TARGETS, "audit-anything"), asked.word("target"), called),
        outcomes: choices(t.say("audit-any"), outcomes, asked.word("outcome")),
        text: asked.word("text").unwrap_or_default().to_owned(),
    }
}

fn choices(none: String, values: impl IntoIterator<Item = (String, String)>, chosen: Option<&str>) -> Vec<Choice> {
    let none = Choice { value: String::new(), label: none, is_chosen: chosen.is_none() };
    let others = values.into_iter().map(|(value, label)| {
        let is_chosen = chosen == Some(&value);
        Choice { value, label, is_chosen }
    });
    std::iter::once(none).chain(others).collect()
}

fn parties(t: Texts, (kinds, none): (&[&str], &str), chosen: Option<&str>, called: &Called) -> Vec<Choice> {
    let one = chosen.filter(|it| !kinds.contains(it)).map(|id| (id.to_owned(), name(called, id)));
    let kinds = kinds.iter().map(|it| ((*it).to_owned(), kind(t, it)));
    choices(t.say(none), one.into_iter().chain(kinds), chosen)
}

fn deeds(t: Texts, chosen: &str) -> Vec<Deed> {
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label, is_chosen: value == chosen };
    let areas = Action::areas().into_iter().map(|area| {
        let all = choice(area, t.with("audit-all-of", &[("name", Part::Words(&about(t, area)))]));
        let of_area = Action::names().iter().filter(|it| it.split_once('.').is_some_and(|(of, _)| of == area));
        let choices = std::iter::once(all).chain(of_area.map(|it| choice(it, did(t, it)))).collect();
        Deed { area: about(t, area), choices }
    });
    let mut areas: Vec<Deed> = areas.collect();
    areas.sort_by(|one, other| one.area.cmp(&other.area));
    areas
}

fn outcome(t: Texts, it: Outcome) -> String {
    t.say(match it {
        Outcome::Success => "audit-done",
        Outcome::Failure => "outcome-failure",
        Outcome::Denied => "outcome-denied",
    })
}

/// A chip for each filter that is on.
pub(super) fn chips(t: Texts, filter: &AuditFilter, called: &Called) -> Vec<Chip> {
    let words = filter.words();
    let chip = |(field, value): &(&'static str, String)| {
        let others: Vec<_> = words.iter().filter(|(name, _)| name != field).cloned().collect();
        let label = t.say(match *field {
            "from" => "audit-from",
            "to" => "audit-to",
            "actor" => "audit-who",
            "target" => "audit-whom",
            "action" => "what",
            "outcome" => "audit-outcome",
            _ => "audit-text",
        });
        let value = said(t, filter, (field, value), called);
        let label = t.with("chip", &[("filter", Part::Words(&label)), ("value", Part::Name(&on_one_line(&value)))]);
        Chip { label, without: address::at(PATH, &others) }
    };
    words.iter().map(chip).collect()
}

fn said(t: Texts, filter: &AuditFilter, (field, value): (&str, &str), called: &Called) -> String {
    match (field, filter.action, filter.outcome) {
        ("action", Some(Deeds::One(name)), _) => did(t, name),
        ("action", Some(Deeds::Area(area)), _) => about(t, area),
        ("outcome", _, Some(it)) => outcome(t, it),
        ("actor", _, _) | ("target", _, _) if called.contains_key(value) => name(called, value),
        ("actor", _, _) | ("target", _, _) => kind(t, value),
        _ => value.to_owned(),
    }
}

/// The name of something, or its id once it is gone.
fn name(called: &Called, id: &str) -> String {
    called.get(id).map_or(id, String::as_str).to_owned()
}
