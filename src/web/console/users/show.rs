//! One user: what it is, what it may do and why, how it signs in, what was done to it, where it comes from.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use url::form_urlencoded;

use super::access::{Access, access_of};
use super::table::{self, Badge, Mark, Menu};
use super::{deeds, end_date, user_id, user_path};
use crate::app::entrance::{self, Duty, Obstacle, Verdict};
use crate::app::history::{self, Event, Label};
use crate::app::offers::{Deed, Judge, Offer};
use crate::app::sign_in_tries::{self, Method, SecondFactor, SignInTry};
use crate::app::user_list::Entry;
use crate::app::user_sheet::{self, DEEDS, Factors, Manager};
use crate::app::{
    App, connections, end_dates, mail, resources, sign_in_refusals, signals, teams, user_sheet::Security,
};
use crate::domain::role::Source;
use crate::domain::session::Session;
use crate::domain::user::{SignIn, User};
use crate::domain::{Error, Flaw, Timestamp};
use crate::web::account::words::{browser, method, place};
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::console::told::{self, Meter};
use crate::web::console::{Console, provisioning, sign_ins, undelivered, words};
use crate::web::texts::{Part, Texts};
use crate::web::words::{did, source};

/// A part of what is known about a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Overview,
    Access,
    Security,
    Activity,
    Provisioning,
}

impl Section {
    const ALL: [Self; 5] = [Self::Overview, Self::Access, Self::Security, Self::Activity, Self::Provisioning];

    const fn word(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Access => "access",
            Self::Security => "security",
            Self::Activity => "activity",
            Self::Provisioning => "provisioning",
        }
    }

    fn label(self, t: Texts) -> String {
        t.say(match self {
            Self::Overview => "overview",
            Self::Access => "section-access",
            Self::Security => "section-security",
            Self::Activity => "section-activity",
            Self::Provisioning => "section-provisioning",
        })
    }
}

#[derive(Template)]
#[template(path = "console/user/show.html")]
struct UserPage<'a> {
    shell: &'a Shell,
    t: Texts,
    head: Head,
    tabs: Vec<Tab>,
    title: String,
    /// That the last letter to the user could not be delivered, and what to do.
    undelivered: Option<String>,
    /// What takes back the deed that was just done.
    undo: Option<Undo>,
    body: Body,
}

/// The deed that takes another one back, as a form.
struct Undo {
    action: String,
    /// The role to give back, where it was one.
    role: Option<String>,
    /// What stands there now.
    shown: String,
}

struct Tab {
    label: String,
    path: String,
    is_here: bool,
}

/// What is the same on every section.
struct Head {
    name: String,
    user_name: String,
    is_self: bool,
    status: Badge,
    role: Option<String>,
    menu: Menu,
}

/// The section that is shown.
enum Body {
    Overview(Box<Overview>),
    Access(Box<Access>),
    Security(SecurityOf),
    Activity(Activity),
    Provisioning(Provisioning),
}

struct Overview {
    user_name: String,
    display_name: String,
    email: Option<String>,
    role: Option<String>,
    role_text: String,
    sign_in: String,
    mfa: Option<Badge>,
    last_active: Option<Timestamp>,
    created: Timestamp,
    updated: Timestamp,
    /// When the time of the user ends.
    ends_at: Option<Timestamp>,
    /// Where that is said, for whoever may say it.
    end_date: Option<String>,
    groups: Vec<String>,
    teams: Vec<String>,
    /// How many resources the user owns and where they are listed, for somebody who may see them all.
    resources: Option<(String, String)>,
    /// The roles to choose from, for somebody who may give another one now.
    roles: Vec<Choice>,
    role_action: String,
    /// What that form shows.
    role_shown: String,
    /// How somebody went who is deactivated, for whoever may read what was done.
    departure: Option<Meter>,
}

struct SecurityOf {
    entrance: Entrance,
    /// The refused sign-ins of this person, for somebody who may see them.
    refused: Option<String>,
    sign_in: String,
    mfa: Option<Badge>,
    factors: Factors,
    is_required: bool,
    sessions: Option<Vec<SessionRow>>,
}

impl SecurityOf {
    /// True when something is enrolled here.
    const fn has_factors(&self) -> bool {
        let Factors { authenticator_since, passkeys, codes_left } = &self.factors;
        authenticator_since.is_some() || !passkeys.is_empty() || codes_left.is_some()
    }
}

/// Whether the user could sign in now.
struct Entrance {
    badge: Badge,
    /// What keeps the user out.
    obstacles: Vec<String>,
    /// What happens on the way in.
    duties: Vec<String>,
}

struct SessionRow {
    browser: String,
    method: String,
    began: Timestamp,
    seen: Timestamp,
    ip: String,
}

