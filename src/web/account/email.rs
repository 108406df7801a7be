//! The own e-mail address: asking for another one, and the link that proves it.
//!
//! **Invariant:** the form of the link carries nothing but the address of the page, whose token only the new mailbox has; so
//! it needs no session, and works wherever the mail is read.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::visit::{Visit, back};
use crate::app::{App, own_email, sessions};
use crate::domain::Error;
use crate::domain::complaint::Complaint;
use crate::web::context::texts;
use crate::web::cookie::Cookie;
use crate::web::error::PageError;
use crate::web::form::Signed;
use crate::web::page::{AccountTab, ConfirmEmailPage, EmailConfirmedPage, EmailPage, LinkGonePage, Page, Problem};
use crate::web::words::complaint;

const PATH: &str = "/account/email";

pub(super) async fn ask(visit: Visit) -> Result<Response, PageError> {
    page(&visit, "", None)
}

pub(super) async fn request(
    State(app): State<App>,
    visit: Visit,
    Signed(fields): Signed,
) -> Result<Response, PageError> {
    let typed = fields.require("email")?;
    let (session, person) = (&visit.caller.session, &visit.caller.person);
    match own_email::request(&app, &person.actor(Some(session)), person, typed, visit.caller.whence.clone()).await {
        Ok(()) => Ok(back("/account", "email-asked")),
        Err(Error::Invalid { .. }) => {
            let text = complaint(texts(), &Complaint::BadAddress);
            let page = page(&visit, typed, Some(Problem { field: "email", text: &text }))?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

fn page(visit: &Visit, typed: &str, problem: Option<Problem<'_>>) -> Result<Response, PageError> {
    let user = &visit.caller.person.user;
    if let Some(conflict) = own_email::obstacle(user) {
        return Err(Error::from(conflict).into());
    }
    let page = EmailPage {
        t: texts(),
        form: visit.form(PATH, problem),
        frame: visit.frame(AccountTab::Profile),
        email: user.email.as_deref(),
        typed,
    };
    Ok(Page(page).into_response())
}

pub(super) async fn open(State(app): State<App>, Path(token): Path<String>) -> Result<Response, PageError> {
    match own_email::open(&app, &token).await? {
        Some(asked) => {
            let action = format!("/email/{token}");
            let page = ConfirmEmailPage {
                t: texts(),
                action: &action,
                user_name: &asked.user_name,
                organisation: &asked.organisation,
                address: &asked.address,
            };
            Ok(Page(page).into_response())
        }
        None => Ok(gone()),
    }
}

pub(super) async fn confirm(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let signed_in = match Cookie::Session.read(&app, &headers) {
        Some(session) => sessions::find(&app, &session).await?.map(|(_, person)| person.user.id),
        None => None,
    };
    match own_email::confirm(&app, &token, signed_in).await? {
        Some(address) => Ok(Page(EmailConfirmedPage { t: texts(), address: &address }).into_response()),
        None => Ok(gone()),
    }
}

fn gone() -> Response {
    let page = LinkGonePage { t: texts(), again_url: PATH, has_helper: false, sign_in_url: "/account" };
    (StatusCode::GONE, Page(page)).into_response()
}
