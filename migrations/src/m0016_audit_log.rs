//! What the audit log is looked through by: time, and who, what, to whom and with which outcome, each in the order of time; and
//! the names at the time in the spelling that a search compares.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, KEYS).await?;
        ddl::run(manager, INDEXES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Rows from before keep the folding that both databases have; every row that is written from now on names its own.
const KEYS: &str = r"
ALTER TABLE audit ADD COLUMN actor_key {text};
ALTER TABLE audit ADD COLUMN target_key {text};
UPDATE audit SET actor_key = LOWER(actor_label), target_key = LOWER(target_label);
";

const INDEXES: &str = r"
DROP INDEX audit_target;
CREATE INDEX audit_at ON audit (org_id, at, id);
CREATE INDEX audit_actor ON audit (org_id, actor_id, at, id);
CREATE INDEX audit_target ON audit (org_id, target_id, at, id);
CREATE INDEX audit_action ON audit (org_id, action, at, id);
CREATE INDEX audit_outcome ON audit (org_id, outcome, at, id);
";
