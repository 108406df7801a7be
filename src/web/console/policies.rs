//! Security Policies: what the organisation demands, shown before it is saved with what it would come to.
//!
//! **Invariant:** nothing that asks something of somebody, or ends a session, is saved before its preview was shown.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::Console;
use super::list::address;
use super::shell::Shell;
use super::words;
use crate::app::App;
use crate::app::policies::{self, ActivationPolicy, Asked, MANAGE, PolicyChange, Preview, Rules, SessionPolicy};
use crate::domain::connection::SsoMfa;
use crate::domain::grace::GRACE_DAYS_MAX;
use crate::domain::organisation::{ABSOLUTE_MINUTES, IDLE_MINUTES};
use crate::domain::password::{Asvs, Class, DEMANDED, HISTORY_MAX, PasswordPolicy, PasswordPreset};
use crate::domain::role::{Activation, MfaPolicy, MfaRequirement, RoleKey};
use crate::domain::user_list::{Mfa, UserFilter, UserList};
use crate::domain::{Error, Timestamp};
use crate::web::error::status;
use crate::web::form::shown::{Clash, Merged};
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Part, Texts};

const PATH: &str = "/console/security/policies";
/// The field that begins the days of grace anew.
const REGRACE: &str = "regrace_on_reactivation";

/// The routes of the policies.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Access::Recent, show).post(PATH, Access::Recent, save)
}

#[derive(Template)]
#[template(path = "console/policies.html")]
struct PoliciesPage<'a> {
    shell: &'a Shell,
    t: Texts,
    problem: Option<(String, String)>,
    preview: Option<Shown>,
    /// What the form shows of what stands there.
    shown: String,
    rules: Rules,
    roles: Vec<Choice>,
    passwords: Vec<Choice>,
    classes: Vec<Choice>,
    lists: Vec<Choice>,
    /// Which standard the passwords meet.
    standard: String,
    ways: Vec<Choice>,
    usual: Vec<Choice>,
    sso: Vec<Choice>,
    grace_days_max: u32,
    demanded: (u32, u32),
    history_max: u32,
    idle: (u32, u32),
    absolute: (u32, u32),
}

/// Something to choose.
struct Choice {
    value: &'static str,
    name: String,
    label: String,
    hint: String,
    is_chosen: bool,
    is_fixed: bool,
}

/// What a change would come to, in words.
struct Shown {
    lines: Vec<String>,
    without: Vec<Named>,
    more_without: u64,
    locked_out: Vec<Named>,
    more_locked_out: u64,
    list: String,
    /// What was previewed, so that nothing else is saved.
    seen: String,
}

struct Named {
    path: String,
    name: String,
}

impl PoliciesPage<'_> {
    fn is_wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|(wrong, _)| wrong == field)
    }
}

async fn show(State(app): State<App>, console: Console) -> Response {
    let page = async {
        may_change(&console)?;
        let rules = policies::show(&app, &console.actor, console.org()).await?;
        let shown = shown(&console, &rules);
        Ok(page(&console, (&shown, rules), None, None))
    };
    console.answer(page.await)
}

async fn save(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    match try_saving(&app, &console, &fields).await {
        Ok(response) => response,
        Err(cause) => console.refuse(cause),
    }
}

async fn try_saving(app: &App, console: &Console, fields: &Fields) -> Result<Response, Error> {
    may_change(console)?;
    let was = policies::show(app, &console.actor, console.org()).await?;
    let shown = shown(console, &was);
    let Merged { fields, clashes } = fields.over(&shown);
    let wanted = wanted(console, &fields, &was);
    let again = |cause: &Error, field: &str, problem: String| {
        let (problem, rules) = (Some((field.to_owned(), problem)), wanted_rules(&was, wanted.clone()));
        Ok((status(cause), Page(page(console, (&shown, rules), None, problem))).into_response())
    };
    if let Some(first) = clashes.first() {
        return again(&Error::Stale, &first.field, clash(console, &was, &clashes));
    }
    let preview = match policies::preview(app, &console.actor, console.org(), wanted.clone()).await {
        Ok(preview) => preview,
        Err(cause @ Error::Invalid { .. }) => {
            let field = if let Error::Invalid { field, .. } = &cause { field.as_str() } else { "" };
            return again(&cause, field, words::problem(console.t, &cause).1);
        }
        Err(other) => return Err(other),
    };
    let seen = json!(preview.policy).to_string();
    let is_save = fields.get("step") != Some("preview");
    if is_save && (fields.get("seen") == Some(&seen) || is_harmless(&was, &preview)) {
        policies::change(app, &console.actor, console.org(), wanted).await?;
        return Ok(Redirect::to(&format!("{PATH}?said=policy")).into_response());
    }
    let rules = preview.policy.clone();
    let comes_to = comes_to(console, &was, &preview, seen);
    Ok(Page(page(console, (&shown, rules), Some(comes_to), None)).into_response())
}

