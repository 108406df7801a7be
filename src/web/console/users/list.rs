//! The list of users.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::filters::{self, Address, Names};
use super::table::{self, Row, Value};
use super::tabs::{Place, Tab, tabs};
use super::views::{self, Views};
use super::{bulk, few_holders, invitations};
use crate::app::App;
use crate::app::offers::Judge;
use crate::app::user_list::{self, Menus};
use crate::domain::Error;
use crate::domain::user::Status;
use crate::domain::user_list::Column;
use crate::web::console::list::Tools;
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/users/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    problem: Option<String>,
    warnings: Vec<String>,
    can_create: bool,
    /// What the way to inviting people is called, for somebody who may.
    invite: Option<String>,
    /// Where the list is as a file, for somebody who may have it.
    export: Option<Exports>,
    tabs: Vec<Tab>,
    views: Option<Views>,
    tools: Tools,
    rows: Vec<Row>,
    bulk: Vec<(&'static str, String)>,
    deactivated: Option<Link>,
    previous: Option<String>,
    next: Option<String>,
}

impl ListPage<'_> {
    fn is_dense(&self) -> bool {
        self.views.as_ref().is_some_and(|it| it.is_dense)
    }
}

/// Where the list is as a file of either kind.
struct Exports {
    workbook: String,
    csv: String,
}

impl Exports {
    fn of(address: &Address) -> Self {
        let csv = address.to(super::export::PATH);
        let more = if csv.contains('?') { '&' } else { '?' };
        Self { workbook: format!("{csv}{more}format=xlsx"), csv }
    }
}

/// A way to another state of a list.
pub(in crate::web::console) struct Link {
    pub(in crate::web::console) label: String,
    pub(in crate::web::console) address: String,
    pub(in crate::web::console) is_here: bool,
}

pub(super) async fn show(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    console.answer(page(&app, &console, query.as_deref().unwrap_or_default()).await)
}

/// The list that somebody wanted to keep as a view, with the name that was typed and why it was refused.
pub(super) async fn again(app: &App, console: &Console, (query, name): (&str, &str), cause: &Error) -> Response {
    let page = page(app, console, query).await.map(|mut page| {
        page.problem = Some(words::problem(console.t, cause).1);
        page.views = page.views.map(|views| Views { typed: name.to_owned(), ..views });
        page
    });
    console.again(cause, page)
}

async fn page<'a>(app: &App, console: &'a Console, query: &str) -> Result<ListPage<'a>, Error> {
    let mut address = Address::read(query)?;
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let mut found = user_list::page(app, actor, org, &address.list).await?;
    if found.entries.is_empty() && address.list.cursor.take().is_some() {
        // Whatever was done to the last users of a page has taken them off the list.
        found = user_list::page(app, actor, org, &address.list).await?;
    }
    let around = user_list::surroundings(app, actor, org, menus(&address)).await?;
    if !around.sees_habits {
        address.hide(&[Column::Mfa, Column::LastActive]);
    }
    let holders = user_list::holders(app, actor, org).await?;
    let judge = Judge::of(app, actor, org, &console.model).await?;
    let names = Names { t, model: &console.model, around: &around };
    let rows: Vec<Row> = found.entries.iter().map(|it| table::row(&address, names, &judge, it)).collect();
    Ok(ListPage {
        shell: &console.shell,
        t,
        problem: None,
        warnings: holders.iter().filter(|it| it.are_few()).map(|it| few_holders(t, it)).collect(),
        can_create: !judge.placeable(org).is_empty(),
        export: judge.may_export(org).then(|| Exports::of(&address)),
        invite: (!judge.invitable(org).is_empty()).then(|| invitations::label(t, &console.model)),
        tabs: tabs(app, console, place(&address), &address.chosen_columns()).await?,
        views: Some(views::of(app, console, &address).await?),
        bulk: bulk::bar(console, &judge, (&found.entries, &around)),
        previous: found.previous.clone().map(|it| address.with(|list| list.cursor = Some(it))),
        next: found.next.clone().map(|it| address.with(|list| list.cursor = Some(it))),
        tools: tools(&address, names),
        rows,
        deactivated: deactivated(&address, t),
    })
}

/// A menu is open where one of its names is chosen, and where one was.
fn menus(address: &Address) -> Menus {
    let filter = &address.list.filter;
    let is_open = matches!(address.window.as_deref(), Some("group" | "project"));
    if is_open || filter.group.is_some() || filter.project.is_some() { Menus::Open } else { Menus::Closed }
}

fn tools(address: &Address, names: Names<'_>) -> Tools {
    let mut tools = Tools::of(address, names.t, &filters::fields(names, &address.list.filter));
    if place(address) == Place::Deactivated {
        // The tab says so.
        tools.chips.retain(|it| it.field != "status");
    }
    tools
}

fn place(address: &Address) -> Place {
    if address.list.filter.statuses == [Status::Deactivated] { Place::Deactivated } else { Place::Active }
}

/// S3-18: the way to show deactivated users among the others, and back.
fn deactivated(address: &Address, t: Texts) -> Option<Link> {
    if !address.list.filter.statuses.is_empty() {
        return None;
    }
    let is_here = address.list.filter.with_deactivated;
    let label = if is_here { t.say("hide-deactivated") } else { t.say("show-deactivated") };
    Some(Link { label, address: address.with(|list| list.filter.with_deactivated = !is_here), is_here })
}
