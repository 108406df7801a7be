use sea_orm::sea_query::{Expr, ExprTrait as _, SelectStatement};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::domain::id::{OrgId, UserId};
use crate::domain::role::RoleKey;
use crate::store::rows::member;
use crate::store::{Store, grants, members};

/// Whoever is asked about, or whose role: an organisation of a hundred thousand members of thousands of groups is not walked
/// through for it, on any page and in any decision.
#[tokio::test]
async fn a_join_begins_with_the_table_of_which_few_rows_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", dir.path().join("plan.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    let (org, user, role): (OrgId, UserId, RoleKey) = (OrgId::new(), UserId::new(), "owner".parse().unwrap());
    let mut by_group = grants::joined(org);
    by_group.and_where(Expr::col((member::Entity, member::Column::UserId)).eq(user.uuid()));

    let (of_user, of_role) = ("members_user (org_id=? AND user_id=?)", "group_roles_role (org_id=? AND role=?)");
    for (statement, first) in [
        (by_group, of_user),
        (members::of_users(org, &[user]), of_user),
        (grants::holders_by_group(org, &role), of_role),
    ] {
        let plan = plan(&store, &statement).await;
        assert!(plan.first().is_some_and(|it| it.contains(first)), "{first} is not first: {plan:#?}");
    }
}

async fn plan(store: &Store, statement: &SelectStatement) -> Vec<String> {
    let statement = DbBackend::Sqlite.build(statement);
    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = store.reader().query_all_raw(explained).await.unwrap();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}
