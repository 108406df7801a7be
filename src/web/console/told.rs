//! What applications were told of ended access, as rows of a table.

use std::time::Duration;

use crate::app::signals::{Became, Departure, Receipt, Standing};
use crate::domain::Timestamp;
use crate::oidc::signals::stream::Status;
use crate::web::console::users::{Badge, Mark};
use crate::web::texts::{Part, Texts};

/// From so many milliseconds on they are told as seconds.
const IN_SECONDS: u128 = 10_000;

/// What one application was told.
pub(in crate::web::console) struct Row {
    /// When that was caused.
    pub(in crate::web::console) at: Timestamp,
    pub(in crate::web::console) application: String,
    pub(in crate::web::console) what: String,
    pub(in crate::web::console) result: Badge,
    /// How long it took, once it is over.
    pub(in crate::web::console) after: Option<String>,
    pub(in crate::web::console) failure: Option<String>,
}

/// How somebody went, from the deed to the last application that was told.
pub(in crate::web::console) struct Meter {
    pub(in crate::web::console) dead: String,
    /// That signed tokens may be taken for good for a while, where one was out.
    pub(in crate::web::console) signed: Option<String>,
    pub(in crate::web::console) told: usize,
    pub(in crate::web::console) all: usize,
    pub(in crate::web::console) sentence: String,
    pub(in crate::web::console) rows: Vec<Row>,
}

/// The rows of what was told.
pub(in crate::web::console) fn rows(t: Texts, all: &[Receipt]) -> Vec<Row> {
    all.iter().map(|it| row(t, it)).collect()
}

/// The meter of a departure.
pub(in crate::web::console) fn meter(t: Texts, it: &Departure) -> Meter {
    let at = |key: &str, moment| t.with(key, &[("moment", Part::Words(&t.moment(&moment)))]);
    let has_it = |it: &&Receipt| it.state == Became::Delivered;
    let (told, all) = (it.told.iter().filter(has_it).count(), it.told.len());
    let last = it.told.iter().filter(has_it).filter_map(|it| it.after).max();
    let number = |it: usize| Part::Number(u64::try_from(it).unwrap_or(u64::MAX));
    let parts = [("told", number(told)), ("count", number(all))];
    let sentence = if all == 0 { t.say("told-nobody") } else { t.with("departure-told", &parts) };
    let last = last.map(|it| t.name("departure-last", &after(t, it)));
    Meter {
        dead: at("departure-dead", it.at),
        signed: it.signed_until.map(|until| at("departure-signed", until)),
        told,
        all,
        sentence: [Some(sentence), last].into_iter().flatten().collect::<Vec<_>>().join(" "),
        rows: rows(t, &it.told),
    }
}

/// How an application hears, and whether it does.
pub(in crate::web::console) fn stream(t: Texts, it: Standing) -> String {
    let method = if it.is_pushed { "told-push" } else { "told-poll" };
    let status = match it.status {
        Status::Enabled => "told-enabled",
        Status::Paused => "told-paused",
        Status::Disabled => "told-disabled",
    };
    let (method, status) = (t.say(method), t.say(status));
    t.with("told-stream", &[("method", Part::Words(&method)), ("status", Part::Words(&status))])
}

fn row(t: Texts, it: &Receipt) -> Row {
    let (mark, label) = match it.state {
        Became::Waiting if it.tries > 0 => (Mark::Warning, "told-tried"),
        Became::Waiting => (Mark::Waiting, "told-waiting"),
        Became::Delivered => (Mark::Good, "told-delivered"),
        Became::Failed => (Mark::Warning, "told-failed"),
    };
    Row {
        at: it.at,
        application: if it.application.is_empty() { t.say("told-gone") } else { it.application.clone() },
        what: what(t, &it.kind),
        result: Badge { mark, label: t.say(label) },
        after: it.after.map(|it| after(t, it)),
        failure: it.failure.clone(),
    }
}

fn after(t: Texts, span: Duration) -> String {
    if span.as_millis() < IN_SECONDS {
        return t.count("told-after-ms", u64::try_from(span.as_millis()).unwrap_or(u64::MAX));
    }
    t.count("told-after-seconds", span.as_secs())
}

/// A kind of a later version is told by its name.
fn what(t: Texts, kind: &str) -> String {
    let key = match kind {
        "backchannel-logout" => "told-backchannel-logout",
        "session-revoked" => "told-session-revoked",
        "credential-change" => "told-credential-change",
        "account-disabled" => "told-account-disabled",
        "account-enabled" => "told-account-enabled",
        "account-purged" => "told-account-purged",
        "verification" => "told-verification",
        "stream-updated" => "told-stream-updated",
        other => return other.to_owned(),
    };
    t.say(key)
}
