//! The form of a role: what it was filled in with, and what is wrong with it, field by field.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::roles::RoleDraft;
use crate::domain::Error;
use crate::domain::role::{LABEL_MAX, LintProblem, Role, RoleKey, RoleModel, TEXT_MAX};
use crate::web::console::{Console, words};
use crate::web::form::Fields;
use crate::web::form::shown::Clash;
use crate::web::texts::Texts;

/// The form as it stands.
pub(super) struct Form {
    pub(super) key: String,
    /// True for a new role, whose key can still be chosen.
    pub(super) is_new: bool,
    pub(super) label: String,
    pub(super) description: String,
    pub(super) best_for: String,
    pub(super) extends: Vec<Choice>,
    pub(super) below: Vec<Choice>,
    /// The permissions that have a name, area by area.
    pub(super) areas: Vec<Area>,
    /// Patterns, one on a line.
    pub(super) allow: String,
    pub(super) deny: String,
    pub(super) ceiling: String,
    pub(super) given_by: Vec<Choice>,
    pub(super) grants: Vec<Choice>,
    pub(super) manages: Vec<Choice>,
    pub(super) can_leave: bool,
    pub(super) label_max: usize,
    pub(super) text_max: usize,
    /// What is wrong with the whole.
    pub(super) problem: Option<String>,
    /// What somebody else has changed too.
    pub(super) clash: Option<String>,
    wrong: BTreeMap<String, Vec<String>>,
}

/// Something to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_chosen: bool,
}

/// The permissions of one area.
pub(super) struct Area {
    pub(super) name: String,
    pub(super) chosen: usize,
    pub(super) permissions: Vec<Choice>,
}

impl Form {
    /// The form of a new role, which the holders of one's own role may give.
    pub(super) fn empty(console: &Console, own: Option<&Role>) -> Self {
        let given_by = own.into_iter().map(|role| role.key.clone()).collect();
        Self::of(console, &RoleDraft { given_by, ..RoleDraft::default() }, None)
    }

    /// The form of a draft.
    pub(super) fn of(console: &Console, draft: &RoleDraft, key: Option<&RoleKey>) -> Self {
        let model = &console.model;
        let others = || model.roles().iter().filter(|role| Some(&role.key) != key);
        let menu = |first: &str, chosen: Option<&RoleKey>| -> Vec<Choice> {
            let none = Choice { value: String::new(), label: console.t.say(first), is_chosen: chosen.is_none() };
            std::iter::once(none).chain(others().map(|role| choice(role, chosen == Some(&role.key)))).collect()
        };
        let boxes =
            |chosen: &[RoleKey]| model.roles().iter().map(|role| choice(role, chosen.contains(&role.key))).collect();
        let named: BTreeSet<&str> = model.permissions().collect();
        let patterns = draft.allow.iter().filter(|it| !named.contains(it.as_str()));
        let managed: Vec<RoleKey> = draft.manages.values().flatten().cloned().collect();
        let key = key.or(draft.key.as_ref());
        Self {
            key: key.map(ToString::to_string).unwrap_or_default(),
            is_new: key.is_none_or(|key| model.get(key).is_none()),
            label: draft.label.clone(),
            description: draft.description.clone(),
            best_for: draft.best_for.clone(),
            extends: menu("extends-nothing", draft.extends.as_ref()),
            below: menu("rank-lowest", draft.below.as_ref()),
            areas: areas(model, &draft.allow),
            allow: patterns.cloned().collect::<Vec<_>>().join("\n"),
            deny: draft.deny.join("\n"),
            ceiling: draft.ceiling.join("\n"),
            given_by: others().map(|role| choice(role, draft.given_by.contains(&role.key))).collect(),
            grants: boxes(&draft.grants),
            manages: boxes(&managed),
            can_leave: draft.can_leave,
            label_max: LABEL_MAX,
            text_max: TEXT_MAX,
            problem: None,
            clash: None,
            wrong: BTreeMap::new(),
        }
    }

