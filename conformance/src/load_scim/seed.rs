//! Rows put beside the server, where pushing them would take longer than what is measured: copies of a user who was pushed.
//!
//! **Invariant:** a copy is the pushed row with another id, name, external id and address, so that it stays what the server
//! itself writes whatever columns there are.

use anyhow::{Context, bail};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

/// The name of the user who is copied; it stands in every text of theirs that tells them from others.
pub const TEMPLATE: &str = "template-of-all";

/// A connection of our own to the database of the instance.
pub enum Database {
    /// A file.
    Sqlite(SqliteConnection),
    /// A server.
    Postgres(PgConnection),
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
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        if url.starts_with("sqlite:") {
            return Ok(Self::Sqlite(SqliteConnection::connect(url).await?));
        }
        Ok(Self::Postgres(PgConnection::connect(url).await?))
    }

    /// Copies the template so many times, with its addresses.
    pub async fn copy_users(&mut self, copies: usize) -> anyhow::Result<()> {
        let template = format!("(SELECT id FROM users WHERE user_name_key = '{TEMPLATE}@load.example')");
        self.copy("users", "id", &template, copies).await?;
        self.copy("user_emails", "user_id", &template, copies).await
    }

    /// Puts the copies with these numbers into a group.
    pub async fn join(&mut self, group: &str, copies: usize) -> anyhow::Result<()> {
        let rows = format!("SELECT org_id, id, {}, 0 FROM groups, numbers", self.id_of_number());
        let group = format!("groups.display_name = '{group}'");
        let into = "INSERT INTO members (org_id, group_id, user_id, since)";
        self.run(format!("{} {into} {rows} WHERE {group}", numbers(copies))).await
    }

    /// Tells the planner what is there now, and closes. A PostgreSQL server cleans up by itself after so many rows, within
    /// minutes; here nobody waits for that.
    pub async fn close(mut self) -> anyhow::Result<()> {
        let settle = if matches!(self, Self::Postgres(_)) { "VACUUM ANALYZE" } else { "ANALYZE" };
        self.run(settle.to_owned()).await?;
        match self {
            Self::Sqlite(connection) => connection.close().await?,
            Self::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }

    async fn copy(&mut self, table: &str, id_column: &str, template: &str, copies: usize) -> anyhow::Result<()> {
        let columns = self.columns(table).await?;
        if !columns.iter().any(|(name, _)| name == id_column) {
            bail!("the table {table} has no column {id_column}");
        }
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let values: Vec<String> = columns.iter().map(|(name, kind)| self.copied(id_column, name, kind)).collect();
        let (names, values) = (names.join(", "), values.join(", "));
        let rows = format!("SELECT {values} FROM {table}, numbers WHERE {table}.{id_column} = {template}");
        self.run(format!("{} INSERT INTO {table} ({names}) {rows}", numbers(copies))).await
    }

    /// What a column of the copy holds.
    fn copied(&self, id_column: &str, name: &str, kind: &str) -> String {
        let replaced = |text: &str| format!("replace({text}, '{TEMPLATE}', 'p' || numbers.n)");
        if name == id_column {
            return self.id_of_number();
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
        match self {
            Self::Sqlite(_) => format!("unhex('{head}' || printf('%012x', numbers.n))"),
            Self::Postgres(_) => format!("CAST('{head}' || lpad(to_hex(numbers.n), 12, '0') AS uuid)"),
        }
    }

    async fn columns(&mut self, table: &str) -> anyhow::Result<Vec<(String, String)>> {
        let columns = match self {
            Self::Sqlite(connection) => {
                let query = sqlx::query_as("SELECT name, type FROM pragma_table_info(?)");
                query.bind(table).fetch_all(connection).await
            }
            Self::Postgres(connection) => {
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
        match self {
            Self::Sqlite(connection) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(|_| ())?,
            Self::Postgres(connection) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(|_| ())?,
        }
        Ok(())
    }
}

/// The numbers from one to this as a table.
fn numbers(count: usize) -> String {
    format!("WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})")
}
