//! The connection that writes, and its units of work.
//!
//! To have something on disk takes longer than most units: while others wait for their turn, a brief unit that is done lets
//! them go on in the same transaction, and one commit keeps them all.
//!
//! **Invariant:** no unit is called kept before the commit that keeps it is on disk.
//! **Invariant:** a unit that is undone takes no other with it, and no brief one waits for one that takes long.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;
use sea_orm::{ConnAcquireErr, DbErr, ExecResult, QueryResult, Statement};
use tokio::sync::{OwnedMutexGuard, oneshot};
use tokio::task::coop::consume_budget;
use tokio::time::{Instant, sleep, timeout};

use super::{Carries, executing, if_heavy, is_busy, lock, opening, patiently};

/// So much of the file it keeps, in KiB (a negative number of them): the pages of the indexes that each unit writes to.
const CACHE_KIB: i64 = -16 * 1024;
/// How often a writer looks whether another process still writes.
const POLL_EVERY: Duration = Duration::from_millis(2);

/// The connection that writes.
#[derive(Debug, Clone)]
pub struct Writer {
    line: Arc<tokio::sync::Mutex<Line>>,
    /// So many wait for their turn.
    waiting: Arc<AtomicUsize>,
    patience: Duration,
}

/// How long a unit takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// A few statements about a few rows, with nothing else in between.
    Brief,
    /// Whatever it is: it begins when those before it are kept, and is kept when it ends.
    Long,
}

/// A unit of work on the connection that writes; dropped, it undoes everything.
#[derive(Debug)]
pub struct Unit(Mutex<Option<OwnedMutexGuard<Line>>>);

#[derive(Debug)]
pub(super) struct Line {
    connection: Connection,
    waiting: Arc<AtomicUsize>,
    /// Of the unit that has its turn.
    pace: Pace,
    /// Those that are done in the transaction that is open, and not yet kept.
    done: Vec<oneshot::Sender<Result<(), DbErr>>>,
}

/// Somebody who waits for a turn.
struct Waiting<'w>(&'w AtomicUsize);

impl Writer {
    /// Opens it. Whoever waits for it longer than `patience` is told to come again.
    pub(in crate::store) fn open(path: &Path, patience: Duration) -> Result<Self, DbErr> {
        let connection = super::open(path).map_err(|cause| opening(&cause))?;
        connection.pragma_update(None, "cache_size", CACHE_KIB).map_err(|cause| opening(&cause))?;
        let waiting = Arc::<AtomicUsize>::default();
        let line = Line { connection, waiting: Arc::clone(&waiting), pace: Pace::Long, done: Vec::new() };
        Ok(Self { line: Arc::new(tokio::sync::Mutex::new(line)), waiting, patience })
    }

    /// Begins a unit; while another process writes, it is tried again.
    pub(in crate::store) async fn begin(&self, pace: Pace) -> Result<Unit, DbErr> {
        let until = Instant::now() + self.patience;
        let mut line = self.turn().await?;
        if pace == Pace::Long && line.is_open() {
            patiently(|| line.commit());
        }
        if line.is_open() {
            line.run("SAVEPOINT unit").map_err(|cause| executing(&cause))?;
        } else {
            while let Err(cause) = line.run("BEGIN IMMEDIATE") {
                if !is_busy(&cause) || Instant::now() >= until {
                    return Err(executing(&cause));
                }
                sleep(POLL_EVERY).await;
            }
        }
        line.pace = pace;
        Ok(Unit(Mutex::new(Some(line))))
    }

    async fn turn(&self) -> Result<OwnedMutexGuard<Line>, DbErr> {
        let _waiting = Waiting::new(&self.waiting);
        let turn = timeout(self.patience, Arc::clone(&self.line).lock_owned()).await;
        turn.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
    }

    async fn alone<T>(
        &self,
        deed: impl FnOnce(&Connection) -> Result<Result<T, DbErr>, rusqlite::Error> + Send,
    ) -> Result<T, DbErr> {
        let unit = self.begin(Pace::Long).await?;
        let done = unit.with(|line| patiently(|| deed(&line.connection)))??;
        unit.commit().await?;
        Ok(done)
    }
}

