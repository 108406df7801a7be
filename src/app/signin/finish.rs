//! The end of a sign-in: a session under a new token.
//!
//! **Invariant:** an attempt ends in one session at most: whoever ends or moves the attempt makes the session.
//! **Invariant:** a browser has one session: signing in again as the same person keeps its identity under a new token,
//! signing in as somebody else ends it.

use super::known::Known;
use super::{Answer, Attempt, Browser, Finished, Wanted};
use crate::app::authorize::{self, Visitor};
use crate::app::throttle::{self, Subject};
use crate::app::users::Person;
use crate::app::{App, sessions};
use crate::domain::Error;
use crate::domain::id::SessionId;
use crate::domain::organisation::SESSION_ABSOLUTE;
use crate::domain::secret::Secret;
use crate::domain::session::Session;
use crate::oidc::decide::Next;

const USER_AGENT_MAX: usize = 256;

pub(super) async fn finish(
    app: &App,
    mut attempt: Attempt,
    known: Known,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let person = known.person;
    let had = browser.live.as_ref().filter(|(_, other)| is_still(other, &person)).map(|(session, _)| session);
    let session = session(app, &attempt, &person, had.map(|it| it.id), browser);
    let next_cookie = if asks_consent(app, &attempt, fresh(&session, &person)).await? {
        attempt.state.session = Some(session.id);
        attempt.state.is_fresh = true;
        match attempt.step(app).await? {
            Some(cookie) => Some(cookie),
            None => return Ok(None),
        }
    } else if attempt.end(app).await? {
        None
    } else {
        return Ok(None);
    };
    let cookie = keep(app, &person, &session, browser).await?;
    throttle::clear(app, Subject::user(app, person.user.id)?).await?;
    if let Some(next) = next_cookie {
        return Ok(Some(Answer::Next { cookie: next, session: Some(cookie) }));
    }
    let reply = match &attempt.state.wanted {
        Wanted::Application(it) => Some(authorize::reply(app, &it.request, fresh(&session, &person)).await?),
        Wanted::Account | Wanted::NewPassword(_) | Wanted::Proof(_) | Wanted::Authenticator(_) => None,
    };
    let back = attempt.state.wanted.oneself().map(|it| it.back.clone());
    Ok(Some(Answer::Done(Box::new(Finished { session: Some(cookie), reply, back }))))
}

const fn fresh<'a>(session: &'a Session, person: &'a Person) -> Visitor<'a> {
    Visitor { session, person, is_from_this_request: true, consented_now: false }
}

/// True when the session that the browser brought is of this person and nothing has voided it on the way.
fn is_still(other: &Person, person: &Person) -> bool {
    other.user.id == person.user.id && other.user.epoch == person.user.epoch
}

async fn asks_consent(app: &App, attempt: &Attempt, visitor: Visitor<'_>) -> Result<bool, Error> {
    match &attempt.state.wanted {
        Wanted::Application(it) => Ok(authorize::next(app, &it.request, Some(visitor)).await? == Next::Consent),
        Wanted::Account | Wanted::NewPassword(_) | Wanted::Proof(_) | Wanted::Authenticator(_) => Ok(false),
    }
}

fn session(app: &App, attempt: &Attempt, person: &Person, had: Option<SessionId>, browser: &Browser) -> Session {
    let now = app.now();
    // RFC 8176 has no word for a recovery code; that there were two factors is said all the same.
    let methods: &[&str] = match attempt.state.totp_at {
        Some(_) if attempt.state.by_recovery_code => &["pwd", "mfa"],
        Some(_) => &["pwd", "otp", "mfa"],
        None => &["pwd"],
    };
    let user_agent = browser.user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect();
    Session {
        id: had.unwrap_or_else(SessionId::new),
        org: person.user.org,
        user: person.user.id,
        amr: methods.iter().map(|&it| it.to_owned()).collect(),
        auth_time: now,
        created_at: now,
        last_seen_at: now,
        expires_at: now.after(SESSION_ABSOLUTE),
        ip: browser.ip.to_string(),
        user_agent,
    }
}

async fn keep(app: &App, person: &Person, session: &Session, browser: &Browser) -> Result<Secret<String>, Error> {
    if let Some((other, whose)) = browser.live.as_ref().filter(|(other, _)| other.id != session.id) {
        sessions::end(app, whose, other).await?;
    }
    sessions::begin(app, person, session).await
}
