//! The proof that the policy said yes, and the record that every decision leaves.

use serde::Serialize;
use serde_json::Value;

use super::Actor;
use super::action::Action;
use super::event::{self, Told};
use super::target::Target;
use crate::domain::id::{OrgId, SessionId};

/// How a deed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Success,
    /// Somebody tried and could not.
    Failure,
    /// The policy refused it.
    Denied,
}

impl Outcome {
    /// Every way to end.
    pub const ALL: [Self; 3] = [Self::Success, Self::Failure, Self::Denied];

    /// Reads the name in the audit log.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The name in the audit log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Denied => "denied",
        }
    }
}

/// What an audit row says about one deed, apart from when and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRecord {
    /// The organisation; [`OrgId::OPERATOR`] for what belongs to none.
    pub org: OrgId,
    /// `operator`, `job`, `connection`, `user`, `service_account`, `client` or `anonymous`.
    pub actor_kind: &'static str,
    /// The id of the actor, where it has one.
    pub actor_id: Option<String>,
    /// The name of the actor at this time.
    pub actor_label: String,
    /// The session the actor acted in.
    pub session: Option<SessionId>,
    /// The deed in the past tense: `user.deactivated`.
    pub action: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// `organisation`, `user`, `service_account`, `group`, `connection`, `client` or `key`.
    pub target_kind: &'static str,
    /// The id of the target, where it has one.
    pub target_id: Option<String>,
    /// The name of the target at this time.
    pub target_label: String,
    /// What changed: a list of `{path, old, new}`.
    pub changes: Value,
}

impl AuditRecord {
    pub(super) fn new(actor: &Actor, action: &Action, target: &Target, outcome: Outcome) -> Self {
        Self {
            org: target.org().or_else(|| actor.org()).unwrap_or(OrgId::OPERATOR),
            actor_kind: actor.kind(),
            actor_id: actor.id(),
            actor_label: actor.label().to_owned(),
            session: actor.session(),
            action: action.name(),
            outcome,
            target_kind: target.kind(),
            target_id: target.id(),
            target_label: target.label(),
            changes: action.changes(),
        }
    }
}

/// A yes of the policy to one deed. The unit of work takes it and writes its record with the change.
#[derive(Debug)]
#[must_use = "a permit that is not committed means that the change it allows is lost"]
pub struct Permit {
    record: AuditRecord,
    told: Option<Told>,
}

impl Permit {
    pub(super) fn new(actor: &Actor, action: &Action, target: &Target) -> Self {
        let outcome = if action.is_failure() { Outcome::Failure } else { Outcome::Success };
        let told = event::of(action, target).filter(|_| outcome == Outcome::Success);
        Self { record: AuditRecord::new(actor, action, target, outcome), told }
    }

    /// What others are told of the deed who keep users and groups as well.
    pub const fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// The same for a deed by which this user or group becomes what an identity provider says that it is.
    pub fn by_replacing(self, id: &str) -> Self {
        Self { told: self.told.map(|it| it.by_replacing(id)), ..self }
    }

    /// The organisation in which the deed is allowed.
    pub const fn org(&self) -> OrgId {
        self.record.org
    }

    /// What the record of the deed will tell.
    pub const fn tells(&self) -> &AuditRecord {
        &self.record
    }

    /// The record of the deed; the permit is used up.
    pub fn record(self) -> AuditRecord {
        self.record
    }
}
