//! Signed-in browsers: who is behind a cookie, and the end of a session.
//!
//! **Invariant:** a session counts only while its user, its organisation and both epochs agree with it, asked of the
//! database on every use; nothing is remembered between two requests.
//! **Invariant:** how long a session lives is asked of the policy in force at each use.

use std::time::Duration;

use crate::app::mail::{self, Letter};
use crate::app::users::{self, Person};
use crate::app::{App, break_glass, logout, policies, sign_in_tries};
use crate::domain::client::Family;
use crate::domain::id::{SessionId, UserId};
use crate::domain::policy::{Action, Actor, Permit};
use crate::domain::role::RoleModel;
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};
use crate::store::{self, Tx, families, sessions};

/// So many sessions one person may have; beyond, the oldest ends.
const SESSIONS_MAX: usize = 20;

/// How exactly the last use of a session is known.
const SEEN_EVERY: Duration = Duration::from_mins(1);

/// The live session of a cookie, with the person behind it.
pub async fn find(app: &App, token: &str) -> Result<Option<(Session, Person)>, Error> {
    if !token.starts_with(TokenKind::Session.prefix()) {
        return Ok(None);
    }
    let (hash, now) = (TokenHash::of(token), app.now());
    let Some((session, user)) = sessions::find_live(app.store.reader(), &hash, now).await? else {
        return Ok(None);
    };
    let person = users::person(app, user).await?;
    if !policies::sessions_of(app, &person).await?.keeps(&session, now) {
        return Ok(None);
    }
    if now.since(session.last_seen_at) >= SEEN_EVERY {
        app.store.session_seen(&session, now).await?;
        app.store.user_seen(session.org, session.user, now).await?;
    }
    Ok(Some((session, person)))
}

/// Begins a session, for an application where it was one that asked, or goes on with one of the same identity, under a new
/// token; answers the token. Somebody who has signed in before is written to when the browser is a stranger.
pub async fn begin(
    app: &App,
    person: &Person,
    session: &Session,
    (client, is_stranger): (Option<&str>, bool),
) -> Result<Secret<String>, Error> {
    let token = TokenKind::Session.generate();
    let hash = TokenHash::of(token.reveal());
    let tx = app.begin_shared(person.user.org).await?;
    let actor = person.actor(Some(session));
    let signed_in = Action::SignIn { amr: session.amr.clone() };
    let (tx, permit) = app.ask(tx, &actor, signed_in, person.target()).await?;
    let mut permits = vec![permit];
    let (tx, made_room) = make_room(app, tx, &actor, person, session.id).await?;
    permits.extend(made_room);
    let (tx, used) = break_glass::used(app, tx, (&actor, person, session)).await?;
    permits.extend(used);
    if !sessions::renew(&tx, session, &hash, &person.user).await? {
        sessions::insert(&tx, session, &hash, &person.user).await?;
    }
    if is_stranger && store::sign_in_tries::has_succeeded(&*tx, session.org, session.user).await? {
        mail::queue(app, &tx, &person.user, new_sign_in(session)).await?;
    }
    sign_in_tries::succeeded(&tx, session, client).await?;
    let now = tx.now;
    tx.commit_all(permits).await?;
    app.metrics.signed_in();
    app.store.user_seen(session.org, session.user, now).await?;
    Ok(token)
}

fn new_sign_in(session: &Session) -> Letter {
    Letter::NewSignIn { user_agent: session.user_agent.clone(), address: session.ip.clone(), at: session.created_at }
}

/// Ends a session, with everything that applications got in it; answers what the browser is to load to tell them.
pub async fn end(app: &App, person: &Person, session: &Session) -> Result<Vec<String>, Error> {
    let tx = app.begin_shared(session.org).await?;
    let (tx, permit) = app.ask(tx, &person.actor(Some(session)), Action::SignOut, person.target()).await?;
    let ended = end_in(&tx, session.id).await?;
    let visits = logout::visits(app, &tx, &ended).await?;
    tx.commit(permit).await?;
    Ok(visits)
}

/// The other live sessions of somebody, newest first.
pub async fn others(app: &App, person: &Person, session: &Session) -> Result<Vec<Session>, Error> {
    let mut mine = live(app, person).await?;
    mine.retain(|it| it.id != session.id);
    Ok(mine)
}

/// The live sessions of a user, newest first; somebody who is shut out has none.
pub async fn live(app: &App, of: &Person) -> Result<Vec<Session>, Error> {
    if !of.user.is_active() {
        return Ok(Vec::new());
    }
    let (now, policy) = (app.now(), policies::sessions_of(app, of).await?);
    let mut mine = sessions::list(app.store.reader(), of.user.org, of.user.id).await?;
    // What a device has is used without it, so that it lasts as long as it can.
    mine.retain(|it| policy.keeps(it, now) || it.device.is_some() && it.expires_at > now);
    Ok(mine)
}

