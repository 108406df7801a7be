//! Changes of a client that is registered: of what it asks for, and of its secret.
//!
//! **Invariant:** a changed registration is checked as a whole, by the rules of a new one, so no order of changes leads to what
//! could not have been registered.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Registered, begin, check, check_asking, check_reach, check_waiver, get};
use crate::app::client_proof::read_keys;
use crate::app::{App, events, keys};
use crate::domain::Error;
use crate::domain::client::{Client, Secrets};
use crate::domain::id::ClientId;
use crate::domain::policy::{Action, Actor, Change};
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::text::check_name;
use crate::oidc::client::{AccessTokenFormat, Profile, Registration};
use crate::oidc::jwt::Algorithm;
use crate::oidc::lifetimes::Lifetimes;
use crate::oidc::mapping::Mapping;
use crate::oidc::reach::Reach;
use crate::oidc::scope::Scopes;
use crate::store::{Tx, clients};

/// How long the earlier secret works beside a new one.
pub const OVERLAP: Duration = Duration::from_hours(24);

/// What is to change; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// Its name for people.
    pub name: Option<String>,
    /// Its public keys, where it proves itself with one; what one of before signed proves nothing any more.
    pub jwks: Option<Value>,
    /// Where answers may go.
    pub redirect_uris: Option<Vec<String>>,
    /// Where a person may go after signing out.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Where it wants to hear that a session ended; the inner none is nowhere.
    pub backchannel_logout_uri: Option<Option<String>>,
    /// What a browser loads in which somebody signs out; the inner none is nothing.
    pub frontchannel_logout_uri: Option<Option<String>>,
    /// Whether it must be told there which session that was.
    pub frontchannel_logout_session_required: Option<bool>,
    /// Where it wants to hear of changes to users and groups; the inner none is nowhere.
    pub events_uri: Option<Option<String>>,
    /// Where a person is sent who begins here; the inner none is nowhere.
    pub initiate_login_uri: Option<Option<String>>,
    /// The scopes it may ask for, with spaces between.
    pub scopes: Option<String>,
    /// Whether people are not asked for consent.
    pub first_party: Option<bool>,
    /// Whether people sign in to it with two factors.
    pub require_mfa: Option<bool>,
    /// The rule set it follows.
    pub profile: Option<Profile>,
    /// What its ID tokens are signed with.
    pub id_token_alg: Option<Algorithm>,
    /// What its access tokens look like.
    pub access_token_format: Option<AccessTokenFormat>,
    /// Whether it sends the browser with pushed requests alone.
    pub require_pushed_requests: Option<bool>,
    /// Whether it gets no tokens but such as are bound to a key.
    pub dpop_bound: Option<bool>,
    /// Whether it runs on devices that people let in with another browser.
    pub device_grant: Option<bool>,
    /// The name under which it is the resource server that tokens are for; the inner none is none.
    pub resource: Option<Option<String>>,
    /// The resources that it gets tokens for, where it asks for any.
    pub audiences: Option<Vec<String>>,
    /// Claims that it is told under other names.
    pub claims: Option<Mapping>,
    /// How long what it gets is good.
    pub lifetimes: Option<Lifetimes>,
    /// Who may use it.
    pub reach: Option<Reach>,
}

/// What becomes of the earlier secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// It works for [`OVERLAP`], so that the application can be told the new one while it runs.
    Overlaps,
    /// It ends at once, with every token of the client: it may be in foreign hands.
    Ends,
}

/// Changes what a client is registered for. What narrows it counts at once, also for tokens that it has.
pub async fn edit(app: &App, actor: &Actor, id: ClientId, edit: Edit) -> Result<Registered, Error> {
    // Whoever may not is refused, and recorded, in the unit; no key is made for them.
    if let Some(algorithm) = edit.id_token_alg
        && get(app, actor, id).await.is_ok()
    {
        keys::provide(app, algorithm).await?;
    }
    let (tx, before) = begin(app, actor, id).await?;
    // What somebody has decided about it is not forgotten with it.
    let before = Registered { client: Client { met_at: None, ..before.client }, ..before };
    apply(app, actor, (tx, before), edit).await
}

/// The same in a unit that has begun on the client.
pub(super) async fn apply(
    app: &App,
    actor: &Actor,
    (tx, before): (Tx, Registered),
    edit: Edit,
) -> Result<Registered, Error> {
    let events_uri = edit.events_uri.clone().unwrap_or_else(|| before.client.events_uri.clone());
    events_uri.as_deref().map_or(Ok(()), events::check_uri)?;
    let registration = edit.apply(before.registration.clone())?;
    check_name("name", &registration.name, super::NAME_MAX)?;
    let mut changes = changes(&before.registration, &registration)?;
    if events_uri != before.client.events_uri {
        let [was, is] = [&before.client.events_uri, &events_uri].map(|uri| uri.as_ref().map(|it| json!(it)));
        changes.push(Change::new("events_uri", was, is));
    }
    let is_changed = !changes.is_empty();
    let (tx, permit) = app.ask(tx, actor, Action::UpdateClient { changes }, before.client.target()).await?;
    check(&registration)?;
    if registration.pairwise && registration.sector() != before.registration.sector() {
        let problem = "people would be strangers to the application at another host; register it anew";
        return Err(Error::malformed("redirect_uris", problem));
    }
    if registration.reach != before.registration.reach {
        check_reach(&tx, before.client.org, &registration.reach).await?;
    }
    check_waiver(&tx, actor, &registration)?;
    if registration.scopes != before.registration.scopes {
        check_asking(&tx, actor, &registration)?;
    }
    if !is_changed {
        return Ok(before);
    }
    let text = serde_json::to_string(&registration).map_err(anyhow::Error::new)?;
    let name = registration.name.clone();
    let client = Client { name, registration: text, events_uri, updated_at: tx.now, ..before.client };
    clients::update(&tx, &client, None).await?;
    tx.commit(permit).await?;
    Ok(Registered { client, registration })
}

