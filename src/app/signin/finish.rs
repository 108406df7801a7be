//! The end of a sign-in: a session under a new token.
//!
//! **Invariant:** an attempt ends in one session at most: whoever ends or moves the attempt makes the session.
//! **Invariant:** a browser has one session: signing in again as the same person keeps its identity under a new token,
//! signing in as somebody else ends it.

use super::attempt::{ByPasskey, State, Vouched};
use super::known::{First, Known};
use super::{Answer, Attempt, Browser, Finished, Given};
use crate::app::authorize::{self, Visitor};
use crate::app::throttle;
use crate::app::users::Person;
use crate::app::{App, devices, policies, sessions};
use crate::domain::id::SessionId;
use crate::domain::organisation::SessionPolicy;
use crate::domain::secret::Secret;
use crate::domain::session::{Session, Upstream};
use crate::domain::{Error, Timestamp};
use crate::oidc::decide::Next;

const USER_AGENT_MAX: usize = 256;

pub(super) async fn finish(
    app: &App,
    mut attempt: Attempt,
    known: Known,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let Known { person, first, .. } = known;
    let proofs = Proofs::of(&first, second_factor(&attempt.state), app.now());
    let had = browser.live.as_ref().filter(|(_, other)| is_still(other, &person)).map(|(session, _)| session);
    let session =
        session((app.now(), policies::sessions_of(app, &person).await?), proofs, &person, had.map(|it| it.id), browser);
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
    let client = attempt.state.wanted.application().map(|it| it.name.as_str());
    let known = browser.device.as_deref();
    let is_stranger =
        had.is_none() && !matches!(first, First::Provider(_)) && !devices::is_familiar(app, &person.user, known);
    let token = keep(app, (&person, &session), (client, is_stranger), browser).await?;
    throttle::clear(app, devices::subject(app, &person.user, known)?).await?;
    let given = Given { session: token, device: devices::remember(app, &person.user, known)? };
    if let Some(next) = next_cookie {
        return Ok(Some(Answer::Next { cookie: next, session: Some(given) }));
    }
    let reply = match attempt.state.wanted.application() {
        Some(it) => Some(authorize::reply(app, &it.request, fresh(&session, &person)).await?),
        None => None,
    };
    let onward = attempt.state.onward(app, person.user.id)?;
    Ok(Some(Answer::Done(Box::new(Finished { session: Some(given), reply, onward }))))
}

const fn fresh<'a>(session: &'a Session, person: &'a Person) -> Visitor<'a> {
    Visitor { session, person, is_from_this_request: true, consented_now: false }
}

/// True when the session that the browser brought is of this person and nothing has voided it on the way.
fn is_still(other: &Person, person: &Person) -> bool {
    other.user.id == person.user.id && other.user.epoch == person.user.epoch
}

async fn asks_consent(app: &App, attempt: &Attempt, visitor: Visitor<'_>) -> Result<bool, Error> {
    match attempt.state.wanted.application() {
        Some(it) => Ok(authorize::next(app, &it.request, Some(visitor)).await? == Next::Consent),
        None => Ok(false),
    }
}

/// What was proved, and where.
struct Proofs {
    amr: Vec<String>,
    auth_time: Timestamp,
    upstream: Option<Upstream>,
}

impl Proofs {
    /// `second` are the words for the second factor that was proved here.
    fn of(first: &First, second: &[&str], now: Timestamp) -> Self {
        match first {
            First::Password(_) => {
                let amr = ["pwd"].iter().chain(second).map(|&it| it.to_owned()).collect();
                Self { amr, auth_time: now, upstream: None }
            }
            First::Passkey => {
                Self { amr: second.iter().map(|&it| it.to_owned()).collect(), auth_time: now, upstream: None }
            }
            First::Provider(vouched) => {
                let is_multi_factor = !second.is_empty() || vouched.is_multi_factor;
                let mut amr: Vec<String> = vouched.amr.iter().filter(|it| *it != "mfa").cloned().collect();
                let has_new_code = second.contains(&"otp") && !vouched.amr.iter().any(|it| it == "otp");
                amr.extend(has_new_code.then(|| "otp".to_owned()));
                amr.extend(is_multi_factor.then(|| "mfa".to_owned()));
                let auth_time = if second.is_empty() { vouched.auth_time } else { now };
                Self { amr, auth_time, upstream: Some(upstream(vouched)) }
            }
        }
    }
}

/// The words of RFC 8176 for the second factor that was proved. It has none for a recovery code; that there were two
/// factors is said all the same. A key that several devices share is no longer one of some hardware.
const fn second_factor(state: &State) -> &'static [&'static str] {
    match (state.passkey, state.totp_at) {
        (Some(ByPasskey { is_synced: true, .. }), _) => &["swk", "user", "mfa"],
        (Some(ByPasskey { is_synced: false, .. }), _) => &["hwk", "user", "mfa"],
        (None, Some(_)) if state.by_recovery_code => &["mfa"],
        (None, Some(_)) => &["otp", "mfa"],
        (None, None) => &[],
    }
}

fn upstream(vouched: &Vouched) -> Upstream {
    Upstream {
        connection: vouched.connection,
        issuer: vouched.issuer.clone(),
        sid: vouched.sid.clone(),
        ends_at: vouched.ends_at,
    }
}

fn session(
    (now, policy): (Timestamp, SessionPolicy),
    proofs: Proofs,
    person: &Person,
    had: Option<SessionId>,
    browser: &Browser,
) -> Session {
    let longest = now.after(policy.absolute());
    let ends_at = proofs.upstream.as_ref().and_then(|it| it.ends_at);
    let user_agent = browser.user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect();
    Session {
        id: had.unwrap_or_else(SessionId::new),
        org: person.user.org,
        user: person.user.id,
        amr: proofs.amr,
        auth_time: proofs.auth_time,
        created_at: now,
        last_seen_at: now,
        expires_at: ends_at.map_or(longest, |end| end.min(longest)),
        ip: browser.ip.to_string(),
        user_agent,
        device: None,
        upstream: proofs.upstream,
    }
}

async fn keep(
    app: &App,
    (person, session): (&Person, &Session),
    place: (Option<&str>, bool),
    browser: &Browser,
) -> Result<Secret<String>, Error> {
    if let Some((other, whose)) = browser.live.as_ref().filter(|(other, _)| other.id != session.id) {
        sessions::end(app, whose, other).await?;
    }
    sessions::begin(app, person, session, place).await
}