struct Activity {
    sign_ins: Vec<Tried>,
    older_sign_ins: Option<String>,
    rows: Vec<Happened>,
    older: Option<String>,
}

struct Tried {
    at: Timestamp,
    method: String,
    factor: String,
    ip: String,
    browser: String,
    user_agent: String,
    client: Option<String>,
    result: Badge,
}

struct Happened {
    at: Timestamp,
    action: String,
    by: Label,
    outcome: Option<Badge>,
}

struct Provisioning {
    manager: Option<Manager>,
    kind: String,
    external_id: Option<String>,
    updated: Timestamp,
    /// What the identity provider asked about the user, for whoever may see that.
    journal: Option<String>,
}

pub(super) async fn overview(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    console.answer(page(&app, &console, &id, (Section::Overview, query.as_deref().unwrap_or_default())).await)
}

pub(super) async fn section(
    State(app): State<App>,
    console: Console,
    Path((id, section)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let found = Section::ALL.into_iter().find(|it| *it != Section::Overview && it.word() == section);
    let page = match found {
        Some(section) => page(&app, &console, &id, (section, query.as_deref().unwrap_or_default())).await,
        None => Err(Error::NotFound("page")),
    };
    console.answer(page)
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    id: &str,
    (section, query): (Section, &str),
) -> Result<UserPage<'a>, Error> {
    let t = console.t;
    let entry = user_sheet::entry(app, &console.actor, user_id(id)?).await?;
    let judge = Judge::of(app, &console.actor, console.org(), &console.model).await?;
    let user = &entry.person.user;
    let path = user_path(user.id);
    let sees_activity =
        console.actor.may(&console.model, "users.activity:read").is_ok() || judge.is_self(&entry.person);
    let tabs = Section::ALL.into_iter().filter(|it| *it != Section::Activity || sees_activity).map(|it| Tab {
        label: it.label(t),
        path: if it == Section::Overview { path.clone() } else { format!("{path}/{}", it.word()) },
        is_here: it == section,
    });
    let body = match section {
        Section::Overview => Body::Overview(Box::new(overview_of(app, console, &judge, &entry).await?)),
        Section::Access => Body::Access(Box::new(access_of(app, console, &entry, query).await?)),
        Section::Security => Body::Security(security_of(app, console, &entry).await?),
        Section::Activity => Body::Activity(activity_of(app, console, &entry, query).await?),
        Section::Provisioning => {
            Body::Provisioning(provisioning_of(console, user, user_sheet::manager(app, &entry.person).await?))
        }
    };
    let undelivered = mail::undelivered_to(app, &console.actor, user).await?;
    Ok(UserPage {
        shell: &console.shell,
        t,
        head: Head {
            name: user.display_name.clone(),
            user_name: user.user_name.clone(),
            is_self: judge.is_self(&entry.person),
            status: Badge::of_status(t, user.status),
            role: role_label(console, &entry),
            menu: table::menu(t, &console.model, &entry, judge.offers(&entry)),
        },
        tabs: tabs.collect(),
        title: section.label(t),
        undelivered: undelivered.map(|it| format!("{} {}", undelivered::sentence(t, &it), t.say("undelivered-user"))),
        undo: undo(&judge, &entry, query),
        body,
    })
}

/// What takes back the deed that the address tells of, as long as this person may do it and it can be done now.
fn undo(judge: &Judge<'_>, entry: &Entry, query: &str) -> Option<Undo> {
    let find = |wanted: &str| form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
    let is_open = |deed| judge.weigh(deed, entry).is_some_and(|it: Offer| it.obstacle.is_none());
    let form = |deed, role| Undo {
        action: deeds::path(entry.person.user.id, deed),
        role,
        shown: deeds::shown(deed, entry).carried(),
    };
    match &*find("said")?.1 {
        "deactivated" => is_open(Deed::Activate).then(|| form(Deed::Activate, None)),
        "activated" => is_open(Deed::Deactivate).then(|| form(Deed::Deactivate, None)),
        "role" => {
            let (_, before) = find("undo")?;
            let may_give = judge.reachable(&entry.person).into_iter().any(|it| it.key.as_str() == before);
            let is_other = entry.person.effective.role.as_ref().is_some_and(|role| role.as_str() != before);
            let is_possible = may_give && is_other && is_open(Deed::ChangeRole);
            is_possible.then(|| form(Deed::ChangeRole, Some(before.into_owned())))
        }
        _ => None,
    }
}

fn role_label(console: &Console, entry: &Entry) -> Option<String> {
    let role = entry.person.effective.role.as_ref();
    role.and_then(|key| console.model.get(key)).map(|role| role.label.clone())
}

