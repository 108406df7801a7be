//! OpenID Connect clients: the applications that people sign in to.
//!
//! **Invariant:** a client secret is shown once, when it is made; only its hash is stored.
//! **Invariant:** a client of which two secrets work has the second for a day; where the earlier one may be in foreign hands it
//! ends at once, with every token of before.

mod by_document;
mod by_itself;
mod change;
mod people;
mod trial;

pub use by_document::{Documents, meet, sweep};
pub use by_itself::{Itself, RegisteredItself, itself, register, replace, withdraw};
pub use change::{Earlier, Edit, OVERLAP, edit, rotate_secret};
pub use people::{People, SHOWN, SHOWN_MAX, SignedIn, end_access, may_end_access, signed_in};
pub use trial::{Factors, MOMENTARY, Outcome, Told, Trial, Why, try_sign_in};

use serde_json::Value;

use crate::app::client_proof::read_keys;
use crate::app::{App, application, decisions, events, keys};
use crate::domain::client::Client;
use crate::domain::id::{ClientId, GroupId, OrgId};
use crate::domain::policy::{Action, Actor, Change};
use crate::domain::role::RoleKey;
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::text::check_name;
use crate::domain::{Error, Flaw};
use crate::oidc::client::{Problem, Registration};
use crate::oidc::client_document::address;
use crate::oidc::scope::{Scope, Scopes};
use crate::store::{Tx, clients, groups, organisations};

pub use crate::oidc::client::{AccessTokenFormat, AuthMethod, Profile};
pub use crate::oidc::jwt::Algorithm;
pub use crate::oidc::lifetimes::Lifetimes;
pub use crate::oidc::mapping::Mapping;
pub use crate::oidc::reach::Reach;

/// What a role must allow before its holder may see and keep the applications of an organisation.
pub const MANAGE: &str = "org.clients:manage";
/// As long as a name may be.
pub const NAME_MAX: usize = 128;

/// What a client starts with.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// The organisation it serves; none makes it a client of the operator, which serves all.
    pub org: Option<OrgId>,
    /// Its name for people.
    pub name: String,
    /// How it authenticates.
    pub auth_method: AuthMethod,
    /// Its public keys, where it proves itself with one.
    pub jwks: Option<Value>,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Where a person may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it wants to hear that a session ended.
    pub backchannel_logout_uri: Option<String>,
    /// What a browser loads in which a session ends.
    pub frontchannel_logout_uri: Option<String>,
    /// Whether it must be told there which session that was; it is told in any case.
    pub frontchannel_logout_session_required: bool,
    /// Where it wants to hear of changes to users and groups.
    pub events_uri: Option<String>,
    /// The scopes it may ask for, with spaces between; none is every scope but the one of the administration API.
    pub scopes: Option<String>,
    /// Whether people are not asked for consent.
    pub first_party: bool,
    /// Whether people sign in to it with two factors, whatever else is asked of them.
    pub require_mfa: bool,
    /// The rule set it follows.
    pub profile: Profile,
    /// What its ID tokens are signed with; none is the first that the profile takes.
    pub id_token_alg: Option<Algorithm>,
    /// What its access tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// Whether it sends the browser with pushed requests alone.
    pub require_pushed_requests: bool,
    /// Whether it gets no tokens but such as are bound to a key.
    pub dpop_bound: bool,
    /// Whether it runs on devices that people let in with another browser.
    pub device_grant: bool,
    /// The name under which it is the resource server that tokens are for.
    pub resource: Option<String>,
    /// The resources that it gets tokens for, where it asks for any.
    pub audiences: Vec<String>,
    /// Whether it knows people by names that no application of another host knows them by.
    pub pairwise: bool,
    /// Claims that it is told under other names.
    pub claims: Mapping,
    /// Where a person is sent who begins here.
    pub initiate_login_uri: Option<String>,
    /// How long what it gets is good.
    pub lifetimes: Lifetimes,
    /// Who may use it, of those whom it serves.
    pub reach: Reach,
}

/// A client as registered.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// What was registered.
    pub registration: Registration,
}

/// Makes a client; its secret, where it has one, is shown once.
pub async fn create(app: &App, actor: &Actor, new: NewClient) -> Result<(Registered, Option<Secret<String>>), Error> {
    let id = ClientId::new();
    add(app, actor, (id, id.to_string()), new, None).await
}

