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
use super::request::{self, Conditions};
use super::{later, response};
use crate::app::App;
use crate::app::kept_requests::Wanted;
use crate::app::provisioner::Called;
use crate::app::provisioning::{self, Trace};
use crate::domain::connection::lanes::Passage;
use crate::scim::bulk::{self, BYTES_MAX, Done};

pub(super) async fn bulk(
    State(app): State<App>,
    provisioner: Provisioner,
    headers: HeaderMap,
    conditions: Conditions,
    request: Request,
) -> Result<Response, ScimError> {
    let caller = provisioner.caller(&app);
    let _turn = caller.take_turn()?;
    if conditions.prefers_async {
        let body = request::body(request, BYTES_MAX).await?;
        let bulk = bulk::parse(body.clone())?;
        if provisioner.passage == Passage::Free {
            caller.owe(&bulk);
        }
        return later::keep(&app, &provisioner, Wanted::Bulk(body)).await;
    }
    let mut bulk = bulk::parse(request::body(request, BYTES_MAX).await?)?;
    if provisioner.passage == Passage::Free {
        caller.owe(&bulk);
    }
    while let Some((index, request)) = bulk.next_request() {
        let outcome = admitted(&app, (&headers, provisioner.called()), caller.trace, request).await;
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
    let opened = guard::connection(app, headers, called).await?;
    Ok(provisioning::by_token(app, &opened, trace, request).await?)
}
