//! The own password, second factor, recovery codes and sessions, over the API.

use std::time::Duration;

use doorward::app::accounts::Secret;
use doorward::app::credentials::{self, PasswordChange};
use doorward::app::mail::Whence;
use doorward::app::organisations::{self, MfaPolicy, MfaRequirement};
use doorward::app::users::{self, Person};
use doorward::app::{api_access, authenticator, sessions};
use doorward::domain::Error;
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::account::{recover, wrong_code};
use crate::harness::{Browser, PASSWORD, Phone, Reply, Server, Tenant};
use crate::passkeys;
use crate::people::Api;
use crate::reset::with_password;

/// Another password that is good enough.
pub const NEW_PASSWORD: &str = "seven quiet herons at dawn";
const STEP: Duration = Duration::from_secs(30);

/// A key of an authenticator for whoever has this token: the phone, and the body that confirms it.
pub async fn first_code(api: &Api, token: &str) -> (Phone, Value) {
    let offer = api.call(token, Method::POST, "/me/authenticator", None).await.expect(200).json();
    let phone = Phone::with_key(offer["key"].as_str().unwrap());
    let body = json!({ "enrolment": offer["enrolment"], "code": phone.code(api.server()) });
    (phone, body)
}

async fn confirm(api: &Api, token: &str, body: Value) -> Reply {
    api.call(token, Method::POST, "/me/authenticator/confirm", Some(body)).await
}

async fn factors(api: &Api, token: &str) -> Value {
    api.call(token, Method::GET, "/me/factors", None).await.expect(200).json()
}

