//! Access reviews: what they are about, who decides, what is done then, and what proves it.

use std::io::{Cursor, Read as _};
use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward::app::accounts::{Secret, WayIn};
use doorward::app::teams::{self, NewTeam};
use doorward::app::users::{self, OnLastHolder};
use doorward::app::{departures, fsck, groups, jobs};
use doorward::domain::id::UserId;
use doorward::domain::user::Status;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::console_edit::post;
use crate::console_shell::words;
use crate::harness::{OPERATOR_TOKEN, Reply, Server, Tenant, in_acme};
use crate::oidc::stage;
use crate::resources::{at, call, person, personal, program};

const DAY: Duration = Duration::from_hours(24);

/// What the operator asks for in `acme`.
pub(crate) async fn operator(server: &Server, method: Method, path: &str, body: Value) -> Reply {
    call(server, OPERATOR_TOKEN, method, &in_acme(path), body).await
}

pub(crate) fn terms(scope: &str, reviewers: &[UserId], fallback: UserId) -> Value {
    json!({ "scope": scope, "reviewers": reviewers, "fallback": fallback })
}

/// A review that was staged; its id.
async fn staged(server: &Server, terms: Value) -> String {
    let new = json!({ "name": "Autumn", "terms": terms });
    let made = operator(server, Method::POST, "/reviews", new).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

/// The same opened.
pub(crate) async fn opened(server: &Server, terms: Value) -> String {
    let id = staged(server, terms).await;
    operator(server, Method::POST, &format!("/reviews/{id}/open"), Value::Null).await.expect(200);
    id
}

pub(crate) async fn items(server: &Server, id: &str) -> Vec<Value> {
    let page = operator(server, Method::GET, &format!("/reviews/{id}/items"), Value::Null).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

/// Who holds what: user name or name, what is held, and who is asked.
fn places(items: &[Value]) -> Vec<(String, String, Option<String>)> {
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    let name = |it: &Value| if it["user_name"] == "" { text(&it["holder_name"]) } else { text(&it["user_name"]) };
    items.iter().map(|it| (name(it), text(&it["held_name"]), it["reviewer"].as_str().map(str::to_owned))).collect()
}

pub(crate) fn of<'i>(items: &'i [Value], holder: &str) -> &'i Value {
    items.iter().find(|it| it["user_name"] == holder || it["holder_name"] == holder).unwrap()
}

pub(crate) async fn decide(server: &Server, token: &str, review: &str, item: &Value, said: Value) -> Reply {
    let mut decision = said;
    decision["item"] = item["id"].clone();
    let body = json!({ "decisions": [decision] });
    call(server, token, Method::POST, &format!("/reviews/{review}/decisions"), body).await
}

/// Closes a review and does what was decided; its places then.
pub(crate) async fn closed(server: &Server, id: &str) -> Vec<Value> {
    operator(server, Method::POST, &format!("/reviews/{id}/close"), Value::Null).await.expect(200);
    server.run_jobs().await;
    let review = operator(server, Method::GET, &format!("/reviews/{id}"), Value::Null).await.expect(200).json();
    assert_eq!(review["state"], "closed", "{review}");
    items(server, id).await
}

/// Somebody with this role who has mail.
pub(crate) async fn mailed(tenant: &Tenant<'_>, name: &str, role: &str) -> UserId {
    let password = Secret::new(stage::PASSWORD.to_owned());
    tenant.mailed(name, role, WayIn::Password { password, must_change: false }).await.person.user.id
}

/// What was mailed about the review.
pub(crate) fn letters(server: &Server) -> Vec<String> {
    server.mails().into_iter().filter(|it| it.contains("Autumn")).collect()
}

pub(crate) async fn role(server: &Server, id: UserId) -> Option<String> {
    let person = users::show(&server.app, &Server::operator(), id).await.unwrap();
    person.effective.role.map(|it| it.to_string())
}

/// A file of an archive.
pub(crate) fn file_in(archive: &[u8], name: &str) -> Vec<u8> {
    let mut content = Vec::new();
    ZipArchive::new(Cursor::new(archive)).unwrap().by_name(name).unwrap().read_to_end(&mut content).unwrap();
    content
}

async fn status(server: &Server, id: UserId) -> Status {
    users::show(&server.app, &Server::operator(), id).await.unwrap().user.status
}

async fn names_of_records(tenant: &Tenant<'_>, area: &str) -> Vec<String> {
    let rows = audit::newest(tenant.server.app.store.reader(), tenant.org, 500).await.unwrap();
    let mut names: Vec<String> = rows.into_iter().map(|it| it.action).filter(|it| it.starts_with(area)).collect();
    names.reverse();
    names
}

