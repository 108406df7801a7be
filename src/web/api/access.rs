//! Why users may do what they may, in the API.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Params, Words};
use crate::app::App;
use crate::app::explain::{self, Explanation, Link, Named, Question, Step};
use crate::domain::id::{AuditId, CallId, ProjectId, ResourceId, UserId};
use crate::domain::policy::Actor;
use crate::domain::project::Decision;
use crate::domain::resource::reach::Reason;
use crate::domain::role::{RoleKey, Source};
use crate::domain::share::Level;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;

const PATH: &str = "/api/v1/users/{id}/access";
const ABOUT: &str = "Every role with the chain that leads to it: the mapping of a group, the membership in it, the deed that made each \
    of them, and the request of the identity provider that asked for the deed; every project likewise, and the resource that is \
    named. With `at` it is told as it was then: roles, memberships, assignments and shares of that moment, weighed by the roles \
    as they are defined now, under the names of now. Deeds and moments that are past need the permission `users.activity:read`, \
    requests `org.scim:manage`, projects `projects.access:manage`; about oneself none of the first and last.";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let at = json!({ "type": "string", "examples": ["2026-11-30", "2026-11-30T10:30:00Z"] });
    let id = json!({ "type": "string", "format": "uuid" });
    let explained = operation("Explains what a user may do, now or at a moment that is past")
        .about(ABOUT)
        .query("at", "A day, for its end in UTC, or a moment.", at)
        .query("resource", "The id of a resource to be explained besides.", id)
        .answers::<ExplanationBody>(200);
    routes.get(PATH, explained, show)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    at: Option<String>,
    resource: Option<String>,
}

/// What a user may do, and why.
#[derive(Debug, Serialize, ToSchema)]
struct ExplanationBody {
    user: UserId,
    /// The moment of which this is told.
    at: String,
    /// The status at that moment: whoever was deactivated could use nothing of this. Of the past, nobody is told to have been
    /// `pending` who is not now.
    status: &'static str,
    /// The role that counted.
    role: Option<RoleKey>,
    /// Every permission that followed, as the roles are defined now.
    permissions: Vec<String>,
    /// When roles were last defined anew after that moment; null where they were not.
    roles_redefined_at: Option<String>,
    /// Every role held, the deciding one first.
    roles: Vec<ExplainedRoleBody>,
    /// Every project; null for somebody who may not see access to projects.
    projects: Option<Vec<ExplainedProjectBody>>,
    /// The resource that was named.
    resource: Option<ExplainedResourceBody>,
}

/// A role that is held, and why.
#[derive(Debug, Serialize, ToSchema)]
struct ExplainedRoleBody {
    role: RoleKey,
    source: Source,
    since: String,
    chain: Vec<LinkBody>,
}

/// A project that somebody is on, and why.
#[derive(Debug, Serialize, ToSchema)]
struct ExplainedProjectBody {
    id: ProjectId,
    name: String,
    /// `none`, `read` or `write`.
    access: &'static str,
    /// Why it is no more than that.
    reasons: Vec<&'static str>,
    ways: Vec<ProjectWayBody>,
}

/// A way in which somebody is on a project.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectWayBody {
    /// False for a team that is not the user's there.
    counts: bool,
    chain: Vec<LinkBody>,
}

/// How far somebody gets with a resource, and why.
#[derive(Debug, Serialize, ToSchema)]
struct ExplainedResourceBody {
    id: ResourceId,
    name: String,
    /// `view` or `edit`; null where nothing leads there.
    reach: Option<&'static str>,
    /// What holds the user back from what the ways would allow.
    limit: Option<&'static str>,
    ways: Vec<ResourceWayBody>,
}

/// A way to a resource.
#[derive(Debug, Serialize, ToSchema)]
struct ResourceWayBody {
    /// `view` or `edit`.
    level: &'static str,
    chain: Vec<LinkBody>,
}

/// A link of a chain.
#[derive(Debug, Serialize, ToSchema)]
struct LinkBody {
    /// `by_hand`, `asserted`, `default`, `mapped`, `member`, `on_team`, `assigned`, `shared`, `owned` or `open`.
    link: &'static str,
    /// The group, the team, the project, the resource or the connection that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<LinkedBody>,
    /// Who or what is on the project, or whom the resource is shared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<LinkedBody>,
    /// The role that it gives, the access or the level.
    #[serde(skip_serializing_if = "Option::is_none")]
    gives: Option<String>,
    /// Since when it is so.
    since: Option<String>,
    /// The deed that made it so, where the record knows it and it may be read.
    deed: Option<LinkDeedBody>,
    /// The request of the identity provider that asked for the deed.
    request: Option<LinkRequestBody>,
}

/// Somebody or something by its name.
#[derive(Debug, Serialize, ToSchema)]
struct LinkedBody {
    kind: &'static str,
    id: String,
    name: String,
}

