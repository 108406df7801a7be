//! Passkeys: keys of people that open a sign-in, alone or after the password.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, PASSKEYS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The public key is no secret, so nothing here is sealed.
const PASSKEYS: &str = r"
CREATE TABLE passkeys (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    name {text} NOT NULL,
    credential_hash {bytes} NOT NULL,
    credential {text} NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (org_id, credential_hash);
CREATE INDEX passkeys_user ON passkeys (org_id, user_id);
";
