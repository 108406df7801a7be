//! What an organisation demands of its people: second factors, passwords, sessions, and how somebody gets in first.
//!
//! **Invariant:** whoever acts on a policy reads it through [`Policy::over`]: the organisation's word, and where it has
//! none, its role model's.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::domain::connection::SsoMfa;
use crate::domain::grace::GRACE_DAYS_MAX;
use crate::domain::password::{DEMANDED, HISTORY_MAX, PasswordPolicy};
use crate::domain::policy::Change;
use crate::domain::role::{Activation, Effective, MfaPolicy, MfaRequirement, RoleModel, Settings};
use crate::domain::session::Session;
use crate::domain::{Error, Flaw, Timestamp};

/// What an organisation says itself; what is absent follows the role model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Who must have a second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa: Option<MfaPolicy>,
    /// Since when that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_since: Option<Timestamp>,
    /// Whether the time to put a second factor off begins anew with a user who is activated again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regrace_on_reactivation: Option<bool>,
    /// The rule for passwords.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordPolicy>,
    /// How long sessions live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions: Option<SessionPolicy>,
    /// How long sessions of whoever acts on others live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_sessions: Option<SessionPolicy>,
    /// How somebody gets a first credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation: Option<ActivationPolicy>,
    /// What counts as a second factor of those who sign in at an identity provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sso_mfa: Option<SsoMfa>,
    /// How many sign-ins may fail in an hour before somebody is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alerts: Option<AlertPolicy>,
    /// How long the audit is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit: Option<AuditPolicy>,
}

/// The policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// Who must have a second factor.
    pub mfa: MfaPolicy,
    /// Whether the time to put it off begins anew with a user who is activated again.
    pub regrace_on_reactivation: bool,
    /// The rule for passwords.
    pub password: PasswordPolicy,
    /// How long sessions live.
    pub sessions: SessionPolicy,
    /// How long sessions of whoever acts on others live, and no longer than those of everybody.
    pub admin_sessions: SessionPolicy,
    /// How somebody gets a first credential.
    pub activation: ActivationPolicy,
    /// What counts as a second factor of those who sign in at an identity provider, where its connection does not say.
    pub sso_mfa: SsoMfa,
    /// How many sign-ins may fail in an hour before somebody is told.
    pub alerts: AlertPolicy,
    /// How long the audit is kept.
    pub audit: AuditPolicy,
}

/// How long the audit is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditPolicy {
    /// So many days.
    pub keep_days: u32,
    /// True while nothing of it may go, however old it is.
    #[serde(default)]
    pub hold: bool,
}

/// The fewest and the most days that the audit is kept.
pub const AUDIT_DAYS: (u32, u32) = (90, 3_650);

impl Default for AuditPolicy {
    fn default() -> Self {
        Self { keep_days: 400, hold: false }
    }
}

impl AuditPolicy {
    fn check(self) -> Result<(), Error> {
        let (from, to) = AUDIT_DAYS;
        if (from..=to).contains(&self.keep_days) {
            return Ok(());
        }
        Err(Error::invalid("audit.keep_days", Flaw::Days { from, to }))
    }
}

/// So many sign-ins that fail in an hour are told of; nought tells of none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertPolicy {
    /// Those of one user.
    pub user: u32,
    /// Those from one address.
    pub address: u32,
    /// Those of all users together.
    pub organisation: u32,
}

impl Default for AlertPolicy {
    fn default() -> Self {
        Self { user: 10, address: 30, organisation: 100 }
    }
}

/// The most failures in an hour that an alert waits for.
pub const FAILURES_MAX: u32 = 10_000;

impl AlertPolicy {
    fn check(self) -> Result<(), Error> {
        let all = [("user", self.user), ("address", self.address), ("organisation", self.organisation)];
        match all.into_iter().find(|it| it.1 > FAILURES_MAX) {
            Some((name, _)) => {
                let most = Flaw::NotBetween { from: 0, to: FAILURES_MAX.into() };
                Err(Error::invalid(format!("alerts.{name}"), most))
            }
            None => Ok(()),
        }
    }
}

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPolicy {
    /// Without use.
    pub idle_minutes: u32,
    /// At most.
    pub absolute_minutes: u32,
}

/// How somebody may get a first credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivationPolicy {
    /// The ways that may be used; the link is always one.
    pub allowed: Vec<Activation>,
    /// The way that is used when nobody says.
    pub default: Activation,
}

