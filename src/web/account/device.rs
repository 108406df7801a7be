//! Letting a device in that has no browser, with this one: RFC 8628 3.3.
//!
//! **Invariant:** a code in an address is shown in the form and nothing more: whoever followed a link still has to send it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::visit::Visit;
use crate::app::authorize::Begun;
use crate::app::{App, device_requests};
use crate::oidc::discovery::DEVICE_PAGE;
use crate::oidc::response::Outcome;
use crate::web::barrier::Barrier;
use crate::web::context::texts;
use crate::web::error::{PageError, refuse};
use crate::web::form::Signed;
use crate::web::page::{DeviceAnsweredPage, DevicePage, Page, Problem};
use crate::web::{answer, signin};

/// As long as what is shown of a code may be.
const TYPED_MAX: usize = 32;

#[derive(Deserialize)]
pub(super) struct Asked {
    user_code: Option<String>,
    outcome: Option<String>,
}

pub(super) async fn ask(visit: Visit, Query(Asked { user_code, outcome }): Query<Asked>) -> Response {
    let (heading, lead) = match outcome.as_deref().and_then(Outcome::named) {
        Some(Outcome::Allowed) => ("device-allowed", "device-allowed-lead"),
        Some(Outcome::Refused) => ("device-refused", "device-refused-lead"),
        Some(Outcome::Over) => ("device-over", "device-over-lead"),
        None => return page(&visit, user_code.as_deref().unwrap_or_default(), None),
    };
    let t = texts();
    Page(DeviceAnsweredPage { t, heading: &t.say(heading), lead: &t.say(lead) }).into_response()
}

pub(super) async fn open(State(app): State<App>, visit: Visit, Signed(fields): Signed) -> Result<Response, PageError> {
    let code = fields.require("user_code")?;
    let live = (visit.caller.session.clone(), visit.caller.person.clone());
    Ok(match device_requests::open(&app, code, &live).await? {
        Some(Begun::Attempt(started)) => signin::enter(&app, &started)?,
        Some(Begun::Answer(reply)) => answer::render(&reply),
        Some(Begun::Page(error)) => refuse(DEVICE_PAGE, &Barrier::Protocol(error.description().to_owned())),
        None => {
            let text = texts().say("device-unknown");
            let page = page(&visit, code, Some(Problem { field: "user_code", text: &text }));
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

fn page(visit: &Visit, typed: &str, problem: Option<Problem<'_>>) -> Response {
    let typed: String = typed.chars().take(TYPED_MAX).collect();
    let username = &visit.caller.person.user.user_name;
    Page(DevicePage { t: texts(), form: visit.form(DEVICE_PAGE, problem), username, restart_url: None, typed: &typed })
        .into_response()
}
