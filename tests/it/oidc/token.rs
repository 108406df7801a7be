//! Token, userinfo, introspection and revocation.

use std::time::Duration;

use doorward::app::clients::{AccessTokenFormat, AuthMethod, Earlier, NewClient};
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{clients, sessions};
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use super::stage::{REDIRECT, Rp, Stage, basic, claims, code_grant};
use crate::harness::Server;
use crate::reset;

fn text<'v>(tokens: &'v Value, name: &str) -> &'v str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

async fn live(stage: &Stage, rp: &Rp, tokens: &Value) -> (u16, u16) {
    let userinfo = stage.userinfo(text(tokens, "access_token")).await.status;
    (userinfo, stage.refresh(rp, text(tokens, "refresh_token")).await.status)
}

#[tokio::test]
async fn a_code_becomes_tokens_that_say_who_signed_in_and_how() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    let code = stage.code(&rp, &browser).await;

    let reply = stage.redeem(&rp, &code).await.expect(200);

    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("pragma"), Some("no-cache"));
    let tokens = reply.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(300)));
    assert_eq!(tokens["scope"], "openid profile email groups roles offline_access");
    let id = claims(text(&tokens, "id_token"));
    assert_eq!(id["iss"], stage.server.url);
    assert_eq!(id["aud"], rp.client_id);
    assert_eq!(id["sub"], stage.ada.user.id.to_string());
    assert_eq!(id["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(id["auth_time"], 1_800_000_000);
    assert_eq!((&id["amr"], &id["acr"]), (&json!(["pwd"]), &json!("aal1")));
    assert_eq!((&id["org_slug"], &id["roles"]), (&json!("acme"), &json!(["owner"])));
    assert_eq!(id["exp"].as_i64().unwrap() - id["iat"].as_i64().unwrap(), 300);
    assert!(id.get("email").is_none(), "profile claims belong to userinfo");
}

#[tokio::test]
async fn userinfo_tells_what_the_scope_asks_for_by_every_way_a_token_may_come() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.ada).await;
    let token = text(&tokens, "access_token");

    let by_get = stage.userinfo(token).await.expect(200).json();
    let post = || stage.server.request(Method::POST, "/oauth2/userinfo");
    let by_header = stage.server.send(post().bearer_auth(token)).await.expect(200).json();
    let by_body = stage.server.send(post().form(&[("access_token", token)])).await.expect(200).json();

    assert_eq!(by_get["sub"], claims(text(&tokens, "id_token"))["sub"]);
    assert_eq!(by_get["email"], "ada@acme.example");
    assert_eq!(by_get["email_verified"], false);
    assert_eq!(by_get["name"], "Ada Lovelace");
    assert_eq!(by_get["preferred_username"], "ada@acme.example");
    assert_eq!((&by_header, &by_body), (&by_get, &by_get));
}

/// OP-19: a token in the query, without the scope, or of nobody.
#[tokio::test]
async fn op_19_userinfo_refuses_a_token_in_the_query_or_without_openid() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    let plain = browser.get(&rp.request(&[("scope", "profile")])).await;
    let code = super::stage::answer(&plain)["code"].clone();
    let plain = stage.redeem(&rp, &code).await.expect(200).json();
    let tokens = stage.tokens(&rp, &stage.ada).await;

    let in_query = stage.server.get(&format!("/oauth2/userinfo?access_token={}", text(&tokens, "access_token"))).await;
    let without = stage.userinfo(text(&plain, "access_token")).await;
    let nobody = stage.server.get("/oauth2/userinfo").await;
    let refresh = stage.userinfo(text(&tokens, "refresh_token")).await;

    assert_eq!((in_query.status, in_query.json()["error"].as_str()), (400, Some("invalid_request")));
    assert_eq!((without.status, without.json()["error"].as_str()), (403, Some("insufficient_scope")));
    assert!(plain.get("id_token").is_none());
    assert_eq!((nobody.status, nobody.header("www-authenticate")), (401, Some("Bearer realm=\"doorward\"")));
    assert_eq!((refresh.status, refresh.json()["error"].as_str()), (401, Some("invalid_token")));
    assert!(refresh.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
}

