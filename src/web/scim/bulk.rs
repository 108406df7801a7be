//! `/Bulk` (RFC 7644 3.7): the operations of one request, one after the other.
//!
//! **Invariant:** every operation is a use case and a unit of work of its own, with the rules of the request alone.
//! **Invariant:** before each operation the token is looked up again: one that is revoked, or whose connection is paused,
//! does nothing more.
//! **Invariant:** operations count as requests do; those of a request that passed only to let people go were counted there.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::super::error::ScimError;
use super::super::guard::{self, Provisioner};
use super::scopes::check_operation;
use super::{request, response};
use crate::app::App;
use crate::app::provisioner::{Called, Opened};
use crate::app::provisioning::{Caller, Trace, perform};
use crate::domain::connection::lanes::Passage;
use crate::scim;
use crate::scim::bulk::{self, BYTES_MAX, Done};

pub(super) async fn bulk(
    State(app): State<App>,
    provisioner: Provisioner,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ScimError> {
    let caller = provisioner.caller(&app);
    let _turn = caller.take_turn()?;
    let mut bulk = bulk::parse(request::body(request, BYTES_MAX).await?)?;
    if provisioner.passage == Passage::Free {
        caller.owe(&bulk);
    }
    while let Some((index, request)) = bulk.next_request() {
        let outcome = admitted(&app, (&headers, provisioner.called), caller.trace, request).await;
        bulk.record(index, outcome.map_err(|error| error.said()));
    }
    Ok(response::body(StatusCode::OK, &bulk.render(&caller.base())))
}

async fn admitted(
    app: &App,
    (headers, called): (&HeaderMap, Called),
    trace: &Trace,
    request: bulk::Request,
) -> Result<Done, ScimError> {
    let Opened { connection, users, scopes, attributes } = guard::connection(app, headers, called).await?;
    if connection.is_paused {
        return Err(scim::Error::new(503, "provisioning by this connection is paused; try again later").into());
    }
    check_operation(&scopes, &request)?;
    let caller = Caller { app, connection: &connection, users, attributes: &attributes, trace };
    Ok(perform(&caller, request).await?)
}
