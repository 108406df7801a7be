//! Roles that an organisation makes itself: written into its model, changed there and taken out again.
//!
//! **Invariant:** only a role that the organisation made is changed or taken out; those that came with the model stay.
//! **Invariant:** a role is named like no other one, by key or by label, and not so that the two could be mistaken for each
//! other.
//! **Invariant:** what comes out is a whole model that [`RoleModel::parse`] accepts, or nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::key::RoleKey;
use super::model::{Role, RoleModel};
use super::read::LintProblem;
use crate::domain::look_alike::skeleton;
use crate::domain::text::check_name;
use crate::domain::{Conflict, Error, Flaw};

/// The most characters of a label.
pub const LABEL_MAX: usize = 64;
/// The most characters of a description, and of the text that says whom the role suits.
pub const TEXT_MAX: usize = 500;
/// The distance between two ranks when all are given anew.
const STEP: i64 = 10;

/// A role as somebody of the organisation wants it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleDraft {
    /// The short name of a new role; made from the label when it is left out. It never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<RoleKey>,
    /// The name people see.
    pub label: String,
    /// What it is.
    #[serde(default)]
    pub description: String,
    /// Whom it suits.
    #[serde(default)]
    pub best_for: String,
    /// The role whose permissions it has too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<RoleKey>,
    /// What it allows, as patterns.
    #[serde(default)]
    pub allow: Vec<String>,
    /// What it takes away from that, as patterns.
    #[serde(default)]
    pub deny: Vec<String>,
    /// The most that may remain to its holders, whatever else they hold, as patterns; empty for no limit.
    #[serde(default)]
    pub ceiling: Vec<String>,
    /// The roles its holders may give.
    #[serde(default)]
    pub grants: Vec<RoleKey>,
    /// Verb by verb, the roles on whose holders its holders may act; `*` is every verb.
    #[serde(default)]
    pub manages: BTreeMap<String, Vec<RoleKey>>,
    /// The roles whose holders may give it, and do to its holders what they may do to others.
    #[serde(default)]
    pub given_by: Vec<RoleKey>,
    /// The role right above it in rank; without one a new role is the lowest, and another stays where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<RoleKey>,
    /// True when a holder may leave the organisation.
    #[serde(default)]
    pub can_leave: bool,
}

/// Why a role cannot be written like this.
#[derive(Debug)]
pub enum Unfit {
    /// The model would have these problems.
    Problems(Vec<LintProblem>),
    /// A rule of the directory stands in the way.
    Rule(Error),
}

impl From<Error> for Unfit {
    fn from(cause: Error) -> Self {
        Self::Rule(cause)
    }
}

impl RoleModel {
    /// The key that a new role gets.
    pub fn key_for(draft: &RoleDraft) -> Result<RoleKey, Error> {
        if let Some(key) = &draft.key {
            return Ok(key.clone());
        }
        let plain = draft.label.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>();
        let dashed: String = plain.trim().to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
        let plain: String = dashed.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        // A key begins with a letter; a name need not.
        let key = RoleKey::parse(&plain).or_else(|problem| match plain.chars().next() {
            Some(first) if !first.is_ascii_alphabetic() => RoleKey::parse(&format!("role-{plain}")),
            Some(_) | None => Err(problem),
        });
        key.map_err(|problem| Error::invalid("key", problem))
    }

    /// The same model with one role more.
    pub fn with_new_role(&self, key: &RoleKey, draft: &RoleDraft) -> Result<Self, Unfit> {
        if self.get(key).is_some() {
            return Err(Error::from(Conflict::RoleName).into());
        }
        self.write(key, draft)
    }

    /// The same model with another version of a role that the organisation made.
    pub fn with_changed_role(&self, key: &RoleKey, draft: &RoleDraft) -> Result<Self, Unfit> {
        self.own(key)?;
        self.write(key, draft)
    }

    /// The same model without a role that the organisation made.
    pub fn without_role(&self, key: &RoleKey) -> Result<Self, Unfit> {
        self.own(key)?;
        let mut model = self.table()?;
        for (_, holder) in named_tables(&mut model) {
            let named = lists(holder).filter(|list| names(list, key));
            named.for_each(|list| list.retain(|it| it.as_str() != Some(key.as_str())));
        }
        roles(&mut model)?.retain(|role| key_of(role) != Some(key.as_str()));
        parsed(&model)
    }

