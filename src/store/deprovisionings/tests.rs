use sea_orm::{DbBackend, Statement};

use super::*;

/// Whoever trips the breaker must not make the server read everybody whom the connection keeps.
#[tokio::test]
async fn those_who_are_left_are_counted_by_an_index_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", dir.path().join("plan.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    let left = left(OrgId::new(), ConnectionId::new(), Timestamp::from_millis(0), 5);
    let statement = DbBackend::Sqlite.build(&left);

    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = store.reader().query_all_raw(explained).await.unwrap();

    let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
    let plan = plan.join("\n");
    assert!(plan.contains("COVERING INDEX users_kept (org_id=? AND managed_by=? AND created_at<?)"), "{plan}");
}
