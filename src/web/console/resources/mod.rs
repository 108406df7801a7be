//! The resources of applications: which there are, whose they are, and who answers for them once somebody is gone.

mod share;
mod transfer;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use url::form_urlencoded;

use super::projects::path_of as project_path;
use super::shell::Shell;
use super::users::{Badge, user_path};
use super::{Console, words};
use crate::app::history::{self, Event, Label};
use crate::app::resources::{self, Kind, List, OwnerState, Resource, ResourceFilter, Shown};
use crate::app::{App, shares};
use crate::domain::id::{ResourceId, UserId};
use crate::domain::share::Level;
use crate::domain::{Error, Timestamp};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;
use crate::web::words::did;

/// Where the list is.
pub(super) const PATH: &str = "/console/resources";
/// Where those without an owner who could answer for them are.
pub(super) const ORPHANED: &str = "/console/resources?orphaned=1";

/// The routes of the resources.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Access::Session, list)
        .get(transfer::PATH, Access::Session, transfer::ask)
        .post(transfer::PATH, Access::Session, transfer::apply)
        .get("/console/resources/{id}", Access::Session, show)
        .get(share::PATH, Access::Session, share::show)
        .post(share::PATH, Access::Session, share::update)
        .post(share::VISIBILITY, Access::Session, share::set_visibility)
}

/// Where the resources of a user are listed.
pub(super) fn of_user(id: UserId) -> String {
    format!("{PATH}?owner={id}")
}

#[derive(Template)]
#[template(path = "console/resources/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    tabs: Vec<Tab>,
    kinds: Vec<Choice>,
    owner: Option<Owner>,
    is_orphaned: bool,
    is_narrowed: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Tab {
    label: String,
    address: String,
    count: u64,
    is_here: bool,
}

struct Choice {
    value: &'static str,
    label: String,
    is_chosen: bool,
}

/// A resource on the list.
struct Row {
    id: String,
    path: String,
    name: String,
    kind: String,
    external_id: String,
    owner: Owner,
    parent: Option<Link>,
}

/// Whose something is, as far as that is known.
struct Owner {
    id: Option<String>,
    name: Option<String>,
    path: Option<String>,
    badge: Badge,
}

struct Link {
    name: String,
    path: String,
}

#[derive(Template)]
#[template(path = "console/resources/show.html")]
struct ShowPage<'a> {
    shell: &'a Shell,
    t: Texts,
    row: Row,
    is_orphaned: bool,
    transfer: String,
    project: Option<Link>,
    visibility: String,
    /// With how many it is shared, in words.
    shared: String,
    inside: Vec<Row>,
    has_more_inside: bool,
    registered: Timestamp,
    changed: Timestamp,
    history: Vec<Happened>,
}

/// A deed on the resource, here or in its application.
struct Happened {
    at: Timestamp,
    action: String,
    outcome: Option<Badge>,
    details: Vec<String>,
    by: Label,
}

/// What the address of the list asks for.
#[derive(Default)]
struct Asked {
    filter: ResourceFilter,
    cursor: Option<String>,
}

impl Asked {
    fn read(query: &str) -> Result<Self, Error> {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.trim().is_empty()) {
            match &*name {
                "kind" => asked.filter.kind = Some(Kind::parse(&value).ok_or(Error::NotFound("kind of resource"))?),
                "owner" => asked.filter.owner = Some(value.parse().map_err(|_| Error::NotFound("user"))?),
                "orphaned" => asked.filter.is_orphaned = value == "1",
                "cursor" => asked.cursor = Some(value.into_owned()),
                _ => {}
            }
        }
        Ok(asked)
    }

    fn address(filter: &ResourceFilter, cursor: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(kind) = filter.kind {
            query.append_pair("kind", kind.word());
        }
        if let Some(owner) = filter.owner {
            query.append_pair("owner", &owner.to_string());
        }
        if filter.is_orphaned {
            query.append_pair("orphaned", "1");
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", cursor);
        }
        let query = query.finish();
        if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{query}") }
    }
}

async fn list(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    console.answer(list_page(&app, &console, query.as_deref().unwrap_or_default()).await)
}

async fn list_page<'a>(app: &App, console: &'a Console, query: &str) -> Result<ListPage<'a>, Error> {
    let Asked { filter, cursor } = Asked::read(query)?;
    let (t, actor, org) = (console.t, &console.actor, console.org());
    let list = List { filter: filter.clone(), cursor, limit: None };
    let page = resources::list(app, actor, org, &list).await?;
    let mut tabs = Vec::new();
    for (is_orphaned, key) in [(false, "all-resources"), (true, "orphaned-resources")] {
        let filter = ResourceFilter { is_orphaned, ..filter.clone() };
        tabs.push(Tab {
            label: t.say(key),
            address: Asked::address(&filter, None),
            count: resources::count(app, actor, org, &filter).await?,
            is_here: is_orphaned == list.filter.is_orphaned,
        });
    }
    let every = Choice { value: "", label: t.say("every-kind"), is_chosen: filter.kind.is_none() };
    let kinds = Kind::ALL.map(|it| Choice { value: it.word(), label: kind(t, it), is_chosen: filter.kind == Some(it) });
    let rows: Vec<Row> = page.resources.iter().map(|it| row(t, it)).collect();
    Ok(ListPage {
        shell: &console.shell,
        t,
        tabs,
        kinds: std::iter::once(every).chain(kinds).collect(),
        owner: match filter.owner {
            Some(id) => Some(owner_of_list(app, console, id).await?),
            None => None,
        },
        is_orphaned: filter.is_orphaned,
        is_narrowed: filter != ResourceFilter::default(),
        rows,
        next: page.next.map(|it| Asked::address(&filter, Some(&it))),
    })
}