async fn overview_of(app: &App, console: &Console, judge: &Judge<'_>, entry: &Entry) -> Result<Overview, Error> {
    let (t, user) = (console.t, &entry.person.user);
    let is_open = judge.weigh(Deed::ChangeRole, entry).is_some_and(|it| it.obstacle.is_none());
    let roles = if is_open { judge.reachable(&entry.person) } else { Vec::new() };
    let held = entry.person.effective.role.as_ref();
    let roles = roles.into_iter().map(|it| Choice {
        value: it.key.to_string(),
        label: it.label.clone(),
        is_chosen: held == Some(&it.key),
    });
    let role = entry.person.effective.role.as_ref().and_then(|key| console.model.get(key));
    Ok(Overview {
        user_name: user.user_name.clone(),
        display_name: user.display_name.clone(),
        email: user.email.clone(),
        role: role_label(console, entry),
        role_text: role.map(|it| t.about_role(&it.description)).unwrap_or_default(),
        sign_in: words::sign_in(t, user.sign_in),
        mfa: entry.habits.map(|it| Badge::of_mfa(t, it.mfa)),
        last_active: entry.habits.and_then(|it| it.last_active),
        ends_at: end_dates::show(app, &console.actor, user.id).await?.map(|it| it.ends_at),
        end_date: end_date::may_set(console, &entry.person).then(|| format!("{}/end-date", user_path(user.id))),
        created: user.created_at,
        updated: user.updated_at,
        groups: user_sheet::groups_of(app, &entry.person).await?.into_iter().map(|it| it.1).collect(),
        teams: teams::of_user(app, &entry.person).await?.into_iter().map(|it| it.name).collect(),
        resources: resources_of(app, console, user).await?,
        roles: roles.collect(),
        role_action: deeds::path(user.id, Deed::ChangeRole),
        role_shown: deeds::shown(Deed::ChangeRole, entry).carried(),
        departure: departure_of(app, console, entry).await?,
    })
}

async fn departure_of(app: &App, console: &Console, entry: &Entry) -> Result<Option<Meter>, Error> {
    if console.actor.may(&console.model, "users.activity:read").is_err() {
        return Ok(None);
    }
    Ok(signals::departure(app, &entry.person).await?.map(|it| told::meter(console.t, &it)))
}

async fn resources_of(app: &App, console: &Console, user: &User) -> Result<Option<(String, String)>, Error> {
    if !resources::may_list_all(&console.actor, &console.model) {
        return Ok(None);
    }
    let label = console.t.count("owns-resources", resources::owned_by(app, user).await?);
    Ok(Some((label, crate::web::console::resources::of_user(user.id))))
}

/// Says that the role comes from elsewhere, so that one given by hand is added to it.
pub(super) async fn note(app: &App, console: &Console, entry: &Entry) -> Result<Option<String>, Error> {
    let provenance = user_sheet::access(app, &entry.person).await?;
    let elsewhere = provenance.first().filter(|it| it.grant.source != Source::Manual);
    Ok(elsewhere.map(|it| console.t.with("role-from-elsewhere", &[("source", Part::Words(&source(console.t, it)))])))
}

async fn security_of(app: &App, console: &Console, entry: &Entry) -> Result<SecurityOf, Error> {
    let (t, user) = (console.t, &entry.person.user);
    let security: Security = user_sheet::security(app, &console.actor, &entry.person).await?;
    let may_see_refused = console.actor.may(&console.model, sign_in_refusals::READ).is_ok();
    let refused = (may_see_refused && user.sign_in == SignIn::Sso).then(|| sign_ins::of_user(user.id));
    Ok(SecurityOf {
        entrance: entrance_of(t, &entrance::of(app, &entry.person).await?),
        refused,
        sign_in: words::sign_in(t, user.sign_in),
        mfa: entry.habits.map(|it| Badge::of_mfa(t, it.mfa)),
        factors: security.factors,
        is_required: user.mfa_required,
        sessions: security.sessions.map(|all| all.iter().map(|it| session(t, it)).collect()),
    })
}

fn entrance_of(t: Texts, verdict: &Verdict) -> Entrance {
    let badge = match verdict.is_open() {
        true => Badge::good(t.say("can-sign-in")),
        false => Badge::warning(t.say("cannot-sign-in")),
    };
    let obstacles = verdict.obstacles.iter().map(|it| obstacle(t, *it)).collect();
    let duties = verdict.duties.iter().map(|it| duty(t, *it)).collect();
    Entrance { badge, obstacles, duties }
}

