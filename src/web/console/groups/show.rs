//! One group: what it gives, who is in it, who is waited for.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::{badge, group_id, label_of, may_manage, menu, path_of, size, why_locked};
use crate::app::groups::{self, Entry, Turn};
use crate::app::history::{Event, Label};
use crate::app::{App, projects};
use crate::domain::id::{AuditId, UserId};
use crate::domain::role::RoleKey;
use crate::domain::user::User;
use crate::domain::user_list::{UserFilter, UserList};
use crate::domain::{Denial, Error, Flaw, Timestamp};
use crate::web::console::list::{Choice, address};
use crate::web::console::projects::LIST as PROJECTS;
use crate::web::console::shell::Shell;
use crate::web::console::users::offered::offered;
use crate::web::console::users::{Badge, MenuItem, user_path};
use crate::web::console::{Console, words};
use crate::web::form::{Fields, Signed};
use crate::web::texts::Texts;
use crate::web::words::did;

/// So many members are on a page.
const MEMBERS: u64 = 50;

#[derive(Template)]
#[template(path = "console/groups/group.html")]
struct GroupPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    badge: Option<Badge>,
    size: String,
    controls: Vec<MenuItem>,
    problem: Option<String>,
    roles: Vec<RoleLine>,
    /// The roles to choose from, for somebody who may let the group give more.
    mappable: Vec<Choice>,
    /// The projects that the group is on, for somebody who may see projects.
    projects: Vec<(String, String)>,
    /// Why the members cannot be changed here.
    why_locked: Option<String>,
    may_choose: bool,
    members: Vec<Member>,
    first: Option<String>,
    next: Option<String>,
    in_the_list: String,
    held: Vec<(String, Timestamp)>,
    has_more_held: bool,
    /// What was searched for among those who can join.
    search: String,
    offered: Vec<Member>,
    has_more: bool,
    /// What was done to the group, for somebody who may see it.
    history: Option<Vec<Happened>>,
    older: Option<String>,
}

/// A deed on the group.
struct Happened {
    at: Timestamp,
    action: String,
    outcome: Option<Badge>,
    /// What the group is called, and was.
    group: Label,
    details: Vec<String>,
    by: Label,
}

struct RoleLine {
    label: String,
    description: String,
    /// Where it is taken away, for somebody who may.
    unmap: Option<String>,
}

struct Member {
    id: String,
    name: String,
    user_name: String,
    path: String,
    status: Badge,
}

/// What the address of the page says.
#[derive(Deserialize, Default)]
pub(super) struct Words {
    #[serde(default)]
    name: String,
    after: Option<String>,
    /// Where the older part of the history begins.
    before: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Query(words): Query<Words>,
) -> Response {
    let page = async {
        let entry = groups::show(&app, &console.actor, group_id(&id)?).await?;
        page(&app, &console, &entry, (words, None)).await
    };
    console.answer(page.await)
}

pub(super) async fn change_members(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let chosen = |prefix: &str| fields.under(prefix).filter_map(|it| it.parse().ok()).collect::<Vec<UserId>>();
    let (turn, people) = match fields.get("deed") {
        Some("remove") => (Turn::Leave, chosen("remove-")),
        _ => (Turn::Join, chosen("add-")),
    };
    let done = async { groups::change_members(&app, &console.actor, group_id(&id)?, (turn, &people)).await };
    answer(&app, &console, &id, (done.await.map(drop), "members")).await
}

pub(super) async fn map(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let done = async { groups::map_role(&app, &console.actor, group_id(&id)?, &role(&fields)?).await };
    answer(&app, &console, &id, (done.await, "group-mapped")).await
}

fn role(fields: &Fields) -> Result<RoleKey, Error> {
    let wrong = |_| Error::invalid("role", Flaw::ChooseRole);
    fields.get("role").unwrap_or_default().parse().map_err(wrong)
}

/// Back to the group when it is done; the page once more, with what stood in the way, when it is not.
async fn answer(app: &App, console: &Console, id: &str, (done, said): (Result<(), Error>, &str)) -> Response {
    let cause = match done {
        Ok(()) => return Redirect::to(&format!("{}/{id}?said={said}", super::LIST)).into_response(),
        Err(cause @ Error::Denied(Denial::ProofIsOld)) => return console.refuse(cause),
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_) | Error::Denied(_) | Error::Invalid { .. })) => cause,
        Err(cause) => return console.refuse(cause),
    };
    let page = async {
        let entry = groups::show(app, &console.actor, group_id(id)?).await?;
        let (_, sentence) = words::problem(console.t, &cause);
        page(app, console, &entry, (Words::default(), Some(sentence))).await
    };
    console.again(&cause, page.await)
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    entry: &Entry,
    (words, problem): (Words, Option<String>),
) -> Result<GroupPage<'a>, Error> {
    let (t, actor, group) = (console.t, &console.actor, &entry.group);
    let path = path_of(group.id);
    let members = groups::members(app, actor, group, (words.after.as_deref(), Some(MEMBERS))).await?;
    let held = groups::held(app, actor, group).await?;
    let may_choose = may_manage(console) && group.managed_by.is_none();
    let (offered, has_more) =
        if may_choose { others(app, console, entry, &words.name).await? } else { (Vec::new(), false) };
    let history = history(app, console, entry, words.before.as_deref()).await?;
    let (history, older) = history.map_or((None, None), |(rows, older)| (Some(rows), older));
    let filter = UserFilter { group: Some(group.id), with_deactivated: true, ..UserFilter::default() };
    Ok(GroupPage {
        shell: &console.shell,
        t,
        name: group.display_name.clone(),
        badge: badge(t, entry),
        size: size(t, entry.size),
        controls: menu(console, entry).items,
        problem,
        roles: entry.roles.iter().map(|it| role_line(console, entry, it)).collect(),
        mappable: mappable(console, entry),
        projects: on_projects(console, entry),
        why_locked: why_locked(t, entry),
        may_choose,
        members: members.people.iter().map(|it| member(t, it)).collect(),
        first: words.after.is_some().then(|| path.clone()),
        next: members.next.map(|it| format!("{path}?after={it}")),
        in_the_list: address::of(&UserList { filter, ..UserList::default() }, &[]),
        held: held.values,
        has_more_held: held.has_more,
        search: words.name,
        offered,
        has_more,
        history,
        older: older.map(|id| format!("{path}?before={id}#history")),
        path,
    })
}

