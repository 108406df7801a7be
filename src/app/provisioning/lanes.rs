//! How fast a connection may ask, on this node; and whether a request lets people go, so that it finds the lane that is kept for
//! that.
//!
//! Each node counts for itself: what a limit keeps free is the node, and a count in the database would cost every request
//! more than it saves. What a request does is looked at only where the ordinary lane is empty.
//!
//! **Invariant:** whether a request lets somebody go is read by the rules by which it would be done.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::{Caller, change_of};
use crate::app::App;
use crate::domain::connection::Connection;
use crate::domain::connection::lanes::{self, Passage, TooFast};
use crate::domain::id::ConnectionId;
use crate::domain::text::fold;
use crate::scim;
use crate::scim::allowed::Allowed;
use crate::scim::bulk::{self, Bulk, Deed, Request};
use crate::scim::document::{Document, Purpose, receive};
use crate::scim::patch;
use crate::scim::schema::USER;

/// After so many connections, those are forgotten that have not sent anything lately.
const REMEMBERED: usize = 1_000;

/// The lanes of the connections that have sent something lately.
#[derive(Debug, Default)]
pub struct Lanes(Mutex<HashMap<ConnectionId, lanes::Lanes>>);

/// Lets a request of a connection in, or tells why not yet.
pub fn enter(app: &App, connection: &Connection) -> Result<Passage, scim::Error> {
    let Some(width) = connection.requests_per_second() else { return Ok(Passage::Free) };
    let entered = at(app, connection, width, |lanes| lanes.enter(width, app.now()));
    entered.map_err(|wait| refusal(width, wait))
}

impl Caller<'_> {
    /// Lets a request go on that may do so only if it lets people go; `body` is nothing for a request without one.
    pub fn pass_to_let_go(&self, method: &str, path: &str, body: Option<Value>) -> Result<(), scim::Error> {
        let Some(width) = self.connection.requests_per_second() else { return Ok(()) };
        let people = match body {
            Some(body) if path == bulk::PATH => bulk::parse(body).map_or(0, |bulk| self.people_only(&bulk)),
            body => {
                change_of(method, path, body).map_or(0, |request| usize::from(lets_go(&self.allowed(&USER), &request)))
            }
        };
        let passed = at(self.app, self.connection, width, |lanes| match people {
            0 => Err(lanes.too_fast(width)),
            1.. => lanes.let_go(people, width, self.app.now()),
        });
        passed.map_err(|wait| refusal(width, wait))
    }

    /// Counts the operations of a bulk request that is in.
    pub fn owe(&self, bulk: &Bulk) {
        let Some(width) = self.connection.requests_per_second() else { return };
        let (people, others) = self.counted(bulk);
        at(self.app, self.connection, width, |lanes| lanes.owe(people, others, width, self.app.now()));
    }

    /// How many a bulk request lets go that does nothing else; its operations may depend on one another, so it goes whole or not.
    fn people_only(&self, bulk: &Bulk) -> usize {
        let (people, others) = self.counted(bulk);
        if others == 0 { people } else { 0 }
    }

    fn counted(&self, bulk: &Bulk) -> (usize, usize) {
        let all = bulk.requests().count();
        let allowed = self.allowed(&USER);
        let people = bulk.requests().flatten().filter(|it| lets_go(&allowed, it)).count();
        (people, all.saturating_sub(people))
    }
}

/// True for a request that deletes or deactivates a user; one that cannot be read does not.
fn lets_go(allowed: &Allowed, request: &Request) -> bool {
    if request.resources != &USER {
        return false;
    }
    match &request.deed {
        Deed::Create(_) => false,
        Deed::Delete(_) => allowed.may_set("active"),
        Deed::Replace(_, data) => {
            receive(allowed, data, Purpose::Replace).is_ok_and(|it| it.document.active() == Some(false))
        }
        Deed::Patch(id, data) => patch::parse(allowed.resources, data, id).is_ok_and(|mut it| {
            allowed.narrow(&mut it);
            deactivates(&it.operations)
        }),
    }
}

