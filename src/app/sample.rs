//! A small application that signs people in through Doorward, for the demonstration: the code flow with PKCE.
//!
//! It knows the provider by its issuer alone and talks to it over HTTP, as any other application would.
//!
//! **Invariant:** an answer counts once, in the browser that asked, for the state, nonce, verifier and issuer of that question.
//! **Invariant:** nothing is kept but in memory, and no more than a bounded number of visits.

use std::collections::HashMap;
use std::sync::Mutex;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::app::clock::Clock;
use crate::app::outbound::{Answer, Call, Method, Outbound};
use crate::domain::Error;
use crate::domain::secret::{Secret, random_bytes};
use crate::oidc::jwt::{Expect, Typ, VerificationKey, verify};

const SCOPE: &str = "openid profile email roles groups offline_access";
const VISITS_MAX: usize = 1_000;

/// The application.
pub struct Sample {
    outbound: Outbound,
    clock: Clock,
    issuer: String,
    client_id: String,
    client_secret: Secret<String>,
    origin: String,
    visits: Mutex<HashMap<String, Visit>>,
}

/// How the application is known to the provider.
pub struct Registration {
    /// The issuer.
    pub issuer: String,
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: Secret<String>,
    /// The application's own origin.
    pub origin: String,
}

/// One browser.
#[derive(Clone)]
enum Visit {
    /// It was sent to the provider.
    Asked(Question),
    /// It came back.
    SignedIn(Box<SignedIn>),
}

#[derive(Clone)]
struct Question {
    state: String,
    nonce: String,
    verifier: String,
}

#[derive(Clone)]
struct SignedIn {
    id_token: String,
    access_token: String,
    refresh_token: Option<String>,
    claims: Map<String, Value>,
}

/// What the application shows of somebody who is signed in.
pub struct Shown {
    /// The claims of the ID token.
    pub claims: Map<String, Value>,
    /// What the provider says of the person now, or how it refused.
    pub userinfo: Result<Map<String, Value>, String>,
}

impl Sample {
    /// The application as the provider knows it.
    pub fn new(registration: Registration) -> Result<Self, Error> {
        Ok(Self {
            outbound: Outbound::anywhere(None)?,
            clock: Clock::System,
            issuer: registration.issuer,
            client_id: registration.client_id,
            client_secret: registration.client_secret,
            origin: registration.origin,
            visits: Mutex::default(),
        })
    }

    /// Where the provider answers.
    pub fn redirect_uri(origin: &str) -> String {
        format!("{origin}/callback")
    }

