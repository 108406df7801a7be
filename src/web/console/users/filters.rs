//! The filters of the list: their names, the window in which a value is chosen, and the chips of those that are on.

use super::address::Address;
use crate::app::user_list::Surroundings;
use crate::domain::role::RoleModel;
use crate::domain::user::{SignIn, Status};
use crate::domain::user_list::{Created, Days, Idle, Mfa, Origin, UserFilter};
use crate::web::console::words;
use crate::web::texts::{Part, Texts};

/// Everything that a filter's values are named by.
#[derive(Clone, Copy)]
pub(in crate::web::console) struct Names<'a> {
    pub(in crate::web::console) t: Texts,
    pub(in crate::web::console) model: &'a RoleModel,
    pub(in crate::web::console) around: &'a Surroundings,
}

/// A filter of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    Role,
    Name,
    Email,
    Status,
    Type,
    Group,
    Team,
    Project,
    Mfa,
    LastActive,
    Provider,
    Source,
    Created,
}

impl Filter {
    const ALL: [Self; 13] = [
        Self::Role,
        Self::Name,
        Self::Email,
        Self::Status,
        Self::Type,
        Self::Group,
        Self::Team,
        Self::Project,
        Self::Mfa,
        Self::LastActive,
        Self::Provider,
        Self::Source,
        Self::Created,
    ];

    /// The field that carries it in an address.
    const fn field(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Name => "name",
            Self::Email => "email",
            Self::Status => "status",
            Self::Type => "type",
            Self::Group => "group",
            Self::Team => "team",
            Self::Project => "project",
            Self::Mfa => "mfa",
            Self::LastActive => "inactive",
            Self::Provider => "provider",
            Self::Source => "source",
            Self::Created => "created",
        }
    }

    fn label(self, t: Texts) -> String {
        t.say(match self {
            Self::Role => "column-role",
            Self::Name => "column-name",
            Self::Email => "column-email",
            Self::Status => "column-status",
            Self::Type => "column-type",
            Self::Group => "filter-group",
            Self::Team => "filter-team",
            Self::Project => "filter-project",
            Self::Mfa => "column-mfa",
            Self::LastActive => "column-last-active",
            Self::Provider => "column-provider",
            Self::Source => "filter-source",
            Self::Created => "column-created",
        })
    }

    fn kind(self) -> Kind {
        match self {
            Self::Role | Self::Status => Kind::Several,
            Self::Name | Self::Email => Kind::Text,
            Self::Group | Self::Team | Self::Project | Self::Provider => Kind::Menu,
            Self::Type | Self::Mfa | Self::LastActive | Self::Source | Self::Created => Kind::One,
        }
    }

    /// The values to choose from: the word in an address, and the name for people.
    fn values(self, names: Names<'_>) -> Vec<(String, String)> {
        let t = names.t;
        match self {
            Self::Name | Self::Email => Vec::new(),
            Self::Role => names.model.roles().iter().map(|it| (it.key.to_string(), it.label.clone())).collect(),
            Self::Status => [Status::Active, Status::Pending, Status::Deactivated]
                .map(|it| (it.word().to_owned(), words::status(t, it)))
                .into(),
            Self::Type => {
                [SignIn::Sso, SignIn::Password].map(|it| (it.word().to_owned(), words::sign_in(t, it))).into()
            }
            Self::Group => names.around.groups.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
            Self::Team => names.around.teams.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
            Self::Project => names.around.projects.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
            Self::Mfa => Mfa::ALL.map(|it| (it.word().to_owned(), words::mfa(t, it))).into(),
            Self::LastActive => {
                let mut values: Vec<_> =
                    [30_u64, 60, 90, 180, 365].map(|days| (days.to_string(), t.count("idle-for", days))).into();
                values.push(("never".to_owned(), t.say("idle-never")));
                values
            }
            Self::Provider => {
                names.around.connections.iter().map(|(id, name)| (id.to_string(), name.clone())).collect()
            }
            Self::Source => Origin::ALL.map(|it| (it.word().to_owned(), words::origin(t, it))).into(),
            Self::Created => {
                let within = [1_u64, 7, 30, 90].map(|days| (format!("within-{days}"), t.count("created-within", days)));
                let before =
                    [7_u64, 30, 90, 365].map(|days| (format!("before-{days}"), t.count("created-before", days)));
                within.into_iter().chain(before).collect()
            }
        }
    }
}

/// How a value is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    One,
    Several,
    Menu,
}

/// The name of a filter, which opens its window.
pub(super) struct Opener {
    pub(super) label: String,
    pub(super) address: String,
}

/// The window in which the value of a filter is chosen.
pub(super) struct Window {
    pub(super) title: String,
    pub(super) field: &'static str,
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) choices: Vec<Choice>,
    pub(super) carried: Vec<(&'static str, String)>,
    pub(super) cancel: String,
}

