//! Operations that are planned first: `dry_run=1` answers what would be done, with a word that confirms it; `confirm` does that and
//! nothing else.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts as _, Request, State};
use axum::handler::Handler as _;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;
use utoipa::ToSchema;

use crate::app::App;
use crate::app::plans::{self, PlannedDeed, Trial};
use crate::domain::policy::Actor;
use crate::domain::{Conflict, Error, Timestamp};
use crate::web::error::Problem;
use crate::web::routes::Plain;

/// The words of the query.
pub(super) const DRY_RUN: &str = "dry_run";
pub(super) const CONFIRM: &str = "confirm";
/// As much as is read of the body of an operation.
const BODY_MAX: usize = 1024 * 1024;

/// What a request would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlanBody {
    /// The deeds, in their order, as the audit log would tell them; none where nothing would change.
    plan: Vec<PlannedDeedBody>,
    /// The same request with this as `confirm` does what is planned. Where something has changed by then, it does nothing and
    /// answers 409 (`plan-changed`).
    confirm: String,
    /// Until when that can be said.
    expires_at: String,
}

/// A deed that would be done.
#[derive(Debug, Serialize, ToSchema)]
struct PlannedDeedBody {
    action: &'static str,
    target: PlannedTarget,
    /// What would change: a list of `path`, `old` and `new`.
    changes: Value,
}

/// What a deed would be done to.
#[derive(Debug, Serialize, ToSchema)]
struct PlannedTarget {
    kind: &'static str,
    id: Option<String>,
    label: String,
}

impl From<&PlannedDeed> for PlannedDeedBody {
    fn from(it: &PlannedDeed) -> Self {
        let target = PlannedTarget { kind: it.target_kind, id: it.target_id.clone(), label: it.target_label.clone() };
        Self { action: it.action, target, changes: it.changes.clone() }
    }
}

/// The handler with a plan before it, for whoever asks for one.
pub(super) fn planned(handler: Plain) -> Plain {
    Plain::of(move |State(app): State<App>, request: Request| {
        let handler = handler.clone();
        async move { answer(&app, handler, request).await.unwrap_or_else(Response::from) }
    })
}

async fn answer(app: &App, handler: Plain, request: Request) -> Result<Response, Refused> {
    let query = request.uri().query().unwrap_or_default();
    let said = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|it| it.0 == name).map(|(_, value)| value.into_owned())
    };
    match (said(DRY_RUN).as_deref(), said(CONFIRM)) {
        (None, None) => Ok(handler.call(request, app.clone()).await),
        (Some("1"), None) => {
            let (actor, asked, request) = plain(app, request).await?;
            let trial = Trial::rehearsal();
            let done = handler.call(request, app.on_trial(trial.clone())).await;
            if !done.status().is_success() {
                return Ok(done);
            }
            let plan = trial.plan();
            let (confirm, until) = plans::confirmation(app, &actor, asked, &plan)?;
            let plan = plan.deeds().map(PlannedDeedBody::from).collect();
            Ok(Json(PlanBody { plan, confirm, expires_at: Timestamp::rfc3339(until) }).into_response())
        }
        (None, Some(word)) => {
            let (actor, asked, request) = plain(app, request).await?;
            let trial = plans::confirmed(app, &actor, &asked, &word)?;
            let done = handler.call(request, app.on_trial(trial.clone())).await;
            // There was nothing left to do.
            if done.status().is_success() && !trial.is_over() {
                return Err(Error::from(Conflict::PlanChanged).into());
            }
            Ok(done)
        }
        (Some("1"), Some(_)) => Err(Error::malformed(CONFIRM, "leave it out where dry_run is asked for").into()),
        (Some(_), _) => Err(Error::malformed(DRY_RUN, "write 1, or leave it out").into()),
    }
}

/// The caller, the request without the words for plans, and what it is recognised by.
async fn plain(app: &App, request: Request) -> Result<(Actor, String, Request), Refused> {
    let (mut parts, body) = request.into_parts();
    let actor =
        Actor::from_request_parts(&mut parts, app).await.map_err(axum::response::IntoResponse::into_response)?;
    let body = to_bytes(body, BODY_MAX).await.map_err(|_| Error::malformed("body", "is too long, or broke off"))?;
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| name != DRY_RUN && name != CONFIRM);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let address = if query.is_empty() { parts.uri.path().to_owned() } else { format!("{}?{query}", parts.uri.path()) };
    let said = [parts.method.as_str().as_bytes(), address.as_bytes(), &body]
        .map(|it| URL_SAFE_NO_PAD.encode(Sha256::digest(it)));
    let mut uri = parts.uri.clone().into_parts();
    uri.path_and_query = Some(address.parse::<PathAndQuery>().map_err(anyhow::Error::new).map_err(Error::from)?);
    parts.uri = Uri::from_parts(uri).map_err(anyhow::Error::new).map_err(Error::from)?;
    Ok((actor, said.concat(), Request::from_parts(parts, Body::from(body))))
}

/// Why there is no answer.
struct Refused(Response);

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(Problem::from(error).into_response())
    }
}

impl From<Response> for Refused {
    fn from(response: Response) -> Self {
        Self(response)
    }
}

impl From<Refused> for Response {
    fn from(refused: Refused) -> Self {
        refused.0
    }
}
