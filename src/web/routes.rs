//! The one way to add a route: path, who may call it, handler.
//!
//! **Invariant:** no route exists without a declared [`Access`]; the table of all of them is printed by
//! `doorward check --routes` and walked by a test as every kind of caller.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{MethodFilter, on};

use super::guard;
use crate::app::App;
use crate::app::metrics::Surface;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Anybody, with nothing to prove: documents, pages that start something, the protocol's own front door.
    Open,
    /// A browser with a sign-in under way, which its cookie proves.
    Attempt,
    /// A signed-in browser.
    Session,
    /// A signed-in browser in which the person has proved a short while ago who they are.
    Recent,
    /// The same, for a file to take away.
    RecentFile,
    /// An identity provider, with the bearer token of its connection.
    Scim,
    /// A person, with an access token of scope `scim`; an identity provider is told that its token is nobody's.
    Me,
    /// An identity provider, with a token that it has signed; the handler reads it, because it may stand in the body.
    Provider,
    /// An application with an access token; the handler reads it, because it may stand in the body.
    Token,
    /// An OAuth client that authenticates; the handler does it, because the credentials may stand in the body.
    Client,
    /// A program with the operator token, an access token of scope `api`, or a personal token.
    Api,
    /// The same, or an application with an access token of its own of scope `authzen`.
    Decision,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Attempt => "attempt",
            Self::Session => "session",
            Self::Recent | Self::RecentFile => "recent",
            Self::Scim => "scim",
            Self::Me => "me",
            Self::Provider => "provider",
            Self::Token => "token",
            Self::Client => "client",
            Self::Api => "api",
            Self::Decision => "decision",
        })
    }
}

/// One line of the route table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

/// What a route is about, by what its path begins with.
pub fn surface(route: &str) -> Surface {
    match route.trim_start_matches('/').split('/').next() {
        Some("scim") => Surface::Scim,
        Some("oauth2" | "ssf" | ".well-known") => Surface::Oidc,
        Some(
            "" | "sign-in" | "sign-out" | "signed-out" | "forgot" | "sso" | "activate" | "reset" | "invite" | "setup"
            | "email" | "device",
        ) => Surface::SignIn,
        Some("console" | "connect" | "left") => Surface::Console,
        Some("account") => Surface::Account,
        Some("api") => Surface::Api,
        Some("access") => Surface::Decisions,
        Some(_) | None => Surface::Other,
    }
}

/// A handler of which no more is known than that it answers. What axum puts around a handler is compiled for this one type, and
/// not for each handler with all that it awaits inside it, which costs a compiler minutes.
#[derive(Clone)]
pub(super) struct Plain(Arc<dyn Fn(Request, App) -> Answer + Send + Sync>);

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

impl Plain {
    pub(super) fn of<T>(handler: impl Handler<T, App>) -> Self {
        Self(Arc::new(move |request, app| Box::pin(handler.clone().call(request, app))))
    }
}

impl Handler<(), App> for Plain {
    type Future = Answer;

    fn call(self, request: Request, app: App) -> Answer {
        self.0(request, app)
    }
}

/// A method, and what axum calls it.
pub(super) type Verb = (Method, MethodFilter);

pub(super) const GET: Verb = (Method::GET, MethodFilter::GET);
pub(super) const POST: Verb = (Method::POST, MethodFilter::POST);
pub(super) const PUT: Verb = (Method::PUT, MethodFilter::PUT);
pub(super) const PATCH: Verb = (Method::PATCH, MethodFilter::PATCH);
pub(super) const DELETE: Verb = (Method::DELETE, MethodFilter::DELETE);

/// Routes under construction.
pub struct Routes {
    app: App,
    router: Router<App>,
    table: Vec<Route>,
}

impl Routes {
    /// No routes yet.
    pub fn new(app: &App) -> Self {
        Self { app: app.clone(), router: Router::new(), table: Vec::new() }
    }

    /// What they serve.
    pub(super) fn app(&self) -> &App {
        &self.app
    }

    /// Adds a GET route; HEAD comes with it.
    #[must_use]
    pub fn get<T>(self, path: &'static str, access: Access, handler: impl Handler<T, App>) -> Self {
        self.add(GET, path, access, Plain::of(handler))
    }

    /// Adds a POST route.
    #[must_use]
    pub fn post<T>(self, path: &'static str, access: Access, handler: impl Handler<T, App>) -> Self {
        self.add(POST, path, access, Plain::of(handler))
    }

    /// Adds a PUT route.
    #[must_use]
    pub fn put<T>(self, path: &'static str, access: Access, handler: impl Handler<T, App>) -> Self {
        self.add(PUT, path, access, Plain::of(handler))
    }

    /// Adds a PATCH route.
    #[must_use]
    pub fn patch<T>(self, path: &'static str, access: Access, handler: impl Handler<T, App>) -> Self {
        self.add(PATCH, path, access, Plain::of(handler))
    }

    /// Adds a DELETE route.
    #[must_use]
    pub fn delete<T>(self, path: &'static str, access: Access, handler: impl Handler<T, App>) -> Self {
        self.add(DELETE, path, access, Plain::of(handler))
    }

    /// The table of every route.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The finished router, without the layers that all surfaces share.
    pub(super) fn into_router(self) -> Router<App> {
        self.router
    }

    /// Adds a route.
    #[must_use]
    pub(super) fn add(mut self, (method, filter): Verb, path: &'static str, access: Access, handler: Plain) -> Self {
        let guarded = on(filter, handler).route_layer(from_fn_with_state((self.app.clone(), access), guard::enforce));
        self.router = self.router.route(path, guarded);
        self.table.push(Route { method, path, access });
        self
    }
}
