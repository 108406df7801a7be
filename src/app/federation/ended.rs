//! What an identity provider tells of its own accord: a session has ended there, or a person is to lose all access.
//!
//! **Invariant:** a notice ends sessions and everything that came from them, never a user; it can only take away.
//! **Invariant:** a provider reaches the sessions and people of its own connection and no others.

use super::providers::{self, Provider};
use super::refusal::Failure;
use super::{addresses, connection, exchange};
use crate::app::users::{self, Person};
use crate::app::{App, accounts, provisioner, sessions};
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::id::{ConnectionId, UserId};
use crate::domain::policy::{Action, Actor};
use crate::domain::session::Session;
use crate::oidc::upstream::ended::{self, Ended, Expect};
use crate::oidc::upstream::id_token::SubjectRule;
use crate::store::identities::{self, Key};
use crate::store::{Tx, sessions as session_rows};

/// Takes a logout token (OpenID Connect Back-Channel Logout 1.0).
pub async fn take_logout_token(app: &App, id: ConnectionId, token: &str) -> Result<(), Error> {
    let connection = connection(app, id).await?;
    let provider = open(app, &connection).await?;
    let expect = expect(app, &provider);
    let read = providers::believe(app, &provider, |keys| ended::verify_logout_token(keys, &expect, token)).await;
    let Ended { sub, sid } = read.map_err(|failure| untrusted("logout_token", failure))?;
    match (sid, sub) {
        (Some(sid), _) => end_by_sid(app, &connection, provider.issuer(), &sid).await,
        (None, Some(sub)) => end_by_subject(app, &connection, provider.issuer(), &sub).await,
        (None, None) => Ok(()),
    }
}

/// Takes the visit of a browser that a provider sends around when a session ends there (OpenID Connect Front-Channel
/// Logout 1.0). The id of the session, which only the provider and this server know, is the proof.
pub async fn take_visit(app: &App, id: ConnectionId, issuer: &str, sid: &str) -> Result<(), Error> {
    let connection = connection(app, id).await?;
    match connection.settings.sign_in() {
        Some((own, _)) if own == issuer && !sid.is_empty() => end_by_sid(app, &connection, issuer, sid).await,
        Some(_) | None => {
            Err(Error::malformed("iss", "must be the issuer of this connection, with the sid of a session"))
        }
    }
}

/// Ends all access of the person whom the provider names, on the word of its bearer token (Okta Universal Logout).
pub async fn take_revocation(app: &App, id: ConnectionId, bearer: &str, body: &[u8]) -> Result<(), Error> {
    let connection = connection(app, id).await?;
    let provider = open(app, &connection).await?;
    let (expect, address) = (expect(app, &provider), addresses(app, id).universal_logout);
    let check = |keys: &_| ended::verify_revocation_token(keys, &expect, &address, bearer);
    providers::believe(app, &provider, check).await.map_err(|failure| match failure {
        Failure::Refused(_) => Error::Unauthenticated,
        Failure::Product(error) => error,
    })?;
    let Some(subject) = ended::revoked_subject(provider.issuer(), body) else {
        return Err(Error::malformed(
            "sub_id",
            "name the person in the format iss_sub, with the issuer of this connection",
        ));
    };
    let user = user_of(app, &connection, provider.issuer(), &subject).await?.ok_or(Error::NotFound("user"))?;
    end_all(app, &connection, user).await
}

async fn open(app: &App, connection: &Connection) -> Result<Provider, Error> {
    providers::open(app, connection).await.map_err(|failure| untrusted("connection", failure))
}

fn untrusted(field: &str, failure: Failure) -> Error {
    match failure {
        Failure::Refused(_) => Error::malformed(field, failure.to_string()),
        Failure::Product(error) => error,
    }
}

fn expect<'p>(app: &App, provider: &'p Provider) -> Expect<'p> {
    Expect { issuer: provider.issuer(), client_id: &provider.client_id, now_seconds: app.now().seconds() }
}

async fn end_by_sid(app: &App, of: &Connection, issuer: &str, sid: &str) -> Result<(), Error> {
    let tx = app.begin(of.org).await?;
    let ended = session_rows::list_of_upstream(&*tx, tx.org, (of.id, issuer), sid).await?;
    end(app, tx, of, ended).await
}

async fn end_by_subject(app: &App, of: &Connection, issuer: &str, subject: &str) -> Result<(), Error> {
    let Some(user) = user_of(app, of, issuer, subject).await? else { return Ok(()) };
    let tx = app.begin(of.org).await?;
    let mut ended = session_rows::list(&*tx, tx.org, user).await?;
    ended.retain(|it| it.upstream.as_ref().is_some_and(|from| from.connection == of.id));
    end(app, tx, of, ended).await
}

/// Ends these sessions with everything that applications got in them.
async fn end(app: &App, mut tx: Tx, of: &Connection, ended: Vec<Session>) -> Result<(), Error> {
    let (actor, mut permits) = (provisioner::actor(of)?, Vec::new());
    for session in &ended {
        let person = users::load(&tx, session.user).await?;
        let (same, permit) = app.ask(tx, &actor, Action::RevokeSessions, person.target()).await?;
        sessions::end_in(&same, session.id).await?;
        tx = same;
        permits.push(permit);
    }
    if permits.is_empty() { Ok(()) } else { tx.commit_all(permits).await }
}

async fn end_all(app: &App, of: &Connection, user: UserId) -> Result<(), Error> {
    let actor: Actor = provisioner::actor(of)?;
    let tx = app.begin(of.org).await?;
    let person: Person = users::load(&tx, user).await?;
    let (tx, permit) = app.ask(tx, &actor, Action::RevokeSessions, person.target()).await?;
    accounts::void_access(&tx, &person.user, person.user.status).await?;
    tx.commit(permit).await
}

/// The linked user whom a notice means by `sub`. Where `sub` is not what names a person, it names nobody.
async fn user_of(app: &App, of: &Connection, issuer: &str, subject: &str) -> Result<Option<UserId>, Error> {
    match exchange::subject_rule(of.kind) {
        SubjectRule::Sub => {
            let key = Key { connection: of.id, issuer, subject };
            identities::find(app.store.reader(), of.org, key).await
        }
        SubjectRule::TenantAndObject => Ok(None),
    }
}
