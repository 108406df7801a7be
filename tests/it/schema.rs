//! The schema as it stands after every change, for both databases, checked in so that a review sees DDL.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::harness::database::{Cluster, fresh, on_postgres};

/// Run with `UPDATE_SCHEMA=1` to write the dump anew after adding a migration.
#[test]
fn the_dumped_schema_is_the_one_that_the_migrations_make() {
    let dir = TempDir::new().unwrap();
    let url = fresh(dir.path());

    let (dumped, name) = if on_postgres() {
        (postgres_schema(&Cluster::running().dump(&url)), "schema.postgres.sql")
    } else {
        (sqlite_schema(&dir.path().join("doorward.db")), "schema.sqlite.sql")
    };

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(name);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&file, &dumped).unwrap();
    }
    assert_eq!(dumped, std::fs::read_to_string(&file).unwrap_or_default(), "{} is out of date", file.display());
}

/// Every table of an organisation can be distributed by it: its keys, and every unique index, lead with `org_id`.
#[test]
fn every_key_of_an_organisations_table_leads_with_the_organisation() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/schema.sqlite.sql");
    let schema = std::fs::read_to_string(file).unwrap();
    let tables = schema.split(";\n").filter(|it| it.contains("CREATE TABLE") && it.contains("org_id "));
    let names: Vec<&str> = tables.clone().map(|it| it.split_whitespace().nth(2).unwrap()).collect();

    for table in tables {
        assert!(table.contains("PRIMARY KEY (org_id"), "{table}");
    }
    for index in schema.split(";\n").filter(|it| it.contains("CREATE UNIQUE INDEX")) {
        let on = index.split(" ON ").nth(1).unwrap();
        let of_organisation = names.iter().any(|name| on.starts_with(&format!("{name} ")));
        assert!(!of_organisation || on.contains("(org_id"), "{index}");
    }
    assert!(names.len() >= 15, "{names:?}");
}

fn sqlite_schema(path: &Path) -> String {
    let script = "import sqlite3,sys\n\
                  for r in sqlite3.connect(sys.argv[1]).execute(\"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL \
                  AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'seaql_%' ORDER BY tbl_name, type DESC, name\"): print(r[0]+';')";
    let dumped = Command::new("python3").args(["-c", script]).arg(path).output().unwrap();
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    String::from_utf8(dumped.stdout).unwrap()
}

/// The statements of `pg_dump` without its settings, comments and the table of applied changes.
fn postgres_schema(dump: &str) -> String {
    let mut kept = String::new();
    for statement in dump.split(";\n") {
        let lines =
            statement.lines().filter(|it| !it.starts_with("--") && !it.starts_with('\\') && !it.trim().is_empty());
        let text: Vec<&str> = lines.collect();
        let text = text.join("\n");
        let is_schema = text.starts_with("CREATE") || text.starts_with("ALTER");
        if is_schema && !text.contains("seaql_migrations") {
            writeln!(kept, "{text};").unwrap();
        }
    }
    kept
}
