//! Looks for rows that contradict each other; reads only.

use sea_orm::{ConnectionTrait, QueryResult, Statement};
use uuid::Uuid;

use super::error::translate;
use crate::domain::Error;
use crate::domain::id::OrgId;

/// What refers to what inside an organisation: the rule, the table and column that refer, and the table referred to.
const REFERENCES: [(&str, &str, &str, &str); 49] = [
    ("a member of a group is a user", "members", "user_id", "users"),
    ("a membership is of a group that exists", "members", "group_id", "groups"),
    ("a member that is waited for is waited for by a group", "held_members", "group_id", "groups"),
    ("a role of a group is of a group that exists", "group_roles", "group_id", "groups"),
    ("a grant is to a user", "grants", "user_id", "users"),
    ("a member of a team is a user", "team_members", "user_id", "users"),
    ("a place on a team is on a team that exists", "team_members", "team_id", "teams"),
    ("the lead of a team is a user", "teams", "lead_id", "users"),
    ("what a team uses is of a team that exists", "team_usage", "team_id", "teams"),
    ("an assignment is to a project that exists", "project_assignments", "project_id", "projects"),
    ("a place on a team of a project is in a project that exists", "project_places", "project_id", "projects"),
    ("a place on a team of a project is of a user", "project_places", "user_id", "users"),
    (
        "a place on a team of a project is by an assignment that exists",
        "project_places",
        "assignment_id",
        "project_assignments",
    ),
    ("a resource lies in one that exists", "resources", "parent_id", "resources"),
    ("a resource lies in a project that exists", "resources", "project_id", "projects"),
    ("a share is of a resource that exists", "shares", "resource_id", "resources"),
    ("a place in a review is in a review that exists", "review_items", "review_id", "reviews"),
    ("a saved view is of a user", "saved_views", "owner_id", "users"),
    ("a sign-in is of a user", "sign_in_tries", "user_id", "users"),
    ("a deadline is of a user", "mfa_deadlines", "user_id", "users"),
    ("a consent is of a user", "consents", "user_id", "users"),
    ("a session is of a user", "sessions", "user_id", "users"),
    ("a stream is of an application that exists", "streams", "client_id", "clients"),
    ("what an application got for itself is of one that exists", "client_access", "client_id", "clients"),
    ("a person of an identity provider is a user", "identities", "user_id", "users"),
    ("a person of an identity provider belongs to a connection", "identities", "connection_id", "connections"),
    ("a domain leads to a connection", "connection_domains", "connection_id", "connections"),
    ("a break-glass account is a user", "break_glass", "user_id", "users"),
    ("a password is of a user", "passwords", "user_id", "users"),
    ("an earlier password is of a user", "earlier_passwords", "user_id", "users"),
    ("an address is of a user", "user_emails", "user_id", "users"),
    ("a value that is nobody else's is of a user", "user_values", "user_id", "users"),
    ("a second factor is of a user", "factors", "user_id", "users"),
    ("a passkey is of a user", "passkeys", "user_id", "users"),
    ("a recovery code is of a user", "recovery_codes", "user_id", "users"),
    ("a personal token is of a user", "personal_tokens", "user_id", "users"),
    ("a token of a service account is of one that exists", "service_tokens", "account_id", "service_accounts"),
    ("a code or token belongs to an authorization", "issued", "family_id", "families"),
    ("a client of a connection is of one that exists", "connection_clients", "connection_id", "connections"),
    ("a token of a client belongs to one that exists", "connection_access", "client_id", "connection_clients"),
    ("a token belongs to a connection", "connection_tokens", "connection_id", "connections"),
    ("somebody who is let go is let go by a connection that exists", "deprovisionings", "connection_id", "connections"),
    ("a question about a link is of a connection that exists", "linkings", "connection_id", "connections"),
    ("a request that is kept is of a connection that exists", "kept_requests", "connection_id", "connections"),
    ("an operation that was done is of a request that is kept", "kept_operations", "request_id", "kept_requests"),
    ("a pulse is of a connection that exists", "connection_pulses", "connection_id", "connections"),
    ("a link for setting up is of a connection that exists", "setup_links", "connection_id", "connections"),
    ("a managed user is managed by a connection that exists", "users", "managed_by", "connections"),
    ("a managed group is managed by a connection that exists", "groups", "managed_by", "connections"),
];

