//! Letters that cannot be delivered, and where administrators see it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use doorward::app::accounts::WayIn;
use doorward::app::config::Settings;
use doorward::app::mail::Whence;
use doorward::app::organisations::{self, NewOrganisation};
use doorward::app::{own_email, users};
use doorward::domain::id::UserId;
use doorward::domain::role::RoleModel;
use doorward::store::undelivered;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::{signed_in, words};
use crate::harness::{PASSWORD, Reply, Server, Tenant};

const INVITED: &str = "/console/users/invitations";

/// What a mail server says to a letter.
#[derive(Clone)]
enum Says {
    Takes,
    /// To the recipient.
    Refuses(&'static str),
    /// To this recipient.
    RefusesTo(&'static str),
    /// To the letter, repeating the token in it.
    Repeats,
}

/// A mail server that does as it is told.
struct MailServer {
    says: Arc<Mutex<Says>>,
    url: String,
}

impl MailServer {
    fn start(says: Says) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let says = Arc::new(Mutex::new(says));
        let told = Arc::clone(&says);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let says = told.lock().unwrap().clone();
                // A client that hangs up is done.
                drop(client.and_then(|it| serve(&it, &says)));
            }
        });
        Self { says, url }
    }

    fn says(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    async fn doorward(&self) -> Server {
        let mail_url = Some(self.url.clone());
        Server::start_with(|it| Settings { mail_url, ..it }).await
    }
}

fn serve(client: &TcpStream, says: &Says) -> std::io::Result<()> {
    let answer = |line: &str| (&mut &*client).write_all(format!("{line}\r\n").as_bytes());
    answer("220 mail.example")?;
    let mut lines = BufReader::new(client).lines();
    while let Some(line) = lines.next() {
        let line = line?;
        match (line.split([' ', ':']).next().unwrap_or_default(), says) {
            ("RCPT", Says::Refuses(said)) => answer(said)?,
            ("RCPT", Says::RefusesTo(whom)) if line.contains(whom) => answer("550 nobody here")?,
            ("DATA", _) => {
                answer("354 go on")?;
                let body: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|it| it != ".").collect();
                match says {
                    Says::Repeats => answer(&format!("554 5.7.1 spam: {}", token(&body.join("\n"))))?,
                    Says::Takes | Says::Refuses(_) | Says::RefusesTo(_) => answer("250 taken")?,
                }
            }
            ("QUIT", _) => return answer("221 bye"),
            _ => answer("250 mail.example")?,
        }
    }
    Ok(())
}

/// The token of the link in a letter.
fn token(body: &str) -> String {
    let plain = body.replace("=\n", "").replace("=3D", "=");
    let (_, after) = plain.split_once("dwln_").expect("the letter holds a link");
    let rest: String = after.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    format!("dwln_{rest}")
}

/// An organisation whose viewers may open the page of a user, and see nothing of what happened to it.
async fn reading_viewers(server: &Server) -> Tenant<'_> {
    let preset = RoleModel::preset("owner-admin-contributor-viewer").unwrap();
    let role_model = preset.to_toml().replace("  \"projects:list\",", "  \"users:read\",\n  \"projects:list\",");
    let new = NewOrganisation { slug: "acme".to_owned(), name: "Acme".to_owned(), role_model };
    let org = organisations::create(&server.app, &Server::operator(), new).await.unwrap().id;
    Tenant { server, org }
}

async fn invite(server: &Server, address: &str) -> Value {
    let body = json!({ "invitations": [{ "address": address }], "role": "viewer" });
    let request = server.api(Method::POST, "/api/v1/invitations?organisation=acme").json(&body);
    server.send(request).await.expect(201).json()["results"][0]["invitation"].clone()
}

/// The one invitation there is, as the API shows it.
async fn invitation(server: &Server) -> Value {
    let request = server.api(Method::GET, "/api/v1/invitations?organisation=acme");
    server.send(request).await.expect(200).json()["invitations"][0].clone()
}

async fn user(server: &Server, id: UserId) -> Value {
    server.send(server.api(Method::GET, &format!("/api/v1/users/{id}"))).await.expect(200).json()
}

