//! One token for another: RFC 8693.
//!
//! **Invariant:** what comes of an exchange is an access token for resources that the client was registered for, and good for no
//! more than the token that it came from.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::client::Registration;
use super::error::{Error, ErrorCode};
use super::params::Params;
use super::resource;
use super::scope::{Scope, Scopes};

/// The grant of a client that has the token of somebody and wants one for another resource.
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// The one type of token that is exchanged, and given.
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// So many clients a token is handed on to, one by the other.
pub const HANDS_MAX: usize = 5;

/// A token and what is wanted for it.
#[derive(Debug)]
pub struct ExchangeGrant {
    /// The token of the person.
    pub subject_token: SecretString,
    /// Whom the new one is for.
    pub audience: Vec<String>,
    scope: Option<String>,
}

impl ExchangeGrant {
    /// Reads the body of a request of this client (RFC 8693 2.1).
    pub fn parse(body: &Params, client: &Registration) -> Result<Self, Error> {
        let subject_token = body.require("subject_token")?.into();
        let is_access = |name| body.get(name).is_none_or(|it| it == ACCESS_TOKEN);
        body.require("subject_token_type")?;
        if !is_access("subject_token_type") || !is_access("requested_token_type") {
            let problem =
                format!("access tokens alone are exchanged, for others of their kind; the type is {ACCESS_TOKEN}");
            return Err(ErrorCode::InvalidRequest.because(problem));
        }
        if body.get("actor_token").is_some() || body.get("actor_token_type").is_some() {
            let problem = "an actor_token is not offered: it is this client that acts; leave it out";
            return Err(ErrorCode::InvalidRequest.because(problem));
        }
        let mut wanted: Vec<String> = resource::named(body);
        wanted.extend(body.all("audience").map(str::to_owned));
        wanted.sort();
        wanted.dedup();
        if wanted.is_empty() {
            let problem = "say whom the token is for: a resource or audience that this application is registered for";
            return Err(ErrorCode::InvalidTarget.because(problem));
        }
        let audience = resource::within(wanted, &client.audiences)?;
        Ok(Self { subject_token, audience, scope: body.text("scope") })
    }

    /// The scope of the new token: what is asked for, or all that may be had, within what the subject token has and this client may
    /// have. Nothing that this server itself serves is among it.
    pub fn scopes(&self, subject: &Scopes, client: &Scopes) -> Result<Scopes, Error> {
        let is_handed_on = |it: &Scope| !it.opens_a_surface() && !matches!(it, Scope::OpenId | Scope::OfflineAccess);
        let offered: Scopes = subject.common(client).iter().filter(is_handed_on).collect();
        let scopes = self.scope.as_deref().map_or_else(|| Ok(offered.clone()), Scopes::exactly)?;
        if offered.covers(&scopes) && !scopes.is_empty() {
            return Ok(scopes);
        }
        Err(ErrorCode::InvalidScope.because("the scope is wider than what the subject token and this client have"))
    }
}

/// Who acts for the person: the last whom the token was handed to, and before them the others (RFC 8693 4.1).
pub fn act(hands: &[String]) -> Option<Value> {
    hands.iter().rev().fold(None, |earlier, hand| {
        Some(match earlier {
            None => json!({ "sub": hand }),
            Some(earlier) => json!({ "sub": hand, "act": earlier }),
        })
    })
}
