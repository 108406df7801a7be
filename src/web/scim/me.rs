//! `/Me`: the user whom an access token stands for (RFC 7644 3.11).

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};

use super::super::error::ScimError;
use super::super::guard::Myself;
use super::request::{Conditions, Query};
use super::response;
use crate::app::App;
use crate::app::provisioning::me;
use crate::scim;
use crate::scim::etag;
use crate::scim::projection::Projection;

/// The user, at its own address.
pub(super) async fn read(
    State(app): State<App>,
    Myself(user, of): Myself,
    Query(pairs): Query,
    conditions: Conditions,
) -> Result<Response, ScimError> {
    let shown = me::show(&app, (&user, of), &Projection::from_pairs(of, &pairs)).await?;
    let is_unchanged = etag::is_unchanged(conditions.if_none_match.as_deref(), shown.version)?;
    Ok(response::read(&shown, &app.config.url("/scim/v2/Users"), is_unchanged))
}

/// Nobody is changed here.
pub(super) async fn refuse(_: Myself) -> ScimError {
    let detail = "an application only reads the user of its person here; a person changes their own data on the account \
                  page, and an identity provider at /Users/{id}";
    scim::Error::new(403, detail).into()
}

impl FromRequestParts<App> for Myself {
    type Rejection = Response;

    // RFC 7644 3.11: a token of a connection speaks for no person who could be "me".
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Response> {
        let detail = "the token speaks for an identity provider and not for a person; use /Users/{id}";
        let nobody = || ScimError::from(scim::Error::new(501, detail)).into_response();
        parts.extensions.get::<Self>().cloned().ok_or_else(nobody)
    }
}
