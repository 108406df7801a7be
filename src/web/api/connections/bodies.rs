//! What the API says of connections, and what it is told.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::json::{kept, told};
use super::clients::ConnectionClientBody;
use crate::app::connections::{self, ConnectionChange, Deletion, NewConnection, NewToken, Sheet, TOKEN_DAYS};
use crate::app::{App, federation};
use crate::domain::connection::{
    Breaker, BreakerChange, Connection, ConnectionToken, EntraTokens, Kind, LastHolder, ProofClaim, Scopes, Settings,
    SsoMfa, UnknownMembers,
};
use crate::domain::id::{ConnectionId, OrgId, TokenId};
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::domain::routing::{DomainName, NotADomain};
use crate::domain::secret::Secret;
use crate::domain::{Error, Flaw, Timestamp};

/// A connection, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web::api) struct ConnectionBody {
    id: ConnectionId,
    /// `okta`, `entra` or `generic`.
    kind: &'static str,
    name: String,
    /// `active` or `paused`.
    status: &'static str,
    /// Where its people sign in; none when they sign in here.
    issuer: Option<String>,
    /// The id that the identity provider knows this server by. The secret for it is never shown.
    client_id: Option<String>,
    /// Whether somebody whom nobody pushed is made a user.
    jit: bool,
    /// Whether somebody of whom the identity provider has sent no id by which it signs people in is linked by an address: one
    /// that it says is verified, of a domain that leads to this connection, and that nobody else of the organisation has.
    link_by_email: bool,
    /// What counts as a second factor: `trust_idp`, `require_amr` or `require_local`; none where the policy of the
    /// organisation says so.
    mfa: Option<&'static str>,
    /// The values of `amr` that were named to prove two factors; none where the usual ones count.
    mfa_amr: Option<Vec<String>>,
    /// The values of `acr` and `acrs`, likewise.
    mfa_acr: Option<Vec<String>>,
    /// The words of the ID token that prove two factors: those that were named, else the usual ones.
    proves_two_factors: ProofBody,
    default_role: Option<String>,
    max_role: Option<String>,
    protected_roles: bool,
    #[schema(value_type = String, pattern = "^(hold|ignore|reject)$")]
    unknown_members: UnknownMembers,
    #[schema(value_type = String, pattern = "^(suspend_and_alert|refuse)$")]
    last_holder: LastHolder,
    patch_no_content: bool,
    /// Whether it is told over SCIM which roles and entitlements there are, and the entitlements of a user give roles.
    governance: bool,
    /// The attribute of users whose texts name roles, beside `roles`; none where it is null.
    role_attribute: Option<String>,
    /// For how many days its requests are kept in the journal.
    journal_days: u32,
    /// Whether people wait for an owner when it lets more of them go at a time than the next three say.
    breaker: bool,
    /// So many go without a question, however few there are.
    breaker_people: u32,
    /// And so many percent of those whom it keeps.
    breaker_percent: u32,
    /// Within so many minutes.
    breaker_minutes: u32,
    /// After how many hours without a request it counts as silent; never where it is 0.
    silence_hours: u32,
    /// How many requests it may send in a second; more are answered 429. As many as it likes where it is 0.
    requests_per_second: u32,
    /// Where signed events (RFC 9967) tell it what became of requests with `Prefer: respond-async`.
    events_uri: Option<String>,
    /// The networks from which its SCIM tokens work; from everywhere where there are none.
    allowed_addresses: Vec<String>,
    /// Which tokens of Microsoft Entra ID open it beside its own, at the base URL that is shown here; none where it is null.
    entra: Option<EntraBody>,
    created_at: String,
    updated_at: String,
}

/// The words of an ID token that prove two factors.
#[derive(Debug, Serialize, ToSchema)]
struct ProofBody {
    /// Values of `amr`.
    amr: Vec<String>,
    /// Values of `acr`, and of Entra's `acrs`.
    acr: Vec<String>,
}

/// The tokens of Microsoft Entra ID that open a connection.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EntraBody {
    /// The id of the tenant.
    tenant: String,
    /// Whom they are for; `8adf8e6e-67b2-4cf2-a259-e3dc5476c621`, as Entra's provisioning has it, where nothing is said.
    #[schema(min_length = 1, max_length = 300)]
    audience: Option<String>,
    /// The id of the application that they are given to; Entra's provisioning service,
    /// `00000014-0000-0000-c000-000000000000`, where nothing is said.
    app: Option<String>,
}

impl EntraBody {
    fn read(self) -> EntraTokens {
        EntraTokens::of(&self.tenant, self.audience.as_deref(), self.app.as_deref())
    }
}

