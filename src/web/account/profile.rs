//! The own name and role.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::visit::{Visit, back};
use crate::app::App;
use crate::app::profile::{self, ProfileChange};
use crate::app::{language, own_email};
use crate::domain::Error;
use crate::domain::complaint::Complaint;
use crate::domain::user::User;
use crate::web::context::texts;
use crate::web::error::PageError;
use crate::web::form::Signed;
use crate::web::page::{AccountTab, LanguageChoice, Page, Problem, ProfilePage, RoleSource};
use crate::web::texts::Language;
use crate::web::words::{complaint, source};

const PATH: &str = "/account";

pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    page(&app, &visit, None, None).await
}

pub(super) async fn rename(
    State(app): State<App>,
    visit: Visit,
    Signed(fields): Signed,
) -> Result<Response, PageError> {
    let name = fields.require("display_name")?;
    let person = &visit.caller.person;
    let wanted = ProfileChange { display_name: Some(name.to_owned()), ..ProfileChange::default() };
    match profile::change(&app, &person.actor(Some(&visit.caller.session)), person, wanted).await {
        Ok(_) => Ok(back(PATH, "name")),
        Err(Error::Invalid { .. }) => {
            let text = complaint(texts(), &Complaint::BadName);
            let problem = Problem { field: "display_name", text: &text };
            let page = page(&app, &visit, Some(name), Some(problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Chooses the language of pages and letters; what names none leaves it to the browser.
pub(super) async fn speak(State(app): State<App>, visit: Visit, Signed(fields): Signed) -> Result<Response, PageError> {
    let person = &visit.caller.person;
    let language = fields.require("language")?;
    let wanted = ProfileChange { language: Some(Language::of_tag(language)), ..ProfileChange::default() };
    profile::change(&app, &person.actor(Some(&visit.caller.session)), person, wanted).await?;
    Ok(back(PATH, "language"))
}

async fn page(
    app: &App,
    visit: &Visit,
    typed: Option<&str>,
    problem: Option<Problem<'_>>,
) -> Result<Response, PageError> {
    let person = &visit.caller.person;
    let profile = profile::of(app, person).await?;
    let shown = profile.sources.iter().map(|(role, from)| RoleSource { role, from: source(texts(), from) });
    let sources: Vec<RoleSource<'_>> = shown.collect();
    let user = &person.user;
    let shown = ProfilePage {
        t: texts(),
        form: visit.form(PATH, problem),
        frame: visit.frame(AccountTab::Profile),
        display_name: &user.display_name,
        typed_name: user.managed_by.is_none().then_some(typed.unwrap_or(&user.display_name)),
        organisation: &profile.organisation,
        email: user.email.as_deref(),
        changes_email: own_email::obstacle(user).is_none(),
        languages: user.managed_by.is_none().then(|| languages(user)),
        role: profile.role.as_deref(),
        sources: &sources,
    };
    Ok(Page(shown).into_response())
}

/// Every language in its own words.
fn languages(user: &User) -> Vec<LanguageChoice> {
    let chosen = language::chosen(user);
    let choices = Language::ALL.into_iter();
    choices.map(|it| LanguageChoice { tag: it.tag(), name: it.name(), is_chosen: chosen == Some(it) }).collect()
}
