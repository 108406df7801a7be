//! The tokens themselves.

use std::time::Duration;

use super::{Failure, fault, person};
use crate::app::App;
use crate::app::application::Application;
use crate::app::authorize::Circumstances;
use crate::app::keys::Keys;
use crate::app::subject;
use crate::app::users::Person;
use crate::domain::client::{Family, HandedTo, Issued, IssuedKind};
use crate::domain::id::GrantId;
use crate::domain::secret::{TokenHash, TokenKind};
use crate::domain::{Error, Timestamp};
use crate::oidc::bearer::Scheme;
use crate::oidc::claims::{self, Occasion};
use crate::oidc::client::{AccessTokenFormat, Registration};
use crate::oidc::jwt::{self, Claims, SigningKey, Typ};
use crate::oidc::scope::{Scope, Scopes};
use crate::oidc::token::{Response, invalid_grant};
use crate::store::{Tx, families};

/// What tokens are wanted for.
pub(super) struct Wanted<'a> {
    /// By whom.
    pub client: &'a Application,
    /// Under which authorization.
    pub family: &'a Family,
    /// How the person had signed in.
    pub how: &'a Circumstances,
    /// For what; at most what was authorized.
    pub scopes: &'a Scopes,
    /// For which resources, where for any.
    pub audience: &'a [String],
    /// Handed on to which clients, the last first.
    pub handed_to: &'a [HandedTo],
    /// What the ID token repeats.
    pub nonce: Option<&'a str>,
    /// In exchange for which refresh token.
    pub spent: Option<GrantId>,
    /// Bound to the key with which thumbprint.
    pub jkt: Option<&'a str>,
}

/// Makes and stores the tokens: always an access token, and what the scopes ask for beside it.
pub(super) async fn tokens(
    app: &App,
    tx: &Tx,
    keys: &Keys,
    whose: &Person,
    wanted: &Wanted<'_>,
) -> Result<Response, Failure> {
    let lifetimes = wanted.client.registration.lifetimes;
    let key = keys.signing(wanted.client.registration.id_token_alg)?;
    let told = describe(app, tx, whose, wanted).await?;
    let sid = subject::session(app, &wanted.client.registration, wanted.family.session)?;
    let occasion = Occasion {
        jkt: wanted.jkt,
        algorithm: key.algorithm(),
        ..occasion(app, &wanted.client.registration, wanted.scopes, (wanted.how, &sid), tx.now)
    };
    let access = access_token(tx, wanted, key, &told, &occasion).await?;
    let refresh = refresh_token(tx, wanted).await?;
    let id_token = id_token(&told, &occasion, wanted.how, (wanted.nonce, Some(&access)));
    let id_token = id_token.map(|claims| jwt::sign(key, Typ::IdToken, &claims)).transpose().map_err(fault)?;
    let response = Response::new(access, lifetimes.access_token_seconds, wanted.scopes);
    let response = response.presented_as(Scheme::of(wanted.jkt));
    Ok(response.with_refresh_token(refresh).with_id_token(id_token))
}

/// The person as they stand now. Asked again each time: whoever left the group that the application is for gets nothing more for it.
pub(super) async fn describe(
    app: &App,
    tx: &Tx,
    whose: &Person,
    Wanted { client, scopes, how, .. }: &Wanted<'_>,
) -> Result<claims::Person, Failure> {
    let registration = &client.registration;
    let with_groups = person::needs_groups(registration, scopes, how);
    let told = person::describe(&**tx, tx.organisation()?, tx.roles()?, (whose, with_groups)).await?;
    if !registration.reach.includes(&told) {
        return Err(invalid_grant().into());
    }
    Ok(claims::Person { sub: subject::of(app, registration, whose.user.id)?, ..told })
}

