//! Alerts to those of an organisation who can do something about it.

use serde::Deserialize;

use crate::app::mail::{self, Letter};
use crate::app::users::Person;
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::policy::Actor;
use crate::domain::role::Verb;

/// The kind of the outbox message, which the unit that shut the last holder of a protected role out has written.
pub(crate) const LAST_HOLDER: &str = "last-holder-alert";

/// Who may do one of these can do something about the loss, or knows whom to ask.
const CONCERNED: [&str; 2] = [Verb::Assign.permission(), Verb::Invite.permission()];

#[derive(Deserialize)]
struct LastHolder {
    user_name: String,
}

/// Tells the operator, and everybody of the organisation who brings people in or gives them roles.
pub(crate) async fn last_holder(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    let lost: LastHolder = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    tracing::warn!(org.id = %org, "an identity provider has deactivated the last holder of a protected role");
    let letter = || Letter::LastHolderAlert { holder: lost.user_name.clone() };
    let (organisation, _) = app.store.organisation(org).await?;
    mail::send_to_operator(app, &organisation, letter()).await?;
    tell(app, org, &CONCERNED, letter).await
}

/// Writes to everybody of the organisation who has one of these permissions.
pub(crate) async fn tell(
    app: &App,
    org: OrgId,
    permissions: &[&str],
    letter: impl Fn() -> Letter,
) -> Result<(), Error> {
    let (organisation, model) = app.store.organisation(org).await?;
    let people = users::list(app, &Actor::Job("alert"), org).await?;
    let is_concerned = |it: &&Person| permissions.iter().any(|permission| it.effective.allows(&model, permission));
    for person in people.iter().filter(|it| it.user.is_active()).filter(is_concerned) {
        mail::send_now(app, &person.user, &organisation, letter()).await?;
    }
    Ok(())
}
