//! Until when each person may put off enrolling a second factor that is required of them.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, DEADLINES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// One row a person, made when the requirement begins and never renewed.
const DEADLINES: &str = r"
CREATE TABLE mfa_deadlines (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    began_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    is_over {bool} NOT NULL,
    next_letter_at BIGINT,
    PRIMARY KEY (org_id, user_id)
);
CREATE INDEX mfa_deadlines_end ON mfa_deadlines (is_over, ends_at);
CREATE INDEX mfa_deadlines_letter ON mfa_deadlines (next_letter_at);
";
