//! What people let applications have, and how they take it back.
//!
//! **Invariant:** whoever withdraws a consent ends everything that the application got by it, and the application is told.

use crate::app::users::{self, load};
use crate::app::{App, logout};
use crate::domain::client::{Agreed, Family};
use crate::domain::id::{ClientId, UserId};
use crate::domain::policy::{Action, Actor, Permit};
use crate::domain::{Error, Timestamp};
use crate::store::{Tx, clients, families};

/// What one application may have of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The application.
    pub client: ClientId,
    /// Its name for people.
    pub name: String,
    /// What it may have, and where it may act.
    pub agreed: Agreed,
    /// When the person last agreed.
    pub given_at: Timestamp,
}

/// What a user lets applications have, by the name of the application.
pub async fn list(app: &App, actor: &Actor, of: UserId) -> Result<Vec<Consent>, Error> {
    let user = users::show(app, actor, of).await?.user;
    let given = clients::consents(app.store.reader(), user.org, user.id).await?;
    let consent = |(client, name, agreed, given_at)| Consent { client, name, agreed, given_at };
    Ok(given.into_iter().map(consent).collect())
}

/// Takes back what a user lets an application have, with every code and token that came of it.
pub async fn withdraw(app: &App, actor: &Actor, of: UserId, client: ClientId) -> Result<(), Error> {
    let (tx, permit, scopes) = ask(app, actor, of, client).await?;
    if scopes.is_empty() {
        return Err(Error::NotFound("consent"));
    }
    take(&tx, of, client).await?;
    tx.commit(permit).await
}

/// Ends everything that an application has of a user now, whether the user was asked for it or not.
pub async fn end(app: &App, actor: &Actor, of: UserId, client: ClientId) -> Result<(), Error> {
    let (tx, permit, scopes) = ask(app, actor, of, client).await?;
    let ended = take(&tx, of, client).await?;
    if scopes.is_empty() && ended.is_empty() {
        return Err(Error::NotFound("session"));
    }
    tx.commit(permit).await
}

/// Begins to take it away; answers what the user agreed to.
async fn ask(app: &App, actor: &Actor, of: UserId, client: ClientId) -> Result<(Tx, Permit, Vec<String>), Error> {
    let org = users::org_of(actor, app, of).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, of).await?;
    let scopes = clients::consent(&*tx, org, of, client).await?.scopes;
    let action = Action::WithdrawConsent { client: client.to_string(), scopes: scopes.clone() };
    let (tx, permit) = app.ask(tx, actor, action, person.target()).await?;
    Ok((tx, permit, scopes))
}

/// Takes it away, and tells the application; answers what came of the authorizations that ended.
async fn take(tx: &Tx, of: UserId, client: ClientId) -> Result<Vec<Family>, Error> {
    clients::delete_consent(tx, of, client).await?;
    let ended = families::revoke_of_user_at(tx, of, client).await?;
    logout::notify(tx, &ended).await?;
    Ok(ended)
}
