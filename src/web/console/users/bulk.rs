//! One deed for several users: what would happen to each is shown first, then it is done to those to whom it can be done.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use super::deeds::{self, RoleChoice};
use super::user_path;
use crate::app::offers::{Deed, Judge};
use crate::app::user_list::Entry;
use crate::app::users::OnLastHolder;
use crate::app::{App, accounts, user_sheet, users};
use crate::domain::id::UserId;
use crate::domain::role::{RoleKey, Source};
use crate::domain::{Error, Flaw};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, groups};
use crate::web::form::Signed;
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};

/// So many users at once.
const USERS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "console/users/bulk.html")]
struct PlanPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    text: String,
    summary: String,
    deed: &'static str,
    ids: String,
    roles: Vec<RoleChoice>,
    ready: Vec<Planned>,
    skipped: Vec<Planned>,
    button: String,
    is_grave: bool,
}

/// A user of the plan, and why it is skipped or what should be known besides.
struct Planned {
    name: String,
    path: String,
    note: String,
}

/// The users of a plan: those to whom it can be done, and those to whom it cannot, with the reason.
struct Plan {
    ready: Vec<Entry>,
    skipped: Vec<(Entry, String)>,
}

/// The word for adding the users to groups, which are chosen beside them on a page of its own.
pub(super) const TO_GROUP: &str = "group";

pub(super) async fn plan(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let query = query.as_deref().unwrap_or_default();
    let words: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    if words.iter().any(|(name, value)| name == "deed" && value == TO_GROUP) {
        let chosen = words.iter().filter(|(name, _)| name == "id").filter_map(|(_, id)| id.parse().ok());
        return Redirect::to(&groups::choosing(&chosen.collect::<Vec<UserId>>())).into_response();
    }
    if words.iter().any(|(name, value)| name == "deed" && value == Deed::Edit.word()) {
        return edit(&console, words.iter().filter(|(name, _)| name == "id").map(|(_, id)| &**id));
    }
    console.answer(plan_page(&app, &console, query).await)
}

/// One user is edited at a time, on the page for it.
fn edit<'a>(console: &Console, chosen: impl Iterator<Item = &'a str>) -> Response {
    let chosen: BTreeSet<UserId> = chosen.filter_map(|it| it.parse().ok()).collect();
    if let Some(one) = chosen.first().filter(|_| chosen.len() == 1) {
        return Redirect::to(&format!("{}/edit", user_path(*one))).into_response();
    }
    let t = console.t;
    let page = PlanPage {
        shell: &console.shell,
        t,
        title: t.say(deeds::label(Deed::Edit)),
        text: String::new(),
        summary: t.say("choose-one-user"),
        deed: Deed::Edit.word(),
        ids: String::new(),
        roles: Vec::new(),
        ready: Vec::new(),
        skipped: Vec::new(),
        button: String::new(),
        is_grave: false,
    };
    (StatusCode::BAD_REQUEST, Page(page)).into_response()
}

pub(super) async fn apply(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let ids = fields.get("ids").unwrap_or_default().split(',').map(str::to_owned).collect();
    let (deed, role) = (fields.get("deed").unwrap_or_default(), fields.get("role").unwrap_or_default());
    match perform(&app, &console, deed, (ids, role)).await {
        Ok(done) => done,
        Err(cause) => console.refuse(cause),
    }
}

async fn plan_page<'a>(app: &App, console: &'a Console, query: &str) -> Result<PlanPage<'a>, Error> {
    let words: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let named = |wanted: &'static str| words.iter().filter(move |(name, _)| name == wanted).map(|(_, it)| &**it);
    let deed = bulk_deed(named("deed").next().unwrap_or_default())?;
    let t = console.t;
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    let plan = planned(app, console, &judge, (deed, named("id").map(str::to_owned).collect())).await?;
    let ids: Vec<String> = plan.ready.iter().map(|it| it.person.user.id.to_string()).collect();
    let (ready, all) = (count(plan.ready.len()), count(plan.ready.len() + plan.skipped.len()));
    let parts = [("skipped", Part::Number(all - ready)), ("count", Part::Number(all))];
    let roles = if deed == Deed::ChangeRole { common_roles(&judge, &plan) } else { Vec::new() };
    let mut with_notes = Vec::with_capacity(plan.ready.len());
    for entry in &plan.ready {
        let stays = if deed == Deed::Deactivate { deeds::what_stays(app, t, &entry.person.user).await? } else { None };
        with_notes.push(line(entry, stays.unwrap_or_default()));
    }
    Ok(PlanPage {
        shell: &console.shell,
        t,
        title: t.with("bulk-title", &[("deed", Part::Words(&t.say(deeds::label(deed))))]),
        text: t.with(
            deeds::text(deed),
            &[("name", Part::Words(&t.count("bulk-users", ready))), ("org", Part::Name(&console.shell.organisation))],
        ),
        summary: t.with("bulk-summary", &parts),
        deed: deed.word(),
        ids: ids.join(","),
        roles,
        ready: with_notes,
        skipped: plan.skipped.iter().map(|(it, why)| line(it, why.clone())).collect(),
        button: t.with("bulk-do", &[("deed", Part::Words(&t.say(deeds::label(deed)))), ("count", Part::Number(ready))]),
        is_grave: deeds::is_grave(deed),
    })
}

