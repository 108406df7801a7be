//! Passkeys in a sign-in: alone, after the password, and made on the way or by one's own wish.
//!
//! **Invariant:** before somebody is known the question is the same for everybody, so no name can be told from it.
//! **Invariant:** a question belongs to its attempt, and so to the cookie of one browser; asking again or answering forgets it.
//! **Invariant:** an answer that is not accepted counts as a wrong password or code does, on the one budget of the user.

use super::attempt::{Attempt, ByPasskey, Proved, State};
use super::known::{self, Known, Where};
use super::password::{record_failure, spend};
use super::{Answer, Browser, Due, Finished, Page, Proof, Wanted, advance, code, due};
use crate::app::mail::Whence;
use crate::app::passkeys::{self, Made, NAME_MAX, PASSKEYS_MAX, UNNAMED, Verdict};
use crate::app::sign_in_tries::{Method, Place, SecondFactor};
use crate::app::throttle;
use crate::app::users::{self, Person};
use crate::app::{App, devices, sessions};
use crate::domain::complaint::{Complaint, Refusal};
use crate::domain::id::PasskeyId;
use crate::domain::policy::Action;
use crate::domain::secret::Secret;
use crate::domain::session::Session;
use crate::domain::signin::Step;
use crate::domain::text::check_name;
use crate::domain::user::{SignIn, User};
use crate::domain::{Conflict, Error, Flaw};
use crate::store::passkeys::StoredPasskey;
use crate::store::{organisations, users as user_rows};

/// What a browser is asked about passkeys on the page that is due, as JSON; `NotFound` where passkeys have no place.
pub async fn ask(app: &App, mut attempt: Attempt, browser: &Browser) -> Result<String, Error> {
    let (words, question) = if matches!(attempt.state.wanted, Wanted::Passkey(_)) {
        let (_, person) = owner(app, &attempt.state, browser)?;
        passkeys::ask_to_make(app, &person.user, &passkeys::of(app.store.reader(), &person.user).await?)?
    } else {
        attempt.state.hold_to(browser.live.as_ref().map(|(session, _)| session.id));
        let known = known::load(app, &attempt.state).await?;
        match (due(app, &attempt.state, known.as_ref(), browser), &known) {
            (Due::Step(Step::Identifier | Step::Password), _) => passkeys::ask_for_any(app)?,
            (Due::Step(Step::SecondFactor), Some(known)) if !known.passkeys.is_empty() => {
                passkeys::ask_for_one_of(app, &known.passkeys)?
            }
            (Due::Step(Step::Enrol), Some(known)) if known.may_make_passkeys(app) => {
                passkeys::ask_to_make(app, &known.person.user, &known.passkeys)?
            }
            _ => return Err(Error::NotFound("passkey")),
        }
    };
    attempt.state.question = Some(question);
    attempt.keep(app).await?;
    Ok(words.to_string())
}

/// The page on which somebody who is signed in adds a passkey.
pub(super) fn show(app: &App, attempt: &Attempt, browser: &Browser) -> Result<Page, Error> {
    owner(app, &attempt.state, browser)?;
    Ok(Page::Passkey { username: attempt.state.typed() })
}

/// A passkey in place of user name and password.
pub(super) async fn alone(
    app: &App,
    mut attempt: Attempt,
    sent: &str,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let answer = passkeys::Answer::read(sent)?;
    let address = spend(app, browser.ip).await?;
    let question = attempt.state.question.take();
    attempt.keep(app).await?;
    let user = named(app, &attempt.state, &answer).await?;
    let has = match &user {
        Some(user) => passkeys::of(app.store.reader(), user).await?,
        None => Vec::new(),
    };
    let stored = answer.among(has);
    let given = Given { question, answer, stored };
    let place = browser.place(&attempt.state);
    let Some((user, is_synced)) = verified(app, user, given, (Method::Passkey, &place), browser).await? else {
        return Ok(Some(again(Complaint::WrongPasskey)));
    };
    address.give_back(app).await?;
    attempt.state.passkey = Some(ByPasskey { proved: proved(app, &user), is_synced });
    advance(app, attempt, browser).await
}