/// OP-03: the verifier must be the one of the challenge.
#[tokio::test]
async fn op_03_a_code_without_its_verifier_is_worth_nothing() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    let code = stage.code(&rp, &browser).await;
    let (short, long, other) = ("a".repeat(42), "a".repeat(129), "a".repeat(43));

    for verifier in [short.as_str(), &long, &other, "", super::stage::CHALLENGE] {
        let mut grant = code_grant(&code).to_vec();
        grant[3].1 = verifier;
        let reply = stage.token(&rp, &grant).await;

        assert_eq!(reply.status, 400, "{verifier}");
    }
    assert_eq!(stage.redeem(&rp, &code).await.status, 200, "the owner of the verifier is not locked out");
}

/// OP-04: a code that comes twice ends what the first one gave.
#[tokio::test]
async fn op_04_a_second_use_of_a_code_revokes_the_first_tokens() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    let code = stage.code(&rp, &browser).await;
    let tokens = stage.redeem(&rp, &code).await.expect(200).json();

    let again = stage.redeem(&rp, &code).await;

    assert_eq!((again.status, again.json()["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(live(&stage, &rp, &tokens).await, (401, 400));
}

#[tokio::test]
async fn of_two_requests_with_one_code_at_most_one_gets_tokens_and_none_keeps_them() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    let code = stage.code(&rp, &browser).await;

    let (one, two) = tokio::join!(stage.redeem(&rp, &code), stage.redeem(&rp, &code));

    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    let tokens = [one, two].into_iter().find(|it| it.status == 200).unwrap().json();
    assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
}

/// OP-05: a code belongs to its client and its redirect URI.
#[tokio::test]
async fn op_05_a_code_of_another_client_or_address_is_refused() {
    let stage = Stage::new().await;
    let rp =
        stage.rp_with(|new| NewClient { redirect_uris: vec![REDIRECT.into(), "https://app.example/2".into()], ..new });
    let (rp, other) = (rp.await, stage.rp().await);
    let browser = stage.browser(&stage.ada).await;
    let code = stage.code(&rp, &browser).await;

    let stolen = stage.redeem(&other, &code).await;
    let mut grant = code_grant(&code);
    grant[2].1 = "https://app.example/2";
    let moved = stage.token(&rp, &grant).await;

    assert_eq!(stolen.json()["error"], "invalid_grant");
    assert_eq!(moved.json()["error"], "invalid_grant");
    assert_eq!(stage.redeem(&rp, &code).await.status, 200);
}

/// OP-06: a code dies after a minute, with the session, and with the person's access.
#[tokio::test]
async fn op_06_a_code_dies_with_time_session_and_person() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let rp = stage.rp().await;
    let app = &stage.server.app;
    let browser = stage.browser(&stage.grace).await;

    let late = stage.code(&rp, &browser).await;
    stage.server.advance(Duration::from_secs(61));
    let late = stage.redeem(&rp, &late).await;

    let signed_out = stage.code(&rp, &browser).await;
    let (session, person) = sessions::find(app, &browser.cookie("dw_sid").unwrap()).await.unwrap().unwrap();
    sessions::end(app, &person, &session).await.unwrap();
    let signed_out = stage.redeem(&rp, &signed_out).await;

    let browser = stage.browser(&stage.grace).await;
    let gone = stage.code(&rp, &browser).await;
    users::deactivate(app, &Server::operator(), stage.grace.user.id, OnLastHolder::Refuse).await.unwrap();
    let gone = stage.redeem(&rp, &gone).await;

    for (reply, why) in [(late, "late"), (signed_out, "signed out"), (gone, "deactivated")] {
        assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some("invalid_grant")), "{why}");
    }
}