fn codes(reply: &Reply) -> Vec<String> {
    reply.json()["recovery_codes"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

async fn person(api: &Api, id: UserId) -> Person {
    users::show(&api.server().app, &Server::operator(), id).await.unwrap()
}

async fn policy(tenant: &Tenant<'_>, require: MfaRequirement) {
    let policy = MfaPolicy { require, roles: Vec::new(), grace_days: 0 };
    organisations::require_mfa(&tenant.server.app, &Server::operator(), tenant.org, policy).await.unwrap();
}

/// S0-11, AU-12: the current password must be right, guesses at it count as those at the sign-in do, and the other sessions
/// end unless they are to stay; the token that asks goes on.
#[tokio::test]
async fn s0_11_the_api_changes_the_own_password_with_the_current_one() {
    let api = Api::new().await;
    let acme = api.acme();
    let (id, token) = api.caller(&acme, "anna", "viewer").await;
    let elsewhere = api.stage.browser(&person(&api, id).await).await;
    let change = async |body: Value| api.call(&token, Method::PUT, "/me/password", Some(body)).await;
    let other = "a slow green river in may";

    let wrong = change(json!({ "current_password": "not mine at all", "password": NEW_PASSWORD })).await;
    let weak = change(json!({ "current_password": PASSWORD, "password": "short" })).await;
    let same = change(json!({ "current_password": PASSWORD, "password": PASSWORD })).await;
    let kept = json!({ "current_password": PASSWORD, "password": NEW_PASSWORD, "end_other_sessions": false });
    let kept = change(kept).await.status;
    let is_kept = elsewhere.is_signed_in().await;
    let ended = change(json!({ "current_password": NEW_PASSWORD, "password": other })).await.status;

    assert_eq!((wrong.status, weak.status, same.status), (400, 400, 400));
    let sentence = "current_password: This is not your current password. Check it and try again.";
    assert_eq!(wrong.json()["detail"], sentence);
    assert!(weak.json()["detail"].as_str().unwrap().starts_with("password: "), "{}", weak.text);
    assert_eq!((kept, is_kept, ended, elsewhere.is_signed_in().await), (204, true, 204, false));
    api.call(&token, Method::GET, "/me", None).await.expect(200);
    assert_eq!(Browser::new(api.server()).sign_in("anna", NEW_PASSWORD).await.1.status, 422);
    assert_eq!(Browser::new(api.server()).sign_in("anna", other).await.0, "/account");
    for _ in 0..10 {
        change(json!({ "current_password": "guess number one", "password": NEW_PASSWORD })).await.expect(400);
    }
    let shut = change(json!({ "current_password": other, "password": NEW_PASSWORD })).await;
    assert_eq!((shut.status, shut.json()["detail"].as_str()), (400, Some(sentence)));
}

/// S0-15, S2-23, MF-01, MF-08: the second factor is on only after a right code, which counts once; the key and the recovery
/// codes are each in one answer, and the other sessions end.
#[tokio::test]
async fn s0_15_the_api_switches_the_second_factor_on_after_a_right_code() {
    let api = Api::new().await;
    let acme = api.acme();
    let id = acme.mailed("anna", "viewer", with_password()).await.person.user.id;
    let token = api.token(id).await;
    let elsewhere = api.stage.browser(&person(&api, id).await).await;
    let (phone, body) = first_code(&api, &token).await;
    let right = phone.code(api.server());

    let wrong = json!({ "enrolment": body["enrolment"], "code": wrong_code(&phone, api.server()) });
    let wrong = confirm(&api, &token, wrong).await;
    let nonsense = confirm(&api, &token, json!({ "enrolment": body["enrolment"], "code": "six" })).await.status;
    let before = factors(&api, &token).await;
    let done = confirm(&api, &token, body.clone()).await;
    let after = factors(&api, &token).await;
    let again = confirm(&api, &token, body).await.status;
    let offer = api.call(&token, Method::POST, "/me/authenticator", None).await.status;

    assert_eq!((wrong.status, nonsense), (400, 400));
    assert_eq!(wrong.json()["detail"], "code: is not the code of now; wait for the next and send that");
    assert_eq!((&before["authenticator_since"], done.status), (&Value::Null, 201));
    assert!(after["authenticator_since"].is_string() && after["recovery_codes_left"] == 10, "{after}");
    assert_eq!((done.header("cache-control"), codes(&done).len()), (Some("no-store"), 10));
    assert_eq!((again, offer, elsewhere.is_signed_in().await), (409, 409, false));
    let browser = Browser::new(api.server());
    let (_, asked) = browser.sign_in("anna", PASSWORD).await;
    let replayed = browser.submit(&asked, &[("code", &right)]).await.status;
    api.server().advance(STEP);
    let next = browser.submit(&asked, &[("code", &phone.code(api.server()))]).await;
    assert_eq!((replayed, next.header("location")), (422, Some("/account")));
    api.server().run_jobs().await;
    let mails = api.server().mails();
    assert!(mails.iter().any(|it| it.contains("Subject: A second factor protects your account")), "{mails:?}");
}

/// MF-09: a key counts for ten minutes, for the person and the session that it was made for, and nothing that is sent is
/// one.
#[tokio::test]
async fn mf_09_the_api_enrols_only_a_key_of_its_own_in_its_own_session_and_only_for_ten_minutes() {
    let api = Api::new().await;
    let acme = api.acme();
    let (id, token) = api.caller(&acme, "anna", "viewer").await;
    let (_, of_bert) = api.caller(&acme, "bert", "viewer").await;
    let other_session = api.token(id).await;
    let (phone, body) = first_code(&api, &token).await;
    let code = phone.code(api.server());
    let (moment, sealed) = body["enrolment"].as_str().unwrap().split_once('.').unwrap();
    let later = format!("{}.{sealed}", moment.parse::<i64>().unwrap() + 3_600_000);

    let mut refused = Vec::new();
    for (token, enrolment) in [
        (&of_bert, body["enrolment"].clone()),
        (&other_session, body["enrolment"].clone()),
        (&token, json!(later)),
        (&token, json!("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")),
        (&token, json!("")),
    ] {
        refused.push(confirm(&api, token, json!({ "enrolment": enrolment, "code": code })).await);
    }
    let mut with_secret = body.clone();
    with_secret["secret"] = json!("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    refused.push(confirm(&api, &token, with_secret).await);
    let browser = api.stage.browser(&person(&api, id).await).await;
    let (phone, body) = first_code(&api, &api.token_in(&browser).await).await;
    api.server().advance(Duration::from_secs(9 * 60 + 50));
    let token = api.token_in(&browser).await;
    let (other, _) = first_code(&api, &token).await;
    let of_another_key = json!({ "enrolment": body["enrolment"], "code": other.code(api.server()) });
    refused.push(confirm(&api, &token, of_another_key).await);
    let still = json!({ "enrolment": body["enrolment"], "code": phone.code(api.server()) });
    let taken = confirm(&api, &token, still).await;

    assert_eq!(refused.iter().map(|it| it.status).collect::<Vec<_>>(), [400; 7]);
    let sentence = "enrolment: is over, or of another session; ask for a new key";
    assert!(refused[..5].iter().all(|it| it.json()["detail"] == sentence));
    assert_eq!(taken.status, 201, "{}", taken.text);
}

/// MF-09: with a new proof in the same session, a key of before that is over.
#[tokio::test]
async fn mf_09_a_key_of_the_api_is_over_after_ten_minutes_whatever_is_proved_since() {
    let api = Api::new().await;
    api.acme().user("anna", "viewer").await;
    let browser = Browser::new(api.server());
    browser.sign_in("anna", PASSWORD).await;
    let (phone, body) = first_code(&api, &api.token_in(&browser).await).await;
    api.server().advance(Duration::from_mins(11));
    let (at, page) = browser.visit("/account/security/password").await;
    let proved = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(browser.follow(&at, proved).await.0, "/account/security/password");

    let token = api.token_in(&browser).await;
    let late = confirm(&api, &token, json!({ "enrolment": body["enrolment"], "code": phone.code(api.server()) })).await;
    let (_, fresh) = first_code(&api, &token).await;
    let taken = confirm(&api, &token, fresh).await;

    assert_eq!((late.status, taken.status), (400, 201));
    assert_eq!(late.json()["detail"], "enrolment: is over, or of another session; ask for a new key");
}

/// MF-10, TE-08: without a recent proof, by a personal token, or while the organisation requires it, nothing of it changes.
#[tokio::test]
async fn mf_10_the_api_changes_no_credential_without_a_recent_proof_or_against_the_rule() {
    let api = Api::new().await;
    let acme = api.acme();
    let (id, token) = api.caller(&acme, "anna", "owner").await;
    let browser = api.stage.browser(&person(&api, id).await).await;
    let (_, body) = first_code(&api, &token).await;
    confirm(&api, &token, body).await.expect(201);
    let password = json!({ "current_password": PASSWORD, "password": NEW_PASSWORD });
    let confirmation = json!({ "enrolment": "x", "code": "123456" });
    let deeds = [
        (Method::PUT, "/me/password".to_owned(), Some(password)),
        (Method::POST, "/me/authenticator".to_owned(), None),
        (Method::POST, "/me/authenticator/confirm".to_owned(), Some(confirmation)),
        (Method::DELETE, "/me/authenticator".to_owned(), None),
        (Method::DELETE, format!("/me/passkeys/{id}"), None),
        (Method::POST, "/me/recovery-codes".to_owned(), None),
    ];

    policy(&acme, MfaRequirement::All).await;
    let required = api.call(&token, Method::DELETE, "/me/authenticator", None).await;
    policy(&acme, MfaRequirement::None).await;
    let personal = api.stage.personal_token(&person(&api, id).await, &["read", "write"]).await;
    let read_with_personal = api.call(&personal, Method::GET, "/me/factors", None).await.status;
    let mut refused = Vec::new();
    for (method, path, body) in &deeds {
        refused.push(api.call(&personal, method.clone(), path, body.clone()).await);
    }
    assert!(!browser.is_signed_in().await, "the new factor ended the other sessions");
    api.server().advance(Duration::from_mins(8));
    let browser = api.stage.browser(&person(&api, id).await).await;
    api.server().advance(Duration::from_mins(11));
    let stale = api.token_in(&browser).await;
    for (method, path, body) in &deeds {
        refused.push(api.call(&stale, method.clone(), path, body.clone()).await);
    }

    assert_eq!(required.status, 403);
    assert!(required.json()["detail"].as_str().unwrap().contains("requires a second factor"), "{}", required.text);
    assert_eq!(read_with_personal, 200);
    assert_eq!(refused.iter().map(|it| it.status).collect::<Vec<_>>(), [403; 12]);
    assert!(factors(&api, &stale).await["authenticator_since"].is_string());
}

/// A session that ends while a password is being hashed takes the deed with it: nothing is changed from a place that is shut.
#[tokio::test]
async fn nothing_is_changed_from_a_session_that_has_ended_meanwhile() {
    let api = Api::new().await;
    let app = &api.server().app;
    let (id, token) = api.caller(&api.acme(), "anna", "viewer").await;
    let (phone, body) = first_code(&api, &token).await;
    let caller = api_access::find(app, &token, Whence::UNKNOWN).await.unwrap();
    let (proven, person) = caller.proven().unwrap();
    for session in sessions::live(app, person).await.unwrap() {
        sessions::end(app, person, &session).await.unwrap();
    }

    let change = PasswordChange {
        current: Secret::new(PASSWORD.to_owned()),
        password: Secret::new(NEW_PASSWORD.to_owned()),
        password_again: Secret::new(NEW_PASSWORD.to_owned()),
        ends_other_sessions: true,
    };
    let from = ("127.0.0.1".parse().unwrap(), None);
    let password = credentials::change_password(app, (&proven, person), change, from).await.err();
    let given = (body["enrolment"].as_str().unwrap(), &*phone.code(api.server()));
    let factor = authenticator::confirm(app, &proven, person, given).await.err();

    assert!(matches!(password, Some(Error::Unauthenticated)), "{password:?}");
    assert!(matches!(factor, Some(Error::Unauthenticated)), "{factor:?}");
    assert_eq!(Browser::new(api.server()).sign_in("anna", PASSWORD).await.0, "/account", "{id}");
}

/// S2-23, MF-12: new recovery codes end the earlier ones, and go with the last factor.
#[tokio::test]
async fn mf_12_the_api_renews_recovery_codes_which_go_with_the_last_factor() {
    let api = Api::new().await;
    let acme = api.acme();
    let (_, token) = api.caller(&acme, "anna", "viewer").await;
    let (_, body) = first_code(&api, &token).await;
    let first = codes(&confirm(&api, &token, body).await.expect(201));

    let renewed = codes(&api.call(&token, Method::POST, "/me/recovery-codes", None).await.expect(201));
    let of_old = recover(api.server(), "anna", &first[0]).await.1;
    let of_new = recover(api.server(), "anna", &renewed[0]).await.1;
    let left = factors(&api, &token).await["recovery_codes_left"].clone();
    api.call(&token, Method::DELETE, "/me/authenticator", None).await.expect(204);
    let after = factors(&api, &token).await;

    assert_eq!((of_old.status, of_new.header("location"), left), (422, Some("/account"), json!(9)));
    assert_eq!((&after["authenticator_since"], &after["recovery_codes_left"]), (&Value::Null, &Value::Null));
    assert_eq!(Browser::new(api.server()).sign_in("anna", PASSWORD).await.0, "/account");
    let codes = api.call(&token, Method::POST, "/me/recovery-codes", None).await;
    assert_eq!((codes.status, codes.json()["detail"].as_str()), (404, Some("there is no such second factor")));
}

/// SE-12: a passkey is removed by its owner alone.
#[tokio::test]
async fn se_12_the_api_removes_a_passkey_of_its_owner_alone() {
    let api = Api::on(passkeys::named_server().await).await;
    let acme = api.acme();
    let (anna, _) = passkeys::owner(&acme, "anna").await;
    let token = api.token(anna).await;
    let (_, of_bert) = api.caller(&acme, "bert", "owner").await;
    let shown = factors(&api, &token).await;
    let path = format!("/me/passkeys/{}", shown["passkeys"][0]["id"].as_str().unwrap());

    let by_bert = api.call(&of_bert, Method::DELETE, &path, None).await.status;
    let kept = factors(&api, &token).await["passkeys"].as_array().unwrap().len();
    let by_anna = api.call(&token, Method::DELETE, &path, None).await.status;
    let gone = factors(&api, &token).await["passkeys"].as_array().unwrap().len();

    assert_eq!((by_bert, kept, by_anna, gone), (404, 1, 204, 0));
}

/// All sessions but the one of the token end, with what applications got in them; a personal token is of none.
#[tokio::test]
async fn the_api_ends_all_other_sessions() {
    let api = Api::new().await;
    let acme = api.acme();
    let (id, token) = api.caller(&acme, "anna", "contributor").await;
    let (other, browser) = (api.token(id).await, api.stage.browser(&person(&api, id).await).await);
    let personal = api.stage.personal_token(&person(&api, id).await, &["write"]).await;
    let sessions = async |token: &str| api.call(token, Method::GET, "/me/sessions", None).await;

    let before = sessions(&token).await.json();
    api.call(&token, Method::DELETE, "/me/sessions", None).await.expect(204);
    let after = sessions(&token).await.json();
    let (ended, is_signed_in) = (sessions(&other).await.status, browser.is_signed_in().await);
    api.call(&personal, Method::DELETE, "/me/sessions", None).await.expect(204);

    let current = |list: &Value| -> Vec<bool> {
        list["sessions"].as_array().unwrap().iter().map(|it| it["is_current"] == true).collect()
    };
    assert_eq!(current(&before).iter().filter(|it| **it).count(), 1, "{before}");
    assert_eq!((current(&before).len(), current(&after)), (3, vec![true]));
    assert_eq!((ended, is_signed_in, sessions(&token).await.status), (401, false, 401));
}