/// Gives a client a new secret; two work at most.
pub async fn rotate_secret(
    app: &App,
    actor: &Actor,
    id: ClientId,
    earlier: Earlier,
) -> Result<(Registered, Secret<String>), Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::RotateClientSecret, before.client.target()).await?;
    if !before.registration.auth_method.has_secret() {
        return Err(Error::malformed("client", "this client has no secret"));
    }
    check_asking(&tx, actor, &before.registration)?;
    let (_, had) = clients::find(&*tx, id).await?.ok_or(Error::NotFound("client"))?;
    let secret = TokenKind::Client.generate();
    let present = Some(TokenHash::of(secret.reveal()));
    let (kept, raise) = match earlier {
        Earlier::Overlaps => (had.present.map(|hash| (hash, tx.now.after(OVERLAP))), 0),
        Earlier::Ends => (None, 1),
    };
    let epoch = before.client.epoch.saturating_add(raise);
    let client = Client { epoch, updated_at: tx.now, ..before.client };
    clients::update(&tx, &client, Some(&Secrets { present, earlier: kept })).await?;
    tx.commit(permit).await?;
    Ok((Registered { client, ..before }, secret))
}

impl Edit {
    fn apply(self, it: Registration) -> Result<Registration, Error> {
        let scopes = self.scopes.as_deref().map(Scopes::exactly).transpose();
        let scopes = scopes.map_err(|_| Error::malformed("scope", "names a scope that is not offered"))?;
        let jwks = self.jwks.as_ref().map(read_keys).transpose()?;
        let pushed = self.require_pushed_requests.unwrap_or(it.require_pushed_authorization_requests);
        let frontchannel_logout_uri = self.frontchannel_logout_uri.unwrap_or(it.frontchannel_logout_uri);
        // What is told of a session goes with the address at which it is told.
        let was_told_which = it.frontchannel_logout_session_required && frontchannel_logout_uri.is_some();
        let is_told_which = self.frontchannel_logout_session_required.unwrap_or(was_told_which);
        Ok(Registration {
            name: self.name.unwrap_or(it.name),
            jwks: jwks.or(it.jwks),
            redirect_uris: self.redirect_uris.unwrap_or(it.redirect_uris),
            post_logout_redirect_uris: self.post_logout_redirect_uris.unwrap_or(it.post_logout_redirect_uris),
            backchannel_logout_uri: self.backchannel_logout_uri.unwrap_or(it.backchannel_logout_uri),
            frontchannel_logout_uri,
            frontchannel_logout_session_required: is_told_which,
            initiate_login_uri: self.initiate_login_uri.unwrap_or(it.initiate_login_uri),
            scopes: scopes.unwrap_or(it.scopes),
            first_party: self.first_party.unwrap_or(it.first_party),
            require_mfa: self.require_mfa.unwrap_or(it.require_mfa),
            profile: self.profile.unwrap_or(it.profile),
            id_token_alg: self.id_token_alg.unwrap_or(it.id_token_alg),
            access_token_format: self.access_token_format.unwrap_or(it.access_token_format),
            require_pushed_authorization_requests: pushed,
            dpop_bound_access_tokens: self.dpop_bound.unwrap_or(it.dpop_bound_access_tokens),
            device_grant: self.device_grant.unwrap_or(it.device_grant),
            resource: self.resource.unwrap_or(it.resource),
            audiences: self.audiences.unwrap_or(it.audiences),
            claims: self.claims.unwrap_or(it.claims),
            lifetimes: self.lifetimes.unwrap_or(it.lifetimes),
            reach: self.reach.unwrap_or(it.reach),
            ..it
        })
    }
}

/// What differs, member by member, in the names of the registration.
fn changes(before: &Registration, after: &Registration) -> Result<Vec<Change>, Error> {
    let members = |it| match serde_json::to_value(it) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Error::from(anyhow::anyhow!("a registration is not an object"))),
        Err(cause) => Err(anyhow::Error::new(cause).into()),
    };
    let (before, after) = (members(before)?, members(after)?);
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    Ok(changed.map(|name| Change::new(name.as_str(), before.get(name).cloned(), after.get(name).cloned())).collect())
}
