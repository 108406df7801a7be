//! A server with an organisation, people and applications.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use doorward::app::accounts::{NewUser, SignIn, WayIn};
use doorward::app::clients::{AccessTokenFormat, Algorithm, AuthMethod, Lifetimes, NewClient, Profile, Reach};
use doorward::app::mail::Whence;
use doorward::app::organisations::{NewOrganisation, Organisation, RoleKey};
use doorward::app::personal_tokens::{self, LIFETIME, NewToken, Scope};
use doorward::app::users::Person;
use doorward::app::{accounts, clients, organisations, role_models, sessions};
use doorward::domain::id::{ClientId, SessionId};
use doorward::domain::secret::Secret;
use doorward::domain::session::Session;
use reqwest::{Method, Url};
use serde_json::Value;
use std::time::Duration;

use crate::harness::{Browser, Reply, Server};

pub const REDIRECT: &str = "https://app.example/callback";
pub const AFTER_LOGOUT: &str = "https://app.example/bye";
pub const PASSWORD: &str = "violet-Kestrel.9-over-the-fjord";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const SCOPE: &str = "openid profile email roles groups offline_access";

/// A server with the organisation `acme`, in which Ada has the protected role and Grace another.
pub struct Stage {
    pub server: Server,
    pub org: Organisation,
    pub ada: Person,
    pub grace: Person,
}

/// An application.
#[derive(Clone)]
pub struct Rp {
    pub id: ClientId,
    pub client_id: String,
    pub secret: Option<String>,
    pub method: AuthMethod,
}

impl Stage {
    pub async fn new() -> Self {
        Self::on(Server::start().await).await
    }

    /// The same on a server with other settings.
    pub async fn on(server: Server) -> Self {
        let org = organisation(&server, "acme").await;
        let ada = user(&server, &org, "ada@acme.example", "owner").await;
        let grace = user(&server, &org, "grace@acme.example", "viewer").await;
        Self { server, org, ada, grace }
    }

    /// A confidential first-party application that serves everybody.
    pub async fn rp(&self) -> Rp {
        self.rp_with(|new| new).await
    }

    /// The same with another registration.
    pub async fn rp_with(&self, change: impl FnOnce(NewClient) -> NewClient) -> Rp {
        let new = change(NewClient {
            org: None,
            name: "Ledger".to_owned(),
            auth_method: AuthMethod::ClientSecretBasic,
            jwks: None,
            redirect_uris: vec![REDIRECT.to_owned()],
            post_logout_redirect_uris: vec![AFTER_LOGOUT.to_owned()],
            backchannel_logout_uri: None,
            frontchannel_logout_uri: None,
            frontchannel_logout_session_required: false,
            events_uri: None,
            scopes: None,
            first_party: true,
            require_mfa: false,
            profile: Profile::Standard,
            id_token_alg: Some(Algorithm::Es256),
            access_token_format: AccessTokenFormat::Opaque,
            require_pushed_requests: false,
            dpop_bound: false,
            device_grant: false,
            resource: None,
            audiences: Vec::new(),
            pairwise: false,
            claims: Default::default(),
            initiate_login_uri: None,
            lifetimes: Lifetimes::default(),
            reach: Reach::default(),
        });
        let method = new.auth_method;
        let (made, secret) = clients::create(&self.server.app, &Server::operator(), new).await.unwrap();
        let secret = secret.map(|it| it.reveal().clone());
        Rp { id: made.client.id, client_id: made.registration.client_id, secret, method }
    }

