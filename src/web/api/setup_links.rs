//! How far the setting up of a connection has come, and the links by which somebody outside does it, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::connections::connection_id;
use super::document::{Documented, operation};
use super::json::{OptionalBody, Words};
use crate::app::App;
use crate::app::connections::{self, NewSetupLink};
use crate::domain::Error;
use crate::domain::connection::guide::Finding;
use crate::domain::connection::{SETUP_LINK_DAYS, SetupLink};
use crate::domain::id::{CallId, SetupLinkId, TokenId, UserId};
use crate::domain::policy::Actor;
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let guide =
        operation("Shows how far the setting up of a connection has come, and what is to be mended at its provider")
            .answers::<SetupBody>(200);
    let list = operation("Lists the links by which somebody outside sets a connection up, newest first")
        .answers::<SetupLinkList>(200);
    let create = operation("Makes a link for somebody outside, whose address is in this answer and never again")
        .about("Whoever has it sees how far this one connection has come, without anybody's name, and makes one token of it.")
        .may_take::<NewSetupLinkBody>()
        .answers::<SetupLinkBody>(201);
    let end = operation("Ends such a link at once; a token that was made with it stays");
    routes
        .get("/api/v1/connections/{id}/setup", guide, self::guide)
        .get("/api/v1/connections/{id}/setup-links", list, self::list)
        .post("/api/v1/connections/{id}/setup-links", create, self::create)
        .delete("/api/v1/connections/{id}/setup-links/{link_id}", end, self::end)
}

/// How far it has come.
#[derive(Debug, Serialize, ToSchema)]
struct SetupBody {
    /// The address as this provider has to be told it.
    scim_base_url: String,
    steps: Vec<StepBody>,
    /// The first step that is not done.
    waiting_for: Option<&'static str>,
    findings: Vec<FindingBody>,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
struct StepBody {
    /// `token`, `request`, `user`, `group` or `sign_in`.
    step: &'static str,
    done: bool,
}

/// What is to be mended.
#[derive(Debug, Default, Serialize, ToSchema)]
struct FindingBody {
    /// `match`, `no_external_id`, `foreign_external_id`, `no_role`, `no_address`, `no_name` or `refused`.
    finding: &'static str,
    /// By which attribute users are looked up.
    attribute: Option<String>,
    /// Of how many of the users pushed last it is true.
    users: Option<u64>,
    /// The request in the journal.
    request: Option<CallId>,
    /// What the server said to it.
    detail: Option<String>,
}

/// The links.
#[derive(Debug, Serialize, ToSchema)]
struct SetupLinkList {
    setup_links: Vec<SetupLinkBody>,
}

/// A link.
#[derive(Debug, Serialize, ToSchema)]
struct SetupLinkBody {
    id: SetupLinkId,
    /// Where it leads; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Who made it; none when it was the operator.
    made_by: Option<UserId>,
    created_at: String,
    expires_at: String,
    /// False when whoever made it could not do so now, or has another password.
    works: bool,
    /// The token that was made with it.
    token_id: Option<TokenId>,
}

/// How long a link works.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSetupLinkBody {
    /// 7 where nothing is said.
    #[schema(minimum = 1, maximum = 30)]
    expires_in_days: Option<u32>,
}

async fn guide(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<SetupBody>, Problem> {
    let id = connection_id(&id)?;
    let (connection, _) = connections::get(&app, &actor, id).await?;
    let evidence = connections::evidence(&app, &actor, id).await?;
    let steps: Vec<StepBody> =
        evidence.steps().into_iter().map(|(step, done)| StepBody { step: step.word(), done }).collect();
    Ok(Json(SetupBody {
        scim_base_url: connections::scim_url_for(&app, &connection),
        waiting_for: steps.iter().find(|it| !it.done).map(|it| it.step),
        steps,
        findings: evidence.findings().into_iter().map(FindingBody::from).collect(),
    }))
}

async fn list(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<SetupLinkList>, Problem> {
    let links = connections::list_setup_links(&app, &actor, connection_id(&id)?).await?;
    let setup_links = links.into_iter().map(|(link, works)| SetupLinkBody::of(&link, works)).collect();
    Ok(Json(SetupLinkList { setup_links }))
}

async fn create(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
    OptionalBody(body): OptionalBody<NewSetupLinkBody>,
) -> Result<(StatusCode, Json<SetupLinkBody>), Problem> {
    caller.has_proved_lately()?;
    let days = body.expires_in_days.unwrap_or(SETUP_LINK_DAYS);
    let NewSetupLink { link, url } =
        connections::create_setup_link(&app, &caller.actor, connection_id(&id)?, days).await?;
    let body = SetupLinkBody { url: Some(url.reveal().clone()), ..SetupLinkBody::of(&link, true) };
    Ok((StatusCode::CREATED, Json(body)))
}

async fn end(
    State(app): State<App>,
    actor: Actor,
    Words((id, link)): Words<(String, String)>,
) -> Result<StatusCode, Problem> {
    let link = link.parse().map_err(|_| Error::NotFound("link"))?;
    connections::revoke_setup_link(&app, &actor, connection_id(&id)?, link).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl SetupLinkBody {
    fn of(it: &SetupLink, works: bool) -> Self {
        Self {
            id: it.id,
            url: None,
            made_by: it.maker.map(|(id, _)| id),
            created_at: it.created_at.rfc3339(),
            expires_at: it.expires_at.rfc3339(),
            works,
            token_id: it.token,
        }
    }
}

impl From<Finding> for FindingBody {
    fn from(it: Finding) -> Self {
        let finding = it.word();
        match it {
            Finding::Match(attribute) => Self { finding, attribute: Some(attribute), ..Self::default() },
            Finding::NoExternalId(users)
            | Finding::ForeignExternalId(users)
            | Finding::NoAddress(users)
            | Finding::NoName(users)
            | Finding::NoRole(users) => Self { finding, users: Some(users), ..Self::default() },
            Finding::Refused(call, detail) => {
                Self { finding, request: Some(call), detail: Some(detail), ..Self::default() }
            }
        }
    }
}
