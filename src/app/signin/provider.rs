//! The step at an identity provider: the browser is sent there, and comes back with an answer.
//!
//! **Invariant:** an answer counts once, in the browser that was sent, at the connection that asked: the state of the
//! question is kept as a hash in the attempt of that browser and taken out of it before the code is used.
//! **Invariant:** the domain of the typed name decides who goes to a provider, whether the name belongs to somebody or not.
//! Only a browser in which that very person has signed in before may be told more: there the provider of the user decides.
//! **Invariant:** the connection is read anew when the answer comes.
//! **Invariant:** a proof of who is signed in already counts only when it was given after it was asked for, by the same
//! person; it links nobody and makes nobody.

use std::net::IpAddr;
use std::time::Duration;

use super::again::Oneself;
use super::attempt::{Asked, Goes, State, Vouched};
use super::known::{Where, named, place};
use super::password::spend;
use super::{Answer, Attempt, Browser, Page, Provider, Wanted, advance, attempt};
use crate::app::federation::exchange::{self, Callback, Question};
use crate::app::federation::{self, Failure, Refusal, Refused, person, refusal};
use crate::app::throttle::{self, Rate, Subject};
use crate::app::{App, devices};
use crate::domain::connection::{Connection, Kind};
use crate::domain::id::{AttemptId, ConnectionId};
use crate::domain::routing::DomainName;
use crate::domain::secret::{Secret, TokenHash};
use crate::domain::sso_refusal::{Check, Reason};
use crate::domain::user::SignIn;
use crate::domain::{Error, Timestamp};
use crate::oidc::authorize::Prompt;
use crate::oidc::upstream::id_token::Said;
use crate::oidc::upstream::request::Wishes;
use crate::store::{connections, organisations};

/// How long somebody may stay at the provider.
const AWAY_MAX: Duration = Duration::from_mins(15);
/// How far the clock of a provider may be off.
const LEEWAY: Duration = Duration::from_mins(1);
const HINT_CHARACTERS_MAX: usize = 254;
/// Anybody may begin, and each refusal is recorded: so many from one address while a provider cannot be asked.
const REFUSED_STARTS: Rate = Rate { most: 60, per: Duration::from_mins(1) };

/// What the way to a provider leads to.
pub enum Asking {
    /// The browser is sent there.
    Sent {
        /// Where to.
        url: String,
        /// The new token of the attempt.
        cookie: Secret<String>,
    },
    /// Nobody is sent anywhere.
    Refused(Refused),
}

/// What an answer of a provider leads to.
pub enum Answered {
    /// The attempt goes on, or ends with a session.
    Taken {
        /// The attempt.
        id: AttemptId,
        /// What comes next.
        answer: Answer,
    },
    /// Nobody gets in.
    Refused {
        /// What the person sees.
        refused: Refused,
        /// The attempt that can be tried again, with its new token.
        again: Option<(AttemptId, Secret<String>)>,
    },
}

/// Sends the browser to the provider of a connection: within its attempt, or in a new one for the account page.
pub async fn ask_provider(
    app: &App,
    id: ConnectionId,
    under_way: Option<Attempt>,
    hint: Option<String>,
    ip: IpAddr,
) -> Result<Asking, Error> {
    let connection = federation::connection(app, id).await?;
    let under_way = under_way.filter(|it| may_be_asked(&it.state, id));
    let mut state = match &under_way {
        Some(attempt) => attempt.state.clone(),
        None => State::new(Wanted::Account),
    };
    let hint = hint.filter(|hint| hint.chars().count() <= HINT_CHARACTERS_MAX);
    let wishes = wishes(&state, connection.kind, hint);
    let question = match question(app, &connection, &wishes).await {
        Ok(question) => question,
        Err(Failure::Refused(refusal)) => {
            let address = Subject::address(app, "refused starts", ip)?;
            if let Some(retry_after) = throttle::count(app, address, REFUSED_STARTS).await? {
                return Err(Error::Throttled { retry_after });
            }
            return Ok(Asking::Refused(refusal::record(app, &connection, refusal).await?));
        }
        Err(Failure::Product(error)) => return Err(error),
    };
    state.forget_proofs();
    state.provider = Some(Goes { org: connection.org, connection: id });
    state.asked = Some(Asked {
        state: TokenHash::of(&question.state).bytes(),
        issuer: connection.settings.issuer.clone().unwrap_or_default(),
        at: app.now(),
        anew: wishes.anew,
        max_age_seconds: wishes.max_age_seconds,
    });
    let url = question.url.to_string();
    let moved = match under_way {
        Some(mut attempt) => {
            attempt.state = state.clone();
            attempt.step(app).await?
        }
        None => None,
    };
    let cookie = match moved {
        Some(cookie) => cookie,
        None => attempt::insert(app, state).await?.cookie,
    };
    Ok(Asking::Sent { url, cookie })
}

