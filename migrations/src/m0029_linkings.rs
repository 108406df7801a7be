//! People whom identity providers mean and may not have, for somebody to decide about.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, LINKINGS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// One row for each user that a connection means, however often and by however many names of its own. What it said of the
/// person is sealed; the key tells whether it says another id now.
const LINKINGS: &str = r"
CREATE TABLE linkings (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    state {text} NOT NULL,
    claim_key {bytes} NOT NULL,
    claim_sealed {bytes} NOT NULL,
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE UNIQUE INDEX linkings_user ON linkings (org_id, connection_id, user_id);
CREATE INDEX linkings_connection ON linkings (org_id, connection_id, state, id);
CREATE INDEX linkings_of_user ON linkings (org_id, user_id);
CREATE INDEX linkings_last ON linkings (last_at);
";
