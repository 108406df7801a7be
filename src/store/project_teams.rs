//! Which team everybody is on in each project.
//!
//! **Invariant:** `project_places` has one row for each user on a team of a project, whatever number of them the user is in:
//! its key is the rule that nobody is on two. The row of whoever came first stays.

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait as _, ConnectionTrait, QueryResult, Statement, Value};
use uuid::Uuid;

use super::Tx;
use super::error::translate;
use super::past::{self, Kind};
use super::projects::uuid;
use super::rows::project_assignment;
use super::ways::Transaction;
use crate::domain::Error;
use crate::domain::id::{AssignmentId, OrgId, ProjectId, UserId};
use crate::domain::project::Subject;

/// How many values one statement binds at most.
const CHUNK: usize = 500;

/// Which assignments are meant.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// This one.
    Assignment(AssignmentId),
    /// Those of this user, group or team, on every project.
    Subject(Subject),
    /// All of the projects on which this user, group or team is.
    ProjectsOf(Subject),
    /// All of these projects.
    Projects(&'a [ProjectId]),
    /// All there are.
    Everywhere,
}

/// Somebody who is in what stands as two teams of one project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clash {
    /// The project.
    pub project: ProjectId,
    /// The user.
    pub user: UserId,
    /// The team that counts.
    pub first: AssignmentId,
    /// The other one.
    pub second: AssignmentId,
}

/// The team of a user on a project.
pub async fn team_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    (project, user): (ProjectId, UserId),
) -> Result<Option<AssignmentId>, Error> {
    let sql = "SELECT assignment_id FROM project_places WHERE org_id = $1 AND project_id = $2 AND user_id = $3";
    let rows = query(db, sql, vec![org.uuid().into(), project.uuid().into(), user.uuid().into()]).await?;
    rows.first().map(|row| Ok(AssignmentId::from_uuid(column(row, 0)?))).transpose()
}

/// The assignments that a user is on a project through.
pub async fn ways_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    (project, user): (ProjectId, UserId),
) -> Result<Vec<AssignmentId>, Error> {
    let (ways, values) = ways(org, Scope::Projects(&[project]), &[user], "");
    let rows = query(db, &format!("SELECT w.id FROM ({ways}) w ORDER BY w.since, w.id"), values).await?;
    rows.iter().map(|row| Ok(AssignmentId::from_uuid(column(row, 0)?))).collect()
}

/// The assignments that these users are on projects through, by user.
pub async fn ways_of_each(
    db: &impl ConnectionTrait,
    org: OrgId,
    users: &[UserId],
) -> Result<Vec<(UserId, AssignmentId)>, Error> {
    let mut found = Vec::new();
    for some in users.chunks(CHUNK) {
        let (ways, values) = ways(org, Scope::Everywhere, some, "");
        let sql = format!("SELECT w.user_id, w.id FROM ({ways}) w ORDER BY w.user_id, w.since, w.id");
        found.extend(pairs(db, &sql, values).await?);
    }
    Ok(found)
}

/// The teams of these users on projects, each by the assignment that it is.
pub async fn teams_of_each(
    db: &impl ConnectionTrait,
    org: OrgId,
    users: &[UserId],
) -> Result<Vec<(UserId, AssignmentId)>, Error> {
    let mut found = Vec::new();
    for some in users.chunks(CHUNK) {
        let ids: Vec<Uuid> = some.iter().map(|id| id.uuid()).collect();
        let mut values = vec![org.uuid().into()];
        let whose = bound("user_id", &ids, &mut values);
        let sql = format!("SELECT user_id, assignment_id FROM project_places WHERE org_id = $1 {whose}");
        found.extend(pairs(db, &sql, values).await?);
    }
    Ok(found)
}

