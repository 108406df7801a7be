//! `doorward connection`: connections to identity providers.

mod breaker;
mod client;
mod drift;
mod linkings;
mod mappings;
mod setup_link;
mod token;

use std::num::NonZeroU32;

use clap::{Args, Subcommand, ValueEnum};

use super::client::Events;
use super::operator::{Operator, secret_from_stdin};
use super::output::{Output, Record};
use crate::app::connections::{self, ConnectionChange, Deletion, Mapped, NewConnection, Sheet, TOKEN_DAYS};
use crate::app::{App, federation};
use crate::domain::connection::{
    Advice, Connection, Health, JOURNAL_DAYS, Kind, LastHolder, ProofClaim, Settings, SsoMfa, UnknownMembers,
};
use crate::domain::id::ConnectionId;
use crate::domain::role::RoleKey;
use crate::domain::routing::DomainName;
use crate::domain::secret::Secret;
use crate::domain::{Error, Timestamp};

/// Connections to identity providers
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a connection and its first token
    Create(Box<Create>),
    /// Say anew how people sign in there; users who are there already keep their way in
    SignIn(Box<SignIn>),
    /// Say anew how it is looked after, how fast it may ask and from where, and which tokens of Entra open it
    Set(Set),
    /// Let membership of a group give a role
    Map(GroupRole),
    /// Let membership of a group give a role no longer, or not once it is pushed
    Unmap(GroupRole),
    /// The breaker: whom the connection lets go beyond its limit waits until somebody has agreed
    #[command(subcommand)]
    Breaker(breaker::Breaker),
    /// List where its people differ from what the identity provider said of them last
    Drift(drift::Drift),
    /// List whom the identity provider means by a user name and may not have before somebody has decided
    Linkings(Which),
    /// Tell what it turns into what: attributes into fields, words and groups into roles, and what leads to nothing
    Mappings(Which),
    /// Bearer tokens of a connection
    #[command(subcommand)]
    Token(token::Token),
    /// Links by which somebody outside, who looks after the identity provider, sets a connection up
    #[command(subcommand)]
    SetupLink(setup_link::SetupLink),
    /// Programs that get tokens for a connection by themselves
    #[command(subcommand)]
    Client(client::Client),
    /// List the connections of an organisation
    List {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
    },
    /// Tell how each connection of an organisation fares, and what can be done
    Health {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: String,
    },
    /// Show a connection
    Show(Which),
    /// Answer the identity provider's requests with "later" for now
    Pause(Which),
    /// Answer them again
    Resume(Which),
    /// Delete a connection with its tokens and groups; its people stay, and sign in at it no more
    Delete {
        #[command(flatten)]
        which: Which,
        /// Only say what would go with it
        #[arg(long)]
        dry_run: bool,
    },
}

/// Which connection.
#[derive(Debug, Args)]
pub struct Which {
    /// The connection
    #[arg(long)]
    id: ConnectionId,
}

/// A role of a group of a connection.
#[derive(Debug, Args)]
pub struct GroupRole {
    /// The connection
    #[arg(long)]
    id: ConnectionId,
    /// The group, by its name or by the identity provider's id of it
    #[arg(long, value_name = "NAME-OR-EXTERNAL-ID")]
    group: String,
    /// The role
    #[arg(long)]
    role: RoleKey,
}

