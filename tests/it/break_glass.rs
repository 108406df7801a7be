//! Break-glass accounts: who may be one, what leaves it alone, and who hears of each use.

use std::time::Duration;

use doorward::app::accounts::{Secret, WayIn};
use doorward::app::users;
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::UserId;
use doorward::domain::user::{SignIn, Status};
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::post;
use crate::console_shell::{signed_in, words};
use crate::harness::{Browser, OPERATOR_TOKEN, PASSWORD, Reply, Server, Tenant, in_acme};
use crate::resources::call;
use crate::reviews;

const PAGE: &str = "/console/organisation/break-glass";

async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    call(server, OPERATOR_TOKEN, method, &in_acme(path), body).await
}

async fn mark(server: &Server, id: UserId, marked: bool) -> Reply {
    operator(server, Method::PUT, &format!("/users/{id}/break-glass"), json!({ "marked": marked })).await
}

/// The only break-glass account, as the API tells it.
async fn account(server: &Server) -> Value {
    operator(server, Method::GET, "/break-glass", Value::Null).await.expect(200).json()["accounts"][0].clone()
}

async fn mailed(tenant: &Tenant<'_>, name: &str, role: &str) -> UserId {
    let way_in = WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false };
    tenant.mailed(name, role, way_in).await.person.user.id
}

/// Whom letters about break-glass accounts went to that say this.
fn told(server: &Server, what: &str) -> Vec<String> {
    let mails =
        server.mails().into_iter().filter(|it| it.contains("break-glass account, for the day") && it.contains(what));
    let to = |mail: &str| mail.lines().find_map(|it| it.strip_prefix("To: ").map(str::to_owned)).unwrap();
    let mut all: Vec<String> = mails.map(|it| to(&it)).collect();
    all.sort();
    all
}

/// Whoever signs in as a break-glass account is on record, and the others who may change the organisation and the operator
/// hear of it at once; so they do when the second factor is wrong after the right password, and not when somebody guesses.
#[tokio::test]
async fn each_use_of_a_break_glass_account_is_on_record_and_told_to_the_others() {
    let operator_email = Some("operator@mail.example".to_owned());
    let server = Server::start_with(|it| doorward::app::config::Settings { operator_email, ..it }).await;
    let acme = server.tenant("acme").await;
    mailed(&acme, "olga", "owner").await;
    mailed(&acme, "adam", "admin").await;
    let glass = mailed(&acme, "glass", "owner").await;
    acme.require_mfa().await;
    mark(&server, glass, true).await.expect(204);
    let before = account(&server).await;
    let uses = async || {
        let all = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
        all.into_iter().filter(|it| it.action == "break_glass.used" && it.target_id == glass.to_string()).count()
    };

    Browser::new(&server).sign_in("glass", "not the password at all").await;
    server.run_jobs().await;
    let guessed = (told(&server, "").len(), uses().await);
    let browser = Browser::new(&server);
    let (_, page) = browser.sign_in("glass", PASSWORD).await;
    browser.enrol(&page).await;
    server.run_jobs().await;
    let (first, after) = (told(&server, "Somebody signed in as glass"), account(&server).await);
    server.advance(Duration::from_mins(1));
    let other = Browser::new(&server);
    let (_, page) = other.sign_in("glass", PASSWORD).await;
    other.submit(&page, &[("code", "000000")]).await;
    server.run_jobs().await;
    let failed = told(&server, "but not the second factor");
    Browser::new(&server).sign_in("olga", PASSWORD).await;
    server.run_jobs().await;

    let others = ["olga <olga@mail.example>", "operator <operator@mail.example>"];
    assert_eq!((guessed, first, failed), ((0, 0), others.map(str::to_owned).into(), others.map(str::to_owned).into()));
    assert_eq!((&before["lacks"], &before["used_at"]), (&json!(["second-factor"]), &Value::Null));
    assert_eq!((&after["is_ready"], &after["lacks"]), (&json!(true), &json!([])));
    assert_eq!(after["used_at"], "2027-01-15T08:00:00.000Z");
    assert_eq!((uses().await, told(&server, "").len()), (1, 4), "other people sign in unnoticed");
}

/// Only an active user who signs in here, is managed by nobody, holds a protected role and stays can be one; marking and
/// unmarking twice is once.
#[tokio::test]
async fn only_a_protected_user_outside_every_provider_becomes_a_break_glass_account() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let okta = acme.connection().await;
    let (olga, vic) = (acme.user("olga", "owner").await, acme.user("vic", "viewer").await);
    let sso = acme.user_with("sam", "owner", SignIn::Sso, WayIn::Closed).await;
    let pia: UserId = okta.push("pia").await.parse().unwrap();
    let leaves = acme.user("lea", "owner").await;
    let end = json!({ "ends_at": "2099-12-31" });
    operator(&server, Method::PUT, &format!("/users/{leaves}/end-date"), end.clone()).await.expect(200);

    for (id, who) in [(vic, "viewer"), (sso, "SSO"), (pia, "managed"), (leaves, "leaving")] {
        assert_eq!(
            mark(&server, id, true).await.expect(409).json()["type"],
            "urn:doorward:problem:no-break-glass",
            "{who}"
        );
    }
    for marked in [true, true] {
        mark(&server, olga, marked).await.expect(204);
    }
    let leaving = operator(&server, Method::PUT, &format!("/users/{olga}/end-date"), end).await.expect(409).json();
    let lacks = account(&server).await["lacks"].clone();
    mark(&server, olga, false).await.expect(204);
    mark(&server, olga, false).await.expect(204);

    assert_eq!(leaving["type"], "urn:doorward:problem:break-glass");
    assert_eq!(lacks, json!(["second-factor", "address"]));
    assert_eq!(account(&server).await, Value::Null);
    let deeds = audit::newest(server.app.store.reader(), acme.org, 100).await.unwrap();
    let deeds: Vec<_> = deeds.into_iter().map(|it| it.action).filter(|it| it.starts_with("break_glass.")).collect();
    assert_eq!(deeds, ["break_glass.unmarked", "break_glass.marked"]);
}

