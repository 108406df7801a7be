//! The administration API, `/api/v1`: JSON in, JSON out, problem documents (RFC 9457) for errors.
//!
//! Callers are a person, through an access token of scope `api`, or the operator, through the operator token; the operator
//! names the organisation by `?organisation=SLUG` where a path does not.

mod consents;
mod json;
mod users;

use super::routes::{Access, Routes};

/// Adds the API.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/users", Access::Api, users::list)
        .post("/api/v1/users", Access::Api, users::create)
        .get("/api/v1/users/{id}", Access::Api, users::show)
        .put("/api/v1/users/{id}/role", Access::Api, users::change_role)
        .post("/api/v1/users/{id}/deactivate", Access::Api, users::deactivate)
        .post("/api/v1/users/{id}/activate", Access::Api, users::activate)
        .get("/api/v1/users/{id}/consents", Access::Api, consents::list)
        .delete("/api/v1/users/{id}/consents/{client_id}", Access::Api, consents::withdraw)
}
