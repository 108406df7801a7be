//! What SQLite is told of tables in which one organisation has many rows.
//!
//! Without statistics it takes one organisation for ten rows. Where a table is its own index it then rather walks through the whole
//! organisation than use an index that begins with the organisation and one thing more. The figures are not counted but fixed, so that a
//! statement goes the same way in every installation; PostgreSQL counts for itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            manager.get_connection().execute_unprepared(NUMBERS).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// `ANALYZE sqlite_schema` counts nothing: it makes the table of the statistics, and reads it anew. For each index: all rows, those of an
/// organisation, then those for each column more, and one for all columns of a unique index. The index that is the table itself has the
/// name of the table there.
const NUMBERS: &str = "
ANALYZE sqlite_schema;
WITH many(name) AS (VALUES
    ('deprovisionings'), ('device_requests'), ('held_members'), ('identities'), ('kept_requests'), ('linkings'),
    ('past_access'), ('provisioning_calls'), ('pushed_requests'), ('review_items'), ('signals'), ('team_usage')
),
columns AS (
    SELECT many.name AS tbl,
        CASE i.origin WHEN 'pk' THEN many.name ELSE i.name END AS idx,
        c.seqno AS place,
        CASE
            WHEN i.\"unique\" AND c.seqno = MAX(c.seqno) OVER (PARTITION BY i.name) THEN 1
            WHEN c.name = 'org_id' AND c.seqno = 0 THEN 100000
            WHEN c.seqno = 0 THEN 50
            ELSE max(5, 50 / c.seqno)
        END AS same
    FROM many, pragma_index_list(many.name) i, pragma_index_info(i.name) c
)
INSERT INTO sqlite_stat1 (tbl, idx, stat)
    SELECT tbl, idx, '1000000 ' || group_concat(same, ' ') FROM (SELECT * FROM columns ORDER BY tbl, idx, place) GROUP BY tbl, idx;
ANALYZE sqlite_schema;
";