/// S2-42: a review of administrators is about every role that acts on others, of people and of programs; each is asked about
/// others only, nobody takes away what they could not, and what was decided is done when the review is closed.
#[tokio::test]
async fn s2_42_administrators_are_reviewed_and_what_was_decided_is_done() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, otto) = (mailed(&acme, "olga", "owner").await, mailed(&acme, "otto", "owner").await);
    let (ada, ann) = (person(&acme, "ada", "admin").await, person(&acme, "ann", "admin").await);
    person(&acme, "bob", "contributor").await;
    program(&server, "robot", "admin").await;
    let [olga_s, ada_s] = [personal(&server, olga).await, personal(&server, ada).await];

    let id = opened(&server, terms("privileged", &[olga], otto)).await;
    server.run_jobs().await;
    let letters = letters(&server);
    let all = items(&server, &id).await;
    let own = decide(&server, &olga_s, &id, of(&all, "olga"), json!({ "decision": "keep", "comment": "x" })).await;
    let of_another = decide(&server, &ada_s, &id, of(&all, "ann"), json!({ "decision": "keep", "comment": "x" })).await;
    let without_why = decide(&server, &olga_s, &id, of(&all, "ada"), json!({ "decision": "keep" })).await;
    let why = json!({ "decision": "keep", "comment": "runs the platform" });
    let kept = decide(&server, &olga_s, &id, of(&all, "ada"), why).await.expect(200).json();
    let higher = json!({ "decision": "reduce", "role": "owner" });
    let raised = decide(&server, &olga_s, &id, of(&all, "ann"), higher).await;
    decide(&server, &olga_s, &id, of(&all, "ann"), json!({ "decision": "remove" })).await.expect(200);
    let lower = json!({ "decision": "reduce", "role": "contributor" });
    decide(&server, &olga_s, &id, of(&all, "ann"), lower).await.expect(200);
    decide(&server, &olga_s, &id, of(&all, "robot"), json!({ "decision": "remove" })).await.expect(200);
    let mine = call(&server, &ada_s, Method::GET, &format!("/reviews/{id}/items"), Value::Null).await;
    let ended = closed(&server, &id).await;
    let late = decide(&server, &olga_s, &id, of(&all, "ann"), json!({ "decision": "keep", "comment": "x" })).await;

    let asked = |name: &str, held: &str, who: UserId| (name.to_owned(), held.to_owned(), Some(who.to_string()));
    let (owner, admin) = ("Owner", "Admin");
    assert_eq!(
        places(&all),
        [
            asked("ada", admin, olga),
            asked("ann", admin, olga),
            asked("olga", owner, otto),
            asked("otto", owner, olga),
            asked("robot", admin, olga),
        ]
    );
    assert_eq!(letters.len(), 2, "each who is asked is written to once");
    assert!(letters.iter().any(|it| it.contains("asks you about 4 places")), "{letters:?}");
    assert!(letters.iter().any(|it| it.contains("asks you about one place")), "{letters:?}");
    assert_eq!((own.status, of_another.status, without_why.status, raised.status), (400, 403, 400, 400));
    assert!(
        own.text.contains("own access") && without_why.text.contains("say why"),
        "{} {}",
        own.text,
        without_why.text
    );
    assert_eq!(kept["items"][0]["decision"]["comment"], "runs the platform");
    assert_eq!(mine.status, 403, "who may not decide sees no places");
    let outcome = |name: &str| of(&ended, name)["outcome"].clone();
    assert_eq!(["ada", "ann", "robot", "olga"].map(outcome), ["kept", "reduced", "deactivated", "unanswered"]);
    assert_eq!(
        [role(&server, ann).await, role(&server, ada).await],
        ["contributor", "admin"].map(|it| Some(it.to_owned()))
    );
    assert_eq!(late.status, 409);
    let records = names_of_records(&acme, "review.").await;
    // Four of olga, and what was denied to ada.
    let decided = ["review.decided"; 5];
    let around = (["review.staged", "review.opened"], ["review.closed", "review.finished"]);
    assert_eq!(records, [&around.0[..], &decided[..], &around.1[..]].concat());
    assert_eq!(fsck::run(&server.app, &Server::operator()).await.unwrap().broken, Vec::new());
}

