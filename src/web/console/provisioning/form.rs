//! The form of a connection: a new one, and one that is changed.
//!
//! **Invariant:** the secret of an identity provider is taken and never shown.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::tokens::{DAYS, lifetime, once};
use super::{LIST, NEW, connection_id, kind, path, words};
use crate::app::App;
use crate::app::connections::{
    self, CLIENT_ID_MAX, CLIENT_SECRET_MAX, ConnectionChange, ISSUER_MAX, NAME_MAX, NewConnection, TOKEN_DAYS,
};
use crate::app::events::URI_MAX;
use crate::app::own_domains;
use crate::domain::connection::{
    AUDIENCE_MAX, Breaker, BreakerChange, Connection, EntraTokens, JOURNAL_DAYS, JOURNAL_DAYS_MAX, Kind, MINUTES_MAX,
    PEOPLE_MAX, PERCENT_MAX, ProofClaim, SILENCE_HOURS_MAX, Settings, SsoMfa, lanes,
};
use crate::domain::routing::DomainName;
use crate::domain::secret::Secret;
use crate::domain::{Error, Flaw};
use crate::web::console::Console;
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::form::shown::{Clash, Merged};
use crate::web::form::{Fields, Signed};
use crate::web::page::Page;
use crate::web::texts::Texts;

const KINDS: [Kind; 3] = [Kind::Okta, Kind::Entra, Kind::Generic];
/// With what the field of a domain begins.
const DOMAIN: &str = "domain-";
/// What stands for the policy of the organisation among the rules about second factors.
const BY_POLICY: &str = "policy";

#[derive(Template)]
#[template(path = "console/provisioning/form.html")]
struct FormPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    /// Where one came from: its name and its address.
    trail: (String, String),
    action: String,
    /// What the form shows of what stands there; nothing for a new one.
    shown: Option<String>,
    has_secret: bool,
    /// The domains that may lead here.
    domains: Vec<String>,
    /// Whether people sign in there already, which cannot be taken away.
    signs_in: bool,
    fields: Fields,
    rules: Vec<Rule>,
    /// What is only said of a new one.
    new: Option<NewFields>,
    problem: Option<Problem>,
}

/// What a new connection is given besides.
struct NewFields {
    kinds: Vec<Choice>,
    max_roles: Vec<Choice>,
    default_roles: Vec<Choice>,
    days: Vec<Choice>,
}

/// A rule about second factors.
struct Rule {
    value: &'static str,
    label: String,
    text: String,
    is_chosen: bool,
}

struct Problem {
    field: String,
    text: String,
}

impl FormPage<'_> {
    /// What stands in a field.
    fn typed(&self, field: &str) -> &str {
        self.fields.get(field).unwrap_or_default()
    }

    /// True for a domain that is ticked.
    fn leads_here(&self, domain: &str) -> bool {
        self.fields.get(&format!("{DOMAIN}{domain}")).is_some()
    }

    /// True for the field that the problem is about.
    fn is_wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.field == field)
    }
}

pub(super) async fn ask_new(State(app): State<App>, console: Console) -> Response {
    console.answer(new_page(&app, &console, usual(), None).await)
}

