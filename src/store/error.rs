//! Database errors in the terms of the product.

use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::domain::{Conflict, Error};

/// Each named unique index, by the columns that SQLite names and the name that PostgreSQL gives.
const UNIQUE: [(&str, &str, Conflict); 13] = [
    ("users.org_id, users.user_name_key", "users_user_name", Conflict::UserName),
    ("users.org_id, users.managed_by, users.external_id", "users_external_id", Conflict::ExternalId),
    ("groups.org_id, groups.display_name_key", "groups_display_name", Conflict::GroupName),
    ("groups.org_id, groups.managed_by, groups.external_id", "groups_external_id", Conflict::ExternalId),
    ("teams.org_id, teams.name_key", "teams_name", Conflict::TeamName),
    ("saved_views.org_id, saved_views.owner_id, saved_views.name_key", "saved_views_name", Conflict::ViewName),
    ("resources.org_id, resources.kind, resources.external_id", "resources_external_id", Conflict::Exists),
    ("projects.org_id, projects.name_key", "projects_name", Conflict::ProjectName),
    (
        "project_assignments.org_id, project_assignments.project_id, project_assignments.subject_kind, \
         project_assignments.subject_id",
        "project_assignments_subject",
        Conflict::Assigned,
    ),
    ("organisations.slug", "organisations_slug", Conflict::Slug),
    ("factors.org_id, factors.user_id, factors.kind", "factors_user", Conflict::Exists),
    ("invitations.org_id, invitations.address_key", "invitations_pending", Conflict::Invited),
    ("link_tokens.org_id, link_tokens.user_id, link_tokens.purpose", "link_tokens_user", Conflict::Exists),
];

/// Translates a database error: a violated unique index is a conflict, a lock that did not come is a request to wait.
pub(super) fn translate(cause: DbErr) -> Error {
    if let Some(message) = violated(&cause) {
        let named = UNIQUE.iter().find(|(columns, name, _)| message.contains(columns) || message.contains(name));
        return named.map_or(Conflict::Exists, |(_, _, conflict)| *conflict).into();
    }
    if matches!(cause, DbErr::ConnectionAcquire(_)) || is_lock_timeout(&cause) {
        return Error::Throttled { retry_after: Duration::from_secs(1) };
    }
    Error::Internal(anyhow::Error::new(cause).context("database"))
}

/// What was violated, where a value that must be unique is there already.
fn violated(cause: &DbErr) -> Option<String> {
    if let Some(SqlErr::UniqueConstraintViolation(message)) = cause.sql_err() {
        return Some(message);
    }
    let DbErr::Exec(RuntimeErr::Internal(message)) = cause else { return None };
    message.contains("UNIQUE constraint failed").then(|| message.clone())
}

fn is_lock_timeout(cause: &DbErr) -> bool {
    // 55P03 lock_not_available; 40001 and 40P01 are serialisation failure and deadlock; 5 is SQLITE_BUSY.
    const WAITED_TOO_LONG: [&str; 4] = ["55P03", "40001", "40P01", "5"];
    let (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) = cause else {
        return false;
    };
    let code = inner.as_database_error().and_then(sea_orm::sqlx::error::DatabaseError::code);
    code.is_some_and(|code| WAITED_TOO_LONG.contains(&code.as_ref()))
}

/// A stored value that this version cannot read: a fault of ours, never of the caller.
pub(super) fn unreadable(column: &'static str) -> Error {
    Error::Internal(anyhow::anyhow!("the stored value of {column} cannot be read"))
}
