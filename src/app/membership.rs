//! What follows when people join or leave a group, whoever asked for it: an identity provider or an administrator.
//!
//! **Invariant:** membership that carries the last active holder of a protected role does not end.
//!
//! The version of the users who joined or left is raised too, because `groups` is part of a user; in changes of more than
//! [`TOUCHED_MAX`] users it is not, and a conditional read of those users may answer 304 until something else changes.

use crate::app::grace;
use crate::domain::Error;
use crate::domain::group::Group;
use crate::domain::id::{GroupId, UserId};
use crate::domain::policy::{Target, TargetGroup, keeps_a_holder};
use crate::domain::role::RoleKey;
use crate::store::{Tx, grants, members, roster, users};

/// Of how many users one change raises the version.
const TOUCHED_MAX: usize = 1_000;

/// The group as the target of a deed.
pub(crate) fn target(group: &Group) -> Target {
    Target::Group(TargetGroup {
        org: group.org,
        id: group.id,
        label: group.display_name.clone(),
        managed_by: group.managed_by,
    })
}

/// Sees to what follows from people having joined and left a group that gives these roles; the rows are written.
pub(crate) async fn follow(tx: &Tx, roles: &[RoleKey], joined: &[UserId], left: &[UserId]) -> Result<(), Error> {
    if !left.is_empty() {
        keep_holders(tx, roles).await?;
    }
    touch(tx, &[joined, left].concat()).await?;
    if roles.is_empty() { Ok(()) } else { grace::begin(tx, joined).await }
}

/// Refuses that people have left who gave one of these roles, where it is protected, too few holders by it.
pub(crate) async fn keep_holders(tx: &Tx, roles: &[RoleKey]) -> Result<(), Error> {
    for role in roles {
        if tx.roles()?.is_protected(role) {
            let left = grants::active_holders(&**tx, tx.org, role, None).await?;
            keeps_a_holder(tx.roles()?, role, left)?;
        }
    }
    Ok(())
}

/// Raises the version of users whose `groups` changed.
pub(crate) async fn touch(tx: &Tx, changed: &[UserId]) -> Result<(), Error> {
    if changed.len() > TOUCHED_MAX { Ok(()) } else { users::touch(tx, changed).await }
}

/// The same for all members of a group, whose roles or group name changed.
pub(crate) async fn touch_all(tx: &Tx, of: GroupId) -> Result<(), Error> {
    let most = u64::try_from(TOUCHED_MAX).unwrap_or(u64::MAX);
    if roster::is_larger(&**tx, tx.org, of, most).await? {
        return Ok(());
    }
    users::touch(tx, &members::ids(&**tx, tx.org, of).await?).await
}