/// Make a connection and its first token
#[derive(Debug, Args)]
pub struct Create {
    /// The organisation
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// Which identity provider it is
    #[arg(long)]
    kind: Provider,
    /// Its name for people
    #[arg(long)]
    name: String,
    /// Issuer of its OpenID Connect; with it, new users sign in there
    #[arg(long, value_name = "URL", requires = "client_id")]
    issuer: Option<String>,
    /// The id it knows this server by
    #[arg(long, value_name = "ID", requires = "issuer")]
    client_id: Option<String>,
    /// Read the secret for that id from standard input
    #[arg(long, requires = "issuer")]
    client_secret_stdin: bool,
    /// Make users of those whom it signs in and nobody has pushed
    #[arg(long, requires = "issuer")]
    jit: bool,
    /// Link whoever it sent no id for by an address of the connection's domains that the provider says is verified
    #[arg(long, requires = "issuer")]
    link_by_email: bool,
    /// What counts as a second factor of those who sign in there [default: as the policy of the organisation says]
    #[arg(long, requires = "issuer")]
    mfa: Option<Mfa>,
    #[command(flatten)]
    proof: Proof,
    /// A domain whose addresses sign in there; repeat it for several
    #[arg(long, value_name = "DOMAIN", requires = "issuer")]
    domain: Vec<DomainName>,
    /// Role of a user to whom nothing else gives one
    #[arg(long, value_name = "ROLE")]
    default_role: Option<RoleKey>,
    /// The highest role it may give [default: every role that is not protected]
    #[arg(long, value_name = "ROLE")]
    max_role: Option<RoleKey>,
    /// It may also give and take protected roles
    #[arg(long)]
    protected_roles: bool,
    /// What happens to group members that do not exist yet
    #[arg(long, default_value = "hold")]
    unknown_members: Unknown,
    /// What happens when it switches off the last holder of a protected role
    #[arg(long, default_value = "suspend-and-alert")]
    last_holder: Last,
    /// Answer every PATCH with 204 rather than with the resource
    #[arg(long)]
    patch_no_content: bool,
    /// It is told which roles and entitlements there are, and entitlements give roles [default: true for Okta]
    #[arg(long, value_name = "BOOL")]
    governance: Option<bool>,
    /// The attribute of users whose texts name roles, beside `roles`, such as userType
    #[arg(long, value_name = "ATTRIBUTE")]
    role_attribute: Option<String>,
    /// For how many days its requests are kept in the journal
    #[arg(long, default_value_t = JOURNAL_DAYS, value_name = "DAYS")]
    journal_days: u32,
    /// Whether those whom it lets go beyond a limit wait until somebody has agreed
    #[arg(long, default_value = "on")]
    breaker: breaker::Switch,
    /// After how many hours without a request it counts as silent, 0 for never [default: 48 for Entra, 168 for others]
    #[arg(long, value_name = "HOURS")]
    silence_hours: Option<u32>,
    /// How many requests it may send in a second, 0 for as many as it likes [default: 100]
    #[arg(long, value_name = "NUMBER")]
    requests_per_second: Option<u32>,
    /// Where it wants to hear what became of requests that it did not wait for (RFC 9967)
    #[arg(long, value_name = "URI")]
    events_uri: Option<String>,
    /// A network from which its tokens work, such as 192.0.2.0/24; repeat it for several [default: from everywhere]
    #[arg(long, value_name = "NETWORK")]
    allowed_address: Vec<String>,
    #[command(flatten)]
    entra: client::Entra,
    /// How long the first token works
    #[arg(long, default_value_t = TOKEN_DAYS, value_name = "DAYS", value_parser = token::days())]
    token_days: u32,
}

/// Say anew how people sign in there
#[derive(Debug, Args)]
pub struct SignIn {
    #[command(flatten)]
    which: Which,
    /// Issuer of its OpenID Connect
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// The id it knows this server by
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// Read the secret for that id from standard input; without it the old one stays
    #[arg(long)]
    client_secret_stdin: bool,
    /// Make users of those whom it signs in and nobody has pushed
    #[arg(long)]
    jit: bool,
    /// Link whoever it sent no id for by an address of the connection's domains that the provider says is verified
    #[arg(long)]
    link_by_email: bool,
    /// What counts as a second factor of those who sign in there [default: as the policy of the organisation says]
    #[arg(long)]
    mfa: Option<Mfa>,
    #[command(flatten)]
    proof: Proof,
    /// A domain whose addresses sign in there, in place of those until now; repeat it for several
    #[arg(long, value_name = "DOMAIN")]
    domain: Vec<DomainName>,
}

/// Say anew how a connection is looked after; what is left out stays as it is
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    which: Which,
    /// For how many days requests from now on are kept in the journal
    #[arg(long, value_name = "DAYS")]
    journal_days: Option<u32>,
    /// After how many hours without a request it counts as silent, 0 for never
    #[arg(long, value_name = "HOURS")]
    silence_hours: Option<u32>,
    /// How many requests it may send in a second, 0 for as many as it likes
    #[arg(long, value_name = "NUMBER")]
    requests_per_second: Option<u32>,
    #[command(flatten)]
    events: Events,
    /// The attribute of users whose texts name roles, beside `roles`, such as userType
    #[arg(long, value_name = "ATTRIBUTE")]
    role_attribute: Option<String>,
    /// No attribute but `roles` and `entitlements` gives roles any more
    #[arg(long, conflicts_with = "role_attribute")]
    no_role_attribute: bool,
    /// A network from which its tokens work, in place of those until now; repeat it for several
    #[arg(long, value_name = "NETWORK")]
    allowed_address: Vec<String>,
    /// Its tokens work from everywhere
    #[arg(long, conflicts_with = "allowed_address")]
    from_everywhere: bool,
    #[command(flatten)]
    entra: client::Entra,
    /// No tokens of Entra open it any more
    #[arg(long, conflicts_with = "entra_tenant")]
    no_entra: bool,
}