/// A deed.
#[derive(Debug, Serialize, ToSchema)]
struct LinkDeedBody {
    #[schema(value_type = String)]
    id: AuditId,
    action: String,
    at: String,
    by: LinkActorBody,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
struct LinkActorBody {
    kind: String,
    id: Option<String>,
    label: String,
}

/// A request of an identity provider; its entry is at `/api/v1/provisioning/journal/{id}`.
#[derive(Debug, Serialize, ToSchema)]
struct LinkRequestBody {
    id: CallId,
    method: String,
    path: String,
    at: String,
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(asked): Params<Asked>,
) -> Result<Json<ExplanationBody>, Problem> {
    let user = id.parse().map_err(|_| Error::NotFound("user"))?;
    let at = explain::moment(asked.at.as_deref().unwrap_or_default(), app.now())?;
    let resource = asked.resource.map(|it| it.parse().map_err(|_| Error::NotFound("resource"))).transpose()?;
    Ok(Json(explain::explain(&app, &actor, user, Question { at, resource }).await?.into()))
}

impl From<Explanation> for ExplanationBody {
    fn from(it: Explanation) -> Self {
        let roles = it.roles.into_iter().map(|it| ExplainedRoleBody {
            role: it.grant.role,
            source: it.grant.source,
            since: it.grant.since.rfc3339(),
            chain: chain(it.chain),
        });
        let projects = it.projects.map(|all| {
            let bodies = all.into_iter().map(|it| ExplainedProjectBody {
                access: it.decision.word(),
                reasons: reasons(&it.decision),
                ways: it.ways.into_iter().map(|(way, counts)| ProjectWayBody { counts, chain: chain(way) }).collect(),
                id: it.project.id,
                name: it.project.name,
            });
            bodies.collect()
        });
        let resource = it.resource.map(|it| ExplainedResourceBody {
            reach: it.reach.map(Level::word),
            limit: it.limit.map(Reason::word),
            ways: it
                .ways
                .into_iter()
                .map(|(way, level)| ResourceWayBody { level: level.word(), chain: chain(way) })
                .collect(),
            id: it.resource.id,
            name: it.resource.name,
        });
        Self {
            user: it.person.user.id,
            at: it.at.rfc3339(),
            status: it.person.user.status.word(),
            role: it.person.effective.role,
            permissions: it.permissions,
            roles_redefined_at: it.redefined_at.map(Timestamp::rfc3339),
            roles: roles.collect(),
            projects,
            resource,
        }
    }
}

fn reasons(decision: &Decision) -> Vec<&'static str> {
    match decision {
        Decision::Deny(refusal) => vec![refusal.word()],
        Decision::Read(limits) => limits.iter().map(|it| it.word()).collect(),
        Decision::Write => Vec::new(),
    }
}

fn chain(steps: Vec<Step>) -> Vec<LinkBody> {
    steps.into_iter().map(LinkBody::from).collect()
}

impl From<Step> for LinkBody {
    fn from(step: Step) -> Self {
        let (link, about, with, gives) = told(step.link);
        let deed = step.deed.map(|it| LinkDeedBody {
            id: it.row.id,
            action: it.row.action,
            at: it.row.at.rfc3339(),
            by: LinkActorBody {
                kind: it.row.actor_kind,
                id: Some(it.row.actor_id).filter(|id| !id.is_empty()),
                label: it.by.now,
            },
        });
        let request =
            step.request.map(|it| LinkRequestBody { id: it.id, method: it.method, path: it.path, at: it.at.rfc3339() });
        Self { link, about, with, gives, since: step.since.map(Timestamp::rfc3339), deed, request }
    }
}

/// The word for a link, what it is about, who stands by it, and what it gives.
fn told(link: Link) -> (&'static str, Option<LinkedBody>, Option<LinkedBody>, Option<String>) {
    match link {
        Link::ByHand => ("by_hand", None, None, None),
        Link::Asserted(it) => ("asserted", Some(party("connection", it)), None, None),
        Link::Default(it) => ("default", Some(party("connection", it)), None, None),
        Link::Mapped(it, role) => ("mapped", Some(party("group", it)), None, Some(role.to_string())),
        Link::Member(it) => ("member", Some(party("group", it)), None, None),
        Link::OnTeam(it) => ("on_team", Some(party("team", it)), None, None),
        Link::Assigned { subject, project, access } => {
            let with = LinkedBody { kind: subject.id.kind(), id: subject.id.id(), name: subject.name };
            ("assigned", Some(party("project", project)), Some(with), Some(access.word().to_owned()))
        }
        Link::Shared { resource, with, level } => {
            let to = LinkedBody { kind: with.id.kind(), id: with.id.id(), name: with.name };
            ("shared", Some(party("resource", resource)), Some(to), Some(level.word().to_owned()))
        }
        Link::Owned(it) => ("owned", Some(party("resource", it)), None, None),
        Link::Open(it) => ("open", Some(party("resource", it)), None, None),
    }
}

fn party<T: ToString>(kind: &'static str, it: Named<T>) -> LinkedBody {
    LinkedBody { kind, id: it.id.to_string(), name: it.name }
}