    /// A role that the organisation made, as it would write it again.
    pub fn draft_of(&self, key: &RoleKey) -> Result<RoleDraft, Error> {
        self.own(key)?;
        let mut model = self.table()?;
        let table = roles(&mut model)?.iter().find(|role| key_of(role) == Some(key.as_str())).cloned();
        let Some(Value::Table(mut table)) = table else { return Err(Error::NotFound("role")) };
        table.retain(|name, _| !matches!(name, "rank" | "is_own"));
        let draft: RoleDraft = Value::Table(table).try_into().map_err(anyhow::Error::new)?;
        let given_by = self.roles().iter().filter(|role| role.grants.contains(key)).map(|role| role.key.clone());
        Ok(RoleDraft { given_by: given_by.collect(), below: self.above(key).map(|role| role.key.clone()), ..draft })
    }

    /// The role right above another in rank.
    fn above(&self, key: &RoleKey) -> Option<&Role> {
        self.roles().iter().take_while(|role| role.key != *key).last()
    }

    fn own(&self, key: &RoleKey) -> Result<(), Error> {
        let role = self.get(key).ok_or(Error::NotFound("role"))?;
        if role.is_own { Ok(()) } else { Err(Conflict::RoleOfTheModel.into()) }
    }

    fn write(&self, key: &RoleKey, draft: &RoleDraft) -> Result<Self, Unfit> {
        self.check_names(key, draft)?;
        let mut model = self.table()?;
        let before: BTreeSet<RoleKey> =
            self.roles().iter().filter(|role| role.grants.contains(key)).map(|role| role.key.clone()).collect();
        roles(&mut model)?.retain(|role| key_of(role) != Some(key.as_str()));
        self.rank(key, draft.below.as_ref(), &mut model)?;
        let rank = self.rank_of(key, draft.below.as_ref(), &model);
        roles(&mut model)?.push(Value::Table(table_of(key, rank, draft)?));
        for (name, holder) in named_tables(&mut model) {
            let Ok(giver) = RoleKey::parse(&name) else { continue };
            match (before.contains(&giver), draft.given_by.contains(&giver)) {
                (false, true) => let_give(holder, key),
                (true, false) if giver != *key => {
                    lists(holder).for_each(|list| list.retain(|it| it.as_str() != Some(key.as_str())));
                }
                (true, _) | (false, false) => {}
            }
        }
        parsed(&model)
    }

    /// Label and key must be words of their own: not those of another role, and not so that they could be taken for them.
    fn check_names(&self, key: &RoleKey, draft: &RoleDraft) -> Result<(), Error> {
        check_name("label", &draft.label, LABEL_MAX)?;
        for (field, text) in [("description", &draft.description), ("best_for", &draft.best_for)] {
            if !text.is_empty() {
                check_name(field, text, TEXT_MAX)?;
            }
        }
        let own = [skeleton(key.as_str()), skeleton(&draft.label)];
        if own.iter().any(String::is_empty) {
            return Err(Error::invalid("label", Flaw::RoleLabel));
        }
        let others = self.roles().iter().filter(|role| role.key != *key);
        let is_taken = |name: &str| own.contains(&skeleton(name));
        if others.into_iter().any(|role| is_taken(role.key.as_str()) || is_taken(&role.label)) {
            return Err(Conflict::RoleName.into());
        }
        Ok(())
    }

    /// Makes room for the rank of a role where there is none.
    fn rank(&self, key: &RoleKey, below: Option<&RoleKey>, model: &mut Table) -> Result<(), Error> {
        if below.is_some_and(|above| above == key || self.get(above).is_none()) {
            return Err(Error::invalid("below", Flaw::Below));
        }
        if self.rank_of(key, below, model) > 0 {
            return Ok(());
        }
        // Highest first, so the last of n roles gets one step and the first n of them.
        let order: Vec<&str> =
            self.roles().iter().rev().map(|role| role.key.as_str()).filter(|it| *it != key.as_str()).collect();
        for role in roles(model)?.iter_mut().filter_map(Value::as_table_mut) {
            let place = role.get("key").and_then(Value::as_str).and_then(|key| order.iter().position(|it| *it == key));
            let place = place.and_then(|it| i64::try_from(it).ok()).unwrap_or(0).saturating_add(1);
            role.insert("rank".to_owned(), Value::Integer(place.saturating_mul(STEP)));
        }
        Ok(())
    }