/// What in its tokens proves two factors.
#[derive(Debug, Args)]
struct Proof {
    /// A value of `amr` that proves two factors; repeat it for several [default: mfa, or as it
    /// was said before]
    #[arg(long, value_name = "VALUE")]
    mfa_amr: Vec<String>,
    /// No value of `amr` proves two factors
    #[arg(long, conflicts_with = "mfa_amr")]
    no_mfa_amr: bool,
    /// A value of `acr`, or of Entra's `acrs`, that proves two factors; repeat it for several [default: those of Okta,
    /// OpenID EAP and REFEDS, or as it was said before]
    #[arg(long, value_name = "VALUE")]
    mfa_acr: Vec<String>,
    /// No value of `acr` proves two factors
    #[arg(long, conflicts_with = "mfa_acr")]
    no_mfa_acr: bool,
}

impl Proof {
    /// The words of each claim; nothing where nothing is said.
    fn words(self) -> (Option<Vec<String>>, Option<Vec<String>>) {
        let words = |named: Vec<String>, is_none: bool| (is_none || !named.is_empty()).then_some(named);
        (words(self.mfa_amr, self.no_mfa_amr), words(self.mfa_acr, self.no_mfa_acr))
    }
}

/// What counts as a second factor.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Mfa {
    /// It sees to that; nothing is asked for here
    TrustIdp,
    /// It must say so in its tokens (`amr`, `acr`); else a code is asked for here
    RequireAmr,
    /// A code is always asked for here
    RequireLocal,
}

impl Mfa {
    const fn rule(self) -> SsoMfa {
        match self {
            Self::TrustIdp => SsoMfa::TrustIdp,
            Self::RequireAmr => SsoMfa::RequireAmr,
            Self::RequireLocal => SsoMfa::RequireLocal,
        }
    }
}

/// Which identity provider.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Provider {
    /// Okta
    Okta,
    /// Microsoft Entra ID
    Entra,
    /// Any SCIM 2.0 client
    Generic,
}

/// What happens to unknown members.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Unknown {
    /// They join when such a user appears
    Hold,
    /// They are dropped
    Ignore,
    /// The request is refused
    Reject,
}

