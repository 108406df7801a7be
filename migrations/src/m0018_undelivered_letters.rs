//! Letters that could not be delivered, for the administrators.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UNDELIVERED).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// One for each person: the last. The person may be a user, or whoever an invitation becomes one of.
const UNDELIVERED: &str = r"
CREATE TABLE undelivered_letters (
    org_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    address {text} NOT NULL,
    written_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    why {text} NOT NULL,
    said {text},
    PRIMARY KEY (org_id, person_id)
);
CREATE INDEX undelivered_letters_at ON undelivered_letters (at);
";
