//! What is known about a client: its registration, and what of it a request may rely on.
//!
//! **Invariant:** there is no pattern of any kind: a redirect URI is one that was registered, byte for byte.
//! **Invariant:** a registration that passed [`Registration::check`] asks only for what this provider offers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::jwt::Algorithm;
use super::lifetimes::Lifetimes;
use super::mapping::{self, Mapping};
use super::reach::Reach;
use super::redirect_uri;
use super::resource::{self, RESOURCES_MAX};
use super::scope::{Scope, Scopes};

/// A client as registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Its public name in the protocol.
    pub client_id: String,
    /// Its name for people.
    pub name: String,
    /// How it authenticates; [`AuthMethod::None`] makes it a public client.
    pub auth_method: AuthMethod,
    /// The public keys under which its assertions are checked (RFC 7517), for [`AuthMethod::PrivateKeyJwt`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Where a person may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it wants to hear that a session ended.
    pub backchannel_logout_uri: Option<String>,
    /// What a browser loads in which a session ends (OpenID Connect Front-Channel Logout 1.0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether it must be told which session ended; it is told in any case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frontchannel_logout_session_required: bool,
    /// The scopes it may ask for.
    pub scopes: Scopes,
    /// Whether people are not asked for consent.
    pub first_party: bool,
    /// Whether people sign in to it with two factors, whatever else is asked of them.
    #[serde(default)]
    pub require_mfa: bool,
    /// The rule set it follows.
    pub profile: Profile,
    /// What its ID tokens are signed with.
    pub id_token_alg: Algorithm,
    /// What its access tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// Whether it sends the browser with pushed requests alone (RFC 9126 6).
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
    /// Whether it gets no tokens but such as are bound to a key (RFC 9449 5.2).
    #[serde(default)]
    pub dpop_bound_access_tokens: bool,
    /// Whether it runs on devices that people let in with another browser (RFC 8628).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub device_grant: bool,
    /// The name under which it is the resource server that tokens are for (RFC 8707 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The resources that it gets tokens for, where it asks for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
    /// Whether it knows people by names that no application of another host knows them by (OpenID Connect Core 8.1).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pairwise: bool,
    /// Claims that it is told under other names.
    #[serde(default, skip_serializing_if = "Mapping::is_empty")]
    pub claims: Mapping,
    /// Where a person is sent who begins here, so that it asks for a sign-in (OpenID Connect Core 4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// How long what it gets is good.
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// Who may use it, of those whom it serves.
    #[serde(default)]
    pub reach: Reach,
}

