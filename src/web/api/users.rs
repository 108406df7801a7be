//! Users in the API.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::form_urlencoded;
use utoipa::ToSchema;

use super::document::{Documented, Operation, operation};
use super::factors::FactorsBody;
use super::json::{Body, OptionalBody, Params, Words, has_values, kept, told};
use super::shapes::GrantBody;
use super::undelivered::UndeliveredBody;
use crate::app::accounts::{self, NewUser, Placement, WayIn};
use crate::app::edit::{self, Edit};
use crate::app::user_list::{self, Entry};
use crate::app::users::{self, OnLastHolder, Person};
use crate::app::{App, departures, language, mail, user_sheet};
use crate::domain::id::{ConnectionId, OrgId, TeamId, UserId};
use crate::domain::list::{self, Filter, List, Sort};
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::domain::secret::Secret;
use crate::domain::user::SignIn;
use crate::domain::user_list::{Column, Leaving, UserFilter};
use crate::domain::{Error, Flaw, Timestamp};
use crate::texts::Language;
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;

const REMOVAL: &str = "Somebody who has a password here and was never active is deleted; for anybody else the membership ends. \
    Either way sessions, tokens, links, roles, groups, teams and shares end at once, the user name is free again, and what is \
    owned stays for somebody to take over. The audit log keeps names; `POST /api/v1/users/{id}/erase` takes them out of it. \
    Answers 409 for the last active holder of a protected role (`last-protected-role`), for somebody whom an identity provider \
    manages, who is removed there (`managed-by-provider`), and, where the role model lets only those who never signed in be \
    deleted, for everybody else (`not-pending`).";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let create = operation("Makes a user").of_an_organisation().takes::<NewUserBody>();
    let update = operation("Changes a user").takes::<ChangeUser>().answers::<UserBody>(200).conflicts().may_be_stale();
    let change_role = operation("Gives a user another role").takes::<ChangeRole>().answers::<UserBody>(200).planned();
    let require_mfa = operation("Asks a user in particular for a second factor, or no longer").takes::<RequireMfa>();
    let remove = operation("Deletes somebody who never signed in, and removes anybody else");
    let routes = routes
        .get("/api/v1/users", listed(), list)
        .post("/api/v1/users", create.answers::<CreatedBody>(201).conflicts(), self::create)
        .get("/api/v1/users/{id}", operation("Shows a user").answers::<ShownBody>(200), show)
        .patch("/api/v1/users/{id}", update, self::update)
        .delete("/api/v1/users/{id}", remove.about(REMOVAL).planned(), delete)
        .put("/api/v1/users/{id}/role", change_role, self::change_role)
        .put("/api/v1/users/{id}/mfa-required", require_mfa.answers::<UserBody>(200).conflicts(), self::require_mfa);
    let deactivate = operation("Shuts a user out at once, everywhere").answers::<UserBody>(200).planned();
    let activate = operation("Lets a deactivated user in again").answers::<UserBody>(200);
    let erase = operation("Erases the personal data of a user").planned();
    let reset = operation("Mails a user a link for a new password").answers_nothing(202).conflicts().throttles();
    let temporary =
        operation("Gives a user a temporary password").may_take::<NewPassword>().answers::<PasswordBody>(200);
    let reset_mfa = operation("Takes the second factors of a user away").answers::<UserBody>(200).planned();
    let resend = operation("Sends somebody who never signed in a new link").answers::<ActivationBody>(200);
    routes
        .post("/api/v1/users/{id}/deactivate", deactivate, self::deactivate)
        .post("/api/v1/users/{id}/activate", activate, self::activate)
        .post("/api/v1/users/{id}/erase", erase, self::erase)
        .post("/api/v1/users/{id}/reset-password", reset, reset_password)
        .post("/api/v1/users/{id}/temporary-password", temporary.conflicts(), set_temporary_password)
        .post("/api/v1/users/{id}/reset-mfa", reset_mfa, self::reset_mfa)
        .post("/api/v1/users/{id}/revoke-sessions", operation("Ends every session of a user"), revoke_sessions)
        .post("/api/v1/users/{id}/resend-activation", resend.conflicts().throttles(), resend_activation)
}

