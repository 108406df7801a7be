//! The authorization request: RFC 6749 4.1.1, RFC 7636 4.3, OpenID Connect Core 3.1.2.1.
//!
//! **Invariant:** until the client and its redirect URI are known to belong together, a mistake is shown here and
//! nobody is sent anywhere.
//! **Invariant:** every client proves possession with PKCE, and only with S256.
//! **Invariant:** only a code leaves through the browser; request objects and the implicit and hybrid flows do not exist.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::acr::Acr;
use super::claims_request::ClaimsRequest;
use super::client::Registration;
use super::dpop::is_thumbprint;
use super::error::{Error, ErrorCode};
use super::params::Params;
use super::resource;
use super::response::{ReplyTo, ResponseMode};
use super::scope::{Scope, Scopes};

/// A request of which only the client is known yet: look it up, then [`validate`].
pub struct Request {
    client_id: String,
    redirect_uri: String,
    params: Params,
    is_pushed: bool,
}

impl Request {
    /// A request that this client, which has proved itself, leaves here before it sends the browser (RFC 9126 2.1).
    pub fn pushed(params: Params, client: &Registration) -> Result<Self, Error> {
        if params.get("request_uri").is_some() {
            return Err(ErrorCode::InvalidRequest.because("a request that is pushed has no request_uri"));
        }
        let redirect_uri = params.require("redirect_uri")?.to_owned();
        Ok(Self { client_id: client.client_id.clone(), redirect_uri, params, is_pushed: true })
    }

    /// The client that the request names.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
}

/// A request that may be worked on; it is stored with the attempt and then with the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// The client.
    pub client_id: String,
    /// Whether people are not asked for consent.
    pub first_party: bool,
    /// Whether the client wants two factors.
    #[serde(default)]
    pub require_mfa: bool,
    /// Where the answer goes.
    pub reply_to: ReplyTo,
    /// What is asked for, within what the client is registered for.
    pub scopes: Scopes,
    /// The PKCE challenge, method S256.
    pub code_challenge: String,
    /// Comes back in the ID token.
    pub nonce: Option<String>,
    /// Which pages the client wants shown, or none.
    pub prompt: BTreeSet<Prompt>,
    /// How old the sign-in may be, in seconds.
    pub max_age_seconds: Option<i64>,
    /// Who the client thinks will sign in.
    pub login_hint: Option<String>,
    /// An earlier ID token of that person; not verified yet.
    pub id_token_hint: Option<String>,
    /// Wanted languages of the pages, best first.
    pub ui_locales: Option<String>,
    /// Wanted authentication contexts; a wish, never a condition (OpenID Connect Core 3.1.2.1).
    pub acr_values: Option<String>,
    /// The thumbprint of the key whose holder alone may exchange the code (RFC 9449 10).
    #[serde(default)]
    pub dpop_jkt: Option<String>,
    /// The identity under which it was pushed, where it was.
    #[serde(default)]
    pub pushed: Option<String>,
    /// What is asked for claim by claim, within what the client is registered for.
    #[serde(default)]
    pub claims: ClaimsRequest,
    /// The resources that the access token is for, within what the client is registered for (RFC 8707).
    #[serde(default)]
    pub resources: Vec<String>,
    /// The identity of the request of a device that waits for the answer, where one does.
    #[serde(default)]
    pub device: Option<String>,
}

impl Authorization {
    /// Whether an ID token is due.
    pub fn is_openid(&self) -> bool {
        self.scopes.has(Scope::OpenId)
    }

    /// What the person is asked for: the scopes, and those that hold what is asked for claim by claim.
    pub fn asked(&self) -> Scopes {
        self.scopes.with(&self.claims.scopes())
    }

    /// Whether nobody comes in with one factor.
    pub fn needs_two_factors(&self) -> bool {
        self.require_mfa || self.is_good_enough(Acr::Aal2) && !self.is_good_enough(Acr::Aal1)
    }

    /// Whether a context satisfies what is essential to the client; whatever says more than one that does, does too.
    pub fn is_good_enough(&self, reached: Acr) -> bool {
        let essential = self.claims.acr().filter(|wish| wish.is_essential && !wish.values.is_empty());
        essential.is_none_or(|wish| satisfied(&wish.values, reached).is_some())
    }

    /// Whether the client would rather have two factors than one.
    pub fn prefers_two_factors(&self) -> bool {
        self.wished_contexts().into_iter().find_map(Acr::named) == Some(Acr::Aal2)
    }

