//! The organisation itself: what it is called, and the language of whoever wishes for none.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::Console;
use super::shell::Shell;
use super::words;
use crate::app::App;
use crate::app::organisations::{self, Organisation, OrganisationChange};
use crate::domain::Error;
use crate::web::form::{Fields, Signed};
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Language, Texts};

/// The address of the page.
pub(super) const PATH: &str = "/console/organisation";

/// The routes of the organisation.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Access::Session, show).post(PATH, Access::Session, save)
}

#[derive(Template)]
#[template(path = "console/organisation.html")]
struct OrganisationPage<'a> {
    shell: &'a Shell,
    t: Texts,
    problem: Option<String>,
    organisation: Organisation,
    /// The language of the instance, in its own words.
    usual: &'static str,
    languages: Vec<Choice>,
}

struct Choice {
    language: Language,
    is_chosen: bool,
}

async fn show(State(app): State<App>, console: Console) -> Response {
    let organisation = organisations::show(&app, &console.actor, console.org()).await;
    console.answer(organisation.map(|organisation| page(&app, &console, organisation, None)))
}

async fn save(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let wanted = wanted(&fields);
    match organisations::change(&app, &console.actor, console.org(), wanted.clone()).await {
        Ok(_) => Redirect::to(&format!("{PATH}?said=organisation")).into_response(),
        Err(cause @ Error::Invalid { .. }) => {
            let organisation = organisations::show(&app, &console.actor, console.org()).await;
            let again = organisation.map(|was| {
                let name = wanted.name.unwrap_or_default();
                let language = wanted.language.flatten().map(|it| it.tag().to_owned());
                page(&app, &console, Organisation { name, language, ..was }, Some(&cause))
            });
            console.again(&cause, again)
        }
        Err(cause) => console.refuse(cause),
    }
}

fn wanted(fields: &Fields) -> OrganisationChange {
    let language = fields.get("language").map(Language::of_tag);
    OrganisationChange { name: Some(fields.get("name").unwrap_or_default().to_owned()), language }
}

fn page<'a>(
    app: &App,
    console: &'a Console,
    organisation: Organisation,
    cause: Option<&Error>,
) -> OrganisationPage<'a> {
    let chosen = organisation.language.as_deref().and_then(Language::of_tag);
    let choices = Language::ALL.map(|language| Choice { language, is_chosen: chosen == Some(language) });
    OrganisationPage {
        shell: &console.shell,
        t: console.t,
        problem: cause.map(|cause| words::problem(console.t, cause).1),
        organisation,
        usual: app.config.language.name(),
        languages: choices.into_iter().collect(),
    }
}