impl From<EntraTokens> for EntraBody {
    fn from(it: EntraTokens) -> Self {
        Self { tenant: it.tenant, audience: Some(it.audience), app: Some(it.app) }
    }
}

/// Every connection, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web::api) struct ConnectionList {
    pub(super) connections: Vec<ConnectionBody>,
}

/// A connection with what hangs on it, and what goes into the settings of the identity provider.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web::api) struct ConnectionWithTokens {
    #[serde(flatten)]
    connection: ConnectionBody,
    /// Whether a secret for the client id is kept.
    has_client_secret: bool,
    /// The base URL of the provider's SCIM settings.
    scim_base_url: String,
    /// The redirect URI of its OpenID Connect settings.
    redirect_uri: String,
    initiate_login_uri: String,
    backchannel_logout_uri: String,
    frontchannel_logout_uri: String,
    universal_logout_uri: String,
    /// The domains whose addresses sign in there.
    domains: Vec<String>,
    /// How many people it lets go who wait for an owner.
    held_deprovisionings: u64,
    tokens: Vec<ConnectionTokenBody>,
    /// The programs that get tokens for it by themselves.
    clients: Vec<ConnectionClientBody>,
}

impl ConnectionWithTokens {
    /// Everything about a connection; a token that was just made is in it with its secret.
    pub(super) async fn of(app: &App, actor: &Actor, id: ConnectionId, new: Option<NewToken>) -> Result<Self, Error> {
        let Sheet { connection, tokens, clients, domains, has_secret, held, .. } =
            connections::sheet(app, actor, id).await?;
        let at = federation::addresses(app, id);
        let token = |it: ConnectionToken| match &new {
            Some(new) if new.token.id == it.id => ConnectionTokenBody::of_new(new),
            Some(_) | None => it.into(),
        };
        Ok(Self {
            scim_base_url: connections::scim_base_url_of(app, &connection),
            connection: connection.into(),
            has_client_secret: has_secret,
            redirect_uri: at.redirect_uri,
            initiate_login_uri: at.start,
            backchannel_logout_uri: at.backchannel_logout,
            frontchannel_logout_uri: at.frontchannel_logout,
            universal_logout_uri: at.universal_logout,
            domains,
            held_deprovisionings: held.all(),
            tokens: tokens.into_iter().map(token).collect(),
            clients: clients.into_iter().map(ConnectionClientBody::from).collect(),
        })
    }
}

/// A SCIM token, which is not kept itself.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web::api) struct ConnectionTokenBody {
    id: TokenId,
    /// Its first characters.
    hint: String,
    /// What it may be used for; whatever its connection may do where nothing is named.
    scopes: Option<Vec<&'static str>>,
    /// What it sees and sets of users and groups; everything where nothing is named.
    attributes: Option<Vec<String>>,
    created_at: String,
    expires_at: String,
    last_used_at: Option<String>,
    /// The token itself, only when it was just made.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl ConnectionTokenBody {
    pub(super) fn of_new(new: &NewToken) -> Self {
        Self { token: Some(new.secret.reveal().clone()), ..new.token.clone().into() }
    }
}

/// What goes, or went, with a connection.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web::api) struct DeletionBody {
    /// How many people it manages; they stay.
    people: u64,
    /// How many of them can sign in now and not afterwards, until they belong to another connection.
    locked_out: u64,
    /// How many people wait to be let go by it: they stay active, and nobody is asked about them any more.
    held: u64,
    /// How many groups go, with the roles that they give.
    groups: u64,
    tokens: u64,
    domains: Vec<String>,
    /// The roles that people have by it and lose.
    roles: Vec<RoleKey>,
}

