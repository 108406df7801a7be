//! When somebody came last with a client that nobody registered, what there is of a client, found by the client, and the resource
//! servers at which people agreed that it acts.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, MET_CLIENTS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A registration begins with the name of the client, which is an address where nobody registered it.
const MET_CLIENTS: &str = "
ALTER TABLE clients ADD COLUMN met_at BIGINT NULL;
UPDATE clients SET met_at = updated_at WHERE status = 'active' AND registration LIKE '{\"client_id\":\"http%';
ALTER TABLE consents ADD COLUMN resources {text} NOT NULL DEFAULT '';
CREATE INDEX families_client ON families (client_id);
CREATE INDEX consents_client ON consents (client_id);
";
