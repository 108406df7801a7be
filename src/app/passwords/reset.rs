//! Asking for a link to choose a new password.
//!
//! The request itself only puts what was typed into the outbox. Who is meant, and whether a mail is due, is found out when
//! the job takes it up, where nobody can measure it.
//!
//! **Invariant:** somebody who never signed in gets a link only in place of one that has run out: whoever was let in by no
//! link, or whose link still works, gets nothing because somebody typed the name.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{LINKS_TO_USER, Wish, named, send_link_in};
use crate::app::throttle::{self, Rate, Subject};
use crate::app::{App, users};
use crate::domain::id::OrgId;
use crate::domain::policy::{Action, Actor, Target, permit_anybody};
use crate::domain::text::fold;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Error, Timestamp};
use crate::store::links::{self, Purpose};
use crate::store::{Reader, organisations, outbox};

/// The kind of an outbox message that asks for a link.
pub const RESET_REQUEST: &str = "password-reset-request";

/// Requests that are taken from one address; more are dropped, with the same answer.
const FROM_ADDRESS: Rate = Rate { most: 20, per: Duration::from_hours(1) };
const PLACE: &str = "outbox.payload.password-reset-request";

#[derive(Serialize, Deserialize)]
struct Request {
    username: String,
    organisation: Option<String>,
}

/// Takes a request for whatever name was typed.
pub async fn request(app: &App, username: &str, organisation: Option<&str>, ip: IpAddr) -> Result<(), Error> {
    if throttle::count(app, Subject::address(app, "reset", ip)?, FROM_ADDRESS).await?.is_some() {
        return Ok(());
    }
    let request = Request { username: username.to_owned(), organisation: organisation.map(str::to_owned) };
    let plain = serde_json::to_vec(&request).map_err(anyhow::Error::new)?;
    let sealed = app.seal.seal(PLACE, &plain)?;
    let tx = app.begin_shared(OrgId::OPERATOR).await?;
    outbox::insert(&tx, RESET_REQUEST, &serde_json::json!(sealed)).await?;
    let target = Target::UnknownUser { label: "not looked up".to_owned() };
    tx.commit(permit_anybody(Action::RequestPasswordReset, target)?).await
}

/// Sends the link that was asked for, if it was asked for by somebody who can use one.
pub(crate) async fn answer(app: &App, payload: &str) -> Result<(), Error> {
    let sealed: Vec<u8> = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    let request: Request =
        serde_json::from_slice(app.seal.open(PLACE, &sealed)?.reveal()).map_err(anyhow::Error::new)?;
    let Some(user) = eligible(app, &request).await? else {
        return Ok(());
    };
    let mails = Subject::happening(app, "reset mail", user.id)?;
    if throttle::count(app, mails, LINKS_TO_USER).await?.is_some() {
        return Ok(());
    }
    let tx = app.begin(user.org).await?;
    let person = users::load(&tx, user.id).await?;
    let target = person.target();
    let (tx, permit) = app.ask(tx, &Actor::Anonymous, Action::RequestPasswordReset, target).await?;
    let Some(purpose) = due(&*tx, &person.user, tx.now).await? else {
        return Ok(());
    };
    send_link_in(app, &tx, &person.user, (purpose, Wish::Own)).await?;
    tx.commit(permit).await
}

async fn eligible(app: &App, request: &Request) -> Result<Option<User>, Error> {
    let db = app.store.reader();
    let org = match &request.organisation {
        Some(slug) => match organisations::find_by_slug(db, &fold(slug)).await? {
            Some(organisation) => Some(organisation.id),
            None => return Ok(None),
        },
        None => None,
    };
    let Some(user) = named(app, org, &request.username).await? else {
        return Ok(None);
    };
    let may = due(db, &user, app.now()).await?.is_some() && !organisations::get(db, user.org).await?.is_suspended;
    Ok(may.then_some(user))
}

/// The link that somebody can be sent for the asking.
async fn due(db: &impl Reader, user: &User, now: Timestamp) -> Result<Option<Purpose>, Error> {
    if user.sign_in != SignIn::Password || user.email.is_none() {
        return Ok(None);
    }
    Ok(match user.status {
        Status::Active => Some(Purpose::Reset),
        Status::Pending => links::has_run_out(db, user, Purpose::Activate, now).await?.then_some(Purpose::Activate),
        Status::Deactivated => None,
    })
}
