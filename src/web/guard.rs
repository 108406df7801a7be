//! Who is calling: every route's declared access is enforced here, before its handler runs.
//!
//! **Invariant:** a handler gets its caller from here ([`Actor`], [`SignedIn`], [`Provisioner`]); it never reads a
//! credential itself, except where the protocol puts it into the body.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use tokio::time::timeout;

use super::barrier::Barrier;
use super::brand;
use super::context::{CallerAddress, speak};
use super::cookie::Cookie;
use super::error::{PageError, ProofIsDue, ScimError, mark_due, refuse, render};
use super::form::{self, is_cross_site};
use super::routes::Access;
use super::scim::{AddressedTo, CallUnderWay, check_scopes};
use super::signin::{enter, enter_after, sign_in_for};
use super::slots::{Slot, Slots};
use super::texts::wishes;
use crate::app::api_access::{self, Caller};
use crate::app::credentials::InBrowser;
use crate::app::mail::Whence;
use crate::app::provisioner::{self, Called, Opened, Pass};
use crate::app::provisioning::{self, Trace, lanes};
use crate::app::signin::{Errand, Onward};
use crate::app::users::Person;
use crate::app::{App, decisions, language, sessions, signin};
use crate::domain::connection::lanes::Passage;
use crate::domain::connection::{Attributes, Connection, Scopes};
use crate::domain::id::OrgId;
use crate::domain::personal_token::Scope;
use crate::domain::policy::Actor;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::domain::{Denial, Error};
use crate::scim::schema::ResourceType;
use crate::scim::{self, json};

/// Where the API is.
pub(super) const API: &str = "/api/v1";
/// Where SCIM is.
pub(super) const SCIM: &str = "/scim/v2";
/// A larger body is not looked at where only those pass that let people go.
const LOOKED_AT_MAX: usize = 64 * 1024;
/// A large body, or one of groups of which nobody knows how large it will be, takes a slot of these.
static LARGE_BODIES: Slots<OrgId> = Slots::new(6, 2);
const SLOT_WITHIN: Duration = Duration::from_secs(5);
const TOO_MANY_LARGE: &str = "other requests with bodies of more than 1 MiB, or of no length, are being answered; send such \
                              requests one after the other, each with its Content-Length";

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Who is signed in, with what it holds.
    pub person: Person,
    /// From where this request came.
    pub whence: Whence,
}

impl SignedIn {
    /// Where somebody stands who changes a credential here.
    pub fn in_browser(&self) -> InBrowser<'_> {
        InBrowser { session: &self.session, whence: self.whence.clone() }
    }
}

/// The connection that a SCIM request speaks for.
#[derive(Debug, Clone)]
pub struct Provisioner {
    connection: Arc<Connection>,
    users: &'static ResourceType,
    attributes: Arc<Attributes>,
    trace: Arc<Trace>,
    scopes: Arc<Scopes>,
    pass: Arc<Pass>,
    /// Where the request may go on.
    pub(super) passage: Passage,
}

impl Provisioner {
    /// The identity provider that asks.
    pub fn caller<'a>(&'a self, app: &'a App) -> provisioning::Caller<'a> {
        let (connection, attributes, trace) = (&self.connection, &self.attributes, &self.trace);
        provisioning::Caller { app, connection, users: self.users, attributes, trace }
    }

    /// The notes on the request.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What its token may be used for.
    pub(super) fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// By what it came in.
    pub(super) fn pass(&self) -> &Pass {
        &self.pass
    }

    /// From where it came, and to which address.
    pub(super) fn called(&self) -> Called {
        self.pass.called()
    }
}

