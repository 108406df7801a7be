//! What happened to one's account.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::visit::Visit;
use super::words;
use crate::app::App;
use crate::app::activity::{self, Happening};
use crate::domain::user::SignIn;
use crate::web::context::texts;
use crate::web::error::PageError;
use crate::web::page::{AccountTab, ActivityPage, HappenedFrom, HappeningRow, Page};
use crate::web::words::who;

pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let happenings = activity::of(&app, &visit.caller.person).await?;
    let rows: Vec<HappeningRow> = happenings.iter().map(|it| row(&visit, it)).collect();
    let has_password = visit.caller.person.user.sign_in == SignIn::Password;
    let form = visit.form("/account/activity", None);
    Ok(Page(ActivityPage {
        t: texts(),
        form,
        frame: visit.frame(AccountTab::Activity),
        happenings: &rows,
        has_password,
    })
    .into_response())
}

fn row(visit: &Visit, happening: &Happening) -> HappeningRow {
    HappeningRow {
        at: happening.at,
        what: words::deed(texts(), happening),
        how: words::how(texts(), visit.caller.person.user.sign_in, happening),
        is_failure: happening.outcome != "success",
        from: happening.from.as_ref().map(|it| HappenedFrom {
            address: it.ip.clone(),
            browser: words::browser(texts(), &it.user_agent),
            client: it.client.clone(),
        }),
        by: happening.by.as_ref().map(|it| who(texts(), &it.kind, &it.label)),
    }
}