/// The body of a new connection.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct NewConnectionBody {
    #[schema(value_type = String, pattern = "^(okta|entra|generic)$")]
    kind: Kind,
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    /// The issuer of its OpenID Connect; with it, new users sign in there.
    #[schema(max_length = 500)]
    issuer: Option<String>,
    /// The id that it knows this server by; with an issuer only.
    #[schema(min_length = 1, max_length = 200)]
    client_id: Option<String>,
    /// The secret for that id.
    #[schema(min_length = 1, max_length = 1000)]
    client_secret: Option<String>,
    /// Makes users of those whom it signs in and nobody has pushed.
    #[serde(default)]
    jit: bool,
    /// Links whoever has no id there by an address of the domains that the identity provider says is verified.
    #[serde(default)]
    link_by_email: bool,
    /// What counts as a second factor of those who sign in there; the policy of the organisation says so where nothing is
    /// said.
    #[schema(value_type = Option<String>, pattern = "^(trust_idp|require_amr|require_local)$")]
    mfa: Option<SsoMfa>,
    /// The values of `amr` that prove two factors, in place of the usual ones; an empty list is none.
    #[schema(max_items = 16)]
    mfa_amr: Option<Vec<String>>,
    /// The values of `acr` and `acrs` that prove two factors, likewise.
    #[schema(max_items = 16)]
    mfa_acr: Option<Vec<String>>,
    /// The domains whose addresses sign in there; those that the organisation has proved, or any where the operator says so.
    #[serde(default)]
    domains: Vec<String>,
    /// The role of a user to whom nothing else gives one.
    default_role: Option<RoleKey>,
    /// The highest role it may give; every role that is not protected where nothing is said.
    max_role: Option<RoleKey>,
    /// It may also give and take protected roles.
    #[serde(default)]
    protected_roles: bool,
    /// What happens to group members that do not exist yet; `hold` where nothing is said.
    #[serde(default)]
    #[schema(value_type = String, required = false, pattern = "^(hold|ignore|reject)$")]
    unknown_members: UnknownMembers,
    /// What happens when it switches off the last holder of a protected role; `suspend_and_alert` where nothing is said.
    #[serde(default)]
    #[schema(value_type = String, required = false, pattern = "^(suspend_and_alert|refuse)$")]
    last_holder: LastHolder,
    /// Answers every PATCH with 204 rather than with the resource.
    #[serde(default)]
    patch_no_content: bool,
    /// Tells it over SCIM which roles and entitlements there are, and lets the entitlements of a user give roles; where
    /// nothing is said, a connection of the kind `okta` does.
    governance: Option<bool>,
    /// The attribute of users whose texts name roles by key or name, beside `roles`: `userType`, or one of a schema with its URN
    /// before it. It is text that the provider alone says, and neither an id nor unique.
    #[schema(max_length = 300)]
    role_attribute: Option<String>,
    /// For how many days its requests are kept in the journal; 30 where nothing is said.
    #[schema(minimum = 1, maximum = 365)]
    journal_days: Option<u32>,
    /// Whether people wait for an owner when it lets more of them go at a time than the next three say; true where nothing is
    /// said.
    breaker: Option<bool>,
    /// So many go without a question, however few there are; 10 where nothing is said.
    #[schema(minimum = 1, maximum = 100_000)]
    breaker_people: Option<u32>,
    /// And so many percent of those whom it keeps; 5 where nothing is said.
    #[schema(minimum = 0, maximum = 100)]
    breaker_percent: Option<u32>,
    /// Within so many minutes; 60 where nothing is said.
    #[schema(minimum = 1, maximum = 1440)]
    breaker_minutes: Option<u32>,
    /// After how many hours without a request it counts as silent, and those who manage connections are told; 0 is never. 48
    /// for Entra and 168 for others where nothing is said.
    #[schema(minimum = 0, maximum = 8784)]
    silence_hours: Option<u32>,
    /// How many requests it may send in a second, and twice as many at once; 100 where nothing is said. From 10 on; only the
    /// operator says 0, for as many as it likes.
    #[schema(minimum = 0, maximum = 1000)]
    requests_per_second: Option<u32>,
    /// Where signed events (RFC 9967) tell it what became of requests with `Prefer: respond-async`: an https address.
    #[schema(max_length = 2000)]
    events_uri: Option<String>,
    /// The addresses and networks from which its SCIM tokens work; from everywhere where there are none.
    #[serde(default)]
    #[schema(max_items = 200)]
    allowed_addresses: Vec<String>,
    /// Which tokens of Microsoft Entra ID open it beside its own; none where nothing is said.
    entra: Option<EntraBody>,
    /// How long its first token works; 365 where nothing is said.
    #[schema(minimum = 1, maximum = 3650)]
    expires_in_days: Option<u32>,
}

