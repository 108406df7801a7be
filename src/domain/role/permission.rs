//! Permissions and the patterns that name many of them.
//!
//! A permission is a path and a verb: `users:list`, `users.mfa:reset`, `org.billing.invoices:read`. In a pattern
//!
//! * `*` as a segment stands for exactly one segment, as the *last* segment for one or more;
//! * `*` as the verb stands for every verb; only after a last segment `*` may the verb be left out, with that meaning.
//!
//! So `users:*` is every verb on users but not `users.mfa:reset`; `users.*` is everything below users but not
//! `users:list`; `*:read` reads everything; `*` is everything.
//!
//! **Invariant:** `app.*` belongs to the organisation's applications and is opaque here; every other permission is in
//! [`CATALOGUE`] or does not exist.

use std::fmt;
use std::str::FromStr;

/// Every permission that Doorward itself enforces.
pub const CATALOGUE: &[&str] = &[
    "org.account:manage",
    "org.billing:manage",
    "org.billing.invoices:read",
    "org.policies:read",
    "org.policies:manage",
    "org.integrations:manage",
    "org.idp:manage",
    "org.scim:manage",
    "org.domains:manage",
    "org.branding:manage",
    "org.webhooks:manage",
    "org.audit:read",
    "org.audit:export",
    "org.posture:read",
    "org.reviews:manage",
    "org.reviews:decide",
    "org.clients:manage",
    "users:list",
    "users:read",
    "users:invite",
    "users:create",
    "users:update",
    "users:activate",
    "users:deactivate",
    "users:remove",
    "users:delete_pending",
    "users:erase",
    "users:export",
    "users.password:reset",
    "users.password:set_temp",
    "users.mfa:reset",
    "users.mfa:require",
    "users.sessions:revoke",
    "users.idp:change",
    "users.activity:read",
    "roles:assign",
    "roles:define",
    "groups:read",
    "groups:manage",
    "groups:map",
    "teams:read",
    "teams:manage",
    "teams.members:manage",
    "teams.quota:manage",
    "teams.usage:report",
    "tokens.personal:create",
    "tokens.service:manage",
    "impersonate:use",
    "projects:list",
    "projects:switch",
    "projects:create",
    "projects:update",
    "projects:delete",
    "projects:duplicate",
    "projects.access:manage",
    "shares:manage",
    "decisions:ask",
];

const LENGTH_MAX: usize = 128;
const SEGMENTS_MAX: usize = 8;

/// The text is not a permission or not a pattern of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a permission: write `area.object:verb` in lower-case letters, digits, `_` and `-`; only a pattern may hold `*`"
)]
pub struct NotAPermission;

/// One permission, without wildcards.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission(PermissionPattern);

impl Permission {
    /// True for one that changes nothing: to read, to list, and to open a project.
    pub fn is_reading(&self) -> bool {
        self.0.verb.as_deref().is_some_and(|verb| matches!(verb, "read" | "list" | "switch"))
    }

    /// True for a permission of the catalogue and for any of the applications' own (`app.*`).
    pub fn is_known(&self) -> bool {
        self.0.is_of_app() || CATALOGUE.contains(&self.to_string().as_str())
    }
}

impl FromStr for Permission {
    type Err = NotAPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pattern: PermissionPattern = text.parse()?;
        let exact = pattern.verb.is_some() && !pattern.path.iter().any(|segment| segment == "*");
        if exact { Ok(Self(pattern)) } else { Err(NotAPermission) }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A set of permissions written with `*`; an exact permission is the pattern of itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionPattern {
    path: Vec<String>,
    /// `None` is every verb.
    verb: Option<String>,
}

impl PermissionPattern {
    /// True when the pattern names this permission.
    pub fn matches(&self, permission: &Permission) -> bool {
        self.covers(&permission.0)
    }

    /// True when every permission that `other` names is named by this pattern too.
    pub fn covers(&self, other: &Self) -> bool {
        let verb = self.verb.is_none() || self.verb == other.verb;
        verb && path_covers(&self.path, &other.path)
    }

    /// True when some permission is named by both patterns.
    pub fn overlaps(&self, other: &Self) -> bool {
        let verb = self.verb.is_none() || other.verb.is_none() || self.verb == other.verb;
        verb && paths_overlap(&self.path, &other.path)
    }

    /// True when the pattern names something that exists: of the catalogue, or of the applications.
    pub fn is_known(&self) -> bool {
        self.within_app().is_some()
            || CATALOGUE.iter().filter_map(|text| text.parse().ok()).any(|known| self.matches(&known))
    }

    /// The part of this pattern that lies in `app.*`.
    pub(super) fn within_app(&self) -> Option<Self> {
        let (first, rest) = self.path.split_first()?;
        match (first.as_str(), rest) {
            ("app", [_, ..]) => Some(self.clone()),
            ("*", []) => Some(Self { path: vec!["app".to_owned(), "*".to_owned()], verb: self.verb.clone() }),
            ("*", rest) => {
                let path = std::iter::once("app".to_owned()).chain(rest.iter().cloned()).collect();
                Some(Self { path, verb: self.verb.clone() })
            }
            _ => None,
        }
    }

    fn is_of_app(&self) -> bool {
        matches!(self.path.as_slice(), [first, _, ..] if first == "app")
    }
}

impl FromStr for PermissionPattern {
    type Err = NotAPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, verb) = match text.split_once(':') {
            Some((path, verb)) => (path, Some(verb)),
            None => (text, None),
        };
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        let open = verb.is_none() && path.last().is_none_or(|last| last != "*");
        let well_formed = path.iter().map(String::as_str).chain(verb).all(is_segment);
        if open || !well_formed || path.len() > SEGMENTS_MAX || text.len() > LENGTH_MAX {
            return Err(NotAPermission);
        }
        Ok(Self { path, verb: verb.filter(|verb| *verb != "*").map(str::to_owned) })
    }
}

impl fmt::Display for PermissionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.join("."))?;
        match (&self.verb, self.path.last()) {
            (Some(verb), _) => write!(f, ":{verb}"),
            (None, Some(last)) if last == "*" => Ok(()),
            (None, _) => f.write_str(":*"),
        }
    }
}

fn is_segment(text: &str) -> bool {
    let plain = text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    text == "*" || (plain && !text.is_empty())
}

fn path_covers(pattern: &[String], path: &[String]) -> bool {
    match (pattern, path) {
        ([last], [_, ..]) if last == "*" => true,
        ([head, pattern @ ..], [name, path @ ..]) => (head == "*" || head == name) && path_covers(pattern, path),
        ([], []) => true,
        _ => false,
    }
}

fn paths_overlap(one: &[String], other: &[String]) -> bool {
    match (one, other) {
        ([last], [_, ..]) | ([_, ..], [last]) if last == "*" => true,
        ([a, one @ ..], [b, other @ ..]) => (a == "*" || b == "*" || a == b) && paths_overlap(one, other),
        ([], []) => true,
        _ => false,
    }
}