/// S2-42: the last holder of a protected role is safe: whoever would take the role away is told at once.
#[tokio::test]
async fn s2_42_the_last_holder_of_a_protected_role_keeps_it_whatever_is_decided() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant_with("acme", "admin-developer-viewer").await;
    let (ada, ann) = (person(&acme, "ada", "admin").await, person(&acme, "ann", "admin").await);
    let token = personal(&server, ada).await;
    let id = opened(&server, terms("privileged", &[ada], ann)).await;
    let all = items(&server, &id).await;

    decide(&server, &token, &id, of(&all, "ann"), json!({ "decision": "remove" })).await.expect(200);
    // Meanwhile she is the last.
    let removing = json!({ "decision": "remove" });
    users::deactivate(&server.app, &Server::operator(), ada, OnLastHolder::Refuse).await.unwrap();
    let ended = closed(&server, &id).await;
    users::activate(&server.app, &Server::operator(), ada).await.unwrap();
    users::change_role(&server.app, &Server::operator(), ada, &"developer".parse().unwrap()).await.unwrap();
    let alone = opened(&server, json!({ "scope": "privileged", "reviewers": [ann], "fallback": ann })).await;
    let of_alone = items(&server, &alone).await;

    let refused = of(&ended, "ann");
    assert_eq!((&refused["outcome"], refused["why"].is_string()), (&json!("refused"), true), "{refused}");
    assert_eq!(role(&server, ann).await.as_deref(), Some("admin"));
    assert_eq!(of(&of_alone, "ann")["reviewer"], Value::Null, "nobody may decide about the only one who decides");
    let review = operator(&server, Method::GET, &format!("/reviews/{alone}"), Value::Null).await.expect(200).json();
    assert_eq!(review["warnings"][0], json!({ "kind": "undecidable", "items": 1 }));
    // Somebody else who may decide is told at once.
    let (eve, _) = (person(&acme, "eve", "admin").await, removing.clone());
    let eve_s = personal(&server, eve).await;
    let hand = json!({ "items": [of(&of_alone, "ann")["id"]], "to": eve });
    operator(&server, Method::POST, &format!("/reviews/{alone}/hand-on"), hand).await.expect(204);
    users::change_role(&server.app, &Server::operator(), eve, &"developer".parse().unwrap()).await.unwrap();
    let lost = decide(&server, &eve_s, &alone, of(&of_alone, "ann"), removing).await;
    assert_eq!(lost.status, 403, "who may decide no more decides nothing");
}

/// What a review is about stays as it was when it was staged, whatever happens to it meanwhile, and its digest with it.
#[tokio::test]
async fn what_was_staged_stays_as_it_was_although_the_world_goes_on() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (olga, otto) = (person(&acme, "olga", "owner").await, person(&acme, "otto", "owner").await);
    let ann = person(&acme, "ann", "admin").await;
    let id = staged(&server, terms("privileged", &[olga], otto)).await;
    let digest = async || {
        let path = format!("/reviews/{id}");
        operator(&server, Method::GET, &path, Value::Null).await.expect(200).json()["digest"].clone()
    };
    let (before, was) = (items(&server, &id).await, digest().await);

    users::change_role(&server.app, &Server::operator(), ann, &"viewer".parse().unwrap()).await.unwrap();
    person(&acme, "eve", "admin").await;
    departures::erase(&server.app, &Server::operator(), ann).await.unwrap();
    let after = items(&server, &id).await;
    operator(&server, Method::POST, &format!("/reviews/{id}/open"), Value::Null).await.expect(200);
    let token = personal(&server, olga).await;
    let gone = after.iter().find(|it| it["holder"] == json!(ann)).unwrap();
    decide(&server, &token, &id, gone, json!({ "decision": "remove" })).await.expect(200);
    let ended = closed(&server, &id).await;

    assert_eq!((before.len(), after.len(), digest().await), (3, 3, was));
    assert_eq!(
        (&gone["holder_name"], &gone["user_name"]),
        (&json!(ann), &json!(ann)),
        "an erased name is gone here, too"
    );
    assert_eq!(gone["held"], of(&before, "ann")["held"]);
    let ended = ended.iter().find(|it| it["holder"] == json!(ann)).unwrap();
    assert_eq!(ended["outcome"], "gone");
}

