//! What a token must be allowed to for a request.
//!
//! **Invariant:** what the server can do is told to every token; everything else needs a scope, and what is not named here needs
//! all of them.

use axum::http::Method;

use super::{BULK, ME};
use crate::app::provisioning;
use crate::domain::connection::{Scope, Scopes};
use crate::scim;

/// Refuses a request that the token may not make. A bulk request is asked about with each of its operations.
pub(in super::super) fn check_scopes(scopes: &Scopes, method: &Method, path: &str) -> Result<(), scim::Error> {
    provisioning::check_scopes(scopes, needed(method, path))
}

fn needed(method: &Method, path: &str) -> &'static [Scope] {
    if matches!(path, BULK | ME) {
        return &[];
    }
    let rest = path.strip_prefix("/scim/v2/").unwrap_or(path);
    let (kind, rest) = rest.split_once('/').unwrap_or((rest, ""));
    // RFC 7644 3.4.3: a search changes nothing, although it is a POST.
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || rest == ".search";
    match (kind, reads) {
        // What became of a request is told to whoever might have made it, which the handler sees to.
        ("ServiceProviderConfig" | "ResourceTypes" | "Schemas" | "Events", _) => &[],
        ("Users", true) => &[Scope::ReadUsers],
        ("Users", false) => &[Scope::WriteUsers],
        ("Groups", true) => &[Scope::ReadGroups],
        ("Groups", false) => &[Scope::WriteGroups],
        ("Roles" | "Entitlements", _) => &[Scope::ReadRoles],
        // A list from which something is missing would be taken for the whole.
        (".search", _) => &[Scope::ReadUsers, Scope::ReadGroups],
        _ => &Scope::ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_needs_its_scope() {
        use Scope::{ReadGroups, ReadRoles, ReadUsers, WriteGroups, WriteUsers};
        for (method, path, scopes) in [
            (Method::GET, "/scim/v2/Users", &[ReadUsers][..]),
            (Method::HEAD, "/scim/v2/Users/7", &[ReadUsers]),
            (Method::POST, "/scim/v2/Users/.search", &[ReadUsers]),
            (Method::POST, "/scim/v2/Users", &[WriteUsers]),
            (Method::POST, "/scim/v2/Users/7/.search", &[WriteUsers]),
            (Method::PATCH, "/scim/v2/Users/7", &[WriteUsers]),
            (Method::DELETE, "/scim/v2/Groups/7", &[WriteGroups]),
            (Method::POST, "/scim/v2/Groups/.search", &[ReadGroups]),
            (Method::GET, "/scim/v2/Roles", &[ReadRoles]),
            (Method::GET, "/scim/v2/Entitlements/7", &[ReadRoles]),
            (Method::POST, "/scim/v2/.search", &[ReadUsers, ReadGroups]),
            (Method::GET, "/scim/v2/Schemas", &[]),
            (Method::POST, "/scim/v2/Bulk", &[]),
            (Method::GET, "/scim/v2/Other", &Scope::ALL),
            (Method::GET, "/scim/v2", &Scope::ALL),
        ] {
            assert_eq!(needed(&method, path), scopes, "{method} {path}");
        }
    }
}
