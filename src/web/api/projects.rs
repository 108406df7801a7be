//! Projects in the API, who is on them, and what that lets somebody do.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words, kept, told};
use crate::app::project_access::{
    self, Access, Assignment, AssignmentEdit, Decision, Grant, Misconfiguration, Misconfigured, Named, Subject,
    UserAccess,
};
use crate::app::projects::{self, LIMIT_DEFAULT, LIMIT_MAX, Project, ProjectEdit, ProjectQuery};
use crate::app::{App, users};
use crate::domain::id::{AssignmentId, ProjectId, UserId};
use crate::domain::policy::Actor;
use crate::domain::text::SEARCH_MAX;
use crate::domain::{Error, Flaw};
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the projects, by name")
        .of_an_organisation()
        .paged((LIMIT_DEFAULT, LIMIT_MAX))
        .query("name", "Part of the name.", json!({ "type": "string", "maxLength": SEARCH_MAX }))
        .answers::<ProjectList>(200);
    let create = operation("Makes a project that nobody is on yet").of_an_organisation().takes::<NewProject>();
    let update = operation("Changes name or description of a project").takes::<ChangeProject>();
    let assigned = operation("Lists the users, groups and teams on a project, the oldest assignment first")
        .paged((LIMIT_DEFAULT, LIMIT_MAX));
    let assign = operation("Puts a user, a group or a team on a project").takes::<NewAssignment>();
    let change = operation("Gives an assignment other access, or makes it a team").takes::<ChangeAssignment>();
    let wrong = operation("Lists the first of those who are not on a project as the role model wants it");
    let access = operation("Says what a user may do in a project, through what, and why no more").query(
        "permission",
        "A permission to decide, such as `app.project:update`.",
        json!({ "type": "string", "maxLength": 128 }),
    );
    let one = "/api/v1/projects/{id}/assignments/{assignment_id}";
    routes
        .get("/api/v1/projects", list, self::list)
        .post("/api/v1/projects", create.answers::<ProjectBody>(201).conflicts(), self::create)
        .get("/api/v1/projects/{id}", operation("Shows a project").answers::<ProjectBody>(200), show)
        .patch("/api/v1/projects/{id}", update.answers::<ProjectBody>(200).conflicts(), self::update)
        .delete(
            "/api/v1/projects/{id}",
            operation("Deletes a project; whoever was on it stays otherwise").planned(),
            delete,
        )
        .get("/api/v1/projects/{id}/assignments", assigned.answers::<AssignmentList>(200), assignments)
        .post("/api/v1/projects/{id}/assignments", assign.answers::<AssignmentBody>(201).conflicts(), self::assign)
        .patch(one, change.answers::<AssignmentBody>(200).conflicts(), change_assignment)
        .delete(one, operation("Takes a user, a group or a team off a project").planned(), unassign)
        .get("/api/v1/projects/{id}/misconfigured", wrong.answers::<MisconfiguredBody>(200), misconfigured)
        .get("/api/v1/projects/{id}/access/{user_id}", access.answers::<AccessBody>(200), self::access)
}

/// A project, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProjectBody {
    id: ProjectId,
    name: String,
    description: String,
    created_at: String,
    updated_at: String,
}

/// A page of projects.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProjectList {
    projects: Vec<ProjectBody>,
    next_cursor: Option<String>,
}

/// The body of a new project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProject {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[serde(default)]
    #[schema(max_length = 500)]
    description: String,
}

/// What changes of a project; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeProject {
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, max_length = 500)]
    description: Option<Option<String>>,
}

/// Somebody or something on a project.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssignmentBody {
    id: AssignmentId,
    subject: SubjectBody,
    /// What the user name, the group or the team is called.
    name: String,
    /// `read` lets nobody change anything, whatever the roles allow; with `write` the roles decide.
    #[schema(pattern = "^(read|write)$")]
    access: &'static str,
    /// True when its people are a team of the project. Nobody is on two.
    as_team: bool,
    since: String,
}

/// A page of assignments.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssignmentList {
    assignments: Vec<AssignmentBody>,
    next_cursor: Option<String>,
}

/// A user, a group or a team of the organisation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubjectBody {
    #[schema(pattern = "^(user|group|team)$")]
    kind: String,
    #[schema(format = "uuid")]
    id: String,
}