fn line(entry: &Entry, note: String) -> Planned {
    let user = &entry.person.user;
    Planned { name: user.display_name.clone(), path: user_path(user.id), note }
}

/// The roles that may be given to every user of the plan.
fn common_roles(judge: &Judge<'_>, plan: &Plan) -> Vec<RoleChoice> {
    let mut roles: Option<Vec<_>> = None;
    for entry in &plan.ready {
        let these = judge.reachable(&entry.person);
        roles = Some(match roles {
            None => these,
            Some(before) => before.into_iter().filter(|role| these.contains(role)).collect(),
        });
    }
    roles.unwrap_or_default().into_iter().map(|it| RoleChoice::of(it, None)).collect()
}

fn bulk_deed(word: &str) -> Result<Deed, Error> {
    Deed::parse(word).filter(|it| Deed::BULK.contains(it)).ok_or(Error::NotFound("page"))
}

async fn planned(
    app: &App,
    console: &Console,
    judge: &Judge<'_>,
    (deed, ids): (Deed, Vec<String>),
) -> Result<Plan, Error> {
    let t = console.t;
    let mut ids: Vec<UserId> = ids.iter().filter_map(|it| it.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || ids.len() > USERS_MAX {
        return Err(Error::invalid("id", Flaw::Selection { most: USERS_MAX }));
    }
    let mut plan = Plan { ready: Vec::new(), skipped: Vec::new() };
    for id in ids {
        let entry = user_sheet::entry(app, &console.actor, id).await?;
        match why_not(t, judge, &entry, deed) {
            None => plan.ready.push(entry),
            Some(why) => plan.skipped.push((entry, why)),
        }
    }
    Ok(plan)
}

fn why_not(t: Texts, judge: &Judge<'_>, entry: &Entry, deed: Deed) -> Option<String> {
    let decided = entry.person.effective.decided_by().map(|it| it.source);
    if judge.is_self(&entry.person) {
        return Some(t.say("why-yourself"));
    }
    if deed == Deed::ChangeRole && decided.is_some_and(|it| it != Source::Manual) {
        return Some(t.say("why-managed"));
    }
    match judge.weigh(deed, &entry.person, entry.mfa) {
        None => Some(t.say("why-not-fitting")),
        Some(offer) => offer.obstacle.map(|it| deeds::why_not(t, &it)),
    }
}

async fn perform(
    app: &App,
    console: &Console,
    deed: &str,
    (ids, role): (Vec<String>, &str),
) -> Result<Response, Error> {
    let deed = bulk_deed(deed)?;
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    let plan = planned(app, console, &judge, (deed, ids)).await?;
    let wrong = |_| Error::invalid("role", Flaw::ChooseRole);
    let role: Option<RoleKey> = if deed == Deed::ChangeRole { Some(role.parse().map_err(wrong)?) } else { None };
    let (mut done, mut skipped) = (0, count(plan.skipped.len()));
    for entry in &plan.ready {
        match one(app, console, entry, (deed, role.as_ref())).await {
            Ok(()) => done += 1,
            // What has changed since the plan was shown stops this user and no other.
            Err(Error::Conflict(_) | Error::Denied(_) | Error::NotFound(_)) => skipped += 1,
            Err(other) => return Err(other),
        }
    }
    Ok(Redirect::to(&format!("/console/users?said=several&done={done}&skipped={skipped}")).into_response())
}

async fn one(app: &App, console: &Console, entry: &Entry, (deed, role): (Deed, Option<&RoleKey>)) -> Result<(), Error> {
    let (actor, user) = (&console.actor, &entry.person.user);
    match (deed, role) {
        (Deed::ChangeRole, Some(role)) => users::change_role(app, actor, user.id, role).await.map(drop),
        (Deed::ResetMfa, _) => accounts::reset_mfa(app, actor, user).await.map(drop),
        (Deed::EndSessions, _) => accounts::revoke_sessions(app, actor, user.id).await.map(drop),
        (Deed::Activate, _) => users::activate(app, actor, user.id).await.map(drop),
        (Deed::Deactivate, _) => users::deactivate(app, actor, user.id, OnLastHolder::Refuse).await.map(drop),
        _ => Err(Error::NotFound("page")),
    }
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}
