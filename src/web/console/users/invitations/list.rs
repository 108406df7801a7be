//! The invitations that wait for an answer.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::super::table::{Badge, Cell, Mark, Menu, MenuItem, Value};
use super::super::tabs::{Place, Tab, tabs};
use super::deeds::Deed;
use super::filters::{self, Address};
use super::{LIST, bulk, label, role_label};
use crate::app::invitations::{self, Invitation, Shown, Standing};
use crate::app::offers::Judge;
use crate::app::{App, saved_views};
use crate::domain::Error;
use crate::domain::invitation_list::{Column, InvitationFilter};
use crate::domain::list::Cursor;
use crate::web::console::list::{Listed as _, Tools};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, undelivered};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/users/invitations.html")]
struct InvitationsPage<'a> {
    shell: &'a Shell,
    t: Texts,
    tabs: Vec<Tab>,
    /// What the way to inviting people is called, for somebody who may.
    invite: Option<String>,
    tools: Tools,
    is_dense: bool,
    rows: Vec<Row>,
    bulk: Vec<(&'static str, String)>,
    previous: Option<String>,
    next: Option<String>,
}

struct Row {
    id: String,
    address: String,
    cells: Vec<Cell>,
    menu: Menu,
}

pub(super) async fn show(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    console.answer(page(&app, &console, query.as_deref().unwrap_or_default()).await)
}

async fn page<'a>(app: &App, console: &'a Console, query: &str) -> Result<InvitationsPage<'a>, Error> {
    let mut address = Address::read(query)?;
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let mut found = invitations::list(app, actor, org, &address.list).await?;
    if found.invitations.is_empty() && address.list.cursor.take().is_some() {
        // Whatever was done to the last invitations of a page has taken them off the list.
        found = invitations::list(app, actor, org, &address.list).await?;
    }
    let senders = invitations::senders(app, actor, org).await?;
    let judge = Judge::of(app, actor, org, &console.model).await?;
    let fields = filters::fields(t, (&console.model, &senders), &address.list.filter);
    let turn = |to: Option<Cursor>| to.map(|it| address.with(|list| list.cursor = Some(it)));
    Ok(InvitationsPage {
        shell: &console.shell,
        t,
        tabs: tabs(app, console, Place::Invitations, &[]).await?,
        invite: (!judge.invitable(org).is_empty()).then(|| label(t, &console.model)),
        tools: Tools::of(&address, t, &fields),
        is_dense: saved_views::is_dense(app, &console.caller.person).await?,
        rows: found.invitations.iter().map(|it| row(console, &address, it)).collect(),
        bulk: bulk::bar(console, &found.invitations),
        previous: turn(found.previous),
        next: turn(found.next),
    })
}

fn row(console: &Console, address: &Address, shown: &Shown) -> Row {
    let it = &shown.invitation;
    let others = address.columns.iter().filter(|it| **it != Column::Address);
    let cells =
        others.map(|of| Cell { head: InvitationFilter::column(console.t, *of), value: value(console, shown, *of) });
    Row { id: it.id.to_string(), address: it.address.clone(), cells: cells.collect(), menu: menu(console, it) }
}

fn value(console: &Console, shown: &Shown, column: Column) -> Value {
    let (t, it) = (console.t, &shown.invitation);
    match column {
        Column::Address => Value::Text(it.address.clone()),
        Column::Name => it.display_name.clone().map_or(Value::Nothing, Value::Text),
        Column::Role => Value::Text(role_label(&console.model, &it.role)),
        Column::Status => match &shown.undelivered {
            Some(note) => {
                let note = format!("{} {}", undelivered::sentence(t, note), t.say("undelivered-invitation"));
                Value::Noted(status(t, shown), note)
            }
            None => Value::Badge(status(t, shown)),
        },
        Column::Inviter if it.inviter_name.is_empty() => Value::Text(t.say("the-operator")),
        Column::Inviter => Value::Text(it.inviter_name.clone()),
        Column::Created => Value::Moment(it.created_at),
        Column::Sent => Value::Moment(it.sent_at),
        Column::Expires => Value::Moment(it.expires_at),
    }
}

fn status(t: Texts, shown: &Shown) -> Badge {
    let (mark, label) = match (shown.standing, &shown.undelivered) {
        (Standing::Open, Some(_)) => (Mark::Warning, "status-undelivered"),
        (Standing::Open, None) => (Mark::Waiting, filters::standing(shown.standing)),
        (Standing::Expired, _) => (Mark::Off, filters::standing(shown.standing)),
        (Standing::Void, _) => (Mark::Warning, filters::standing(shown.standing)),
    };
    Badge { mark, label: t.say(label) }
}

fn menu(console: &Console, it: &Invitation) -> Menu {
    let t = console.t;
    let items = Deed::ALL.into_iter().filter(|deed| deed.is_offered(console, it)).map(|deed| MenuItem {
        label: t.say(deed.label()),
        path: format!("{LIST}/{}/{}", it.id, deed.word()),
        why_not: None,
        is_grave: deed.is_grave(),
    });
    Menu { id: it.id.to_string(), label: t.name("menu-of", &it.address), items: items.collect() }
}
