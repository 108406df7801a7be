//! The token endpoint: a code or a refresh token for tokens.

use secrecy::ExposeSecret as _;

use super::exchange::hand_on;
use super::{Failure, fault, mint};
use crate::app::App;
use crate::app::application::Application;
use crate::app::authorize::Circumstances;
use crate::app::{device_requests, keys, users};
use crate::domain::Error;
use crate::domain::client::{Family, Issued, IssuedKind};
use crate::domain::policy::Action;
use crate::domain::secret::TokenHash;
use crate::oidc::authorize::Authorization;
use crate::oidc::dpop::Proven;
use crate::oidc::scope::Scopes;
use crate::oidc::token::{CodeGrant, DeviceGrant, Grant, RefreshGrant, Request, Response, invalid_grant};
use crate::oidc::{self, ErrorCode, resource};
use crate::store::{Tx, families};

/// Gives an authenticated client tokens for what it presents.
///
/// They are bound to the key that it has proved to hold, if it has.
pub async fn exchange(
    app: &App,
    client: &Application,
    request: &Request,
    proven: Option<&Proven>,
) -> Result<Response, Failure> {
    if proven.is_none() && client.registration.needs_dpop() {
        let problem = "the tokens of this client are bound to a key; send a proof in the header DPoP";
        return Err(ErrorCode::InvalidDpopProof.because(problem).into());
    }
    let beside = Beside { resources: &request.resources, jkt: proven.map(|it| it.jkt.as_str()) };
    let response = match &request.grant {
        Grant::Code(grant) => redeem_code(app, client, grant, beside).await,
        Grant::Refresh(grant) => refresh(app, client, grant, beside).await,
        Grant::Device(grant) => let_in(app, client, grant, beside).await,
        Grant::Exchange(grant) => hand_on(app, client, grant, beside.jkt).await,
    }?;
    app.metrics.access_token_issued(request.grant.word());
    Ok(response)
}

/// What a request says beside its grant.
#[derive(Clone, Copy)]
struct Beside<'a> {
    /// Which resources the token is for.
    resources: &'a [String],
    /// The thumbprint of the key that its sender has proved to hold.
    jkt: Option<&'a str>,
}

impl Beside<'_> {
    /// Whom an access token is for that comes of this family, of this client.
    fn audience(self, how: &Circumstances, client: &Application) -> Result<Vec<String>, oidc::Error> {
        resource::audience(self.resources.to_vec(), &how.resources, &client.registration.audiences)
    }
}

async fn redeem_code(
    app: &App,
    client: &Application,
    grant: &CodeGrant,
    beside: Beside<'_>,
) -> Result<Response, Failure> {
    let hash = TokenHash::of(grant.code.expose_secret());
    let (code, family) = own(app, client, &hash, IssuedKind::Code).await?;
    let request: Authorization =
        serde_json::from_str(&code.detail).map_err(|it| Error::from(anyhow::Error::new(it)))?;
    // Before the code is used up: whoever lacks the verifier can neither use it nor spoil it.
    grant.check(&request, (&client.registration.client_id, beside.jkt))?;
    first_tokens(app, client, &hash, (&code, &family), (request.nonce.as_deref(), beside)).await
}

/// The tokens of a device that somebody has let in, or why there are none.
async fn let_in(app: &App, client: &Application, grant: &DeviceGrant, beside: Beside<'_>) -> Result<Response, Failure> {
    let hash = TokenHash::of(grant.device_code.expose_secret());
    match find_own(app, client, &hash, IssuedKind::Device).await? {
        Some((code, family)) => first_tokens(app, client, &hash, (&code, &family), (None, beside)).await,
        None => Err(device_requests::why_not(app, client, &hash).await?.into()),
    }
}