/// OP-06, OP-07: whoever takes a consent back ends the code and the tokens that came of it, and is asked again.
#[tokio::test]
async fn op_06_op_07_a_withdrawn_consent_ends_code_and_tokens() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| NewClient { first_party: false, ..new }).await;
    let browser = stage.browser(&stage.grace).await;
    let (_, page) = browser.visit(&rp.request(&[])).await;
    let agreed = browser.submit(&page, &[("decision", "allow")]).await;
    let tokens = stage.redeem(&rp, &super::stage::answer(&agreed)["code"]).await.expect(200).json();
    let code = stage.code(&rp, &browser).await;
    let consents = format!("/api/v1/users/{}/consents", stage.grace.user.id);
    let call = |method, path: &str| stage.server.send(stage.server.api(method, path));
    let given = call(Method::GET, &consents).await.expect(200).json();

    let one = format!("{consents}/{}", rp.client_id);
    let statuses = [call(Method::DELETE, &one).await.status, call(Method::DELETE, &one).await.status];

    assert_eq!((&given["consents"][0]["client_id"], statuses), (&json!(rp.client_id), [204, 404]));
    assert_eq!(stage.redeem(&rp, &code).await.json()["error"], "invalid_grant");
    assert_eq!(live(&stage, &rp, &tokens).await, (401, 400));
    let (_, page) = browser.visit(&rp.request(&[])).await;
    assert!(page.text.contains("id=\"allow\""), "{}", page.text);
}

/// OP-07: a new password, chosen by a mailed link, ends what was issued before.
#[tokio::test]
async fn op_07_a_new_password_ends_the_tokens_of_before() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.grace).await;
    reset::ask(&stage.server, &stage.grace.user.user_name).await;
    stage.server.run_jobs().await;
    let before = stage.userinfo(text(&tokens, "access_token")).await.status;

    let link = stage.server.newest_link();
    let (_, chosen) = reset::choose(&stage.server, &link, "seven quiet herons at dawn").await;

    assert_eq!((before, chosen.status), (200, 303));
    assert_eq!(live(&stage, &rp, &tokens).await, (401, 400));
}

/// OP-07: what a ceiling takes away from a person is gone from the next token, whatever was granted before.
#[tokio::test]
async fn op_07_a_refresh_gives_nothing_above_a_new_ceiling() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let rp = stage.rp().await;
    let org = super::stage::organisation_with(&stage.server, "globex", "admin-standard-readonly").await;
    super::stage::user(&stage.server, &org, "root@globex.example", "admin").await;
    let person = super::stage::user(&stage.server, &org, "eve@globex.example", "standard").await;
    let first = stage.tokens(&rp, &person).await;
    let read_only = doorward::domain::role::RoleKey::parse("read_only").unwrap();
    users::change_role(&stage.server.app, &Server::operator(), person.user.id, &read_only).await.unwrap();

    let second = stage.refresh(&rp, text(&first, "refresh_token")).await.expect(200).json();

    let permissions = |tokens: &Value| claims(text(tokens, "id_token"))["permissions"].to_string();
    let writes = "app.project.limited:update";
    assert!(permissions(&first).contains(writes), "{}", permissions(&first));
    assert!(!permissions(&second).contains(writes), "{}", permissions(&second));
    assert!(permissions(&second).contains("app.project.limited:read"), "{}", permissions(&second));
}

/// OP-07: a refresh token works once, for its client, for what was granted or less.
#[tokio::test]
async fn op_07_a_refresh_token_is_rotated_and_its_reuse_ends_the_family() {
    let stage = Stage::new().await;
    let (rp, other) = (stage.rp().await, stage.rp().await);
    let first = stage.tokens(&rp, &stage.ada).await;
    let old = text(&first, "refresh_token");
    let narrow = |scope| [("grant_type", "refresh_token"), ("refresh_token", old), ("scope", scope)];

    let stolen = stage.refresh(&other, old).await;
    let wider = stage.token(&rp, &narrow("openid api")).await;
    let second = stage.token(&rp, &narrow("openid roles")).await.expect(200).json();
    let third = stage.refresh(&rp, text(&second, "refresh_token")).await.expect(200).json();
    let reused = stage.refresh(&rp, old).await;

    assert_eq!(stolen.json()["error"], "invalid_grant");
    assert_eq!(wider.json()["error"], "invalid_scope");
    assert_eq!(second["scope"], "openid roles");
    assert_ne!(text(&second, "refresh_token"), old);
    assert!(claims(text(&second, "id_token")).get("nonce").is_none());
    assert_eq!(reused.json()["error"], "invalid_grant");
    assert_eq!(live(&stage, &rp, &third).await, (401, 400));
    let rows = audit::newest(stage.server.app.store.reader(), stage.org.id, 5).await.unwrap();
    let reported: Vec<_> = rows.iter().filter(|row| row.action == "token.refresh_reused").collect();
    assert_eq!((reported.len(), reported[0].outcome.as_str()), (1, "failure"));
}

