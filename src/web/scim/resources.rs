//! `/Users` and `/Groups`: one set of handlers for both.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::super::error::ScimError;
use super::super::guard::Provisioner;
use super::request::{self, BODY_MAX, Conditions, GROUP_BODY_MAX, Id, Query};
use super::{later, response};
use crate::app::App;
use crate::app::kept_requests::Wanted;
use crate::app::provisioning::{Caller, Resource};
use crate::scim::bulk::{self, Deed};
use crate::scim::document::Purpose;
use crate::scim::list::ListQuery;
use crate::scim::projection::Projection;
use crate::scim::schema::{GROUP, ResourceType};
use crate::scim::{etag, patch as patches};

type Reply = Result<Response, ScimError>;

pub(super) async fn list<R: Resource>(State(app): State<App>, provisioner: Provisioner, Query(pairs): Query) -> Reply {
    let caller = provisioner.caller(&app);
    let query = ListQuery::from_pairs(caller.table(R::TYPE), &pairs)?;
    Ok(response::body(StatusCode::OK, &R::list(&caller, &query).await?))
}

pub(super) async fn search<R: Resource>(State(app): State<App>, provisioner: Provisioner, request: Request) -> Reply {
    let caller = provisioner.caller(&app);
    let query = ListQuery::from_body(caller.table(R::TYPE), &request::body(request, BODY_MAX).await?)?;
    Ok(response::body(StatusCode::OK, &R::list(&caller, &query).await?))
}

pub(super) async fn create<R: Resource>(
    State(app): State<App>,
    provisioner: Provisioner,
    Query(pairs): Query,
    conditions: Conditions,
    request: Request,
) -> Reply {
    let caller = provisioner.caller(&app);
    let of = caller.table(R::TYPE);
    let body = request::body(request, body_max(of)).await?;
    let received = caller.receive(of, &body, Purpose::Create)?;
    if conditions.prefers_async {
        return later::keep(&app, &provisioner, wanted::<R>(Deed::Create(body), None)).await;
    }
    let shown = R::create(&caller, received, &Projection::from_pairs(caller.table(R::TYPE), &pairs)).await?;
    Ok(response::resource(StatusCode::CREATED, &shown, &endpoint::<R>(&caller)))
}

pub(super) async fn get<R: Resource>(
    State(app): State<App>,
    provisioner: Provisioner,
    Id(id): Id,
    Query(pairs): Query,
    conditions: Conditions,
) -> Reply {
    let caller = provisioner.caller(&app);
    let shown = R::get(&caller, &id, &Projection::from_pairs(caller.table(R::TYPE), &pairs)).await?;
    let is_unchanged = etag::is_unchanged(conditions.if_none_match.as_deref(), shown.version)?;
    Ok(response::read(&shown, &endpoint::<R>(&caller), is_unchanged))
}

pub(super) async fn replace<R: Resource>(
    State(app): State<App>,
    provisioner: Provisioner,
    Id(id): Id,
    Query(pairs): Query,
    conditions: Conditions,
    request: Request,
) -> Reply {
    let caller = provisioner.caller(&app);
    let of = caller.table(R::TYPE);
    let body = request::body(request, body_max(of)).await?;
    let received = caller.receive(of, &body, Purpose::Replace)?;
    if conditions.prefers_async {
        return later::keep(&app, &provisioner, wanted::<R>(Deed::Replace(id, body), conditions.if_match)).await;
    }
    let wanted = Projection::from_pairs(caller.table(R::TYPE), &pairs);
    let shown = R::replace(&caller, &id, received, conditions.if_match.as_deref(), &wanted).await?;
    Ok(response::resource(StatusCode::OK, &shown, &endpoint::<R>(&caller)))
}

pub(super) async fn patch<R: Resource>(
    State(app): State<App>,
    provisioner: Provisioner,
    Id(id): Id,
    Query(pairs): Query,
    conditions: Conditions,
    request: Request,
) -> Reply {
    let body = request::body(request, body_max(R::TYPE)).await?;
    let caller = provisioner.caller(&app);
    if conditions.prefers_async {
        patches::parse(caller.table(R::TYPE), &body, &id)?;
        return later::keep(&app, &provisioner, wanted::<R>(Deed::Patch(id, body), conditions.if_match)).await;
    }
    let wanted = Projection::from_pairs(caller.table(R::TYPE), &pairs);
    let answer = R::patch(&caller, &id, &body, conditions.if_match.as_deref(), &wanted).await?;
    Ok(response::patched(&answer, &endpoint::<R>(&caller), conditions.prefers_minimal))
}

pub(super) async fn delete<R: Resource>(
    State(app): State<App>,
    provisioner: Provisioner,
    Id(id): Id,
    conditions: Conditions,
) -> Reply {
    if conditions.prefers_async {
        return later::keep(&app, &provisioner, wanted::<R>(Deed::Delete(id), conditions.if_match)).await;
    }
    let caller = provisioner.caller(&app);
    R::delete(&caller, &id, conditions.if_match.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The same request as it is kept.
fn wanted<R: Resource>(deed: Deed, if_match: Option<String>) -> Wanted {
    Wanted::One(bulk::Request { resources: R::TYPE, deed, if_match })
}

fn endpoint<R: Resource>(caller: &Caller<'_>) -> String {
    format!("{}{}", caller.base(), R::TYPE.endpoint)
}

/// The most bytes of a request about one resource: the members of a group may be many.
fn body_max(resources: &ResourceType) -> usize {
    if resources == &GROUP { GROUP_BODY_MAX } else { BODY_MAX }
}
