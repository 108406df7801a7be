//! Who is calling: every route's declared access is enforced here, before its handler runs.
//!
//! **Invariant:** a handler gets its caller from here ([`Actor`], [`SignedIn`], [`Provisioner`]); it never reads a
//! credential itself, except where the protocol puts it into the body.

use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::barrier::Barrier;
use super::context::speak;
use super::cookie::Cookie;
use super::error::{PageError, refuse, render};
use super::form::is_cross_site;
use super::routes::Access;
use super::signin::enter;
use super::texts::wishes;
use crate::app::api_access::{self, Caller};
use crate::app::users::Person;
use crate::app::{App, language, provisioner, sessions, signin};
use crate::domain::connection::Connection;
use crate::domain::personal_token::Scope;
use crate::domain::policy::Actor;
use crate::domain::session::Session;
use crate::domain::{Denial, Error};

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Who is signed in, with what it holds.
    pub person: Person,
}

/// The connection that a SCIM request speaks for.
#[derive(Debug, Clone)]
pub struct Provisioner(pub Connection);

/// A caller of the API, with what its token stands for.
#[derive(Debug, Clone)]
pub struct ApiCaller(pub Caller);

/// The layer of every route.
pub(super) async fn enforce(State((app, access)): State<(App, Access)>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(access);
    let admitted = match access {
        Access::Open | Access::Provider | Access::Token | Access::Client => Ok(()),
        Access::Attempt => same_site(&app, &request),
        Access::Session => same_site(&app, &request).and(session(&app, &mut request).await),
        Access::Recent => match same_site(&app, &request).and(session(&app, &mut request).await) {
            Ok(()) => recent(&app, &mut request).await,
            refusal @ Err(_) => refusal,
        },
        Access::Scim => scim(&app, &mut request).await,
        Access::Api => api(&app, &mut request).await,
    };
    match admitted {
        Ok(()) => next.run(request).await,
        Err(refusal) => *refusal,
    }
}

type Admission = Result<(), Box<Response>>;

fn same_site(app: &App, request: &Request) -> Admission {
    if is_safe(request.method()) || !is_cross_site(&app.config.public_url, request.headers()) {
        return Ok(());
    }
    Err(Box::new(refuse(request.uri().path(), &Barrier::OtherSite)))
}

async fn session(app: &App, request: &mut Request) -> Admission {
    let found = match Cookie::Session.read(app, request.headers()) {
        Some(token) => sessions::find(app, &token).await,
        None => Ok(None),
    };
    match found {
        Ok(Some((session, person))) => {
            match language::of_pages(app, &person.user, wishes(request.headers())).await {
                Ok(language) => speak(language),
                Err(cause) => return Err(Box::new(render(request.uri().path(), cause))),
            }
            request.extensions_mut().insert(person.actor(Some(&session)));
            request.extensions_mut().insert(SignedIn { session, person });
            Ok(())
        }
        Ok(None) if *request.method() == Method::GET => {
            Err(Box::new(PageError::from(Error::Unauthenticated).into_response()))
        }
        Ok(None) => Err(Box::new(refuse(request.uri().path(), &Barrier::SessionEnded))),
        Err(cause) => Err(Box::new(render(request.uri().path(), cause))),
    }
}

/// Sends a browser to prove again who is signed in, and back here afterwards; a form that comes too late is refused.
async fn recent(app: &App, request: &mut Request) -> Admission {
    let Some(SignedIn { session, person }) = request.extensions().get::<SignedIn>().cloned() else {
        return Err(Box::new(PageError::from(Error::Unauthenticated).into_response()));
    };
    if session.is_proved_lately(app.now()) {
        return Ok(());
    }
    let path = request.uri().path().to_owned();
    if !is_safe(request.method()) {
        return Err(Box::new(render(&path, Error::denied(Denial::ProofIsOld))));
    }
    Err(Box::new(prove_again(app, &person, &path).await.unwrap_or_else(IntoResponse::into_response)))
}

async fn prove_again(app: &App, person: &Person, back: &str) -> Result<Response, PageError> {
    match signin::prove_again(app, person, back).await? {
        Some(started) => enter(app, &started),
        None => Err(Error::denied(Denial::NoProof).into()),
    }
}

async fn scim(app: &App, request: &mut Request) -> Admission {
    let found = connection(app, request.headers()).await;
    let found = found.and_then(|connection| Ok((provisioner::actor(&connection)?, connection)));
    match found {
        Ok((_, connection)) if connection.is_paused => Err(Box::new(paused(request.uri().path()))),
        Ok((actor, connection)) => {
            request.extensions_mut().insert(actor);
            request.extensions_mut().insert(Provisioner(connection));
            Ok(())
        }
        Err(cause) => Err(Box::new(render(request.uri().path(), cause))),
    }
}

/// The connection that these headers speak for at this moment; it may be paused.
pub(super) async fn connection(app: &App, headers: &HeaderMap) -> Result<Connection, Error> {
    match bearer(headers) {
        Some(token) => provisioner::find(app, token).await,
        None => Err(Error::Unauthenticated),
    }
}

async fn api(app: &App, request: &mut Request) -> Admission {
    let found = match bearer(request.headers()) {
        Some(token) => api_access::find(app, token).await,
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