/// What is put on a project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAssignment {
    subject: SubjectBody,
    /// `read` or `write`; what the role model says when it is left out, which is `write` in those that ship.
    #[schema(pattern = "^(read|write)$")]
    access: Option<String>,
    /// True when its people are to be a team of the project; a team of the organisation always is.
    as_team: Option<bool>,
}

/// What changes of an assignment; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeAssignment {
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, pattern = "^(read|write)$")]
    access: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    as_team: Option<Option<bool>>,
}

/// The first of those who are misconfigured.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MisconfiguredBody {
    people: Vec<MisconfiguredPerson>,
    has_more: bool,
}

/// Somebody who is not on a project as the role model wants it.
#[derive(Debug, Serialize, ToSchema)]
struct MisconfiguredPerson {
    user: UserId,
    user_name: String,
    /// `no_team`, or `second_team` for somebody whom an identity provider put into what stands as a second team.
    problem: &'static str,
}

/// What a user may do in a project, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccessBody {
    user: UserId,
    user_name: String,
    /// `none`, `read`, or `write`: what the roles say.
    access: &'static str,
    /// Why there is none: `not_active`, `not_assigned` or `misconfigured_team`.
    reason: Option<&'static str>,
    /// Why it is only `read`: `read_only_project`, `read_only_role`.
    limits: Vec<&'static str>,
    /// The assignment that is the user's team there.
    team: Option<AssignmentId>,
    /// Everything that the user is on the project through.
    through: Vec<Way>,
    /// `no_team`, `second_team`.
    misconfigurations: Vec<&'static str>,
    /// The permission that was asked about.
    permission: Option<Permitted>,
}

/// One assignment that a user is on a project through.
#[derive(Debug, Serialize, ToSchema)]
struct Way {
    #[serde(flatten)]
    assignment: AssignmentBody,
    /// False for what stands as a team other than the user's own.
    counts: bool,
}

/// Whether a permission is open to a user in a project.
#[derive(Debug, Serialize, ToSchema)]
struct Permitted {
    name: String,
    allowed: bool,
    /// Why not: one of `reason` or `limits`, or `no_permission`.
    reason: Option<&'static str>,
}

/// Which projects.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    organisation: Option<String>,
    name: Option<String>,
    cursor: Option<String>,
    limit: Option<u64>,
}

/// Which page of assignments.
#[derive(Debug, Deserialize)]
pub(super) struct PageOf {
    cursor: Option<String>,
    limit: Option<u64>,
}

/// What is to be decided.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    permission: Option<String>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(asked): Params<Asked>,
) -> Result<Json<ProjectList>, Problem> {
    let org = users::organisation_of(&app, &actor, asked.organisation.as_deref()).await?;
    let query = ProjectQuery { name: asked.name, after: asked.cursor, limit: asked.limit };
    let page = projects::page(&app, &actor, org, &query).await?;
    Ok(Json(ProjectList {
        projects: page.projects.into_iter().map(ProjectBody::from).collect(),
        next_cursor: page.next,
    }))
}