    /// Begins a sign-in: the name of the visit, for a cookie, and where to send the browser.
    pub async fn ask(&self) -> anyhow::Result<(String, String)> {
        let metadata = self.metadata().await?;
        let (visit, question) = (random(), Question { state: random(), nonce: random(), verifier: random() });
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(question.verifier.as_bytes()));
        let mut url = endpoint(&metadata, "authorization_endpoint")?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &Self::redirect_uri(&self.origin)),
            ("scope", SCOPE),
            ("state", &question.state),
            ("nonce", &question.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        self.remember(&visit, Visit::Asked(question))?;
        Ok((visit, url.into()))
    }

    /// Takes the provider's answer, as it stands in the query.
    pub async fn answer(&self, visit: &str, query: &HashMap<String, String>) -> anyhow::Result<()> {
        let Some(Visit::Asked(question)) = self.forget(visit)? else {
            anyhow::bail!("this browser asked nothing, or has been answered already");
        };
        let said = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
        ensure!(said("state") == question.state, "the answer is not to what this browser asked");
        ensure!(said("iss") == self.issuer, "somebody else answered");
        ensure!(said("error").is_empty(), "the provider said: {} {}", said("error"), said("error_description"));
        let metadata = self.metadata().await?;
        let redirect_uri = Self::redirect_uri(&self.origin);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", said("code")),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", &question.verifier),
        ];
        let tokens = self.tokens(&metadata, &form).await?;
        let id_token = text(&tokens, "id_token")?;
        let claims = self.believe(&metadata, &id_token).await?;
        ensure!(claims.get("nonce").and_then(Value::as_str) == Some(&question.nonce), "the nonce is another one");
        let refresh_token = text(&tokens, "refresh_token").ok();
        let signed_in = SignedIn { id_token, access_token: text(&tokens, "access_token")?, refresh_token, claims };
        self.remember(visit, Visit::SignedIn(Box::new(signed_in)))
    }

    /// What to show; nothing for a browser that is not signed in.
    pub async fn show(&self, visit: &str) -> anyhow::Result<Option<Shown>> {
        let Some(signed_in) = self.signed_in(visit)? else { return Ok(None) };
        let metadata = self.metadata().await?;
        let url = endpoint(&metadata, "userinfo_endpoint")?;
        let bearer = format!("Bearer {}", signed_in.access_token);
        let call = Call { method: Method::GET, url, headers: vec![("authorization", bearer)], body: Vec::new() };
        let answer = self.outbound.send(call).await?;
        let userinfo = match answer.status {
            200 => Ok(serde_json::from_slice(&answer.body)?),
            status => Err(format!("{status}: the access token is refused")),
        };
        Ok(Some(Shown { claims: signed_in.claims, userinfo }))
    }

    /// Trades the refresh token for new tokens.
    pub async fn refresh(&self, visit: &str) -> anyhow::Result<()> {
        let signed_in = self.signed_in(visit)?.context("this browser is not signed in")?;
        let refresh_token = signed_in.refresh_token.clone().context("there is no refresh token")?;
        let metadata = self.metadata().await?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str())];
        let tokens = self.tokens(&metadata, &form).await?;
        let access_token = text(&tokens, "access_token")?;
        let refresh_token = text(&tokens, "refresh_token").ok().or(Some(refresh_token));
        self.remember(visit, Visit::SignedIn(Box::new(SignedIn { access_token, refresh_token, ..signed_in })))
    }

    /// Forgets the visit and says where the browser signs out at the provider.
    pub async fn sign_out(&self, visit: &str) -> anyhow::Result<String> {
        let Some(Visit::SignedIn(signed_in)) = self.forget(visit)? else { return Ok(self.origin.clone()) };
        let metadata = self.metadata().await?;
        let mut url = endpoint(&metadata, "end_session_endpoint")?;
        let back = format!("{}/", self.origin);
        url.query_pairs_mut()
            .append_pair("id_token_hint", &signed_in.id_token)
            .append_pair("post_logout_redirect_uri", &back);
        Ok(url.into())
    }

    /// The provider's metadata, which must be those of the issuer.
    async fn metadata(&self) -> anyhow::Result<Map<String, Value>> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer).parse()?;
        let metadata: Map<String, Value> = self.get(url).await?;
        ensure!(metadata.get("issuer").and_then(Value::as_str) == Some(&self.issuer), "these metadata are of another");
        Ok(metadata)
    }

    async fn get(&self, url: Url) -> anyhow::Result<Map<String, Value>> {
        let answer =
            self.outbound.send(Call { method: Method::GET, url, headers: Vec::new(), body: Vec::new() }).await?;
        ensure!(answer.status == 200, "the provider answered {}", answer.status);
        Ok(serde_json::from_slice(&answer.body)?)
    }

    async fn tokens(&self, metadata: &Map<String, Value>, form: &[(&str, &str)]) -> anyhow::Result<Map<String, Value>> {
        let credentials = STANDARD.encode(format!("{}:{}", self.client_id, self.client_secret.reveal()));
        let call = Call {
            method: Method::POST,
            url: endpoint(metadata, "token_endpoint")?,
            headers: vec![
                ("authorization", format!("Basic {credentials}")),
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ],
            body: Serializer::new(String::new()).extend_pairs(form).finish().into_bytes(),
        };
        let Answer { status, body, .. } = self.outbound.send(call).await?;
        let said: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
        ensure!(status == 200, "{status}: {}", said.get("error").and_then(Value::as_str).unwrap_or("no reason given"));
        Ok(said)
    }

    async fn believe(&self, metadata: &Map<String, Value>, id_token: &str) -> anyhow::Result<Map<String, Value>> {
        let document = self.get(endpoint(metadata, "jwks_uri")?).await?;
        let keys = VerificationKey::of_set(&Value::Object(document));
        let expect = Expect {
            typ: Typ::IdToken,
            issuer: &self.issuer,
            audience: Some(&self.client_id),
            now_seconds: self.clock.now().seconds(),
            allow_expired: false,
        };
        verify(&keys, &expect, id_token).map_err(|why| anyhow::anyhow!("the ID token is not believed: {why:?}"))
    }

    fn signed_in(&self, visit: &str) -> anyhow::Result<Option<SignedIn>> {
        let visits = self.visits.lock().map_err(|_| abandoned())?;
        Ok(match visits.get(visit) {
            Some(Visit::SignedIn(signed_in)) => Some(SignedIn::clone(signed_in)),
            Some(Visit::Asked(_)) | None => None,
        })
    }

    fn remember(&self, visit: &str, what: Visit) -> anyhow::Result<()> {
        let mut visits = self.visits.lock().map_err(|_| abandoned())?;
        if visits.len() >= VISITS_MAX {
            visits.clear();
        }
        visits.insert(visit.to_owned(), what);
        Ok(())
    }

    fn forget(&self, visit: &str) -> anyhow::Result<Option<Visit>> {
        Ok(self.visits.lock().map_err(|_| abandoned())?.remove(visit))
    }
}

fn abandoned() -> anyhow::Error {
    anyhow::anyhow!("the visits were abandoned by a panic")
}

fn endpoint(metadata: &Map<String, Value>, name: &str) -> anyhow::Result<Url> {
    Ok(text(metadata, name)?.parse()?)
}

fn text(from: &Map<String, Value>, name: &str) -> anyhow::Result<String> {
    let found = from.get(name).and_then(Value::as_str).with_context(|| format!("the provider gave no {name}"))?;
    Ok(found.to_owned())
}

fn random() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}
