//! Projects, and who or what is on them.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::Tx;
use super::error::{translate, unreadable};
use super::past::{self, Kind};
use super::rows::project::{Column, Entity, Model};
use super::rows::project_assignment as row;
use super::user_list::contains;
use crate::domain::id::{AssignmentId, GroupId, OrgId, ProjectId, TeamId, UserId};
use crate::domain::project::{Assignment, Project, Subject};
use crate::domain::role::Access;
use crate::domain::text::fold;
use crate::domain::{Error, Timestamp};

/// The project with this id in this organisation, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: ProjectId) -> Result<Project, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(read).ok_or(Error::NotFound("project"))
}

/// The organisation of the project with this id; only for the operator.
pub async fn find_org(db: &impl ConnectionTrait, id: ProjectId) -> Result<Option<OrgId>, Error> {
    let row = Entity::find().filter(Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    Ok(row.map(|row| OrgId::from_uuid(row.org_id)))
}

/// The project of this organisation with this name in any spelling.
pub async fn find_by_name(db: &impl ConnectionTrait, org: OrgId, name: &str) -> Result<Option<Project>, Error> {
    let named = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::NameKey.eq(fold(name)));
    Ok(named.one(db).await.map_err(translate)?.map(read))
}

/// The projects of the organisation by name, behind this key of a name, as far as they have this text in theirs.
pub async fn page(
    db: &impl ConnectionTrait,
    org: OrgId,
    (name, after): (Option<&str>, Option<&str>),
    most: u64,
) -> Result<Vec<Project>, Error> {
    let mut mine = Entity::find().filter(Column::OrgId.eq(org.uuid()));
    if let Some(text) = name {
        mine = mine.filter(contains(db.get_database_backend(), Expr::col((Entity, Column::NameKey)), text));
    }
    if let Some(key) = after {
        mine = mine.filter(Column::NameKey.gt(key));
    }
    let page = mine.order_by_asc(Column::NameKey).limit(most);
    Ok(page.all(db).await.map_err(translate)?.into_iter().map(read).collect())
}

/// The projects among these ids, by name.
pub async fn among(db: &impl ConnectionTrait, org: OrgId, ids: &[ProjectId]) -> Result<Vec<Project>, Error> {
    let these = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .order_by_asc(Column::NameKey);
    Ok(these.all(db).await.map_err(translate)?.into_iter().map(read).collect())
}

/// How many projects the organisation has.
pub async fn count(db: &impl ConnectionTrait, org: OrgId) -> Result<u64, Error> {
    Entity::find().filter(Column::OrgId.eq(org.uuid())).count(db).await.map_err(translate)
}

