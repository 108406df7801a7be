//! Refused sign-ins: why somebody could not sign in at an identity provider, found by the number they were shown, by
//! connection or by user.
//!
//! **Invariant:** what a provider said is shown as text, whatever it holds.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::Console;
use super::shell::Shell;
use super::users::Badge;
use crate::app::sign_in_refusals::{self, Candidate, Seen, StoredRefusal, Which};
use crate::app::{App, users};
use crate::domain::id::UserId;
use crate::domain::sso_refusal::{Advice, Check, Named, Pair, Reason};
use crate::domain::{Error, Timestamp};
use crate::web::page::Page;
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;
use crate::web::words::sso_reason;

/// Where the list is.
pub(super) const PATH: &str = "/console/security/sign-ins";
/// So many refusals are on a page.
const SHOWN: usize = 50;

/// The routes of refused sign-ins.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Access::Session, list).get("/console/security/sign-ins/{reference}", Access::Session, show)
}

/// The list of those that are about a user.
pub(super) fn of_user(id: UserId) -> String {
    format!("{PATH}?user={id}")
}

#[derive(Template)]
#[template(path = "console/sign_ins/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    /// A number that was looked for and is not there.
    missing: Option<String>,
    number: String,
    connections: Vec<Choice>,
    user: Option<Person>,
    rows: Vec<Row>,
    older: Option<String>,
}

/// A connection to choose.
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

struct Person {
    id: String,
    name: String,
    path: String,
}

struct Row {
    at: Timestamp,
    reference: String,
    path: String,
    connection: String,
    check: String,
}

#[derive(Template)]
#[template(path = "console/sign_ins/show.html")]
struct ShowPage<'a> {
    shell: &'a Shell,
    t: Texts,
    reference: String,
    at: Timestamp,
    connection: String,
    is_gone: bool,
    check: String,
    reason: String,
    /// The language of the reason: a sentence that an older version wrote is English.
    reason_language: &'static str,
    advice: Option<String>,
    is_verified: bool,
    claims: Option<Vec<(String, String)>>,
    candidates: Vec<Beside>,
}

/// A user whom the provider could have meant, beside what it said.
struct Beside {
    name: String,
    path: String,
    status: Badge,
    pairs: Vec<PairRow>,
    advice: Option<String>,
}

struct PairRow {
    label: String,
    claim: Option<String>,
    here: Option<String>,
    badge: Option<Badge>,
}

/// What the address asks for.
#[derive(Default)]
struct Asked {
    number: String,
    which: Which,
}

impl Asked {
    fn read(query: &str) -> Result<Self, Error> {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.trim().is_empty()) {
            let value = value.trim();
            match &*name {
                "number" => value.clone_into(&mut asked.number),
                "connection" => asked.which.connection = Some(id("connection", value)?),
                "user" => asked.which.user = Some(id("user", value)?),
                "before" => asked.which.before = Some(id("page", value)?),
                _ => {}
            }
        }
        Ok(asked)
    }

    /// The address of what is older than the last row.
    fn older(&self, last: &StoredRefusal) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(connection) = self.which.connection {
            query.append_pair("connection", &connection.to_string());
        }
        if let Some(user) = self.which.user {
            query.append_pair("user", &user.to_string());
        }
        query.append_pair("before", &last.id.to_string());
        format!("{PATH}?{}", query.finish())
    }
}

fn id<T: std::str::FromStr>(what: &'static str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::NotFound(what))
}

async fn list(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let asked = match Asked::read(query.as_deref().unwrap_or_default()) {
        Ok(asked) => asked,
        Err(cause) => return console.refuse(cause),
    };
    if !asked.number.is_empty() {
        match sign_in_refusals::show(&app, &console.actor, console.org(), &asked.number).await {
            Ok(seen) => return Redirect::to(&path(&seen.refusal.reference)).into_response(),
            Err(Error::NotFound(_)) => {}
            Err(cause) => return console.refuse(cause),
        }
    }
    console.answer(page(&app, &console, asked).await)
}

async fn page<'a>(app: &App, console: &'a Console, asked: Asked) -> Result<ListPage<'a>, Error> {
    let (t, actor, org) = (console.t, &console.actor, console.org());
    let most = u64::try_from(SHOWN.saturating_add(1)).unwrap_or(u64::MAX);
    let mut found = sign_in_refusals::list(app, actor, org, asked.which, most).await?;
    let has_more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let older = found.last().filter(|_| has_more).map(|last| asked.older(last));
    let all = sign_in_refusals::connections_of(app, actor, org).await?;
    let every = Choice { value: String::new(), label: t.say("every-connection"), is_chosen: false };
    let named = all.into_iter().map(|(id, label)| Choice {
        value: id.to_string(),
        label,
        is_chosen: asked.which.connection == Some(id),
    });
    let user = match asked.which.user {
        Some(id) => {
            let user = users::show(app, actor, id).await?.user;
            Some(Person { id: id.to_string(), name: user.display_name, path: super::users::user_path(id) })
        }
        None => None,
    };
    Ok(ListPage {
        shell: &console.shell,
        t,
        missing: (!asked.number.is_empty()).then(|| t.name("refusal-missing", &asked.number)),
        number: asked.number,
        connections: std::iter::once(every).chain(named).collect(),
        user,
        rows: found.into_iter().map(|it| row(t, it)).collect(),
        older,
    })
}