async fn add(
    app: &App,
    actor: &Actor,
    (id, client_id): (ClientId, String),
    new: NewClient,
    registration_token: Option<&TokenHash>,
) -> Result<(Registered, Option<Secret<String>>), Error> {
    check_name("name", &new.name, NAME_MAX)?;
    let org = new.org.unwrap_or(OrgId::OPERATOR);
    let events_uri = new.events_uri.clone();
    events_uri.as_deref().map_or(Ok(()), events::check_uri)?;
    let registration = registration(client_id, new)?;
    check(&registration)?;
    // Whoever may not is refused, and recorded, in the unit; no key is made for them.
    if may_read(app, actor, org).await.is_ok() {
        keys::provide(app, registration.id_token_alg).await?;
    }
    let tx = app.begin(org).await?;
    let client = Client {
        id,
        org,
        name: registration.name.clone(),
        registration: serde_json::to_string(&registration).map_err(anyhow::Error::new)?,
        is_disabled: false,
        epoch: 0,
        created_at: tx.now,
        updated_at: tx.now,
        events_uri,
        met_at: address(&registration.client_id).map(|_| tx.now),
    };
    let (tx, permit) = app.ask(tx, actor, Action::CreateClient, client.target()).await?;
    check_reach(&tx, org, &registration.reach).await?;
    check_waiver(&tx, actor, &registration)?;
    check_asking(&tx, actor, &registration)?;
    let secret = registration.auth_method.has_secret().then(|| TokenKind::Client.generate());
    let hash = secret.as_ref().map(|secret| TokenHash::of(secret.reveal()));
    clients::insert(&tx, &client, hash.as_ref(), registration_token).await?;
    tx.commit(permit).await?;
    Ok((Registered { client, registration }, secret))
}

/// The clients of an organisation, or of the operator, by name.
pub async fn list(app: &App, actor: &Actor, org: Option<OrgId>) -> Result<Vec<Registered>, Error> {
    may_read(app, actor, org.unwrap_or(OrgId::OPERATOR)).await?;
    let found = clients::list(app.store.reader(), org.unwrap_or(OrgId::OPERATOR)).await?;
    found.into_iter().map(registered).collect()
}

/// The client with this id.
pub async fn get(app: &App, actor: &Actor, id: ClientId) -> Result<Registered, Error> {
    let found = clients::find(app.store.reader(), id).await?.ok_or(Error::NotFound("client"))?.0;
    may_read(app, actor, found.org).await?;
    registered(found)
}

/// Gives a client that proves itself with a key of its own other keys; what one of before signed proves nothing any more.
pub async fn set_keys(app: &App, actor: &Actor, id: ClientId, jwks: &Value) -> Result<Registered, Error> {
    let keys = read_keys(jwks)?;
    let (tx, Registered { client, registration }) = begin(app, actor, id).await?;
    let changes = vec![Change::new("jwks", registration.jwks.clone(), Some(keys.clone()))];
    let registration = Registration { jwks: Some(keys), ..registration };
    let (tx, permit) = app.ask(tx, actor, Action::UpdateClient { changes }, client.target()).await?;
    check(&registration)?;
    check_asking(&tx, actor, &registration)?;
    let text = serde_json::to_string(&registration).map_err(anyhow::Error::new)?;
    let client = Client { registration: text, updated_at: tx.now, ..client };
    clients::update(&tx, &client, None).await?;
    tx.commit(permit).await?;
    Ok(Registered { client, registration })
}

/// Refuses a client everywhere from now on; what was issued to it is void, also after it is enabled again.
pub async fn disable(app: &App, actor: &Actor, id: ClientId) -> Result<Registered, Error> {
    set_disabled(app, actor, id, true).await
}

/// Serves a disabled client again.
pub async fn enable(app: &App, actor: &Actor, id: ClientId) -> Result<Registered, Error> {
    set_disabled(app, actor, id, false).await
}

async fn set_disabled(app: &App, actor: &Actor, id: ClientId, is_disabled: bool) -> Result<Registered, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let action = if is_disabled { Action::DisableClient } else { Action::EnableClient };
    let (tx, permit) = app.ask(tx, actor, action, before.client.target()).await?;
    if before.client.is_disabled == is_disabled {
        return Ok(before);
    }
    let epoch = before.client.epoch.saturating_add(1);
    let client = Client { is_disabled, epoch, updated_at: tx.now, met_at: None, ..before.client };
    clients::update(&tx, &client, None).await?;
    tx.commit(permit).await?;
    Ok(Registered { client, ..before })
}

/// Takes a client away; what was issued to it is void.
pub async fn delete(app: &App, actor: &Actor, id: ClientId) -> Result<(), Error> {
    delete_in(app, actor, begin(app, actor, id).await?).await
}

async fn delete_in(app: &App, actor: &Actor, (tx, before): (Tx, Registered)) -> Result<(), Error> {
    let (tx, permit) = app.ask(tx, actor, Action::DeleteClient, before.client.target()).await?;
    clients::delete(&tx, before.client.id).await?;
    tx.commit(permit).await
}