/// The person whom an access token of scope `scim` stands for.
#[derive(Debug, Clone)]
pub struct Myself(pub User, pub &'static ResourceType);

/// A caller of the API, with what its token stands for.
#[derive(Debug, Clone)]
pub struct ApiCaller(pub Caller);

/// The layer of every route.
pub(super) async fn enforce(State((app, access)): State<(App, Access)>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(access);
    let admitted = match access {
        Access::Open | Access::Provider | Access::Token | Access::Client => Ok(()),
        Access::Attempt => same_site(&app, &request),
        Access::Session | Access::Recent | Access::RecentFile => {
            return match same_site(&app, &request) {
                Ok(()) => in_session(&app, access, request, next).await.unwrap_or_else(|refusal| *refusal),
                Err(refusal) => *refusal,
            };
        }
        Access::Scim => return described(&app, SCIM, in_scim(&app, request, next).await),
        Access::Me => return described(&app, SCIM, by_person(&app, request, next).await),
        Access::Decision => decision(&app, &mut request).await,
        Access::Api => {
            let admitted = api(&app, &mut request).await;
            return described(&app, API, answered(admitted, request, next).await);
        }
    };
    answered(admitted, request, next).await
}

async fn answered(admitted: Admission, request: Request, next: Next) -> Response {
    match admitted {
        Ok(()) => next.run(request).await,
        Err(refusal) => *refusal,
    }
}

/// A challenge says where it is written who gives tokens for what stands under this path (RFC 9728 5.1).
fn described(app: &App, base: &str, mut response: Response) -> Response {
    if let Some(challenge) = response.headers().get(header::WWW_AUTHENTICATE).and_then(|it| it.to_str().ok()) {
        let document = app.config.url(&format!("/.well-known/oauth-protected-resource{base}"));
        if let Ok(whole) = HeaderValue::from_str(&format!("{challenge}, resource_metadata=\"{document}\"")) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, whole);
        }
    }
    response
}

/// Answers a signed-in browser. Where a proof is missing, or the session has ended, the browser is sent to give one, and
/// comes back to the same page, or with the same form.
async fn in_session(app: &App, access: Access, request: Request, next: Next) -> Result<Response, Box<Response>> {
    let (form, mut request) = form::keep(app, request).await.map_err(Box::new)?;
    let errand = match form {
        Some(form) => Some(Errand::Send(form)),
        None if !is_safe(request.method()) => None,
        None if access == Access::RecentFile => Some(Errand::Take),
        None => Some(Errand::Open),
    };
    let path = request.uri().path_and_query().map_or_else(|| request.uri().path().to_owned(), ToString::to_string);
    let (headers, onward) = (request.headers().clone(), errand.map(|errand| Onward { path, errand }));
    let Some(caller) = session(app, &mut request).await? else { return Err(signed_out(app, &headers, onward).await) };
    let is_late = access != Access::Session && !caller.session.is_proved_lately(app.now());
    let response = if is_late {
        mark_due(&PROOF_IS_OLD, render(request.uri().path(), PROOF_IS_OLD))
    } else {
        next.run(request).await
    };
    match (response.extensions().get::<ProofIsDue>(), onward) {
        (Some(ProofIsDue), Some(onward)) => {
            Ok(prove_again(app, &caller.person, &onward).await.unwrap_or_else(IntoResponse::into_response))
        }
        (Some(ProofIsDue), None) | (None, _) => Ok(response),
    }
}

const PROOF_IS_OLD: Error = Error::Denied(Denial::ProofIsOld);

type Admission = Result<(), Box<Response>>;

fn same_site(app: &App, request: &Request) -> Admission {
    if is_safe(request.method()) || !is_cross_site(&app.config.public_url, request.headers()) {
        return Ok(());
    }
    Err(Box::new(refuse(request.uri().path(), &Barrier::OtherSite)))
}

/// Whose session it is; nobody's when it has ended.
async fn session(app: &App, request: &mut Request) -> Result<Option<SignedIn>, Box<Response>> {
    let path = request.uri().path().to_owned();
    let failed = |cause| Box::new(render(&path, cause));
    let Some(token) = Cookie::Session.read(app, request.headers()) else { return Ok(None) };
    let Some((session, person)) = sessions::find(app, &token).await.map_err(failed)? else { return Ok(None) };
    speak(language::of_pages(app, &person.user, wishes(request.headers())).await.map_err(failed)?);
    brand::hang(app, person.user.org).await.map_err(failed)?;
    let lately = session.is_proved_lately(app.now());
    let caller = SignedIn { session, person, whence: browser(request) };
    request.extensions_mut().insert(caller.person.actor(Some(&caller.session)).proved(lately));
    request.extensions_mut().insert(caller.clone());
    Ok(Some(caller))
}

