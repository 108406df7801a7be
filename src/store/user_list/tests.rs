use sea_orm::{DbBackend, Statement};

use super::*;
use crate::domain::list::Days;
use crate::store::Store;

/// The front page counts whoever was not seen for long each time it is opened: 75,000 of a hundred thousand.
#[tokio::test]
async fn those_who_were_not_seen_are_counted_by_an_index_alone() {
    let filter = UserFilter { idle: Some(Idle::For(Days(90))), ..UserFilter::default() };

    let plan = plan_of(|scope| counted(scope, &filter)).await;

    assert_eq!(plan, ["SEARCH users USING COVERING INDEX users_last_active (org_id=? AND last_active_at<?)"]);
}

/// So that a list of those who hold a role does not walk through every membership of the organisation.
#[tokio::test]
async fn holders_are_found_from_the_groups_that_give_a_role() {
    let role: RoleKey = "admin".parse().unwrap();

    let plan = plan_of(|scope| holders(scope.org, Some(&[&role]))).await.join("\n");

    let groups = plan.find("SEARCH group_roles USING COVERING INDEX group_roles_role (org_id=? AND role=?)");
    let members = plan.find("SEARCH members USING PRIMARY KEY (org_id=? AND group_id=?)");
    assert!(groups.is_some() && groups < members, "{plan}");
}

async fn plan_of(statement: impl FnOnce(&Scope<'_>) -> SelectStatement) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", dir.path().join("plan.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    let model = RoleModel::preset("owner-admin-contributor-viewer").unwrap();
    let scope = Scope::of(store.reader(), OrgId::new(), &model, Timestamp::from_millis(1 << 40)).await.unwrap();
    let statement = DbBackend::Sqlite.build(&statement(&scope));
    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = store.reader().query_all_raw(explained).await.unwrap();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}
