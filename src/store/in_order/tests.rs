use sea_orm::sea_query::{Expr, ExprTrait as _, SelectStatement};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, DbBackend, QueryFilter as _, QueryTrait as _, Statement};

use crate::domain::id::{OrgId, UserId};
use crate::domain::role::RoleKey;
use crate::store::rows::{audit as deed, member};
use crate::store::{Store, audit, grants, members};

/// Whoever is asked about, or whose role: an organisation of a hundred thousand members of thousands of groups is not walked
/// through for it, on any page and in any decision.
#[tokio::test]
async fn a_join_begins_with_the_table_of_which_few_rows_are_found() {
    let (org, user, role): (OrgId, UserId, RoleKey) = (OrgId::new(), UserId::new(), "owner".parse().unwrap());
    let mut by_group = grants::joined(org);
    by_group.and_where(Expr::col((member::Entity, member::Column::UserId)).eq(user.uuid()));

    let of_user = "SEARCH members USING COVERING INDEX members_user (org_id=? AND user_id=?)";
    let of_role = "SEARCH group_roles USING COVERING INDEX group_roles_role (org_id=? AND role=?)";
    for (statement, first) in [
        (by_group, of_user),
        (members::of_users(org, &[user]), of_user),
        (grants::holders_by_group(org, &role), of_role),
    ] {
        let plan = plan(&statement).await;
        assert_eq!(plan.first().map(String::as_str), Some(first), "{plan:#?}");
    }
}

/// Nearly every deed was done, so the outcome leads nowhere.
#[tokio::test]
async fn what_was_done_to_somebody_is_found_by_them() {
    let of_user = audit::done(OrgId::new()).filter(deed::Column::TargetId.eq("ada"));

    let plan = plan(of_user.as_query()).await;

    assert_eq!(plan, ["SEARCH audit USING INDEX audit_target (org_id=? AND target_id=?)"]);
}

async fn plan(statement: &SelectStatement) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", dir.path().join("plan.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    let statement = DbBackend::Sqlite.build(statement);
    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = store.reader().query_all_raw(explained).await.unwrap();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}
