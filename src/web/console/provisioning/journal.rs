//! The journal: what identity providers asked, what became of it, and what a request would do now.
//!
//! **Invariant:** what was said is shown as text, whatever it holds.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::{Place, path as connection_path, places};
use crate::app::journal::{self, Entry, Which};
use crate::app::provisioning::Trial;
use crate::app::{App, connections, users};
use crate::domain::id::{CallId, ConnectionId, UserId};
use crate::domain::journal::{About, CameTo, Deed};
use crate::domain::text::on_one_line;
use crate::domain::{Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::groups;
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Badge, Link, Mark, user_path};
use crate::web::form::Signed;
use crate::web::texts::Texts;
use crate::web::words::did;

/// Where the list is.
pub(super) const PATH: &str = "/console/provisioning/journal";
/// So many requests are on a page.
const SHOWN: usize = 50;
/// So many deeds are told in a line of the list.
const TOLD: usize = 3;

/// The requests about a user.
pub(in crate::web::console) fn of_user(id: UserId) -> String {
    format!("{PATH}?user={id}")
}

/// The requests of a connection.
pub(super) fn of_connection(id: ConnectionId) -> String {
    format!("{PATH}?connection={id}")
}

#[derive(Template)]
#[template(path = "console/provisioning/journal.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    places: Vec<Link>,
    connections: Vec<Choice>,
    results: Vec<Choice>,
    user: Option<Person>,
    rows: Vec<Row>,
    older: Option<String>,
}

struct Person {
    id: String,
    name: String,
    path: String,
}

struct Row {
    at: Timestamp,
    path: String,
    connection: String,
    request: String,
    result: Badge,
    sentence: Sentence,
    /// That it stands for several.
    times: Option<String>,
}

/// Why it came to this, in words; those of the answer are English.
struct Sentence {
    words: String,
    language: &'static str,
}

#[derive(Template)]
#[template(path = "console/provisioning/call.html")]
struct CallPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    method: String,
    address: String,
    at: Timestamp,
    took_ms: String,
    status: u16,
    result: Badge,
    sentence: Sentence,
    times: Option<String>,
    connection: String,
    connection_path: String,
    /// The user or group that it was about: the page, and the name.
    about: Option<(String, String)>,
    deeds: Vec<String>,
    request: Option<String>,
    request_bytes: Option<u64>,
    answer: Option<String>,
    can_replay: bool,
    /// The page of the request that this one is again.
    replay_of: Option<String>,
    /// The number under which the outcome is told of a request that was carried out later.
    txn: Option<String>,
    trial: Option<TrialPart>,
}

/// What the request would do now.
struct TrialPart {
    refusal: Option<String>,
    deeds: Vec<String>,
    differences: Vec<Difference>,
}

/// An attribute that would be another one.
struct Difference {
    name: String,
    old: Option<String>,
    new: Option<String>,
}

/// What the address asks for.
fn asked(query: &str) -> Result<Which, Error> {
    let mut which = Which::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.trim().is_empty()) {
        match &*name {
            "connection" => which.connection = Some(id("connection", &value)?),
            "user" => which.user = Some(id("user", &value)?),
            "result" => which.came_to = CameTo::parse(&value),
            "before" => which.before = Some(id("page", &value)?),
            _ => {}
        }
    }
    Ok(which)
}

fn id<T: std::str::FromStr>(what: &'static str, text: &str) -> Result<T, Error> {
    text.trim().parse().map_err(|_| Error::NotFound(what))
}

/// The address of what is older than the last row.
fn older(which: &Which, last: CallId) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(connection) = which.connection {
        query.append_pair("connection", &connection.to_string());
    }
    if let Some(user) = which.user {
        query.append_pair("user", &user.to_string());
    }
    if let Some(came_to) = which.came_to {
        query.append_pair("result", came_to.word());
    }
    query.append_pair("before", &last.to_string());
    format!("{PATH}?{}", query.finish())
}

pub(super) async fn list(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let page = match asked(query.as_deref().unwrap_or_default()) {
        Ok(which) => page(&app, &console, which).await,
        Err(cause) => Err(cause),
    };
    console.answer(page)
}

