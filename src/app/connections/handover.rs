//! What somebody has by a connection, and the end of it when another one manages the person.
//!
//! **Invariant:** what a provider gave and said goes with it, because it does not know the person any more and could take
//! nothing back.

use std::collections::BTreeSet;

use super::default_role;
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

/// What goes with the connection that somebody leaves, and what comes with the next.
pub struct Handover {
    /// The roles that the last one gives, by itself or by its groups.
    pub takes: Vec<RoleKey>,
    /// The role that the next one gives to whoever has no other.
    pub gives: Option<RoleKey>,
    last: Option<Connection>,
    next: Connection,
    groups: Vec<GroupId>,
}

impl Handover {
    /// What becomes of what somebody has, who is to belong to another connection.
    pub async fn of(tx: &Tx, person: &Person, to: ConnectionId) -> Result<Self, Error> {
        let unknown = || Error::invalid("connection", Flaw::Provider);
        let next = connections::find(&**tx, tx.org, to).await?.ok_or_else(unknown)?;
        let (mut last, mut groups) = (None, Vec::new());
        if let Some(id) = person.user.managed_by {
            last = connections::find(&**tx, tx.org, id).await?;
            groups = members::groups_managed(&**tx, (tx.org, person.user.id), id).await?;
        }
        let goes = |it: &LiveGrant| {
            let by_group = matches!(it.source, Source::Group(group) if groups.contains(&group));
            by_group || it.source.connection().is_some_and(|id| person.user.managed_by == Some(id))
        };
        let (gone, left): (Vec<_>, Vec<_>) = person.effective.grants.iter().partition(|it| goes(it));
        let takes: BTreeSet<RoleKey> = gone.into_iter().map(|it| it.role.clone()).collect();
        let gives = default_role(&next)?.filter(|_| left.is_empty());
        Ok(Self { takes: takes.into_iter().collect(), gives, last, next, groups })
    }

    /// Moves somebody who signs in at a provider to another one, which knows the person by no id yet. The caller keeps the last
    /// holder.
    pub async fn carry_out(self, app: &App, tx: &Tx, id: UserId) -> Result<(), Error> {
        let user = users::get(&**tx, tx.org, id).await?;
        if user.sign_in != SignIn::Sso {
            return Err(Conflict::NotSso.into());
        }
        self.end(tx, &user).await?;
        let both: Vec<&Connection> = self.last.iter().chain([&self.next]).collect();
        identities::delete_of_user(tx, id).await?;
        let (document, searchable) = directory::unasserted(&user, app.users_of(tx.organisation()?)?, &both);
        let moved = User { managed_by: Some(self.next.id), external_id: None, document, ..user };
        users::update(tx, &moved, &searchable).await?;
        users::forget_asserted(tx, id).await?;
        void_access(tx, &moved, moved.status).await?;
        Ok(())
    }

    async fn end(&self, tx: &Tx, user: &User) -> Result<(), Error> {
        for group in &self.groups {
            members::remove(tx, *group, &[user.id]).await?;
            groups::touch(tx, *group).await?;
            project_teams::left(tx, Subject::Group(*group), &[user.id]).await?;
        }
        match user.managed_by {
            Some(last) => grants::delete_of_user_from_connection(tx, user.id, last).await,
            None => Ok(()),
        }
    }
}
