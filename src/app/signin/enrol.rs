//! Enrolling an authenticator, on the way in or by one's own wish: the picture, the code, the recovery codes, and then it
//! is active.
//!
//! **Invariant:** the seed is made here, sealed into the attempt, shown on its page alone and forgotten after ten minutes;
//! nothing that a browser sends becomes a seed.
//! **Invariant:** nothing is enrolled before a code was right and the recovery codes were shown; both begin to count in one
//! unit of work.
//! **Invariant:** whoever enrols has proved the password in this attempt, and every other session of that person ends.

use super::attempt::{Confirmed, Enrolling};
use super::known::Known;
use super::{Answer, Attempt, Browser, Enrolment, Page, Proof, Wanted, advance, code, next};
use crate::app::totp::{SHOWN_FOR, Seed, SixDigits};
use crate::app::{App, credentials, recovery};
use crate::domain::complaint::{Complaint, Refusal};
use crate::domain::grace::days_left;
use crate::domain::recovery::RecoveryCode;
use crate::domain::secret::Secret;
use crate::domain::signin::may_skip_enrolment;
use crate::domain::{Conflict, Error, Flaw};

/// The page: the recovery codes once a code was right, before that the picture of a seed, made when there is none.
pub(super) async fn show(app: &App, attempt: &mut Attempt, known: &Known) -> Result<Page, Error> {
    let username = attempt.state.typed();
    if let Some((_, confirmed)) = confirmed(app, attempt)? {
        return Ok(Page::RecoveryCodes { username, codes: open_codes(app, attempt, &confirmed)? });
    }
    let seed = match pending(app, attempt)? {
        Some(seed) => seed,
        None => make(app, attempt).await?,
    };
    let is_required = !matches!(attempt.state.wanted, Wanted::Authenticator(_));
    let address = seed.address(&known.organisation.name, &username)?;
    let offers_passkey = is_required && known.may_make_passkeys(app);
    let days_left = known.facts.mfa_deadline.map(|until| days_left(until, app.now()));
    let is_for_application = attempt.state.wanted.wants_two_factors() && !known.is_mfa_required;
    let key = seed.base32();
    Ok(Page::Enrol(Enrolment { address, key, username, is_required, is_for_application, offers_passkey, days_left }))
}

/// Takes the code, and after that the word that the recovery codes are saved.
pub(super) async fn confirm(
    app: &App,
    mut attempt: Attempt,
    known: Known,
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    if proof.decision.as_deref() == Some("later") && may_skip_enrolment(&known.facts, app.now()) {
        attempt.state.enrolling = None;
        attempt.state.enrolment_skipped = true;
        return advance(app, attempt, browser).await;
    }
    match confirmed(app, &attempt)? {
        Some((seed, confirmed)) if proof.activate.is_some() => {
            activate(app, attempt, &known, (&seed, &confirmed), browser).await
        }
        Some(_) => Ok(Some(Answer::Again(Refusal::new("", Complaint::SaveCodesFirst)))),
        None => check(app, attempt, proof).await,
    }
}

async fn check(app: &App, mut attempt: Attempt, proof: Proof) -> Result<Option<Answer>, Error> {
    let Some(seed) = pending(app, &attempt)? else {
        make(app, &mut attempt).await?;
        return Ok(Some(Answer::Again(Refusal::new("code", Complaint::KeyIsOld))));
    };
    let typed = proof.code.ok_or_else(|| Error::invalid("code", Flaw::Missing))?;
    let step = match SixDigits::read(&typed) {
        Some(digits) => seed.step_of(&digits, app.now())?,
        None => None,
    };
    let Some(step) = step else {
        return code::wrong(app, attempt, Refusal::new("code", Complaint::WrongFirstCode)).await;
    };
    let codes: Vec<String> = RecoveryCode::generate_set().iter().map(|code| code.reveal().clone()).collect();
    let plain = Secret::new(serde_json::to_vec(&codes).map_err(anyhow::Error::new)?);
    let codes = app.seal.seal(&codes_place(&attempt), plain.reveal())?;
    if let Some(enrolling) = &mut attempt.state.enrolling {
        enrolling.made_at = app.now();
        enrolling.confirmed = Some(Confirmed { step, codes });
    }
    next(app, attempt).await
}

async fn activate(
    app: &App,
    mut attempt: Attempt,
    known: &Known,
    (seed, confirmed): (&Seed, &Confirmed),
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let codes = open_codes(app, &attempt, confirmed)?;
    let hashes = recovery::hash_all(app, &codes).await?;
    attempt.state.enrolling = None;
    let person = &known.person;
    let own =
        browser.live.as_ref().filter(|(session, _)| session.user == person.user.id).map(|(session, _)| session.id);
    match credentials::add_second_factor(app, person, (seed, confirmed.step, &hashes), own, browser.into()).await {
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

/// The seed of which a code was right, and what was made then.
fn confirmed(app: &App, attempt: &Attempt) -> Result<Option<(Seed, Confirmed)>, Error> {
    let confirmed = attempt.state.enrolling.as_ref().and_then(|it| it.confirmed.clone());
    let seed = pending(app, attempt)?;
    Ok(seed.zip(confirmed))
}

fn pending(app: &App, attempt: &Attempt) -> Result<Option<Seed>, Error> {
    match &attempt.state.enrolling {
        Some(it) if app.now().since(it.made_at) < SHOWN_FOR => Seed::unseal(app, &place(attempt), &it.sealed).map(Some),
        Some(_) | None => Ok(None),
    }
}

async fn make(app: &App, attempt: &mut Attempt) -> Result<Seed, Error> {
    let seed = Seed::generate();
    let sealed = seed.seal(app, &place(attempt))?;
    attempt.state.enrolling = Some(Enrolling { sealed, made_at: app.now(), confirmed: None });
    attempt.keep(app).await?;
    Ok(seed)
}

fn open_codes(app: &App, attempt: &Attempt, confirmed: &Confirmed) -> Result<Vec<Secret<String>>, Error> {
    let plain = app.seal.open(&codes_place(attempt), &confirmed.codes)?;
    let codes: Vec<String> = serde_json::from_slice(plain.reveal()).map_err(anyhow::Error::new)?;
    Ok(codes.into_iter().map(Secret::new).collect())
}

fn place(attempt: &Attempt) -> String {
    format!("attempts.state.{}", attempt.id)
}

fn codes_place(attempt: &Attempt) -> String {
    format!("attempts.state.{}.codes", attempt.id)
}