/// An identity provider that means it gets it neither by itself nor with the help of somebody who may link users, although it
/// has lost its role; and a review leaves it alone.
#[tokio::test]
async fn no_provider_and_no_review_touches_a_break_glass_account() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let olga = acme.user("olga", "owner").await;
    let (glass, spare) = (acme.user("glass", "owner").await, acme.user("spare", "owner").await);
    for id in [glass, spare] {
        mark(&server, id, true).await.expect(204);
    }
    users::change_role(&server.app, &Server::operator(), spare, &"viewer".parse().unwrap()).await.unwrap();
    let okta = acme.connection_with(Kind::Okta, Settings::default()).await;
    let claim = json!({ "userName": "spare", "externalId": "00u-spare", "active": true });
    okta.send(Method::POST, "/Users", &claim).await.expect(409);
    let path = format!("/connections/{}/linkings", okta.id);
    let asked = operator(&server, Method::GET, &path, Value::Null).await.expect(200).json()["linkings"][0].clone();
    let approve = format!("{path}/{}/link", asked["id"].as_str().unwrap());
    let approved =
        operator(&server, Method::POST, &approve, json!({ "times": asked["times"] })).await.expect(409).json();

    server.advance(Duration::from_hours(24 * 100));
    Browser::new(&server).sign_in("olga", PASSWORD).await;
    let mut terms = reviews::terms("inactive", &[olga], olga);
    terms["silence"] = json!("remove");
    let review = reviews::opened(&server, terms).await;
    operator(&server, Method::POST, &format!("/reviews/{review}/close"), Value::Null).await.expect(200);
    server.run_jobs().await;

    assert_eq!(approved["type"], "urn:doorward:problem:break-glass");
    let ended = reviews::items(&server, &review).await;
    let of_glass = ended.iter().find(|it| it["user_name"] == "glass").unwrap();
    assert_eq!(of_glass["outcome"], "refused");
    assert!(of_glass.to_string().contains("break-glass account"), "{of_glass}");
    for id in [glass, spare] {
        let user = users::show(&server.app, &Server::operator(), id).await.unwrap().user;
        assert_eq!((user.status, user.managed_by, user.sign_in), (Status::Active, None, SignIn::Password));
    }
}

/// The page tells what each account lacks and when it was used; whoever may not change the organisation sees nothing of it.
#[tokio::test]
async fn the_page_of_break_glass_accounts_is_for_whoever_may_change_the_organisation() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("glass", "owner"), ("adam", "admin"), ("vic", "viewer")] {
        acme.user(name, role).await;
    }
    let (olga, adam) = (signed_in(&acme, "olga").await, signed_in(&acme, "adam").await);

    let way = olga.get("/console/organisation").await.expect(200);
    let none = olga.get(PAGE).await.expect(200);
    let marked = post(&olga, PAGE, PAGE, &[("user_name", "glass")]).await;
    let (_, one) = olga.follow(PAGE, marked).await;
    let unfit = post(&olga, PAGE, PAGE, &[("user_name", "vic")]).await.expect(409);
    let nobody = post(&olga, PAGE, PAGE, &[("user_name", "nobody")]).await.expect(404);
    let glass = account(&server).await["user"].as_str().unwrap().to_owned();
    let refused = adam.get(PAGE).await.expect(403);
    let form = adam.get("/account").await;
    let forbidden = adam.submit_to(PAGE, &form, &[("unmark", &glass)]).await.status;
    signed_in(&acme, "glass").await;
    let used = olga.get(PAGE).await.expect(200);
    let unmarked = post(&olga, PAGE, PAGE, &[("unmark", &glass)]).await;
    let (_, last) = olga.follow(PAGE, unmarked).await;

    assert!(way.text.contains(&format!("href=\"{PAGE}\"")));
    assert!(none.text.contains("There is none yet."), "{}", none.text);
    assert!(words(&one).contains("The organisation is saved."), "{}", one.text);
    assert!(one.text.contains("It has no second factor.") && one.text.contains("Never; test it"), "{}", one.text);
    assert!(unfit.text.contains("holds a protected role, and has no end date") && unfit.text.contains("value=\"vic\""));
    assert!(nobody.text.contains("role=\"alert\""), "{}", nobody.text);
    assert!(!refused.text.contains("glass"), "{}", refused.text);
    assert_eq!(forbidden, 403);
    assert!(!used.text.contains("Never; test it") && used.text.contains("2027-01-15T08:00:00.000Z"), "{}", used.text);
    assert!(last.text.contains("There is none yet."), "{}", last.text);
    server.run_jobs().await;
}
