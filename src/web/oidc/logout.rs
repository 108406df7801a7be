//! Signing out at the request of an application, and the page that asks first.

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::request::Sent;
use crate::app::end_session::{self, Decision};
use crate::app::{App, sessions};
use crate::oidc::logout::{Next, parse};
use crate::web::answer::see_other;
use crate::web::barrier::Barrier;
use crate::web::context::texts;
use crate::web::cookie::Cookie;
use crate::web::error::{PageError, refuse};
use crate::web::form::{Signed, csrf_token};
use crate::web::guard::SignedIn;
use crate::web::page::{Page, PageForm, SignOutPage, SignedOutPage};

/// Where the page that asks first goes.
pub(super) const CONFIRM: &str = "/oauth2/logout/confirm";

/// GET and POST /oauth2/logout
pub(super) async fn logout(State(app): State<App>, sent: Sent) -> Result<Response, PageError> {
    if let Some(repeat) = sent.as_get(&app) {
        return Ok(repeat);
    }
    let params = match sent.params() {
        Ok(params) => params,
        Err(error) => return Ok(refuse(&sent.path, &Barrier::Protocol(error.description().to_owned()))),
    };
    let live = sent.live(&app).await?;
    let Decision { next, application } =
        end_session::decide(&app, &parse(&params), live.as_ref().map(|(_, person)| person)).await?;
    match (next, live) {
        (Next::Refuse(error), _) => Ok(refuse(&sent.path, &Barrier::Protocol(error.description().to_owned()))),
        (Next::Confirm, Some((_, person))) => ask(&app, &sent, &person.user.user_name, application.as_deref()),
        (Next::Confirm, None) => Ok(signed_out().into_response()),
        (Next::EndAndShow, live) => {
            end(&app, live).await?;
            Ok((AppendHeaders(Cookie::end_session(&app)?), signed_out()).into_response())
        }
        (Next::EndAndRedirect(to), live) => {
            end(&app, live).await?;
            Ok((AppendHeaders(Cookie::end_session(&app)?), see_other(&to)).into_response())
        }
    }
}

/// POST /oauth2/logout/confirm
pub(super) async fn confirm(
    State(app): State<App>,
    SignedIn { session, person, .. }: SignedIn,
    _: Signed,
) -> Result<Response, PageError> {
    sessions::end(&app, &person, &session).await?;
    Ok((AppendHeaders(Cookie::end_session(&app)?), signed_out()).into_response())
}

type Live = Option<(crate::domain::session::Session, crate::app::users::Person)>;

async fn end(app: &App, live: Live) -> Result<(), PageError> {
    if let Some((session, person)) = live {
        sessions::end(app, &person, &session).await?;
    }
    Ok(())
}

fn ask(app: &App, sent: &Sent, username: &str, application: Option<&str>) -> Result<Response, PageError> {
    let cookie = Cookie::Session.read(app, &sent.headers).unwrap_or_default();
    let csrf = csrf_token(app, &cookie)?;
    let form = PageForm { action: CONFIRM, csrf: &csrf, problem: None };
    let page =
        SignOutPage { t: texts(), form, application, username, restart_url: None, fields: &[], stay_url: "/account" };
    Ok(Page(page).into_response())
}

fn signed_out() -> Page<SignedOutPage<'static>> {
    Page(SignedOutPage { t: texts(), sign_in_url: "/sign-in" })
}