/// From 1 to 3650, and the end of the group around it.
const DAYS: &str = "[1-9][0-9]{0,2}|[12][0-9]{3}|3[0-5][0-9]{2}|36[0-4][0-9]|3650)";

/// What the list of users can be asked for.
fn listed() -> Operation {
    filtered(operation("Lists users, by page and filter"))
        .paged((list::LIMIT_DEFAULT, list::LIMIT_MAX))
        .answers::<UserPage>(200)
}

/// Which users an operation is about, and in which order.
pub(super) fn filtered(operation: Operation) -> Operation {
    let word = |words: &[&str]| json!({ "type": "string", "enum": words });
    let text = || json!({ "type": "string", "maxLength": 256 });
    let days = |before: &str| json!({ "type": "string", "pattern": format!("^{before}{DAYS}$") });
    sorted::<Column>(operation)
        .of_an_organisation()
        .query_of_many("role", "One of these effective roles.", &json!({ "type": "string" }))
        .query_of_many("status", "One of these states.", &word(&["pending", "active", "deactivated"]))
        .query("deactivated", "`1` to see the deactivated among the others.", word(&["1", "0"]))
        .query("name", "Part of the name or user name.", text())
        .query("email", "Part of the address.", text())
        .query("type", "Where they sign in.", word(&["sso", "password"]))
        .query("mfa", "The state of the second factor.", word(&["on", "off", "provider"]))
        .query("inactive", "Not seen for more than so many days, or `never`.", days("(never|"))
        .query("leaving", "When their time ends.", word(&Leaving::ALL.map(Leaving::word)))
        .query("source", "Where they come from.", word(&["local", "provisioned"]))
        .query("group", "The id of a group they are in.", json!({ "type": "string", "format": "uuid" }))
        .query("team", "The id of a team they are on.", json!({ "type": "string", "format": "uuid" }))
        .query("project", "The id of a project they are on.", json!({ "type": "string", "format": "uuid" }))
        .query("provider", "The id of the connection that manages them.", json!({ "type": "string", "format": "uuid" }))
}

/// In which order an operation lists, and since when its rows are there.
pub(super) fn sorted<C: list::Column>(operation: Operation) -> Operation {
    let (about, words) = ("A column, with `-` before it for the other direction.", Sort::<C>::all_words());
    let span = json!({ "type": "string", "pattern": format!("^(before|within)-({DAYS}$") });
    operation.query("created", "`before-N` or `within-N` days.", span).query(
        "sort",
        about,
        json!({ "type": "string", "enum": words }),
    )
}

/// A user, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
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
    grants: Vec<GrantBody>,
    /// The connection that provisions it.
    managed_by: Option<ConnectionId>,
    /// The id that the identity provider knows it by.
    external_id: Option<String>,
    /// The language of pages and letters that this user chose; null where the browser has the say.
    language: Option<&'static str>,
    /// True when this user in particular must have a second factor.
    mfa_required: bool,
    /// Since when there is a second factor: the oldest of the authenticator app and the passkeys.
    second_factor_since: Option<String>,
    /// Raised by every change.
    version: i64,
    created_at: String,
    updated_at: String,
}

/// A user on a page of a list, with what only the list knows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Listed {
    #[serde(flatten)]
    user: UserBody,
    /// `on`, `off`, or `provider` where the identity provider takes care of it; none without the permission `users:read`.
    mfa: Option<&'static str>,
    /// None for somebody who was never here, and without the permission `users:read`.
    last_active_at: Option<String>,
}

/// A user alone, with what only this answer tells.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShownBody {
    #[serde(flatten)]
    user: UserBody,
    /// Every permission of the role model that the user has by the roles held now.
    permissions: Vec<String>,
    /// What there is besides a password.
    factors: FactorsBody,
    /// That the last letter to this user could not be delivered, for somebody with `users.activity:read`; left out
    /// while the address is not known to be wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    undelivered: Option<UndeliveredBody>,
}

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserPage {
    users: Vec<Listed>,
    next_cursor: Option<String>,
}