/// S2-43: a review of inactive people finds those who have not been seen for ninety days, advises to shut them out, and does so
/// where its terms say that of what nobody decides about; never the last holder of a protected role.
#[tokio::test]
async fn s2_43_inactive_people_are_found_and_shut_out_where_nobody_decides_otherwise() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = person(&acme, "olga", "owner").await;
    let (walt, vera) = (person(&acme, "walt", "viewer").await, person(&acme, "vera", "viewer").await);
    at(&server, "walt").await.get("/account").await.expect(200);
    server.advance(DAY * 100);
    let new = person(&acme, "nils", "viewer").await;
    at(&server, "vera").await.get("/account").await.expect(200);
    let mut wanted = terms("inactive", &[olga], olga);
    wanted["silence"] = json!("remove");

    let id = opened(&server, wanted).await;
    let found = items(&server, &id).await;
    let ended = closed(&server, &id).await;

    let risks: Vec<_> =
        found.iter().map(|it| (it["user_name"].clone(), it["risks"].clone(), it["advice"].clone())).collect();
    let row = |name: &str, risk: &str| (json!(name), json!([risk]), json!("remove"));
    assert_eq!(risks, [row("olga", "never_signed_in"), row("walt", "inactive")]);
    assert_eq!(
        (&of(&ended, "walt")["outcome"], &of(&ended, "olga")["outcome"]),
        (&json!("deactivated"), &json!("refused"))
    );
    let now = [status(&server, walt).await, status(&server, olga).await, status(&server, vera).await];
    assert_eq!(now, [Status::Deactivated, Status::Active, Status::Active]);
    assert_eq!(status(&server, new).await, Status::Active);
}

/// S2-44: a review of teams, of groups and of projects is about each place on them; what is taken away is gone after it.
#[tokio::test]
async fn s2_44_places_on_teams_in_groups_and_on_projects_are_reviewed() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (app, by) = (&server.app, Server::operator());
    let olga = person(&acme, "olga", "owner").await;
    let (bob, eve) = (person(&acme, "bob", "viewer").await, person(&acme, "eve", "viewer").await);
    let new = NewTeam { name: "Blue".to_owned(), members: vec![bob, eve], ..NewTeam::default() };
    let blue = teams::create(app, &by, acme.org, new).await.unwrap().id;
    let crew = groups::create(app, &by, acme.org, "Crew").await.unwrap().id;
    groups::change_members(app, &by, crew, (groups::Turn::Join, &[bob])).await.unwrap();
    let project = operator(&server, Method::POST, "/projects", json!({ "name": "Bridge" })).await.expect(201).json();
    let project = project["id"].as_str().unwrap().to_owned();
    let on = json!({ "subject": { "kind": "group", "id": crew }, "access": "write" });
    operator(&server, Method::POST, &format!("/projects/{project}/assignments"), on).await.expect(201);
    users::deactivate(app, &by, eve, OnLastHolder::Refuse).await.unwrap();
    let token = personal(&server, olga).await;
    let mut found = Vec::new();

    for scope in ["teams", "groups", "projects"] {
        let id = opened(&server, terms(scope, &[olga], olga)).await;
        let all = items(&server, &id).await;
        found.extend(places(&all).into_iter().map(|it| (scope, it.0, it.1)));
        if scope == "teams" {
            let (bob, eve) = (of(&all, "bob"), of(&all, "eve"));
            assert_eq!((&bob["advice"], &eve["risks"]), (&json!("keep"), &json!(["deactivated"])));
            decide(&server, &token, &id, bob, json!({ "decision": "keep" })).await.expect(200);
            decide(&server, &token, &id, eve, json!({ "decision": "remove" })).await.expect(200);
        } else {
            decide(&server, &token, &id, &all[0], json!({ "decision": "remove" })).await.expect(200);
        }
        let ended = closed(&server, &id).await;
        assert_eq!(ended.last().unwrap()["outcome"], "removed", "{scope}: {ended:?}");
    }
    let team =
        call(&server, OPERATOR_TOKEN, Method::GET, &format!("/teams/{blue}"), Value::Null).await.expect(200).json();
    let inside = call(&server, OPERATOR_TOKEN, Method::GET, &format!("/groups/{crew}/members"), Value::Null).await;
    let left =
        operator(&server, Method::GET, &format!("/projects/{project}/assignments"), Value::Null).await.expect(200);

    let row = |scope, who: &str, what: &str| (scope, who.to_owned(), what.to_owned());
    assert_eq!(
        found,
        [
            row("teams", "bob", "Blue"),
            row("teams", "eve", "Blue"),
            row("groups", "bob", "Crew"),
            row("projects", "Crew", "Bridge"),
        ]
    );
    let names: Vec<_> = team["members"].as_array().unwrap().iter().map(|it| it["user_name"].clone()).collect();
    assert_eq!((names, &inside.json()["members"]), (vec![json!("bob")], &json!([])));
    assert_eq!(left.json()["assignments"], json!([]));
}

