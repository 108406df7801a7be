//! Whom identity providers let go: counted, held and refused.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, DEPROVISIONINGS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// One row for each user, however often the provider repeats itself. Nobody is named: a user who is gone leaves an id for a
/// day.
const DEPROVISIONINGS: &str = r"
CREATE TABLE deprovisionings (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    way {text} NOT NULL,
    state {text} NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE UNIQUE INDEX deprovisionings_user ON deprovisionings (org_id, user_id);
CREATE INDEX deprovisionings_connection ON deprovisionings (org_id, connection_id, state, at);
CREATE INDEX deprovisionings_at ON deprovisionings (state, at);
";
