use sea_orm::{DbBackend, QueryTrait as _, Statement};

use super::*;

/// Whoever invites is told at once that somebody is invited already, however many were.
#[tokio::test]
async fn an_open_invitation_is_found_by_the_index_of_open_ones() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", dir.path().join("plan.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    let statement = pending(OrgId::new()).filter(Column::AddressKey.eq("a@b.example")).build(DbBackend::Sqlite);

    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = store.reader().query_all_raw(explained).await.unwrap();

    let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
    assert_eq!(plan, ["SEARCH invitations USING INDEX invitations_pending (org_id=? AND address_key=?)"]);
}
