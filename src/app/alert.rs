//! The alert when an identity provider shuts out the last holder of a protected role.

use serde::Deserialize;

use crate::app::mail::{self, Letter};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::policy::Actor;
use crate::domain::role::Verb;

/// The kind of the outbox message, which the unit that shut the holder out has written.
pub(crate) const LAST_HOLDER: &str = "last-holder-alert";

/// Who may do it may do something about the loss.
const ASSIGN: &str = Verb::Assign.permission();

#[derive(Deserialize)]
struct Alert {
    user_name: String,
}

/// Tells everybody of the organisation who can let the holder in again or give the role to somebody else.
pub(crate) async fn send(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    let alert: Alert = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    tracing::warn!(org.id = %org, "an identity provider has deactivated the last holder of a protected role");
    let (organisation, model) = app.store.organisation(org).await?;
    let people = users::list(app, &Actor::Job("alert"), org).await?;
    for person in people.iter().filter(|it| it.user.is_active() && it.effective.allows(&model, ASSIGN)) {
        let letter = Letter::LastHolderAlert { holder: alert.user_name.clone() };
        mail::send_now(app, &person.user, &organisation.name, letter).await?;
    }
    Ok(())
}
