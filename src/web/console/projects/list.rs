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
use crate::web::console::Console;
use crate::web::console::described::{Described, typed};
use crate::web::console::shell::Shell;
use crate::web::form::Signed;
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
    form: Described,
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
    console.answer(new_page(&console, form("", "")))
}

pub(super) async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let (name, description) = typed(&fields);
    match projects::create(&app, &console.actor, console.org(), (&name, &description)).await {
        Ok(project) => Redirect::to(&format!("{}?said=project-created", path_of(project.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            console.again(&cause, new_page(&console, form(&name, &description).refused(console.t, &cause)))
        }
        Err(cause) => console.refuse(cause),
    }
}

fn new_page(console: &Console, form: Described) -> Result<NewPage<'_>, Error> {
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

/// The form of a project, with these in it.
pub(super) fn form(name: &str, description: &str) -> Described {
    Described::of(name, description, (NAME_MAX, DESCRIPTION_MAX))
}

impl From<Project> for Row {
    fn from(it: Project) -> Self {
        Self { path: path_of(it.id), name: it.name, description: it.description }
    }
}
