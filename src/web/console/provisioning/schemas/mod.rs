//! The schemas that the organisation adds to users over SCIM: the list, one of them with its attributes, and what is done to
//! them.

mod form;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::places;
use crate::app::organisations::MANAGE;
use crate::app::scim_schemas::{self, Definition, Extension, Refused, SchemaChange};
use crate::app::{App, connections};
use crate::domain::Error;
use crate::scim::schema::Uniqueness;
use crate::scim::schema::custom::{EXTENSIONS_MAX, NAME_MAX, TEXT_MAX, URN_MAX};
use crate::web::console::ask::AskPage;
use crate::web::console::shell::Shell;
use crate::web::console::users::Link;
use crate::web::console::{Console, words};
use crate::web::form::Signed;
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Part, Texts};
use form::{AttributeForm, HeadForm};

/// Where the list is.
pub(super) const PATH: &str = "/console/provisioning/schemas";

/// The longest name and description for people.
const LABEL_MAX: usize = TEXT_MAX.0;
const DESCRIPTION_MAX: usize = TEXT_MAX.1;

/// The routes of the schemas.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Access::Session, list)
        .get("/console/provisioning/schemas/new", Access::Session, new)
        .post("/console/provisioning/schemas/new", Access::Session, create)
        .get("/console/provisioning/schemas/{urn}", Access::Session, show)
        .get("/console/provisioning/schemas/{urn}/edit", Access::Session, edit)
        .post("/console/provisioning/schemas/{urn}/edit", Access::Session, save)
        .get("/console/provisioning/schemas/{urn}/retire", Access::Session, ask_retire)
        .post("/console/provisioning/schemas/{urn}/retire", Access::Session, retire)
        .get("/console/provisioning/schemas/{urn}/new", Access::Session, new_attribute)
        .post("/console/provisioning/schemas/{urn}/new", Access::Session, add_attribute)
        .get("/console/provisioning/schemas/{urn}/attributes/{name}", Access::Session, edit_attribute)
        .post("/console/provisioning/schemas/{urn}/attributes/{name}", Access::Session, save_attribute)
        .get("/console/provisioning/schemas/{urn}/attributes/{name}/retire", Access::Session, ask_retire_attribute)
        .post("/console/provisioning/schemas/{urn}/attributes/{name}/retire", Access::Session, retire_attribute)
}

/// True for somebody who may see and change the schemas.
pub(super) fn may_manage(console: &Console) -> bool {
    console.actor.may(&console.model, MANAGE).is_ok()
}

#[derive(Template)]
#[template(path = "console/provisioning/schemas.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    places: Vec<Link>,
    rows: Vec<Extension>,
    is_full: bool,
}

#[derive(Template)]
#[template(path = "console/provisioning/schema.html")]
struct SchemaPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    schema: Extension,
    rows: Vec<Row>,
}

/// An attribute.
struct Row {
    name: String,
    path: String,
    description: String,
    kind: String,
    /// What is said of it that is not usual.
    rules: Vec<String>,
    values: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/provisioning/schema_form.html")]
struct FormPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    /// What it leads back to, and where that is.
    trail: (String, String),
    action: String,
    problem: Option<String>,
    /// What the form shows of what stands there.
    shown: Option<String>,
    head: Option<HeadForm>,
    attribute: Option<AttributeForm>,
}

fn path_of(urn: &str) -> String {
    format!("{PATH}/{urn}")
}

async fn list(State(app): State<App>, console: Console) -> Response {
    let found = scim_schemas::show(&app, &console.actor, console.org()).await;
    console.answer(found.map(|rows| ListPage {
        shell: &console.shell,
        t: console.t,
        // The other parts are for those who manage connections.
        places: match console.actor.may(&console.model, connections::MANAGE) {
            Ok(()) => places(console.t, None),
            Err(_) => Vec::new(),
        },
        is_full: rows.len() >= EXTENSIONS_MAX,
        rows,
    }))
}