async fn page<'a>(app: &App, console: &'a Console, which: Which) -> Result<ListPage<'a>, Error> {
    let (t, actor, org) = (console.t, &console.actor, console.org());
    let most = u64::try_from(SHOWN.saturating_add(1)).unwrap_or(u64::MAX);
    let mut found = journal::list(app, actor, org, which, most).await?;
    let has_more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let older = found.last().filter(|_| has_more).map(|last| older(&which, last.call.id));
    let all = connections::list(app, actor, org).await?;
    let name = |id| all.iter().find(|it| it.id == id).map(|it| it.name.clone()).unwrap_or_default();
    let user = match which.user {
        Some(id) => {
            let user = users::show(app, actor, id).await?.user;
            Some(Person { id: id.to_string(), name: user.display_name, path: user_path(id) })
        }
        None => None,
    };
    let option = |value: String, label: String, is_chosen| Choice { value, label, is_chosen };
    let every = option(String::new(), t.say("every-connection"), false);
    let named = all.iter().map(|it| option(it.id.to_string(), it.name.clone(), which.connection == Some(it.id)));
    let any = option(String::new(), t.say("journal-every-result"), false);
    let results = CameTo::ALL.map(|it| option(it.word().to_owned(), result(t, it).label, which.came_to == Some(it)));
    Ok(ListPage {
        shell: &console.shell,
        t,
        places: places(t, Some(Place::Journal)),
        connections: std::iter::once(every).chain(named).collect(),
        results: std::iter::once(any).chain(results).collect(),
        user,
        rows: found.iter().map(|it| row(t, it, name(it.call.connection))).collect(),
        older,
    })
}

fn row(t: Texts, entry: &Entry, connection: String) -> Row {
    Row {
        at: entry.call.at,
        path: path(entry.call.id),
        connection,
        request: format!("{} {}", entry.call.method, address(entry)),
        result: result(t, entry.call.came_to),
        sentence: sentence(t, entry),
        times: times(t, entry),
    }
}

fn times(t: Texts, entry: &Entry) -> Option<String> {
    (entry.call.times > 1).then(|| t.count("journal-times", entry.call.times))
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(Box::pin(call_page(&app, &console, &id, false)).await)
}

/// Nothing is changed, so it is a page like any other.
pub(super) async fn rehearse(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(Box::pin(call_page(&app, &console, &id, true)).await)
}

pub(super) async fn replay(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Response {
    let done = async { journal::replay(&app, &console.actor, console.org(), call_id(&id)?).await };
    match done.await {
        Ok(made) => Redirect::to(&format!("{}?said=replayed", path(made))).into_response(),
        Err(cause @ Error::Conflict(_)) => console.again(&cause, Box::pin(call_page(&app, &console, &id, false)).await),
        Err(cause) => console.refuse(cause),
    }
}

async fn call_page<'a>(app: &App, console: &'a Console, id: &str, is_trial: bool) -> Result<CallPage<'a>, Error> {
    let (t, actor, org) = (console.t, &console.actor, console.org());
    let id = call_id(id)?;
    let (entry, trial) = if is_trial {
        let (entry, trial) = journal::rehearse(app, actor, org, id).await?;
        (entry, Some(trial_part(t, trial)))
    } else {
        (journal::show(app, actor, org, id).await?, None)
    };
    let all = connections::list(app, actor, org).await?;
    let connection = all.into_iter().find(|it| it.id == entry.call.connection).map(|it| it.name);
    Ok(CallPage {
        shell: &console.shell,
        t,
        path: path(id),
        method: entry.call.method.clone(),
        address: address(&entry),
        at: entry.call.at,
        took_ms: format!("{:.1}", entry.call.took.as_secs_f64() * 1_000.0),
        status: entry.call.status,
        result: result(t, entry.call.came_to),
        sentence: sentence(t, &entry),
        times: times(t, &entry),
        connection: connection.unwrap_or_default(),
        connection_path: connection_path(entry.call.connection),
        about: entry.call.about.map(|it| (about_path(it), about_name(&entry, it))),
        deeds: entry.said.deeds.iter().map(|it| deed(t, it)).collect(),
        request: entry.said.request.as_ref().map(pretty),
        request_bytes: entry.said.request_bytes.map(|it| u64::try_from(it).unwrap_or(u64::MAX)),
        answer: entry.said.answer.as_ref().map(pretty),
        can_replay: journal::can_replay(&entry),
        replay_of: entry.said.replay_of.map(path),
        txn: entry.said.later.as_ref().map(|_| entry.call.id.to_string()),
        trial,
    })
}

fn call_id(text: &str) -> Result<CallId, Error> {
    text.parse().map_err(|_| Error::NotFound("journal entry"))
}

/// The page of a request.
pub(in crate::web::console) fn path(id: CallId) -> String {
    format!("{PATH}/{id}")
}

fn about_path(about: About) -> String {
    match about {
        About::User(id) => user_path(id),
        About::Group(id) => groups::path_of(id),
    }
}

