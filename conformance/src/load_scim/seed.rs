//! Rows put beside the server, where pushing them would take longer than what is measured: copies of a user who was pushed.
//!
//! **Invariant:** a copy is the pushed row with another id, name, external id, address and moment, so that it stays what the
//! server itself writes whatever columns there are.

use std::ops::RangeInclusive;

use anyhow::{Context, bail};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

/// The name of the user who is copied; it stands in every text of theirs that tells them from others.
pub const TEMPLATE: &str = "template-of-all";
/// By so much is a copy older than the one before it: 100,000 of them came within a year.
const AGE_MS: u32 = 5 * 60 * 1000;
/// What tells when somebody came.
const MOMENTS: [&str; 3] = ["at", "created_at", "updated_at"];

/// A connection of our own to the database of the instance, for the rows of one organisation.
pub struct Database {
    connection: Connection,
    /// The id of the organisation, as SQL.
    org: String,
}

enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// What is copied of a template: the rows of a table that tell of it, each with another id in this column.
struct Rows<'a> {
    table: &'a str,
    /// The column of the id.
    id: &'a str,
    /// A condition that only these rows meet.
    of: String,
    /// What the text of an id stands in, beside the column.
    named_in: &'a str,
    /// By so much is a copy older than the one before it.
    age_ms: u32,
}

/// The id of the copy with this number.
pub fn id(number: usize) -> String {
    format!("01900000-0000-7000-8000-{number:012x}")
}

/// What stands for the name of the template in the copy with this number.
pub fn name(number: usize) -> String {
    format!("p{number}")
}

impl Database {
    /// Opens it.
    pub async fn open(url: &str, slug: &str) -> anyhow::Result<Self> {
        let connection = if url.starts_with("sqlite:") {
            Connection::Sqlite(SqliteConnection::connect(url).await?)
        } else {
            Connection::Postgres(PgConnection::connect(url).await?)
        };
        Ok(Self { connection, org: format!("(SELECT id FROM organisations WHERE slug = '{slug}')") })
    }

    /// Makes the copies of the template with these numbers: their addresses and what they hold by hand.
    pub async fn copy_users(&mut self, numbers: RangeInclusive<usize>) -> anyhow::Result<()> {
        for (table, id) in [("users", "id"), ("user_emails", "user_id"), ("grants", "user_id")] {
            let of = format!("{table}.{id} = {}", self.template());
            self.copy(&Rows { table, id, of, named_in: "", age_ms: AGE_MS }, &numbers).await?;
        }
        Ok(())
    }

    /// Makes as many copies of the record of how the template came. They are of these minutes, so that the server seals them.
    pub async fn copy_records(&mut self, numbers: RangeInclusive<usize>) -> anyhow::Result<()> {
        let (org, id) = (&self.org, self.text_of(&self.template()));
        let first = format!("(SELECT id FROM audit WHERE org_id = {org} AND target_id = {id} ORDER BY at, id LIMIT 1)");
        let rows =
            Rows { table: "audit", id: "id", of: format!("audit.id = {first}"), named_in: "target_id", age_ms: 1 };
        self.copy(&rows, &numbers).await
    }

    /// Puts the copies with these numbers into a group.
    pub async fn join(&mut self, group: &str, copies: RangeInclusive<usize>) -> anyhow::Result<()> {
        let rows = format!("SELECT org_id, id, {}, 0 FROM groups, numbers", self.id_of_number());
        let group = format!("groups.org_id = {} AND groups.display_name = '{group}'", self.org);
        let into = "INSERT INTO members (org_id, group_id, user_id, since)";
        self.run(format!("{} {into} {rows} WHERE {group}", in_table(&copies))).await
    }

