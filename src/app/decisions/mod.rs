//! Whether somebody may do something: the questions that applications ask (OpenID AuthZEN Authorization API 1.0), answered from
//! roles, ceilings, teams, projects, shares and quotas as they are at this moment.
//!
//! **Invariant:** nothing that a question says of somebody or of something is believed: what counts is what is stored here.
//! **Invariant:** whoever asks about somebody else may ask for decisions, or is an application that got a token for it; about
//! oneself everybody may ask.

mod resources;
mod search;

use serde::Serialize;

use crate::app::teams::Amounts;
use crate::app::users::{self as people, Person};
use crate::app::{App, application, project_access};
use crate::domain::Error;
use crate::domain::id::{OrgId, ProjectId, TeamId, UserId};
use crate::domain::organisation::Organisation;
use crate::domain::policy::Actor;
use crate::domain::project::{self, Decision, refusal};
use crate::domain::resource::Kind;
use crate::domain::role::{Permission, RoleModel};
use crate::domain::secret::TokenHash;
use crate::domain::team;
use crate::domain::team::quota::excess;
use crate::oidc::scope::Scope;
use crate::store::{client_access, projects, team_usage, teams, users};

pub use search::resources as found_resources;
pub use search::{Found, Named, PAGE_MAX, Pages, actions, subjects};

/// Lets somebody ask for decisions about others.
pub const ASK: &str = "decisions:ask";
/// The kind of subject that there is.
pub const USER: &str = "user";
/// The kind of the organisation as something that is asked about: what a role allows everywhere.
pub const ORGANISATION: &str = "organisation";
/// The kind of a team.
pub const TEAM: &str = "team";
/// The kind of a project, of the organisation or registered by an application.
pub const PROJECT: &str = "project";

/// Who asks, about which organisation.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Who it is.
    pub actor: Actor,
    /// About whose people and things.
    pub org: OrgId,
}

/// Somebody or something that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What kind it is.
    pub kind: String,
    /// Which one.
    pub id: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Whether who,
    pub subject: Entity,
    /// may do what,
    pub action: String,
    /// to what.
    pub resource: Entity,
    /// How much more of what a team may use it would take.
    pub amounts: Amounts,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is allowed.
    pub is_allowed: bool,
    /// Why, in one word.
    pub reason: &'static str,
    /// Through what.
    pub through: Vec<Through>,
}

/// Something through which something is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Through {
    /// What kind it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Which one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Answer {
    fn yes(reason: &'static str, through: Vec<Through>) -> Self {
        Self { is_allowed: true, reason, through }
    }

    const fn no(reason: &'static str) -> Self {
        Self { is_allowed: false, reason, through: Vec::new() }
    }

    fn of(allowed: bool, reason: &'static str, otherwise: &'static str) -> Self {
        if allowed { Self::yes(reason, Vec::new()) } else { Self::no(otherwise) }
    }
}

/// The organisation and its rules, read once for all questions of a request.
struct Ground<'a> {
    app: &'a App,
    organisation: Organisation,
    model: std::sync::Arc<RoleModel>,
}

impl<'a> Ground<'a> {
    async fn of(app: &'a App, org: OrgId) -> Result<Self, Error> {
        let (organisation, model) = app.store.organisation(org).await?;
        Ok(Self { app, organisation, model })
    }

    const fn org(&self) -> OrgId {
        self.organisation.id
    }
}

/// The application that a token of its own for decisions stands for; nobody for any other token.
pub async fn asking_application(app: &App, token: &str) -> Result<Option<Actor>, Error> {
    let found = client_access::find(app.store.reader(), &TokenHash::of(token), app.now()).await?;
    let Some((id, scopes)) = found else { return Ok(None) };
    if !scopes.iter().any(|it| it == Scope::AuthZen.as_str()) {
        return Err(Error::forbidden("this token is for something else; ask for one with the scope authzen"));
    }
    Ok(application::known(app, id).await?.map(|it| it.actor()))
}

/// The organisation about which somebody asks: their own, or the one of this short name that an application serves.
pub async fn organisation(app: &App, actor: &Actor, slug: Option<&str>) -> Result<OrgId, Error> {
    let org = people::organisation_of(app, actor, slug).await?;
    if let Actor::Client(client) = actor {
        let known = application::known(app, client.id).await?.ok_or(Error::Unauthenticated)?;
        if !known.registration.reach.serves(&org.to_string()) {
            return Err(Error::NotFound("organisation"));
        }
    }
    Ok(org)
}

/// Answers a question.
pub async fn evaluate(app: &App, asker: &Asker, question: &Question) -> Result<Answer, Error> {
    let ground = Ground::of(app, asker.org).await?;
    match subject(&ground, asker, &question.subject).await? {
        Some(person) => decide(&ground, &person, question).await,
        None => Ok(Answer::no("unknown_subject")),
    }
}

/// Whom a question is about, for somebody who may ask about them.
async fn subject(ground: &Ground<'_>, asker: &Asker, named: &Entity) -> Result<Option<Person>, Error> {
    let found = if named.kind == USER { find_user(ground, &named.id).await? } else { None };
    let is_own = found.as_ref().is_some_and(|it| asker.actor.id() == Some(it.user.id.to_string()));
    if !is_own {
        may_ask(ground, asker)?;
    }
    Ok(found)
}

