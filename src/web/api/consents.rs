//! What people let applications have, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::Words;
use super::users::user_id;
use crate::app::App;
use crate::app::consents::{self, Consent};
use crate::domain::Error;
use crate::domain::id::ClientId;
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists what a user lets applications have").answers::<ConsentList>(200);
    let withdraw = operation("Takes back what a user lets an application have");
    routes.get("/api/v1/users/{id}/consents", list, self::list).delete(
        "/api/v1/users/{id}/consents/{client_id}",
        withdraw,
        self::withdraw,
    )
}

/// Everything that a user lets applications have.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsentList {
    consents: Vec<ConsentBody>,
}

/// What one application may have of a user.
#[derive(Debug, Serialize, ToSchema)]
struct ConsentBody {
    client_id: ClientId,
    client_name: String,
    scopes: Vec<String>,
    /// The resource servers at which it may act for the user (RFC 8707).
    resources: Vec<String>,
    given_at: String,
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ConsentList>, Problem> {
    let given = consents::list(&app, &actor, user_id(&id)?).await?;
    Ok(Json(ConsentList { consents: given.into_iter().map(ConsentBody::from).collect() }))
}

pub(super) async fn withdraw(
    State(app): State<App>,
    actor: Actor,
    Words((id, client_id)): Words<(String, String)>,
) -> Result<StatusCode, Problem> {
    let client: ClientId = client_id.parse().map_err(|_| Error::NotFound("consent"))?;
    consents::withdraw(&app, &actor, user_id(&id)?, client).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Consent> for ConsentBody {
    fn from(it: Consent) -> Self {
        Self {
            client_id: it.client,
            client_name: it.name,
            scopes: it.agreed.scopes,
            resources: it.agreed.resources,
            given_at: it.given_at.rfc3339(),
        }
    }
}
