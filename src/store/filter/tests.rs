use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Statement,
};

use super::*;
use crate::scim::filter::parse;
use crate::scim::schema::{GROUP, ResourceType, USER};
use crate::store::Store;
use crate::store::rows::{group, user};

/// How SQLite would find the resources of a filter.
async fn plan(resources: &'static ResourceType, text: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", dir.path().join("plan.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    let table = if resources == &USER { Table::Users } else { Table::Groups };
    let scope = Scope { backend: DbBackend::Sqlite, org: OrgId::new(), connection: ConnectionId::new(), table };
    let condition = condition(scope, &parse(resources, text).unwrap()).unwrap();
    let org = scope.org.uuid();
    let statement = match table {
        Table::Users => user::Entity::find()
            .filter(user::Column::OrgId.eq(org))
            .filter(managed(scope))
            .filter(condition)
            .build(DbBackend::Sqlite),
        Table::Groups => group::Entity::find()
            .filter(group::Column::OrgId.eq(org))
            .filter(managed(scope))
            .filter(condition)
            .build(DbBackend::Sqlite),
    };
    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = store.reader().query_all_raw(explained).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_identity_providers_ask_for_is_found_by_an_index() {
    let sought = [
        (&USER, r#"userName eq "Ada@example.com""#, "users_user_name (org_id=? AND user_name_key=?)"),
        (&USER, r#"externalId eq "00u1""#, "(org_id=? AND managed_by=? AND external_id=?)"),
        (&USER, r#"emails.value eq "ada@example.com""#, "user_emails_value (org_id=? AND value_key=?)"),
        (&USER, r#"emails[type eq "work"].value eq "ada@example.com""#, "user_emails_value (org_id=? AND value_key=?)"),
        (&USER, r#"id eq "01a20321-6c45-77eb-a500-b1cb50299410""#, "(org_id=? AND id=?)"),
        (&USER, r#"id eq "01a20321-6c45-77eb-a500-b1cb50299410" and manager eq "x""#, "(org_id=? AND id=?)"),
        (&GROUP, r#"displayName eq "Everyone""#, "groups_display_name (org_id=? AND display_name_key=?)"),
        (&GROUP, r#"externalId eq "00g1""#, "(org_id=? AND managed_by=? AND external_id=?)"),
        (
            &GROUP,
            r#"id eq "01a20321-6c45-77eb-a500-b1cb50299410" and members eq "01a20321-6c45-77eb-a500-b1cb50299410""#,
            "(org_id=? AND id=?)",
        ),
    ];
    for (resources, filter, seek) in sought {
        let table = if resources == &USER { Table::Users } else { Table::Groups };
        assert!(seeks(table, &parse(resources, filter).unwrap()), "{filter}");
        let plan = plan(resources, filter).await;
        assert!(plan.contains(seek), "{filter}\n{plan}");
    }
}

#[test]
fn what_no_index_finds_is_a_walk() {
    let walks = [
        (Table::Users, &USER, r#"userName co "ada""#),
        (Table::Users, &USER, r#"userName sw "ada""#),
        (Table::Users, &USER, r#"userName ne "ada""#),
        (Table::Users, &USER, "externalId eq null"),
        (Table::Users, &USER, "externalId pr"),
        (Table::Users, &USER, r#"displayName eq "Ada""#),
        (Table::Users, &USER, r#"not (userName eq "ada")"#),
        (Table::Users, &USER, r#"userName eq "ada" or title eq "Dr.""#),
        (Table::Users, &USER, r#"emails[type eq "work"]"#),
        (Table::Users, &USER, r#"groups.value eq "01a20321-6c45-77eb-a500-b1cb50299410""#),
        (Table::Groups, &GROUP, r#"members.value eq "01a20321-6c45-77eb-a500-b1cb50299410""#),
    ];
    for (table, resources, filter) in walks {
        assert!(!seeks(table, &parse(resources, filter).unwrap()), "{filter}");
    }
}

#[tokio::test]
async fn an_address_is_sought_and_then_its_owner() {
    let plan = plan(&USER, r#"emails[type eq "work"].value eq "ada@example.com""#).await;

    assert!(plan.contains("SEARCH users USING INDEX sqlite_autoindex_users_1 (org_id=? AND id=?)"), "{plan}");
}

#[tokio::test]
async fn everybody_is_counted_and_skipped_in_an_index() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", dir.path().join("plan.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    let (org, connection, table) = (OrgId::new(), ConnectionId::new(), Table::Users);
    let scope = Scope { backend: DbBackend::Sqlite, org, connection, table };
    let ids = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::OrgId.eq(org.uuid()))
        .filter(all_managed(scope))
        .order_by_asc(user::Column::Id)
        .offset(1_000)
        .limit(100)
        .build(DbBackend::Sqlite);

    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", ids.sql), ..ids };
    let rows = store.reader().query_all_raw(explained).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();

    assert_eq!(plan, ["SEARCH users USING COVERING INDEX users_managed (org_id=? AND managed_by=?)"]);
}
