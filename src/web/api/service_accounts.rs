//! Service accounts in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Params, Words, kept, told};
use super::me::{NewTokenBody, TokenBody, TokenList};
use super::users::Which;
use crate::app::service_accounts::{self, NewServiceAccount, ServiceAccount, ServiceAccountChange, ServiceToken};
use crate::app::{App, users};
use crate::domain::id::{PersonalTokenId, ServiceAccountId, UserId};
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists the service accounts").of_an_organisation().answers::<ServiceAccountList>(200);
    let create = operation("Makes a service account, which has no token yet")
        .of_an_organisation()
        .takes::<NewServiceAccountBody>()
        .answers::<ServiceAccountBody>(201)
        .conflicts();
    let update = operation("Changes a service account; another role counts for every token at once")
        .takes::<ChangeServiceAccountBody>()
        .answers::<ServiceAccountBody>(200)
        .conflicts();
    let deactivate = operation("Shuts a service account out at once; its tokens are dead for good");
    let activate =
        operation("Lets a service account in again, with new tokens only").answers::<ServiceAccountBody>(200);
    let create_token = operation("Makes a token for a service account, which is in this answer and never again")
        .takes::<NewTokenBody>()
        .answers::<TokenBody>(201)
        .conflicts();
    let show = operation("Shows a service account").answers::<ServiceAccountBody>(200);
    let tokens = operation("Lists the tokens of a service account").answers::<TokenList>(200);
    let end = operation("Ends a token of a service account");
    routes
        .get("/api/v1/service-accounts", list, self::list)
        .post("/api/v1/service-accounts", create, self::create)
        .get("/api/v1/service-accounts/{id}", show, self::show)
        .patch("/api/v1/service-accounts/{id}", update, self::update)
        .delete("/api/v1/service-accounts/{id}", operation("Takes a service account away"), delete)
        .post(
            "/api/v1/service-accounts/{id}/deactivate",
            deactivate.answers::<ServiceAccountBody>(200),
            self::deactivate,
        )
        .post("/api/v1/service-accounts/{id}/activate", activate, self::activate)
        .get("/api/v1/service-accounts/{id}/tokens", tokens, self::tokens)
        .post("/api/v1/service-accounts/{id}/tokens", create_token, self::create_token)
        .delete("/api/v1/service-accounts/{id}/tokens/{token_id}", end, revoke_token)
}

/// A service account, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceAccountBody {
    id: ServiceAccountId,
    name: String,
    description: String,
    /// Its one role.
    role: RoleKey,
    /// Who answers for it; nobody when the operator made it.
    owner: Option<UserId>,
    /// `active` or `deactivated`.
    status: &'static str,
    created_at: String,
    updated_at: String,
}

/// Every service account of an organisation, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceAccountList {
    service_accounts: Vec<ServiceAccountBody>,
}

/// The body of a new service account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewServiceAccountBody {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 500)]
    description: String,
    /// Never a protected one.
    role: RoleKey,
    /// Who answers for it; whoever makes it when nobody is named.
    owner: Option<UserId>,
}

/// What changes of a service account; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeServiceAccountBody {
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, max_length = 500)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = RoleKey, required = false)]
    role: Option<Option<RoleKey>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = UserId, required = false)]
    owner: Option<Option<UserId>>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<ServiceAccountList>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let all = service_accounts::list(&app, &actor, org).await?;
    Ok(Json(ServiceAccountList { service_accounts: all.into_iter().map(ServiceAccountBody::from).collect() }))
}

async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Body(new): Body<NewServiceAccountBody>,
) -> Result<(StatusCode, Json<ServiceAccountBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let NewServiceAccountBody { name, description, role, owner } = new;
    let made =
        service_accounts::create(&app, &actor, org, NewServiceAccount { name, description, role, owner }).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

async fn show(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ServiceAccountBody>, Problem> {
    Ok(Json(service_accounts::show(&app, &actor, account_id(&id)?).await?.into()))
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(change): Body<ChangeServiceAccountBody>,
) -> Result<Json<ServiceAccountBody>, Problem> {
    let change = ServiceAccountChange {
        name: kept("name", change.name)?,
        description: kept("description", change.description)?,
        role: kept("role", change.role)?,
        owner: kept("owner", change.owner)?,
    };
    Ok(Json(service_accounts::update(&app, &actor, account_id(&id)?, change).await?.into()))
}

async fn delete(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<StatusCode, Problem> {
    service_accounts::delete(&app, &actor, account_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn deactivate(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ServiceAccountBody>, Problem> {
    Ok(Json(service_accounts::deactivate(&app, &actor, account_id(&id)?).await?.into()))
}

async fn activate(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<ServiceAccountBody>, Problem> {
    Ok(Json(service_accounts::activate(&app, &actor, account_id(&id)?).await?.into()))
}

async fn tokens(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<TokenList>, Problem> {
    let all = service_accounts::tokens(&app, &actor, account_id(&id)?).await?;
    Ok(Json(TokenList { tokens: all.into_iter().map(TokenBody::from).collect() }))
}

async fn create_token(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
    Body(body): Body<NewTokenBody>,
) -> Result<(StatusCode, Json<TokenBody>), Problem> {
    caller.has_proved_lately()?;
    let (token, secret) = service_accounts::create_token(&app, &caller.actor, account_id(&id)?, body.read()?).await?;
    let token = TokenBody { token: Some(secret.reveal().clone()), ..token.into() };
    Ok((StatusCode::CREATED, Json(token)))
}

async fn revoke_token(
    State(app): State<App>,
    actor: Actor,
    Words((id, token)): Words<(String, String)>,
) -> Result<StatusCode, Problem> {
    let token: PersonalTokenId = token.parse().map_err(|_| Error::NotFound("token"))?;
    service_accounts::revoke_token(&app, &actor, account_id(&id)?, token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is not an id names nothing.
fn account_id(text: &str) -> Result<ServiceAccountId, Error> {
    text.parse().map_err(|_| Error::NotFound("service account"))
}

impl From<ServiceAccount> for ServiceAccountBody {
    fn from(it: ServiceAccount) -> Self {
        Self {
            id: it.id,
            name: it.name,
            description: it.description,
            role: it.role,
            owner: it.owner,
            status: if it.is_active { "active" } else { "deactivated" },
            created_at: it.created_at.rfc3339(),
            updated_at: it.updated_at.rfc3339(),
        }
    }
}

impl From<ServiceToken> for TokenBody {
    fn from(token: ServiceToken) -> Self {
        Self {
            id: token.id,
            name: token.name,
            hint: token.hint,
            scopes: token.scopes.iter().map(|scope| scope.word()).collect(),
            created_at: token.created_at.rfc3339(),
            expires_at: token.expires_at.rfc3339(),
            last_used_at: token.last_used_at.map(Timestamp::rfc3339),
            token: None,
        }
    }
}
