//! Applications that register themselves, and see, change and withdraw what they registered: RFC 7591, RFC 7592.
//!
//! **Invariant:** a registration is begun with the rights of somebody who may make applications, and leads to an application of
//! that organisation which asks its people for consent.
//! **Invariant:** the token of a registration is good for the application's first epoch: whoever disables it, or ends its secret
//! at once, ends that token too.

use secrecy::{ExposeSecret as _, SecretString};

use super::{Edit, NewClient, Registered, add, begin, change, delete_in, registered};
use crate::app::tokens::Failure;
use crate::app::{App, keys, users};
use crate::domain::Error;
use crate::domain::client::Client;
use crate::domain::id::{ClientId, OrgId};
use crate::domain::policy::{Actor, ClientActor};
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::oidc;
use crate::oidc::bearer::invalid_token;
use crate::oidc::client::{AccessTokenFormat, Profile, Registration};
use crate::oidc::registration::{Body, Metadata, wrong};
use crate::store::{Reader, Tx, clients};

/// An application that has just registered itself, with what is shown once.
pub struct RegisteredItself {
    /// The application.
    pub it: Registered,
    /// Its secret, where it has one.
    pub secret: Option<Secret<String>>,
    /// The token for its registration.
    pub token: Secret<String>,
}

/// An application that has proved, by the token of its registration, that it is it.
pub struct Itself {
    it: Registered,
    token: TokenHash,
}

impl Itself {
    /// The application.
    pub fn registered(&self) -> &Registered {
        &self.it
    }

    fn actor(&self) -> Actor {
        let client = &self.it.client;
        Actor::Client(ClientActor { org: Some(client.org), id: client.id, label: client.name.clone() })
    }

    /// Begins a unit on the application as it is then; what people have taken from it meanwhile is gone.
    async fn begin(&self, app: &App) -> Result<(Tx, Registered), Failure> {
        let (tx, now) = begin(app, &self.actor(), self.it.client.id).await?;
        is_good(&*tx, &now.client, &self.token).await?;
        Ok((tx, now))
    }
}

/// Registers what an application says of itself, in the organisation of whoever registers it.
pub async fn register(app: &App, actor: &Actor, body: &[u8]) -> Result<RegisteredItself, Failure> {
    let body = Body::parse(body)?;
    let org = users::organisation_of(app, actor, body.organisation()?).await.map_err(told)?;
    let metadata = body.metadata(None)?;
    let token = TokenKind::Registration.generate();
    let new = new(org, metadata);
    let id = ClientId::new();
    let named = (id, id.to_string());
    let (it, secret) = add(app, actor, named, new, Some(&TokenHash::of(token.reveal()))).await.map_err(told)?;
    Ok(RegisteredItself { it, secret, token })
}

/// The application of which this is the name and the token of its registration.
pub async fn itself(app: &App, client_id: &str, token: &SecretString) -> Result<Itself, Failure> {
    let id: ClientId = client_id.parse().map_err(|_| invalid_token())?;
    let (reader, token) = (app.store.reader(), TokenHash::of(token.expose_secret()));
    let (client, _) = clients::find(reader, id).await?.ok_or_else(invalid_token)?;
    is_good(reader, &client, &token).await?;
    if app.store.organisation(client.org).await?.0.is_suspended {
        return Err(invalid_token().into());
    }
    Ok(Itself { it: registered(client)?, token })
}

/// Refuses what is not the token of the registration of this client, or is so no more.
async fn is_good(db: &impl Reader, client: &Client, token: &TokenHash) -> Result<(), Failure> {
    let kept = clients::registration_token(db, client.id).await?;
    if kept.is_some_and(|kept| kept.matches(token)) && !client.is_disabled && client.epoch == 0 {
        return Ok(());
    }
    Err(invalid_token().into())
}

/// Registers anew what an application says of itself; what it leaves out is as if it had never been said (RFC 7592 2.2).
pub async fn replace(app: &App, own: Itself, body: &[u8]) -> Result<Itself, Failure> {
    let body = Body::parse(body)?;
    is_of(app, &own, body.whose()?).await?;
    keys::provide(app, body.metadata(Some(&own.it.registration))?.id_token_alg).await?;
    let (tx, before) = own.begin(app).await?;
    let metadata = body.metadata(Some(&before.registration))?;
    let edit = edit(metadata, &before.registration)?;
    let it = change::apply(app, &own.actor(), (tx, before), edit).await.map_err(told)?;
    Ok(Itself { it, ..own })
}

