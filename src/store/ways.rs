//! The ways to the database: where reads go, where single changes go, and units of work.
//!
//! **Invariant:** what has begun to begin does begin, so that a transaction nobody waits for is undone like any other.
//! **Invariant:** whoever asks much gives others a turn in between, although SQLite answers at once.

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement, TransactionTrait,
};
use tokio::task::coop::consume_budget;

use super::sqlite::{Carries, Pace, Readers, Unit, Writer};

/// Where reads go that need no unit of work.
#[derive(Debug)]
pub struct ReadWay {
    /// Of SQLite, what can be read at once.
    pub(super) at_once: Option<Readers>,
    pub(super) pool: DatabaseConnection,
}

/// A way to the one or the other database.
#[derive(Debug, Clone)]
pub enum Way<S, P> {
    /// To SQLite.
    Sqlite(S),
    /// To PostgreSQL.
    Postgres(P),
}

/// Where changes go, each of which is a unit of its own.
pub(super) type WriteWay = Way<Writer, DatabaseConnection>;
/// A transaction; dropped, it undoes everything.
pub type Transaction = Way<Unit, DatabaseTransaction>;

impl ReadWay {
    /// Takes a connection of the pool, for as long as what is answered is held.
    pub async fn take(&self) -> Result<DatabaseTransaction, DbErr> {
        begun(&self.pool).await
    }

    async fn read_at_once(&self, statement: &Statement) -> Option<Result<Vec<QueryResult>, DbErr>> {
        let readers = self.at_once.as_ref()?;
        consume_budget().await;
        readers.query(statement)
    }
}

impl WriteWay {
    pub(super) async fn begin(&self, pace: Pace) -> Result<Transaction, DbErr> {
        match self {
            Self::Sqlite(writer) => writer.begin(pace).await.map(Transaction::Sqlite),
            Self::Postgres(pool) => begun(pool).await.map(Transaction::Postgres),
        }
    }
}

/// Begins a transaction to its end, also where nobody waits for it any more: one of which only the beginning is under way when it is
/// dropped would stay open on a connection of the pool, with whatever the next to use that does without one.
async fn begun(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin().await });
    begun.await.map_err(|cause| DbErr::Conn(RuntimeErr::Internal(cause.to_string())))?
}

impl Transaction {
    pub(super) async fn commit(self) -> Result<(), DbErr> {
        match self {
            Self::Sqlite(unit) => unit.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
    }

    pub(super) async fn rollback(self) -> Result<(), DbErr> {
        match self {
            Self::Sqlite(unit) => {
                drop(unit);
                Ok(())
            }
            Self::Postgres(transaction) => transaction.rollback().await,
        }
    }
}

#[async_trait]
impl ConnectionTrait for ReadWay {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.pool.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.pool.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self.read_at_once(&statement).await {
            Some(found) => Ok(found?.into_iter().next()),
            None => self.pool.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self.read_at_once(&statement).await {
            Some(found) => found,
            None => self.pool.query_all_raw(statement).await,
        }
    }
}

#[async_trait]
impl<S: Carries, P: ConnectionTrait> ConnectionTrait for Way<S, P> {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(_) => DbBackend::Sqlite,
            Self::Postgres(way) => way.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(way) => way.execute(&statement).await,
            Self::Postgres(way) => way.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(way) => way.execute(&Statement::from_string(DbBackend::Sqlite, sql)).await,
            Self::Postgres(way) => way.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(way) => Ok(way.query(&statement).await?.into_iter().next()),
            Self::Postgres(way) => way.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(way) => way.query(&statement).await,
            Self::Postgres(way) => way.query_all_raw(statement).await,
        }
    }
}
