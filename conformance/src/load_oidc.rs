//! What the endpoints cost that applications call, beside oidc-provider, an OpenID provider for Node.js that keeps everything in
//! memory; and a whole sign-in beside the hash of its password.

use std::cell::RefCell;
use std::time::Duration;

use anyhow::{Context, ensure};
use argon2::{Algorithm, Argon2, Params, Version};
use clap::Args;
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::Value;

use crate::beside::{APART, Apart, Peer, Side, What, compare};
use crate::browser::Browser;
use crate::report::{Figures, Report};
use crate::server::{Instance, Server, Target, client_builder, processor_time};

const USER: &str = "ada@load.example";
const PASSWORD: &str = "nine purple lanterns over 47 quiet harbours";
const SCOPE: &str = "openid profile email offline_access";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const LANES: usize = 16;
/// Ours, which is on disk, may take this part of what the other takes.
const RATIO_MAX: f64 = 0.67;
const SIGN_INS: u32 = 100;
/// So many come before those that are measured: what is made once, such as a prepared statement, is no part of a sign-in.
const FIRST_SIGN_INS: u32 = 10;
/// So much of a sign-in must be the hash of the password, which cannot be spared.
const HASH_MIN: f64 = 0.93;
/// What Doorward hashes passwords with: KiB, passes, lanes.
const HASH: (u32, u32, u32) = (19_456, 2, 1);

/// The sizes to measure with.
#[derive(Args)]
pub struct Sizes {
    #[command(flatten)]
    target: Target,
    /// Leaves out what is measured beside another server, which needs Node.js and npm
    #[arg(long)]
    alone: bool,
}

/// What is asked of both.
#[derive(Clone, Copy)]
enum Work {
    Discovery,
    Keys,
    Machine,
    UserInfo,
    Introspection,
    Refresh,
}

/// An application at one of the two servers.
struct Application {
    http: Client,
    process: u32,
    client: Registered,
    discovery: String,
    endpoints: Endpoints,
    /// The scope of a token that it gets for itself.
    own_scope: &'static str,
    tokens: Tokens,
}

/// The client, as the command line prints it.
#[derive(Deserialize)]
struct Registered {
    client_id: String,
    client_secret: String,
}

#[derive(Deserialize)]
struct Endpoints {
    token_endpoint: String,
    userinfo_endpoint: String,
    introspection_endpoint: String,
    jwks_uri: String,
}

/// What it has: an access token, and for each lane a refresh token.
#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_tokens: RefCell<Vec<String>>,
}

/// Measures; false when a figure is over its limit.
pub async fn measure(sizes: &Sizes) -> anyhow::Result<bool> {
    let instance = sizes.target.instance("load-oidc").await?;
    let mut figures = Figures::new(begin(sizes)?);
    let server = instance.start().await?;
    let mut ours = Application::of(&instance, &server).await?;
    sign_in(&mut figures, &instance, &ours).await?;
    if !sizes.alone {
        ours.get_tokens(&instance).await?;
        beside(&mut figures, &ours).await?;
    }
    server.stop().await?;
    instance.remove()?;
    figures.finish(&format!("load-oidc-{}", sizes.target.database().1))
}

fn begin(sizes: &Sizes) -> anyhow::Result<Report> {
    let (database, alone) = (sizes.target.option(), if sizes.alone { " --alone" } else { "" });
    let command = format!("cargo run --release -p conformance -- load oidc{database}{alone}");
    let mut report = Report::new("OpenID Connect", &command)?;
    let (database, _) = sizes.target.database();
    report.note(database);
    report.note(&format!("{SIGN_INS} sign-ins one after the other, each in a new browser, from the request of the application to its tokens"));
    if !sizes.alone {
        report.note(&format!(
            "oidc-provider (conformance/peers) keeps everything in memory, and Doorward on disk; {LANES} requests at a time; ID tokens \
             are signed with ES256, access tokens are opaque, refresh tokens rotate at both; the time of the processor is that of the \
             server alone, without PostgreSQL where it is used"
        ));
    }
    if Apart::is_possible() {
        report.note(APART);
    }
    report.head(&["what", "measured", "limit"]);
    Ok(report)
}