/// Uses a code up and gives what it is for.
async fn first_tokens(
    app: &App,
    client: &Application,
    hash: &TokenHash,
    (code, family): (&Issued, &Family),
    (nonce, beside): (Option<&str>, Beside<'_>),
) -> Result<Response, Failure> {
    let how = Circumstances::of(family)?;
    let audience = beside.audience(&how, client)?;
    let keys = keys::for_signing(app, client.registration.id_token_alg).await?;
    let tx = take(app, client, hash, code, family).await?;
    let person = users::load(&tx, family.user).await?;
    let action = Action::IssueTokens { client: client.client.id.to_string(), scopes: family.scopes.clone() };
    let (tx, permit) = app.ask(tx, &client.actor(), action, person.target()).await?;
    let scopes = scopes_of(&family.scopes)?;
    let wanted = mint::Wanted {
        client,
        family,
        how: &how,
        scopes: &scopes,
        audience: &audience,
        handed_to: &[],
        nonce,
        spent: None,
        jkt: beside.jkt,
    };
    let response = mint::tokens(app, &tx, &keys, &person, &wanted).await?;
    tx.commit(permit).await?;
    Ok(response)
}

async fn refresh(
    app: &App,
    client: &Application,
    grant: &RefreshGrant,
    beside: Beside<'_>,
) -> Result<Response, Failure> {
    let hash = TokenHash::of(grant.refresh_token.expose_secret());
    let (token, family) = own(app, client, &hash, IssuedKind::Refresh).await?;
    if token.jkt.as_deref().is_some_and(|bound| beside.jkt != Some(bound)) {
        return Err(invalid_grant().into());
    }
    let scopes = grant.narrow(&scopes_of(&family.scopes)?)?;
    let how = Circumstances::of(&family)?;
    let audience = beside.audience(&how, client)?;
    let keys = keys::for_signing(app, client.registration.id_token_alg).await?;
    let tx = if client.registration.profile.rotates_refresh_tokens() {
        take(app, client, &hash, &token, &family).await?
    } else {
        keep(app, client, &hash, (&token, &family)).await?
    };
    let person = users::load(&tx, family.user).await?;
    let (tx, permit) = app.ask(tx, &client.actor(), Action::RefreshTokens, person.target()).await?;
    let wanted = mint::Wanted {
        client,
        family: &family,
        how: &how,
        scopes: &scopes,
        audience: &audience,
        handed_to: &[],
        // OpenID Connect Core 12.2: a refreshed ID token has none.
        nonce: None,
        spent: Some(token.id),
        jkt: beside.jkt,
    };
    let response = mint::tokens(app, &tx, &keys, &person, &wanted).await?;
    tx.commit(permit).await?;
    Ok(response)
}

/// What was presented, if it was issued to this client as this kind; dead or alive.
async fn own(app: &App, client: &Application, hash: &TokenHash, kind: IssuedKind) -> Result<(Issued, Family), Failure> {
    find_own(app, client, hash, kind).await?.ok_or_else(|| invalid_grant().into())
}

async fn find_own(
    app: &App,
    client: &Application,
    hash: &TokenHash,
    kind: IssuedKind,
) -> Result<Option<(Issued, Family)>, Error> {
    let found = families::find(app.store.reader(), hash).await?;
    Ok(found.filter(|(issued, family)| issued.kind == kind && family.client == client.client.id))
}

/// Uses up what works once, in a unit that goes on to write its successors. A refresh token whose successors nobody has used
/// comes again because the answer was lost: it is exchanged once more, and what was sent before is worth nothing.
async fn take(
    app: &App,
    client: &Application,
    hash: &TokenHash,
    presented: &Issued,
    family: &Family,
) -> Result<Tx, Failure> {
    let tx = app.begin_shared(family.org).await?;
    if families::lives(&*tx, hash, tx.now).await? {
        let is_refresh = presented.kind == IssuedKind::Refresh;
        if families::redeem(&tx, presented.id).await? || is_refresh && families::take_back(&tx, presented).await? {
            return Ok(tx);
        }
    }
    let seen = families::find(&*tx, hash).await?;
    drop(tx);
    if seen.is_some_and(|(issued, _)| issued.used_at.is_some()) {
        end_reused(app, client, presented.kind, family).await?;
    }
    Err(invalid_grant().into())
}

/// Uses a refresh token that is not replaced, in a unit that goes on to write the access token for it.
async fn keep(
    app: &App,
    client: &Application,
    hash: &TokenHash,
    (presented, family): (&Issued, &Family),
) -> Result<Tx, Failure> {
    let tx = app.begin_shared(family.org).await?;
    let is_kept = families::lives(&*tx, hash, tx.now).await?
        && families::prolong(&tx, presented.id, mint::refresh_ends_at(tx.now, client, family)).await?;
    if is_kept { Ok(tx) } else { Err(invalid_grant().into()) }
}

/// RFC 6749 4.1.2, RFC 9700 4.14.2: one of the two who presented it is a thief, so both lose what it led to.
async fn end_reused(app: &App, client: &Application, kind: IssuedKind, family: &Family) -> Result<(), Error> {
    let action = match kind {
        IssuedKind::Refresh => Action::ReportRefreshReuse,
        IssuedKind::Code | IssuedKind::Device | IssuedKind::Access => Action::RevokeTokens,
    };
    let tx = app.begin_shared(family.org).await?;
    let person = match users::load(&tx, family.user).await {
        Err(Error::NotFound(_)) => return Ok(()),
        other => other?,
    };
    let (tx, permit) = app.ask(tx, &client.actor(), action, person.target()).await?;
    if !families::revoke(&tx, family.id).await? {
        return Ok(());
    }
    tx.commit(permit).await
}

fn scopes_of(words: &[String]) -> Result<Scopes, Error> {
    Scopes::exactly(&words.join(" ")).map_err(fault)
}