    /// The same form with each problem at its field.
    pub(super) fn linted(mut self, t: Texts, key: &RoleKey, problems: &[LintProblem]) -> Self {
        let own = format!("role.{key}.");
        for problem in problems {
            let field = match problem.path.strip_prefix(&own) {
                Some(part) => part.split('.').next().unwrap_or_default(),
                // What another role must not do because of this one: give it.
                None => "given_by",
            };
            self.wrong.entry(field.to_owned()).or_default().push(words::misfit(t, &problem.problem));
        }
        self
    }

    /// The same form with the one thing that was refused.
    pub(super) fn refused(mut self, t: Texts, cause: &Error) -> Self {
        let text = words::problem(t, cause).1;
        match cause {
            Error::Invalid { field, .. } => self.wrong.entry(field.clone()).or_default().push(text.clone()),
            Error::Conflict(_) | Error::Obstacle(_) => {
                self.wrong.entry("label".to_owned()).or_default().push(text.clone());
            }
            Error::Unauthenticated
            | Error::Denied(_)
            | Error::NotFound(_)
            | Error::Stale
            | Error::Throttled { .. }
            | Error::Internal(_) => {}
        }
        self.problem = Some(text);
        self
    }

    /// The form as it shows the role.
    pub(super) fn shown(&self) -> Fields {
        let text = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let texts = [
            text("label", &self.label),
            text("description", &self.description),
            text("best_for", &self.best_for),
            text("allow", &self.allow),
            text("deny", &self.deny),
            text("ceiling", &self.ceiling),
        ];
        let menus = [("extends", &self.extends), ("below", &self.below)].into_iter();
        let menus = menus.filter_map(|(name, all)| Some(text(name, &all.iter().find(|it| it.is_chosen)?.value)));
        let boxes = self.boxes().filter(|(_, it)| it.is_chosen);
        let boxes = boxes.map(|(beginning, it)| (format!("{beginning}{}", it.value), "on".to_owned()));
        let leaves = self.can_leave.then(|| text("can_leave", "on"));
        Fields::shown(texts.into_iter().chain(menus).chain(boxes).chain(leaves))
    }

    /// Every box, with how its name begins.
    fn boxes(&self) -> impl Iterator<Item = (&'static str, &Choice)> {
        let permissions = self.areas.iter().flat_map(|area| &area.permissions).map(|it| ("permission-", it));
        let roles = [("given-by-", &self.given_by), ("grants-", &self.grants), ("manages-", &self.manages)];
        permissions.chain(roles.into_iter().flat_map(|(beginning, all)| all.iter().map(move |it| (beginning, it))))
    }

    /// The same form, as it was filled in, with what somebody else has changed too.
    pub(super) fn clashing(self, t: Texts, now: &Self, clashes: &[Clash]) -> Self {
        Self { clash: Some(words::clash(t, clashes, |it| now.named(t, it))), ..self }
    }

    /// A field and what stands in it now, in words.
    fn named(&self, t: Texts, it: &Clash) -> (String, String) {
        let value = it.now.clone().unwrap_or_default();
        let chosen = |all: &[Choice]| all.iter().find(|one| one.value == value).map(|one| one.label.clone());
        match it.field.as_str() {
            "label" => (t.say("column-name"), value),
            "description" => (t.say("description"), value),
            "best_for" => (t.say("role-best-for"), value),
            "extends" => (t.say("role-extends"), chosen(&self.extends).unwrap_or_default()),
            "below" => (t.say("role-below"), chosen(&self.below).unwrap_or_default()),
            "allow" => (t.say("role-patterns"), value),
            "deny" => (t.say("role-deny"), value),
            "ceiling" => (t.say("role-limit"), value),
            "can_leave" => (t.say("role-leaves"), words::ticked(t, it)),
            name => {
                let found = self.boxes().find(|(beginning, one)| name.strip_prefix(beginning) == Some(&one.value));
                let label = found.map(|(beginning, one)| match beginning {
                    "given-by-" => format!("{} – {}", t.say("role-given-by"), one.label),
                    "grants-" => format!("{} – {}", t.say("role-grants"), one.label),
                    "manages-" => format!("{} – {}", t.say("role-manages"), one.label),
                    _ => one.label.clone(),
                });
                (label.unwrap_or_default(), words::ticked(t, it))
            }
        }
    }