/// Somebody pending, who was mailed a link.
async fn pending(tenant: &Tenant<'_>, name: &str) -> UserId {
    tenant.mailed(name, "viewer", WayIn::Link).await.person.user.id
}

/// S1-12, S1-13: what a mail server refuses for good is told at the invitation, in the list, on the page that sends it again
/// and in the API, as text and nothing else, until it is sent again.
#[tokio::test]
async fn s1_12_s1_13_a_refused_invitation_is_told_where_it_can_be_sent_again() {
    let mail = MailServer::start(Says::Refuses("550 5.1.1 <b>no ida</b> here\u{1b}[31m"));
    let server = mail.doorward().await;
    let tenant = server.tenant("acme").await;
    tenant.user("olga", "owner").await;
    let sent = invite(&server, "ida@x.example").await;
    let resend = format!("{INVITED}/{}/resend", sent["id"].as_str().unwrap());
    let before = invitation(&server).await;
    server.run_jobs().await;
    let browser = signed_in(&tenant, "olga").await;

    let (told, list, again) = (invitation(&server).await, browser.get(INVITED).await, browser.get(&resend).await);
    mail.says(Says::Takes);
    server.advance(Duration::from_secs(1));
    browser.submit_to(&resend, &again, &[("mail", "on")]).await.expect(303);
    let on_its_way = invitation(&server).await;
    server.run_jobs().await;
    let (arrived, list_after) = (invitation(&server).await, browser.get(INVITED).await);

    assert_eq!((sent.get("undelivered"), before.get("undelivered")), (None, None));
    let at = told["undelivered"]["at"].clone();
    let said = "5.1.1 <b>no ida</b> here [31m";
    let note = json!({ "address": "ida@x.example", "at": at, "reason": "refused", "said": said });
    assert_eq!((&told["undelivered"], at.is_string(), &told["status"]), (&note, true, &json!("pending")));
    for page in [&list, &again] {
        let shown = words(page);
        assert!(shown.contains("The letter to ida@x.example could not be delivered"), "{shown}");
        assert!(shown.contains("said: “5.1.1 &#60;b&#62;no ida&#60;/b&#62; here [31m”"), "{shown}");
    }
    assert!(list.text.contains("Not delivered") && list.text.contains("Send the invitation again, or copy its link"));
    assert_eq!((on_its_way.get("undelivered"), arrived.get("undelivered")), (None, None));
    assert!(!list_after.text.contains("could not be delivered") && list_after.text.contains("Invited"));
}

/// S3-23: on the page of a user and in the API it is told to those who may see what happened to the user, and to nobody else,
/// until a letter arrives or the address is another.
#[tokio::test]
async fn s3_23_a_letter_that_does_not_reach_a_user_is_told_on_the_page_of_the_user() {
    let mail = MailServer::start(Says::Refuses("550 nobody here"));
    let server = mail.doorward().await;
    let tenant = reading_viewers(&server).await;
    for (name, role) in [("olga", "owner"), ("vic", "viewer")] {
        tenant.user(name, role).await;
    }
    let (penny, pete) = (pending(&tenant, "penny").await, pending(&tenant, "pete").await);
    server.run_jobs().await;
    let (olga, vic) = (signed_in(&tenant, "olga").await, signed_in(&tenant, "vic").await);
    let path = format!("/console/users/{penny}");
    let has_note = |page: &Reply| words(page).contains("The letter to penny@mail.example could not be delivered");

    let (told, hidden) = (olga.get(&path).await.expect(200), vic.get(&path).await.expect(200));
    let (body, other) = (user(&server, penny).await, user(&server, pete).await);
    let change = json!({ "email": "pete@y.example" });
    server.send(server.api(Method::PATCH, &format!("/api/v1/users/{pete}")).json(&change)).await.expect(200);
    let moved = user(&server, pete).await;
    mail.says(Says::Takes);
    server.send(server.api(Method::POST, &format!("/api/v1/users/{penny}/resend-activation"))).await.expect(200);
    server.run_jobs().await;
    let after = user(&server, penny).await;

    assert!(has_note(&told) && told.text.contains("Check the address"), "{}", told.text);
    assert!(!has_note(&hidden), "{}", hidden.text);
    assert_eq!(
        (&body["undelivered"]["reason"], &body["undelivered"]["said"]),
        (&json!("refused"), &json!("nobody here"))
    );
    assert_eq!(other["undelivered"]["address"], "pete@mail.example");
    assert_eq!((moved.get("undelivered"), after.get("undelivered")), (None, None));
    assert!(!has_note(&olga.get(&path).await));
}

