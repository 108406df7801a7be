//! The own tokens for the API.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::visit::{Visit, back};
use crate::app::App;
use crate::app::personal_tokens::{self, LIFETIME_MAX, NewToken, PersonalToken, Scope};
use crate::domain::{Denial, Error, Flaw};
use crate::web::context::texts;
use crate::web::error::PageError;
use crate::web::form::{Fields, Signed};
use crate::web::page::{AccountTab, ConfirmPage, NewTokenPage, Page, Problem, TokenMadePage, TokenRow, TokensPage};
use crate::web::words::scopes;

const PATH: &str = "/account/tokens";
const NEW: &str = "/account/tokens/new";

pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let person = &visit.caller.person;
    let may_create = personal_tokens::may_create(&app, person).await?;
    let tokens = personal_tokens::list(&app, person).await?;
    if tokens.is_empty() && !may_create {
        return Err(not_allowed().into());
    }
    let shown: Vec<(String, &PersonalToken)> = tokens.iter().map(|token| (ending_of(token), token)).collect();
    let rows: Vec<TokenRow<'_>> = shown.iter().map(|(end_url, token)| row(end_url, token)).collect();
    let page = TokensPage {
        t: texts(),
        form: visit.form(PATH, None),
        frame: visit.frame(AccountTab::Tokens),
        may_create,
        tokens: &rows,
    };
    Ok(Page(page).into_response())
}

pub(super) async fn ask(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    if !personal_tokens::may_create(&app, &visit.caller.person).await? {
        return Err(not_allowed().into());
    }
    Ok(form(&visit, ("", false), None))
}

pub(super) async fn create(
    State(app): State<App>,
    visit: Visit,
    Signed(fields): Signed,
) -> Result<Response, PageError> {
    let (session, person) = (&visit.caller.session, &visit.caller.person);
    let new = read(&fields)?;
    match personal_tokens::create(&app, &person.actor(Some(session)), person, new, visit.caller.whence.clone()).await {
        Ok((token, secret)) => {
            let page = TokenMadePage {
                t: texts(),
                form: visit.form(PATH, None),
                frame: visit.frame(AccountTab::Tokens),
                name: &token.name,
                token: secret.reveal(),
                expires_at: token.expires_at,
            };
            Ok(Page(page).into_response())
        }
        Err(Error::Invalid { field, .. }) => {
            let (field, key) = match field.as_str() {
                "name" => ("name", "token-name-wrong"),
                _ => ("", "token-may-nothing"),
            };
            let text = texts().say(key);
            let typed = (fields.get("name").unwrap_or_default(), fields.get("write").is_some());
            let page = form(&visit, typed, Some(Problem { field, text: &text }));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Asks before a token ends, which cannot be undone.
pub(super) async fn ask_end(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let tokens = personal_tokens::list(&app, &visit.caller.person).await?;
    let token = tokens.iter().find(|it| it.id.to_string() == id).ok_or(Error::NotFound("token"))?;
    let ending = ending_of(token);
    let page = ConfirmPage {
        t: texts(),
        form: visit.form(&ending, None),
        frame: visit.frame(AccountTab::Tokens),
        about: Some(&token.name),
        question: "end-token-question",
        consequence: "end-token-text",
        yes: "end-token-yes",
        why_not: None,
        back: PATH,
    };
    Ok(Page(page).into_response())
}

pub(super) async fn end(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
    Signed(_): Signed,
) -> Result<Response, PageError> {
    // What is not an id names nothing.
    let id = id.parse().map_err(|_| Error::NotFound("token"))?;
    let (session, person) = (&visit.caller.session, &visit.caller.person);
    personal_tokens::revoke(&app, &person.actor(Some(session)), person, id).await?;
    Ok(back(PATH, "token"))
}

fn ending_of(token: &PersonalToken) -> String {
    format!("{PATH}/{}/end", token.id)
}

fn form(visit: &Visit, (name, writes): (&str, bool), problem: Option<Problem<'_>>) -> Response {
    let frame = visit.frame(AccountTab::Tokens);
    Page(NewTokenPage { t: texts(), form: visit.form(NEW, problem), frame, name, writes }).into_response()
}

fn read(fields: &Fields) -> Result<NewToken, Error> {
    let scopes = Scope::ALL.into_iter().filter(|scope| fields.get(scope.word()).is_some()).collect();
    let days: u64 = fields.require("days")?.parse().map_err(|_| Error::invalid("days", Flaw::NotANumber))?;
    let lifetime = Duration::from_hours(days.min(LIFETIME_MAX.as_secs()).saturating_mul(24));
    Ok(NewToken { name: fields.require("name")?.to_owned(), scopes, lifetime })
}

fn row<'a>(end_url: &'a str, token: &'a PersonalToken) -> TokenRow<'a> {
    let PersonalToken { name, hint, last_used_at, expires_at, .. } = token;
    let scopes = scopes(texts(), &token.scopes);
    TokenRow { end_url, name, hint, scopes, last_used_at: *last_used_at, expires_at: *expires_at }
}

fn not_allowed() -> Error {
    Error::denied(Denial::PersonalTokens)
}
