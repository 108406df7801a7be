//! Choosing a password in place of a temporary one.
//!
//! **Invariant:** a temporary password opens this page and nothing else, and cannot be chosen again.

use super::attempt::{Proved, State};
use super::known::{First, Known};
use super::{Answer, Attempt, Browser, Page, Proof, advance};
use crate::app::passwords::{self, Chosen};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::policy::Action;
use crate::domain::user::Status;

pub(super) fn show(state: &State, known: &Known) -> Page {
    let rules = known.rules.password.demands(known.is_mfa_required);
    Page::NewPassword { username: state.typed(), purpose: None, rules }
}

pub(super) async fn choose(
    app: &App,
    mut attempt: Attempt,
    known: Known,
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let old = match &known.first {
        First::Password(password) => Some(password.phc.as_str()),
        First::Passkey | First::Provider(_) => None,
    };
    let demands = known.rules.password.demands(known.is_mfa_required);
    let measure = passwords::Measure::of_own(app, (&known.person, &known.organisation), demands, old).await?;
    let phc = match passwords::choose_twice(app, &measure, proof.password, proof.password_again).await? {
        Chosen::Hash(phc) => phc,
        Chosen::Refused(refusal) => return Ok(Some(Answer::Again(refusal))),
    };
    let epoch = change(app, &known, &phc).await?;
    let user = &known.person.user;
    attempt.state.password = Some(Proved { org: user.org, user: user.id, epoch, at: app.now() });
    advance(app, attempt, browser).await
}

/// Stores the new password; answers the epoch that counts from now on.
async fn change(app: &App, known: &Known, phc: &str) -> Result<i64, Error> {
    let tx = app.begin(known.person.user.org).await?;
    let person = users::load(&tx, known.person.user.id).await?;
    if person.user.epoch != known.person.user.epoch {
        return Err(Error::Unauthenticated);
    }
    let actor = person.actor(None);
    let (tx, permit) = app.ask(tx, &actor, Action::ChangePassword, person.target()).await?;
    let mut permits = vec![permit];
    let tx = if person.user.status == Status::Pending {
        let (tx, activation) = app.ask(tx, &actor, Action::CompleteActivation, person.target()).await?;
        permits.push(activation);
        tx
    } else {
        tx
    };
    let changed = passwords::set_in(app, &tx, &person.user, phc).await?;
    tx.commit_all(permits).await?;
    Ok(changed.epoch)
}