/// The tables whose rows an organisation owns.
const OWNED: [(&str, &str); 8] = [
    ("a user belongs to an organisation that exists", "users"),
    ("a group belongs to an organisation that exists", "groups"),
    ("a team belongs to an organisation that exists", "teams"),
    ("a project belongs to an organisation that exists", "projects"),
    ("a resource belongs to an organisation that exists", "resources"),
    ("a service account belongs to an organisation that exists", "service_accounts"),
    ("a connection belongs to an organisation that exists", "connections"),
    ("an invitation belongs to an organisation that exists", "invitations"),
];

/// A row that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dangling {
    /// The rule, as the sentence that is false.
    pub rule: &'static str,
    /// The organisation of the row.
    pub org: OrgId,
    /// The id that hangs in the air.
    pub id: Uuid,
}

/// Every row that refers to something that is not there.
pub async fn dangling(db: &impl ConnectionTrait) -> Result<Vec<Dangling>, Error> {
    let references = REFERENCES.map(|(rule, from, column, to)| {
        let sql = format!(
            "SELECT c.org_id, c.{column} FROM {from} c LEFT JOIN {to} p ON p.org_id = c.org_id AND p.id = c.{column} \
             WHERE p.id IS NULL AND c.{column} IS NOT NULL"
        );
        (rule, sql)
    });
    let owned = OWNED.map(|(rule, from)| {
        let sql = format!(
            "SELECT c.org_id, c.id FROM {from} c LEFT JOIN organisations p ON p.id = c.org_id WHERE p.id IS NULL"
        );
        (rule, sql)
    });
    let mut found = Vec::new();
    for (rule, sql) in references.into_iter().chain(owned) {
        for row in query(db, &sql).await? {
            found.push(Dangling { rule, org: OrgId::from_uuid(value(&row, 0)?), id: value(&row, 1)? });
        }
    }
    Ok(found)
}

/// A name and the key under which it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// `user`, `group`, `team`, `service account`, `project` or `resource`.
    pub kind: &'static str,
    /// The organisation.
    pub org: OrgId,
    /// What it names.
    pub id: Uuid,
    /// The name as given.
    pub name: String,
    /// The key as stored.
    pub key: String,
}

/// Every name, and the key under which it is found.
pub async fn names(db: &impl ConnectionTrait) -> Result<Vec<Named>, Error> {
    let tables = [
        ("user", "SELECT org_id, id, user_name, user_name_key FROM users"),
        ("group", "SELECT org_id, id, display_name, display_name_key FROM groups"),
        ("team", "SELECT org_id, id, name, name_key FROM teams"),
        ("service account", "SELECT org_id, id, name, name_key FROM service_accounts"),
        ("project", "SELECT org_id, id, name, name_key FROM projects"),
        ("resource", "SELECT org_id, id, name, name_key FROM resources"),
    ];
    let mut found = Vec::new();
    for (kind, sql) in tables {
        for row in query(db, sql).await? {
            let (org, id) = (OrgId::from_uuid(value(&row, 0)?), value(&row, 1)?);
            found.push(Named { kind, org, id, name: value(&row, 2)?, key: value(&row, 3)? });
        }
    }
    Ok(found)
}

/// Every share whose subject is gone: the organisation and the subject.
pub async fn shared_with_nobody(db: &impl ConnectionTrait) -> Result<Vec<(OrgId, Uuid)>, Error> {
    let sql = "SELECT s.org_id, s.subject_id FROM shares s \
               LEFT JOIN users u ON s.subject_kind = 'user' AND u.org_id = s.org_id AND u.id = s.subject_id \
               LEFT JOIN teams t ON s.subject_kind = 'team' AND t.org_id = s.org_id AND t.id = s.subject_id \
               WHERE u.id IS NULL AND t.id IS NULL";
    let rows = query(db, sql).await?;
    rows.iter().map(|row| Ok((OrgId::from_uuid(value(row, 0)?), value(row, 1)?))).collect()
}

