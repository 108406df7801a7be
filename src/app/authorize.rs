//! Authorization requests: from what a client asks for to the code it gets, with the person's steps in between.
//!
//! [`begin`] reads a request and either answers it at once or begins an attempt, in which `app::signin` takes the person
//! through the steps and then asks for the [`reply`].
//!
//! **Invariant:** a code is made only for a session that lives, and dies with it: family and code are written in the unit
//! that finds the session, under the epochs of person, organisation and client.
//! **Invariant:** what is stored of a request is what was validated; a hint of the client is not kept.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::app::application::{self, Application};
use crate::app::mail::{self, Letter};
use crate::app::sessions::begin_for_device_in;
use crate::app::signin::{self, Attempt, Started, Wanted};
use crate::app::tokens::person;
use crate::app::users::Person;
use crate::app::{device_requests, pushed_requests, subject};
use crate::domain::client::{Agreed, Family, Issued, IssuedKind};
use crate::domain::id::{FamilyId, GrantId};
use crate::domain::policy::Action;
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::session::Session;
use crate::domain::{Error, Timestamp};
use crate::oidc::acr::Acr;
use crate::oidc::authorize::{Refusal, parse, unknown_client, validate};
use crate::oidc::claims_request::ClaimsRequest;
use crate::oidc::decide::{self, Facts, Hint, Next};
use crate::oidc::jwt::{self, Expect, Typ};
use crate::oidc::params::Params;
use crate::oidc::response::{Outcome, Response};
use crate::oidc::scope::Scopes;
use crate::oidc::{self, ErrorCode};
use crate::store::{Tx, clients, families, sessions};

pub use crate::oidc::authorize::Authorization;

/// How long a code works.
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// An answer to a client, on its way through the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What goes where.
    pub response: Response,
    /// The name of the application, for the page that carries it.
    pub application: String,
}

/// What a request leads to.
pub enum Begun {
    /// A mistake that is shown here: there is no address that can be trusted.
    Page(oidc::Error),
    /// An answer to the client.
    Answer(Answer),
    /// Steps of the person.
    Attempt(Started),
}

enum Reading {
    Request(Box<(Authorization, Arc<Application>)>),
    Answer(Answer),
    Page(oidc::Error),
}

/// The person at the browser.
#[derive(Debug, Clone, Copy)]
pub struct Visitor<'a> {
    /// The live session.
    pub session: &'a Session,
    /// Who is signed in.
    pub person: &'a Person,
    /// Whether the person signed in, or proved again who they are, within this request.
    pub is_from_this_request: bool,
    /// Whether the person agreed on the consent page of this request.
    pub consented_now: bool,
}

/// How the person had signed in; kept with everything that comes from the authorization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Circumstances {
    /// When the person proved who they are, in seconds since the epoch.
    pub auth_time: i64,
    /// By which methods (RFC 8176).
    pub amr: Vec<String>,
    /// Which authentication context that is.
    pub acr: String,
    /// Which claims the client asked for one by one; they last as long as what came of the authorization, also under a
    /// narrower scope.
    #[serde(default)]
    pub claims: ClaimsRequest,
    /// Which resources the client named.
    #[serde(default)]
    pub resources: Vec<String>,
    /// When the session ends at the latest, in seconds since the epoch.
    #[serde(default)]
    pub session_expiry: Option<i64>,
}

impl Circumstances {
    /// Those under which the family came to be.
    pub fn of(family: &Family) -> Result<Self, Error> {
        serde_json::from_str(&family.facts).map_err(|it| anyhow::Error::new(it).into())
    }
}

/// Reads a request and does the first thing about it; `live` is the session of the browser that brings it, and `under_way`
/// its sign-in.
pub async fn begin(
    app: &App,
    params: Params,
    live: Option<&(Session, Person)>,
    under_way: Option<Attempt>,
) -> Result<Begun, Error> {
    match read(app, params).await? {
        Reading::Request(known) => proceed(app, known.0, known.1, live, under_way).await,
        Reading::Answer(answer) => Ok(Begun::Answer(answer)),
        Reading::Page(error) => Ok(Begun::Page(error)),
    }
}