/// Which organisation the operator means.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    pub(super) organisation: Option<String>,
}

/// The body of a new user. Without `activation` the role model says how it gets in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUserBody {
    #[schema(min_length = 1, max_length = 254)]
    user_name: String,
    #[schema(min_length = 1, max_length = 256)]
    display_name: String,
    email: Option<String>,
    role: Option<RoleKey>,
    /// Where it signs in. Without it: with a password, when `activation` says how that comes; else as the role model
    /// says; else with SSO wherever an identity provider takes sign-ins.
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
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
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
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CreatedBody {
    #[serde(flatten)]
    user: UserBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_password: Option<String>,
}

/// What changes of a user; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeUser {
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false)]
    display_name: Option<Option<String>>,
    /// Another address; it cannot be taken away.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false)]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = ConnectionId, required = false)]
    connection: Option<Option<ConnectionId>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = RoleKey, required = false)]
    role: Option<Option<RoleKey>>,
    /// All the teams that the user is on.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Vec<TeamId>, required = false)]
    teams: Option<Option<Vec<TeamId>>>,
    /// `version` as it was seen: where the user has another one now, nothing is changed (412).
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = i64, required = false)]
    version: Option<Option<i64>>,
    /// Never changes; named here so that the refusal says so.
    #[schema(ignore)]
    user_name: Option<IgnoredAny>,
    /// Never changes; named here so that the refusal says so.
    #[schema(ignore)]
    sign_in: Option<IgnoredAny>,
}

/// Whether a second factor is asked of a user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequireMfa {
    required: bool,
}

/// The temporary password; without one the server makes one.
#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    password: Option<String>,
}

/// A temporary password that the server made, shown once.
#[derive(Serialize, ToSchema)]
pub(super) struct PasswordBody {
    #[serde(flatten)]
    user: UserBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_password: Option<String>,
}

/// A one-time link for the first password, shown once.
#[derive(Serialize, ToSchema)]
pub(super) struct ActivationBody {
    activation_url: String,
}

/// The body of a role change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeRole {
    role: RoleKey,
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    RawQuery(query): RawQuery,
) -> Result<Json<UserPage>, Problem> {
    let (org, list) = asked_for::<UserFilter>(&app, &actor, query.as_deref().unwrap_or_default()).await?;
    let page = user_list::page(&app, &actor, org, &list).await?;
    let ids: Vec<UserId> = page.entries.iter().map(|it| it.person.user.id).collect();
    let since = users::second_factors(&app, org, &ids).await?;
    let users = page.entries.into_iter().map(|entry| {
        let since = entry.habits.and_then(|_| since.get(&entry.person.user.id).copied());
        Listed::new(entry, since)
    });
    Ok(Json(UserPage { users: users.collect(), next_cursor: page.next.map(|cursor| cursor.word) }))
}

/// The organisation and the list that a query names.
pub(super) async fn asked_for<F: Filter>(app: &App, actor: &Actor, query: &str) -> Result<(OrgId, List<F>), Error> {
    has_values(query)?;
    let words: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let words = words.iter().map(|(name, value)| (&**name, &**value));
    let which = words.clone().find(|(name, _)| *name == "organisation").map(|(_, slug)| slug);
    let org = users::organisation_of(app, actor, which).await?;
    Ok((org, List::read(words)?))
}

pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
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
    Words(id): Words<String>,
) -> Result<Json<ShownBody>, Problem> {
    let person = users::show(&app, &actor, user_id(&id)?).await?;
    let undelivered = mail::undelivered_to(&app, &actor, &person.user).await?.map(UndeliveredBody::from);
    let factors = user_sheet::factors_of(&app, &person).await?.into();
    let permissions = users::permissions(&app, &person).await?;
    Ok(Json(ShownBody { user: UserBody::of(&app, person).await?, permissions, factors, undelivered }))
}

