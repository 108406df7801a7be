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
use axum::response::{IntoResponse as _, Redirect, Response};
use futures_util::stream;
use tokio::time::{Instant, sleep};

use super::{connection_id, journal, path};
use crate::app::App;
use crate::app::{connections, sessions};
use crate::domain::connection::guide::{Evidence, Finding, Step};
use crate::domain::connection::{Connection, Kind, SETUP_LINK_DAYS, SETUP_LINK_DAYS_MAX, SetupLink};
use crate::domain::id::{ConnectionId, OrgId};
use crate::domain::text::on_one_line;
use crate::domain::{Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Badge, Mark, OncePage};
use crate::web::cookie::Cookie;
use crate::web::form::Signed;
use crate::web::page::Page;
use crate::web::slots::{Slot, Slots};
use crate::web::texts::{Part, Texts};

/// How soon a watcher hears of a change.
pub(super) const EVERY: Duration = Duration::from_secs(2);
/// A stream ends by itself, and the browser asks for another.
pub(super) const LIVES: Duration = Duration::from_mins(1);
/// So many watch at a time on one node, and so many of them of one organisation.
static WATCHERS: Slots<OrgId> = Slots::new(100, 20);

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
    /// The links for somebody outside.
    links: Vec<LinkRow>,
    days: [(u32, bool); 4],
}

/// A link for somebody outside.
struct LinkRow {
    created: Timestamp,
    ends: Timestamp,
    has_made_token: bool,
    works: bool,
    end_path: String,
}

/// So many days a link can be made for in the console.
const LINK_DAYS: [u32; 4] = [1, SETUP_LINK_DAYS, 14, SETUP_LINK_DAYS_MAX];

/// What is to be mended, and where more is told.
pub(super) struct Told {
    pub(super) text: String,
    /// What the server said, in English.
    said: Option<String>,
    more: Option<String>,
}

/// Something to do at the identity provider.
pub(super) struct Deed {
    pub(super) text: String,
    /// True where the address and the token are entered.
    pub(super) takes_address: bool,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(page(&app, &console, &id).await)
}

async fn page<'a>(app: &App, console: &'a Console, id: &str) -> Result<GuidePage<'a>, Error> {
    let t = console.t;
    let (it, _) = connections::get(app, &console.actor, connection_id(id)?).await?;
    let evidence = connections::evidence(app, &console.actor, it.id).await?;
    let links = connections::list_setup_links(app, &console.actor, it.id).await?;
    Ok(GuidePage {
        shell: &console.shell,
        t,
        path: path(it.id),
        now: now(t, &evidence),
        steps: steps(t, &evidence),
        findings: evidence.findings().into_iter().map(|finding| told(t, finding)).collect(),
        deeds: deeds(t, it.kind),
        links: links.into_iter().map(|(link, works)| link_row(it.id, &link, works)).collect(),
        days: LINK_DAYS.map(|days| (days, days == SETUP_LINK_DAYS)),
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
    let (org, id) = match found.await {
        Ok((it, _)) => (it.org, it.id),
        Err(cause) => return console.refuse(cause),
    };
    let (Some(session), Some(slot)) = (Cookie::Session.read(&app, &headers), WATCHERS.take(org)) else {
        return console.refuse(Error::Throttled { retry_after: LIVES });
    };
    let watcher = Watcher { app, session, id, seen: None, ends: Instant::now() + LIVES, _slot: slot };
    Sse::new(stream::unfold(watcher, Watcher::next)).keep_alive(KeepAlive::default()).into_response()
}

struct Watcher {
    app: App,
    session: String,
    id: ConnectionId,
    seen: Option<Evidence>,
    ends: Instant,
    _slot: Slot<OrgId>,
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

/// Makes a link for somebody outside, which is shown once.
pub(super) async fn make_link(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let made = async {
        let (it, _) = connections::get(&app, &console.actor, connection_id(&id)?).await?;
        let days = fields.get("days").and_then(|it| it.parse().ok()).unwrap_or(0);
        let new = connections::create_setup_link(&app, &console.actor, it.id, days).await?;
        Ok((it, new))
    };
    match made.await {
        Ok((it, new)) => {
            let (t, until) = (console.t, console.t.moment(&new.link.expires_at));
            let page = OncePage {
                shell: &console.shell,
                t,
                title: t.name("once-setup-link-title", &it.name),
                text: t.with("once-setup-link-text", &[("until", Part::Words(&until))]),
                secret: new.url.reveal().clone(),
                back: format!("{}/setup", path(it.id)),
            };
            Page(page).into_response()
        }
        Err(cause) => console.refuse(cause),
    }
}

/// Ends such a link.
pub(super) async fn end_link(
    State(app): State<App>,
    console: Console,
    Path((id, link)): Path<(String, String)>,
    Signed(_): Signed,
) -> Response {
    let done = async {
        let id = connection_id(&id)?;
        let link = link.parse().map_err(|_| Error::NotFound("link"))?;
        connections::revoke_setup_link(&app, &console.actor, id, link).await?;
        Ok(id)
    };
    match done.await {
        Ok(id) => Redirect::to(&format!("{}/setup?said=setup-link-ended", path(id))).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

fn link_row(of: ConnectionId, link: &SetupLink, works: bool) -> LinkRow {
    LinkRow {
        created: link.created_at,
        ends: link.expires_at,
        has_made_token: !link.may_make_token(),
        works,
        end_path: format!("{}/setup/links/{}/end", path(of), link.id),
    }
}

/// What is waited for.
pub(super) fn now(t: Texts, evidence: &Evidence) -> String {
    let next = evidence.steps().into_iter().find(|(_, is_done)| !is_done);
    t.say(next.map_or("guide-all-done", |(step, _)| waiting(step)))
}

/// The steps, and whether each is done.
pub(super) fn steps(t: Texts, evidence: &Evidence) -> Vec<(String, Badge)> {
    evidence.steps().into_iter().map(|(step, is_done)| (t.say(label(step)), badge(t, is_done))).collect()
}

/// What is to be done at the provider.
pub(super) fn deeds(t: Texts, kind: Kind) -> Vec<Deed> {
    let (keys, at) = deed_keys(kind);
    keys.iter().enumerate().map(|(nth, key)| Deed { text: t.say(key), takes_address: nth == at }).collect()
}

/// The keys of what is to be done, and the place in it of the address and the token.
const fn deed_keys(kind: Kind) -> (&'static [&'static str], usize) {
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

/// What the provider calls the address, and the address.
pub(super) fn address(app: &App, t: Texts, it: &Connection) -> (String, String) {
    let name = match it.kind {
        Kind::Entra => "guide-tenant-url",
        Kind::Okta | Kind::Generic => "connection-scim-url",
    };
    (t.say(name), connections::scim_url_for(app, it))
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

pub(super) fn told(t: Texts, finding: Finding) -> Told {
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
