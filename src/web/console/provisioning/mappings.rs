//! What connections turn into what: attributes into fields, words and groups into roles, and what leads to nothing.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{Place, connection_id, kind, path as connection_path, places, role_label, schemas};
use crate::app::App;
use crate::app::connections::{
    self, MAPPED_GROUPS_SHOWN, Mapped, Mappings, PEOPLE_LOOKED_AT, RoleMapping, Unmatched, WORDS_SHOWN,
};
use crate::app::groups::{Entry, NAME_MAX, READ as READ_GROUPS};
use crate::domain::connection::{Connection, Field, Keeper, Mapping, UnknownMembers};
use crate::domain::id::ConnectionId;
use crate::domain::role::RoleKey;
use crate::domain::text::on_one_line;
use crate::domain::{Denial, Error, Flaw, Timestamp};
use crate::web::console::groups;
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::console::users::{Badge, Link, Mark, user_path};
use crate::web::console::{Console, roles, words};
use crate::web::form::{Fields, Signed};
use crate::web::texts::{Part, Texts};

/// Where the connections are with what they turn into what.
pub(super) const PATH: &str = "/console/provisioning/mappings";

#[derive(Template)]
#[template(path = "console/provisioning/mappings.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    places: Vec<Link>,
    may_see_schemas: bool,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    path: String,
    kind: String,
    default_role: Option<String>,
    max_role: Option<String>,
}

#[derive(Template)]
#[template(path = "console/provisioning/mapping.html")]
struct MappingPage<'a> {
    shell: &'a Shell,
    t: Texts,
    places: Vec<Link>,
    problem: Option<String>,
    path: String,
    connection_path: String,
    name: String,
    people: u64,
    makes_users: bool,
    attributes: Vec<Attribute>,
    ways: Vec<String>,
    roles: Vec<RoleRow>,
    governs: bool,
    role_attribute: Option<String>,
    unmatched: Vec<Word>,
    has_more_words: bool,
    may_define: bool,
    mapped: Vec<GroupRow>,
    mapped_total: u64,
    unmapped: Vec<GroupRow>,
    unmapped_total: u64,
    awaited: Vec<Awaited>,
    form: Option<Form>,
}

/// What fills a field.
struct Attribute {
    field: String,
    scim: Vec<String>,
    sign_in: Vec<&'static str>,
    keeper: Badge,
    note: Option<String>,
}

struct RoleRow {
    path: String,
    key: String,
    label: String,
    is_default: bool,
    by_roles: u64,
    by_entitlements: u64,
    by_attribute: u64,
    state: Badge,
}

struct Word {
    word: String,
    display: Option<String>,
    attribute: String,
    people: u64,
    said_at: Option<Timestamp>,
    /// Somebody who has it: the name, and the page.
    example: Option<(String, String)>,
}

struct GroupRow {
    name: String,
    /// The page of the group, for whoever may open it.
    path: Option<String>,
    roles: Vec<String>,
    projects: Vec<String>,
    members: String,
}

/// A group that gives a role once it is pushed.
struct Awaited {
    group: String,
    key: String,
    role: String,
    /// What taking it away is called, for whoever may.
    withdraw: Option<String>,
}

/// For letting a group give a role.
struct Form {
    group: String,
    is_wrong: bool,
    roles: Vec<Choice>,
}

pub(super) async fn list(State(app): State<App>, console: Console) -> Response {
    console.answer(list_page(&app, &console).await)
}

async fn list_page<'a>(app: &App, console: &'a Console) -> Result<ListPage<'a>, Error> {
    let (t, all) = (console.t, connections::list(app, &console.actor, console.org()).await?);
    let label = |key: Option<String>| key.map(|key| role_label(&console.model, &key));
    let row = |it: Connection| Row {
        path: path_of(&connection_path(it.id)),
        kind: kind(t, it.kind),
        name: it.name,
        default_role: label(it.settings.default_role),
        max_role: label(it.settings.max_role),
    };
    let rows = all.into_iter().map(row).collect();
    Ok(ListPage {
        shell: &console.shell,
        t,
        places: places(t, Some(Place::Mappings)),
        may_see_schemas: schemas::may_manage(console),
        rows,
    })
}

fn path_of(connection: &str) -> String {
    format!("{connection}/mappings")
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async { page(&app, &console, connection_id(&id)?, None).await };
    console.answer(page.await)
}

