//! Claims that an application asks for one by one, and authentication contexts (OpenID Connect Core 5.5).

use doorward::app::clients::NewClient;
use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::app::users;
use reqwest::Method;
use serde_json::{Value, json};

use super::stage::{self, PASSWORD, Rp, Stage, answer, claims};
use crate::harness::{Browser, OPERATOR_TOKEN, Server, Tenant};

const ADA: &str = "ada@acme.example";
const TWO_FACTORS: &str = r#"{"id_token":{"acr":{"essential":true,"value":"aal2"}}}"#;
const NOBODY_REACHES: &str = r#"{"id_token":{"acr":{"essential":true,"values":["gold"]}}}"#;

/// The tokens of a request in this browser, which must need no page.
async fn tokens(stage: &Stage, rp: &Rp, browser: &Browser<'_>, changes: &[(&str, &str)]) -> Value {
    let code = answer(&browser.get(&rp.request(changes)).await)["code"].clone();
    stage.redeem(rp, &code).await.expect(200).json()
}

async fn told(stage: &Stage, tokens: &Value) -> Value {
    stage.userinfo(tokens["access_token"].as_str().unwrap()).await.expect(200).json()
}

async fn error(rp: &Rp, browser: &Browser<'_>, changes: &[(&str, &str)]) -> String {
    answer(&browser.get(&rp.request(changes)).await)["error"].clone()
}

fn id_token(tokens: &Value) -> Value {
    claims(tokens["id_token"].as_str().unwrap())
}

#[tokio::test]
async fn a_claim_comes_where_it_was_asked_for_and_after_a_refresh_too() {
    let stage = Stage::new().await;
    let (rp, browser) = (stage.rp().await, stage.browser(&stage.ada).await);
    let asked = r#"{"userinfo":{"preferred_username":null,"nickname":{"essential":true}},"id_token":{"email":null}}"#;

    let first = tokens(&stage, &rp, &browser, &[("scope", "openid offline_access"), ("claims", asked)]).await;
    let second = stage.refresh(&rp, first["refresh_token"].as_str().unwrap()).await.expect(200).json();

    for tokens in [&first, &second] {
        assert_eq!(tokens["scope"], "openid offline_access", "a claim is no scope");
        assert_eq!(id_token(tokens)["email"], ADA);
        assert_eq!((id_token(tokens).get("preferred_username"), id_token(tokens).get("email_verified")), (None, None));
    }
    let told = told(&stage, &second).await;
    assert_eq!(told["preferred_username"], ADA);
    assert_eq!((told.get("email"), told.get("name"), told.get("nickname")), (None, None, None));
}

#[tokio::test]
async fn a_claim_of_a_scope_that_the_application_is_not_registered_for_is_not_told() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| NewClient { scopes: Some("openid profile".to_owned()), ..new }).await;
    let browser = stage.browser(&stage.ada).await;
    let asked = r#"{"userinfo":{"email":{"essential":true},"name":null,"roles":null},"id_token":{"email":null}}"#;

    let tokens = tokens(&stage, &rp, &browser, &[("scope", "openid"), ("claims", asked)]).await;
    let told = told(&stage, &tokens).await;

    assert_eq!(told["name"], "Ada Lovelace");
    assert_eq!((told.get("email"), told.get("roles"), id_token(&tokens).get("email")), (None, None, None));
}