/// Where an answer is lost, the same token is exchanged once more, also on another node; what the lost answer held is worth nothing,
/// and whoever comes with it has stolen it.
#[tokio::test]
async fn op_07_a_lost_answer_to_a_refresh_is_given_again() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let first = stage.tokens(&rp, &stage.ada).await;
    let token = text(&first, "refresh_token");

    let lost = stage.refresh(&rp, token).await.expect(200).json();
    let lost_too = stage.refresh(&rp, token).await.expect(200).json();
    let second = stage.refresh(&rp, token).await.expect(200).json();

    for it in [&lost, &lost_too] {
        assert_eq!(stage.userinfo(text(it, "access_token")).await.status, 401);
    }
    let third = stage.refresh(&rp, text(&second, "refresh_token")).await.expect(200).json();
    let fourth = stage.refresh(&rp, text(&second, "refresh_token")).await.expect(200).json();
    assert_eq!(stage.userinfo(text(&third, "access_token")).await.status, 401);
    assert_eq!(stage.userinfo(text(&second, "access_token")).await.status, 200);
    assert_eq!(stage.refresh(&rp, text(&lost, "refresh_token")).await.json()["error"], "invalid_grant");
    assert_eq!(live(&stage, &rp, &fourth).await, (401, 400));
}

/// OP-07: nothing brings back a token whose person is gone or whose time is over.
#[tokio::test]
async fn op_07_an_answer_is_not_given_again_to_whom_there_is_nobody() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let (rp, app) = (stage.rp().await, &stage.server.app);
    let (of_grace, of_ada) = (stage.tokens(&rp, &stage.grace).await, stage.tokens(&rp, &stage.ada).await);
    for tokens in [&of_grace, &of_ada] {
        stage.refresh(&rp, text(tokens, "refresh_token")).await.expect(200);
    }

    users::deactivate(app, &Server::operator(), stage.grace.user.id, OnLastHolder::Refuse).await.unwrap();
    let gone = stage.refresh(&rp, text(&of_grace, "refresh_token")).await;
    stage.server.advance(Duration::from_hours(14 * 24 + 1));
    let late = stage.refresh(&rp, text(&of_ada, "refresh_token")).await;

    for it in [gone, late] {
        assert_eq!(it.json()["error"], "invalid_grant");
    }
}

/// OP-07: what is told about a person is as it is now, and nobody who is gone is told about.
#[tokio::test]
async fn op_07_a_refresh_sees_changed_roles_and_ends_with_the_person() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let rp = stage.rp().await;
    let app = &stage.server.app;
    let first = stage.tokens(&rp, &stage.grace).await;
    let role = doorward::domain::role::RoleKey::parse("admin").unwrap();
    users::change_role(app, &Server::operator(), stage.grace.user.id, &role).await.unwrap();

    let second = stage.refresh(&rp, text(&first, "refresh_token")).await.expect(200).json();
    users::deactivate(app, &Server::operator(), stage.grace.user.id, OnLastHolder::Refuse).await.unwrap();

    assert_eq!(claims(text(&second, "id_token"))["roles"], json!(["admin"]));
    assert_eq!(live(&stage, &rp, &second).await, (401, 400));
}

