//! Setting an empty instance up in the browser: the organisation first, then its owner.
//!
//! **Invariant:** opening the address changes nothing, however often; only the last form does, once.
//! **Invariant:** nobody is signed in by this: the owner signs in like everybody else, so that every rule of signing in is
//! asked there and nowhere else.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::context::texts;
use super::cookie::Cookie;
use super::error::PageError;
use super::form::{Fields, Signed, csrf_token};
use super::page::{Page, PageForm, PasswordRule, Problem};
use super::routes::{Access, Routes};
use super::texts::Texts;
use super::words::{flaw, rules};
use crate::app::setup::{self, FirstOrganisation, FirstOwner};
use crate::app::signin::{self, Wanted};
use crate::app::{App, role_models};
use crate::domain::role::RoleModel;
use crate::domain::secret::Secret;
use crate::domain::signin::mfa_required;
use crate::domain::{Error, Flaw};

/// What the button sends that leads from the organisation to its owner.
const NEXT: &str = "owner";
/// What the button sends that makes both.
const FINISH: &str = "finish";

/// The routes of the set-up address.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/setup/{token}", Access::Open, show).post("/setup/{token}", Access::Attempt, take)
}

#[derive(Template)]
#[template(path = "setup/organisation.html")]
struct OrganisationPage<'a> {
    t: Texts,
    form: PageForm<'a>,
    name: &'a str,
    slug: &'a str,
    presets: Vec<Preset>,
}

/// A role model to choose.
struct Preset {
    name: &'static str,
    label: String,
    description: String,
    roles: Vec<String>,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "setup/owner.html")]
struct OwnerPage<'a> {
    t: Texts,
    form: PageForm<'a>,
    organisation: &'a FirstOrganisation,
    role: String,
    user_name: &'a str,
    display_name: &'a str,
    email: &'a str,
    rules: Vec<PasswordRule>,
}

#[derive(Template)]
#[template(path = "setup/done.html")]
struct DonePage<'a> {
    t: Texts,
    organisation: &'a str,
    user_name: &'a str,
}

#[derive(Template)]
#[template(path = "setup/gone.html")]
struct GonePage {
    t: Texts,
    is_done: bool,
}

/// Somebody at the address: the path, the browser's cookie, the language.
struct Visit<'a> {
    app: &'a App,
    path: String,
    cookie: String,
    t: Texts,
}

