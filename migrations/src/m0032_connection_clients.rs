//! Programs that get tokens for a connection by themselves (RFC 6749 4.4).

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, CLIENTS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A client has a secret, kept as its hash, or public keys. An assertion is remembered for as long as it could come again.
const CLIENTS: &str = r"
CREATE TABLE connection_clients (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    name {text} NOT NULL,
    secret_hash {bytes},
    jwks {text},
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX connection_clients_connection ON connection_clients (org_id, connection_id);
CREATE INDEX connection_clients_id ON connection_clients (id);
CREATE TABLE connection_access (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    client_id {uuid} NOT NULL,
    token_hash {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX connection_access_hash ON connection_access (token_hash);
CREATE INDEX connection_access_client ON connection_access (org_id, client_id);
CREATE INDEX connection_access_ends ON connection_access (expires_at);
CREATE TABLE spent_assertions (
    org_id {uuid} NOT NULL,
    client_id {uuid} NOT NULL,
    jti_hash {bytes} NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, client_id, jti_hash)
) {rows_only};
CREATE INDEX spent_assertions_ends ON spent_assertions (ends_at);
";
