//! Service accounts: accounts of programs, apart from people, with tokens and no other way in.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, ACCOUNTS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A table of their own: nothing that a person signs in with can hang on them.
const ACCOUNTS: &str = r"
CREATE TABLE service_accounts (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    description {text} NOT NULL,
    role {text} NOT NULL,
    owner_id {uuid},
    status {text} NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX service_accounts_name ON service_accounts (org_id, name_key);
CREATE TABLE service_tokens (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    name {text} NOT NULL,
    token_hash {bytes} NOT NULL,
    hint {text} NOT NULL,
    scopes {text} NOT NULL,
    account_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX service_tokens_hash ON service_tokens (token_hash);
CREATE INDEX service_tokens_account ON service_tokens (org_id, account_id);
";
