//! Users in the API.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum_extra::extract::Query;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::json::Body;
use crate::app::App;
use crate::app::accounts::{self, NewUser, WayIn};
use crate::app::user_list::{self, Entry};
use crate::app::users::{self, OnLastHolder, Person};
use crate::domain::id::UserId;
use crate::domain::policy::Actor;
use crate::domain::role::{LiveGrant, RoleKey};
use crate::domain::user::SignIn;
use crate::domain::user_list::UserList;
use crate::domain::{Error, Timestamp};
use crate::web::error::Problem;

/// A user, as the API shows it.
#[derive(Debug, Serialize)]
pub(super) struct UserBody {
    id: UserId,
    user_name: String,
    display_name: String,
    email: Option<String>,
    sign_in: &'static str,
    status: &'static str,
    /// The role that counts.
    role: Option<RoleKey>,
    /// Where it comes from: every live grant, the deciding one first.
    grants: Vec<LiveGrant>,
    managed_by: Option<String>,
    created_at: String,
    updated_at: String,
}

/// A user on a page of a list, with what only the list knows.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    #[serde(flatten)]
    user: UserBody,
    /// `on`, `off`, or `provider` where the identity provider takes care of it.
    mfa: &'static str,
    last_active_at: Option<String>,
}

/// A page of users; `next` goes into `after` for the page behind it.
#[derive(Debug, Serialize)]
pub(super) struct UserPage {
    users: Vec<Listed>,
    next: Option<String>,
}

/// Which organisation the operator means.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    organisation: Option<String>,
}

/// The body of a new user. Without `activation` the role model says how it gets in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUserBody {
    user_name: String,
    display_name: String,
    email: Option<String>,
    role: Option<RoleKey>,
    sign_in: Option<SignIn>,
    activation: Option<Activation>,
}

/// How a new user gets in.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Activation {
    /// With the one-time link in the answer.
    Link,
    /// With a temporary password by mail.
    TempPasswordMail,
    /// Not yet.
    None,
}

/// A new user, and the one-time link where that was asked for.
#[derive(Debug, Serialize)]
pub(super) struct CreatedBody {
    #[serde(flatten)]
    user: UserBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_url: Option<String>,
}

/// The body of a role change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeRole {
    role: RoleKey,
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    RawQuery(query): RawQuery,
) -> Result<Json<UserPage>, Problem> {
    let words: Vec<_> = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes()).collect();
    let words = words.iter().map(|(name, value)| (&**name, &**value));
    let which = words.clone().find(|(name, _)| *name == "organisation").map(|(_, slug)| slug);
    let org = users::organisation_of(&app, &actor, which).await?;
    let list = UserList::read(words)?;
    let page = user_list::page(&app, &actor, org, &list).await?;
    let next = page.next.map(|cursor| cursor.word());
    Ok(Json(UserPage { users: page.entries.into_iter().map(Listed::from).collect(), next }))
}

pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Query(which): Query<Which>,
    Body(new): Body<NewUserBody>,
) -> Result<(StatusCode, Json<CreatedBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let made = accounts::create(&app, &actor, org, new.into()).await?;
    let activation_url = made.link.map(|link| app.config.url(&format!("/activate/{}", link.reveal())));
    Ok((StatusCode::CREATED, Json(CreatedBody { user: made.person.into(), activation_url })))
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<UserBody>, Problem> {
    let person = users::show(&app, &actor, user_id(&id)?).await?;
    Ok(Json(person.into()))
}

pub(super) async fn change_role(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Body(change): Body<ChangeRole>,
) -> Result<Json<UserBody>, Problem> {
    let person = users::change_role(&app, &actor, user_id(&id)?, &change.role).await?;
    Ok(Json(person.into()))
}

pub(super) async fn deactivate(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<UserBody>, Problem> {
    let id = user_id(&id)?;
    users::deactivate(&app, &actor, id, OnLastHolder::Refuse).await?;
    Ok(Json(users::show(&app, &actor, id).await?.into()))
}

pub(super) async fn activate(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<UserBody>, Problem> {
    let id = user_id(&id)?;
    users::activate(&app, &actor, id).await?;
    Ok(Json(users::show(&app, &actor, id).await?.into()))
}

/// What is not an id names nothing.
pub(super) fn user_id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound("user"))
}

impl From<NewUserBody> for NewUser {
    fn from(body: NewUserBody) -> Self {
        let way_in = body.activation.map(|activation| match activation {
            Activation::Link => WayIn::Link,
            Activation::TempPasswordMail => WayIn::MailedPassword,
            Activation::None => WayIn::Closed,
        });
        Self {
            user_name: body.user_name,
            display_name: body.display_name,
            email: body.email,
            role: body.role,
            sign_in: body.sign_in,
            way_in,
        }
    }
}

impl From<Entry> for Listed {
    fn from(entry: Entry) -> Self {
        let last_active_at = entry.last_active.map(Timestamp::rfc3339);
        Self { user: entry.person.into(), mfa: entry.mfa.word(), last_active_at }
    }
}

impl From<Person> for UserBody {
    fn from(person: Person) -> Self {
        let (user, effective) = (person.user, person.effective);
        Self {
            id: user.id,
            user_name: user.user_name,
            display_name: user.display_name,
            email: user.email,
            sign_in: user.sign_in.word(),
            status: user.status.word(),
            role: effective.role,
            grants: effective.grants,
            managed_by: user.managed_by.map(|it| it.to_string()),
            created_at: user.created_at.rfc3339(),
            updated_at: user.updated_at.rfc3339(),
        }
    }
}
