//! The administration API, `/api/v1`: JSON in, JSON out, problem documents (RFC 9457) for errors.
//!
//! Callers are a person, through an access token of scope `api` or a personal token, or the operator, through the operator
//! token; the operator names the organisation by `?organisation=SLUG` where a path does not. A personal token reads with the
//! scope `read` and changes something with the scope `write`.

mod consents;
mod invitations;
mod json;
mod me;
mod teams;
mod users;

use super::routes::{Access, Routes};

/// Adds the API.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .post("/api/v1/me/leave", Access::Api, me::leave)
        .get("/api/v1/invitations", Access::Api, invitations::list)
        .post("/api/v1/invitations", Access::Api, invitations::create)
        .post("/api/v1/invitations/{id}/resend", Access::Api, invitations::resend)
        .delete("/api/v1/invitations/{id}", Access::Api, invitations::revoke);
    let routes = routes
        .get("/api/v1/teams", Access::Api, teams::list)
        .post("/api/v1/teams", Access::Api, teams::create)
        .get("/api/v1/teams/{id}", Access::Api, teams::show)
        .patch("/api/v1/teams/{id}", Access::Api, teams::update)
        .delete("/api/v1/teams/{id}", Access::Api, teams::delete)
        .post("/api/v1/teams/{id}/members", Access::Api, teams::change_members);
    routes
        .get("/api/v1/me", Access::Api, me::show)
        .patch("/api/v1/me", Access::Api, me::change)
        .get("/api/v1/me/tokens", Access::Api, me::tokens)
        .post("/api/v1/me/tokens", Access::Api, me::create_token)
        .delete("/api/v1/me/tokens/{id}", Access::Api, me::revoke_token)
        .get("/api/v1/users", Access::Api, users::list)
        .post("/api/v1/users", Access::Api, users::create)
        .get("/api/v1/users/{id}", Access::Api, users::show)
        .patch("/api/v1/users/{id}", Access::Api, users::update)
        .delete("/api/v1/users/{id}", Access::Api, users::delete)
        .put("/api/v1/users/{id}/role", Access::Api, users::change_role)
        .put("/api/v1/users/{id}/mfa-required", Access::Api, users::require_mfa)
        .post("/api/v1/users/{id}/deactivate", Access::Api, users::deactivate)
        .post("/api/v1/users/{id}/activate", Access::Api, users::activate)
        .get("/api/v1/users/{id}/consents", Access::Api, consents::list)
        .delete("/api/v1/users/{id}/consents/{client_id}", Access::Api, consents::withdraw)
        .post("/api/v1/users/{id}/erase", Access::Api, users::erase)
        .post("/api/v1/users/{id}/reset-password", Access::Api, users::reset_password)
        .post("/api/v1/users/{id}/temporary-password", Access::Api, users::set_temporary_password)
        .post("/api/v1/users/{id}/reset-mfa", Access::Api, users::reset_mfa)
        .post("/api/v1/users/{id}/revoke-sessions", Access::Api, users::revoke_sessions)
        .post("/api/v1/users/{id}/resend-activation", Access::Api, users::resend_activation)
}