/// Every assignment to a project whose subject is gone: the organisation and the subject.
pub async fn assigned_nobody(db: &impl ConnectionTrait) -> Result<Vec<(OrgId, Uuid)>, Error> {
    let sql = "SELECT a.org_id, a.subject_id FROM project_assignments a \
               LEFT JOIN users u ON a.subject_kind = 'user' AND u.org_id = a.org_id AND u.id = a.subject_id \
               LEFT JOIN groups g ON a.subject_kind = 'group' AND g.org_id = a.org_id AND g.id = a.subject_id \
               LEFT JOIN teams t ON a.subject_kind = 'team' AND t.org_id = a.org_id AND t.id = a.subject_id \
               WHERE u.id IS NULL AND g.id IS NULL AND t.id IS NULL";
    let rows = query(db, sql).await?;
    rows.iter().map(|row| Ok((OrgId::from_uuid(value(row, 0)?), value(row, 1)?))).collect()
}

/// Every place on a team of a project that the user is not in, or that is no team: the organisation and the user.
pub async fn misplaced(db: &impl ConnectionTrait) -> Result<Vec<(OrgId, Uuid)>, Error> {
    let sql = "SELECT p.org_id, p.user_id FROM project_places p \
               JOIN project_assignments a ON a.org_id = p.org_id AND a.id = p.assignment_id \
               LEFT JOIN members m ON a.subject_kind = 'group' AND m.org_id = a.org_id \
               AND m.group_id = a.subject_id AND m.user_id = p.user_id \
               LEFT JOIN team_members t ON a.subject_kind = 'team' AND t.org_id = a.org_id \
               AND t.team_id = a.subject_id AND t.user_id = p.user_id \
               WHERE NOT a.as_team OR a.project_id <> p.project_id \
               OR (m.user_id IS NULL AND t.user_id IS NULL AND NOT (a.subject_kind = 'user' AND a.subject_id = p.user_id))";
    let rows = query(db, sql).await?;
    rows.iter().map(|row| Ok((OrgId::from_uuid(value(row, 0)?), value(row, 1)?))).collect()
}

/// Everybody in what stands as a team of a project who has no place on one there: the organisation and the user.
pub async fn without_place(db: &impl ConnectionTrait) -> Result<Vec<(OrgId, Uuid)>, Error> {
    let sql = "SELECT w.org_id, w.user_id FROM (\
               SELECT a.org_id, a.project_id, m.user_id FROM project_assignments a JOIN members m \
               ON m.org_id = a.org_id AND m.group_id = a.subject_id WHERE a.subject_kind = 'group' AND a.as_team \
               UNION SELECT a.org_id, a.project_id, t.user_id FROM project_assignments a JOIN team_members t \
               ON t.org_id = a.org_id AND t.team_id = a.subject_id WHERE a.subject_kind = 'team' AND a.as_team \
               UNION SELECT a.org_id, a.project_id, a.subject_id FROM project_assignments a \
               WHERE a.subject_kind = 'user' AND a.as_team) w \
               LEFT JOIN project_places p ON p.org_id = w.org_id AND p.project_id = w.project_id AND p.user_id = w.user_id \
               WHERE p.user_id IS NULL";
    let rows = query(db, sql).await?;
    rows.iter().map(|row| Ok((OrgId::from_uuid(value(row, 0)?), value(row, 1)?))).collect()
}

