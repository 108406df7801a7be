//! Links by which somebody outside the organisation sets a connection up.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, SETUP_LINKS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Of the link only the hash is kept. `token_id` is the one token that was made through it.
const SETUP_LINKS: &str = r"
CREATE TABLE setup_links (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    token_hash {bytes} NOT NULL,
    maker_id {uuid},
    maker_epoch BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    token_id {uuid},
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX setup_links_hash ON setup_links (token_hash);
CREATE INDEX setup_links_connection ON setup_links (org_id, connection_id, id);
CREATE INDEX setup_links_expires ON setup_links (expires_at);
";
