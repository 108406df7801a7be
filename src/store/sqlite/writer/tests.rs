use sea_orm::DbBackend;
use tempfile::TempDir;

use super::*;

/// A file with a table whose rows must, at the end of a transaction, name one another.
fn opened() -> (TempDir, Writer, Connection) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("doorward.db");
    let other = super::super::open(&path).unwrap();
    other
        .execute_batch(
            "CREATE TABLE facts (name TEXT PRIMARY KEY, of TEXT REFERENCES facts DEFERRABLE INITIALLY DEFERRED)",
        )
        .unwrap();
    let writer = Writer::open(&path, Duration::from_secs(5)).unwrap();
    (dir, writer, other)
}

async fn begun(writer: &Writer, name: &str) -> Unit {
    let unit = writer.begin(Pace::Brief).await.unwrap();
    note(&unit, &format!("INSERT INTO facts (name) VALUES ('{name}')")).await;
    unit
}

async fn note(unit: &Unit, sql: &str) {
    unit.execute(&Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
}

/// What is kept, as every other connection sees it.
fn names(other: &Connection) -> Vec<String> {
    let mut names = other.prepare("SELECT name FROM facts ORDER BY name").unwrap();
    names.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Ends a brief unit while the next one waits: what becomes of the first, and the second, which has begun.
async fn passed_on(writer: &Writer, first: Unit, next: Pace) -> (tokio::task::JoinHandle<Result<(), DbErr>>, Unit) {
    let waiter = tokio::spawn({
        let writer = writer.clone();
        async move { writer.begin(next).await.unwrap() }
    });
    while writer.waiting.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let kept = tokio::spawn(first.commit());
    (kept, waiter.await.unwrap())
}

/// While others wait, one commit keeps them all, and none is called kept before.
#[tokio::test]
async fn brief_units_are_kept_together() {
    let (_dir, writer, other) = opened();

    let (first, second) = passed_on(&writer, begun(&writer, "first").await, Pace::Brief).await;
    note(&second, "INSERT INTO facts (name) VALUES ('second')").await;
    assert!(!first.is_finished());
    assert_eq!(names(&other), Vec::<String>::new());
    second.commit().await.unwrap();

    assert_eq!(names(&other), ["first", "second"]);
    first.await.unwrap().unwrap();
}

/// Whoever undoes what it did undoes nothing of those before it.
#[tokio::test]
async fn a_unit_is_undone_alone() {
    let (_dir, writer, other) = opened();

    let (first, second) = passed_on(&writer, begun(&writer, "first").await, Pace::Brief).await;
    note(&second, "UPDATE facts SET name = 'changed'").await;
    drop(second);

    first.await.unwrap().unwrap();
    assert_eq!(names(&other), ["first"]);
}

/// Nobody waits for a unit that may take long.
#[tokio::test]
async fn what_is_done_is_kept_before_a_long_unit_begins() {
    let (_dir, writer, other) = opened();

    let (first, long) = passed_on(&writer, begun(&writer, "first").await, Pace::Long).await;

    assert_eq!(names(&other), ["first"]);
    first.await.unwrap().unwrap();
    drop(long);
}

/// Nor does a unit that took long wait for those after it.
#[tokio::test]
async fn a_long_unit_is_kept_when_it_ends() {
    let (_dir, writer, other) = opened();
    let long = writer.begin(Pace::Long).await.unwrap();
    note(&long, "INSERT INTO facts (name) VALUES ('long')").await;

    let (long, next) = passed_on(&writer, long, Pace::Brief).await;

    assert_eq!(names(&other), ["long"]);
    long.await.unwrap().unwrap();
    drop(next);
}

/// What one commit cannot keep is undone, and everybody hears of it who shared it.
#[tokio::test]
async fn what_cannot_be_kept_is_told_to_all() {
    let (_dir, writer, other) = opened();

    let (first, second) = passed_on(&writer, begun(&writer, "first").await, Pace::Brief).await;
    note(&second, "INSERT INTO facts (name, of) VALUES ('second', 'nobody')").await;
    let told = [second.commit().await, first.await.unwrap()];

    for it in told {
        assert!(it.unwrap_err().to_string().contains("FOREIGN KEY"));
    }
    assert_eq!(names(&other), Vec::<String>::new());
    begun(&writer, "next").await.commit().await.unwrap();
    assert_eq!(names(&other), ["next"]);
}

/// Where the disk is full, SQLite itself undoes the transaction.
#[tokio::test]
async fn what_the_database_undoes_is_not_called_kept() {
    let (_dir, writer, other) = opened();

    let (first, second) = passed_on(&writer, begun(&writer, "first").await, Pace::Brief).await;
    note(&second, "ROLLBACK").await;
    drop(second);

    assert!(first.await.unwrap().unwrap_err().to_string().contains("undone"));
    begun(&writer, "next").await.commit().await.unwrap();
    assert_eq!(names(&other), ["next"]);
}

/// Nothing stays open when everybody who shared the transaction has hung up.
#[tokio::test]
async fn what_is_done_is_kept_though_nobody_waits_for_it() {
    let (_dir, writer, other) = opened();

    let (first, second) = passed_on(&writer, begun(&writer, "first").await, Pace::Brief).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    drop(second);
    drop(writer.turn().await.unwrap());

    assert_eq!(names(&other), ["first"]);
    other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").unwrap();
}

/// Many at once: each is kept, whoever it shares its commit with, and whoever gives up leaves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_each_is_kept_that_was_called_kept() {
    let (_dir, writer, other) = opened();

    let units = (0..300).map(|number| {
        let writer = writer.clone();
        tokio::spawn(async move {
            let unit = begun(&writer, &format!("{number:03}")).await;
            match number % 3 {
                0 => drop(unit),
                _ => unit.commit().await.unwrap(),
            }
        })
    });
    for unit in units.collect::<Vec<_>>() {
        unit.await.unwrap();
    }

    let expected: Vec<String> = (0..300).filter(|it| it % 3 != 0).map(|it| format!("{it:03}")).collect();
    assert_eq!(names(&other), expected);
}