async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<super::users::Which>,
    Body(new): Body<NewProject>,
) -> Result<(StatusCode, Json<ProjectBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let made = projects::create(&app, &actor, org, (&new.name, &new.description)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

async fn show(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<ProjectBody>, Problem> {
    Ok(Json(projects::show(&app, &actor, project_id(&id)?).await?.into()))
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(change): Body<ChangeProject>,
) -> Result<Json<ProjectBody>, Problem> {
    let edit = ProjectEdit { name: kept("name", change.name)?, description: kept("description", change.description)? };
    Ok(Json(projects::update(&app, &actor, project_id(&id)?, edit).await?.into()))
}

async fn delete(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<StatusCode, Problem> {
    projects::delete(&app, &actor, project_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn assignments(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(page): Params<PageOf>,
) -> Result<Json<AssignmentList>, Problem> {
    let project = projects::show(&app, &actor, project_id(&id)?).await?;
    let page = project_access::page(&app, &actor, &project, (page.cursor.as_deref(), page.limit)).await?;
    let assignments = page.assignments.into_iter().map(AssignmentBody::from).collect();
    Ok(Json(AssignmentList { assignments, next_cursor: page.next }))
}

async fn assign(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(new): Body<NewAssignment>,
) -> Result<(StatusCode, Json<AssignmentBody>), Problem> {
    let id = project_id(&id)?;
    let subject = Subject::read(&new.subject.kind, &new.subject.id);
    let subject = subject.ok_or_else(|| Error::invalid("subject", Flaw::Subject))?;
    let grant = Grant { subject, access: access_of(new.access.as_deref())?, as_team: new.as_team };
    match project_access::assign(&app, &actor, id, grant).await {
        // Only the project stands in the address.
        Err(Error::NotFound("user" | "group" | "team")) => Err(Error::invalid("subject", Flaw::Subject).into()),
        made => Ok((StatusCode::CREATED, Json(made?.into()))),
    }
}

async fn change_assignment(
    State(app): State<App>,
    actor: Actor,
    Words((id, assignment)): Words<(String, String)>,
    Body(change): Body<ChangeAssignment>,
) -> Result<Json<AssignmentBody>, Problem> {
    let which = (project_id(&id)?, assignment_id(&assignment)?);
    let edit = AssignmentEdit {
        access: access_of(kept("access", change.access)?.as_deref())?,
        as_team: kept("as_team", change.as_team)?,
    };
    Ok(Json(project_access::change(&app, &actor, which, edit).await?.into()))
}

async fn unassign(
    State(app): State<App>,
    actor: Actor,
    Words((id, assignment)): Words<(String, String)>,
) -> Result<StatusCode, Problem> {
    project_access::revoke(&app, &actor, (project_id(&id)?, assignment_id(&assignment)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn misconfigured(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<MisconfiguredBody>, Problem> {
    let project = projects::show(&app, &actor, project_id(&id)?).await?;
    let found = project_access::misconfigured(&app, &actor, project.org, &[project.id]).await?;
    let people = found.people.into_iter().map(MisconfiguredPerson::from).collect();
    Ok(Json(MisconfiguredBody { people, has_more: found.has_more }))
}

async fn access(
    State(app): State<App>,
    actor: Actor,
    Words((id, user)): Words<(String, String)>,
    Params(wanted): Params<Wanted>,
) -> Result<Json<AccessBody>, Problem> {
    let user = user.parse().map_err(|_| Error::NotFound("user"))?;
    let which = (project_id(&id)?, user);
    Ok(Json(project_access::of_user(&app, &actor, which, wanted.permission.as_deref()).await?.into()))
}

/// What is not an id names nothing.
fn project_id(text: &str) -> Result<ProjectId, Error> {
    text.parse().map_err(|_| Error::NotFound("project"))
}

fn assignment_id(text: &str) -> Result<AssignmentId, Error> {
    text.parse().map_err(|_| Error::NotFound("assignment"))
}

fn access_of(word: Option<&str>) -> Result<Option<Access>, Error> {
    let read = |word| Access::parse(word).ok_or_else(|| Error::invalid("access", Flaw::Access));
    word.map(read).transpose()
}

impl From<Project> for ProjectBody {
    fn from(it: Project) -> Self {
        Self {
            id: it.id,
            name: it.name,
            description: it.description,
            created_at: it.created_at.rfc3339(),
            updated_at: it.updated_at.rfc3339(),
        }
    }
}

impl From<Named> for AssignmentBody {
    fn from(named: Named) -> Self {
        let Assignment { id, subject, access, as_team, since, .. } = named.assignment;
        let (kind, of) = (subject.kind().to_owned(), subject.id());
        let (access, since) = (access.word(), since.rfc3339());
        Self { id, subject: SubjectBody { kind, id: of }, name: named.name, access, as_team, since }
    }
}

impl From<Misconfigured> for MisconfiguredPerson {
    fn from(it: Misconfigured) -> Self {
        Self { user: it.user.id, user_name: it.user.user_name, problem: it.what.word() }
    }
}

impl From<UserAccess> for AccessBody {
    fn from(it: UserAccess) -> Self {
        let (reason, limits) = match &it.decision {
            Decision::Deny(refusal) => (Some(refusal.word()), Vec::new()),
            Decision::Read(limits) => (None, limits.iter().map(|it| it.word()).collect()),
            Decision::Write => (None, Vec::new()),
        };
        let way = |(named, counts): (Named, bool)| Way { assignment: named.into(), counts };
        let permitted =
            |(name, reason): (String, Option<&'static str>)| Permitted { name, allowed: reason.is_none(), reason };
        Self {
            user: it.user.id,
            user_name: it.user.user_name,
            access: it.decision.word(),
            reason,
            limits,
            team: it.team,
            through: it.ways.into_iter().map(way).collect(),
            misconfigurations: it.misconfigurations.into_iter().map(Misconfiguration::word).collect(),
            permission: it.asked.map(permitted),
        }
    }
}
