//! The role model of an organisation: data, checked once, immutable afterwards.
//!
//! **Invariant:** a `RoleModel` that exists has no unknown permission, no cycle, no unknown role, one rank per role, at
//! least one protected role, and no role that gives away more than it has.
//! **Invariant:** no role is compared by name in code; code asks for permissions, `grants`, `manages` and `protected`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::key::RoleKey;
use super::permission::{CATALOGUE, Permission};
use super::presets;
use super::read::{self, LintProblem};
use super::rules::Rules;
use super::settings::Settings;
use crate::domain::text::fold;

/// What one user does to another; each verb has its permission and its list of roles in `manages`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Invite someone into a role.
    Invite,
    /// Create someone in a role.
    Create,
    /// Change names, addresses and other attributes.
    Update,
    /// Change the role.
    Assign,
    /// Let a deactivated user in again.
    Activate,
    /// Shut a user out.
    Deactivate,
    /// End the membership.
    Remove,
    /// Delete someone who never signed in.
    DeletePending,
    /// Erase personal data.
    Erase,
    /// Send a link for a new password.
    ResetPassword,
    /// Set a temporary password.
    SetTempPassword,
    /// Take the second factors away.
    ResetMfa,
    /// Require a second factor.
    RequireMfa,
    /// End the sessions.
    RevokeSessions,
    /// Move to another identity provider.
    ChangeIdp,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 15] = [
        Self::Invite,
        Self::Create,
        Self::Update,
        Self::Assign,
        Self::Activate,
        Self::Deactivate,
        Self::Remove,
        Self::DeletePending,
        Self::Erase,
        Self::ResetPassword,
        Self::SetTempPassword,
        Self::ResetMfa,
        Self::RequireMfa,
        Self::RevokeSessions,
        Self::ChangeIdp,
    ];

    /// The name of the verb in `manages`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Create => "create",
            Self::Update => "update",
            Self::Assign => "assign",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Remove => "remove",
            Self::DeletePending => "delete_pending",
            Self::Erase => "erase",
            Self::ResetPassword => "reset_password",
            Self::SetTempPassword => "set_temp_password",
            Self::ResetMfa => "reset_mfa",
            Self::RequireMfa => "require_mfa",
            Self::RevokeSessions => "revoke_sessions",
            Self::ChangeIdp => "change_idp",
        }
    }

    /// The permission without which the verb is not open at all.
    pub const fn permission(self) -> &'static str {
        match self {
            Self::Invite => "users:invite",
            Self::Create => "users:create",
            Self::Update => "users:update",
            Self::Assign => "roles:assign",
            Self::Activate => "users:activate",
            Self::Deactivate => "users:deactivate",
            Self::Remove => "users:remove",
            Self::DeletePending => "users:delete_pending",
            Self::Erase => "users:erase",
            Self::ResetPassword => "users.password:reset",
            Self::SetTempPassword => "users.password:set_temp",
            Self::ResetMfa => "users.mfa:reset",
            Self::RequireMfa => "users.mfa:require",
            Self::RevokeSessions => "users.sessions:revoke",
            Self::ChangeIdp => "users.idp:change",
        }
    }
}

/// How many active holders a protected role keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Protected {
    /// Fewer active holders are refused.
    pub min_active: u64,
    /// Fewer active holders raise a warning.
    pub warn_below: u64,
}

/// One role of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// The short name.
    pub key: RoleKey,
    /// The name people see.
    pub label: String,
    /// What it is.
    pub description: String,
    /// Whom it suits.
    pub best_for: String,
    /// The role whose permissions it has too.
    #[serde(skip)]
    pub extends: Option<RoleKey>,
    /// The order among roles; of several held, the highest rank is the effective one.
    pub rank: u32,
    /// The roles that a holder may give.
    pub grants: BTreeSet<RoleKey>,
    /// The roles whose holders a holder may act on, by verb.
    pub manages: BTreeMap<Verb, BTreeSet<RoleKey>>,
    /// Set when the organisation must never run out of holders.
    pub protected: Option<Protected>,
    /// True when a holder may leave the organisation.
    pub can_leave: bool,
    /// True when the organisation made it; what came with the model is not changed here.
    pub is_own: bool,
    #[serde(skip)]
    pub(super) rules: Rules,
}

impl Role {
    /// True when the role by itself allows this; a permission that is not well formed is never allowed.
    pub fn allows(&self, permission: &str) -> bool {
        permission.parse::<Permission>().is_ok_and(|permission| self.rules.allows(&permission))
    }

    /// True when a holder may do `verb` to holders of `role`, permission included.
    pub fn manages(&self, verb: Verb, role: &RoleKey) -> bool {
        self.allows(verb.permission()) && self.manages.get(&verb).is_some_and(|roles| roles.contains(role))
    }