async fn show(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response, PageError> {
    let t = texts();
    match setup::state(&app, &token).await? {
        setup::State::Open => {}
        closed @ (setup::State::Gone | setup::State::Done) => return Ok(gone(t, closed)),
    }
    let path = format!("/setup/{token}");
    if let Some(cookie) = Cookie::Attempt.read(&app, &headers) {
        return Visit { app: &app, path, cookie, t }.organisation(&Fields::default(), None);
    }
    let started = signin::begin(&app, Wanted::Account, None).await?;
    let cookie = started.cookie.reveal().clone();
    let page = Visit { app: &app, path, cookie, t }.organisation(&Fields::default(), None)?;
    Ok((AppendHeaders([Cookie::Attempt.set(&app, &started.cookie)?]), page).into_response())
}

async fn take(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Signed(fields): Signed,
) -> Result<Response, PageError> {
    let t = texts();
    let state = setup::state(&app, &token).await?;
    if state != setup::State::Open {
        return Ok(gone(t, state));
    }
    let cookie = Cookie::Attempt.read(&app, &headers).unwrap_or_default();
    let visit = Visit { app: &app, path: format!("/setup/{token}"), cookie, t };
    let organisation = organisation(&fields);
    let model = match setup::check(&organisation) {
        Ok(model) => model,
        Err(Error::Invalid { field, problem }) => {
            return visit.organisation(&fields, Some((&field, &flaw(t, &problem))));
        }
        Err(other) => return Err(other.into()),
    };
    match fields.get("step") {
        Some(NEXT) => visit.owner(&organisation, &model, &fields, None),
        Some(FINISH) => match finish(&app, &token, &organisation, &fields).await {
            Ok(response) => Ok(response(t)),
            Err(Error::Invalid { field, problem }) => {
                visit.owner(&organisation, &model, &fields, Some((&field, &flaw(t, &problem))))
            }
            Err(Error::NotFound(_)) => Ok(gone(t, setup::state(&app, &token).await?)),
            Err(other) => Err(other.into()),
        },
        Some(_) | None => visit.organisation(&fields, None),
    }
}

async fn finish(
    app: &App,
    token: &str,
    organisation: &FirstOrganisation,
    fields: &Fields,
) -> Result<impl FnOnce(Texts) -> Response, Error> {
    let owner = owner(fields)?;
    let user_name = owner.user_name.clone();
    let made = setup::complete(app, token, organisation, owner).await?;
    Ok(move |t| Page(DonePage { t, organisation: &made.name, user_name: &user_name }).into_response())
}

impl Visit<'_> {
    fn organisation(&self, fields: &Fields, problem: Option<(&str, &str)>) -> Result<Response, PageError> {
        let typed = organisation(fields);
        let chosen = if typed.preset.is_empty() { role_models::DEFAULT_PRESET } else { &typed.preset };
        let presets = RoleModel::PRESETS.iter().filter_map(|name| preset(self.t, name, chosen)).collect();
        self.page(problem, |form| {
            Page(OrganisationPage { t: self.t, form, name: &typed.name, slug: &typed.slug, presets }).into_response()
        })
    }

    fn owner(
        &self,
        organisation: &FirstOrganisation,
        model: &RoleModel,
        fields: &Fields,
        problem: Option<(&str, &str)>,
    ) -> Result<Response, PageError> {
        let first = model.first_user_role();
        let settings = model.settings();
        let needs_mfa = mfa_required(&settings.mfa, std::slice::from_ref(first), false);
        let typed = |name: &str| fields.get(name).unwrap_or_default();
        self.page(problem, |form| {
            Page(OwnerPage {
                t: self.t,
                form,
                organisation,
                role: model.get(first).map(|role| role.label.clone()).unwrap_or_default(),
                user_name: typed("user_name"),
                display_name: typed("display_name"),
                email: typed("email"),
                rules: rules(self.t, settings.password.demands(needs_mfa).without_history()),
            })
            .into_response()
        })
    }

    fn page(
        &self,
        problem: Option<(&str, &str)>,
        page: impl FnOnce(PageForm<'_>) -> Response,
    ) -> Result<Response, PageError> {
        let csrf = csrf_token(self.app, &self.cookie)?;
        let problem = problem.map(|(field, text)| Problem { field, text });
        let page = page(PageForm { action: &self.path, csrf: &csrf, problem });
        let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Ok((status, page).into_response())
    }
}

fn gone(t: Texts, state: setup::State) -> Response {
    (StatusCode::GONE, Page(GonePage { t, is_done: state == setup::State::Done })).into_response()
}

fn preset(t: Texts, name: &'static str, chosen: &str) -> Option<Preset> {
    let model = RoleModel::preset(name)?;
    Some(Preset {
        name,
        label: model.label().to_owned(),
        description: t.about_role(model.description()),
        roles: model
            .roles()
            .iter()
            .map(|role| format!("{}: {}", role.label, t.about_role(&role.description)))
            .collect(),
        is_chosen: name == chosen,
    })
}

fn organisation(fields: &Fields) -> FirstOrganisation {
    let text = |name: &str| fields.get(name).map(str::trim).unwrap_or_default().to_owned();
    FirstOrganisation { slug: text("slug"), name: text("name"), preset: text("role_model") }
}

fn owner(fields: &Fields) -> Result<FirstOwner, Error> {
    let text = |name: &str| fields.get(name).map(str::trim).unwrap_or_default().to_owned();
    let password = fields.require("password")?;
    if password != fields.require("password_again")? {
        return Err(Error::invalid("password_again", Flaw::PasswordsDiffer));
    }
    Ok(FirstOwner {
        user_name: text("user_name"),
        display_name: text("display_name"),
        email: Some(text("email")).filter(|it| !it.is_empty()),
        password: Secret::new(password.to_owned()),
    })
}
