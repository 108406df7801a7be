//! What would become of somebody who signed in to an application now: whether they come in, what they are asked for, and what
//! the application is told.
//!
//! **Invariant:** nothing is given out, kept or counted; what is told is made by the functions that make the real thing.

use std::net::Ipv4Addr;

use url::form_urlencoded;

use super::{Registered, get};
use crate::app::App;
use crate::app::authorize::{self, Visitor};
use crate::app::entrance::{self, Duty, Verdict};
use crate::app::subject;
use crate::app::tokens::{self, person};
use crate::app::users::{self, Person};
use crate::domain::id::{ClientId, SessionId};
use crate::domain::policy::Actor;
use crate::domain::session::Session;
use crate::domain::user::{SignIn, User};
use crate::domain::{Error, Timestamp};
use crate::oidc::authorize::{Authorization, Refusal, Request, validate};
use crate::oidc::claims;
use crate::oidc::client::Registration;
use crate::oidc::decide::Next;
use crate::oidc::jwt::Claims;
use crate::oidc::params::Params;
use crate::oidc::scope::Scopes;
use crate::oidc::{self, ErrorCode};
use crate::store::factors;

/// The claims that are other ones at each sign-in.
pub const MOMENTARY: [&str; 7] = ["at_hash", "auth_time", "exp", "iat", "nonce", "session_expiry", "sid"];

/// What stands for something that is made at the sign-in.
const STANDS_FOR: &str = "made-at-the-sign-in";
/// As long as a challenge is (RFC 7636 4.2).
const CHALLENGE_CHARACTERS: usize = 43;

/// What would become of somebody.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Who.
    pub user: User,
    /// Whether they come in here at all.
    pub entrance: Verdict,
    /// Whether the application would get a code then.
    pub outcome: Outcome,
    /// Whether two factors are asked for, and by whom.
    pub factors: Factors,
    /// What the application would be granted.
    pub scopes: Scopes,
    /// What it would be told; nothing where it gets no code.
    pub told: Option<Told>,
}

/// What the application would be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A code.
    Code,
    /// A code, once the person has agreed.
    Consent,
    /// An error.
    Refused(Why),
}

/// Why an application gets no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is disabled.
    Disabled,
    /// It is not for this person.
    OutOfReach,
    /// Something else, in a sentence of the protocol.
    Other(String),
}

/// Whether two factors are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factors {
    /// The application takes nobody with one.
    pub by_application: bool,
    /// The organisation asks for a second one, or the person has one.
    pub by_organisation: bool,
}

/// What an application would be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// In the ID token, where one is due.
    pub id_token: Option<Claims>,
    /// At userinfo.
    pub userinfo: Claims,
}

impl Trial {
    /// True where the person comes in and the application gets something.
    pub fn is_let_in(&self) -> bool {
        let is_answered = match &self.outcome {
            Outcome::Code | Outcome::Consent => true,
            Outcome::Refused(_) => false,
        };
        self.entrance.is_open() && is_answered
    }
}

/// Tries the sign-in of the user with this name at an application that asks for these scopes.
pub async fn try_sign_in(
    app: &App,
    actor: &Actor,
    id: ClientId,
    (user_name, scopes): (&str, &str),
) -> Result<Trial, Error> {
    let Registered { client, registration } = get(app, actor, id).await?;
    let whose = users::by_name(app, actor, client.org, user_name).await?;
    let request = request(&registration, scopes).map_err(|error| Error::malformed("scope", error.description()))?;
    let entrance = entrance::of(app, &whose).await?;
    let factors = factors(app, &registration, &whose, &entrance).await?;
    let session = session(&whose, factors, app.now());
    let visitor = Visitor { session: &session, person: &whose, is_from_this_request: true, consented_now: false };
    let outcome = match authorize::next(app, &request, Some(visitor)).await? {
        Next::Issue => Outcome::Code,
        Next::Consent => Outcome::Consent,
        Next::Refuse(_) if client.is_disabled => Outcome::Refused(Why::Disabled),
        Next::Refuse(error) if error.code == ErrorCode::AccessDenied => Outcome::Refused(Why::OutOfReach),
        Next::Refuse(error) => Outcome::Refused(Why::Other(error.description().to_owned())),
        Next::SignIn | Next::Reauthenticate => {
            Outcome::Refused(Why::Other("the person would have to sign in again".to_owned()))
        }
    };
    let mut trial =
        Trial { user: whose.user.clone(), entrance, outcome, factors, scopes: request.scopes.clone(), told: None };
    if trial.is_let_in() {
        trial.told = Some(told(app, &registration, &request, (&whose, &session)).await?);
    }
    Ok(trial)
}

async fn told(
    app: &App,
    registration: &Registration,
    request: &Authorization,
    (whose, session): (&Person, &Session),
) -> Result<Told, Error> {
    let how = authorize::circumstances(request, session);
    let described = person::read(app, whose).await?;
    let described = claims::Person { sub: subject::of(app, registration, whose.user.id)?, ..described };
    let occasion = tokens::occasion(app, registration, &request.scopes, (&how, STANDS_FOR), app.now());
    let id_token = tokens::id_token(&described, &occasion, &how, (None, Some(STANDS_FOR)));
    Ok(Told { id_token, userinfo: tokens::at_userinfo(&described, &request.scopes, &how, registration) })
}

/// The request that the application would send, which is checked like any other.
fn request(registration: &Registration, scopes: &str) -> Result<Authorization, oidc::Error> {
    let challenge = "A".repeat(CHALLENGE_CHARACTERS);
    let redirect_uri = registration.redirect_uris.first().map(String::as_str).unwrap_or_default();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", scopes)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .finish();
    // As if it were pushed, so that it is one that applications of every kind could send.
    let request = Request::pushed(Params::parse(&[query.as_bytes()])?, registration)?;
    validate(&request, registration).map_err(|refusal| match refusal {
        Refusal::Page(error) | Refusal::Redirect { error, .. } => error,
    })
}

async fn factors(app: &App, registration: &Registration, whose: &Person, entrance: &Verdict) -> Result<Factors, Error> {
    let has_one = match whose.user.sign_in {
        SignIn::Password => factors::has_any(app.store.reader(), whose.user.org, whose.user.id).await?,
        SignIn::Sso => false,
    };
    let is_due = entrance.duties.contains(&Duty::SetUpFactor);
    Ok(Factors { by_application: registration.needs_mfa(), by_organisation: has_one || is_due })
}

/// The session that would come of the sign-in. What an identity provider would say of its methods is not known here.
fn session(whose: &Person, factors: Factors, now: Timestamp) -> Session {
    let is_double = factors.by_application || factors.by_organisation;
    let methods: &[&str] = match (whose.user.sign_in, is_double) {
        (SignIn::Password, false) => &["pwd"],
        (SignIn::Password, true) => &["pwd", "otp", "mfa"],
        (SignIn::Sso, false) => &[],
        (SignIn::Sso, true) => &["mfa"],
    };
    Session {
        id: SessionId::new(),
        org: whose.user.org,
        user: whose.user.id,
        amr: methods.iter().map(|&it| it.to_owned()).collect(),
        auth_time: now,
        created_at: now,
        last_seen_at: now,
        expires_at: now,
        ip: Ipv4Addr::UNSPECIFIED.to_string(),
        user_agent: String::new(),
        device: None,
        upstream: None,
    }
}