    /// Under which name the client is told of a context: one of those that it wished for, where that is true.
    pub fn told_context(&self, reached: Acr) -> Acr {
        satisfied(&self.wished_contexts(), reached).unwrap_or(reached)
    }

    /// The contexts in the order in which the client would like them.
    fn wished_contexts(&self) -> Vec<&str> {
        match self.claims.acr() {
            Some(wish) if !wish.values.is_empty() => wish.values.iter().map(String::as_str).collect(),
            Some(_) | None => self.acr_values.as_deref().unwrap_or_default().split(' ').collect(),
        }
    }
}

/// The best of these contexts that is reached.
fn satisfied<T: AsRef<str>>(wanted: &[T], reached: Acr) -> Option<Acr> {
    wanted.iter().filter_map(|name| Acr::named(name.as_ref())).filter(|it| *it <= reached).max()
}

/// What the client wants shown (OpenID Connect Core 3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// No page at all.
    None,
    /// Sign in again.
    Login,
    /// Ask for consent again.
    Consent,
    /// Let the person choose an account.
    SelectAccount,
}

impl Prompt {
    /// Every prompt.
    pub const ALL: [Self; 4] = [Self::None, Self::Login, Self::Consent, Self::SelectAccount];

    /// The name as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|prompt| prompt.as_str() == name)
    }
}

/// Why a request is refused, and where that may be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// On a page of ours: there is no address that can be trusted.
    Page(Error),
    /// To the client, through the browser.
    Redirect {
        /// Where to.
        reply_to: ReplyTo,
        /// What is wrong.
        error: Error,
    },
}

/// Reads as much as is needed to look the client up. An error is shown on a page, never sent anywhere.
pub fn parse(params: Params) -> Result<Request, Error> {
    let client_id = params.require("client_id")?.to_owned();
    let redirect_uri = params.require("redirect_uri")?.to_owned();
    Ok(Request { client_id, redirect_uri, params, is_pushed: false })
}

/// What to show when no live client has the id of the request.
pub fn unknown_client() -> Error {
    ErrorCode::InvalidRequest.because("no application is registered under this client_id")
}

/// Checks the whole request against the registration of its client.
pub fn validate(request: &Request, client: &Registration) -> Result<Authorization, Refusal> {
    if request.client_id != client.client_id {
        return Err(Refusal::Page(unknown_client()));
    }
    if !client.has_redirect_uri(&request.redirect_uri) {
        let problem = "the redirect_uri is not one that the application registered; it must match to the letter";
        return Err(Refusal::Page(ErrorCode::InvalidRequest.because(problem)));
    }
    let mode = response_mode(&request.params);
    let state = request.params.text("state");
    let answer_by = *mode.as_ref().unwrap_or(&ResponseMode::Query);
    let reply_to = ReplyTo::checked(&request.redirect_uri, answer_by, state);
    mode.and_then(|_| check_flow(&request.params))
        .and_then(|()| check_way(request, client))
        .and_then(|()| authorization(&request.params, client, reply_to.clone()))
        .map_err(|error| Refusal::Redirect { reply_to, error })
}

fn response_mode(params: &Params) -> Result<ResponseMode, Error> {
    match params.get("response_mode") {
        None => Ok(ResponseMode::Query),
        Some(name) => ResponseMode::named(name)
            .ok_or_else(|| ErrorCode::InvalidRequest.because("the response_mode must be query or form_post")),
    }
}

fn check_flow(params: &Params) -> Result<(), Error> {
    if params.get("request").is_some() {
        return Err(ErrorCode::RequestNotSupported.because("request objects are not offered"));
    }
    if params.get("request_uri").is_some() {
        return Err(ErrorCode::RequestUriNotSupported.because("request objects by reference are not offered"));
    }
    if params.get("registration").is_some() {
        return Err(ErrorCode::RegistrationNotSupported.because("registration within a request is not offered"));
    }
    match params.require("response_type")? {
        "code" => Ok(()),
        _ => Err(ErrorCode::UnsupportedResponseType.because("the response_type must be code")),
    }
}

fn check_way(request: &Request, client: &Registration) -> Result<(), Error> {
    if request.is_pushed || !client.needs_pushed_requests() {
        return Ok(());
    }
    Err(ErrorCode::InvalidRequest
        .because("this application pushes its requests; send the request_uri that it was given"))
}

