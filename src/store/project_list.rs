//! The trees of projects and groups: the first few under each, for a whole page in one statement.
//!
//! **Invariant:** what a page costs goes by how much of it is shown, not by how much there is under each.

use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, Statement, Value,
};
use uuid::Uuid;

use super::error::{translate, unreadable};
use super::projects::read_assignment;
use super::rows::project_assignment as row;
use crate::domain::id::{AssignmentId, GroupId, OrgId, ProjectId, UserId};
use crate::domain::project::Assignment;
use crate::domain::{Error, Timestamp};

/// So many trees are in one statement.
const CHUNK: usize = 200;

/// The first assignments of each of these projects, the oldest first.
pub async fn first_of_each(
    db: &impl ConnectionTrait,
    org: OrgId,
    of: &[ProjectId],
    most: u64,
) -> Result<Vec<Assignment>, Error> {
    let branch = "SELECT id, project_id, subject_kind, subject_id, access, as_team, since FROM project_assignments \
                  WHERE org_id = $1 AND project_id = ";
    let ids: Vec<Uuid> = of.iter().map(|id| id.uuid()).collect();
    let rows = each(db, org, (branch, "ORDER BY since, id"), &ids, most).await?;
    rows.iter().map(|found| read_assignment(&model(org, found)?)).collect()
}

/// The first members of each of these groups.
pub async fn members_of_each(
    db: &impl ConnectionTrait,
    org: OrgId,
    of: &[GroupId],
    most: u64,
) -> Result<Vec<(GroupId, UserId)>, Error> {
    let branch = "SELECT group_id, user_id FROM members WHERE org_id = $1 AND group_id = ";
    let ids: Vec<Uuid> = of.iter().map(|id| id.uuid()).collect();
    let rows = each(db, org, (branch, "ORDER BY user_id"), &ids, most).await?;
    rows.iter().map(|found| Ok((GroupId::from_uuid(value(found, 0)?), UserId::from_uuid(value(found, 1)?)))).collect()
}

/// The first projects of each of these groups: the group, the project and its name.
pub async fn projects_of_each(
    db: &impl ConnectionTrait,
    org: OrgId,
    of: &[GroupId],
    most: u64,
) -> Result<Vec<(GroupId, ProjectId, String)>, Error> {
    // A cross join, and only the id, so that SQLite begins with the group: see `in_order`.
    let branch = "SELECT a.subject_id, p.id, p.name FROM project_assignments a CROSS JOIN projects p \
                  WHERE p.org_id = a.org_id AND p.id = a.project_id AND a.org_id = $1 AND a.subject_id = ";
    let ids: Vec<Uuid> = of.iter().map(|id| id.uuid()).collect();
    let rows = each(db, org, (branch, "ORDER BY p.name_key"), &ids, most).await?;
    let read = |found: &QueryResult| {
        let (group, project) = (GroupId::from_uuid(value(found, 0)?), ProjectId::from_uuid(value(found, 1)?));
        Ok((group, project, value(found, 2)?))
    };
    rows.iter().map(read).collect()
}

/// The assignments of a project behind this one, the oldest first.
pub async fn page(
    db: &impl ConnectionTrait,
    org: OrgId,
    (project, after): (ProjectId, Option<(Timestamp, AssignmentId)>),
    most: u64,
) -> Result<Vec<Assignment>, Error> {
    let mut mine =
        row::Entity::find().filter(row::Column::OrgId.eq(org.uuid())).filter(row::Column::ProjectId.eq(project.uuid()));
    if let Some((since, id)) = after {
        let same = row::Column::Since.eq(since.millis()).and(row::Column::Id.gt(id.uuid()));
        mine = mine.filter(row::Column::Since.gt(since.millis()).or(same));
    }
    let page = mine.order_by_asc(row::Column::Since).order_by_asc(row::Column::Id).limit(most);
    page.all(db).await.map_err(translate)?.iter().map(read_assignment).collect()
}

/// The assignments with these ids, the oldest first.
pub async fn among(db: &impl ConnectionTrait, org: OrgId, ids: &[AssignmentId]) -> Result<Vec<Assignment>, Error> {
    let these = row::Entity::find()
        .filter(row::Column::OrgId.eq(org.uuid()))
        .filter(row::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .order_by_asc(row::Column::Since)
        .order_by_asc(row::Column::Id);
    these.all(db).await.map_err(translate)?.iter().map(read_assignment).collect()
}

/// The first rows of one statement for each of these ids, all in one statement for many.
async fn each(
    db: &impl ConnectionTrait,
    org: OrgId,
    (branch, order): (&str, &str),
    ids: &[Uuid],
    most: u64,
) -> Result<Vec<QueryResult>, Error> {
    let mut found = Vec::new();
    for some in ids.chunks(CHUNK) {
        let values: Vec<Value> = std::iter::once(org.uuid()).chain(some.iter().copied()).map(Value::from).collect();
        let branches = (0..some.len()).map(|nth| {
            let mark = nth.saturating_add(2);
            format!("SELECT * FROM ({branch}${mark} {order} LIMIT {most}) AS branch_{nth}")
        });
        let sql = branches.collect::<Vec<_>>().join(" UNION ALL ");
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        found.extend(db.query_all_raw(statement).await.map_err(translate)?);
    }
    Ok(found)
}

fn model(org: OrgId, found: &QueryResult) -> Result<row::Model, Error> {
    Ok(row::Model {
        org_id: org.uuid(),
        id: value(found, 0)?,
        project_id: value(found, 1)?,
        subject_kind: value(found, 2)?,
        subject_id: value(found, 3)?,
        access: value(found, 4)?,
        as_team: value(found, 5)?,
        since: value(found, 6)?,
    })
}

fn value<T: sea_orm::TryGetable>(found: &QueryResult, nth: usize) -> Result<T, Error> {
    found.try_get_by_index(nth).map_err(|_| unreadable("a row of the trees of projects"))
}
