//! One's own pages: profile, security, sessions, tokens and activity, and signing out.
//!
//! **Invariant:** what is shown and changed here belongs to the person of the session; no address names anybody else.
//! **Invariant:** an act that changes a credential is behind [`Access::Recent`], page and form alike.

mod activity;
mod applications;
mod device;
mod email;
mod profile;
mod security;
mod sessions;
mod tokens;
mod visit;
pub(super) mod words;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::error::PageError;
use super::form::Signed;
use super::guard::SignedIn;
use super::routes::{Access, Routes};
use super::sign_out::{SIGNED_OUT, leave};
use crate::app::App;
use crate::oidc::discovery::DEVICE_PAGE;

/// The routes of one's own pages.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/", Access::Open, front_door)
        .get("/account", Access::Session, profile::show)
        .post("/account", Access::Session, profile::rename)
        .post("/account/language", Access::Session, profile::speak)
        .get("/account/email", Access::Recent, email::ask)
        .post("/account/email", Access::Recent, email::request)
        .get("/email/{token}", Access::Open, email::open)
        .post("/email/{token}", Access::Open, email::confirm)
        .get("/account/security", Access::Session, security::show)
        .get("/account/security/password", Access::Recent, security::ask_password)
        .post("/account/security/password", Access::Recent, security::change_password)
        .get("/account/security/authenticator", Access::Recent, security::enrol)
        .get("/account/security/authenticator/remove", Access::Recent, security::ask_removal)
        .post("/account/security/authenticator/remove", Access::Recent, security::remove)
        .get("/account/security/passkeys/new", Access::Recent, security::add_passkey)
        .get("/account/security/passkeys/{id}/remove", Access::Recent, security::ask_passkey_removal)
        .post("/account/security/passkeys/{id}/remove", Access::Recent, security::remove_passkey)
        .get("/account/security/recovery-codes", Access::Recent, security::ask_codes)
        .post("/account/security/recovery-codes", Access::Recent, security::renew_codes)
        .get("/account/sessions", Access::Session, sessions::show)
        .post("/account/sessions/end-others", Access::Session, sessions::end_others)
        .post("/account/sessions/{id}/end", Access::Session, sessions::end)
        .get(DEVICE_PAGE, Access::Session, device::ask)
        .post(DEVICE_PAGE, Access::Session, device::open)
        .get("/account/applications", Access::Session, applications::show)
        .post("/account/applications/{id}/withdraw", Access::Session, applications::withdraw)
        .get("/account/tokens", Access::Session, tokens::show)
        .get("/account/tokens/new", Access::Recent, tokens::ask)
        .post("/account/tokens/new", Access::Recent, tokens::create)
        .get("/account/tokens/{id}/end", Access::Session, tokens::ask_end)
        .post("/account/tokens/{id}/end", Access::Session, tokens::end)
        .get("/account/activity", Access::Session, activity::show)
        .post("/sign-out", Access::Session, sign_out)
}

async fn front_door() -> Redirect {
    Redirect::to("/account")
}

async fn sign_out(State(app): State<App>, caller: SignedIn, Signed(_): Signed) -> Result<Response, PageError> {
    let visits = crate::app::sessions::end(&app, &caller.person, &caller.session).await?;
    leave(&app, &visits, SIGNED_OUT, Redirect::to(SIGNED_OUT).into_response())
}

#[cfg(test)]
mod tests;