/// What an identity provider keeps is handed over, and is done when the provider has taken it away.
#[tokio::test]
async fn what_a_provider_keeps_is_handed_over_and_done_when_it_is_gone_there() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = person(&acme, "olga", "owner").await;
    let okta = acme.connection().await;
    let pia = okta.push("pia").await;
    let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let group = json!({ "schemas": [schema], "displayName": "Admins", "members": [{ "value": pia }] });
    let group = okta.send(Method::POST, "/Groups", &group).await.expect(201).json();
    let admin = "admin".parse().unwrap();
    doorward::app::connections::map_group(&server.app, &Server::operator(), okta.id, "Admins", &admin).await.unwrap();
    let token = personal(&server, olga).await;
    let id = opened(&server, terms("privileged", &[olga], olga)).await;
    let all = items(&server, &id).await;
    let place = of(&all, "pia");

    decide(&server, &token, &id, place, json!({ "decision": "remove" })).await.expect(200);
    let ended = closed(&server, &id).await;
    let handed = of(&ended, "pia").clone();
    jobs::sweep(&server.app).await.unwrap();
    let waiting = of(&items(&server, &id).await, "pia")["outcome"].clone();
    let op = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "remove", "path": format!("members[value eq \"{pia}\"]") }],
    });
    let path = format!("/Groups/{}", group["id"].as_str().unwrap());
    okta.send(Method::PATCH, &path, &op).await;
    jobs::sweep(&server.app).await.unwrap();
    let done = of(&items(&server, &id).await, "pia").clone();

    assert_eq!((&place["kept_by_provider"], &place["via"]), (&json!(true), &json!("Admins")), "{place}");
    assert_eq!((&handed["outcome"], &waiting), (&json!("handed_over"), &json!("handed_over")));
    assert_eq!(done["outcome"], "done_at_provider");
    assert!(names_of_records(&acme, "review.").await.contains(&"review.done_at_provider".to_owned()));
}

/// S2-41: those who are asked are reminded more often towards the end; whoever may decide no more is replaced; a week after its
/// time a review ends by itself, and what was not decided about stays.
#[tokio::test]
async fn s2_41_those_who_are_asked_are_reminded_replaced_and_not_waited_for_for_ever() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let (olga, otto) = (mailed(&acme, "olga", "owner").await, mailed(&acme, "otto", "owner").await);
    let ann = person(&acme, "ann", "admin").await;
    let id = opened(&server, terms("privileged", &[olga], otto)).await;
    server.run_jobs().await;
    let mut told = Vec::new();
    let mut days = Vec::new();

    for day in 1..=24_u32 {
        server.advance(DAY);
        if day == 8 {
            users::deactivate(&server.app, &Server::operator(), olga, OnLastHolder::Refuse).await.unwrap();
        }
        let before = letters(&server).len();
        jobs::sweep(&server.app).await.unwrap();
        jobs::sweep(&server.app).await.unwrap();
        server.run_jobs().await;
        let new: Vec<String> = letters(&server).into_iter().skip(before).collect();
        days.extend(new.iter().map(|_| day));
        told.extend(new);
    }
    let ended = items(&server, &id).await;
    let review = operator(&server, Method::GET, &format!("/reviews/{id}"), Value::Null).await.expect(200).json();

    assert_eq!(days[..2], [7, 7], "both are reminded after a week");
    assert_eq!(
        days[2..],
        [8, 11, 13, 14, 15, 16, 17, 18, 19, 20],
        "whoever replaces the one who left is written to, and towards the end, once each day after it"
    );
    assert!(told[0].contains("Still to decide at ACME"), "{}", told[0]);
    assert!(told.last().unwrap().contains("Overdue at ACME: "), "{}", told.last().unwrap());
    assert_eq!(of(&ended, "ann")["reviewer"], json!(otto), "whoever is gone is replaced");
    assert_eq!((&review["state"], &of(&ended, "ann")["outcome"]), (&json!("closed"), &json!("unanswered")));
    assert_eq!(role(&server, ann).await.as_deref(), Some("admin"));
}