async fn schema(app: &App, console: &Console, urn: &str) -> Result<Extension, Error> {
    let all = scim_schemas::show(app, &console.actor, console.org()).await?;
    all.into_iter().find(|it| it.id.eq_ignore_ascii_case(urn)).ok_or(Error::NotFound("schema"))
}

/// A schema with one of its attributes.
async fn attribute(app: &App, console: &Console, urn: &str, name: &str) -> Result<(Extension, Definition), Error> {
    let schema = schema(app, console, urn).await?;
    let found = schema.attributes.iter().find(|it| it.name.eq_ignore_ascii_case(name)).cloned();
    Ok((schema, found.ok_or(Error::NotFound("attribute"))?))
}

async fn show(State(app): State<App>, console: Console, Path(urn): Path<String>) -> Response {
    let found = schema(&app, &console, &urn).await;
    console.answer(found.map(|schema| SchemaPage {
        shell: &console.shell,
        t: console.t,
        path: path_of(&schema.id),
        rows: schema.attributes.iter().map(|it| row(console.t, &schema, it)).collect(),
        schema,
    }))
}

fn row(t: Texts, of: &Extension, it: &Definition) -> Row {
    let rules = [
        it.required.then(|| t.say("schema-required")),
        it.case_exact.then(|| t.say("schema-case-exact")),
        (it.uniqueness != Uniqueness::None).then(|| t.say("schema-unique")),
        form::mutability(it.mutability).1.map(|key| t.say(key)),
        form::returned(it.returned).1.map(|key| t.say(key)),
    ];
    let kind = t.say(form::kind(it.kind));
    Row {
        path: format!("{}/attributes/{}", path_of(&of.id), it.name),
        kind: if it.multi_valued { t.with("schema-list-of", &[("kind", Part::Words(&kind))]) } else { kind },
        name: it.name.clone(),
        description: it.description.clone(),
        rules: rules.into_iter().flatten().collect(),
        values: it.canonical_values.clone(),
    }
}

/// The page of a form, about the list where no schema is named.
fn page<'a>(console: &'a Console, title: String, of: Option<&Extension>, action: String) -> FormPage<'a> {
    let (t, list) = (console.t, || (console.t.say("schemas"), PATH.to_owned()));
    FormPage {
        shell: &console.shell,
        t,
        title,
        trail: of.map_or_else(list, |it| (it.name.clone(), path_of(&it.id))),
        action,
        problem: None,
        shown: None,
        head: None,
        attribute: None,
    }
}

/// Back to the schema when it is done; the form once more, with what stood in the way, when it is not.
fn answer<'a>(
    console: &'a Console,
    done: Result<Vec<Extension>, Refused>,
    to: &str,
    again: impl FnOnce() -> FormPage<'a>,
) -> Response {
    let (cause, problem) = match done {
        Ok(_) => return Redirect::to(to).into_response(),
        Err(Refused::Misfit(why)) => {
            let problem = console.t.say(form::misfit(why.why));
            (Error::malformed(why.at, why.why.to_string()), problem)
        }
        Err(Refused::Other(cause @ Error::Invalid { .. })) => {
            let problem = words::problem(console.t, &cause).1;
            (cause, problem)
        }
        Err(Refused::Other(cause)) => return console.refuse(cause),
    };
    again_with(console, &cause, problem, again())
}

fn again_with(console: &Console, cause: &Error, problem: String, page: FormPage<'_>) -> Response {
    console.again(cause, Ok(FormPage { problem: Some(problem), ..page }))
}

fn new_page(console: &Console, head: HeadForm, attribute: AttributeForm) -> FormPage<'_> {
    let page = page(console, console.t.say("schema-new"), None, format!("{PATH}/new"));
    FormPage { head: Some(head), attribute: Some(attribute), ..page }
}

fn edit_page<'a>(console: &'a Console, it: &Extension, head: HeadForm) -> FormPage<'a> {
    let page = page(console, console.t.name("schema-edit", &it.name), Some(it), format!("{}/edit", path_of(&it.id)));
    FormPage { shown: Some(form::head_shown(it).carried()), head: Some(head), ..page }
}

