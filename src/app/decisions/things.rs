//! What is asked about, and what is known of one person and it: read once, and then asked for any deed.
//!
//! **Invariant:** what a person may do with a thing is decided by the rules that the product itself goes by: the projects' own, the
//! teams' own, and one function for resources.

use super::{Answer, Entity, Ground, ORGANISATION, PROJECT, TEAM, Through};
use crate::app::project_access;
use crate::app::resources::outwards;
use crate::app::team_usage::{self, Usage};
use crate::app::teams::{self as deeds, Amounts, Team};
use crate::app::users::Person;
use crate::domain::Error;
use crate::domain::id::{ProjectId, TeamId};
use crate::domain::project::{self, Decision, Project};
use crate::domain::resource::reach::{self, Asks, Link, Standing, Verdict, Way};
use crate::domain::resource::{Kind, MANAGE_ALL, MANAGE_OWN, Resource, ResourceKey};
use crate::domain::role::Permission;
use crate::domain::share::{Level, Sharee};
use crate::domain::team;
use crate::store::{projects, resources, shares, teams};

/// What is asked about.
pub(super) enum Thing {
    /// The organisation itself: what a role allows everywhere.
    Organisation,
    /// A team.
    Team(Team),
    /// A project of the organisation.
    Project(Project),
    /// What an application has registered: it, and what it lies in, outwards, with the projects that they are on.
    Resource {
        /// It, and what it lies in.
        chain: Vec<Resource>,
        /// The projects.
        on: Vec<Project>,
    },
    /// What an application calls its own things: `read` on a `record` is the permission `app.record:read`.
    OfApplication(String),
    /// Nothing that there is.
    Nothing,
}

impl Thing {
    pub(super) async fn find(ground: &Ground<'_>, named: &Entity) -> Result<Self, Error> {
        let (db, org, id) = (ground.app.store.reader(), ground.org(), named.id.as_str());
        match named.kind.as_str() {
            ORGANISATION if id == ground.organisation.slug || id == org.to_string() => Ok(Self::Organisation),
            ORGANISATION => Ok(Self::Nothing),
            TEAM => match id.parse::<TeamId>() {
                Ok(id) => Ok(teams::among(db, org, &[id]).await?.pop().map_or(Self::Nothing, Self::Team)),
                Err(_) => Ok(Self::Nothing),
            },
            kind => {
                if kind == PROJECT
                    && let Ok(id) = id.parse::<ProjectId>()
                    && let Some(project) = projects::among(db, org, &[id]).await?.pop()
                {
                    return Ok(Self::Project(project));
                }
                let Some(kind) = Kind::parse(kind) else { return Ok(Self::OfApplication(kind.to_owned())) };
                match ResourceKey::read(kind.word(), id) {
                    Ok(key) => match resources::find(db, org, &key).await? {
                        Some(resource) => Self::registered(ground, resource).await,
                        None => Ok(Self::Nothing),
                    },
                    Err(_) => Ok(Self::Nothing),
                }
            }
        }
    }

    /// A resource that is at hand.
    pub(super) async fn registered(ground: &Ground<'_>, resource: Resource) -> Result<Self, Error> {
        let (db, org) = (ground.app.store.reader(), ground.org());
        let chain = outwards(ground.app, resource).await?;
        let ids: Vec<ProjectId> = chain.iter().filter_map(|it| it.project).collect();
        let on = if ids.is_empty() { Vec::new() } else { projects::among(db, org, &ids).await? };
        Ok(Self::Resource { chain, on })
    }

    /// Everything that could be asked for of it.
    pub(super) fn actions(&self, ground: &Ground<'_>) -> Vec<String> {
        let permissions = || ground.model.permissions().map(str::to_owned);
        let of_kind = |kind: Kind| reach::deeds(kind).map(|(name, _)| name.to_owned());
        match self {
            Self::Organisation => permissions().collect(),
            Self::Team(_) => TEAM_ACTIONS.map(str::to_owned).into(),
            Self::Project(_) => of_kind(Kind::Project).chain(permissions()).collect(),
            Self::Resource { chain, .. } => chain.first().into_iter().flat_map(|it| of_kind(it.key.kind)).collect(),
            Self::OfApplication(kind) => {
                let own = format!("app.{kind}:");
                permissions().filter_map(|it| it.strip_prefix(&own).map(str::to_owned)).collect()
            }
            Self::Nothing => Vec::new(),
        }
    }
}

