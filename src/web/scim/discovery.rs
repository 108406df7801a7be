//! What the server can do (RFC 7644 4), and the search over everything.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::super::error::ScimError;
use super::super::guard::Provisioner;
use super::request::{self, BODY_MAX, Id, Query};
use super::response;
use crate::app::App;
use crate::app::connections::scim_base_url;
use crate::app::provisioning::everything;
use crate::domain::Error;
use crate::scim;
use crate::scim::list::ListQuery;
use crate::scim::schema::{self, GROUP, ResourceType};

type Reply = Result<Response, ScimError>;

pub(super) async fn service_provider_config(State(app): State<App>, provisioner: Provisioner, query: Query) -> Reply {
    let events = provisioner.caller(&app).event_uris().await?;
    whole(&query, &schema::service_provider_config(&scim_base_url(&app), &events))
}

pub(super) async fn resource_types(State(app): State<App>, provisioner: Provisioner, query: Query) -> Reply {
    whole(&query, &schema::resource_types(&scim_base_url(&app), &published(&app, &provisioner)))
}

pub(super) async fn resource_type(State(app): State<App>, provisioner: Provisioner, Id(id): Id) -> Reply {
    one(schema::resource_type(&scim_base_url(&app), &published(&app, &provisioner), &id), "resource type")
}

pub(super) async fn schemas(State(app): State<App>, provisioner: Provisioner, query: Query) -> Reply {
    whole(&query, &schema::schemas(&scim_base_url(&app), &published(&app, &provisioner)))
}

pub(super) async fn schema(State(app): State<App>, provisioner: Provisioner, Id(id): Id) -> Reply {
    one(schema::schema(&scim_base_url(&app), &published(&app, &provisioner), &id), "schema")
}

/// The types of resources that this client is told of. Whoever only keeps users and groups here is not told of what cannot
/// be made: such clients try to make one of everything.
fn published(app: &App, provisioner: &Provisioner) -> Vec<&'static ResourceType> {
    let caller = provisioner.caller(app);
    schema::published(caller.users, caller.connection.governs())
}

/// A filter that only one type of resource can answer is not asked of the other.
pub(super) async fn search(State(app): State<App>, provisioner: Provisioner, request: Request) -> Reply {
    let body = request::body(request, BODY_MAX).await?;
    let caller = provisioner.caller(&app);
    let (users, groups) = match (ListQuery::from_body(caller.users, &body), ListQuery::from_body(&GROUP, &body)) {
        (Err(refused), Err(_)) => return Err(refused.into()),
        (users, groups) => (users.ok(), groups.ok()),
    };
    let found = everything::search(&caller, users.as_ref(), groups.as_ref()).await?;
    Ok(response::body(StatusCode::OK, &found))
}

// RFC 7644 4: these endpoints are not filtered, and a client that asks for it must not take the whole for the part.
fn whole(Query(pairs): &Query, body: &Value) -> Reply {
    if pairs.iter().any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
        return Err(scim::Error::new(403, "this list cannot be filtered; read it whole").into());
    }
    Ok(response::body(StatusCode::OK, body))
}

fn one(found: Option<Value>, kind: &'static str) -> Reply {
    Ok(response::body(StatusCode::OK, &found.ok_or(Error::NotFound(kind))?))
}
