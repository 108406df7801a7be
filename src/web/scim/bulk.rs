//! `/Bulk` (RFC 7644 3.7): the operations of one request, one after the other.
//!
//! **Invariant:** every operation is a use case and a unit of work of its own, with the rules of the request alone.
//! **Invariant:** before each operation the token is looked up again: one that is revoked, or whose connection is paused,
//! does nothing more.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::super::error::ScimError;
use super::super::guard::{self, Provisioner};
use super::{request, response};
use crate::app::App;
use crate::app::provisioning::{Answer, Caller, Groups, Resource, Users};
use crate::scim;
use crate::scim::bulk::{self, BYTES_MAX, Deed, Done};
use crate::scim::document::{Purpose, from_request};
use crate::scim::projection::Projection;
use crate::scim::schema::USER;

pub(super) async fn bulk(
    State(app): State<App>,
    Provisioner(connection): Provisioner,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ScimError> {
    let caller = Caller { app: &app, connection: &connection };
    let _turn = caller.take_turn()?;
    let mut bulk = bulk::parse(request::body(request, BYTES_MAX).await?)?;
    while let Some((index, request)) = bulk.next_request() {
        let outcome = admitted(&app, &headers, request).await;
        bulk.record(index, outcome.map_err(|error| error.said()));
    }
    Ok(response::body(StatusCode::OK, &bulk.render(&caller.base())))
}

async fn admitted(app: &App, headers: &HeaderMap, request: bulk::Request) -> Result<Done, ScimError> {
    let connection = guard::connection(app, headers).await?;
    if connection.is_paused {
        return Err(scim::Error::new(503, "provisioning by this connection is paused; try again later").into());
    }
    let caller = Caller { app, connection: &connection };
    if request.resources == &USER {
        perform::<Users>(&caller, request).await
    } else {
        perform::<Groups>(&caller, request).await
    }
}

/// Does one operation. No resource is answered, so that none is read whole.
async fn perform<R: Resource>(caller: &Caller<'_>, request: bulk::Request) -> Result<Done, ScimError> {
    let (if_match, wanted) = (request.if_match.as_deref(), Projection::parse(R::TYPE, "id", ""));
    match request.deed {
        Deed::Create(data) => {
            let received = from_request(R::TYPE, &data, Purpose::Create)?;
            let made = R::create(caller, received, &wanted).await?;
            Ok(Done { status: 201, id: made.id, version: Some(made.version) })
        }
        Deed::Replace(id, data) => {
            let received = from_request(R::TYPE, &data, Purpose::Replace)?;
            let replaced = R::replace(caller, &id, received, if_match, &wanted).await?;
            Ok(Done { status: 200, id, version: Some(replaced.version) })
        }
        Deed::Patch(id, data) => Ok(match R::patch(caller, &id, &data, if_match, &wanted).await? {
            Answer::Shown(shown) => Done { status: 200, id, version: Some(shown.version) },
            Answer::Done { version } => Done { status: 204, id, version: Some(version) },
        }),
        Deed::Delete(id) => {
            R::delete(caller, &id, if_match).await?;
            Ok(Done { status: 204, id, version: None })
        }
    }
}