/// The circumstances under which an application is told of somebody who has signed in like this, in this session.
pub(in crate::app) fn occasion<'a>(
    app: &'a App,
    to: &'a Registration,
    scopes: &'a Scopes,
    (how, sid): (&'a Circumstances, &'a str),
    now: Timestamp,
) -> Occasion<'a> {
    Occasion {
        issuer: &app.config.public_url,
        client_id: &to.client_id,
        scopes,
        auth_time: how.auth_time,
        acr: Some(&how.acr),
        amr: &how.amr,
        sid: Some(sid),
        session_expiry: how.session_expiry,
        now_seconds: now.seconds(),
        lifetime_seconds: i64::from(to.lifetimes.access_token_seconds),
        algorithm: to.id_token_alg,
        jkt: None,
        hands: &[],
        mapping: &to.claims,
    }
}

/// What an ID token says, where one is due.
pub(in crate::app) fn id_token(
    told: &claims::Person,
    occasion: &Occasion<'_>,
    how: &Circumstances,
    (nonce, access): (Option<&str>, Option<&str>),
) -> Option<Claims> {
    occasion.scopes.has(Scope::OpenId).then(|| {
        let mut claims = claims::id_token(told, occasion, nonce, access);
        claims.extend(claims::chosen(told, how.claims.in_id_token()));
        claims
    })
}

/// How long a refresh token works that is given out, or used, now.
pub(super) fn refresh_ends_at(now: Timestamp, client: &Application, family: &Family) -> Timestamp {
    let idle = Duration::from_secs(u64::from(client.registration.lifetimes.refresh_token_idle_seconds));
    now.after(idle).min(family.expires_at)
}

/// An access token, which works for as long as the occasion says.
pub(super) async fn access_token(
    tx: &Tx,
    wanted: &Wanted<'_>,
    key: &SigningKey,
    told: &claims::Person,
    occasion: &Occasion<'_>,
) -> Result<String, Error> {
    let id = GrantId::new();
    let token = match wanted.client.registration.access_token_format {
        AccessTokenFormat::Opaque => TokenKind::Access.generate().reveal().clone(),
        // Signed, so that others can read it; here it is still looked up like any other.
        AccessTokenFormat::Jwt => {
            let claims = claims::access_token(told, occasion, wanted.audience, &id.to_string());
            jwt::sign(key, Typ::AccessToken, &claims).map_err(fault)?
        }
    };
    let issued = Issued {
        id,
        family: wanted.family.id,
        kind: IssuedKind::Access,
        scopes: wanted.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
        detail: wanted.spent.map(|it| it.to_string()).unwrap_or_default(),
        jkt: wanted.jkt.map(str::to_owned),
        audience: wanted.audience.to_vec(),
        handed_to: wanted.handed_to.to_vec(),
        created_at: tx.now,
        expires_at: tx.now.after(Duration::from_secs(occasion.lifetime_seconds.unsigned_abs())),
        used_at: None,
    };
    families::insert_issued(tx, &issued, &TokenHash::of(&token)).await?;
    Ok(token)
}

/// A refresh token for everything that was authorized, where that includes being refreshed, and unless there is one that is
/// not replaced.
async fn refresh_token(tx: &Tx, wanted: &Wanted<'_>) -> Result<Option<String>, Error> {
    let (family, registration) = (wanted.family, &wanted.client.registration);
    let is_kept = wanted.spent.is_some() && !registration.profile.rotates_refresh_tokens();
    if is_kept || !family.scopes.iter().any(|scope| scope == Scope::OfflineAccess.as_str()) {
        return Ok(None);
    }
    let token = TokenKind::Refresh.generate();
    let issued = Issued {
        id: GrantId::new(),
        family: family.id,
        kind: IssuedKind::Refresh,
        scopes: family.scopes.clone(),
        detail: wanted.spent.map(|it| it.to_string()).unwrap_or_default(),
        // RFC 9449 5: a client that authenticates may change its key; its refresh token is bound to the client.
        jkt: wanted.jkt.filter(|_| registration.is_public()).map(str::to_owned),
        audience: Vec::new(),
        handed_to: Vec::new(),
        created_at: tx.now,
        expires_at: refresh_ends_at(tx.now, wanted.client, family),
        used_at: None,
    };
    families::insert_issued(tx, &issued, &TokenHash::of(token.reveal())).await?;
    Ok(Some(token.reveal().clone()))
}
