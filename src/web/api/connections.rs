//! Connections to identity providers in the API.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Params, Words, is_dry_run};
use super::users::Which;
use crate::app::connections::{self, Deletion};
use crate::app::{App, users};
use crate::domain::connection::{Connection, ConnectionToken};
use crate::domain::id::{ConnectionId, TokenId};
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let word = json!({ "type": "string", "enum": ["1", "0", "true", "false"] });
    let list = operation("Lists the connections, by name").of_an_organisation().answers::<ConnectionList>(200);
    let show = operation("Shows a connection with its tokens, as far as they are known").answers::<Shown>(200);
    let pause = operation("Lets nobody sign in by a connection and answers its provider with \"later\"");
    let delete =
        operation("Deletes a connection with its tokens and groups; its people stay, and sign in at it no more")
            .query("dry_run", "`1` to delete nothing and see what would go.", word)
            .answers::<DeletionBody>(200);
    routes
        .get("/api/v1/connections", list, self::list)
        .get("/api/v1/connections/{id}", show, self::show)
        .delete("/api/v1/connections/{id}", delete.conflicts(), self::delete)
        .post("/api/v1/connections/{id}/pause", pause.answers::<ConnectionBody>(200), self::pause)
        .post(
            "/api/v1/connections/{id}/resume",
            operation("Lets a paused connection go on").answers::<ConnectionBody>(200),
            resume,
        )
}

/// A connection, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConnectionBody {
    id: ConnectionId,
    /// `okta`, `entra` or `generic`.
    kind: &'static str,
    name: String,
    /// `active` or `paused`.
    status: &'static str,
    /// Where its people sign in; none when they sign in here.
    issuer: Option<String>,
    /// Whether somebody whom nobody pushed is made a user.
    jit: bool,
    default_role: Option<String>,
    max_role: Option<String>,
    protected_roles: bool,
    created_at: String,
    updated_at: String,
}

/// Every connection, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConnectionList {
    connections: Vec<ConnectionBody>,
}

/// A connection with what hangs on it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Shown {
    #[serde(flatten)]
    connection: ConnectionBody,
    /// The domains whose addresses sign in there.
    domains: Vec<String>,
    tokens: Vec<TokenBody>,
}

/// A SCIM token, which is not kept itself.
#[derive(Debug, Serialize, ToSchema)]
struct TokenBody {
    id: TokenId,
    hint: String,
    created_at: String,
    expires_at: String,
    last_used_at: Option<String>,
}

/// What goes, or went, with a connection.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletionBody {
    /// How many people it manages; they stay.
    people: u64,
    /// How many of them can sign in now and not afterwards, until they belong to another connection.
    locked_out: u64,
    /// How many groups go, with the roles that they give.
    groups: u64,
    tokens: u64,
    domains: Vec<String>,
    /// The roles that people have by it and lose.
    roles: Vec<RoleKey>,
}

/// Whether the deletion is only tried out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct How {
    dry_run: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<ConnectionList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let all = connections::list(&app, &actor, org).await?;
    Ok(Json(ConnectionList { connections: all.into_iter().map(ConnectionBody::from).collect() }))
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<Shown>, Problem> {
    let (connection, tokens) = connections::get(&app, &actor, parse(&id)?).await?;
    let domains = connections::domains(&app, &actor, &connection).await?;
    let tokens = tokens.into_iter().map(TokenBody::from).collect();
    Ok(Json(Shown { connection: connection.into(), domains, tokens }))
}

pub(super) async fn pause(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ConnectionBody>, Problem> {
    Ok(Json(connections::set_paused(&app, &actor, parse(&id)?, true).await?.into()))
}

pub(super) async fn resume(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ConnectionBody>, Problem> {
    Ok(Json(connections::set_paused(&app, &actor, parse(&id)?, false).await?.into()))
}

/// Deletes the connection, or with `?dry_run=1` says what would go with it.
pub(super) async fn delete(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(how): Params<How>,
) -> Result<Json<DeletionBody>, Problem> {
    let id = parse(&id)?;
    let deletion = match is_dry_run(how.dry_run.as_deref())? {
        true => connections::plan_deletion(&app, &actor, id).await?,
        false => connections::delete(&app, &actor, id).await?,
    };
    Ok(Json(deletion.into()))
}

/// What is not an id names nothing.
fn parse(text: &str) -> Result<ConnectionId, Error> {
    text.parse().map_err(|_| Error::NotFound("connection"))
}

impl From<Connection> for ConnectionBody {
    fn from(it: Connection) -> Self {
        Self {
            id: it.id,
            kind: it.kind.word(),
            name: it.name,
            status: if it.is_paused { "paused" } else { "active" },
            issuer: it.settings.issuer,
            jit: it.settings.jit,
            default_role: it.settings.default_role,
            max_role: it.settings.max_role,
            protected_roles: it.settings.protected_roles,
            created_at: it.created_at.rfc3339(),
            updated_at: it.updated_at.rfc3339(),
        }
    }
}

impl From<ConnectionToken> for TokenBody {
    fn from(it: ConnectionToken) -> Self {
        Self {
            id: it.id,
            hint: it.hint,
            created_at: it.created_at.rfc3339(),
            expires_at: it.expires_at.rfc3339(),
            last_used_at: it.last_used_at.map(Timestamp::rfc3339),
        }
    }
}

impl From<Deletion> for DeletionBody {
    fn from(it: Deletion) -> Self {
        Self {
            people: it.people,
            locked_out: it.locked_out,
            groups: it.groups,
            tokens: it.tokens,
            domains: it.domains,
            roles: it.roles,
        }
    }
}
