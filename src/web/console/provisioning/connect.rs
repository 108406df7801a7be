//! The page of a link for setting a connection up: the guide for somebody outside, who has no account here.
//!
//! It is not at `/setup/{token}`, which is the address by which an empty instance gets its first organisation: whoever holds one
//! of the two kinds must not land on what is said about the other.
//!
//! **Invariant:** nothing of a person is on it but how many: no name, no address, no answer of the server to a request.
//! **Invariant:** whoever watches looks with the link each time, and hears nothing more once that does not work. Outside watchers
//! take no slot of those in the console, and those of one link not all slots of the others.

use std::convert::Infallible;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use futures_util::stream;
use tokio::time::{Instant, sleep};

use super::guide::{self, Deed, EVERY, LIVES, Told};
use super::kind;
use crate::app::App;
use crate::app::connections::{self, Asked, Progress, Visit};
use crate::app::signin::{self, Wanted};
use crate::domain::Error;
use crate::domain::connection::guide::Finding;
use crate::domain::id::SetupLinkId;
use crate::web::brand;
use crate::web::console::users::Badge;
use crate::web::context::texts;
use crate::web::cookie::Cookie;
use crate::web::error::PageError;
use crate::web::form::{Signed, csrf_token};
use crate::web::page::Page;
use crate::web::slots::{Slot, Slots};
use crate::web::texts::{Part, Texts};

/// So many watch from outside at a time on one node, and so many of them by one link.
static WATCHERS: Slots<SetupLinkId> = Slots::new(50, 4);

#[derive(Template)]
#[template(path = "connect/guide.html")]
struct ConnectPage {
    t: Texts,
    path: String,
    csrf: String,
    organisation: String,
    lead: String,
    now: String,
    steps: Vec<(String, Badge)>,
    last: Vec<Asked>,
    findings: Vec<Told>,
    deeds: Vec<Deed>,
    address: (String, String),
    may_make_token: bool,
}

#[derive(Template)]
#[template(path = "connect/token.html")]
struct TokenPage {
    t: Texts,
    path: String,
    text: String,
    secret: String,
}

#[derive(Template)]
#[template(path = "connect/gone.html")]
struct GonePage {
    t: Texts,
}

/// The guide. Its form needs the cookie of a browser, so one is given where there is none.
pub(super) async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let Some(visit) = connections::open_setup_link(&app, &token).await? else { return Ok(gone()) };
    brand::hang(&app, visit.organisation.id).await?;
    if let Some(cookie) = Cookie::Attempt.read(&app, &headers) {
        return Ok(Page(page(&app, &visit, &token, &cookie).await?).into_response());
    }
    let started = signin::begin(&app, Wanted::Account, None).await?;
    let page = Page(page(&app, &visit, &token, started.cookie.reveal()).await?);
    Ok((AppendHeaders([Cookie::Attempt.set(&app, &started.cookie)?]), page).into_response())
}

/// Makes the one token of the link. Where that is done already, the page says so.
pub(super) async fn make_token(
    State(app): State<App>,
    Path(token): Path<String>,
    Signed(_): Signed,
) -> Result<Response, PageError> {
    let Some(new) = connections::add_token_by_link(&app, &token).await? else {
        return Ok(Redirect::to(&path(&token)).into_response());
    };
    if let Some(visit) = connections::open_setup_link(&app, &token).await? {
        brand::hang(&app, visit.organisation.id).await?;
    }
    let t = texts();
    let until = t.moment(&new.token.expires_at);
    let text = t.with("connect-token-text", &[("until", Part::Words(&until))]);
    Ok(Page(TokenPage { t, path: path(&token), text, secret: new.secret.reveal().clone() }).into_response())
}

/// Tells a browser whenever something about the connection changed; what, it reads on the page.
pub(super) async fn watch(State(app): State<App>, Path(token): Path<String>) -> Result<Response, PageError> {
    let Some(visit) = connections::open_setup_link(&app, &token).await? else { return Ok(gone()) };
    let Some(slot) = WATCHERS.take(visit.link.id) else { return Err(Error::Throttled { retry_after: LIVES }.into()) };
    let watcher = Watcher { app, token, seen: None, ends: Instant::now() + LIVES, _slot: slot };
    Ok(Sse::new(stream::unfold(watcher, Watcher::next)).keep_alive(KeepAlive::default()).into_response())
}

struct Watcher {
    app: App,
    token: String,
    seen: Option<Progress>,
    ends: Instant,
    _slot: Slot<SetupLinkId>,
}

impl Watcher {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while Instant::now() < self.ends {
            let progress = self.look().await.ok().flatten()?;
            if self.seen.as_ref() != Some(&progress) {
                self.seen = Some(progress);
                return Some((Ok(Event::default().event("changed").data("look").retry(EVERY)), self));
            }
            sleep(EVERY).await;
        }
        None
    }

    /// What is known now, while the link works.
    async fn look(&self) -> Result<Option<Progress>, Error> {
        let Some(visit) = connections::open_setup_link(&self.app, &self.token).await? else { return Ok(None) };
        connections::progress(&self.app, &visit).await.map(Some)
    }
}

async fn page(app: &App, visit: &Visit, token: &str, cookie: &str) -> Result<ConnectPage, Error> {
    let t = texts();
    let Progress { evidence, last } = connections::progress(app, visit).await?;
    let findings = evidence.findings().into_iter().filter(Finding::is_of_provider);
    let provider = kind(t, visit.connection.kind);
    Ok(ConnectPage {
        t,
        path: path(token),
        csrf: csrf_token(app, cookie)?,
        organisation: visit.organisation.name.clone(),
        lead: t.with(
            "connect-lead",
            &[("name", Part::Name(&visit.organisation.name)), ("provider", Part::Words(&provider))],
        ),
        now: guide::now(t, &evidence),
        steps: guide::steps(t, &evidence),
        last,
        // What the server said to a request may name somebody, and stays inside.
        findings: findings.map(|it| guide::told(t, it)).collect(),
        deeds: guide::deeds(t, visit.connection.kind),
        address: guide::address(app, t, &visit.connection),
        may_make_token: visit.link.may_make_token(),
    })
}

fn path(token: &str) -> String {
    format!("/connect/{token}")
}

/// The page of a link that was revoked, has ended, is worth nothing any more, or never was one: the same for all.
fn gone() -> Response {
    (StatusCode::GONE, Page(GonePage { t: texts() })).into_response()
}