/// S2-41: in a quarter without a review those who manage reviews are written to, once.
#[tokio::test]
async fn s2_41_a_quarter_without_a_review_is_told_of_once() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let globex = server.tenant("globex").await;
    let olga = mailed(&acme, "olga", "owner").await;
    mailed(&globex, "hank", "owner").await;
    let told = async |days: u32| {
        server.advance(DAY * days);
        let before = server.mails().len();
        jobs::sweep(&server.app).await.unwrap();
        jobs::sweep(&server.app).await.unwrap();
        server.run_jobs().await;
        server.mails().into_iter().skip(before).filter(|it| it.contains("No access review at")).collect::<Vec<_>>()
    };

    let fresh = told(1).await;
    // Two thirds of the next quarter have passed by then, whatever day the clock stands at.
    let mut first = Vec::new();
    for _ in 0..152 {
        first.extend(told(1).await);
    }
    for _ in 0..20 {
        first.extend(told(1).await);
    }
    opened(&server, terms("teams", &[olga], olga)).await;
    let mut second = Vec::new();
    for _ in 0..72 {
        second.extend(told(1).await);
    }

    assert_eq!(fresh, Vec::<String>::new(), "an organisation that is new has missed nothing");
    let of = |all: &[String], name: &str| {
        all.iter().filter(|it| it.contains(&format!("No access review at {name}"))).count()
    };
    assert_eq!((of(&first, "ACME"), of(&first, "GLOBEX")), (1, 1), "{first:?}");
    assert_eq!((of(&second, "ACME"), of(&second, "GLOBEX")), (0, 1), "{second:?}");
}

/// S2-41: a schedule begins one review when it is due, however many nodes look after it, and goes on in its rhythm.
#[tokio::test]
async fn a_schedule_begins_one_review_however_many_nodes_look_after_it() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = person(&acme, "olga", "owner").await;
    let (second, third) = (server.node().await, server.node().await);
    let next = server.app.now().after(DAY).rfc3339();
    let new =
        json!({ "name": "Quarterly", "terms": terms("teams", &[olga], olga), "every": "quarter", "next_at": next });
    let made = operator(&server, Method::POST, "/review-schedules", new).await.expect(201).json();
    let listed = async || {
        let page = operator(&server, Method::GET, "/reviews", Value::Null).await.expect(200).json();
        page["reviews"].as_array().unwrap().clone()
    };
    jobs::sweep(&server.app).await.unwrap();
    let too_early = listed().await.len();
    for node in [&server, &second, &third] {
        node.advance(DAY * 2);
    }

    let (one, two, three) = tokio::join!(jobs::sweep(&server.app), jobs::sweep(&second.app), jobs::sweep(&third.app));
    [one, two, three].into_iter().for_each(|it| it.unwrap());
    jobs::sweep(&second.app).await.unwrap();
    let begun = listed().await;
    let path = format!("/review-schedules/{}", made["id"].as_str().unwrap());
    let after = operator(&server, Method::GET, &path, Value::Null).await.expect(200).json();

    assert_eq!((too_early, begun.len()), (0, 1), "{begun:?}");
    assert_eq!((&begun[0]["state"], &begun[0]["schedule"]), (&json!("active"), &made["id"]));
    assert!(after["next_at"].as_str().unwrap() > made["next_at"].as_str().unwrap());
    operator(&server, Method::DELETE, &path, Value::Null).await.expect(204);
    assert_eq!(listed().await.len(), 1, "the reviews that there were stay");
    server.run_jobs().await;
}

/// The evidence of a review is the same whenever it is asked for, and shows when anything in it was changed.
#[tokio::test]
async fn the_evidence_of_a_review_is_signed_and_always_the_same() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = person(&acme, "olga", "owner").await;
    acme.user("=1+1", "admin").await;
    let token = personal(&server, olga).await;
    let id = opened(&server, terms("privileged", &[olga], olga)).await;
    let all = items(&server, &id).await;
    let why = json!({ "decision": "keep", "comment": "@SUM(A1)" });
    decide(&server, &token, &id, of(&all, "=1+1"), why).await.expect(200);
    closed(&server, &id).await;
    let pack = async |token: &str| {
        let request = server.request(Method::GET, &format!("/api/v1/reviews/{id}/evidence")).bearer_auth(token);
        request.send().await.unwrap()
    };

    let (first, again) = (pack(&token).await, pack(OPERATOR_TOKEN).await);
    let kind = first.headers()["content-type"].to_str().unwrap().to_owned();
    let (first, again) = (first.bytes().await.unwrap(), again.bytes().await.unwrap());
    let file = |name: &str| file_in(&first, name);
    let (manifest, signature) = (file("manifest.json"), file("manifest.sig"));
    let signature: Value = serde_json::from_slice(&signature).unwrap();
    let bytes = |name: &str| STANDARD.decode(signature[name].as_str().unwrap()).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, bytes("public_key"));

    assert_eq!(kind, "application/zip");
    assert_eq!(first, again, "byte for byte");
    assert!(key.verify(&manifest, &bytes("signature")).is_ok());
    assert!(key.verify(&[&manifest[..], b" "].concat(), &bytes("signature")).is_err());
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len(), 3);
    for it in listed {
        let hash: String =
            Sha256::digest(file(it["name"].as_str().unwrap())).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(it["sha256"], json!(hash), "{it}");
    }
    // OU-01: a spreadsheet calculates nothing of it.
    let csv = String::from_utf8(file("items.csv")).unwrap();
    assert!(csv.contains("'=1+1") && csv.contains("'@SUM(A1)"), "{csv}");
    assert!(names_of_records(&acme, "review.").await.contains(&"review.exported".to_owned()));
}

