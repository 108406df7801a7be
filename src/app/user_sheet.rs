//! Everything about one user, for somebody who administers it.

use crate::app::user_list::{Entry, Habits};
use crate::app::users::{self, Person};
use crate::app::{App, sessions};
use crate::domain::connection::Kind;
use crate::domain::id::{AuditId, ConnectionId, GroupId, UserId};
use crate::domain::policy::Actor;
use crate::domain::role::{LiveGrant, RoleModel, Source};
use crate::domain::session::Session;
use crate::domain::{Error, Timestamp};
use crate::store::{audit, connections, factors, groups, members, passkeys, recovery_codes, user_list};

pub use crate::store::audit::AuditRow;
pub use crate::store::passkeys::StoredPasskey;

/// So many deeds are on a page of the activity.
pub const DEEDS: u64 = 50;

/// The user with what it holds and when it was seen, for somebody who may see it.
pub async fn entry(app: &App, actor: &Actor, id: UserId) -> Result<Entry, Error> {
    let person = users::show(app, actor, id).await?;
    let db = app.store.reader();
    let has_factor = factors::has_any(db, person.user.org, id).await?;
    let last_active = user_list::last_active(db, &person.user).await?;
    let mfa = user_list::mfa_of(has_factor, person.user.sign_in);
    Ok(Entry { person, habits: Some(Habits { mfa, last_active }) })
}

/// A role somebody holds, and where it comes from.
#[derive(Debug, Clone)]
pub struct Provenance {
    /// The grant.
    pub grant: LiveGrant,
    /// The name of the group or connection that it comes from, where it is still there.
    pub from: Option<String>,
}

/// Every role the user holds, the deciding one first.
pub async fn access(app: &App, person: &Person) -> Result<Vec<Provenance>, Error> {
    let (db, org) = (app.store.reader(), person.user.org);
    let mut all = Vec::new();
    for grant in person.effective.grants.iter().chain(&person.effective.unknown) {
        let from = match grant.source {
            Source::Manual => None,
            Source::Group(id) => groups::find(db, org, id).await?.map(|it| it.display_name),
            Source::ScimRole(id) | Source::Entitlement(id) | Source::Attribute(id) | Source::Default(id) => {
                connections::find(db, org, id).await?.map(|it| it.name)
            }
        };
        all.push(Provenance { grant: grant.clone(), from });
    }
    Ok(all)
}

/// The groups the user is in, by name.
pub async fn groups_of(app: &App, person: &Person) -> Result<Vec<(GroupId, String)>, Error> {
    let found = members::groups_of(app.store.reader(), person.user.org, &[person.user.id]).await?;
    Ok(found.into_iter().map(|(_, id, name)| (id, name)).collect())
}

/// What the user signs in with, and where it is signed in.
#[derive(Debug, Clone)]
pub struct Security {
    /// What proves who it is, besides a password.
    pub factors: Factors,
    /// The live sessions, newest first; none for somebody who may not see them.
    pub sessions: Option<Vec<Session>>,
}

/// What the user signs in with, and where it is signed in.
pub async fn security(app: &App, actor: &Actor, person: &Person) -> Result<Security, Error> {
    let (_, model) = app.store.organisation(person.user.org).await?;
    let sessions = match sessions::may_see(actor, &model) {
        Ok(()) => Some(sessions::live(app, person).await?),
        Err(_) => None,
    };
    Ok(Security { factors: factors_of(app, person).await?, sessions })
}

/// Everything that a user can prove who it is with, besides a password.
#[derive(Debug, Clone)]
pub struct Factors {
    /// Since when an authenticator is enrolled.
    pub authenticator_since: Option<Timestamp>,
    /// The passkeys, oldest first.
    pub passkeys: Vec<StoredPasskey>,
    /// How many recovery codes are left; none when there never were any.
    pub codes_left: Option<u64>,
}

/// What the user has enrolled here.
pub async fn factors_of(app: &App, person: &Person) -> Result<Factors, Error> {
    let (db, org, id) = (app.store.reader(), person.user.org, person.user.id);
    let codes_left = match recovery_codes::are_there(db, org, id).await? {
        true => Some(recovery_codes::count_left(db, org, id).await?),
        false => None,
    };
    Ok(Factors {
        authenticator_since: factors::find_totp(db, org, id).await?.map(|it| it.created_at),
        passkeys: passkeys::list(db, org, id).await?,
        codes_left,
    })
}

/// What was done to the user, newest first, before this row.
pub async fn activity(
    app: &App,
    actor: &Actor,
    person: &Person,
    before: Option<AuditId>,
) -> Result<Vec<AuditRow>, Error> {
    let (_, model) = app.store.organisation(person.user.org).await?;
    let (db, target) = (app.store.reader(), person.user.id.to_string());
    may_read_deeds(actor, &model, person.user.id)?;
    audit::of_target(db, person.user.org, &target, before, DEEDS + 1).await
}

/// Asks whether somebody may read what was done to a user; to oneself it may always be read.
pub fn may_read_deeds(actor: &Actor, model: &RoleModel, user: UserId) -> Result<(), Error> {
    if actor.account_id() == Some(user) { Ok(()) } else { actor.may(model, "users.activity:read") }
}

/// The connection that manages a user.
#[derive(Debug, Clone)]
pub struct Manager {
    /// The connection.
    pub id: ConnectionId,
    /// Its name.
    pub name: String,
    /// Which identity provider it is.
    pub kind: Kind,
    /// True when it takes no requests for now.
    pub is_paused: bool,
}

/// The connection that manages the user, where one does.
pub async fn manager(app: &App, person: &Person) -> Result<Option<Manager>, Error> {
    let Some(id) = person.user.managed_by else {
        return Ok(None);
    };
    let found = connections::find(app.store.reader(), person.user.org, id).await?;
    Ok(found.map(|it| Manager { id, name: it.name, kind: it.kind, is_paused: it.is_paused }))
}
