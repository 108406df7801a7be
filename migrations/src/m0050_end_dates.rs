//! When somebody's time ends, and when the access did.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, END_DATES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A row stays after the user is gone: it tells how long the end took.
const END_DATES: &str = "
CREATE TABLE end_dates (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT NULL,
    told_at BIGINT NULL,
    set_by_id {uuid} NULL,
    PRIMARY KEY (org_id, user_id)
) {rows_only};
CREATE INDEX end_dates_due ON end_dates (ends_at) WHERE ended_at IS NULL;
CREATE INDEX end_dates_ended ON end_dates (org_id, ended_at) WHERE ended_at IS NOT NULL;
";
