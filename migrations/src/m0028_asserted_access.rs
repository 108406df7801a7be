//! What identity providers said of their users last, beside what is so here.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, ASSERTED_ACCESS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Names and addresses of a pushed user are changed at the provider only, so that the document of a user is what was asserted;
/// only access is changed on both sides, and one word keeps what was said of it. Of those who are there already what is so is
/// taken for what was said, so that nothing is reported that nobody did. The differences are the rows of partial indexes: a page
/// of them costs what is on it, however many users agree. That of grants by hand holds `since` too, so that a page reads
/// nothing else.
const ASSERTED_ACCESS: &str = r"
ALTER TABLE users ADD COLUMN asserted {text};
ALTER TABLE users ADD COLUMN asserted_at BIGINT NOT NULL DEFAULT 0;
UPDATE users SET asserted = CASE WHEN status = 'deactivated' THEN 'inactive' ELSE 'active' END, asserted_at = created_at
WHERE managed_by IS NOT NULL AND external_id IS NOT NULL;
CREATE INDEX users_asserted_at ON users (org_id, managed_by, asserted_at, id) WHERE status <> 'deactivated';
CREATE INDEX users_asserted_gone ON users (org_id, managed_by, id) WHERE asserted <> 'active' AND status <> 'deactivated';
CREATE INDEX users_shut_out ON users (org_id, managed_by, id) WHERE asserted = 'active' AND status = 'deactivated';
CREATE INDEX grants_by_hand ON grants (org_id, user_id, role, since) WHERE source = 'manual';
";