/// Stores a new project.
pub async fn insert(tx: &Tx, new: &Project) -> Result<(), Error> {
    let row = Model {
        org_id: new.org.uuid(),
        id: new.id.uuid(),
        name: new.name.clone(),
        name_key: fold(&new.name),
        description: new.description.clone(),
        created_at: new.created_at.millis(),
        updated_at: new.updated_at.millis(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores another name and description.
pub async fn update(tx: &Tx, changed: &Project) -> Result<(), Error> {
    let done = Entity::update_many()
        .col_expr(Column::Name, Expr::value(changed.name.clone()))
        .col_expr(Column::NameKey, Expr::value(fold(&changed.name)))
        .col_expr(Column::Description, Expr::value(changed.description.clone()))
        .col_expr(Column::UpdatedAt, Expr::value(changed.updated_at.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(changed.id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound("project")) }
}

/// Takes a project away, with everything that is on it; the places on its teams are the caller's to end.
pub async fn delete(tx: &Tx, id: ProjectId) -> Result<(), Error> {
    past::end(tx, Kind::Assignment, of_org(tx).and(row::Column::ProjectId.eq(id.uuid()))).await?;
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// An assignment of this project, which must exist.
pub async fn assignment(
    db: &impl ConnectionTrait,
    org: OrgId,
    (project, id): (ProjectId, AssignmentId),
) -> Result<Assignment, Error> {
    let found = row::Entity::find_by_id((org.uuid(), id.uuid())).filter(row::Column::ProjectId.eq(project.uuid()));
    found
        .one(db)
        .await
        .map_err(translate)?
        .as_ref()
        .map(read_assignment)
        .transpose()?
        .ok_or(Error::NotFound("assignment"))
}

/// How this is on this project, if it is.
pub async fn assignment_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    (project, subject): (ProjectId, Subject),
) -> Result<Option<Assignment>, Error> {
    let found = row::Entity::find()
        .filter(row::Column::OrgId.eq(org.uuid()))
        .filter(row::Column::ProjectId.eq(project.uuid()))
        .filter(row::Column::SubjectKind.eq(subject.kind()))
        .filter(row::Column::SubjectId.eq(uuid(subject)));
    found.one(db).await.map_err(translate)?.as_ref().map(read_assignment).transpose()
}

/// How many assignments each of these projects has; one without any is left out.
pub async fn sizes(db: &impl ConnectionTrait, org: OrgId, of: &[ProjectId]) -> Result<HashMap<ProjectId, u64>, Error> {
    let counted = row::Entity::find()
        .select_only()
        .column(row::Column::ProjectId)
        .column_as(row::Column::Id.count(), "assignments")
        .filter(row::Column::OrgId.eq(org.uuid()))
        .filter(row::Column::ProjectId.is_in(of.iter().map(|id| id.uuid())))
        .group_by(row::Column::ProjectId);
    let rows: Vec<(Uuid, i64)> = counted.into_tuple().all(db).await.map_err(translate)?;
    Ok(rows.into_iter().map(|(id, count)| (ProjectId::from_uuid(id), u64::try_from(count).unwrap_or(0))).collect())
}

/// Stores a new assignment.
pub async fn assign(tx: &Tx, new: &Assignment) -> Result<(), Error> {
    let row = row::Model {
        org_id: tx.org.uuid(),
        id: new.id.uuid(),
        project_id: new.project.uuid(),
        subject_kind: new.subject.kind().to_owned(),
        subject_id: uuid(new.subject),
        access: new.access.word().to_owned(),
        as_team: new.as_team,
        since: new.since.millis(),
    };
    row::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores other access, and whether it is a team.
pub async fn reassign(tx: &Tx, changed: &Assignment) -> Result<(), Error> {
    past::keep(tx, Kind::Assignment, of_org(tx).and(row::Column::Id.eq(changed.id.uuid()))).await?;
    let done = row::Entity::update_many()
        .col_expr(row::Column::Access, Expr::value(changed.access.word()))
        .col_expr(row::Column::AsTeam, Expr::value(changed.as_team))
        .filter(row::Column::OrgId.eq(tx.org.uuid()))
        .filter(row::Column::Id.eq(changed.id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound("assignment")) }
}

/// Takes an assignment away; the places on it are the caller's to end.
pub async fn unassign(tx: &Tx, id: AssignmentId) -> Result<(), Error> {
    past::end(tx, Kind::Assignment, of_org(tx).and(row::Column::Id.eq(id.uuid()))).await?;
    Ok(())
}

/// Takes this off every project.
pub async fn unassign_everywhere(tx: &Tx, subject: Subject) -> Result<(), Error> {
    let which = row::Column::SubjectKind.eq(subject.kind()).and(row::Column::SubjectId.eq(uuid(subject)));
    past::end(tx, Kind::Assignment, of_org(tx).and(which)).await?;
    Ok(())
}

fn of_org(tx: &Tx) -> Expr {
    row::Column::OrgId.eq(tx.org.uuid())
}

/// The projects that this is on, by name, and how many of them.
pub async fn of_subject(
    db: &impl ConnectionTrait,
    org: OrgId,
    subject: Subject,
    most: u64,
) -> Result<Vec<Project>, Error> {
    let on = row::Entity::find()
        .select_only()
        .column(row::Column::ProjectId)
        .filter(row::Column::OrgId.eq(org.uuid()))
        .filter(row::Column::SubjectKind.eq(subject.kind()))
        .filter(row::Column::SubjectId.eq(uuid(subject)));
    let ids: Vec<Uuid> = on.into_tuple().all(db).await.map_err(translate)?;
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::Id.is_in(ids))
        .order_by_asc(Column::NameKey)
        .limit(most);
    Ok(mine.all(db).await.map_err(translate)?.into_iter().map(read).collect())
}

/// The id of a subject, whatever its kind.
pub(super) const fn uuid(subject: Subject) -> Uuid {
    match subject {
        Subject::User(id) => id.uuid(),
        Subject::Group(id) => id.uuid(),
        Subject::Team(id) => id.uuid(),
    }
}

fn read(row: Model) -> Project {
    Project {
        id: ProjectId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        name: row.name,
        description: row.description,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}

/// Reads a row of assignments.
pub(super) fn read_assignment(row: &row::Model) -> Result<Assignment, Error> {
    let subject = match &*row.subject_kind {
        "user" => Subject::User(UserId::from_uuid(row.subject_id)),
        "group" => Subject::Group(GroupId::from_uuid(row.subject_id)),
        "team" => Subject::Team(TeamId::from_uuid(row.subject_id)),
        _ => return Err(unreadable("project_assignments.subject_kind")),
    };
    Ok(Assignment {
        id: AssignmentId::from_uuid(row.id),
        project: ProjectId::from_uuid(row.project_id),
        subject,
        access: Access::parse(&row.access).ok_or_else(|| unreadable("project_assignments.access"))?,
        as_team: row.as_team,
        since: Timestamp::from_millis(row.since),
    })
}
