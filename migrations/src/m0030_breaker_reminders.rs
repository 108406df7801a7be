//! When owners are reminded of those who are held, and whom a connection keeps, counted by an index alone.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, REMINDERS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Whoever is held already is reminded of a day after the first of them.
const REMINDERS: &str = r"
ALTER TABLE connection_pulses ADD COLUMN remind_at BIGINT;
UPDATE connection_pulses SET remind_at = (
    SELECT MIN(d.at) + 86400000 FROM deprovisionings d
    WHERE d.org_id = connection_pulses.org_id AND d.connection_id = connection_pulses.connection_id AND d.state = 'held'
);
CREATE INDEX connection_pulses_remind ON connection_pulses (remind_at);
CREATE INDEX users_kept ON users (org_id, managed_by, created_at, status);
";
