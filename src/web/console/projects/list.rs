//! The list of projects, and the form for a new one.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Query;
use serde::Deserialize;
use url::form_urlencoded;

use super::{LIST, PERMISSIONS, may_create, not_offered, path_of};
use crate::app::projects::{self, DESCRIPTION_MAX, NAME_MAX, Project, ProjectQuery};
use crate::app::{App, project_access};
use crate::domain::Error;
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::form::shown::Clash;
use crate::web::form::{Fields, Signed};
use crate::web::texts::Texts;

/// So many projects are on a page.
const ROWS: u64 = 100;

#[derive(Template)]
#[template(path = "console/projects/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    may_create: bool,
    permissions: Option<&'static str>,
    name: String,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    name: String,
    path: String,
    description: String,
}

#[derive(Template)]
#[template(path = "console/projects/new.html")]
struct NewPage<'a> {
    shell: &'a Shell,
    t: Texts,
    form: Form,
}

/// Name and description as they stand in a form.
pub(super) struct Form {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) name_max: usize,
    pub(super) description_max: usize,
    /// What the form shows of what stands there.
    pub(super) shown: String,
    pub(super) problem: Option<String>,
    pub(super) wrong: String,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    name: String,
    after: Option<String>,
}

pub(super) async fn show(State(app): State<App>, console: Console, Query(asked): Query<Asked>) -> Response {
    let page = async {
        let name = Some(asked.name.trim().to_owned()).filter(|it| !it.is_empty());
        let query = ProjectQuery { name, after: asked.after.clone(), limit: Some(ROWS) };
        let found = projects::page(&app, &console.actor, console.org(), &query).await?;
        let manages = project_access::may_manage(&console.actor, &console.model);
        Ok(ListPage {
            shell: &console.shell,
            t: console.t,
            may_create: may_create(&console),
            permissions: manages.then_some(PERMISSIONS),
            rows: found.projects.into_iter().map(Row::from).collect(),
            first: asked.after.is_some().then(|| address(&asked.name, None)),
            next: found.next.map(|it| address(&asked.name, Some(&it))),
            name: asked.name,
        })
    };
    console.answer(page.await)
}

pub(super) async fn new(console: Console) -> Response {
    console.answer(new_page(&console, Form::of("", "")))
}

pub(super) async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let (name, description) = typed(&fields);
    match projects::create(&app, &console.actor, console.org(), (&name, &description)).await {
        Ok(project) => Redirect::to(&format!("{}?said=project-created", path_of(project.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            console.again(&cause, new_page(&console, Form::of(&name, &description).refused(console.t, &cause)))
        }
        Err(cause) => console.refuse(cause),
    }
}

fn new_page(console: &Console, form: Form) -> Result<NewPage<'_>, Error> {
    if !may_create(console) {
        return Err(not_offered());
    }
    Ok(NewPage { shell: &console.shell, t: console.t, form })
}

fn address(name: &str, after: Option<&str>) -> String {
    let mut words = form_urlencoded::Serializer::new(String::new());
    if !name.is_empty() {
        words.append_pair("name", name);
    }
    words.extend_pairs(after.map(|it| ("after", it)));
    let words = words.finish();
    if words.is_empty() { LIST.to_owned() } else { format!("{LIST}?{words}") }
}

/// Name and description as they were typed.
pub(super) fn typed(fields: &Fields) -> (String, String) {
    let text = |name: &str| fields.get(name).map(str::trim).unwrap_or_default().to_owned();
    (text("name"), text("description"))
}

/// The form as it shows these.
pub(super) fn shown(name: &str, description: &str) -> Fields {
    Fields::shown([("name", name), ("description", description)])
}

impl Form {
    pub(super) fn of(name: &str, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            name_max: NAME_MAX,
            description_max: DESCRIPTION_MAX,
            shown: shown(name, description).carried(),
            problem: None,
            wrong: String::new(),
        }
    }

    /// The same form, filled in with something else.
    pub(super) fn filled(self, name: &str, description: &str) -> Self {
        Self { name: name.to_owned(), description: description.to_owned(), ..self }
    }

    /// The same form with what somebody else has changed meanwhile.
    pub(super) fn clashing(self, t: Texts, clashes: &[Clash]) -> Self {
        let wrong = clashes.first().map(|it| it.field.clone()).unwrap_or_default();
        Self { problem: Some(words::clash_of_texts(t, clashes)), wrong, ..self }
    }

    pub(super) fn refused(self, t: Texts, cause: &Error) -> Self {
        let field = if let Error::Invalid { field, .. } = cause { field } else { "name" };
        Self { problem: Some(words::problem(t, cause).1), wrong: field.to_owned(), ..self }
    }
}

impl From<Project> for Row {
    fn from(it: Project) -> Self {
        Self { path: path_of(it.id), name: it.name, description: it.description }
    }
}
