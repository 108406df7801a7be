//! Those whom an identity provider lets go and who wait: who they are, what would be done, and the decision.
//!
//! **Invariant:** the decision is about those who were on the page or counted there; whoever came later waits on.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{connection_id, path};
use crate::app::App;
use crate::app::deprovisionings::{self, Counts, Held};
use crate::app::{connections, deprovisionings::Released};
use crate::domain::connection::Breaker;
use crate::domain::deprovisioning::{LeftOut, Way};
use crate::domain::id::DeprovisioningId;
use crate::domain::{Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Badge, Mark, user_path};
use crate::web::form::{Fields, Signed};
use crate::web::texts::{Part, Texts};

/// So many are on the page.
const SHOWN: u64 = 500;

#[derive(Template)]
#[template(path = "console/provisioning/held.html")]
struct HeldPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    limit: String,
    /// What a release would do, line by line.
    plan: Vec<String>,
    newest: Option<String>,
    /// How many are being let go.
    under_way: u64,
    rows: Vec<Row>,
    is_cut: bool,
}

struct Row {
    name: String,
    user_name: String,
    /// Where the user is shown.
    path: String,
    way: Badge,
    /// Why a release would leave the user out.
    note: Option<String>,
    since: Timestamp,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(page(&app, &console, &id).await)
}

pub(super) async fn release(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let done = async {
        let id = connection_id(&id)?;
        Ok((id, deprovisionings::release(&app, &console.actor, id, seen(&fields)?).await?))
    };
    match done.await {
        Ok((id, Released { under_way: many @ 1.., .. })) => {
            Redirect::to(&format!("{}?said=releasing&count={many}", path(id))).into_response()
        }
        Ok((id, Released { done, left_out, .. })) => {
            let said = format!("{}?said=released&done={done}&skipped={}", path(id), left_out.len());
            Redirect::to(&said).into_response()
        }
        Err(cause) => console.refuse(cause),
    }
}

pub(super) async fn refuse(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let done = async {
        let id = connection_id(&id)?;
        Ok((id, deprovisionings::refuse(&app, &console.actor, id, seen(&fields)?).await?))
    };
    match done.await {
        Ok((id, kept)) => Redirect::to(&format!("{}?said=kept&count={kept}", path(id))).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

/// When the breaker trips, in a sentence.
pub(super) fn limit(t: Texts, it: Breaker) -> String {
    if !it.is_on {
        return t.say("breaker-off");
    }
    let parts = [("count", it.people), ("percent", it.percent), ("minutes", it.minutes)];
    let parts = parts.map(|(name, number)| (name, Part::Number(number.into())));
    t.with(if it.percent == 0 { "breaker-number" } else { "breaker-number-and-share" }, &parts)
}

/// The newest that the page knew of; a form without it decides about nobody.
fn seen(fields: &Fields) -> Result<Option<DeprovisioningId>, Error> {
    let newest = fields.get("newest").and_then(|it| it.parse().ok());
    newest.map(Some).ok_or_else(|| Error::invalid("newest", crate::domain::Flaw::Meaningless))
}

async fn page<'a>(app: &App, console: &'a Console, id: &str) -> Result<HeldPage<'a>, Error> {
    let t = console.t;
    let (connection, _) = connections::get(app, &console.actor, connection_id(id)?).await?;
    let (counts, newest) = deprovisionings::count(app, &console.actor, &connection).await?;
    let held = deprovisionings::list(app, &console.actor, connection.id, None, SHOWN).await?;
    Ok(HeldPage {
        shell: &console.shell,
        t,
        path: path(connection.id),
        limit: limit(t, connection.settings.breaker()),
        plan: plan(t, counts),
        newest: newest.map(|it| it.to_string()),
        under_way: deprovisionings::under_way(app, &connection).await?,
        is_cut: counts.all() > SHOWN,
        rows: held.into_iter().map(|it| row(t, it)).collect(),
        name: connection.name,
    })
}

fn plan(t: Texts, counts: Counts) -> Vec<String> {
    let lines = [("held-would-deactivate", counts.deactivations), ("held-would-delete", counts.deletions)];
    lines.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| t.count(key, count)).collect()
}

fn row(t: Texts, it: Held) -> Row {
    let (mark, label) = match it.deprovisioning.way {
        Way::Deactivate => (Mark::Waiting, "held-deactivate"),
        Way::Delete => (Mark::Off, "held-delete"),
    };
    let note = it.left_out.map(|why| {
        t.say(match why {
            LeftOut::Deactivated => "held-deactivated",
            LeftOut::Moved => "held-moved",
            LeftOut::LastHolder => "held-last-holder",
        })
    });
    let path = user_path(it.user.id);
    let (name, user_name) = (it.user.display_name, it.user.user_name);
    Row { name, user_name, path, way: Badge { mark, label: t.say(label) }, note, since: it.deprovisioning.at }
}
