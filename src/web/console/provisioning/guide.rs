//! Setting a connection up: what to do at the identity provider, and how far it has come, as it happens.
//!
//! **Invariant:** a watcher hears only that something changed, looks with its own session each time, and hears nothing more
//! once that has ended.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep};

use super::{connection_id, journal, path};
use crate::app::App;
use crate::app::{connections, sessions};
use crate::domain::Error;
use crate::domain::connection::guide::{Evidence, Finding, Step};
use crate::domain::connection::{Connection, Kind};
use crate::domain::id::ConnectionId;
use crate::domain::text::on_one_line;
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Badge, Mark};
use crate::web::cookie::Cookie;
use crate::web::texts::Texts;

/// How soon a watcher hears of a change.
const EVERY: Duration = Duration::from_secs(2);
/// A stream ends by itself, and the browser asks for another.
const LIVES: Duration = Duration::from_mins(1);
/// So many watch at a time on one node.
static WATCHERS: Semaphore = Semaphore::const_new(100);

#[derive(Template)]
#[template(path = "console/provisioning/guide.html")]
struct GuidePage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    /// What is waited for.
    now: String,
    steps: Vec<(String, Badge)>,
    findings: Vec<Told>,
    deeds: Vec<Deed>,
    /// The base URL as this provider wants it, and what it is called there.
    address: (String, String),
    may_make_tokens: bool,
}

/// What is to be mended, and where more is told.
struct Told {
    text: String,
    /// What the server said, in English.
    said: Option<String>,
    more: Option<String>,
}

/// Something to do at the identity provider.
struct Deed {
    text: String,
    /// True where the address and the token are entered.
    takes_address: bool,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(page(&app, &console, &id).await)
}

async fn page<'a>(app: &App, console: &'a Console, id: &str) -> Result<GuidePage<'a>, Error> {
    let t = console.t;
    let (it, _) = connections::get(app, &console.actor, connection_id(id)?).await?;
    let evidence = connections::evidence(app, &console.actor, it.id).await?;
    let steps = evidence.steps();
    let next = steps.iter().find(|(_, is_done)| !is_done);
    let (keys, at) = deeds(it.kind);
    let deed = |(nth, key): (usize, &&str)| Deed { text: t.say(key), takes_address: nth == at };
    Ok(GuidePage {
        shell: &console.shell,
        t,
        path: path(it.id),
        now: t.say(next.map_or("guide-all-done", |(step, _)| waiting(*step))),
        steps: steps.iter().map(|(step, is_done)| (t.say(label(*step)), badge(t, *is_done))).collect(),
        findings: evidence.findings().into_iter().map(|finding| told(t, finding)).collect(),
        deeds: keys.iter().enumerate().map(deed).collect(),
        address: address(app, t, &it),
        may_make_tokens: connections::reaches(&console.actor, &console.model, &it).is_ok(),
        name: it.name,
    })
}

/// Tells a browser whenever something about the connection changed; what, it reads on the page.
pub(super) async fn watch(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = async { connections::get(&app, &console.actor, connection_id(&id)?).await };
    let id = match found.await {
        Ok((it, _)) => it.id,
        Err(cause) => return console.refuse(cause),
    };
    let (Some(session), Ok(place)) = (Cookie::Session.read(&app, &headers), WATCHERS.try_acquire()) else {
        return console.refuse(Error::Throttled { retry_after: LIVES });
    };
    let watcher = Watcher { app, session, id, seen: None, ends: Instant::now() + LIVES, _place: place };
    Sse::new(stream::unfold(watcher, Watcher::next)).keep_alive(KeepAlive::default()).into_response()
}

struct Watcher {
    app: App,
    session: String,
    id: ConnectionId,
    seen: Option<Evidence>,
    ends: Instant,
    _place: SemaphorePermit<'static>,
}

impl Watcher {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while Instant::now() < self.ends {
            let evidence = self.look().await.ok().flatten()?;
            if self.seen.as_ref() != Some(&evidence) {
                self.seen = Some(evidence);
                return Some((Ok(Event::default().event("changed").data("look").retry(EVERY)), self));
            }
            sleep(EVERY).await;
        }
        None
    }

    /// What is known now, while the session lasts.
    async fn look(&self) -> Result<Option<Evidence>, Error> {
        let Some((session, person)) = sessions::find(&self.app, &self.session).await? else { return Ok(None) };
        connections::evidence(&self.app, &person.actor(Some(&session)), self.id).await.map(Some)
    }
}

/// What is to be done at the provider, and the place in it of the address and the token.
const fn deeds(kind: Kind) -> (&'static [&'static str], usize) {
    match kind {
        Kind::Okta => {
            (&["guide-okta-app", "guide-okta-api", "guide-okta-to-app", "guide-okta-people", "guide-okta-groups"], 1)
        }
        Kind::Entra => (
            &["guide-entra-app", "guide-entra-api", "guide-entra-mapping", "guide-entra-people", "guide-entra-start"],
            1,
        ),
        Kind::Generic => {
            (&["guide-generic-api", "guide-generic-mapping", "guide-generic-deeds", "guide-generic-people"], 0)
        }
    }
}

/// Entra follows the standard closely only where the address says so.
fn address(app: &App, t: Texts, it: &Connection) -> (String, String) {
    let base = connections::scim_base_url_of(app, it);
    match it.kind {
        Kind::Entra => (t.say("guide-tenant-url"), format!("{base}?aadOptscim062020")),
        Kind::Okta | Kind::Generic => (t.say("connection-scim-url"), base),
    }
}

const fn label(step: Step) -> &'static str {
    match step {
        Step::Token => "guide-step-token",
        Step::Request => "guide-step-request",
        Step::User => "guide-step-user",
        Step::Group => "guide-step-group",
        Step::SignIn => "guide-step-sign-in",
    }
}

const fn waiting(step: Step) -> &'static str {
    match step {
        Step::Token => "guide-wait-token",
        Step::Request => "guide-wait-request",
        Step::User => "guide-wait-user",
        Step::Group => "guide-wait-group",
        Step::SignIn => "guide-wait-sign-in",
    }
}

fn badge(t: Texts, is_done: bool) -> Badge {
    let (mark, label) = if is_done { (Mark::Good, "guide-done") } else { (Mark::Off, "guide-not-yet") };
    Badge { mark, label: t.say(label) }
}

fn told(t: Texts, finding: Finding) -> Told {
    let only = |text| Told { text, said: None, more: None };
    match finding {
        Finding::Match(attribute) => only(t.name("guide-match", &on_one_line(&attribute))),
        Finding::NoExternalId(count) => only(t.count("guide-no-external-id", count)),
        Finding::ForeignExternalId(count) => only(t.count("guide-foreign-external-id", count)),
        Finding::NoRole(count) => only(t.count("guide-no-role", count)),
        Finding::NoAddress(count) => only(t.count("guide-no-address", count)),
        Finding::NoName(count) => only(t.count("guide-no-name", count)),
        Finding::Refused(call, detail) => Told {
            text: t.say("guide-refused"),
            said: Some(on_one_line(&detail).into_owned()),
            more: Some(journal::path(call)),
        },
    }
}
