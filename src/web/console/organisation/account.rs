//! The organisation itself: what it is called, and the language of whoever wishes for none.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::Tab;
use crate::app::App;
use crate::app::organisations::{self, Organisation, OrganisationChange};
use crate::domain::Error;
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::form::shown::Clash;
use crate::web::form::{Fields, Signed};
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Language, Texts};

/// The address of the page.
pub(super) const PATH: &str = super::BASE;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Access::Session, show).post(PATH, Access::Session, save)
}

#[derive(Template)]
#[template(path = "console/organisation/account.html")]
struct OrganisationPage<'a> {
    shell: &'a Shell,
    t: Texts,
    tabs: Vec<Tab>,
    problem: Option<String>,
    /// What the form shows of what stands there.
    shown: String,
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
    console.answer(organisation.map(|it| page(&app, &console, (&shown(&it), it), None)))
}

async fn save(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let was = match organisations::show(&app, &console.actor, console.org()).await {
        Ok(was) => was,
        Err(cause) => return console.refuse(cause),
    };
    let shown = shown(&was);
    let merged = fields.over(&shown);
    let again = |cause: &Error, problem: String| {
        let name = merged.fields.get("name").unwrap_or_default().to_owned();
        let language = merged.fields.get("language").and_then(Language::of_tag).map(|it| it.tag().to_owned());
        let filled = Organisation { name, language, ..was.clone() };
        console.again(cause, Ok(page(&app, &console, (&shown, filled), Some(problem))))
    };
    if !merged.clashes.is_empty() {
        return again(&Error::Stale, clash(&app, console.t, &merged.clashes));
    }
    match organisations::change(&app, &console.actor, console.org(), wanted(&merged.fields, &shown)).await {
        Ok(_) => Redirect::to(&format!("{PATH}?said=organisation")).into_response(),
        Err(cause @ Error::Invalid { .. }) => again(&cause, words::problem(console.t, &cause).1),
        Err(cause) => console.refuse(cause),
    }
}

/// What the form says that differs from what stands there.
fn wanted(fields: &Fields, shown: &Fields) -> OrganisationChange {
    let changed = |name: &str| fields.get(name).filter(|it| Some(*it) != shown.get(name));
    OrganisationChange { name: changed("name").map(str::to_owned), language: changed("language").map(Language::of_tag) }
}

/// The form as it shows the organisation.
fn shown(it: &Organisation) -> Fields {
    let language = it.language.as_deref().and_then(Language::of_tag).map(Language::tag);
    Fields::shown([("name", it.name.as_str()), ("language", language.unwrap_or_default())])
}

fn clash(app: &App, t: Texts, clashes: &[Clash]) -> String {
    words::clash(t, clashes, |it| {
        let now = it.now.clone().unwrap_or_default();
        if it.field == "name" {
            return (t.say("name"), now);
        }
        let usual = || t.name("language-of-instance", app.config.language.name());
        (t.say("organisation-language"), Language::of_tag(&now).map_or_else(usual, |it| it.name().to_owned()))
    })
}

fn page<'a>(
    app: &App,
    console: &'a Console,
    (shown, organisation): (&Fields, Organisation),
    problem: Option<String>,
) -> OrganisationPage<'a> {
    let chosen = organisation.language.as_deref().and_then(Language::of_tag);
    let choices = Language::ALL.map(|language| Choice { language, is_chosen: chosen == Some(language) });
    OrganisationPage {
        shell: &console.shell,
        t: console.t,
        tabs: super::tabs(console, PATH),
        problem,
        shown: shown.carried(),
        organisation,
        usual: app.config.language.name(),
        languages: choices.into_iter().collect(),
    }
}
