//! Tokens for other resource servers (RFC 8707), and tokens that are handed on to them (RFC 8693).

use std::time::Duration;

use doorward::app::clients::{self, AccessTokenFormat, AuthMethod, Edit, NewClient, Reach};
use doorward::app::users::{self, OnLastHolder, Person};
use serde_json::{Value, json};

use super::stage::{Rp, Stage, answer, claims, code_grant, organisation, user};
use crate::harness::{Reply, Server};
use crate::scim_clients::error;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const GATEWAY: &str = "https://gateway.example";
const LEDGER: &str = "https://ledger.example/api";

/// An application that people use, which calls a gateway, which calls a ledger.
struct Chain {
    stage: Stage,
    portal: Rp,
    gateway: Rp,
    ledger: Rp,
}

fn list(of: &[&str]) -> Vec<String> {
    of.iter().map(|&it| it.to_owned()).collect()
}

impl Chain {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let named = |name: &'static str, resource: Option<&'static str>, audiences: &'static [&'static str]| {
            move |new| NewClient {
                name: name.to_owned(),
                resource: resource.map(str::to_owned),
                audiences: list(audiences),
                ..new
            }
        };
        let portal = stage.rp_with(named("Portal", None, &[GATEWAY, LEDGER])).await;
        let gateway = stage.rp_with(named("Gateway", Some(GATEWAY), &[LEDGER])).await;
        let ledger = stage.rp_with(named("Ledger", Some(LEDGER), &[])).await;
        Self { stage, portal, gateway, ledger }
    }

    /// Tokens for the portal after a request that names these resources.
    async fn tokens(&self, person: &Person, resource: &str) -> Value {
        let browser = self.stage.browser(person).await;
        let code = answer(&browser.get(&self.portal.request(&[("resource", resource)])).await)["code"].clone();
        self.stage.redeem(&self.portal, &code).await.expect(200).json()
    }

    async fn exchange(&self, rp: &Rp, token: &str, fields: &[(&str, &str)]) -> Reply {
        let own = [("grant_type", GRANT), ("subject_token", token), ("subject_token_type", ACCESS)];
        self.stage.token(rp, &[&own[..], fields].concat()).await
    }

    /// What comes of the token of the portal at the gateway.
    async fn handed_on(&self, token: &str) -> Value {
        self.exchange(&self.gateway, token, &[("resource", LEDGER)]).await.expect(200).json()
    }

    async fn told(&self, rp: &Rp, token: &str) -> Value {
        self.stage.call(rp, "/oauth2/introspect", &[("token", token)]).await.expect(200).json()
    }

    async fn is_live(&self, token: &str) -> bool {
        self.told(&self.ledger, token).await["active"] == json!(true)
    }
}

fn text<'a>(of: &'a Value, member: &str) -> &'a str {
    of[member].as_str().unwrap()
}

/// RFC 8707, RFC 9700 2.3.
#[tokio::test]
async fn a_token_for_a_resource_server_is_for_nobody_else() {
    let chain = Chain::new().await;
    let stage = &chain.stage;
    let stranger = stage.rp_with(|new| NewClient { resource: Some("https://other.example".to_owned()), ..new }).await;

    let tokens = chain.tokens(&stage.grace, GATEWAY).await;
    let token = text(&tokens, "access_token");

    let told = chain.told(&chain.gateway, token).await;
    assert_eq!((&told["aud"], &told["client_id"]), (&json!(GATEWAY), &json!(chain.portal.client_id)));
    assert_eq!((&told["sub"], &told["act"]), (&json!(stage.grace.user.id), &Value::Null));
    assert_eq!(chain.told(&chain.portal, token).await["active"], json!(true));
    for other in [&chain.ledger, &stranger] {
        assert_eq!(chain.told(other, token).await, json!({ "active": false }));
    }
    assert_eq!(stage.userinfo(token).await.status, 401);
    // What the authorization named is what a refresh is for, too, or less, but nothing else.
    let refreshed = stage.refresh(&chain.portal, text(&tokens, "refresh_token")).await.expect(200).json();
    assert_eq!(chain.told(&chain.gateway, text(&refreshed, "access_token")).await["aud"], json!(GATEWAY));
    let other =
        [("grant_type", "refresh_token"), ("refresh_token", text(&refreshed, "refresh_token")), ("resource", LEDGER)];
    assert_eq!(error(&stage.token(&chain.portal, &other).await), (400, "invalid_target".to_owned()));
    assert_eq!(stage.refresh(&chain.portal, text(&refreshed, "refresh_token")).await.status, 200, "it was not used up");
}