/// What happens to the last holder.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Last {
    /// Sign-in dies at once, the role stays, an alert is raised
    SuspendAndAlert,
    /// The request is refused
    Refuse,
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Command::Create(new) => create(operator, *new).await,
        Command::SignIn(new) => sign_in(operator, *new).await,
        Command::Set(new) => {
            let change = ConnectionChange {
                journal_days: new.journal_days,
                silence_hours: new.silence_hours.map(Some),
                requests_per_second: new.requests_per_second.map(Some),
                events_uri: new.events.said(),
                role_attribute: if new.no_role_attribute { Some(None) } else { new.role_attribute.map(Some) },
                allowed_addresses: (new.from_everywhere || !new.allowed_address.is_empty())
                    .then_some(new.allowed_address),
                entra: if new.no_entra { Some(None) } else { new.entra.tokens().map(Some) },
                ..ConnectionChange::default()
            };
            Ok(Output::one(view(&connections::change(app, actor, new.which.id, change).await?)))
        }
        Command::Map(GroupRole { id, group, role }) => {
            let mapped = connections::map_group(app, actor, id, &group, &role).await?;
            let record = Record::new().with("connection", id.to_string()).with("group", group.as_str());
            let record = record.with("role", role.as_str()).with("is_waiting", mapped == Mapped::WhenPushed);
            let later = format!("There is no group {group} yet; its members get the role {role} once it is pushed.");
            let output = Output::one(record);
            Ok(if mapped == Mapped::WhenPushed { output.note(&later) } else { output })
        }
        Command::Unmap(GroupRole { id, group, role }) => {
            connections::unmap_group(app, actor, id, &group, &role).await?;
            let record = Record::new().with("connection", id.to_string()).with("group", group.as_str());
            Ok(Output::one(record.with("role", role.as_str()).with("status", "unmapped")))
        }
        Command::Breaker(command) => breaker::run(operator, command).await,
        Command::Drift(asked) => drift::run(operator, asked).await,
        Command::Linkings(which) => linkings::run(operator, &which).await,
        Command::Mappings(which) => mappings::run(operator, &which).await,
        Command::Token(command) => token::run(operator, command).await,
        Command::SetupLink(command) => setup_link::run(operator, command).await,
        Command::Client(command) => client::run(operator, command).await,
        Command::List { org } => {
            let org = operator.organisation(&org).await?;
            let all = connections::list(app, actor, org.id).await?;
            Ok(Output::many(&["id", "kind", "name", "status"], all.iter().map(view).collect()))
        }
        Command::Health { org } => {
            let org = operator.organisation(&org).await?;
            let all = connections::health(app, actor, org.id).await?;
            let columns = ["id", "name", "status", "last_request_at", "requests", "refused", "advice"];
            Ok(Output::many(&columns, all.iter().map(view_health).collect()))
        }
        Command::Show(which) => {
            let Sheet { connection, tokens, clients, domains, .. } = connections::sheet(app, actor, which.id).await?;
            let clients: Vec<_> = clients.iter().map(|it| client::view(it).into_json()).collect();
            let tokens: Vec<_> = tokens.iter().map(|it| token::view(it).into_json()).collect();
            let url = connections::scim_base_url_of(app, &connection);
            let record = view(&connection).with("scim_base_url", url).with("domains", domains);
            Ok(Output::one(with_addresses(app, &connection, record).with("tokens", tokens).with("clients", clients)))
        }
        Command::Pause(which) => Ok(Output::one(view(&connections::set_paused(app, actor, which.id, true).await?))),
        Command::Resume(which) => Ok(Output::one(view(&connections::set_paused(app, actor, which.id, false).await?))),
        Command::Delete { which, dry_run: true } => {
            let plan = connections::plan_deletion(app, actor, which.id).await?;
            Ok(Output::one(view_deletion(&plan)).note("Nothing was deleted."))
        }
        Command::Delete { which, dry_run: false } => {
            Ok(Output::one(view_deletion(&connections::delete(app, actor, which.id).await?)))
        }
    }
}

async fn create(operator: &Operator, new: Create) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    let org = operator.organisation(&new.org).await?.id;
    let (mfa_amr, mfa_acr) = new.proof.words();
    let settings = Settings {
        issuer: new.issuer,
        client_id: new.client_id,
        default_role: new.default_role.map(|role| role.to_string()),
        max_role: new.max_role.map(|role| role.to_string()),
        protected_roles: new.protected_roles,
        unknown_members: match new.unknown_members {
            Unknown::Hold => UnknownMembers::Hold,
            Unknown::Ignore => UnknownMembers::Ignore,
            Unknown::Reject => UnknownMembers::Reject,
        },
        last_holder: match new.last_holder {
            Last::SuspendAndAlert => LastHolder::SuspendAndAlert,
            Last::Refuse => LastHolder::Refuse,
        },
        patch_no_content: new.patch_no_content,
        governance: new.governance,
        role_attribute: new.role_attribute,
        journal_days: Some(new.journal_days),
        breaker: new.breaker.at_first(),
        silence_hours: new.silence_hours,
        requests_per_second: new.requests_per_second,
        events_uri: new.events_uri,
        allowed_addresses: new.allowed_address,
        entra: new.entra.tokens(),
        jit: new.jit,
        link_by_email: new.link_by_email,
        mfa: new.mfa.map(Mfa::rule),
        mfa_amr,
        mfa_acr,
    };
    let kind = match new.kind {
        Provider::Okta => Kind::Okta,
        Provider::Entra => Kind::Entra,
        Provider::Generic => Kind::Generic,
    };
    let client_secret = if new.client_secret_stdin { Some(Secret::new(secret_from_stdin()?)) } else { None };
    let token_lifetime = connections::token_lifetime(new.token_days)?;
    let (name, domains) = (new.name, new.domain);
    let new = NewConnection { org, kind, name, settings, client_secret, domains, token_lifetime };
    let (connection, token) = connections::create(app, actor, new).await?;
    let record = Record::new()
        .with("id", connection.id.to_string())
        .with("org_id", connection.org.to_string())
        .with("kind", connection.kind.word())
        .with("name", connection.name.as_str())
        .with("scim_base_url", connections::scim_base_url_of(app, &connection));
    let record = if connection.settings.issuer.is_some() { with_addresses(app, &connection, record) } else { record };
    Ok(token::shown_once(record, &token))
}

