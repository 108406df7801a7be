//! The page Users & Groups: a panel of each, and between them the buttons that bring both together.

use std::collections::HashSet;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::address::State as Place;
use super::{badge, label_of, may_manage, menu, path_of, size, why_locked};
use crate::app::groups::{self, Change, Entry, GroupPage, Turn};
use crate::app::offers::{Deed, Judge};
use crate::app::user_list::{self, Surroundings, UserPage};
use crate::app::{App, user_sheet};
use crate::domain::id::{GroupId, UserId};
use crate::domain::user::User;
use crate::domain::user_list::Column;
use crate::domain::{Denial, Error};
use crate::web::console::projects;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Address, Badge, Link, Menu, Names, Row, Value, row, user_path};
use crate::web::console::{Console, words};
use crate::web::error::status;
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::Texts;

/// So many groups are changed at once.
const GROUPS_MAX: usize = 50;

#[derive(Template)]
#[template(path = "console/groups/panels.html")]
struct PanelsPage<'a> {
    shell: &'a Shell,
    t: Texts,
    /// Where the form goes, with the state of the page.
    here: String,
    tabs: Vec<Link>,
    may_manage: bool,
    report: Report,
    users: UsersPanel,
    groups: GroupsPanel,
    deactivated: Link,
}

struct UsersPanel {
    can_create: bool,
    can_edit: bool,
    name: String,
    carried: Vec<(&'static str, String)>,
    lines: Vec<UserLine>,
    previous: Option<String>,
    next: Option<String>,
}

struct UserLine {
    row: Row,
    is_chosen: bool,
}

struct GroupsPanel {
    name: String,
    carried: Vec<(&'static str, String)>,
    lines: Vec<GroupLine>,
    first: Option<String>,
    next: Option<String>,
}

struct GroupLine {
    id: String,
    name: String,
    path: String,
    size: String,
    roles: String,
    badge: Option<Badge>,
    why_locked: Option<String>,
    is_chosen: bool,
    menu: Menu,
}

/// What has just been done, and what could not be.
#[derive(Default)]
struct Report {
    problem: Option<String>,
    outcomes: Vec<Outcome>,
}

/// What became of one group.
struct Outcome {
    group: String,
    path: String,
    /// The sentence in front of the names.
    did: String,
    done: Vec<String>,
    skipped: Vec<String>,
    /// Why those were skipped.
    why: String,
    /// Why nothing was done.
    refused: Option<String>,
}

/// Who and what is chosen.
#[derive(Default)]
struct Chosen {
    users: Vec<UserId>,
    groups: Vec<GroupId>,
}

pub(super) async fn show(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let page = async {
        let place = Place::read(query.as_deref().unwrap_or_default())?;
        let chosen = Chosen { users: place.chosen.clone(), groups: Vec::new() };
        page(&app, &console, &place, (chosen, Report::default())).await
    };
    console.answer(page.await)
}

/// What the buttons do: edit a user who is chosen, add those who are to the groups that are, or remove them.
pub(super) async fn change(
    State(app): State<App>,
    console: Console,
    RawQuery(query): RawQuery,
    Signed(fields): Signed,
) -> Response {
    let place = match Place::read(query.as_deref().unwrap_or_default()) {
        Ok(place) => place,
        Err(cause) => return console.refuse(cause),
    };
    let chosen = chosen(&fields);
    let done = match fields.get("deed") {
        Some("edit") => return edit(&app, &console, &place, chosen).await,
        Some("add") => Turn::Join,
        Some("remove") => Turn::Leave,
        _ => return console.refuse(Error::NotFound("page")),
    };
    if !may_manage(&console) {
        return console.refuse(super::not_offered());
    }
    let problem = match (chosen.users.len(), chosen.groups.len()) {
        (0, _) | (_, 0) => Some(console.t.say("choose-both")),
        (_, 1..=GROUPS_MAX) => None,
        _ => Some(console.t.count("choose-fewer-groups", u64::try_from(GROUPS_MAX).unwrap_or(u64::MAX))),
    };
    if let Some(problem) = problem {
        return once_more(&app, &console, &place, (StatusCode::BAD_REQUEST, chosen, problem)).await;
    }
    match perform(&app, &console, done, chosen).await {
        Ok((status, chosen, report)) => match page(&app, &console, &place, (chosen, report)).await {
            Ok(page) => (status, Page(page)).into_response(),
            Err(cause) => console.refuse(cause),
        },
        Err(cause) => console.refuse(cause),
    }
}

fn chosen(fields: &Fields) -> Chosen {
    Chosen {
        users: fields.under("user-").filter_map(|it| it.parse().ok()).collect(),
        groups: fields.under("group-").filter_map(|it| it.parse().ok()).collect(),
    }
}

async fn edit(app: &App, console: &Console, place: &Place, chosen: Chosen) -> Response {
    if let [one] = chosen.users.as_slice() {
        return Redirect::to(&format!("{}/edit", user_path(*one))).into_response();
    }
    let problem = console.t.say("choose-one-user");
    once_more(app, console, place, (StatusCode::BAD_REQUEST, chosen, problem)).await
}

async fn once_more(
    app: &App,
    console: &Console,
    place: &Place,
    (status, chosen, problem): (StatusCode, Chosen, String),
) -> Response {
    let report = Report { problem: Some(problem), outcomes: Vec::new() };
    match page(app, console, place, (chosen, report)).await {
        Ok(page) => (status, Page(page)).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

/// One deed for each group. What is refused for one stays chosen and does not stop the others.
async fn perform(
    app: &App,
    console: &Console,
    turn: Turn,
    chosen: Chosen,
) -> Result<(StatusCode, Chosen, Report), Error> {
    let (mut report, mut left, mut refusal, mut is_any_done) = (Report::default(), Vec::new(), None, false);
    for id in &chosen.groups {
        match groups::change_members(app, &console.actor, *id, (turn, &chosen.users)).await {
            Ok(change) => {
                is_any_done = true;
                report.outcomes.push(outcome(console, turn, change));
            }
            Err(cause @ Error::Denied(Denial::ProofIsOld)) => return Err(cause),
            Err(cause @ (Error::Conflict(_) | Error::Obstacle(_) | Error::Denied(_) | Error::Invalid { .. })) => {
                let group = groups::show(app, &console.actor, *id).await?.group;
                let (_, sentence) = words::problem(console.t, &cause);
                report.outcomes.push(Outcome {
                    group: group.display_name,
                    path: path_of(*id),
                    did: String::new(),
                    done: Vec::new(),
                    skipped: Vec::new(),
                    why: String::new(),
                    refused: Some(sentence),
                });
                left.push(*id);
                refusal.get_or_insert(status(&cause));
            }
            Err(other) => return Err(other),
        }
    }
    let status = refusal.filter(|_| !is_any_done).unwrap_or(StatusCode::OK);
    let users = if left.is_empty() { Vec::new() } else { chosen.users };
    Ok((status, Chosen { users, groups: left }, report))
}

fn outcome(console: &Console, turn: Turn, change: Change) -> Outcome {
    let t = console.t;
    let (did, why) = match turn {
        Turn::Join => ("report-added", "report-was-in"),
        Turn::Leave => ("report-removed", "report-was-out"),
    };
    let names = |of: Vec<User>| of.into_iter().map(|it| it.display_name).collect();
    Outcome {
        path: path_of(change.group.id),
        group: change.group.display_name,
        did: t.say(did),
        done: names(change.done),
        skipped: names(change.skipped),
        why: t.say(why),
        refused: None,
    }
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    place: &Place,
    (chosen, report): (Chosen, Report),
) -> Result<PanelsPage<'a>, Error> {
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let found = groups::page(app, actor, org, &place.groups).await?;
    let people = user_list::page(app, actor, org, &place.users).await?;
    let with_deactivated = place.users.filter.with_deactivated;
    let toggle = if with_deactivated { "hide-deactivated" } else { "show-deactivated" };
    Ok(PanelsPage {
        shell: &console.shell,
        t,
        here: place.here(),
        tabs: projects::tabs(console, super::LIST),
        may_manage: may_manage(console),
        report,
        users: users_panel(app, console, place, (people, &chosen.users)).await?,
        groups: groups_panel(console, place, found, &chosen.groups),
        deactivated: Link {
            label: t.say(toggle),
            address: place.with_users(|list| list.filter.with_deactivated = !with_deactivated),
            is_here: with_deactivated,
        },
    })
}

async fn users_panel(
    app: &App,
    console: &Console,
    place: &Place,
    (people, chosen): (UserPage, &[UserId]),
) -> Result<UsersPanel, Error> {
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    let on_page: HashSet<UserId> = people.entries.iter().map(|it| it.person.user.id).collect();
    let mut entries = Vec::new();
    for id in chosen.iter().filter(|id| !on_page.contains(id)) {
        match user_sheet::entry(app, &console.actor, *id).await {
            Ok(entry) => entries.push(entry),
            Err(Error::NotFound(_) | Error::Denied(_)) => {}
            Err(other) => return Err(other),
        }
    }
    entries.extend(people.entries);
    let around = Surroundings::default();
    let names = Names { t: console.t, model: &console.model, around: &around };
    let columns = vec![Column::Name, Column::Role, Column::Status];
    let address = Address { list: place.users.clone(), columns, hidden: Vec::new(), window: None };
    let is_editable = |it: &user_list::Entry| judge.weigh(Deed::Edit, it).is_some();
    Ok(UsersPanel {
        can_create: !judge.placeable(console.org()).is_empty(),
        can_edit: entries.iter().any(is_editable),
        name: place.users.filter.name.clone().unwrap_or_default(),
        carried: place.fields_without(&["name", "cursor", "before"]),
        lines: entries
            .iter()
            .map(|it| UserLine {
                row: row(&address, names, &judge, it),
                is_chosen: chosen.contains(&it.person.user.id),
            })
            .collect(),
        previous: people.previous.map(|it| place.with_users(|list| list.cursor = Some(it))),
        next: people.next.map(|it| place.with_users(|list| list.cursor = Some(it))),
    })
}

fn groups_panel(console: &Console, place: &Place, found: GroupPage, chosen: &[GroupId]) -> GroupsPanel {
    let name = place.groups.name.clone();
    GroupsPanel {
        carried: place.fields_without(&["groups", "groups_after"]),
        lines: found.entries.iter().map(|it| group_line(console, it, chosen)).collect(),
        first: place.groups.after.is_some().then(|| place.with_groups(name.clone(), None)),
        next: found.next.map(|it| place.with_groups(name.clone(), Some(it))),
        name: name.unwrap_or_default(),
    }
}

fn group_line(console: &Console, entry: &Entry, chosen: &[GroupId]) -> GroupLine {
    let (t, id) = (console.t, entry.group.id);
    let roles: Vec<String> = entry.roles.iter().map(|it| label_of(&console.model, it)).collect();
    GroupLine {
        id: id.to_string(),
        name: entry.group.display_name.clone(),
        path: path_of(id),
        size: size(t, entry.size),
        roles: roles.join(", "),
        badge: badge(t, entry),
        why_locked: why_locked(t, entry),
        is_chosen: chosen.contains(&id),
        menu: menu(console, entry),
    }
}
