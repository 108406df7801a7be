use super::*;
use crate::scim::schema::USER;
use crate::store::Store;

/// Only the newest people of one connection are read, along an index, however many the organisation has.
#[tokio::test]
async fn words_are_read_along_the_index_by_manager() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", dir.path().join("plan.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    for words in [Words::List("roles"), Words::Text(USER.telling("department").unwrap())] {
        let statement = words_of(DbBackend::Sqlite, (OrgId::new(), ConnectionId::new()), words, (10, 10));

        let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
        let rows = store.reader().query_all_raw(explained).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();

        let seek = "SEARCH users USING INDEX users_managed (org_id=? AND managed_by=?)";
        assert!(plan.iter().any(|it| it == seek), "{plan:?}");
        assert!(!plan.iter().any(|it| it.contains("SCAN users")), "{plan:?}");
    }
}