#[tokio::test]
async fn a_refresh_token_dies_unused_after_a_fortnight_and_used_after_thirty_days() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (idle, mut used) = (stage.tokens(&rp, &stage.ada).await, stage.tokens(&rp, &stage.ada).await);

    for _ in 0..2 {
        stage.server.advance(Duration::from_hours(13 * 24));
        used = stage.refresh(&rp, text(&used, "refresh_token")).await.expect(200).json();
    }
    let idle = stage.refresh(&rp, text(&idle, "refresh_token")).await;
    stage.server.advance(Duration::from_hours(5 * 24));
    let used = stage.refresh(&rp, text(&used, "refresh_token")).await;

    assert_eq!((idle.status, used.status), (400, 400));
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let browser = stage.browser(&stage.ada).await;
    let reply = browser.get(&rp.request(&[("scope", "openid")])).await;
    let code = super::stage::answer(&reply)["code"].clone();

    let tokens = stage.redeem(&rp, &code).await.expect(200).json();

    assert!(tokens.get("refresh_token").is_none());
}

/// OP-08: an opaque token is its whole text.
#[tokio::test]
async fn op_08_a_token_that_is_cut_grown_or_bent_is_no_token() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.ada).await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    let bent = |token: &str, other: &str| {
        let body = token.split_once('_').unwrap().1.to_owned();
        let flipped: String =
            token.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c }).collect();
        let cut = |by: usize| token.chars().take(token.len() - by).collect();
        vec![cut(1), cut(8), cut(token.len() / 2), format!("{token}A"), flipped, format!("{other}_{body}"), body]
    };

    for token in bent(access, "dwrt") {
        assert_eq!(stage.userinfo(&token).await.status, 401, "{token}");
    }
    for token in bent(refresh, "dwat") {
        assert_eq!(stage.refresh(&rp, &token).await.json()["error"], "invalid_grant", "{token}");
    }
    assert_eq!(live(&stage, &rp, &tokens).await, (200, 200));
}

/// OP-09: a client proves who it is in one way, the one it registered.
#[tokio::test]
async fn op_09_client_credentials_are_sent_once_and_right() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.ada).await;
    let (id, secret) = (rp.client_id.as_str(), rp.secret.as_deref().unwrap());
    let fields = |more: &[(&'static str, &str)]| {
        let grant = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
        let all = grant.into_iter().chain([("token", text(&tokens, "access_token"))]).chain(more.iter().copied());
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    let wrong = format!("{secret}x");

    for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"] {
        let post = || stage.server.request(Method::POST, path);
        let by_header = post().header("authorization", basic(id, secret));
        for (request, status, why) in [
            (by_header.form(&fields(&[("client_secret", secret)])), 400, "two ways at once"),
            (post().form(&fields(&[("client_id", id), ("client_secret", secret)])), 401, "not the registered way"),
            (post().form(&fields(&[("client_id", id)])), 401, "no secret"),
            (post().header("authorization", basic(id, &wrong)).form(&fields(&[])), 401, "a wrong secret"),
            (post().header("authorization", basic("nobody", secret)).form(&fields(&[])), 401, "nobody"),
            (post().header("authorization", "Basic %%%").form(&fields(&[])), 401, "nonsense"),
        ] {
            let reply = stage.server.send(request).await;
            assert_eq!(reply.status, status, "{path}: {why}: {}", reply.text);
        }
    }
}