/// A passkey after the password.
pub(super) async fn second(
    app: &App,
    mut attempt: Attempt,
    known: Known,
    sent: &str,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let answer = passkeys::Answer::read(sent)?;
    let address = spend(app, browser.ip).await?;
    let question = attempt.state.question.take();
    let stored = answer.among(known.passkeys);
    let given = Given { question, answer, stored };
    let place = browser.place(&attempt.state);
    let how = (known.first.method(), &place);
    let Some((user, is_synced)) = verified(app, Some(known.person.user), given, how, browser).await? else {
        return code::wrong(app, attempt, Refusal::new("passkey", Complaint::WrongPasskey)).await;
    };
    address.give_back(app).await?;
    attempt.state.passkey = Some(ByPasskey { proved: proved(app, &user), is_synced });
    attempt.state.failures = 0;
    advance(app, attempt, browser).await
}

/// A passkey as the second factor that is required, made on the way in.
pub(super) async fn enrol(
    app: &App,
    mut attempt: Attempt,
    known: Known,
    proof: &Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let user = &known.person.user;
    let own = browser.live.as_ref().filter(|(session, _)| session.user == user.id).map(|(session, _)| session);
    let is_synced = match add(app, &mut attempt, &known.person, proof, own, browser).await? {
        Ok((_, is_synced)) => is_synced,
        Err(again) => return Ok(Some(again)),
    };
    attempt.state.enrolling = None;
    attempt.state.passkey = Some(ByPasskey { proved: proved(app, user), is_synced });
    advance(app, attempt, browser).await
}

/// One more passkey of somebody who is signed in.
pub(super) async fn add_own(
    app: &App,
    mut attempt: Attempt,
    proof: &Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let (session, person) = owner(app, &attempt.state, browser)?;
    let token = match add(app, &mut attempt, person, proof, Some(session), browser).await? {
        Ok((token, _)) => token,
        Err(again) => return Ok(Some(again)),
    };
    attempt.end(app).await?;
    let onward = attempt.state.onward(app, person.user.id)?;
    let known = browser.device.as_deref();
    let session = match token {
        Some(session) => Some(super::Given { session, device: devices::remember(app, &person.user, known)? }),
        None => None,
    };
    Ok(Some(Answer::Done(Box::new(Finished { session, reply: None, onward }))))
}

/// Keeps the passkey that was made for the question of this attempt: every session but this one ends, and this one goes on
/// under the token that is answered, with whether the key is synced. The other answer is the page again.
async fn add(
    app: &App,
    attempt: &mut Attempt,
    person: &Person,
    proof: &Proof,
    session: Option<&Session>,
    browser: &Browser,
) -> Result<Result<(Option<Secret<String>>, bool), Answer>, Error> {
    let sent = proof.passkey.as_deref().ok_or_else(|| Error::invalid("passkey", Flaw::Missing))?;
    let question = attempt.state.question.take();
    attempt.keep(app).await?;
    let name = proof.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(UNNAMED);
    check_name("name", name, NAME_MAX)?;
    let Some(made) = passkeys::made(app, question, sent)? else {
        return Ok(Err(again(Complaint::PasskeyNotMade)));
    };
    match keep(app, person, (name, &made), session, browser.into()).await {
        Ok(token) => Ok(Ok((token, made.is_synced()))),
        Err(Error::Conflict(Conflict::Exists)) => Ok(Err(again(Complaint::PasskeyKnown))),
        Err(Error::Conflict(Conflict::TooMany)) => Ok(Err(again(Complaint::PasskeysFull))),
        Err(other) => Err(other),
    }
}