/// Does the first thing about a request that is known to be good.
pub(super) async fn proceed(
    app: &App,
    request: Authorization,
    client: Arc<Application>,
    live: Option<&(Session, Person)>,
    under_way: Option<Attempt>,
) -> Result<Begun, Error> {
    // Somebody whom the application does not serve counts as nobody: another person may sign in.
    let served = live.filter(|(session, _)| client.client.serves(session.org));
    let visitor =
        served.map(|(session, person)| Visitor { session, person, is_from_this_request: false, consented_now: false });
    let wanted = || Wanted::by(&client, request.clone());
    Ok(match (next(app, &request, visitor).await?, served) {
        (Next::Issue, Some((session, person))) => Begun::Answer(issue(app, &request, person, session).await?),
        (Next::Consent, Some((session, _))) => Begun::Attempt(signin::ask_consent(app, wanted(), session).await?),
        (Next::Refuse(error), _) => Begun::Answer(refuse(app, &request, &error).await?),
        (Next::SignIn | Next::Reauthenticate | Next::Consent | Next::Issue, _) => {
            Begun::Attempt(signin::begin(app, wanted(), under_way.filter(|_| live.is_none())).await?)
        }
    })
}

/// Reads a request and looks its client up.
async fn read(app: &App, params: Params) -> Result<Reading, Error> {
    match pushed_requests::brought(app, &params).await? {
        Some(Ok(known)) => return Ok(Reading::Request(Box::new(known))),
        Some(Err(error)) => return Ok(Reading::Page(error)),
        None => {}
    }
    let request = match parse(params) {
        Ok(request) => request,
        Err(error) => return Ok(Reading::Page(error)),
    };
    let Some(client) = application::find(app, request.client_id()).await? else {
        return Ok(Reading::Page(unknown_client()));
    };
    match validate(&request, &client.registration) {
        Ok(authorization) => Ok(Reading::Request(Box::new((authorization, client)))),
        Err(Refusal::Page(error)) => Ok(Reading::Page(error)),
        Err(Refusal::Redirect { reply_to, error }) => {
            let response = reply_to.error(&app.config.public_url, &error);
            Ok(Reading::Answer(Answer { response, application: client.registration.name.clone() }))
        }
    }
}

/// The application of a request that was read earlier; nothing when it was deleted or disabled since.
async fn application_of(app: &App, request: &Authorization) -> Result<Option<Arc<Application>>, Error> {
    application::find(app, &request.client_id).await
}

/// What comes next for a request, with the person at the browser if there is one.
pub async fn next(app: &App, request: &Authorization, visitor: Option<Visitor<'_>>) -> Result<Next, Error> {
    let Some(client) = application_of(app, request).await? else {
        return Ok(Next::Refuse(ErrorCode::UnauthorizedClient.because("the application is not registered any more")));
    };
    let expected = match expected_sub(app, request).await? {
        Ok(expected) => expected,
        Err(error) => return Ok(Next::Refuse(error)),
    };
    let (consented, resources) = (Scopes::default(), Vec::new());
    let mut facts = Facts { session: None, hint: Hint::Absent, consented, resources, consented_now: false };
    if let Some(visitor) = visitor {
        let user = &visitor.person.user;
        if !client.client.serves(user.org) {
            return Ok(Next::Refuse(not_served()));
        }
        let reach = &client.registration.reach;
        if !reach.is_everybody() && !reach.includes(&person::read(app, visitor.person).await?) {
            return Ok(Next::Refuse(ErrorCode::AccessDenied.because("this application is not for this person")));
        }
        let agreed = clients::consent(app.store.reader(), user.org, user.id, client.client.id).await?;
        facts = Facts {
            session: Some(decide::Session {
                auth_time: visitor.session.auth_time.seconds(),
                is_from_this_request: visitor.is_from_this_request,
                is_multi_factor: is_multi_factor(visitor.session),
                has_steps_left: false,
            }),
            hint: hint(expected.as_deref(), &subject::of(app, &client.registration, user.id)?),
            consented: Scopes::requested(&agreed.scopes.join(" ")).map_err(anyhow::Error::new)?,
            resources: agreed.resources,
            consented_now: visitor.consented_now,
        };
    }
    Ok(decide::decide(request, &facts, app.now().seconds()))
}

/// Answers a request after the person's steps: with a code, or with the reason why there is none. Nothing more is asked.
pub async fn reply(app: &App, request: &Authorization, visitor: Visitor<'_>) -> Result<Answer, Error> {
    match next(app, request, Some(visitor)).await? {
        Next::Issue => issue(app, request, visitor.person, visitor.session).await,
        Next::Refuse(error) => refuse(app, request, &error).await,
        Next::SignIn | Next::Reauthenticate | Next::Consent => {
            let problem = "the sign-in does not fit the request any more; start again";
            refuse(app, request, &ErrorCode::InteractionRequired.because(problem)).await
        }
    }
}