fn row(t: Texts, it: StoredRefusal) -> Row {
    let path = path(&it.reference);
    Row { at: it.at, path, reference: it.reference, connection: it.connection_name, check: check(t, it.check) }
}

fn path(reference: &str) -> String {
    format!("{PATH}/{reference}")
}

async fn show(State(app): State<App>, console: Console, Path(reference): Path<String>) -> Response {
    let seen = sign_in_refusals::show(&app, &console.actor, console.org(), &reference).await;
    match seen {
        Ok(seen) => Page(shown(&console, seen)).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

fn shown(console: &Console, seen: Seen) -> ShowPage<'_> {
    let t = console.t;
    let may_see_people = console.actor.may(&console.model, "users:read").is_ok();
    let candidates = seen.candidates.into_iter().filter(|_| may_see_people).map(|it| beside(t, it));
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    ShowPage {
        shell: &console.shell,
        t,
        reference: seen.refusal.reference,
        at: seen.refusal.at,
        connection: seen.refusal.connection_name,
        is_gone: seen.connection.is_none(),
        check: check(t, seen.refusal.check),
        reason: sso_reason(t, &seen.refusal.reason),
        reason_language: if matches!(seen.refusal.reason, Reason::Sentence { .. }) { "en" } else { t.tag() },
        advice: seen.advice.map(|it| advice(t, it)),
        is_verified: seen.is_verified,
        claims: seen.claims.map(|claims| claims.into_iter().map(|(name, value)| (name, text(value))).collect()),
        candidates: candidates.collect(),
    }
}

fn beside(t: Texts, it: Candidate) -> Beside {
    Beside {
        name: it.user.display_name.clone(),
        path: super::users::user_path(it.user.id),
        status: Badge::of_status(t, it.user.status),
        pairs: it.pairs.into_iter().map(|pair| pair_row(t, pair)).collect(),
        advice: it.advice.map(|it| advice(t, it)),
    }
}

fn pair_row(t: Texts, pair: Pair) -> PairRow {
    let label = match pair.named {
        Named::ExternalId => t.say("external-id"),
        Named::UserName => t.say("column-user-name"),
        Named::Email => t.say("column-email"),
    };
    let badge = match (&pair.claim, pair.differs) {
        (None, _) => None,
        (Some(_), true) => Some(Badge::warning(t.say("differs"))),
        (Some(_), false) => Some(Badge::good(t.say("agrees"))),
    };
    PairRow { label, claim: pair.claim, here: pair.here, badge }
}

/// The check that failed, as a heading.
fn check(t: Texts, it: Check) -> String {
    t.say(match it {
        Check::Reachable => "failed-reachable",
        Check::Answered => "failed-answered",
        Check::Admitted => "failed-admitted",
        Check::SecondFactor => "failed-second-factor",
        Check::Believed => "failed-believed",
        Check::UnderWay => "failed-under-way",
        Check::Open => "failed-open",
        Check::Fresh => "failed-fresh",
        Check::Known => "failed-known",
        Check::Active => "failed-active",
        Check::Same => "failed-same",
    })
}

/// What to do, and where.
fn advice(t: Texts, it: Advice) -> String {
    t.say(match it {
        Advice::Reach => "advice-reach",
        Advice::ReadProviderLog => "advice-provider-log",
        Advice::Assign => "advice-assign",
        Advice::AskSecondFactor => "advice-second-factor",
        Advice::CompareSettings => "advice-settings",
        Advice::BeginAgain => "advice-again",
        Advice::Resume => "advice-resume",
        Advice::SendAuthTime => "advice-auth-time",
        Advice::SamePerson => "advice-same-person",
        Advice::Push => "advice-push",
        Advice::Activate => "advice-activate",
        Advice::Complete => "advice-complete",
        Advice::UsePassword => "advice-password",
        Advice::ChooseProvider => "advice-choose-provider",
        Advice::MapExternalId => "advice-external-id",
        Advice::MapObjectId => "advice-object-id",
        Advice::Relink => "advice-relink",
        Advice::RaiseCeiling => "advice-ceiling",
    })
}