/// The owner that the list is narrowed to; somebody who is gone is an id.
async fn owner_of_list(app: &App, console: &Console, id: UserId) -> Result<Owner, Error> {
    let found = match crate::app::users::show(app, &console.actor, id).await {
        Ok(person) => Some(person.user),
        Err(Error::NotFound(_) | Error::Denied(_)) => None,
        Err(other) => return Err(other),
    };
    let state = OwnerState::of(Some(id), found.as_ref().map(|it| it.status));
    Ok(owner(console.t, Some(id), found.map(|it| it.display_name), state))
}

async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(show_page(&app, &console, &id).await)
}

async fn show_page<'a>(app: &App, console: &'a Console, id: &str) -> Result<ShowPage<'a>, Error> {
    let (t, actor, org) = (console.t, &console.actor, console.org());
    let found = resources::show_by_id(app, actor, org, resource_id(id)?).await?;
    let filter = ResourceFilter { parent: Some(found.resource.id), ..ResourceFilter::default() };
    let inside = resources::list(app, actor, org, &List { filter, ..List::default() }).await?;
    Ok(ShowPage {
        shell: &console.shell,
        t,
        is_orphaned: found.owner_state().is_orphaned(),
        transfer: transfer::path(&[found.resource.id]),
        project: found.project.as_ref().map(|it| Link { name: it.name.clone(), path: project_path(it.id) }),
        visibility: share::visibility(t, found.resource.visibility),
        shared: t.count("shares-count", shares::count(app, &found.resource).await?),
        inside: inside.resources.iter().map(|it| row(t, it)).collect(),
        has_more_inside: inside.next.is_some(),
        registered: found.resource.created_at,
        changed: found.resource.updated_at,
        history: happened(app, console, &found.resource).await?,
        row: row(t, &found),
    })
}

/// The last deeds; of what an application reports, its own word and whom it names.
async fn happened(app: &App, console: &Console, of: &Resource) -> Result<Vec<Happened>, Error> {
    let t = console.t;
    let events = resources::history(app, of).await?;
    let named = |it: &Event| it.change("user").and_then(|it| it.1);
    let ids: Vec<String> = events.iter().filter_map(named).collect();
    let names = history::called(app, of.org, &ids).await?;
    let told = events.iter().map(|it| {
        let text = |path: &str| it.change(path).and_then(|it| it.1);
        let user = named(it).map(|id| names.get(&id).cloned().unwrap_or(id));
        let level = text("level").and_then(|it| Level::parse(&it)).map(|it| share::level(t, it));
        Happened {
            at: it.at(),
            action: did(t, &it.row.action),
            outcome: Badge::of_outcome(t, &it.row.outcome),
            details: [text("deed"), user, text("team"), level, text("details")].into_iter().flatten().collect(),
            by: words::by(t, it),
        }
    });
    Ok(told.collect())
}

fn row(t: Texts, it: &Shown) -> Row {
    let resource = &it.resource;
    let parent = it.parent.as_ref().map(|outer| Link { name: outer.name.clone(), path: path(outer.id) });
    let name = it.owner.as_ref().map(|it| it.display_name.clone());
    Row {
        id: resource.id.to_string(),
        path: path(resource.id),
        name: resource.name.clone(),
        kind: kind(t, resource.key.kind),
        external_id: resource.key.external_id.clone(),
        owner: owner(t, resource.owner, name, it.owner_state()),
        parent,
    }
}

fn owner(t: Texts, id: Option<UserId>, name: Option<String>, state: OwnerState) -> Owner {
    let badge = match state {
        OwnerState::Known(status) => Badge::of_status(t, status),
        OwnerState::Gone => Badge::warning(t.say("owner-gone")),
        OwnerState::Nobody => Badge::warning(t.say("owner-nobody")),
    };
    let path = id.filter(|_| matches!(state, OwnerState::Known(_))).map(user_path);
    Owner { id: id.map(|it| it.to_string()), name, path, badge }
}

/// What a kind of resource is called.
fn kind(t: Texts, kind: Kind) -> String {
    t.say(match kind {
        Kind::Application => "resource-application",
        Kind::Project => "resource-project",
        Kind::Workspace => "resource-workspace",
        Kind::Workflow => "resource-workflow",
        Kind::DataSource => "resource-data-source",
        Kind::Dashboard => "resource-dashboard",
        Kind::Report => "resource-report",
    })
}

/// What is not an id names nothing.
fn resource_id(text: &str) -> Result<ResourceId, Error> {
    text.parse().map_err(|_| Error::NotFound("resource"))
}

pub(super) fn path(id: ResourceId) -> String {
    format!("{PATH}/{id}")
}