/// The same for whoever may see where a user is signed in.
pub async fn of_user(app: &App, actor: &Actor, id: UserId) -> Result<Vec<Session>, Error> {
    let person = users::show(app, actor, id).await?;
    let (_, model) = app.store.organisation(person.user.org).await?;
    may_see(actor, &model)?;
    live(app, &person).await
}

/// Whether somebody may see where others are signed in: whoever ends sessions, and whoever reads what was done.
pub fn may_see(actor: &Actor, model: &RoleModel) -> Result<(), Error> {
    actor.may(model, "users.sessions:revoke").or_else(|_| actor.may(model, "users.activity:read"))
}

/// Ends a session of the person who asks.
pub async fn end_own(app: &App, actor: &Actor, person: &Person, id: SessionId) -> Result<(), Error> {
    let tx = app.begin_shared(person.user.org).await?;
    let (tx, permit) = app.ask(tx, actor, Action::RevokeSessions, person.target()).await?;
    if !sessions::list(&*tx, person.user.org, person.user.id).await?.iter().any(|it| it.id == id) {
        return Err(Error::NotFound("session"));
    }
    end_in(&tx, id).await?;
    tx.commit(permit).await
}

/// Ends every session of the person who asks but the one it is asked in, where it is asked in one.
pub async fn end_others(app: &App, actor: &Actor, person: &Person, keep: Option<SessionId>) -> Result<(), Error> {
    let tx = app.begin_shared(person.user.org).await?;
    let (tx, permit) = app.ask(tx, actor, Action::RevokeSessions, person.target()).await?;
    end_all_in(&tx, &person.user, keep).await?;
    tx.commit(permit).await
}

/// Ends every session of a user, but one to keep, inside a unit that changes more; the caller has asked for the permit.
pub(crate) async fn end_all_in(tx: &Tx, user: &User, keep: Option<SessionId>) -> Result<(), Error> {
    for session in sessions::list(&**tx, user.org, user.id).await?.iter().filter(|it| Some(it.id) != keep) {
        sessions::delete(tx, session.id).await?;
    }
    // What an application got may live longer than the session in which it got it.
    let ended = families::revoke_of_user_but(tx, user.id, keep).await?;
    logout::notify(tx, &ended).await
}

/// Refuses a unit for a session that has ended since it was asked for.
pub(crate) async fn is_live_in(tx: &Tx, user: &User, id: SessionId) -> Result<(), Error> {
    let is_live = sessions::list(&**tx, user.org, user.id).await?.iter().any(|it| it.id == id);
    if is_live { Ok(()) } else { Err(Error::Unauthenticated) }
}

/// Gives a session another token inside a unit that changes more: the earlier one is dead.
pub(crate) async fn rotate_in(tx: &Tx, session: &Session, user: &User) -> Result<Secret<String>, Error> {
    let token = TokenKind::Session.generate();
    let is_live = sessions::renew(tx, session, &TokenHash::of(token.reveal()), user).await?;
    if is_live { Ok(token) } else { Err(Error::Unauthenticated) }
}

/// Begins the session of a device that was let in with another browser, inside a unit that does that: no browser has its token,
/// and it is over when that of the provider is, but not when the other browser signs out.
pub(super) async fn begin_for_device_in(
    tx: &Tx,
    user: &User,
    let_in_by: &Session,
    (application, ends_at): (&str, Timestamp),
) -> Result<Session, Error> {
    let session = Session {
        id: SessionId::new(),
        created_at: tx.now,
        last_seen_at: tx.now,
        expires_at: ends_at,
        device: Some(application.to_owned()),
        ..let_in_by.clone()
    };
    let token = TokenKind::Session.generate();
    sessions::insert(tx, &session, &TokenHash::of(token.reveal()), user).await?;
    Ok(session)
}

/// The same inside a unit that changes more; the caller has asked for the permit. Answers what applications got in it.
pub(super) async fn end_in(tx: &Tx, id: SessionId) -> Result<Vec<Family>, Error> {
    sessions::delete(tx, id).await?;
    let ended = families::revoke_of_session(tx, id).await?;
    logout::notify(tx, &ended).await?;
    Ok(ended)
}

/// Ends the oldest sessions of somebody who has too many.
async fn make_room(
    app: &App,
    tx: Tx,
    actor: &Actor,
    person: &Person,
    new: SessionId,
) -> Result<(Tx, Option<Permit>), Error> {
    let mut all = sessions::list(&*tx, person.user.org, person.user.id).await?;
    all.retain(|it| it.id != new && it.device.is_none());
    let too_many: Vec<SessionId> = all.iter().skip(SESSIONS_MAX - 1).map(|it| it.id).collect();
    if too_many.is_empty() {
        return Ok((tx, None));
    }
    let (tx, permit) = app.ask(tx, actor, Action::RevokeSessions, person.target()).await?;
    for id in too_many {
        end_in(&tx, id).await?;
    }
    Ok((tx, Some(permit)))
}