/// Refuses a sign-in that somebody begins in the name of another issuer than the one of the connection.
pub async fn check_issuer(app: &App, id: ConnectionId, issuer: &str) -> Result<(), Error> {
    let connection = federation::connection(app, id).await?;
    if connection.settings.issuer.as_deref() == Some(issuer) {
        return Ok(());
    }
    Err(Error::malformed("iss", "is not the issuer of this connection"))
}

/// Takes the answer of a provider with which the browser has come back.
pub async fn answer_provider(
    app: &App,
    id: ConnectionId,
    under_way: Option<Attempt>,
    callback: &Callback,
    browser: &Browser,
) -> Result<Answered, Error> {
    let connection = federation::connection(app, id).await?;
    let address = spend(app, browser.ip).await?;
    let taken = match under_way {
        Some(attempt) => take(app, attempt, &connection, callback).await?,
        None => Err(Refusal::because(Check::UnderWay, Reason::NotUnderWay)),
    };
    let (mut attempt, asked, cookie) = match taken {
        Ok(taken) => taken,
        Err(why) => return refuse(app, &connection, why, None).await,
    };
    let said = match vouch(app, &connection, callback, (&asked, attempt.state.wanted.oneself())).await {
        Ok(said) => said,
        Err(Failure::Refused(why)) => return refuse(app, &connection, why, Some((attempt.id, cookie))).await,
        Err(Failure::Product(error)) => return Err(error),
    };
    address.give_back(app).await?;
    let (vouched, user_name) = said;
    attempt.state.vouched = Some(vouched);
    attempt.state.typed = Some(user_name);
    let id = attempt.id;
    match advance(app, attempt, browser).await? {
        Some(answer) => Ok(Answered::Taken { id, answer }),
        None => {
            let why = Refusal::because(Check::UnderWay, Reason::MovedOn);
            refuse(app, &connection, why, None).await
        }
    }
}

/// Where somebody who typed this name signs in, if it is at a provider.
pub(super) async fn route(app: &App, state: &State, browser: &Browser) -> Result<Option<Goes>, Error> {
    if state.is_local {
        return Ok(None);
    }
    match of_user(app, state, browser).await? {
        Some(goes) => Ok(Some(goes)),
        None => of_domain(app, state).await,
    }
}

/// The provider of the user who is meant, for whom the browser knows already.
async fn of_user(app: &App, state: &State, browser: &Browser) -> Result<Option<Goes>, Error> {
    let Some(owner) = browser.device.as_deref().and_then(|it| devices::owner(app, it)) else { return Ok(None) };
    let (_, user) = named(app, state, browser.device.as_deref()).await?;
    let Some(user) = user.filter(|it| it.sign_in == SignIn::Sso && (it.org, it.id) == owner) else { return Ok(None) };
    let Some(id) = user.managed_by else { return Ok(None) };
    let connection = connections::find(app.store.reader(), user.org, id).await?;
    let takes_sign_ins = connection.is_some_and(|it| it.settings.sign_in().is_some());
    Ok(takes_sign_ins.then_some(Goes { org: user.org, connection: id }))
}

