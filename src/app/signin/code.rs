//! The second step: a code of the enrolled authenticator, or a recovery code in its place.
//!
//! **Invariant:** a code counts once: its time step must be later than every step used before, and a recovery code is used
//! up, each in one statement.
//! **Invariant:** guesses at codes, at recovery codes and at passwords share one count per user, or per user and browser
//! where the user has signed in there before.

use super::known::Known;
use super::password::{record_failure, spend};
use super::{Answer, Attempt, Browser, Proof, advance};
use crate::app::sign_in_tries::SecondFactor;
use crate::app::throttle;
use crate::app::totp::{self, SixDigits};
use crate::app::{App, devices, recovery};
use crate::domain::complaint::{Complaint, Refusal};
use crate::domain::{Error, Flaw};

/// So many wrong codes end an attempt.
pub(super) const FAILURES_MAX: u32 = 5;
/// What was sent as the second proof.
enum Given {
    Code(String),
    Recovery(String),
}

impl Given {
    fn of(proof: Proof) -> Result<Self, Error> {
        match (proof.code, proof.recovery_code) {
            (Some(code), _) => Ok(Self::Code(code)),
            (None, Some(code)) => Ok(Self::Recovery(code)),
            (None, None) => Err(Error::invalid("code", Flaw::Missing)),
        }
    }

    /// Why it failed, for the record.
    const fn reason(&self) -> &'static str {
        match self {
            Self::Code(_) => "totp",
            Self::Recovery(_) => "recovery_code",
        }
    }

    const fn factor(&self) -> SecondFactor {
        match self {
            Self::Code(_) => SecondFactor::Totp,
            Self::Recovery(_) => SecondFactor::RecoveryCode,
        }
    }

    const fn refusal(&self) -> Refusal {
        match self {
            Self::Code(_) => Refusal::new("code", Complaint::WrongCode),
            Self::Recovery(_) => Refusal::new("recovery_code", Complaint::WrongRecoveryCode),
        }
    }

    async fn is_right(&self, app: &App, known: &Known, browser: &Browser) -> Result<bool, Error> {
        match self {
            Self::Code(typed) => is_code(app, known, typed).await,
            Self::Recovery(typed) => recovery::redeem(app, &known.person.user, typed, browser.into()).await,
        }
    }
}

pub(super) async fn check(
    app: &App,
    mut attempt: Attempt,
    known: Known,
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let given = Given::of(proof)?;
    let address = spend(app, browser.ip).await?;
    let user = &known.person.user;
    let place = browser.place(&attempt.state);
    let tried = (known.first.method(), Some(given.factor()), &place);
    let Some(reservation) = throttle::reserve(app, devices::subject(app, user, browser.device.as_deref())?).await?
    else {
        record_failure(app, Some((user, Some(tried))), "", "throttled").await?;
        return wrong(app, attempt, given.refusal()).await;
    };
    if !given.is_right(app, &known, browser).await? {
        record_failure(app, Some((user, Some(tried))), "", given.reason()).await?;
        return wrong(app, attempt, given.refusal()).await;
    }
    // The code is used up whatever the others that came at the same moment did.
    reservation.release(app).await?;
    address.give_back(app).await?;
    attempt.state.totp_at = Some(app.now());
    attempt.state.by_recovery_code = matches!(given, Given::Recovery(_));
    attempt.state.failures = 0;
    advance(app, attempt, browser).await
}

async fn is_code(app: &App, known: &Known, typed: &str) -> Result<bool, Error> {
    let (Some(factor), Some(code)) = (&known.totp, SixDigits::read(typed)) else {
        return Ok(false);
    };
    match totp::open(app, factor)?.step_of(&code, app.now())? {
        Some(step) => app.store.use_totp_step(known.person.user.org, factor.id, step).await,
        None => Ok(false),
    }
}

/// Counts a wrong code of this attempt; one too many takes back what was proved in it.
pub(super) async fn wrong(app: &App, mut attempt: Attempt, refusal: Refusal) -> Result<Option<Answer>, Error> {
    attempt.state.failures = attempt.state.failures.saturating_add(1);
    if attempt.state.failures >= FAILURES_MAX {
        attempt.state.restart(true);
        return super::next(app, attempt).await;
    }
    attempt.keep(app).await?;
    Ok(Some(Answer::Again(refusal)))
}
