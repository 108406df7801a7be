//! Deeds of the record as events of the Open Cybersecurity Schema Framework, for systems that collect those of many products.
//!
//! Each deed is told by the class that fits what it was done to (category 3, Identity & Access Management). One that does two
//! things to somebody, such as a role in place of another, or one thing to several, is several events with one
//! `metadata.correlation_uid`.
//!
//! **Invariant:** every event has what the schema requires of its class, and the first of a deed tells under `unmapped` what the
//! schema has no place for, so that nothing of a deed is lost.

use serde_json::{Map, Value, json};

use super::Timestamp;
use super::audit_entry::{AuditEntry, Named};

/// The version of the schema.
pub const VERSION: &str = "1.8.0";
/// Identity & Access Management.
const CATEGORY: u64 = 3;
/// What no number of a class stands for.
const OTHER: u64 = 99;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Account,
    Authentication,
    Entity,
    Privileges,
    Group,
}

impl Class {
    const fn uid(self) -> u64 {
        match self {
            Self::Account => 3001,
            Self::Authentication => 3002,
            Self::Entity => 3004,
            Self::Privileges => 3005,
            Self::Group => 3006,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Account => "Account Change",
            Self::Authentication => "Authentication",
            Self::Entity => "Entity Management",
            Self::Privileges => "User Access Management",
            Self::Group => "Group Management",
        }
    }

    /// What a number means; nothing for what the schema has no word for.
    const fn activity(self, id: u64) -> Option<&'static str> {
        Some(match (self, id) {
            (Self::Account | Self::Entity, 1) => "Create",
            (Self::Account, 2) | (Self::Entity, 8) => "Enable",
            (Self::Account, 3) => "Password Change",
            (Self::Account, 4) => "Password Reset",
            (Self::Account, 5) | (Self::Entity, 9) => "Disable",
            (Self::Account, 6) | (Self::Entity, 4) | (Self::Group, 5) => "Delete",
            (Self::Account, 10) => "MFA Factor Enable",
            (Self::Account, 11) => "MFA Factor Disable",
            (Self::Authentication, 1) => "Logon",
            (Self::Authentication, 2) => "Logoff",
            (Self::Entity, 2) => "Read",
            (Self::Entity, 3) => "Update",
            (Self::Entity, 10) => "Activate",
            (Self::Entity, 11) => "Deactivate",
            (Self::Entity, 12) => "Suspend",
            (Self::Entity, 13) => "Resume",
            (Self::Privileges | Self::Group, 1) => "Assign Privileges",
            (Self::Privileges | Self::Group, 2) => "Revoke Privileges",
            (Self::Group, 3) => "Add User",
            (Self::Group, 4) => "Remove User",
            (Self::Group, 6) => "Create",
            _ => return None,
        })
    }
}

/// One thing that a deed did.
struct Did {
    class: Class,
    activity: u64,
    /// What only this class has.
    own: Value,
}

/// The events that tell of a deed.
pub fn events(entry: &AuditEntry) -> Vec<Value> {
    did(entry).into_iter().enumerate().map(|(nth, it)| event(entry, nth, it)).collect()
}

/// The events of a deed that has this number and this link in the chain of the log.
pub fn in_chain(entry: &AuditEntry, seq: i64, link: &str) -> Vec<Value> {
    let mut all = events(entry);
    for (nth, event) in all.iter_mut().enumerate() {
        if let Some(metadata) = event.pointer_mut("/metadata").and_then(Value::as_object_mut) {
            metadata.insert("sequence".to_owned(), json!(seq));
        }
        if let (0, Some(unmapped)) = (nth, event.pointer_mut("/unmapped").and_then(Value::as_object_mut)) {
            unmapped.insert("link".to_owned(), json!(link));
        }
    }
    all
}