/// Makes a code for the person of this session.
async fn issue(app: &App, request: &Authorization, person: &Person, session: &Session) -> Result<Answer, Error> {
    let Some(client) = application_of(app, request).await? else {
        let gone = ErrorCode::UnauthorizedClient.because("the application is not registered any more");
        return refuse(app, request, &gone).await;
    };
    if !client.client.serves(person.user.org) {
        return refuse(app, request, &not_served()).await;
    }
    let tx = app.begin_shared(person.user.org).await?;
    // Whoever ends the session at this moment waits for this unit, or this one for them.
    if !sessions::hold(&tx, session.id).await? {
        drop(tx);
        return refuse(app, request, &ErrorCode::LoginRequired.because("the session has ended")).await;
    }
    let Some(made) = make_code(&tx, &client, request).await? else {
        let over = ErrorCode::InvalidRequest.because("this request was answered already");
        let response = no_code(app, request, &over, Outcome::Over);
        return Ok(Answer { response, application: client.registration.name.clone() });
    };
    let action = Action::IssueTokens { client: client.client.id.to_string(), scopes: words(&request.asked()) };
    let (tx, permit) = app.ask(tx, &person.actor(Some(session)), action, person.target()).await?;
    insert(&tx, request, (person, session), &client, &made).await?;
    if request.device.is_some() {
        let letter = Letter::DeviceLetIn { application: client.registration.name.clone() };
        mail::queue(app, &tx, &person.user, letter).await?;
    }
    tx.commit(permit).await?;
    let response = match made {
        Code::New(code) => request.reply_to.code(&app.config.public_url, code.reveal()),
        Code::OfDevice { .. } => request.reply_to.outcome(Outcome::Allowed),
    };
    Ok(Answer { response, application: client.registration.name.clone() })
}

/// What a client exchanges for tokens.
enum Code {
    /// A code that goes through the browser.
    New(Secret<String>),
    /// The code that a device has already.
    OfDevice { hash: TokenHash, expires_at: Timestamp },
}

/// Uses the request up; nothing where it was answered before.
async fn make_code(tx: &Tx, client: &Application, request: &Authorization) -> Result<Option<Code>, Error> {
    if let Some(id) = device_requests::of(request)? {
        let allowed = device_requests::allow(tx, client, id).await?;
        return Ok(allowed.map(|(hash, expires_at)| Code::OfDevice { hash, expires_at }));
    }
    let is_first = pushed_requests::spend(tx, client, request).await?;
    Ok(is_first.then(|| Code::New(TokenKind::Code.generate())))
}

/// Tells the client why it gets no code.
pub async fn refuse(app: &App, request: &Authorization, error: &oidc::Error) -> Result<Answer, Error> {
    let client = application_of(app, request).await?;
    if let (Some(id), Some(client)) = (device_requests::of(request)?, &client) {
        device_requests::refuse(app, client, id).await?;
    }
    let response = no_code(app, request, error, Outcome::Refused);
    Ok(Answer { response, application: client.map(|it| it.registration.name.clone()).unwrap_or_default() })
}

/// What the browser brings back without a code: why, or where a device waits, what became of it.
fn no_code(app: &App, request: &Authorization, error: &oidc::Error, outcome: Outcome) -> Response {
    match request.device {
        Some(_) => request.reply_to.outcome(outcome),
        None => request.reply_to.error(&app.config.public_url, error),
    }
}

/// Remembers that the person lets the client have what the request asks for, on top of what it has already.
pub async fn give_consent(app: &App, request: &Authorization, person: &Person, session: &Session) -> Result<(), Error> {
    let Some(client) = application_of(app, request).await? else {
        return Err(Error::NotFound("application"));
    };
    let tx = app.begin_shared(person.user.org).await?;
    let (user, client) = (person.user.id, client.client.id);
    let earlier = clients::consent(&*tx, tx.org, user, client).await?;
    let scopes = Scopes::requested(&earlier.scopes.join(" ")).map_err(anyhow::Error::new)?;
    let new = request.resources.iter().filter(|it| !earlier.resources.contains(*it)).cloned();
    let resources = earlier.resources.iter().cloned().chain(new).collect();
    let agreed = Agreed { scopes: words(&scopes.with(&request.asked())), resources };
    let action = Action::GiveConsent { client: client.to_string(), scopes: words(&request.asked()) };
    let (tx, permit) = app.ask(tx, &person.actor(Some(session)), action, person.target()).await?;
    clients::set_consent(&tx, user, client, &agreed).await?;
    tx.commit(permit).await
}

fn not_served() -> oidc::Error {
    ErrorCode::AccessDenied.because("this application is not for people of this organisation")
}

