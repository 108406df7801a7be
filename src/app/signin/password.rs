//! The password step.
//!
//! **Invariant:** one password is hashed for every try that is well formed, whoever is meant and whatever their state, and
//! a refusal ends with a whole step of time.
//! **Invariant:** a temporary password is right once: whoever gives it first has the rest of the attempt to replace it.
//! **Invariant:** a wrong password, an unknown name, somebody who signs in elsewhere, somebody who may not sign in and
//! somebody who has to wait get one answer.

use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;

use super::attempt::Proved;
use super::{Answer, Attempt, Browser, Proof, advance, known};
use crate::app::sign_in_tries::{self, Method, Place, SecondFactor};
use crate::app::throttle::{self, Rate, Spent, Subject};
use crate::app::{App, alert, break_glass, devices, pace};
use crate::domain::complaint::{Complaint, Refusal};
use crate::domain::id::OrgId;
use crate::domain::password::Password;
use crate::domain::policy::{Action, Target, TargetUser, permit_anybody};
use crate::domain::secret::Secret;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Error, Flaw, Timestamp};

/// Failed proofs from one address: somebody who mistypes, a program that guesses, and one that has learned to be slow.
const FAILURES: [Rate; 3] = [
    Rate { most: 20, per: Duration::from_mins(1) },
    Rate { most: 100, per: Duration::from_mins(15) },
    Rate { most: 1_000, per: Duration::from_hours(24) },
];

/// The reason where there is no password, or a temporary one that has ended.
const NOT_USABLE: &str = "no usable password";

pub(super) async fn check(
    app: &App,
    mut attempt: Attempt,
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let began = Instant::now();
    let typed = proof.password.ok_or_else(|| Error::invalid("password", Flaw::Missing))?;
    let password = Password::read(typed.reveal()).map_err(|weak| Error::invalid("password", Flaw::Weak(vec![weak])))?;
    let address = spend(app, browser.ip).await?;
    let (device, place) = (browser.device.as_deref(), browser.place(&attempt.state));
    let (org, user) = known::named(app, &attempt.state, device).await?;
    let Some((user, stored)) =
        verified(app, (org, user), &attempt.state.typed(), (&password, device, Some(&place))).await?
    else {
        let may_be_elsewhere = known::asked_organisation(app, &attempt.state).await?.is_some_and(|it| it.is_empty());
        pace::even(began).await;
        return Ok(Some(Answer::Again(Refusal::new("password", Complaint::WrongPassword { may_be_elsewhere }))));
    };
    address.give_back(app).await?;
    renew_hash(app, &user, &stored, &password).await?;
    attempt.state.password = Some(Proved { org: user.org, user: user.id, epoch: user.epoch, at: stored.at });
    advance(app, attempt, browser).await
}

/// Checks the password that somebody who is signed in gives again; a guess counts as one at the sign-in does. The answer is
/// the hash of a password that was right.
pub(crate) async fn check_again(
    app: &App,
    user: &User,
    typed: &Secret<String>,
    (ip, device): (IpAddr, Option<&str>),
) -> Result<Option<String>, Error> {
    let password = Password::read(typed.reveal()).map_err(|weak| Error::invalid("password", Flaw::Weak(vec![weak])))?;
    let address = spend(app, ip).await?;
    let found = verified(app, (Some(user.org), Some(user.clone())), &user.user_name, (&password, device, None)).await?;
    if found.is_some() {
        address.give_back(app).await?;
    }
    Ok(found.map(|(_, right)| right.phc))
}

/// Counts a try against the address it comes from; too many are told to wait, whoever they are for.
pub(super) async fn spend(app: &App, ip: IpAddr) -> Result<Spent, Error> {
    let window = |rate: Rate| Ok((Subject::address(app, &format!("failures in {:?}", rate.per), ip)?, rate));
    let windows = FAILURES.into_iter().map(window).collect::<Result<Vec<_>, Error>>()?;
    throttle::spend(app, &windows).await
}

/// A password that was right, with how it is stored.
struct Right {
    phc: String,
    is_current: bool,
    /// When it was right.
    at: Timestamp,
}

