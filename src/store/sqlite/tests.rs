use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sea_orm::{
    ColumnTrait as _, ColumnType, ConnectionTrait as _, DbBackend, EntityTrait, IdenStatic as _, Iterable as _,
};
use tempfile::TempDir;

use super::values::{COLUMNS_MAX, Holds, columns};
use super::*;
use crate::domain::id::OrgId;
use crate::domain::{self, Timestamp};
use crate::store::Store;
use crate::store::error::translate;
use crate::store::rows;

/// Tables that only statements of our own read.
const WITHOUT_ENTITY: [&str; 3] = ["past_access", "project_places", "seaql_migrations"];

/// Indexes that SQLite passes over for a walk through the organisation when every column of a row is asked for, in tables of
/// which an organisation has few rows or of which nobody asks so.
const PASSED_OVER: [&str; 7] = [
    "client_access_client",
    "connection_access_client",
    "connection_clients_connection",
    "grants_role",
    "group_roles_role",
    "project_places_assignment",
    "setup_links_connection",
];

/// A walk of a million steps.
const LONG: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT COUNT(*) FROM n";

fn asked(sql: &str, values: impl IntoIterator<Item = sea_orm::Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

async fn store() -> (TempDir, Store) {
    let dir = TempDir::new().unwrap();
    let store = Store::open(&format!("sqlite:{}", file(&dir).display())).await.unwrap();
    store.migrate().await.unwrap();
    (dir, store)
}

fn file(dir: &TempDir) -> std::path::PathBuf {
    dir.path().join("doorward.db")
}

/// A value of another kind than what is read would be taken for NULL.
#[expect(clippy::too_many_lines, reason = "a table: one line for each entity")]
#[tokio::test]
async fn every_column_is_read_as_its_entity_has_it() {
    let (dir, _store) = store().await;
    let connection = Connection::open(file(&dir)).unwrap();
    let mut seen: BTreeSet<String> = WITHOUT_ENTITY.iter().map(|it| (*it).to_owned()).collect();
    let mut wrong = Vec::new();
    macro_rules! each {
        ($($entity:ident),*) => { $(check::<rows::$entity::Entity>(&connection, &mut seen, &mut wrong);)* };
    }
    each!(
        attempt,
        audit,
        audit_checkpoint,
        audit_export,
        audit_export_part,
        audit_seal,
        audit_stream,
        audit_verification,
        brand,
        break_glass,
        client,
        client_access,
        connection,
        connection_access,
        connection_client,
        connection_domain,
        connection_pulse,
        connection_token,
        consent,
        console_setting,
        deprovisioning,
        device_request,
        earlier_password,
        end_date,
        factor,
        family,
        grant,
        group,
        group_role,
        held_member,
        identity,
        instance_fact,
        invitation,
        issued,
        kept_operation,
        kept_request,
        link_token,
        linking,
        mapping_intent,
        member,
        mfa_deadline,
        organisation,
        outbox,
        own_domain,
        passkey,
        password,
        personal_token,
        project,
        project_assignment,
        provisioning_call,
        pushed_request,
        recovery_code,
        resource,
        review,
        review_item,
        review_nudge,
        review_schedule,
        saved_view,
        service_account,
        service_token,
        session,
        setup_link,
        share,
        sign_in_refusal,
        sign_in_try,
        signal,
        signing_key,
        spent_assertion,
        stream,
        team,
        team_member,
        team_usage,
        throttle,
        undelivered_letter,
        user,
        user_email,
        user_value
    );

    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    let mut tables = connection.prepare(tables).unwrap();
    let tables: BTreeSet<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(tables, seen);
}

/// The database opens again with the figures that the last migration gave it, whatever is in the tables.
#[tokio::test]
async fn what_begins_with_the_organisation_and_one_thing_more_is_found_by_its_index() {
    let (dir, _store) = store().await;
    let connection = Connection::open(file(&dir)).unwrap();
    let names = "SELECT m.name, i.name, group_concat(c.name) FROM sqlite_master m, pragma_index_list(m.name) i, \
                 pragma_index_info(i.name) c WHERE m.type = 'table' AND i.partial = 0 AND c.seqno < 2 \
                 GROUP BY m.name, i.name HAVING COUNT(*) = 2 AND COUNT(c.name) = 2 ORDER BY i.name";
    let mut indexes = connection.prepare(names).unwrap();
    let text = |row: &rusqlite::Row<'_>, nth| row.get::<_, String>(nth);
    let indexes = indexes.query_map([], |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?))).unwrap();

    let passed_over = indexes.map(Result::unwrap).filter(|(table, _, columns)| {
        let asked = columns.replace(',', " = 1 AND ");
        let plan = format!("EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {asked} = 1");
        let plan: String = connection.query_row(&plan, [], |row| row.get("detail")).unwrap();
        plan.matches("=?").count() < 2
    });
    let passed_over: Vec<String> = passed_over.map(|(_, index, _)| index).collect();

    assert_eq!(passed_over, PASSED_OVER);
}

