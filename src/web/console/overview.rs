//! The front page: what is not as it should be, each with the way to the people concerned.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::list::address;
use super::shell::Shell;
use super::users::few_holders;
use super::{Console, words};
use crate::app::user_list::{self, Posture};
use crate::app::{App, resources};
use crate::domain::user::Status;
use crate::domain::user_list::{UserFilter, UserList, View};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct OverviewPage<'a> {
    shell: &'a Shell,
    t: Texts,
    warnings: Vec<String>,
    figures: Vec<Figure>,
}

/// A number that leads to the list it counts.
struct Figure {
    count: u64,
    label: String,
    hint: String,
    is_warning: bool,
    address: String,
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    // Whoever sees no users but has resources of their own finds those here.
    let sees_users = console.actor.may(&console.model, "users:list").is_ok();
    if !sees_users && resources::may_list(&console.actor, &console.model) {
        return Redirect::to(super::resources::PATH).into_response();
    }
    let posture = user_list::posture(&app, &console.actor, console.org()).await;
    console.answer(posture.map(|it| page(&console, &it)))
}

fn page<'a>(console: &'a Console, posture: &Posture) -> OverviewPage<'a> {
    let t = console.t;
    let few = posture.protected.iter().filter(|it| it.are_few());
    let warnings = few.map(|it| few_holders(t, it)).collect();
    let everybody = UserFilter { statuses: vec![Status::Active], ..UserFilter::default() };
    let mut figures = vec![Figure {
        count: posture.active,
        label: t.say("figure-active"),
        hint: t.say("figure-active-hint"),
        is_warning: false,
        address: to(everybody),
    }];
    figures.extend(posture.protected.iter().map(|it| Figure {
        count: it.count,
        label: it.label.clone(),
        hint: if it.are_few() { t.count("figure-few", it.warn_below) } else { t.say("figure-holders") },
        is_warning: it.are_few(),
        address: to(UserFilter { roles: vec![it.role.clone()], ..UserFilter::default() }),
    }));
    figures.extend(posture.views.iter().map(|(view, count)| Figure {
        count: *count,
        label: words::view(t, *view),
        hint: t.say(hint(*view)),
        is_warning: *count > 0,
        address: to(view.filter(&console.model)),
    }));
    OverviewPage { shell: &console.shell, t, warnings, figures }
}

const fn hint(view: View) -> &'static str {
    match view {
        View::AdminsWithoutMfa => "figure-admins-without-mfa",
        View::Inactive => "figure-inactive",
        View::LongPending => "figure-long-pending",
    }
}

fn to(filter: UserFilter) -> String {
    address::of(&UserList { filter, ..UserList::default() }, &[])
}
