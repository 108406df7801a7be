//! Where one is signed in.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::visit::{Visit, back};
use super::words;
use crate::app::{App, sessions};
use crate::domain::Error;
use crate::domain::session::Session;
use crate::web::context::texts;
use crate::web::error::PageError;
use crate::web::form::Signed;
use crate::web::page::{AccountTab, Page, SessionRow, SessionsPage};

const PATH: &str = "/account/sessions";

/// What a row is made of.
struct Shown {
    end_url: String,
    browser: String,
    session: Session,
}

pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let others = sessions::others(&app, &visit.caller.person, &visit.caller.session).await?;
    let others: Vec<Shown> = others.into_iter().map(shown).collect();
    let current = shown(visit.caller.session.clone());
    let rows: Vec<SessionRow<'_>> = others.iter().map(row).collect();
    let page = SessionsPage {
        t: texts(),
        form: visit.form(PATH, None),
        frame: visit.frame(AccountTab::Sessions),
        current: row(&current),
        others: &rows,
    };
    Ok(Page(page).into_response())
}

pub(super) async fn end(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
    Signed(_): Signed,
) -> Result<Response, PageError> {
    // What is not an id names nothing.
    let id = id.parse().map_err(|_| Error::NotFound("session"))?;
    let person = &visit.caller.person;
    sessions::end_own(&app, &person.actor(Some(&visit.caller.session)), person, id).await?;
    Ok(back(PATH, "session"))
}

pub(super) async fn end_others(State(app): State<App>, visit: Visit, Signed(_): Signed) -> Result<Response, PageError> {
    let (session, person) = (&visit.caller.session, &visit.caller.person);
    sessions::end_others(&app, &person.actor(Some(session)), person, Some(session.id)).await?;
    Ok(back(PATH, "sessions"))
}

fn shown(session: Session) -> Shown {
    let end_url = format!("{PATH}/{}/end", session.id);
    Shown { end_url, browser: words::place(texts(), &session), session }
}

fn row(shown: &Shown) -> SessionRow<'_> {
    let session = &shown.session;
    SessionRow {
        end_url: &shown.end_url,
        browser: shown.browser.clone(),
        ip: &session.ip,
        signed_in_at: session.auth_time,
        last_seen_at: session.last_seen_at,
        method: words::method(texts(), session),
    }
}