pub(super) async fn update(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
    Body(change): Body<ChangeUser>,
) -> Result<Json<UserBody>, Problem> {
    let (id, edit) = (user_id(&id)?, Edit::try_from(change)?);
    // A link to another password goes to the own address, and whoever has another provider signs in there, so that a personal
    // token would open more than it may.
    let is_own_address = edit.email.is_some() && caller.person().is_ok_and(|it| it.user.id == id);
    if is_own_address || edit.connection.is_some() {
        caller.has_proved_lately()?;
    }
    let person = edit::update(&app, &caller.actor, id, edit).await?;
    Ok(Json(UserBody::of(&app, person).await?))
}

pub(super) async fn delete(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<StatusCode, Problem> {
    departures::delete(&app, &actor, user_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn erase(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<StatusCode, Problem> {
    departures::erase(&app, &actor, user_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn change_role(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(change): Body<ChangeRole>,
) -> Result<Json<UserBody>, Problem> {
    let person = users::change_role(&app, &actor, user_id(&id)?, &change.role).await?;
    Ok(Json(UserBody::of(&app, person).await?))
}

pub(super) async fn require_mfa(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(change): Body<RequireMfa>,
) -> Result<Json<UserBody>, Problem> {
    let person = accounts::require_mfa(&app, &actor, user_id(&id)?, change.required).await?;
    Ok(Json(UserBody::of(&app, person).await?))
}

pub(super) async fn deactivate(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<UserBody>, Problem> {
    let id = user_id(&id)?;
    users::deactivate(&app, &actor, id, OnLastHolder::Refuse).await?;
    shown(&app, &actor, id).await
}

pub(super) async fn activate(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<Json<UserBody>, Problem> {
    let id = user_id(&id)?;
    users::activate(&app, &actor, id).await?;
    shown(&app, &actor, id).await
}

/// Mails a link for a new password.
pub(super) async fn reset_password(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<StatusCode, Problem> {
    accounts::send_reset(&app, &actor, user_id(&id)?).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn set_temporary_password(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
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
    Words(id): Words<String>,
) -> Result<Json<UserBody>, Problem> {
    let person = users::show(&app, &actor, user_id(&id)?).await?;
    accounts::reset_mfa(&app, &actor, &person.user).await?;
    shown(&app, &actor, person.user.id).await
}

pub(super) async fn revoke_sessions(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<StatusCode, Problem> {
    accounts::revoke_sessions(&app, &actor, user_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn resend_activation(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
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
        Self {
            user: UserBody::new(entry.person, second_factor_since),
            mfa: entry.habits.map(|it| it.mfa.word()),
            last_active_at: entry.habits.and_then(|it| it.last_active).map(Timestamp::rfc3339),
        }
    }
}

impl TryFrom<ChangeUser> for Edit {
    type Error = Error;

    fn try_from(change: ChangeUser) -> Result<Self, Error> {
        let fixed = [("user_name", change.user_name.is_some()), ("sign_in", change.sign_in.is_some())];
        if let Some((field, _)) = fixed.into_iter().find(|(_, is_sent)| *is_sent) {
            return Err(Error::malformed(field, "never changes after the user was made; leave it out"));
        }
        Ok(Self {
            display_name: kept("display_name", change.display_name)?,
            email: change.email.map(|it| it.ok_or_else(|| Error::invalid("email", Flaw::AddressStays))).transpose()?,
            connection: kept("connection", change.connection)?,
            role: kept("role", change.role)?,
            teams: kept("teams", change.teams)?,
            version: kept("version", change.version)?,
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
            language: language::chosen(&user).map(Language::tag),
            id: user.id,
            user_name: user.user_name,
            display_name: user.display_name,
            email: user.email,
            sign_in: user.sign_in.word(),
            status: user.status.word(),
            role: effective.role,
            grants: effective.grants.into_iter().map(GrantBody::from).collect(),
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