pub(super) async fn create(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let made = async {
        let (made, token) = connections::create(&app, &console.actor, wanted(&console, &fields)?).await?;
        Ok(Page(once(&console, &made, &token)).into_response())
    };
    match made.await {
        Ok(shown_once) => shown_once,
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            let problem = Problem::of(console.t, &cause);
            console.again(&cause, new_page(&app, &console, fields, Some(problem)).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

pub(super) async fn ask_edit(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let there = open(&app, &console, &id).await?;
        Ok(edit_page(&console, &there, there.shown(), None))
    };
    console.answer(page.await)
}

pub(super) async fn save(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let there = match open(&app, &console, &id).await {
        Ok(opened) => opened,
        Err(cause) => return console.refuse(cause),
    };
    let Merged { fields, clashes } = fields.over(&there.shown());
    let again = |cause: &Error, problem: Problem| {
        console.again(cause, Ok(edit_page(&console, &there, fields.clone(), Some(problem))))
    };
    if let Some(first) = clashes.first() {
        let problem = Problem { field: first.field.clone(), text: clash(console.t, &clashes) };
        return again(&Error::Stale, problem);
    }
    let done = async { connections::change(&app, &console.actor, there.it.id, changed(&fields, &there)?).await };
    match done.await {
        Ok(it) => Redirect::to(&format!("{}?said=connection-changed", path(it.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => again(&cause, Problem::of(console.t, &cause)),
        Err(cause) => console.refuse(cause),
    }
}

/// A connection that is to be changed.
struct Opened {
    it: Connection,
    has_secret: bool,
    /// The domains that lead there.
    domains: Vec<String>,
    /// Those that may.
    offered: Vec<String>,
}

impl Opened {
    /// The form as it shows the connection.
    fn shown(&self) -> Fields {
        shown(&self.it, &self.domains)
    }
}

/// The connection, for somebody who may change it.
async fn open(app: &App, console: &Console, id: &str) -> Result<Opened, Error> {
    let sheet = connections::sheet(app, &console.actor, connection_id(id)?).await?;
    connections::reaches(&console.actor, &console.model, &sheet.connection)?;
    let offered = connections::domains_for(app, &console.actor, &sheet.domains).await?;
    Ok(Opened { it: sheet.connection, has_secret: sheet.has_secret, domains: sheet.domains, offered })
}

/// A form of a new connection as it is before anything is typed.
fn usual() -> Fields {
    let words = |claim: ProofClaim| claim.usual().join("\n");
    let fields = [
        ("mfa", BY_POLICY.to_owned()),
        ("mfa_amr", words(ProofClaim::Amr)),
        ("mfa_acr", words(ProofClaim::Acr)),
        ("days", TOKEN_DAYS.to_string()),
        ("journal_days", JOURNAL_DAYS.to_string()),
    ];
    let on = [("breaker", "on".to_owned())];
    Fields::shown(fields.into_iter().chain(numbers(Breaker::default())).chain(on))
}

/// The numbers of a breaker as the form shows them.
fn numbers(it: Breaker) -> [(&'static str, String); 3] {
    let numbers = [("breaker_people", it.people), ("breaker_percent", it.percent), ("breaker_minutes", it.minutes)];
    numbers.map(|(field, number)| (field, number.to_string()))
}

/// What a form says of the breaker; nothing where it does not show it.
fn breaker(fields: &Fields) -> BreakerChange {
    // What is no number is beyond every limit, and refused by name.
    let number = |field| fields.get(field).map(|it| it.trim().parse().unwrap_or(u32::MAX));
    let people = number("breaker_people");
    BreakerChange {
        is_on: people.is_some().then(|| fields.get("breaker").is_some()),
        people,
        percent: number("breaker_percent"),
        minutes: number("breaker_minutes"),
    }
}

/// The form as it shows a connection to which these domains lead.
fn shown(it: &Connection, domains: &[String]) -> Fields {
    let settings = &it.settings;
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let words = |claim| settings.proving(claim).join("\n");
    let fields = [
        ("name", it.name.clone()),
        ("journal_days", settings.journal_days().to_string()),
        ("silence_hours", settings.silence_hours.map(|hours| hours.to_string()).unwrap_or_default()),
        ("allowed_addresses", settings.allowed_addresses.join("\n")),
        ("events_uri", text(&settings.events_uri)),
        ("role_attribute", text(&settings.role_attribute)),
        ("requests_per_second", settings.requests_per_second.map(|width| width.to_string()).unwrap_or_default()),
        ("issuer", text(&settings.issuer)),
        ("client_id", text(&settings.client_id)),
        ("entra_tenant", settings.entra.as_ref().map(|it| it.tenant.clone()).unwrap_or_default()),
        ("entra_audience", settings.entra.as_ref().map(|it| it.audience.clone()).unwrap_or_default()),
        ("entra_app", settings.entra.as_ref().map(|it| it.app.clone()).unwrap_or_default()),
        ("mfa", settings.mfa.map_or(BY_POLICY, SsoMfa::word).to_owned()),
        ("mfa_amr", words(ProofClaim::Amr)),
        ("mfa_acr", words(ProofClaim::Acr)),
    ];
    let breaker = settings.breaker();
    let ticked = [
        ("jit", settings.jit),
        ("link_by_email", settings.link_by_email),
        ("governance", it.governs()),
        ("breaker", breaker.is_on),
    ];
    let ticked = ticked.into_iter().filter(|(_, is_on)| *is_on).map(|(field, _)| (field, "on".to_owned()));
    let fields = fields.into_iter().chain(numbers(breaker)).chain(ticked);
    let fields = fields.map(|(field, text)| (field.to_owned(), text));
    Fields::shown(fields.chain(domains.iter().map(|it| (format!("{DOMAIN}{it}"), "on".to_owned()))))
}

/// What a form says of a new connection.
fn wanted(console: &Console, fields: &Fields) -> Result<NewConnection, Error> {
    let choose = |field| Error::invalid(field, Flaw::Missing);
    let kind = fields.get("kind").and_then(Kind::parse).ok_or_else(|| choose("kind"))?;
    let settings = Settings {
        issuer: typed(fields, "issuer"),
        client_id: typed(fields, "client_id"),
        jit: fields.get("jit").is_some(),
        link_by_email: fields.get("link_by_email").is_some(),
        mfa: mfa(fields)?,
        mfa_amr: proving(fields, ProofClaim::Amr, None),
        mfa_acr: proving(fields, ProofClaim::Acr, None),
        journal_days: number(fields, "journal_days")?,
        silence_hours: number(fields, "silence_hours")?,
        requests_per_second: number(fields, "requests_per_second")?,
        events_uri: typed(fields, "events_uri"),
        role_attribute: typed(fields, "role_attribute"),
        allowed_addresses: lines(fields, "allowed_addresses"),
        entra: entra(fields),
        max_role: typed(fields, "max_role"),
        default_role: typed(fields, "default_role"),
        breaker: kept(Breaker::default().with(breaker(fields))),
        ..Settings::default()
    };
    Ok(NewConnection {
        org: console.org(),
        kind,
        name: typed(fields, "name").unwrap_or_default(),
        settings,
        client_secret: secret(fields),
        domains: domains(fields)?,
        token_lifetime: lifetime(fields)?,
    })
}

/// What a form says of a connection that is there. Whoever leaves both fields of a provider empty that it never had, wants
/// nothing of it.
fn changed(fields: &Fields, there: &Opened) -> Result<ConnectionChange, Error> {
    let before = &there.it;
    let text = |field| typed(fields, field).unwrap_or_default();
    let of_provider = |field, was: &Option<String>| typed(fields, field).or_else(|| was.is_some().then(String::new));
    Ok(ConnectionChange {
        name: Some(text("name")),
        issuer: of_provider("issuer", &before.settings.issuer),
        client_id: of_provider("client_id", &before.settings.client_id),
        client_secret: secret(fields),
        jit: Some(fields.get("jit").is_some()),
        link_by_email: Some(fields.get("link_by_email").is_some()),
        mfa: Some(mfa(fields)?),
        mfa_amr: Some(proving(fields, ProofClaim::Amr, Some(before))),
        mfa_acr: Some(proving(fields, ProofClaim::Acr, Some(before))),
        governance: Some(fields.get("governance").is_some()),
        journal_days: number(fields, "journal_days")?,
        breaker: changed_breaker(fields, before.settings.breaker()),
        silence_hours: Some(number(fields, "silence_hours")?),
        requests_per_second: Some(number(fields, "requests_per_second")?),
        events_uri: fields.get("events_uri").map(|_| typed(fields, "events_uri")),
        role_attribute: fields.get("role_attribute").map(|_| typed(fields, "role_attribute")),
        allowed_addresses: Some(lines(fields, "allowed_addresses")),
        // A form that does not show them says nothing of them.
        entra: fields.get("entra_tenant").map(|_| entra(fields)).filter(|it| *it != before.settings.entra),
        // Where none could be ticked, nothing is said of them.
        domains: if there.offered.is_empty() { None } else { Some(domains(fields)?) },
    })
}

/// The domains that are ticked.
fn domains(fields: &Fields) -> Result<Vec<DomainName>, Error> {
    fields.under(DOMAIN).map(|it| own_domains::named("domains", it)).collect()
}

/// Which tokens of Entra open the connection; none where no tenant is named.
fn entra(fields: &Fields) -> Option<EntraTokens> {
    let (audience, app) = (typed(fields, "entra_audience"), typed(fields, "entra_app"));
    Some(EntraTokens::of(&typed(fields, "entra_tenant")?, audience.as_deref(), app.as_deref()))
}

/// The usual breaker is not kept, so that a connection follows when another one becomes usual.
fn kept(it: Breaker) -> Option<Breaker> {
    (it != Breaker::default()).then_some(it)
}

/// What the form says of the breaker, unless it says what stands there.
fn changed_breaker(fields: &Fields, before: Breaker) -> BreakerChange {
    let said = breaker(fields);
    if before.with(said) == before { BreakerChange::default() } else { said }
}

fn typed(fields: &Fields, field: &str) -> Option<String> {
    fields.get(field).map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned)
}

/// A number, or what is usual where nothing is typed.
fn number(fields: &Fields, field: &'static str) -> Result<Option<u32>, Error> {
    let number = |text: String| text.parse().map_err(|_| Error::invalid(field, Flaw::NotANumber));
    typed(fields, field).map(number).transpose()
}

/// The secret is taken as it was typed: a space could be part of it.
fn secret(fields: &Fields) -> Option<Secret<String>> {
    fields.get("client_secret").filter(|it| !it.is_empty()).map(|it| Secret::new(it.to_owned()))
}

/// What stands in the lines of a field.
fn lines(fields: &Fields, field: &str) -> Vec<String> {
    let lines = fields.get(field).unwrap_or_default().lines().map(str::trim).filter(|it| !it.is_empty());
    lines.map(str::to_owned).collect()
}

fn mfa(fields: &Fields) -> Result<Option<SsoMfa>, Error> {
    match fields.get("mfa") {
        None | Some(BY_POLICY) => Ok(None),
        Some(word) => SsoMfa::parse(word).map(Some).ok_or_else(|| Error::invalid("mfa", Flaw::Meaningless)),
    }
}

/// The words of a field, one on each line. The usual ones are not kept, so that they follow when other ones become usual.
fn proving(fields: &Fields, claim: ProofClaim, before: Option<&Connection>) -> Option<Vec<String>> {
    let words = lines(fields, claim.field());
    match before.and_then(|it| it.settings.named(claim)) {
        Some(kept) if *kept == words => Some(words),
        Some(_) | None => (words != claim.usual()).then_some(words),
    }
}

async fn new_page<'a>(
    app: &App,
    console: &'a Console,
    fields: Fields,
    problem: Option<Problem>,
) -> Result<FormPage<'a>, Error> {
    let t = console.t;
    Ok(FormPage {
        title: t.say("new-connection"),
        trail: (t.say("connections"), LIST.to_owned()),
        action: NEW.to_owned(),
        shown: None,
        new: Some(new_fields(console, &fields)?),
        domains: connections::domains_for(app, &console.actor, &[]).await?,
        ..page(console, fields, problem)
    })
}

fn edit_page<'a>(console: &'a Console, there: &Opened, fields: Fields, problem: Option<Problem>) -> FormPage<'a> {
    let Opened { it, has_secret, offered, .. } = there;
    FormPage {
        title: console.t.name("edit-connection", &it.name),
        trail: (it.name.clone(), path(it.id)),
        action: format!("{}/edit", path(it.id)),
        shown: Some(there.shown().carried()),
        has_secret: *has_secret,
        domains: offered.clone(),
        signs_in: it.settings.issuer.is_some(),
        ..page(console, fields, problem)
    }
}

fn page(console: &Console, fields: Fields, problem: Option<Problem>) -> FormPage<'_> {
    FormPage {
        shell: &console.shell,
        t: console.t,
        title: String::new(),
        trail: (String::new(), String::new()),
        action: String::new(),
        shown: None,
        has_secret: false,
        domains: Vec::new(),
        signs_in: false,
        rules: rules(console.t, fields.get("mfa").unwrap_or(BY_POLICY)),
        fields,
        new: None,
        problem,
    }
}