/// S2-9: nothing that opens an account is kept or shown for it, not even when the mail server repeats it.
#[tokio::test]
async fn s2_9_no_link_is_shown_because_the_mail_server_repeats_it() {
    let mail = MailServer::start(Says::Repeats);
    let server = mail.doorward().await;
    let tenant = server.tenant("acme").await;
    let penny = pending(&tenant, "penny").await;
    invite(&server, "ida@x.example").await;

    server.run_jobs().await;

    let (invited, user) = (invitation(&server).await, user(&server, penny).await);
    for body in [invited, user] {
        let note = body["undelivered"].as_object().unwrap();
        assert_eq!((&note["reason"], note.get("said")), (&json!("refused"), None), "{note:?}");
    }
}

/// A letter that no server takes for three days is told of as well, with nothing of the way to the mail server; and after a month
/// nothing is left of it, nor of a user who is erased.
#[tokio::test]
async fn a_letter_that_never_left_is_told_of_for_a_month_and_forgotten_with_the_user() {
    let mail = MailServer::start(Says::Refuses("421 4.7.0 relay.internal is busy"));
    let server = mail.doorward().await;
    let tenant = server.tenant("acme").await;
    let penny = pending(&tenant, "penny").await;
    let ida = invite(&server, "ida@x.example").await;
    let ida: UserId = ida["id"].as_str().unwrap().parse().unwrap();
    let mut tries = 0;
    while server.app.store.waiting().await.unwrap() > 0 {
        assert!(invitation(&server).await.get("undelivered").is_none());
        server.run_jobs().await;
        server.advance(Duration::from_hours(9));
        tries += 1;
    }

    let told = invitation(&server).await;
    let kept =
        async |who: UserId| !undelivered::of(server.app.store.reader(), tenant.org, &[who]).await.unwrap().is_empty();
    let before = (kept(penny).await, kept(ida).await);
    server.send(server.api(Method::DELETE, &format!("/api/v1/users/{penny}"))).await.expect(204);
    let after = (kept(penny).await, kept(ida).await);
    server.advance(Duration::from_hours(31 * 24));
    doorward::app::jobs::sweep(&server.app).await.unwrap();

    let note = told["undelivered"].as_object().unwrap();
    assert_eq!((tries, &note["reason"], note.get("said")), (16, &json!("never-left"), None), "{note:?}");
    assert_eq!((before, after, kept(ida).await), ((true, true), (false, true), false));
}

/// A letter to an address that somebody has yet to prove says nothing about the address of now.
#[tokio::test]
async fn a_letter_to_an_address_that_is_not_proved_is_told_to_nobody() {
    let mail = MailServer::start(Says::Takes);
    let server = mail.doorward().await;
    let tenant = server.tenant("acme").await;
    let pat = pending(&tenant, "pat").await;
    server.run_jobs().await;
    let set = (format!("/api/v1/users/{pat}/temporary-password"), json!({ "password": PASSWORD }));
    server.send(server.api(Method::POST, &set.0).json(&set.1)).await.expect(200);
    let person = users::show(&server.app, &Server::operator(), pat).await.unwrap();
    own_email::request(&server.app, &person.actor(None), &person, "new@mail.example", Whence::UNKNOWN).await.unwrap();
    mail.says(Says::RefusesTo("new@mail.example"));

    server.run_jobs().await;

    let shown = user(&server, pat).await;
    assert_eq!((shown.get("undelivered"), &shown["email"]), (None, &json!("pat@mail.example")));
}