    /// The rank right below a role: in the middle of the gap; 0 when there is no gap.
    fn rank_of(&self, key: &RoleKey, below: Option<&RoleKey>, model: &Table) -> i64 {
        let stays = |role: &&Role| below.is_none() || self.above(&role.key).map(|it| &it.key) == below;
        if let Some(role) = self.get(key).filter(stays) {
            return i64::from(role.rank);
        }
        let mut ranks: Vec<(i64, &str)> = model
            .get("role")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|role| Some((role.get("rank")?.as_integer()?, role.get("key")?.as_str()?)))
            .collect();
        ranks.sort_unstable();
        let place = match below {
            None => 0,
            Some(above) => ranks.iter().position(|(_, key)| *key == above.as_str()).unwrap_or(0),
        };
        let upper = ranks.get(place).map_or(STEP, |(rank, _)| *rank);
        let lower = place.checked_sub(1).and_then(|it| ranks.get(it)).map_or(0, |(rank, _)| *rank);
        let middle = lower.midpoint(upper);
        if middle > lower && middle < upper { middle } else { 0 }
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(toml::from_str(&self.source).map_err(anyhow::Error::new)?)
    }
}

fn parsed(model: &Table) -> Result<RoleModel, Unfit> {
    let text = toml::to_string(model).map_err(|cause| Unfit::Rule(anyhow::Error::new(cause).into()))?;
    RoleModel::parse(&text).map_err(Unfit::Problems)
}

fn table_of(key: &RoleKey, rank: i64, draft: &RoleDraft) -> Result<Table, Error> {
    let written =
        RoleDraft { label: draft.label.trim().to_owned(), given_by: Vec::new(), below: None, ..draft.clone() };
    let mut table = Table::try_from(written).map_err(anyhow::Error::new)?;
    table.remove("given_by");
    table.insert("key".to_owned(), Value::String(key.to_string()));
    table.insert("rank".to_owned(), Value::Integer(rank));
    table.insert("is_own".to_owned(), Value::Boolean(true));
    Ok(table)
}

/// Adds a role to those that another gives, and wherever that one acts on holders of roles.
fn let_give(giver: &mut Table, key: &RoleKey) {
    if giver.contains_key("key") {
        giver.entry("grants").or_insert_with(|| Value::Array(Vec::new()));
    }
    for list in lists(giver).filter(|list| !names(list, key)) {
        list.push(Value::String(key.to_string()));
    }
}

fn names(list: &[Value], key: &RoleKey) -> bool {
    list.iter().filter_map(Value::as_str).any(|it| it == key.as_str() || it == "*")
}

/// The lists of roles in a role, or in what a reading adds to one: `grants`, and `manages` verb by verb.
fn lists(role: &mut Table) -> impl Iterator<Item = &mut Vec<Value>> {
    role.iter_mut().flat_map(|(name, value)| match (name.as_str(), value) {
        ("grants", Value::Array(list)) => vec![list],
        ("manages", Value::Table(verbs)) => verbs.iter_mut().filter_map(|(_, list)| list.as_array_mut()).collect(),
        _ => Vec::new(),
    })
}

/// Every table that says something of a role, by the role's key: its own, and what each reading adds.
fn named_tables(model: &mut Table) -> Vec<(String, &mut Table)> {
    let mut tables = Vec::new();
    for (name, value) in model.iter_mut() {
        match (name.as_str(), value) {
            ("role", Value::Array(all)) => {
                let all = all.iter_mut().filter_map(Value::as_table_mut);
                tables.extend(all.filter_map(|role| Some((role.get("key")?.as_str()?.to_owned(), role))));
            }
            ("readings", Value::Table(readings)) => {
                let added = readings.iter_mut().filter_map(|(_, it)| it.as_table_mut()).flat_map(Table::iter_mut);
                tables.extend(added.filter_map(|(key, role)| Some((key.clone(), role.as_table_mut()?))));
            }
            _ => {}
        }
    }
    tables
}

/// The roles of a model that was read once, so they are there.
fn roles(model: &mut Table) -> Result<&mut Vec<Value>, Error> {
    let roles = model.get_mut("role").and_then(Value::as_array_mut);
    roles.ok_or_else(|| anyhow::anyhow!("a role model that was read has no roles").into())
}

fn key_of(role: &Value) -> Option<&str> {
    role.get("key").and_then(Value::as_str)
}