/// What keeps somebody out.
pub(in crate::web::console) fn obstacle(t: Texts, it: Obstacle) -> String {
    let at = |key: &str, at: Timestamp| t.with(key, &[("moment", Part::Words(&t.moment(&at)))]);
    match it {
        Obstacle::Suspended => t.say("entrance-suspended"),
        Obstacle::Deactivated => t.say("entrance-deactivated"),
        Obstacle::Pending => t.say("entrance-pending"),
        Obstacle::NoPassword => t.say("entrance-no-password"),
        Obstacle::PasswordOver(end) => at("entrance-password-over", end),
        Obstacle::Waits(until) => at("entrance-waits", until),
        Obstacle::Closed => t.say("entrance-closed"),
        Obstacle::NoProvider => t.say("entrance-no-provider"),
        Obstacle::ProviderPaused => t.say("entrance-provider-paused"),
        Obstacle::ProviderTakesNobody => t.say("entrance-provider-takes-nobody"),
        Obstacle::ProviderKnowsNobody => t.say("entrance-provider-knows-nobody"),
        Obstacle::ProviderIdNeverMatches => t.say("entrance-provider-id"),
    }
}

/// What happens on the way in.
pub(in crate::web::console) fn duty(t: Texts, it: Duty) -> String {
    match it {
        Duty::ChangePassword => t.say("duty-change-password"),
        Duty::SetUpFactor => t.say("duty-set-up-factor"),
        Duty::SetUpFactorBy(at) => t.with("duty-set-up-factor-by", &[("moment", Part::Words(&t.moment(&at)))]),
        Duty::Link => t.say("duty-link"),
        Duty::LinkByEmail => t.say("duty-link-by-email"),
    }
}

fn session(t: Texts, it: &Session) -> SessionRow {
    SessionRow {
        browser: place(t, it),
        method: method(t, it),
        began: it.created_at,
        seen: it.last_seen_at,
        ip: it.ip.clone(),
    }
}

async fn activity_of(app: &App, console: &Console, entry: &Entry, query: &str) -> Result<Activity, Error> {
    let before = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "before");
    let wrong = |_| Error::invalid("before", Flaw::Meaningless);
    let before = before.map(|(_, id)| id.parse().map_err(wrong)).transpose()?;
    let mut rows = user_sheet::activity(app, &console.actor, &entry.person, before).await?;
    let has_more = rows.len() > usize::try_from(DEEDS).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(DEEDS).unwrap_or(usize::MAX));
    let last = rows.last().filter(|_| has_more).map(|it| it.id);
    let path = user_path(entry.person.user.id);
    let older = last.map(|id| format!("{path}/activity?before={id}"));
    let from = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "sign_ins");
    let wrong = |_| Error::invalid("sign_ins", Flaw::Meaningless);
    let from = from.map(|(_, id)| id.parse().map_err(wrong)).transpose()?;
    let tries = sign_in_tries::of(app, &console.actor, &entry.person, from).await?;
    let is_full = u64::try_from(tries.len()).is_ok_and(|it| it >= sign_in_tries::PAGE);
    let last = tries.last().filter(|_| is_full).map(|it| it.id);
    Ok(Activity {
        sign_ins: tries.iter().map(|it| sign_in(console.t, it)).collect(),
        older_sign_ins: last.map(|id| format!("{path}/activity?sign_ins={id}")),
        rows: history::told(app, console.org(), rows).await?.iter().map(|it| happened(console.t, it)).collect(),
        older,
    })
}

fn sign_in(t: Texts, it: &SignInTry) -> Tried {
    let method = t.say(match it.method {
        Method::Password => "method-password",
        Method::Passkey => "method-passkey",
        Method::Provider => "method-provider",
    });
    let factor = it.factor.map(|factor| match factor {
        SecondFactor::Totp => "factor-totp",
        SecondFactor::Passkey => "method-passkey",
        SecondFactor::RecoveryCode => "factor-recovery-code",
        SecondFactor::Provider => "method-provider",
    });
    let result = match &it.failure {
        None => Badge { mark: Mark::Good, label: t.say("outcome-success") },
        Some(_) => Badge { mark: Mark::Warning, label: t.say("outcome-failure") },
    };
    Tried {
        at: it.at,
        method,
        factor: factor.map(|key| t.say(key)).unwrap_or_default(),
        ip: it.ip.clone(),
        browser: browser(t, &it.user_agent),
        user_agent: it.user_agent.clone(),
        client: it.client.clone(),
        result,
    }
}

fn happened(t: Texts, it: &Event) -> Happened {
    Happened {
        at: it.at(),
        action: did(t, &it.row.action),
        by: words::by(t, it),
        outcome: Badge::of_outcome(t, &it.row.outcome),
    }
}

fn provisioning_of(console: &Console, user: &User, manager: Option<Manager>) -> Provisioning {
    let kind = manager.as_ref().map(|it| provisioning::kind(console.t, it.kind));
    let may_read = console.actor.may(&console.model, connections::MANAGE).is_ok();
    Provisioning {
        manager,
        kind: kind.unwrap_or_default(),
        external_id: user.external_id.clone(),
        updated: user.updated_at,
        journal: may_read.then(|| provisioning::journal_of_user(user.id)),
    }
}
