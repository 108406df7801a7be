//! The teams of the organisation: which there are, who is on them, and what is done to them.

mod quotas;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use self::quotas::{Bar, QuotaForm};
use super::described::{Described, shown, typed};
use super::list::address;
use super::shell::Shell;
use super::users::offered::offered;
use super::users::{Badge, user_path};
use super::{Console, words};
use crate::app::teams::{self, DESCRIPTION_MAX, MANAGE, NAME_MAX, NewTeam, Powers, Sized, Team, TeamEdit};
use crate::app::{App, team_usage};
use crate::domain::id::{TeamId, UserId};
use crate::domain::user::User;
use crate::domain::user_list::{UserFilter, UserList};
use crate::domain::{Denial, Error, Flaw};
use crate::web::form::{Fields, Signed};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// Where they are listed.
pub(super) const LIST: &str = "/console/teams";
const ACCOUNT: &str = "/account";

/// The routes of the teams.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/console/teams", Access::Session, list)
        .get("/console/teams/new", Access::Session, new)
        .post("/console/teams/new", Access::Session, create)
        .get("/console/teams/{id}", Access::Session, show)
        .post("/console/teams/{id}", Access::Session, update)
        .post("/console/teams/{id}/members", Access::Session, change_members)
        .post("/console/teams/{id}/lead", Access::Session, change_lead)
        .post("/console/teams/{id}/quotas", Access::Session, quotas::update)
        .get("/console/teams/{id}/delete", Access::Session, ask_delete)
        .post("/console/teams/{id}/delete", Access::Session, delete)
}

#[derive(Template)]
#[template(path = "console/teams/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    may_manage: bool,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    path: String,
    description: String,
    members: u64,
}

#[derive(Template)]
#[template(path = "console/teams/new.html")]
struct NewPage<'a> {
    shell: &'a Shell,
    t: Texts,
    form: Described,
}

#[derive(Template)]
#[template(path = "console/teams/team.html")]
struct TeamPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    description: String,
    lead: Option<Member>,
    /// What the form of the lead shows.
    led_by: String,
    powers: Powers,
    form: Described,
    quotas: QuotaForm,
    bars: Vec<Bar>,
    members: Vec<Member>,
    /// True for somebody who may look through the people of the organisation.
    may_search: bool,
    /// What was typed instead, and what was wrong with it.
    user_name: String,
    problem: Option<String>,
    /// What was searched for among those who can be put on the team.
    search: String,
    offered: Vec<Member>,
    has_more: bool,
    in_the_list: String,
}

struct Member {
    id: String,
    name: String,
    user_name: String,
    path: String,
    status: Badge,
    is_active: bool,
    is_lead: bool,
}

/// What stands in the forms of the page of a team, where it is something else than what is stored.
#[derive(Default)]
struct Draft<'a> {
    search: &'a str,
    form: Option<Described>,
    quotas: Option<QuotaForm>,
    user_name: &'a str,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "console/teams/delete.html")]
struct DeletePage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    title: String,
    text: String,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    name: String,
}

async fn list(State(app): State<App>, console: Console) -> Response {
    let teams = teams::list(&app, &console.actor, console.org()).await;
    console.answer(teams.map(|all| ListPage {
        shell: &console.shell,
        t: console.t,
        may_manage: may_manage(&console),
        rows: all.into_iter().map(Row::from).collect(),
    }))
}

async fn new(console: Console) -> Response {
    console.answer(new_page(&console, form("", "")))
}