/// An event of no class: something about the log that is no deed.
pub fn base_event(at: Timestamp, code: &str, message: &str, numbers: Option<(i64, i64)>) -> Value {
    let mut unmapped = Map::new();
    if let Some((from_seq, to_seq)) = numbers {
        unmapped.extend([("from_seq".to_owned(), json!(from_seq)), ("to_seq".to_owned(), json!(to_seq))]);
    }
    json!({
        "metadata": { "version": VERSION, "product": product(), "event_code": code, "log_name": "audit" },
        "category_uid": 0,
        "category_name": "Uncategorized",
        "class_uid": 0,
        "class_name": "Base Event",
        "activity_id": OTHER,
        "activity_name": code,
        "type_uid": OTHER,
        "type_name": "Base Event: Other",
        "time": at.millis(),
        "severity_id": 1,
        "severity": "Informational",
        "message": message,
        "unmapped": unmapped,
    })
}

fn product() -> Value {
    json!({ "name": "Doorward", "vendor_name": "Doorward", "version": env!("CARGO_PKG_VERSION") })
}

fn event(entry: &AuditEntry, nth: usize, did: Did) -> Value {
    let Did { class, activity, own } = did;
    // Whoever collects events takes those with one identity for one.
    let uid = if nth == 0 { entry.id.to_string() } else { format!("{}/{nth}", entry.id) };
    let mut unmapped = json!({ "actor": entry.actor, "target": entry.target });
    if let (0, Some(unmapped)) = (nth, unmapped.as_object_mut()) {
        unmapped.insert("changes".to_owned(), entry.changes.clone());
    }
    let is_done = entry.outcome == "success";
    let severity = match (entry.action.as_str(), is_done) {
        ("break_glass.used", _) => (5, "Critical"),
        (_, true) => (1, "Informational"),
        (_, false) => (2, "Low"),
    };
    let name = class.activity(activity);
    let mut event = json!({
        "metadata": {
            "version": VERSION,
            "product": product(),
            "uid": uid,
            "correlation_uid": entry.id,
            "event_code": entry.action,
            "log_name": "audit",
        },
        "category_uid": CATEGORY,
        "category_name": "Identity & Access Management",
        "class_uid": class.uid(),
        "class_name": class.name(),
        "activity_id": activity,
        "activity_name": name.unwrap_or(&entry.action),
        "type_uid": class.uid() * 100 + activity,
        "type_name": format!("{}: {}", class.name(), name.unwrap_or("Other")),
        "time": Timestamp::parse_rfc3339(&entry.at).map_or(0, Timestamp::millis),
        "severity_id": severity.0,
        "severity": severity.1,
        "status_id": if is_done { 1 } else { 2 },
        "status": if is_done { "Success" } else { "Failure" },
        "status_detail": entry.outcome,
        "actor": actor(entry),
        "unmapped": unmapped,
    });
    if let (Some(event), Value::Object(own)) = (event.as_object_mut(), own) {
        event.extend(own);
    }
    event
}

/// Whoever did it; a program that is no account is an application.
fn actor(entry: &AuditEntry) -> Value {
    let mut actor = match entry.actor.kind.as_str() {
        "user" | "service_account" => json!({ "user": user(&entry.actor) }),
        _ => without_nothing([("app_name", json!(entry.actor.label)), ("app_uid", json!(entry.actor.id))]),
    };
    if let (Some(session), Some(actor)) = (entry.session_id, actor.as_object_mut()) {
        actor.insert("session".to_owned(), json!({ "uid": session }));
    }
    actor
}

/// An account: of a person, or of a program.
fn user(named: &Named) -> Value {
    let (kind, name) = if named.kind == "user" { (1, "User") } else { (4, "Service") };
    without_nothing([
        ("uid", json!(named.id)),
        ("name", json!(named.label)),
        ("type_id", json!(kind)),
        ("type", json!(name)),
    ])
}

