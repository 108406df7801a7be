//! The users of a connection in the order in which they were made, so that a page far down skips ids and not people.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, INDEX).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const INDEX: &str = r"
CREATE INDEX users_managed ON users (org_id, managed_by, id);
";
