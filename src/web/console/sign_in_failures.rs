//! Failed sign-ins: whom they were for, where they came from, and the way to the history of each person.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use super::list::Choice;
use super::shell::Shell;
use super::users::user_path;
use super::{Console, words};
use crate::app::App;
use crate::app::policies::{self, AlertPolicy, FAILURES_MAX, MANAGE, PolicyChange};
use crate::app::sign_in_failures::{self, OfAddress, OfUser, Window};
use crate::domain::{Error, Flaw, Timestamp};
use crate::web::form::{Fields, Signed};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// Where the page is.
pub(super) const PATH: &str = "/console/security/failed-sign-ins";

/// The route of failed sign-ins.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Access::Session, show).post(PATH, Access::Recent, save)
}

#[derive(Template)]
#[template(path = "console/sign_ins/failures.html")]
struct FailuresPage<'a> {
    shell: &'a Shell,
    t: Texts,
    windows: Vec<Choice>,
    since: Timestamp,
    total: u64,
    users: Vec<UserRow>,
    addresses: Vec<OfAddress>,
    /// From how many failures on somebody is told, for whoever may say so.
    alerts: Option<AlertForm>,
}

/// The rule by which somebody is told of failures.
struct AlertForm {
    fields: Vec<AlertField>,
    most: u32,
    /// What the form shows of what stands there.
    shown: String,
    problem: Option<String>,
}

struct AlertField {
    name: &'static str,
    label: String,
    value: String,
    is_wrong: bool,
}

struct UserRow {
    name: String,
    user_name: String,
    /// The history of the person's sign-ins.
    path: String,
    failures: u64,
    last_at: Timestamp,
}

async fn show(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    console.answer(page(&app, &console, query.as_deref().unwrap_or_default(), None).await)
}

async fn save(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let done = async {
        let now = policies::show(&app, &console.actor, console.org()).await?.alerts;
        let merged = fields.over(&shown(now));
        if !merged.clashes.is_empty() {
            return Err(Error::Stale);
        }
        let change = PolicyChange { alerts: Some(Some(read(&merged.fields)?)), ..PolicyChange::default() };
        policies::change(&app, &console.actor, console.org(), change).await
    };
    match done.await {
        Ok(_) => Redirect::to(&format!("{PATH}?said=alerts-saved")).into_response(),
        Err(cause @ Error::Invalid { .. }) => {
            let wrong = if let Error::Invalid { field, .. } = &cause { field.clone() } else { String::new() };
            let problem = words::problem(console.t, &cause).1;
            console.again(&cause, page(&app, &console, "", Some((&fields, &wrong, problem))).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

/// The form as it shows this rule.
fn shown(it: AlertPolicy) -> Fields {
    let numbers = [("user", it.user), ("address", it.address), ("organisation", it.organisation)];
    Fields::shown(numbers.map(|(name, number)| (name, number.to_string())))
}

fn read(fields: &Fields) -> Result<AlertPolicy, Error> {
    let number = |name: &str| {
        let wrong = || Error::invalid(format!("alerts.{name}"), Flaw::NotBetween { from: 0, to: FAILURES_MAX.into() });
        fields.get(name).unwrap_or_default().trim().parse().map_err(|_| wrong())
    };
    Ok(AlertPolicy { user: number("user")?, address: number("address")?, organisation: number("organisation")? })
}

fn alert_form(t: Texts, now: AlertPolicy, typed: Option<(&Fields, &str, String)>) -> AlertForm {
    let (stored, wrong) = (shown(now), typed.as_ref().map(|it| it.1).unwrap_or_default());
    let fields = typed.as_ref().map_or(&stored, |it| it.0);
    let labels = [("user", "alert-user"), ("address", "alert-address"), ("organisation", "alert-organisation")];
    let field = |(name, label): (&'static str, &str)| AlertField {
        name,
        label: t.say(label),
        value: fields.get(name).unwrap_or_default().to_owned(),
        is_wrong: wrong.strip_prefix("alerts.") == Some(name),
    };
    AlertForm {
        fields: labels.map(field).into(),
        most: FAILURES_MAX,
        shown: stored.carried(),
        problem: typed.map(|it| it.2),
    }
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    query: &str,
    typed: Option<(&Fields, &str, String)>,
) -> Result<FailuresPage<'a>, Error> {
    let t = console.t;
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, value)| name == "within" && !value.is_empty());
    let wrong = || Error::invalid("within", Flaw::Meaningless);
    let window = asked.map(|(_, word)| Window::parse(&word).ok_or_else(wrong)).transpose()?.unwrap_or_default();
    let found = sign_in_failures::count(app, &console.actor, console.org(), window).await?;
    let windows =
        Window::ALL.map(|it| Choice { value: it.word().to_owned(), label: t.say(label(it)), is_chosen: it == window });
    Ok(FailuresPage {
        shell: &console.shell,
        t,
        windows: windows.into(),
        since: found.since,
        total: found.total,
        users: found.users.into_iter().map(row).collect(),
        addresses: found.addresses,
        alerts: match console.actor.may(&console.model, MANAGE) {
            Ok(()) => {
                let now = policies::show(app, &console.actor, console.org()).await?.alerts;
                Some(alert_form(t, now, typed))
            }
            Err(_) => None,
        },
    })
}

const fn label(window: Window) -> &'static str {
    match window {
        Window::Hour => "within-hour",
        Window::Day => "within-day",
        Window::Week => "within-week",
        Window::Month => "within-month",
    }
}

fn row(it: OfUser) -> UserRow {
    UserRow {
        path: format!("{}/activity#sign-ins", user_path(it.user.id)),
        name: it.user.display_name,
        user_name: it.user.user_name,
        failures: it.failures,
        last_at: it.last_at,
    }
}