async fn verified(
    app: &App,
    (org, user): (Option<OrgId>, Option<User>),
    typed: &str,
    (password, device, place): (&Password, Option<&str>, Option<&Place>),
) -> Result<Option<(User, Right)>, Error> {
    let usable = known::usable_password(app, user.as_ref()).await?.filter(|it| it.spent_at.is_none());
    let subject = match &user {
        Some(user) => devices::subject(app, user, device)?,
        None => Subject::name(app, org, typed)?,
    };
    let reservation = throttle::reserve(app, subject).await?;
    let usable = usable.filter(|_| reservation.is_some());
    let phc = usable.as_ref().map(|it| it.phc.clone());
    let verdict = app.hasher.verify(Secret::new(password.reveal().to_owned()), phc.clone()).await?;
    let tried = place.map(|it| (Method::Password, None, it));
    let reason = reason(user.as_ref(), reservation.is_some(), phc.is_some());
    match (user, usable, reservation) {
        (Some(user), Some(stored), Some(reservation)) if verdict.is_right => {
            let (at, is_in_time) = (app.now(), reservation.release(app).await?);
            if is_in_time && (!stored.must_change || app.store.spend_temporary_password(&user, &stored.phc, at).await?)
            {
                return Ok(Some((user, Right { phc: stored.phc, is_current: verdict.is_current, at })));
            }
            let reason = if is_in_time { NOT_USABLE } else { "throttled" };
            record_failure(app, Some((&user, tried)), typed, reason).await?;
        }
        (user, _, _) => record_failure(app, user.as_ref().map(|user| (user, tried)), typed, reason).await?,
    }
    Ok(None)
}

/// Why a try failed, for the record.
fn reason(user: Option<&User>, was_checked: bool, has_password: bool) -> &'static str {
    match user {
        _ if !was_checked => "throttled",
        None => "unknown",
        Some(user) if user.status == Status::Deactivated => "deactivated",
        Some(user) if user.sign_in == SignIn::Sso => "sso",
        Some(user) if !has_password && user.status == Status::Pending => "pending",
        Some(_) if !has_password => NOT_USABLE,
        Some(_) => "password",
    }
}

/// What somebody tried to prove, and where; a guess at the password on the account page is no sign-in.
pub(super) type Tried<'a> = (Method, Option<SecondFactor>, &'a Place);

/// Records a sign-in that failed. A name that belongs to nobody is not kept: people type passwords into that field.
pub(super) async fn record_failure(
    app: &App,
    user: Option<(&User, Option<Tried<'_>>)>,
    typed: &str,
    reason: &'static str,
) -> Result<(), Error> {
    app.metrics.sign_in_failed(reason);
    if let Some((user, Some((method, factor, place)))) = user {
        sign_in_tries::failed(app, user, (method, factor), place, reason).await?;
        if method == Method::Password && factor.is_some() {
            break_glass::failed(app, user, &place.ip).await?;
        }
    }
    let target = match user {
        Some((user, _)) => Target::User(TargetUser {
            org: user.org,
            id: user.id,
            label: user.user_name.clone(),
            roles: Vec::new(),
            managed_by: user.managed_by,
        }),
        None => Target::UnknownUser { label: unknown_label(app, typed)? },
    };
    let permit = permit_anybody(Action::FailSignIn { reason }, target)?;
    app.store.record(permit.record(), app.now()).await?;
    alert::sign_in_failed(app).await
}

fn unknown_label(app: &App, typed: &str) -> Result<String, Error> {
    let hash = app.seal.lookup(&format!("unknown name {}", crate::domain::text::fold(typed)))?;
    Ok(hash.iter().take(4).fold("unknown name ".to_owned(), |label, byte| format!("{label}{byte:02x}")))
}

/// Hashes a right password again when the costs or the pepper have changed since.
async fn renew_hash(app: &App, user: &User, stored: &Right, password: &Password) -> Result<(), Error> {
    if stored.is_current {
        return Ok(());
    }
    let phc = app.hasher.hash(Secret::new(password.reveal().to_owned())).await?;
    app.store.renew_password_hash(user.org, user.id, (&stored.phc, &phc)).await
}