/// How much of the processor's time for a sign-in is the hash of the password.
async fn sign_in(figures: &mut Figures, instance: &Instance, ours: &Application) -> anyhow::Result<()> {
    let request = ours.request()?;
    let _apart = Apart::of(&[ours.process]);
    let sign_in = async |times| {
        for _ in 0..times {
            let mut browser = Browser::new(&instance.origin())?;
            let came_back = browser.sign_in(&request, USER, PASSWORD).await?.to_owned();
            ours.redeem(&came_back).await?;
        }
        anyhow::Ok(())
    };
    sign_in(FIRST_SIGN_INS).await?;
    let before = processor_time(ours.process)?;
    sign_in(SIGN_INS).await?;
    let whole = processor_time(ours.process)?.saturating_sub(before) / SIGN_INS;
    let hash = hash()?;
    let part = hash.as_secs_f64() / whole.as_secs_f64();
    let measured = format!("{part:.3} ({:.2} of {:.2} ms of the processor)", millis(hash), millis(whole));
    let what = "the hash of the password in a whole sign-in to an application";
    figures.row(what, &measured, &format!("at least {HASH_MIN:.2}"), part >= HASH_MIN);
    Ok(())
}

/// What one hash takes of the processor, in this process.
fn hash() -> anyhow::Result<Duration> {
    let (memory, passes, lanes) = HASH;
    let params = Params::new(memory, passes, lanes, None).map_err(|it| anyhow::anyhow!("{it}"))?;
    let mut blocks = vec![argon2::Block::default(); params.block_count()];
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let before = processor_time(std::process::id())?;
    for _ in 0..SIGN_INS {
        let mut tag = [0; 32];
        let done =
            hasher.hash_password_into_with_memory(PASSWORD.as_bytes(), b"sixteen bytes it", &mut tag, &mut blocks);
        done.map_err(|it| anyhow::anyhow!("{it}"))?;
    }
    Ok(processor_time(std::process::id())?.saturating_sub(before) / SIGN_INS)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

async fn beside(figures: &mut Figures, ours: &Application) -> anyhow::Result<()> {
    let client = Registered { client_id: "beside".to_owned(), client_secret: "beside-the-other-server".to_owned() };
    let lanes = LANES.to_string();
    let arguments = [client.client_id.as_str(), &client.client_secret, &lanes];
    let mut peer = Peer::start("oidc-provider.mjs", &arguments, "/jwks").await?;
    let tokens = serde_json::from_str(&peer.line().await?).context("the tokens of the other server")?;
    let theirs = Application::new(&peer.origin, peer.process()?, client, "", tokens).await?;
    for work in [Work::Discovery, Work::Keys, Work::Machine, Work::UserInfo, Work::Introspection, Work::Refresh] {
        let what = What { name: work.name(), peer: "oidc-provider", lanes: LANES, ratio_max: RATIO_MAX };
        compare(figures, &what, work.of(ours), work.of(&theirs)).await?;
    }
    Ok(())
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Discovery => "the discovery document",
            Self::Keys => "the key set",
            Self::Machine => "a token for the application itself",
            Self::UserInfo => "userinfo, while nothing is written,",
            Self::Introspection => "introspection of an access token, while nothing is written,",
            Self::Refresh => "a refresh, with an ID token",
        }
    }

    fn of(self, it: &Application) -> Side<impl AsyncFn(usize) -> anyhow::Result<()>> {
        Side { process: it.process, ask: async move |lane| self.ask(it, lane).await }
    }

    async fn ask(self, it: &Application, lane: usize) -> anyhow::Result<()> {
        let (endpoints, tokens) = (&it.endpoints, &it.tokens);
        match self {
            Self::Discovery => has(it.http.get(&it.discovery), "issuer").await.map(drop),
            Self::Keys => has(it.http.get(&endpoints.jwks_uri), "keys").await.map(drop),
            Self::Machine => it.token(&[("grant_type", "client_credentials"), ("scope", it.own_scope)]).await.map(drop),
            Self::UserInfo => {
                let request = it.http.get(&endpoints.userinfo_endpoint).bearer_auth(&tokens.access_token);
                has(request, "email").await.map(drop)
            }
            Self::Introspection => {
                let request = it.call(&endpoints.introspection_endpoint, &[("token", &tokens.access_token)]);
                has(request, "sub").await.map(drop)
            }
            Self::Refresh => {
                let spent = tokens.refresh_tokens.borrow().get(lane).cloned().context("a lane without a token")?;
                let answer = it.token(&[("grant_type", "refresh_token"), ("refresh_token", &spent)]).await?;
                let next = text(&answer, "refresh_token")?.to_owned();
                ensure!(
                    next != spent && answer.get("id_token").is_some(),
                    "the refresh token does not rotate: {answer}"
                );
                *tokens.refresh_tokens.borrow_mut().get_mut(lane).context("a lane without a token")? = next;
                Ok(())
            }
        }
    }
}