async fn sign_in(operator: &Operator, new: SignIn) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    let client_secret = if new.client_secret_stdin { Some(Secret::new(secret_from_stdin()?)) } else { None };
    let (mfa_amr, mfa_acr) = new.proof.words();
    let change = ConnectionChange {
        issuer: Some(new.issuer),
        client_id: Some(new.client_id),
        client_secret,
        jit: Some(new.jit),
        link_by_email: Some(new.link_by_email),
        mfa: Some(new.mfa.map(Mfa::rule)),
        mfa_amr: mfa_amr.map(Some),
        mfa_acr: mfa_acr.map(Some),
        domains: Some(new.domain),
        ..ConnectionChange::default()
    };
    let changed = connections::change(app, actor, new.which.id, change).await?;
    Ok(Output::one(with_addresses(app, &changed, view(&changed))))
}

/// What the identity provider must know so that people can sign in there.
fn with_addresses(app: &App, connection: &Connection, record: Record) -> Record {
    let addresses = federation::addresses(app, connection.id);
    record
        .with("redirect_uri", addresses.redirect_uri)
        .with("initiate_login_uri", addresses.start)
        .with("backchannel_logout_uri", addresses.backchannel_logout)
        .with("frontchannel_logout_uri", addresses.frontchannel_logout)
        .with("universal_logout_uri", addresses.universal_logout)
}

fn view(it: &Connection) -> Record {
    Record::new()
        .with("id", it.id.to_string())
        .with("org_id", it.org.to_string())
        .with("kind", it.kind.word())
        .with("name", it.name.as_str())
        .with("status", if it.is_paused { "paused" } else { "active" })
        .with("issuer", it.settings.issuer.clone())
        .with("client_id", it.settings.client_id.clone())
        .with("jit", it.settings.jit)
        .with("link_by_email", it.settings.link_by_email)
        .with("mfa", serde_json::json!(it.settings.mfa))
        .with("mfa_amr", serde_json::json!(it.settings.proving(ProofClaim::Amr)))
        .with("mfa_acr", serde_json::json!(it.settings.proving(ProofClaim::Acr)))
        .with("default_role", it.settings.default_role.clone())
        .with("max_role", it.settings.max_role.clone())
        .with("protected_roles", it.settings.protected_roles)
        .with("breaker", serde_json::json!(it.settings.breaker()))
        .with("governance", it.governs())
        .with("role_attribute", it.settings.role_attribute.clone())
        .with("journal_days", it.settings.journal_days())
        .with("silence_hours", it.silence_hours())
        .with("requests_per_second", it.requests_per_second().map_or(0, NonZeroU32::get))
        .with("events_uri", it.settings.events_uri.clone())
        .with("allowed_addresses", it.settings.allowed_addresses.clone())
        .with("entra", serde_json::json!(it.settings.entra))
        .with("created_at", it.created_at.rfc3339())
}

fn view_health(it: &Health) -> Record {
    let advice: Vec<&str> = it.advice().into_iter().map(Advice::word).collect();
    Record::new()
        .with("id", it.connection.id.to_string())
        .with("name", it.connection.name.as_str())
        .with("status", if it.connection.is_paused { "paused" } else { "active" })
        .with("last_request_at", it.pulse.heard_at.map(Timestamp::rfc3339))
        .with("last_success_at", it.pulse.succeeded_at.map(Timestamp::rfc3339))
        .with("silent_since", it.silent_since().map(Timestamp::rfc3339))
        .with("requests", it.requests())
        .with("refused", it.refused())
        .with("waiting_members", it.waiting)
        .with("advice", advice)
}

fn view_deletion(it: &Deletion) -> Record {
    let roles: Vec<&str> = it.roles.iter().map(RoleKey::as_str).collect();
    Record::new()
        .with("id", it.connection.id.to_string())
        .with("name", it.connection.name.as_str())
        .with("people", it.people)
        .with("locked_out", it.locked_out)
        .with("groups", it.groups)
        .with("tokens", it.tokens)
        .with("domains", it.domains.clone())
        .with("roles", roles)
}