/// Other policies: what is left out stays as it is, and `null` follows the role model again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyChange {
    /// Who must have a second factor.
    #[serde(deserialize_with = "given")]
    pub mfa: Option<Option<MfaPolicy>>,
    /// Whether the time to put it off begins anew with a user who is activated again.
    #[serde(deserialize_with = "given")]
    pub regrace_on_reactivation: Option<Option<bool>>,
    /// The rule for passwords.
    #[serde(deserialize_with = "given")]
    pub password: Option<Option<PasswordPolicy>>,
    /// How long sessions live.
    #[serde(deserialize_with = "given")]
    pub sessions: Option<Option<SessionPolicy>>,
    /// How long sessions of whoever acts on others live.
    #[serde(deserialize_with = "given")]
    pub admin_sessions: Option<Option<SessionPolicy>>,
    /// How somebody gets a first credential.
    #[serde(deserialize_with = "given")]
    pub activation: Option<Option<ActivationPolicy>>,
    /// What counts as a second factor of those who sign in at an identity provider.
    #[serde(deserialize_with = "given")]
    pub sso_mfa: Option<Option<SsoMfa>>,
    /// How many sign-ins may fail in an hour before somebody is told.
    #[serde(deserialize_with = "given")]
    pub alerts: Option<Option<AlertPolicy>>,
    /// How long the audit is kept.
    #[serde(deserialize_with = "given")]
    pub audit: Option<Option<AuditPolicy>>,
}

/// The shortest and the longest time without use after which a session may end.
pub const IDLE_MINUTES: (u32, u32) = (5, 24 * 60);
/// The shortest and the longest life of a session.
pub const ABSOLUTE_MINUTES: (u32, u32) = (15, 30 * 24 * 60);

impl Default for SessionPolicy {
    fn default() -> Self {
        Self { idle_minutes: 60, absolute_minutes: 24 * 60 }
    }
}

/// How long sessions of whoever acts on others live where nobody has said: half of what the others have.
const ADMIN_SESSIONS: SessionPolicy = SessionPolicy { idle_minutes: 30, absolute_minutes: 12 * 60 };

impl SessionPolicy {
    /// The shorter of both, member by member.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            idle_minutes: self.idle_minutes.min(other.idle_minutes),
            absolute_minutes: self.absolute_minutes.min(other.absolute_minutes),
        }
    }

    /// The time without use after which a session ends.
    pub const fn idle(&self) -> Duration {
        Duration::from_mins(self.idle_minutes as u64)
    }

    /// The longest life of a session.
    pub const fn absolute(&self) -> Duration {
        Duration::from_mins(self.absolute_minutes as u64)
    }

    /// True while a session may go on.
    pub fn keeps(&self, session: &Session, now: Timestamp) -> bool {
        let is_young = now.since(session.created_at) < self.absolute();
        is_young && now.since(session.last_seen_at) < self.idle() && now < session.expires_at
    }

    fn check(&self, name: &str) -> Result<(), Error> {
        let (idle, absolute) = (format!("{name}.idle_minutes"), format!("{name}.absolute_minutes"));
        let (shortest, longest) = IDLE_MINUTES;
        if !(shortest..=longest).contains(&self.idle_minutes) {
            return Err(Error::invalid(idle, Flaw::Minutes { from: shortest, to: longest }));
        }
        let (shortest, longest) = ABSOLUTE_MINUTES;
        if !(shortest..=longest).contains(&self.absolute_minutes) {
            return Err(Error::invalid(absolute, Flaw::Minutes { from: shortest, to: longest }));
        }
        if self.idle_minutes > self.absolute_minutes {
            return Err(Error::invalid(idle, Flaw::IdleBeyondLife));
        }
        Ok(())
    }
}

impl ActivationPolicy {
    /// Every way, with this one as the usual.
    pub fn every(default: Activation) -> Self {
        Self { allowed: Activation::ALL.to_vec(), default }
    }

    /// True for a way that may be used.
    pub fn allows(&self, way: Activation) -> bool {
        self.allowed.contains(&way)
    }

    fn check(&self) -> Result<(), Error> {
        if !self.allows(Activation::Link) {
            return Err(Error::invalid("activation.allowed", Flaw::LinkStays));
        }
        if !self.allows(self.default) {
            return Err(Error::invalid("activation.default", Flaw::WayNotAllowed));
        }
        Ok(())
    }
}

impl Policy {
    /// The policy in force over the settings of a role model.
    pub fn over(&self, settings: &Settings) -> Rules {
        Rules {
            mfa: self.mfa.clone().unwrap_or_else(|| settings.mfa.clone()),
            regrace_on_reactivation: self.regrace_on_reactivation.unwrap_or(settings.regrace_on_reactivation),
            password: self.password.clone().unwrap_or_else(|| settings.password.clone()),
            sessions: self.sessions.unwrap_or_default(),
            admin_sessions: self.admin_sessions.unwrap_or(ADMIN_SESSIONS),
            activation: self.activation.clone().unwrap_or_else(|| ActivationPolicy::every(settings.activation)),
            sso_mfa: self.sso_mfa.unwrap_or_default(),
            alerts: self.alerts.unwrap_or_default(),
            audit: self.audit.unwrap_or_default(),
        }
    }