#[tokio::test]
async fn a_request_names_several_resources_and_a_token_is_for_those_that_its_own_names() {
    let chain = Chain::new().await;
    let stage = &chain.stage;
    let format = Edit { access_token_format: Some(AccessTokenFormat::Jwt), ..Edit::default() };
    clients::edit(&stage.server.app, &Server::operator(), chain.portal.id, format).await.unwrap();
    let both = format!("{}&resource={GATEWAY}&resource={LEDGER}", chain.portal.request(&[]));
    let browser = stage.browser(&stage.grace).await;

    let code = answer(&browser.get(&both).await)["code"].clone();
    let other = [&code_grant(&code)[..], &[("resource", "https://other.example")]].concat();
    assert_eq!(error(&stage.token(&chain.portal, &other).await), (400, "invalid_target".to_owned()));
    let tokens = stage.redeem(&chain.portal, &code).await.expect(200).json();
    let narrower =
        [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token")), ("resource", LEDGER)];
    let narrowed = stage.token(&chain.portal, &narrower).await.expect(200).json();

    assert_eq!(claims(text(&tokens, "access_token"))["aud"], json!([GATEWAY, LEDGER]));
    assert_eq!(claims(text(&tokens, "id_token"))["aud"], json!(chain.portal.client_id));
    assert_eq!(claims(text(&narrowed, "access_token"))["aud"], json!(LEDGER));
    assert!(!chain.is_live(text(&tokens, "id_token")).await && chain.is_live(text(&narrowed, "access_token")).await);
    // Where the authorization named none, the request for the token may.
    let code = stage.code(&chain.portal, &browser).await;
    let named = [&code_grant(&code)[..], &[("resource", GATEWAY)]].concat();
    let tokens = stage.token(&chain.portal, &named).await.expect(200).json();
    assert_eq!(claims(text(&tokens, "access_token"))["aud"], json!(GATEWAY));
    assert_eq!(
        claims(text(&stage.tokens(&chain.portal, &stage.grace).await, "access_token"))["aud"],
        json!(chain.portal.client_id)
    );
}

#[tokio::test]
async fn a_resource_that_the_application_gets_no_tokens_for_is_refused_at_once() {
    let chain = Chain::new().await;
    let stage = &chain.stage;
    let browser = stage.browser(&stage.grace).await;

    let refused = answer(&browser.get(&chain.gateway.request(&[("resource", GATEWAY)])).await);

    assert_eq!((refused["error"].as_str(), refused["state"].as_str()), ("invalid_target", "af0ifjsldkj"));
    assert_eq!(refused["iss"], stage.server.app.config.public_url);
    // What was granted counts no more once people have taken it from the application.
    let tokens = chain.tokens(&stage.grace, GATEWAY).await;
    let none = Edit { audiences: Some(list(&[LEDGER])), ..Edit::default() };
    clients::edit(&stage.server.app, &Server::operator(), chain.portal.id, none).await.unwrap();
    let refused = stage.refresh(&chain.portal, text(&tokens, "refresh_token")).await;
    assert_eq!(error(&refused), (400, "invalid_target".to_owned()));
}

/// RFC 8693 2.2.1, 4.1.
#[tokio::test]
async fn a_resource_server_goes_on_with_the_token_that_it_was_given() {
    let chain = Chain::new().await;
    let stage = &chain.stage;
    let tokens = chain.tokens(&stage.grace, GATEWAY).await;
    stage.server.advance(Duration::from_secs(200));

    let exchanged = chain.handed_on(text(&tokens, "access_token")).await;

    assert_eq!((&exchanged["issued_token_type"], &exchanged["token_type"]), (&json!(ACCESS), &json!("Bearer")));
    assert_eq!(exchanged["expires_in"], json!(100), "no longer than the token that it came from");
    assert_eq!(exchanged["scope"], json!("profile email groups roles"));
    assert!(exchanged["refresh_token"].is_null() && exchanged["id_token"].is_null());
    let token = text(&exchanged, "access_token");
    let told = chain.told(&chain.ledger, token).await;
    assert_eq!((&told["sub"], &told["aud"]), (&json!(stage.grace.user.id), &json!(LEDGER)));
    assert_eq!(
        (&told["client_id"], &told["act"]),
        (&json!(chain.gateway.client_id), &json!({ "sub": chain.gateway.client_id }))
    );
    assert_eq!(chain.told(&chain.portal, token).await, json!({ "active": false }), "it is the gateway's");
    assert_eq!(stage.userinfo(token).await.status, 401);
    stage.server.advance(Duration::from_secs(101));
    assert!(!chain.is_live(token).await);
}

#[tokio::test]
async fn an_exchanged_token_is_signed_where_the_application_has_such_and_names_who_acts() {
    let chain = Chain::new().await;
    let stage = &chain.stage;
    let app = &stage.server.app;
    let further = Edit {
        access_token_format: Some(AccessTokenFormat::Jwt),
        audiences: Some(list(&["https://vault.example"])),
        ..Edit::default()
    };
    clients::edit(app, &Server::operator(), chain.ledger.id, further).await.unwrap();
    let tokens = chain.tokens(&stage.grace, GATEWAY).await;
    let first = chain.handed_on(text(&tokens, "access_token")).await;

    let fields = [("audience", "https://vault.example"), ("scope", "roles")];
    let second = chain.exchange(&chain.ledger, text(&first, "access_token"), &fields).await.expect(200).json();

    let told = claims(text(&second, "access_token"));
    let (gateway, ledger) = (&chain.gateway.client_id, &chain.ledger.client_id);
    assert_eq!(told["act"], json!({ "sub": ledger, "act": { "sub": gateway } }));
    assert_eq!((&told["aud"], &told["scope"]), (&json!("https://vault.example"), &json!("roles")));
    assert_eq!((&told["sub"], &told["client_id"]), (&json!(stage.grace.user.id), &json!(ledger)));
}

/// A token is no proof to whom it was not given: neither the bearer of a stolen one nor the application itself gets further with it.
#[tokio::test]
async fn nobody_exchanges_a_token_that_was_not_given_to_them() {
    let chain = Chain::new().await;
    let stage = &chain.stage;
    let tokens = chain.tokens(&stage.grace, GATEWAY).await;
    let plain = stage.tokens(&chain.portal, &stage.grace).await;
    let thief = stage.rp_with(|new| NewClient { audiences: list(&[LEDGER]), ..new }).await;
    let ledger = [("resource", LEDGER)];

    for (rp, token) in [
        (&thief, text(&tokens, "access_token")),
        (&thief, text(&plain, "access_token")),
        (&chain.gateway, text(&plain, "access_token")),
        (&chain.gateway, text(&tokens, "id_token")),
        (&chain.portal, text(&tokens, "refresh_token")),
        (&chain.gateway, "dwat_nonsense"),
    ] {
        assert_eq!(error(&chain.exchange(rp, token, &ledger).await), (400, "invalid_request".to_owned()), "{token}");
    }
    // Its own token it may; a wider scope or another resource it gets neither way.
    let own = chain.exchange(&chain.portal, text(&plain, "access_token"), &ledger).await.expect(200).json();
    assert!(chain.is_live(text(&own, "access_token")).await);
    let token = text(&tokens, "access_token");
    let refused = chain.exchange(&chain.gateway, token, &[("resource", GATEWAY)]).await;
    assert_eq!(error(&refused), (400, "invalid_target".to_owned()));
    let refused = chain.exchange(&chain.gateway, token, &[("resource", LEDGER), ("scope", "openid profile")]).await;
    assert_eq!(error(&refused), (400, "invalid_scope".to_owned()));
    let refused = chain.exchange(&chain.ledger, token, &ledger).await;
    assert_eq!(error(&refused), (400, "unsupported_grant_type".to_owned()));
}

/// The kill chain: whatever ends the person, their session, the authorization or one of the applications ends what was handed on.
#[tokio::test]
async fn what_was_handed_on_ends_with_everything_that_it_came_from() {
    let chain = Chain::new().await;
    let stage = &chain.stage;
    let (app, operator) = (&stage.server.app, Server::operator());
    let hand_on = async |person: &Person| {
        let tokens = chain.tokens(person, GATEWAY).await;
        let exchanged = chain.handed_on(text(&tokens, "access_token")).await;
        let token = text(&exchanged, "access_token").to_owned();
        assert!(chain.is_live(&token).await);
        (tokens, token)
    };

    let (_, revoked) = hand_on(&stage.grace).await;
    stage.call(&chain.portal, "/oauth2/revoke", &[("token", &revoked)]).await.expect(200);
    assert!(chain.is_live(&revoked).await, "it is not the portal's");
    stage.call(&chain.gateway, "/oauth2/revoke", &[("token", &revoked)]).await.expect(200);
    assert!(!chain.is_live(&revoked).await);

    let (tokens, by_family) = hand_on(&stage.grace).await;
    stage.call(&chain.portal, "/oauth2/revoke", &[("token", text(&tokens, "refresh_token"))]).await.expect(200);
    assert!(!chain.is_live(&by_family).await);

    let (_, by_gateway) = hand_on(&stage.grace).await;
    clients::disable(app, &operator, chain.gateway.id).await.unwrap();
    assert!(!chain.is_live(&by_gateway).await);
    clients::enable(app, &operator, chain.gateway.id).await.unwrap();
    assert!(!chain.is_live(&by_gateway).await, "what was void stays so");

    let (tokens, by_person) = hand_on(&stage.grace).await;
    let grace = stage.grace.user.id;
    users::deactivate(app, &operator, grace, OnLastHolder::Refuse).await.unwrap();
    assert!(!chain.is_live(&by_person).await);
    let refused = chain.exchange(&chain.gateway, text(&tokens, "access_token"), &[("resource", LEDGER)]).await;
    assert_eq!(error(&refused), (400, "invalid_request".to_owned()));
    stage.server.run_jobs().await;
}

/// An organisation that names its application like the resource server of another is told nothing of that one's people.
#[tokio::test]
async fn a_resource_server_of_one_organisation_learns_nothing_of_the_people_of_another() {
    let chain = Chain::new().await;
    let stage = &chain.stage;
    let other = organisation(&stage.server, "globex").await;
    let hank = user(&stage.server, &other, "hank@globex.example", "owner").await;
    let like_it = |new| NewClient {
        org: Some(stage.org.id),
        resource: Some(GATEWAY.to_owned()),
        audiences: list(&[LEDGER]),
        ..new
    };
    let acmes = stage.rp_with(like_it).await;

    let (theirs, own) = (chain.tokens(&hank, GATEWAY).await, chain.tokens(&stage.grace, GATEWAY).await);

    assert_eq!(chain.told(&acmes, text(&own, "access_token")).await["active"], json!(true));
    let only = Reach { organisations: vec![stage.org.id.to_string()], ..Reach::default() };
    let like_it = |new| NewClient { reach: only, resource: Some(GATEWAY.to_owned()), ..new };
    let operators = stage.rp_with(like_it).await;
    assert_eq!(chain.told(&operators, text(&own, "access_token")).await["active"], json!(true));
    assert_eq!(chain.told(&operators, text(&theirs, "access_token")).await, json!({ "active": false }));
    assert_eq!(chain.told(&acmes, text(&theirs, "access_token")).await, json!({ "active": false }));
    let refused = chain.exchange(&acmes, text(&theirs, "access_token"), &[("resource", LEDGER)]).await;
    assert_eq!(error(&refused), (400, "invalid_request".to_owned()));
}

/// RFC 8693 with a client that cannot prove itself would make a bearer of everybody who has a token.
#[tokio::test]
async fn op_26_a_public_client_asks_for_resources_and_exchanges_nothing() {
    let chain = Chain::new().await;
    let public = |new| NewClient { auth_method: AuthMethod::None, audiences: list(&[GATEWAY]), ..new };
    let rp = chain.stage.rp_with(public).await;
    let browser = chain.stage.browser(&chain.stage.grace).await;

    let code = answer(&browser.get(&rp.request(&[("resource", GATEWAY)])).await)["code"].clone();
    let tokens = chain.stage.redeem(&rp, &code).await.expect(200).json();

    let token = text(&tokens, "access_token");
    assert_eq!(chain.told(&chain.gateway, token).await["active"], json!(true));
    let refused = chain.exchange(&rp, token, &[("resource", GATEWAY)]).await;
    assert_eq!(error(&refused), (400, "unsupported_grant_type".to_owned()));
}

/// IPSIE SL1, OpenID Connect Enterprise Extensions 1.0: the session of the application ends with this one at the latest, however
/// often its tokens are refreshed.
#[tokio::test]
async fn an_id_token_says_when_the_session_ends_at_the_latest() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let ends = stage.server.app.now().after(Duration::from_hours(24)).seconds();

    let tokens = stage.tokens(&rp, &stage.grace).await;
    stage.server.advance(Duration::from_hours(1));
    let refreshed = stage.refresh(&rp, text(&tokens, "refresh_token")).await.expect(200).json();

    for it in [&tokens, &refreshed] {
        assert_eq!(claims(text(it, "id_token"))["session_expiry"], json!(ends));
    }
}

/// Whoever is asked for consent sees at which other servers the application wants to act, and is asked again before it acts at one
/// to which they have not agreed.
#[tokio::test]
async fn the_page_of_the_consent_names_the_resource_server_and_is_shown_for_each() {
    let stage = Stage::new().await;
    let asks = |new| NewClient { first_party: false, audiences: list(&[GATEWAY]), ..new };
    let rp = stage.rp_with(asks).await;
    let browser = stage.browser(&stage.ada).await;
    for (resource, is_named) in [("", false), (GATEWAY, true)] {
        let (_, page) = browser.visit(&rp.request(&[("resource", resource)])).await;

        assert!(page.text.contains("See your e-mail address"), "{}", page.text);
        assert_eq!(page.text.contains(GATEWAY), is_named, "{}", page.text);
        assert!(answer(&browser.submit(&page, &[("decision", "allow")]).await).contains_key("code"));
        assert!(answer(&browser.get(&rp.request(&[("resource", resource)])).await).contains_key("code"));
    }
    let own = browser.get("/account/applications").await.expect(200).text;
    assert_eq!(own.matches("Act for you at").count(), 1, "{own}");
    assert!(answer(&browser.get(&rp.request(&[])).await).contains_key("code"));
}
