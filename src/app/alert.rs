//! Alerts to those of an organisation who can do something about it, and to whoever runs the instance.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::connections::MANAGE;
use crate::app::mail::{self, Letter};
use crate::app::throttle::{self, Rate, Subject};
use crate::app::users::Person;
use crate::app::{App, policies, sign_in_refusals, users};
use crate::domain::Error;
use crate::domain::id::{ConnectionId, OrgId, UserId};
use crate::domain::policy::Actor;
use crate::domain::role::Verb;
use crate::domain::user::User;
use crate::store::outbox::Message;
use crate::store::sign_in_tries::{self, Of};
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
pub(crate) async fn sign_in_flood(app: &App, message: &Message) -> Result<(), Error> {
    let Flood { in_a_second, in_a_minute } = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    let instance = app.config.public_url.split_once("://").map_or("", |(_, host)| host);
    mail::send_to_operator(app, message, instance, Letter::SignInFlood { in_a_second, in_a_minute }).await
}

/// The kind of the outbox message that tells that too many sign-ins fail.
pub(crate) const FAILED_SIGN_INS: &str = "failed-sign-ins-alert";

/// In so long so many sign-ins have failed as an organisation wants to be told of; and no more often than that it is told.
const AN_HOUR: Duration = Duration::from_hours(1);

/// What so many sign-ins have in common that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Failing {
    /// They were for one user.
    User {
        /// The user name.
        name: String,
    },
    /// They came from one address.
    Address {
        /// The address.
        address: String,
    },
    /// They were for users of the organisation.
    Organisation,
}

#[derive(Serialize, Deserialize)]
struct FailedSignIns {
    failing: Failing,
    failures: u64,
}

/// Has an organisation told, once an hour of each, that more sign-ins of a user, from an address or of all users have failed
/// within an hour than its policy lets pass.
pub(crate) async fn sign_ins_fail(app: &App, user: &User, ip: &str) -> Result<(), Error> {
    let limits = policies::in_force(app, user.org).await?.alerts;
    let (db, since) = (app.store.reader(), app.now().before(AN_HOUR));
    let (of_user, from_address) = (format!("failures of {}", user.id), format!("failures from {ip}"));
    let all = [
        (limits.user, Of::User(user.id), of_user, Failing::User { name: user.user_name.clone() }),
        (limits.address, Of::Address(ip), from_address, Failing::Address { address: ip.to_owned() }),
        (limits.organisation, Of::All, "failures".to_owned(), Failing::Organisation),
    ];
    for (limit, of, what, failing) in all {
        let failures = u64::from(limit);
        if limit == 0 || !sign_in_tries::have_failed(db, (user.org, of), since, failures).await? {
            continue;
        }
        let told = Rate { most: 1, per: AN_HOUR };
        if throttle::count(app, Subject::organisation(app, &what, user.org)?, told).await?.is_some() {
            continue;
        }
        let payload = serde_json::to_value(FailedSignIns { failing, failures }).map_err(anyhow::Error::new)?;
        app.store.put_in_outbox(user.org, FAILED_SIGN_INS, &payload, app.now()).await?;
    }
    Ok(())
}

/// Writes to those who may see how sign-ins went that too many fail.
pub(crate) async fn failed_sign_ins(app: &App, message: &Message) -> Result<(), Error> {
    let FailedSignIns { failing, failures } = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    tracing::warn!(org.id = %message.org, failures = failures, "more sign-ins fail than the policy lets pass");
    let letter = || Letter::FailedSignIns { failing: failing.clone(), failures };
    tell(app, message, &[sign_in_refusals::READ], letter).await
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
pub(crate) async fn breaker(app: &App, message: &Message) -> Result<(), Error> {
    let OfConnection { connection, name } = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    tracing::warn!(org.id = %message.org, connection.id = %connection, "a connection lets so many people go that they are held");
    tell(app, message, &[MANAGE], || Letter::BreakerTripped { provider: name.clone(), connection }).await
}

/// Tells everybody of the organisation who manages connections that one of them has another token.
pub(crate) async fn token_by_link(app: &App, message: &Message) -> Result<(), Error> {
    let OfConnection { connection, name } = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    tell(app, message, &[MANAGE], || Letter::TokenByLink { provider: name.clone(), connection }).await
}

#[derive(Deserialize)]
struct LastHolder {
    user_name: String,
}

/// Tells the operator, and everybody of the organisation who brings people in or gives them roles.
pub(crate) async fn last_holder(app: &App, message: &Message) -> Result<(), Error> {
    let org = message.org;
    let lost: LastHolder = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    tracing::warn!(org.id = %org, "an identity provider has deactivated the last holder of a protected role");
    let letter = || Letter::LastHolderAlert { holder: lost.user_name.clone() };
    let (organisation, _) = app.store.organisation(org).await?;
    mail::send_to_operator(app, message, &organisation.name, letter()).await?;
    tell(app, message, &CONCERNED, letter).await
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
pub(crate) async fn holder_left(app: &App, message: &Message) -> Result<(), Error> {
    let HolderLeft { name, role } = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    tell(app, message, &CONCERNED, || Letter::HolderLeft { holder: name.clone(), role: role.clone() }).await
}

/// Writes to everybody of the organisation who has one of these permissions.
pub(crate) async fn tell(
    app: &App,
    message: &Message,
    permissions: &[&str],
    letter: impl Fn() -> Letter,
) -> Result<(), Error> {
    tell_those(app, message, |_, has| permissions.iter().any(|it| has(it)), letter).await
}

/// Writes to everybody of the organisation who has all of these permissions.
pub(crate) async fn tell_holders_of_all(
    app: &App,
    message: &Message,
    permissions: &[&str],
    letter: impl Fn() -> Letter,
) -> Result<(), Error> {
    tell_those(app, message, |_, has| permissions.iter().all(|it| has(it)), letter).await
}

/// Writes to everybody of the organisation who has this permission, but the one whom it is about.
pub(crate) async fn tell_others(
    app: &App,
    (message, about): (&Message, UserId),
    permission: &str,
    letter: impl Fn() -> Letter,
) -> Result<(), Error> {
    tell_those(app, message, |user, has| user != about && has(permission), letter).await
}

async fn tell_those(
    app: &App,
    message: &Message,
    are_concerned: impl Fn(UserId, &dyn Fn(&str) -> bool) -> bool,
    letter: impl Fn() -> Letter,
) -> Result<(), Error> {
    let (organisation, model) = app.store.organisation(message.org).await?;
    let people = users::list(app, &Actor::Job("alert"), message.org).await?;
    let is_concerned = |it: &&Person| are_concerned(it.user.id, &|permission| it.effective.allows(&model, permission));
    for person in people.iter().filter(|it| it.user.is_active()).filter(is_concerned) {
        mail::send_now(app, message, &person.user, (&organisation, letter())).await?;
    }
    Ok(())
}