fn rules(t: Texts, chosen: &str) -> Vec<Rule> {
    let of_policy = (BY_POLICY, "connection-mfa-policy", "connection-mfa-policy-text");
    let all = [of_policy].into_iter().chain(SsoMfa::ALL.map(|it| {
        let (label, text) = words::second_factor(it);
        (it.word(), label, text)
    }));
    all.map(|(value, label, text)| Rule { value, label: t.say(label), text: t.say(text), is_chosen: value == chosen })
        .collect()
}

/// What only a new connection is given; refused where this person may make none at all.
fn new_fields(console: &Console, fields: &Fields) -> Result<NewFields, Error> {
    let (t, model) = (console.t, &console.model);
    let reach = connections::reach_of_new(&console.actor, model, console.org())?;
    let chosen = |field: &str, value: &str| fields.get(field).unwrap_or_default() == value;
    let role = |field: &'static str| {
        move |it: &crate::domain::role::Role| Choice {
            value: it.key.to_string(),
            label: it.label.clone(),
            is_chosen: chosen(field, it.key.as_str()),
        }
    };
    let none = |field, key: &str| Choice { value: String::new(), label: t.say(key), is_chosen: chosen(field, "") };
    let every = reach.is_unlimited.then(|| none("max_role", "connection-every-role"));
    let days = |days: u32| Choice {
        value: days.to_string(),
        label: t.count("for-days", days),
        is_chosen: chosen("days", &days.to_string()),
    };
    Ok(NewFields {
        kinds: KINDS
            .map(|it| Choice { value: it.word().to_owned(), label: kind(t, it), is_chosen: chosen("kind", it.word()) })
            .into(),
        max_roles: every.into_iter().chain(reach.roles.iter().copied().map(role("max_role"))).collect(),
        default_roles: [none("default_role", "connection-no-role")]
            .into_iter()
            .chain(reach.roles.iter().copied().map(role("default_role")))
            .collect(),
        days: DAYS.map(days).into(),
    })
}

