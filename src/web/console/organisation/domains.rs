//! The domains of the organisation: which there are, what proves them, and whether that is seen.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{Tab, tabs};
use crate::app::App;
use crate::app::own_domains::{self, OwnDomain, Seen, State as Known};
use crate::domain::routing::DomainName;
use crate::domain::{Error, Timestamp};
use crate::web::console::ask::AskPage;
use crate::web::console::shell::Shell;
use crate::web::console::users::Badge;
use crate::web::console::{Console, words};
use crate::web::form::Signed;
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// The address of the list.
pub(in crate::web::console) const LIST: &str = "/console/organisation/domains";

/// The routes of the domains.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(LIST, Access::Session, list)
        .post(LIST, Access::Session, add)
        .get("/console/organisation/domains/{domain}", Access::Session, show)
        .post("/console/organisation/domains/{domain}/check", Access::Session, check)
        .get("/console/organisation/domains/{domain}/remove", Access::Session, ask_remove)
        .post("/console/organisation/domains/{domain}/remove", Access::Session, remove)
}

#[derive(Template)]
#[template(path = "console/organisation/domains/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    typed: String,
    problem: Option<String>,
}

/// A domain on the list.
struct Row {
    path: String,
    name: String,
    state: Badge,
    checked: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "console/organisation/domains/show.html")]
struct DomainPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    state: Badge,
    /// The record: where each part of it is shown, what it is called, and what it is.
    record: [(&'static str, String, String); 2],
    /// What is known, and since when.
    times: [(&'static str, Option<Timestamp>); 3],
    name: String,
    /// What the DNS has just said, and whether that is what was hoped for.
    said: Option<(String, bool)>,
    others: Vec<String>,
}

async fn list(State(app): State<App>, console: Console) -> Response {
    console.answer(list_page(&app, &console, (String::new(), None)).await)
}

async fn add(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let typed = fields.get("domain").unwrap_or_default();
    let added = async {
        let name = own_domains::named("domain", typed)?;
        own_domains::add(&app, &console.actor, console.org(), name).await
    };
    match added.await {
        Ok(it) => Redirect::to(&path(&it.name)).into_response(),
        Err(cause @ (Error::Invalid { .. } | Error::Conflict(_))) => {
            let problem = words::problem(console.t, &cause).1;
            console.again(&cause, list_page(&app, &console, (typed.to_owned(), Some(problem))).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn show(State(app): State<App>, console: Console, Path(domain): Path<String>) -> Response {
    let page = async {
        let it = own_domains::show(&app, &console.actor, console.org(), &domain_of(&domain)?).await?;
        Ok(page(&console, &it, None))
    };
    console.answer(page.await)
}

async fn check(State(app): State<App>, console: Console, Path(domain): Path<String>, Signed(_): Signed) -> Response {
    let page = async {
        let (it, seen) = own_domains::check(&app, &console.actor, console.org(), &domain_of(&domain)?).await?;
        Ok(page(&console, &it, Some(seen)))
    };
    console.answer(page.await)
}

async fn ask_remove(State(app): State<App>, console: Console, Path(domain): Path<String>) -> Response {
    let question = async {
        let it = own_domains::show(&app, &console.actor, console.org(), &domain_of(&domain)?).await?;
        Ok(question(&console, &it.name, None))
    };
    console.answer(question.await)
}

async fn remove(State(app): State<App>, console: Console, Path(domain): Path<String>, Signed(_): Signed) -> Response {
    let removed = async {
        let name = domain_of(&domain)?;
        match own_domains::remove(&app, &console.actor, console.org(), &name).await {
            Err(cause @ Error::Conflict(_)) => {
                let why_not = words::problem(console.t, &cause).1;
                Ok(console.again(&cause, Ok(question(&console, &name, Some(why_not)))))
            }
            done => done.map(|()| Redirect::to(&format!("{LIST}?said=domain-removed")).into_response()),
        }
    };
    removed.await.unwrap_or_else(|cause| console.refuse(cause))
}

async fn list_page<'a>(
    app: &App,
    console: &'a Console,
    (typed, problem): (String, Option<String>),
) -> Result<ListPage<'a>, Error> {
    let t = console.t;
    let all = own_domains::list(app, &console.actor, console.org()).await?;
    let row = |it: OwnDomain| Row {
        path: path(&it.name),
        state: state(t, it.state()),
        checked: it.checked_at,
        name: it.name.to_string(),
    };
    Ok(ListPage {
        shell: &console.shell,
        t,
        tabs: tabs(console, LIST),
        rows: all.into_iter().map(row).collect(),
        typed,
        problem,
    })
}

fn page<'a>(console: &'a Console, it: &OwnDomain, seen: Option<Seen>) -> DomainPage<'a> {
    let t = console.t;
    let said = seen.as_ref().map(|seen| {
        let key = match seen {
            Seen::Record => "domain-seen",
            Seen::Elsewhere => "domain-elsewhere",
            Seen::Nothing => "domain-nothing-seen",
            Seen::Others(_) => "domain-others-seen",
            Seen::NoAnswer => "domain-no-answer",
        };
        (t.say(key), *seen == Seen::Record)
    });
    DomainPage {
        shell: &console.shell,
        t,
        path: path(&it.name),
        state: state(t, it.state()),
        record: [
            ("record-name", t.say("domain-record-name"), it.record_name()),
            ("record-value", t.say("domain-record-value"), it.record_value()),
        ],
        times: [
            ("domain-proven-at", it.proven_at),
            ("domain-missing-since", it.missing_since),
            ("domain-checked", it.checked_at),
        ],
        said,
        others: if let Some(Seen::Others(others)) = seen { others } else { Vec::new() },
        name: it.name.to_string(),
    }
}

fn question<'a>(console: &'a Console, name: &DomainName, why_not: Option<String>) -> AskPage<'a> {
    let t = console.t;
    AskPage {
        title: t.name("ask-domain-remove", name.as_str()),
        text: t.say("ask-domain-remove-text"),
        action: format!("{}/remove", path(name)),
        button: t.say("domain-remove"),
        is_grave: true,
        why_not,
        ..AskPage::of(console, path(name))
    }
}

fn state(t: Texts, state: Known) -> Badge {
    match state {
        Known::Unproven => Badge::off(t.say("domain-unproven")),
        Known::Proven => Badge::good(t.say("domain-proven")),
        Known::Missing => Badge::warning(t.say("domain-missing")),
    }
}

fn path(name: &DomainName) -> String {
    format!("{LIST}/{name}")
}

/// What is no domain names nothing.
fn domain_of(text: &str) -> Result<DomainName, Error> {
    text.parse().map_err(|_| Error::NotFound("domain"))
}