/// By the lasting id, or by the user name.
async fn find_user(ground: &Ground<'_>, id: &str) -> Result<Option<Person>, Error> {
    let db = ground.app.store.reader();
    let found = match id.parse::<UserId>() {
        Ok(id) => users::find(db, ground.org(), id).await?,
        Err(_) => users::find_by_name(db, ground.org(), id).await?,
    };
    match found {
        Some(user) => people::person_in(ground.app, &ground.model, user).await.map(Some),
        None => Ok(None),
    }
}

/// An application has a token for nothing else, so it may.
fn may_ask(ground: &Ground<'_>, asker: &Asker) -> Result<(), Error> {
    if matches!(asker.actor, Actor::Client(_)) { Ok(()) } else { asker.actor.may(&ground.model, ASK) }
}

async fn decide(ground: &Ground<'_>, person: &Person, question: &Question) -> Result<Answer, Error> {
    if !person.user.is_active() || ground.organisation.is_suspended {
        return Ok(Answer::no("not_active"));
    }
    let (action, id) = (question.action.as_str(), question.resource.id.as_str());
    match question.resource.kind.as_str() {
        ORGANISATION => Ok(of_organisation(ground, person, (id, action))),
        TEAM => of_team(ground, person, (id, action), &question.amounts).await,
        kind => {
            if kind == PROJECT
                && let Ok(id) = id.parse::<ProjectId>()
                && let Some(project) = projects::among(ground.app.store.reader(), ground.org(), &[id]).await?.pop()
            {
                return of_project(ground, person, (&project, action)).await;
            }
            match Kind::parse(kind) {
                Some(kind) => resources::decide(ground, person, (kind, id), action).await,
                None => Ok(of_application(ground, person, (kind, action))),
            }
        }
    }
}

/// What a role allows, wherever.
fn of_organisation(ground: &Ground<'_>, person: &Person, (id, action): (&str, &str)) -> Answer {
    if id != ground.organisation.slug && id != ground.org().to_string() {
        return Answer::no("unknown_resource");
    }
    match action.parse::<Permission>() {
        Ok(permission) if permission.is_known() => by_role(ground, person, action),
        Ok(_) | Err(_) => Answer::no("unknown_action"),
    }
}

/// What an application calls its own things: `read` on a `record` is the permission `app.record:read`.
fn of_application(ground: &Ground<'_>, person: &Person, (kind, action): (&str, &str)) -> Answer {
    let permission = format!("app.{kind}:{action}");
    match permission.parse::<Permission>() {
        Ok(_) => by_role(ground, person, &permission),
        Err(_) => Answer::no("unknown_action"),
    }
}

fn by_role(ground: &Ground<'_>, person: &Person, permission: &str) -> Answer {
    if !person.effective.allows(&ground.model, permission) {
        return Answer::no("no_permission");
    }
    Answer::yes("role", through_role(person))
}

/// The role that counts, and where it comes from.
fn through_role(person: &Person) -> Vec<Through> {
    let Some(grant) = person.effective.decided_by() else { return Vec::new() };
    let role = Through { kind: "role", id: Some(grant.role.to_string()) };
    vec![role, Through { kind: grant.source.kind(), id: grant.source.id() }]
}

async fn of_team(
    ground: &Ground<'_>,
    person: &Person,
    (id, action): (&str, &str),
    amounts: &Amounts,
) -> Result<Answer, Error> {
    let db = ground.app.store.reader();
    let found = match id.parse::<TeamId>() {
        Ok(id) => teams::among(db, ground.org(), &[id]).await?.pop(),
        Err(_) => None,
    };
    let Some(team) = found else { return Ok(Answer::no("unknown_resource")) };
    let is_on = teams::members(db, ground.org(), team.id).await?.contains(&person.user.id);
    let leads = team.lead == Some(person.user.id);
    let has = |permission: &str| person.effective.allows(&ground.model, permission);
    Ok(match action {
        "view" if is_on => Answer::yes("member", Vec::new()),
        "view" => Answer::of(has(team::READ), "role", "not_member"),
        "manage" if leads => Answer::yes("lead", Vec::new()),
        "manage" => Answer::of(has(team::MANAGE) && has(team::MANAGE_MEMBERS), "role", "no_permission"),
        "use" if !is_on => Answer::no("not_member"),
        "use" => {
            let reports = team_usage::list(db, ground.org(), team.id).await?;
            let used = reports.iter().fold(amounts.clone(), |all, it| all.plus(&it.amounts));
            let over = excess(&team.quotas, &used).into_iter().any(|it| amounts.get(it.of).is_some_and(|it| it > 0));
            Answer::of(!over, "within_quota", "over_quota")
        }
        _ => Answer::no("unknown_action"),
    })
}

async fn of_project(
    ground: &Ground<'_>,
    person: &Person,
    (it, action): (&project::Project, &str),
) -> Result<Answer, Error> {
    let decision = project_access::decision(ground.app.store.reader(), &ground.model, (it, person)).await?;
    let through = || vec![Through { kind: PROJECT, id: Some(it.id.to_string()) }];
    let refused = match action {
        "view" | "read" | "list" => match &decision {
            Decision::Deny(why) => Some(why.word()),
            Decision::Read(_) | Decision::Write => None,
        },
        "edit" | "update" | "write" => match &decision {
            Decision::Deny(why) => Some(why.word()),
            Decision::Read(limits) => Some(limits.first().map_or("no_permission", |it| it.word())),
            Decision::Write => None,
        },
        permission => match permission.parse::<Permission>() {
            Ok(wanted) if wanted.is_known() => refusal(&decision, &person.effective, &ground.model, &wanted),
            Ok(_) | Err(_) => Some("unknown_action"),
        },
    };
    Ok(refused.map_or_else(|| Answer::yes("project", through()), Answer::no))
}
