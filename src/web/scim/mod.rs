//! SCIM over HTTP (RFC 7644): requests read, use cases called, answers written.
//!
//! **Invariant:** every answer, errors of every layer included, is a SCIM body; addresses in it come from the public URL
//! and never from a header.
//! **Invariant:** a body is read up to its limit, uncompressed, before anything is looked up.

mod discovery;
mod edge;
mod groups;
mod request;
mod response;
mod users;

pub(super) use edge::edge;

use super::routes::{Access, Routes};

/// Adds the SCIM endpoints.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/scim/v2/Users", Access::Scim, users::list)
        .post("/scim/v2/Users", Access::Scim, users::create)
        .post("/scim/v2/Users/.search", Access::Scim, users::search)
        .get("/scim/v2/Users/{id}", Access::Scim, users::get)
        .put("/scim/v2/Users/{id}", Access::Scim, users::replace)
        .patch("/scim/v2/Users/{id}", Access::Scim, users::patch)
        .delete("/scim/v2/Users/{id}", Access::Scim, users::delete);
    let routes = routes
        .get("/scim/v2/Groups", Access::Scim, groups::list)
        .post("/scim/v2/Groups", Access::Scim, groups::create)
        .post("/scim/v2/Groups/.search", Access::Scim, groups::search)
        .get("/scim/v2/Groups/{id}", Access::Scim, groups::get)
        .put("/scim/v2/Groups/{id}", Access::Scim, groups::replace)
        .patch("/scim/v2/Groups/{id}", Access::Scim, groups::patch)
        .delete("/scim/v2/Groups/{id}", Access::Scim, groups::delete);
    routes
        .post("/scim/v2/.search", Access::Scim, discovery::search)
        .get("/scim/v2/ServiceProviderConfig", Access::Scim, discovery::service_provider_config)
        .get("/scim/v2/ResourceTypes", Access::Scim, discovery::resource_types)
        .get("/scim/v2/ResourceTypes/{id}", Access::Scim, discovery::resource_type)
        .get("/scim/v2/Schemas", Access::Scim, discovery::schemas)
        .get("/scim/v2/Schemas/{id}", Access::Scim, discovery::schema)
}
