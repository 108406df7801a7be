//! What is told about a token, and its end before its time.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{Failure, fault, person};
use crate::app::App;
use crate::app::application::{self, Application};
use crate::app::authorize::Circumstances;
use crate::app::users::{self, Person};
use crate::app::{possession, subject};
use crate::domain::Error;
use crate::domain::client::{Family, Issued, IssuedKind};
use crate::domain::id::UserId;
use crate::domain::policy::Action;
use crate::domain::secret::TokenHash;
use crate::oidc::bearer::{insufficient_scope, invalid_token};
use crate::oidc::claims::{self, Person as Told};
use crate::oidc::client::Registration;
use crate::oidc::dpop::Proven;
use crate::oidc::error::ErrorCode;
use crate::oidc::introspection::{self, Asking, Kind, Token};
use crate::oidc::jwt::Claims;
use crate::oidc::mapping::mapped;
use crate::oidc::revocation::{Effect, effect};
use crate::oidc::scope::{Scope, Scopes};
use crate::store::{self, families};

/// What the userinfo endpoint tells whoever brings an access token, and proves to hold the key that it is bound to, if it is.
pub async fn userinfo(app: &App, token: &SecretString, proven: Option<&Proven>) -> Result<Claims, Failure> {
    // One that is for other resources opens nothing here (RFC 9700 2.3).
    let live = live(app, token).await?.filter(|it| it.kind == Kind::Access && it.issued.audience.is_empty());
    let live =
        live.filter(|it| it.issued.jkt.as_ref() == proven.map(|proven| &proven.jkt)).ok_or_else(invalid_token)?;
    possession::spend(app, &live.client, proven).await?;
    if !live.scopes.has(Scope::OpenId) {
        return Err(insufficient_scope(Scope::OpenId).into());
    }
    Ok(at_userinfo(&live.whose, &live.scopes, &live.how, &live.client.registration))
}

/// What userinfo says.
pub(in crate::app) fn at_userinfo(told: &Told, scopes: &Scopes, how: &Circumstances, to: &Registration) -> Claims {
    let mut claims = claims::userinfo(told, scopes);
    claims.extend(claims::chosen(told, how.claims.at_userinfo()));
    claims.extend(mapped(&to.claims, told, scopes));
    claims
}

/// What an authenticated client with a secret is told about a token.
pub async fn introspect(app: &App, asking: &Application, token: &SecretString) -> Result<Value, Failure> {
    if asking.registration.is_public() {
        return Err(ErrorCode::InvalidClient.because("only a client with a secret may ask about tokens").into());
    }
    let now_seconds = app.now().seconds();
    let Some(live) = live(app, token).await? else {
        return Ok(introspection::answer(None, Asking { client_id: "", resource: None }, now_seconds));
    };
    let Registration { client_id, resource, reach, .. } = &asking.registration;
    let is_served = asking.client.serves(live.family.org) && reach.serves(&live.family.org.to_string());
    let asking = Asking { client_id, resource: resource.as_deref().filter(|_| is_served) };
    let hands = live.hands();
    let token = Token {
        kind: live.kind,
        issuer: &app.config.public_url,
        client_id: hands.first().unwrap_or(&live.client.registration.client_id),
        resources: &live.issued.audience,
        hands: &hands,
        scopes: &live.scopes,
        person: &live.whose,
        jkt: live.issued.jkt.as_deref(),
        issued_at: live.issued.created_at.seconds(),
        expires_at: live.issued.expires_at.seconds(),
    };
    Ok(introspection::answer(Some(&token), asking, now_seconds))
}

/// Ends a token of the asking client; any other request changes nothing and gets the same answer.
pub async fn revoke(app: &App, asking: &Application, token: &SecretString) -> Result<(), Failure> {
    let hash = TokenHash::of(token.expose_secret());
    let found = families::find(app.store.reader(), &hash).await?;
    let is_its_own = |(issued, family): &(Issued, Family)| issued.holder(family) == asking.client.id;
    let Some((issued, family)) = found.filter(is_its_own) else {
        return Ok(app.store.delete_client_access(&asking.client, &hash).await?);
    };
    let client_id = &asking.registration.client_id;
    let effect = effect(kind(issued.kind).map(|kind| (kind, client_id.as_str())), client_id);
    if effect == Effect::Nothing {
        return Ok(());
    }
    let tx = app.begin_shared(family.org).await?;
    let person = match users::load(&tx, family.user).await {
        Err(Error::NotFound(_)) => return Ok(()),
        other => other?,
    };
    let (tx, permit) = app.ask(tx, &asking.actor(), Action::RevokeTokens, person.target()).await?;
    match effect {
        Effect::Nothing => return Ok(()),
        Effect::Token => families::delete_issued(&tx, issued.id).await?,
        Effect::Family => {
            families::revoke(&tx, family.id).await?;
        }
    }
    Ok(tx.commit(permit).await?)
}

