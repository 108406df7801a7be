//! The page `Invite team members`: addresses are pasted, each gets its role, and then all are sent.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::deeds::RoleChoice;
use super::staged::{self, Staged};
use super::{INVITE, LIST, role_label, why_not};
use crate::app::App;
use crate::app::invitations::{self, AT_ONCE_MAX, Delivery, Invited, Invitee, Problem, Sent};
use crate::app::offers::Judge;
use crate::app::user_list::{self, Menus};
use crate::domain::id::TeamId;
use crate::domain::role::Role;
use crate::domain::{Denial, Error};
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::console::{Console, words};
use crate::web::form::Signed;
use crate::web::page::Page;
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/users/invite.html")]
struct InvitePage<'a> {
    shell: &'a Shell,
    t: Texts,
    action: &'static str,
    problem: Option<String>,
    /// Those who were invited just now.
    sent: Vec<SentRow>,
    rows: Vec<Row>,
    text: String,
    roles: Vec<RoleChoice>,
    sends_mail: bool,
    has_teams: bool,
    hint: String,
    /// How many were invited just now.
    invited: String,
    /// What stands on the button that sends; nothing when nobody can be invited yet.
    send: String,
}

/// Somebody who was invited, and the link where no mail was sent.
struct SentRow {
    address: String,
    role: String,
    link: Option<String>,
}

/// Somebody to invite, and what stands in the way.
struct Row {
    address: String,
    name: String,
    roles: Vec<(String, String, bool)>,
    teams: Vec<Choice>,
    teams_label: String,
    why_not: Option<String>,
    labels: Labels,
}

/// What the fields of a row are called.
struct Labels {
    email: String,
    full_name: String,
    role: String,
    teams: String,
}

/// What became of those who were just sent.
struct Outcome {
    sent: Vec<SentRow>,
    left: Staged,
    problems: Vec<Result<(), Problem>>,
}

pub(super) async fn show(State(app): State<App>, console: Console) -> Response {
    let nobody = Staged::nobody(console.model.default_role().as_str());
    console.answer(page(&app, &console, nobody, None).await)
}

pub(super) async fn step(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let staged = Staged::read(&fields, console.model.default_role().as_str());
    let is_send = fields.get("step") == Some("send") && staged.too_many.is_none();
    let is_empty = staged.rows.is_empty();
    // What the person has not seen as a row yet is shown before it is sent.
    let answer = if is_send && !is_empty && !staged.has_new {
        send(&app, &console, staged).await
    } else {
        let is_wrong = staged.too_many.is_some() || (is_empty && fields.get("remove").is_none());
        let status = if is_wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        page(&app, &console, staged, is_wrong.then_some(())).await.map(|page| (status, Page(page)).into_response())
    };
    answer.unwrap_or_else(|cause| console.refuse(cause))
}

async fn page<'a>(app: &App, console: &'a Console, staged: Staged, wrong: Option<()>) -> Result<InvitePage<'a>, Error> {
    let t = console.t;
    let problems = if staged.rows.is_empty() {
        Vec::new()
    } else {
        let people = people(&staged);
        invitations::preview(app, &console.actor, console.org(), &people).await?
    };
    let most = count(AT_ONCE_MAX);
    let problem = wrong.map(|()| match staged.too_many {
        Some(all) => t.with("invite-too-many", &[("count", number(all)), ("most", number(AT_ONCE_MAX))]),
        None => t.count("invite-nobody", most),
    });
    let page = shown(app, console, Outcome { sent: Vec::new(), left: staged, problems }).await?;
    Ok(InvitePage { problem, ..page })
}

async fn send(app: &App, console: &Console, staged: Staged) -> Result<Response, Error> {
    let delivery = if staged.sends_mail { Delivery::Mail } else { Delivery::HandedLink };
    let answers = match invitations::invite_many(app, &console.actor, console.org(), people(&staged), delivery).await {
        Ok(answers) => answers,
        Err(cause @ Error::Invalid { .. }) => {
            let problem = Some(words::problem(console.t, &cause).1);
            let page = page(app, console, staged, None).await?;
            return Ok((StatusCode::BAD_REQUEST, Page(InvitePage { problem, ..page })).into_response());
        }
        Err(cause) => return Err(cause),
    };
    let outcome = outcome(console, staged, answers);
    if outcome.left.rows.is_empty() && delivery == Delivery::Mail {
        return Ok(Redirect::to(&format!("{LIST}?said=invited&count={}", outcome.sent.len())).into_response());
    }
    let status = if outcome.sent.is_empty() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let problem = outcome.sent.is_empty().then(|| console.t.say("invite-none-sent"));
    let page = shown(app, console, outcome).await?;
    Ok((status, Page(InvitePage { problem, ..page })).into_response())
}

