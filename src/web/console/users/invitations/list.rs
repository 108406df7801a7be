//! The invitations that wait for an answer.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::Query;
use serde::Deserialize;

use super::super::table::{Badge, Mark, Menu, MenuItem};
use super::super::tabs::{Place, Tab, tabs};
use super::{LIST, label, role_label};
use crate::app::App;
use crate::app::invitations::{self, Invitation, Shown, Standing};
use crate::app::offers::Judge;
use crate::domain::{Error, Timestamp};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, undelivered};
use crate::web::texts::Texts;

/// So many are on a page.
const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "console/users/invitations.html")]
struct InvitationsPage<'a> {
    shell: &'a Shell,
    t: Texts,
    tabs: Vec<Tab>,
    /// What the way to inviting people is called, for somebody who may.
    invite: Option<String>,
    rows: Vec<Row>,
    first: Option<&'static str>,
    next: Option<String>,
}

struct Row {
    address: String,
    name: String,
    role: String,
    status: Badge,
    /// That the letter could not be delivered, and what to do.
    undelivered: Option<String>,
    inviter: String,
    sent: Timestamp,
    expires: Timestamp,
    menu: Menu,
}

#[derive(Deserialize)]
pub(super) struct Which {
    cursor: Option<String>,
}

pub(super) async fn show(State(app): State<App>, console: Console, Query(which): Query<Which>) -> Response {
    console.answer(page(&app, &console, which.cursor.as_deref()).await)
}

async fn page<'a>(app: &App, console: &'a Console, cursor: Option<&str>) -> Result<InvitationsPage<'a>, Error> {
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let found = invitations::list(app, actor, org, cursor, ROWS).await?;
    let judge = Judge::of(app, actor, org, &console.model).await?;
    let may_invite = !judge.invitable(org).is_empty();
    Ok(InvitationsPage {
        shell: &console.shell,
        t,
        tabs: tabs(app, console, Place::Invitations, &[]).await?,
        invite: may_invite.then(|| label(t, &console.model)),
        rows: found.invitations.iter().map(|it| row(console, it)).collect(),
        first: cursor.map(|_| LIST),
        next: found.next.map(|cursor| format!("{LIST}?cursor={cursor}")),
    })
}

fn row(console: &Console, shown: &Shown) -> Row {
    let (t, it) = (console.t, &shown.invitation);
    let inviter = if it.inviter_name.is_empty() { t.say("the-operator") } else { it.inviter_name.clone() };
    Row {
        address: it.address.clone(),
        name: it.display_name.clone().unwrap_or_default(),
        role: role_label(&console.model, &it.role),
        status: status(t, shown),
        undelivered: shown.undelivered.as_ref().map(|it| undelivered::sentence(t, it)),
        inviter,
        sent: it.sent_at,
        expires: it.expires_at,
        menu: menu(console, it),
    }
}

fn status(t: Texts, shown: &Shown) -> Badge {
    let (mark, label) = match (shown.standing, &shown.undelivered) {
        (Standing::Open, Some(_)) => (Mark::Warning, "status-undelivered"),
        (Standing::Open, None) => (Mark::Waiting, "status-invited"),
        (Standing::Expired, _) => (Mark::Off, "status-expired"),
        (Standing::Void, _) => (Mark::Warning, "status-void"),
    };
    Badge { mark, label: t.say(label) }
}

fn menu(console: &Console, it: &Invitation) -> Menu {
    let (t, actor, model) = (console.t, &console.actor, &console.model);
    let offers = [
        (invitations::may_resend(actor, model, it), "resend", "invitation-resend", false),
        (invitations::may_revoke(actor, model, it), "delete", "invitation-delete", true),
    ];
    let items = offers.into_iter().filter(|(may, ..)| *may).map(|(_, word, label, is_grave)| MenuItem {
        label: t.say(label),
        path: format!("{LIST}/{}/{word}", it.id),
        why_not: None,
        is_grave,
    });
    Menu { id: it.id.to_string(), label: t.name("menu-of", &it.address), items: items.collect() }
}