    /// A browser in which this person has just signed in.
    pub async fn browser(&self, person: &Person) -> Browser<'_> {
        let app = &self.server.app;
        let now = app.now();
        let session = Session {
            id: SessionId::new(),
            org: person.user.org,
            user: person.user.id,
            amr: vec!["pwd".to_owned()],
            auth_time: now,
            created_at: now,
            last_seen_at: now,
            expires_at: now.after(Duration::from_hours(24)),
            ip: "127.0.0.1".to_owned(),
            user_agent: "test".to_owned(),
            device: None,
            upstream: None,
        };
        let token = sessions::begin(app, person, &session, (None, false)).await.unwrap();
        let browser = Browser::new(&self.server);
        browser.set_jar(BTreeMap::from([("dw_sid".to_owned(), token.reveal().clone())]));
        browser
    }

    /// A code for this application, in a browser that is signed in.
    pub async fn code(&self, rp: &Rp, browser: &Browser<'_>) -> String {
        let reply = browser.get(&rp.request(&[])).await;
        answer(&reply)["code"].clone()
    }

    /// Tokens for this application and person, after a whole flow.
    pub async fn tokens(&self, rp: &Rp, person: &Person) -> Value {
        let browser = self.browser(person).await;
        let code = self.code(rp, &browser).await;
        self.redeem(rp, &code).await.expect(200).json()
    }

    /// A token request with this code.
    pub async fn redeem(&self, rp: &Rp, code: &str) -> Reply {
        self.token(rp, &code_grant(code)).await
    }

    /// A token request with this refresh token.
    pub async fn refresh(&self, rp: &Rp, token: &str) -> Reply {
        self.token(rp, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// A token request by this application.
    pub async fn token(&self, rp: &Rp, fields: &[(&str, &str)]) -> Reply {
        self.call(rp, "/oauth2/token", fields).await
    }

    /// A request by this application, authenticated as it is registered.
    pub async fn call(&self, rp: &Rp, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut form: Vec<(&str, &str)> = fields.to_vec();
        let mut request = self.server.request(Method::POST, path);
        match (rp.method, &rp.secret) {
            (AuthMethod::ClientSecretBasic, Some(secret)) => {
                request = request.header("authorization", basic(&rp.client_id, secret));
            }
            (_, Some(secret)) => form.extend([("client_id", rp.client_id.as_str()), ("client_secret", secret)]),
            (_, None) => form.push(("client_id", &rp.client_id)),
        }
        self.server.send(request.form(&form)).await
    }

    /// A personal token of this person with these scopes.
    pub async fn personal_token(&self, person: &Person, scopes: &[&str]) -> String {
        let new = NewToken {
            name: "a script".to_owned(),
            scopes: scopes.iter().map(|word| Scope::parse(word).unwrap()).collect(),
            lifetime: LIFETIME,
        };
        let app = &self.server.app;
        let (_, secret) =
            personal_tokens::create(app, &person.actor(None), person, new, Whence::UNKNOWN).await.unwrap();
        self.server.run_jobs().await;
        secret.reveal().clone()
    }

    /// What userinfo answers to this access token.
    pub async fn userinfo(&self, token: &str) -> Reply {
        let request = self.server.request(Method::GET, "/oauth2/userinfo");
        self.server.send(request.bearer_auth(token)).await
    }
}

impl Rp {
    /// The path of a good authorization request, with these parameters changed or, when empty, left out.
    pub fn request(&self, changes: &[(&str, &str)]) -> String {
        let mut all = BTreeMap::from([
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", SCOPE),
            ("state", "af0ifjsldkj"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        all.extend(changes.iter().copied());
        all.retain(|_, value| !value.is_empty());
        let url = Url::parse_with_params("http://server/oauth2/authorize", all).unwrap();
        format!("{}?{}", url.path(), url.query().unwrap())
    }
}

pub async fn organisation(server: &Server, slug: &str) -> Organisation {
    organisation_with(server, slug, role_models::DEFAULT_PRESET).await
}

/// An organisation with the roles of a preset.
pub async fn organisation_with(server: &Server, slug: &str, preset: &str) -> Organisation {
    let role_model = role_models::source(preset).unwrap();
    let new = NewOrganisation { slug: slug.to_owned(), name: slug.to_owned(), role_model };
    organisations::create(&server.app, &Server::operator(), new).await.unwrap()
}

pub async fn user(server: &Server, org: &Organisation, user_name: &str, role: &str) -> Person {
    let new = NewUser {
        user_name: user_name.to_owned(),
        display_name: "Ada Lovelace".to_owned(),
        email: Some(user_name.to_owned()),
        role: Some(RoleKey::parse(role).unwrap()),
        sign_in: Some(SignIn::Password),
        way_in: Some(WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false }),
    };
    accounts::create(&server.app, &Server::operator(), org.id, new).await.unwrap().person
}

/// From an authorization request, through the pages, to what comes after the password.
pub async fn sign_in(browser: &Browser<'_>, request: &str, user_name: &str) -> (String, Reply) {
    let (at, page) = browser.visit(request).await;
    let reply = browser.submit(&page, &[("username", user_name)]).await;
    let (at, page) = browser.follow(&at, reply).await;
    let reply = browser.submit(&page, &[("password", PASSWORD)]).await;
    browser.follow(&at, reply).await
}

/// The fields of a good code grant.
pub fn code_grant(code: &str) -> [(&str, &str); 4] {
    [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)]
}

pub fn basic(client_id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client_id}:{secret}")))
}

/// The parameters with which a redirect comes back to the application.
#[track_caller]
pub fn answer(reply: &Reply) -> BTreeMap<String, String> {
    assert_eq!(reply.status, 303, "{}", reply.text);
    let location = reply.header("location").unwrap();
    assert!(location.starts_with(REDIRECT), "{location}");
    Url::parse(location).unwrap().query_pairs().into_owned().collect()
}

/// The claims of a token, unverified.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
