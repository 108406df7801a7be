//! The address that somebody has proved to read, and the invitations whose link nobody else was handed; what there is of an
//! application, found by the application, and when somebody came last with one that nobody registered.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, PROVED_ADDRESSES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What was made before proves nothing. A registration begins with the name of the client, which is an address where nobody
/// registered it.
const PROVED_ADDRESSES: &str = "
ALTER TABLE users ADD COLUMN proved_email {text} NULL;
ALTER TABLE invitations ADD COLUMN is_mailed {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE consents ADD COLUMN resources {text} NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN met_at BIGINT NULL;
UPDATE clients SET met_at = updated_at WHERE status = 'active' AND registration LIKE '{\"client_id\":\"http%';
CREATE INDEX families_client ON families (client_id);
CREATE INDEX consents_client ON consents (client_id);
";