fn may_change(console: &Console) -> Result<(), Error> {
    console.actor.may(&console.model, MANAGE)
}

/// True when nobody is asked for anything at the next sign-in, here or after one at a provider, and no session ends.
fn is_harmless(was: &Rules, preview: &Preview) -> bool {
    let asks_nobody_here = was.mfa == preview.policy.mfa || preview.mfa.without == 0;
    let asks_nobody_of_a_provider = was.sso_mfa == preview.policy.sso_mfa;
    asks_nobody_here && asks_nobody_of_a_provider && preview.sessions_ended == 0
}

/// Everything that is chosen among some, as it stands.
fn choices(console: &Console, rules: &Rules) -> [Vec<Choice>; 7] {
    let (t, password) = (console.t, &rules.password);
    let (roles, sso) = (roles(console, &rules.mfa), sso(t, rules.sso_mfa));
    let (ways, usual) = (ways(t, &rules.activation), usual(t, rules.activation.default));
    [roles, passwords(t, password.preset), classes(t, password), lists(t, password), ways, usual, sso]
}

/// The form as it shows these rules.
fn shown(console: &Console, rules: &Rules) -> Fields {
    let chosen = choices(console, rules).into_iter().flatten().filter(|it| it.is_chosen && !it.is_fixed);
    let on = |name: &str, is_on: bool| is_on.then(|| (name.to_owned(), "on".to_owned()));
    let everybody = on("mfa.all", rules.mfa.require == MfaRequirement::All);
    let regrace = on(REGRACE, rules.regrace_on_reactivation);
    let numbers = [
        ("password.min", rules.password.min),
        ("password.history", rules.password.history),
        ("mfa.grace_days", rules.mfa.grace_days),
        ("sessions.idle_minutes", rules.sessions.idle_minutes),
        ("sessions.absolute_minutes", rules.sessions.absolute_minutes),
        ("admin_sessions.idle_minutes", rules.admin_sessions.idle_minutes),
        ("admin_sessions.absolute_minutes", rules.admin_sessions.absolute_minutes),
    ];
    let numbers = numbers.map(|(name, number)| (name.to_owned(), number.to_string()));
    Fields::shown(chosen.map(|it| (it.name, it.value.to_owned())).chain(everybody).chain(regrace).chain(numbers))
}

/// What somebody else has changed too, in words.
fn clash(console: &Console, now: &Rules, clashes: &[Clash]) -> String {
    let (t, choices) = (console.t, choices(console, now));
    let all = || choices.iter().flatten();
    words::clash(t, clashes, |it| {
        let value = it.now.clone().unwrap_or_default();
        let chosen = all().find(|choice| choice.name == it.field && choice.value == value);
        let chosen = || chosen.map(|choice| choice.label.clone()).unwrap_or_default();
        match it.field.as_str() {
            "mfa.all" => (t.say("policy-mfa-all"), words::ticked(t, it)),
            REGRACE => (t.say("policy-regrace"), words::ticked(t, it)),
            "mfa.grace_days" => (t.say("policy-grace"), value),
            "password.min" => (t.say("policy-password-min"), value),
            "password.history" => (t.say("policy-history"), value),
            "sessions.idle_minutes" => (t.say("policy-idle"), value),
            "sessions.absolute_minutes" => (t.say("policy-absolute"), value),
            "admin_sessions.idle_minutes" => (t.say("policy-admin-idle"), value),
            "admin_sessions.absolute_minutes" => (t.say("policy-admin-absolute"), value),
            "sso_mfa" => (t.say("policy-sso"), chosen()),
            "password" => (t.say("policy-password-rule"), chosen()),
            "activation.default" => (t.say("policy-usual"), chosen()),
            ticked => {
                let label = all().find(|choice| choice.name == ticked).map(|choice| choice.label.clone());
                (label.unwrap_or_default(), words::ticked(t, it))
            }
        }
    })
}

