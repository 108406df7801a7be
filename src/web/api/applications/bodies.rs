//! What is sent and answered about applications.
//!
//! **Invariant:** a secret is in the answer that makes it, and in no other.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::clients::{
    AccessTokenFormat, Algorithm, AuthMethod, Edit, Lifetimes, Mapping, NewClient, People, Profile, Reach, Registered,
    SignedIn,
};
use crate::domain::Error;
use crate::domain::id::{ClientId, OrgId, UserId};
use crate::domain::secret::Secret;
use crate::oidc::client::Registration;
use crate::oidc::scope::Scope;
use crate::web::api::json::{kept, told};

/// An application, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web::api) struct ApplicationBody {
    /// Its `client_id`.
    id: ClientId,
    name: String,
    /// `active` or `disabled`.
    status: &'static str,
    /// Only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    client_secret: Option<String>,
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`.
    auth_method: &'static str,
    /// The names of its public keys.
    key_ids: Vec<String>,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    backchannel_logout_uri: Option<String>,
    frontchannel_logout_uri: Option<String>,
    frontchannel_logout_session_required: bool,
    initiate_login_uri: Option<String>,
    events_uri: Option<String>,
    /// What it may ask for.
    scopes: Vec<&'static str>,
    /// Whether people are not asked for consent.
    first_party: bool,
    /// Whether people sign in to it with two factors, whatever else is asked of them.
    require_mfa: bool,
    /// `standard`, `ipsie-sl1` or `fapi2`.
    profile: &'static str,
    id_token_alg: &'static str,
    /// `opaque` or `jwt`.
    access_token_format: &'static str,
    /// Also where the profile demands it.
    require_pushed_requests: bool,
    /// Also where the profile demands it.
    dpop_bound: bool,
    /// Whether it runs on devices that people let in with another browser (RFC 8628).
    device_grant: bool,
    /// The name under which it is the resource server that tokens are for (RFC 8707).
    resource: Option<String>,
    /// The resources that it gets tokens for, where it asks for any (RFC 8707) or exchanges a token (RFC 8693).
    audiences: Vec<String>,
    /// Whether it knows people by names that no application of another host knows them by (OpenID Connect Core 8.1).
    pairwise: bool,
    /// The claims that it is told under other names, each with the claim that its value is taken from.
    #[schema(value_type = Object)]
    claims: Mapping,
    access_token_seconds: u32,
    refresh_token_idle_seconds: u32,
    authorization_seconds: u32,
    /// The ids of the groups whose members may use it; with those of `only_roles` everybody's where both are empty.
    only_groups: Vec<String>,
    /// The keys of the roles whose holders may use it.
    only_roles: Vec<String>,
    created_at: String,
    updated_at: String,
}

/// The applications of an organisation, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web::api) struct ApplicationList {
    clients: Vec<ApplicationBody>,
}

/// What an application starts with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct NewApplicationBody {
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    /// `client_secret_basic` unless said, `client_secret_post`, `private_key_jwt` or `none`.
    auth_method: Option<String>,
    /// Its public keys (RFC 7517), for `private_key_jwt`.
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// At least one, unless it runs on devices alone.
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    backchannel_logout_uri: Option<String>,
    frontchannel_logout_uri: Option<String>,
    #[serde(default)]
    frontchannel_logout_session_required: bool,
    initiate_login_uri: Option<String>,
    /// Where it wants to hear of changes to users and groups (RFC 9967).
    events_uri: Option<String>,
    /// Every scope but `api` and `scim` unless said.
    scopes: Option<Vec<String>>,
    #[serde(default)]
    first_party: bool,
    #[serde(default)]
    require_mfa: bool,
    /// `standard` unless said, `ipsie-sl1` or `fapi2`.
    profile: Option<String>,
    /// `RS256`, `ES256`, `PS256` or `EdDSA`; RS256 unless said, ES256 in the other profiles.
    id_token_alg: Option<String>,
    /// `opaque` unless said, or `jwt`.
    access_token_format: Option<String>,
    #[serde(default)]
    require_pushed_requests: bool,
    #[serde(default)]
    dpop_bound: bool,
    #[serde(default)]
    device_grant: bool,
    /// The name under which it is the resource server that tokens are for (RFC 8707): an absolute URI.
    resource: Option<String>,
    /// The resources that it gets tokens for, where it asks for any (RFC 8707) or exchanges a token (RFC 8693).
    #[serde(default)]
    audiences: Vec<String>,
    /// It knows people by names that no application of another host knows them by (OpenID Connect Core 8.1); it stays so.
    #[serde(default)]
    pairwise: bool,
    /// The claims that it is told under other names, each with the claim that its value is taken from: `{"upn": "email"}`.
    #[serde(default)]
    #[schema(value_type = Object)]
    claims: Mapping,
    #[schema(minimum = 60, maximum = 3600)]
    access_token_seconds: Option<u32>,
    refresh_token_idle_seconds: Option<u32>,
    authorization_seconds: Option<u32>,
    /// The ids of groups; being in one of them is enough to use it.
    #[serde(default)]
    only_groups: Vec<String>,
    /// The keys of roles; having one of them is enough.
    #[serde(default)]
    only_roles: Vec<String>,
}

/// What changes of an application; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct ChangeApplicationBody {
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 128)]
    name: Option<Option<String>>,
    /// Other public keys, for `private_key_jwt`.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Object, required = false)]
    jwks: Option<Option<Value>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Vec<String>, required = false)]
    redirect_uris: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Vec<String>, required = false)]
    post_logout_redirect_uris: Option<Option<Vec<String>>>,
    /// Nowhere when null.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>)]
    backchannel_logout_uri: Option<Option<String>>,
    /// Nothing when null.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>)]
    frontchannel_logout_uri: Option<Option<String>>,
    /// Nowhere when null.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>)]
    events_uri: Option<Option<String>>,
    /// Nowhere when null.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>)]
    initiate_login_uri: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Vec<String>, required = false)]
    scopes: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    first_party: Option<Option<bool>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    require_mfa: Option<Option<bool>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false)]
    profile: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false)]
    id_token_alg: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false)]
    access_token_format: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    require_pushed_requests: Option<Option<bool>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    dpop_bound: Option<Option<bool>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    device_grant: Option<Option<bool>>,
    /// It is no resource server when null.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>)]
    resource: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Vec<String>, required = false)]
    audiences: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Object, required = false)]
    claims: Option<Option<Mapping>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = u32, required = false, minimum = 60, maximum = 3600)]
    access_token_seconds: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = u32, required = false)]
    refresh_token_idle_seconds: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = u32, required = false)]
    authorization_seconds: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Vec<String>, required = false)]
    only_groups: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Vec<String>, required = false)]
    only_roles: Option<Option<Vec<String>>>,
}

/// What becomes of the earlier secret.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct RotateApplicationSecretBody {
    /// It ends at once, with every token of the application: it may be in foreign hands.
    #[serde(default)]
    pub(super) earlier_ends: bool,
}

/// Who is signed in to an application, whoever came last first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web::api) struct ApplicationSessionList {
    sessions: Vec<ApplicationSession>,
    /// Whether there are more than were looked through.
    has_more: bool,
}

/// Somebody who is signed in to an application.
#[derive(Debug, Serialize, ToSchema)]
struct ApplicationSession {
    user_id: UserId,
    user_name: String,
    display_name: String,
    session_id: String,
    scopes: Vec<String>,
    began_at: String,
    /// At the latest.
    ends_at: String,
}

impl NewApplicationBody {
    /// Reads it, for an organisation.
    pub(super) fn read(self, org: OrgId) -> Result<NewClient, Error> {
        let usual = Lifetimes::default();
        Ok(NewClient {
            org: Some(org),
            name: self.name,
            auth_method: self.auth_method.map_or(Ok(AuthMethod::ClientSecretBasic), |it| auth_method(&it))?,
            jwks: self.jwks,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            backchannel_logout_uri: self.backchannel_logout_uri,
            frontchannel_logout_uri: self.frontchannel_logout_uri,
            frontchannel_logout_session_required: self.frontchannel_logout_session_required,
            events_uri: self.events_uri,
            scopes: self.scopes.map(|it| it.join(" ")),
            first_party: self.first_party,
            require_mfa: self.require_mfa,
            profile: self.profile.map_or(Ok(Profile::Standard), |it| profile(&it))?,
            id_token_alg: self.id_token_alg.map(|it| algorithm(&it)).transpose()?,
            access_token_format: self.access_token_format.map_or(Ok(AccessTokenFormat::Opaque), |it| format(&it))?,
            require_pushed_requests: self.require_pushed_requests,
            dpop_bound: self.dpop_bound,
            device_grant: self.device_grant,
            resource: self.resource,
            audiences: self.audiences,
            pairwise: self.pairwise,
            claims: self.claims,
            initiate_login_uri: self.initiate_login_uri,
            lifetimes: Lifetimes {
                access_token_seconds: self.access_token_seconds.unwrap_or(usual.access_token_seconds),
                refresh_token_idle_seconds: self.refresh_token_idle_seconds.unwrap_or(usual.refresh_token_idle_seconds),
                authorization_seconds: self.authorization_seconds.unwrap_or(usual.authorization_seconds),
            },
            reach: Reach { organisations: Vec::new(), groups: self.only_groups, roles: self.only_roles },
        })
    }
}

impl ChangeApplicationBody {
    /// Reads it, for an application that is registered like this.
    pub(super) fn read(self, before: &Registration) -> Result<Edit, Error> {
        let was = before.lifetimes;
        let lifetimes = Lifetimes {
            access_token_seconds: kept("access_token_seconds", self.access_token_seconds)?
                .unwrap_or(was.access_token_seconds),
            refresh_token_idle_seconds: kept("refresh_token_idle_seconds", self.refresh_token_idle_seconds)?
                .unwrap_or(was.refresh_token_idle_seconds),
            authorization_seconds: kept("authorization_seconds", self.authorization_seconds)?
                .unwrap_or(was.authorization_seconds),
        };
        let reach = Reach {
            organisations: before.reach.organisations.clone(),
            groups: kept("only_groups", self.only_groups)?.unwrap_or_else(|| before.reach.groups.clone()),
            roles: kept("only_roles", self.only_roles)?.unwrap_or_else(|| before.reach.roles.clone()),
        };
        let format_of = kept("access_token_format", self.access_token_format)?;
        Ok(Edit {
            name: kept("name", self.name)?,
            jwks: kept("jwks", self.jwks)?,
            redirect_uris: kept("redirect_uris", self.redirect_uris)?,
            post_logout_redirect_uris: kept("post_logout_redirect_uris", self.post_logout_redirect_uris)?,
            backchannel_logout_uri: self.backchannel_logout_uri,
            frontchannel_logout_uri: self.frontchannel_logout_uri,
            frontchannel_logout_session_required: None,
            events_uri: self.events_uri,
            initiate_login_uri: self.initiate_login_uri,
            scopes: kept("scopes", self.scopes)?.map(|it| it.join(" ")),
            first_party: kept("first_party", self.first_party)?,
            require_mfa: kept("require_mfa", self.require_mfa)?,
            profile: kept("profile", self.profile)?.map(|it| profile(&it)).transpose()?,
            id_token_alg: kept("id_token_alg", self.id_token_alg)?.map(|it| algorithm(&it)).transpose()?,
            access_token_format: format_of.map(|it| format(&it)).transpose()?,
            require_pushed_requests: kept("require_pushed_requests", self.require_pushed_requests)?,
            dpop_bound: kept("dpop_bound", self.dpop_bound)?,
            device_grant: kept("device_grant", self.device_grant)?,
            resource: self.resource,
            audiences: kept("audiences", self.audiences)?,
            claims: kept("claims", self.claims)?,
            lifetimes: Some(lifetimes).filter(|it| *it != was),
            reach: Some(reach).filter(|it| *it != before.reach),
        })
    }
}

fn auth_method(name: &str) -> Result<AuthMethod, Error> {
    AuthMethod::named(name).ok_or_else(|| unknown("auth_method", &AuthMethod::ALL.map(AuthMethod::as_str)))
}

fn profile(name: &str) -> Result<Profile, Error> {
    Profile::named(name).ok_or_else(|| unknown("profile", &Profile::ALL.map(Profile::as_str)))
}

fn algorithm(name: &str) -> Result<Algorithm, Error> {
    Algorithm::named(name).ok_or_else(|| unknown("id_token_alg", &Algorithm::ALL.map(Algorithm::as_str)))
}

fn format(name: &str) -> Result<AccessTokenFormat, Error> {
    let known = AccessTokenFormat::ALL.map(AccessTokenFormat::as_str);
    AccessTokenFormat::named(name).ok_or_else(|| unknown("access_token_format", &known))
}

fn unknown(field: &str, known: &[&str]) -> Error {
    Error::malformed(field, format!("write one of {}", known.join(", ")))
}

impl ApplicationBody {
    /// The same with the secret that was just made, where one was.
    pub(super) fn with(self, secret: Option<&Secret<String>>) -> Self {
        Self { client_secret: secret.map(|it| it.reveal().clone()), ..self }
    }
}

impl ApplicationList {
    pub(super) fn of(all: Vec<Registered>) -> Self {
        Self { clients: all.into_iter().map(ApplicationBody::from).collect() }
    }
}

impl From<Registered> for ApplicationBody {
    fn from(Registered { client, registration: it }: Registered) -> Self {
        Self {
            id: client.id,
            status: if client.is_disabled { "disabled" } else { "active" },
            client_secret: None,
            auth_method: it.auth_method.as_str(),
            key_ids: it.key_ids(),
            frontchannel_logout_session_required: it.frontchannel_logout_session_required,
            events_uri: client.events_uri,
            scopes: it.scopes.iter().map(Scope::as_str).collect(),
            first_party: it.first_party,
            require_mfa: it.require_mfa,
            profile: it.profile.as_str(),
            id_token_alg: it.id_token_alg.as_str(),
            access_token_format: it.access_token_format.as_str(),
            require_pushed_requests: it.needs_pushed_requests(),
            dpop_bound: it.needs_dpop(),
            device_grant: it.device_grant,
            resource: it.resource,
            audiences: it.audiences,
            pairwise: it.pairwise,
            claims: it.claims,
            access_token_seconds: it.lifetimes.access_token_seconds,
            refresh_token_idle_seconds: it.lifetimes.refresh_token_idle_seconds,
            authorization_seconds: it.lifetimes.authorization_seconds,
            only_groups: it.reach.groups,
            only_roles: it.reach.roles,
            created_at: client.created_at.rfc3339(),
            updated_at: client.updated_at.rfc3339(),
            name: it.name,
            redirect_uris: it.redirect_uris,
            post_logout_redirect_uris: it.post_logout_redirect_uris,
            backchannel_logout_uri: it.backchannel_logout_uri,
            frontchannel_logout_uri: it.frontchannel_logout_uri,
            initiate_login_uri: it.initiate_login_uri,
        }
    }
}

impl From<People> for ApplicationSessionList {
    fn from(found: People) -> Self {
        let sessions = found.people.into_iter().map(ApplicationSession::from).collect();
        Self { sessions, has_more: found.has_more }
    }
}

impl From<SignedIn> for ApplicationSession {
    fn from(it: SignedIn) -> Self {
        Self {
            user_id: it.user.id,
            user_name: it.user.user_name,
            display_name: it.user.display_name,
            session_id: it.session.to_string(),
            scopes: it.scopes,
            began_at: it.began.rfc3339(),
            ends_at: it.until.rfc3339(),
        }
    }
}
