//! Projects, who is on them and through what, and which team everybody is on there.

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

/// The key of `project_places` is the rule that nobody is on two teams of one project.
const PROJECTS: &str = r"
CREATE TABLE projects (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    description {text} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX projects_name ON projects (org_id, name_key);
CREATE TABLE project_assignments (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    project_id {uuid} NOT NULL,
    subject_kind {text} NOT NULL,
    subject_id {uuid} NOT NULL,
    access {text} NOT NULL,
    as_team {bool} NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX project_assignments_subject
    ON project_assignments (org_id, project_id, subject_kind, subject_id);
CREATE INDEX project_assignments_of ON project_assignments (org_id, subject_id, project_id);
CREATE INDEX project_assignments_order ON project_assignments (org_id, project_id, since, id);
CREATE TABLE project_places (
    org_id {uuid} NOT NULL,
    project_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    assignment_id {uuid} NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org_id, project_id, user_id)
) {rows_only};
CREATE INDEX project_places_user ON project_places (org_id, user_id, project_id);
CREATE INDEX project_places_assignment ON project_places (org_id, assignment_id, user_id);
";
