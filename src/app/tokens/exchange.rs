//! The token endpoint: a token that an application was given, for one with which it goes on to another (RFC 8693).
//!
//! **Invariant:** an application exchanges what was given to it: a token of its own, or one that is for the resource server that it
//! is.
//! **Invariant:** what comes of it belongs to the same authorization and ends with it, and at the latest with the token that was
//! exchanged; every application that it went through must still be what it was.

use std::sync::Arc;

use secrecy::ExposeSecret as _;

use super::inspect::{Live, live};
use super::{Failure, mint};
use crate::app::application::Application;
use crate::app::{App, keys, subject};
use crate::domain::client::HandedTo;
use crate::domain::policy::Action;
use crate::domain::secret::TokenHash;
use crate::oidc::bearer::Scheme;
use crate::oidc::claims::Occasion;
use crate::oidc::exchange::{ExchangeGrant, HANDS_MAX};
use crate::oidc::introspection::Kind;
use crate::oidc::token::Response;
use crate::oidc::{self, ErrorCode};
use crate::store::families;

/// Exchanges a token for one with which the client acts for the same person at other resources.
pub(super) async fn hand_on(
    app: &App,
    client: &Application,
    grant: &ExchangeGrant,
    jkt: Option<&str>,
) -> Result<Response, Failure> {
    let subject = subject(app, client, grant).await?;
    let scopes = grant.scopes(&subject.scopes, &client.registration.scopes)?;
    let handed_to = handed_to(client, &subject)?;
    let keys = keys::for_signing(app, client.registration.id_token_alg).await?;
    let tx = app.begin_shared(subject.family.org).await?;
    if !families::lives(&*tx, &TokenHash::of(grant.subject_token.expose_secret()), tx.now).await? {
        return Err(not_one_of_its_own().into());
    }
    let words = scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    let action = Action::IssueTokens { client: client.client.id.to_string(), scopes: words };
    let (tx, permit) = app.ask(tx, &client.actor(), action, subject.person.target()).await?;
    let wanted = mint::Wanted {
        client,
        family: &subject.family,
        how: &subject.how,
        scopes: &scopes,
        audience: &grant.audience,
        handed_to: &handed_to,
        nonce: None,
        spent: None,
        jkt,
    };
    let told = mint::describe(app, &tx, &subject.person, &wanted).await?;
    let registration = &client.registration;
    let key = keys.signing(registration.id_token_alg)?;
    let sid = subject::session(app, registration, subject.family.session)?;
    let hands = [vec![registration.client_id.clone()], subject.hands()].concat();
    let left = subject.issued.expires_at.seconds().saturating_sub(tx.now.seconds());
    let seconds = left.clamp(0, i64::from(registration.lifetimes.access_token_seconds));
    let occasion = Occasion {
        jkt,
        algorithm: key.algorithm(),
        hands: &hands,
        lifetime_seconds: seconds,
        ..mint::occasion(app, registration, &scopes, (&subject.how, &sid), tx.now)
    };
    let token = mint::access_token(&tx, &wanted, key, &told, &occasion).await?;
    tx.commit(permit).await?;
    let expires_in = u32::try_from(seconds).unwrap_or_default();
    Ok(Response::new(token, expires_in, &scopes).presented_as(Scheme::of(jkt)).exchanged())
}

/// The token that is exchanged, where it is one that was given to this client.
async fn subject(app: &App, client: &Application, grant: &ExchangeGrant) -> Result<Arc<Live>, Failure> {
    let is_given = |it: &Arc<Live>| {
        let is_for_it = client.registration.resource.as_ref().is_some_and(|own| it.issued.audience.contains(own));
        is_for_it || it.issued.holder(&it.family) == client.client.id
    };
    let live = live(app, &grant.subject_token).await?.filter(|it| it.kind == Kind::Access);
    let given = live.filter(|it| client.client.serves(it.family.org) && is_given(it));
    Ok(given.ok_or_else(not_one_of_its_own)?)
}

fn handed_to(client: &Application, subject: &Live) -> Result<Vec<HandedTo>, oidc::Error> {
    let before = &subject.issued.handed_to;
    if before.len() >= HANDS_MAX {
        let problem = format!("the subject_token went through {HANDS_MAX} clients already");
        return Err(ErrorCode::InvalidRequest.because(problem));
    }
    let last = HandedTo { client: client.client.id, epoch: client.client.epoch };
    Ok(std::iter::once(last).chain(before.iter().copied()).collect())
}

// RFC 8693 2.2.2
fn not_one_of_its_own() -> oidc::Error {
    ErrorCode::InvalidRequest.because("the subject_token is over, or none that was given to this client")
}