impl Unit {
    /// Keeps everything; what cannot be kept is undone.
    pub(in crate::store) async fn commit(self) -> Result<(), DbErr> {
        let kept = self.end()?;
        kept.await.unwrap_or_else(|_| Err(undone()))
    }

    /// Gives the turn to the next one; what is answered tells whether all this is kept.
    fn end(self) -> Result<oneshot::Receiver<Result<(), DbErr>>, DbErr> {
        self.with(|line| if line.is_first() { Ok(()) } else { line.run("RELEASE unit") })?;
        let mut line = lock(&self.0).take().ok_or_else(undone)?;
        let (done, kept) = oneshot::channel();
        line.done.push(done);
        if line.pace == Pace::Long || line.waiting.load(Ordering::Relaxed) == 0 {
            patiently(|| line.commit());
        } else if line.done.len() == 1 {
            tokio::spawn(close(Arc::clone(OwnedMutexGuard::mutex(&line))));
        }
        Ok(kept)
    }

    fn with<T>(&self, deed: impl FnOnce(&Line) -> Result<T, rusqlite::Error>) -> Result<T, DbErr> {
        match lock(&self.0).as_deref() {
            // SQLite itself undoes a transaction where, say, the disk is full; nothing may come after that as if it went on.
            Some(line) if line.is_open() => deed(line).map_err(|cause| executing(&cause)),
            Some(_) | None => Err(undone()),
        }
    }
}

/// Each statement is a unit of its own, which may take long.
impl Carries for Writer {
    async fn execute(&self, statement: &Statement) -> Result<ExecResult, DbErr> {
        self.alone(|connection| super::execute(connection, statement)).await
    }

    async fn query(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.alone(|connection| super::rows(connection, statement)).await
    }
}

/// Others have a turn in between, or a loop of statements would be one.
impl Carries for Unit {
    async fn execute(&self, statement: &Statement) -> Result<ExecResult, DbErr> {
        consume_budget().await;
        self.with(|line| if_heavy(statement, || super::execute(&line.connection, statement)))?
    }

    async fn query(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        consume_budget().await;
        self.with(|line| if_heavy(statement, || super::rows(&line.connection, statement)))?
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        let Some(mut line) = lock(&self.0).take() else { return };
        if line.is_first() {
            return line.undo();
        }
        let alone = line.run("ROLLBACK TO unit").and_then(|()| line.run("RELEASE unit"));
        if let Err(failure) = alone {
            tracing::error!(failure = %failure, "a unit of work is undone, and with it those it shares a transaction with");
            line.undo();
        }
    }
}

impl Line {
    fn is_open(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// True where nobody before shares the transaction.
    fn is_first(&self) -> bool {
        self.done.is_empty()
    }

    fn run(&self, sql: &str) -> Result<(), rusqlite::Error> {
        self.connection.prepare_cached(sql)?.execute(()).map(drop)
    }

    /// Keeps those that are done, or undoes them all, and tells them.
    fn commit(&mut self) {
        match self.run("COMMIT") {
            Ok(()) => self.done.drain(..).for_each(|it| drop(it.send(Ok(())))),
            Err(cause) => {
                for it in self.done.drain(..) {
                    drop(it.send(Err(executing(&cause))));
                }
                self.undo();
            }
        }
    }

    /// Undoes the transaction; whoever is done in it hears that it is not kept.
    fn undo(&mut self) {
        self.done.clear();
        if self.is_open()
            && let Err(failure) = self.run("ROLLBACK")
        {
            tracing::error!(failure = %failure, "a unit of work cannot be undone");
        }
    }
}

impl<'w> Waiting<'w> {
    fn new(all: &'w AtomicUsize) -> Self {
        all.fetch_add(1, Ordering::Relaxed);
        Self(all)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Keeps those that are done, after whoever waits now has had a turn, whatever becomes of all of them.
async fn close(line: Arc<tokio::sync::Mutex<Line>>) {
    let mut line = line.lock().await;
    if line.is_open() {
        patiently(|| line.commit());
    }
}

fn undone() -> DbErr {
    DbErr::Custom("the unit of work has been undone".to_owned())
}
