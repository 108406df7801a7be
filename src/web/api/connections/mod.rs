//! Connections to identity providers in the API.

mod bodies;
mod clients;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::document::{Documented, operation};
use super::json::{Body, OptionalBody, Params, Words, is_dry_run};
use super::users::Which;
use crate::app::connections::{self, TOKEN_DAYS};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::{ConnectionId, TokenId};
use crate::domain::policy::Actor;
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;
use bodies::{
    ChangeConnectionBody, ConnectionBody, ConnectionList, ConnectionTokenBody, ConnectionWithTokens, DeletionBody,
    NewConnectionBody, NewConnectionTokenBody,
};
use clients::{ConnectionClientBody, NewConnectionClientBody};

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let word = json!({ "type": "string", "enum": ["1", "0", "true", "false"] });
    let list = operation("Lists the connections, by name").of_an_organisation().answers::<ConnectionList>(200);
    let show =
        operation("Shows a connection with its tokens, as far as they are known").answers::<ConnectionWithTokens>(200);
    let create = operation("Makes a connection and its first token, which is in this answer and never again")
        .of_an_organisation()
        .takes::<NewConnectionBody>()
        .answers::<ConnectionWithTokens>(201);
    let update = operation("Changes the name of a connection, how people sign in there, or when its breaker trips")
        .takes::<ChangeConnectionBody>()
        .answers::<ConnectionWithTokens>(200);
    let create_token = operation("Makes another token, which is in this answer and never again; the others stay")
        .may_take::<NewConnectionTokenBody>()
        .answers::<ConnectionTokenBody>(201);
    let end = operation("Ends a token of a connection at once");
    let create_client = operation(
        "Makes a client that gets tokens for the connection itself; its secret is in this answer and never again",
    )
    .takes::<NewConnectionClientBody>()
    .answers::<ConnectionClientBody>(201);
    let end_client = operation("Ends a client of a connection at once, with every token it got");
    let pause = operation("Lets nobody sign in by a connection and answers its provider with \"later\"");
    let delete =
        operation("Deletes a connection with its tokens and groups; its people stay, and sign in at it no more")
            .query("dry_run", "`1` to delete nothing and see what would go.", word)
            .answers::<DeletionBody>(200);
    routes
        .get("/api/v1/connections", list, self::list)
        .post("/api/v1/connections", create, self::create)
        .get("/api/v1/connections/{id}", show, self::show)
        .patch("/api/v1/connections/{id}", update, self::update)
        .delete("/api/v1/connections/{id}", delete.conflicts(), self::delete)
        .post("/api/v1/connections/{id}/pause", pause.answers::<ConnectionBody>(200).conflicts(), self::pause)
        .post(
            "/api/v1/connections/{id}/resume",
            operation("Lets a paused connection go on").answers::<ConnectionBody>(200),
            resume,
        )
        .post("/api/v1/connections/{id}/tokens", create_token, self::create_token)
        .delete("/api/v1/connections/{id}/tokens/{token_id}", end, revoke_token)
        .post("/api/v1/connections/{id}/clients", create_client, clients::create)
        .delete("/api/v1/connections/{id}/clients/{client_id}", end_client, clients::revoke)
}

/// Whether the deletion is only tried out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct How {
    dry_run: Option<String>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<ConnectionList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let all = connections::list(&app, &actor, org).await?;
    Ok(Json(ConnectionList { connections: all.into_iter().map(ConnectionBody::from).collect() }))
}

async fn create(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Params(which): Params<Which>,
    Body(new): Body<NewConnectionBody>,
) -> Result<(StatusCode, Json<ConnectionWithTokens>), Problem> {
    caller.has_proved_lately()?;
    let actor = &caller.actor;
    let org = users::organisation_of(&app, actor, which.organisation.as_deref()).await?;
    let (made, token) = connections::create(&app, actor, new.read(org)?).await?;
    let body = ConnectionWithTokens::of(&app, actor, made.id, Some(token)).await?;
    Ok((StatusCode::CREATED, Json(body)))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ConnectionWithTokens>, Problem> {
    Ok(Json(ConnectionWithTokens::of(&app, &actor, connection_id(&id)?, None).await?))
}

/// How people sign in there is changed with a new proof only: whoever vouches for people is a way into their accounts. So
/// is the breaker, which stands between a stolen token and everybody's account.
async fn update(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
    Body(change): Body<ChangeConnectionBody>,
) -> Result<Json<ConnectionWithTokens>, Problem> {
    let change = change.read()?;
    if change.is_grave() {
        caller.has_proved_lately()?;
    }
    let changed = connections::change(&app, &caller.actor, connection_id(&id)?, change).await?;
    Ok(Json(ConnectionWithTokens::of(&app, &caller.actor, changed.id, None).await?))
}

async fn pause(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ConnectionBody>, Problem> {
    Ok(Json(connections::set_paused(&app, &actor, connection_id(&id)?, true).await?.into()))
}

async fn resume(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ConnectionBody>, Problem> {
    Ok(Json(connections::set_paused(&app, &actor, connection_id(&id)?, false).await?.into()))
}

/// Deletes the connection, or with `?dry_run=1` says what would go with it.
async fn delete(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(how): Params<How>,
) -> Result<Json<DeletionBody>, Problem> {
    let id = connection_id(&id)?;
    let deletion = match is_dry_run(how.dry_run.as_deref())? {
        true => connections::plan_deletion(&app, &actor, id).await?,
        false => connections::delete(&app, &actor, id).await?,
    };
    Ok(Json(deletion.into()))
}

async fn create_token(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
    OptionalBody(body): OptionalBody<NewConnectionTokenBody>,
) -> Result<(StatusCode, Json<ConnectionTokenBody>), Problem> {
    caller.has_proved_lately()?;
    let lifetime = connections::token_lifetime(body.expires_in_days.unwrap_or(TOKEN_DAYS))?;
    let made = connections::add_token(&app, &caller.actor, connection_id(&id)?, lifetime, body.may()?).await?;
    Ok((StatusCode::CREATED, Json(ConnectionTokenBody::of_new(&made))))
}

async fn revoke_token(
    State(app): State<App>,
    actor: Actor,
    Words((id, token)): Words<(String, String)>,
) -> Result<StatusCode, Problem> {
    let id = connection_id(&id)?;
    let token: TokenId = token.parse().map_err(|_| Error::NotFound("token"))?;
    connections::revoke_token(&app, &actor, id, token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is not an id names nothing.
pub(super) fn connection_id(text: &str) -> Result<ConnectionId, Error> {
    text.parse().map_err(|_| Error::NotFound("connection"))
}
