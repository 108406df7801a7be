//! Alerts to those of an organisation who can do something about it, and to whoever runs the instance.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::connections::MANAGE;
use crate::app::mail::{self, Letter};
use crate::app::throttle::{self, Rate, Subject};
use crate::app::users::Person;
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::{ConnectionId, OrgId};
use crate::domain::policy::Actor;
use crate::domain::role::Verb;
use crate::store::{Tx, outbox};

/// The kind of the outbox message, which the unit that shut the last holder of a protected role out has written.
pub(crate) const LAST_HOLDER: &str = "last-holder-alert";

/// Who may do one of these can do something about the loss, or knows whom to ask.
const CONCERNED: [&str; 2] = [Verb::Assign.permission(), Verb::Invite.permission()];

/// The kind of the outbox message that tells of a holder of a protected role who has left.
pub(crate) const HOLDER_LEFT: &str = "holder-left-alert";

/// The kind of the outbox message that tells of a flood of failing sign-ins.
pub(crate) const SIGN_IN_FLOOD: &str = "sign-in-flood-alert";

/// So many failing sign-ins in a second, at every node together, are no people who mistype.
const FLOOD: u64 = 50;
/// How often a flood is told of.
const TOLD: Rate = Rate { most: 1, per: Duration::from_mins(1) };

#[derive(Serialize, Deserialize)]
struct Flood {
    in_a_second: u64,
    in_a_minute: u64,
}

/// Counts a sign-in that failed. The one that makes a flood of them tells the operator, at most once a minute.
pub(crate) async fn sign_in_failed(app: &App) -> Result<(), Error> {
    let lengths = [Duration::from_secs(1), Duration::from_mins(1)];
    let counts = throttle::count_everywhere(app, "failing sign-ins", lengths).await?;
    let [in_a_second, in_a_minute] = counts.map(|it| u64::try_from(it).unwrap_or_default());
    if in_a_second != FLOOD || throttle::count(app, Subject::instance(app, "flood told of")?, TOLD).await?.is_some() {
        return Ok(());
    }
    tracing::error!(
        failures.in_a_second = in_a_second,
        failures.in_a_minute = in_a_minute,
        "sign-ins fail at a rate at which passwords are being guessed"
    );
    if app.config.operator_email.is_none() {
        return Ok(());
    }
    let flood = serde_json::to_value(Flood { in_a_second, in_a_minute }).map_err(anyhow::Error::new)?;
    app.store.put_in_outbox(OrgId::OPERATOR, SIGN_IN_FLOOD, &flood, app.now()).await
}

/// Writes to whoever runs the instance about a flood of failing sign-ins.
pub(crate) async fn sign_in_flood(app: &App, payload: &str) -> Result<(), Error> {
    let Flood { in_a_second, in_a_minute } = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    let instance = app.config.public_url.split_once("://").map_or("", |(_, host)| host);
    mail::send_to_operator(app, instance, Letter::SignInFlood { in_a_second, in_a_minute }).await
}

/// The kind of the outbox message that tells that the breaker of a connection has tripped.
pub(crate) const BREAKER: &str = "breaker-alert";

/// The kind of the outbox message that tells that somebody outside has made a token by a link.
pub(crate) const TOKEN_BY_LINK: &str = "token-by-link-alert";

#[derive(Deserialize)]
struct OfConnection {
    connection: ConnectionId,
    name: String,
}

/// Tells everybody of the organisation who may decide about those whom an identity provider lets go.
pub(crate) async fn breaker(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    let OfConnection { connection, name } = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    tracing::warn!(org.id = %org, connection.id = %connection, "a connection lets so many people go that they are held");
    tell(app, org, &[MANAGE], || Letter::BreakerTripped { provider: name.clone(), connection }).await
}

/// Tells everybody of the organisation who manages connections that one of them has another token.
pub(crate) async fn token_by_link(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    let OfConnection { connection, name } = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    tell(app, org, &[MANAGE], || Letter::TokenByLink { provider: name.clone(), connection }).await
}

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
    mail::send_to_operator(app, &organisation.name, letter()).await?;
    tell(app, org, &CONCERNED, letter).await
}

#[derive(Serialize, Deserialize)]
struct HolderLeft {
    name: String,
    role: String,
}

/// Has the others told that this person leaves, who holds a protected role; of anybody else nothing is told.
pub(crate) async fn holder_leaves(tx: &Tx, person: &Person) -> Result<(), Error> {
    let model = tx.roles()?;
    let held = person.effective.held();
    let Some(role) = held.iter().filter(|it| model.is_protected(it)).find_map(|it| model.get(it)) else {
        return Ok(());
    };
    let left = HolderLeft { name: person.user.display_name.clone(), role: role.label.clone() };
    outbox::insert(tx, HOLDER_LEFT, &serde_json::to_value(left).map_err(anyhow::Error::new)?).await
}

/// Tells everybody of the organisation who brings people in or gives them roles.
pub(crate) async fn holder_left(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    let HolderLeft { name, role } = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    tell(app, org, &CONCERNED, || Letter::HolderLeft { holder: name.clone(), role: role.clone() }).await
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
