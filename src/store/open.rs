//! Opening the database: pools, pragmas, version checks and migrations.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use anyhow::Context as _;
use migrations::Migrator;
use migrations::MigratorTrait as _;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use super::audit_seals::Unsealed;
use super::error::translate;
use super::sqlite::{PRAGMAS, Readers, Writer};
use super::ways::{ReadWay, WriteWay};
use crate::domain::Error;
use crate::domain::role::RoleModel;

/// SQLite before 3.51.3 can lose commits when the WAL is reset.
const SQLITE_AT_LEAST: [u32; 3] = [3, 51, 3];
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// So many lists that no index helps with run at a time; the others wait for their turn, and for as long as for any
/// connection.
const WALKERS: u32 = 1;
const ACQUIRE: Duration = Duration::from_secs(5);
/// A connection that was not used for so long is asked whether it still is one before it is used.
const IDLE: Duration = Duration::from_secs(1);
/// Keys of advisory locks that are not an organisation.
const MIGRATION_LOCK: i64 = 0x646f_6f72_7761_7264;

/// The database, shared by everything that runs.
#[derive(Clone)]
pub struct Store {
    pub(super) write: WriteWay,
    pub(super) read: Arc<ReadWay>,
    walk: Arc<ReadWay>,
    models: Arc<RwLock<HashMap<String, Arc<RoleModel>>>>,
    /// The organisations whose audit has rows without a link.
    pub unsealed: Unsealed,
}

/// A moment of the database: as long as it is the same one, nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(i64);

