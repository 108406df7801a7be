//! `/Groups`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::super::error::ScimError;
use super::super::guard::Provisioner;
use super::request::{self, BODY_MAX, Conditions, GROUP_BODY_MAX, Id, Query};
use super::response;
use crate::app::App;
use crate::app::provisioning::{Caller, groups};
use crate::scim::document::{Purpose, from_request};
use crate::scim::etag;
use crate::scim::list::ListQuery;
use crate::scim::projection::Projection;
use crate::scim::schema::GROUP;

type Reply = Result<Response, ScimError>;

pub(super) async fn list(State(app): State<App>, Provisioner(connection): Provisioner, Query(pairs): Query) -> Reply {
    let query = ListQuery::from_pairs(&GROUP, &pairs)?;
    let caller = Caller { app: &app, connection: &connection };
    Ok(response::body(StatusCode::OK, &groups::list(&caller, &query).await?))
}

pub(super) async fn search(State(app): State<App>, Provisioner(connection): Provisioner, request: Request) -> Reply {
    let query = ListQuery::from_body(&GROUP, &request::body(request, BODY_MAX).await?)?;
    let caller = Caller { app: &app, connection: &connection };
    Ok(response::body(StatusCode::OK, &groups::list(&caller, &query).await?))
}

pub(super) async fn create(
    State(app): State<App>,
    Provisioner(connection): Provisioner,
    Query(pairs): Query,
    request: Request,
) -> Reply {
    let received = from_request(&GROUP, &request::body(request, GROUP_BODY_MAX).await?, Purpose::Create)?;
    let caller = Caller { app: &app, connection: &connection };
    let shown = groups::create(&caller, received, &Projection::from_pairs(&GROUP, &pairs)).await?;
    Ok(response::resource(StatusCode::CREATED, &shown, &endpoint(&caller)))
}

pub(super) async fn get(
    State(app): State<App>,
    Provisioner(connection): Provisioner,
    Id(id): Id,
    Query(pairs): Query,
    conditions: Conditions,
) -> Reply {
    let caller = Caller { app: &app, connection: &connection };
    let shown = groups::get(&caller, &id, &Projection::from_pairs(&GROUP, &pairs)).await?;
    let is_unchanged = etag::is_unchanged(conditions.if_none_match.as_deref(), shown.version)?;
    Ok(response::read(&shown, &endpoint(&caller), is_unchanged))
}

pub(super) async fn replace(
    State(app): State<App>,
    Provisioner(connection): Provisioner,
    Id(id): Id,
    Query(pairs): Query,
    conditions: Conditions,
    request: Request,
) -> Reply {
    let received = from_request(&GROUP, &request::body(request, GROUP_BODY_MAX).await?, Purpose::Replace)?;
    let caller = Caller { app: &app, connection: &connection };
    let wanted = Projection::from_pairs(&GROUP, &pairs);
    let shown = groups::replace(&caller, &id, received, conditions.if_match.as_deref(), &wanted).await?;
    Ok(response::resource(StatusCode::OK, &shown, &endpoint(&caller)))
}

pub(super) async fn patch(
    State(app): State<App>,
    Provisioner(connection): Provisioner,
    Id(id): Id,
    Query(pairs): Query,
    conditions: Conditions,
    request: Request,
) -> Reply {
    let body = request::body(request, GROUP_BODY_MAX).await?;
    let caller = Caller { app: &app, connection: &connection };
    let wanted = Projection::from_pairs(&GROUP, &pairs);
    let answer = groups::patch(&caller, &id, &body, conditions.if_match.as_deref(), &wanted).await?;
    Ok(response::patched(&answer, &endpoint(&caller), conditions.prefers_minimal))
}

pub(super) async fn delete(
    State(app): State<App>,
    Provisioner(connection): Provisioner,
    Id(id): Id,
    conditions: Conditions,
) -> Reply {
    let caller = Caller { app: &app, connection: &connection };
    groups::delete(&caller, &id, conditions.if_match.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn endpoint(caller: &Caller<'_>) -> String {
    format!("{}{}", caller.base(), GROUP.endpoint)
}