/// A review of another organisation does not exist, and who is asked must be able to decide.
#[tokio::test]
async fn te_05_reviews_of_others_do_not_exist_and_who_is_asked_must_be_able_to_decide() {
    let server = Server::start().await;
    server.keep_outbox();
    let acme = server.tenant("acme").await;
    let globex = server.tenant("globex").await;
    let (olga, vera) = (person(&acme, "olga", "owner").await, person(&acme, "vera", "viewer").await);
    let hank = person(&globex, "hank", "owner").await;
    let token = personal(&server, hank).await;
    let id = opened(&server, terms("privileged", &[olga], olga)).await;
    let item = items(&server, &id).await[0]["id"].clone();

    let mut foreign = Vec::new();
    for (method, path, body) in [
        (Method::GET, String::new(), Value::Null),
        (Method::GET, "/items".to_owned(), Value::Null),
        (Method::POST, "/close".to_owned(), Value::Null),
        (Method::GET, "/evidence".to_owned(), Value::Null),
        (Method::POST, "/hand-on".to_owned(), json!({ "items": [item], "to": hank })),
    ] {
        foreign.push(call(&server, &token, method, &format!("/reviews/{id}{path}"), body).await.status);
    }
    let mut wrong = Vec::new();
    for (reviewers, fallback) in [(vec![vera], olga), (vec![olga], hank), (vec![], olga), (vec![UserId::new()], olga)] {
        let new = json!({ "name": "X", "terms": terms("teams", &reviewers, fallback) });
        wrong.push(operator(&server, Method::POST, "/reviews", new).await.status);
    }
    let hand = json!({ "items": [item], "to": vera });
    let to_viewer = operator(&server, Method::POST, &format!("/reviews/{id}/hand-on"), hand).await.status;

    assert_eq!(foreign, [404; 5]);
    assert_eq!((wrong, to_viewer), (vec![400; 4], 400));
}