/// Somebody for whom an access token opens more than userinfo.
pub(in crate::app) struct Opened {
    /// What the token came from.
    pub family: Family,
    /// Whose it is.
    pub person: Person,
}

/// Whom an access token with this scope stands for; nobody where it is no bearer token, or not good at this moment. One that is
/// bound to a key is none: no proof is asked for where this is.
pub(in crate::app) async fn opened(app: &App, token: &str, scope: Scope) -> Result<Option<Opened>, Error> {
    let db = app.store.reader();
    let found = families::find_live(db, &TokenHash::of(token), app.now()).await?;
    let is_ours = |it: &Issued| it.kind == IssuedKind::Access && it.jkt.is_none() && it.audience.is_empty();
    let bearer = found.filter(|(issued, _)| is_ours(issued));
    let Some((issued, family)) = bearer else { return Ok(None) };
    if !issued.scopes.iter().any(|it| it == scope.as_str()) {
        return Err(Error::forbidden(format!("this token lacks the scope {}", scope.as_str())));
    }
    let person = users::person(app, store::users::get(db, family.org, family.user).await?).await?;
    let Some(client) = application::known(app, family.client).await? else { return Ok(None) };
    let is_reached = client.registration.reach.is_everybody()
        || client.registration.reach.includes(&person::read(app, &person).await?);
    Ok(is_reached.then_some(Opened { family, person }))
}

/// A token that counts at this moment.
pub(in crate::app) struct Live {
    pub kind: Kind,
    pub issued: Issued,
    pub family: Family,
    pub how: Circumstances,
    pub person: Person,
    client: Arc<Application>,
    pub scopes: Scopes,
    whose: Told,
}

impl Live {
    /// The clients that it was handed on to, by the names that they have in the protocol, the last first.
    pub fn hands(&self) -> Vec<String> {
        self.issued.handed_to.iter().map(|it| it.client.to_string()).collect()
    }
}

/// The token, where it counts.
pub(super) async fn live(app: &App, token: &SecretString) -> Result<Option<Arc<Live>>, Error> {
    let hash = TokenHash::of(token.expose_secret());
    let found = app.known.tokens.get(app, hash, read_live(app, &hash)).await?;
    let now = app.now();
    Ok(found.filter(|it| now < it.issued.expires_at && now < it.family.expires_at))
}

async fn read_live(app: &App, token: &TokenHash) -> Result<Option<Live>, Error> {
    let db = app.store.reader();
    let found = families::find_live(db, token, app.now()).await?;
    let Some((issued, family)) = found else { return Ok(None) };
    let Some(kind) = kind(issued.kind) else { return Ok(None) };
    let Some(user) = store::users::find(db, family.org, family.user).await? else { return Ok(None) };
    let Some(client) = application::known(app, family.client).await? else { return Ok(None) };
    let scopes = Scopes::exactly(&issued.scopes.join(" ")).map_err(fault)?;
    let how = Circumstances::of(&family)?;
    let (organisation, model) = app.store.organisation(family.org).await?;
    let person = users::person_in(app, &model, user).await?;
    let with_groups = person::needs_groups(&client.registration, &scopes, &how);
    let whose = person::describe(db, &organisation, &model, (&person, with_groups)).await?;
    if !client.registration.reach.includes(&whose) || !are_in_good_hands(app, &issued).await? {
        return Ok(None);
    }
    let whose = Told { sub: known_as(app, &issued, &client, person.user.id).await?, ..whose };
    Ok(Some(Live { kind, issued, family, how, person, client, scopes, whose }))
}

/// The name by which the client knows somebody whose token it is.
async fn known_as(app: &App, issued: &Issued, of: &Application, user: UserId) -> Result<String, Error> {
    let Some(last) = issued.handed_to.first() else { return subject::of(app, &of.registration, user) };
    match application::known(app, last.client).await? {
        Some(holder) => subject::of(app, &holder.registration, user),
        None => Ok(user.to_string()),
    }
}

/// Whether each client that a token was handed on to is still what it was then.
async fn are_in_good_hands(app: &App, issued: &Issued) -> Result<bool, Error> {
    for hand in &issued.handed_to {
        let client = application::known(app, hand.client).await?;
        if client.is_none_or(|it| it.client.epoch != hand.epoch) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn kind(issued: IssuedKind) -> Option<Kind> {
    match issued {
        IssuedKind::Access => Some(Kind::Access),
        IssuedKind::Refresh => Some(Kind::Refresh),
        IssuedKind::Code | IssuedKind::Device => None,
    }
}
