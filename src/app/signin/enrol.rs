//! Enrolling an authenticator on the way in.
//!
//! **Invariant:** the seed is made here, sealed into the attempt, shown on its page alone and forgotten after ten minutes;
//! nothing that a browser sends becomes a seed.
//! **Invariant:** whoever enrols has proved the password in this attempt, and every other session of that person ends.

use std::time::Duration;

use super::attempt::Enrolling;
use super::known::Known;
use super::{Answer, Attempt, Browser, Page, Proof, advance, code, next};
use crate::app::totp::{self, Seed, SixDigits};
use crate::app::{App, users};
use crate::domain::policy::Action;
use crate::domain::{Conflict, Error};
use crate::store::sessions;

const PENDING: Duration = Duration::from_mins(10);
const WRONG: &str =
    "This code is not right. Check that the phone shows this account, wait for the next code and try again.";
const TOO_LATE: &str = "This took too long, so the key is a new one. Scan the picture again.";

/// The page, with a seed that is made when there is none.
pub(super) async fn show(app: &App, attempt: &mut Attempt, known: &Known) -> Result<Page, Error> {
    let seed = match pending(app, attempt)? {
        Some(seed) => seed,
        None => make(app, attempt).await?,
    };
    let username = attempt.state.typed();
    Ok(Page::Enrol { address: seed.address(&known.organisation.name, &username)?, key: seed.base32(), username })
}

pub(super) async fn confirm(
    app: &App,
    mut attempt: Attempt,
    known: Known,
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let typed = proof.code.ok_or_else(|| Error::invalid("code", "is missing"))?;
    let Some(seed) = pending(app, &attempt)? else {
        make(app, &mut attempt).await?;
        return Ok(Some(Answer::Again { field: "code", text: TOO_LATE.to_owned() }));
    };
    let step = match SixDigits::read(&typed) {
        Some(digits) => seed.step_of(&digits, app.now())?,
        None => None,
    };
    let Some(step) = step else {
        return code::wrong(app, attempt, WRONG).await;
    };
    attempt.state.enrolling = None;
    match enrol(app, &known, &seed, step).await {
        Ok(()) => {
            attempt.state.totp_at = Some(app.now());
            attempt.state.failures = 0;
            advance(app, attempt, browser).await
        }
        // Another browser was faster: its authenticator is asked for now.
        Err(Error::Conflict(Conflict::Exists)) => next(app, attempt).await,
        Err(other) => Err(other),
    }
}

async fn enrol(app: &App, known: &Known, seed: &Seed, step: i64) -> Result<(), Error> {
    let user = &known.person.user;
    let tx = app.begin(user.org).await?;
    let person = users::load(&tx, user.id).await?;
    if person.user.epoch != user.epoch {
        return Err(Error::Unauthenticated);
    }
    let action = Action::EnrolMfa { method: "totp" };
    let (tx, permit) = app.ask(tx, &person.actor(None), action, person.target()).await?;
    totp::enrol_in(app, &tx, user.id, seed, step).await?;
    sessions::delete_of_user(&tx, user.id, None).await?;
    tx.commit(permit).await
}

fn pending(app: &App, attempt: &Attempt) -> Result<Option<Seed>, Error> {
    match &attempt.state.enrolling {
        Some(it) if app.now().since(it.made_at) < PENDING => Seed::unseal(app, &place(attempt), &it.sealed).map(Some),
        Some(_) | None => Ok(None),
    }
}

async fn make(app: &App, attempt: &mut Attempt) -> Result<Seed, Error> {
    let seed = Seed::generate();
    let sealed = seed.seal(app, &place(attempt))?;
    attempt.state.enrolling = Some(Enrolling { sealed, made_at: app.now() });
    attempt.keep(app).await?;
    Ok(seed)
}

fn place(attempt: &Attempt) -> String {
    format!("attempts.state.{}", attempt.id)
}