fn without_nothing<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let some = fields.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(some.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

fn did(entry: &AuditEntry) -> Vec<Did> {
    let (area, deed) = entry.action.split_once('.').unwrap_or((&entry.action, ""));
    let is_of_account = matches!(entry.target.kind.as_str(), "user" | "service_account");
    let told = match area {
        "auth" | "session" if is_of_account => vec![signed(entry, deed)],
        "user" | "mfa" | "password" | "identity" | "break_glass" | "service_account" if is_of_account => {
            vec![account(entry, deed)]
        }
        "role" if is_of_account => roles(entry),
        "group" => group(entry, deed),
        _ => Vec::new(),
    };
    // What the schema has no better class for is something that is managed.
    if told.is_empty() { vec![managed(entry, deed)] } else { told }
}

fn signed(entry: &AuditEntry, deed: &str) -> Did {
    let activity = match deed {
        "signed_in" | "sign_in_failed" | "sso_refused" => 1,
        "signed_out" | "revoked" => 2,
        _ => OTHER,
    };
    let own = json!({ "user": user(&entry.target), "service": { "name": "Doorward" } });
    Did { class: Class::Authentication, activity, own }
}

fn account(entry: &AuditEntry, deed: &str) -> Did {
    let activity = match entry.action.as_str() {
        "mfa.enrolled" | "mfa.passkey_added" => 10,
        "mfa.removed" | "mfa.authenticator_removed" | "mfa.passkey_removed" | "mfa.reset" => 11,
        "password.changed" | "password.set" => 3,
        "password.reset" | "password.reset_requested" | "password.temporary_set" => 4,
        _ => match deed {
            "created" | "invite_accepted" => 1,
            "activated" => 2,
            "deactivated" => 5,
            "deleted" | "removed" | "erased" | "left" => 6,
            _ => OTHER,
        },
    };
    Did { class: Class::Account, activity, own: json!({ "user": user(&entry.target) }) }
}

/// Of roles of somebody, the one that came and the one that went.
fn roles(entry: &AuditEntry) -> Vec<Did> {
    let of = |side: &str| changed(entry, "role").find_map(|it| it.get(side).cloned()).filter(|it| !it.is_null());
    let told = [(1, of("new")), (2, of("old"))].into_iter().filter_map(|(activity, role)| Some((activity, role?)));
    let did = told.map(|(activity, role)| Did {
        class: Class::Privileges,
        activity,
        own: json!({ "user": user(&entry.target), "privileges": [role] }),
    });
    did.collect()
}

fn group(entry: &AuditEntry, deed: &str) -> Vec<Did> {
    let group = without_nothing([("uid", json!(entry.target.id)), ("name", json!(entry.target.label))]);
    let of = |activity, own: Value| {
        let mut own = own;
        if let Some(own) = own.as_object_mut() {
            own.insert("group".to_owned(), group.clone());
        }
        Did { class: Class::Group, activity, own }
    };
    let role = |side: &str| changed(entry, "role").find_map(|it| it.get(side).cloned());
    let members = |side: &str| {
        let ids = changed(entry, "members").filter_map(|it| it.get(side)?.as_array().cloned()).flatten();
        ids.map(|id| json!({ "user": { "uid": id, "type_id": 1, "type": "User" } })).collect::<Vec<_>>()
    };
    match deed {
        "created" => vec![of(6, json!({}))],
        "deleted" => vec![of(5, json!({}))],
        "mapped" => vec![of(1, json!({ "privileges": role("new").into_iter().collect::<Vec<_>>() }))],
        "unmapped" => vec![of(2, json!({ "privileges": role("old").into_iter().collect::<Vec<_>>() }))],
        "members_changed" | "member_added" | "member_removed" => {
            let (added, removed) = (members("added"), members("removed"));
            let added = added.into_iter().map(|own| of(3, own));
            added.chain(removed.into_iter().map(|own| of(4, own))).collect()
        }
        _ => vec![of(OTHER, json!({}))],
    }
}

fn managed(entry: &AuditEntry, deed: &str) -> Did {
    let last = deed.rsplit('_').next().unwrap_or_default();
    let activity = match last {
        "created" | "added" | "registered" | "defined" | "issued" | "granted" | "staged" => 1,
        "read" | "exported" | "fetched" => 2,
        "changed" | "updated" | "renamed" | "rotated" | "refreshed" | "transferred" | "saved" => 3,
        "deleted" | "revoked" | "removed" | "ended" | "withdrawn" | "erased" => 4,
        "enabled" => 8,
        "disabled" => 9,
        "activated" | "opened" => 10,
        "deactivated" | "closed" => 11,
        "suspended" | "paused" => 12,
        "resumed" | "restored" => 13,
        _ => OTHER,
    };
    let Named { kind, id, label, .. } = &entry.target;
    let entity = without_nothing([("type", json!(kind)), ("uid", json!(id)), ("name", json!(label))]);
    Did { class: Class::Entity, activity, own: json!({ "entity": entity }) }
}

/// What changed at a path.
fn changed<'e>(entry: &'e AuditEntry, path: &str) -> impl Iterator<Item = &'e Value> {
    let all = entry.changes.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter(move |it| it.get("path").and_then(Value::as_str) == Some(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{AuditId, SessionId};
    use crate::domain::policy::Action;

    fn named(kind: &str) -> Named {
        let label = format!("the {kind}");
        Named { kind: kind.to_owned(), id: Some("7".to_owned()), label: label.clone(), label_at_time: label }
    }

    fn entry(action: &str, target: &str, changes: Value) -> AuditEntry {
        AuditEntry {
            id: AuditId::new(),
            at: "2026-11-26T10:30:00.250Z".to_owned(),
            action: action.to_owned(),
            outcome: "success".to_owned(),
            actor: named("user"),
            session_id: Some(SessionId::new()),
            target: named(target),
            changes,
        }
    }

    /// The class, the activity, and the names of what the class requires.
    fn told(action: &str, target: &str, changes: Value) -> Vec<(u64, String)> {
        let events = events(&entry(action, target, changes));
        let told = events
            .iter()
            .map(|it| (it["class_uid"].as_u64().unwrap(), it["activity_name"].as_str().unwrap().to_owned()));
        told.collect()
    }

    #[test]
    fn s2_40_each_deed_is_told_by_the_class_that_fits_what_it_was_done_to() {
        let role = json!([{ "path": "role", "old": "viewer", "new": "admin" }]);
        let members = json!([{ "path": "members", "added": ["1", "2"], "removed": ["3"] }]);
        let some = |it: &[(u64, &str)]| it.iter().map(|(class, name)| (*class, (*name).to_owned())).collect::<Vec<_>>();
        for (action, target, changes, expected) in [
            ("user.created", "user", json!([]), some(&[(3001, "Create")])),
            ("user.deactivated", "user", json!([]), some(&[(3001, "Disable")])),
            ("user.erased", "user", json!([]), some(&[(3001, "Delete")])),
            ("user.updated", "user", json!([]), some(&[(3001, "user.updated")])),
            ("mfa.passkey_added", "user", json!([]), some(&[(3001, "MFA Factor Enable")])),
            ("password.changed", "user", json!([]), some(&[(3001, "Password Change")])),
            ("service_account.deactivated", "service_account", json!([]), some(&[(3001, "Disable")])),
            ("auth.signed_in", "user", json!([]), some(&[(3002, "Logon")])),
            ("auth.sso_refused", "connection", json!([]), some(&[(3004, "auth.sso_refused")])),
            ("session.revoked", "user", json!([]), some(&[(3002, "Logoff")])),
            ("role.changed", "user", role, some(&[(3005, "Assign Privileges"), (3005, "Revoke Privileges")])),
            (
                "role.changed",
                "user",
                json!([{ "path": "role", "old": null, "new": "admin" }]),
                some(&[(3005, "Assign Privileges")]),
            ),
            ("role.defined", "organisation", json!([]), some(&[(3004, "Create")])),
            (
                "group.members_changed",
                "group",
                members,
                some(&[(3006, "Add User"), (3006, "Add User"), (3006, "Remove User")]),
            ),
            (
                "group.members_changed",
                "group",
                json!([{ "path": "members", "added_count": 5000 }]),
                some(&[(3004, "Update")]),
            ),
            (
                "group.mapped",
                "group",
                json!([{ "path": "role", "new": "admin" }]),
                some(&[(3006, "Assign Privileges")]),
            ),
            ("group.deleted", "group", json!([]), some(&[(3006, "Delete")])),
            ("connection.token_revoked", "connection", json!([]), some(&[(3004, "Delete")])),
            ("organisation.suspended", "organisation", json!([]), some(&[(3004, "Suspend")])),
            ("audit.exported", "organisation", json!([]), some(&[(3004, "Read")])),
        ] {
            assert_eq!(told(action, target, changes), expected, "{action}");
        }
    }

    #[test]
    fn the_use_of_a_break_glass_account_is_critical() {
        for (action, severity) in [("auth.signed_in", "Informational"), ("break_glass.used", "Critical")] {
            let event = events(&entry(action, "user", json!([]))).remove(0);
            assert_eq!(event["severity"], severity, "{action}");
        }
    }

    /// What the schema requires of every event, and of its class, is there for every deed, whatever it was done to.
    #[test]
    fn s2_40_every_event_has_what_the_schema_requires() {
        for action in Action::names() {
            for target in ["user", "service_account", "group", "organisation", "connection"] {
                let entry = entry(action, target, json!([{ "path": "role", "new": "admin" }]));
                for event in events(&entry) {
                    let number = |name: &str| event[name].as_u64().unwrap_or_else(|| panic!("{name} in {event}"));
                    let own: &[&str] = match number("class_uid") {
                        3001 => &["/user/uid"],
                        3002 => &["/user/uid", "/service/name"],
                        3004 => &["/entity/uid", "/entity/type"],
                        3005 => &["/user/uid", "/privileges/0"],
                        3006 => &["/group/uid"],
                        other => panic!("{action}: class {other}"),
                    };
                    for path in
                        ["/metadata/version", "/metadata/product/name", "/actor/user/uid", "/metadata/correlation_uid"]
                    {
                        assert!(event.pointer(path).is_some(), "{action}: {path}");
                    }
                    assert!(own.iter().all(|it| event.pointer(it).is_some()), "{action}: {event}");
                    assert_eq!(number("type_uid"), number("class_uid") * 100 + number("activity_id"), "{action}");
                    assert_eq!((number("category_uid"), number("time")), (3, 1_795_689_000_250), "{action}");
                    let says = event["activity_name"].as_str().unwrap();
                    assert_eq!(number("activity_id") == OTHER, says == *action, "{action}: {says}");
                }
            }
        }
    }

    /// However many events a deed is, what changed is in the first alone, and each is itself.
    #[test]
    fn s2_40_a_deed_of_many_events_is_no_larger_for_each_of_them() {
        let ids: Vec<String> = (0..1_000).map(|nth| format!("member {nth}")).collect();
        let many = entry("group.members_changed", "group", json!([{ "path": "members", "added": ids, "removed": [] }]));
        let events = events(&many);
        let uids: std::collections::BTreeSet<_> = events.iter().map(|it| it["metadata"]["uid"].to_string()).collect();
        let size: usize = events.iter().map(|it| it.to_string().len()).sum();

        assert_eq!((events.len(), uids.len()), (1_000, 1_000));
        assert!(events[0]["unmapped"]["changes"].is_array() && events[1]["unmapped"]["changes"].is_null());
        assert!(events.iter().all(|it| it["metadata"]["correlation_uid"] == json!(many.id)));
        assert!(size < 1_500_000, "{size}");
    }

    #[test]
    fn s2_40_what_was_refused_and_who_did_it_are_told() {
        let mut refused = entry("user.deactivated", "user", json!([]));
        refused.outcome = "denied".to_owned();
        refused.actor = Named { kind: "connection".to_owned(), ..named("connection") };
        let event = events(&refused).remove(0);

        assert_eq!((&event["status_id"], &event["status_detail"]), (&json!(2), &json!("denied")));
        assert_eq!((&event["actor"]["app_uid"], &event["actor"]["user"]), (&json!("7"), &Value::Null));
        assert_eq!(event["actor"]["session"]["uid"], json!(refused.session_id));
    }
}