/// OP-09: a client that is disabled, or taken away, is refused at every endpoint, and so is what was issued to it.
#[tokio::test]
async fn op_09_a_disabled_or_deleted_client_is_refused_everywhere() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let (app, operator, browser) = (&stage.server.app, Server::operator(), stage.browser(&stage.ada).await);
    let statuses = async |tokens: &Value| {
        let refresh = stage.refresh(&rp, text(tokens, "refresh_token")).await.status;
        let token = [("token", text(tokens, "access_token"))];
        let introspect = stage.call(&rp, "/oauth2/introspect", &token).await.status;
        let revoke = stage.call(&rp, "/oauth2/revoke", &token).await.status;
        let userinfo = stage.userinfo(text(tokens, "access_token")).await.status;
        [browser.get(&rp.request(&[])).await.status, refresh, introspect, revoke, userinfo]
    };
    let tokens = stage.tokens(&rp, &stage.ada).await;

    clients::disable(app, &operator, rp.id).await.unwrap();
    let disabled = statuses(&tokens).await;
    clients::enable(app, &operator, rp.id).await.unwrap();
    let enabled = statuses(&tokens).await;
    clients::delete(app, &operator, rp.id).await.unwrap();
    let deleted = statuses(&tokens).await;

    assert_eq!(disabled, [400, 401, 401, 401, 401]);
    assert_eq!(enabled, [303, 400, 200, 200, 401], "the client is back, what it held before is not");
    assert_eq!(deleted, disabled);
}

#[tokio::test]
async fn each_registered_way_to_authenticate_works() {
    let stage = Stage::new().await;

    for auth_method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::None] {
        let rp = stage.rp_with(|new| NewClient { auth_method, ..new }).await;
        let tokens = stage.tokens(&rp, &stage.ada).await;
        assert_eq!(live(&stage, &rp, &tokens).await, (200, 200), "{auth_method:?}");
    }
}

/// OP-02: the same at the token endpoint; and nothing there is read from the query.
#[tokio::test]
async fn op_02_the_token_endpoint_refuses_repeated_parameters_and_reads_no_query() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| NewClient { auth_method: AuthMethod::ClientSecretPost, ..new }).await;
    let (id, secret) = (rp.client_id.as_str(), rp.secret.as_deref().unwrap());
    let post = |path: &str, body: String| {
        let request = stage.server.request(Method::POST, path);
        stage.server.send(request.header("content-type", "application/x-www-form-urlencoded").body(body))
    };
    let body = format!("grant_type=refresh_token&refresh_token=x&client_id={id}&client_secret={secret}");

    let twice = post("/oauth2/token", format!("{body}&refresh_token=y")).await;
    let split = post("/oauth2/token?refresh_token=y", body.clone()).await;
    let query = format!("/oauth2/token?client_id={id}&client_secret={secret}");
    let in_query = post(&query, "grant_type=refresh_token&refresh_token=x".to_owned()).await;

    assert_eq!((twice.status, twice.json()["error"].as_str()), (400, Some("invalid_request")));
    assert_eq!((split.status, split.json()["error"].as_str()), (400, Some("invalid_request")));
    assert_eq!((in_query.status, in_query.json()["error"].as_str()), (401, Some("invalid_client")));
}

#[tokio::test]
async fn only_forms_of_a_decent_size_are_read() {
    let stage = Stage::new().await;
    let post = || stage.server.request(Method::POST, "/oauth2/token");

    let large = stage.server.send(post().form(&[("code", "x".repeat(17 * 1024))])).await;
    let json = stage.server.send(post().header("content-type", "application/json").body("{}")).await;

    assert_eq!((large.status, large.json()["error"].as_str()), (413, Some("invalid_request")));
    assert_eq!((json.status, json.json()["error"].as_str()), (415, Some("invalid_request")));
}

/// OP-26: grants that are not offered.
#[tokio::test]
async fn op_26_other_grants_are_not_offered() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;

    for grant in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ] {
        let reply = stage.token(&rp, &[("grant_type", grant), ("username", "ada"), ("password", "x")]).await;
        assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some("unsupported_grant_type")), "{grant}");
    }
    let for_itself = stage.token(&rp, &[("grant_type", "client_credentials")]).await;
    assert_eq!((for_itself.status, for_itself.json()["error"].as_str()), (400, Some("unauthorized_client")));
}