fn wanted_rules(was: &Rules, wanted: PolicyChange) -> Rules {
    Rules {
        mfa: wanted.mfa.flatten().unwrap_or_else(|| was.mfa.clone()),
        regrace_on_reactivation: wanted.regrace_on_reactivation.flatten().unwrap_or(was.regrace_on_reactivation),
        password: wanted.password.flatten().unwrap_or_else(|| was.password.clone()),
        sessions: wanted.sessions.flatten().unwrap_or(was.sessions),
        admin_sessions: wanted.admin_sessions.flatten().unwrap_or(was.admin_sessions),
        activation: wanted.activation.flatten().unwrap_or_else(|| was.activation.clone()),
        sso_mfa: wanted.sso_mfa.flatten().unwrap_or(was.sso_mfa),
        // Where they are seen is where they are changed: beside the sign-ins that failed.
        alerts: was.alerts,
        audit: was.audit,
    }
}

/// What the form asks for; what it leaves as it is stays what it was, the role model's word included.
fn wanted(console: &Console, fields: &Fields, was: &Rules) -> PolicyChange {
    let is_on = |name: &str| fields.get(name).is_some();
    // What is no number is beyond every limit, and refused by name.
    let number = |name: &str| fields.get(name).and_then(|it| it.trim().parse().ok()).unwrap_or(u32::MAX);
    let roles = console.model.roles().iter().map(|it| it.key.clone());
    let roles: Vec<RoleKey> = roles.filter(|key| is_on(&format!("mfa.role.{key}"))).collect();
    let require = match (is_on("mfa.all"), roles.is_empty()) {
        (true, _) => MfaRequirement::All,
        (false, true) => MfaRequirement::None,
        (false, false) => MfaRequirement::Roles,
    };
    let mfa = MfaPolicy { require, roles, grace_days: number("mfa.grace_days") };
    let regrace = is_on(REGRACE);
    let password = PasswordPolicy {
        preset: fields.get("password").and_then(PasswordPreset::parse).unwrap_or(was.password.preset),
        min: number("password.min"),
        classes: Class::ALL.into_iter().filter(|it| is_on(&class_field(*it))).collect(),
        deny_breached: is_on("password.deny_breached"),
        deny_context_words: is_on("password.deny_context_words"),
        history: number("password.history"),
    };
    let sessions = |name: &str| SessionPolicy {
        idle_minutes: number(&format!("{name}.idle_minutes")),
        absolute_minutes: number(&format!("{name}.absolute_minutes")),
    };
    let (sessions, admin_sessions) = (sessions("sessions"), sessions("admin_sessions"));
    let is_allowed = |way: &Activation| *way == Activation::Link || is_on(&format!("activation.{}", way.word()));
    let usual = fields.get("activation.default").and_then(Activation::parse);
    let activation = ActivationPolicy {
        allowed: Activation::ALL.into_iter().filter(is_allowed).collect(),
        default: usual.unwrap_or(was.activation.default),
    };
    let sso_mfa = fields.get("sso_mfa").and_then(SsoMfa::parse).unwrap_or(was.sso_mfa);
    PolicyChange {
        mfa: (mfa != was.mfa).then_some(Some(mfa)),
        regrace_on_reactivation: (regrace != was.regrace_on_reactivation).then_some(Some(regrace)),
        password: (password != was.password).then_some(Some(password)),
        sessions: (sessions != was.sessions).then_some(Some(sessions)),
        admin_sessions: (admin_sessions != was.admin_sessions).then_some(Some(admin_sessions)),
        activation: (activation != was.activation).then_some(Some(activation)),
        sso_mfa: (sso_mfa != was.sso_mfa).then_some(Some(sso_mfa)),
        alerts: None,
        audit: None,
    }
}