/// What is wrong with a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The member of the registration, in the names of RFC 7591.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl Registration {
    /// Whether the registration asks only for what is offered and safe; the first problem otherwise.
    pub fn check(&self) -> Result<(), Problem> {
        self.check_profile()?;
        self.check_keys()?;
        if self.redirect_uris.is_empty() && !self.device_grant {
            return problem("redirect_uris", "give at least one redirect URI");
        }
        for uri in &self.redirect_uris {
            redirect_uri::check(uri, self).map_err(|problem| Problem { field: "redirect_uris", problem })?;
        }
        for uri in &self.post_logout_redirect_uris {
            redirect_uri::check(uri, self)
                .map_err(|problem| Problem { field: "post_logout_redirect_uris", problem })?;
        }
        let beginning = self.initiate_login_uri.as_deref().map_or(Ok(()), redirect_uri::check_secure_web);
        beginning.map_err(|problem| Problem { field: "initiate_login_uri", problem })?;
        self.lifetimes.check().map_err(|(field, problem)| Problem { field, problem })?;
        let notice = self.backchannel_logout_uri.as_deref().map_or(Ok(()), redirect_uri::check_web);
        notice.map_err(|problem| Problem { field: "backchannel_logout_uri", problem })?;
        self.check_resources()?;
        self.check_sector()?;
        mapping::check(&self.claims).map_err(|problem| Problem { field: "claims", problem })?;
        self.check_front_channel()
    }

    fn check_sector(&self) -> Result<(), Problem> {
        let mut hosts = self.redirect_uris.iter().map(|uri| redirect_uri::host(uri));
        let first = hosts.next();
        if self.pairwise && hosts.any(|host| Some(host) != first) {
            return problem("redirect_uris", "with names of its own for people, all redirect URIs are of one host");
        }
        if self.pairwise && self.scopes.has(Scope::AuthZen) {
            return problem(
                "scope",
                "whoever asks for decisions knows people by their ids, and not by names of its own",
            );
        }
        Ok(())
    }

    /// What shares one name for somebody: the host of its addresses, or where it has none the client alone.
    pub fn sector(&self) -> String {
        self.redirect_uris.first().and_then(|uri| redirect_uri::host(uri)).unwrap_or_else(|| self.client_id.clone())
    }

    fn check_resources(&self) -> Result<(), Problem> {
        let wrong = |field| move |problem| Problem { field, problem };
        self.resource.as_deref().map_or(Ok(()), resource::check).map_err(wrong("resource"))?;
        if self.resource.is_some() && self.is_public() {
            return problem(
                "resource",
                "a client without a secret cannot ask about tokens, so it is no resource server",
            );
        }
        if self.audiences.len() > RESOURCES_MAX {
            return problem("audiences", &format!("name at most {RESOURCES_MAX}"));
        }
        self.audiences.iter().try_for_each(|one| resource::check(one).map_err(wrong("audiences")))
    }

    fn check_front_channel(&self) -> Result<(), Problem> {
        let Some(uri) = &self.frontchannel_logout_uri else {
            if self.frontchannel_logout_session_required {
                return problem("frontchannel_logout_session_required", "needs a frontchannel_logout_uri");
            }
            return Ok(());
        };
        redirect_uri::check_web(uri).map_err(|problem| Problem { field: "frontchannel_logout_uri", problem })?;
        if self.redirect_uris.iter().any(|known| redirect_uri::have_same_origin(known, uri)) {
            return Ok(());
        }
        // OpenID Connect Front-Channel Logout 1.0, 2.
        problem("frontchannel_logout_uri", "must have the scheme, host and port of a redirect URI")
    }

    fn check_profile(&self) -> Result<(), Problem> {
        match self.profile {
            Profile::Standard => Ok(()),
            Profile::IpsieSl1 if self.id_token_alg == Algorithm::Rs256 => {
                problem("id_token_signed_response_alg", "the profile ipsie-sl1 needs PS256, ES256 or EdDSA")
            }
            Profile::IpsieSl1 | Profile::Fapi2 if self.device_grant => problem(
                "device_grant",
                "only the profile standard lets devices in; in the others there is the code flow alone",
            ),
            // There an access token is for claims about the person alone.
            Profile::IpsieSl1 if !self.audiences.is_empty() => {
                problem("audiences", "the profile ipsie-sl1 gives no tokens for other resources")
            }
            Profile::IpsieSl1 if self.scopes.iter().any(|it| matches!(it, Scope::Api | Scope::Scim)) => {
                problem("scope", "the profile ipsie-sl1 gives no tokens for the API and for SCIM")
            }
            Profile::IpsieSl1 => Ok(()),
            Profile::Fapi2 => self.check_fapi(),
        }
    }

    // FAPI 2.0 Security Profile 5.3.2 and 5.4.1.
    fn check_fapi(&self) -> Result<(), Problem> {
        if self.auth_method != AuthMethod::PrivateKeyJwt {
            return problem("token_endpoint_auth_method", "the profile fapi2 needs private_key_jwt");
        }
        if self.id_token_alg == Algorithm::Rs256 {
            return problem("id_token_signed_response_alg", "the profile fapi2 needs PS256, ES256 or EdDSA");
        }
        Ok(())
    }

    /// Whether people sign in to it with two factors; IPSIE SL1 wants that of an identity service.
    pub fn needs_mfa(&self) -> bool {
        self.require_mfa || self.profile == Profile::IpsieSl1
    }

    /// Whether the browser has to bring a request that was pushed.
    pub fn needs_pushed_requests(&self) -> bool {
        self.require_pushed_authorization_requests || self.profile == Profile::Fapi2
    }

    /// Whether its tokens have to be bound to a key.
    pub fn needs_dpop(&self) -> bool {
        self.dpop_bound_access_tokens || self.profile == Profile::Fapi2
    }

    fn check_keys(&self) -> Result<(), Problem> {
        match (&self.jwks, self.auth_method == AuthMethod::PrivateKeyJwt) {
            (None, true) => problem("jwks", "private_key_jwt needs the public keys of the client"),
            (Some(_), false) => problem("jwks", "only private_key_jwt has keys"),
            (Some(_), true) | (None, false) => Ok(()),
        }
    }

    /// Whether it may exchange a token that it was given for one for another resource (RFC 8693).
    pub fn may_exchange(&self) -> bool {
        !self.audiences.is_empty() && !self.is_public()
    }

    /// The names of its public keys.
    pub fn key_ids(&self) -> Vec<String> {
        let keys = self.jwks.as_ref().and_then(|it| it.get("keys")?.as_array());
        let names = keys.into_iter().flatten().filter_map(|key| key.get("kid")?.as_str());
        names.map(str::to_owned).collect()
    }

    /// Whether the client can keep no secret.
    pub fn is_public(&self) -> bool {
        self.auth_method == AuthMethod::None
    }

    /// Whether an answer may go to this URI.
    pub fn has_redirect_uri(&self, presented: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            registered == presented || (self.is_public() && redirect_uri::differ_in_port_only(registered, presented))
        })
    }

    /// Whether a person may be sent to this URI after signing out.
    pub fn has_post_logout_redirect_uri(&self, presented: &str) -> bool {
        self.post_logout_redirect_uris.iter().any(|registered| registered == presented)
    }
}

