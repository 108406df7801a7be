//! `/Users`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::super::error::ScimError;
use super::super::guard::Provisioner;
use super::request::{self, BODY_MAX, Conditions, Id, Query};
use super::response;
use crate::app::App;
use crate::app::provisioning::{Caller, users};
use crate::scim::document::{Purpose, from_request};
use crate::scim::etag;
use crate::scim::list::ListQuery;
use crate::scim::projection::Projection;
use crate::scim::schema::USER;

type Reply = Result<Response, ScimError>;

pub(super) async fn list(State(app): State<App>, Provisioner(connection): Provisioner, Query(pairs): Query) -> Reply {
    let query = ListQuery::from_pairs(&USER, &pairs)?;
    let caller = Caller { app: &app, connection: &connection };
    Ok(response::body(StatusCode::OK, &users::list(&caller, &query).await?))
}

pub(super) async fn search(State(app): State<App>, Provisioner(connection): Provisioner, request: Request) -> Reply {
    let query = ListQuery::from_body(&USER, &request::body(request, BODY_MAX).await?)?;
    let caller = Caller { app: &app, connection: &connection };
    Ok(response::body(StatusCode::OK, &users::list(&caller, &query).await?))
}

pub(super) async fn create(
    State(app): State<App>,
    Provisioner(connection): Provisioner,
    Query(pairs): Query,
    request: Request,
) -> Reply {
    let received = from_request(&USER, &request::body(request, BODY_MAX).await?, Purpose::Create)?;
    let caller = Caller { app: &app, connection: &connection };
    let shown = users::create(&caller, received, &Projection::from_pairs(&USER, &pairs)).await?;
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
    let shown = users::get(&caller, &id, &Projection::from_pairs(&USER, &pairs)).await?;
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
    let received = from_request(&USER, &request::body(request, BODY_MAX).await?, Purpose::Replace)?;
    let caller = Caller { app: &app, connection: &connection };
    let wanted = Projection::from_pairs(&USER, &pairs);
    let shown = users::replace(&caller, &id, received, conditions.if_match.as_deref(), &wanted).await?;
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
    let body = request::body(request, BODY_MAX).await?;
    let caller = Caller { app: &app, connection: &connection };
    let wanted = Projection::from_pairs(&USER, &pairs);
    let answer = users::patch(&caller, &id, &body, conditions.if_match.as_deref(), &wanted).await?;
    Ok(response::patched(&answer, &endpoint(&caller), conditions.prefers_minimal))
}

pub(super) async fn delete(
    State(app): State<App>,
    Provisioner(connection): Provisioner,
    Id(id): Id,
    conditions: Conditions,
) -> Reply {
    let caller = Caller { app: &app, connection: &connection };
    users::delete(&caller, &id, conditions.if_match.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn endpoint(caller: &Caller<'_>) -> String {
    format!("{}{}", caller.base(), USER.endpoint)
}
