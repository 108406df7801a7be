//! Sign-ins at identity providers that let nobody in, kept for a short while with what the provider said.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, REFUSALS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The claims are personal data of somebody who may be nobody here, so they are sealed. The number is looked up as it is:
/// it opens nothing.
const REFUSALS: &str = r"
CREATE TABLE sign_in_refusals (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    reference {text} NOT NULL,
    at BIGINT NOT NULL,
    connection_id {uuid} NOT NULL,
    connection_name {text} NOT NULL,
    failed {text} NOT NULL,
    reason {text} NOT NULL,
    user_id {uuid},
    claims_sealed {bytes},
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX sign_in_refusals_reference ON sign_in_refusals (org_id, reference);
CREATE INDEX sign_in_refusals_connection ON sign_in_refusals (org_id, connection_id, id);
CREATE INDEX sign_in_refusals_user ON sign_in_refusals (org_id, user_id, id);
CREATE INDEX sign_in_refusals_at ON sign_in_refusals (at);
";
