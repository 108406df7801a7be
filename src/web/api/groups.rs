//! Groups in the API.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{CURSOR, Documented, operation};
use super::json::{Body, Params, Words};
use crate::app::groups::{self, Deleted, Entry, Group, GroupQuery, LIMIT_DEFAULT, LIMIT_MAX, Turn};
use crate::app::history::Event;
use crate::app::{App, users};
use crate::domain::id::{ConnectionId, GroupId, ProjectId, UserId};
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::domain::text::SEARCH_MAX;
use crate::domain::user::User;
use crate::domain::{Conflict, Error, Flaw};
use crate::web::error::{Problem, problem_with};

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the groups, by name")
        .of_an_organisation()
        .paged((LIMIT_DEFAULT, LIMIT_MAX))
        .query("name", "Part of the name.", json!({ "type": "string", "maxLength": SEARCH_MAX }))
        .answers::<GroupList>(200);
    let create = operation("Makes a group that nobody is in yet").of_an_organisation().takes::<NewGroup>();
    let rename = operation("Gives a group another name").takes::<NewGroup>().answers::<GroupBody>(200);
    let delete = operation("Deletes a group that gives no role and is on no project; its people stay").planned();
    let members = operation("Lists the members of a group, in the order in which they became users")
        .paged((LIMIT_DEFAULT, LIMIT_MAX));
    let change = operation("Lets users join or leave a group").takes::<ChangeGroupMembers>();
    let activity = operation("Lists what was done to a group, newest first, under the names of now").query(
        "cursor",
        CURSOR,
        json!({ "type": "string", "format": "uuid" }),
    );
    let map = operation("Lets membership of a group give a role");
    let unmap = operation("Lets membership of a group no longer give a role").conflicts();
    routes
        .get("/api/v1/groups", list, self::list)
        .post("/api/v1/groups", create.answers::<GroupBody>(201).conflicts(), self::create)
        .get("/api/v1/groups/{id}", operation("Shows a group").answers::<GroupBody>(200), show)
        .patch("/api/v1/groups/{id}", rename.conflicts(), self::rename)
        .delete("/api/v1/groups/{id}", delete, self::delete)
        .get("/api/v1/groups/{id}/members", members.answers::<GroupMembers>(200), self::members)
        .post("/api/v1/groups/{id}/members", change.answers::<Changed>(200).planned(), change_members)
        .get("/api/v1/groups/{id}/activity", activity.answers::<GroupHistory>(200), self::activity)
        .put("/api/v1/groups/{id}/roles/{key}", map.answers::<GroupBody>(200), self::map)
        .delete("/api/v1/groups/{id}/roles/{key}", unmap.answers::<GroupBody>(200), self::unmap)
}

/// A group, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupBody {
    id: GroupId,
    name: String,
    /// How many members were counted.
    member_count: u64,
    /// True when there are more than that.
    has_more_members: bool,
    /// The roles that membership gives.
    roles: Vec<RoleKey>,
    /// The connection that keeps its name and its members.
    managed_by: Option<ConnectionId>,
    /// The id that the identity provider knows it by.
    external_id: Option<String>,
    /// Raised by every change.
    version: i64,
    created_at: String,
    updated_at: String,
}

/// A page of groups.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupList {
    groups: Vec<GroupBody>,
    next_cursor: Option<String>,
}

/// A page of the members of a group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupMembers {
    members: Vec<GroupMember>,
    next_cursor: Option<String>,
}

/// Somebody in a group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupMember {
    id: UserId,
    user_name: String,
    display_name: String,
    status: &'static str,
}

/// The name of a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGroup {
    #[schema(min_length = 1, max_length = 256)]
    name: String,
}

/// Who joins, or who leaves; one of both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeGroupMembers {
    #[serde(default)]
    #[schema(max_items = 1000)]
    add: Vec<UserId>,
    #[serde(default)]
    #[schema(max_items = 1000)]
    remove: Vec<UserId>,
}

/// Who joined or left, and who was in it already or not in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changed {
    added: Vec<UserId>,
    removed: Vec<UserId>,
    skipped: Vec<SkippedMember>,
}