async fn of_domain(app: &App, state: &State) -> Result<Option<Goes>, Error> {
    let Some(domain) = state.typed.as_deref().and_then(DomainName::of_address) else { return Ok(None) };
    let org = match place(app, state).await? {
        Where::In(org) => Some(org),
        Where::Anywhere => None,
        Where::Nowhere => return Ok(None),
    };
    let found = connections::find_by_domain(app.store.reader(), org, &domain).await?;
    match found.as_slice() {
        [(org, connection)] => Ok(Some(Goes { org: *org, connection: *connection })),
        _ => Ok(None),
    }
}

/// The page that leads to the provider of an attempt; none when its connection is gone.
pub(super) async fn show(app: &App, attempt: &Attempt) -> Result<Option<Page>, Error> {
    let Some(goes) = attempt.state.provider else { return Ok(None) };
    let connection = connections::find(app.store.reader(), goes.org, goes.connection).await?;
    let username = attempt.state.typed();
    Ok(connection.map(|connection| Page::Provider { username, provider: link(attempt, &connection) }))
}

/// The providers that the first page and that of the password offer, whoever is meant: those of the organisation, where it
/// is clear which one that is.
pub(super) async fn offered(app: &App, attempt: &Attempt) -> Result<Vec<Provider>, Error> {
    let org = match place(app, &attempt.state).await? {
        _ if attempt.state.is_local => return Ok(Vec::new()),
        Where::In(org) => org,
        Where::Nowhere => return Ok(Vec::new()),
        Where::Anywhere => match organisations::list(app.store.reader()).await?.as_slice() {
            [only] => only.id,
            _ => return Ok(Vec::new()),
        },
    };
    let all = federation::offered(app, org).await?;
    Ok(all.iter().map(|connection| link(attempt, connection)).collect())
}

/// Who must prove again who they are does so at the provider they came from, and at no other.
fn may_be_asked(state: &State, at: ConnectionId) -> bool {
    match state.wanted {
        Wanted::Account | Wanted::Application(_) => true,
        Wanted::Proof(_) => state.provider.is_some_and(|goes| goes.connection == at),
        Wanted::NewPassword(_) | Wanted::Authenticator(_) | Wanted::Passkey(_) | Wanted::Invitation(_) => false,
    }
}

fn link(attempt: &Attempt, connection: &Connection) -> Provider {
    let url = format!("/sso/{}/start?attempt={}", connection.id, attempt.id);
    Provider { name: connection.name.clone(), url }
}

fn wishes(state: &State, kind: Kind, hint: Option<String>) -> Wishes {
    let request = state.wanted.application().map(|it| &it.request);
    let login_hint = state.typed.clone().or(hint).or_else(|| request.and_then(|it| it.login_hint.clone()));
    let domain = login_hint.as_deref().and_then(DomainName::of_address);
    let is_proof = state.wanted.oneself().is_some();
    let max_age_seconds = request.and_then(|it| it.max_age_seconds).or_else(|| is_proof.then_some(0));
    Wishes {
        domain_hint: domain.filter(|_| kind == Kind::Entra).map(|it| it.to_string()),
        login_hint,
        anew: max_age_seconds == Some(0) || request.is_some_and(|it| it.prompt.contains(&Prompt::Login)),
        max_age_seconds,
    }
}

async fn question(app: &App, connection: &Connection, wishes: &Wishes) -> Result<Question, Failure> {
    check_usable(app, connection).await?;
    exchange::ask(app, connection, wishes).await
}

async fn check_usable(app: &App, connection: &Connection) -> Result<(), Failure> {
    let (organisation, _) = app.store.organisation(connection.org).await?;
    Ok(person::check_usable(connection, &organisation)?)
}