fn problem(field: &'static str, problem: &str) -> Result<(), Problem> {
    Err(Problem { field, problem: problem.to_owned() })
}

/// How a client authenticates at the token endpoint (RFC 7591 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// The secret in the Authorization header.
    ClientSecretBasic,
    /// The secret in the form body.
    ClientSecretPost,
    /// An assertion that it signs with a key of its own (RFC 7523).
    PrivateKeyJwt,
    /// Not at all: a public client.
    None,
}

impl AuthMethod {
    /// The methods that prove something.
    pub const CONFIDENTIAL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::PrivateKeyJwt];
    /// Every method.
    pub const ALL: [Self; 4] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::PrivateKeyJwt, Self::None];

    /// The name as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }

    /// The method with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// Whether both sides know a secret.
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }
}

/// The rule set a client follows, as one switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// OpenID Connect as certified.
    Standard,
    /// The OpenID Connect profile of IPSIE, level SL1.
    IpsieSl1,
    /// The FAPI 2.0 Security Profile, with `private_key_jwt` and DPoP.
    Fapi2,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Standard, Self::IpsieSl1, Self::Fapi2];

    /// The name on the command line and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::IpsieSl1 => "ipsie-sl1",
            Self::Fapi2 => "fapi2",
        }
    }

    /// The profile with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == name)
    }

    /// Whether a client may sign its assertions with this algorithm.
    pub fn takes_assertions_by(self, algorithm: &str) -> bool {
        match self {
            Self::Standard => true,
            // FAPI 2.0 Security Profile 5.4.1; the common profile of IPSIE says the same.
            Self::IpsieSl1 | Self::Fapi2 => algorithm != "RS256",
        }
    }

    /// Whether a refresh token is replaced by each use. FAPI 2.0 Security Profile 5.3.2.1 does without: such a token is worth
    /// nothing without the key of its client.
    pub const fn rotates_refresh_tokens(self) -> bool {
        match self {
            Self::Standard | Self::IpsieSl1 => true,
            Self::Fapi2 => false,
        }
    }
}

/// What an access token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessTokenFormat {
    /// Random text, checked against the database on every use.
    Opaque,
    /// A signed token (RFC 9068), good until it expires.
    Jwt,
}

impl AccessTokenFormat {
    /// Both formats.
    pub const ALL: [Self; 2] = [Self::Opaque, Self::Jwt];

    /// The name on the command line and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opaque => "opaque",
            Self::Jwt => "jwt",
        }
    }

    /// The format with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}
