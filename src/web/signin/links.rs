//! One-time links, and asking for one.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::{START, enter};
use crate::app::App;
use crate::app::invitations::Gone;
use crate::app::passwords::{self, Purpose, RESET_LINK};
use crate::app::signin::{self, Attempt, Invited, Wanted};
use crate::domain::Error;
use crate::domain::complaint::Complaint;
use crate::web::brand;
use crate::web::context::{CallerAddress, texts};
use crate::web::cookie::Cookie;
use crate::web::error::PageError;
use crate::web::form::{Signed, csrf_token};
use crate::web::page::{ForgotPage, InvitationGonePage, LinkGonePage, MailSentPage, Page, PageForm, Problem};
use crate::web::routes::{Access, Routes};
use crate::web::words;

const FORGOT: &str = "/forgot";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(FORGOT, Access::Open, forgot)
        .post(FORGOT, Access::Attempt, ask)
        .get("/reset/{token}", Access::Open, reset)
        .get("/activate/{token}", Access::Open, activate)
        .get("/invite/{token}", Access::Open, invite)
}

/// The page of a link that was used, is too old, was replaced, or never was one: the same for all, so that it tells nothing.
pub(super) fn gone() -> Response {
    let page = Page(LinkGonePage { t: texts(), again_url: FORGOT, has_helper: true, sign_in_url: START });
    (StatusCode::GONE, page).into_response()
}

async fn reset(State(app): State<App>, Path(token): Path<String>) -> Result<Response, PageError> {
    match signin::open_link(&app, Purpose::Reset, &token).await? {
        Some(started) => enter(&app, &started),
        None => Ok(gone()),
    }
}

async fn activate(State(app): State<App>, Path(token): Path<String>) -> Result<Response, PageError> {
    match signin::open_link(&app, Purpose::Activate, &token).await? {
        Some(started) => enter(&app, &started),
        None => Ok(gone()),
    }
}

async fn invite(State(app): State<App>, Path(token): Path<String>) -> Result<Response, PageError> {
    match signin::open_invitation(&app, &token).await? {
        Invited::Begun(started) => enter(&app, &started),
        Invited::Gone(gone) => Ok(invitation_gone(&gone, None)),
    }
}

/// The page of an invitation that does not count any more; with a form where somebody can be told.
pub(super) fn invitation_gone(gone: &Gone, form: Option<PageForm<'_>>) -> Response {
    let page = InvitationGonePage {
        t: texts(),
        form,
        organisation: gone.organisation.as_deref(),
        inviter: gone.inviter.as_deref(),
        why: gone.why,
        sign_in_url: START,
    };
    (StatusCode::GONE, Page(page)).into_response()
}

/// Asks who it is. The form needs the cookie of an attempt, so one begins where there is none.
async fn forgot(State(app): State<App>, headers: HeaderMap) -> Result<Response, PageError> {
    if let Some(cookie) = Cookie::Attempt.read(&app, &headers) {
        return form(&app, &cookie, None).await;
    }
    let started = signin::begin(&app, Wanted::Account, None).await?;
    let cookie = Cookie::Attempt.set(&app, &started.cookie)?;
    let page = form(&app, started.cookie.reveal(), None).await?;
    Ok((AppendHeaders([cookie]), page).into_response())
}

async fn ask(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    headers: HeaderMap,
    Signed(fields): Signed,
) -> Result<Response, PageError> {
    let username = fields.require("username")?;
    if username.trim().is_empty() || username.chars().count() > 254 {
        let cookie = Cookie::Attempt.read(&app, &headers).unwrap_or_default();
        let text = words::complaint(texts(), &Complaint::NoUserName);
        let problem = Problem { field: "username", text: &text };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, form(&app, &cookie, Some(problem)).await?).into_response());
    }
    let organisation = fields.get("organisation").filter(|it| !it.trim().is_empty());
    passwords::request_reset(&app, username, organisation, caller.0).await?;
    let sign_in_url = back(&app, &headers).await?;
    Ok(Page(MailSentPage { t: texts(), minutes: RESET_LINK.as_secs() / 60, sign_in_url: &sign_in_url }).into_response())
}

async fn form(app: &App, cookie: &str, problem: Option<Problem<'_>>) -> Result<Response, PageError> {
    let csrf = csrf_token(app, cookie)?;
    let attempt = under_way(app, cookie).await?;
    let typed = attempt.as_ref().map(signin::Attempt::user_name).unwrap_or_default();
    let named = attempt.as_ref().and_then(signin::Attempt::organisation).unwrap_or_default();
    let organisation = signin::are_several_organisations(app).await?.then_some(named);
    let sign_in_url = attempt.as_ref().map_or_else(|| START.to_owned(), |it| format!("{START}/{}", it.id));
    let form = PageForm { action: FORGOT, csrf: &csrf, problem };
    Ok(Page(ForgotPage { t: texts(), form, username: &typed, organisation, sign_in_url: &sign_in_url }).into_response())
}

/// The address of the attempt that goes on, or of a new one.
async fn back(app: &App, headers: &HeaderMap) -> Result<String, PageError> {
    let attempt = match Cookie::Attempt.read(app, headers) {
        Some(cookie) => under_way(app, &cookie).await?,
        None => None,
    };
    Ok(attempt.map_or_else(|| START.to_owned(), |it| format!("{START}/{}", it.id)))
}

/// The attempt that goes on; where it is for an application of one organisation, the page has its look.
async fn under_way(app: &App, cookie: &str) -> Result<Option<Attempt>, Error> {
    let attempt = signin::find(app, cookie).await?;
    if let Some(org) = attempt.as_ref().and_then(|it| it.application()?.org) {
        brand::hang(app, org).await?;
    }
    Ok(attempt)
}
