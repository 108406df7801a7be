//! SCIM over HTTP (RFC 7644): requests read, use cases called, answers written.
//!
//! **Invariant:** every answer, errors of every layer included, is a SCIM body; addresses in it come from the public URL
//! and never from a header.
//! **Invariant:** a body is read up to its limit, uncompressed, before anything is looked up.

mod bulk;
mod catalogue;
mod discovery;
mod edge;
mod journal;
mod later;
mod me;
mod request;
mod resources;
mod response;
mod scopes;

pub(super) use edge::{AddressedTo, edge};
pub(super) use journal::CallUnderWay;
pub(super) use scopes::check_scopes;

use super::routes::{Access, Routes};
use crate::app::provisioning::catalogue::{Entitlements, Roles};
use crate::app::provisioning::{Groups, Users};
pub(super) use crate::scim::bulk::PATH as BULK;

const ME: &str = "/scim/v2/Me";

/// Adds the SCIM endpoints.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/scim/v2/Users", Access::Scim, resources::list::<Users>)
        .post("/scim/v2/Users", Access::Scim, resources::create::<Users>)
        .post("/scim/v2/Users/.search", Access::Scim, resources::search::<Users>)
        .get("/scim/v2/Users/{id}", Access::Scim, resources::get::<Users>)
        .put("/scim/v2/Users/{id}", Access::Scim, resources::replace::<Users>)
        .patch("/scim/v2/Users/{id}", Access::Scim, resources::patch::<Users>)
        .delete("/scim/v2/Users/{id}", Access::Scim, resources::delete::<Users>);
    let routes = routes
        .get("/scim/v2/Groups", Access::Scim, resources::list::<Groups>)
        .post("/scim/v2/Groups", Access::Scim, resources::create::<Groups>)
        .post("/scim/v2/Groups/.search", Access::Scim, resources::search::<Groups>)
        .get("/scim/v2/Groups/{id}", Access::Scim, resources::get::<Groups>)
        .put("/scim/v2/Groups/{id}", Access::Scim, resources::replace::<Groups>)
        .patch("/scim/v2/Groups/{id}", Access::Scim, resources::patch::<Groups>)
        .delete("/scim/v2/Groups/{id}", Access::Scim, resources::delete::<Groups>);
    let routes = routes
        .get("/scim/v2/Roles", Access::Scim, catalogue::list::<Roles>)
        .post("/scim/v2/Roles/.search", Access::Scim, catalogue::search::<Roles>)
        .get("/scim/v2/Roles/{id}", Access::Scim, catalogue::get::<Roles>)
        .get("/scim/v2/Entitlements", Access::Scim, catalogue::list::<Entitlements>)
        .post("/scim/v2/Entitlements/.search", Access::Scim, catalogue::search::<Entitlements>)
        .get("/scim/v2/Entitlements/{id}", Access::Scim, catalogue::get::<Entitlements>);
    let routes = routes
        .get(ME, Access::Me, me::read)
        .post(ME, Access::Me, me::refuse)
        .put(ME, Access::Me, me::refuse)
        .patch(ME, Access::Me, me::refuse)
        .delete(ME, Access::Me, me::refuse);
    routes
        .post(BULK, Access::Scim, bulk::bulk)
        .get("/scim/v2/Events/{txn}", Access::Scim, later::outcome)
        .post("/scim/v2/.search", Access::Scim, discovery::search)
        .get("/scim/v2/ServiceProviderConfig", Access::Scim, discovery::service_provider_config)
        .get("/scim/v2/ResourceTypes", Access::Scim, discovery::resource_types)
        .get("/scim/v2/ResourceTypes/{id}", Access::Scim, discovery::resource_type)
        .get("/scim/v2/Schemas", Access::Scim, discovery::schemas)
        .get("/scim/v2/Schemas/{id}", Access::Scim, discovery::schema)
}
