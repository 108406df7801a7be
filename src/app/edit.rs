//! Changing somebody: name, address, identity provider, role and teams, each with its own permit, all in one unit.
//!
//! **Invariant:** the user name and whether somebody signs in at a provider never change here.
//! **Invariant:** what an identity provider keeps is changed there: name and address of somebody whom a connection manages
//! are refused here.
//! **Invariant:** whoever gets another address or another provider keeps nothing that was opened with the old one.

use crate::app::accounts::DISPLAY_NAME_MAX;
use crate::app::connections::handover::Handover;
use crate::app::mail::{self, Letter, Recipient};
use crate::app::users::{Person, change_role_in, keep_holders_after, load, org_of};
use crate::app::{App, directory, teams};
use crate::domain::address;
use crate::domain::id::{ConnectionId, TeamId, UserId};
use crate::domain::policy::{Action, Actor, Change};
use crate::domain::role::RoleKey;
use crate::domain::text::check_name;
use crate::domain::user::User;
use crate::domain::{Conflict, Error};
use crate::store::{Tx, links, users};

/// What is to be different; what is left out stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// What people call the person.
    pub display_name: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
    /// The identity provider the person signs in at.
    pub connection: Option<ConnectionId>,
    /// The role given by hand.
    pub role: Option<RoleKey>,
    /// All the teams that the person is on.
    pub teams: Option<Vec<TeamId>>,
    /// The version of the user that all this is meant for, where it was seen.
    pub version: Option<i64>,
}

/// Changes a user; all of it or nothing.
pub async fn update(app: &App, actor: &Actor, id: UserId, edit: Edit) -> Result<Person, Error> {
    check(&edit)?;
    let org = org_of(actor, app, id).await?;
    let teams = match &edit.teams {
        Some(wanted) => Some(teams::all_known(app, org, wanted).await?),
        None => None,
    };
    let tx = app.begin(org).await?;
    let before = load(&tx, id).await?;
    let (mut tx, mut permits) = (tx, Vec::new());
    let described = described(&before.user, &edit);
    let changes = changes(&before.user, &described);
    if !changes.is_empty() {
        let (kept, permit) = app.ask(tx, actor, Action::UpdateUser { changes }, before.target()).await?;
        tx = kept;
        permits.push(permit);
        describe(app, &tx, &before.user, described).await?;
    }
    let next = edit.connection.filter(|it| before.user.managed_by != Some(*it));
    if let Some(connection) = next {
        let handover = Handover::of(&tx, &before, connection).await?;
        let action = Action::LinkUser { connection, takes: handover.takes.clone(), gives: handover.gives.clone() };
        let (kept, permit) = app.ask(tx, actor, action, before.target()).await?;
        tx = kept;
        permits.push(permit);
        handover.carry_out(app, &tx, id).await?;
    }
    if let Some(role) = edit.role {
        let current = load(&tx, id).await?;
        if current.effective.role.as_ref() != Some(&role) {
            let (kept, permit) = change_role_in(app, tx, actor, &current, &role).await?;
            tx = kept;
            permits.push(permit);
        }
    }
    if next.is_some() {
        keep_holders_after(&tx, &before, &load(&tx, id).await?).await?;
    }
    if let Some(wanted) = teams {
        let (kept, more) = teams::set_of_user(app, tx, actor, id, &wanted).await?;
        tx = kept;
        permits.extend(more);
    }
    let changes_nothing = permits.is_empty();
    if changes_nothing {
        // The answer shows the user, so that it is for those who could have changed something.
        (tx, _) = app.ask(tx, actor, Action::UpdateUser { changes: Vec::new() }, before.target()).await?;
    }
    if edit.version.is_some_and(|seen| seen != before.user.version) {
        return Err(Error::Stale);
    }
    let after = load(&tx, id).await?;
    if !changes_nothing {
        tx.commit_all(permits).await?;
    }
    Ok(after)
}

fn check(edit: &Edit) -> Result<(), Error> {
    if let Some(name) = &edit.display_name {
        check_name("display_name", name, DISPLAY_NAME_MAX)?;
    }
    if let Some(email) = &edit.email {
        address::check(email).map_err(|problem| Error::invalid("email", problem))?;
    }
    Ok(())
}

fn described(user: &User, edit: &Edit) -> User {
    User {
        display_name: edit.display_name.clone().unwrap_or_else(|| user.display_name.clone()),
        email: edit.email.clone().or_else(|| user.email.clone()),
        ..user.clone()
    }
}

/// The attributes that differ; values are personal data and stay out of the record.
fn changes(before: &User, after: &User) -> Vec<Change> {
    let differing =
        [("displayName", before.display_name != after.display_name), ("emails", before.email != after.email)];
    let paths = differing.into_iter().filter(|(_, differs)| *differs);
    paths.map(|(path, _)| Change::new(path, None, None)).collect()
}

async fn describe(app: &App, tx: &Tx, before: &User, after: User) -> Result<(), Error> {
    if before.managed_by.is_some() {
        return Err(Conflict::ManagedByProvider.into());
    }
    let (document, searchable) = directory::redescribed(&after, app.users_of(tx.organisation()?)?)?;
    let version = after.version.saturating_add(1);
    let after = User { document, version, updated_at: tx.now, ..after };
    users::update(tx, &after, &searchable).await?;
    if before.email == after.email {
        return Ok(());
    }
    // A link that was mailed to the old address must not open an account that has moved on.
    links::delete_of_user(tx, after.id).await?;
    let new = after.email.clone().unwrap_or_default();
    for to in [Recipient::of(before), Recipient::of(&after)].into_iter().flatten() {
        mail::queue_to(app, tx, to, Letter::EmailChanged { new: new.clone() }).await?;
    }
    Ok(())
}
