//! Authorization requests that a client leaves here, authenticated, before it sends the browser (RFC 9126).
//!
//! **Invariant:** a pushed request is checked when it is pushed, by the rules of every other; what the browser brings is its
//! reference, which is worth something to its client alone, for a short while, and until a code was made for it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::app::application::{self, Application};
use crate::app::tokens::Failure;
use crate::app::{App, requests_left};
use crate::domain::Error;
use crate::domain::id::PushedId;
use crate::domain::secret::{TokenHash, TokenKind};
use crate::oidc::authorize::{Authorization, Refusal, Request, validate};
use crate::oidc::dpop::Proven;
use crate::oidc::params::Params;
use crate::oidc::pushed::{LIFETIME_SECONDS, Response, handle};
use crate::oidc::{self, ErrorCode};
use crate::store::Tx;
use crate::store::pushed_requests::{self, Pushed};

/// A request is remembered after its time for as long as a sign-in may take that began with it.
pub(super) const KEPT: Duration = Duration::from_hours(2);

/// Keeps the request of an authenticated client that comes from an address, and the key that its code is for where it proves to hold one.
pub async fn push(
    app: &App,
    client: &Application,
    params: &Params,
    (proven, from): (Option<&Proven>, IpAddr),
) -> Result<Response, Failure> {
    let request = Request::pushed(params.clone(), &client.registration)?;
    let mut asked = validate(&request, &client.registration).map_err(|refusal| match refusal {
        Refusal::Page(error) | Refusal::Redirect { error, .. } => error,
    })?;
    if let Some(Proven { jkt, .. }) = proven {
        // RFC 9449 10.1: both name the same key, or one of them is wrong.
        if asked.dpop_jkt.replace(jkt.clone()).is_some_and(|named| named != *jkt) {
            let problem = "the dpop_jkt is not the thumbprint of the key in the DPoP proof";
            return Err(ErrorCode::InvalidDpopProof.because(problem).into());
        }
    }
    requests_left::count(app, client, from).await?;
    let (id, handle) = (PushedId::new(), TokenKind::Pushed.generate());
    asked.pushed = Some(id.to_string());
    let pushed = Pushed {
        id,
        org: client.client.org,
        client: client.client.id,
        request: serde_json::to_string(&asked).map_err(|it| Error::from(anyhow::Error::new(it)))?,
        expires_at: app.now().after(Duration::from_secs(u64::from(LIFETIME_SECONDS))),
    };
    app.store.insert_pushed(&pushed, &TokenHash::of(handle.reveal())).await?;
    Ok(Response::new(handle.reveal()))
}

/// The request to which the browser brings a reference of ours; nothing where it brings a request of its own.
pub(super) async fn brought(
    app: &App,
    params: &Params,
) -> Result<Option<Result<(Authorization, Arc<Application>), oidc::Error>>, Error> {
    let Some(handle) = params.get("request_uri").and_then(handle) else { return Ok(None) };
    let client_id = match params.require("client_id") {
        Ok(client_id) => client_id,
        Err(missing) => return Ok(Some(Err(missing))),
    };
    let pushed = pushed_requests::find(app.store.reader(), &TokenHash::of(handle), app.now()).await?;
    let Some(pushed) = pushed else { return Ok(Some(Err(over()))) };
    let asked: Authorization = serde_json::from_str(&pushed.request).map_err(anyhow::Error::new)?;
    // The client may have been disabled, or its addresses changed, since it pushed.
    let client = application::find(app, client_id).await?;
    let client = client.filter(|it| it.client.id == pushed.client);
    let client = client.filter(|it| it.registration.has_redirect_uri(asked.reply_to.redirect_uri()));
    Ok(Some(client.map(|client| (asked, client)).ok_or_else(over)))
}

/// Uses the request up for which a code is made, where it was pushed; false when another browser was faster.
pub(super) async fn spend(tx: &Tx, client: &Application, request: &Authorization) -> Result<bool, Error> {
    match request.pushed.as_deref().map(str::parse::<PushedId>) {
        None => Ok(true),
        Some(Ok(id)) => pushed_requests::spend(tx, client.client.org, id).await,
        Some(Err(unreadable)) => Err(anyhow::Error::new(unreadable).into()),
    }
}

fn over() -> oidc::Error {
    ErrorCode::InvalidRequestUri.because(
        "this request is answered already, older than 90 seconds, or another application's; begin again at the application",
    )
}
