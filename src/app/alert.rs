//! The alert when an identity provider shuts out the last holder of a protected role.

use serde::Deserialize;

use crate::app::App;
use crate::app::mail::{self, Letter};
use crate::app::users::{self, Person};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::policy::Actor;
use crate::domain::role::Verb;

/// The kind of the outbox message, which the unit that shut the holder out has written.
pub(crate) const LAST_HOLDER: &str = "last-holder-alert";

/// Who may do one of these can do something about the loss, or knows whom to ask.
const CONCERNED: [&str; 2] = [Verb::Assign.permission(), Verb::Invite.permission()];

#[derive(Deserialize)]
struct Alert {
    user_name: String,
}

/// Tells the operator, and everybody of the organisation who brings people in or gives them roles.
pub(crate) async fn send(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    let alert: Alert = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    tracing::warn!(org.id = %org, "an identity provider has deactivated the last holder of a protected role");
    let (organisation, model) = app.store.organisation(org).await?;
    let people = users::list(app, &Actor::Job("alert"), org).await?;
    let is_concerned = |it: &&Person| CONCERNED.iter().any(|permission| it.effective.allows(&model, permission));
    let letter = || Letter::LastHolderAlert { holder: alert.user_name.clone() };
    mail::send_to_operator(app, &organisation.name, letter()).await?;
    for person in people.iter().filter(|it| it.user.is_active()).filter(is_concerned) {
        mail::send_now(app, &person.user, &organisation.name, letter()).await?;
    }
    Ok(())
}
