//! What people let applications have, in the API.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::users::user_id;
use crate::app::App;
use crate::app::consents::{self, Consent};
use crate::domain::Error;
use crate::domain::id::ClientId;
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// Everything that a user lets applications have.
#[derive(Debug, Serialize)]
pub(super) struct ConsentList {
    consents: Vec<ConsentBody>,
}

/// What one application may have of a user.
#[derive(Debug, Serialize)]
struct ConsentBody {
    client_id: ClientId,
    client_name: String,
    scopes: Vec<String>,
    given_at: String,
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<ConsentList>, Problem> {
    let given = consents::list(&app, &actor, user_id(&id)?).await?;
    Ok(Json(ConsentList { consents: given.into_iter().map(ConsentBody::from).collect() }))
}

pub(super) async fn withdraw(
    State(app): State<App>,
    actor: Actor,
    Path((id, client_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let client: ClientId = client_id.parse().map_err(|_| Error::NotFound("consent"))?;
    consents::withdraw(&app, &actor, user_id(&id)?, client).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Consent> for ConsentBody {
    fn from(it: Consent) -> Self {
        Self { client_id: it.client, client_name: it.name, scopes: it.scopes, given_at: it.given_at.rfc3339() }
    }
}