/// OP-17: only a client with a secret asks, only about its own tokens.
#[tokio::test]
async fn op_17_introspection_tells_a_client_about_its_own_live_tokens_only() {
    let stage = Stage::new().await;
    let (rp, other) = (stage.rp().await, stage.rp().await);
    let public = stage.rp_with(|new| NewClient { auth_method: AuthMethod::None, ..new }).await;
    let tokens = stage.tokens(&rp, &stage.ada).await;
    let access = text(&tokens, "access_token");
    let ask = async |rp: &Rp, token: &str| stage.call(rp, "/oauth2/introspect", &[("token", token)]).await;
    let inactive = json!({"active": false});

    let own = ask(&rp, access).await.expect(200).json();
    let refresh = ask(&rp, text(&tokens, "refresh_token")).await.expect(200).json();

    assert_eq!((&own["active"], &own["client_id"]), (&json!(true), &json!(rp.client_id)));
    assert_eq!((&own["sub"], &own["org_slug"]), (&json!(stage.ada.user.id.to_string()), &json!("acme")));
    assert_eq!(refresh["active"], true);
    assert_eq!(ask(&other, access).await.expect(200).json(), inactive);
    assert_eq!(ask(&rp, "dwat_nonsense").await.expect(200).json(), inactive);
    assert_eq!(ask(&public, access).await.status, 401);
    stage.call(&rp, "/oauth2/revoke", &[("token", access)]).await.expect(200);
    assert_eq!(ask(&rp, access).await.expect(200).json(), inactive);
}

/// OP-18: one client never ends the token of another.
#[tokio::test]
async fn op_18_revoking_a_token_of_another_client_changes_nothing() {
    let stage = Stage::new().await;
    let (rp, other) = (stage.rp().await, stage.rp().await);
    let tokens = stage.tokens(&rp, &stage.ada).await;

    for name in ["access_token", "refresh_token"] {
        let reply = stage.call(&other, "/oauth2/revoke", &[("token", text(&tokens, name))]).await;
        assert_eq!((reply.status, reply.text.as_str()), (200, ""), "{name}");
    }
    assert_eq!(live(&stage, &rp, &tokens).await, (200, 200));
}

#[tokio::test]
async fn revoking_an_access_token_ends_it_and_revoking_a_refresh_token_ends_the_family() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.ada).await;

    stage.call(&rp, "/oauth2/revoke", &[("token", text(&tokens, "access_token"))]).await.expect(200);
    let renewed = stage.refresh(&rp, text(&tokens, "refresh_token")).await.expect(200).json();
    stage.call(&rp, "/oauth2/revoke", &[("token", text(&renewed, "refresh_token"))]).await.expect(200);
    let unknown = stage.call(&rp, "/oauth2/revoke", &[("token", "dwrt_unknown")]).await;

    assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
    assert_eq!(live(&stage, &rp, &renewed).await, (401, 400));
    assert_eq!(unknown.status, 200);
}

#[tokio::test]
async fn a_signed_access_token_dies_at_our_endpoints_as_fast_as_an_opaque_one() {
    let stage = Stage::new().await;
    stage.server.keep_outbox();
    let rp = stage.rp_with(|new| NewClient { access_token_format: AccessTokenFormat::Jwt, ..new }).await;
    let tokens = stage.tokens(&rp, &stage.grace).await;
    let token = text(&tokens, "access_token");

    let before = stage.userinfo(token).await;
    users::deactivate(&stage.server.app, &Server::operator(), stage.grace.user.id, OnLastHolder::Refuse).await.unwrap();
    let after = stage.userinfo(token).await;

    assert_eq!((before.status, after.status), (200, 401));
    assert_eq!(
        (&claims(token)["scope"], &claims(token)["client_id"]),
        (&json!("openid profile email groups roles offline_access"), &json!(rp.client_id))
    );
}

#[tokio::test]
async fn a_rotated_client_secret_ends_what_the_old_one_got() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.ada).await;

    let (_, secret) =
        clients::rotate_secret(&stage.server.app, &Server::operator(), rp.id, Earlier::Ends).await.unwrap();
    let renewed = Rp { secret: Some(secret.reveal().clone()), ..rp.clone() };

    assert_eq!(stage.refresh(&rp, text(&tokens, "refresh_token")).await.status, 401);
    assert_eq!(live(&stage, &renewed, &tokens).await, (401, 400));
}
