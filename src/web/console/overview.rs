//! The front page: what is not as it should be, each with the way to the people concerned.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::list::address;
use super::shell::Shell;
use super::users::few_holders;
use super::{Console, provisioning, reviews, words};
use crate::app::end_dates::{self, Meter};
use crate::app::posture::{self, LastReview, Provisioning, may_see};
use crate::app::user_list::{self, Posture};
use crate::app::{App, resources};
use crate::domain::user::Status;
use crate::domain::user_list::{Leaving, UserFilter, UserList, View};
use crate::web::texts::{Part, Texts};

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
    count: String,
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
    let page = async {
        let posture = user_list::posture(&app, &console.actor, console.org()).await?;
        let meter = may_see(end_dates::meter(&app, &console.actor, console.org()).await)?;
        let review = may_see(posture::last_review(&app, &console.actor, console.org()).await)?;
        let provisioning = may_see(posture::provisioning(&app, &console.actor, console.org()).await)?;
        let others = [meter.map(|it| departures(console.t, it)), review.map(|it| last_review(console.t, it))];
        let others = others.into_iter().chain([provisioning.and_then(|it| fares(console.t, it))]);
        Ok(page(&console, &posture, others.flatten()))
    };
    console.answer(page.await)
}

fn page<'a>(console: &'a Console, posture: &Posture, others: impl Iterator<Item = Figure>) -> OverviewPage<'a> {
    let t = console.t;
    let few = posture.protected.iter().filter(|it| it.are_few());
    let warnings = few.map(|it| few_holders(t, it)).collect();
    let everybody = UserFilter { statuses: vec![Status::Active], ..UserFilter::default() };
    let mut figures = vec![Figure {
        count: posture.active.to_string(),
        label: t.say("figure-active"),
        hint: t.say("figure-active-hint"),
        is_warning: false,
        address: to(everybody),
    }];
    figures.extend(posture.protected.iter().map(|it| Figure {
        count: it.count.to_string(),
        label: it.label.clone(),
        hint: if it.are_few() { t.count("figure-few", it.warn_below) } else { t.say("figure-holders") },
        is_warning: it.are_few(),
        address: to(UserFilter { roles: vec![it.role.clone()], ..UserFilter::default() }),
    }));
    figures.extend(posture.views.iter().map(|(view, count)| Figure {
        count: count.to_string(),
        label: words::view(t, *view),
        hint: t.say(hint(*view)),
        is_warning: *count > 0,
        address: to(view.filter(&console.model)),
    }));
    figures.extend(others);
    OverviewPage { shell: &console.shell, t, warnings, figures }
}

/// How many of those whose time had ended kept their access for more than a day.
fn departures(t: Texts, it: Meter) -> Figure {
    let longest = it.longest_minutes.div_ceil(60);
    Figure {
        count: it.late.to_string(),
        label: t.say("figure-late"),
        hint: match it.ended {
            0 => t.say("figure-late-none"),
            ended => t.with("figure-late-of", &[("ended", Part::Number(ended)), ("longest", Part::Number(longest))]),
        },
        is_warning: it.late > 0,
        address: to(UserFilter { leaving: Some(Leaving::Soon), ..UserFilter::default() }),
    }
}

/// How long ago the last access review was.
fn last_review(t: Texts, it: LastReview) -> Figure {
    Figure {
        count: it.days.map_or_else(|| "–".to_owned(), |days| days.to_string()),
        label: t.say("figure-review"),
        hint: t.say(if it.is_due() { "figure-review-due" } else { "figure-review-done" }),
        is_warning: it.is_due(),
        address: reviews::LIST.to_owned(),
    }
}

/// With how many connections there is something to do; nothing where there is none.
fn fares(t: Texts, it: Provisioning) -> Option<Figure> {
    let hint = if it.in_need > 0 { "figure-connections-in-need" } else { "figure-connections-well" };
    (it.connections > 0).then(|| Figure {
        count: it.in_need.to_string(),
        label: t.say("figure-connections"),
        hint: t.say(hint),
        is_warning: it.in_need > 0,
        address: provisioning::HEALTH.to_owned(),
    })
}

const fn hint(view: View) -> &'static str {
    match view {
        View::AdminsWithoutMfa => "figure-admins-without-mfa",
        View::Inactive => "figure-inactive",
        View::LongPending => "figure-long-pending",
        View::Overdue => "figure-overdue",
    }
}

fn to(filter: UserFilter) -> String {
    address::of(&UserList { filter, ..UserList::default() }, &[])
}
