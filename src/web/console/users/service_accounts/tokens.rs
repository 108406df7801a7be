//! The tokens of a service account: making one, which is shown once, and ending one.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::deeds::OncePage;
use super::deeds::DeedPage;
use super::{Problem, account_id, path, why_no_token};
use crate::app::App;
use crate::app::personal_tokens::{LIFETIME_MAX, NewToken, Scope};
use crate::app::service_account_sheet::{self, Sheet};
use crate::app::service_accounts::{self, ServiceToken};
use crate::domain::{Denial, Error};
use crate::web::console::Console;
use crate::web::console::shell::Shell;
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};

const DAY: Duration = Duration::from_hours(24);

#[derive(Template)]
#[template(path = "console/service_accounts/new_token.html")]
struct NewTokenPage<'a> {
    shell: &'a Shell,
    t: Texts,
    account: String,
    back: String,
    /// The reason why none can be made now, in place of the form.
    why_not: Option<String>,
    name: String,
    reads: bool,
    writes: bool,
    problem: Option<Problem>,
}

impl NewTokenPage<'_> {
    /// True for the field that the problem is about.
    fn is_wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.field == field)
    }
}

pub(super) async fn ask(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let sheet = open(&app, &console, &id).await;
    console.answer(sheet.map(|it| page(&console, &it, None)))
}

pub(super) async fn create(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    match make(&app, &console, &id, &fields).await {
        Ok(made) => made,
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            let opened = open(&app, &console, &id).await;
            console.again(&cause, opened.map(|it| page(&console, &it, Some((&fields, &cause)))))
        }
        Err(cause) => console.refuse(cause),
    }
}

/// The account, for somebody who may make tokens for it.
async fn open(app: &App, console: &Console, id: &str) -> Result<Sheet, Error> {
    let sheet = service_account_sheet::show(app, &console.actor, account_id(id)?).await?;
    if !service_account_sheet::may_make_tokens(&console.actor, &console.model, &sheet.account) {
        return Err(Error::denied(Denial::ServiceAccountNotOffered));
    }
    Ok(sheet)
}

async fn make(app: &App, console: &Console, id: &str, fields: &Fields) -> Result<Response, Error> {
    let (id, t) = (account_id(id)?, console.t);
    let (token, secret) = service_accounts::create_token(app, &console.actor, id, read(fields)?).await?;
    let page = OncePage {
        shell: &console.shell,
        t,
        title: t.name("once-token-title", &token.name),
        text: t.with("once-token-text", &[("until", Part::Words(&t.moment(&token.expires_at)))]),
        secret: secret.reveal().clone(),
        back: path(id),
    };
    Ok(Page(page).into_response())
}

fn read(fields: &Fields) -> Result<NewToken, Error> {
    let scopes = Scope::ALL.into_iter().filter(|scope| fields.get(scope.word()).is_some()).collect();
    let days: u32 = fields.get("days").and_then(|it| it.parse().ok()).unwrap_or(0);
    let name = fields.get("name").map(str::trim).unwrap_or_default().to_owned();
    Ok(NewToken { name, scopes, lifetime: DAY.checked_mul(days).unwrap_or(LIFETIME_MAX.saturating_add(DAY)) })
}

fn page<'a>(console: &'a Console, it: &Sheet, last: Option<(&Fields, &Error)>) -> NewTokenPage<'a> {
    let t = console.t;
    let why_not = it.token_obstacle().map(|obstacle| why_no_token(t, obstacle));
    let is_ticked = |name: &str, before: bool| last.map_or(before, |(fields, _)| fields.get(name).is_some());
    NewTokenPage {
        shell: &console.shell,
        t,
        account: it.account.name.clone(),
        back: path(it.account.id),
        name: last.and_then(|(fields, _)| fields.get("name")).unwrap_or_default().to_owned(),
        reads: is_ticked("read", true),
        writes: is_ticked("write", false),
        problem: last.filter(|_| why_not.is_none()).map(|(_, cause)| Problem::of(t, cause)),
        why_not,
    }
}

pub(super) async fn ask_end(
    State(app): State<App>,
    console: Console,
    Path((id, token)): Path<(String, String)>,
) -> Response {
    let asked = open_token(&app, &console, (&id, &token)).await;
    console.answer(asked.map(|(sheet, token)| question(&console, &sheet, &token)))
}

pub(super) async fn end(
    State(app): State<App>,
    console: Console,
    Path((id, token)): Path<(String, String)>,
    Signed(_): Signed,
) -> Response {
    match revoke(&app, &console, (&id, &token)).await {
        Ok(done) => done.into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn open_token(app: &App, console: &Console, (id, token): (&str, &str)) -> Result<(Sheet, ServiceToken), Error> {
    let sheet = service_account_sheet::show(app, &console.actor, account_id(id)?).await?;
    let token = sheet.tokens.iter().find(|it| it.id.to_string() == token).cloned();
    Ok((sheet, token.ok_or(Error::NotFound("token"))?))
}

async fn revoke(app: &App, console: &Console, (id, token): (&str, &str)) -> Result<Redirect, Error> {
    let id = account_id(id)?;
    let token = token.parse().map_err(|_| Error::NotFound("token"))?;
    service_accounts::revoke_token(app, &console.actor, id, token).await?;
    Ok(Redirect::to(&format!("{}?said=token-ended", path(id))))
}

fn question<'a>(console: &'a Console, sheet: &Sheet, token: &ServiceToken) -> DeedPage<'a> {
    let (t, account) = (console.t, &sheet.account);
    let parts = [("name", Part::Name(&token.name)), ("account", Part::Name(&account.name))];
    DeedPage {
        shell: &console.shell,
        t,
        action: format!("{}/tokens/{}/end", path(account.id), token.id),
        back: path(account.id),
        title: t.with("ask-end-token", &parts),
        text: t.with("ask-end-token-text", &parts),
        button: t.say("do-end-token"),
        is_grave: true,
        problem: None,
        roles: Vec::new(),
        details: None,
        owner: None,
        shown: None,
    }
}
