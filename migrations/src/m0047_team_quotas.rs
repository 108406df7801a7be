//! Who leads a team, how much its people may use of what applications give out, and how much each application says they do.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, QUOTAS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Amounts are read and written together and never searched for, so they are one text.
const QUOTAS: &str = "
ALTER TABLE teams ADD COLUMN lead_id {uuid} NULL;
ALTER TABLE teams ADD COLUMN quotas {text} NOT NULL DEFAULT '{}';
CREATE INDEX teams_lead ON teams (org_id, lead_id);
CREATE TABLE team_usage (
    org_id {uuid} NOT NULL,
    team_id {uuid} NOT NULL,
    reporter_id {uuid} NOT NULL,
    reporter {text} NOT NULL,
    amounts {text} NOT NULL,
    reported_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, team_id, reporter_id)
) {rows_only};
CREATE INDEX team_usage_reporter ON team_usage (org_id, reporter_id);
";
