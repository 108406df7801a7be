//! The own password, second factor and recovery codes in the API.
//!
//! **Invariant:** whatever changes a credential asks for an access token of somebody who signed in a short while ago; a
//! personal token changes none of its owner.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::factors::FactorsBody;
use super::json::{Body, Words};
use crate::app::authenticator::{self, Offer};
use crate::app::credentials::{self, Changed, PasswordChange};
use crate::app::{App, user_sheet};
use crate::domain::Error;
use crate::domain::secret::Secret;
use crate::texts::Language;
use crate::web::context::CallerAddress;
use crate::web::error::Problem;
use crate::web::guard::ApiCaller;
use crate::web::texts::Texts;
use crate::web::words::complaint;

const PROOF: &str = "Needs an access token of somebody who signed in within the last ten minutes.";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let password = operation("Replaces the own password").takes::<ChangePasswordBody>().conflicts().throttles();
    let factors = operation("Shows what one proves who one is with, besides a password").answers::<FactorsBody>(200);
    let offer = operation("Makes the key of an authenticator, which counts once a code of it is confirmed");
    let confirm = operation("Switches the authenticator on; the recovery codes are in this answer and never again");
    let remove = operation("Switches the own authenticator off; the recovery codes go with the last factor");
    let remove_passkey = operation("Removes one of the own passkeys; the recovery codes go with the last factor");
    let codes = operation("Makes new recovery codes, which are in this answer and never again; the earlier ones end");
    routes
        .put("/api/v1/me/password", password.about(PROOF), change_password)
        .get("/api/v1/me/factors", factors, self::factors)
        .post("/api/v1/me/authenticator", offer.about(PROOF).answers::<EnrolmentBody>(200).conflicts(), self::offer)
        .post(
            "/api/v1/me/authenticator/confirm",
            confirm.about(PROOF).takes::<ConfirmBody>().answers::<RecoveryCodesBody>(201).conflicts(),
            self::confirm,
        )
        .delete("/api/v1/me/authenticator", remove.about(PROOF).may_miss(), self::remove)
        .delete("/api/v1/me/passkeys/{id}", remove_passkey.about(PROOF), self::remove_passkey)
        .post("/api/v1/me/recovery-codes", codes.about(PROOF).answers::<RecoveryCodesBody>(201).may_miss(), renew_codes)
}

/// Another password for oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePasswordBody {
    /// The one that is replaced.
    #[schema(max_length = 1024)]
    current_password: String,
    #[schema(max_length = 1024)]
    password: String,
    /// Whether every other session ends with it; yes when nothing is said.
    end_other_sessions: Option<bool>,
}

/// A key that waits for its first code.
#[derive(Serialize, ToSchema)]
struct EnrolmentBody {
    /// What is sent back with the code.
    enrolment: String,
    /// The address that an authenticator reads, as a QR code.
    uri: String,
    /// The key as a person types it, in base 32.
    key: String,
    /// Until when the code must come.
    expires_at: String,
}

/// The first code of an authenticator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmBody {
    /// What came with the key.
    #[schema(max_length = 256)]
    enrolment: String,
    /// The six digits that the authenticator shows.
    #[schema(max_length = 64)]
    code: String,
}

/// Codes that each stand in for the authenticator once.
#[derive(Serialize, ToSchema)]
struct RecoveryCodesBody {
    recovery_codes: Vec<String>,
}

async fn change_password(
    State(app): State<App>,
    Extension(address): Extension<CallerAddress>,
    ApiCaller(caller): ApiCaller,
    Body(body): Body<ChangePasswordBody>,
) -> Result<StatusCode, Problem> {
    let (proven, person) = caller.proven()?;
    let password = Secret::new(body.password);
    let change = PasswordChange {
        current: Secret::new(body.current_password),
        password_again: password.clone(),
        password,
        ends_other_sessions: body.end_other_sessions.unwrap_or(true),
    };
    match credentials::change_password(&app, (&proven, person), change, (address.0, None)).await? {
        Changed::Done(()) => Ok(StatusCode::NO_CONTENT),
        Changed::Refused(refusal) => {
            let sentence = complaint(Texts(Language::English), &refusal.why);
            Err(Error::malformed(refusal.field, sentence).into())
        }
    }
}

async fn factors(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Result<Json<FactorsBody>, Problem> {
    Ok(Json(user_sheet::factors_of(&app, caller.person()?).await?.into()))
}

async fn offer(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Result<Json<EnrolmentBody>, Problem> {
    let (proven, person) = caller.proven()?;
    let Offer { enrolment, address, key, expires_at } = authenticator::offer(&app, &proven, person).await?;
    let (uri, key) = (address.reveal().clone(), key.reveal().clone());
    Ok(Json(EnrolmentBody { enrolment, uri, key, expires_at: expires_at.rfc3339() }))
}

async fn confirm(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(body): Body<ConfirmBody>,
) -> Result<(StatusCode, Json<RecoveryCodesBody>), Problem> {
    let (proven, person) = caller.proven()?;
    let codes = authenticator::confirm(&app, &proven, person, (&body.enrolment, &body.code)).await?;
    Ok((StatusCode::CREATED, Json(codes.into())))
}

async fn remove(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Result<StatusCode, Problem> {
    let (proven, person) = caller.proven()?;
    credentials::remove_second_factor(&app, &proven, person).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_passkey(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Words(id): Words<String>,
) -> Result<StatusCode, Problem> {
    let (proven, person) = caller.proven()?;
    // What is not an id names nothing.
    let id = id.parse().map_err(|_| Error::NotFound("passkey"))?;
    credentials::remove_passkey(&app, &proven, person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn renew_codes(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
) -> Result<(StatusCode, Json<RecoveryCodesBody>), Problem> {
    let (proven, person) = caller.proven()?;
    let (codes, ()) = credentials::renew_recovery_codes(&app, &proven, person).await?;
    Ok((StatusCode::CREATED, Json(codes.into())))
}

impl From<Vec<Secret<String>>> for RecoveryCodesBody {
    fn from(codes: Vec<Secret<String>>) -> Self {
        Self { recovery_codes: codes.iter().map(|it| it.reveal().clone()).collect() }
    }
}