/// Somebody for whom there was nothing to do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SkippedMember {
    id: UserId,
    /// `member` already, or `not-member`.
    reason: &'static str,
}

/// Which groups.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    organisation: Option<String>,
    name: Option<String>,
    cursor: Option<String>,
    limit: Option<u64>,
}

/// Which page of members.
#[derive(Debug, Deserialize)]
pub(super) struct PageOf {
    cursor: Option<String>,
    limit: Option<u64>,
}

/// What was done to a group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupHistory {
    events: Vec<GroupEvent>,
    next_cursor: Option<String>,
}

/// A deed on a group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupEvent {
    at: String,
    /// The deed, in the past tense.
    action: String,
    outcome: String,
    /// What the group is called now.
    name: String,
    /// What it was called at the time, where that was something else.
    name_then: Option<String>,
    /// Who did it, under the name of now.
    by: String,
    /// What they were called at the time, where that was something else.
    by_then: Option<String>,
    /// The first of the people who joined or left by it, under their names of now.
    people: Vec<String>,
    people_count: usize,
}

/// From which deed on.
#[derive(Debug, Deserialize)]
pub(super) struct Before {
    cursor: Option<String>,
}

/// What a group is assigned to.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Assigned {
    Role { role: RoleKey },
    Project { id: ProjectId, name: String },
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(asked): Params<Asked>,
) -> Result<Json<GroupList>, Problem> {
    let org = users::organisation_of(&app, &actor, asked.organisation.as_deref()).await?;
    let query = GroupQuery { name: asked.name, after: asked.cursor, limit: asked.limit };
    let page = groups::page(&app, &actor, org, &query).await?;
    Ok(Json(GroupList { groups: page.entries.into_iter().map(GroupBody::from).collect(), next_cursor: page.next }))
}

pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<super::users::Which>,
    Body(new): Body<NewGroup>,
) -> Result<(StatusCode, Json<GroupBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let made = groups::create(&app, &actor, org, &new.name).await?;
    Ok((StatusCode::CREATED, Json(GroupBody::of_new(made))))
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<GroupBody>, Problem> {
    Ok(Json(groups::show(&app, &actor, group_id(&id)?).await?.into()))
}

pub(super) async fn rename(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(new): Body<NewGroup>,
) -> Result<Json<GroupBody>, Problem> {
    let group = groups::rename(&app, &actor, group_id(&id)?, &new.name).await?;
    Ok(Json(groups::show(&app, &actor, group.id).await?.into()))
}

pub(super) async fn delete(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Response, Problem> {
    match groups::delete(&app, &actor, group_id(&id)?).await? {
        Deleted::Done => Ok(StatusCode::NO_CONTENT.into_response()),
        Deleted::StillAssigned(to) => {
            let conflict = Conflict::GroupAssigned;
            let kind = format!("urn:doorward:problem:{}", conflict.code());
            let roles = to.roles.into_iter().map(|role| Assigned::Role { role });
            let projects = to.projects.into_iter().map(|(id, name)| Assigned::Project { id, name });
            let to: Vec<Assigned> = roles.chain(projects).collect();
            let body = problem_with(StatusCode::CONFLICT, &kind, &conflict.to_string(), ("assigned_to", &to));
            Ok((StatusCode::CONFLICT, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response())
        }
    }
}

pub(super) async fn members(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(page): Params<PageOf>,
) -> Result<Json<GroupMembers>, Problem> {
    let group = groups::show(&app, &actor, group_id(&id)?).await?.group;
    let page = groups::members(&app, &actor, &group, (page.cursor.as_deref(), page.limit)).await?;
    Ok(Json(GroupMembers { members: page.people.into_iter().map(GroupMember::from).collect(), next_cursor: page.next }))
}

pub(super) async fn change_members(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(change): Body<ChangeGroupMembers>,
) -> Result<Json<Changed>, Problem> {
    let (turn, people, reason) = match (change.add, change.remove) {
        (add, remove) if remove.is_empty() => (Turn::Join, add, "member"),
        (add, remove) if add.is_empty() => (Turn::Leave, remove, "not-member"),
        _ => return Err(Error::malformed("remove", "leave it out where `add` names users").into()),
    };
    let done = groups::change_members(&app, &actor, group_id(&id)?, (turn, &people)).await?;
    let ids = |of: Vec<User>| of.into_iter().map(|it| it.id).collect::<Vec<_>>();
    let skipped = done.skipped.into_iter().map(|it| SkippedMember { id: it.id, reason }).collect();
    Ok(Json(match turn {
        Turn::Join => Changed { added: ids(done.done), removed: Vec::new(), skipped },
        Turn::Leave => Changed { added: Vec::new(), removed: ids(done.done), skipped },
    }))
}

pub(super) async fn activity(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(from): Params<Before>,
) -> Result<Json<GroupHistory>, Problem> {
    let wrong = |_| Error::invalid("cursor", Flaw::Meaningless);
    let before = from.cursor.map(|id| id.parse().map_err(wrong)).transpose()?;
    let group = groups::show(&app, &actor, group_id(&id)?).await?.group;
    let found = groups::history(&app, &actor, &group, before).await?;
    let events = found.events.into_iter().map(GroupEvent::from).collect();
    Ok(Json(GroupHistory { events, next_cursor: found.older.map(|id| id.to_string()) }))
}

pub(super) async fn map(
    State(app): State<App>,
    actor: Actor,
    Words((id, key)): Words<(String, String)>,
) -> Result<Json<GroupBody>, Problem> {
    let id = group_id(&id)?;
    groups::map_role(&app, &actor, id, &role_key(&key)?).await.map_err(missing_role)?;
    Ok(Json(groups::show(&app, &actor, id).await?.into()))
}

pub(super) async fn unmap(
    State(app): State<App>,
    actor: Actor,
    Words((id, key)): Words<(String, String)>,
) -> Result<Json<GroupBody>, Problem> {
    let id = group_id(&id)?;
    groups::unmap_role(&app, &actor, id, &role_key(&key)?).await?;
    Ok(Json(groups::show(&app, &actor, id).await?.into()))
}

/// What is not an id names nothing.
fn group_id(text: &str) -> Result<GroupId, Error> {
    text.parse().map_err(|_| Error::NotFound("group"))
}

pub(super) fn role_key(text: &str) -> Result<RoleKey, Error> {
    text.parse().map_err(|_| Error::NotFound("role"))
}

/// The role stands in the address, so one that the model lacks is a thing that is not there.
pub(super) fn missing_role(cause: Error) -> Error {
    let is_missing = matches!(cause, Error::Invalid { problem: Flaw::NoSuchRole { .. }, .. });
    if is_missing { Error::NotFound("role") } else { cause }
}

impl GroupBody {
    fn of_new(group: Group) -> Self {
        Self::from(Entry {
            group,
            size: groups::Size { counted: 0, has_more: false },
            roles: Vec::new(),
            projects: Vec::new(),
            manager: None,
        })
    }
}

impl From<Entry> for GroupBody {
    fn from(entry: Entry) -> Self {
        let group = entry.group;
        Self {
            id: group.id,
            name: group.display_name,
            member_count: entry.size.counted,
            has_more_members: entry.size.has_more,
            roles: entry.roles,
            managed_by: group.managed_by,
            external_id: group.external_id,
            version: group.version,
            created_at: group.created_at.rfc3339(),
            updated_at: group.updated_at.rfc3339(),
        }
    }
}

impl From<User> for GroupMember {
    fn from(user: User) -> Self {
        Self { id: user.id, user_name: user.user_name, display_name: user.display_name, status: user.status.word() }
    }
}

impl From<Event> for GroupEvent {
    fn from(it: Event) -> Self {
        Self {
            at: it.at().rfc3339(),
            action: it.row.action,
            outcome: it.row.outcome,
            name: it.target.now,
            name_then: it.target.then,
            by: it.by.now,
            by_then: it.by.then,
            people: it.people.into_iter().map(|person| person.now).collect(),
            people_count: it.people_count,
        }
    }
}
