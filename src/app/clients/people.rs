//! Who is signed in to an application, and the end of it for one of them.
//!
//! **Invariant:** whoever loses an application loses everything that it got for them, and the application is told.

use super::{Registered, get};
use crate::app::{App, consents};
use crate::domain::id::{ClientId, SessionId, UserId};
use crate::domain::policy::{Action, Actor, Target, TargetUser};
use crate::domain::role::RoleModel;
use crate::domain::user::User;
use crate::domain::{Error, Flaw, Timestamp};
use crate::store::families;

/// So many authorizations are looked through when nobody says.
pub const SHOWN: u64 = 100;
/// So many at most.
pub const SHOWN_MAX: u64 = 500;

/// The people who are signed in to an application.
#[derive(Debug, Clone)]
pub struct People {
    /// Each session once, whoever came last first.
    pub people: Vec<SignedIn>,
    /// True where there are more than were looked through.
    pub has_more: bool,
}

/// Somebody who is signed in to an application.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who it is.
    pub user: User,
    /// In which session.
    pub session: SessionId,
    /// What the application may ask for.
    pub scopes: Vec<String>,
    /// Since when.
    pub began: Timestamp,
    /// Until when, at the latest.
    pub until: Timestamp,
}

/// Who is signed in to an application.
pub async fn signed_in(app: &App, actor: &Actor, id: ClientId, limit: u64) -> Result<People, Error> {
    let Registered { client, .. } = get(app, actor, id).await?;
    if !(1..=SHOWN_MAX).contains(&limit) {
        return Err(Error::invalid("limit", Flaw::NotBetween { from: 1, to: SHOWN_MAX }));
    }
    let mut found =
        families::living_at(app.store.reader(), (id, client.organisation()), app.now(), limit.saturating_add(1))
            .await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    let mut people: Vec<SignedIn> = Vec::new();
    for (family, user) in found {
        match people.iter_mut().find(|it| (it.user.id, it.session) == (user.id, family.session)) {
            Some(known) => {
                known.began = known.began.min(family.created_at);
                known.until = known.until.max(family.expires_at);
                let new = family.scopes.into_iter().filter(|it| !known.scopes.contains(it));
                known.scopes.extend(new.collect::<Vec<_>>());
            }
            None => people.push(SignedIn {
                user,
                session: family.session,
                scopes: family.scopes,
                began: family.created_at,
                until: family.expires_at,
            }),
        }
    }
    Ok(People { people, has_more })
}

/// Whether somebody could end it for this user.
pub fn may_end_access(actor: &Actor, model: &RoleModel, user: &User) -> bool {
    let action = Action::WithdrawConsent { client: String::new(), scopes: Vec::new() };
    let target = Target::User(TargetUser {
        org: user.org,
        id: user.id,
        label: user.user_name.clone(),
        // Whose roles stand in the way is asked when it is done.
        roles: Vec::new(),
        managed_by: user.managed_by,
    });
    actor.check(model, &action, &target).is_ok()
}

/// Ends what an application has of one user: each code and token is void at once.
pub async fn end_access(app: &App, actor: &Actor, id: ClientId, of: UserId) -> Result<(), Error> {
    get(app, actor, id).await?;
    consents::end(app, actor, of, id).await
}
