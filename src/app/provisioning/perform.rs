//! One operation, whatever it came with: as part of a bulk request, or as a request of the journal that is tried again.

use super::{Answer, Caller, Error, Groups, Resource, Shown, Users};
use crate::scim::bulk::{Deed, Done, Request};
use crate::scim::document::Purpose;
use crate::scim::projection::Projection;
use crate::scim::schema::USER;

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
