//! The administration console: server-rendered pages over the use cases of `app`.
//!
//! **Invariant:** the address is the state: a list, its filters, its order and its columns can be reloaded and shared.
//! **Invariant:** every page and every deed works without JavaScript; scripts only bring the same pages closer.
//! **Invariant:** what somebody may not do is not offered; what cannot be done now is shown with the reason.

mod applications;
mod ask;
mod audit;
mod described;
mod go;
mod groups;
mod left;
mod list;
mod organisation;
mod overview;
mod plan;
mod policies;
mod projects;
mod provisioning;
mod resources;
mod reviews;
mod roles;
mod shell;
mod sign_in_failures;
mod sign_ins;
mod teams;
mod told;
mod undelivered;
mod users;
mod words;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::context::texts;
use super::error::{PageError, log_internal, mark_due, status};
use super::guard::SignedIn;
use super::page::Page;
use super::routes::{Access, Routes};
use super::texts::Texts;
use crate::app::{App, organisations};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::policy::Actor;
use crate::domain::role::RoleModel;
use shell::{ErrorPage, Shell};
pub(super) use users::import::PATH as IMPORT;

/// The routes of the console.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/console", Access::Session, overview::show).get("/left", Access::Open, left::show);
    let routes = reviews::routes(groups::routes(projects::routes(resources::routes(routes))));
    let routes = teams::routes(policies::routes(roles::routes(users::routes(routes))));
    let routes = audit::routes(sign_in_failures::routes(sign_ins::routes(go::routes(routes))));
    applications::routes(provisioning::routes(organisation::routes(routes)))
}

/// Somebody in the console: who it is, what its organisation is like, and the frame of every page.
pub(super) struct Console {
    actor: Actor,
    caller: SignedIn,
    model: Arc<RoleModel>,
    shell: Shell,
    t: Texts,
}

impl Console {
    fn org(&self) -> OrgId {
        self.caller.person.user.org
    }

    /// The page, or what went wrong in the same frame.
    fn answer<T: askama::Template>(&self, page: Result<T, Error>) -> Response {
        match page {
            Ok(page) => Page(page).into_response(),
            Err(cause) => self.refuse(cause),
        }
    }

    /// The page of a form once more, with what was wrong in it.
    fn again<T: askama::Template>(&self, cause: &Error, page: Result<T, Error>) -> Response {
        match page {
            Ok(page) => (status(cause), Page(page)).into_response(),
            Err(other) => self.refuse(other),
        }
    }

    fn refuse(&self, cause: Error) -> Response {
        if matches!(cause, Error::Unauthenticated) {
            return PageError::from(cause).into_response();
        }
        log_internal(&cause);
        let status = status(&cause);
        let id = super::context::request_id();
        mark_due(&cause, (status, Page(ErrorPage::new(self, &cause, status, &id))).into_response())
    }
}

impl FromRequestParts<App> for Console {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let actor = Actor::from_request_parts(parts, app).await?;
        let t = texts();
        let found = organisations::of(app, &actor).await;
        let (organisation, model) = found.map_err(|cause| PageError::from(cause).into_response())?;
        let sees_teams = crate::app::teams::may_list(app, &actor, &model).await;
        let sees_teams = sees_teams.map_err(|cause| PageError::from(cause).into_response())?;
        let shell = Shell::new(app, (&actor, &model, sees_teams), &organisation.name, parts, t);
        let shell = shell.map_err(|cause| PageError::from(cause).into_response())?;
        Ok(Self { actor, caller, model, shell, t })
    }
}
