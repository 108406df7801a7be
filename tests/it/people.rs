//! What is done to people over the API, by whom, and what the rules refuse.

use std::time::Duration;

use doorward::app::accounts::{self, NewUser, Secret, SignIn, WayIn};
use doorward::app::clients::NewClient;
use doorward::app::departures;
use doorward::app::fsck;
use doorward::app::groups;
use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::app::service_accounts::{self, NewServiceAccount};
use doorward::app::teams::{self, NewTeam};
use doorward::app::users::{self, Person};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::{OrgId, UserId};
use doorward::domain::user::Status;
use doorward::store::audit;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Browser, PASSWORD, Reply, Server, Tenant, database};
use crate::oidc::stage::{Rp, Stage, answer};
use crate::own_credentials::{NEW_PASSWORD, first_code};

/// A server with an application through which people call the API.
pub struct Api {
    pub stage: Stage,
    rp: Rp,
}

impl Api {
    pub async fn new() -> Self {
        Self::on(Server::start().await).await
    }

    /// The same on a server with other settings.
    pub async fn on(server: Server) -> Self {
        let stage = Stage::on(server).await;
        let rp = stage.rp_with(|new| NewClient { scopes: Some("openid api".to_owned()), ..new }).await;
        stage.server.keep_outbox();
        Self { stage, rp }
    }

    pub fn server(&self) -> &Server {
        &self.stage.server
    }

    pub fn acme(&self) -> Tenant<'_> {
        Tenant { server: self.server(), org: self.stage.org.id }
    }

    pub async fn preset(&self, preset: &str) -> Tenant<'_> {
        self.server().tenant_with(preset, preset).await
    }

    /// An access token of somebody, of the scope that opens the API.
    pub async fn token(&self, id: UserId) -> String {
        let person = users::show(&self.server().app, &Server::operator(), id).await.unwrap();
        self.token_in(&self.stage.browser(&person).await).await
    }

    /// An access token of whoever is signed in there.
    pub async fn token_in(&self, browser: &Browser<'_>) -> String {
        let code = answer(&browser.get(&self.rp.request(&[("scope", "openid api")])).await)["code"].clone();
        let tokens = self.stage.redeem(&self.rp, &code).await.expect(200).json();
        tokens["access_token"].as_str().unwrap().to_owned()
    }

    /// Somebody new with this role, and a token.
    pub async fn caller(&self, tenant: &Tenant<'_>, name: &str, role: &str) -> (UserId, String) {
        let id = tenant.user(name, role).await;
        (id, self.token(id).await)
    }

    pub async fn call(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Reply {
        let request = self.server().request(method, &format!("/api/v1{path}")).bearer_auth(token);
        let request = match body {
            None => request,
            Some(Value::String(csv)) => request.header("content-type", "text/csv").body(csv),
            Some(json) => request.json(&json),
        };
        self.server().send(request).await
    }

    pub async fn operator(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        self.call(crate::harness::OPERATOR_TOKEN, method, path, body).await
    }
}

async fn with(tenant: &Tenant<'_>, name: &str, role: &str, (sign_in, way_in): (SignIn, WayIn)) -> Person {
    let new = NewUser {
        user_name: name.to_owned(),
        display_name: format!("{name} the person"),
        email: Some(format!("{name}@mail.example")),
        role: Some(role.parse().unwrap()),
        sign_in: Some(sign_in),
        way_in: Some(way_in),
    };
    accounts::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().person
}

fn password() -> (SignIn, WayIn) {
    (SignIn::Password, WayIn::Password { password: Secret::new(PASSWORD.to_owned()), must_change: false })
}

const PENDING: (SignIn, WayIn) = (SignIn::Password, WayIn::Closed);
const SSO: (SignIn, WayIn) = (SignIn::Sso, WayIn::Closed);

fn code_of(reply: &Reply) -> String {
    reply.json()["type"].as_str().unwrap().trim_start_matches("urn:doorward:problem:").to_owned()
}

pub async fn team(tenant: &Tenant<'_>, name: &str) -> String {
    let new = NewTeam { name: name.to_owned(), ..NewTeam::default() };
    teams::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().id.to_string()
}

pub async fn group(tenant: &Tenant<'_>, name: &str) -> String {
    groups::create(&tenant.server.app, &Server::operator(), tenant.org, name).await.unwrap().id.to_string()
}

pub async fn invited(api: &Api, org: OrgId, address: &str, role: &str) -> String {
    let people = vec![Invitee {
        address: address.to_owned(),
        display_name: None,
        role: Some(role.parse().unwrap()),
        teams: Vec::new(),
    }];
    let app = &api.server().app;
    let operator = Server::operator();
    let mut sent = invitations::invite_many(app, &operator, org, people, Delivery::HandedLink).await.unwrap();
    let Ok(sent) = sent.remove(0).result else { panic!("{address} was not invited") };
    sent.invitation.id.to_string()
}

/// A service account of a viewer; its id.
pub async fn program(tenant: &Tenant<'_>, name: &str) -> String {
    let (name, role) = (name.to_owned(), "viewer".parse().unwrap());
    let new = NewServiceAccount { name, description: String::new(), role, owner: None };
    service_accounts::create(&tenant.server.app, &Server::operator(), tenant.org, new).await.unwrap().id.to_string()
}

