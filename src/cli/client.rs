//! `doorward client`: applications that people sign in to.

mod changes;
mod limits;

use std::path::PathBuf;

use changes::Changes;
use clap::{Args, Subcommand};
use limits::Limits;

use super::key_set::key_set;
use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::clients::{self, Earlier, Lifetimes, NewClient, Registered};
use crate::domain::Error;
use crate::domain::id::{ClientId, OrgId};
use crate::domain::secret::Secret;
use crate::oidc::client::{AccessTokenFormat, AuthMethod, Profile};
use crate::oidc::jwt::Algorithm;

/// Applications that people sign in to
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register an application
    Create(Box<Create>),
    /// List the applications of an organisation, or those of the operator
    List {
        /// The organisation
        #[arg(long, value_name = "SLUG")]
        org: Option<String>,
    },
    /// Show an application
    Show {
        /// Its client id
        id: ClientId,
    },
    /// Give an application a new secret; the one before works beside it for 24 hours
    RotateSecret {
        /// Its client id
        id: ClientId,
        /// In an emergency: the one before ends at once, with every token of the application
        #[arg(long)]
        now: bool,
    },
    /// Refuse an application everywhere; every token of it ends at once
    Disable {
        /// Its client id
        id: ClientId,
    },
    /// Change an application; what is not said stays
    #[command(arg_required_else_help = true)]
    Set {
        /// Its client id
        #[arg(long)]
        id: ClientId,
        #[command(flatten)]
        changes: Box<Changes>,
        /// The file with its public keys (RFC 7517); what it signed with others counts no more
        #[arg(long, value_name = "FILE")]
        jwks: Option<PathBuf>,
    },
    /// Serve a disabled application again
    Enable {
        /// Its client id
        id: ClientId,
    },
    /// Take an application away
    Delete {
        /// Its client id
        id: ClientId,
    },
}

/// Register an application
#[derive(Debug, Args)]
pub struct Create {
    /// The organisation it serves [default: all of them]
    #[arg(long, value_name = "SLUG")]
    org: Option<String>,
    /// Its name for people
    #[arg(long)]
    name: String,
    /// Where answers may go; may be given several times
    #[arg(long, required_unless_present = "device_grant", value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Where a person may go after signing out; may be given several times
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Where it wants to hear that a session ended
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// What a browser loads, in a frame, in which somebody signs out; on the host and port of a redirect URI
    #[arg(long, value_name = "URI")]
    frontchannel_logout_uri: Option<String>,
    /// It must be told there which session ended; it is told in any case
    #[arg(long, requires = "frontchannel_logout_uri")]
    frontchannel_logout_session_required: bool,
    /// Where it wants to hear of changes to users and groups (RFC 9967)
    #[arg(long, value_name = "URI")]
    events_uri: Option<String>,
    /// How it authenticates: client_secret_basic, client_secret_post, private_key_jwt or none
    #[arg(long, default_value = "client_secret_basic", value_name = "METHOD", value_parser = auth_method)]
    auth_method: AuthMethod,
    /// The file with its public keys (RFC 7517), for private_key_jwt
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// The rule set it follows: standard, ipsie-sl1 or fapi2
    #[arg(long, default_value = "standard", value_name = "PROFILE", value_parser = profile)]
    profile: Profile,
    /// What its ID tokens are signed with: RS256, ES256, PS256 or EdDSA [default: RS256, ES256 in ipsie-sl1 and fapi2]
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm)]
    id_token_alg: Option<Algorithm>,
    /// What its access tokens look like: opaque or jwt
    #[arg(long, default_value = "opaque", value_name = "FORMAT", value_parser = access_token_format)]
    access_token_format: AccessTokenFormat,
    /// The scopes it may ask for, with spaces between [default: all but api and scim]
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// People are not asked for consent
    #[arg(long)]
    first_party: bool,
    /// People sign in to it with two factors, whatever else is asked of them
    #[arg(long)]
    require_mfa: bool,
    /// It sends the browser with pushed requests alone (RFC 9126); always so in fapi2
    #[arg(long)]
    require_pushed_requests: bool,
    /// It gets no tokens but such as are bound to a key of its own (RFC 9449, DPoP); always so in fapi2
    #[arg(long)]
    dpop_bound: bool,
    /// It runs on devices that people let in with another browser (RFC 8628); such a client needs no redirect URI
    #[arg(long)]
    device_grant: bool,
    /// It is the resource server of this name, which tokens are for that others ask for (RFC 8707)
    #[arg(long, value_name = "URI")]
    resource: Option<String>,
    /// It gets tokens for this resource, where it asks for them (RFC 8707) or exchanges another (RFC 8693); may be given several
    /// times
    #[arg(long, value_name = "URI")]
    audience: Vec<String>,
    /// It knows people by names that no application of another host knows them by (OpenID Connect Core 8.1); stays so
    #[arg(long)]
    pairwise: bool,
    /// It is told the claim NAME with the value of the claim SOURCE; may be given several times
    #[arg(long, value_name = "NAME=SOURCE", value_parser = claim)]
    claim: Vec<(String, String)>,
    /// Where a person is sent who begins here, so that it asks for a sign-in (OpenID Connect Core 4)
    #[arg(long, value_name = "URI")]
    initiate_login_uri: Option<String>,
    #[command(flatten)]
    limits: Limits,
}

