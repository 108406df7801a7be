//! What applications register here: whose it is, what it lies in, and whom it is shared with.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, RESOURCES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The owner is kept as an id alone: it stays when the user is gone, so that nothing is lost with a person.
const RESOURCES: &str = r"
CREATE TABLE resources (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    kind {text} NOT NULL,
    external_id {text} NOT NULL,
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    owner_id {uuid},
    parent_id {uuid},
    registrar_id {uuid},
    visibility {text} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX resources_external_id ON resources (org_id, kind, external_id);
CREATE INDEX resources_name ON resources (org_id, name_key, id);
CREATE INDEX resources_kind ON resources (org_id, kind, name_key, id);
CREATE INDEX resources_owner ON resources (org_id, owner_id, name_key, id);
CREATE INDEX resources_registrar ON resources (org_id, registrar_id, name_key, id);
CREATE INDEX resources_parent ON resources (org_id, parent_id, name_key, id);
CREATE TABLE shares (
    org_id {uuid} NOT NULL,
    resource_id {uuid} NOT NULL,
    subject_kind {text} NOT NULL,
    subject_id {uuid} NOT NULL,
    level {text} NOT NULL,
    since BIGINT NOT NULL,
    by_id {uuid},
    PRIMARY KEY (org_id, resource_id, subject_kind, subject_id)
) {rows_only};
CREATE INDEX shares_subject ON shares (org_id, subject_kind, subject_id, resource_id);
";
