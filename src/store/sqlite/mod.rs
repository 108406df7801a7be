//! SQLite without a thread in between: a statement is carried out where it is asked, on connections of our own. To hand it to
//! another thread and back costs several times what most statements do.
//!
//! **Invariant:** there is one connection that writes, and whoever writes has it alone until its unit ends; see `writer`.
//! **Invariant:** no read outside a unit stays here for long: one that takes more than [`STEPS_MAX`] steps is broken off, and
//! carried out once more by whoever may take its time. A statement of a unit takes what it takes, one at a time.

#[cfg(test)]
mod tests;
mod values;
mod writer;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, ErrorCode, StatementStatus};
use sea_orm::{ConnAcquireErr, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use tokio::runtime::{Handle, RuntimeFlavor};

pub use writer::{Pace, Unit, Writer};

/// So many steps of the virtual machine may a read take: about a millisecond.
const STEPS_MAX: i32 = 20_000;
/// So many connections read.
const READERS: usize = 4;
/// So many statements each connection keeps prepared.
const PREPARED_MAX: usize = 256;
/// A statement with more values than that works for a while.
const FEW_VALUES: usize = 200;
/// How every connection to SQLite is set up: what was acknowledged is on disk, and reads wait for no write.
pub(super) const PRAGMAS: [(&str, &str); 4] =
    [("journal_mode", "WAL"), ("foreign_keys", "ON"), ("synchronous", "FULL"), ("temp_store", "MEMORY")];

/// The connections that read, and one that tells whether anything was written.
#[derive(Debug)]
pub struct Readers {
    idle: Mutex<Vec<Connection>>,
    watch: Mutex<Connection>,
}

/// What carries out statements that may change something.
pub trait Carries: Send + Sync {
    /// Carries out a statement.
    fn execute(&self, statement: &Statement) -> impl Future<Output = Result<ExecResult, DbErr>> + Send;
    /// Carries out a statement that answers rows.
    fn query(&self, statement: &Statement) -> impl Future<Output = Result<Vec<QueryResult>, DbErr>> + Send;
}

impl Readers {
    /// Opens them.
    pub(super) fn open(path: &Path) -> Result<Self, DbErr> {
        let reader = |_| {
            let connection = open(path)?;
            connection.pragma_update(None, "query_only", "ON")?;
            connection.progress_handler(STEPS_MAX, Some(|| true))?;
            Ok(connection)
        };
        let all: Result<Vec<Connection>, rusqlite::Error> = (0..READERS).map(reader).collect();
        let idle = Mutex::new(all.map_err(|cause| opening(&cause))?);
        Ok(Self { idle, watch: Mutex::new(open(path).map_err(|cause| opening(&cause))?) })
    }

    /// A number that is another one after every write, whichever connection of whichever process it came by; nothing where it
    /// cannot be told. See `PRAGMA data_version`, which one connection alone answers.
    pub(super) fn data_version(&self) -> Option<i64> {
        let watch = lock(&self.watch);
        let mut asked = watch.prepare_cached("PRAGMA data_version").ok()?;
        asked.query_row((), |row| row.get(0)).ok()
    }

    /// What a statement finds; nothing where it takes too long, or cannot be carried out at once.
    pub(super) fn query(&self, statement: &Statement) -> Option<Result<Vec<QueryResult>, DbErr>> {
        let connection = lock(&self.idle).pop()?;
        let found = rows(&connection, statement);
        lock(&self.idle).push(connection);
        match found {
            Ok(found) => Some(found),
            Err(cause) if is_in_the_way(&cause) => None,
            Err(cause) => Some(Err(DbErr::Query(RuntimeErr::Internal(cause.to_string())))),
        }
    }
}

fn open(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_MAX);
    for (name, value) in PRAGMAS {
        connection.pragma_update(None, name, value)?;
    }
    // Or a statement would be prepared anew for each value that could change its plan, which the limit of a list is, too.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // From now on nobody waits in here for another process: that would keep a thread.
    connection.busy_timeout(Duration::ZERO)?;
    Ok(connection)
}

fn execute(connection: &Connection, statement: &Statement) -> Result<Result<ExecResult, DbErr>, rusqlite::Error> {
    let changed = prepared(connection, statement)?.raw_execute()?;
    Ok(values::changed(changed))
}

fn rows(connection: &Connection, statement: &Statement) -> Result<Result<Vec<QueryResult>, DbErr>, rusqlite::Error> {
    let mut prepared = prepared(connection, statement)?;
    let columns = values::columns(&prepared);
    let mut rows = prepared.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(values::row(row, &columns)?);
    }
    Ok(values::found(found))
}

fn prepared<'c>(connection: &'c Connection, statement: &Statement) -> Result<CachedStatement<'c>, rusqlite::Error> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    // The handler counts the steps of a statement since this.
    prepared.reset_status(StatementStatus::VmStep);
    values::bind(&mut prepared, statement.values.as_ref().map(|it| it.0.as_slice()).unwrap_or_default())?;
    Ok(prepared)
}

fn if_heavy<T>(statement: &Statement, deed: impl FnOnce() -> T) -> T {
    let is_heavy = statement.values.as_ref().is_some_and(|it| it.0.len() > FEW_VALUES);
    if is_heavy { patiently(deed) } else { deed() }
}

/// Does something that takes its time, such as waiting for the disk, while others do the work of this thread.
fn patiently<T>(deed: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|it| it.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(deed),
        Ok(_) | Err(_) => deed(),
    }
}

/// True where somebody else has to carry the statement out.
fn is_in_the_way(cause: &rusqlite::Error) -> bool {
    cause.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) || is_busy(cause)
}

fn is_busy(cause: &rusqlite::Error) -> bool {
    matches!(cause.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn opening(cause: &rusqlite::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(cause.to_string()))
}

fn executing(cause: &rusqlite::Error) -> DbErr {
    if is_busy(cause) {
        return DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
    }
    DbErr::Exec(RuntimeErr::Internal(cause.to_string()))
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
