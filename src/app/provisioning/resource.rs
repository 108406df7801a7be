//! What can be done to any resource over SCIM, so that HTTP and bulk say it once for users and groups.

use std::future::Future;

use serde_json::Value;

use super::{Answer, Caller, Error, Shown};
use crate::scim::document::Received;
use crate::scim::list::{self, ListQuery, Slice};
use crate::scim::projection::Projection;
use crate::scim::schema::ResourceType;

/// A type of resource that an identity provider keeps here.
pub trait Resource: 'static {
    /// Its name, endpoint and attributes.
    const TYPE: &'static ResourceType;

    /// Makes a resource.
    fn create(
        caller: &Caller<'_>,
        received: Received,
        wanted: &Projection,
    ) -> impl Future<Output = Result<Shown, Error>> + Send;

    /// Replaces the attributes of a resource.
    fn replace(
        caller: &Caller<'_>,
        id: &str,
        received: Received,
        if_match: Option<&str>,
        wanted: &Projection,
    ) -> impl Future<Output = Result<Shown, Error>> + Send;

    /// Applies the operations of a PATCH to a resource; all of them or none.
    fn patch(
        caller: &Caller<'_>,
        id: &str,
        body: &Value,
        if_match: Option<&str>,
        wanted: &Projection,
    ) -> impl Future<Output = Result<Answer, Error>> + Send;

    /// Deletes a resource.
    fn delete(caller: &Caller<'_>, id: &str, if_match: Option<&str>) -> impl Future<Output = Result<(), Error>> + Send;

    /// Reads a resource.
    fn get(caller: &Caller<'_>, id: &str, wanted: &Projection) -> impl Future<Output = Result<Shown, Error>> + Send;

    /// The resources of a page.
    fn page(caller: &Caller<'_>, query: &ListQuery) -> impl Future<Output = Result<Slice, Error>> + Send;

    /// Reads a page of resources.
    fn list(caller: &Caller<'_>, query: &ListQuery) -> impl Future<Output = Result<Value, Error>> + Send {
        async move {
            let found = Self::page(caller, query).await?;
            caller.trace.found(found.total);
            Ok(list::render(found, &query.start))
        }
    }
}