fn new_attribute_page<'a>(console: &'a Console, of: &Extension, attribute: AttributeForm) -> FormPage<'a> {
    let page = page(console, console.t.say("schema-new-attribute"), Some(of), format!("{}/new", path_of(&of.id)));
    FormPage { attribute: Some(attribute), ..page }
}

fn attribute_page<'a>(console: &'a Console, of: &Extension, it: &Definition, attribute: AttributeForm) -> FormPage<'a> {
    let page = page(console, console.t.name("schema-edit", &it.name), Some(of), row(console.t, of, it).path);
    FormPage { shown: Some(form::attribute_shown(it).carried()), attribute: Some(attribute), ..page }
}

async fn new(State(app): State<App>, console: Console) -> Response {
    let may = scim_schemas::show(&app, &console.actor, console.org()).await;
    console.answer(may.map(|_| new_page(&console, HeadForm::empty(), AttributeForm::empty(console.t))))
}

async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let (head, attribute) = (HeadForm::typed(&fields), AttributeForm::typed(console.t, &fields));
    let new = match form::definition(&fields, None) {
        Ok(it) => head.with(vec![it]),
        Err(cause) => return console.refuse(cause),
    };
    let to = format!("{}?said=schema-saved", path_of(&new.id));
    let done = scim_schemas::change(&app, &console.actor, console.org(), SchemaChange::Create(new)).await;
    answer(&console, done, &to, || new_page(&console, head, attribute))
}

async fn edit(State(app): State<App>, console: Console, Path(urn): Path<String>) -> Response {
    let found = schema(&app, &console, &urn).await;
    console.answer(found.map(|it| edit_page(&console, &it, HeadForm::of(&it))))
}

async fn save(State(app): State<App>, console: Console, Path(urn): Path<String>, Signed(fields): Signed) -> Response {
    let it = match schema(&app, &console, &urn).await {
        Ok(it) => it,
        Err(cause) => return console.refuse(cause),
    };
    let merged = fields.over(&form::head_shown(&it));
    let head = HeadForm { id: it.id.clone(), is_new: false, ..HeadForm::typed(&merged.fields) };
    let wanted = head.with(Vec::new());
    if !merged.clashes.is_empty() {
        let problem = words::clash_of_texts(console.t, &merged.clashes);
        return again_with(&console, &Error::Stale, problem, edit_page(&console, &it, head));
    }
    let change = SchemaChange::Describe { id: wanted.id, name: wanted.name, description: wanted.description };
    let done = scim_schemas::change(&app, &console.actor, console.org(), change).await;
    answer(&console, done, &format!("{}?said=schema-saved", path_of(&it.id)), || edit_page(&console, &it, head))
}

async fn new_attribute(State(app): State<App>, console: Console, Path(urn): Path<String>) -> Response {
    let found = schema(&app, &console, &urn).await;
    console.answer(found.map(|it| new_attribute_page(&console, &it, AttributeForm::empty(console.t))))
}

async fn add_attribute(
    State(app): State<App>,
    console: Console,
    Path(urn): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let found = async { Ok((schema(&app, &console, &urn).await?, form::definition(&fields, None)?)) };
    let (it, to) = match found.await {
        Ok(found) => found,
        Err(cause) => return console.refuse(cause),
    };
    let change = SchemaChange::Attribute { of: it.id.clone(), name: None, to };
    let done = scim_schemas::change(&app, &console.actor, console.org(), change).await;
    answer(&console, done, &format!("{}?said=schema-saved", path_of(&it.id)), || {
        new_attribute_page(&console, &it, AttributeForm::typed(console.t, &fields))
    })
}

async fn edit_attribute(
    State(app): State<App>,
    console: Console,
    Path((urn, name)): Path<(String, String)>,
) -> Response {
    let found = attribute(&app, &console, &urn, &name).await;
    console.answer(found.map(|(of, it)| attribute_page(&console, &of, &it, AttributeForm::of(console.t, &it))))
}