async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let (name, description) = typed(&fields);
    let new = NewTeam { name: name.clone(), description: description.clone(), ..NewTeam::default() };
    match teams::create(&app, &console.actor, console.org(), new).await {
        Ok(team) => Redirect::to(&format!("{}?said=team-created", path_of(team.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_) | Error::Invalid { .. })) => {
            console.again(&cause, new_page(&console, form(&name, &description).refused(console.t, &cause)))
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn show(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Query(search): Query<Search>,
) -> Response {
    let page = async {
        let team = team(&app, &console, &id).await?;
        team_page(&app, &console, &team, Draft { search: &search.name, ..Draft::default() }).await
    };
    console.answer(page.await)
}

async fn update(State(app): State<App>, console: Console, Path(id): Path<String>, Signed(fields): Signed) -> Response {
    let team = match team(&app, &console, &id).await {
        Ok(team) => team,
        Err(cause) => return console.refuse(cause),
    };
    let merged = fields.over(&shown(&team.name, &team.description));
    let (name, description) = typed(&merged.fields);
    let form = form(&team.name, &team.description).filled(&name, &description);
    if !merged.clashes.is_empty() {
        let form = form.clashing(console.t, &merged.clashes);
        let draft = Draft { form: Some(form), ..Draft::default() };
        return console.again(&Error::Stale, team_page(&app, &console, &team, draft).await);
    }
    let edit = TeamEdit {
        name: Some(name).filter(|it| *it != team.name),
        description: Some(description).filter(|it| *it != team.description),
        ..TeamEdit::default()
    };
    match teams::update(&app, &console.actor, team.id, edit).await {
        Ok(team) => Redirect::to(&format!("{}?said=team-updated", path_of(team.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_) | Error::Invalid { .. })) => {
            let draft = Draft { form: Some(form.refused(console.t, &cause)), ..Draft::default() };
            console.again(&cause, team_page(&app, &console, &team, draft).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn change_members(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let team = match team(&app, &console, &id).await {
        Ok(team) => team,
        Err(cause) => return console.refuse(cause),
    };
    let typed = fields.get("user_name").map(str::trim);
    let done = async {
        let chosen = |prefix: &str| fields.under(prefix).filter_map(|it| it.parse().ok()).collect::<Vec<UserId>>();
        let mut added = chosen("add-");
        if let Some(name) = typed {
            added.push(teams::named(&app, &console.actor, &team, name).await?);
        }
        teams::change_members(&app, &console.actor, team.id, (added, chosen("remove-"))).await
    };
    match done.await {
        Ok((team, _)) => {
            // Whoever led the team and has left it sees it no more.
            let sees_it = teams::show(&app, &console.actor, team.id).await.is_ok();
            let to = if sees_it { format!("{}?said=members", path_of(team.id)) } else { ACCOUNT.to_owned() };
            Redirect::to(&to).into_response()
        }
        Err(cause @ (Error::Invalid { .. } | Error::Obstacle(_))) if typed.is_some() => {
            let problem = Some(words::problem(console.t, &cause).1);
            let draft = Draft { user_name: typed.unwrap_or_default(), problem, ..Draft::default() };
            console.again(&cause, team_page(&app, &console, &team, draft).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn change_lead(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let done = async {
        let team = team(&app, &console, &id).await?;
        let merged = fields.over(&led_by(&team));
        if !merged.clashes.is_empty() {
            return Err(Error::Stale);
        }
        let lead = match merged.fields.require("lead")? {
            "" => None,
            id => Some(id.parse().map_err(|_| Error::invalid("lead", Flaw::Lead))?),
        };
        let edit = TeamEdit { lead: Some(lead), ..TeamEdit::default() };
        teams::update(&app, &console.actor, team.id, edit).await
    };
    match done.await {
        Ok(team) => Redirect::to(&format!("{}?said=team-updated", path_of(team.id))).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn ask_delete(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let team = team(&app, &console, &id).await?;
        let members = teams::members(&app, &console.actor, &team).await?.len();
        if teams::powers(&console.actor, &console.model, &team).delete {
            Ok((team, members))
        } else {
            Err(not_offered())
        }
    };
    console.answer(page.await.map(|(team, members)| DeletePage {
        shell: &console.shell,
        t: console.t,
        path: path_of(team.id),
        title: console.t.name("ask-delete-team", &team.name),
        text: console.t.count("ask-delete-team-text", u64::try_from(members).unwrap_or(u64::MAX)),
    }))
}

async fn delete(State(app): State<App>, console: Console, Path(id): Path<String>, Signed(_): Signed) -> Response {
    let done = async { teams::delete(&app, &console.actor, team_id(&id)?).await };
    match done.await {
        Ok(()) => Redirect::to(&format!("{LIST}?said=team-deleted")).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

fn may_manage(console: &Console) -> bool {
    console.actor.may(&console.model, MANAGE).is_ok()
}

fn not_offered() -> Error {
    Error::denied(Denial::TeamNotOffered)
}

fn new_page(console: &Console, form: Described) -> Result<NewPage<'_>, Error> {
    if !may_manage(console) {
        return Err(not_offered());
    }
    Ok(NewPage { shell: &console.shell, t: console.t, form })
}

async fn team_page<'a>(app: &App, console: &'a Console, team: &Team, draft: Draft<'_>) -> Result<TeamPage<'a>, Error> {
    let t = console.t;
    let on = teams::members(app, &console.actor, team).await?;
    let powers = teams::powers(&console.actor, &console.model, team);
    let may_search = console.actor.may(&console.model, "users:list").is_ok();
    let (offered, has_more) =
        if powers.fill && may_search { others(app, console, &on, draft.search).await? } else { (Vec::new(), false) };
    let usage = team_usage::show(app, &console.actor, team.id).await?;
    let member = |it: &User| Member { is_lead: team.lead == Some(it.id), ..member(t, it) };
    let filter = UserFilter { team: Some(team.id), with_deactivated: true, ..UserFilter::default() };
    Ok(TeamPage {
        shell: &console.shell,
        t,
        path: path_of(team.id),
        name: team.name.clone(),
        description: team.description.clone(),
        lead: on.iter().find(|it| team.lead == Some(it.id)).map(member),
        led_by: led_by(team).carried(),
        powers,
        form: draft.form.unwrap_or_else(|| form(&team.name, &team.description)),
        quotas: draft.quotas.unwrap_or_else(|| QuotaForm::of(t, &team.quotas)),
        bars: quotas::bars(t, &usage),
        members: on.iter().map(member).collect(),
        may_search,
        user_name: draft.user_name.to_owned(),
        problem: draft.problem,
        search: draft.search.to_owned(),
        offered,
        has_more,
        in_the_list: address::of(&UserList { filter, ..UserList::default() }, &[]),
    })
}

/// The active users who are not on the team yet, as far as a page goes.
async fn others(app: &App, console: &Console, on: &[User], search: &str) -> Result<(Vec<Member>, bool), Error> {
    let (people, has_more) = offered(app, console, search).await?;
    let others = people.iter().filter(|it| !on.iter().any(|member| member.id == it.id));
    Ok((others.map(|it| member(console.t, it)).collect(), has_more))
}

fn member(t: Texts, user: &User) -> Member {
    Member {
        id: user.id.to_string(),
        name: user.display_name.clone(),
        user_name: user.user_name.clone(),
        path: user_path(user.id),
        status: Badge::of_status(t, user.status),
        is_active: user.is_active(),
        is_lead: false,
    }
}

async fn team(app: &App, console: &Console, id: &str) -> Result<Team, Error> {
    teams::show(app, &console.actor, team_id(id)?).await
}

/// What is not an id names nothing.
fn team_id(text: &str) -> Result<TeamId, Error> {
    text.parse().map_err(|_| Error::NotFound("team"))
}

/// The address of a team.
pub(super) fn path_of(id: TeamId) -> String {
    format!("{LIST}/{id}")
}

/// The form of the lead as it shows this one.
fn led_by(team: &Team) -> Fields {
    Fields::shown([("lead", team.lead.map(|it| it.to_string()).unwrap_or_default())])
}

fn form(name: &str, description: &str) -> Described {
    Described::of(name, description, (NAME_MAX, DESCRIPTION_MAX))
}

impl From<Sized> for Row {
    fn from(sized: Sized) -> Self {
        let team = sized.team;
        Self { path: path_of(team.id), name: team.name, description: team.description, members: sized.members }
    }
}
