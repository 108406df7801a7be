//! What a person does with the own account: tokens for the API, and recovery codes.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, CREDENTIALS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Credentials that hang on a person.
const CREDENTIALS: &str = r"
CREATE TABLE personal_tokens (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    name {text} NOT NULL,
    token_hash {bytes} NOT NULL,
    hint {text} NOT NULL,
    scopes {text} NOT NULL,
    user_epoch BIGINT NOT NULL,
    org_epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX personal_tokens_hash ON personal_tokens (token_hash);
CREATE INDEX personal_tokens_user ON personal_tokens (org_id, user_id);
CREATE TABLE recovery_codes (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    place BIGINT NOT NULL,
    phc {text} NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (org_id, user_id, place)
);
";
