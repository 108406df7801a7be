//! The OpenID Connect provider over HTTP: reads requests, calls the use cases, renders what they answer.
//!
//! **Invariant:** the authorization endpoint has no CORS headers at all.

mod authorize;
mod device;
mod documents;
mod logout;
mod par;
mod registration;
mod request;
mod signals;
mod token;
mod userinfo;

use super::routes::{Access, Routes};
use crate::oidc::discovery::{AUTHORIZE, DEVICE, INTROSPECT, JWKS, LOGOUT, PUSH, REGISTER, REVOKE, TOKEN, USERINFO};
use crate::oidc::signals::{STATUS, STREAM, VERIFY};

/// Adds the provider's endpoints.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = if routes.app().config.dynamic_registration { registration(routes) } else { routes };
    documents::routes(routes)
        .get(AUTHORIZE, Access::Open, authorize::authorize)
        .post(AUTHORIZE, Access::Open, authorize::authorize)
        .get(LOGOUT, Access::Open, logout::logout)
        .post(LOGOUT, Access::Open, logout::logout)
        .post(logout::CONFIRM, Access::Session, logout::confirm)
        .get(JWKS, Access::Open, documents::key_set)
        .post(TOKEN, Access::Client, token::exchange)
        .post(PUSH, Access::Client, par::push)
        .post(DEVICE, Access::Client, device::begin)
        .post(INTROSPECT, Access::Client, token::introspect)
        .post(REVOKE, Access::Client, token::revoke)
        .get(USERINFO, Access::Token, userinfo::userinfo)
        .post(USERINFO, Access::Token, userinfo::userinfo)
        .post(STREAM, Access::Token, signals::create)
        .get(STREAM, Access::Token, signals::read)
        .patch(STREAM, Access::Token, signals::update)
        .put(STREAM, Access::Token, signals::replace)
        .delete(STREAM, Access::Token, signals::delete)
        .get(STATUS, Access::Token, signals::status)
        .post(STATUS, Access::Token, signals::set_status)
        .post(VERIFY, Access::Token, signals::verify)
        .post("/ssf/poll/{stream}", Access::Token, signals::poll)
}

/// The endpoints for applications that register themselves, where that is offered.
fn registration(routes: Routes) -> Routes {
    const ITSELF: &str = "/oauth2/register/{client_id}";
    routes
        .post(REGISTER, Access::Api, registration::register)
        .get(ITSELF, Access::Token, registration::read)
        .put(ITSELF, Access::Token, registration::replace)
        .delete(ITSELF, Access::Token, registration::withdraw)
}