/// Every resource that lies in another: the organisation, its id, its kind and the kind of the other.
pub async fn placed(db: &impl ConnectionTrait) -> Result<Vec<(OrgId, Uuid, String, String)>, Error> {
    let sql = "SELECT c.org_id, c.id, c.kind, p.kind FROM resources c \
               JOIN resources p ON p.org_id = c.org_id AND p.id = c.parent_id";
    let rows = query(db, sql).await?;
    let read = |row| Ok((OrgId::from_uuid(value(row, 0)?), value(row, 1)?, value(row, 2)?, value(row, 3)?));
    rows.iter().map(read).collect()
}

/// Every role that is given anywhere: the organisation, where it is given, and its key.
pub async fn roles(db: &impl ConnectionTrait) -> Result<Vec<(OrgId, &'static str, String)>, Error> {
    let tables = [
        ("a grant", "SELECT DISTINCT org_id, role FROM grants"),
        ("a group", "SELECT DISTINCT org_id, role FROM group_roles"),
        ("a mapping that waits for its group", "SELECT DISTINCT org_id, role FROM mapping_intents"),
        ("a service account", "SELECT DISTINCT org_id, role FROM service_accounts"),
        ("an invitation", "SELECT DISTINCT org_id, role FROM invitations WHERE state = 'pending'"),
    ];
    let mut found = Vec::new();
    for (place, sql) in tables {
        for row in query(db, sql).await? {
            found.push((OrgId::from_uuid(value(&row, 0)?), place, value(&row, 1)?));
        }
    }
    Ok(found)
}

/// The roles that users hold, whatever their state: the organisation and the role.
pub async fn held(db: &impl ConnectionTrait) -> Result<Vec<(OrgId, String)>, Error> {
    let sql = "SELECT g.org_id, g.role FROM grants g JOIN users u ON u.org_id = g.org_id AND u.id = g.user_id \
               UNION SELECT r.org_id, r.role FROM group_roles r \
               JOIN members m ON m.org_id = r.org_id AND m.group_id = r.group_id";
    let rows = query(db, sql).await?;
    rows.iter().map(|row| Ok((OrgId::from_uuid(value(row, 0)?), value(row, 1)?))).collect()
}

/// What the audit of each organisation says was given: the changes of every deed that gives roles.
pub async fn given(db: &impl ConnectionTrait) -> Result<Vec<(OrgId, String)>, Error> {
    let sql = "SELECT org_id, changes FROM audit WHERE outcome = 'success' \
               AND action IN ('user.created', 'user.invite_accepted', 'role.changed', 'role.granted')";
    let rows = query(db, sql).await?;
    rows.iter().map(|row| Ok((OrgId::from_uuid(value(row, 0)?), value(row, 1)?))).collect()
}

/// A user with its document and the keys of its addresses as filters find them, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// The organisation.
    pub org: OrgId,
    /// The user.
    pub id: Uuid,
    /// The document, as JSON.
    pub document: String,
    /// The keys of its addresses.
    pub keys: Vec<String>,
}

/// Every user with its addresses, read in one statement.
pub async fn addressed(db: &impl ConnectionTrait) -> Result<Vec<Addressed>, Error> {
    let sql = "SELECT u.org_id, u.id, u.document, e.value_key FROM users u \
               LEFT JOIN user_emails e ON e.org_id = u.org_id AND e.user_id = u.id ORDER BY u.org_id, u.id, e.position";
    let mut found: Vec<Addressed> = Vec::new();
    for row in query(db, sql).await? {
        let (org, id) = (OrgId::from_uuid(value(&row, 0)?), value(&row, 1)?);
        let key: Option<String> = value(&row, 3)?;
        match found.last_mut().filter(|last| (last.org, last.id) == (org, id)) {
            Some(last) => last.keys.extend(key),
            None => found.push(Addressed { org, id, document: value(&row, 2)?, keys: key.into_iter().collect() }),
        }
    }
    Ok(found)
}

async fn query(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, Error> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.map_err(translate)
}

fn value<T: sea_orm::TryGetable>(row: &QueryResult, column: usize) -> Result<T, Error> {
    row.try_get_by_index(column).map_err(translate)
}