/// A schema change and whether it has been applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The name of the change.
    pub name: String,
    /// True when the database has it.
    pub is_applied: bool,
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…`; creates a missing SQLite file with mode 0600.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let (write, read, walk) = match url.strip_prefix("sqlite:") {
            Some(path) => open_sqlite(path).await?,
            None => {
                let pool = open_postgres(url).await?;
                let walk = connect(walking(postgres_options(url, WALKERS))).await?;
                let read = ReadWay { at_once: None, pool: pool.clone() };
                (WriteWay::Postgres(pool), read, ReadWay { at_once: None, pool: walk })
            }
        };
        Ok(Self {
            write,
            read: Arc::new(read),
            walk: Arc::new(walk),
            models: Arc::default(),
            unsealed: Unsealed::default(),
        })
    }

    /// True for the embedded database.
    pub fn is_embedded(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Sqlite
    }

    /// Where reads go that need no unit of work.
    pub fn reader(&self) -> &ReadWay {
        &self.read
    }

    /// The present moment of the database; `None` where it cannot be told for less than what a read takes, as on PostgreSQL.
    pub fn moment(&self) -> Option<Moment> {
        self.read.at_once.as_ref()?.data_version().map(Moment)
    }

    /// Where reads go that look at every row of an organisation, so that however many there are, they take neither the
    /// connections nor more than their share of the cores from a sign-in.
    pub fn walker(&self) -> &ReadWay {
        &self.walk
    }

    /// Applies what is missing; on PostgreSQL one node does it while others wait.
    pub async fn migrate(&self) -> Result<(), Error> {
        let db = &self.read.pool;
        if self.is_embedded() {
            return Migrator::up(db, None).await.map_err(translate);
        }
        // The lock lives on a connection of its own, inside a transaction that ends with it.
        let holder = sea_orm::TransactionTrait::begin(db).await.map_err(translate)?;
        let lock = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT set_config('lock_timeout', '0', true), pg_advisory_xact_lock($1)",
            [MIGRATION_LOCK.into()],
        );
        holder.query_one_raw(lock).await.map_err(translate)?;
        let done = Migrator::up(db, None).await.map_err(translate);
        holder.rollback().await.map_err(translate)?;
        done
    }

    /// Every schema change of this version and whether the database has it.
    pub async fn migrations(&self) -> Result<Vec<Pending>, Error> {
        let waiting = Migrator::get_pending_migrations(&self.read.pool).await.map_err(translate)?;
        let waiting: Vec<String> = waiting.iter().map(|it| it.name().to_owned()).collect();
        let known = Migrator::migrations();
        Ok(known
            .iter()
            .map(|it| Pending { name: it.name().to_owned(), is_applied: !waiting.iter().any(|name| name == it.name()) })
            .collect())
    }

    /// Ends the pools; a connection of our own ends with whoever uses it last. What was acknowledged is on disk.
    pub async fn close(self) -> Result<(), Error> {
        self.walk.pool.clone().close().await.map_err(translate)?;
        self.read.pool.clone().close().await.map_err(translate)
    }

    /// Answers whether the database can be reached.
    pub async fn ping(&self) -> Result<(), Error> {
        self.read.pool.ping().await.map_err(translate)
    }

    /// The role model that an organisation's text stands for; parsed once per text.
    pub(super) fn model(&self, text: &str) -> Result<Arc<RoleModel>, Error> {
        let poisoned = || Error::Internal(anyhow::anyhow!("the cache of role models was abandoned by a panic"));
        if let Some(model) = self.models.read().map_err(|_| poisoned())?.get(text) {
            return Ok(Arc::clone(model));
        }
        let parsed = RoleModel::parse(text)
            .map_err(|problems| Error::Internal(anyhow::anyhow!("a stored role model is not valid: {problems:?}")))?;
        let parsed = Arc::new(parsed);
        let mut models = self.models.write().map_err(|_| poisoned())?;
        if models.len() >= 1_000 {
            models.clear();
        }
        models.insert(text.to_owned(), Arc::clone(&parsed));
        Ok(parsed)
    }
}

async fn open_sqlite(path: &str) -> Result<(WriteWay, ReadWay, ReadWay), Error> {
    create_private(Path::new(path))?;
    let pool = connect(sqlite_options(path, SQLITE_READERS)).await?;
    let version: String = scalar(&pool, "SELECT sqlite_version()").await?;
    check_sqlite_version(&version)?;
    let walk = connect(walking(sqlite_options(path, WALKERS))).await?;
    let writer = Writer::open(Path::new(path), ACQUIRE).map_err(translate)?;
    let at_once = Some(Readers::open(Path::new(path)).map_err(translate)?);
    Ok((WriteWay::Sqlite(writer), ReadWay { at_once, pool }, ReadWay { at_once: None, pool: walk }))
}

/// The path is that of every other connection, which is read as a URL by none.
fn sqlite_options(path: &str, connections: u32) -> ConnectOptions {
    let mut options = quiet("sqlite:", connections);
    let path = path.to_owned();
    options.map_sqlx_sqlite_opts(move |it| {
        let it = it.filename(&path).busy_timeout(ACQUIRE);
        PRAGMAS.iter().fold(it, |it, (name, value)| it.pragma(*name, *value))
    });
    options
}

/// Connections that are opened when the first walk needs one.
fn walking(mut options: ConnectOptions) -> ConnectOptions {
    options.connect_lazy(true);
    options
}

fn postgres_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = quiet(url, connections);
    options.map_sqlx_postgres_opts(|it| {
        it.application_name("doorward").options([
            ("statement_timeout", "10s"),
            ("lock_timeout", "3s"),
            ("idle_in_transaction_session_timeout", "15s"),
        ])
    });
    options
}

async fn open_postgres(url: &str) -> Result<DatabaseConnection, Error> {
    let pool = connect(postgres_options(url, POSTGRES_CONNECTIONS)).await?;
    let durable: String = scalar(&pool, "SHOW synchronous_commit").await?;
    if durable == "off" {
        return Err(Error::Internal(anyhow::anyhow!(
            "synchronous_commit is off, so an acknowledged write could be lost; set it to on for this database"
        )));
    }
    Ok(pool)
}

fn quiet(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(connections).acquire_timeout(ACQUIRE).test_before_acquire_if_idle_for(IDLE);
    options.sqlx_logging(false).record_stmt_in_spans(false);
    options
}

async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, Error> {
    Ok(Database::connect(options).await.context("the database cannot be opened; check DOORWARD_DATABASE_URL")?)
}

async fn scalar(db: &DatabaseConnection, sql: &str) -> Result<String, Error> {
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .map_err(translate)?
        .context("the database answered nothing")?;
    row.try_get_by_index(0).map_err(translate)
}

/// Makes the file of a database that is not there yet. One that is there is not opened: the system lets go of every lock that a
/// process has on a file when the process closes it once, those of SQLite included, and another process would take away
/// what is being written.
fn create_private(path: &Path) -> Result<(), Error> {
    let mut open = std::fs::OpenOptions::new();
    open.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    match open.open(path) {
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop).with_context(|| format!("the database file {} cannot be made", path.display())),
    }?;
    Ok(())
}

fn check_sqlite_version(version: &str) -> Result<(), Error> {
    let parts: Vec<u32> = version.split('.').filter_map(|it| it.parse().ok()).collect();
    if parts.as_slice() < SQLITE_AT_LEAST.as_slice() {
        return Err(refuse_sqlite(version));
    }
    Ok(())
}

fn refuse_sqlite(version: &str) -> Error {
    Error::Internal(anyhow::anyhow!("SQLite {version} can lose commits; this build needs 3.51.3 or later"))
}