fn page<'a>(
    console: &'a Console,
    (shown, rules): (&Fields, Rules),
    preview: Option<Shown>,
    problem: Option<(String, String)>,
) -> PoliciesPage<'a> {
    let t = console.t;
    let [roles, passwords, classes, lists, ways, usual, sso] = choices(console, &rules);
    PoliciesPage {
        shell: &console.shell,
        t,
        problem,
        preview,
        shown: shown.carried(),
        roles,
        passwords,
        classes,
        lists,
        standard: standard(t, &rules.password),
        ways,
        usual,
        sso,
        rules,
        grace_days_max: GRACE_DAYS_MAX,
        demanded: DEMANDED,
        history_max: HISTORY_MAX,
        idle: IDLE_MINUTES,
        absolute: ABSOLUTE_MINUTES,
    }
}

fn roles(console: &Console, mfa: &MfaPolicy) -> Vec<Choice> {
    let is_named = |key: &RoleKey| mfa.require == MfaRequirement::Roles && mfa.roles.contains(key);
    let roles = console.model.roles().iter().map(|role| Choice {
        value: "on",
        name: format!("mfa.role.{}", role.key),
        label: role.label.clone(),
        hint: String::new(),
        is_chosen: is_named(&role.key),
        is_fixed: false,
    });
    roles.collect()
}

fn passwords(t: Texts, chosen: PasswordPreset) -> Vec<Choice> {
    let choice = |preset: PasswordPreset| {
        let (label, hint) = match preset {
            PasswordPreset::Modern => ("password-modern", "password-modern-text"),
            PasswordPreset::Classic => ("password-classic", "password-classic-text"),
        };
        let (name, is_chosen) = ("password".to_owned(), preset == chosen);
        Choice { value: preset.word(), name, label: t.say(label), hint: t.say(hint), is_chosen, is_fixed: false }
    };
    PasswordPreset::ALL.into_iter().map(choice).collect()
}

fn class_field(class: Class) -> String {
    format!("password.classes.{}", class.word())
}

fn classes(t: Texts, password: &PasswordPolicy) -> Vec<Choice> {
    let choice = |class: Class| {
        let label = match class {
            Class::Upper => "class-upper",
            Class::Lower => "class-lower",
            Class::Digit => "class-digit",
            Class::Special => "class-special",
        };
        let (name, is_chosen) = (class_field(class), password.classes.contains(&class));
        Choice { value: "on", name, label: t.say(label), hint: String::new(), is_chosen, is_fixed: false }
    };
    Class::ALL.into_iter().map(choice).collect()
}

fn lists(t: Texts, password: &PasswordPolicy) -> Vec<Choice> {
    let lists = [
        ("password.deny_breached", "deny-breached", "deny-breached-text", password.deny_breached),
        ("password.deny_context_words", "deny-context", "deny-context-text", password.deny_context_words),
    ];
    let choice = |(name, label, hint, is_chosen): (&str, &str, &str, bool)| {
        let name = name.to_owned();
        Choice { value: "on", name, label: t.say(label), hint: t.say(hint), is_chosen, is_fixed: false }
    };
    lists.into_iter().map(choice).collect()
}

/// Which standard the passwords meet, or what of it they miss.
fn standard(t: Texts, password: &PasswordPolicy) -> String {
    let missed: Vec<&str> = password.missed().into_iter().map(Asvs::number).collect();
    match missed.as_slice() {
        [] => t.say("policy-meets"),
        some => t.with("policy-misses", &[("numbers", Part::Words(&some.join(", ")))]),
    }
}

const fn way(way: Activation) -> (&'static str, &'static str) {
    match way {
        Activation::Link => ("way-link", "way-link-text"),
        Activation::TempPasswordMail => ("way-mail", "way-mail-text"),
        Activation::TempPasswordAdmin => ("way-admin", "way-admin-text"),
    }
}

