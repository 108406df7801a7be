//! What people keep of the console: views of the list of users under a name, and how close its rows stand. And the history of
//! sign-ins that it shows.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, VIEWS).await?;
        ddl::run(manager, SIGN_INS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A view belongs to whoever made it; a shared one is shown to everybody who may see the list.
const VIEWS: &str = r"
CREATE TABLE saved_views (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    owner_id {uuid} NOT NULL,
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    query {text} NOT NULL,
    is_shared {bool} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX saved_views_name ON saved_views (org_id, owner_id, name_key);
CREATE TABLE console_settings (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    is_dense {bool} NOT NULL,
    PRIMARY KEY (org_id, user_id)
);
";

/// One row for each try of somebody who is known; a try with an unknown name is in the audit alone.
const SIGN_INS: &str = r"
CREATE TABLE sign_in_tries (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    at BIGINT NOT NULL,
    method {text} NOT NULL,
    factor {text},
    ip {text} NOT NULL,
    user_agent {text} NOT NULL,
    client {text},
    failure {text},
    PRIMARY KEY (org_id, id)
);
CREATE INDEX sign_in_tries_user ON sign_in_tries (org_id, user_id, id);
CREATE INDEX sign_in_tries_at ON sign_in_tries (at);
";