/// Takes an application away that wants to be registered no more.
pub async fn withdraw(app: &App, own: Itself) -> Result<(), Failure> {
    let begun = own.begin(app).await?;
    Ok(delete_in(app, &own.actor(), begun).await?)
}

/// Whether a body is about the application that sends it.
async fn is_of(app: &App, own: &Itself, (client_id, secret): (Option<&str>, Option<&str>)) -> Result<(), Failure> {
    if client_id != Some(own.it.registration.client_id.as_str()) {
        return Err(wrong("client_id", "must be there, and be the one of this registration").into());
    }
    let Some(secret) = secret else { return Ok(()) };
    let found = clients::find(app.store.reader(), own.it.client.id).await?;
    if found.is_some_and(|(_, secrets)| secrets.has(&TokenHash::of(secret), app.now())) {
        return Ok(());
    }
    Err(wrong("client_secret", "is not the present one; leave it out").into())
}

pub(super) fn new(org: OrgId, it: Metadata) -> NewClient {
    NewClient {
        org: Some(org),
        name: it.name(),
        auth_method: it.auth_method,
        jwks: it.jwks,
        redirect_uris: it.redirect_uris,
        post_logout_redirect_uris: it.post_logout_redirect_uris,
        backchannel_logout_uri: it.backchannel_logout_uri,
        frontchannel_logout_uri: it.frontchannel_logout_uri,
        frontchannel_logout_session_required: it.frontchannel_logout_session_required,
        events_uri: None,
        scopes: Some(it.scopes.into()),
        first_party: false,
        require_mfa: false,
        profile: Profile::Standard,
        id_token_alg: Some(it.id_token_alg),
        access_token_format: AccessTokenFormat::Opaque,
        require_pushed_requests: it.require_pushed_requests,
        dpop_bound: it.dpop_bound,
        device_grant: false,
        resource: None,
        audiences: Vec::new(),
        pairwise: it.pairwise,
        claims: Default::default(),
        initiate_login_uri: it.initiate_login_uri,
        lifetimes: Default::default(),
        reach: Default::default(),
    }
}

/// What people waived for the addresses and scopes of before, they did not waive for others; how an application proves itself and knows
/// people, it keeps.
pub(super) fn edit(it: Metadata, before: &Registration) -> Result<Edit, oidc::Error> {
    if it.auth_method != before.auth_method {
        return Err(wrong("token_endpoint_auth_method", "cannot be changed; register anew"));
    }
    if it.pairwise != before.pairwise {
        return Err(wrong("subject_type", "cannot be changed; register anew"));
    }
    let is_the_same = it.redirect_uris == before.redirect_uris && before.scopes.covers(&it.scopes);
    Ok(Edit {
        first_party: (!is_the_same).then_some(false),
        name: Some(it.name()),
        jwks: it.jwks,
        redirect_uris: Some(it.redirect_uris),
        post_logout_redirect_uris: Some(it.post_logout_redirect_uris),
        backchannel_logout_uri: Some(it.backchannel_logout_uri),
        frontchannel_logout_uri: Some(it.frontchannel_logout_uri),
        frontchannel_logout_session_required: Some(it.frontchannel_logout_session_required),
        initiate_login_uri: Some(it.initiate_login_uri),
        scopes: Some(it.scopes.into()),
        id_token_alg: Some(it.id_token_alg),
        require_pushed_requests: Some(it.require_pushed_requests),
        dpop_bound: Some(it.dpop_bound),
        ..Edit::default()
    })
}

/// What is wrong with a registration, in the terms of its protocol.
pub(super) fn told(cause: Error) -> Failure {
    let Error::Invalid { field, problem } = cause else { return Failure::Product(cause) };
    // The product's own names of what the metadata calls otherwise.
    let field = if field == "name" { "client_name" } else { field.as_str() };
    Failure::Protocol(wrong(field, &problem.to_string()))
}