    /// Closes. A PostgreSQL server tells its planner by itself what is there after so many rows, within minutes; here nobody
    /// waits for that. On SQLite nobody tells it.
    pub async fn close(mut self) -> anyhow::Result<()> {
        if matches!(self.connection, Connection::Postgres(_)) {
            self.run("VACUUM ANALYZE".to_owned()).await?;
        }
        match self.connection {
            Connection::Sqlite(connection) => connection.close().await?,
            Connection::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }

    /// The id of the template, as SQL.
    fn template(&self) -> String {
        let named = format!("user_name_key = '{TEMPLATE}@load.example'");
        format!("(SELECT id FROM users WHERE org_id = {} AND {named})", self.org)
    }

    async fn copy(&mut self, rows: &Rows<'_>, numbers: &RangeInclusive<usize>) -> anyhow::Result<()> {
        let Rows { table, id, of, .. } = rows;
        let columns = self.columns(table).await?;
        if !columns.iter().any(|(name, _)| name == id) {
            bail!("the table {table} has no column {id}");
        }
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let values: Vec<String> = columns.iter().map(|(name, kind)| self.copied(rows, name, kind)).collect();
        let (names, values) = (names.join(", "), values.join(", "));
        let found = format!("SELECT {values} FROM {table}, numbers WHERE {table}.org_id = {} AND {of}", self.org);
        self.run(format!("{} INSERT INTO {table} ({names}) {found}", in_table(numbers))).await
    }

    /// What a column of the copy holds.
    fn copied(&self, rows: &Rows<'_>, name: &str, kind: &str) -> String {
        let replaced = |text: &str| format!("replace({text}, '{TEMPLATE}', 'p' || numbers.n)");
        if name == rows.id {
            return self.id_of_number();
        }
        if name == rows.named_in {
            return self.text_of(&self.id_of_number());
        }
        if MOMENTS.contains(&name) {
            return format!("\"{name}\" - CAST(numbers.nth AS bigint) * {}", rows.age_ms);
        }
        match kind.to_lowercase().as_str() {
            "text" => replaced(&format!("\"{name}\"")),
            "jsonb" => format!("CAST({} AS jsonb)", replaced(&format!("CAST(\"{name}\" AS text)"))),
            _ => format!("\"{name}\""),
        }
    }

    fn id_of_number(&self) -> String {
        let head = id(0).replace('-', "");
        let head = head.strip_suffix("000000000000").unwrap_or_default();
        match self.connection {
            Connection::Sqlite(_) => format!("unhex('{head}' || printf('%012x', numbers.n))"),
            Connection::Postgres(_) => format!("CAST('{head}' || lpad(to_hex(numbers.n), 12, '0') AS uuid)"),
        }
    }

    /// An id as the text that stands for it.
    fn text_of(&self, id: &str) -> String {
        let part = |from: u8, length: u8| format!("substr(lower(hex({id})), {from}, {length})");
        match self.connection {
            Connection::Sqlite(_) => {
                [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ")
            }
            Connection::Postgres(_) => format!("CAST({id} AS text)"),
        }
    }

    async fn columns(&mut self, table: &str) -> anyhow::Result<Vec<(String, String)>> {
        let columns = match &mut self.connection {
            Connection::Sqlite(connection) => {
                let query = sqlx::query_as("SELECT name, type FROM pragma_table_info(?)");
                query.bind(table).fetch_all(connection).await
            }
            Connection::Postgres(connection) => {
                let query = sqlx::query_as(
                    "SELECT column_name::text, data_type::text FROM information_schema.columns \
                     WHERE table_schema = 'public' AND table_name = $1",
                );
                query.bind(table).fetch_all(connection).await
            }
        };
        columns.with_context(|| format!("the columns of {table}"))
    }

    async fn run(&mut self, sql: String) -> anyhow::Result<()> {
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)?;
            }
            Connection::Postgres(connection) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)?;
            }
        }
        Ok(())
    }
}

/// These numbers as a table, each with its place among them: by that the copies grow older, wherever the numbers begin.
fn in_table(numbers: &RangeInclusive<usize>) -> String {
    let (first, last) = (numbers.start(), numbers.end());
    format!(
        "WITH RECURSIVE numbers(n, nth) AS \
         (SELECT {first}, 1 UNION ALL SELECT n + 1, nth + 1 FROM numbers WHERE n < {last})"
    )
}
