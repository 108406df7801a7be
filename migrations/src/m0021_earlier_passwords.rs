//! The passwords that people had before, where the policy does not take them again.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, EARLIER).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The pepper is named in the PHC text. They are numbered for each user, the newest highest.
const EARLIER: &str = r"
CREATE TABLE earlier_passwords (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    number BIGINT NOT NULL,
    phc {text} NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, user_id, number)
);
";
