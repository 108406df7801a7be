//! Oneself in the API: the own profile and the own tokens.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Words, kept, told};
use super::users::UserBody;
use crate::app::language::by_tag;
use crate::app::personal_tokens::{self, LIFETIME, NewToken, PersonalToken, Scope};
use crate::app::profile::{self, ProfileChange};
use crate::app::{App, departures, own_email, users};
use crate::domain::id::PersonalTokenId;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let show = operation("Shows oneself").answers::<OwnBody>(200);
    let change = operation("Changes the own name or language").takes::<ProfileBody>().answers::<UserBody>(200);
    let email = operation("Asks for another e-mail address, which counts once the link that is mailed to it is opened");
    let create = operation("Makes a personal token, which is in this answer and never again");
    routes
        .get("/api/v1/me", show, self::show)
        .patch("/api/v1/me", change, self::change)
        .post(
            "/api/v1/me/email",
            email.takes::<EmailBody>().answers_nothing(202).conflicts().throttles(),
            self::change_email,
        )
        .post("/api/v1/me/leave", operation("Leaves the organisation").conflicts(), leave)
        .get("/api/v1/me/tokens", operation("Lists the own tokens").answers::<TokenList>(200), tokens)
        .post("/api/v1/me/tokens", create.takes::<NewTokenBody>().answers::<TokenBody>(201), create_token)
        .delete("/api/v1/me/tokens/{id}", operation("Ends one of the own tokens"), revoke_token)
}

/// What somebody may change about the own profile.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileBody {
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 256)]
    display_name: Option<Option<String>>,
    /// The language of pages and letters: `en`, `de`, or `auto`, or null, for what the browser asks for.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, required = false)]
    language: Option<Option<String>>,
}

impl ProfileBody {
    fn read(self) -> Result<ProfileChange, Error> {
        let language = self.language.map(|tag| tag.map_or(Ok(None), |tag| by_tag(&tag))).transpose()?;
        Ok(ProfileChange { display_name: kept("display_name", self.display_name)?, language })
    }
}

/// Oneself, with what only this answer tells.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnBody {
    #[serde(flatten)]
    user: UserBody,
    /// Every permission of the role model that one has by the roles held now; a token may allow less.
    permissions: Vec<String>,
}

/// The address that mail is to go to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmailBody {
    #[schema(min_length = 3, max_length = 254)]
    email: String,
}

/// A token, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenBody {
    pub(super) id: PersonalTokenId,
    pub(super) name: String,
    /// The first characters of the token.
    pub(super) hint: String,
    #[schema(value_type = Vec<String>, example = json!(["read", "write"]))]
    pub(super) scopes: Vec<&'static str>,
    pub(super) created_at: String,
    pub(super) expires_at: String,
    pub(super) last_used_at: Option<String>,
    /// The token itself, in the answer that makes it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<String>,
}

/// The own tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenList {
    pub(super) tokens: Vec<TokenBody>,
}

/// The body of a new token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTokenBody {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// `read`, `write` or both.
    #[schema(min_items = 1)]
    scopes: Vec<String>,
    /// 90 days when nothing is said.
    #[schema(minimum = 1, maximum = 365)]
    expires_in_days: Option<u32>,
}

pub(super) async fn show(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Result<Json<OwnBody>, Problem> {
    let person = caller.person()?.clone();
    let permissions = users::permissions(&app, &person).await?;
    Ok(Json(OwnBody { user: UserBody::of(&app, person).await?, permissions }))
}

pub(super) async fn change(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(body): Body<ProfileBody>,
) -> Result<Json<UserBody>, Problem> {
    let person = profile::change(&app, &caller.actor, caller.person()?, body.read()?).await?;
    Ok(Json(UserBody::of(&app, person).await?))
}

pub(super) async fn change_email(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(body): Body<EmailBody>,
) -> Result<StatusCode, Problem> {
    let person = caller.person()?;
    caller.has_proved_lately()?;
    own_email::request(&app, &caller.actor, person, &body.email, caller.whence.clone()).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn leave(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Result<StatusCode, Problem> {
    departures::leave(&app, &caller.actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn tokens(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Result<Json<TokenList>, Problem> {
    let tokens = personal_tokens::list(&app, caller.person()?).await?;
    Ok(Json(TokenList { tokens: tokens.into_iter().map(TokenBody::from).collect() }))
}

pub(super) async fn create_token(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(body): Body<NewTokenBody>,
) -> Result<(StatusCode, Json<TokenBody>), Problem> {
    let person = caller.person()?;
    caller.has_proved_lately()?;
    let whence = caller.whence.clone();
    let (token, secret) = personal_tokens::create(&app, &caller.actor, person, body.read()?, whence).await?;
    let token = TokenBody { token: Some(secret.reveal().clone()), ..token.into() };
    Ok((StatusCode::CREATED, Json(token)))
}

pub(super) async fn revoke_token(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
) -> Result<StatusCode, Problem> {
    // What is not an id names nothing.
    let id = id.parse().map_err(|_| Error::NotFound("token"))?;
    personal_tokens::revoke(&app, &caller.actor, caller.person()?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl NewTokenBody {
    pub(super) fn read(self) -> Result<NewToken, Error> {
        let scopes: Option<Vec<Scope>> = self.scopes.iter().map(|word| Scope::parse(word)).collect();
        let mut scopes = scopes.ok_or_else(|| Error::malformed("scopes", "there are read and write"))?;
        scopes.sort_unstable();
        scopes.dedup();
        let lifetime = self.expires_in_days.map_or(LIFETIME, |days| Duration::from_hours(u64::from(days) * 24));
        Ok(NewToken { name: self.name, scopes, lifetime })
    }
}

impl From<PersonalToken> for TokenBody {
    fn from(token: PersonalToken) -> Self {
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
