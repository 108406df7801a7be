//! Sharing a resource: whom it is there for, with whom it is shared, and how far.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::{path, resource_id};
use crate::app::App;
use crate::app::resources::{self, Shown, Visibility};
use crate::app::shares::{self, Level, Named, Sharee};
use crate::app::teams::{self, READ as READ_TEAMS};
use crate::domain::user::User;
use crate::domain::{Error, Flaw};
use crate::web::console::shell::Shell;
use crate::web::console::teams::path_of as team_path;
use crate::web::console::users::offered::offered;
use crate::web::console::users::{to_resource, user_path};
use crate::web::console::{Console, words};
use crate::web::form::{Fields, Signed};
use crate::web::texts::Texts;

/// Where a resource is shared.
pub(super) const PATH: &str = "/console/resources/{id}/share";
/// Where it is said whom it is there for.
pub(super) const VISIBILITY: &str = "/console/resources/{id}/visibility";

#[derive(Template)]
#[template(path = "console/resources/share.html")]
struct SharePage<'a> {
    shell: &'a Shell,
    t: Texts,
    name: String,
    path: String,
    modes: Vec<Mode>,
    /// What the form of the visibility shows.
    shown: String,
    rows: Vec<Row>,
    teams: Vec<Offered>,
    people: Vec<Offered>,
    /// True for somebody who may look through the people of the organisation.
    may_search: bool,
    search: String,
    has_more: bool,
    user_name: String,
    problem: Option<String>,
}

/// One of the three ways in which a resource is visible.
struct Mode {
    value: &'static str,
    label: String,
    about: String,
    is_chosen: bool,
}

/// A share on the page.
struct Row {
    /// Kind and id.
    value: String,
    name: String,
    about: String,
    path: String,
    /// Where it stands why a person gets at the resource.
    why: Option<String>,
    may_edit: bool,
}

struct Offered {
    value: String,
    name: String,
    user_name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    name: String,
}

/// What was typed into the page.
#[derive(Default)]
struct Draft<'a> {
    search: &'a str,
    user_name: &'a str,
    problem: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Query(search): Query<Search>,
) -> Response {
    let page = async {
        let found = resource(&app, &console, &id).await?;
        page(&app, &console, &found, Draft { search: &search.name, ..Draft::default() }).await
    };
    console.answer(page.await)
}

pub(super) async fn set_visibility(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let done = async {
        let found = resource(&app, &console, &id).await?;
        let merged = fields.over(&visible(found.resource.visibility));
        if !merged.clashes.is_empty() {
            return Err(Error::Stale);
        }
        let wanted = Visibility::parse(merged.fields.require("visibility")?);
        let wanted = wanted.ok_or_else(|| Error::invalid("visibility", Flaw::Meaningless))?;
        let key = (console.org(), &found.resource.key);
        resources::set_visibility(&app, &console.actor, key, wanted).await
    };
    match done.await {
        Ok(shown) => said(&shown, "shared"),
        Err(cause) => console.refuse(cause),
    }
}

