//! Making, changing and deleting a role of the organisation's own, and choosing another reading of the role model.
//!
//! **Invariant:** nothing is kept before its preview was shown, and nothing else than what was shown is kept.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::form::{Form, draft_of, key_of};
use crate::app::App;
use crate::app::roles::{self, Preview, Refused, RoleChange, Usage};
use crate::domain::Error;
use crate::domain::role::{NotARoleKey, Power, Role, RoleKey, RoleModel, Verb};
use crate::domain::user_list::{UserFilter, UserList};
use crate::web::console::list::address;
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::error::status;
use crate::web::form::shown::Merged;
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Part, Texts};

const CATALOGUE: &str = "/console/roles";

/// The routes of what changes the roles.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/console/roles/new", Access::Recent, new)
        .post("/console/roles/new", Access::Recent, create)
        .get("/console/roles/reading", Access::Recent, ask_reading)
        .post("/console/roles/reading", Access::Recent, read)
        .get("/console/roles/{key}/edit", Access::Recent, edit)
        .post("/console/roles/{key}/edit", Access::Recent, update)
        .get("/console/roles/{key}/delete", Access::Recent, ask_delete)
        .post("/console/roles/{key}/delete", Access::Recent, delete)
}

#[derive(Template)]
#[template(path = "console/roles/edit.html")]
struct EditPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    path: String,
    back: String,
    form: Form,
    /// What the form shows of a role that stands there.
    shown: Option<String>,
    preview: Option<Shown>,
}

#[derive(Template)]
#[template(path = "console/roles/reading.html")]
struct ReadingPage<'a> {
    shell: &'a Shell,
    t: Texts,
    problem: Option<String>,
    readings: Vec<Reading>,
    preview: Option<Shown>,
}

struct Reading {
    name: String,
    label: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "console/roles/delete.html")]
struct DeletePage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    path: String,
    back: String,
    usage: Option<Holders>,
    preview: Option<Shown>,
}

/// Who and what stands in the way of deleting a role.
struct Holders {
    people: Vec<(String, String)>,
    /// How many more, and where they all are.
    more: Option<(String, String)>,
    lines: Vec<String>,
}

/// What a change would come to, in words.
pub(super) struct Shown {
    effects: Vec<Hit>,
    summary: String,
    changes: Vec<String>,
    seen: String,
}

struct Hit {
    who: String,
    gained: String,
    gains: Vec<String>,
    lost: String,
    loses: Vec<String>,
}

/// True when this person may change the roles, so that the ways to it are offered.
pub(super) fn may_define(console: &Console) -> Result<(), Error> {
    roles::may_define(&console.actor, &console.model, console.org())
}

async fn new(console: Console) -> Response {
    let own = own_role(&console);
    console.answer(may_define(&console).map(|()| page(&console, None, Form::empty(&console, own), None)))
}

async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let tried = async {
        may_define(&console)?;
        let draft = draft_of(&console.model, &fields, None);
        let typed = fields.get("key").map(str::trim).filter(|it| !it.is_empty());
        let key = match typed.map(str::parse) {
            None => RoleModel::key_for(&draft)?,
            Some(key) => key.map_err(|problem: NotARoleKey| Error::invalid("key", problem))?,
        };
        keep(&app, &console, &fields, RoleChange::Create(key, draft)).await
    };
    answer(&console, None, &fields, tried.await)
}

async fn edit(console: Console, Path(key): Path<String>) -> Response {
    let form = may_define(&console).and_then(|()| {
        let key = key_of(&key)?;
        let draft = console.model.draft_of(&key)?;
        Ok((Form::of(&console, &draft, Some(&key)), key))
    });
    console.answer(form.map(|(form, key)| page(&console, Some(&key), form, None)))
}

async fn update(State(app): State<App>, console: Console, Path(key): Path<String>, Signed(fields): Signed) -> Response {
    let key = match may_define(&console).and_then(|()| key_of(&key)) {
        Ok(key) => key,
        Err(cause) => return console.refuse(cause),
    };
    let now = match console.model.draft_of(&key) {
        Ok(draft) => Form::of(&console, &draft, Some(&key)),
        Err(cause) => return console.refuse(cause),
    };
    let Merged { fields, clashes } = fields.over(&now.shown());
    if !clashes.is_empty() {
        let before = console.model.draft_of(&key).ok();
        let filled = Form::of(&console, &draft_of(&console.model, &fields, before.as_ref()), Some(&key));
        let form = filled.clashing(console.t, &now, &clashes);
        return console.again(&Error::Stale, Ok(page(&console, Some(&key), form, None)));
    }
    let tried = async {
        let before = console.model.draft_of(&key)?;
        let draft = draft_of(&console.model, &fields, Some(&before));
        keep(&app, &console, &fields, RoleChange::Update(key.clone(), draft)).await
    };
    answer(&console, Some(&key), &fields, tried.await)
}

/// What became of a form: kept, or only shown.
enum Outcome {
    Kept(String),
    Previewed(Preview),
}