async fn keep(
    app: &App,
    person: &Person,
    (name, made): (&str, &Made),
    session: Option<&Session>,
    whence: Whence,
) -> Result<Option<Secret<String>>, Error> {
    let tx = app.begin(person.user.org).await?;
    let now = users::load(&tx, person.user.id).await?;
    if now.user.epoch != person.user.epoch {
        return Err(Error::Unauthenticated);
    }
    let id = PasskeyId::new();
    let action = Action::AddPasskey { passkey: id };
    let (tx, permit) = app.ask(tx, &now.actor(session), action, now.target()).await?;
    if passkeys::of(&*tx, &now.user).await?.len() >= PASSKEYS_MAX {
        return Err(Conflict::TooMany.into());
    }
    passkeys::add_in(app, &tx, &now.user, (id, name, made), whence).await?;
    sessions::end_all_in(&tx, &now.user, session.map(|it| it.id)).await?;
    let token = match session {
        Some(session) => Some(sessions::rotate_in(&tx, session, &now.user).await?),
        None => None,
    };
    tx.commit(permit).await?;
    Ok(token)
}

/// What was sent, with what it answers and the passkey it claims to be.
struct Given {
    question: Option<passkeys::Question>,
    answer: passkeys::Answer,
    stored: Option<StoredPasskey>,
}

/// Whose passkey it is, and whether that is synced; nobody when it is not accepted, which is counted and recorded.
async fn verified(
    app: &App,
    user: Option<User>,
    given: Given,
    (method, place): (Method, &Place),
    browser: &Browser,
) -> Result<Option<(User, bool)>, Error> {
    let Some(user) = user else {
        record_failure(app, None, "a passkey", "passkey").await?;
        return Ok(None);
    };
    let factor = (method != Method::Passkey).then_some(SecondFactor::Passkey);
    let tried = Some((method, factor, place));
    let Some(question) = given.question else {
        // Nothing is asked any more, so nothing is guessed: what comes again must not wear out the budget of the first.
        record_failure(app, Some((&user, tried)), "", "passkey").await?;
        return Ok(None);
    };
    let subject = devices::subject(app, &user, browser.device.as_deref())?;
    let Some(reservation) = throttle::reserve(app, subject).await? else {
        record_failure(app, Some((&user, tried)), "", "throttled").await?;
        return Ok(None);
    };
    let verdict = match &given.stored {
        Some(stored) => passkeys::check(app, user.org, (question, &given.answer), stored).await?,
        None => Verdict::Wrong,
    };
    let reason = match verdict {
        Verdict::Right { is_synced } => {
            // It is used up, and no guess, whatever the others that came at the same moment did.
            reservation.release(app).await?;
            return Ok(Some((user, is_synced)));
        }
        Verdict::Wrong => "passkey",
        Verdict::Copied => "copied passkey",
    };
    record_failure(app, Some((&user, tried)), "", reason).await?;
    Ok(None)
}

/// The person whom an answer names, where that person may sign in here and now.
async fn named(app: &App, state: &State, answer: &passkeys::Answer) -> Result<Option<User>, Error> {
    let db = app.store.reader();
    let Some(user) = (match answer.user() {
        Some(id) => user_rows::find_anywhere(db, id).await?,
        None => None,
    }) else {
        return Ok(None);
    };
    let is_in_place = match known::place(app, state).await? {
        Where::In(org) => org == user.org,
        Where::Anywhere => true,
        Where::Nowhere => false,
    };
    let is_meant = state.wanted.oneself().is_none_or(|it| it.user == user.id);
    let is_open = organisations::find(db, user.org).await?.is_some_and(|it| !it.is_suspended);
    let may = user.is_active() && user.sign_in == SignIn::Password;
    Ok(Some(user).filter(|_| is_in_place && is_meant && is_open && may))
}

/// The session and the person that an attempt to add a passkey was begun in, while both are as they were.
fn owner<'a>(app: &App, state: &State, browser: &'a Browser) -> Result<(&'a Session, &'a Person), Error> {
    let live = browser.live.as_ref().map(|(session, person)| (session, person));
    let is_same = |session: &Session, person: &Person| {
        let whose = state.wanted.oneself().map(|it| it.user);
        state.session == Some(session.id) && whose == Some(person.user.id) && session.is_proved_lately(app.now())
    };
    live.filter(|(session, person)| is_same(session, person)).ok_or(Error::Unauthenticated)
}

fn proved(app: &App, user: &User) -> Proved {
    Proved { org: user.org, user: user.id, epoch: user.epoch, at: app.now() }
}

const fn again(why: Complaint) -> Answer {
    Answer::Again(Refusal::new("passkey", why))
}
