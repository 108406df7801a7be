//! Teams, who is on them, and the teams that an invited person will join.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, TEAMS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// SQLite adds a column that must not be null only with a default; every row that is written names its own value.
const TEAMS: &str = r"
CREATE TABLE teams (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    description {text} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX teams_name ON teams (org_id, name_key);
CREATE TABLE team_members (
    org_id {uuid} NOT NULL,
    team_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, team_id, user_id)
) {rows_only};
CREATE INDEX team_members_user ON team_members (org_id, user_id);
ALTER TABLE invitations ADD COLUMN teams {text} NOT NULL DEFAULT '[]';
";