impl Application {
    /// One at Doorward.
    async fn of(instance: &Instance, server: &Server) -> anyhow::Result<Self> {
        let slug = "load";
        instance.cli::<Value>(&["org", "create", "--slug", slug, "--name", slug]).await?;
        let named =
            ["--org", slug, "--user-name", USER, "--display-name", "Ada Lovelace", "--email", USER, "--role", "owner"];
        instance.cli_with::<Value>(&[&["user", "create", "--password-stdin"], &named[..]].concat(), PASSWORD).await?;
        let callback = format!("{}/callback", instance.origin());
        let named =
            ["--org", slug, "--name", "Wiki", "--redirect-uri", &callback, "--first-party", "--id-token-alg", "ES256"];
        let scope = format!("{SCOPE} ssf.read");
        let more = ["--access-token-seconds", "3600", "--scope", &scope];
        let client = instance.cli(&[&["client", "create"], &named[..], &more].concat()).await?;
        let nothing = Tokens { access_token: String::new(), refresh_tokens: RefCell::default() };
        Self::new(&instance.origin(), server.process()?, client, "ssf.read", nothing).await
    }

    /// Signs somebody in to it, once for each lane; the last of their sessions, so that none of them ends for another.
    async fn get_tokens(&mut self, instance: &Instance) -> anyhow::Result<()> {
        let mut browser = Browser::signed_in(&instance.origin(), USER, PASSWORD).await?;
        for _ in 0..LANES {
            let came_back = browser.follow(&self.request()?).await?.to_owned();
            let answer = self.redeem(&came_back).await?;
            self.tokens.refresh_tokens.get_mut().push(text(&answer, "refresh_token")?.to_owned());
            self.tokens.access_token = text(&answer, "access_token")?.to_owned();
        }
        Ok(())
    }

    async fn new(
        origin: &str,
        process: u32,
        client: Registered,
        own_scope: &'static str,
        tokens: Tokens,
    ) -> anyhow::Result<Self> {
        let (http, discovery) = (client_builder().build()?, format!("{origin}/.well-known/openid-configuration"));
        let endpoints = serde_json::from_value(has(http.get(&discovery), "issuer").await?)?;
        Ok(Self { http, process, client, discovery, endpoints, own_scope, tokens })
    }

    /// The path of a request to sign somebody in; the address to which they come back is the server's own, where nothing is.
    fn request(&self) -> anyhow::Result<String> {
        let origin = Url::parse(&self.discovery)?.origin().ascii_serialization();
        let url = Url::parse_with_params(
            &format!("{origin}/oauth2/authorize"),
            [
                ("client_id", self.client.client_id.as_str()),
                ("redirect_uri", &format!("{origin}/callback")),
                ("response_type", "code"),
                ("scope", SCOPE),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ],
        )?;
        Ok(format!("{}?{}", url.path(), url.query().unwrap_or_default()))
    }

    /// Tokens for the code with which somebody came back to this address.
    async fn redeem(&self, came_back: &str) -> anyhow::Result<Value> {
        let origin = Url::parse(&self.discovery)?.origin().ascii_serialization();
        let at = Url::parse(&origin)?.join(came_back)?;
        let code =
            at.query_pairs().find(|(name, _)| name == "code").with_context(|| format!("no code: {came_back}"))?.1;
        let redirect_uri = format!("{origin}/callback");
        let grant = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &redirect_uri)];
        self.token(&[&grant[..], &[("code_verifier", VERIFIER)]].concat()).await
    }

    async fn token(&self, fields: &[(&str, &str)]) -> anyhow::Result<Value> {
        has(self.call(&self.endpoints.token_endpoint, fields), "access_token").await
    }

    fn call(&self, url: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let Registered { client_id, client_secret } = &self.client;
        let fields: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).collect();
        self.http.post(url).basic_auth(client_id, Some(client_secret)).form(&fields)
    }
}

/// The answer to a request, which must have this member.
async fn has(request: RequestBuilder, member: &str) -> anyhow::Result<Value> {
    let answer = request.send().await?;
    let status = answer.status();
    let text = answer.text().await?;
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    ensure!(status.is_success() && value.get(member).is_some(), "{status}, and no {member}: {text}");
    Ok(value)
}

fn text<'a>(of: &'a Value, member: &str) -> anyhow::Result<&'a str> {
    of.get(member).and_then(Value::as_str).with_context(|| format!("no {member} in {of}"))
}