    /// True when a holder may do something to other people.
    pub fn acts_on_others(&self) -> bool {
        Verb::ALL.into_iter().any(|verb| self.allows(verb.permission()))
    }

    /// True when a holder of `other` can do everything that a holder of this role can.
    pub fn is_within(&self, other: &Self) -> bool {
        let manages = |(verb, roles): (&Verb, &BTreeSet<RoleKey>)| roles.iter().all(|role| other.manages(*verb, role));
        self.rules.exceeds(&other.rules).is_none()
            && self.grants.is_subset(&other.grants)
            && self.manages.iter().filter(|(verb, _)| self.allows(verb.permission())).all(manages)
    }

    /// True when holding this role takes rights away that another role may give.
    pub fn has_ceiling(&self) -> bool {
        !self.rules.ceilings.is_empty()
    }
}

/// A role model: roles and the settings that come with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleModel {
    pub(super) source: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) description: String,
    pub(super) reading: Option<String>,
    pub(super) readings: Vec<String>,
    /// Highest rank first.
    pub(super) roles: Vec<Role>,
    pub(super) default_role: RoleKey,
    pub(super) first_user_role: RoleKey,
    pub(super) app_permissions: Vec<String>,
    pub(super) settings: Settings,
}

impl RoleModel {
    /// The names of the presets that ship with Doorward.
    pub const PRESETS: [&'static str; 5] = presets::NAMES;

    /// The preset of an organisation that named none.
    pub const DEFAULT_PRESET: &'static str = "owner-admin-contributor-viewer";

    /// Reads a model; every problem is reported at once.
    pub fn parse(toml: &str) -> Result<Self, Vec<LintProblem>> {
        read::read(toml)
    }

    /// The problems of a model; none means that [`Self::parse`] accepts it.
    pub fn lint(toml: &str) -> Vec<LintProblem> {
        read::read(toml).err().unwrap_or_default()
    }

    /// A preset by name.
    pub fn preset(name: &str) -> Option<Self> {
        presets::source(name).and_then(|toml| Self::parse(toml).ok())
    }

    /// The decisions that a preset must give, in the format of [`crate::domain::policy::Report`].
    pub fn preset_tests(name: &str) -> Option<&'static str> {
        presets::tests(name)
    }

    /// The text of the model, as it was read; parsing it gives the same model again.
    pub fn to_toml(&self) -> &str {
        &self.source
    }

    /// The same model under another of its readings; `None` when it has no reading of that name.
    pub fn with_reading(&self, reading: &str) -> Option<Self> {
        if !self.readings.iter().any(|known| known == reading) {
            return None;
        }
        let is_switch = |line: &str| line.split('=').next().is_some_and(|key| key.trim() == "reading");
        let mut seen = false;
        let lines = self.source.lines().map(|line| {
            let switch = !seen && is_switch(line);
            seen |= switch;
            if switch { format!("reading = \"{reading}\"\n") } else { format!("{line}\n") }
        });
        Self::parse(&lines.collect::<String>()).ok().filter(|model| model.reading.as_deref() == Some(reading))
    }

    /// The name of the model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name people see.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What the model is for.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The reading in force, where the model has more than one.
    pub fn reading(&self) -> Option<&str> {
        self.reading.as_deref()
    }

    /// The readings that the model can be switched to.
    pub fn readings(&self) -> &[String] {
        &self.readings
    }

    /// The roles, highest rank first.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// A role by key.
    pub fn get(&self, key: &RoleKey) -> Option<&Role> {
        self.roles.iter().find(|role| role.key == *key)
    }

    /// A role by key or label as a person or an identity provider writes it: case, width and outer spaces don't count.
    pub fn find(&self, text: &str) -> Option<&Role> {
        let wanted = fold(text);
        let by_key = self.roles.iter().find(|role| role.key.as_str() == wanted);
        by_key.or_else(|| self.roles.iter().find(|role| fold(&role.label) == wanted))
    }

    /// The role of somebody for whom no role was named.
    pub fn default_role(&self) -> &RoleKey {
        &self.default_role
    }

    /// The roles whose holders may do something to other people.
    pub fn administrators(&self) -> Vec<RoleKey> {
        self.roles.iter().filter(|role| role.acts_on_others()).map(|role| role.key.clone()).collect()
    }

    /// The role of the first user of an organisation.
    pub fn first_user_role(&self) -> &RoleKey {
        &self.first_user_role
    }

    /// True when the organisation must never run out of holders of this role.
    pub fn is_protected(&self, key: &RoleKey) -> bool {
        self.get(key).is_some_and(|role| role.protected.is_some())
    }

    /// The settings that come with the model.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Every permission that can be named exactly: the catalogue, then those that the applications registered.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        CATALOGUE.iter().copied().chain(self.app_permissions.iter().map(String::as_str))
    }
}