impl Window {
    pub(super) fn is_text(&self) -> bool {
        self.kind == Kind::Text
    }

    pub(super) fn is_menu(&self) -> bool {
        self.kind == Kind::Menu
    }

    pub(super) fn input_kind(&self) -> &'static str {
        if self.kind == Kind::Several { "checkbox" } else { "radio" }
    }
}

/// A value to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_chosen: bool,
}

/// A filter that is on.
pub(super) struct Chip {
    pub(super) label: String,
    pub(super) without: String,
}

/// The filters that can be added.
pub(super) fn openers(address: &Address, names: Names<'_>) -> Vec<Opener> {
    let offered = Filter::ALL.into_iter().filter(|it| match it {
        Filter::Group => !names.around.groups.is_empty(),
        Filter::Team => !names.around.teams.is_empty(),
        Filter::Project => !names.around.projects.is_empty(),
        Filter::Provider => !names.around.connections.is_empty(),
        Filter::Role
        | Filter::Name
        | Filter::Email
        | Filter::Status
        | Filter::Type
        | Filter::Mfa
        | Filter::LastActive
        | Filter::Source
        | Filter::Created => true,
    });
    offered
        .map(|it| {
            let here = address.with(|_| {});
            let joint = if here.contains('?') { '&' } else { '?' };
            Opener { label: it.label(names.t), address: format!("{here}{joint}add={}", it.field()) }
        })
        .collect()
}

/// The window that an address opens.
pub(super) fn window(address: &Address, names: Names<'_>) -> Option<Window> {
    let wanted = address.window.as_deref()?;
    let filter = Filter::ALL.into_iter().find(|it| it.field() == wanted)?;
    let field = filter.field();
    let on = address.list.filter.words();
    let is_on = |value: &str| on.iter().any(|(name, it)| *name == field && it == value);
    let choices = filter.values(names).into_iter().map(|(value, label)| {
        let is_chosen = is_on(&value);
        Choice { value, label, is_chosen }
    });
    Some(Window {
        title: filter.label(names.t),
        field,
        kind: filter.kind(),
        text: on.iter().find(|(name, _)| *name == field).map(|(_, it)| it.clone()).unwrap_or_default(),
        choices: choices.collect(),
        carried: address.fields_without(&[field]),
        cancel: address.with(|_| {}),
    })
}

/// A chip for each value that is on.
pub(super) fn chips(address: &Address, names: Names<'_>) -> Vec<Chip> {
    let on = address.list.filter.words();
    let of_tab = matches!(address.list.filter.statuses.as_slice(), [Status::Deactivated]);
    let shown = on.iter().filter(|(field, _)| *field != "deactivated" && !(of_tab && *field == "status"));
    shown.filter_map(|(field, value)| chip(address, names, (field, value))).collect()
}

fn chip(address: &Address, names: Names<'_>, (field, value): (&str, &str)) -> Option<Chip> {
    let filter = Filter::ALL.into_iter().find(|it| it.field() == field)?;
    let named = filter.values(names).into_iter().find(|(word, _)| word == value).map(|(_, label)| label);
    let label = filter.label(names.t);
    let words = named.or_else(|| special(address, names.t, filter)).unwrap_or_else(|| value.to_owned());
    let parts = [("filter", Part::Words(&label)), ("value", Part::Name(&words))];
    let label = names.t.with("chip", &parts);
    Some(Chip { label, without: address.with(|list| without(&mut list.filter, filter, value)) })
}

/// Spans that are not among those offered.
fn special(address: &Address, t: Texts, filter: Filter) -> Option<String> {
    match (filter, address.list.filter.idle, address.list.filter.created) {
        (Filter::LastActive, Some(Idle::For(Days(days))), _) => Some(t.count("idle-for", days)),
        (Filter::Created, _, Some(Created::Within(Days(days)))) => Some(t.count("created-within", days)),
        (Filter::Created, _, Some(Created::Before(Days(days)))) => Some(t.count("created-before", days)),
        _ => None,
    }
}

fn without(on: &mut UserFilter, filter: Filter, value: &str) {
    match filter {
        Filter::Role => on.roles.retain(|it| it.as_str() != value),
        Filter::Name => on.name = None,
        Filter::Email => on.email = None,
        Filter::Status => on.statuses.retain(|it| it.word() != value),
        Filter::Type => on.sign_in = None,
        Filter::Group => on.group = None,
        Filter::Team => on.team = None,
        Filter::Project => on.project = None,
        Filter::Mfa => on.mfa = None,
        Filter::LastActive => on.idle = None,
        Filter::Provider => on.provider = None,
        Filter::Source => on.origin = None,
        Filter::Created => on.created = None,
    }
}
