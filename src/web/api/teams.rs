//! Teams in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words, kept, told};
use super::team_usage::AmountsBody;
use crate::app::teams::{self, NewTeam, Sized, Team, TeamEdit};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::{TeamId, UserId};
use crate::domain::policy::Actor;
use crate::domain::user::User;
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the teams, by name").of_an_organisation().answers::<TeamList>(200);
    let create = operation("Makes a team").of_an_organisation().takes::<NewTeamBody>().answers::<WithMembers>(201);
    let update = operation("Changes a team: its name, its description, who leads it, and how much its people may use")
        .takes::<ChangeTeam>()
        .answers::<TeamBody>(200);
    let members = operation("Puts users on a team and takes others off it").takes::<ChangeMembers>();
    routes
        .get("/api/v1/teams", list, self::list)
        .post("/api/v1/teams", create.conflicts(), self::create)
        .get("/api/v1/teams/{id}", operation("Shows a team with its people").answers::<WithMembers>(200), show)
        .patch("/api/v1/teams/{id}", update.conflicts(), self::update)
        .delete(
            "/api/v1/teams/{id}",
            operation("Deletes a team that is on no project; its people stay").planned(),
            delete,
        )
        .post("/api/v1/teams/{id}/members", members.answers::<WithMembers>(200).planned(), change_members)
}

/// A team, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TeamBody {
    id: TeamId,
    name: String,
    description: String,
    /// Who leads it, and may describe it and say who is on it.
    lead: Option<UserId>,
    /// How much its people may use; what is `null` is not limited.
    quotas: AmountsBody,
    created_at: String,
    updated_at: String,
}

/// A team on the list, with how many people are on it.
#[derive(Debug, Serialize, ToSchema)]
struct SizedBody {
    #[serde(flatten)]
    team: TeamBody,
    member_count: u64,
}

/// Every team, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TeamList {
    teams: Vec<SizedBody>,
}

/// A team with its people.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WithMembers {
    #[serde(flatten)]
    team: TeamBody,
    members: Vec<MemberBody>,
}

/// Somebody on a team; a deactivated member stays on it.
#[derive(Debug, Serialize, ToSchema)]
struct MemberBody {
    id: UserId,
    user_name: String,
    display_name: String,
    status: &'static str,
}

/// The body of a new team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTeamBody {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[serde(default)]
    #[schema(max_length = 500)]
    description: String,
    /// Who is on it; active users of the organisation.
    #[serde(default)]
    members: Vec<UserId>,
    /// Which of them leads it.
    #[serde(default)]
    lead: Option<UserId>,
    /// How much its people may use.
    #[serde(default)]
    quotas: AmountsBody,
}

/// What changes of a team; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeTeam {
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false)]
    description: Option<Option<String>>,
    /// An active member of the team, or `null` for nobody.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<UserId>)]
    lead: Option<Option<UserId>>,
    /// All of them: what is left out of it is not limited any more.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = AmountsBody, required = false)]
    quotas: Option<Option<AmountsBody>>,
}

/// Who comes and who goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeMembers {
    #[serde(default)]
    add: Vec<UserId>,
    #[serde(default)]
    remove: Vec<UserId>,
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<super::users::Which>,
) -> Result<Json<TeamList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let teams = teams::list(&app, &actor, org).await?;
    Ok(Json(TeamList { teams: teams.into_iter().map(SizedBody::from).collect() }))
}

pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<super::users::Which>,
    Body(new): Body<NewTeamBody>,
) -> Result<(StatusCode, Json<WithMembers>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let quotas = new.quotas.read()?;
    let new = NewTeam { name: new.name, description: new.description, members: new.members, lead: new.lead, quotas };
    let team = teams::create(&app, &actor, org, new).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &actor, team).await?)))
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<WithMembers>, Problem> {
    let team = teams::show(&app, &actor, team_id(&id)?).await?;
    Ok(Json(shown(&app, &actor, team).await?))
}

pub(super) async fn update(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(change): Body<ChangeTeam>,
) -> Result<Json<TeamBody>, Problem> {
    let edit = TeamEdit {
        name: kept("name", change.name)?,
        description: kept("description", change.description)?,
        lead: change.lead,
        quotas: kept("quotas", change.quotas)?.map(|it| it.read()).transpose()?,
    };
    Ok(Json(teams::update(&app, &actor, team_id(&id)?, edit).await?.into()))
}

pub(super) async fn delete(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<StatusCode, Problem> {
    teams::delete(&app, &actor, team_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn change_members(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(change): Body<ChangeMembers>,
) -> Result<Json<WithMembers>, Problem> {
    let (team, people) = teams::change_members(&app, &actor, team_id(&id)?, (change.add, change.remove)).await?;
    Ok(Json(with_members(team, people)))
}

async fn shown(app: &App, actor: &Actor, team: Team) -> Result<WithMembers, Error> {
    let people = teams::members(app, actor, &team).await?;
    Ok(with_members(team, people))
}

fn with_members(team: Team, people: Vec<User>) -> WithMembers {
    WithMembers { team: team.into(), members: people.into_iter().map(MemberBody::from).collect() }
}

/// What is not an id names nothing.
pub(super) fn team_id(text: &str) -> Result<TeamId, Error> {
    text.parse().map_err(|_| Error::NotFound("team"))
}

impl From<Team> for TeamBody {
    fn from(team: Team) -> Self {
        Self {
            id: team.id,
            name: team.name,
            description: team.description,
            lead: team.lead,
            quotas: (&team.quotas).into(),
            created_at: team.created_at.rfc3339(),
            updated_at: team.updated_at.rfc3339(),
        }
    }
}

impl From<Sized> for SizedBody {
    fn from(sized: Sized) -> Self {
        Self { team: sized.team.into(), member_count: sized.members }
    }
}

impl From<User> for MemberBody {
    fn from(user: User) -> Self {
        Self { id: user.id, user_name: user.user_name, display_name: user.display_name, status: user.status.word() }
    }
}
