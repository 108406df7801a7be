//! Signing out at the request of an application, and the page that asks first.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

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
use crate::web::sign_out::{SIGNED_OUT, leave};

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
            let visits = end(&app, live).await?;
            leave_here(&app, &visits)
        }
        (Next::EndAndRedirect(to), live) => {
            let visits = end(&app, live).await?;
            leave(&app, &visits, &to, see_other(&to))
        }
    }
}

/// POST /oauth2/logout/confirm
pub(super) async fn confirm(
    State(app): State<App>,
    SignedIn { session, person, .. }: SignedIn,
    _: Signed,
) -> Result<Response, PageError> {
    let visits = sessions::end(&app, &person, &session).await?;
    leave_here(&app, &visits)
}

type Live = Option<(crate::domain::session::Session, crate::app::users::Person)>;

async fn end(app: &App, live: Live) -> Result<Vec<String>, PageError> {
    match live {
        Some((session, person)) => Ok(sessions::end(app, &person, &session).await?),
        None => Ok(Vec::new()),
    }
}

/// Leaves for nowhere else.
fn leave_here(app: &App, visits: &[String]) -> Result<Response, PageError> {
    leave(app, visits, SIGNED_OUT, signed_out().into_response())
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