async fn keep(app: &App, console: &Console, fields: &Fields, change: RoleChange) -> Result<Outcome, Refused> {
    let preview = roles::preview(app, &console.actor, console.org(), &change).await?;
    let is_seen = fields.get("seen").is_some_and(|seen| seen == preview.seen);
    if fields.get("step") == Some("save") && is_seen {
        roles::change(app, &console.actor, console.org(), &change, Some(&preview.seen)).await?;
        return Ok(Outcome::Kept(match change {
            RoleChange::Create(key, _) | RoleChange::Update(key, _) => format!("{CATALOGUE}/{key}?said=role-saved"),
            RoleChange::Delete(_) => format!("{CATALOGUE}?said=role-deleted"),
            RoleChange::Read(_) => format!("{CATALOGUE}?said=reading"),
        }));
    }
    Ok(Outcome::Previewed(preview))
}

fn answer(console: &Console, key: Option<&RoleKey>, fields: &Fields, tried: Result<Outcome, Refused>) -> Response {
    let before = key.and_then(|key| console.model.draft_of(key).ok());
    let draft = draft_of(&console.model, fields, before.as_ref());
    let filled = Form::of(console, &draft, key);
    match tried {
        Ok(Outcome::Kept(location)) => Redirect::to(&location).into_response(),
        Ok(Outcome::Previewed(preview)) => {
            Page(page(console, key, filled, Some(shown(console, &preview)))).into_response()
        }
        Err(Refused::Problems(problems)) => {
            let form = match key.cloned().map_or_else(|| RoleModel::key_for(&draft), Ok) {
                Ok(key) => filled.linted(console.t, &key, &problems),
                Err(wrong) => filled.refused(console.t, &wrong),
            };
            (StatusCode::BAD_REQUEST, Page(page(console, key, form, None))).into_response()
        }
        Err(Refused::Other(cause @ (Error::Invalid { .. } | Error::Conflict(_)))) => {
            let form = filled.refused(console.t, &cause);
            (status(&cause), Page(page(console, key, form, None))).into_response()
        }
        Err(other) => console.refuse(other.into()),
    }
}

async fn ask_delete(State(app): State<App>, console: Console, Path(key): Path<String>) -> Response {
    let page = async { delete_page(&app, &console, &key_of(&key)?).await };
    console.answer(page.await)
}

async fn delete(State(app): State<App>, console: Console, Path(key): Path<String>, Signed(fields): Signed) -> Response {
    let tried = async {
        may_define(&console)?;
        keep(&app, &console, &fields, RoleChange::Delete(key_of(&key)?)).await
    };
    match tried.await {
        Ok(Outcome::Kept(location)) => Redirect::to(&location).into_response(),
        Ok(Outcome::Previewed(_)) | Err(Refused::InUse(_)) => {
            let page = async { delete_page(&app, &console, &key_of(&key)?).await };
            let cause = Error::Conflict(crate::domain::Conflict::RoleInUse);
            match page.await {
                Ok(page) => (status(&cause), Page(page)).into_response(),
                Err(other) => console.refuse(other),
            }
        }
        Err(other) => console.refuse(other.into()),
    }
}

async fn delete_page<'a>(app: &App, console: &'a Console, key: &RoleKey) -> Result<DeletePage<'a>, Error> {
    may_define(console)?;
    console.model.draft_of(key)?;
    let usage = roles::usage(app, &console.actor, console.org(), key).await?;
    let preview = if usage.is_none() {
        let change = RoleChange::Delete(key.clone());
        Some(roles::preview(app, &console.actor, console.org(), &change).await.map_err(Error::from)?)
    } else {
        None
    };
    let label = label_of(&console.model, key);
    Ok(DeletePage {
        shell: &console.shell,
        t: console.t,
        title: console.t.name("ask-delete-role", &label),
        path: format!("{CATALOGUE}/{key}/delete"),
        back: format!("{CATALOGUE}/{key}"),
        usage: (!usage.is_none()).then(|| holders(console, key, &usage)),
        preview: preview.map(|it| shown(console, &it)),
    })
}

fn holders(console: &Console, key: &RoleKey, usage: &Usage) -> Holders {
    let t = console.t;
    let filter = UserFilter { roles: vec![key.clone()], with_deactivated: true, ..UserFilter::default() };
    let everybody = || address::of(&UserList { filter, ..UserList::default() }, &[]);
    let people = usage.users_first.iter();
    let named = u64::try_from(usage.users_first.len()).unwrap_or(u64::MAX);
    let more = usage.users.saturating_sub(named);
    let listed = |key: &str, names: &[String]| (!names.is_empty()).then(|| t.name(key, &names.join(", ")));
    let heirs: Vec<String> = usage.extended_by.iter().map(|key| label_of(&console.model, key)).collect();
    let lines = [
        listed("used-by-groups", &usage.groups),
        listed("used-by-service-accounts", &usage.service_accounts),
        listed("used-by-invitations", &usage.invitations),
        listed("used-by-connections", &usage.connections),
        listed("used-by-roles", &heirs),
        usage.in_policy.then(|| t.say("used-by-policy")),
    ];
    Holders {
        people: people.map(|it| (format!("/console/users/{}", it.id), it.display_name.clone())).collect(),
        more: (more > 0).then(|| (t.count("used-by-more", more), everybody())),
        lines: lines.into_iter().flatten().collect(),
    }
}