/// Takes the question out of the attempt, which gets a new token: whoever comes second finds nothing.
async fn take(
    app: &App,
    mut attempt: Attempt,
    connection: &Connection,
    callback: &Callback,
) -> Result<Result<(Attempt, Asked, Secret<String>), Refusal>, Error> {
    let no = |why| Ok(Err(Refusal::because(Check::UnderWay, why)));
    let goes_here = attempt.state.provider.is_some_and(|it| it.connection == connection.id);
    let Some(asked) = attempt.state.asked.take().filter(|_| goes_here) else {
        return no(Reason::NotAsked);
    };
    let expected = TokenHash::from_stored(&asked.state);
    let is_ours = expected.is_some_and(|it| callback.state.as_deref().is_some_and(|s| it.matches(&TokenHash::of(s))));
    if !is_ours {
        return no(Reason::OtherState);
    }
    if app.now().since(asked.at) >= AWAY_MAX {
        return no(Reason::TooLate);
    }
    match attempt.turn(app).await? {
        Some(cookie) => Ok(Ok((attempt, asked, cookie))),
        None => no(Reason::Twice),
    }
}

/// What the provider says of the person, and the user name of the user whom it means.
async fn vouch(
    app: &App,
    connection: &Connection,
    callback: &Callback,
    (asked, oneself): (&Asked, Option<&Oneself>),
) -> Result<(Vouched, String), Failure> {
    check_usable(app, connection).await?;
    if connection.settings.issuer.as_deref() != Some(asked.issuer.as_str()) {
        return Err(Refusal::because(Check::Open, Reason::ConnectionChanged).into());
    }
    let state = callback.state.as_deref().unwrap_or_default();
    let said = exchange::answer(app, connection, state, callback).await?;
    let vouched = weigh(app, connection, &said, (asked, oneself)).await;
    vouched.map_err(|failure| failure.about(&said))
}

/// Whether what the provider says is new enough, and whom it means.
async fn weigh(
    app: &App,
    connection: &Connection,
    said: &Said,
    (asked, oneself): (&Asked, Option<&Oneself>),
) -> Result<(Vouched, String), Failure> {
    let now = app.now();
    let ends_at = said.session_expiry.map(moment);
    if ends_at.is_some_and(|end| end <= now) {
        return Err(Refusal::because(Check::Fresh, Reason::SessionEnded).into());
    }
    let auth_time = proved_at(said, asked, now)?;
    let person = match oneself {
        Some(oneself) => person::recognise(app, connection, said, oneself.user).await?,
        None => person::admit(app, connection, said).await?,
    };
    let user = person.user;
    let vouched = Vouched {
        org: user.org,
        user: user.id,
        epoch: user.epoch,
        at: now,
        connection: connection.id,
        issuer: asked.issuer.clone(),
        sid: said.sid.clone(),
        amr: said.amr.clone(),
        is_multi_factor: connection.settings.proves_two(&said.amr, &said.acr),
        auth_time,
        ends_at,
    };
    Ok((vouched, user.user_name))
}

/// When the person proved who they are; refused when a newer proof is wanted. A provider that says nothing has
/// signed the person in now, as far as anybody knows.
fn proved_at(said: &Said, asked: &Asked, now: Timestamp) -> Result<Timestamp, Refusal> {
    let at = said.auth_time.map(|seconds| moment(seconds).min(now));
    let earliest = match (asked.anew, asked.max_age_seconds) {
        (true, _) => Some(asked.at),
        (false, Some(seconds)) => Some(now.before(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))),
        (false, None) => None,
    };
    match (at, earliest) {
        (Some(at), Some(earliest)) if at < earliest.before(LEEWAY) => {
            Err(Refusal::because(Check::Fresh, Reason::ProofTooOld))
        }
        (None, Some(_)) if asked.max_age_seconds.is_some() => Err(Refusal::because(Check::Fresh, Reason::NoAuthTime)),
        (Some(at), _) => Ok(at),
        (None, _) => Ok(now),
    }
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}

async fn refuse(
    app: &App,
    connection: &Connection,
    why: Refusal,
    again: Option<(AttemptId, Secret<String>)>,
) -> Result<Answered, Error> {
    let refused = refusal::record(app, connection, why).await?;
    Ok(Answered::Refused { refused, again })
}