/// Those who were invited leave the form; the others stay in it, each with the reason.
fn outcome(console: &Console, staged: Staged, answers: Vec<Invited>) -> Outcome {
    let (mut sent, mut rows, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for (row, answer) in staged.rows.iter().zip(answers) {
        match answer.result {
            Ok(it) => sent.push(sent_row(console, it)),
            Err(problem) => {
                rows.push(row.clone());
                problems.push(Err(problem));
            }
        }
    }
    Outcome { sent, left: Staged { rows, ..staged }, problems }
}

fn sent_row(console: &Console, it: Sent) -> SentRow {
    SentRow {
        role: role_label(&console.model, &it.invitation.role),
        address: it.invitation.address,
        link: it.link.map(|link| link.reveal().clone()),
    }
}

async fn shown<'a>(app: &App, console: &'a Console, outcome: Outcome) -> Result<InvitePage<'a>, Error> {
    let t = console.t;
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    let roles = judge.invitable(console.org());
    if roles.is_empty() {
        return Err(Error::denied(Denial::NewcomersNotOffered));
    }
    let Outcome { sent, left, problems } = outcome;
    let ready = problems.iter().filter(|it| it.is_ok()).count();
    let chosen = left.role.parse().ok();
    let problems = problems.iter().map(|it| it.as_ref().err().map(|problem| why_not(t, problem)));
    let staged = left.rows.iter().zip(problems).zip(1..);
    let teams = teams_to_offer(app, console).await?;
    let rows = staged.map(|((row, why_not), number)| Row {
        teams: teams.iter().map(|(id, name)| team(row, id, name)).collect(),
        teams_label: t.count("teams-chosen", count(row.teams.len())),
        ..line(row, &roles, why_not, labels(t, number))
    });
    let rows = rows.collect();
    let invited = t.count("invited-now", count(sent.len()));
    Ok(InvitePage {
        shell: &console.shell,
        t,
        action: INVITE,
        problem: None,
        sent,
        rows,
        text: left.text,
        roles: roles.iter().map(|it| RoleChoice::of(it, chosen.as_ref())).collect(),
        sends_mail: left.sends_mail,
        has_teams: !teams.is_empty(),
        hint: t.count("email-addresses-hint", count(AT_ONCE_MAX)),
        invited,
        send: if ready == 0 { String::new() } else { t.count("send-invitations", count(ready)) },
    })
}

fn labels(t: Texts, number: u64) -> Labels {
    let keys = ["email-of-row", "name-of-row", "role-of-row", "teams-of-row"];
    let [email, full_name, role, teams] = keys.map(|key| t.count(key, number));
    Labels { email, full_name, role, teams }
}

fn line(row: &staged::Row, roles: &[&Role], why_not: Option<String>, labels: Labels) -> Row {
    let choice = |role: &&Role| (role.key.to_string(), role.label.clone(), role.key.as_str() == row.role);
    let (address, name) = (row.address.clone(), row.name.clone());
    let (teams, teams_label) = (Vec::new(), String::new());
    Row { address, name, roles: roles.iter().map(choice).collect(), teams, teams_label, why_not, labels }
}

/// The teams that this person may put people on.
async fn teams_to_offer(app: &App, console: &Console) -> Result<Vec<(TeamId, String)>, Error> {
    if console.actor.may(&console.model, "teams.members:manage").is_err() {
        return Ok(Vec::new());
    }
    Ok(user_list::surroundings(app, &console.actor, console.org(), Menus::Absent).await?.teams)
}

fn team(row: &staged::Row, id: &TeamId, name: &str) -> Choice {
    let value = id.to_string();
    Choice { is_chosen: row.teams.contains(&value), label: name.to_owned(), value }
}

fn people(staged: &Staged) -> Vec<Invitee> {
    let people = staged.rows.iter().map(|row| Invitee {
        address: row.address.clone(),
        display_name: Some(row.name.clone()).filter(|name| !name.is_empty()),
        role: row.role.parse().ok(),
        teams: row.teams.iter().filter_map(|it| it.parse().ok()).collect(),
    });
    people.collect()
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

fn number(of: usize) -> crate::web::texts::Part<'static> {
    crate::web::texts::Part::Number(count(of))
}