async fn ask_reading(console: Console) -> Response {
    let chosen = console.model.reading().unwrap_or_default().to_owned();
    console.answer(may_define(&console).map(|()| reading_page(&console, &chosen, None, None)))
}

async fn read(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let chosen = fields.get("reading").unwrap_or_default().to_owned();
    let tried = async {
        may_define(&console)?;
        keep(&app, &console, &fields, RoleChange::Read(chosen.clone())).await
    };
    match tried.await {
        Ok(Outcome::Kept(location)) => Redirect::to(&location).into_response(),
        Ok(Outcome::Previewed(preview)) => {
            Page(reading_page(&console, &chosen, None, Some(shown(&console, &preview)))).into_response()
        }
        Err(Refused::Other(cause @ Error::Invalid { .. })) => {
            let problem = words::problem(console.t, &cause).1;
            (status(&cause), Page(reading_page(&console, &chosen, Some(problem), None))).into_response()
        }
        Err(other) => console.refuse(other.into()),
    }
}

fn reading_page<'a>(
    console: &'a Console,
    chosen: &str,
    problem: Option<String>,
    preview: Option<Shown>,
) -> ReadingPage<'a> {
    let readings = console.model.readings().iter().map(|name| Reading {
        name: name.clone(),
        label: reading_label(console.t, name),
        is_chosen: name == chosen,
    });
    ReadingPage { shell: &console.shell, t: console.t, problem, readings: readings.collect(), preview }
}

/// What a reading is called; one of a model of the organisation's own has only its name.
pub(super) fn reading_label(t: Texts, name: &str) -> String {
    match name {
        "strict" => t.say("reading-strict"),
        "matrix" => t.say("reading-matrix"),
        other => other.to_owned(),
    }
}

fn page<'a>(console: &'a Console, key: Option<&RoleKey>, form: Form, preview: Option<Shown>) -> EditPage<'a> {
    let t = console.t;
    let (title, path, back) = match key {
        None => (t.say("create-role"), format!("{CATALOGUE}/new"), CATALOGUE.to_owned()),
        Some(key) => (
            t.name("edit-role", &label_of(&console.model, key)),
            format!("{CATALOGUE}/{key}/edit"),
            format!("{CATALOGUE}/{key}"),
        ),
    };
    let now = key.and_then(|key| Some(Form::of(console, &console.model.draft_of(key).ok()?, Some(key))));
    let shown = now.map(|it| it.shown().carried());
    EditPage { shell: &console.shell, t, title, path, back, form, shown, preview }
}

fn own_role(console: &Console) -> Option<&Role> {
    console.caller.person.effective.role.as_ref().and_then(|key| console.model.get(key))
}

fn shown(console: &Console, preview: &Preview) -> Shown {
    let t = console.t;
    let effects = preview.effects.iter().map(|effect| {
        let roles: Vec<String> = effect.roles.iter().map(|key| label_of(&console.model, key)).collect();
        let roles = if roles.is_empty() { t.say("no-role") } else { roles.join(", ") };
        let who = t.with(
            "effect-who",
            &[
                ("users", Part::Words(&t.count("effect-users", effect.users))),
                ("programs", Part::Words(&t.count("effect-programs", effect.service_accounts))),
                ("roles", Part::Name(&roles)),
            ],
        );
        let power = |it: &Power| power(console, it);
        Hit {
            who,
            gained: t.count("effect-gains", number(effect.gains.len())),
            gains: effect.gains.iter().map(power).collect(),
            lost: t.count("effect-loses", number(effect.loses.len())),
            loses: effect.loses.iter().map(power).collect(),
        }
    });
    let changes = preview.changes.iter().map(|change| match (&change.old, &change.new) {
        (None, Some(serde_json::Value::Bool(true))) => format!("+ {}", change.path),
        (Some(serde_json::Value::Bool(true)), None) => format!("− {}", change.path),
        (old, new) => {
            let text = |it: &Option<serde_json::Value>| it.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
            format!("{}: {} → {}", change.path, text(old), text(new))
        }
    });
    Shown {
        effects: effects.collect(),
        summary: t.count("model-changes", number(preview.changes.len())),
        changes: changes.collect(),
        seen: preview.seen.clone(),
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn power(console: &Console, power: &Power) -> String {
    let label = |key: &RoleKey| label_of(&console.model, key);
    match power {
        Power::Has(permission) => permission.clone(),
        Power::Gives(role) => console.t.name("power-gives", &label(role)),
        Power::Does(verb, role) => {
            let parts = [("deed", Part::Words(Verb::permission(*verb))), ("role", Part::Name(&label(role)))];
            console.t.with("power-does", &parts)
        }
    }
}

fn label_of(model: &RoleModel, key: &RoleKey) -> String {
    model.get(key).map_or_else(|| key.to_string(), |role| role.label.clone())
}