fn clash(t: Texts, clashes: &[Clash]) -> String {
    words::clash(t, clashes, |it| {
        let now = it.now.clone().unwrap_or_default();
        match it.field.as_str() {
            "issuer" => (t.say("connection-issuer"), now),
            "client_id" => (t.say("connection-client-id"), now),
            "entra_tenant" => (t.say("connection-entra"), now),
            "entra_audience" => (t.say("connection-entra-audience"), now),
            "entra_app" => (t.say("connection-entra-app"), now),
            "silence_hours" => (t.say("connection-silence"), now),
            "allowed_addresses" => (t.say("connection-allowed"), now.replace('\n', ", ")),
            "requests_per_second" => (t.say("connection-pace"), now),
            "journal_days" => (t.say("connection-journal-days"), now),
            "events_uri" => (t.say("connection-events"), now),
            "role_attribute" => (t.say("connection-role-attribute"), now),
            "jit" => (t.say("connection-jit"), words::ticked(t, it)),
            "link_by_email" => (t.say("connection-by-email"), words::ticked(t, it)),
            "governance" => (t.say("connection-governance"), words::ticked(t, it)),
            "mfa" => {
                let label = rules(t, &now).into_iter().find(|it| it.is_chosen).map(|it| it.label);
                (t.say("connection-mfa"), label.unwrap_or_default())
            }
            "breaker" => (t.say("connection-breaker"), words::ticked(t, it)),
            "breaker_people" => (t.say("breaker-people"), now),
            "breaker_percent" => (t.say("breaker-percent"), now),
            "breaker_minutes" => (t.say("breaker-minutes"), now),
            "mfa_amr" => (t.say("connection-amr"), now.replace('\n', ", ")),
            "mfa_acr" => (t.say("connection-acr"), now.replace('\n', ", ")),
            _ => (t.say("column-name"), now),
        }
    })
}

impl Problem {
    fn of(t: Texts, cause: &Error) -> Self {
        let field = if let Error::Invalid { field, .. } = cause { field.clone() } else { String::new() };
        Self { field: field.to_string(), text: words::problem(t, cause).1 }
    }
}
