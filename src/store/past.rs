//! What somebody held and holds no more: each role, membership, place and share that has ended, with its beginning and its end.
//! With what is held now it tells what was held at any moment.
//!
//! **Invariant:** what ends is noted in the unit that ends it; nothing else writes here.
//! **Invariant:** what is noted bears ids and words of our own, and no name of anybody.

use std::collections::HashSet;

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait as _, IntoCondition, OnConflict, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, QueryResult, Statement};
use uuid::Uuid;

use super::Tx;
use super::error::{translate, unreadable};
use super::grants::{role_key, source_of};
use crate::domain::id::{AssignmentId, GroupId, OrgId, ProjectId, ResourceId, TeamId, UserId};
use crate::domain::project::{Assignment, Subject};
use crate::domain::role::{Access, LiveGrant, RoleKey};
use crate::domain::share::{Level, Share, Sharee};
use crate::domain::{Error, Timestamp};

/// How many values one statement binds at most.
const CHUNK: usize = 500;
const TABLE: &str = "past_access";
/// The migration from which on it is noted.
const NOTED_FROM: &str = "m0054_past_access";
/// The mark of an assignment that stands as a team.
const AS_TEAM: &str = "team";

/// What can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A user holds a role.
    Grant,
    /// A user is in a group.
    Member,
    /// A group gives a role.
    Mapping,
    /// A user is on a team.
    TeamMember,
    /// A user, a group or a team is on a project.
    Assignment,
    /// A user has a team on a project.
    Place,
    /// A resource is shared with a user or a team.
    Share,
}

/// Which columns of a table tell what is held, by whom, and how.
struct Columns {
    table: &'static str,
    subject: &'static str,
    object: &'static str,
    word: Option<&'static str>,
    via: Option<&'static str>,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Member => "member",
            Self::Mapping => "mapping",
            Self::TeamMember => "team",
            Self::Assignment => "assignment",
            Self::Place => "place",
            Self::Share => "share",
        }
    }

    fn columns(self) -> Columns {
        let plain = |table, subject, object| Columns { table, subject, object, word: None, via: None };
        match self {
            Self::Grant => Columns { word: Some("role"), ..plain("grants", "user_id", "source_id") },
            Self::Member => plain("members", "user_id", "group_id"),
            Self::Mapping => Columns { word: Some("role"), ..plain("group_roles", "group_id", "group_id") },
            Self::TeamMember => plain("team_members", "user_id", "team_id"),
            Self::Assignment => Columns {
                word: Some("access"),
                via: Some("id"),
                ..plain("project_assignments", "subject_id", "project_id")
            },
            Self::Place => Columns { via: Some("assignment_id"), ..plain("project_places", "user_id", "project_id") },
            Self::Share => Columns { word: Some("level"), ..plain("shares", "subject_id", "resource_id") },
        }
    }

    /// True where the word belongs to what is held, and does not only say how.
    const fn is_told_by_word(self) -> bool {
        matches!(self, Self::Grant | Self::Mapping)
    }

    /// What is held now, as a row here would tell it.
    fn held(self) -> SelectStatement {
        let it = self.columns();
        let text = |column: Option<&'static str>| column.map_or_else(|| Expr::val(""), Expr::col);
        let mark = match self {
            Self::Grant => Expr::col("source"),
            Self::Assignment => CaseStatement::new().case(Expr::col("as_team"), AS_TEAM).finally("").into(),
            Self::Member | Self::Mapping | Self::TeamMember | Self::Place | Self::Share => Expr::val(""),
        };
        Query::select()
            .column(it.subject)
            .column(it.object)
            .expr(text(it.word))
            .expr(mark)
            .expr(it.via.map_or_else(|| Expr::val(None::<Uuid>), Expr::col))
            .column("since")
            .from(it.table)
            .to_owned()
    }
}

/// Ends what fulfils a condition; answers how much that was.
pub(super) async fn end(tx: &Tx, kind: Kind, which: impl IntoCondition) -> Result<u64, Error> {
    let which = which.into_condition();
    let ending =
        tx.get_database_backend().build(Query::delete().from_table(kind.columns().table).cond_where(which.clone()));
    keep(tx, kind, which).await?;
    Ok(tx.execute_raw(ending).await.map_err(translate)?.rows_affected())
}

/// Notes what fulfils a condition, because it is about to be another. What ends in the moment in which it began was never there.
pub(super) async fn keep(tx: &Tx, kind: Kind, which: impl IntoCondition) -> Result<(), Error> {
    // The statement as it is built would make every unit larger that ends something.
    tx.execute_raw(noting(tx, kind, which.into_condition())?).await.map_err(translate)?;
    Ok(())
}