/// What was done to the group; nothing for somebody who may not see it.
async fn history(
    app: &App,
    console: &Console,
    entry: &Entry,
    before: Option<&str>,
) -> Result<Option<(Vec<Happened>, Option<AuditId>)>, Error> {
    if console.actor.may(&console.model, groups::HISTORY).is_err() {
        return Ok(None);
    }
    let wrong = |_| Error::invalid("before", Flaw::Meaningless);
    let before = before.map(|id| id.parse().map_err(wrong)).transpose()?;
    let found = groups::history(app, &console.actor, &entry.group, before).await?;
    Ok(Some((found.events.iter().map(|it| happened(console, it)).collect(), found.older)))
}

fn happened(console: &Console, it: &Event) -> Happened {
    let t = console.t;
    let mut details: Vec<String> = it.people.iter().map(|person| person.called().to_owned()).collect();
    if it.people_count > it.people.len() {
        details.push(t.count("members-count", u64::try_from(it.people_count).unwrap_or(u64::MAX)));
    }
    if let Some((from, to)) = it.change("displayName") {
        details.push(format!("{} → {}", from.unwrap_or_default(), to.unwrap_or_default()));
    }
    if let Some((from, to)) = it.change("role") {
        let key = from.or(to).and_then(|key| key.parse().ok());
        details.extend(key.map(|key| label_of(&console.model, &key)));
    }
    Happened {
        at: it.at(),
        action: did(t, &it.row.action),
        outcome: Badge::of_outcome(t, &it.row.outcome),
        group: it.target.clone(),
        details,
        by: words::by(t, it),
    }
}

fn role_line(console: &Console, entry: &Entry, role: &RoleKey) -> RoleLine {
    let may = groups::may_unmap(&console.actor, &console.model, &entry.group, role);
    RoleLine {
        label: label_of(&console.model, role),
        description: console.model.get(role).map(|it| console.t.about_role(&it.description)).unwrap_or_default(),
        unmap: may.then(|| format!("{}/roles/{role}/unmap", path_of(entry.group.id))),
    }
}

/// The names of the projects that the group is on, and where their pages are.
fn on_projects(console: &Console, entry: &Entry) -> Vec<(String, String)> {
    if !projects::may_list(&console.actor, &console.model) {
        return Vec::new();
    }
    entry.projects.iter().map(|(id, name)| (name.clone(), format!("{PROJECTS}/{id}"))).collect()
}

/// The roles that can be given, behind a first line that gives none: the highest must not be one press away.
fn mappable(console: &Console, entry: &Entry) -> Vec<Choice> {
    let all = groups::mappable(&console.actor, &console.model, &entry.group);
    let others = all.into_iter().filter(|it| !entry.roles.contains(&it.key));
    let mut choices: Vec<Choice> =
        others.map(|it| Choice { value: it.key.to_string(), label: it.label.clone(), is_chosen: false }).collect();
    if !choices.is_empty() {
        let none = Choice { value: String::new(), label: console.t.say("choose-role"), is_chosen: true };
        choices.insert(0, none);
    }
    choices
}

/// The active users who are not in the group yet, as far as a page goes.
async fn others(app: &App, console: &Console, entry: &Entry, search: &str) -> Result<(Vec<Member>, bool), Error> {
    let (people, has_more) = offered(app, console, search).await?;
    let ids: Vec<UserId> = people.iter().map(|it| it.id).collect();
    let inside = groups::present(app, &console.actor, &entry.group, &ids).await?;
    let others = people.iter().filter(|it| !inside.contains(&it.id));
    Ok((others.map(|it| member(console.t, it)).collect(), has_more))
}

fn member(t: Texts, user: &User) -> Member {
    Member {
        id: user.id.to_string(),
        name: user.display_name.clone(),
        user_name: user.user_name.clone(),
        path: user_path(user.id),
        status: Badge::of_status(t, user.status),
    }
}
