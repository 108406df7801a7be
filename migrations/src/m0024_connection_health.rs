//! When tokens of connections are warned of, and when each connection was last heard.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, HEALTH).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// `warn_at` is when the next warning is due: of tokens that are there, at their last thirty days. A pulse is a row of its own,
/// because it is written with every request and the settings of the connection are not. `look_at` is when a job looks next
/// whether the connection is silent. The index of the journal counts the answers of a day without reading a row.
const HEALTH: &str = r"
ALTER TABLE connection_tokens ADD COLUMN warn_at BIGINT;
UPDATE connection_tokens SET warn_at = expires_at - 2592000000;
CREATE INDEX connection_tokens_warn ON connection_tokens (warn_at);
CREATE TABLE connection_pulses (
    org_id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    heard_at BIGINT,
    succeeded_at BIGINT,
    silent_since BIGINT,
    look_at BIGINT,
    PRIMARY KEY (org_id, connection_id)
) {rows_only};
CREATE INDEX connection_pulses_look ON connection_pulses (look_at);
INSERT INTO connection_pulses (org_id, connection_id, heard_at, succeeded_at, look_at)
SELECT c.org_id, c.id, MAX(p.at), MAX(CASE WHEN p.status < 400 THEN p.at END), MAX(p.at)
FROM connections c
LEFT JOIN provisioning_calls p ON p.org_id = c.org_id AND p.connection_id = c.id
GROUP BY c.org_id, c.id;
CREATE INDEX provisioning_calls_at ON provisioning_calls (org_id, at, connection_id, status);
";