fn ways(t: Texts, activation: &ActivationPolicy) -> Vec<Choice> {
    let ways = Activation::ALL.into_iter().map(|it| Choice {
        value: "on",
        name: format!("activation.{}", it.word()),
        label: t.say(way(it).0),
        hint: t.say(way(it).1),
        is_chosen: activation.allows(it),
        is_fixed: it == Activation::Link,
    });
    ways.collect()
}

fn usual(t: Texts, default: Activation) -> Vec<Choice> {
    let ways = Activation::ALL.into_iter().map(|it| Choice {
        value: it.word(),
        name: "activation.default".to_owned(),
        label: t.say(way(it).0),
        hint: String::new(),
        is_chosen: it == default,
        is_fixed: false,
    });
    ways.collect()
}

fn sso(t: Texts, chosen: SsoMfa) -> Vec<Choice> {
    let rules = SsoMfa::ALL.into_iter().map(|it| {
        let (label, hint) = words::second_factor(it);
        Choice {
            value: it.word(),
            name: "sso_mfa".to_owned(),
            label: t.say(label),
            hint: t.say(hint),
            is_chosen: it == chosen,
            is_fixed: false,
        }
    });
    rules.collect()
}

fn comes_to(console: &Console, was: &Rules, preview: &Preview, seen: String) -> Shown {
    let t = console.t;
    let (mfa, rules) = (&preview.mfa, &preview.policy);
    let mut lines = Vec::new();
    if mfa.required > 0 {
        lines.push(t.count("preview-required", mfa.required));
        lines.push(t.count("preview-without", mfa.without));
    } else {
        lines.push(t.say("preview-nobody"));
    }
    if mfa.locked_out > 0 {
        lines.push(t.count("preview-locked-out", mfa.locked_out));
    }
    lines.extend(deadlines(t, mfa));
    if (was.sessions, was.admin_sessions) != (rules.sessions, rules.admin_sessions) {
        lines.push(t.count("preview-sessions", preview.sessions_ended));
    }
    if was.password != rules.password {
        lines.extend([t.say("preview-password"), standard(t, &rules.password)]);
    }
    if rules.password.history < was.password.history {
        lines.push(t.say("preview-forgets"));
    }
    if was.regrace_on_reactivation != rules.regrace_on_reactivation {
        lines.push(t.say(if rules.regrace_on_reactivation { "preview-regrace" } else { "preview-no-regrace" }));
    }
    if was.activation != rules.activation {
        lines.push(t.say("preview-activation"));
    }
    if was.sso_mfa != rules.sso_mfa {
        lines.push(t.say("preview-sso"));
    }
    let named = |all: &[policies::Named]| {
        let named =
            all.iter().map(|it| Named { path: format!("/console/users/{}", it.id), name: it.display_name.clone() });
        named.collect()
    };
    let roles = if rules.mfa.require == MfaRequirement::Roles { rules.mfa.roles.clone() } else { Vec::new() };
    let filter = UserFilter { mfa: Some(Mfa::Off), roles, ..UserFilter::default() };
    Shown {
        lines,
        without: named(&mfa.without_first),
        more_without: more(mfa.without, &mfa.without_first),
        locked_out: named(&mfa.locked_out_first),
        more_locked_out: more(mfa.locked_out, &mfa.locked_out_first),
        list: address::of(&UserList { filter, ..UserList::default() }, &[]),
        seen,
    }
}

/// How many there are besides those who are named.
fn more(all: u64, named: &[policies::Named]) -> u64 {
    all.saturating_sub(u64::try_from(named.len()).unwrap_or(u64::MAX))
}

fn deadlines(t: Texts, mfa: &Asked) -> Option<String> {
    let moment = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse_rfc3339).map(|it| t.moment(&it));
    let (first, last) = (moment(&mfa.first_deadline)?, moment(&mfa.last_deadline)?);
    let parts = [("first", Part::Words(&first)), ("last", Part::Words(&last))];
    Some(t.with(if first == last { "preview-deadline" } else { "preview-deadlines" }, &parts))
}
