//! The second step: a code of the enrolled authenticator.
//!
//! **Invariant:** a code counts once: its time step must be later than every step used before, in one statement.
//! **Invariant:** guesses at codes and at passwords share one count per user.

use super::known::Known;
use super::password::{record_failure, spend};
use super::{Answer, Attempt, Browser, Proof, advance};
use crate::app::App;
use crate::app::throttle::{self, Subject};
use crate::app::totp::{self, SixDigits};
use crate::domain::Error;

/// So many wrong codes end an attempt.
pub(super) const FAILURES_MAX: u32 = 5;
const WRONG: &str = "This code is not right, or it was used before. Wait for the next one and try again.";
const STARTED_AGAIN: &str = "There were too many wrong codes. Start again.";

pub(super) async fn check(
    app: &App,
    mut attempt: Attempt,
    known: Known,
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let typed = proof.code.ok_or_else(|| Error::invalid("code", "is missing"))?;
    let address = spend(app, browser).await?;
    let user = &known.person.user;
    let Some(reservation) = throttle::reserve(app, Subject::user(app, user.id)?).await? else {
        record_failure(app, Some(user), "", "throttled").await?;
        return Ok(Some(Answer::Again { field: "code", text: WRONG.to_owned() }));
    };
    if !is_right(app, &known, &typed).await? {
        record_failure(app, Some(user), "", "totp").await?;
        return wrong(app, attempt, WRONG).await;
    }
    // The code is used up whatever the others that came at the same moment did.
    reservation.release(app).await?;
    throttle::uncount(app, address).await?;
    attempt.state.totp_at = Some(app.now());
    attempt.state.failures = 0;
    advance(app, attempt, browser).await
}

async fn is_right(app: &App, known: &Known, typed: &str) -> Result<bool, Error> {
    let (Some(factor), Some(code)) = (&known.totp, SixDigits::read(typed)) else {
        return Ok(false);
    };
    match totp::open(app, factor)?.step_of(&code, app.now())? {
        Some(step) => app.store.use_totp_step(known.person.user.org, factor.id, step).await,
        None => Ok(false),
    }
}

/// Counts a wrong code of this attempt; one too many takes back what was proved in it.
pub(super) async fn wrong(app: &App, mut attempt: Attempt, text: &str) -> Result<Option<Answer>, Error> {
    attempt.state.failures = attempt.state.failures.saturating_add(1);
    if attempt.state.failures >= FAILURES_MAX {
        attempt.state.restart(Some(STARTED_AGAIN));
        return super::next(app, attempt).await;
    }
    attempt.keep(app).await?;
    Ok(Some(Answer::Again { field: "code", text: text.to_owned() }))
}
