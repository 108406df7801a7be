//! What somebody has by a connection, and the end of it when another one manages the person.
//!
//! **Invariant:** what a provider gave and said goes with it, because it does not know the person any more and could take
//! nothing back.

use crate::app::accounts::void_access;
use crate::app::users::Person;
use crate::app::{App, directory, project_teams};
use crate::domain::connection::Connection;
use crate::domain::id::{ConnectionId, GroupId, UserId};
use crate::domain::project::Subject;
use crate::domain::role::{LiveGrant, RoleKey, Source};
use crate::domain::user::{SignIn, User};
use crate::domain::{Conflict, Error, Flaw};
use crate::store::{Tx, connections, grants, groups, identities, members, users};

/// What goes with the connection that somebody leaves.
#[derive(Debug, Default)]
pub struct Handover {
    /// The roles that it gives, by itself or by its groups.
    pub roles: Vec<RoleKey>,
    groups: Vec<GroupId>,
}

impl Handover {
    /// What somebody has by the connection that manages the person now.
    pub async fn of(tx: &Tx, person: &Person) -> Result<Self, Error> {
        let Some(last) = person.user.managed_by else { return Ok(Self::default()) };
        let groups = members::groups_managed(&**tx, (tx.org, person.user.id), last).await?;
        let goes = |it: &&LiveGrant| {
            let by_group = matches!(it.source, Source::Group(group) if groups.contains(&group));
            by_group || it.source.connection() == Some(last)
        };
        let all = person.effective.grants.iter().chain(&person.effective.unknown);
        let mut roles: Vec<RoleKey> = all.filter(goes).map(|it| it.role.clone()).collect();
        roles.sort();
        roles.dedup();
        Ok(Self { roles, groups })
    }

    /// Moves somebody who signs in at a provider to another one, which knows the person by no id yet. The caller keeps the last
    /// holder.
    pub async fn carry_out(self, app: &App, tx: &Tx, id: UserId, to: ConnectionId) -> Result<(), Error> {
        let user = users::get(&**tx, tx.org, id).await?;
        if user.sign_in != SignIn::Sso {
            return Err(Conflict::NotSso.into());
        }
        let unknown = || Error::invalid("connection", Flaw::Provider);
        let next = connections::find(&**tx, tx.org, to).await?.ok_or_else(unknown)?;
        let last = match user.managed_by {
            Some(last) => connections::find(&**tx, tx.org, last).await?,
            None => None,
        };
        self.end(tx, &user).await?;
        let both: Vec<&Connection> = last.iter().chain([&next]).collect();
        identities::delete_of_user(tx, id).await?;
        let (document, searchable) = directory::unasserted(&user, app.users_of(tx.organisation()?)?, &both);
        let moved = User { managed_by: Some(to), external_id: None, document, ..user };
        users::update(tx, &moved, &searchable).await?;
        users::forget_asserted(tx, id).await?;
        void_access(tx, &moved, moved.status).await?;
        Ok(())
    }

    async fn end(self, tx: &Tx, user: &User) -> Result<(), Error> {
        for group in self.groups {
            members::remove(tx, group, &[user.id]).await?;
            groups::touch(tx, group).await?;
            project_teams::left(tx, Subject::Group(group), &[user.id]).await?;
        }
        match user.managed_by {
            Some(last) => grants::delete_from_connection(tx, last, Some(user.id)).await,
            None => Ok(()),
        }
    }
}
