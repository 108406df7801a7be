//! How connections fare, and what to do about it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{Place, journal, kind, path, places, waiting};
use crate::app::App;
use crate::app::connections::health;
use crate::domain::connection::{Advice, ConnectionToken, Health};
use crate::domain::grace::days_left;
use crate::domain::{Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Badge, Link, Mark};
use crate::web::texts::{Part, Texts};

/// Where it is.
pub(in crate::web::console) const PATH: &str = "/console/provisioning/health";

#[derive(Template)]
#[template(path = "console/provisioning/health.html")]
struct HealthPage<'a> {
    shell: &'a Shell,
    t: Texts,
    places: Vec<Link>,
    all: Vec<One>,
}

/// One connection.
struct One {
    id: String,
    name: String,
    path: String,
    kind: String,
    state: Badge,
    advice: Vec<Advised>,
    heard: Option<Timestamp>,
    succeeded: Option<Timestamp>,
    requests: u64,
    refused: String,
    /// Each status, and how many requests got it.
    answers: Vec<(u16, u64)>,
    journal: String,
    waiting: u64,
    tokens: Vec<Token>,
}

/// Something to do, and where that is done.
struct Advised {
    words: String,
    link: Option<(String, String)>,
}

struct Token {
    hint: String,
    ends: Timestamp,
    last_used: Option<Timestamp>,
    state: Badge,
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    console.answer(page(&app, &console).await)
}

async fn page<'a>(app: &App, console: &'a Console) -> Result<HealthPage<'a>, Error> {
    let all = health(app, &console.actor, console.org()).await?;
    let t = console.t;
    let all = all.into_iter().map(|it| one(t, it)).collect();
    Ok(HealthPage { shell: &console.shell, t, places: places(t, Some(Place::Health)), all })
}

fn one(t: Texts, it: Health) -> One {
    let percent = it.refused_percent().to_string();
    let parts = [("count", Part::Number(it.refused())), ("percent", Part::Words(&percent))];
    One {
        id: it.connection.id.to_string(),
        path: path(it.connection.id),
        kind: kind(t, it.connection.kind),
        state: state(t, &it),
        advice: it.advice().into_iter().map(|advice| advised(t, &it, advice)).collect(),
        heard: it.pulse.heard_at,
        succeeded: it.pulse.succeeded_at,
        requests: it.requests(),
        refused: t.with("health-refused", &parts),
        answers: it.answers.iter().map(|it| (it.status, it.requests)).collect(),
        journal: journal::of_connection(it.connection.id),
        waiting: it.waiting,
        tokens: it.tokens.iter().map(|token| token_row(t, &it, token)).collect(),
        name: it.connection.name,
    }
}

/// The state of a connection in one word.
fn state(t: Texts, it: &Health) -> Badge {
    let (mark, key) = match (it.connection.is_paused, it.silent_since(), it.advice().is_empty()) {
        (true, _, _) => (Mark::Off, "paused"),
        (false, Some(_), _) => (Mark::Warning, "health-silent"),
        (false, None, false) => (Mark::Warning, "health-needs-you"),
        (false, None, true) => (Mark::Good, "health-well"),
    };
    Badge { mark, label: t.say(key) }
}

fn advised(t: Texts, of: &Health, advice: Advice) -> Advised {
    let at = path(of.connection.id);
    let link = |address: String, key: &str| Some((address, t.say(key)));
    match advice {
        Advice::Resume => Advised { words: t.say("health-resume"), link: link(format!("{at}/resume"), "do-resume") },
        Advice::MakeToken => {
            Advised { words: t.say("health-make-token"), link: link(format!("{at}/tokens/new"), "new-token") }
        }
        Advice::ReplaceToken { days_left } => Advised {
            words: t.count("health-replace-token", days_left),
            link: link(format!("{at}/tokens/new"), "new-token"),
        },
        Advice::GiveAddress => {
            Advised { words: t.say("health-give-address"), link: link(at, "health-open-connection") }
        }
        Advice::CheckAddress(outside) => {
            let (address, moment) = (outside.address.to_string(), t.moment(&outside.at));
            let parts = [("address", Part::Words(&address)), ("at", Part::Words(&moment))];
            let words = t.with("health-check-address", &parts);
            Advised { words, link: link(format!("{at}/edit"), "connection-allowed") }
        }
        Advice::FindSilence { since } => {
            let moment = t.moment(&since);
            Advised { words: t.with("health-find-silence", &[("at", Part::Words(&moment))]), link: None }
        }
        Advice::ReadJournal { status } => Advised {
            words: t.with(refusals(status), &[("status", Part::Words(&status.to_string()))]),
            link: link(journal::of_connection(of.connection.id), "journal"),
        },
        Advice::DecideHeld { held } => {
            Advised { words: t.count("held-now", held), link: link(format!("{at}/held"), "held-decide") }
        }
        Advice::PushMembers { waiting: members } => {
            let words = t.count("health-push-members", members);
            Advised { words, link: link(waiting::PATH.to_owned(), "waiting") }
        }
    }
}

/// What most of the refused requests have in common, and what helps.
const fn refusals(status: u16) -> &'static str {
    match status {
        404 => "health-refused-unknown",
        409 => "health-refused-conflict",
        413 => "health-refused-large",
        429 => "health-refused-fast",
        500.. => "health-refused-failed",
        _ => "health-refused-malformed",
    }
}

fn token_row(t: Texts, of: &Health, it: &ConnectionToken) -> Token {
    let days = days_left(it.expires_at, of.at);
    let is_replaced = it.is_replaced(&of.tokens, of.at);
    let (mark, label) = match days {
        0 => (Mark::Off, t.say("health-token-over")),
        _ if is_replaced => (Mark::Off, t.say("health-token-replaced")),
        1..=30 => (Mark::Warning, t.count("health-days", days)),
        _ => (Mark::Good, t.count("health-days", days)),
    };
    Token { hint: it.hint.clone(), ends: it.expires_at, last_used: it.last_used_at, state: Badge { mark, label } }
}