/// OP-16: whoever is asked about a claim agrees to its scope, and to nothing that was not on the page.
#[tokio::test]
async fn op_16_a_claim_is_asked_for_on_the_page_of_the_consent() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| NewClient { first_party: false, ..new }).await;
    let browser = stage.browser(&stage.ada).await;
    let email = [("scope", "openid"), ("claims", r#"{"userinfo":{"email":null}}"#)];
    let phone = [("scope", "openid"), ("claims", r#"{"userinfo":{"phone_number":null}}"#), ("prompt", "none")];

    let (_, page) = browser.visit(&rp.request(&email)).await;
    let agreed = answer(&browser.submit(&page, &[("decision", "allow")]).await);

    assert!(page.text.contains("See your e-mail address"), "{}", page.text);
    let first = stage.redeem(&rp, &agreed["code"]).await.expect(200).json();
    assert_eq!(told(&stage, &first).await["email"], ADA);
    let again = tokens(&stage, &rp, &browser, &email).await;
    assert_eq!(told(&stage, &again).await["email"], ADA, "agreed to once, asked once");
    assert_eq!(error(&rp, &browser, &phone).await, "consent_required");
}

#[tokio::test]
async fn a_malformed_request_for_claims_goes_back_as_an_error() {
    let stage = Stage::new().await;
    let (rp, browser) = (stage.rp().await, stage.browser(&stage.ada).await);

    for text in ["name", "{\"userinfo\":[]}", "{\"id_token\":{\"name\":{\"essential\":1}}}"] {
        assert_eq!(error(&rp, &browser, &[("claims", text)]).await, "invalid_request", "{text}");
    }
}

/// OP-15: a context that nobody can reach fails the sign-in, also a silent one, and not before it.
#[tokio::test]
async fn op_15_an_essential_context_that_cannot_be_reached_fails_the_sign_in() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (ada, nobody) = (stage.browser(&stage.ada).await, Browser::new(&stage.server));
    let asked = [("claims", NOBODY_REACHES)];

    let here = error(&rp, &ada, &asked).await;
    let silent = error(&rp, &ada, &[("claims", NOBODY_REACHES), ("prompt", "none")]).await;
    let stranger = error(&rp, &nobody, &[("claims", NOBODY_REACHES), ("prompt", "none")]).await;
    let (_, after) = stage::sign_in(&nobody, &rp.request(&asked), ADA).await;
    stage.server.run_jobs().await;

    let unmet = "unmet_authentication_requirements";
    assert_eq!((here.as_str(), silent.as_str(), stranger.as_str()), (unmet, unmet, "login_required"));
    assert_eq!(answer(&after)["error"], unmet);
}

/// OP-15: whoever is signed in with one factor gives another where two are essential, and nobody passes without.
#[tokio::test]
async fn op_15_two_factors_that_are_essential_are_asked_for() {
    let stage = Stage::new().await;
    let (rp, browser) = (stage.rp().await, stage.browser(&stage.ada).await);
    let asked = [("claims", TWO_FACTORS)];

    let silent = error(&rp, &browser, &[("claims", TWO_FACTORS), ("prompt", "none")]).await;
    let (_, enrolment) = stage::sign_in(&browser, &rp.request(&asked), ADA).await;
    let (_, _, reply) = browser.enrol(&enrolment).await;
    stage.server.run_jobs().await;
    let stronger = stage.redeem(&rp, &answer(&reply)["code"]).await.expect(200).json();
    let again = tokens(&stage, &rp, &browser, &asked).await;

    assert_eq!(silent, "login_required");
    assert!(enrolment.text.contains("\u{2068}Ledger\u{2069} asks for a second factor"), "{}", enrolment.text);
    assert_eq!((&id_token(&stronger)["acr"], &id_token(&again)["acr"]), (&json!("aal2"), &json!("aal2")));
}

/// OP-15: a wish for two factors is worth one page, and is no condition.
#[tokio::test]
async fn op_15_two_factors_that_are_wished_for_are_asked_for_once() {
    let stage = Stage::new().await;
    let (rp, browser) = (stage.rp().await, stage.browser(&stage.ada).await);
    let asked = [("acr_values", "aal2 aal1")];

    let silent = tokens(&stage, &rp, &browser, &[("acr_values", "aal2 aal1"), ("prompt", "none")]).await;
    let (_, page) = browser.visit(&rp.request(&asked)).await;
    let (_, reply) = stage::sign_in(&browser, &rp.request(&asked), ADA).await;
    let signed_in = stage.redeem(&rp, &answer(&reply)["code"]).await.expect(200).json();

    assert_eq!(page.heading(), "Sign in");
    assert_eq!((&id_token(&silent)["acr"], &id_token(&signed_in)["acr"]), (&json!("aal1"), &json!("aal1")));
}

/// OP-15: with a value for `sub` there is an answer for that person, or none.
#[tokio::test]
async fn op_15_a_subject_that_is_named_is_the_only_one_who_comes_back() {
    let stage = Stage::new().await;
    let (rp, ada) = (stage.rp().await, stage.browser(&stage.ada).await);
    let hint = tokens(&stage, &rp, &ada, &[]).await["id_token"].as_str().unwrap().to_owned();
    let named = |person: &str| format!("{{\"id_token\":{{\"sub\":{{\"value\":\"{person}\"}}}}}}");
    let (of_ada, of_grace) = (named(&stage.ada.user.id.to_string()), named(&stage.grace.user.id.to_string()));

    let same = tokens(&stage, &rp, &ada, &[("claims", &of_ada), ("prompt", "none"), ("id_token_hint", &hint)]).await;
    let other = error(&rp, &ada, &[("claims", &of_grace), ("prompt", "none")]).await;
    let both = error(&rp, &ada, &[("claims", &of_grace), ("id_token_hint", &hint)]).await;
    let (_, wrong) = stage::sign_in(&ada, &rp.request(&[("claims", &of_grace)]), ADA).await;

    assert_eq!(id_token(&same)["sub"], stage.ada.user.id.to_string());
    assert_eq!((other.as_str(), both.as_str()), ("login_required", "invalid_request"));
    assert_eq!(answer(&wrong)["error"], "login_required");
}

/// What an identity provider writes of a person is found by it over SCIM, and told at userinfo where it is what it says.
#[tokio::test]
async fn gender_birthdate_and_website_are_written_over_scim_and_told_with_the_profile() {
    const DOORWARD: &str = "urn:doorward:params:scim:schemas:extension:2.0:User";
    let stage = Stage::new().await;
    let (rp, tenant) = (stage.rp().await, Tenant { server: &stage.server, org: stage.org.id });
    let connection = tenant.connection().await;
    let zoe = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "zoe@acme.example",
        "password": stage::PASSWORD, "roles": [{"value": "viewer"}]});
    let made = connection.send(Method::POST, "/Users", &zoe).await.expect(201).json();
    let id = made["id"].as_str().unwrap();
    let path = format!("/Users/{id}");
    let set = |value: Value| {
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "add", "value": {DOORWARD: value}}]})
    };
    let written = json!({"gender": "non-binary", "birthdate": "1990-05-17", "website": "https://zoe.example"});
    connection.send(Method::PATCH, &path, &set(written.clone())).await.expect(200);
    let operator = Server::operator();
    let zoe = users::show(&stage.server.app, &operator, id.parse().unwrap()).await.unwrap();
    let browser = stage.browser(&zoe).await;

    let tokens = tokens(&stage, &rp, &browser, &[("scope", "openid profile")]).await;
    let before = told(&stage, &tokens).await;
    let found = connection.get(&format!("/Users?filter={DOORWARD}:gender%20eq%20%22NON-binary%22")).await.expect(200);
    connection.send(Method::PATCH, &path, &set(json!({"birthdate": "in May, before the harvest"}))).await.expect(200);
    let after = told(&stage, &tokens).await;

    assert_eq!(connection.get(&path).await.expect(200).json()[DOORWARD]["website"], written["website"]);
    for name in ["gender", "birthdate", "website"] {
        assert_eq!(before[name], written[name], "{name}");
    }
    assert_eq!((&found.json()["totalResults"], after.get("birthdate")), (&json!(1), None));
}

