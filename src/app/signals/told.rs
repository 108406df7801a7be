//! What became of telling applications: for whoever looks at the deed that caused it, at the person, or at the application.

use std::time::Duration;

use crate::app::App;
use crate::app::history::Event;
use crate::app::users::Person;
use crate::domain::id::{ClientId, OrgId, OutboxId, UserId};
use crate::domain::policy::Outcome;
use crate::domain::signal::{Signal, State};
use crate::domain::user::Status;
use crate::domain::{Error, Timestamp};
use crate::oidc::client::{AccessTokenFormat, Registration};
use crate::store::{audit, clients, families, signals};

/// So many are told of one deed at most; what an organisation with more people causes is read at the applications.
const MOST: u64 = 200;
/// So many stand on a page of an application.
pub const PAGE: u64 = 50;
/// The deed by which somebody goes and stays in the list.
const DEPARTURE: &str = "user.deactivated";

/// What became of telling one application.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The identity of what was told: the `jti` of an event.
    pub id: OutboxId,
    /// The application.
    pub client: ClientId,
    /// What it is called; empty when it is gone.
    pub application: String,
    /// What it was told: `backchannel-logout`, or the short name of an event.
    pub kind: String,
    /// When that was caused.
    pub at: Timestamp,
    /// What became of it.
    pub state: State,
    /// How often it was tried.
    pub tries: i64,
    /// How long after the deed it was delivered or given up.
    pub after: Option<Duration>,
    /// Why it was not delivered at the last try.
    pub failure: Option<String>,
}

/// How somebody went.
#[derive(Debug, Clone)]
pub struct Departure {
    /// When all sessions and tokens of the person were dead here.
    pub at: Timestamp,
    /// What the applications were told.
    pub told: Vec<Receipt>,
    /// Until when a signed token may be taken for good by whoever does not ask here, where one was out.
    pub signed_until: Option<Timestamp>,
}

/// Whom a deed on a person or an organisation was told to, and with what result.
pub async fn of_deed(app: &App, org: OrgId, deed: &Event) -> Result<Vec<Receipt>, Error> {
    let row = &deed.row;
    let about: Option<UserId> = row.target_id.parse().ok().filter(|_| row.target_kind == "user");
    if row.outcome != Outcome::Success.name() || about.is_none() && row.target_kind != "organisation" {
        return Ok(Vec::new());
    }
    let caused = signals::caused(app.store.reader(), org, row.at, about, MOST).await?;
    receipts(app, caused).await
}

/// How somebody went who is deactivated; nothing about anybody else.
pub async fn departure(app: &App, person: &Person) -> Result<Option<Departure>, Error> {
    let (db, user) = (app.store.reader(), &person.user);
    if user.status != Status::Deactivated {
        return Ok(None);
    }
    let deeds = audit::deeds_on_any(db, user.org, &[user.id.to_string()], &[DEPARTURE], 1).await?;
    let Some(deed) = deeds.first() else { return Ok(None) };
    let caused = signals::caused(db, user.org, deed.at, Some(user.id), MOST).await?;
    let mut signed_until = None;
    for (client, ends) in families::access_after(db, user.org, user.id, deed.at).await? {
        let Some((client, _)) = clients::find(db, client).await? else { continue };
        let registration: Registration = serde_json::from_str(&client.registration).map_err(anyhow::Error::new)?;
        if registration.access_token_format == AccessTokenFormat::Jwt {
            signed_until = signed_until.max(Some(ends));
        }
    }
    Ok(Some(Departure { at: deed.at, told: receipts(app, caused).await?, signed_until }))
}

/// What an application was told, newest first, before one of these.
pub async fn of_application(app: &App, client: ClientId, before: Option<OutboxId>) -> Result<Vec<Receipt>, Error> {
    let told = signals::of_client(app.store.reader(), client, before, PAGE).await?;
    receipts(app, told).await
}

async fn receipts(app: &App, all: Vec<Signal>) -> Result<Vec<Receipt>, Error> {
    let names = clients::names(app.store.reader(), all.iter().map(|it| it.client)).await?;
    let receipt = |it: Signal| Receipt {
        id: it.id,
        client: it.client,
        application: names.get(&it.client).cloned().unwrap_or_default(),
        kind: it.kind,
        at: it.at,
        state: it.state,
        tries: it.tries,
        after: it.ended_at.map(|ended| ended.since(it.at)),
        failure: it.failure,
    };
    Ok(all.into_iter().map(receipt).collect())
}
