//! The clients of a connection: making one, whose secret is shown once, and ending one.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Value;

use super::{AskPage, connection_id, path, words};
use crate::app::App;
use crate::app::client_proof::JWKS_BYTES_MAX;
use crate::app::connections::{self, CLIENT_NAME_MAX, NewClient};
use crate::domain::connection::{Connection, ConnectionClient};
use crate::domain::id::ClientId;
use crate::domain::{Error, Flaw};
use crate::oidc::discovery::TOKEN;
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::console::users::OncePage;
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};

#[derive(Template)]
#[template(path = "console/provisioning/new_client.html")]
struct NewClientPage<'a> {
    shell: &'a Shell,
    t: Texts,
    connection: String,
    back: String,
    /// Where the client gets its tokens, and what it names as the audience of an assertion.
    endpoint: String,
    issuer: String,
    name: String,
    jwks: String,
    /// The field that the problem is about, and what is wrong.
    problem: Option<(String, String)>,
}

impl NewClientPage<'_> {
    /// True for the field that the problem is about.
    fn is_wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|(wrong, _)| wrong == field)
    }
}

pub(super) async fn ask_new(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(new_page(&app, &console, &id, &Fields::default(), None).await)
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
        let name = fields.get("name").unwrap_or_default().trim().to_owned();
        let jwks = keys(&fields)?;
        let made = connections::add_client(&app, &console.actor, id, (name, jwks.as_ref())).await?;
        Ok((it, made))
    };
    match made.await {
        Ok((it, NewClient { client, secret: Some(secret) })) => {
            Page(once(&app, &console, (&it, &client), secret.reveal().clone())).into_response()
        }
        Ok((it, NewClient { secret: None, .. })) => {
            Redirect::to(&format!("{}?said=client-made", path(it.id))).into_response()
        }
        Err(cause @ Error::Invalid { .. }) => {
            console.again(&cause, new_page(&app, &console, &id, &fields, Some(&cause)).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

/// The key set that was pasted; an empty field asks for a secret.
fn keys(fields: &Fields) -> Result<Option<Value>, Error> {
    match fields.get("jwks").map(str::trim).filter(|it| !it.is_empty()) {
        Some(text) => serde_json::from_str(text).map(Some).map_err(|_| Error::invalid("jwks", Flaw::Keys)),
        None => Ok(None),
    }
}

async fn new_page<'a>(
    app: &App,
    console: &'a Console,
    id: &str,
    fields: &Fields,
    cause: Option<&Error>,
) -> Result<NewClientPage<'a>, Error> {
    let (it, _) = connections::get(app, &console.actor, connection_id(id)?).await?;
    connections::reaches(&console.actor, &console.model, &it)?;
    let field =
        |cause: &Error| if let Error::Invalid { field, .. } = cause { field.to_string() } else { String::new() };
    Ok(NewClientPage {
        shell: &console.shell,
        t: console.t,
        back: path(it.id),
        connection: it.name,
        endpoint: app.config.url(TOKEN),
        issuer: app.config.public_url.clone(),
        name: fields.get("name").unwrap_or_default().to_owned(),
        jwks: fields.get("jwks").unwrap_or_default().to_owned(),
        problem: cause.map(|cause| (field(cause), words::problem(console.t, cause).1)),
    })
}

/// A client that was just made; its secret is never shown again.
fn once<'a>(
    app: &App,
    console: &'a Console,
    (it, client): (&Connection, &ConnectionClient),
    secret: String,
) -> OncePage<'a> {
    let (t, id, endpoint) = (console.t, client.id.to_string(), app.config.url(TOKEN));
    OncePage {
        shell: &console.shell,
        t,
        title: t.name("once-client-title", &client.name),
        text: t.with("once-client-text", &[("name", Part::Name(&id)), ("account", Part::Name(&endpoint))]),
        secret,
        back: path(it.id),
    }
}

pub(super) async fn ask_end(
    State(app): State<App>,
    console: Console,
    Path((id, client)): Path<(String, String)>,
) -> Response {
    let found = found(&app, &console, (&id, &client)).await;
    console.answer(found.map(|(it, client)| question(&console, &it, &client)))
}

pub(super) async fn end(
    State(app): State<App>,
    console: Console,
    Path((id, client)): Path<(String, String)>,
    Signed(_): Signed,
) -> Response {
    let done = async {
        let (it, client) = found(&app, &console, (&id, &client)).await?;
        connections::revoke_client(&app, &console.actor, it.id, client.id).await?;
        Ok(it.id)
    };
    match done.await {
        Ok(id) => Redirect::to(&format!("{}?said=client-ended", path(id))).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn found(
    app: &App,
    console: &Console,
    (id, client): (&str, &str),
) -> Result<(Connection, ConnectionClient), Error> {
    let sheet = connections::sheet(app, &console.actor, connection_id(id)?).await?;
    let missing = || Error::NotFound("client");
    let client: ClientId = client.parse().map_err(|_| missing())?;
    let client = sheet.clients.into_iter().find(|it| it.id == client).ok_or_else(missing)?;
    Ok((sheet.connection, client))
}

fn question<'a>(console: &'a Console, it: &Connection, client: &ConnectionClient) -> AskPage<'a> {
    let t = console.t;
    let parts = [("name", Part::Name(&client.name)), ("account", Part::Name(&it.name))];
    AskPage {
        title: t.with("ask-end-client", &parts),
        text: t.with("ask-end-client-text", &parts),
        action: format!("{}/clients/{}/end", path(it.id), client.id),
        button: t.say("do-end-client"),
        is_grave: true,
        ..AskPage::of(console, path(it.id))
    }
}
