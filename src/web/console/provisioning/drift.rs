//! Where the people of a connection differ from what its provider said of them, one kind on a page.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use url::form_urlencoded;

use super::{connection_id, path, role_label};
use crate::app::App;
use crate::app::connections::{self, Difference, DriftQuery};
use crate::app::history::Label;
use crate::domain::drift::{DAYS, Kind, Said};
use crate::domain::{Error, Timestamp};
use crate::web::console::Console;
use crate::web::console::groups;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Badge, Link, Mark, user_path};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/provisioning/drift.html")]
struct DriftPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    kinds: Vec<Link>,
    lead: String,
    /// What the third column is about.
    here: String,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    name: String,
    user_name: String,
    path: String,
    said: Option<Badge>,
    said_at: Option<Timestamp>,
    here: Here,
    since: Option<Timestamp>,
    by: Option<Label>,
}

/// What is so here.
enum Here {
    State(Badge),
    Role(String),
    Group { name: String, path: String },
}

pub(super) async fn show(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    console.answer(page(&app, &console, &id, query.as_deref().unwrap_or_default()).await)
}

async fn page<'a>(app: &App, console: &'a Console, id: &str, query: &str) -> Result<DriftPage<'a>, Error> {
    let (t, id) = (console.t, connection_id(id)?);
    let asked = |name: &str| form_urlencoded::parse(query.as_bytes()).find(|it| it.0 == name).map(|it| it.1);
    let kind = asked("kind").and_then(|word| Kind::parse(&word)).unwrap_or(Kind::Kept);
    let after = asked("after").map(std::borrow::Cow::into_owned);
    let (connection, _) = connections::get(app, &console.actor, id).await?;
    let query = DriftQuery { kind, days: None, after, limit: None };
    let found = connections::drift(app, &console.actor, id, &query).await?;
    let address = |kind: Kind| format!("{}/drift?kind={}", path(id), kind.word());
    let link = |it: Kind| Link { label: t.say(words(it).0), address: address(it), is_here: it == kind };
    let next = found.next.map(|after| {
        let after: String = form_urlencoded::byte_serialize(after.as_bytes()).collect();
        format!("{}&after={after}", address(kind))
    });
    Ok(DriftPage {
        shell: &console.shell,
        t,
        path: path(id),
        kinds: Kind::ALL.map(link).into(),
        lead: t.count(words(kind).1, DAYS),
        here: t.say(match kind {
            Kind::Kept | Kind::ShutOut | Kind::Unmentioned => "drift-here",
            Kind::Roles => "column-role",
            Kind::Groups => "drift-group",
        }),
        rows: found.differences.into_iter().map(|it| row(console, it)).collect(),
        name: connection.name,
        next,
    })
}

/// What a kind is called, and what is said of it.
const fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Kept => ("drift-kept", "drift-kept-lead"),
        Kind::ShutOut => ("drift-shut-out", "drift-shut-out-lead"),
        Kind::Roles => ("drift-roles", "drift-roles-lead"),
        Kind::Groups => ("drift-groups", "drift-groups-lead"),
        Kind::Unmentioned => ("drift-unmentioned", "drift-unmentioned-lead"),
    }
}

fn row(console: &Console, it: Difference) -> Row {
    let (t, Difference { found, since, by }) = (console.t, it);
    let here = match (found.role, found.group) {
        (Some(role), _) => Here::Role(role_label(&console.model, role.as_str())),
        (None, Some((id, name))) => Here::Group { name, path: groups::path_of(id) },
        (None, None) => Here::State(Badge::of_status(t, found.user.status)),
    };
    Row {
        name: found.user.display_name,
        user_name: found.user.user_name,
        path: user_path(found.user.id),
        said: found.said.map(|said| said_here(t, said)),
        said_at: found.said_at,
        here,
        since,
        by,
    }
}

fn said_here(t: Texts, said: Said) -> Badge {
    let (mark, label) = match said {
        Said::Active => (Mark::Good, "drift-said-active"),
        Said::Inactive => (Mark::Off, "drift-said-inactive"),
        Said::Gone => (Mark::Off, "drift-said-gone"),
    };
    Badge { mark, label: t.say(label) }
}
