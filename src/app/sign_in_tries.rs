//! The history of somebody's sign-ins: how, from where, for which application, and what came of it.

use std::time::Duration;

use crate::app::users::{self, Person};
use crate::app::{App, alert};
use crate::domain::Error;
use crate::domain::id::{SignInTryId, UserId};
use crate::domain::policy::Actor;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::store::{Tx, sign_in_tries};

pub use crate::domain::sign_in_try::{Method, SecondFactor, SignInTry};

/// How long tries are kept: as long as the audit at least.
pub const KEPT: Duration = Duration::from_hours(24 * 400);
/// So many are on a page.
pub const PAGE: u64 = 50;
const USER_AGENT_MAX: usize = 256;

/// From where, and for what, somebody tries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The address.
    pub ip: String,
    /// What the browser calls itself.
    pub user_agent: String,
    /// The application that somebody signs in to.
    pub client: Option<String>,
}

/// The tries of a user, newest first, before one of them, for somebody who may see them; one's own are always seen.
pub async fn list(app: &App, actor: &Actor, id: UserId, before: Option<SignInTryId>) -> Result<Vec<SignInTry>, Error> {
    let person = users::show(app, actor, id).await?;
    of(app, actor, &person, before).await
}

/// The same of a person who was found already.
pub async fn of(
    app: &App,
    actor: &Actor,
    person: &Person,
    before: Option<SignInTryId>,
) -> Result<Vec<SignInTry>, Error> {
    let (_, model) = app.store.organisation(person.user.org).await?;
    if actor.id() != Some(person.user.id.to_string()) {
        actor.may(&model, "users.activity:read")?;
    }
    sign_in_tries::list(app.store.reader(), person.user.org, person.user.id, before, PAGE).await
}

/// Keeps a try that led to this session, in the unit that begins it.
pub(crate) async fn succeeded(tx: &Tx, session: &Session, client: Option<&str>) -> Result<(), Error> {
    let tried = SignInTry {
        id: SignInTryId::new(),
        org: session.org,
        user: session.user,
        at: tx.now,
        method: Method::of(session),
        factor: SecondFactor::of(session),
        ip: session.ip.clone(),
        user_agent: session.user_agent.clone(),
        client: client.map(str::to_owned),
        failure: None,
    };
    sign_in_tries::insert(tx, &tried).await
}

/// Keeps a try that failed.
pub(crate) async fn failed(
    app: &App,
    user: &User,
    (method, factor): (Method, Option<SecondFactor>),
    place: &Place,
    reason: &str,
) -> Result<(), Error> {
    let user_agent = place.user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect();
    let tried = SignInTry {
        id: SignInTryId::new(),
        org: user.org,
        user: user.id,
        at: app.now(),
        method,
        factor,
        ip: place.ip.clone(),
        user_agent,
        client: place.client.clone(),
        failure: Some(reason.to_owned()),
    };
    app.store.sign_in_failed(&tried).await?;
    // Boxed, because every sign-in would carry it.
    Box::pin(alert::sign_ins_fail(app, user, &tried.ip)).await
}