impl NewConnectionBody {
    pub(super) fn read(self, org: OrgId) -> Result<NewConnection, Error> {
        let breaker = BreakerChange {
            is_on: self.breaker,
            people: self.breaker_people,
            percent: self.breaker_percent,
            minutes: self.breaker_minutes,
        };
        let settings = Settings {
            issuer: self.issuer,
            client_id: self.client_id,
            default_role: self.default_role.map(|role| role.to_string()),
            max_role: self.max_role.map(|role| role.to_string()),
            protected_roles: self.protected_roles,
            unknown_members: self.unknown_members,
            last_holder: self.last_holder,
            patch_no_content: self.patch_no_content,
            governance: self.governance,
            role_attribute: self.role_attribute,
            journal_days: self.journal_days,
            breaker: breaker.says_something().then(|| Breaker::default().with(breaker)),
            silence_hours: self.silence_hours,
            requests_per_second: self.requests_per_second,
            events_uri: self.events_uri,
            allowed_addresses: self.allowed_addresses,
            entra: self.entra.map(EntraBody::read),
            jit: self.jit,
            link_by_email: self.link_by_email,
            mfa: self.mfa,
            mfa_amr: self.mfa_amr,
            mfa_acr: self.mfa_acr,
        };
        Ok(NewConnection {
            org,
            kind: self.kind,
            name: self.name,
            settings,
            client_secret: self.client_secret.map(Secret::new),
            domains: domains(&self.domains)?,
            token_lifetime: connections::token_lifetime(self.expires_in_days.unwrap_or(TOKEN_DAYS))?,
        })
    }
}

/// What changes of a connection; what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct ChangeConnectionBody {
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 128)]
    name: Option<Option<String>>,
    /// Another issuer takes the secret for it as well, where there is one.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, max_length = 500)]
    issuer: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    client_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 1000)]
    client_secret: Option<Option<String>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    jit: Option<Option<bool>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    link_by_email: Option<Option<bool>>,
    /// `null` for what the policy of the organisation says.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, required = false, pattern = "^(trust_idp|require_amr|require_local)$")]
    mfa: Option<Option<SsoMfa>>,
    /// `null` for the usual ones; an empty list is none.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<Vec<String>>, required = false, max_items = 16)]
    mfa_amr: Option<Option<Vec<String>>>,
    /// `null` for the usual ones; an empty list is none.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<Vec<String>>, required = false, max_items = 16)]
    mfa_acr: Option<Option<Vec<String>>>,
    /// A change counts for a person from the next request about them on.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    governance: Option<Option<bool>>,
    /// `null` for none. A change counts for a person from the next request about them on.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, required = false, max_length = 300)]
    role_attribute: Option<Option<String>>,
    /// For how many days requests from now on are kept in the journal.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = u32, required = false, minimum = 1, maximum = 365)]
    journal_days: Option<Option<u32>>,
    /// Whether people wait for an owner when it lets more of them go at a time than the next three say.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = bool, required = false)]
    breaker: Option<Option<bool>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = u32, required = false, minimum = 1, maximum = 100_000)]
    breaker_people: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = u32, required = false, minimum = 0, maximum = 100)]
    breaker_percent: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = u32, required = false, minimum = 1, maximum = 1440)]
    breaker_minutes: Option<Option<u32>>,
    /// `null` for what is usual, 0 for never.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<u32>, required = false, minimum = 0, maximum = 8784)]
    silence_hours: Option<Option<u32>>,
    /// `null` for 100; only the operator says 0, for as many as it likes.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<u32>, required = false, minimum = 0, maximum = 1000)]
    requests_per_second: Option<Option<u32>>,
    /// `null` for nowhere.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, required = false, max_length = 2000)]
    events_uri: Option<Option<String>>,
    /// All of them; an empty list for everywhere.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Vec<String>, required = false, max_items = 200)]
    allowed_addresses: Option<Option<Vec<String>>>,
    /// `null` for none.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<EntraBody>, required = false)]
    entra: Option<Option<EntraBody>>,
    /// All of them; only the operator adds some.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Vec<String>, required = false)]
    domains: Option<Option<Vec<String>>>,
}

impl ChangeConnectionBody {
    pub(super) fn read(self) -> Result<ConnectionChange, Error> {
        Ok(ConnectionChange {
            name: kept("name", self.name)?,
            issuer: kept("issuer", self.issuer)?,
            client_id: kept("client_id", self.client_id)?,
            client_secret: kept("client_secret", self.client_secret)?.map(Secret::new),
            jit: kept("jit", self.jit)?,
            link_by_email: kept("link_by_email", self.link_by_email)?,
            mfa: self.mfa,
            mfa_amr: self.mfa_amr,
            mfa_acr: self.mfa_acr,
            governance: kept("governance", self.governance)?,
            role_attribute: self.role_attribute,
            journal_days: kept("journal_days", self.journal_days)?,
            breaker: BreakerChange {
                is_on: kept("breaker", self.breaker)?,
                people: kept("breaker_people", self.breaker_people)?,
                percent: kept("breaker_percent", self.breaker_percent)?,
                minutes: kept("breaker_minutes", self.breaker_minutes)?,
            },
            silence_hours: self.silence_hours,
            requests_per_second: self.requests_per_second,
            events_uri: self.events_uri,
            allowed_addresses: kept("allowed_addresses", self.allowed_addresses)?,
            entra: self.entra.map(|it| it.map(EntraBody::read)),
            domains: kept("domains", self.domains)?.map(|it| domains(&it)).transpose()?,
        })
    }
}