fn noting(tx: &Tx, kind: Kind, which: Condition) -> Result<Statement, Error> {
    let mut ends = kind.held();
    ends.expr(Expr::val(tx.now.millis()))
        .expr(Expr::val(tx.org.uuid()))
        .expr(Expr::val(kind.word()))
        .cond_where(which)
        .and_where(Expr::col("since").lt(tx.now.millis()));
    let into = ["subject_id", "object_id", "word", "mark", "via_id", "since", "until_at", "org_id", "kind"];
    let mut noted = Query::insert();
    noted.into_table(TABLE).columns(into).on_conflict(OnConflict::new().do_nothing().to_owned());
    noted.select_from(ends).map_err(anyhow::Error::new)?;
    Ok(tx.get_database_backend().build(&noted))
}

/// Forgets what a user held.
pub async fn forget_user(tx: &Tx, user: UserId) -> Result<(), Error> {
    forget(tx, Expr::col("subject_id").eq(user.uuid())).await
}

/// Forgets what had ended before a moment.
pub async fn forget_before(tx: &Tx, moment: Timestamp) -> Result<(), Error> {
    forget(tx, Expr::col("until_at").lt(moment.millis())).await
}

async fn forget(tx: &Tx, which: Expr) -> Result<(), Error> {
    let mine = Expr::col("org_id").eq(tx.org.uuid()).and(which);
    let gone = Query::delete().from_table(TABLE).and_where(mine).to_owned();
    tx.execute(&gone).await.map_err(translate)?;
    Ok(())
}

/// Since when what ends is noted here.
pub async fn noted_from(db: &impl ConnectionTrait) -> Result<Timestamp, Error> {
    let sql = "SELECT CAST(applied_at AS BIGINT) FROM seaql_migrations WHERE version = $1";
    let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, [NOTED_FROM.into()]);
    let row = db.query_one_raw(asked).await.map_err(translate)?.ok_or_else(|| unreadable("seaql_migrations"))?;
    let seconds: i64 = row.try_get_by_index(0).map_err(translate)?;
    Ok(Timestamp::from_millis(seconds.saturating_add(1).saturating_mul(1_000)))
}

/// Something that is or was held.
struct Held {
    subject: Uuid,
    object: Uuid,
    word: String,
    mark: String,
    via: Option<Uuid>,
    since: Timestamp,
}

/// What these held at a moment: what had begun and not ended, and of what was changed since, how it was before.
async fn held_at(
    db: &impl ConnectionTrait,
    org: OrgId,
    (kind, subjects): (Kind, &[Uuid]),
    at: Timestamp,
) -> Result<Vec<Held>, Error> {
    let mut found = Vec::new();
    for some in subjects.chunks(CHUNK) {
        let begun = |subject: &'static str| {
            let mine = Expr::col("org_id").eq(org.uuid()).and(Expr::col("since").lte(at.millis()));
            mine.and(Expr::col(subject).is_in(some.iter().copied()))
        };
        let past = Query::select()
            .columns(["subject_id", "object_id", "word", "mark", "via_id", "since"])
            .from(TABLE)
            .and_where(begun("subject_id"))
            .and_where(Expr::col("kind").eq(kind.word()).and(Expr::col("until_at").gt(at.millis())))
            .order_by("until_at", sea_orm::Order::Asc)
            .to_owned();
        let mut now = kind.held();
        now.and_where(begun(kind.columns().subject));
        for asked in [past, now] {
            found.extend(db.query_all(&asked).await.map_err(translate)?);
        }
    }
    let mut seen = HashSet::new();
    let mut all = found.iter().map(read).collect::<Result<Vec<Held>, Error>>()?;
    all.retain(|it| {
        let told = if kind.is_told_by_word() { (it.word.clone(), it.mark.clone()) } else { Default::default() };
        seen.insert((it.subject, it.object, told))
    });
    Ok(all)
}

fn read(row: &QueryResult) -> Result<Held, Error> {
    let uuid = |at| row.try_get_by_index::<Uuid>(at).map_err(translate);
    let text = |at| row.try_get_by_index::<String>(at).map_err(translate);
    Ok(Held {
        subject: uuid(0)?,
        object: uuid(1)?,
        word: text(2)?,
        mark: text(3)?,
        via: row.try_get_by_index(4).map_err(translate)?,
        since: Timestamp::from_millis(row.try_get_by_index(5).map_err(translate)?),
    })
}

/// The roles that a user held at a moment by grants of its own: by hand, and by what a connection said.
pub async fn grants_at(
    db: &impl ConnectionTrait,
    (org, user): (OrgId, UserId),
    at: Timestamp,
) -> Result<Vec<LiveGrant>, Error> {
    let held = held_at(db, org, (Kind::Grant, &[user.uuid()]), at).await?;
    let grant = |it: &Held| {
        Ok(LiveGrant { role: role_key(&it.word)?, source: source_of(&it.mark, it.object)?, since: it.since })
    };
    held.iter().map(grant).collect()
}

