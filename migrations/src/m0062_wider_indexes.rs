//! Indexes that hold all that is asked of them.
//!
//! SQLite takes one organisation for a few rows. Where a table is its own index and another index lacks a column, it rather walks
//! through all rows of the organisation than look up those that the index finds; where nothing is lacking, it does not.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, WIDER_INDEXES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const WIDER_INDEXES: &str = "
DROP INDEX users_last_active;
CREATE INDEX users_last_active ON users (org_id, last_active_at, id, created_at, status);
DROP INDEX members_user;
CREATE INDEX members_user ON members (org_id, user_id, group_id, since);
DROP INDEX team_members_user;
CREATE INDEX team_members_user ON team_members (org_id, user_id, team_id, since);
DROP INDEX project_places_user;
CREATE INDEX project_places_user ON project_places (org_id, user_id, project_id, assignment_id, since);
DROP INDEX grants_source;
CREATE INDEX grants_source ON grants (org_id, source_id, source, role, user_id, since);
DROP INDEX shares_subject;
CREATE INDEX shares_subject ON shares (org_id, subject_kind, subject_id, resource_id, level, since, by_id);
";