/// S2-42: in the console a review is staged, looked through, opened, decided about, and closed.
#[tokio::test]
async fn s2_42_a_review_goes_its_way_in_the_console() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let (olga, otto) = (person(&acme, "olga", "owner").await, person(&acme, "otto", "owner").await);
    let ann = person(&acme, "ann", "admin").await;
    person(&acme, "vera", "viewer").await;
    let (browser, viewer) = (at(&server, "olga").await, at(&server, "vera").await);
    let new = "/console/reviews/new";
    let (reviewer, fallback) = (format!("reviewer-{olga}"), otto.to_string());
    let form = |name: &'static str| {
        [
            ("name", name),
            ("scope", "privileged"),
            (reviewer.as_str(), "on"),
            ("fallback", fallback.as_str()),
            ("days", "14"),
            ("silence", "keep"),
            ("justify", "privileged"),
        ]
    };

    let nothing = browser.get("/console/reviews").await.expect(200);
    let again = post(&browser, new, new, &form("")).await.expect(400);
    let made = post(&browser, new, new, &form("Autumn")).await.expect(303);
    let page = made.header("location").unwrap().split('?').next().unwrap().to_owned();
    let staged = browser.get(&page).await.expect(200);
    let asked = browser.get(&format!("{page}/open")).await.expect(200);
    post(&browser, &page, &format!("{page}/open"), &[]).await.expect(303);
    let bench = browser.get(&format!("{page}/decide")).await.expect(200);
    let place = |name: &str| {
        let part = bench.text.split("<h2><bdi>").find(|it| it.starts_with(name)).unwrap();
        part.split("name=\"d-").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let (of_ann, of_otto) = (place("ann"), place("otto"));
    let (d_ann, c_ann, d_otto) = (format!("d-{of_ann}"), format!("c-{of_ann}"), format!("d-{of_otto}"));
    let without_why = post(&browser, &page, &format!("{page}/decide"), &[(&d_ann, "keep")]).await.expect(400);
    let noted = [(d_ann.as_str(), "keep"), (&c_ann, "needed"), ("step", "note")];
    post(&browser, &page, &format!("{page}/decide"), &noted).await.expect(303);
    let later = browser.get(&format!("{page}/decide?by=held")).await.expect(200);
    let said = [(d_ann.as_str(), "remove"), (d_otto.as_str(), "hand"), ("to", fallback.as_str())];
    let own = post(&browser, &page, &format!("{page}/decide"), &said).await;
    post(&browser, &page, &format!("{page}/decide"), &[(&d_ann, "remove")]).await.expect(303);
    post(&browser, &page, &format!("{page}/close"), &[]).await.expect(303);
    server.run_jobs().await;
    let done = browser.get(&page).await.expect(200);
    let hidden = viewer.get("/console/reviews").await;
    let overview = browser.get("/console").await.expect(200);

    assert!(words(&nothing).contains("No access review yet"), "{}", nothing.text);
    assert!(
        again.text.contains("aria-invalid=\"true\"") && again.text.contains("value=\"privileged\" required checked")
    );
    assert!(words(&staged).contains("Role ") && staged.text.contains(&format!("{page}/open")), "{}", staged.text);
    assert!(words(&asked).contains("have 14 days"), "{}", asked.text);
    assert!(bench.text.contains("reviews.js"), "the keys are there");
    assert!(!bench.text.contains("<h2><bdi>olga"), "nobody decides about themselves");
    assert_eq!(without_why.problem(), "Say why this stays.");
    assert!(later.text.contains("value=\"needed\""), "what was noted down is there again");
    assert_eq!(own.status, 400, "what is about somebody is not handed to them");
    assert_eq!(role(&server, ann).await.as_deref(), Some("viewer"));
    assert!(words(&done).contains("Taken away") && words(&done).contains("Done"), "{}", done.text);
    assert_eq!(hidden.status, 403);
    assert!(!viewer.get("/console/users").await.text.contains("/console/reviews"));
    assert!(words(&overview).contains("Days since the last access review"), "{}", overview.text);
}

/// Reviews that begin by themselves are kept, changed and deleted in the console.
#[tokio::test]
async fn s2_41_a_schedule_is_kept_in_the_console() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let olga = person(&acme, "olga", "owner").await;
    let browser = at(&server, "olga").await;
    let new = "/console/reviews/schedules/new";
    let (reviewer, fallback) = (format!("reviewer-{olga}"), olga.to_string());
    let form = |name: &'static str, every: &'static str, next: &'static str| {
        [
            ("name", name),
            ("scope", "teams"),
            (reviewer.as_str(), "on"),
            ("fallback", fallback.as_str()),
            ("days", "7"),
            ("silence", "advice"),
            ("justify", "never"),
            ("every", every),
            ("next_at", next),
        ]
    };

    let wrong = post(&browser, new, new, &form("Teams", "quarter", "soon")).await.expect(400);
    post(&browser, new, new, &form("Teams", "quarter", "2099-01-01")).await.expect(303);
    let list = browser.get("/console/reviews").await.expect(200);
    let path =
        list.text.split("href=\"/console/reviews/schedules/").filter(|it| !it.starts_with("new")).nth(1).unwrap();
    let path = format!("/console/reviews/schedules/{}", path.split('"').next().unwrap());
    let shown = browser.get(&path).await.expect(200);
    post(&browser, &path, &path, &form("Teams", "year", "2099-01-01")).await.expect(303);
    let changed = browser.get("/console/reviews").await.expect(200);
    let asked = browser.get(&format!("{path}/delete")).await.expect(200);
    post(&browser, &path, &format!("{path}/delete"), &[]).await.expect(303);
    let gone = browser.get(&path).await;

    assert_eq!(wrong.problem(), "Write a day such as 2026-11-26, or a moment such as 2026-11-26T10:30:00Z.");
    assert!(words(&list).contains("Each quarter") && words(&changed).contains("Each year"));
    assert!(shown.text.contains("value=\"advice\" required checked") && shown.text.contains("value=\"2099-01-01\""));
    assert!(words(&asked).contains("The reviews that there are stay."));
    assert_eq!(gone.status, 404);
    let records = names_of_records(&acme, "review.").await;
    assert_eq!(records, ["review.schedule_created", "review.schedule_changed", "review.schedule_deleted"]);
}
