//! A temporary password is right once. Whoever has given it and goes to another page first, or to an application, takes
//! that proof along: the new attempt of the browser stands in for the one under way, which ends.

use super::Attempt;
use super::attempt::{Proved, State};
use super::known::{Where, place};
use crate::app::App;
use crate::domain::Error;
use crate::store::passwords;

/// The state of a new attempt, with what was proved in the one before where that has used a temporary password.
pub(super) async fn take_along(app: &App, under_way: Option<Attempt>, new: State) -> Result<State, Error> {
    let Some(before) = under_way else { return Ok(new) };
    let Some(proved) = before.state.password else { return Ok(new) };
    if !is_meant(app, &new, proved).await? || !has_spent(app, proved).await? || !before.end(app).await? {
        return Ok(new);
    }
    let before = before.state;
    Ok(State {
        organisation: new.organisation.or(before.organisation),
        is_local: before.is_local,
        typed: before.typed,
        password: before.password,
        totp_at: before.totp_at,
        by_recovery_code: before.by_recovery_code,
        failures: before.failures,
        ..new
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