fn authorization(params: &Params, client: &Registration, reply_to: ReplyTo) -> Result<Authorization, Error> {
    let scopes = scopes(params, client)?;
    Ok(Authorization {
        claims: claims(params, client, &scopes)?,
        client_id: client.client_id.clone(),
        first_party: client.first_party,
        require_mfa: client.needs_mfa(),
        reply_to,
        code_challenge: code_challenge(params)?,
        scopes,
        nonce: params.text("nonce"),
        prompt: prompt(params)?,
        max_age_seconds: max_age(params)?,
        login_hint: params.text("login_hint"),
        id_token_hint: params.text("id_token_hint"),
        ui_locales: params.text("ui_locales"),
        acr_values: params.text("acr_values"),
        dpop_jkt: dpop_jkt(params)?,
        pushed: None,
        resources: resource::within(resource::named(params), &client.audiences)?,
        device: None,
    })
}

/// What a device asks for that somebody is to let in on this page (RFC 8628 3.1). Whoever does is asked whatever the application is:
/// the code may have come from somebody else (5.4). The device outlives their session, so they have signed in at most so many
/// seconds ago. There is no challenge, because no code goes through a browser.
pub fn of_device(
    params: &Params,
    client: &Registration,
    (id, page): (&str, &str),
    max_age_seconds: i64,
) -> Result<Authorization, Error> {
    Ok(Authorization {
        client_id: client.client_id.clone(),
        first_party: client.first_party,
        require_mfa: client.needs_mfa(),
        reply_to: ReplyTo::checked(page, ResponseMode::Query, None),
        scopes: scopes(params, client)?,
        code_challenge: String::new(),
        nonce: None,
        prompt: BTreeSet::from([Prompt::Consent]),
        max_age_seconds: Some(max_age_seconds),
        login_hint: None,
        id_token_hint: None,
        ui_locales: None,
        acr_values: None,
        dpop_jkt: None,
        pushed: None,
        claims: ClaimsRequest::default(),
        resources: resource::within(resource::named(params), &client.audiences)?,
        device: Some(id.to_owned()),
    })
}

fn code_challenge(params: &Params) -> Result<String, Error> {
    let challenge = params.require("code_challenge")?;
    // RFC 7636 4.3: without a method the challenge would be the verifier in plain.
    if params.get("code_challenge_method") != Some("S256") {
        return Err(ErrorCode::InvalidRequest.because("the code_challenge_method must be S256"));
    }
    if challenge.len() == 43 && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Ok(challenge.to_owned());
    }
    Err(ErrorCode::InvalidRequest.because("the code_challenge is not a SHA-256 in base64url without padding"))
}

fn dpop_jkt(params: &Params) -> Result<Option<String>, Error> {
    match params.get("dpop_jkt") {
        None => Ok(None),
        Some(jkt) if is_thumbprint(jkt) => Ok(Some(jkt.to_owned())),
        Some(_) => Err(ErrorCode::InvalidRequest.because("the dpop_jkt is not the SHA-256 thumbprint of a key")),
    }
}

fn scopes(params: &Params, client: &Registration) -> Result<Scopes, Error> {
    let granted = Scopes::requested(params.get("scope").unwrap_or_default())?.common(&client.scopes);
    if granted.is_empty() {
        return Err(ErrorCode::InvalidScope.because("the scope names nothing that this client may ask for"));
    }
    Ok(granted)
}

/// OpenID Connect Core 5.5: part of an OpenID request, and of no other.
fn claims(params: &Params, client: &Registration, scopes: &Scopes) -> Result<ClaimsRequest, Error> {
    let asked = params.get("claims").map(ClaimsRequest::parse).transpose()?;
    let asked = asked.filter(|_| scopes.has(Scope::OpenId));
    Ok(asked.map(|it| it.within(&client.scopes)).unwrap_or_default())
}

fn prompt(params: &Params) -> Result<BTreeSet<Prompt>, Error> {
    let names = params.get("prompt").unwrap_or_default().split(' ').filter(|name| !name.is_empty());
    let prompts: Option<BTreeSet<Prompt>> = names.map(Prompt::named).collect();
    let Some(prompts) = prompts else {
        return Err(ErrorCode::InvalidRequest.because("the prompt must be none, login, consent or select_account"));
    };
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(ErrorCode::InvalidRequest.because("the prompt none stands alone"));
    }
    Ok(prompts)
}

fn max_age(params: &Params) -> Result<Option<i64>, Error> {
    let Some(text) = params.get("max_age") else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds.map(Some).ok_or_else(|| ErrorCode::InvalidRequest.because("max_age must be a number of seconds from 0 up"))
}
