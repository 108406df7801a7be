//! Every table: how many rows each has, and what of an organisation is in them.
//!
//! **Invariant:** a table of which a row belongs to an organisation has that organisation first in its key, so that none is
//! forgotten when the organisation goes.

use sea_orm::{ConnectionTrait, Statement};

use super::error::translate;
use super::{Store, Tx};
use crate::domain::Error;

/// The tables of this version with their keys, by name.
const ALL: [(&str, &str); 79] = [
    ("attempts", "id"),
    ("audit", "org_id, id"),
    ("audit_checkpoints", "org_id, seq"),
    ("audit_export_parts", "org_id, export_id, run_id, nth"),
    ("audit_exports", "org_id, id"),
    ("audit_seals", "org_id, seq"),
    ("audit_streams", "org_id, id"),
    ("audit_verifications", "org_id"),
    ("brands", "org_id"),
    ("break_glass", "org_id, user_id"),
    ("client_access", "org_id, id"),
    ("clients", "org_id, id"),
    ("connection_access", "org_id, id"),
    ("connection_clients", "org_id, id"),
    ("connection_domains", "org_id, domain"),
    ("connection_pulses", "org_id, connection_id"),
    ("connection_tokens", "org_id, id"),
    ("connections", "org_id, id"),
    ("consents", "org_id, user_id, client_id"),
    ("console_settings", "org_id, user_id"),
    ("deprovisionings", "org_id, id"),
    ("device_requests", "org_id, id"),
    ("earlier_passwords", "org_id, user_id, number"),
    ("end_dates", "org_id, user_id"),
    ("factors", "org_id, id"),
    ("families", "org_id, id"),
    ("grants", "org_id, user_id, role, source, source_id"),
    ("group_roles", "org_id, group_id, role"),
    ("groups", "org_id, id"),
    ("held_members", "org_id, group_id, value"),
    ("identities", "org_id, connection_id, issuer, subject"),
    ("instance_facts", "name"),
    ("invitations", "org_id, id"),
    ("issued", "org_id, id"),
    ("kept_operations", "org_id, request_id, operation"),
    ("kept_requests", "org_id, id"),
    ("link_tokens", "org_id, id"),
    ("linkings", "org_id, id"),
    ("mapping_intents", "org_id, connection_id, group_key, role"),
    ("members", "org_id, group_id, user_id"),
    ("mfa_deadlines", "org_id, user_id"),
    ("organisations", "id"),
    ("outbox", "org_id, id"),
    ("own_domains", "org_id, domain"),
    ("passkeys", "org_id, id"),
    ("passwords", "org_id, user_id"),
    ("past_access", "org_id, subject_id, kind, until_at, object_id, word, mark"),
    ("personal_tokens", "org_id, id"),
    ("project_assignments", "org_id, id"),
    ("project_places", "org_id, project_id, user_id"),
    ("projects", "org_id, id"),
    ("provisioning_calls", "org_id, id"),
    ("pushed_requests", "org_id, id"),
    ("recovery_codes", "org_id, user_id, place"),
    ("resources", "org_id, id"),
    ("review_items", "org_id, review_id, id"),
    ("review_nudges", "org_id"),
    ("review_schedules", "org_id, id"),
    ("reviews", "org_id, id"),
    ("saved_views", "org_id, id"),
    ("service_accounts", "org_id, id"),
    ("service_tokens", "org_id, id"),
    ("sessions", "org_id, id"),
    ("setup_links", "org_id, id"),
    ("shares", "org_id, resource_id, subject_kind, subject_id"),
    ("sign_in_refusals", "org_id, id"),
    ("sign_in_tries", "org_id, id"),
    ("signals", "org_id, id"),
    ("signing_keys", "id"),
    ("spent_assertions", "org_id, client_id, jti_hash"),
    ("streams", "org_id, id"),
    ("team_members", "org_id, team_id, user_id"),
    ("team_usage", "org_id, team_id, reporter_id"),
    ("teams", "org_id, id"),
    ("throttles", "subject"),
    ("undelivered_letters", "org_id, person_id"),
    ("user_emails", "org_id, user_id, position"),
    ("user_values", "org_id, attribute, value_key, user_id"),
    ("users", "org_id, id"),
];

/// Takes at most so many rows of the organisation away, whatever tables they are in; answers how many that were.
pub async fn erase_some(tx: &Tx, most: u64) -> Result<u64, Error> {
    let mut left = most;
    for (table, key) in ALL.into_iter().filter(|(_, key)| key.starts_with("org_id")) {
        if left == 0 {
            break;
        }
        let these = format!("SELECT {key} FROM {table} WHERE org_id = $1 LIMIT {left}");
        let sql = format!("DELETE FROM {table} WHERE ({key}) IN ({these})");
        let erase = Statement::from_sql_and_values(tx.get_database_backend(), sql, [tx.org.uuid().into()]);
        left = left.saturating_sub(tx.execute_raw(erase).await.map_err(translate)?.rows_affected());
    }
    Ok(most.saturating_sub(left))
}

impl Store {
    /// How many rows each table has; every row is looked at, so it takes long where there are many.
    pub async fn row_counts(&self) -> Result<Vec<(&'static str, i64)>, Error> {
        let (db, mut counts) = (self.walker(), Vec::new());
        for (table, _) in ALL {
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
    fn no_table_of_the_schema_is_missing_and_each_has_its_key() {
        let schema = include_str!("../../migrations/schema.sqlite.sql");
        let tables = schema.split("CREATE TABLE ").skip(1).map(|it| {
            let (name, rest) = it.split_once(' ').unwrap();
            let rows = rest.split("\n)").next().unwrap();
            let key = match rows.split_once("PRIMARY KEY (") {
                Some((_, key)) => key.split(')').next().unwrap(),
                None => rows.lines().find(|it| it.contains("PRIMARY KEY")).unwrap().split_whitespace().next().unwrap(),
            };
            assert_eq!(rows.contains(" org_id "), key.starts_with("org_id"), "{name}");
            (name, key)
        });

        let mut tables: Vec<(&str, &str)> = tables.collect();
        tables.sort_unstable();

        assert_eq!(tables, ALL);
    }
}
