//! What of users and groups the token of a request names: where requests and resources pass, everything else is taken out.
//!
//! **Invariant:** no body becomes a change and no list is looked for but through here, and no resource is answered.

use serde_json::Value;

use super::{Caller, Error};
use crate::domain::connection::Attributes;
use crate::scim;
use crate::scim::allowed::Allowed;
use crate::scim::document::{self, Purpose, Received};
use crate::scim::list::ListQuery;
use crate::scim::patch::{self, Patch};
use crate::scim::schema::ResourceType;

impl Caller<'_> {
    /// What the token sees and sets of resources of this type.
    pub(super) fn allowed(&self, of: &'static ResourceType) -> Allowed {
        let of = self.table(of);
        match self.attributes {
            Attributes::Everything => Allowed::everything(of),
            Attributes::Only(names) => Allowed::only(of, names.iter().map(String::as_str)),
        }
    }

    /// Reads the body of a request that makes or replaces a resource. What the token does not name is left out, and noted.
    pub fn receive(&self, of: &'static ResourceType, body: &Value, purpose: Purpose) -> Result<Received, scim::Error> {
        let mut received = document::receive(&self.allowed(of), body, purpose)?;
        self.trace.left_alone(std::mem::take(&mut received.left_alone));
        Ok(received)
    }

    /// Reads the body of a PATCH, likewise.
    pub(super) fn read_patch(&self, of: &'static ResourceType, body: &Value, id: &str) -> Result<Patch, scim::Error> {
        let mut patch = patch::parse(self.table(of), body, id)?;
        self.trace.left_alone(self.allowed(of).narrow(&mut patch));
        Ok(patch)
    }

    /// Refuses a list that would tell about what the token does not name.
    pub(super) fn check_query(&self, of: &'static ResourceType, query: &ListQuery) -> Result<(), Error> {
        Ok(self.allowed(of).check_query(query)?)
    }
}