/// Where somebody wants to hear of events, said anew.
#[derive(Debug, Args)]
pub struct Events {
    /// Where it wants to hear of them (RFC 9967)
    #[arg(long, value_name = "URI")]
    events_uri: Option<String>,
    /// It is told of none
    #[arg(long, conflicts_with = "events_uri")]
    no_events_uri: bool,
}

impl Events {
    /// What is said; nothing where nothing is.
    pub fn said(self) -> Option<Option<String>> {
        if self.no_events_uri { Some(None) } else { self.events_uri.map(Some) }
    }
}

/// Runs one of the commands.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Command::Create(new) => Box::pin(create(operator, *new)).await,
        Command::List { org } => {
            let org = owner(operator, org.as_deref()).await?;
            let all = clients::list(app, actor, org).await?;
            Ok(Output::many(&["client_id", "name", "auth_method"], all.iter().map(view).collect()))
        }
        Command::Show { id } => Ok(Output::one(view(&clients::get(app, actor, id).await?))),
        Command::RotateSecret { id, now } => {
            let earlier = if now { Earlier::Ends } else { Earlier::Overlaps };
            let (registered, secret) = clients::rotate_secret(app, actor, id, earlier).await?;
            Ok(shown_once(&registered, Some(&secret)))
        }
        Command::Disable { id } => Ok(Output::one(view(&clients::disable(app, actor, id).await?))),
        Command::Set { id, changes, jwks } => {
            let edit = changes.of(operator, id).await?;
            Box::pin(clients::edit(app, actor, id, edit)).await?;
            if let Some(file) = jwks {
                clients::set_keys(app, actor, id, &key_set(&file)?).await?;
            }
            Ok(Output::one(view(&clients::get(app, actor, id).await?)))
        }
        Command::Enable { id } => Ok(Output::one(view(&clients::enable(app, actor, id).await?))),
        Command::Delete { id } => {
            clients::delete(app, actor, id).await?;
            Ok(Output::one(Record::new().with("client_id", id.to_string()).with("status", "deleted")))
        }
    }
}

async fn create(operator: &Operator, new: Create) -> Result<Output, Error> {
    let client = NewClient {
        org: owner(operator, new.org.as_deref()).await?,
        name: new.name,
        auth_method: new.auth_method,
        jwks: new.jwks.map(|file| key_set(&file)).transpose()?,
        redirect_uris: new.redirect_uri,
        post_logout_redirect_uris: new.post_logout_redirect_uri,
        backchannel_logout_uri: new.backchannel_logout_uri,
        frontchannel_logout_uri: new.frontchannel_logout_uri,
        frontchannel_logout_session_required: new.frontchannel_logout_session_required,
        events_uri: new.events_uri,
        scopes: new.scope,
        first_party: new.first_party,
        require_mfa: new.require_mfa,
        profile: new.profile,
        id_token_alg: new.id_token_alg,
        access_token_format: new.access_token_format,
        require_pushed_requests: new.require_pushed_requests,
        dpop_bound: new.dpop_bound,
        device_grant: new.device_grant,
        resource: new.resource,
        audiences: new.audience,
        pairwise: new.pairwise,
        claims: new.claim.into_iter().collect(),
        initiate_login_uri: new.initiate_login_uri,
        lifetimes: new.limits.lifetimes(Lifetimes::default()).unwrap_or_default(),
        reach: new.limits.reach(operator).await?.unwrap_or_default(),
    };
    let (registered, secret) = clients::create(&operator.app, &operator.actor, client).await?;
    Ok(shown_once(&registered, secret.as_ref()))
}