/// The groups in which a user was at a moment, and since when.
pub async fn groups_at(
    db: &impl ConnectionTrait,
    (org, user): (OrgId, UserId),
    at: Timestamp,
) -> Result<Vec<(GroupId, Timestamp)>, Error> {
    let held = held_at(db, org, (Kind::Member, &[user.uuid()]), at).await?;
    Ok(held.iter().map(|it| (GroupId::from_uuid(it.object), it.since)).collect())
}

/// The roles that these groups gave at a moment, and since when.
pub async fn mappings_at(
    db: &impl ConnectionTrait,
    (org, groups): (OrgId, &[GroupId]),
    at: Timestamp,
) -> Result<Vec<(GroupId, RoleKey, Timestamp)>, Error> {
    let ids: Vec<Uuid> = groups.iter().map(|it| it.uuid()).collect();
    let held = held_at(db, org, (Kind::Mapping, &ids), at).await?;
    held.iter().map(|it| Ok((GroupId::from_uuid(it.object), role_key(&it.word)?, it.since))).collect()
}

/// The teams on which a user was at a moment, and since when.
pub async fn teams_at(
    db: &impl ConnectionTrait,
    (org, user): (OrgId, UserId),
    at: Timestamp,
) -> Result<Vec<(TeamId, Timestamp)>, Error> {
    let held = held_at(db, org, (Kind::TeamMember, &[user.uuid()]), at).await?;
    Ok(held.iter().map(|it| (TeamId::from_uuid(it.object), it.since)).collect())
}

/// Through what these were on projects at a moment.
pub async fn assignments_at(
    db: &impl ConnectionTrait,
    (org, subjects): (OrgId, &[Subject]),
    at: Timestamp,
) -> Result<Vec<Assignment>, Error> {
    let ids: Vec<Uuid> = subjects.iter().map(|it| super::projects::uuid(*it)).collect();
    let held = held_at(db, org, (Kind::Assignment, &ids), at).await?;
    let found = held.iter().map(|it| {
        let subject = subjects.iter().find(|subject| super::projects::uuid(**subject) == it.subject);
        Ok(Assignment {
            id: AssignmentId::from_uuid(it.via.ok_or_else(|| unreadable("past_access.via_id"))?),
            project: ProjectId::from_uuid(it.object),
            subject: *subject.ok_or_else(|| unreadable("past_access.subject_id"))?,
            access: Access::parse(&it.word).ok_or_else(|| unreadable("past_access.word"))?,
            as_team: it.mark == AS_TEAM,
            since: it.since,
        })
    });
    found.collect()
}

/// Since when an assignment is as it was at a moment: since it was changed last, where it was.
pub async fn assignment_since(
    db: &impl ConnectionTrait,
    (org, it): (OrgId, &Assignment),
    at: Timestamp,
) -> Result<Timestamp, Error> {
    let changes = Query::select()
        .expr(Expr::col("until_at").max())
        .from(TABLE)
        .and_where(Expr::col("org_id").eq(org.uuid()).and(Expr::col("via_id").eq(it.id.uuid())))
        .and_where(Expr::col("subject_id").eq(super::projects::uuid(it.subject)))
        .and_where(Expr::col("kind").eq(Kind::Assignment.word()).and(Expr::col("until_at").lte(at.millis())))
        .to_owned();
    let row = db.query_one(&changes).await.map_err(translate)?;
    let changed: Option<i64> = row.map(|it| it.try_get_by_index(0)).transpose().map_err(translate)?.flatten();
    Ok(changed.map_or(it.since, Timestamp::from_millis))
}

/// The team that a user had on each project at a moment.
pub async fn places_at(
    db: &impl ConnectionTrait,
    (org, user): (OrgId, UserId),
    at: Timestamp,
) -> Result<Vec<(ProjectId, AssignmentId)>, Error> {
    let held = held_at(db, org, (Kind::Place, &[user.uuid()]), at).await?;
    let place = |it: &Held| Some((ProjectId::from_uuid(it.object), AssignmentId::from_uuid(it.via?)));
    Ok(held.iter().filter_map(place).collect())
}

/// What was shared with these at a moment. Who shared it the record tells.
pub async fn shares_at(
    db: &impl ConnectionTrait,
    (org, with): (OrgId, &[Sharee]),
    at: Timestamp,
) -> Result<Vec<Share>, Error> {
    let ids: Vec<Uuid> = with.iter().map(|it| super::shares::uuid(*it)).collect();
    let held = held_at(db, org, (Kind::Share, &ids), at).await?;
    let found = held.iter().map(|it| {
        let sharee = with.iter().find(|sharee| super::shares::uuid(**sharee) == it.subject);
        Ok(Share {
            resource: ResourceId::from_uuid(it.object),
            with: *sharee.ok_or_else(|| unreadable("past_access.subject_id"))?,
            level: Level::parse(&it.word).ok_or_else(|| unreadable("past_access.word"))?,
            since: it.since,
            by: None,
        })
    });
    found.collect()
}
