//! How organisations look.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, BRANDS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A row stays when its look is taken back, so that no version stands for two looks. The picture is last: whoever reads the rest
/// of the row does not read past it, and for its size the table is one with row ids.
const BRANDS: &str = "
CREATE TABLE brands (
    org_id {uuid} NOT NULL,
    version BIGINT NOT NULL,
    accent TEXT NULL,
    support TEXT NULL,
    logo_type TEXT NULL,
    logo_width BIGINT NULL,
    logo_height BIGINT NULL,
    logo_bytes BIGINT NULL,
    logo_sha256 TEXT NULL,
    picture {bytes} NULL,
    PRIMARY KEY (org_id)
);
";