/// Lets a group give a role, now or once it is pushed.
pub(super) async fn map_group(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let group = fields.get("group").unwrap_or_default().trim();
    let id = match connection_id(&id) {
        Ok(id) => id,
        Err(cause) => return console.refuse(cause),
    };
    let done = async {
        let role: RoleKey =
            fields.get("role").unwrap_or_default().parse().map_err(|_| Error::invalid("role", Flaw::ChooseRole))?;
        connections::map_group(&app, &console.actor, id, group, &role).await
    };
    let said = match done.await {
        Ok(Mapped::Now) => "group-mapped",
        Ok(Mapped::WhenPushed) => "group-awaited",
        Err(cause @ Error::Denied(Denial::ProofIsOld)) => return console.refuse(cause),
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_) | Error::Denied(_) | Error::Invalid { .. })) => {
            let page = page(&app, &console, id, Some((&fields, &cause))).await;
            return console.again(&cause, page);
        }
        Err(cause) => return console.refuse(cause),
    };
    Redirect::to(&format!("{}?said={said}", path_of(&connection_path(id)))).into_response()
}

/// Lets a group that was not pushed yet give a role no longer once it is.
pub(super) async fn withdraw(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let done = async {
        let id = connection_id(&id)?;
        let role: RoleKey =
            fields.get("role").unwrap_or_default().parse().map_err(|_| Error::NotFound("role of this group"))?;
        connections::unmap_group(&app, &console.actor, id, fields.get("group").unwrap_or_default(), &role).await?;
        Ok(format!("{}?said=group-unmapped", path_of(&connection_path(id))))
    };
    match done.await {
        Ok(next) => Redirect::to(&next).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

/// The page: as it is, or once more with what was typed and why that cannot be.
async fn page<'a>(
    app: &App,
    console: &'a Console,
    id: ConnectionId,
    last: Option<(&Fields, &Error)>,
) -> Result<MappingPage<'a>, Error> {
    let (t, it) = (console.t, connections::mappings(app, &console.actor, id).await?);
    let path = connection_path(it.connection.id);
    let form = form(console, &it.connection, last)?;
    let group = |of: &Entry| group_row(console, of);
    Ok(MappingPage {
        shell: &console.shell,
        t,
        places: places(t, Some(Place::Mappings)),
        problem: last.map(|(_, cause)| words::problem(t, cause).1),
        path: path_of(&path),
        connection_path: path,
        people: it.people.min(PEOPLE_LOOKED_AT),
        makes_users: it.attributes.iter().any(|it| !it.sign_in.is_empty()),
        attributes: it.attributes.iter().map(|of| attribute(t, of, &it.connection)).collect(),
        ways: ways(console, &it),
        roles: it.roles.iter().map(|it| role_row(t, it)).collect(),
        governs: it.connection.governs(),
        role_attribute: it.connection.settings.role_attribute.clone(),
        has_more_words: it.has_more_words,
        may_define: roles::may_define(console),
        mapped: it.mapped.iter().map(group).collect(),
        mapped_total: it.mapped_total,
        unmapped: it.unmapped.iter().map(group).collect(),
        unmapped_total: it.unmapped_total,
        awaited: it.awaited.iter().map(|(group, role)| awaited(console, &it.connection, group, role)).collect(),
        unmatched: it.unmatched.into_iter().map(word).collect(),
        name: it.connection.name,
        form,
    })
}

fn awaited(console: &Console, of: &Connection, group: &str, key: &RoleKey) -> Awaited {
    let role = role_label(&console.model, key.as_str());
    let may = connections::may_unmap(&console.actor, &console.model, of, key);
    let parts = [("role", Part::Name(&role)), ("name", Part::Name(group))];
    let withdraw = may.then(|| console.t.with("mapping-withdraw", &parts));
    Awaited { group: group.to_owned(), key: key.to_string(), role, withdraw }
}

/// Nothing for somebody who may give no role by a group of it.
fn form(console: &Console, of: &Connection, last: Option<(&Fields, &Error)>) -> Result<Option<Form>, Error> {
    let all = connections::mappable(&console.actor, &console.model, of)?;
    let typed = |name: &str| last.and_then(|(fields, _)| fields.get(name)).unwrap_or_default().to_owned();
    let chosen = typed("role");
    let choice = |it: &&crate::domain::role::Role| Choice {
        value: it.key.to_string(),
        label: it.label.clone(),
        is_chosen: it.key.as_str() == chosen,
    };
    let form = Form { group: typed("group"), is_wrong: last.is_some(), roles: all.iter().map(choice).collect() };
    Ok(Some(form).filter(|it| !it.roles.is_empty()))
}

