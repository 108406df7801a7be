//! The tokens of a connection: making one, which is shown once, and ending one.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{AskPage, connection_id, path, words};
use crate::app::App;
use crate::app::connections::{self, NewToken, TOKEN_DAYS};
use crate::domain::connection::{Connection, ConnectionToken, Scope, Scopes};
use crate::domain::id::TokenId;
use crate::domain::{Error, Flaw};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::OncePage;
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};

/// So many days a token can be made for in the console.
pub(super) const DAYS: [u32; 4] = [90, 180, TOKEN_DAYS, 730];

#[derive(Template)]
#[template(path = "console/provisioning/new_token.html")]
struct NewTokenPage<'a> {
    shell: &'a Shell,
    t: Texts,
    connection: String,
    back: String,
    days: Vec<(u32, bool)>,
    scopes: Vec<Ticked>,
    attributes: String,
    problem: Option<String>,
}

/// A scope that can be ticked.
struct Ticked {
    word: &'static str,
    label: String,
    is_ticked: bool,
}

pub(super) async fn ask_new(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(page(&app, &console, &id, None).await)
}

/// The form of a new token: as it is at first, or with what was typed and why that cannot be.
async fn page<'a>(
    app: &App,
    console: &'a Console,
    id: &str,
    last: Option<(&Fields, String)>,
) -> Result<NewTokenPage<'a>, Error> {
    let (t, (it, _)) = (console.t, connections::get(app, &console.actor, connection_id(id)?).await?);
    connections::reaches(&console.actor, &console.model, &it)?;
    let chosen = last.as_ref().and_then(|(fields, _)| fields.get("days")?.parse().ok()).unwrap_or(TOKEN_DAYS);
    let ticked = |scope: Scope| Ticked {
        word: scope.word(),
        label: t.say(label(scope)),
        is_ticked: last.as_ref().is_none_or(|(fields, _)| fields.get(scope.word()).is_some()),
    };
    Ok(NewTokenPage {
        shell: &console.shell,
        t,
        back: path(it.id),
        connection: it.name,
        days: DAYS.map(|days| (days, days == chosen)).into(),
        scopes: Scope::ALL.map(ticked).into(),
        attributes: last.as_ref().and_then(|(fields, _)| fields.get("named")).unwrap_or_default().to_owned(),
        problem: last.map(|(_, problem)| problem),
    })
}

const fn label(scope: Scope) -> &'static str {
    match scope {
        Scope::ReadUsers => "scim-scope-read-users",
        Scope::WriteUsers => "scim-scope-write-users",
        Scope::ReadGroups => "scim-scope-read-groups",
        Scope::WriteGroups => "scim-scope-write-groups",
        Scope::ReadRoles => "scim-scope-read-roles",
    }
}

/// What is ticked; everything is whatever the connection may do, also what there will be later.
fn scopes(fields: &Fields) -> Result<Scopes, Error> {
    let ticked: Vec<Scope> = Scope::ALL.into_iter().filter(|it| fields.get(it.word()).is_some()).collect();
    if ticked.len() == Scope::ALL.len() {
        return Ok(Scopes::Everything);
    }
    Scopes::only(ticked).ok_or(Error::invalid("scopes", Flaw::ScimScopes))
}

/// The attributes that are written, one on each line or with commas between; every one where nothing is.
fn attributes(fields: &Fields) -> Option<Vec<String>> {
    let written = fields.get("named").unwrap_or_default().split(|it: char| it.is_whitespace() || it == ',');
    let names: Vec<String> = written.filter(|it| !it.is_empty()).map(str::to_owned).collect();
    (!names.is_empty()).then_some(names)
}

pub(super) async fn create(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let made = async {
        let id = connection_id(&id)?;
        let (it, _) = connections::get(&app, &console.actor, id).await?;
        let (lifetime, scopes, named) = (lifetime(&fields)?, scopes(&fields)?, attributes(&fields));
        let may = (scopes, named.as_deref());
        let token = connections::add_token(&app, &console.actor, id, lifetime, may).await?;
        Ok((it, token))
    };
    match made.await {
        Ok((it, token)) => Page(once(&console, &it, &token)).into_response(),
        Err(cause @ Error::Invalid { .. }) => {
            let problem = words::problem(console.t, &cause).1;
            console.again(&cause, page(&app, &console, &id, Some((&fields, problem))).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

/// How long the token works that a form asks for.
pub(super) fn lifetime(fields: &Fields) -> Result<std::time::Duration, Error> {
    connections::token_lifetime(fields.get("days").and_then(|it| it.parse().ok()).unwrap_or(0))
}

/// A token that was just made; it is never shown again.
pub(super) fn once<'a>(console: &'a Console, it: &Connection, new: &NewToken) -> OncePage<'a> {
    let t = console.t;
    let until = t.moment(&new.token.expires_at);
    OncePage {
        shell: &console.shell,
        t,
        title: t.name("once-connection-title", &it.name),
        text: t.with("once-connection-text", &[("until", Part::Words(&until))]),
        secret: new.secret.reveal().clone(),
        back: path(it.id),
    }
}

pub(super) async fn ask_end(
    State(app): State<App>,
    console: Console,
    Path((id, token)): Path<(String, String)>,
) -> Response {
    let found = found(&app, &console, (&id, &token)).await;
    console.answer(found.map(|(it, token)| question(&console, &it, &token)))
}

pub(super) async fn end(
    State(app): State<App>,
    console: Console,
    Path((id, token)): Path<(String, String)>,
    Signed(_): Signed,
) -> Response {
    let done = async {
        let (it, token) = found(&app, &console, (&id, &token)).await?;
        connections::revoke_token(&app, &console.actor, it.id, token.id).await?;
        Ok(it.id)
    };
    match done.await {
        Ok(id) => Redirect::to(&format!("{}?said=token-ended", path(id))).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn found(
    app: &App,
    console: &Console,
    (id, token): (&str, &str),
) -> Result<(Connection, ConnectionToken), Error> {
    let (it, tokens) = connections::get(app, &console.actor, connection_id(id)?).await?;
    let missing = || Error::NotFound("token");
    let token: TokenId = token.parse().map_err(|_| missing())?;
    let token = tokens.into_iter().find(|it| it.id == token).ok_or_else(missing)?;
    Ok((it, token))
}

fn question<'a>(console: &'a Console, it: &Connection, token: &ConnectionToken) -> AskPage<'a> {
    let (t, hint) = (console.t, format!("{}…", token.hint));
    let parts = [("name", Part::Name(&hint)), ("account", Part::Name(&it.name))];
    AskPage {
        title: t.with("ask-end-token", &parts),
        text: t.with("ask-end-connection-token-text", &parts),
        action: format!("{}/tokens/{}/end", path(it.id), token.id),
        button: t.say("do-end-token"),
        is_grave: true,
        ..AskPage::of(console, path(it.id))
    }
}
