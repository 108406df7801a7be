//! The arguments that change an application.

use clap::Args;

use super::limits::Limits;
use super::{Events, access_token_format, algorithm, claim, profile};
use crate::app::clients::{self, AccessTokenFormat, Algorithm, Edit, Profile};
use crate::cli::operator::Operator;
use crate::domain::Error;
use crate::domain::id::ClientId;

/// What is to change; what is not said stays.
#[derive(Debug, Args)]
pub struct Changes {
    /// Its name for people
    #[arg(long)]
    name: Option<String>,
    /// Where answers may go, in place of all that were named; may be given several times
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Where a person may go after signing out, in place of all that were named; may be given several times
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Where it wants to hear that a session ended; an empty text for nowhere
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// What a browser loads, in a frame, in which somebody signs out; an empty text for nothing
    #[arg(long, value_name = "URI")]
    frontchannel_logout_uri: Option<String>,
    /// Where a person is sent who begins here; an empty text for nowhere
    #[arg(long, value_name = "URI")]
    initiate_login_uri: Option<String>,
    /// The scopes it may ask for, with spaces between
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// Whether people are not asked for consent
    #[arg(long, value_name = "true|false")]
    first_party: Option<bool>,
    /// Whether people sign in to it with two factors, whatever else is asked of them
    #[arg(long, value_name = "true|false")]
    require_mfa: Option<bool>,
    /// The rule set it follows: standard, ipsie-sl1 or fapi2
    #[arg(long, value_name = "PROFILE", value_parser = profile)]
    profile: Option<Profile>,
    /// What its ID tokens are signed with: RS256, ES256, PS256 or EdDSA
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm)]
    id_token_alg: Option<Algorithm>,
    /// What its access tokens look like: opaque or jwt
    #[arg(long, value_name = "FORMAT", value_parser = access_token_format)]
    access_token_format: Option<AccessTokenFormat>,
    /// Whether it sends the browser with pushed requests alone (RFC 9126)
    #[arg(long, value_name = "true|false")]
    require_pushed_requests: Option<bool>,
    /// Whether it gets no tokens but such as are bound to a key of its own (RFC 9449, DPoP)
    #[arg(long, value_name = "true|false")]
    dpop_bound: Option<bool>,
    /// Whether it runs on devices that people let in with another browser (RFC 8628)
    #[arg(long, value_name = "true|false")]
    device_grant: Option<bool>,
    /// It is the resource server of this name (RFC 8707); an empty text for none
    #[arg(long, value_name = "URI")]
    resource: Option<String>,
    /// It gets tokens for this resource, in place of all that were named; may be given several times
    #[arg(long, value_name = "URI")]
    audience: Vec<String>,
    /// It gets tokens for no other resource
    #[arg(long, conflicts_with = "audience")]
    no_audience: bool,
    /// It is told the claim NAME with the value of the claim SOURCE, in place of all that were named; may be given several times
    #[arg(long, value_name = "NAME=SOURCE", value_parser = claim)]
    claim: Vec<(String, String)>,
    /// It is told no claim under another name
    #[arg(long, conflicts_with = "claim")]
    no_claim: bool,
    #[command(flatten)]
    events: Events,
    #[command(flatten)]
    limits: Limits,
}

impl Changes {
    /// What changes of this client.
    pub async fn of(self, operator: &Operator, id: ClientId) -> Result<Edit, Error> {
        let was = clients::get(&operator.app, &operator.actor, id).await?.registration.lifetimes;
        let some = |uris: Vec<String>| (!uris.is_empty()).then_some(uris);
        let address = |uri: Option<String>| uri.map(|uri| Some(uri).filter(|uri| !uri.is_empty()));
        Ok(Edit {
            name: self.name,
            jwks: None,
            redirect_uris: some(self.redirect_uri),
            post_logout_redirect_uris: some(self.post_logout_redirect_uri),
            backchannel_logout_uri: address(self.backchannel_logout_uri),
            frontchannel_logout_uri: address(self.frontchannel_logout_uri),
            frontchannel_logout_session_required: None,
            events_uri: self.events.said(),
            initiate_login_uri: address(self.initiate_login_uri),
            scopes: self.scope,
            first_party: self.first_party,
            require_mfa: self.require_mfa,
            profile: self.profile,
            id_token_alg: self.id_token_alg,
            access_token_format: self.access_token_format,
            require_pushed_requests: self.require_pushed_requests,
            dpop_bound: self.dpop_bound,
            device_grant: self.device_grant,
            resource: address(self.resource),
            claims: if self.no_claim || !self.claim.is_empty() { Some(self.claim.into_iter().collect()) } else { None },
            audiences: if self.no_audience { Some(Vec::new()) } else { some(self.audience) },
            lifetimes: self.limits.lifetimes(was),
            reach: self.limits.reach(operator).await?,
        })
    }
}