async fn owner(operator: &Operator, slug: Option<&str>) -> Result<Option<OrgId>, Error> {
    match slug {
        Some(slug) => Ok(Some(operator.organisation(slug).await?.id)),
        None => Ok(None),
    }
}

fn shown_once(registered: &Registered, secret: Option<&Secret<String>>) -> Output {
    let output = Output::one(view(registered).maybe("client_secret", secret.map(|secret| secret.reveal().as_str())));
    if secret.is_some() { output.note("The secret is not shown again.") } else { output }
}

fn view(it: &Registered) -> Record {
    let registration = &it.registration;
    Record::new()
        .with("client_id", registration.client_id.as_str())
        .with("org_id", (it.client.org != OrgId::OPERATOR).then(|| it.client.org.to_string()))
        .with("name", registration.name.as_str())
        .with("status", if it.client.is_disabled { "disabled" } else { "active" })
        .with("auth_method", registration.auth_method.as_str())
        .with("key_ids", registration.key_ids())
        .with("redirect_uris", registration.redirect_uris.clone())
        .with("post_logout_redirect_uris", registration.post_logout_redirect_uris.clone())
        .with("backchannel_logout_uri", registration.backchannel_logout_uri.clone())
        .with("frontchannel_logout_uri", registration.frontchannel_logout_uri.clone())
        .with("frontchannel_logout_session_required", registration.frontchannel_logout_session_required)
        .with("events_uri", it.client.events_uri.clone())
        .with("scope", registration.scopes.to_string())
        .with("first_party", registration.first_party)
        .with("require_mfa", registration.require_mfa)
        .with("profile", registration.profile.as_str())
        .with("id_token_alg", registration.id_token_alg.as_str())
        .with("access_token_format", registration.access_token_format.as_str())
        .with("require_pushed_requests", registration.needs_pushed_requests())
        .with("dpop_bound", registration.needs_dpop())
        .with("device_grant", registration.device_grant)
        .with("resource", registration.resource.clone())
        .with("audiences", registration.audiences.clone())
        .with("pairwise", registration.pairwise)
        .with("claims", registration.claims.iter().map(|(name, source)| format!("{name}={source}")).collect::<Vec<_>>())
        .with("initiate_login_uri", registration.initiate_login_uri.clone())
        .with("access_token_seconds", registration.lifetimes.access_token_seconds)
        .with("refresh_token_idle_seconds", registration.lifetimes.refresh_token_idle_seconds)
        .with("authorization_seconds", registration.lifetimes.authorization_seconds)
        .with("only_org_ids", registration.reach.organisations.clone())
        .with("only_groups", registration.reach.groups.clone())
        .with("only_roles", registration.reach.roles.clone())
        .with("created_at", it.client.created_at.rfc3339())
}

fn auth_method(name: &str) -> Result<AuthMethod, String> {
    AuthMethod::named(name).ok_or_else(|| names(&AuthMethod::ALL.map(AuthMethod::as_str)))
}

fn profile(name: &str) -> Result<Profile, String> {
    Profile::named(name).ok_or_else(|| names(&Profile::ALL.map(Profile::as_str)))
}

/// Reads the name of a signature algorithm.
pub fn algorithm(name: &str) -> Result<Algorithm, String> {
    Algorithm::named(name).ok_or_else(|| names(&Algorithm::ALL.map(Algorithm::as_str)))
}

fn claim(text: &str) -> Result<(String, String), String> {
    let (name, source) = text.split_once('=').ok_or("write NAME=SOURCE, such as upn=email")?;
    Ok((name.to_owned(), source.to_owned()))
}

fn access_token_format(name: &str) -> Result<AccessTokenFormat, String> {
    AccessTokenFormat::named(name).ok_or_else(|| names(&AccessTokenFormat::ALL.map(AccessTokenFormat::as_str)))
}

fn names(known: &[&str]) -> String {
    format!("write one of {}", known.join(", "))
}
