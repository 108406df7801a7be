//! Who calls the administration API: the operator, a person through an access token of scope `api` or a token of their
//! own, or a service account through one of its tokens.

use std::time::Duration;

use anyhow::Context as _;

use crate::app::App;
use crate::app::authorize::Circumstances;
use crate::app::mail::Whence;
use crate::app::personal_tokens;
use crate::app::service_accounts::{self, ServiceToken};
use crate::app::tokens::{self, Opened};
use crate::app::users::Person;
use crate::domain::client::Family;
use crate::domain::id::SessionId;
use crate::domain::personal_token::{PersonalToken, Scope};
use crate::domain::policy::{Actor, Operator};
use crate::domain::secret::TokenHash;
use crate::domain::session::PROOF_IS_RECENT;
use crate::domain::{Denial, Error, Timestamp};
use crate::oidc::scope;

/// A caller of the API.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who acts.
    pub actor: Actor,
    /// From where.
    pub whence: Whence,
    credential: Credential,
}

#[derive(Debug, Clone)]
enum Credential {
    /// The token of whoever runs the instance.
    Operator,
    /// An access token.
    AccessToken { person: Person, session: SessionId, is_proved_lately: bool },
    /// A token of somebody's own.
    Personal { person: Person, token: PersonalToken },
    /// A token of a service account.
    Service { token: ServiceToken },
}

/// The caller that a presented token stands for.
pub async fn find(app: &App, token: &str, whence: Whence) -> Result<Caller, Error> {
    if is_operator(app, token)? {
        let actor = Actor::from(Operator::Token);
        return Ok(Caller { actor, whence, credential: Credential::Operator });
    }
    if let Some((token, person)) = personal_tokens::find(app, token).await? {
        let actor = person.actor(None);
        return Ok(Caller { actor, whence, credential: Credential::Personal { person, token } });
    }
    if let Some((token, actor)) = service_accounts::find(app, token).await? {
        return Ok(Caller { actor, whence, credential: Credential::Service { token } });
    }
    let Opened { family, person } =
        tokens::opened(app, token, scope::Scope::Api).await?.ok_or(Error::Unauthenticated)?;
    let is_proved_lately = app.now().since(proved_at(&family)?) < PROOF_IS_RECENT;
    let actor = person.actor(None).proved(is_proved_lately);
    let credential = Credential::AccessToken { person, session: family.session, is_proved_lately };
    Ok(Caller { actor, whence, credential })
}

/// A person who has proved a short while ago who they are, in this session.
#[derive(Debug)]
pub struct Proven {
    pub(super) session: SessionId,
    pub(super) whence: Whence,
}

impl Caller {
    /// Refuses what the scopes of a personal token leave out.
    pub fn may(&self, scope: Scope) -> Result<(), Error> {
        match &self.credential {
            Credential::Personal { token, .. } if !token.may(scope) => lacks(scope),
            Credential::Service { token } if !token.may(scope) => lacks(scope),
            Credential::Operator
            | Credential::AccessToken { .. }
            | Credential::Personal { .. }
            | Credential::Service { .. } => Ok(()),
        }
    }

    /// The person behind the token; the operator token stands for nobody.
    pub fn person(&self) -> Result<&Person, Error> {
        match &self.credential {
            Credential::AccessToken { person, .. } | Credential::Personal { person, .. } => Ok(person),
            Credential::Operator | Credential::Service { .. } => {
                Err(Error::forbidden("this token stands for no person; call this with a token of a person"))
            }
        }
    }

    /// The session that the token came from; other tokens than access tokens came from none.
    pub const fn session(&self) -> Option<SessionId> {
        match &self.credential {
            Credential::AccessToken { session, .. } => Some(*session),
            Credential::Operator | Credential::Personal { .. } | Credential::Service { .. } => None,
        }
    }

    /// The person behind the token, who has proved it a short while ago, and in what.
    pub fn proven(&self) -> Result<(Proven, &Person), Error> {
        let person = self.person()?;
        self.has_proved_lately()?;
        let session = self.session().ok_or(Error::Unauthenticated)?;
        Ok((Proven { session, whence: self.whence.clone() }, person))
    }

    /// Refuses whoever has not proved a short while ago who they are. A personal token proves that somebody once did, so
    /// with it no other credential is made.
    pub fn has_proved_lately(&self) -> Result<(), Error> {
        let refused = |sentence: &str| Err(Error::forbidden(sentence));
        match &self.credential {
            Credential::Operator => Ok(()),
            Credential::AccessToken { is_proved_lately: true, .. } => Ok(()),
            Credential::AccessToken { is_proved_lately: false, .. } => Err(Error::denied(Denial::ProofIsOld)),
            Credential::Personal { .. } => refused("a personal token changes no credential; use your account page"),
            Credential::Service { .. } => refused("a token of a service account changes no credential"),
        }
    }
}

fn lacks(scope: Scope) -> Result<(), Error> {
    Err(Error::forbidden(format!("this token lacks the scope {}", scope.word())))
}

fn proved_at(family: &Family) -> Result<Timestamp, Error> {
    let how: Circumstances = serde_json::from_str(&family.facts).map_err(anyhow::Error::new)?;
    let seconds = u64::try_from(how.auth_time).unwrap_or_default();
    Ok(Timestamp::from_millis(0).after(Duration::from_secs(seconds)))
}

fn is_operator(app: &App, token: &str) -> Result<bool, Error> {
    let Some(path) = &app.config.operator_token_file else {
        return Ok(false);
    };
    let expected = std::fs::read_to_string(path).context("the operator token file cannot be read")?;
    let expected = expected.trim();
    Ok(!expected.is_empty() && TokenHash::of(expected).matches(&TokenHash::of(token)))
}