/// The name by which a deed calls it, else the id.
fn about_name(entry: &Entry, about: About) -> String {
    let named = entry.said.deeds.iter().find(|it| it.about() == Some(about));
    let name = named.map(|it| on_one_line(&it.target_label).into_owned());
    name.unwrap_or_else(|| match about {
        About::User(id) => id.to_string(),
        About::Group(id) => id.to_string(),
    })
}

/// The address below the base URL, as a person reads it.
fn address(entry: &Entry) -> String {
    let path = entry.call.path.strip_prefix("/scim/v2").unwrap_or(&entry.call.path);
    let Some(query) = &entry.said.query else { return on_one_line(path).into_owned() };
    let pairs: Vec<String> =
        form_urlencoded::parse(query.as_bytes()).map(|(name, value)| format!("{name}={value}")).collect();
    on_one_line(&format!("{path}?{}", pairs.join("&"))).into_owned()
}

fn result(t: Texts, it: CameTo) -> Badge {
    let (mark, key) = match it {
        CameTo::Changed => (Mark::Good, "journal-changed"),
        CameTo::Nothing => (Mark::Off, "journal-nothing"),
        CameTo::Read => (Mark::Off, "journal-read"),
        CameTo::Refused => (Mark::Warning, "journal-refused"),
        CameTo::Failed => (Mark::Warning, "journal-failed"),
        CameTo::Waiting => (Mark::Off, "journal-waiting"),
    };
    Badge { mark, label: t.say(key) }
}

fn sentence(t: Texts, entry: &Entry) -> Sentence {
    let said = &entry.said;
    let ours = |words| Sentence { words, language: t.tag() };
    match entry.call.came_to {
        CameTo::Changed => ours(with_left_alone(t, told(t, &said.deeds), entry)),
        CameTo::Nothing if said.left_alone.is_empty() => ours(t.say("journal-nothing-text")),
        CameTo::Nothing => ours(with_left_alone(t, t.say("journal-nothing-else"), entry)),
        CameTo::Waiting => ours(t.say("journal-waiting-text")),
        CameTo::Read => ours(match said.found {
            Some(found) => t.count("journal-found", found),
            None => t.say("journal-read-text"),
        }),
        CameTo::Refused | CameTo::Failed => match said.detail() {
            Some(detail) => Sentence { words: on_one_line(detail).into_owned(), language: "en" },
            None => ours(t.say("journal-refused-text")),
        },
    }
}

/// The same with what was left as it was, because the token does not name it.
fn with_left_alone(t: Texts, words: String, entry: &Entry) -> String {
    let names: Vec<&str> = entry.said.left_alone.iter().map(String::as_str).collect();
    if names.is_empty() { words } else { format!("{words} {}", t.name("journal-left-alone", &names.join(", "))) }
}

/// The first deeds, and how many more there are.
fn told(t: Texts, deeds: &[Deed]) -> String {
    let first: Vec<String> = deeds.iter().take(TOLD).map(|it| deed(t, it)).collect();
    let more = deeds.len().saturating_sub(TOLD);
    let first = first.join("; ");
    if more == 0 {
        first
    } else {
        format!("{first}; {}", t.count("journal-more", u64::try_from(more).unwrap_or(u64::MAX)))
    }
}

/// A deed with what changed by it.
fn deed(t: Texts, it: &Deed) -> String {
    let paths: Vec<&str> =
        it.changes.as_array().into_iter().flatten().filter_map(|change| change.get("path")?.as_str()).collect();
    let what = format!("{}: {}", did(t, &it.action), on_one_line(&it.target_label));
    if paths.is_empty() { what } else { format!("{what} ({})", paths.join(", ")) }
}

fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.lines().map(|line| on_one_line(line).into_owned() + "\n").collect()
}

fn trial_part(t: Texts, trial: Trial) -> TrialPart {
    let differences = match (&trial.before, &trial.after) {
        (before, Some(after)) => differences(before.as_ref().unwrap_or(&Value::Null), after),
        (_, None) => Vec::new(),
    };
    let deeds = trial.deeds.iter().map(|it| deed(t, it)).collect();
    TrialPart { refusal: trial.refusal.map(|it| on_one_line(&it).into_owned()), deeds, differences }
}

/// The attributes that differ, by name; what the server says of every version is left out.
fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let names: BTreeSet<&String> =
        [before, after].into_iter().filter_map(Value::as_object).flat_map(serde_json::Map::keys).collect();
    let named = names.into_iter().filter(|name| *name != "meta");
    let text = |value: &Value| match value {
        Value::String(text) => on_one_line(text).into_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            on_one_line(&value.to_string()).into_owned()
        }
    };
    named
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| Difference { name: name.clone(), old: before.get(name).map(text), new: after.get(name).map(text) })
        .collect()
}
