//! One deed for several users: what would happen to each is shown first, then it is done to those to whom it can be done.

mod team;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use super::deeds::{self, RoleChoice};
use super::{export, user_path};
use crate::app::offers::{Deed, Judge};
use crate::app::user_list::{Entry, Surroundings};
use crate::app::users::OnLastHolder;
use crate::app::{App, accounts, user_sheet, users};
use crate::domain::role::{RoleKey, Source};
use crate::domain::user::SignIn;
use crate::domain::user_list::UserFilter;
use crate::domain::{Error, Flaw};
use crate::web::console::list::address;
use crate::web::console::plan::{Chosen, Kind, Line, Plan, PlanPage, Subject, Tally, count};
use crate::web::console::{Console, groups, words};
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::{Part, Texts};

const PATH: &str = "/console/users/bulk";
const KIND: Kind = Kind { list: "users", title: "bulk-title", path: PATH };

/// The word for adding the users to groups, which are chosen beside them on a page of its own.
const TO_GROUP: &str = "group";
/// The word for having the users as a file.
const EXPORT: &str = "export";

/// What a page or a form asks for.
pub(super) struct Asked {
    pub(super) chosen: Chosen<UserFilter>,
    /// The key of the role, or the id of the team, where one was chosen.
    role: String,
    team: String,
}

impl Asked {
    /// Reads an address.
    fn read(query: &str) -> Self {
        let team = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == team::WORD);
        let team = team.map(|(_, it)| it.into_owned()).unwrap_or_default();
        Self { chosen: Chosen::read(query), role: String::new(), team }
    }

    fn sent(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
        Self { chosen: Chosen::sent(fields), role: text("role"), team: text("team") }
    }
}

impl Subject for Entry {
    fn id(&self) -> String {
        self.person.user.id.to_string()
    }

    fn line(&self, note: String) -> Line {
        let user = &self.person.user;
        Line { name: user.display_name.clone(), path: Some(user_path(user.id)), note, badge: None }
    }
}

/// What the bar above the list offers for the users on a page of it: the words and the names.
pub(super) fn bar(
    console: &Console,
    judge: &Judge<'_>,
    (shown, around): (&[Entry], &Surroundings),
) -> Vec<(&'static str, String)> {
    let t = console.t;
    let can = |deed: &Deed| shown.iter().any(|it| judge.weigh(*deed, it).is_some());
    let deeds = [Deed::Edit].into_iter().chain(Deed::BULK).filter(can).map(|it| (it.word(), t.say(deeds::label(it))));
    let others = [
        (groups::may_manage(console), TO_GROUP, "add-to-group"),
        (team::is_offered(console) && !around.teams.is_empty(), team::WORD, team::LABEL),
        (judge.may_export(console.org()), EXPORT, "export-selected"),
    ];
    deeds.chain(others.into_iter().filter(|it| it.0).map(|(_, word, label)| (word, t.say(label)))).collect()
}

pub(super) async fn plan(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::read(query.as_deref().unwrap_or_default());
    if asked.chosen.deed == Deed::Edit.word() {
        return edit(&console, &asked);
    }
    let elsewhere = match asked.chosen.rows() {
        Ok(users) if asked.chosen.deed == TO_GROUP => Some(groups::choosing(users)),
        Ok(users) if asked.chosen.deed == EXPORT => {
            let ids: Vec<_> = users.iter().map(|it| ("id", it.to_string())).collect();
            Some(address::at(export::PATH, &ids))
        }
        Ok(_) => None,
        Err(cause) => return console.refuse(cause),
    };
    match elsewhere {
        Some(address) => Redirect::to(&address).into_response(),
        None if asked.chosen.deed == team::WORD => console.answer(team::page(&app, &console, &asked).await),
        None => console.answer(page(&app, &console, &asked).await),
    }
}

/// One user is edited at a time, on the page for it.
fn edit(console: &Console, asked: &Asked) -> Response {
    if let [one] = asked.chosen.ids.as_slice() {
        return Redirect::to(&format!("{}/edit", user_path(*one))).into_response();
    }
    let t = console.t;
    let page = PlanPage {
        title: t.say(deeds::label(Deed::Edit)),
        summary: t.say("choose-one-user"),
        ..PlanPage::of(&console.shell, t, ("users", asked.chosen.back.clone()), PATH)
    };
    (StatusCode::BAD_REQUEST, Page(page)).into_response()
}

pub(super) async fn apply(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let asked = Asked::sent(&fields);
    let done = if asked.chosen.deed == team::WORD {
        team::perform(&app, &console, &asked).await
    } else {
        perform(&app, &console, &asked).await
    };
    match done {
        Ok(tally) => Redirect::to(&tally.after(&asked.chosen.back)).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn page<'a>(app: &App, console: &'a Console, asked: &Asked) -> Result<PlanPage<'a>, Error> {
    let deed = bulk_deed(&asked.chosen.deed)?;
    let t = console.t;
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    let plan = planned(app, console, &judge, (deed, asked)).await?;
    let roles = if deed == Deed::ChangeRole { common_roles(&judge, &plan) } else { Vec::new() };
    let mut page = plan.page(console, &asked.chosen, (&KIND, &t.say(deeds::label(deed))));
    if deed == Deed::Deactivate {
        for (line, entry) in page.ready.iter_mut().zip(&plan.ready) {
            line.note = deeds::what_stays(app, t, &entry.person.user).await?.unwrap_or_default();
        }
    }
    Ok(PlanPage { text: text(console, deed, plan.ready.len()), roles, is_grave: deeds::is_grave(deed), ..page })
}

