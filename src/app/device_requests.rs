//! Devices without a browser, which somebody lets in with another (RFC 8628).
//!
//! **Invariant:** whoever types a code is signed in, is asked for consent whatever the application is, and takes every step that
//! the application and the organisation ask of them.
//! **Invariant:** the code of a device that was let in is a code like any other: it works once, and dies with the person, the
//! organisation and the client.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::app::application::{self, Application};
use crate::app::authorize::{self, Begun};
use crate::app::throttle::{self, Rate, Subject};
use crate::app::tokens::Failure;
use crate::app::users::Person;
use crate::app::{App, requests_left};
use crate::domain::id::DeviceRequestId;
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::session::{PROOF_IS_RECENT, Session};
use crate::domain::{Error, Timestamp, user_code};
use crate::oidc::authorize::{Authorization, of_device};
use crate::oidc::device::{INTERVAL_SECONDS, LIFETIME_SECONDS, Response, SLOWER_BY_SECONDS};
use crate::oidc::discovery::DEVICE_PAGE;
use crate::oidc::params::Params;
use crate::oidc::token::invalid_grant;
use crate::oidc::{self, ErrorCode};
use crate::store::Tx;
use crate::store::device_requests::{self, DeviceRequest};

/// A request is remembered after its time, so that the device hears that it is over.
pub(super) const KEPT: Duration = Duration::from_hours(1);
/// So many codes that are none may somebody type.
const MISSES: Rate = Rate { most: 10, per: Duration::from_mins(10) };
/// So long the code of a device works at least that was let in.
const LAST_MOMENT: Duration = Duration::from_mins(1);
/// What a network may add to or take from the time between two questions.
const JITTER: Duration = Duration::from_secs(1);

/// Takes the request of a device, and gives it the codes for itself and for whoever is to let it in.
pub async fn begin(app: &App, client: &Application, params: &Params, from: IpAddr) -> Result<Response, Failure> {
    if !client.registration.device_grant {
        let problem = "this application is not registered for devices; set device_grant";
        return Err(ErrorCode::UnauthorizedClient.because(problem).into());
    }
    let (id, page) = (DeviceRequestId::new(), app.config.url(DEVICE_PAGE));
    let recent = i64::try_from(PROOF_IS_RECENT.as_secs()).unwrap_or_default();
    let asked = of_device(params, &client.registration, (&id.to_string(), &page), recent)?;
    let request = DeviceRequest {
        id,
        org: client.client.org,
        client: client.client.id,
        request: serde_json::to_string(&asked).map_err(|it| Error::from(anyhow::Error::new(it)))?,
        interval_seconds: i64::from(INTERVAL_SECONDS),
        polled_at: None,
        expires_at: app.now().after(Duration::from_secs(u64::from(LIFETIME_SECONDS))),
        is_refused: false,
        is_allowed: false,
    };
    requests_left::count(app, client, from).await?;
    let (device, user) = (TokenKind::Device.generate(), free_code(app).await?);
    let hashes = (TokenHash::of(device.reveal()), hash_of(app, user.reveal())?);
    app.store.insert_device_request(&request, &hashes.0, &hashes.1).await?;
    Ok(Response::new(device.reveal(), &user_code::shown(user.reveal()), &page))
}

/// A code under which no other device waits.
async fn free_code(app: &App) -> Result<Secret<String>, Error> {
    loop {
        let code = user_code::generate();
        if device_requests::find_open(app.store.reader(), &hash_of(app, code.reveal())?, app.now()).await?.is_none() {
            return Ok(code);
        }
    }
}

/// What is stored of a code: its letters are too few for a hash that anybody can compute.
fn hash_of(app: &App, code: &str) -> Result<TokenHash, Error> {
    let hash = app.seal.lookup(&format!("user code {code}"))?;
    TokenHash::from_stored(&hash).ok_or_else(|| anyhow::anyhow!("the hash of a code has a wrong length").into())
}

/// Begins the way in for the device whose code somebody typed; nothing where no device waits under it.
pub async fn open(app: &App, code: &str, live: &(Session, Person)) -> Result<Option<Begun>, Error> {
    let tries = Subject::happening(app, "user codes", live.1.user.id)?;
    let spent = throttle::spend(app, &[(tries, MISSES)]).await?;
    let Some((request, client)) = waiting(app, code).await? else { return Ok(None) };
    spent.give_back(app).await?;
    authorize::proceed(app, request, client, Some(live), None).await.map(Some)
}

async fn waiting(app: &App, code: &str) -> Result<Option<(Authorization, Arc<Application>)>, Error> {
    let Some(code) = user_code::typed(code) else { return Ok(None) };
    let found = device_requests::find_open(app.store.reader(), &hash_of(app, &code)?, app.now()).await?;
    let Some(found) = found else { return Ok(None) };
    let request = serde_json::from_str(&found.request).map_err(anyhow::Error::new)?;
    let client = application::known(app, found.client).await?;
    Ok(client.filter(|it| it.registration.device_grant).map(|client| (request, client)))
}

/// The request of a device that an authorization is for, where it is for one.
pub(super) fn of(request: &Authorization) -> Result<Option<DeviceRequestId>, Error> {
    let id = request.device.as_deref().map(str::parse);
    id.transpose().map_err(|unreadable| anyhow::Error::new(unreadable).into())
}

/// Lets a device in; answers the hash of its code and until when that works, or nothing where another browser was faster. Whoever
/// is let in at the last moment has still time to ask.
pub(super) async fn allow(
    tx: &Tx,
    client: &Application,
    id: DeviceRequestId,
) -> Result<Option<(TokenHash, Timestamp)>, Error> {
    let allowed = device_requests::allow(tx, client.client.org, id).await?;
    Ok(allowed.map(|(hash, ends_at)| (hash, ends_at.max(tx.now.after(LAST_MOMENT)))))
}

/// Keeps a device out.
pub(super) async fn refuse(app: &App, client: &Application, id: DeviceRequestId) -> Result<(), Error> {
    app.store.refuse_device(client.client.org, id, app.now()).await
}

/// What a device is told that was not let in, or not yet (RFC 8628 3.5).
pub(super) async fn why_not(app: &App, client: &Application, code: &TokenHash) -> Result<oidc::Error, Error> {
    let found = device_requests::find(app.store.reader(), code).await?;
    let Some(found) = found.filter(|it| it.client == client.client.id) else { return Ok(invalid_grant()) };
    let now = app.now();
    if found.is_refused {
        return Ok(ErrorCode::AccessDenied.because("the person did not let the device in"));
    }
    if found.expires_at <= now || found.is_allowed {
        return Ok(ErrorCode::ExpiredToken.because("nobody let the device in in time; begin again"));
    }
    let interval = Duration::from_secs(u64::try_from(found.interval_seconds).unwrap_or_default());
    let is_soon = found.polled_at.is_some_and(|at| now.since(at) + JITTER < interval);
    let slower = if is_soon { i64::from(SLOWER_BY_SECONDS) } else { 0 };
    let interval = found.interval_seconds.saturating_add(slower);
    app.store.device_asked(&found, now, interval).await?;
    Ok(if is_soon {
        ErrorCode::SlowDown.because(format!("wait {interval} seconds between two questions"))
    } else {
        ErrorCode::AuthorizationPending.because("nobody has let the device in yet; ask again")
    })
}