/// What was mailed to an address and handed to nobody proves that it is the person's, and of no other address.
#[tokio::test]
async fn an_address_is_told_to_be_verified_where_a_letter_has_proved_it() {
    let stage = Stage::new().await;
    let (server, rp) = (&stage.server, stage.rp().await);
    let mut verified = Vec::new();
    for (address, delivery) in [("ida@acme.example", Delivery::Mail), ("ivo@acme.example", Delivery::HandedLink)] {
        let role = Some("viewer".parse().unwrap());
        let invitee = Invitee { address: address.to_owned(), display_name: None, role, teams: Vec::new() };
        let operator = Server::operator();
        let sent = invitations::invite_many(&server.app, &operator, stage.org.id, vec![invitee], delivery).await;
        let Ok(sent) = sent.unwrap().remove(0).result else { panic!("{address} is not invited") };
        server.run_jobs().await;
        let link = sent.link.map_or_else(|| server.newest_link(), |it| it.reveal().replace(&server.url, ""));
        let browser = Browser::new(server);
        let (at, page) = browser.visit(&link).await;
        let fields = [("display_name", "Ida"), ("password", PASSWORD), ("password_again", PASSWORD)];
        let accepted = browser.submit(&page, &fields).await;
        browser.follow(&at, accepted).await;
        let tokens = tokens(&stage, &rp, &browser, &[]).await;
        let before = told(&stage, &tokens).await;
        verified.push(before["email_verified"].clone());
        // A proof does not come back with the address.
        for email in [format!("other-{address}"), address.to_owned()] {
            let path = format!("/api/v1/users/{}", before["sub"].as_str().unwrap());
            let request = server.request(Method::PATCH, &path).bearer_auth(OPERATOR_TOKEN);
            server.send(request.json(&json!({ "email": email }))).await.expect(200);
            let after = told(&stage, &tokens).await;
            assert_eq!(after["email"], email);
            verified.push(after["email_verified"].clone());
        }
    }

    server.run_jobs().await;
    assert_eq!(verified, [true, false, false, false, false, false]);
}
