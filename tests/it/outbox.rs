//! What waits to be sent: kept until it can leave, and written to the right people.

use std::time::Duration;

use doorward::app::accounts::{self, NewUser, SignIn, WayIn};
use doorward::app::config::Settings as Instance;
use doorward::app::jobs;
use doorward::app::users::{self, OnLastHolder};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::harness::{PASSWORD, Server, Tenant};
use crate::{reset, scim_events};

/// Long for a letter, and short for an application that does not answer.
const SOON: Duration = Duration::from_secs(5);

/// A user with an address, who cannot sign in yet.
async fn addressed(tenant: &Tenant<'_>, name: &str, role: &str) -> UserId {
    let new = NewUser {
        user_name: name.to_owned(),
        display_name: name.to_owned(),
        email: Some(format!("{name}@mail.example")),
        role: Some(role.parse().unwrap()),
        sign_in: Some(SignIn::Sso),
        way_in: Some(WayIn::Closed),
    };
    accounts::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().person.user.id
}

#[tokio::test]
async fn a_mail_that_cannot_leave_waits_and_leaves_once_when_it_can() {
    let server = Server::start().await;
    let tenant = server.tenant("acme").await;
    reset::mailed_user(&tenant, "anna", reset::with_password()).await;
    let mailbox = server.dir.path().join("mail");
    std::fs::write(&mailbox, "a file where the directory should be").unwrap();
    reset::ask(&server, "anna").await;

    server.run_jobs().await;
    let kept = server.app.store.waiting().await.unwrap();
    std::fs::remove_file(&mailbox).unwrap();
    let too_early = server.run_jobs().await;
    server.advance(Duration::from_secs(11));
    let sent = server.run_jobs().await;
    server.advance(Duration::from_hours(9));
    let again = server.run_jobs().await;

    assert_eq!((kept, too_early, sent, again), (1, 0, 1, 0));
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn the_operator_and_whoever_brings_people_in_are_told_that_the_last_owner_was_shut_out() {
    let operator_email = Some("operator@mail.example".to_owned());
    let mail_from = Some("doorward@mail.example".to_owned());
    let server = Server::start_with(|it| Instance { operator_email, mail_from, ..it }).await;
    let tenant = server.tenant("acme").await;
    let founder = tenant.user("olga", "owner").await;
    addressed(&tenant, "max", "admin").await;
    addressed(&tenant, "vic", "viewer").await;
    let settings = Settings { protected_roles: true, ..Settings::default() };
    let connection = tenant.connection_with(Kind::Okta, settings).await;
    let ada = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada", "password": PASSWORD,
        "roles": [{ "value": "owner" }],
    });
    let ada = connection.send(Method::POST, "/Users", &ada).await.expect(201).json();
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    users::deactivate(&server.app, &Server::operator(), founder, OnLastHolder::Refuse).await.unwrap();
    server.run_jobs().await;
    let before = server.mails().len();

    let gone = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "value": { "active": false } }],
    });
    connection.send(Method::PATCH, &path, &gone).await.expect(200);
    server.run_jobs().await;

    let told: Vec<String> = server.mails().split_off(before);
    let to = |name: &str| told.iter().filter(|mail| mail.contains(&format!("{name}@mail.example>"))).count();
    assert_eq!((told.len(), to("operator"), to("max"), to("vic")), (2, 1, 1, 0), "{told:#?}");
    assert!(told.iter().all(|mail| mail.contains("From: Doorward <doorward@mail.example>") && mail.contains("ada")));
}

/// An application that hears of a change and does not answer holds up no letter: they are sent beside each other.
#[tokio::test]
async fn an_application_that_does_not_answer_holds_up_no_letter() {
    let allowed = Some("127.0.0.1".to_owned());
    let server = Server::start_with(|it| Instance { outbound_allow: allowed, ..it }).await;
    let tenant = server.tenant("acme").await;
    reset::mailed_user(&tenant, "anna", reset::with_password()).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let events_uri = format!("http://{}/events", silent.local_addr().unwrap());
    scim_events::application(&server, Some(tenant.org), &events_uri).await;
    let connection = tenant.connection().await;
    // More than a queue takes at once, so that the others would find some of them if they looked.
    for nth in 0..60 {
        connection.push(&format!("person-{nth}")).await;
    }
    let stop = CancellationToken::new();

    let letter = async {
        let told = timeout(SOON, silent.accept()).await.expect("the application is told").unwrap();
        reset::ask(&server, "anna").await;
        let sent = async {
            while server.mails().is_empty() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(SOON, sent).await.expect("the letter leaves while the application is silent");
        stop.cancel();
        drop((told, silent));
    };
    tokio::join!(jobs::run(server.app.clone(), stop.clone()), letter);

    assert_eq!(server.mails().len(), 1);
    server.keep_outbox();
}
