//! A question to an identity provider, and what becomes of its answer.
//!
//! **Invariant:** nonce and verifier of a question follow from its state under the master key, so that the database holds
//! nothing with which an answer could be made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::{
    HttpRequest, HttpResponse, OAuth2TokenResponse as _, RedirectUrl, RequestTokenError, TokenResponse as _,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::addresses;
use super::providers::{self, Provider};
use super::refusal::{Failure, refused};
use crate::app::outbound::{Answer, Call, Method};
use crate::app::{App, connections};
use crate::domain::Error;
use crate::domain::connection::{Connection, Kind};
use crate::domain::id::ConnectionId;
use crate::domain::secret::{Secret, random_bytes};
use crate::domain::sso_refusal::{Check, Reason};
use crate::oidc::upstream::id_token::{self, Said, SubjectRule};
use crate::oidc::upstream::request::{self, Client, Ties, Wishes};
use crate::store;

/// A question that is about to be asked.
pub struct Question {
    /// Where the browser is sent.
    pub url: Url,
    /// What comes back with the answer.
    pub state: String,
}

/// The parameters with which the browser comes back.
#[derive(Debug, Clone, Default)]
pub struct Callback {
    /// What was sent with the question.
    pub state: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// Who answers.
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// Makes a question for the provider of a connection.
pub async fn ask(app: &App, connection: &Connection, wishes: &Wishes) -> Result<Question, Failure> {
    let provider = providers::open(app, connection).await?;
    let state = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
    let client = client(app, &provider, None)?;
    let url = request::authorization_url(&client, &ties(app, connection.id, &state)?, wishes);
    Ok(Question { url, state })
}

/// What the provider says about the person, in answer to the question with this state.
pub async fn answer(app: &App, connection: &Connection, state: &str, callback: &Callback) -> Result<Said, Failure> {
    let provider = providers::open(app, connection).await?;
    // RFC 9207 2.4: a wrong issuer is an answer of somebody else, whether one was promised or not.
    match &callback.iss {
        Some(iss) if iss != provider.issuer() => {
            return Err(refused(Check::Believed, Reason::OtherIssuer));
        }
        None if provider.metadata.sends_issuer => {
            return Err(refused(Check::Believed, Reason::IssuerNotSaid));
        }
        Some(_) | None => {}
    }
    if let Some(error) = &callback.error {
        let check = Check::of_provider_error(error);
        return Err(refused(check, Reason::ProviderError { error: in_short(error) }));
    }
    let code = callback.code.as_deref().ok_or_else(|| refused(Check::Believed, Reason::NoCode))?;
    let ties = ties(app, connection.id, state)?;
    let tokens = redeem(app, &provider, code, &ties).await?;
    let id_token = tokens.id_token.as_deref().ok_or_else(|| refused(Check::Answered, Reason::NoIdToken))?;
    let expect = id_token::Expect {
        issuer: provider.issuer(),
        client_id: &provider.client_id,
        nonce: &ties.nonce,
        access_token: tokens.access_token.as_deref(),
        subject: subject_rule(connection.kind),
        now_seconds: app.now().seconds(),
    };
    let believed = providers::believe(app, &provider, |keys| id_token::verify(keys, &expect, id_token)).await;
    let said = believed.map_err(|failure| failure.unbelieved(id_token::unverified(id_token)))?;
    if (said.is_nameless() || (connection.settings.link_by_email && said.has_no_address()))
        && let (Some(url), Some(token)) = (provider.metadata.document.userinfo_endpoint(), expect.access_token)
    {
        return named(app, said, url.url().clone(), token).await;
    }
    Ok(said)
}

/// With the names that an access token opens (OpenID Connect Core 5.3). Without an answer the ID token says enough to know
/// somebody again; an answer that is signed is only for whoever registered for one.
async fn named(app: &App, said: Said, url: Url, token: &str) -> Result<Said, Failure> {
    let headers = vec![("accept", "application/json".to_owned()), ("authorization", format!("Bearer {token}"))];
    let Ok(answer) = providers::call(app, Call { method: Method::GET, url, headers, body: Vec::new() }).await else {
        return Ok(said);
    };
    let userinfo = (answer.status == 200).then(|| serde_json::from_slice(&answer.body).ok()).flatten();
    let Some(userinfo) = userinfo else { return Ok(said) };
    said.named_by(&userinfo).map_err(|why| refused(Check::Believed, Reason::Token { flaw: why.into() }))
}

/// Which claims name a person at a provider of this kind.
pub fn subject_rule(kind: Kind) -> SubjectRule {
    match kind {
        Kind::Entra => SubjectRule::TenantAndObject,
        Kind::Okta | Kind::Generic => SubjectRule::Sub,
    }
}

fn ties(app: &App, connection: ConnectionId, state: &str) -> Result<Ties, Error> {
    let derived = |what: &str| {
        let hash = app.seal.lookup(&format!("upstream {what} {connection} {state}"))?;
        Ok::<_, Error>(URL_SAFE_NO_PAD.encode(hash))
    };
    Ok(Ties { state: state.to_owned(), nonce: derived("nonce")?, verifier: derived("verifier")? })
}

/// What a code was redeemed for.
#[derive(Default, Deserialize)]
struct Tokens {
    id_token: Option<String>,
    access_token: Option<String>,
}

async fn redeem(app: &App, provider: &Provider, code: &str, ties: &Ties) -> Result<Tokens, Failure> {
    let secret = secret(app, &provider.connection).await?;
    let client = client(app, provider, secret.as_ref().map(|it| it.reveal().as_str()))?;
    let post = |request| {
        let app = app.clone();
        async move { post(&app, request).await }
    };
    match request::redemption(&client, code, ties).request_async(&post).await {
        Ok(tokens) => Ok(Tokens {
            id_token: tokens.id_token().map(ToString::to_string),
            access_token: Some(tokens.access_token().secret().clone()),
        }),
        // An answer that lacks what nobody here needs, or whose ID token does; that is then told of the ID token.
        Err(RequestTokenError::Parse(_, body)) => Ok(serde_json::from_slice(&body).unwrap_or_default()),
        Err(RequestTokenError::Request(failure)) => Err(failure),
        Err(RequestTokenError::ServerResponse(_) | RequestTokenError::Other(_)) => Ok(Tokens::default()),
    }
}

fn client(app: &App, provider: &Provider, secret: Option<&str>) -> Result<Client, Error> {
    let redirect_uri = RedirectUrl::new(addresses(app, provider.connection.id).redirect_uri);
    let redirect_uri = redirect_uri.map_err(anyhow::Error::new)?;
    Ok(request::client(&provider.metadata, &provider.client_id, secret, redirect_uri))
}

/// Carries a request of the crate; an answer with anything but the tokens is a refusal.
async fn post(app: &App, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let (head, body) = request.into_parts();
    let url = Url::parse(&head.uri.to_string()).map_err(|cause| Error::from(anyhow::Error::new(cause)))?;
    let field = |name: &'static str| Some((name, head.headers.get(name)?.to_str().ok()?.to_owned()));
    let headers = ["content-type", "accept", "authorization"].into_iter().filter_map(field).collect();
    let Answer { status, body, .. } = providers::call(app, Call { method: Method::POST, url, headers, body }).await?;
    if status == 200 {
        return Ok(HttpResponse::new(body));
    }
    let said: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
    let error = said.get("error").and_then(Value::as_str).map(in_short);
    Err(refused(Check::Answered, Reason::CodeNotTaken { status, error }))
}

/// Our secret at the provider that is asked. One that was changed meanwhile may be for another provider.
async fn secret(app: &App, asked: &Connection) -> Result<Option<Secret<String>>, Failure> {
    let found = store::connections::find_with_secret(app.store.reader(), asked.org, asked.id).await?;
    let (now, sealed) = found.ok_or_else(|| refused(Check::Open, Reason::ConnectionGone))?;
    if now.settings.sign_in() != asked.settings.sign_in() {
        return Err(refused(Check::Open, Reason::ConnectionChanged));
    }
    let Some(sealed) = sealed else { return Ok(None) };
    let opened = app.seal.open(&connections::secret_place(asked.id), &sealed)?;
    let text = String::from_utf8(opened.reveal().clone()).map_err(|cause| Error::from(anyhow::Error::new(cause)))?;
    Ok(Some(Secret::new(text)))
}

/// A word of a stranger, as far as it may be kept.
fn in_short(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-')).take(64).collect()
}
