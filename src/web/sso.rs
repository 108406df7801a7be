//! Signing in at the identity provider of an organisation, and what such a provider tells of its own accord.
//!
//! **Invariant:** an answer is taken only from the browser that was sent, by the cookie of its attempt.
//! **Invariant:** whoever is refused sees the name of the connection, in a sentence which check failed, and a number; and
//! nothing of the reason, in which there may be words of others.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::answer::see_other;
use super::context::{CallerAddress, texts};
use super::cookie::Cookie;
use super::error::{OAuthError, PageError};
use super::form::{Fields, is_form};
use super::guard::bearer;
use super::page::{Page, ProviderRefusedPage};
use super::routes::{Access, Routes};
use super::signin::{START, answered, attempt_of, browser};
use crate::app::App;
use crate::app::federation::ended;
use crate::app::signin::{self, Answered, Asking, Callback, Refused};
use crate::domain::Error;
use crate::domain::id::ConnectionId;
use crate::domain::sso_refusal::Check;

/// The routes between this server and identity providers.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/sso/{connection}/start", Access::Open, start)
        .get("/sso/{connection}/callback", Access::Attempt, callback)
        .get("/sso/{connection}/frontchannel-logout", Access::Open, frontchannel_logout)
        .post("/sso/{connection}/backchannel-logout", Access::Provider, backchannel_logout)
        .post("/sso/{connection}/universal-logout", Access::Provider, universal_logout)
}

/// What may come with the beginning of a sign-in; a provider that begins one says who it is (OpenID Connect Core 4).
#[derive(Deserialize)]
struct Start {
    attempt: Option<String>,
    iss: Option<String>,
    login_hint: Option<String>,
}

async fn start(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    Path(connection): Path<String>,
    Query(start): Query<Start>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let id = parse(&connection)?;
    if let Some(issuer) = &start.iss {
        signin::check_issuer(&app, id, issuer).await?;
    }
    let own = attempt_of(&app, &headers).await?;
    let own = own.filter(|attempt| start.attempt.as_deref() == Some(attempt.id.to_string().as_str()));
    Ok(match signin::ask_provider(&app, id, own, start.login_hint, caller.0).await? {
        Asking::Sent { url, cookie } => {
            let cookie = Cookie::Attempt.set(&app, &cookie)?;
            (AppendHeaders([cookie]), see_other(&url)).into_response()
        }
        Asking::Refused(refused) => refusal(&refused, START),
    })
}

async fn callback(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    Path(connection): Path<String>,
    uri: axum::http::Uri,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let id = parse(&connection)?;
    let fields = Fields::parse(uri.query().unwrap_or_default().as_bytes())?;
    let text = |name: &str| fields.get(name).map(str::to_owned);
    let came = Callback { state: text("state"), code: text("code"), iss: text("iss"), error: text("error") };
    let browser = browser(&app, &headers, caller).await?;
    let own = attempt_of(&app, &headers).await?;
    match Box::pin(signin::answer_provider(&app, id, own, &came, &browser)).await? {
        Answered::Taken { id, answer } => answered(&app, &id.to_string(), answer),
        Answered::Refused { refused, again: None } => Ok(refusal(&refused, START)),
        Answered::Refused { refused, again: Some((id, cookie)) } => {
            let cookie = Cookie::Attempt.set(&app, &cookie)?;
            Ok((AppendHeaders([cookie]), refusal(&refused, &format!("{START}/{id}/restart"))).into_response())
        }
    }
}

#[derive(Deserialize)]
struct Visit {
    iss: Option<String>,
    sid: Option<String>,
}

async fn frontchannel_logout(
    State(app): State<App>,
    Path(connection): Path<String>,
    Query(visit): Query<Visit>,
) -> Result<Response, OAuthError> {
    let id = parse(&connection)?;
    let (iss, sid) = (visit.iss.unwrap_or_default(), visit.sid.unwrap_or_default());
    ended::take_visit(&app, id, &iss, &sid).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn backchannel_logout(
    State(app): State<App>,
    Path(connection): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let id = parse(&connection)?;
    if !is_form(&headers) {
        return Err(Error::malformed("logout_token", "send it as application/x-www-form-urlencoded").into());
    }
    let fields = Fields::parse(&body)?;
    ended::take_logout_token(&app, id, fields.require("logout_token")?).await?;
    Ok(StatusCode::OK.into_response())
}

async fn universal_logout(
    State(app): State<App>,
    Path(connection): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let token = bearer(&headers).ok_or(Error::Unauthenticated)?;
    ended::take_revocation(&app, parse(&connection)?, token, &body).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn parse(id: &str) -> Result<ConnectionId, Error> {
    id.parse().map_err(|_| Error::NotFound("connection"))
}

fn refusal(refused: &Refused, again_url: &str) -> Response {
    let Refused { connection, check, reference } = refused;
    let (t, sentence) = (texts(), texts().name(sentence_of(*check), connection));
    let next = t.say(match check {
        Check::Reachable | Check::Answered | Check::UnderWay => "provider-refused-again",
        Check::Admitted
        | Check::SecondFactor
        | Check::Believed
        | Check::Open
        | Check::Fresh
        | Check::Known
        | Check::Active
        | Check::Same => "provider-refused-next",
    });
    (StatusCode::FORBIDDEN, Page(ProviderRefusedPage { t, sentence, next, reference, again_url })).into_response()
}

/// What the person reads; it tells nothing about anybody else.
const fn sentence_of(check: Check) -> &'static str {
    match check {
        Check::Reachable => "refused-reachable",
        Check::Answered => "refused-answered",
        Check::Admitted => "refused-admitted",
        Check::SecondFactor => "refused-second-factor",
        Check::Believed => "refused-believed",
        Check::UnderWay => "refused-under-way",
        Check::Open => "refused-open",
        Check::Fresh => "refused-fresh",
        Check::Known => "refused-known",
        Check::Active => "refused-active",
        Check::Same => "refused-same",
    }
}