fn registration(client_id: String, new: NewClient) -> Result<Registration, Error> {
    // What opens a surface of its own is asked for by whoever means it.
    let usual = || Scope::ALL.into_iter().filter(|scope| !scope.opens_a_surface()).collect();
    let scopes = new.scopes.as_deref().map_or_else(|| Ok(usual()), Scopes::exactly);
    let by_profile = if new.profile == Profile::Standard { Algorithm::Rs256 } else { Algorithm::Es256 };
    Ok(Registration {
        client_id,
        name: new.name,
        auth_method: new.auth_method,
        jwks: new.jwks.as_ref().map(read_keys).transpose()?,
        redirect_uris: new.redirect_uris,
        post_logout_redirect_uris: new.post_logout_redirect_uris,
        backchannel_logout_uri: new.backchannel_logout_uri,
        frontchannel_logout_uri: new.frontchannel_logout_uri,
        frontchannel_logout_session_required: new.frontchannel_logout_session_required,
        scopes: scopes.map_err(|_| Error::malformed("scope", "names a scope that is not offered"))?,
        first_party: new.first_party,
        require_mfa: new.require_mfa,
        profile: new.profile,
        id_token_alg: new.id_token_alg.unwrap_or(by_profile),
        access_token_format: new.access_token_format,
        require_pushed_authorization_requests: new.require_pushed_requests,
        dpop_bound_access_tokens: new.dpop_bound,
        device_grant: new.device_grant,
        resource: new.resource,
        audiences: new.audiences,
        pairwise: new.pairwise,
        claims: new.claims,
        initiate_login_uri: new.initiate_login_uri,
        lifetimes: new.lifetimes,
        reach: new.reach,
    })
}

fn check(registration: &Registration) -> Result<(), Error> {
    registration.check().map_err(|Problem { field, problem }| Error::malformed(field, problem))
}

/// An application that opens the API does there whatever its people may. Nobody who may less than they signs them in to one
/// that does not ask them first.
fn check_waiver(tx: &Tx, actor: &Actor, it: &Registration) -> Result<(), Error> {
    match actor.account() {
        Some(own) if it.first_party && it.scopes.has(Scope::Api) && !own.effective.has_everything(tx.roles()?) => {
            Err(Error::invalid("first_party", Flaw::Unasked))
        }
        Some(_) | None => Ok(()),
    }
}

/// Nobody comes by an application that asks for decisions who may not ask for them.
fn check_asking(tx: &Tx, actor: &Actor, it: &Registration) -> Result<(), Error> {
    match actor.account() {
        Some(_) if it.scopes.has(Scope::AuthZen) => actor.may(tx.roles()?, decisions::ASK),
        Some(_) | None => Ok(()),
    }
}

/// Whoever is named as those who may use a client must be there, so that a slip does not shut everybody out in silence.
async fn check_reach(tx: &Tx, org: OrgId, reach: &Reach) -> Result<(), Error> {
    if org != OrgId::OPERATOR && !reach.organisations.is_empty() {
        return Err(Error::malformed("reach.organisations", "this client serves one organisation alone"));
    }
    for id in &reach.organisations {
        let id: OrgId = id.parse().map_err(|_| unknown("reach.organisations", id))?;
        if organisations::find(&**tx, id).await?.is_none() {
            return Err(unknown("reach.organisations", &id.to_string()));
        }
    }
    for id in &reach.groups {
        let id: GroupId = id.parse().map_err(|_| unknown("reach.groups", id))?;
        // A client of the operator serves organisations whose groups are not looked through here.
        if org != OrgId::OPERATOR && groups::find(&**tx, org, id).await?.is_none() {
            return Err(unknown("reach.groups", &id.to_string()));
        }
    }
    for key in &reach.roles {
        let role: RoleKey = key.parse().map_err(|_| unknown("reach.roles", key))?;
        if org != OrgId::OPERATOR && tx.roles()?.get(&role).is_none() {
            return Err(unknown("reach.roles", key));
        }
    }
    Ok(())
}

fn unknown(field: &'static str, named: &str) -> Error {
    Error::malformed(field, format!("{named} is not there; nothing was changed"))
}

/// Begins a unit on the owner of a client, and reads the client inside it.
async fn begin(app: &App, actor: &Actor, id: ClientId) -> Result<(Tx, Registered), Error> {
    let found = clients::find(app.store.reader(), id).await?.ok_or(Error::NotFound("client"))?.0;
    if actor.org().is_some_and(|own| own != found.org) {
        return Err(Error::NotFound("client"));
    }
    let tx = app.begin(found.org).await?;
    let (client, _) = clients::find(&*tx, id).await?.ok_or(Error::NotFound("client"))?;
    Ok((tx, registered(client)?))
}

async fn may_read(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    if matches!(actor, Actor::Operator { .. }) {
        return Ok(());
    }
    if actor.org() != Some(org) {
        return Err(Error::NotFound("client"));
    }
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, MANAGE)
}

fn registered(client: Client) -> Result<Registered, Error> {
    let registration = application::registration(&client)?;
    Ok(Registered { client, registration })
}