/// What follows from a deed for so many.
fn text(console: &Console, deed: Deed, ready: usize) -> String {
    let t = console.t;
    if deed == Deed::ResendActivation {
        return t.say("bulk-resend-activation-text");
    }
    let name = t.count("bulk-users", count(ready));
    t.with(deeds::text(deed), &[("name", Part::Words(&name)), ("org", Part::Name(&console.shell.organisation))])
}

/// The roles that may be given to every user of the plan.
fn common_roles(judge: &Judge<'_>, plan: &Plan<Entry>) -> Vec<RoleChoice> {
    let mut roles: Option<Vec<_>> = None;
    for entry in &plan.ready {
        let these = judge.reachable(&entry.person);
        roles = Some(match roles {
            None => these,
            Some(before) => before.into_iter().filter(|role| these.contains(role)).collect(),
        });
    }
    roles.unwrap_or_default().into_iter().map(|it| RoleChoice::of(it, None)).collect()
}

fn bulk_deed(word: &str) -> Result<Deed, Error> {
    Deed::parse(word).filter(|it| Deed::BULK.contains(it)).ok_or(Error::NotFound("page"))
}

async fn planned(
    app: &App,
    console: &Console,
    judge: &Judge<'_>,
    (deed, asked): (Deed, &Asked),
) -> Result<Plan<Entry>, Error> {
    let mut plan = Plan::empty();
    for id in asked.chosen.rows()? {
        let entry = user_sheet::entry(app, &console.actor, *id).await?;
        let why_not = why_not(console.t, judge, &entry, deed);
        plan.add(entry, why_not);
    }
    Ok(plan)
}

fn why_not(t: Texts, judge: &Judge<'_>, entry: &Entry, deed: Deed) -> Option<String> {
    let decided = entry.person.effective.decided_by().map(|it| it.source);
    if judge.is_self(&entry.person) {
        return Some(t.say("why-yourself"));
    }
    if deed == Deed::ChangeRole && decided.is_some_and(|it| it != Source::Manual) {
        return Some(t.say("why-managed"));
    }
    match judge.weigh(deed, entry) {
        None if judge.may(deed, &entry.person) => {
            let user = &entry.person.user;
            let mut state = words::status(t, user.status);
            if user.sign_in == SignIn::Sso {
                state = format!("{state}, {}", words::sign_in(t, user.sign_in));
            }
            Some(t.with("why-not-fitting", &[("status", Part::Words(&state))]))
        }
        None => Some(t.say("why-not-yours")),
        // One by one such a link is shown to hand it over; of several nobody would know whose is whose.
        Some(_) if deed == Deed::ResendActivation && entry.person.user.email.is_none() => Some(t.say("why-no-address")),
        Some(offer) => offer.obstacle.map(|it| deeds::why_not(t, &it)),
    }
}

/// Does it to everybody of the plan.
async fn perform(app: &App, console: &Console, asked: &Asked) -> Result<Tally, Error> {
    let deed = bulk_deed(&asked.chosen.deed)?;
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    let plan = planned(app, console, &judge, (deed, asked)).await?;
    let wrong = |_| Error::invalid("role", Flaw::ChooseRole);
    let role: Option<RoleKey> = if deed == Deed::ChangeRole { Some(asked.role.parse().map_err(wrong)?) } else { None };
    let mut tally = plan.tally();
    for entry in &plan.ready {
        tally.count(one(app, console, entry, (deed, role.as_ref())).await)?;
    }
    Ok(tally)
}

async fn one(app: &App, console: &Console, entry: &Entry, (deed, role): (Deed, Option<&RoleKey>)) -> Result<(), Error> {
    let (actor, user) = (&console.actor, &entry.person.user);
    match (deed, role) {
        (Deed::ChangeRole, Some(role)) => users::change_role(app, actor, user.id, role).await.map(drop),
        (Deed::ResendActivation, _) => accounts::resend_activation(app, actor, user.id).await.map(drop),
        (Deed::RequireMfa, _) => accounts::require_mfa(app, actor, user.id, true).await.map(drop),
        (Deed::ResetMfa, _) => accounts::reset_mfa(app, actor, user).await.map(drop),
        (Deed::EndSessions, _) => accounts::revoke_sessions(app, actor, user.id).await.map(drop),
        (Deed::Activate, _) => users::activate(app, actor, user.id).await.map(drop),
        (Deed::Deactivate, _) => users::deactivate(app, actor, user.id, OnLastHolder::Refuse).await.map(drop),
        _ => Err(Error::NotFound("page")),
    }
}
