//! Invitations: people who may come, and the role they will have.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, INVITATIONS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const INVITATIONS: &str = r"
CREATE TABLE invitations (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    address {text} NOT NULL,
    address_key {text} NOT NULL,
    display_name {text},
    role {text} NOT NULL,
    inviter_id {uuid},
    inviter_name {text} NOT NULL,
    inviter_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    token_hash {bytes} NOT NULL,
    state {text} NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX invitations_pending ON invitations (org_id, address_key) WHERE state = 'pending';
CREATE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_expiry ON invitations (expires_at);
";
