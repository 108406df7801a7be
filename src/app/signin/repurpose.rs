//! A temporary password is right once. Whoever has given it and goes to another page first, or to an application, goes on with
//! the same attempt: it is turned to what is wanted now.
//!
//! **Invariant:** whoever asks for a new proof, or for somebody in particular, is given none of before.

use super::attempt::{Proved, State};
use super::known::{Where, place};
use super::{Attempt, Started, Wanted};
use crate::app::App;
use crate::domain::Error;
use crate::oidc::authorize::Prompt;
use crate::store::passwords;

/// Turns the attempt under way to what a new one would be for; none where that has used no temporary password, or has moved on
/// meanwhile.
pub(super) async fn repurpose(app: &App, under_way: Option<Attempt>, new: &State) -> Result<Option<Started>, Error> {
    let Some(mut attempt) = under_way.filter(|_| !wants_new_proof(&new.wanted)) else { return Ok(None) };
    let Some(proved) = attempt.state.password else { return Ok(None) };
    if !is_meant(app, new, proved).await? || !has_spent(app, proved).await? {
        return Ok(None);
    }
    let before = attempt.state;
    attempt.state = State {
        wanted: new.wanted.clone(),
        onward: new.onward.clone(),
        organisation: new.organisation.clone().or_else(|| before.organisation.clone()),
        is_local: new.is_local || before.is_local,
        ..before
    };
    Ok(attempt.step(app).await?.map(|cookie| Started { id: attempt.id, cookie }))
}

fn wants_new_proof(wanted: &Wanted) -> bool {
    wanted.application().is_some_and(|it| {
        let request = &it.request;
        let chooses = request.prompt.contains(&Prompt::Login) || request.prompt.contains(&Prompt::SelectAccount);
        chooses || request.max_age_seconds.is_some() || request.id_token_hint.is_some()
    })
}

/// True unless the new attempt is for people of another organisation.
async fn is_meant(app: &App, new: &State, proved: Proved) -> Result<bool, Error> {
    Ok(match place(app, new).await? {
        Where::In(org) => org == proved.org,
        Where::Anywhere => true,
        Where::Nowhere => false,
    })
}

async fn has_spent(app: &App, proved: Proved) -> Result<bool, Error> {
    let password = passwords::find(app.store.reader(), proved.org, proved.user).await?;
    Ok(password.is_some_and(|it| it.spent_at == Some(proved.at)))
}