fn attribute(t: Texts, it: &Mapping, of: &Connection) -> Attribute {
    let (field, note) = match it.field {
        Field::UserName => ("column-user-name", None),
        Field::DisplayName => ("column-name", None),
        Field::Email => ("column-email", (!it.sign_in.is_empty()).then_some("mapping-note-email")),
        Field::ExternalId => ("mapping-external-id", external_id_note(of)),
        Field::Active => ("mapping-active", of.settings.breaker().is_on.then_some("mapping-note-active")),
        Field::Password if it.scim.is_empty() => ("password", Some("mapping-note-no-password")),
        Field::Password => ("password", None),
        Field::Language => ("language", Some("mapping-note-language")),
        Field::Role => ("column-role", Some("mapping-note-role")),
        Field::Groups => ("groups", Some(members_note(of))),
        Field::Others => ("mapping-others", Some("mapping-note-others")),
    };
    Attribute {
        field: t.say(field),
        scim: it.scim.clone(),
        sign_in: it.sign_in.to_vec(),
        keeper: keeper(t, it.keeper),
        note: note.map(|key| t.say(key)),
    }
}

fn external_id_note(of: &Connection) -> Option<&'static str> {
    let is_by_email = of.settings.link_by_email;
    of.settings.sign_in().map(|_| if is_by_email { "mapping-note-id-or-email" } else { "mapping-note-id" })
}

const fn members_note(of: &Connection) -> &'static str {
    match of.settings.unknown_members {
        UnknownMembers::Hold => "mapping-note-hold",
        UnknownMembers::Ignore => "mapping-note-ignore",
        UnknownMembers::Reject => "mapping-note-reject",
    }
}

fn keeper(t: Texts, it: Keeper) -> Badge {
    let (mark, key) = match it {
        Keeper::Provider => (Mark::Elsewhere, "mapping-kept-provider"),
        Keeper::Both => (Mark::Good, "mapping-kept-both"),
        Keeper::Nobody => (Mark::Off, "mapping-kept-nobody"),
    };
    Badge { mark, label: t.say(key) }
}

/// How people of the connection come to a role, and what bounds it.
fn ways(console: &Console, of: &Mappings) -> Vec<String> {
    let (t, settings) = (console.t, &of.connection.settings);
    let named = |key: &str, role: &str| t.name(key, &role_label(&console.model, role));
    let by_entitlements =
        if of.connection.governs() { "mapping-way-entitlements" } else { "mapping-way-no-entitlements" };
    let by_attribute = settings.role_attribute.as_deref().map(|name| t.name("mapping-way-attribute", name));
    let bounds = [
        match &settings.default_role {
            Some(role) => named("mapping-way-default", role),
            None => t.say("mapping-way-no-default"),
        },
        match (&settings.max_role, settings.protected_roles) {
            (Some(role), _) => named("mapping-ceiling", role),
            (None, false) => t.say("mapping-no-ceiling"),
            (None, true) => t.say("mapping-no-ceiling-at-all"),
        },
    ];
    let said = [t.say("mapping-way-roles")].into_iter().chain(by_attribute).chain([t.say(by_entitlements)]);
    let others = ["mapping-way-groups", "mapping-way-hand", "mapping-way-sign-in"].map(|key| t.say(key));
    said.chain(others).chain(bounds).collect()
}

fn role_row(t: Texts, it: &RoleMapping) -> RoleRow {
    let (mark, label) = match it.is_within {
        true => (Mark::Good, "mapping-within"),
        false => (Mark::Warning, "mapping-above"),
    };
    RoleRow {
        path: format!("/console/roles/{}", it.key),
        key: it.key.to_string(),
        label: it.label.clone(),
        is_default: it.is_default,
        by_roles: it.by_roles,
        by_entitlements: it.by_entitlements,
        by_attribute: it.by_attribute,
        state: Badge { mark, label: t.say(label) },
    }
}

fn word(it: Unmatched) -> Word {
    Word {
        word: on_one_line(&it.word).into_owned(),
        display: it.display.map(|text| on_one_line(&text).into_owned()),
        attribute: it.attribute,
        people: it.people,
        said_at: it.said_at,
        example: it.example.map(|(id, name)| (name, user_path(id))),
    }
}

fn group_row(console: &Console, it: &Entry) -> GroupRow {
    let may_open = console.actor.may(&console.model, READ_GROUPS).is_ok();
    GroupRow {
        name: it.group.display_name.clone(),
        path: may_open.then(|| groups::path_of(it.group.id)),
        roles: it.roles.iter().map(|key| role_label(&console.model, key.as_str())).collect(),
        projects: it.projects.iter().map(|it| it.1.clone()).collect(),
        members: groups::size(console.t, it.size),
    }
}
