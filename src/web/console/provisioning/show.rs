//! One connection: what it is, what the identity provider must know, how people sign in there, and its tokens.

use std::num::NonZeroU32;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::{connection_id, held, journal, kind, path, role_label, status};
use crate::app::connections::{self, Sheet};
use crate::app::{App, federation, linkings};
use crate::domain::connection::{
    Connection, ConnectionClient, ConnectionToken, EntraTokens, LastHolder, ProofClaim, UnknownMembers,
};
use crate::domain::{Error, Timestamp};
use crate::web::console::shell::Shell;
use crate::web::console::users::Badge;
use crate::web::console::{Console, words};
use crate::web::texts::Texts;

#[derive(Template)]
#[template(path = "console/provisioning/show.html")]
struct ConnectionPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    kind: String,
    status: Badge,
    is_paused: bool,
    /// Why this person changes nothing of it that gives somebody a way in.
    why_not: Option<String>,
    /// Why this person cannot delete it.
    why_kept: Option<String>,
    people: u64,
    journal: String,
    journal_days: u32,
    silence_hours: u32,
    requests_per_second: u32,
    events_uri: Option<String>,
    role_attribute: Option<String>,
    allowed_addresses: Vec<String>,
    created: Timestamp,
    updated: Timestamp,
    /// What goes into the settings of the provider: an id for the page, what it is called there, and the address.
    addresses: Vec<(&'static str, String, String)>,
    issuer: Option<String>,
    client_id: Option<String>,
    has_secret: bool,
    domains: Vec<String>,
    jit: bool,
    links_by_email: bool,
    rule: String,
    rule_text: String,
    amr: Vec<String>,
    acr: Vec<String>,
    default_role: Option<String>,
    max_role: Option<String>,
    protected_roles: bool,
    governs: bool,
    /// The tenant, audience and program of the tokens of Entra that open it.
    entra: Option<EntraTokens>,
    unknown_members: String,
    last_holder: String,
    /// When the breaker trips.
    limit: String,
    /// How many people wait.
    held: u64,
    /// How many people it means who do not belong to it.
    linkings: u64,
    tokens: Vec<TokenRow>,
    clients: Vec<ClientRow>,
}

struct ClientRow {
    name: String,
    id: String,
    /// Whether it signs with a key of its own; else it has a secret.
    has_keys: bool,
    last_used: Option<Timestamp>,
    end_path: String,
}

struct TokenRow {
    hint: String,
    may: String,
    /// Those that it names.
    attributes: Option<String>,
    created: Timestamp,
    ends: Timestamp,
    has_ended: bool,
    last_used: Option<Timestamp>,
    end_path: String,
}

pub(super) async fn show(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    console.answer(page(&app, &console, &id).await)
}

async fn page<'a>(app: &App, console: &'a Console, id: &str) -> Result<ConnectionPage<'a>, Error> {
    let sheet = connections::sheet(app, &console.actor, connection_id(id)?).await?;
    let t = console.t;
    let why_kept = connections::may_delete(&console.actor, &console.model, &sheet).err();
    let Sheet { connection: it, tokens, clients, domains, people, has_secret, held: waiting, .. } = sheet;
    let linkings = linkings::count(app, &console.actor, &it).await?;
    let why_not = connections::reaches(&console.actor, &console.model, &it).err();
    let words_of = |claim| it.settings.proving(claim).into_iter().map(str::to_owned).collect();
    let (rule, rule_text) = rule_words(t, &it);
    let label = |key: &Option<String>| key.as_deref().map(|key| role_label(&console.model, key));
    Ok(ConnectionPage {
        shell: &console.shell,
        t,
        path: path(it.id),
        kind: kind(t, it.kind),
        status: status(t, &it),
        is_paused: it.is_paused,
        why_not: why_not.map(|cause| words::problem(t, &cause).1),
        why_kept: why_kept.map(|cause| words::problem(t, &cause).1),
        people,
        journal: journal::of_connection(it.id),
        journal_days: it.settings.journal_days(),
        silence_hours: it.silence_hours(),
        requests_per_second: it.requests_per_second().map_or(0, NonZeroU32::get),
        events_uri: it.settings.events_uri.clone(),
        role_attribute: it.settings.role_attribute.clone(),
        created: it.created_at,
        updated: it.updated_at,
        addresses: addresses(app, t, &it),
        has_secret,
        domains,
        jit: it.settings.jit,
        links_by_email: it.settings.link_by_email,
        rule,
        rule_text,
        amr: words_of(ProofClaim::Amr),
        acr: words_of(ProofClaim::Acr),
        default_role: label(&it.settings.default_role),
        max_role: label(&it.settings.max_role),
        protected_roles: it.settings.protected_roles,
        governs: it.governs(),
        entra: it.settings.entra.clone(),
        unknown_members: t.say(match it.settings.unknown_members {
            UnknownMembers::Hold => "connection-unknown-hold",
            UnknownMembers::Ignore => "connection-unknown-ignore",
            UnknownMembers::Reject => "connection-unknown-reject",
        }),
        last_holder: t.say(match it.settings.last_holder {
            LastHolder::SuspendAndAlert => "connection-last-suspend",
            LastHolder::Refuse => "connection-last-refuse",
        }),
        limit: held::limit(t, it.settings.breaker()),
        held: waiting.all(),
        linkings,
        tokens: tokens.into_iter().map(|token| row(app, t, token)).collect(),
        clients: clients.into_iter().map(client_row).collect(),
        name: it.name,
        allowed_addresses: it.settings.allowed_addresses,
        issuer: it.settings.issuer,
        client_id: it.settings.client_id,
    })
}

fn rule_words(t: Texts, it: &Connection) -> (String, String) {
    let (label, text) =
        it.settings.mfa.map_or(("connection-mfa-policy", "connection-mfa-policy-text"), words::second_factor);
    (t.say(label), t.say(text))
}

fn addresses(app: &App, t: Texts, it: &Connection) -> Vec<(&'static str, String, String)> {
    let at = federation::addresses(app, it.id);
    let named = |id, key: &str, address| (id, t.say(key), address);
    vec![
        named("scim-base-url", "connection-scim-url", connections::scim_base_url_of(app, it)),
        named("redirect-uri", "connection-redirect-uri", at.redirect_uri),
        named("initiate-login-uri", "connection-initiate-uri", at.start),
        named("backchannel-logout-uri", "connection-backchannel-uri", at.backchannel_logout),
        named("frontchannel-logout-uri", "connection-frontchannel-uri", at.frontchannel_logout),
        named("universal-logout-uri", "connection-universal-uri", at.universal_logout),
    ]
}

fn row(app: &App, t: Texts, it: ConnectionToken) -> TokenRow {
    TokenRow {
        attributes: it.attributes.words().map(|names| names.join(", ")),
        may: it.scopes.words().map_or_else(|| t.say("scim-scope-everything"), |words| words.join(", ")),
        end_path: format!("{}/tokens/{}/end", path(it.connection), it.id),
        has_ended: it.has_ended(app.now()),
        hint: it.hint,
        created: it.created_at,
        ends: it.expires_at,
        last_used: it.last_used_at,
    }
}

fn client_row(it: ConnectionClient) -> ClientRow {
    ClientRow {
        end_path: format!("{}/clients/{}/end", path(it.connection), it.id),
        id: it.id.to_string(),
        has_keys: it.jwks.is_some(),
        name: it.name,
        last_used: it.last_used_at,
    }
}
