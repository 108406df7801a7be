use sea_orm::QueryTrait as _;

use super::*;
use crate::store::Store;

/// A value is looked for by its own key; nobody's attributes are walked.
#[tokio::test]
async fn whether_a_value_is_taken_is_a_seek() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", dir.path().join("plan.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    let statement = others(OrgId::new(), ("urn:example:acme:badge", "a1"), UserId::new()).build(DbBackend::Sqlite);

    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = store.reader().query_all_raw(explained).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();

    assert_eq!(plan, ["SEARCH user_values USING PRIMARY KEY (org_id=? AND attribute=? AND value_key=?)"]);
}
