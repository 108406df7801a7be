//! One operation, whatever it came with: as part of a bulk request, as a request that was kept, or as one of the journal that is
//! tried again.

use super::{Answer, Caller, Error, Groups, Resource, Shown, Trace, Users};
use crate::app::App;
use crate::app::provisioner::Opened;
use crate::domain::connection::{Scope, Scopes};
use crate::scim;
use crate::scim::bulk::{Deed, Done, Request};
use crate::scim::document::Purpose;
use crate::scim::projection::Projection;
use crate::scim::schema::USER;

/// Does one operation by what a token opens at this moment.
pub async fn by_token(app: &App, opened: &Opened, trace: &Trace, request: Request) -> Result<Done, Error> {
    let Opened { connection, users, scopes, attributes, .. } = opened;
    if connection.is_paused {
        return Err(scim::Error::new(503, "provisioning by this connection is paused; try again later").into());
    }
    check_scopes(scopes, &[if request.resources == &USER { Scope::WriteUsers } else { Scope::WriteGroups }])?;
    perform(&Caller { app, connection, users, attributes, trace }, request).await
}

/// Refuses what needs a scope that the token does not have.
pub fn check_scopes(scopes: &Scopes, needed: &[Scope]) -> Result<(), scim::Error> {
    let Some(missing) = needed.iter().find(|it| !scopes.may(**it)) else { return Ok(()) };
    let detail = format!(
        "the token may not be used for this: it has no scope {}; give the identity provider a token that has it",
        missing.word()
    );
    Err(scim::Error::new(403, detail))
}

/// Does one operation of a bulk request. No resource is answered, so that none is read whole.
pub async fn perform(caller: &Caller<'_>, request: Request) -> Result<Done, Error> {
    let wanted = Projection::parse(request.resources, "id", "");
    Ok(shown(caller, request, &wanted).await?.0)
}

/// Does one operation, and answers what was done with the resource as it is then, as far as that is shown.
pub(super) async fn shown(
    caller: &Caller<'_>,
    request: Request,
    wanted: &Projection,
) -> Result<(Done, Option<Shown>), Error> {
    if request.resources == &USER {
        of::<Users>(caller, request, wanted).await
    } else {
        of::<Groups>(caller, request, wanted).await
    }
}

async fn of<R: Resource>(
    caller: &Caller<'_>,
    request: Request,
    wanted: &Projection,
) -> Result<(Done, Option<Shown>), Error> {
    let if_match = request.if_match.as_deref();
    let done = |status, shown: Shown| {
        let done = Done { status, id: shown.id.clone(), version: Some(shown.version) };
        (done, Some(shown))
    };
    match request.deed {
        Deed::Create(data) => {
            let received = caller.receive(R::TYPE, &data, Purpose::Create)?;
            Ok(done(201, R::create(caller, received, wanted).await?))
        }
        Deed::Replace(id, data) => {
            let received = caller.receive(R::TYPE, &data, Purpose::Replace)?;
            Ok(done(200, R::replace(caller, &id, received, if_match, wanted).await?))
        }
        Deed::Patch(id, data) => Ok(match R::patch(caller, &id, &data, if_match, wanted).await? {
            Answer::Shown(shown) => done(200, shown),
            Answer::Done { version } => (Done { status: 204, id, version: Some(version) }, None),
        }),
        Deed::Delete(id) => {
            R::delete(caller, &id, if_match).await?;
            Ok((Done { status: 204, id, version: None }, None))
        }
    }
}
