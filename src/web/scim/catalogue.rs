//! `/Roles` and `/Entitlements`: what a connection may give, to be read and nothing else.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::error::ScimError;
use super::super::guard::Provisioner;
use super::request::{self, BODY_MAX, Id, Query};
use super::response;
use crate::app::App;
use crate::app::provisioning::catalogue::{self, Listed};
use crate::scim::list::ListQuery;
use crate::scim::projection::Projection;

type Reply = Result<Response, ScimError>;

pub(super) async fn list<L: Listed>(State(app): State<App>, provisioner: Provisioner, Query(pairs): Query) -> Reply {
    let query = ListQuery::from_pairs(L::TYPE, &pairs)?;
    Ok(response::body(StatusCode::OK, &catalogue::list::<L>(&provisioner.caller(&app), &query).await?))
}

pub(super) async fn search<L: Listed>(State(app): State<App>, provisioner: Provisioner, request: Request) -> Reply {
    let query = ListQuery::from_body(L::TYPE, &request::body(request, BODY_MAX).await?)?;
    Ok(response::body(StatusCode::OK, &catalogue::list::<L>(&provisioner.caller(&app), &query).await?))
}

pub(super) async fn get<L: Listed>(
    State(app): State<App>,
    provisioner: Provisioner,
    Id(id): Id,
    Query(pairs): Query,
) -> Reply {
    let wanted = Projection::from_pairs(L::TYPE, &pairs);
    Ok(response::body(StatusCode::OK, &catalogue::get::<L>(&provisioner.caller(&app), &id, &wanted).await?))
}