/// Shares with whoever is chosen, changes how far shares reach, and ends those that are to end.
pub(super) async fn update(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let found = match resource(&app, &console, &id).await {
        Ok(found) => found,
        Err(cause) => return console.refuse(cause),
    };
    let typed = fields.get("user_name").map(str::trim);
    match apply(&app, &console, &found, &fields).await {
        Ok(()) => said(&found, "shared"),
        Err(cause @ Error::Invalid { .. }) => {
            let problem = Some(words::problem(console.t, &cause).1);
            let draft = Draft { user_name: typed.unwrap_or_default(), problem, ..Draft::default() };
            console.again(&cause, page(&app, &console, &found, draft).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

async fn apply(app: &App, console: &Console, found: &Shown, fields: &Fields) -> Result<(), Error> {
    let on = (console.org(), &found.resource.key);
    if let Some(ended) = fields.get("end") {
        return shares::unshare(app, &console.actor, on, sharee(ended)?).await;
    }
    let level = Level::parse(fields.require("level")?).ok_or_else(|| Error::invalid("level", Flaw::Meaningless))?;
    let mut with = fields.under("with-").map(sharee).collect::<Result<Vec<Sharee>, Error>>()?;
    if let Some(name) = fields.get("user_name").map(str::trim).filter(|it| !it.is_empty()) {
        with.push(shares::user_named(app, console.org(), name).await?);
    }
    if with.is_empty() {
        return Err(Error::invalid("with", Flaw::Sharee));
    }
    shares::share(app, &console.actor, on, (&with, level)).await.map(drop)
}

async fn resource(app: &App, console: &Console, id: &str) -> Result<Shown, Error> {
    resources::show_by_id(app, &console.actor, console.org(), resource_id(id)?).await
}

fn said(shown: &Shown, word: &str) -> Response {
    Redirect::to(&format!("{}/share?said={word}", path(shown.resource.id))).into_response()
}

async fn page<'a>(app: &App, console: &'a Console, found: &Shown, draft: Draft<'_>) -> Result<SharePage<'a>, Error> {
    let t = console.t;
    let shared = shares::of_resource(app, &found.resource).await?;
    let is_new = |value: &String| !shared.iter().any(|it| value_of(it.share.with) == *value);
    let may_search = console.actor.may(&console.model, "users:list").is_ok();
    let (people, has_more) = if may_search { offered(app, console, draft.search).await? } else { Default::default() };
    let people = people.into_iter().map(Offered::from).filter(|it| is_new(&it.value)).collect();
    let mut teams = team_choices(app, console).await?;
    teams.retain(|it| is_new(&it.value));
    let chosen = found.resource.visibility;
    Ok(SharePage {
        shell: &console.shell,
        t,
        name: found.resource.name.clone(),
        path: path(found.resource.id),
        modes: Visibility::ALL.map(|it| mode(t, it, chosen)).into(),
        shown: visible(chosen).carried(),
        rows: shared.iter().map(|it| row(t, it)).collect(),
        teams,
        people,
        may_search,
        search: draft.search.to_owned(),
        has_more,
        user_name: draft.user_name.to_owned(),
        problem: draft.problem,
    })
}

fn mode(t: Texts, it: Visibility, chosen: Visibility) -> Mode {
    let about = match it {
        Visibility::Private => "visibility-private-text",
        Visibility::AllUsers => "visibility-all-text",
        Visibility::Specific => "visibility-specific-text",
    };
    Mode { value: it.word(), label: visibility(t, it), about: t.say(about), is_chosen: it == chosen }
}

/// How far a share reaches, in words.
pub(super) fn level(t: Texts, it: Level) -> String {
    t.say(match it {
        Level::View => "level-view",
        Level::Edit => "level-edit",
    })
}

/// The form of the visibility as it shows this one.
fn visible(it: Visibility) -> Fields {
    Fields::shown([("visibility", it.word())])
}

/// Whom a resource is there for, in words.
pub(super) fn visibility(t: Texts, it: Visibility) -> String {
    t.say(match it {
        Visibility::Private => "visibility-private",
        Visibility::AllUsers => "visibility-all",
        Visibility::Specific => "visibility-specific",
    })
}

fn row(t: Texts, it: &Named) -> Row {
    let about = match (&it.user_name, it.is_active) {
        (None, _) => t.say("kind-team"),
        (Some(name), true) => name.clone(),
        (Some(name), false) => t.name("share-rests", name),
    };
    let (path, why) = match it.share.with {
        Sharee::User(id) => (user_path(id), Some(to_resource(id, it.share.resource))),
        Sharee::Team(id) => (team_path(id), None),
    };
    let may_edit = it.share.level == Level::Edit;
    Row { value: value_of(it.share.with), name: it.name.clone(), about, path, why, may_edit }
}

async fn team_choices(app: &App, console: &Console) -> Result<Vec<Offered>, Error> {
    if console.actor.may(&console.model, READ_TEAMS).is_err() {
        return Ok(Vec::new());
    }
    let all = teams::list(app, &console.actor, console.org()).await?;
    let offered =
        |it: teams::Sized| Offered { value: value_of(Sharee::Team(it.team.id)), name: it.team.name, user_name: None };
    Ok(all.into_iter().map(offered).collect())
}

impl From<User> for Offered {
    fn from(it: User) -> Self {
        Self { value: value_of(Sharee::User(it.id)), name: it.display_name, user_name: Some(it.user_name) }
    }
}

/// Kind and id in one word.
fn value_of(with: Sharee) -> String {
    format!("{}.{}", with.kind(), with.id())
}

fn sharee(value: &str) -> Result<Sharee, Error> {
    let read = value.split_once('.').and_then(|(kind, id)| Sharee::read(kind, id));
    read.ok_or_else(|| Error::invalid("with", Flaw::Sharee))
}