async fn save_attribute(
    State(app): State<App>,
    console: Console,
    Path((urn, name)): Path<(String, String)>,
    Signed(fields): Signed,
) -> Response {
    let (of, it) = match attribute(&app, &console, &urn, &name).await {
        Ok(found) => found,
        Err(cause) => return console.refuse(cause),
    };
    let merged = fields.over(&form::attribute_shown(&it));
    let to = match form::definition(&merged.fields, Some(&it)) {
        Ok(to) => to,
        Err(cause) => return console.refuse(cause),
    };
    let filled = AttributeForm::of(console.t, &to);
    let again = || attribute_page(&console, &of, &it, filled);
    if !merged.clashes.is_empty() {
        let problem = form::clash(console.t, &merged.clashes);
        return again_with(&console, &Error::Stale, problem, again());
    }
    let change = SchemaChange::Attribute { of: of.id.clone(), name: Some(it.name.clone()), to };
    let done = scim_schemas::change(&app, &console.actor, console.org(), change).await;
    answer(&console, done, &format!("{}?said=schema-saved", path_of(&of.id)), again)
}

async fn ask_retire(State(app): State<App>, console: Console, Path(urn): Path<String>) -> Response {
    let found = schema(&app, &console, &urn).await;
    console.answer(found.map(|it| AskPage {
        title: console.t.name("schema-ask-retire", &it.name),
        text: console.t.say("schema-ask-retire-text"),
        action: format!("{}/retire", path_of(&it.id)),
        button: console.t.say("schema-retire"),
        is_grave: true,
        ..AskPage::of(&console, path_of(&it.id))
    }))
}

async fn retire(State(app): State<App>, console: Console, Path(urn): Path<String>, Signed(_): Signed) -> Response {
    let done = scim_schemas::change(&app, &console.actor, console.org(), SchemaChange::Retire { id: urn }).await;
    match done {
        Ok(_) => Redirect::to(&format!("{PATH}?said=schema-retired")).into_response(),
        Err(cause) => console.refuse(cause.into()),
    }
}

async fn ask_retire_attribute(
    State(app): State<App>,
    console: Console,
    Path((urn, name)): Path<(String, String)>,
) -> Response {
    let found = attribute(&app, &console, &urn, &name).await;
    console.answer(found.map(|(of, it)| retire_question(&console, &of, &it)))
}

fn retire_question<'a>(console: &'a Console, of: &Extension, it: &Definition) -> AskPage<'a> {
    let is_last = of.attributes.len() == 1;
    AskPage {
        title: console.t.name("schema-ask-retire", &it.name),
        text: console.t.say("schema-ask-retire-attribute-text"),
        action: format!("{}/retire", row(console.t, of, it).path),
        button: console.t.say("schema-retire"),
        is_grave: true,
        why_not: is_last.then(|| console.t.say("schema-last-attribute")),
        ..AskPage::of(console, path_of(&of.id))
    }
}

async fn retire_attribute(
    State(app): State<App>,
    console: Console,
    Path((urn, name)): Path<(String, String)>,
    Signed(_): Signed,
) -> Response {
    let (of, it) = match attribute(&app, &console, &urn, &name).await {
        Ok(found) => found,
        Err(cause) => return console.refuse(cause),
    };
    let change = SchemaChange::RetireAttribute { of: of.id.clone(), name };
    match scim_schemas::change(&app, &console.actor, console.org(), change).await {
        Ok(_) => Redirect::to(&format!("{}?said=schema-saved", path_of(&of.id))).into_response(),
        Err(Refused::Misfit(why)) => {
            let cause = Error::malformed(why.at, why.why.to_string());
            console.again(&cause, Ok(retire_question(&console, &of, &it)))
        }
        Err(Refused::Other(cause)) => console.refuse(cause),
    }
}