fn check<E: EntityTrait>(connection: &Connection, seen: &mut BTreeSet<String>, wrong: &mut Vec<String>) {
    let entity = E::default();
    let table = entity.table_name().to_owned();
    assert!(E::Column::iter().count() * 2 <= COLUMNS_MAX, "two rows of {table}");
    for column in E::Column::iter() {
        let statement = connection.prepare(&format!("SELECT {} FROM {table}", column.as_str())).unwrap();
        let is_read = columns(&statement)[0].holds;
        let definition = column.def();
        let kind = definition.get_column_type();
        let is_right = match is_read {
            Holds::Bool => matches!(kind, ColumnType::Boolean),
            Holds::Small => matches!(kind, ColumnType::Integer),
            Holds::Json => matches!(kind, ColumnType::Json | ColumnType::JsonBinary),
            Holds::Bytes => matches!(kind, ColumnType::VarBinary(_) | ColumnType::Binary(_) | ColumnType::Blob),
            Holds::Any => {
                matches!(kind, ColumnType::BigInteger | ColumnType::Uuid | ColumnType::String(_) | ColumnType::Text)
            }
        };
        if !is_right {
            wrong.push(format!("{table}.{}: {is_read:?}", column.as_str()));
        }
    }
    seen.insert(table);
}

#[tokio::test]
async fn values_stand_where_their_number_says() {
    let (_dir, store) = store().await;

    let row = store.reader().query_one_raw(asked("SELECT $2 || $1 || $2 AS text", ["a".into(), "b".into()])).await;
    let missing = store.reader().query_one_raw(asked("SELECT ? || ? AS text", ["a".into()])).await;

    assert_eq!(row.unwrap().unwrap().try_get::<String>("", "text").unwrap(), "bab");
    assert!(missing.unwrap_err().to_string().contains("parameter"));
}

/// Where a read goes that takes long, it keeps none of the threads that answer; it is broken off, and done elsewhere.
#[tokio::test]
async fn a_read_that_takes_long_is_done_elsewhere() {
    let (_dir, store) = store().await;
    let long = asked(LONG, []);
    let readers = store.reader().at_once.as_ref().unwrap();

    assert!(readers.query(&asked("SELECT 1", [])).is_some());
    assert!(readers.query(&long).is_none());
    assert!(readers.query(&asked("SELECT 1", [])).is_some());

    let found = store.reader().query_one_raw(long).await.unwrap().unwrap();
    assert_eq!(found.try_get_by_index::<i64>(0).unwrap(), 300_000);
}

#[tokio::test]
async fn what_reads_cannot_write() {
    let (_dir, store) = store().await;
    let readers = store.reader().at_once.as_ref().unwrap();

    let refused = readers.query(&asked("DELETE FROM users RETURNING id", [])).unwrap().unwrap_err();

    assert!(refused.to_string().contains("readonly"), "{refused}");
}

/// Whatever stands in the path, every connection opens the same file, and no other.
#[tokio::test]
async fn a_path_is_no_url() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a%20b#c.db");
    let store = Store::open(&format!("sqlite:{}", path.display())).await.unwrap();

    store.migrate().await.unwrap();
    assert_eq!(count(&store).await, 0);
    store.write.execute_raw(asked(INSERT, ["here".into()])).await.unwrap();
    let walked = store.walker().query_one_raw(asked("SELECT COUNT(*) FROM instance_facts", [])).await.unwrap().unwrap();

    assert_eq!((count(&store).await, walked.try_get_by_index::<i64>(0).unwrap()), (1, 1));
    let names = std::fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| name.starts_with("a%20b#c.db")));
}

