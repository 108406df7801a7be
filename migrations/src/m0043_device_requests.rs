//! Requests of devices that somebody is to let in with another browser (RFC 8628).

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, REQUESTS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The device finds its request by one code, the person by the other. The session of a device names what runs on it.
const REQUESTS: &str = r"
CREATE TABLE device_requests (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    client_id {uuid} NOT NULL,
    device_hash {bytes} NOT NULL,
    user_hash {bytes} NOT NULL,
    request {text} NOT NULL,
    interval_seconds BIGINT NOT NULL,
    polled_at BIGINT,
    expires_at BIGINT NOT NULL,
    allowed_at BIGINT,
    refused_at BIGINT,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX device_requests_device ON device_requests (device_hash);
CREATE INDEX device_requests_user ON device_requests (user_hash);
CREATE INDEX device_requests_client ON device_requests (org_id, client_id);
CREATE INDEX device_requests_ends ON device_requests (expires_at);
ALTER TABLE sessions ADD COLUMN device {text};
";
