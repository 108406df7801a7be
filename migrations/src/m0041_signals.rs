//! What applications are told when access ends, with what became of it; the streams in which they hear it (OpenID Shared Signals
//! Framework 1.0); and the tokens that applications get for themselves.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, SIGNALS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A stream belongs to the organisation of its client, a signal to the organisation of the person it is about. A signal has the
/// id of the message that carries it.
const SIGNALS: &str = r"
CREATE TABLE streams (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    client_id {uuid} NOT NULL,
    settings {text} NOT NULL,
    authorization_sealed {bytes},
    status {text} NOT NULL,
    reason {text},
    verified_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX streams_client ON streams (org_id, client_id);
CREATE TABLE signals (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    client_id {uuid} NOT NULL,
    stream_id {uuid},
    user_id {uuid},
    kind {text} NOT NULL,
    content {text} NOT NULL,
    at BIGINT NOT NULL,
    state {text} NOT NULL,
    tries BIGINT NOT NULL,
    ended_at BIGINT,
    failure {text},
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX signals_waiting ON signals (stream_id, state, id);
CREATE INDEX signals_cause ON signals (org_id, at, user_id);
CREATE INDEX signals_client ON signals (client_id, id);
CREATE INDEX signals_age ON signals (at);
CREATE TABLE client_access (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    client_id {uuid} NOT NULL,
    client_epoch BIGINT NOT NULL,
    scopes {text} NOT NULL,
    token_hash {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX client_access_token ON client_access (token_hash);
CREATE INDEX client_access_client ON client_access (org_id, client_id);
CREATE INDEX client_access_ends ON client_access (expires_at);
";
