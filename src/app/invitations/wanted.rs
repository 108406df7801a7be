//! Asking for another invitation in place of one that does not count any more.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::accept::{Opened, Why, over, tell};
use super::send::newcomer;
use crate::app::mail::{self, Letter};
use crate::app::throttle::{self, Rate, Subject};
use crate::app::{App, alert, users};
use crate::domain::Error;
use crate::domain::id::{InvitationId, UserId};
use crate::domain::policy::Action;
use crate::domain::role::{RoleKey, Verb};
use crate::store::outbox::Message;
use crate::store::{invitations, users as user_rows};

/// The kind of the outbox message that tells of somebody whose invitation has run out and who asks for another.
pub(crate) const WANTED: &str = "invitation-wanted";

/// How often somebody is told that a new invitation is wanted.
const ASKED: Rate = Rate { most: 1, per: Duration::from_hours(24) };

/// A new invitation that is asked for in place of one that has run out.
#[derive(Serialize, Deserialize)]
struct Wish {
    address: String,
    inviter: Option<UserId>,
    inviter_name: String,
    role: RoleKey,
}

/// Has somebody told that a new invitation is wanted in place of one that does not count any more.
pub async fn ask_for_another(app: &App, opened: &Opened) -> Result<(), Error> {
    let db = app.store.reader();
    let Some(it) = invitations::find_by_token(db, &opened.token()?).await? else {
        return Ok(());
    };
    let (organisation, model) = app.store.organisation(it.org).await?;
    match over(db, &model, &organisation, app.now(), &it).await? {
        Some(Why::Expired) if !organisation.is_suspended => {}
        _ => return tell(app, opened).await,
    }
    let asked = Subject::happening(app, "new invitation asked for", it.id.user())?;
    if throttle::count(app, asked, ASKED).await?.is_some() {
        return Ok(());
    }
    let wish = Wish { address: it.address, inviter: it.inviter, inviter_name: it.inviter_name, role: it.role };
    app.store.put_in_outbox(it.org, WANTED, &json!(wish), app.now()).await
}

/// Writes to whoever sent the invitation that has run out, or to those who can give roles where that person cannot send
/// another.
pub(crate) async fn tell_wanted(app: &App, message: &Message) -> Result<(), Error> {
    let org = message.org;
    let Wish { address, inviter, inviter_name, role } =
        serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    let letter = || Letter::InvitationWanted { address: address.clone(), inviter: inviter_name.clone() };
    if let Some(id) = inviter
        && let Some(user) = user_rows::find(app.store.reader(), org, id).await?
    {
        let (organisation, model) = app.store.organisation(org).await?;
        let person = users::person(app, user).await?;
        let again = Action::ResendInvitation { role };
        let can_help = person.actor(None).check(&model, &again, &newcomer(org, InvitationId::new(), "")).is_ok();
        if can_help && person.user.is_active() && person.user.email.is_some() {
            return mail::send_now(app, message, &person.user, (&organisation, letter())).await;
        }
    }
    alert::tell(app, message, &[Verb::Assign.permission()], letter).await
}
