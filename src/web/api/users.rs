//! Users in the API.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum_extra::extract::Query;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::json::{Body, OptionalBody};
use crate::app::accounts::{self, NewUser, Placement, WayIn};
use crate::app::edit::{self, Edit};
use crate::app::user_list::{self, Entry};
use crate::app::users::{self, OnLastHolder, Person};
use crate::app::{App, departures};
use crate::domain::id::{ConnectionId, TeamId, UserId};
use crate::domain::policy::Actor;
use crate::domain::role::{LiveGrant, RoleKey};
use crate::domain::secret::Secret;
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
    /// The connection that provisions it.
    managed_by: Option<ConnectionId>,
    /// The id that the identity provider knows it by.
    external_id: Option<String>,
    /// True when this user in particular must have a second factor.
    mfa_required: bool,
    /// Since when there is a second factor.
    second_factor_since: Option<String>,
    /// Raised by every change.
    version: i64,
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
    pub(super) organisation: Option<String>,
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
    /// The identity provider at which somebody with SSO on signs in.
    connection: Option<ConnectionId>,
    /// The teams it is on.
    #[serde(default)]
    teams: Vec<TeamId>,
    /// True when this user in particular must have a second factor.
    #[serde(default)]
    mfa_required: bool,
}

/// How a new user gets in.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Activation {
    /// With the one-time link in the answer.
    Link,
    /// With a temporary password by mail.
    TempPasswordMail,
    /// With the temporary password in the answer.
    TempPasswordAdmin,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_password: Option<String>,
}

/// What changes of a user; what is left out stays as it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeUser {
    display_name: Option<String>,
    email: Option<String>,
    connection: Option<ConnectionId>,
    role: Option<RoleKey>,
    /// All the teams that the user is on.
    teams: Option<Vec<TeamId>>,
    /// Never changes; named here so that the refusal says so.
    user_name: Option<IgnoredAny>,
    /// Never changes; named here so that the refusal says so.
    sign_in: Option<IgnoredAny>,
}

/// Whether a second factor is asked of a user.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequireMfa {
    required: bool,
}

/// The temporary password; without one the server makes one.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    password: Option<String>,
}

/// A temporary password that the server made, shown once.
#[derive(Serialize)]
pub(super) struct PasswordBody {
    #[serde(flatten)]
    user: UserBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_password: Option<String>,
}

/// A one-time link for the first password, shown once.
#[derive(Serialize)]
pub(super) struct ActivationBody {
    activation_url: String,
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
    let ids: Vec<UserId> = page.entries.iter().map(|it| it.person.user.id).collect();
    let since = users::second_factors(&app, org, &ids).await?;
    let users = page.entries.into_iter().map(|entry| {
        let since = since.get(&entry.person.user.id).copied();
        Listed::new(entry, since)
    });
    Ok(Json(UserPage { users: users.collect(), next: page.next.map(|cursor| cursor.word()) }))
}

pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Query(which): Query<Which>,
    Body(new): Body<NewUserBody>,
) -> Result<(StatusCode, Json<CreatedBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let (new, placement) = new.into_parts();
    let made = accounts::create_placed(&app, &actor, org, new, placement).await?;
    let activation_url = made.link.map(|link| link.reveal().clone());
    let temporary_password = made.temporary_password.map(|it| it.reveal().clone());
    let user = UserBody::of(&app, made.person).await?;
    Ok((StatusCode::CREATED, Json(CreatedBody { user, activation_url, temporary_password })))
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<UserBody>, Problem> {
    shown(&app, &actor, user_id(&id)?).await
}

pub(super) async fn update(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Body(change): Body<ChangeUser>,
) -> Result<Json<UserBody>, Problem> {
    let person = edit::update(&app, &actor, user_id(&id)?, change.try_into()?).await?;
    Ok(Json(UserBody::of(&app, person).await?))
}

pub(super) async fn delete(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    departures::delete(&app, &actor, user_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn erase(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    departures::erase(&app, &actor, user_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn change_role(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Body(change): Body<ChangeRole>,
) -> Result<Json<UserBody>, Problem> {
    let person = users::change_role(&app, &actor, user_id(&id)?, &change.role).await?;
    Ok(Json(UserBody::of(&app, person).await?))
}

pub(super) async fn require_mfa(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Body(change): Body<RequireMfa>,
) -> Result<Json<UserBody>, Problem> {
    let person = accounts::require_mfa(&app, &actor, user_id(&id)?, change.required).await?;
    Ok(Json(UserBody::of(&app, person).await?))
}

pub(super) async fn deactivate(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<UserBody>, Problem> {
    let id = user_id(&id)?;
    users::deactivate(&app, &actor, id, OnLastHolder::Refuse).await?;
    shown(&app, &actor, id).await
}

pub(super) async fn activate(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<UserBody>, Problem> {
    let id = user_id(&id)?;
    users::activate(&app, &actor, id).await?;
    shown(&app, &actor, id).await
}

/// Mails a link for a new password.
pub(super) async fn reset_password(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    accounts::send_reset(&app, &actor, user_id(&id)?).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn set_temporary_password(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    OptionalBody(new): OptionalBody<NewPassword>,
) -> Result<Json<PasswordBody>, Problem> {
    let person = users::show(&app, &actor, user_id(&id)?).await?;
    let temporary_password = match new.password {
        Some(password) => {
            let password = Secret::new(password);
            accounts::set_password(&app, &actor, &person.user, password, true).await?;
            None
        }
        None => {
            let (_, password) = accounts::set_temporary_password(&app, &actor, &person.user).await?;
            Some(password.reveal().clone())
        }
    };
    let user = UserBody::of(&app, users::show(&app, &actor, person.user.id).await?).await?;
    Ok(Json(PasswordBody { user, temporary_password }))
}

pub(super) async fn reset_mfa(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<UserBody>, Problem> {
    let person = users::show(&app, &actor, user_id(&id)?).await?;
    accounts::reset_mfa(&app, &actor, &person.user).await?;
    shown(&app, &actor, person.user.id).await
}

pub(super) async fn revoke_sessions(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    accounts::revoke_sessions(&app, &actor, user_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn resend_activation(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<ActivationBody>, Problem> {
    let link = accounts::resend_activation(&app, &actor, user_id(&id)?).await?;
    Ok(Json(ActivationBody { activation_url: link.reveal().clone() }))
}

async fn shown(app: &App, actor: &Actor, id: UserId) -> Result<Json<UserBody>, Problem> {
    let person = users::show(app, actor, id).await?;
    Ok(Json(UserBody::of(app, person).await?))
}

/// What is not an id names nothing.
pub(super) fn user_id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound("user"))
}

impl NewUserBody {
    fn into_parts(self) -> (NewUser, Placement) {
        let way_in = self.activation.map(|activation| match activation {
            Activation::Link => WayIn::Link,
            Activation::TempPasswordMail => WayIn::MailedPassword,
            Activation::TempPasswordAdmin => WayIn::HandedPassword,
            Activation::None => WayIn::Closed,
        });
        let new = NewUser {
            user_name: self.user_name,
            display_name: self.display_name,
            email: self.email,
            role: self.role,
            sign_in: self.sign_in,
            way_in,
        };
        let (connection, mfa_required) = (self.connection, self.mfa_required);
        (new, Placement { connection, teams: self.teams, mfa_required })
    }
}

impl Listed {
    fn new(entry: Entry, second_factor_since: Option<Timestamp>) -> Self {
        let last_active_at = entry.last_active.map(Timestamp::rfc3339);
        Self { user: UserBody::new(entry.person, second_factor_since), mfa: entry.mfa.word(), last_active_at }
    }
}

impl TryFrom<ChangeUser> for Edit {
    type Error = Error;

    fn try_from(change: ChangeUser) -> Result<Self, Error> {
        let fixed = [("user_name", change.user_name.is_some()), ("sign_in", change.sign_in.is_some())];
        if let Some((field, _)) = fixed.into_iter().find(|(_, is_sent)| *is_sent) {
            return Err(Error::invalid(field, "never changes after the user was made; leave it out"));
        }
        Ok(Self {
            display_name: change.display_name,
            email: change.email,
            connection: change.connection,
            role: change.role,
            teams: change.teams,
        })
    }
}

impl UserBody {
    /// The user with everything that a client sees of it.
    pub(super) async fn of(app: &App, person: Person) -> Result<Self, Error> {
        let since = users::second_factors(app, person.user.org, &[person.user.id]).await?;
        let since = since.get(&person.user.id).copied();
        Ok(Self::new(person, since))
    }

    fn new(person: Person, second_factor_since: Option<Timestamp>) -> Self {
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
            managed_by: user.managed_by,
            external_id: user.external_id,
            mfa_required: user.mfa_required,
            second_factor_since: second_factor_since.map(Timestamp::rfc3339),
            version: user.version,
            created_at: user.created_at.rfc3339(),
            updated_at: user.updated_at.rfc3339(),
        }
    }
}