/// The subject of the `id_token_hint` or of the parameter `claims`; an error when the hint is no ID token of ours for this client,
/// or when they name two.
async fn expected_sub(app: &App, request: &Authorization) -> Result<Result<Option<String>, oidc::Error>, Error> {
    let by_claims = request.claims.sub().map(str::to_owned);
    let Some(hint) = &request.id_token_hint else { return Ok(Ok(by_claims)) };
    let keys = crate::app::keys::current(app).await?;
    let expect = Expect {
        typ: Typ::IdToken,
        issuer: &app.config.public_url,
        audience: Some(&request.client_id),
        now_seconds: app.now().seconds(),
        allow_expired: true,
    };
    Ok(match jwt::verify(keys.published(), &expect, hint) {
        Ok(claims) => {
            let by_hint = claims.get("sub").and_then(|sub| sub.as_str()).map(str::to_owned);
            match by_claims.is_none() || by_claims == by_hint {
                true => Ok(by_hint),
                false => Err(ErrorCode::InvalidRequest.because("the id_token_hint and the claims name two people")),
            }
        }
        Err(_) => {
            let problem = "the id_token_hint is not an ID token that this server issued to this client";
            Err(ErrorCode::InvalidRequest.because(problem))
        }
    })
}

fn hint(expected: Option<&str>, sub: &str) -> Hint {
    match expected {
        None => Hint::Absent,
        Some(expected) if expected == sub => Hint::SamePerson,
        Some(_) => Hint::OtherPerson,
    }
}

async fn insert(
    tx: &Tx,
    request: &Authorization,
    (person, session): (&Person, &Session),
    client: &Application,
    code: &Code,
) -> Result<(), Error> {
    let scopes = words(&request.scopes);
    let ends_at = family_ends_at(tx.now, client, session);
    let (kind, hash, code_ends_at, of_session) = match code {
        Code::New(code) => (IssuedKind::Code, TokenHash::of(code.reveal()), expires_at(tx.now), session.clone()),
        Code::OfDevice { hash, expires_at } => {
            let named = (client.registration.name.as_str(), ends_at);
            let own = begin_for_device_in(tx, &person.user, session, named).await?;
            (IssuedKind::Device, *hash, *expires_at, own)
        }
    };
    let family = Family {
        id: FamilyId::new(),
        org: tx.org,
        user: person.user.id,
        client: client.client.id,
        session: of_session.id,
        scopes: scopes.clone(),
        facts: serde_json::to_string(&circumstances(request, &of_session)).map_err(anyhow::Error::new)?,
        created_at: tx.now,
        expires_at: ends_at,
        revoked_at: None,
    };
    families::insert(tx, &family, &person.user, &client.client).await?;
    // The code carries the request it answers, without what only its way to here needed.
    let kept = Authorization { id_token_hint: None, login_hint: None, ..request.clone() };
    let issued = Issued {
        id: GrantId::new(),
        family: family.id,
        kind,
        scopes,
        detail: serde_json::to_string(&kept).map_err(anyhow::Error::new)?,
        jkt: None,
        audience: Vec::new(),
        handed_to: Vec::new(),
        created_at: tx.now,
        expires_at: code_ends_at,
        used_at: None,
    };
    families::insert_issued(tx, &issued, &hash).await
}

/// A session at an identity provider that ends takes everything with it that came from there.
fn family_ends_at(now: Timestamp, client: &Application, session: &Session) -> Timestamp {
    let seconds = u64::from(client.registration.lifetimes.authorization_seconds);
    let longest = now.after(Duration::from_secs(seconds));
    session.upstream.as_ref().and_then(|it| it.ends_at).map_or(longest, |end| end.min(longest))
}

fn expires_at(now: Timestamp) -> Timestamp {
    now.after(CODE_LIFETIME)
}

/// How the person of this session has signed in, in the words of this request.
pub(super) fn circumstances(request: &Authorization, session: &Session) -> Circumstances {
    Circumstances {
        auth_time: session.auth_time.seconds(),
        amr: session.amr.clone(),
        acr: request.told_context(Acr::reached(is_multi_factor(session))).as_str().to_owned(),
        claims: request.claims.clone(),
        resources: request.resources.clone(),
        session_expiry: Some(session.expires_at.seconds()),
    }
}

fn is_multi_factor(session: &Session) -> bool {
    session.amr.iter().any(|method| method == "mfa")
}

fn words(scopes: &Scopes) -> Vec<String> {
    scopes.iter().map(|scope| scope.as_str().to_owned()).collect()
}
