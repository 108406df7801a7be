//! What the certification of an OpenID provider asks, module by module: each test has the name of its module.
//!
//! The modules of Basic are written once, in [`requests`] and [`results`], and run in both ways an answer may travel.

mod back_channel;
mod basic;
mod config;
mod form_post;
mod preflight;
mod requests;
mod results;
mod rp_initiated;
mod third_party;

use std::collections::{BTreeMap, BTreeSet};

use doorward::app::clients::NewClient;
use doorward::app::users::{self, Person};
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::{Value, json};

use super::stage::{self, PASSWORD, REDIRECT, Rp, Stage, claims};
use crate::harness::{Browser, Reply, Server, Tenant, hidden_fields};

const STATE: &str = "af0ifjsldkj";
const DOORWARD: &str = "urn:doorward:params:scim:schemas:extension:2.0:User";
const ADA: &str = "ada@acme.example";

/// How the answer to an authorization request travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Query,
    FormPost,
}

/// What an application got back through the browser.
type Answer = BTreeMap<String, String>;

/// A server, and an application that is registered as the certification wants it: its ID tokens are signed with RS256.
struct Flow {
    stage: Stage,
    rp: Rp,
    mode: Mode,
}

impl Flow {
    async fn new(mode: Mode) -> Self {
        Self::with(mode, |new| new).await
    }

    /// The same with another registration.
    async fn with(mode: Mode, change: impl FnOnce(NewClient) -> NewClient) -> Self {
        let stage = Stage::new().await;
        let rp = stage.rp_with(|new| change(NewClient { id_token_alg: None, ..new })).await;
        Self { stage, rp, mode }
    }

    /// The path of a request whose answer comes in the mode under test.
    fn request(&self, changes: &[(&str, &str)]) -> String {
        let mode = match self.mode {
            Mode::Query => "",
            Mode::FormPost => "form_post",
        };
        let all: Vec<_> = changes.iter().copied().chain([("response_mode", mode)]).collect();
        self.rp.request(&all)
    }

    /// A browser in which Ada is signed in.
    async fn browser(&self) -> Browser<'_> {
        self.stage.browser(&self.stage.ada).await
    }

    /// The answer to a request that needs no page.
    #[track_caller]
    fn read(&self, reply: &Reply) -> Answer {
        let answer = match self.mode {
            Mode::Query => stage::answer(reply),
            Mode::FormPost => posted(reply),
        };
        self.check(&answer);
        answer
    }

    /// What holds of every answer: the state comes back, the issuer is named, and there is nothing else in it.
    #[track_caller]
    fn check(&self, answer: &Answer) {
        let names: BTreeSet<&str> = answer.keys().map(String::as_str).collect();
        let outcome: &[&str] = if answer.contains_key("error") { &["error", "error_description"] } else { &["code"] };
        assert_eq!(names, outcome.iter().copied().chain(["iss", "state"]).collect(), "{answer:?}");
        assert_eq!((answer["state"].as_str(), answer["iss"].as_str()), (STATE, self.stage.server.url.as_str()));
        let told = answer.get("error_description").map(String::as_str).unwrap_or_default();
        let is_legal = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        assert!(told.chars().all(is_legal), "{told}");
    }

    /// The answer to a request in this browser, which must come without a page.
    async fn ask(&self, browser: &Browser<'_>, changes: &[(&str, &str)]) -> Answer {
        self.read(&browser.get(&self.request(changes)).await)
    }

    /// The error of a request in this browser.
    async fn error(&self, browser: &Browser<'_>, changes: &[(&str, &str)]) -> String {
        self.ask(browser, changes).await["error"].clone()
    }

    /// The tokens for an answer.
    async fn redeem(&self, answer: &Answer) -> Value {
        self.stage.redeem(&self.rp, &answer["code"]).await.expect(200).json()
    }

    /// The tokens of a request in this browser.
    async fn tokens(&self, browser: &Browser<'_>, changes: &[(&str, &str)]) -> Value {
        self.redeem(&self.ask(browser, changes).await).await
    }

    /// The claims of the ID token of a request in this browser.
    async fn id_token(&self, browser: &Browser<'_>, changes: &[(&str, &str)]) -> Value {
        id_token(&self.tokens(browser, changes).await)
    }

    /// Lets Ada sign in on the pages that a request leads to; answers the tokens that come of it.
    async fn sign_in(&self, browser: &Browser<'_>, changes: &[(&str, &str)]) -> Value {
        let (_, reply) = stage::sign_in(browser, &self.request(changes), ADA).await;
        self.redeem(&self.read(&reply)).await
    }

    /// What userinfo tells the bearer of the access token among these.
    async fn userinfo(&self, tokens: &Value) -> Value {
        self.stage.userinfo(text(tokens, "access_token")).await.expect(200).json()
    }
}

fn text<'v>(tokens: &'v Value, name: &str) -> &'v str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

fn id_token(tokens: &Value) -> Value {
    claims(text(tokens, "id_token"))
}

fn names(of: &Value) -> BTreeSet<&str> {
    of.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The fields of the page that posts an answer to the application, also where no script runs.
#[track_caller]
fn posted(reply: &Reply) -> Answer {
    assert_eq!((reply.status, reply.header("location")), (200, None), "{}", reply.text);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(reply.text.contains(&format!("<form method=\"post\" action=\"{REDIRECT}\"")), "{}", reply.text);
    assert!(reply.text.contains("id=\"submit\" type=\"submit\""), "a button that can be pressed: {}", reply.text);
    let unescaped = |text: String| text.replace("&#x2f;", "/").replace("&#47;", "/");
    hidden_fields(&reply.text).into_iter().map(|(name, value)| (name, unescaped(value))).collect()
}

/// Somebody of whom everything is known, as an identity provider sends it.
async fn well_known(stage: &Stage) -> Person {
    let tenant = Tenant { server: &stage.server, org: stage.org.id };
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", DOORWARD],
        "userName": "zoe@acme.example", "externalId": "00u1", "active": true, "displayName": "Zoe M. Barnes",
        "password": PASSWORD, "roles": [{"value": "viewer"}],
        "name": {"givenName": "Zoe", "middleName": "M.", "familyName": "Barnes"}, "nickName": "Zo",
        "profileUrl": "https://people.example/zoe", "locale": "en-GB", "timezone": "Europe/London",
        "emails": [{"value": "zoe@acme.example", "primary": true}],
        "phoneNumbers": [{"value": "+44 20 7946 0123"}],
        "photos": [{"value": "https://people.example/zoe.png"}],
        "addresses": [{"formatted": "1 High Street, London", "locality": "London", "country": "GB"}],
        DOORWARD: {"gender": "female", "birthdate": "0000-03-25", "website": "https://zoe.example"},
    });
    let made = tenant.connection().await.send(Method::POST, "/Users", &body).await.expect(201).json();
    let id: UserId = text(&made, "id").parse().unwrap();
    users::show(&stage.server.app, &Server::operator(), id).await.unwrap()
}