/// The body of a new token.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct NewConnectionTokenBody {
    /// 365 where nothing is said.
    #[schema(minimum = 1, maximum = 3650)]
    pub(super) expires_in_days: Option<u32>,
    /// What it may be used for: `users:read`, `users:write` (which includes reading), `groups:read`, `groups:write` (likewise) and
    /// `roles:read`; whatever the connection may do where nothing is said. What the server can do (`/Schemas` and so on) is told
    /// to every token.
    #[schema(min_items = 1, max_items = 5)]
    scopes: Option<Vec<String>>,
    /// The attributes of users and groups that it sees and sets, as `/Schemas` names them: `userName`, `name.familyName`, `emails`,
    /// `members`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`, or a URN for all of a schema; every
    /// attribute where nothing is said. What is not named is in no answer, and stays as it is whatever is sent for it. Users are
    /// made and deleted only with `active`, groups deleted only with `displayName` and `members`.
    #[schema(min_items = 1, max_items = 100)]
    attributes: Option<Vec<String>>,
}

impl NewConnectionTokenBody {
    /// What it may be used for, and the attributes that are named.
    pub(super) fn may(&self) -> Result<(Scopes, Option<&[String]>), Error> {
        let scopes = match &self.scopes {
            Some(words) => Scopes::parse(words.iter().map(String::as_str)),
            None => Some(Scopes::Everything),
        };
        Ok((scopes.ok_or(Error::invalid("scopes", Flaw::ScimScopes))?, self.attributes.as_deref()))
    }
}

fn domains(named: &[String]) -> Result<Vec<DomainName>, Error> {
    let domain = |it: &String| it.parse().map_err(|cause: NotADomain| Error::malformed("domains", cause.to_string()));
    named.iter().map(domain).collect()
}

impl From<Connection> for ConnectionBody {
    fn from(it: Connection) -> Self {
        let breaker = it.settings.breaker();
        let words = |claim| it.settings.proving(claim).into_iter().map(str::to_owned).collect();
        Self {
            id: it.id,
            kind: it.kind.word(),
            status: if it.is_paused { "paused" } else { "active" },
            jit: it.settings.jit,
            link_by_email: it.settings.link_by_email,
            mfa: it.settings.mfa.map(SsoMfa::word),
            proves_two_factors: ProofBody { amr: words(ProofClaim::Amr), acr: words(ProofClaim::Acr) },
            protected_roles: it.settings.protected_roles,
            unknown_members: it.settings.unknown_members,
            last_holder: it.settings.last_holder,
            patch_no_content: it.settings.patch_no_content,
            governance: it.governs(),
            journal_days: it.settings.journal_days(),
            breaker: breaker.is_on,
            breaker_people: breaker.people,
            breaker_percent: breaker.percent,
            breaker_minutes: breaker.minutes,
            silence_hours: it.silence_hours(),
            requests_per_second: it.requests_per_second().map_or(0, NonZeroU32::get),
            entra: it.settings.entra.map(EntraBody::from),
            created_at: it.created_at.rfc3339(),
            updated_at: it.updated_at.rfc3339(),
            name: it.name,
            role_attribute: it.settings.role_attribute,
            events_uri: it.settings.events_uri,
            allowed_addresses: it.settings.allowed_addresses,
            issuer: it.settings.issuer,
            client_id: it.settings.client_id,
            default_role: it.settings.default_role,
            max_role: it.settings.max_role,
            mfa_amr: it.settings.mfa_amr,
            mfa_acr: it.settings.mfa_acr,
        }
    }
}

impl From<ConnectionToken> for ConnectionTokenBody {
    fn from(it: ConnectionToken) -> Self {
        Self {
            id: it.id,
            scopes: it.scopes.words(),
            attributes: it.attributes.words().map(|names| names.into_iter().map(str::to_owned).collect()),
            hint: it.hint,
            created_at: it.created_at.rfc3339(),
            expires_at: it.expires_at.rfc3339(),
            last_used_at: it.last_used_at.map(Timestamp::rfc3339),
            token: None,
        }
    }
}

impl From<Deletion> for DeletionBody {
    fn from(it: Deletion) -> Self {
        Self {
            people: it.people,
            locked_out: it.locked_out,
            held: it.held,
            groups: it.groups,
            tokens: it.tokens,
            domains: it.domains,
            roles: it.roles,
        }
    }
}
