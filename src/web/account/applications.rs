//! The own applications: where to go, and what each may have.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::visit::{Visit, back};
use crate::app::own_applications::{self, OwnApplication};
use crate::app::{App, consents};
use crate::domain::Error;
use crate::web::context::texts;
use crate::web::error::PageError;
use crate::web::form::Signed;
use crate::web::page::{AccountTab, OwnApplicationRow, OwnApplicationsPage, Page};

const PATH: &str = "/account/applications";

pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let all = own_applications::list(&app, &visit.caller.person).await?;
    let all: Vec<(String, OwnApplication)> =
        all.into_iter().map(|it| (format!("{PATH}/{}/withdraw", it.client), it)).collect();
    let rows: Vec<OwnApplicationRow<'_>> = all.iter().map(|(withdraw_url, it)| row(withdraw_url, it)).collect();
    let page = OwnApplicationsPage {
        t: texts(),
        form: visit.form(PATH, None),
        frame: visit.frame(AccountTab::Applications),
        applications: &rows,
    };
    Ok(Page(page).into_response())
}

pub(super) async fn withdraw(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
    Signed(_): Signed,
) -> Result<Response, PageError> {
    // What is not an id names nothing.
    let client = id.parse().map_err(|_| Error::NotFound("application"))?;
    let (session, person) = (&visit.caller.session, &visit.caller.person);
    consents::end(&app, &person.actor(Some(session)), person.user.id, client).await?;
    Ok(back(PATH, "application"))
}

fn row<'a>(withdraw_url: &'a str, it: &'a OwnApplication) -> OwnApplicationRow<'a> {
    let OwnApplication { name, start, agreed, since, .. } = it;
    let (scopes, resources) = (&agreed.scopes, &agreed.resources);
    OwnApplicationRow { withdraw_url, name, start_url: start.as_deref(), scopes, resources, since: *since }
}