/// Sends a browser whose session has ended to the sign-in; what it wanted is kept, as far as it can be.
async fn signed_out(app: &App, headers: &HeaderMap, onward: Option<Onward>) -> Box<Response> {
    Box::new(match onward {
        Some(Onward { path, errand: Errand::Open | Errand::Take }) => Redirect::to(&sign_in_for(&path)).into_response(),
        Some(onward @ Onward { errand: Errand::Send(_), .. }) => {
            keep_for_sender(app, headers, &onward).await.unwrap_or_else(IntoResponse::into_response)
        }
        None => refuse("/", &Barrier::SessionEnded),
    })
}

async fn keep_for_sender(app: &App, headers: &HeaderMap, onward: &Onward) -> Result<Response, PageError> {
    let device = Cookie::Device.read(app, headers);
    match signin::begin_with_form(app, onward, device.as_deref()).await? {
        Some(started) => enter_after(app, StatusCode::UNAUTHORIZED, &started),
        None => Ok(refuse(&onward.path, &Barrier::SessionEnded)),
    }
}

async fn prove_again(app: &App, person: &Person, onward: &Onward) -> Result<Response, PageError> {
    match signin::prove_again(app, person, onward).await? {
        Some(started) => match onward.errand {
            Errand::Open | Errand::Take => enter(app, &started),
            Errand::Send(_) => enter_after(app, StatusCode::FORBIDDEN, &started),
        },
        None => Err(Error::denied(Denial::NoProof).into()),
    }
}

/// Answers an identity provider, and notes what it asked and what became of it.
async fn in_scim(app: &App, mut request: Request, next: Next) -> Response {
    let called = Called { from: address(&request), at: request.extensions().get::<AddressedTo>().map(|it| it.0) };
    let found = connection(app, request.headers(), called).await;
    let (actor, opened) = match found.and_then(|it| Ok((provisioner::actor(&it.connection)?, it))) {
        Ok(found) => found,
        Err(cause) => return render(request.uri().path(), cause),
    };
    let Opened { connection, users, scopes, attributes, pass } = opened;
    let (connection, trace) = (Arc::new(connection), Arc::<Trace>::default());
    let (scopes, attributes, pass) = (Arc::new(scopes), Arc::new(attributes), Arc::new(pass));
    let call = CallUnderWay::of(app, &connection, (&attributes, &trace), &request);
    let response = match lanes::enter(app, &connection) {
        Err(too_fast) => ScimError::from(too_fast).into_response(),
        Ok(_) if connection.is_paused => paused(request.uri().path()),
        Ok(passage) => {
            let provisioner = Provisioner { connection, users, attributes, trace, scopes, pass, passage };
            request.extensions_mut().insert(actor);
            request.extensions_mut().insert(provisioner.clone());
            match admitted(app, &provisioner, request).await {
                Ok((request, _slot)) => next.run(request).await,
                Err(refused) => ScimError::from(refused).into_response(),
            }
        }
    };
    call.note(response).await
}

/// A request that may go on as it is, and the slot of its large body. One that may only let people go is read first.
async fn admitted(
    app: &App,
    provisioner: &Provisioner,
    request: Request,
) -> Result<(Request, Option<Slot<OrgId>>), scim::Error> {
    check_scopes(provisioner.scopes(), request.method(), request.uri().path())?;
    match provisioner.passage {
        Passage::Free if is_large(&request) => Ok((request, Some(slot(provisioner.connection.org).await?))),
        Passage::Free => Ok((request, None)),
        Passage::ToLetGo => {
            let (parts, body) = request.into_parts();
            let (bytes, sent) = match to_bytes(body, LOOKED_AT_MAX).await {
                Ok(bytes) => (bytes.clone(), json::parse(&bytes).ok()),
                Err(_) => (Bytes::new(), None),
            };
            provisioner.caller(app).pass_to_let_go(parts.method.as_str(), parts.uri.path(), sent)?;
            Ok((Request::from_parts(parts, Body::from(bytes)), None))
        }
    }
}

const CARRIES: [Method; 3] = [Method::POST, Method::PUT, Method::PATCH];

/// True for a request whose body may be large.
fn is_large(request: &Request) -> bool {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    let may_be = || ["/Groups", "/Bulk"].iter().any(|it| request.uri().path().contains(it));
    announced.map_or_else(|| CARRIES.contains(request.method()) && may_be(), |length| length > json::LARGE)
}

/// A slot for a large body, as soon as there is one.
async fn slot(of: OrgId) -> Result<Slot<OrgId>, scim::Error> {
    let waited = timeout(SLOT_WITHIN, LARGE_BODIES.wait(of)).await;
    waited.map_err(|_| scim::Error { retry_after_seconds: Some(1), ..scim::Error::new(429, TOO_MANY_LARGE) })
}

