//! The rows of the list: what stands in each column, and what can be done.

use super::filters::{Address, Names};
use super::{deeds, user_path};
use crate::app::offers::{Judge, Offer};
use crate::app::user_list::Entry;
use crate::domain::Timestamp;
use crate::domain::role::RoleModel;
use crate::domain::user::Status;
use crate::domain::user_list::{Column, Mfa};
use crate::web::console::words;
use crate::web::texts::Texts;

/// A user.
pub(in crate::web::console) struct Row {
    pub(in crate::web::console) id: String,
    pub(in crate::web::console) name: String,
    pub(in crate::web::console) user_name: String,
    /// The page of the user, for whoever may open it.
    pub(in crate::web::console) path: Option<String>,
    pub(in crate::web::console) is_self: bool,
    pub(in crate::web::console) cells: Vec<Cell>,
    pub(in crate::web::console) menu: Menu,
}

/// What stands in a column.
pub(in crate::web::console) struct Cell {
    pub(in crate::web::console) head: String,
    pub(in crate::web::console) value: Value,
}

/// A value as it is drawn.
pub(in crate::web::console) enum Value {
    Text(String),
    Badge(Badge),
    /// With what should be known besides.
    Noted(Badge, String),
    Moment(Timestamp),
    Nothing,
}

/// A word with a mark and a colour of its own.
pub(in crate::web::console) struct Badge {
    pub(in crate::web::console) mark: Mark,
    pub(in crate::web::console) label: String,
}

/// The mark of a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web::console) enum Mark {
    Good,
    Waiting,
    Off,
    Warning,
    Elsewhere,
}

impl Badge {
    /// The class that gives it its colour.
    pub(in crate::web::console) const fn class(&self) -> &'static str {
        match self.mark {
            Mark::Good => "good",
            Mark::Warning => "warn",
            Mark::Waiting | Mark::Off | Mark::Elsewhere => "calm",
        }
    }

    /// The lines of its mark.
    pub(in crate::web::console) const fn path(&self) -> &'static str {
        match self.mark {
            Mark::Good => "M3 8.5l3.25 3.25L13 4.5",
            Mark::Waiting => "M8 4.5V8l2.25 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
            Mark::Off => "M4 4l8 8M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
            Mark::Warning => "M8 2l6.5 11.5h-13zM8 6.5v3M8 11.5v.1",
            Mark::Elsewhere => "M6.5 3H3v10h10V9.5M9.5 3H13v3.5M13 3L7.5 8.5",
        }
    }

    pub(in crate::web::console) fn of_status(t: Texts, status: Status) -> Self {
        let mark = match status {
            Status::Active => Mark::Good,
            Status::Pending => Mark::Waiting,
            Status::Deactivated => Mark::Off,
        };
        Self { mark, label: words::status(t, status) }
    }

    /// What became of a deed, where it was not done.
    pub(in crate::web::console) fn of_outcome(t: Texts, outcome: &str) -> Option<Self> {
        let key = match outcome {
            "denied" => "outcome-denied",
            "failure" => "outcome-failure",
            _ => return None,
        };
        Some(Self { mark: Mark::Warning, label: t.say(key) })
    }

    pub(in crate::web::console) const fn good(label: String) -> Self {
        Self { mark: Mark::Good, label }
    }

    pub(in crate::web::console) const fn off(label: String) -> Self {
        Self { mark: Mark::Off, label }
    }

    pub(in crate::web::console) const fn elsewhere(label: String) -> Self {
        Self { mark: Mark::Elsewhere, label }
    }

    pub(in crate::web::console) const fn warning(label: String) -> Self {
        Self { mark: Mark::Warning, label }
    }

    pub(in crate::web::console) fn of_mfa(t: Texts, mfa: Mfa) -> Self {
        let mark = match mfa {
            Mfa::On => Mark::Good,
            Mfa::Off => Mark::Warning,
            Mfa::AtProvider => Mark::Elsewhere,
        };
        Self { mark, label: words::mfa(t, mfa) }
    }
}

/// The menu of a user.
pub(in crate::web::console) struct Menu {
    pub(in crate::web::console) id: String,
    pub(in crate::web::console) label: String,
    pub(in crate::web::console) items: Vec<MenuItem>,
}

/// A deed in a menu.
pub(in crate::web::console) struct MenuItem {
    pub(in crate::web::console) label: String,
    pub(in crate::web::console) path: String,
    pub(in crate::web::console) why_not: Option<String>,
    pub(in crate::web::console) is_grave: bool,
}

/// The menu of what is offered for a user.
pub(super) fn menu(t: Texts, model: &RoleModel, entry: &Entry, offers: Vec<Offer>) -> Menu {
    let user = &entry.person.user;
    let items = offers.into_iter().map(|offer| MenuItem {
        label: t.say(deeds::label(deeds::called(offer.deed, model))),
        path: deeds::path(user.id, offer.deed),
        why_not: offer.obstacle.map(|it| deeds::why_not(t, &it)),
        is_grave: deeds::is_grave(offer.deed),
    });
    Menu { id: user.id.to_string(), label: t.name("menu-of", &user.display_name), items: items.collect() }
}

/// The row of a user, with what can be done to it.
pub(in crate::web::console) fn row(address: &Address, names: Names<'_>, judge: &Judge<'_>, entry: &Entry) -> Row {
    let user = &entry.person.user;
    let others = address.columns.iter().filter(|it| **it != Column::Name);
    let cells = others.map(|it| Cell { head: words::column(names.t, *it), value: value(names, entry, *it) });
    Row {
        id: user.id.to_string(),
        name: user.display_name.clone(),
        user_name: user.user_name.clone(),
        path: judge.sees(&entry.person).then(|| user_path(user.id)),
        is_self: judge.is_self(&entry.person),
        cells: cells.collect(),
        menu: menu(names.t, names.model, entry, judge.offers(entry)),
    }
}

fn value(names: Names<'_>, entry: &Entry, column: Column) -> Value {
    let user = &entry.person.user;
    let text = |text: Option<String>| text.map_or(Value::Nothing, Value::Text);
    match column {
        Column::Name => Value::Text(user.display_name.clone()),
        Column::UserName => Value::Text(user.user_name.clone()),
        Column::Email => text(user.email.clone()),
        Column::Role => {
            let role = entry.person.effective.role.as_ref();
            text(role.and_then(|key| names.model.get(key)).map(|role| role.label.clone()))
        }
        Column::Status => Value::Badge(Badge::of_status(names.t, user.status)),
        Column::Type => Value::Text(words::sign_in(names.t, user.sign_in)),
        Column::Mfa => entry.habits.map_or(Value::Nothing, |it| Value::Badge(Badge::of_mfa(names.t, it.mfa))),
        Column::LastActive => match entry.habits.map(|it| it.last_active) {
            Some(Some(at)) => Value::Moment(at),
            Some(None) => Value::Text(names.t.say("never")),
            None => Value::Nothing,
        },
        Column::Provider => {
            let named = |id| names.around.connections.iter().find(|it| it.0 == id).map(|it| it.1.clone());
            text(user.managed_by.and_then(named))
        }
        Column::Created => Value::Moment(user.created_at),
    }
}
