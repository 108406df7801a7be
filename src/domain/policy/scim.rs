//! What an identity provider may do through its connection.
//!
//! **Invariant:** a connection acts only on users and groups that it manages, and gives no role above its ceiling.

use serde::{Deserialize, Serialize};

use super::ScimActor;
use super::action::Action;
use super::target::{Target, TargetUser};
use crate::domain::Error;
use crate::domain::connection::LinkedBy;
use crate::domain::denial::Denial;
use crate::domain::id::ConnectionId;
use crate::domain::role::{Role, RoleKey, RoleModel, Source};

/// The roles that a connection may give.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ceiling {
    /// The highest; none is no limit but the other one.
    pub max: Option<RoleKey>,
    /// True when protected roles are among them.
    pub protected: bool,
}

impl Ceiling {
    /// True when the role is not above the ceiling; a role that the model lacks always is. The rank alone speaks for the
    /// roles that came with the model; one that the organisation made later must allow no more than the ceiling does.
    pub fn admits(&self, model: &RoleModel, role: &RoleKey) -> bool {
        let Some(role) = model.get(role) else { return false };
        let is_below = |max: &Role| role.rank <= max.rank && (!role.is_own || role.is_within(max));
        let below = self.max.as_ref().is_none_or(|max| model.get(max).is_some_and(is_below));
        below && (self.protected || self.is_ordinary(model, role))
    }

    /// True for a role that is not protected, and for one that the organisation made only when it does not amount to a
    /// protected one either: it is within a role that came without protection, or within the one that is named here.
    fn is_ordinary(&self, model: &RoleModel, role: &Role) -> bool {
        let is_measure = |it: &&Role| it.protected.is_none() && (!it.is_own || self.max.as_ref() == Some(&it.key));
        let is_within_one = || model.roles().iter().filter(is_measure).any(|it| role.is_within(it));
        role.protected.is_none() && (!role.is_own || is_within_one())
    }
}

impl ScimActor {
    pub(super) fn decide(&self, model: &RoleModel, action: &Action, target: &Target) -> Result<(), Error> {
        if !is_deed_of_a_connection(action) {
            return Err(Error::forbidden(format!("a connection may not {}", action.phrase())));
        }
        self.is_own(action, target)?;
        self.is_own_source(action)?;
        let ceiling = self.ceiling_of(action);
        given(action, target).iter().try_for_each(|role| self.may_give(model, &ceiling, role))
    }

    /// A thing of another organisation or of another connection does not exist for this one.
    fn is_own(&self, action: &Action, target: &Target) -> Result<(), Error> {
        let managed_by = match target {
            Target::User(TargetUser { managed_by: None, .. }) => linked_to(action),
            Target::User(user) => user.managed_by,
            Target::Group(group) => group.managed_by,
            Target::Organisation { .. }
            | Target::Tenant { .. }
            | Target::UnknownUser { .. }
            | Target::Resource(_)
            | Target::Team { .. }
            | Target::Project { .. }
            | Target::Review { .. }
            | Target::ReviewSchedule { .. }
            | Target::AuditStream { .. }
            | Target::Connection { .. }
            | Target::Client { .. }
            | Target::ServiceAccount { .. }
            | Target::Key { .. } => None,
        };
        let own = target.org() == Some(self.org) && managed_by == Some(self.connection);
        if own { Ok(()) } else { Err(Error::NotFound(target.kind())) }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "every other deed names no source")]
    fn is_own_source(&self, action: &Action) -> Result<(), Error> {
        let source = match action {
            Action::CreateUser { role: Some(_), source }
            | Action::GrantRole { source, .. }
            | Action::UngrantRole { source, .. } => *source,
            _ => return Ok(()),
        };
        let own = source.connection() == Some(self.connection) || matches!(source, Source::Group(_));
        let refused = || Error::forbidden("a connection may only give and take the roles that it sent itself");
        if own { Ok(()) } else { Err(refused()) }
    }

    /// What the connection may give by a deed. An address leads nobody to a protected role, whatever else it may give.
    fn ceiling_of(&self, action: &Action) -> Ceiling {
        let is_by_email = matches!(action, Action::LinkIdentity { by: LinkedBy::Email, .. });
        Ceiling { protected: self.ceiling.protected && !is_by_email, ..self.ceiling.clone() }
    }

    fn may_give(&self, model: &RoleModel, ceiling: &Ceiling, role: &RoleKey) -> Result<(), Error> {
        if ceiling.admits(model, role) {
            return Ok(());
        }
        Err(Error::denied(Denial::Ceiling { connection: self.label.clone(), role: role.clone() }))
    }
}

/// The deeds that SCIM has; everything else is refused.
const fn is_deed_of_a_connection(action: &Action) -> bool {
    matches!(
        action,
        Action::CreateUser { .. }
            | Action::UpdateUser { .. }
            | Action::RenameUser { .. }
            | Action::LinkUser { .. }
            | Action::LinkIdentity { .. }
            | Action::ActivateUser
            | Action::DeactivateUser
            | Action::RemoveUser
            | Action::HoldDeprovisioning { .. }
            | Action::WithdrawDeprovisioning
            | Action::GrantRole { .. }
            | Action::UngrantRole { .. }
            | Action::SetPassword
            | Action::RevokeSessions
            | Action::CreateGroup
            | Action::UpdateGroup { .. }
            | Action::RenameGroup { .. }
            | Action::DeleteGroup { .. }
            | Action::ChangeMembers { .. }
    )
}

/// The connection that a local user is about to belong to.
const fn linked_to(action: &Action) -> Option<ConnectionId> {
    if let Action::LinkUser { connection, .. } = action { Some(*connection) } else { None }
}

/// The roles that the deed hands out or takes control of.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other deed hands out no role")]
fn given(action: &Action, target: &Target) -> Vec<RoleKey> {
    match action {
        Action::CreateUser { role, .. } => role.iter().cloned().collect(),
        Action::GrantRole { role, .. } => vec![role.clone()],
        Action::ChangeMembers { added, roles, .. } if !added.is_empty() => roles.clone(),
        // Whoever holds more than the connection may give must not be taken over by it.
        Action::LinkUser { .. } | Action::LinkIdentity { .. } | Action::SetPassword => {
            target.user().map_or_else(Vec::new, |user| user.roles.clone())
        }
        _ => Vec::new(),
    }
}
