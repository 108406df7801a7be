//! The clients of a connection in the API: programs that get tokens for it by themselves.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::super::json::{Body, Words};
use super::connection_id;
use crate::app::App;
use crate::app::connections::{self, NewClient};
use crate::domain::connection::ConnectionClient;
use crate::domain::id::ClientId;
use crate::domain::policy::Actor;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

/// A client, whose secret is not kept itself.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web::api) struct ConnectionClientBody {
    /// The `client_id` at the token endpoint.
    id: ClientId,
    name: String,
    /// `client_secret` (in the header or in the body) or `private_key_jwt`.
    auth_method: &'static str,
    created_at: String,
    /// When it last got a token.
    last_used_at: Option<String>,
    /// The secret, only when the client was just made and has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

/// The body of a new client.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct NewConnectionClientBody {
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    /// The public keys it signs with (RFC 7517), each with a `kid`; it gets a secret where nothing is said.
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
}

pub(super) async fn create(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
    Body(new): Body<NewConnectionClientBody>,
) -> Result<(StatusCode, Json<ConnectionClientBody>), Problem> {
    caller.has_proved_lately()?;
    let NewClient { client, secret } =
        connections::add_client(&app, &caller.actor, connection_id(&id)?, (new.name, new.jwks.as_ref())).await?;
    let client_secret = secret.map(|it| it.reveal().clone());
    Ok((StatusCode::CREATED, Json(ConnectionClientBody { client_secret, ..client.into() })))
}

pub(super) async fn revoke(
    State(app): State<App>,
    actor: Actor,
    Words((id, client)): Words<(String, String)>,
) -> Result<StatusCode, Problem> {
    let id = connection_id(&id)?;
    let client: ClientId = client.parse().map_err(|_| Error::NotFound("client"))?;
    connections::revoke_client(&app, &actor, id, client).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<ConnectionClient> for ConnectionClientBody {
    fn from(it: ConnectionClient) -> Self {
        Self {
            id: it.id,
            auth_method: it.method(),
            name: it.name,
            created_at: it.created_at.rfc3339(),
            last_used_at: it.last_used_at.map(Timestamp::rfc3339),
            client_secret: None,
        }
    }
}
