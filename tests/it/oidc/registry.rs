//! What an application is registered for, changed while it is in use: secrets, lifetimes, and who may use it.

use std::time::Duration;

use doorward::app::clients::{self, Algorithm, Earlier, Edit, Lifetimes, NewClient, Profile, Reach};
use doorward::app::users;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use super::stage::{Rp, Stage, answer, claims, organisation, user};
use crate::harness::Server;
use crate::scim_clients::error;

fn text<'v>(tokens: &'v Value, name: &str) -> &'v str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

async fn edit(stage: &Stage, rp: &Rp, edit: Edit) -> Result<clients::Registered, doorward::domain::Error> {
    clients::edit(&stage.server.app, &Server::operator(), rp.id, edit).await
}

/// RFC 9700 2.5: an application that runs is told its new secret without an outage.
#[tokio::test]
async fn two_secrets_work_for_a_day_and_never_three() {
    let stage = Stage::new().await;
    let first = stage.rp().await;
    let tokens = stage.tokens(&first, &stage.ada).await;
    let rotate = async |earlier| {
        let app = &stage.server.app;
        let (_, secret) = clients::rotate_secret(app, &Server::operator(), first.id, earlier).await.unwrap();
        Rp { secret: Some(secret.reveal().clone()), ..first.clone() }
    };
    let works = async |rp: &Rp| stage.call(rp, "/oauth2/introspect", &[("token", "x")]).await.status == 200;

    let second = rotate(Earlier::Overlaps).await;
    let beside = (works(&first).await, works(&second).await);
    let third = rotate(Earlier::Overlaps).await;
    let after_another = (works(&first).await, works(&second).await, works(&third).await);
    stage.server.advance(Duration::from_hours(24));
    let after_a_day = (works(&second).await, works(&third).await);
    let fourth = rotate(Earlier::Ends).await;
    let in_an_emergency = (works(&third).await, works(&fourth).await);

    assert_eq!((beside, after_another), ((true, true), (false, true, true)));
    assert_eq!((after_a_day, in_an_emergency), ((false, true), (false, true)));
    assert_eq!(error(&stage.refresh(&fourth, text(&tokens, "refresh_token")).await), (400, "invalid_grant".to_owned()));
}

/// The tokens of before a rotation stay, where nothing is known to be in foreign hands.
#[tokio::test]
async fn a_secret_that_is_replaced_in_peace_ends_no_token() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let tokens = stage.tokens(&rp, &stage.ada).await;

    clients::rotate_secret(&stage.server.app, &Server::operator(), rp.id, Earlier::Overlaps).await.unwrap();

    assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 200);
    stage.refresh(&rp, text(&tokens, "refresh_token")).await.expect(200);
}

#[tokio::test]
async fn tokens_live_as_long_as_the_registration_says() {
    let stage = Stage::new().await;
    let rp = stage.rp().await;
    let lifetimes = Lifetimes { access_token_seconds: 60, refresh_token_idle_seconds: 600, authorization_seconds: 900 };
    edit(&stage, &rp, Edit { lifetimes: Some(lifetimes), ..Edit::default() }).await.unwrap();
    let tokens = stage.tokens(&rp, &stage.ada).await;
    let id = claims(text(&tokens, "id_token"));

    stage.server.advance(Duration::from_secs(59));
    let just = stage.userinfo(text(&tokens, "access_token")).await.status;
    stage.server.advance(Duration::from_secs(1));
    let over = stage.userinfo(text(&tokens, "access_token")).await.status;
    stage.server.advance(Duration::from_secs(530));
    let renewed = stage.refresh(&rp, text(&tokens, "refresh_token")).await.expect(200).json();
    stage.server.advance(Duration::from_secs(320));
    let ended = stage.refresh(&rp, text(&renewed, "refresh_token")).await;

    assert_eq!((&tokens["expires_in"], id["exp"].as_i64().unwrap() - id["iat"].as_i64().unwrap()), (&json!(60), 60));
    assert_eq!((just, over), (200, 401));
    assert_eq!(error(&ended), (400, "invalid_grant".to_owned()));
}

/// OP-15, OP-07: who may use an application is asked whenever something is given out or told.
#[tokio::test]
async fn op_15_who_loses_what_an_application_is_for_loses_the_application() {
    let stage = Stage::new().await;
    let reach = Reach { roles: vec!["owner".to_owned(), "contributor".to_owned()], ..Reach::default() };
    let scopes = Some("openid profile offline_access api scim".to_owned());
    let rp = stage.rp_with(|new| NewClient { org: Some(stage.org.id), reach, scopes, ..new }).await;
    let second = user(&stage.server, &stage.org, "second@acme.example", "owner").await;
    let (grace, ada) = (stage.browser(&stage.grace).await, stage.browser(&stage.ada).await);

    let refused = answer(&grace.get(&rp.request(&[])).await);
    let code = stage.code(&rp, &ada).await;
    let tokens = stage.tokens(&rp, &stage.ada).await;
    let opening = answer(&ada.get(&rp.request(&[("scope", "openid api scim")])).await)["code"].clone();
    let opening = stage.redeem(&rp, &opening).await.expect(200).json();
    let opens = async |path: &str| {
        let request = stage.server.request(Method::GET, path).bearer_auth(text(&opening, "access_token"));
        stage.server.send(request).await.status
    };
    let before = (opens("/api/v1/me").await, opens("/scim/v2/Me").await);
    let (app, operator) = (&stage.server.app, Server::operator());
    users::change_role(app, &operator, stage.ada.user.id, &"viewer".parse().unwrap()).await.unwrap();

    stage.server.run_jobs().await;
    assert_eq!(refused["error"], "access_denied");
    assert_eq!(before, (200, 200));
    assert_eq!((opens("/api/v1/me").await, opens("/scim/v2/Me").await), (401, 401));
    assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
    let told = stage.call(&rp, "/oauth2/introspect", &[("token", text(&tokens, "access_token"))]).await.json();
    assert_eq!(told, json!({ "active": false }));
    let gone = (400, "invalid_grant".to_owned());
    assert_eq!(error(&stage.refresh(&rp, text(&tokens, "refresh_token")).await), gone);
    assert_eq!(error(&stage.redeem(&rp, &code).await), gone);
    stage.tokens(&rp, &second).await;
}

