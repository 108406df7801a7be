//! Which project a resource lies in.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, PROJECTS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A project that is deleted is looked for by its id.
const PROJECTS: &str = "
ALTER TABLE resources ADD COLUMN project_id {uuid} NULL;
CREATE INDEX resources_project ON resources (org_id, project_id);
";
