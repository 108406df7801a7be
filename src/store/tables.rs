//! Every table, and how many rows each has.

use sea_orm::{ConnectionTrait, Statement};

use super::Store;
use super::error::translate;
use crate::domain::Error;

/// The tables of this version, by name.
const ALL: [&str; 78] = [
    "attempts",
    "audit",
    "audit_checkpoints",
    "audit_export_parts",
    "audit_exports",
    "audit_seals",
    "audit_streams",
    "audit_verifications",
    "brands",
    "client_access",
    "clients",
    "connection_access",
    "connection_clients",
    "connection_domains",
    "connection_pulses",
    "connection_tokens",
    "connections",
    "consents",
    "console_settings",
    "deprovisionings",
    "device_requests",
    "earlier_passwords",
    "end_dates",
    "factors",
    "families",
    "grants",
    "group_roles",
    "groups",
    "held_members",
    "identities",
    "instance_facts",
    "invitations",
    "issued",
    "kept_operations",
    "kept_requests",
    "link_tokens",
    "linkings",
    "mapping_intents",
    "members",
    "mfa_deadlines",
    "organisations",
    "outbox",
    "own_domains",
    "passkeys",
    "passwords",
    "past_access",
    "personal_tokens",
    "project_assignments",
    "project_places",
    "projects",
    "provisioning_calls",
    "pushed_requests",
    "recovery_codes",
    "resources",
    "review_items",
    "review_nudges",
    "review_schedules",
    "reviews",
    "saved_views",
    "service_accounts",
    "service_tokens",
    "sessions",
    "setup_links",
    "shares",
    "sign_in_refusals",
    "sign_in_tries",
    "signals",
    "signing_keys",
    "spent_assertions",
    "streams",
    "team_members",
    "team_usage",
    "teams",
    "throttles",
    "undelivered_letters",
    "user_emails",
    "user_values",
    "users",
];

impl Store {
    /// How many rows each table has; every row is looked at, so it takes long where there are many.
    pub async fn row_counts(&self) -> Result<Vec<(&'static str, i64)>, Error> {
        let (db, mut counts) = (self.walker(), Vec::new());
        for table in ALL {
            let counted = Statement::from_string(db.get_database_backend(), format!("SELECT COUNT(*) FROM {table}"));
            let row = db.query_one_raw(counted).await.map_err(translate)?;
            counts.push((table, row.map_or(Ok(0), |it| it.try_get_by_index(0)).map_err(translate)?));
        }
        Ok(counts)
    }

    /// Which version of which database it is, as far as that is a number.
    pub async fn version(&self) -> Result<String, Error> {
        let asked = if self.is_embedded() { "SELECT sqlite_version()" } else { "SHOW server_version" };
        let db = self.reader();
        let row =
            db.query_one_raw(Statement::from_string(db.get_database_backend(), asked)).await.map_err(translate)?;
        let said: String = row.map_or(Ok(String::new()), |it| it.try_get_by_index(0)).map_err(translate)?;
        Ok(said.chars().take_while(|it| it.is_ascii_digit() || *it == '.').collect())
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn no_table_of_the_schema_is_missing() {
        let schema = include_str!("../../migrations/schema.sqlite.sql");
        let tables = schema.split("CREATE TABLE ").skip(1).filter_map(|it| it.split(' ').next());

        let mut tables: Vec<&str> = tables.collect();
        tables.sort_unstable();

        assert_eq!(tables, ALL);
    }
}