async fn pairs(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<(UserId, AssignmentId)>, Error> {
    let pair = |row: &QueryResult| Ok((UserId::from_uuid(column(row, 0)?), AssignmentId::from_uuid(column(row, 1)?)));
    query(db, sql, values).await?.iter().map(pair).collect()
}

/// The first of those who are in what stands as two teams of one project; among these people, or everybody when none are
/// named.
pub async fn clashes(
    db: &impl ConnectionTrait,
    org: OrgId,
    (scope, people): (Scope<'_>, &[UserId]),
    most: u64,
) -> Result<Vec<Clash>, Error> {
    let mut found = Vec::new();
    for some in chunks(people) {
        let (ways, values) = ways(org, scope, some, "AND a.as_team");
        let sql = format!(
            "SELECT w.project_id, w.user_id, p.assignment_id, w.id FROM ({ways}) w \
             JOIN project_places p ON p.org_id = w.org_id AND p.project_id = w.project_id AND p.user_id = w.user_id \
             WHERE p.assignment_id <> w.id ORDER BY w.project_id, w.user_id, w.since LIMIT {most}"
        );
        for row in query(db, &sql, values).await? {
            found.push(Clash {
                project: ProjectId::from_uuid(column(&row, 0)?),
                user: UserId::from_uuid(column(&row, 1)?),
                first: AssignmentId::from_uuid(column(&row, 2)?),
                second: AssignmentId::from_uuid(column(&row, 3)?),
            });
        }
    }
    Ok(found)
}

/// The first of those who are not deactivated and on a project without a team.
pub async fn without_team(
    db: &impl ConnectionTrait,
    org: OrgId,
    scope: Scope<'_>,
    most: u64,
) -> Result<Vec<(ProjectId, UserId)>, Error> {
    // Whoever is there through a team has a place, so only the others are looked at.
    let (ways, values) = ways(org, scope, &[], "AND NOT a.as_team");
    let sql = format!(
        "SELECT DISTINCT w.project_id, w.user_id FROM ({ways}) w \
         JOIN users u ON u.org_id = w.org_id AND u.id = w.user_id AND u.status <> 'deactivated' \
         WHERE NOT EXISTS (SELECT 1 FROM project_places p \
         WHERE p.org_id = w.org_id AND p.project_id = w.project_id AND p.user_id = w.user_id) \
         ORDER BY w.project_id, w.user_id LIMIT {most}"
    );
    let rows = query(db, &sql, values).await?;
    rows.iter().map(|row| Ok((ProjectId::from_uuid(column(row, 0)?), UserId::from_uuid(column(row, 1)?)))).collect()
}

/// Gives a place to everybody of these teams who has none on the project yet; the team that was there first comes first.
pub async fn fill(tx: &Tx, (scope, people): (Scope<'_>, &[UserId])) -> Result<(), Error> {
    for some in chunks(people) {
        let (ways, mut values) = ways(tx.org, scope, some, "AND a.as_team");
        values.push(tx.now.millis().into());
        let sql = format!(
            "INSERT INTO project_places (org_id, project_id, user_id, assignment_id, since) \
             SELECT w.org_id, w.project_id, w.user_id, w.id, ${now} FROM ({ways}) w WHERE 1 = 1 \
             ORDER BY w.since, w.id ON CONFLICT DO NOTHING",
            now = values.len()
        );
        execute(tx, &sql, values).await?;
    }
    Ok(())
}

/// Ends every place on a team.
pub async fn empty(tx: &Tx, team: AssignmentId) -> Result<(), Error> {
    end(tx, Expr::col("assignment_id").eq(team.uuid())).await
}

/// Ends every place on a project.
pub async fn empty_project(tx: &Tx, project: ProjectId) -> Result<(), Error> {
    end(tx, Expr::col("project_id").eq(project.uuid())).await
}

/// Ends every place of a user.
pub async fn leave_all(tx: &Tx, user: UserId) -> Result<(), Error> {
    end(tx, Expr::col("user_id").eq(user.uuid())).await
}

/// Ends the places that these people have through this user, group or team; those of everybody when none are named.
pub async fn leave(tx: &Tx, (subject, people): (Subject, &[UserId])) -> Result<(), Error> {
    let assigned = Query::select()
        .column(project_assignment::Column::Id)
        .from(project_assignment::Entity)
        .and_where(project_assignment::Column::OrgId.eq(tx.org.uuid()))
        .and_where(project_assignment::Column::SubjectId.eq(uuid(subject)))
        .to_owned();
    for some in chunks(people) {
        let which = Expr::col("assignment_id").in_subquery(assigned.clone());
        let among = Expr::col("user_id").is_in(some.iter().map(|id| id.uuid()));
        end(tx, if some.is_empty() { which } else { which.and(among) }).await?;
    }
    Ok(())
}

async fn end(tx: &Tx, which: Expr) -> Result<(), Error> {
    past::end(tx, Kind::Place, Expr::col("org_id").eq(tx.org.uuid()).and(which)).await?;
    Ok(())
}

/// The projects that this is on.
pub async fn projects_of(db: &impl ConnectionTrait, org: OrgId, subject: Subject) -> Result<Vec<ProjectId>, Error> {
    let sql = "SELECT project_id FROM project_assignments WHERE org_id = $1 AND subject_id = $2";
    let rows = query(db, sql, vec![org.uuid().into(), uuid(subject).into()]).await?;
    rows.iter().map(|row| Ok(ProjectId::from_uuid(column(row, 0)?))).collect()
}

/// Everybody on a project, by the assignments that they are there through, and the values that the statement binds.
fn ways(org: OrgId, scope: Scope<'_>, people: &[UserId], which: &str) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![org.uuid().into()];
    let of = match scope {
        Scope::Assignment(id) => {
            values.push(id.uuid().into());
            "AND a.id = $2".to_owned()
        }
        Scope::Subject(subject) => {
            values.push(uuid(subject).into());
            "AND a.subject_id = $2".to_owned()
        }
        Scope::ProjectsOf(subject) => {
            values.push(uuid(subject).into());
            "AND a.project_id IN (SELECT b.project_id FROM project_assignments b \
             WHERE b.org_id = $1 AND b.subject_id = $2)"
                .to_owned()
        }
        Scope::Projects(ids) => {
            let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
            bound("a.project_id", &ids, &mut values)
        }
        Scope::Everywhere => String::new(),
    };
    let people: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    let first = values.len();
    values.extend(people.iter().map(|id| Value::from(*id)));
    let kinds = [
        ("group", "JOIN members m ON m.org_id = a.org_id AND m.group_id = a.subject_id", "m.user_id"),
        ("team", "JOIN team_members m ON m.org_id = a.org_id AND m.team_id = a.subject_id", "m.user_id"),
        ("user", "", "a.subject_id"),
    ];
    let each = kinds.map(|(kind, join, user)| {
        let whom =
            if people.is_empty() { String::new() } else { format!("AND {user} IN ({})", marks(first, people.len())) };
        format!(
            "SELECT a.org_id, a.project_id, a.id, a.since, {user} AS user_id FROM project_assignments a {join} \
             WHERE a.org_id = $1 AND a.subject_kind = '{kind}' {of} {which} {whom}"
        )
    });
    (each.join(" UNION ALL "), values)
}

fn bound(name: &str, ids: &[Uuid], values: &mut Vec<Value>) -> String {
    let first = values.len();
    values.extend(ids.iter().map(|id| Value::from(*id)));
    if ids.is_empty() { "AND 1 = 0".to_owned() } else { format!("AND {name} IN ({})", marks(first, ids.len())) }
}

/// So many places for values, behind this many others.
fn marks(behind: usize, count: usize) -> String {
    (1..=count).map(|nth| format!("${}", behind.saturating_add(nth))).collect::<Vec<_>>().join(", ")
}

/// The people in runs that a statement can bind; one empty run when none are named.
fn chunks(people: &[UserId]) -> Vec<&[UserId]> {
    if people.is_empty() { vec![people] } else { people.chunks(CHUNK).collect() }
}

async fn execute(tx: &Tx, sql: &str, values: Vec<Value>) -> Result<(), Error> {
    let db: &Transaction = tx;
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.map_err(translate)?;
    Ok(())
}

async fn query(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, Error> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(statement).await.map_err(translate)
}

fn column<T: sea_orm::TryGetable>(row: &QueryResult, nth: usize) -> Result<T, Error> {
    row.try_get_by_index(nth).map_err(translate)
}