    /// The policy after a change.
    #[must_use]
    pub fn with(&self, change: PolicyChange, now: Timestamp) -> Self {
        let mfa = change.mfa.unwrap_or_else(|| self.mfa.clone());
        Self {
            mfa_since: if mfa == self.mfa { self.mfa_since } else { Some(now) },
            mfa,
            regrace_on_reactivation: change.regrace_on_reactivation.unwrap_or(self.regrace_on_reactivation),
            password: change.password.unwrap_or_else(|| self.password.clone()),
            sessions: change.sessions.unwrap_or(self.sessions),
            admin_sessions: change.admin_sessions.unwrap_or(self.admin_sessions),
            activation: change.activation.unwrap_or_else(|| self.activation.clone()),
            sso_mfa: change.sso_mfa.unwrap_or(self.sso_mfa),
            alerts: change.alerts.unwrap_or(self.alerts),
            audit: change.audit.unwrap_or(self.audit),
        }
    }
}

impl Rules {
    /// How long sessions of somebody who holds this live.
    pub fn sessions_of(&self, held: &Effective, model: &RoleModel) -> SessionPolicy {
        if held.acts_on_others(model) { self.sessions_of_administrators() } else { self.sessions }
    }

    /// How long sessions of whoever acts on others live.
    pub fn sessions_of_administrators(&self) -> SessionPolicy {
        self.admin_sessions.within(self.sessions)
    }

    /// Refuses what cannot be kept in an organisation with these roles.
    pub fn check(&self, model: &RoleModel) -> Result<(), Error> {
        if self.mfa.grace_days > GRACE_DAYS_MAX {
            return Err(Error::invalid("mfa.grace_days", Flaw::Days { from: 0, to: GRACE_DAYS_MAX }));
        }
        if let Some(unknown) = self.mfa.roles.iter().find(|key| model.get(key).is_none()) {
            return Err(Error::invalid("mfa.roles", Flaw::NoSuchRole { role: unknown.clone(), roles: Vec::new() }));
        }
        if self.mfa.require == MfaRequirement::Roles && self.mfa.roles.is_empty() {
            return Err(Error::invalid("mfa.roles", Flaw::NoRole));
        }
        if !self.password.has_possible_min() {
            let (from, to) = DEMANDED;
            return Err(Error::invalid("password.min", Flaw::NotBetween { from: from.into(), to: to.into() }));
        }
        if !self.password.has_possible_history() {
            return Err(Error::invalid("password.history", Flaw::NotBetween { from: 0, to: HISTORY_MAX.into() }));
        }
        self.sessions.check("sessions")?;
        self.admin_sessions.check("admin_sessions")?;
        self.alerts.check()?;
        self.audit.check()?;
        self.activation.check()
    }

    /// What differs from others, value by value.
    pub fn changes(&self, to: &Self) -> Vec<Change> {
        let (old, new) = (self.facts(), to.facts());
        let pairs = old.into_iter().zip(new).filter(|((_, old), (_, new))| old != new);
        pairs.map(|((path, old), (_, new))| Change::new(path, Some(old), Some(new))).collect()
    }

    fn facts(&self) -> [(&'static str, Value); 22] {
        [
            ("mfa.require", json!(self.mfa.require)),
            ("mfa.roles", json!(self.mfa.roles)),
            ("mfa.grace_days", json!(self.mfa.grace_days)),
            ("regrace_on_reactivation", json!(self.regrace_on_reactivation)),
            ("password.preset", json!(self.password.preset)),
            ("password.min", json!(self.password.min)),
            ("password.classes", json!(self.password.classes)),
            ("password.deny_breached", json!(self.password.deny_breached)),
            ("password.deny_context_words", json!(self.password.deny_context_words)),
            ("password.history", json!(self.password.history)),
            ("sessions.idle_minutes", json!(self.sessions.idle_minutes)),
            ("sessions.absolute_minutes", json!(self.sessions.absolute_minutes)),
            ("admin_sessions.idle_minutes", json!(self.admin_sessions.idle_minutes)),
            ("admin_sessions.absolute_minutes", json!(self.admin_sessions.absolute_minutes)),
            ("activation.allowed", json!(self.activation.allowed)),
            ("activation.default", json!(self.activation.default)),
            ("sso_mfa", json!(self.sso_mfa)),
            ("alerts.user", json!(self.alerts.user)),
            ("alerts.address", json!(self.alerts.address)),
            ("alerts.organisation", json!(self.alerts.organisation)),
            ("audit.keep_days", json!(self.audit.keep_days)),
            ("audit.hold", json!(self.audit.hold)),
        ]
    }
}

/// A member that is there, even when it is `null`.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

#[cfg(test)]
mod tests;