async fn count(store: &Store) -> i64 {
    let row = store.reader().query_one_raw(asked("SELECT COUNT(*) FROM instance_facts", [])).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

const INSERT: &str = "INSERT INTO instance_facts (name, value) VALUES ($1, 'x')";

/// A unit that is dropped, or undone by the database itself, leaves nothing; afterwards the next one begins.
#[tokio::test]
async fn a_unit_that_is_not_kept_leaves_nothing() {
    let (_dir, store) = store().await;
    let before = count(&store).await;

    let dropped = store.write.begin(Pace::Long).await.unwrap();
    dropped.execute_raw(asked(INSERT, ["dropped".into()])).await.unwrap();
    drop(dropped);
    let undone = store.write.begin(Pace::Long).await.unwrap();
    undone.execute_raw(asked(INSERT, ["undone".into()])).await.unwrap();
    undone.execute_unprepared("ROLLBACK").await.unwrap();
    let late = undone.execute_raw(asked(INSERT, ["late".into()])).await.unwrap_err();
    let kept = undone.commit().await.unwrap_err();
    assert_eq!(count(&store).await, before);

    let next = store.write.begin(Pace::Long).await.unwrap();
    next.execute_raw(asked(INSERT, ["next".into()])).await.unwrap();
    next.commit().await.unwrap();

    assert!(late.to_string().contains("undone") && kept.to_string().contains("undone"), "{late}, {kept}");
    assert_eq!(count(&store).await, before + 1);
}

/// Units come one after the other, also those of another process; whoever waits too long is told to come again.
#[tokio::test]
async fn while_another_process_writes_a_unit_waits_and_then_comes_again() {
    let (dir, store) = store().await;
    let writer = Writer::open(&file(&dir), Duration::from_millis(50)).unwrap();
    let other = Connection::open(file(&dir)).unwrap();

    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let told = translate(writer.begin(Pace::Long).await.unwrap_err());
    other.execute_batch("ROLLBACK").unwrap();
    let unit = writer.begin(Pace::Long).await.unwrap();
    let second = translate(writer.begin(Pace::Long).await.unwrap_err());
    drop(unit);

    for it in [told, second] {
        assert!(matches!(it, domain::Error::Throttled { .. }), "{it:?}");
    }
    writer.begin(Pace::Long).await.unwrap();
    drop(store);
}

/// A value that must be unique and is there already is told as what it is.
#[tokio::test]
async fn what_is_there_already_is_a_conflict() {
    let (_dir, store) = store().await;

    store.write.execute_raw(asked(INSERT, ["twice".into()])).await.unwrap();
    let second = store.write.execute_raw(asked(INSERT, ["twice".into()])).await.unwrap_err();

    assert!(matches!(translate(second), domain::Error::Conflict(_)));
}

/// To prepare a statement takes longer than most are carried out.
#[tokio::test]
async fn a_statement_is_prepared_once_whatever_its_values() {
    let (dir, _store) = store().await;
    let connection = open(&file(&dir)).unwrap();
    let sql = "SELECT id FROM invitations WHERE org_id = ? AND state = ? ORDER BY id LIMIT ?";

    for limit in 1_i64..4 {
        let statement = asked(sql, ["an organisation".into(), "pending".into(), limit.into()]);
        rows(&connection, &statement).unwrap().unwrap();
    }

    let prepared = connection.prepare_cached(sql).unwrap();
    assert_eq!(prepared.get_status(StatementStatus::Run), 3);
    assert_eq!(prepared.get_status(StatementStatus::RePrepare), 0);
}

/// However many statements a unit has, they are not one turn of the thread.
#[tokio::test]
async fn others_have_a_turn_between_the_statements_of_a_unit() {
    let (_dir, store) = store().await;
    let turns = Arc::new(AtomicUsize::new(0));
    let other = tokio::spawn(counting(turns.clone()));
    let unit = store.write.begin(Pace::Long).await.unwrap();
    let before = turns.load(Ordering::Relaxed);

    for number in 0..2_000 {
        unit.execute_raw(asked(INSERT, [format!("fact {number}").into()])).await.unwrap();
    }

    other.abort();
    assert!(turns.load(Ordering::Relaxed) > before, "nobody else had a turn");
}

/// Where there is one thread, a change that takes long does not keep it to itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn others_have_the_thread_while_a_change_takes_long() {
    let (_dir, store) = store().await;
    let turns = Arc::new(AtomicUsize::new(0));
    let (during, writer) = (turns.clone(), store.clone());

    let other = tokio::spawn(counting(turns));
    let seen = tokio::spawn(async move {
        let before = during.load(Ordering::Relaxed);
        writer.write.query_one_raw(asked(LONG, [])).await.unwrap();
        during.load(Ordering::Relaxed) - before
    });

    assert!(seen.await.unwrap() > 100, "nobody else had the thread");
    other.abort();
}

async fn counting(turns: Arc<AtomicUsize>) {
    loop {
        turns.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
    }
}

/// Whatever is kept of the database counts for as long as its moment does.
#[tokio::test]
async fn a_moment_is_over_with_every_write_by_whichever_connection_and_with_nothing_else() {
    let (dir, store) = store().await;
    let at = || store.moment().unwrap();
    let first = at();
    store.reader().query_one_raw(asked("SELECT COUNT(*) FROM users", [])).await.unwrap();
    assert_eq!(at(), first);

    store.note_fact("one", "1").await.unwrap();
    let second = at();
    assert_ne!(second, first);
    assert_eq!(at(), second);
    let elsewhere = Connection::open(file(&dir)).unwrap();
    elsewhere.execute("INSERT INTO instance_facts (name, value) VALUES ('two', '2')", ()).unwrap();
    let third = at();
    assert!(third != second && third != first);

    let undone = store.begin(OrgId::OPERATOR, Timestamp::from_millis(0)).await.unwrap();
    undone.execute_raw(asked("DELETE FROM instance_facts", [])).await.unwrap();
    drop(undone);
    assert_eq!(at(), third);
}