const TEAM_ACTIONS: [&str; 3] = ["view", "manage", "use"];

/// What is known of one person and one thing.
pub(super) enum Judged<'a> {
    /// The person may not come in.
    NotActive,
    /// Only the role counts.
    ByRole(&'a Thing),
    /// How the person stands to the team.
    Team { team: &'a Team, is_on: bool, usage: Usage },
    /// What the project lets the person do.
    Project { project: &'a Project, decision: Decision },
    /// How far the person gets with the resource.
    Resource { kind: Kind, verdict: Verdict },
}

impl<'a> Judged<'a> {
    pub(super) async fn of(ground: &Ground<'_>, person: &Person, thing: &'a Thing) -> Result<Self, Error> {
        if !person.user.is_active() || ground.organisation.is_suspended {
            return Ok(Self::NotActive);
        }
        let (db, org) = (ground.app.store.reader(), ground.org());
        match thing {
            Thing::Team(team) => {
                let is_on = teams::has(db, org, (team.id, person.user.id)).await?;
                Ok(Self::Team { team, is_on, usage: team_usage::read(db, team).await? })
            }
            Thing::Project(project) => {
                let decision = project_access::decision(db, &ground.model, (project, person)).await?;
                Ok(Self::Project { project, decision })
            }
            Thing::Resource { chain, on } => {
                let Some(kind) = chain.first().map(|it| it.key.kind) else { return Ok(Self::ByRole(thing)) };
                let verdict = reach::decide(&standing(ground, person, (chain, on)).await?);
                Ok(Self::Resource { kind, verdict })
            }
            Thing::Organisation | Thing::OfApplication(_) | Thing::Nothing => Ok(Self::ByRole(thing)),
        }
    }

    pub(super) fn answer(&self, ground: &Ground<'_>, person: &Person, (action, amounts): (&str, &Amounts)) -> Answer {
        match self {
            Self::NotActive => Answer::no("not_active"),
            Self::ByRole(Thing::Organisation) => of_organisation(ground, person, action),
            Self::ByRole(Thing::OfApplication(kind)) => of_application(ground, person, (kind, action)),
            Self::ByRole(_) => Answer::no("unknown_resource"),
            Self::Team { team, is_on, usage } => of_team(ground, person, (team, *is_on, usage), (action, amounts)),
            Self::Project { project, decision } => of_project(ground, person, (project, decision), action),
            Self::Resource { kind, verdict } => of_resource(ground, person, (*kind, verdict), action),
        }
    }
}

fn of_organisation(ground: &Ground<'_>, person: &Person, action: &str) -> Answer {
    match action.parse::<Permission>() {
        Ok(permission) if permission.is_known() => by_role(ground, person, action),
        Ok(_) | Err(_) => Answer::no("unknown_action"),
    }
}

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

fn of_team(
    ground: &Ground<'_>,
    person: &Person,
    (team, is_on, usage): (&Team, bool, &Usage),
    (action, amounts): (&str, &Amounts),
) -> Answer {
    let reads = person.effective.allows(&ground.model, team::READ);
    let powers = || deeds::powers(&person.actor(None), &ground.model, team);
    match action {
        "view" if is_on => Answer::yes("member", Vec::new()),
        "view" => Answer::of(reads, "role", "not_member"),
        "manage" if team.lead == Some(person.user.id) => Answer::yes("lead", Vec::new()),
        "manage" => Answer::of(powers().describe && powers().fill, "role", "no_permission"),
        "use" if !is_on => Answer::no("not_member"),
        "use" => Answer::of(usage.refused(amounts).is_empty(), "within_quota", "over_quota"),
        _ => Answer::no("unknown_action"),
    }
}

fn of_project(
    ground: &Ground<'_>,
    person: &Person,
    (project, decision): (&Project, &Decision),
    action: &str,
) -> Answer {
    let refused = match (reach::asks(Kind::Project, action), decision) {
        (Some(Asks::For(_)), Decision::Deny(why)) => Some(why.word()),
        (Some(Asks::For(Level::Edit)), Decision::Read(limits)) => {
            Some(limits.first().map_or("no_permission", |it| it.word()))
        }
        (Some(Asks::For(_)), Decision::Read(_) | Decision::Write) => None,
        (Some(Asks::ToManage | Asks::ToKeep | Asks::Never), _) => Some("unknown_action"),
        (None, _) => match action.parse::<Permission>() {
            Ok(wanted) if wanted.is_known() => project::refusal(decision, &person.effective, &ground.model, &wanted),
            Ok(_) | Err(_) => Some("unknown_action"),
        },
    };
    let through = || vec![Through { kind: PROJECT, id: Some(project.id.to_string()) }];
    refused.map_or_else(|| Answer::yes(PROJECT, through()), Answer::no)
}

/// One of the resource's own deeds, or a permission of the application, for which the role is asked as well.
fn of_resource(ground: &Ground<'_>, person: &Person, (kind, verdict): (Kind, &Verdict), action: &str) -> Answer {
    let permission = action.strip_prefix("app.").and_then(|_| action.parse::<Permission>().ok());
    let asked = permission.as_ref().map(|it| reach::asks_of(kind, it)).or_else(|| reach::asks(kind, action));
    let Some(asked) = asked else { return Answer::no("unknown_action") };
    if let Some(reason) = reach::refusal(verdict, asked) {
        return Answer::no(reason.word());
    }
    if permission.is_some() && !person.effective.allows(&ground.model, action) {
        return Answer::no("no_permission");
    }
    let leads_there = |level: Level| match asked {
        Asks::For(wanted) => level >= wanted,
        Asks::ToManage | Asks::ToKeep | Asks::Never => true,
    };
    let ways = verdict.ways.iter().filter(|(_, level)| leads_there(*level));
    let through: Vec<Through> = ways.flat_map(|(way, _)| through(person, *way)).collect();
    let reason = through.first().map_or("role", |it| it.kind);
    Answer::yes(reason, through)
}

fn through(person: &Person, way: Way) -> Vec<Through> {
    let one = |kind: &'static str, id: String| vec![Through { kind, id: Some(id) }];
    match way {
        Way::Owner(_) => one("owner", person.user.id.to_string()),
        Way::Role => through_role(person),
        Way::Share(_, Sharee::User(id)) => one("share_with_user", id.to_string()),
        Way::Share(_, Sharee::Team(id)) => one("share_with_team", id.to_string()),
        Way::Everybody(_) => vec![Through { kind: "all_users", id: None }],
        Way::Project(id) => one(PROJECT, id.to_string()),
    }
}

async fn standing(
    ground: &Ground<'_>,
    person: &Person,
    (chain, on): (&[Resource], &[Project]),
) -> Result<Standing, Error> {
    let db = ground.app.store.reader();
    let ids: Vec<_> = chain.iter().map(|it| it.id).collect();
    let mut reaching = shares::reaching(db, (ground.org(), person.user.id), &ids).await?;
    let links = chain.iter().map(|it| Link {
        resource: it.id,
        is_own: [it.owner, it.registrar].contains(&Some(person.user.id)),
        visibility: it.visibility,
        shares: reaching.remove(&it.id).unwrap_or_default(),
    });
    let mut projects = Vec::new();
    for project in on {
        projects.push((project.id, project_access::decision(db, &ground.model, (project, person)).await?));
    }
    Ok(Standing {
        is_active: person.user.is_active(),
        is_reader: person.effective.is_reader(&ground.model),
        has_everything: person.effective.has_everything(&ground.model),
        manages_all: person.effective.allows(&ground.model, MANAGE_ALL),
        manages_own: person.effective.allows(&ground.model, MANAGE_OWN),
        chain: links.collect(),
        projects,
    })
}