/// A client of the operator may serve some organisations only; one that is not there is a slip, and refused.
#[tokio::test]
async fn an_application_may_be_for_some_organisations_groups_and_roles_that_are_there() {
    let stage = Stage::new().await;
    let other = organisation(&stage.server, "other").await;
    let stranger = user(&stage.server, &other, "eve@other.example", "owner").await;
    let reach = Reach { organisations: vec![stage.org.id.to_string()], ..Reach::default() };
    let rp = stage.rp_with(|new| NewClient { reach: reach.clone(), ..new }).await;
    let own = stage.rp_with(|new| NewClient { org: Some(stage.org.id), ..new }).await;
    let nowhere = "01890000-0000-7000-8000-000000000000".to_owned();

    let (ada, eve) = (stage.browser(&stage.ada).await, stage.browser(&stranger).await);
    let inside = answer(&ada.get(&rp.request(&[])).await);
    let outside = answer(&eve.get(&rp.request(&[])).await);

    assert!(inside.contains_key("code"));
    assert_eq!(outside["error"], "access_denied");
    for (client, reach) in [
        (&rp, Reach { organisations: vec![nowhere.clone()], ..Reach::default() }),
        (&own, reach),
        (&own, Reach { groups: vec![nowhere], ..Reach::default() }),
        (&own, Reach { groups: vec!["Everybody".to_owned()], ..Reach::default() }),
        (&own, Reach { roles: vec!["no-such-role".to_owned()], ..Reach::default() }),
    ] {
        let refused = edit(&stage, client, Edit { reach: Some(reach.clone()), ..Edit::default() }).await;
        assert!(refused.is_err(), "{reach:?}");
    }
}

/// A change is checked as a whole and recorded member by member; one that changes nothing leaves no record.
#[tokio::test]
async fn a_change_of_an_application_is_recorded_member_by_member_or_refused_as_a_whole() {
    let stage = Stage::new().await;
    let rp = stage.rp_with(|new| NewClient { org: Some(stage.org.id), ..new }).await;
    let records = async || {
        let rows = audit::newest(stage.server.app.store.reader(), stage.org.id, 50).await.unwrap();
        rows.into_iter().filter(|row| row.action == "client.updated").map(|row| row.changes).collect::<Vec<_>>()
    };
    let good = Edit {
        name: Some("The new ledger".to_owned()),
        id_token_alg: Some(Algorithm::EdDsa),
        initiate_login_uri: Some(Some("https://app.example/begin".to_owned())),
        frontchannel_logout_uri: Some(Some("https://app.example/out".to_owned())),
        ..Edit::default()
    };

    let changed = edit(&stage, &rp, good.clone()).await.unwrap();
    edit(&stage, &rp, good).await.unwrap();
    let bad = [
        Edit { initiate_login_uri: Some(Some("http://app.example/begin".to_owned())), ..Edit::default() },
        Edit { initiate_login_uri: Some(Some("https://app.example/begin#x".to_owned())), ..Edit::default() },
        Edit { frontchannel_logout_uri: Some(Some("https://other.example/out".to_owned())), ..Edit::default() },
        Edit { profile: Some(Profile::Fapi2), ..Edit::default() },
        Edit { redirect_uris: Some(vec!["https://app.example/*#x".to_owned()]), ..Edit::default() },
        Edit { name: Some(String::new()), ..Edit::default() },
        Edit { scopes: Some("openid nothing".to_owned()), ..Edit::default() },
        Edit { lifetimes: Some(Lifetimes { access_token_seconds: 3_601, ..Lifetimes::default() }), ..Edit::default() },
    ];
    for edit_of in bad {
        assert!(edit(&stage, &rp, edit_of.clone()).await.is_err(), "{edit_of:?}");
    }

    assert_eq!(changed.client.name, "The new ledger");
    assert_eq!(changed.registration.initiate_login_uri.as_deref(), Some("https://app.example/begin"));
    let records = records().await;
    assert_eq!(records.len(), 1, "{records:?}");
    for member in ["name", "id_token_alg", "initiate_login_uri", "frontchannel_logout_uri"] {
        assert!(records[0].contains(member), "{}", records[0]);
    }
    let now = clients::get(&stage.server.app, &Server::operator(), rp.id).await.unwrap();
    assert_eq!(now.registration, changed.registration);
    assert_eq!(stage.tokens(&rp, &stage.ada).await["token_type"], "Bearer");
}