fn deactivates(operations: &[patch::Operation]) -> bool {
    let about: Vec<_> = operations.iter().filter(|it| it.target.at.is_core("active")).cloned().collect();
    patch::apply(&Document::default(), &about, fold).is_ok_and(|it| it.document.active() == Some(false))
}

fn at<T>(app: &App, connection: &Connection, width: NonZeroU32, then: impl FnOnce(&mut lanes::Lanes) -> T) -> T {
    let now = app.now();
    let mut known = app.lanes.0.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= REMEMBERED {
        known.retain(|_, lanes| !lanes.is_full(now));
    }
    then(known.entry(connection.id).or_insert_with(|| lanes::Lanes::full(width, now)))
}

fn refusal(width: NonZeroU32, TooFast(wait): TooFast) -> scim::Error {
    let seconds = wait.as_secs().saturating_add(u64::from(wait > Duration::from_secs(wait.as_secs()))).max(1);
    let detail = format!(
        "the connection has sent more than {width} requests a second; send the request again in {seconds} s. Requests that only \
         deactivate or delete users have a lane of their own"
    );
    scim::Error { retry_after_seconds: Some(seconds), ..scim::Error::new(429, detail) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(method: &str, path: &str, body: &Value) -> bool {
        change_of(method, path, Some(body.clone())).is_some_and(|it| lets_go(&Allowed::everything(&USER), &it))
    }

    #[test]
    fn whoever_deactivates_or_deletes_a_user_lets_somebody_go() {
        let patch = |operations: Value| json!({ "Operations": operations });
        let active = |value: Value| patch(json!([{ "op": "Replace", "path": "active", "value": value }]));
        let user = |active: Value| json!({ "userName": "ada", "active": active });
        for (method, path, body, is_so) in [
            ("PATCH", "/scim/v2/Users/7", active(json!(false)), true),
            ("PATCH", "/scim/v2/Users/7", active(json!("False")), true),
            ("PATCH", "/scim/v2/Users/7", active(json!("True")), false),
            ("PATCH", "/scim/v2/Users/7", patch(json!([{ "op": "replace", "value": { "active": false } }])), true),
            ("PATCH", "/scim/v2/Users/7", patch(json!([{ "op": "add", "path": "ACTIVE", "value": "false" }])), true),
            ("PATCH", "/scim/v2/Users/7", patch(json!([{ "op": "remove", "path": "active" }])), false),
            (
                "PATCH",
                "/scim/v2/Users/7",
                patch(json!([{ "op": "replace", "path": "title", "value": "false" }])),
                false,
            ),
            ("PATCH", "/scim/v2/Users/7", json!({ "active": false }), false),
            ("PATCH", "/scim/v2/Groups/7", active(json!(false)), false),
            ("PUT", "/scim/v2/Users/7", user(json!(false)), true),
            ("PUT", "/scim/v2/Users/7", user(json!("False")), true),
            ("PUT", "/scim/v2/Users/7", user(json!(true)), false),
            ("PUT", "/scim/v2/Users/7", json!({ "userName": "ada" }), false),
            ("POST", "/scim/v2/Users", user(json!(false)), false),
            ("DELETE", "/scim/v2/Users/7", Value::Null, true),
            ("DELETE", "/scim/v2/Groups/7", Value::Null, false),
            ("POST", "/scim/v2/Users/.search", user(json!(false)), false),
        ] {
            assert_eq!(of(method, path, &body), is_so, "{method} {path} {body}");
        }
        // The last word counts.
        let twice = |first: bool, last: bool| {
            patch(json!([
                { "op": "replace", "path": "active", "value": first },
                { "op": "replace", "value": { "title": "x", "active": last } },
            ]))
        };
        assert!(of("PATCH", "/scim/v2/Users/7", &twice(true, false)));
        assert!(!of("PATCH", "/scim/v2/Users/7", &twice(false, true)));
    }
}