    /// What is wrong with a field.
    pub(super) fn wrong(&self, field: &str) -> &[String] {
        self.wrong.get(field).map(Vec::as_slice).unwrap_or_default()
    }

    /// True when anything is wrong.
    pub(super) fn is_wrong(&self) -> bool {
        self.problem.is_some() || self.clash.is_some() || !self.wrong.is_empty()
    }
}

fn choice(role: &Role, is_chosen: bool) -> Choice {
    Choice { value: role.key.to_string(), label: role.label.clone(), is_chosen }
}

fn areas(model: &RoleModel, allow: &[String]) -> Vec<Area> {
    let mut areas: Vec<Area> = Vec::new();
    for permission in model.permissions() {
        let name = permission.split(['.', ':']).next().unwrap_or_default();
        let is_chosen = allow.iter().any(|it| it == permission);
        let one = Choice { value: permission.to_owned(), label: permission.to_owned(), is_chosen };
        let last = areas.last().is_some_and(|area| area.name == name);
        if !last {
            areas.push(Area { name: name.to_owned(), chosen: 0, permissions: Vec::new() });
        }
        if let Some(area) = areas.last_mut() {
            area.chosen = area.chosen.saturating_add(usize::from(is_chosen));
            area.permissions.push(one);
        }
    }
    areas
}

/// What is no key names no role.
pub(super) fn key_of(text: &str) -> Result<RoleKey, Error> {
    text.parse().map_err(|_| Error::NotFound("role"))
}

/// What the form asks for. What it cannot show in full, the deeds verb by verb, stays as it is while the roles do.
pub(super) fn draft_of(model: &RoleModel, fields: &Fields, before: Option<&RoleDraft>) -> RoleDraft {
    let text = |name: &str| fields.get(name).map(str::trim).unwrap_or_default().to_owned();
    let lines = |name: &str| -> Vec<String> {
        let all = fields.get(name).unwrap_or_default().split(|c: char| c.is_whitespace() || c == ',');
        all.filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    let chosen = |beginning: &str| -> Vec<RoleKey> {
        let ticked: BTreeSet<&str> = fields.under(beginning).collect();
        let keys = model.roles().iter().map(|role| role.key.clone());
        keys.filter(|key| ticked.contains(key.as_str())).collect()
    };
    let menu = |name: &str| fields.get(name).and_then(|it| it.parse::<RoleKey>().ok());
    let ticked: BTreeSet<&str> = fields.under("permission-").collect();
    let named = model.permissions().filter(|it| ticked.contains(it)).map(str::to_owned);
    let managed = chosen("manages-");
    let was = before.map(|it| &it.manages);
    let is_same = was.is_some_and(|was| was.values().flatten().collect::<BTreeSet<_>>() == managed.iter().collect());
    let manages = match was {
        Some(was) if is_same => was.clone(),
        Some(_) | None if managed.is_empty() => BTreeMap::new(),
        Some(_) | None => BTreeMap::from([("*".to_owned(), managed)]),
    };
    RoleDraft {
        key: before.map_or_else(|| menu("key"), |it| it.key.clone()),
        label: text("label"),
        description: text("description"),
        best_for: text("best_for"),
        extends: menu("extends"),
        allow: named.chain(lines("allow")).collect(),
        deny: lines("deny"),
        ceiling: lines("ceiling"),
        grants: chosen("grants-"),
        manages,
        given_by: chosen("given-by-"),
        below: menu("below"),
        can_leave: fields.get("can_leave").is_some(),
    }
}
