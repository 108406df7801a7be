//! Applications in the API: OpenID Connect clients of an organisation.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use self::bodies::{
    ApplicationBody, ApplicationList, ApplicationSessionList, ChangeApplicationBody, NewApplicationBody,
    RotateApplicationSecretBody,
};
use super::document::{Documented, operation};
use super::json::{Body, OptionalBody, Params, Words};
use super::users::{Which, user_id};
use crate::app::clients::{self, Earlier, Registered, SHOWN, SHOWN_MAX};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::ClientId;
use crate::domain::policy::Actor;
use crate::domain::secret::Secret;
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

mod bodies;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the applications").of_an_organisation().answers::<ApplicationList>(200);
    let create = operation("Registers an application, whose secret is in this answer and never again")
        .of_an_organisation()
        .takes::<NewApplicationBody>()
        .answers::<ApplicationBody>(201);
    let show = operation("Shows an application").answers::<ApplicationBody>(200);
    let update = operation("Changes an application; what narrows it counts at once, also for tokens that it has")
        .takes::<ChangeApplicationBody>()
        .answers::<ApplicationBody>(200);
    let delete = operation("Takes an application away, with everything that was issued to it");
    let rotate = operation("Gives an application a new secret, which is in this answer and never again")
        .about("The earlier secret works for 24 hours beside it, unless it ends at once.")
        .may_take::<RotateApplicationSecretBody>()
        .answers::<ApplicationBody>(200);
    let disable = operation("Refuses an application everywhere; what was issued to it is void for good")
        .answers::<ApplicationBody>(200);
    let enable = operation("Serves a disabled application again").answers::<ApplicationBody>(200);
    let most = json!({ "type": "integer", "minimum": 1, "maximum": SHOWN_MAX, "default": SHOWN });
    let sessions = operation("Lists who is signed in to an application, whoever came last first")
        .query("limit", "How many authorizations are looked through.", most)
        .answers::<ApplicationSessionList>(200);
    let end = operation("Ends everything that an application has of one user, and tells the application");
    routes
        .get("/api/v1/clients", list, self::list)
        .post("/api/v1/clients", create, self::create)
        .get("/api/v1/clients/{id}", show, self::show)
        .patch("/api/v1/clients/{id}", update, self::update)
        .delete("/api/v1/clients/{id}", delete, self::delete)
        .post("/api/v1/clients/{id}/rotate-secret", rotate, self::rotate)
        .post("/api/v1/clients/{id}/disable", disable, self::disable)
        .post("/api/v1/clients/{id}/enable", enable, self::enable)
        .get("/api/v1/clients/{id}/sessions", sessions, self::sessions)
        .delete("/api/v1/clients/{id}/sessions/{user_id}", end, end_access)
}

#[derive(Deserialize)]
struct HowMany {
    limit: Option<u64>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<ApplicationList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let all = clients::list(&app, &actor, Some(org)).await?;
    Ok(Json(ApplicationList::of(all)))
}

async fn create(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Params(which): Params<Which>,
    Body(new): Body<NewApplicationBody>,
) -> Result<(StatusCode, Json<ApplicationBody>), Problem> {
    caller.has_proved_lately()?;
    let org = users::organisation_of(&app, &caller.actor, which.organisation.as_deref()).await?;
    let (made, secret) = Box::pin(clients::create(&app, &caller.actor, new.read(org)?)).await?;
    Ok((StatusCode::CREATED, Json(once(made, secret.as_ref()))))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ApplicationBody>, Problem> {
    Ok(Json(clients::get(&app, &actor, client_id(&id)?).await?.into()))
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(change): Body<ChangeApplicationBody>,
) -> Result<Json<ApplicationBody>, Problem> {
    let before = clients::get(&app, &actor, client_id(&id)?).await?;
    let edit = change.read(&before.registration)?;
    Ok(Json(Box::pin(clients::edit(&app, &actor, before.client.id, edit)).await?.into()))
}

async fn delete(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<StatusCode, Problem> {
    clients::delete(&app, &actor, client_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rotate(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
    OptionalBody(how): OptionalBody<RotateApplicationSecretBody>,
) -> Result<Json<ApplicationBody>, Problem> {
    caller.has_proved_lately()?;
    let earlier = if how.earlier_ends { Earlier::Ends } else { Earlier::Overlaps };
    let (it, secret) = clients::rotate_secret(&app, &caller.actor, client_id(&id)?, earlier).await?;
    Ok(Json(once(it, Some(&secret))))
}

async fn disable(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ApplicationBody>, Problem> {
    Ok(Json(clients::disable(&app, &actor, client_id(&id)?).await?.into()))
}

async fn enable(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ApplicationBody>, Problem> {
    Ok(Json(clients::enable(&app, &actor, client_id(&id)?).await?.into()))
}

async fn sessions(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(most): Params<HowMany>,
) -> Result<Json<ApplicationSessionList>, Problem> {
    let found = clients::signed_in(&app, &actor, client_id(&id)?, most.limit.unwrap_or(SHOWN)).await?;
    Ok(Json(found.into()))
}

async fn end_access(
    State(app): State<App>,
    actor: Actor,
    Words((id, user)): Words<(String, String)>,
) -> Result<StatusCode, Problem> {
    clients::end_access(&app, &actor, client_id(&id)?, user_id(&user)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is not an id names nothing.
fn client_id(text: &str) -> Result<ClientId, Error> {
    text.parse().map_err(|_| Error::NotFound("client"))
}

/// An application with the secret that was just made.
fn once(it: Registered, secret: Option<&Secret<String>>) -> ApplicationBody {
    ApplicationBody::from(it).with(secret)
}