/// Answers an application about the person who is signed in to it. Whatever is no access token is left to the identity
/// providers.
async fn by_person(app: &App, mut request: Request, next: Next) -> Response {
    let found = match bearer(request.headers()) {
        Some(token) => provisioning::me::find(app, token).await,
        None => Err(Error::Unauthenticated),
    };
    match found {
        Ok(Some((user, of))) => {
            request.extensions_mut().insert(Myself(user, of));
            next.run(request).await
        }
        Ok(None) => in_scim(app, request, next).await,
        Err(cause) => render(request.uri().path(), cause),
    }
}

/// What these headers open, called so, at this moment; the connection may be paused.
pub(super) async fn connection(app: &App, headers: &HeaderMap, called: Called) -> Result<Opened, Error> {
    match bearer(headers) {
        Some(token) => provisioner::find(app, token, called).await,
        None => Err(Error::Unauthenticated),
    }
}

async fn api(app: &App, request: &mut Request) -> Admission {
    let found = match bearer(request.headers()) {
        Some(token) => api_access::find(app, token, program(request)).await,
        None => Err(Error::Unauthenticated),
    };
    let scope = if is_safe(request.method()) { Scope::Read } else { Scope::Write };
    match found.and_then(|caller| caller.may(scope).map(|()| caller)) {
        Ok(caller) => {
            request.extensions_mut().insert(caller.actor.clone());
            request.extensions_mut().insert(ApiCaller(caller));
            Ok(())
        }
        Err(cause) => Err(Box::new(render(request.uri().path(), cause))),
    }
}

/// Whoever may ask for decisions: what opens the API, which reads here, or an application with a token for it.
async fn decision(app: &App, request: &mut Request) -> Admission {
    let found = match bearer(request.headers()) {
        Some(token) => asking(app, token, program(request)).await,
        None => Err(Error::Unauthenticated),
    };
    match found {
        Ok(actor) => {
            request.extensions_mut().insert(actor);
            Ok(())
        }
        Err(cause) => Err(Box::new(render(request.uri().path(), cause))),
    }
}

async fn asking(app: &App, token: &str, whence: Whence) -> Result<Actor, Error> {
    if let Some(application) = decisions::asking_application(app, token).await? {
        return Ok(application);
    }
    let caller = api_access::find(app, token, whence).await?;
    caller.may(Scope::Read)?;
    Ok(caller.actor)
}

/// From where a request came; one of which that is not known is from nowhere.
fn address(request: &Request) -> IpAddr {
    request.extensions().get::<CallerAddress>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0)
}

fn program(request: &Request) -> Whence {
    request.extensions().get::<CallerAddress>().map_or(Whence::UNKNOWN, |it| Whence::program(it.0))
}

fn browser(request: &Request) -> Whence {
    let name = request.headers().get(header::USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    request.extensions().get::<CallerAddress>().map_or(Whence::UNKNOWN, |it| Whence::browser(it.0, name))
}

/// True for a method that changes nothing.
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The one bearer token of a request; several `Authorization` headers are none.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let (line, more) = (lines.next()?, lines.next());
    let (scheme, token) = line.to_str().ok()?.split_once(' ')?;
    (more.is_none() && scheme.eq_ignore_ascii_case("bearer")).then_some(token.trim())
}

fn paused(path: &str) -> Response {
    const RETRY: Duration = Duration::from_secs(60);
    let mut response = refuse(path, &Barrier::Paused);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY.as_secs()));
    response
}

impl FromRequestParts<App> for Actor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Response> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self::Anonymous))
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Response> {
        let found = parts.extensions.get::<Self>().cloned();
        found.ok_or_else(|| PageError::from(Error::Unauthenticated).into_response())
    }
}

impl FromRequestParts<App> for ApiCaller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Response> {
        let found = parts.extensions.get::<Self>().cloned();
        found.ok_or_else(|| render(parts.uri.path(), Error::Unauthenticated))
    }
}

impl FromRequestParts<App> for Provisioner {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Response> {
        let found = parts.extensions.get::<Self>().cloned();
        found.ok_or_else(|| render(parts.uri.path(), Error::Unauthenticated))
    }
}
