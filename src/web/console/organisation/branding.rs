//! How the organisation looks: its colour, its logo, and where its people find help.
//!
//! **Invariant:** what is previewed is what would be shown: the same rule makes the shades of both.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Query;
use serde::Deserialize;
use url::form_urlencoded;

use super::Tab;
use crate::app::App;
use crate::app::branding::{self, Brand, BrandChange, Colour, Nameplate, Picture, Support};
use crate::domain::{Error, Flaw};
use crate::web::brand::{Look, ShownLogo, css};
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::error::PageError;
use crate::web::form::multipart::Sent;
use crate::web::form::shown::Clash;
use crate::web::form::{Fields, SignedFile};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// The address of the page.
pub(in crate::web::console) const PATH: &str = "/console/organisation/branding";
const PREVIEW: &str = "/console/organisation/branding/preview.css";

/// The field of the file.
const UPLOAD: &str = "logo";

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes.get(PATH, Access::Session, show).post(PATH, Access::Session, save);
    routes.get(PREVIEW, Access::Session, preview)
}

#[derive(Template)]
#[template(path = "console/organisation/branding.html")]
struct BrandingPage<'a> {
    shell: &'a Shell,
    t: Texts,
    tabs: Vec<Tab>,
    problem: Option<String>,
    /// What the form shows of what stands there.
    shown: String,
    accent: String,
    support: String,
    logo: Option<ShownLogo>,
    /// Where the shades of the colour in the form are.
    preview_url: Option<String>,
}

async fn show(State(app): State<App>, console: Console) -> Response {
    let brand = branding::show(&app, &console.actor, console.org()).await;
    console.answer(brand.map(|it| page(&console, it, None, None)))
}

async fn save(State(app): State<App>, console: Console, SignedFile(sent): SignedFile) -> Response {
    let was = match branding::show(&app, &console.actor, console.org()).await {
        Ok(was) => was,
        Err(cause) => return console.refuse(cause),
    };
    let merged = sent.fields.over(&shown(&was));
    let again = |cause: &Error, problem: String| {
        console.again(cause, Ok(page(&console, was.clone(), Some(&merged.fields), Some(problem))))
    };
    if !merged.clashes.is_empty() {
        return again(&Error::Stale, clash(console.t, &merged.clashes));
    }
    let change = match wanted(&merged.fields, &sent) {
        Ok(_) if sent.fields.get("step") == Some("preview") => {
            return console.answer(Ok(page(&console, was.clone(), Some(&merged.fields), None)));
        }
        Ok(change) => change,
        Err(cause) => return again(&cause, words::problem(console.t, &cause).1),
    };
    match branding::change(&app, &console.actor, console.org(), change).await {
        Ok(_) => Redirect::to(&format!("{PATH}?said=branding")).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

#[derive(Deserialize)]
struct Previewed {
    accent: String,
}

/// The shades of a colour that may be chosen.
async fn preview(Query(Previewed { accent }): Query<Previewed>) -> Result<Response, PageError> {
    let colour = Colour::read(&accent).map_err(|flaw| Error::invalid("accent", flaw))?;
    Ok(css(".look-page", colour).into_response())
}

/// What the form asks for; a logo stays where no other one was chosen.
fn wanted(fields: &Fields, sent: &Sent) -> Result<BrandChange, Error> {
    let logo = match &sent.file {
        Some(upload) if upload.field == UPLOAD => {
            Some(Some(Picture::read(upload.bytes.to_vec()).map_err(|flaw| Error::invalid(UPLOAD, flaw))?))
        }
        Some(_) | None => fields.get("remove_logo").map(|_| None),
    };
    let accent = read(fields, "accent", Colour::read)?;
    let support = read(fields, "support", Support::read)?;
    Ok(BrandChange { accent: Some(accent), logo, support: Some(support) })
}

/// A field that may be empty.
fn read<T>(fields: &Fields, name: &str, reader: impl Fn(&str) -> Result<T, Flaw>) -> Result<Option<T>, Error> {
    let typed = fields.get(name).map(str::trim).filter(|it| !it.is_empty());
    typed.map(reader).transpose().map_err(|flaw| Error::invalid(name, flaw))
}

/// The form as it shows the look.
fn shown(it: &Brand) -> Fields {
    let accent = it.accent.map(|it| it.to_string()).unwrap_or_default();
    let support = it.support.as_ref().map(ToString::to_string).unwrap_or_default();
    Fields::shown([("accent", accent), ("support", support)])
}

fn clash(t: Texts, clashes: &[Clash]) -> String {
    words::clash(t, clashes, |it| {
        let label = if it.field == "accent" { "branding-accent" } else { "branding-support" };
        (t.say(label), it.now.clone().unwrap_or_default())
    })
}

fn page<'a>(console: &'a Console, brand: Brand, typed: Option<&Fields>, problem: Option<String>) -> BrandingPage<'a> {
    let shown = shown(&brand);
    let field = |name: &str| typed.unwrap_or(&shown).get(name).unwrap_or_default().to_owned();
    let (accent, support) = (field("accent"), field("support"));
    let preview = |colour: Colour| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("accent", &colour.to_string()).finish();
        format!("{PREVIEW}?{query}")
    };
    let look = Look::from(Nameplate { org: console.org(), name: console.shell.organisation.clone(), brand });
    BrandingPage {
        shell: &console.shell,
        t: console.t,
        tabs: super::tabs(console, PATH),
        problem,
        shown: shown.carried(),
        preview_url: Colour::read(accent.trim()).ok().map(preview),
        accent,
        support,
        logo: look.logo,
    }
}
