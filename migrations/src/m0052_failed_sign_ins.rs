//! The failing sign-ins of an organisation, of a user and from an address, by time: each new one asks how many there were within
//! the hour.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, FAILURES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const FAILURES: &str = "
CREATE INDEX sign_in_tries_failures ON sign_in_tries (org_id, at) WHERE failure IS NOT NULL;
CREATE INDEX sign_in_tries_failures_user ON sign_in_tries (org_id, user_id, at) WHERE failure IS NOT NULL;
CREATE INDEX sign_in_tries_failures_ip ON sign_in_tries (org_id, ip, at) WHERE failure IS NOT NULL;
";