/// An application of the organisation, with a secret; its id.
pub async fn application(tenant: &Tenant<'_>, name: &str) -> String {
    let body = json!({ "name": name, "redirect_uris": ["https://app.example/callback"] });
    let path = format!("/api/v1/clients?organisation={}", slug_of(tenant).await);
    let reply = tenant.server.send(tenant.server.api(Method::POST, &path).json(&body)).await.expect(201);
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn slug_of(tenant: &Tenant<'_>) -> String {
    tenant.server.app.store.organisation(tenant.org).await.unwrap().0.slug.clone()
}

/// A resource that nobody owns; its key.
async fn resource(api: &Api, key: &str) -> String {
    let path = format!("/resources/report/{key}?organisation=acme");
    api.operator(Method::PUT, &path, Some(json!({ "name": "Sales" }))).await.expect(201);
    key.to_owned()
}

const ALL: &[&str] = &["owner", "admin", "contributor", "viewer", "viewernosecrets"];
const WRITERS: &[&str] = &["owner", "admin", "contributor"];
const MANAGERS: &[&str] = &["owner", "admin"];
const OWNER: &[&str] = &["owner"];
const NOBODY: &[&str] = &[];

/// Method, path and body of a deed, and the roles that may.
pub type Deed = (Method, &'static str, Option<Value>, &'static [&'static str]);

/// Who may do what in the strict reading of owner, admin, contributor and viewer: method, path and body of each deed on
/// somebody (`USER`, pending), an invitation (`INVITATION`) or oneself, and the roles that may.
pub fn matrix() -> Vec<Deed> {
    let new = |name: &str| json!({ "user_name": name, "display_name": "New", "role": "viewer", "activation": "none" });
    let invite = json!({ "invitations": [{ "address": "x@acme.example" }], "role": "viewer", "send_mail": false });
    let mut all = vec![
        (Method::GET, "/users", None, ALL),
        (Method::GET, "/users/export", None, OWNER),
        (Method::GET, "/users/USER", None, MANAGERS),
        (Method::POST, "/users", Some(new("newcomer")), MANAGERS),
        (Method::PATCH, "/users/USER", Some(json!({ "display_name": "Other" })), MANAGERS),
        (Method::POST, "/users/USER/resend-activation", None, MANAGERS),
        (Method::DELETE, "/users/USER", None, MANAGERS),
        (Method::PUT, "/users/USER/role", Some(json!({ "role": "contributor" })), OWNER),
        (Method::PATCH, "/users/USER", Some(json!({ "role": "contributor" })), OWNER),
        // The address is the way to another password.
        (Method::PATCH, "/users/USER", Some(json!({ "email": "other@mail.example" })), OWNER),
        (Method::PUT, "/users/USER/mfa-required", Some(json!({ "required": true })), OWNER),
        (Method::PUT, "/users/USER/break-glass", Some(json!({ "marked": false })), OWNER),
        (Method::GET, "/break-glass", None, OWNER),
        (Method::POST, "/users/USER/deactivate", None, OWNER),
        (Method::GET, "/users/USER/access", None, MANAGERS),
        (Method::GET, "/users/USER/end-date", None, MANAGERS),
        (Method::PUT, "/users/USER/end-date", Some(json!({ "ends_at": "2099-12-31" })), OWNER),
        (Method::DELETE, "/users/USER/end-date", None, OWNER),
        (Method::GET, "/posture", None, OWNER),
        (Method::POST, "/users/USER/activate", None, OWNER),
        (Method::POST, "/users/USER/erase", None, OWNER),
        (Method::POST, "/users/USER/reset-password", None, OWNER),
        (Method::POST, "/users/USER/temporary-password", None, OWNER),
        (Method::POST, "/users/USER/reset-mfa", None, OWNER),
        (Method::POST, "/users/USER/revoke-sessions", None, OWNER),
        (Method::GET, "/users/USER/sign-ins", None, MANAGERS),
        (Method::GET, "/users/USER/sessions", None, MANAGERS),
        (Method::GET, "/users/USER/consents", None, MANAGERS),
        (Method::DELETE, "/users/USER/consents/CLIENT", None, OWNER),
        (Method::GET, "/organisation", None, OWNER),
        (Method::PATCH, "/organisation", Some(json!({ "language": "auto" })), OWNER),
        (Method::GET, "/organisation/schemas", None, OWNER),
        (Method::PUT, "/organisation/schemas", Some(json!({ "schemas": [] })), OWNER),
        (Method::GET, "/policies", None, OWNER),
        (
            Method::PUT,
            "/policies",
            Some(json!({ "sessions": { "idle_minutes": 30, "absolute_minutes": 1440 } })),
            OWNER,
        ),
        (Method::GET, "/roles", None, ALL),
        (Method::GET, "/roles/ROLE", None, ALL),
        (Method::POST, "/roles", Some(json!({ "label": "Auditor", "given_by": ["owner"] })), OWNER),
        (Method::PUT, "/roles/ROLE", Some(json!({ "label": "Auditor" })), OWNER),
        (Method::DELETE, "/roles/ROLE", None, OWNER),
        (Method::PUT, "/role-model/reading", Some(json!({ "reading": "strict" })), OWNER),
        (Method::POST, "/role-model/preview", Some(json!({ "reading": "matrix" })), OWNER),
        (Method::GET, "/invitations", None, MANAGERS),
        (Method::POST, "/invitations", Some(invite), MANAGERS),
        (Method::POST, "/invitations/INVITATION/resend", Some(json!({ "send_mail": false })), MANAGERS),
        (Method::DELETE, "/invitations/INVITATION", None, MANAGERS),
        (Method::POST, "/imports", Some(json!("user_name,display_name,role\nimported,New,viewer\n")), MANAGERS),
    ];
    all.extend(of_oneself());
    all.extend(of_teams());
    all.extend(of_groups_and_resources());
    all.extend(of_projects());
    all.extend(of_reviews());
    all.extend(of_the_operator());
    all.extend(of_applications());
    all.extend(of_programs_and_providers().into_iter().chain(of_streams()).chain(of_the_organisation()));
    // Ends the token of the caller, so it comes last.
    all.push((Method::POST, "/me/leave", None, MANAGERS));
    all
}

/// What only whoever runs the instance does.
fn of_the_operator() -> Vec<Deed> {
    vec![
        (Method::GET, "/organisations", None, NOBODY),
        (Method::POST, "/organisations", Some(json!({ "slug": "mine", "name": "Mine" })), NOBODY),
        (Method::GET, "/organisations/SLUG", None, NOBODY),
        (Method::DELETE, "/organisations/SLUG", None, NOBODY),
        (Method::POST, "/organisations/SLUG/suspend", None, NOBODY),
        (Method::POST, "/organisations/SLUG/resume", None, NOBODY),
        (Method::POST, "/organisations/SLUG/restore", None, NOBODY),
    ]
}

/// The same for teams.
fn of_teams() -> Vec<Deed> {
    vec![
        (Method::GET, "/teams", None, MANAGERS),
        (Method::POST, "/teams", Some(json!({ "name": "Another" })), MANAGERS),
        (Method::GET, "/teams/TEAM", None, MANAGERS),
        (Method::PATCH, "/teams/TEAM", Some(json!({ "description": "Other" })), MANAGERS),
        (Method::POST, "/teams/TEAM/members", Some(json!({ "add": [] })), MANAGERS),
        (Method::GET, "/teams/TEAM/usage", None, MANAGERS),
        (Method::PUT, "/teams/TEAM/usage", Some(json!({ "used": { "workflows": 1 } })), MANAGERS),
        (Method::POST, "/teams/TEAM/usage/check", Some(json!({ "workflows": 1 })), MANAGERS),
        (Method::DELETE, "/teams/TEAM", None, MANAGERS),
    ]
}

/// The same for oneself (`TOKEN` is nothing of one's own).
fn of_oneself() -> Vec<Deed> {
    vec![
        (Method::GET, "/me", None, ALL),
        (Method::GET, "/me/sign-ins", None, ALL),
        (Method::GET, "/me/sessions", None, ALL),
        (Method::DELETE, "/me/sessions", None, ALL),
        (Method::DELETE, "/me/sessions/TOKEN", None, ALL),
        (Method::PUT, "/me/password", Some(json!({ "current_password": PASSWORD, "password": NEW_PASSWORD })), ALL),
        (Method::GET, "/me/factors", None, ALL),
        (Method::POST, "/me/authenticator", None, ALL),
        (Method::POST, "/me/authenticator/confirm", None, ALL),
        (Method::DELETE, "/me/authenticator", None, ALL),
        (Method::DELETE, "/me/passkeys/TOKEN", None, ALL),
        (Method::POST, "/me/recovery-codes", None, ALL),
        (Method::PATCH, "/me", Some(json!({ "display_name": "Other" })), ALL),
        (Method::POST, "/me/email", Some(json!({ "email": "other@mail.example" })), ALL),
        (Method::GET, "/me/tokens", None, ALL),
        (Method::POST, "/me/tokens", Some(json!({ "name": "Script", "scopes": ["read"] })), WRITERS),
        (Method::DELETE, "/me/tokens/TOKEN", None, ALL),
    ]
}

/// The same for groups (`GROUP`) and for resources by their key.
fn of_groups_and_resources() -> Vec<Deed> {
    vec![
        (Method::GET, "/resources", None, MANAGERS),
        (Method::PUT, "/resources/report/KEY", Some(json!({ "name": "Sales" })), MANAGERS),
        (Method::GET, "/resources/report/KEY", None, MANAGERS),
        (Method::POST, "/resources/report/KEY/transfer", Some(json!({ "owner": null })), MANAGERS),
        (Method::POST, "/resources/report/KEY/activity", Some(json!({ "deed": "updated" })), MANAGERS),
        (Method::GET, "/resources/report/KEY/shares", None, MANAGERS),
        // Whoever could join the team by themselves would share with themselves.
        (Method::PUT, "/resources/report/KEY/shares/team/TEAM", Some(json!({ "level": "view" })), OWNER),
        (Method::DELETE, "/resources/report/KEY/shares/team/TEAM", None, MANAGERS),
        (Method::DELETE, "/resources/report/KEY", None, OWNER),
        (Method::GET, "/groups", None, MANAGERS),
        (Method::POST, "/groups", Some(json!({ "name": "Another" })), MANAGERS),
        (Method::GET, "/groups/GROUP", None, MANAGERS),
        (Method::PATCH, "/groups/GROUP", Some(json!({ "name": "Other name" })), MANAGERS),
        (Method::GET, "/groups/GROUP/members", None, MANAGERS),
        (Method::POST, "/groups/GROUP/members", Some(json!({ "add": [] })), MANAGERS),
        (Method::GET, "/groups/GROUP/activity", None, MANAGERS),
        (Method::PUT, "/groups/GROUP/roles/ROLE", None, OWNER),
        (Method::DELETE, "/groups/GROUP/roles/ROLE", None, OWNER),
        (Method::DELETE, "/groups/GROUP", None, MANAGERS),
    ]
}

/// The same for projects (`PROJECT`), and what is on them (`ASSIGNMENT`).
fn of_projects() -> Vec<Deed> {
    let assign = json!({ "subject": { "kind": "user", "id": "USER" } });
    vec![
        (Method::GET, "/projects", None, ALL),
        (Method::POST, "/projects", Some(json!({ "name": "Another" })), WRITERS),
        (Method::GET, "/projects/PROJECT", None, ALL),
        (Method::PATCH, "/projects/PROJECT", Some(json!({ "description": "Other" })), WRITERS),
        (Method::DELETE, "/projects/PROJECT", None, WRITERS),
        (Method::GET, "/projects/PROJECT/assignments", None, MANAGERS),
        (Method::POST, "/projects/PROJECT/assignments", Some(assign), MANAGERS),
        (Method::PATCH, "/projects/PROJECT/assignments/ASSIGNMENT", Some(json!({ "access": "read" })), MANAGERS),
        (Method::DELETE, "/projects/PROJECT/assignments/ASSIGNMENT", None, MANAGERS),
        (Method::GET, "/projects/PROJECT/misconfigured", None, MANAGERS),
        (Method::GET, "/projects/PROJECT/access/USER", None, MANAGERS),
    ]
}

/// The same for access reviews (`REVIEW`) and their schedules (`SCHEDULE`).
fn of_reviews() -> Vec<Deed> {
    let terms = json!({ "scope": "teams", "reviewers": ["REVIEWER"], "fallback": "REVIEWER" });
    let schedule = json!({ "name": "Teams", "terms": terms, "every": "year", "next_at": "2099-01-01" });
    let nothing = UserId::new();
    let decisions = json!({ "decisions": [{ "item": nothing, "decision": "keep" }] });
    let hand_on = json!({ "items": [nothing], "to": "REVIEWER" });
    vec![
        (Method::GET, "/reviews", None, OWNER),
        (Method::POST, "/reviews", Some(json!({ "name": "Teams", "terms": terms })), OWNER),
        (Method::GET, "/reviews/REVIEW", None, OWNER),
        (Method::POST, "/reviews/REVIEW/open", None, OWNER),
        (Method::POST, "/reviews/REVIEW/close", None, OWNER),
        (Method::POST, "/reviews/REVIEW/cancel", None, OWNER),
        (Method::GET, "/reviews/REVIEW/items", None, OWNER),
        (Method::POST, "/reviews/REVIEW/decisions", Some(decisions), OWNER),
        (Method::POST, "/reviews/REVIEW/hand-on", Some(hand_on), OWNER),
        (Method::GET, "/reviews/REVIEW/evidence", None, OWNER),
        (Method::GET, "/review-schedules", None, OWNER),
        (Method::POST, "/review-schedules", Some(schedule.clone()), OWNER),
        (Method::GET, "/review-schedules/SCHEDULE", None, OWNER),
        (Method::PUT, "/review-schedules/SCHEDULE", Some(schedule), OWNER),
        (Method::DELETE, "/review-schedules/SCHEDULE", None, OWNER),
    ]
}

/// The path with a review or a schedule of its own, where it names one.
async fn with_review(api: &Api, path: &str) -> String {
    let owner = api.stage.ada.user.id;
    let terms = json!({ "scope": "teams", "reviewers": [owner], "fallback": owner });
    let made = async |path: &str, body: Value| {
        let made = api.operator(Method::POST, &format!("{path}?organisation=acme"), Some(body)).await.expect(201);
        made.json()["id"].as_str().unwrap().to_owned()
    };
    if path.contains("REVIEW") {
        return path.replace("REVIEW", &made("/reviews", json!({ "name": "X", "terms": terms })).await);
    }
    if path.contains("SCHEDULE") {
        let new = json!({ "name": "X", "terms": terms, "every": "year", "next_at": "2099-01-01" });
        return path.replace("SCHEDULE", &made("/review-schedules", new).await);
    }
    path.to_owned()
}

/// The path with a project of its own, and with something on it where it names that.
async fn with_project(api: &Api, path: &str, (name, user): (&str, UserId)) -> String {
    if !path.contains("PROJECT") {
        return path.to_owned();
    }
    let new = json!({ "name": name });
    let made = api.operator(Method::POST, "/projects?organisation=acme", Some(new)).await.expect(201).json();
    let id = made["id"].as_str().unwrap();
    let put = json!({ "subject": { "kind": "user", "id": user } });
    let on = api.operator(Method::POST, &format!("/projects/{id}/assignments"), Some(put)).await.expect(201).json();
    path.replace("PROJECT", id).replace("ASSIGNMENT", on["id"].as_str().unwrap())
}

/// The same for applications (`APPLICATION`).
fn of_applications() -> Vec<Deed> {
    let new = json!({ "name": "Wiki", "redirect_uris": ["https://wiki.example/callback"] });
    vec![
        (Method::GET, "/clients", None, OWNER),
        (Method::POST, "/clients", Some(new), OWNER),
        (Method::GET, "/clients/APPLICATION", None, OWNER),
        (Method::PATCH, "/clients/APPLICATION", Some(json!({ "name": "Other" })), OWNER),
        (Method::POST, "/clients/APPLICATION/rotate-secret", None, OWNER),
        (Method::POST, "/clients/APPLICATION/disable", None, OWNER),
        (Method::POST, "/clients/APPLICATION/enable", None, OWNER),
        (Method::GET, "/clients/APPLICATION/sessions", None, OWNER),
        (Method::DELETE, "/clients/APPLICATION/sessions/USER", None, OWNER),
        (Method::DELETE, "/clients/APPLICATION", None, OWNER),
    ]
}

/// The same for service accounts (`SERVICE`), refused sign-ins (`REFERENCE`), requests of identity providers (`CALL`) and
/// connections (`CONNECTION`).
fn of_programs_and_providers() -> Vec<Deed> {
    vec![
        (Method::GET, "/service-accounts", None, OWNER),
        (Method::POST, "/service-accounts", Some(json!({ "name": "A program", "role": "viewer" })), OWNER),
        (Method::GET, "/service-accounts/SERVICE", None, OWNER),
        (Method::PATCH, "/service-accounts/SERVICE", Some(json!({ "name": "Another" })), OWNER),
        (Method::GET, "/service-accounts/SERVICE/tokens", None, OWNER),
        (Method::POST, "/service-accounts/SERVICE/tokens", Some(json!({ "name": "x", "scopes": ["read"] })), OWNER),
        (Method::DELETE, "/service-accounts/SERVICE/tokens/SECRET", None, OWNER),
        (Method::POST, "/service-accounts/SERVICE/deactivate", None, OWNER),
        (Method::POST, "/service-accounts/SERVICE/activate", None, OWNER),
        (Method::DELETE, "/service-accounts/SERVICE", None, OWNER),
        (Method::GET, "/audit", None, MANAGERS),
        (Method::GET, "/sign-in-failures", None, MANAGERS),
        (Method::GET, "/audit/export", None, MANAGERS),
        (Method::GET, "/audit/EVENT", None, MANAGERS),
        (Method::GET, "/audit/integrity", None, MANAGERS),
        (Method::POST, "/audit/verify", None, MANAGERS),
        (Method::GET, "/audit/checkpoints", None, MANAGERS),
        (Method::GET, "/users/USER/sign-in", None, MANAGERS),
        (Method::GET, "/users/USER/sign-in-refusals", None, MANAGERS),
        (Method::GET, "/sign-in-refusals", None, MANAGERS),
        (Method::GET, "/sign-in-refusals/REFERENCE", None, MANAGERS),
        (Method::GET, "/provisioning/waiting-members", None, OWNER),
        (Method::GET, "/provisioning/health", None, OWNER),
        (Method::GET, "/provisioning/journal", None, OWNER),
        (Method::GET, "/provisioning/journal/CALL", None, OWNER),
        (Method::POST, "/provisioning/journal/CALL/dry-run", None, OWNER),
        (Method::POST, "/provisioning/journal/CALL/replay", None, OWNER),
        (Method::GET, "/connections", None, OWNER),
        (Method::POST, "/connections", Some(json!({ "kind": "okta", "name": "Okta" })), OWNER),
        (Method::GET, "/connections/CONNECTION", None, OWNER),
        (Method::PATCH, "/connections/CONNECTION", Some(json!({ "name": "Okta" })), OWNER),
        (Method::POST, "/connections/CONNECTION/tokens", None, OWNER),
        (Method::DELETE, "/connections/CONNECTION/tokens/SECRET", None, OWNER),
        (Method::POST, "/connections/CONNECTION/clients", Some(json!({ "name": "A program" })), OWNER),
        (Method::DELETE, "/connections/CONNECTION/clients/CLIENT", None, OWNER),
        (Method::POST, "/connections/CONNECTION/pause", None, OWNER),
        (Method::POST, "/connections/CONNECTION/resume", None, OWNER),
        (Method::GET, "/connections/CONNECTION/drift", None, OWNER),
        (Method::GET, "/connections/CONNECTION/linkings", None, OWNER),
        (Method::GET, "/connections/CONNECTION/mappings", None, OWNER),
        (Method::PUT, "/connections/CONNECTION/groups/Crew/roles/ROLE", None, OWNER),
        (Method::DELETE, "/connections/CONNECTION/groups/Crew/roles/ROLE", None, OWNER),
        (Method::POST, "/connections/CONNECTION/linkings/LINKING/link", Some(json!({ "times": 1 })), OWNER),
        (Method::POST, "/connections/CONNECTION/linkings/LINKING/dismiss", Some(json!({ "times": 1 })), OWNER),
        (Method::GET, "/connections/CONNECTION/held-deprovisionings", None, OWNER),
        (Method::POST, "/connections/CONNECTION/held-deprovisionings/release", None, OWNER),
        (Method::POST, "/connections/CONNECTION/held-deprovisionings/refuse", None, OWNER),
        (Method::GET, "/connections/CONNECTION/setup", None, OWNER),
        (Method::GET, "/connections/CONNECTION/setup-links", None, OWNER),
        (Method::POST, "/connections/CONNECTION/setup-links", None, OWNER),
        (Method::DELETE, "/connections/CONNECTION/setup-links/SECRET", None, OWNER),
        (Method::DELETE, "/connections/CONNECTION", None, OWNER),
    ]
}

/// The same for the streams of the audit log (`STREAM`) and the files that are kept of it (`EXPORT`).
fn of_streams() -> Vec<Deed> {
    vec![
        (Method::GET, "/audit/exports", None, MANAGERS),
        (Method::POST, "/audit/exports", Some(json!({ "format": "csv" })), MANAGERS),
        (Method::GET, "/audit/exports/EXPORT", None, MANAGERS),
        (Method::GET, "/audit/exports/EXPORT/file", None, MANAGERS),
        (Method::GET, "/audit/exports/EXPORT/manifest", None, MANAGERS),
        (Method::DELETE, "/audit/exports/EXPORT", None, MANAGERS),
        (Method::GET, "/audit/streams", None, MANAGERS),
        (Method::POST, "/audit/streams", Some(new_stream()), MANAGERS),
        (Method::GET, "/audit/streams/STREAM", None, MANAGERS),
        (Method::PATCH, "/audit/streams/STREAM", Some(json!({ "name": "Other" })), MANAGERS),
        (Method::POST, "/audit/streams/STREAM/pause", None, MANAGERS),
        (Method::POST, "/audit/streams/STREAM/resume", None, MANAGERS),
        (Method::POST, "/audit/streams/STREAM/replay", Some(json!({ "from_seq": 1 })), MANAGERS),
        (Method::POST, "/audit/streams/STREAM/rotate-secret", None, MANAGERS),
        (Method::POST, "/audit/streams/STREAM/test", None, MANAGERS),
        (Method::DELETE, "/audit/streams/STREAM", None, MANAGERS),
    ]
}

/// The same for the look of the organisation and its domains; the DNS knows none.
fn of_the_organisation() -> Vec<Deed> {
    vec![
        (Method::GET, "/organisation/branding", None, OWNER),
        (Method::PATCH, "/organisation/branding", Some(json!({ "accent": "#00aa55" })), OWNER),
        (Method::PUT, "/organisation/branding/logo", None, OWNER),
        (Method::DELETE, "/organisation/branding/logo", None, OWNER),
        (Method::DELETE, "/organisation/branding", None, OWNER),
        (Method::GET, "/domains", None, OWNER),
        (Method::POST, "/domains", Some(json!({ "domain": "acme.example" })), OWNER),
        (Method::GET, "/domains/acme.example", None, OWNER),
        (Method::POST, "/domains/acme.example/check", None, OWNER),
        (Method::DELETE, "/domains/acme.example", None, OWNER),
    ]
}

/// A stream to where nothing may go.
pub fn new_stream() -> Value {
    json!({ "name": "SIEM", "kind": "webhook", "address": "https://127.0.0.1/hook" })
}

/// The path with a stream, where it names one: an organisation has few, so one that is there will do.
async fn with_stream(api: &Api, path: &str) -> String {
    if !path.contains("STREAM") {
        return path.to_owned();
    }
    let list = "/audit/streams?organisation=acme";
    let found = api.operator(Method::GET, list, None).await.expect(200).json()["streams"][0]["id"].clone();
    let id = match found.as_str() {
        Some(id) => id.to_owned(),
        None => {
            let made = api.operator(Method::POST, list, Some(new_stream())).await.expect(201).json();
            made["stream"]["id"].as_str().unwrap().to_owned()
        }
    };
    path.replace("STREAM", &id)
}

/// The path with a file of the audit log that somebody asked for, where it names one.
async fn with_export(api: &Api, path: &str) -> String {
    if !path.contains("EXPORT") {
        return path.to_owned();
    }
    let list = "/audit/exports?organisation=acme";
    let found = api.operator(Method::GET, list, None).await.expect(200).json()["exports"][0]["id"].clone();
    let id = match found.as_str() {
        Some(id) => id.to_owned(),
        None => {
            let made = api.operator(Method::POST, list, Some(json!({}))).await.expect(202).json();
            made["id"].as_str().unwrap().to_owned()
        }
    };
    path.replace("EXPORT", &id)
}

/// TE-01, S1-2, S1-22, S1-24, S1-29: every deed over the API, tried by every role, is open to exactly the roles that may.
#[tokio::test]
async fn te_01_every_deed_is_open_to_exactly_the_roles_that_may() {
    let api = Api::new().await;
    let acme = api.acme();
    let mut wrong = Vec::new();

    for role in ["owner", "admin", "contributor", "viewer", "viewernosecrets"] {
        let (_, token) = api.caller(&acme, &format!("as-{role}"), role).await;
        for (nth, (method, path, body, may)) in matrix().into_iter().enumerate() {
            let user = with(&acme, &format!("{role}-{nth}"), "viewer", PENDING).await.user.id;
            let needs_invitation = path.contains("INVITATION");
            let address = format!("{role}-{nth}@acme.example");
            let invitation =
                if needs_invitation { invited(&api, acme.org, &address, "viewer").await } else { String::new() };
            let path = path.replace("USER", &user.to_string()).replace("INVITATION", &invitation);
            let path = if path.contains("TEAM") { path.replace("TEAM", &team(&acme, &address).await) } else { path };
            let path = if path.contains("GROUP") { path.replace("GROUP", &group(&acme, &address).await) } else { path };
            let path = path.replace("CLIENT", &user.to_string()).replace("TOKEN", &user.to_string());
            let path = path.replace("SECRET", &user.to_string()).replace("ROLE", "viewer");
            let path = path.replace("EVENT", &user.to_string()).replace("CALL", &user.to_string());
            let path = path.replace("LINKING", &user.to_string()).replace("SLUG", "acme");
            let path = match path.contains("KEY") {
                true => path.replace("KEY", &resource(&api, &format!("{role}-{nth}")).await),
                false => path,
            };
            let path = match path.contains("CONNECTION") {
                true => path.replace("CONNECTION", &acme.connection().await.id.to_string()),
                false => path,
            };
            let path = with_project(&api, &path, (&address, user)).await;
            let path = with_review(&api, &path).await;
            let path = with_stream(&api, &path).await;
            let path = with_export(&api, &path).await;
            let path = match path.contains("SERVICE") {
                true => path.replace("SERVICE", &program(&acme, &format!("{role}-{nth}")).await),
                false => path,
            };

            let path = match path.contains("APPLICATION") {
                true => path.replace("APPLICATION", &application(&acme, &format!("{role}-{nth}")).await),
                false => path,
            };

            let body = match path.ends_with("/authenticator/confirm") {
                true => Some(first_code(&api, &token).await.1),
                false => body.map(|it| {
                    let text = it.to_string().replace("\"USER\"", &format!("\"{user}\""));
                    text.replace("REVIEWER", &api.stage.ada.user.id.to_string()).parse().unwrap()
                }),
            };

            let reply = tried(&api, &token, (&method, &path), body).await;

            // Somebody who may do it can still meet a rule about the state of things, or find that nothing is there.
            let is_open = matches!(reply.status, 200..=299 | 404 | 409);
            let is_shut = reply.status == 403;
            if is_open != may.contains(&role) || is_shut == is_open {
                wrong.push(format!("{role} {method} {path}: {} {}", reply.status, reply.text));
            }
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
}

/// Tries a deed; a logo comes as a picture.
async fn tried(api: &Api, token: &str, (method, path): (&Method, &str), body: Option<Value>) -> Reply {
    if (method, path) != (&Method::PUT, "/organisation/branding/logo") {
        return api.call(token, method.clone(), path, body).await;
    }
    let request = api.server().request(Method::PUT, &format!("/api/v1{path}")).bearer_auth(token);
    let picture = request.header("content-type", "image/png").body(crate::branding::png(32, 32));
    api.server().send(picture).await
}

/// A route of the API that the matrix lacks would be open to nobody knows whom.
#[tokio::test]
async fn the_matrix_has_every_route_of_the_api() {
    let server = Server::start().await;
    let routes = doorward::web::routes(&server.app);
    let written = |path: &str| {
        path.replace("CLIENT", "{client_id}")
            .replace("Crew", "{group}")
            .replace("access/USER", "access/{user_id}")
            .replace("sessions/USER", "sessions/{user_id}")
            .replace("APPLICATION", "{id}")
            .replace("USER", "{id}")
            .replace("INVITATION", "{id}")
            .replace("ASSIGNMENT", "{assignment_id}")
            .replace("REVIEW", "{id}")
            .replace("SCHEDULE", "{id}")
            .replace("PROJECT", "{id}")
            .replace("team/TEAM", "{with}/{id}")
            .replace("TEAM", "{id}")
            .replace("GROUP", "{id}")
            .replace("TOKEN", "{id}")
            .replace("SERVICE", "{id}")
            .replace("setup-links/SECRET", "setup-links/{link_id}")
            .replace("SECRET", "{token_id}")
            .replace("ROLE", "{key}")
            .replace("report/KEY", "{kind}/{external_id}")
            .replace("REFERENCE", "{reference}")
            .replace("CALL", "{id}")
            .replace("CONNECTION", "{id}")
            .replace("LINKING", "{linking_id}")
            .replace("EVENT", "{id}")
            .replace("STREAM", "{id}")
            .replace("/domains/acme.example", "/domains/{domain}")
            .replace("EXPORT", "{id}")
            .replace("SLUG", "{slug}")
    };
    let known: Vec<_> = matrix().into_iter().map(|it| (it.0, format!("/api/v1{}", written(it.1)))).collect();

    let missing = routes.table().iter().filter(|it| it.path.starts_with("/api/v1/"));
    let missing: Vec<_> = missing.filter(|it| !known.contains(&(it.method.clone(), it.path.to_owned()))).collect();

    assert!(missing.is_empty(), "{missing:?}");
}

/// TE-03, S1-34, S1-4: an admin does nothing to an owner and brings none in.
#[tokio::test]
async fn te_03_an_admin_does_nothing_to_an_owner() {
    let api = Api::new().await;
    let acme = api.acme();
    let (_, admin) = api.caller(&acme, "adam", "admin").await;
    let invitation = invited(&api, acme.org, "o@acme.example", "owner").await;
    let wiki = application(&acme, "Wiki").await;

    for (method, path, body, _) in matrix().into_iter().filter(|it| it.0 != Method::GET && it.1.contains("USER")) {
        let id = api.stage.ada.user.id.to_string();
        let path = path.replace("USER", &id).replace("CLIENT", &id).replace("APPLICATION", &wiki);
        assert_eq!(api.call(&admin, method, &path, body).await.status, 403, "{path}");
    }
    let new = json!({ "user_name": "o", "display_name": "O", "role": "owner", "activation": "none" });
    let invite = json!({ "invitations": [{ "address": "p@acme.example", "role": "owner" }] });

    assert_eq!(api.call(&admin, Method::POST, "/users", Some(new)).await.status, 403);
    assert_eq!(api.call(&admin, Method::POST, "/invitations", Some(invite)).await.status, 403);
    assert_eq!(api.call(&admin, Method::DELETE, &format!("/invitations/{invitation}"), None).await.status, 403);
    let resend = format!("/invitations/{invitation}/resend");
    assert_eq!(api.call(&admin, Method::POST, &resend, None).await.status, 403);
}

/// TE-02: nobody raises their own role, by the route for roles or as a field of another.
#[tokio::test]
async fn te_02_nobody_raises_their_own_role() {
    let api = Api::new().await;
    let acme = api.acme();

    for role in ["admin", "contributor", "viewer"] {
        let (id, token) = api.caller(&acme, role, role).await;
        for (method, path, field) in
            [(Method::PUT, format!("/users/{id}/role"), "role"), (Method::PATCH, format!("/users/{id}"), "role")]
        {
            let reply = api.call(&token, method, &path, Some(json!({ field: "owner" }))).await;
            assert_eq!(reply.status, 403, "{role} {path}");
        }
        let me = api.call(&token, Method::GET, "/me", None).await.expect(200).json();
        assert_eq!(me["role"], role);
    }
}

/// S1-19, S1-23, S1-27, TE-06: the sole owner is neither demoted nor removed, shut out or erased, and cannot leave.
#[tokio::test]
async fn s1_23_s1_27_the_sole_owner_stays_whatever_is_tried() {
    let api = Api::new().await;
    let ada = api.stage.ada.user.id;
    let token = api.token(ada).await;
    let demote = Some(json!({ "role": "viewer" }));

    let tries = [
        api.call(&token, Method::PUT, &format!("/users/{ada}/role"), demote.clone()).await,
        api.call(&token, Method::PATCH, &format!("/users/{ada}"), demote).await,
        api.call(&token, Method::POST, "/me/leave", None).await,
        api.operator(Method::DELETE, &format!("/users/{ada}"), None).await,
        api.operator(Method::POST, &format!("/users/{ada}/deactivate"), None).await,
        api.operator(Method::POST, &format!("/users/{ada}/erase"), None).await,
    ];

    for reply in tries {
        assert_eq!((reply.status, code_of(&reply).as_str()), (409, "last-protected-role"), "{}", reply.text);
    }
    api.acme().user("olga", "owner").await;
    assert_eq!(api.call(&token, Method::POST, "/me/leave", None).await.status, 204);
    assert_eq!(api.call(&token, Method::GET, "/me", None).await.status, 401);
}

/// S1-19, S1-23, S1-27: whoever has no way in holds nothing for the others: an SSO user whom no provider signs in, and somebody
/// who never replaced a temporary password, however often they are switched off and on.
#[tokio::test]
async fn s1_19_a_holder_who_could_never_sign_in_is_none() {
    let api = Api::new().await;
    let acme = api.acme();
    let ada = api.stage.ada.user.id;
    let token = api.token(ada).await;
    let new = |name: &str, sign_in: &str| {
        let body = json!({ "user_name": name, "display_name": name, "role": "owner", "sign_in": sign_in });
        api.operator(Method::POST, "/users?organisation=acme", Some(body))
    };
    new("ghost", "sso").await.expect(201);
    let mut body = json!({ "user_name": "tom", "display_name": "Tom", "role": "owner", "sign_in": "password" });
    body["activation"] = json!("none");
    let tom = api.operator(Method::POST, "/users?organisation=acme", Some(body)).await.expect(201).json();
    let tom = tom["id"].as_str().unwrap().to_owned();
    api.operator(Method::POST, &format!("/users/{tom}/temporary-password"), None).await.expect(200);
    api.operator(Method::POST, &format!("/users/{tom}/deactivate"), None).await.expect(200);
    let back = api.operator(Method::POST, &format!("/users/{tom}/activate"), None).await.expect(200).json();
    let browser = api.stage.browser(&api.stage.ada).await;

    let tries = [
        api.call(&token, Method::PUT, &format!("/users/{ada}/role"), Some(json!({ "role": "viewer" }))).await,
        api.call(&token, Method::POST, "/me/leave", None).await,
        api.operator(Method::POST, &format!("/users/{ada}/deactivate"), None).await,
        api.operator(Method::POST, &format!("/users/{ada}/erase"), None).await,
    ];
    let page = browser.get(&format!("/console/users/{ada}")).await.expect(200);

    assert_eq!(back["status"], "pending");
    for reply in tries {
        assert_eq!((reply.status, code_of(&reply).as_str()), (409, "last-protected-role"), "{}", reply.text);
    }
    assert!(page.text.contains("Last active holder of the role"), "{}", page.text);
    let sign_in = Settings {
        issuer: Some("https://idp.example".to_owned()),
        client_id: Some("c".to_owned()),
        ..Settings::default()
    };
    let pushed = acme.connection_with(Kind::Okta, sign_in).await.push("olga").await;
    api.operator(Method::PUT, &format!("/users/{pushed}/role"), Some(json!({ "role": "owner" }))).await.expect(200);
    assert_eq!(api.call(&token, Method::POST, "/me/leave", None).await.status, 204);
}

/// S1-19: nothing is lost with a holder who could never sign in; and somebody who was in before a temporary password is as
/// active after being switched off and on as before.
#[tokio::test]
async fn s1_19_whoever_counts_for_nothing_may_go_and_whoever_was_in_stays_active() {
    let api = Api::new().await;
    let acme = api.acme();
    let sso = json!({ "user_name": "ghost", "display_name": "Ghost", "role": "owner", "sign_in": "sso" });
    let ghost = api.operator(Method::POST, "/users?organisation=acme", Some(sso)).await.expect(201).json();
    let ghost = ghost["id"].as_str().unwrap();
    let vera = acme.user("vera", "viewer").await;
    assert_eq!(Browser::new(api.server()).sign_in("vera", PASSWORD).await.0, "/account");

    let demoted = api.operator(Method::PUT, &format!("/users/{ghost}/role"), Some(json!({ "role": "viewer" }))).await;
    let deed = async |deed: &str| api.operator(Method::POST, &format!("/users/{vera}/{deed}"), None).await;
    deed("temporary-password").await.expect(200);
    deed("deactivate").await.expect(200);
    let back = deed("activate").await.expect(200).json();

    assert_eq!((demoted.status, &back["status"]), (200, &json!("active")), "{}", demoted.text);
}

/// TE-17: a page of the users goes on where the last one ended; a place that was changed or cut, of another order or of
/// another organisation is refused.
#[tokio::test]
async fn te_17_a_place_in_the_list_of_users_is_good_only_as_it_came_and_where_it_came_from() {
    let api = Api::new().await;
    let globex = api.server().tenant("globex").await;
    let (_, foreign) = api.caller(&globex, "hank", "owner").await;
    let own = api.token(api.stage.ada.user.id).await;
    for name in ["u1", "u2", "u3"] {
        api.acme().user(name, "viewer").await;
    }
    let page =
        async |token: &str, query: &str| api.call(token, Method::GET, &format!("/users?limit=2&{query}"), None).await;

    let first = page(&own, "sort=name").await.expect(200).json();
    let next = first["next_cursor"].as_str().unwrap().to_owned();
    let second = page(&own, &format!("sort=name&cursor={next}")).await.expect(200).json();
    let names = |page: &Value| page["users"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect::<Vec<_>>();

    assert!(names(&second).iter().all(|id| !names(&first).contains(id)), "{first} {second}");
    let mut flipped: Vec<char> = next.chars().collect();
    let at = flipped.len() / 2;
    flipped[at] = if flipped[at] == 'A' { 'B' } else { 'A' };
    let flipped: String = flipped.into_iter().collect();
    let cut: String = next.chars().skip(1).collect();
    let made_up = "WyJhIiwiMDFhMjE2OGItNDkxNy03MDQwLWJhOWQtOTAyMTI2NWEzMTA4Il0";
    for bad in [&*flipped, &*cut, made_up, "x"] {
        assert_eq!(page(&own, &format!("sort=name&cursor={bad}")).await.status, 400, "{bad}");
    }
    assert_eq!(page(&own, &format!("sort=email&cursor={next}")).await.status, 400);
    assert_eq!(page(&foreign, &format!("sort=name&cursor={next}")).await.status, 400);
}

/// TE-04: what a token may do follows its person at once: less after a demotion, nothing after the end.
#[tokio::test]
async fn te_04_a_token_shrinks_and_dies_with_its_person() {
    let api = Api::new().await;
    let acme = api.acme();
    let (id, token) = api.caller(&acme, "adam", "admin").await;
    let status = async || api.call(&token, Method::GET, "/invitations", None).await.status;

    let as_admin = status().await;
    api.operator(Method::PUT, &format!("/users/{id}/role"), Some(json!({ "role": "viewer" }))).await.expect(200);
    let as_viewer = status().await;
    api.operator(Method::POST, &format!("/users/{id}/deactivate"), None).await.expect(200);

    assert_eq!([as_admin, as_viewer, status().await], [200, 403, 401]);
}

/// TE-07, TE-05: people and invitations of another organisation do not exist, whatever is asked of them.
#[tokio::test]
async fn te_07_nothing_of_another_organisation_exists() {
    let api = Api::new().await;
    let globex = api.server().tenant("globex").await;
    let (_, foreign) = api.caller(&globex, "hank", "owner").await;
    let invitation = invited(&api, api.stage.org.id, "ida@acme.example", "viewer").await;
    let user = api.stage.grace.user.id.to_string();

    let team = team(&api.acme(), "Platform").await;
    let connection = api.acme().connection().await.id.to_string();
    let is_about_one = |path: &str| ["USER", "INVITATION", "TEAM", "CONNECTION"].iter().any(|it| path.contains(it));
    for (method, path, body, _) in matrix().into_iter().filter(|it| is_about_one(it.1)) {
        let path = path.replace("USER", &user).replace("INVITATION", &invitation).replace("CLIENT", &user);
        let path = path.replace("ROLE", "viewer");
        let path = path.replace("TEAM", &team).replace("CONNECTION", &connection);
        assert_eq!(api.call(&foreign, method, &path, body).await.status, 404, "{path}");
    }
    for path in ["/invitations?organisation=acme", "/users?organisation=acme", "/users?organisation=nowhere"] {
        assert_eq!(api.call(&foreign, Method::GET, path, None).await.status, 404, "{path}");
    }
    api.call(&foreign, Method::GET, "/users?organisation=globex", None).await.expect(200);
}

/// S1-21, S1-20: whoever is removed is gone from this organisation with all access, and from no other.
#[tokio::test]
async fn s1_21_whoever_is_removed_keeps_nothing_here_and_everything_elsewhere() {
    let api = Api::new().await;
    let (acme, globex) = (api.acme(), api.server().tenant("globex").await);
    let owner = api.token(api.stage.ada.user.id).await;
    let (id, token) = api.caller(&acme, "vic@acme.example", "viewer").await;
    let (_, elsewhere) = api.caller(&globex, "vic@acme.example", "viewer").await;

    let reply = api.call(&owner, Method::DELETE, &format!("/users/{id}"), None).await;

    assert_eq!(reply.status, 204);
    assert_eq!(api.call(&token, Method::GET, "/me", None).await.status, 401);
    assert_eq!(api.call(&elsewhere, Method::GET, "/me", None).await.status, 200);
    assert_eq!(api.call(&owner, Method::GET, &format!("/users/{id}"), None).await.status, 404);
}

/// S3-22, S4-14: where only pending users are deleted, anybody else is refused; elsewhere anybody may be.
#[tokio::test]
async fn s3_22_only_pending_users_with_a_password_are_deleted_where_the_preset_says_so() {
    let api = Api::new().await;
    let strict = api.preset("admin-standard-readonly").await;
    let open = api.preset("admin-platform-devops").await;
    let delete = async |person: Person| {
        let reply = api.operator(Method::DELETE, &format!("/users/{}", person.user.id), None).await;
        if reply.status == 204 { "gone".to_owned() } else { code_of(&reply) }
    };

    let pending = delete(with(&strict, "pending", "standard", PENDING).await).await;
    let active = delete(with(&strict, "active", "standard", password()).await).await;
    let sso = delete(with(&strict, "sso", "standard", SSO).await).await;
    let elsewhere = delete(with(&open, "active", "devops", password()).await).await;

    assert_eq!([&*pending, &*active, &*sso, &*elsewhere], ["gone", "not-pending", "not-pending", "gone"]);
}

/// S3-20, S3-21, S3-23, C19: somebody who signs in at a provider has no password that could be reset, set or activated.
#[tokio::test]
async fn s3_20_s3_21_s3_23_password_deeds_are_for_users_with_a_password() {
    let api = Api::new().await;
    let tenant = api.preset("admin-standard-readonly").await;
    let sso = with(&tenant, "sven", "standard", SSO).await.user.id;

    for deed in ["reset-password", "temporary-password", "resend-activation"] {
        let reply = api.operator(Method::POST, &format!("/users/{sso}/{deed}"), None).await;
        assert_eq!((reply.status, code_of(&reply).as_str()), (409, "sso-user"), "{deed}");
    }
}

/// S0-23, S0-24: Root has a link mailed that works once, and Admin cannot; until it is used the old password works.
#[tokio::test]
async fn s0_23_s0_24_root_has_a_link_mailed_and_admin_does_not() {
    let api = Api::new().await;
    let tenant = api.preset("root-admin-developer").await;
    let (_, root) = api.caller(&tenant, "root", "root").await;
    let (_, admin) = api.caller(&tenant, "adam", "admin").await;
    let dev = with(&tenant, "dev", "developer", password()).await.user.id;
    let path = format!("/users/{dev}/reset-password");
    let chosen = "seven quiet herons at dawn";

    let refused = api.call(&admin, Method::POST, &path, None).await.status;
    let accepted = api.call(&root, Method::POST, &path, None).await.status;
    api.server().run_jobs().await;
    let mails = api.server().mails();
    let link = api.server().newest_link();
    let sign_in = async |password: &str| Browser::new(api.server()).sign_in("dev", password).await.0;
    let before = sign_in(PASSWORD).await;
    let browser = Browser::new(api.server());
    let (_, page) = browser.visit(&link).await;
    browser.submit(&page, &[("password", chosen), ("password_again", chosen)]).await;

    assert_eq!((refused, accepted, mails.len()), (403, 202, 1));
    assert!(mails[0].contains("<dev@mail.example>"), "{}", mails[0]);
    assert_eq!((before.as_str(), sign_in(chosen).await.as_str()), ("/account", "/account"));
    assert_eq!(Browser::new(api.server()).visit(&link).await.1.status, 410);
    for expected in [202, 202, 429] {
        assert_eq!(api.call(&root, Method::POST, &path, None).await.status, expected);
    }
    api.server().run_jobs().await;
    let newest = api.server().newest_link();
    api.server().advance(Duration::from_mins(30));
    assert_eq!(Browser::new(api.server()).visit(&newest).await.1.status, 410);
}

/// S3-23: a new activation link works, and the one before it is dead; the API answers the link as it is.
#[tokio::test]
async fn s3_23_a_new_activation_link_kills_the_one_before() {
    let api = Api::new().await;
    let new = json!({
        "user_name": "pete", "display_name": "Pete", "email": "pete@mail.example", "role": "viewer",
        "sign_in": "password", "activation": "link",
    });
    let made = api.operator(Method::POST, "/users?organisation=acme", Some(new)).await.expect(201).json();
    let path = format!("/users/{}/resend-activation", made["id"].as_str().unwrap());
    let opens = async |url: &Value| {
        let link = url.as_str().unwrap().strip_prefix(&api.server().url).unwrap().to_owned();
        Browser::new(api.server()).visit(&link).await.1.status
    };

    let first = opens(&made["activation_url"]).await;
    let again = api.operator(Method::POST, &path, None).await.expect(200).json();

    assert_eq!([first, opens(&made["activation_url"]).await, opens(&again["activation_url"]).await], [200, 410, 200]);
}

/// S3-21, RE-15: a temporary password, made by the server or by hand, opens the page that replaces it, for a day.
#[tokio::test]
async fn s3_21_a_temporary_password_opens_the_change_page_for_a_day() {
    let api = Api::new().await;
    let acme = api.acme();
    let id = with(&acme, "vic", "viewer", password()).await.user.id;
    let path = format!("/users/{id}/temporary-password");
    let heading =
        async |password: &str| Browser::new(api.server()).sign_in("vic", password).await.1.heading().to_owned();

    let made = api.operator(Method::POST, &path, None).await.expect(200).json();
    let by_server = heading(made["temporary_password"].as_str().unwrap()).await;
    let chosen = Some(json!({ "password": "lantern harbour quiet over" }));
    let set = api.operator(Method::POST, &path, chosen).await.expect(200).json();
    let by_hand = heading("lantern harbour quiet over").await;
    let weak = api.operator(Method::POST, &path, Some(json!({ "password": "short" }))).await.status;
    api.server().advance(Duration::from_hours(24));
    let too_late = heading("lantern harbour quiet over").await;

    assert_eq!([&*by_server, &*by_hand], ["Choose a new password", "Choose a new password"]);
    assert_eq!((set.get("temporary_password"), weak), (None, 400));
    assert_eq!(too_late, "Enter your password");
}

/// S4-13, S4-11, C10: an administrator changes name, address, role and provider; old and new address are told.
#[tokio::test]
async fn s4_13_an_administrator_edits_name_address_role_and_provider() {
    let api = Api::new().await;
    let tenant = api.preset("admin-platform-devops").await;
    let (_, admin) = api.caller(&tenant, "adam", "admin").await;
    let (one, other) = (tenant.connection().await, tenant.connection().await);
    let local = with(&tenant, "vic", "devops", password()).await.user.id;
    let sso = with(&tenant, "sven", "devops", SSO).await.user.id;
    let patch = |id: UserId, body: Value| {
        let (api, admin) = (&api, &admin);
        async move { api.call(admin, Method::PATCH, &format!("/users/{id}"), Some(body)).await }
    };

    let edited =
        patch(local, json!({ "display_name": "Vic Two", "email": "two@mail.example", "role": "platform" })).await;
    let edited = edited.expect(200).json();
    api.server().run_jobs().await;
    let routed = patch(sso, json!({ "connection": one.id })).await.expect(200).json();
    let moved = patch(sso, json!({ "connection": other.id })).await.expect(200).json();
    let not_sso = patch(local, json!({ "connection": one.id })).await;
    let unknown = patch(sso, json!({ "connection": "019a0000-0000-7000-8000-000000000001" })).await;

    assert_eq!(
        (&edited["display_name"], &edited["email"], &edited["role"]),
        (&json!("Vic Two"), &json!("two@mail.example"), &json!("platform"))
    );
    let told: Vec<_> = api.server().mails().into_iter().filter(|it| it.contains("e-mail address")).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|it| it.contains("<vic@mail.example>")), "{told:?}");
    assert!(told.iter().any(|it| it.contains("<two@mail.example>")), "{told:?}");
    assert_eq!((&routed["managed_by"], &moved["managed_by"]), (&json!(one.id), &json!(other.id)));
    assert_eq!((not_sso.status, code_of(&not_sso).as_str(), unknown.status), (409, "not-sso", 400));
}

/// S3-12, S3-16: user name and the place of sign-in never change, and the refusal says so.
#[tokio::test]
async fn s3_12_s3_16_user_name_and_place_of_sign_in_never_change() {
    let api = Api::new().await;
    let id = api.stage.grace.user.id;

    for (field, value) in [("user_name", "other"), ("sign_in", "sso")] {
        let reply =
            api.operator(Method::PATCH, &format!("/users/{id}"), Some(json!({ field: value }))).await.expect(400);
        assert!(reply.json()["detail"].as_str().unwrap().starts_with(field), "{}", reply.text);
    }
    for field in ["email_verified", "status", "org", "org_id", "id", "password", "mfa"] {
        let reply = api.operator(Method::PATCH, &format!("/users/{id}"), Some(json!({ field: "x" }))).await;
        assert_eq!(reply.status, 400, "{field}");
    }
}

/// What the identity provider keeps is changed there: names and addresses of its people, and whether they are here.
#[tokio::test]
async fn what_a_connection_manages_is_refused_with_where_to_go() {
    let api = Api::new().await;
    let connection = api.acme().connection().await;
    let id = connection.push("sam@acme.example").await;

    let tries = [
        api.operator(Method::PATCH, &format!("/users/{id}"), Some(json!({ "display_name": "S" }))).await,
        api.operator(Method::PATCH, &format!("/users/{id}"), Some(json!({ "email": "s@acme.example" }))).await,
        api.operator(Method::DELETE, &format!("/users/{id}"), None).await,
    ];

    for reply in tries {
        assert_eq!((reply.status, code_of(&reply).as_str()), (409, "managed-by-provider"), "{}", reply.text);
    }
    api.operator(Method::POST, &format!("/users/{id}/deactivate"), None).await.expect(200);
    assert_eq!(connection.get(&format!("/Users/{id}")).await.expect(200).json()["active"], false);
}

/// S4-12: one user in particular is asked for a second factor from the next sign-in on, and no longer when that ends; only
/// where the role model has such a requirement.
#[tokio::test]
async fn s4_12_a_second_factor_is_required_of_one_user() {
    let api = Api::new().await;
    let tenant = api.preset("admin-platform-devops").await;
    let elsewhere = with(&api.acme(), "eve", "viewer", password()).await.user.id;
    let id = with(&tenant, "vic", "devops", password()).await.user.id;
    let body = |required: bool| Some(json!({ "required": required }));
    let require = async |required: bool| {
        let path = format!("/users/{id}/mfa-required");
        api.operator(Method::PUT, &path, body(required)).await.expect(200).json()
    };

    let refused = api.operator(Method::PUT, &format!("/users/{elsewhere}/mfa-required"), body(true)).await;
    let shown = require(true).await;
    let (_, asked) = Browser::new(api.server()).sign_in("vic", PASSWORD).await;
    require(false).await;
    let (at, _) = Browser::new(api.server()).sign_in("vic", PASSWORD).await;

    assert_eq!((refused.status, code_of(&refused).as_str()), (409, "mfa-per-user"));
    assert_eq!(shown["mfa_required"], true);
    assert_eq!((asked.heading(), at.as_str()), ("Set up your second factor", "/account"));
}

/// S2-29, S2-30: a reset takes the second factor, ends every session and tells the person; where it is required it is set
/// up again at the next sign-in.
#[tokio::test]
async fn s2_29_s2_30_a_reset_takes_the_factor_ends_sessions_and_tells_the_person() {
    let api = Api::new().await;
    let acme = api.acme();
    acme.require_mfa().await;
    let id = with(&acme, "vic", "viewer", password()).await.user.id;
    let browser = Browser::new(api.server());
    let (_, page) = browser.sign_in("vic", PASSWORD).await;
    browser.enrol(&page).await;
    let before = api.operator(Method::GET, &format!("/users/{id}"), None).await.json();

    let after = api.operator(Method::POST, &format!("/users/{id}/reset-mfa"), None).await.expect(200).json();
    api.server().run_jobs().await;

    let enrolled = &before["factors"];
    let codes = json!([enrolled["recovery_codes_left"], after["factors"]]);
    assert!(enrolled["authenticator_since"].is_string(), "{enrolled}");
    let letters = api.server().mails().len();
    let again = api.operator(Method::POST, &format!("/users/{id}/reset-mfa"), None).await.expect(409).json();
    api.server().run_jobs().await;
    assert_eq!(again["detail"], "this user has no second factor, so there is none to take away");
    assert_eq!((&again["type"], api.server().mails().len()), (&json!("urn:doorward:problem:no-factor"), letters));
    assert!(before["second_factor_since"].is_string() && after["second_factor_since"].is_null());
    assert!(!browser.is_signed_in().await);
    let mail = api.server().mails().pop().unwrap();
    assert!(mail.contains("<vic@mail.example>") && mail.replace("=\r\n", "").contains("passkeys"), "{mail}");
    assert_eq!(codes, json!([10, null]), "{enrolled}");
    assert_eq!(browser.sign_in("vic", PASSWORD).await.1.heading(), "Set up your second factor");
}

/// MF-11: an admin does not reset the second factor of an owner; of somebody below it is done, with a mail, an end to all
/// sessions and a row in the audit.
#[tokio::test]
async fn mf_11_the_second_factor_is_reset_by_those_who_may_with_mail_and_record() {
    let api = Api::new().await;
    let tenant = api.preset("admin-platform-devops").await;
    let (_, admin) = api.caller(&tenant, "adam", "admin").await;
    let acme = api.acme();
    let (_, other_admin) = api.caller(&acme, "alma", "admin").await;
    let owner = with(&acme, "olga", "owner", password()).await.user.id;
    let dev = with(&tenant, "dev", "devops", password()).await.user.id;
    let browser = Browser::new(api.server());
    browser.sign_in("dev", PASSWORD).await;
    let (_, page) = browser.visit("/account/security/authenticator").await;
    browser.enrol(&page).await;
    api.server().run_jobs().await;

    let refused = api.call(&other_admin, Method::POST, &format!("/users/{owner}/reset-mfa"), None).await;
    let before = api.server().mails().len();
    api.call(&admin, Method::POST, &format!("/users/{dev}/reset-mfa"), None).await.expect(200);
    api.server().run_jobs().await;

    assert_eq!(refused.status, 403);
    assert!(!browser.is_signed_in().await);
    assert_eq!(Browser::new(api.server()).sign_in("dev", PASSWORD).await.0, "/account", "nobody requires one here");
    let mails = api.server().mails();
    assert_eq!(mails.len(), before + 1);
    assert!(mails[before].contains("<dev@mail.example>") && mails[before].contains("was reset"), "{}", mails[before]);
    let rows = audit::newest(api.server().app.store.reader(), tenant.org, 100).await.unwrap();
    let row = rows.iter().find(|row| row.action == "mfa.reset").unwrap();
    assert_eq!((row.target_id.as_str(), row.actor_label.as_str()), (dev.to_string().as_str(), "adam"));
    let denied = audit::newest(api.server().app.store.reader(), acme.org, 100).await.unwrap();
    assert!(denied.iter().any(|row| row.action == "mfa.reset" && row.outcome == "denied"));
}

/// S2-33, S2-34, S2-36: deactivated, somebody is out at once and everywhere; reactivated, everything is back but what was
/// opened before. Both are told by mail.
#[tokio::test]
async fn s2_34_s2_36_deactivation_ends_access_at_once_and_reactivation_restores_the_person() {
    let api = Api::new().await;
    let acme = api.acme();
    let id = with(&acme, "cora", "contributor", password()).await.user.id;
    let token = api.token(id).await;
    let browser = Browser::new(api.server());
    browser.sign_in("cora", PASSWORD).await;

    let gone = api.operator(Method::POST, &format!("/users/{id}/deactivate"), None).await.expect(200).json();
    let outside = [
        api.call(&token, Method::GET, "/me", None).await.status,
        api.stage.userinfo(&token).await.status,
        browser.get("/account").await.status,
        Browser::new(api.server()).sign_in("cora", PASSWORD).await.1.status,
    ];
    let back = api.operator(Method::POST, &format!("/users/{id}/activate"), None).await.expect(200).json();
    let still = api.call(&token, Method::GET, "/me", None).await.status;
    api.server().run_jobs().await;

    assert_eq!((&gone["status"], outside, still), (&json!("deactivated"), [401, 401, 303, 422], 401));
    assert_eq!((&back["status"], &back["role"]), (&json!(Status::Active.word()), &json!("contributor")));
    assert_eq!(Browser::new(api.server()).sign_in("cora", PASSWORD).await.0, "/account");
    let subjects: Vec<_> = api.server().mails().iter().filter(|it| it.contains("cora@mail.example")).cloned().collect();
    assert!(subjects.iter().any(|it| it.contains("is closed")) && subjects.iter().any(|it| it.contains("open again")));
}

/// S2-32: another role counts at the next request of the same token, and the person is told.
#[tokio::test]
async fn s2_32_another_role_counts_at_once_and_the_person_is_told() {
    let api = Api::new().await;
    let id = with(&api.acme(), "vic", "viewer", password()).await.user.id;
    let token = api.token(id).await;
    let before = api.call(&token, Method::GET, "/invitations", None).await.status;

    let body = Some(json!({ "role": "admin" }));
    api.operator(Method::PUT, &format!("/users/{id}/role"), body).await.expect(200);
    api.server().run_jobs().await;

    assert_eq!((before, api.call(&token, Method::GET, "/invitations", None).await.status), (403, 200));
    assert!(api.server().mails().pop().unwrap().contains("from now on you are Admin."));
}

#[tokio::test]
async fn ended_sessions_and_tokens_stay_ended_and_the_person_signs_in_again() {
    let api = Api::new().await;
    let id = with(&api.acme(), "vic", "viewer", password()).await.user.id;
    let token = api.token(id).await;

    let own = api.call(&token, Method::POST, &format!("/users/{id}/revoke-sessions"), None).await.status;

    assert_eq!((own, api.call(&token, Method::GET, "/me", None).await.status), (204, 401));
    assert_eq!(Browser::new(api.server()).sign_in("vic", PASSWORD).await.0, "/account");
}

/// S1-8, S1-12, S1-13, S1-14, S2-8: the whole life of invitations over the API.
#[tokio::test]
async fn s1_12_invitations_are_sent_listed_resent_and_taken_back() {
    let api = Api::new().await;
    let owner = api.token(api.stage.ada.user.id).await;
    let body = json!({
        "invitations": [{ "address": "ida@acme.example", "display_name": "Ida", "role": "admin" }],
        "text": "bob@acme.example, nonsense", "role": "viewer", "send_mail": false,
    });

    let made = api.call(&owner, Method::POST, "/invitations", Some(body)).await.expect(201).json();
    let listed = api.call(&owner, Method::GET, "/invitations?limit=1", None).await.expect(200).json();
    let next = format!("/invitations?limit=1&cursor={}", listed["next_cursor"].as_str().unwrap());
    let second = api.call(&owner, Method::GET, &next, None).await.expect(200).json();
    let id = made["results"][0]["invitation"]["id"].as_str().unwrap();
    let again = api.call(&owner, Method::POST, &format!("/invitations/{id}/resend"), None).await.expect(200).json();
    api.server().run_jobs().await;
    let none = json!({ "text": "ida@acme.example" });
    let none = api.call(&owner, Method::POST, "/invitations", Some(none)).await.expect(409).json();
    let gone = api.call(&owner, Method::DELETE, &format!("/invitations/{id}"), None).await.status;

    let results: Vec<_> = made["results"].as_array().unwrap().iter().map(|it| &it["result"]).collect();
    assert_eq!(results, ["invited", "invited", "refused"]);
    assert!(made["results"][0]["link"].as_str().unwrap().contains("/invite/dwln_"));
    assert_eq!(made["results"][2]["problem"]["code"], "address");
    assert_eq!(listed["invitations"][0]["address"], "bob@acme.example");
    assert_eq!(second["invitations"][0]["inviter"]["display_name"], "Ada Lovelace");
    assert_eq!((&second["invitations"][0]["status"], second.get("next_cursor")), (&json!("pending"), None));
    assert_eq!((&again["role"], again.get("link")), (&json!("admin"), None));
    assert!(api.server().mails().pop().unwrap().contains("Ada Lovelace invites you to acme, as Admin."));
    assert_eq!(none["results"][0]["problem"]["code"], "invited");
    assert_eq!(gone, 204);
}

/// TE-16, S3-9: whoever is Read-Only changes nothing, although another role of the same person would allow everything.
#[tokio::test]
async fn te_16_a_read_only_user_changes_nothing_although_a_group_gives_the_right_to_everything() {
    let api = Api::new().await;
    let tenant = api.preset("admin-standard-readonly").await;
    tenant.user("adam", "admin").await;
    let issuer = Some("https://idp.example".to_owned());
    let settings = Settings { issuer, client_id: Some("c".to_owned()), protected_roles: true, ..Settings::default() };
    let connection = tenant.connection_with(Kind::Okta, settings).await;
    let reed = connection.push("reed").await;
    let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let group = json!({ "schemas": [schema], "displayName": "Writers", "members": [{ "value": reed }] });
    connection.send(Method::POST, "/Groups", &group).await.expect(201);
    let (app, operator) = (&api.server().app, Server::operator());
    let admin = "admin".parse().unwrap();
    doorward::app::connections::map_group(app, &operator, connection.id, "Writers", &admin).await.unwrap();
    let other = tenant.user("other", "standard").await;
    let reed: UserId = reed.parse().unwrap();
    let deeds = [
        (Method::PATCH, format!("/users/{other}"), json!({ "display_name": "Other" })),
        (Method::PUT, format!("/users/{other}/role"), json!({ "role": "admin" })),
        (Method::POST, "/teams".to_owned(), json!({ "name": "Blue" })),
        (Method::POST, "/roles".to_owned(), json!({ "label": "Auditor" })),
        (Method::POST, format!("/users/{other}/deactivate"), Value::Null),
    ];
    let tries = async |token: String| {
        let mut statuses = Vec::new();
        for (method, path, body) in &deeds {
            let body = Some(body.clone()).filter(|it| !it.is_null());
            statuses.push(api.call(&token, method.clone(), path, body).await.status);
        }
        statuses
    };

    let reads = async |token: &str| api.call(token, Method::GET, "/users", None).await.status;
    users::change_role(app, &operator, reed, &"read_only".parse().unwrap()).await.unwrap();
    let token = api.token(reed).await;
    let (capped, seen) = (tries(token.clone()).await, reads(&token).await);
    users::change_role(app, &operator, reed, &"standard".parse().unwrap()).await.unwrap();
    let open = tries(api.token(reed).await).await;

    assert_eq!((capped, seen), (vec![403; 5], 200));
    assert!(open.iter().all(|status| (200..300).contains(status)), "{open:?}");
}

/// S4-1: an account has many users, each with one role that decides what it sees and does.
#[tokio::test]
async fn s4_1_many_users_each_with_a_role_that_decides_what_it_sees_and_does() {
    let api = Api::new().await;
    let tenant = api.preset("admin-platform-devops").await;
    let mut reach = Vec::new();

    for role in ["admin", "platform", "devops"] {
        for nth in 0..2 {
            tenant.user(&format!("{role}-{nth}"), role).await;
        }
        let (_, token) = api.caller(&tenant, &format!("{role}-caller"), role).await;
        let sees = api.call(&token, Method::GET, "/users", None).await.status;
        let new =
            json!({ "user_name": format!("by-{role}"), "display_name": "New", "role": "devops", "activation": "none" });
        let does = api.call(&token, Method::POST, "/users", Some(new)).await.status;
        let me = api.call(&token, Method::GET, "/me", None).await.expect(200).json();
        reach.push((me["role"].as_str().unwrap().to_owned(), sees, does));
    }
    let all = api.operator(Method::GET, "/users?organisation=admin-platform-devops", None).await.expect(200).json();

    let rows: Vec<(&str, u16, u16)> = reach.iter().map(|it| (it.0.as_str(), it.1, it.2)).collect();
    assert_eq!(rows, [("admin", 200, 201), ("platform", 403, 403), ("devops", 403, 403)]);
    let users = all["users"].as_array().unwrap();
    assert_eq!(users.len(), 10);
    assert!(users.iter().all(|it| it["role"].is_string()), "{all}");
}

/// The check of the directory knows teams and everything else that hangs on a user, and a removal leaves nothing of it.
#[tokio::test]
async fn nothing_hangs_in_the_air_after_a_removal_and_the_check_would_say_so() {
    let api = Api::new().await;
    let (acme, app) = (api.acme(), &api.server().app);
    let (vic, eve) = (acme.user("vic", "viewer").await, acme.user("eve", "viewer").await);
    let new = NewTeam { name: "Platform".to_owned(), members: vec![vic, eve], ..NewTeam::default() };
    teams::create(app, &Server::operator(), acme.org, new).await.unwrap();
    Browser::new(api.server()).sign_in("vic", PASSWORD).await;
    Browser::new(api.server()).sign_in("eve", PASSWORD).await;
    let broken = async || {
        let report = fsck::run(app, &Server::operator()).await.unwrap();
        report.broken.into_iter().map(|it| it.rule).collect::<Vec<_>>()
    };

    departures::remove(app, &Server::operator(), vic).await.unwrap();
    let sound = broken().await;
    database::execute(&app.config.database_url, "DELETE FROM users WHERE user_name = 'eve'");
    let torn = broken().await;

    assert_eq!(sound, Vec::<String>::new());
    for rule in ["a member of a team is a user", "a sign-in is of a user", "a password is of a user"] {
        assert!(torn.contains(&rule.to_owned()), "{rule}: {torn:?}");
    }
}

/// C15: what somebody may do is told by exact name, of oneself and, to those who may read users, of others.
#[tokio::test]
async fn what_somebody_may_do_is_in_the_answer_about_them() {
    let api = Api::new().await;
    let acme = api.acme();
    let (vic, adam) = (acme.user("vic", "viewer").await, acme.user("adam", "admin").await);
    let (viewer, admin) = (api.token(vic).await, api.token(adam).await);
    let names = async |token: &str, path: &str| {
        let told = api.call(token, Method::GET, path, None).await.expect(200).json();
        let all = told["permissions"].as_array().unwrap().iter();
        all.map(|it| it.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };

    let own = names(&viewer, "/me").await;
    let seen = names(&admin, &format!("/users/{vic}")).await;
    let of_admin = names(&admin, "/me").await;

    assert_eq!(own, seen);
    let has = |all: &[String], name: &str| all.iter().any(|it| it == name);
    assert!(has(&own, "users:list") && !has(&own, "users:read") && !has(&own, "users:invite"), "{own:?}");
    assert!(
        has(&of_admin, "users:read") && has(&of_admin, "users:invite") && !has(&of_admin, "roles:manage_protected")
    );
    assert_eq!(api.call(&viewer, Method::GET, &format!("/users/{adam}"), None).await.status, 403);
}
