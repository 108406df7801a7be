//! A request that came once: done again, or what it would do now, which is found out in a unit of work that is dropped.
//!
//! **Invariant:** a trial keeps nothing: no row, no record of a deed or of a refusal, no letter.

use serde_json::Value;

use super::perform::shown;
use super::{Caller, Error, Groups, Resource, Trace, Users};
use crate::app::App;
use crate::domain::connection::{Attributes, Connection};
use crate::domain::journal::{About, Deed as Did};
use crate::domain::{self};
use crate::scim;
use crate::scim::bulk::{Deed, Request};
use crate::scim::projection::Projection;
use crate::scim::schema::{GROUP, ResourceType, USER};

/// What a request would do.
#[derive(Debug, Default)]
pub struct Trial {
    /// Why it would be refused.
    pub refusal: Option<String>,
    /// What it would do.
    pub deeds: Vec<Did>,
    /// The resource as it is.
    pub before: Option<Value>,
    /// The resource as it would be; nothing where it is too large to be shown, or would be gone.
    pub after: Option<Value>,
}

/// The change of one user or group that a request asks for; none for any other request, and where its body is not there.
pub fn change_of(method: &str, path: &str, body: Option<Value>) -> Option<Request> {
    let (resources, id) = aim(path)?;
    let deed = match (method, id) {
        ("POST", None) => Deed::Create(body?),
        ("PUT", Some(id)) => Deed::Replace(id, body?),
        ("PATCH", Some(id)) => Deed::Patch(id, body?),
        ("DELETE", Some(id)) => Deed::Delete(id),
        _ => return None,
    };
    Some(Request { resources, deed, if_match: None })
}

/// The user or group whose address it is.
pub fn about(path: &str) -> Option<About> {
    let (resources, id) = aim(path)?;
    let id = id?;
    if resources == &USER { id.parse().ok().map(About::User) } else { id.parse().ok().map(About::Group) }
}

/// Tells what a change would do now, by a token that names these attributes.
pub async fn rehearse(
    app: &App,
    connection: &Connection,
    attributes: &Attributes,
    request: Request,
) -> Result<Trial, domain::Error> {
    let trace = Trace::of_trial();
    let (organisation, _) = app.store.organisation(connection.org).await?;
    let caller = Caller { app, connection, users: app.users_of(&organisation)?, attributes, trace: &trace };
    let whole = Projection::default_of(caller.table(request.resources));
    let before = match &request.deed {
        Deed::Create(_) => None,
        Deed::Replace(id, _) | Deed::Patch(id, _) | Deed::Delete(id) => {
            now(&caller, request.resources, id, &whole).await?
        }
    };
    let outcome = shown(&caller, request, &whole).await;
    let deeds = trace.take().deeds;
    match outcome {
        Ok((_, shown)) => Ok(Trial { refusal: None, deeds, before, after: shown.map(|it| it.body) }),
        Err(Error::Product(fault @ domain::Error::Internal(_))) => Err(fault),
        Err(refusal) => Ok(Trial { refusal: Some(refusal.to_string()), deeds, before, after: None }),
    }
}

/// Does a change now, as it was asked for by a token that names these attributes; answers the status and the resource.
pub async fn replay(
    app: &App,
    connection: &Connection,
    (attributes, trace): (&Attributes, &Trace),
    request: Request,
) -> Result<(u16, Option<Value>), Error> {
    if connection.is_paused {
        return Err(scim::Error::new(503, "provisioning by this connection is paused; resume it first").into());
    }
    let (organisation, _) = app.store.organisation(connection.org).await?;
    let caller = Caller { app, connection, users: app.users_of(&organisation)?, attributes, trace };
    let whole = Projection::default_of(caller.table(request.resources));
    let (done, shown) = shown(&caller, request, &whole).await?;
    Ok((done.status, shown.map(|it| it.body)))
}

async fn now(
    caller: &Caller<'_>,
    resources: &ResourceType,
    id: &str,
    whole: &Projection,
) -> Result<Option<Value>, domain::Error> {
    let found =
        if resources == &USER { Users::get(caller, id, whole).await } else { Groups::get(caller, id, whole).await };
    match found {
        Ok(shown) => Ok(Some(shown.body)),
        Err(Error::Product(fault @ domain::Error::Internal(_))) => Err(fault),
        Err(_) => Ok(None),
    }
}

/// The type of resources that an address leads to, and the id of one of them.
fn aim(path: &str) -> Option<(&'static ResourceType, Option<String>)> {
    let rest = path.strip_prefix("/scim/v2")?;
    let (resources, rest) = [&USER, &GROUP].into_iter().find_map(|it| Some((it, rest.strip_prefix(it.endpoint)?)))?;
    match rest.strip_prefix('/') {
        None if rest.is_empty() => Some((resources, None)),
        Some(id) if !id.is_empty() && !id.contains('/') && id != ".search" => Some((resources, Some(id.to_owned()))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_changes_of_one_user_or_group_are_tried_again() {
        let body = json!({});
        let changes = |method, path, body| change_of(method, path, body).map(|it| (it.resources.name, it.deed));
        assert_eq!(changes("POST", "/scim/v2/Users", Some(body.clone())), Some(("User", Deed::Create(body.clone()))));
        let patch = Deed::Patch("7".to_owned(), body.clone());
        assert_eq!(changes("PATCH", "/scim/v2/Groups/7", Some(body.clone())), Some(("Group", patch)));
        assert_eq!(changes("DELETE", "/scim/v2/Users/7", None), Some(("User", Deed::Delete("7".to_owned()))));
        for (method, path, body) in [
            ("POST", "/scim/v2/Users/.search", Some(&body)),
            ("POST", "/scim/v2/Bulk", Some(&body)),
            ("GET", "/scim/v2/Users/7", None),
            ("PUT", "/scim/v2/Users/7", None),
            ("PUT", "/scim/v2/Users/7/8", Some(&body)),
            ("PATCH", "/scim/v2/UsersX/7", Some(&body)),
        ] {
            assert_eq!(changes(method, path, body.cloned()), None, "{method} {path}");
        }
    }
}
