//! A server on which there is one of everything, and every secret of it is known.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use doorward::app::accounts::{self, Secret, WayIn};
use doorward::app::clients::{self, Earlier, NewClient};
use doorward::app::connections::{self, NewConnection};
use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::app::users::{self, Person};
use doorward::app::{offers, service_account_sheet};
use doorward::domain::connection::{Kind, Settings};
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::{Value, json};

use super::secrets::Secrets;
use crate::console_service_accounts as programs;
use crate::harness::provider::{CLIENT_ID, CLIENT_SECRET};
use crate::harness::{Browser, OPERATOR_TOKEN, PASSWORD, Phone, Provisioning, Server, in_acme};
use crate::oidc::pushed::ASKED;
use crate::oidc::stage::{self, Rp};
use crate::passkeys;
use crate::people::Api;
use crate::reset;

/// What comes in a request that is carried out later.
const KEPT_PASSWORD: &str = "seven quiet otters at noon";
/// The header with which events are posted to a receiver.
const KNOCK: &str = "Bearer four-slow-knocks-at-dusk";

/// A server on which there is one of everything, and whoever reads it all.
pub struct Scene {
    pub api: Api,
    /// An owner with everything that an own account can have.
    pub reader: Person,
    /// What the reader holds: a personal token, an access token, and the cookies of a browser that is signed in.
    pub personal: String,
    pub access: String,
    /// What an application with a stream got for itself.
    pub listening: String,
    pub jar: BTreeMap<String, String>,
    /// The cookies of a browser with a sign-in under way.
    pub under_way: BTreeMap<String, String>,
    pub scim: String,
    pub rp: Rp,
    pub secrets: Secrets,
    /// By the part of the path before a parameter and its name: what can stand there.
    pub values: BTreeMap<&'static str, Vec<String>>,
}

/// Makes it all.
pub async fn scene() -> Scene {
    let api = Api::on(passkeys::named_server().await).await;
    let (kim, _) = passkeys::owner(&api.acme(), "kim").await;
    let (app, operator) = (&api.server().app, Server::operator());
    users::change_role(app, &operator, kim, &"owner".parse().unwrap()).await.unwrap();
    let reader = users::show(app, &operator, kim).await.unwrap();
    let personal = api.stage.personal_token(&reader, &["read", "write"]).await;
    let rp = api.stage.rp().await;
    let (connection, scim) = connection(&api).await;
    let (jar, under_way, access, listening) = (BTreeMap::new(), BTreeMap::new(), String::new(), String::new());
    let (secrets, values) = (Secrets::default(), BTreeMap::new());
    let mut scene = Scene { api, reader, personal, access, listening, jar, under_way, scim, rp, secrets, values };
    scene.people().await;
    scene.provisioned(connection).await;
    scene.programs().await;
    scene.things().await;
    scene.application().await;
    scene.browsers().await;
    scene.links().await;
    scene.known();
    scene.look().await;
    let waits = scene.kept("max@provided.example", KEPT_PASSWORD).await;
    scene.stand(&["Events/{txn}"], &waits);
    scene.secrets.stored(scene.api.server()).await;
    scene
}

/// A connection through which people sign in as well, with a secret of ours at the provider: its id and its token.
async fn connection(api: &Api) -> (String, String) {
    let (issuer, client_id) = (Some("https://idp.example".to_owned()), Some(CLIENT_ID.to_owned()));
    let new = NewConnection {
        org: api.stage.org.id,
        kind: Kind::Okta,
        name: "the provider under test".to_owned(),
        settings: Settings { issuer, client_id, ..Settings::default() },
        client_secret: Some(Secret::new(CLIENT_SECRET.to_owned())),
        domains: vec!["provided.example".parse().unwrap()],
        token_lifetime: Duration::from_hours(24 * 365),
    };
    let (made, token) = connections::create(&api.server().app, &Server::operator(), new).await.unwrap();
    (made.id.to_string(), token.secret.reveal().clone())
}

impl Scene {
    pub fn server(&self) -> &Server {
        self.api.server()
    }

    pub fn stand(&mut self, at: &[&'static str], value: &str) {
        for it in at {
            self.values.entry(it).or_default().push(value.to_owned());
        }
    }

    /// Does something as the operator; answers the id of what was made.
    async fn made(&self, path: &str, body: Value) -> String {
        let made = self.api.operator(Method::POST, &in_acme(path), Some(body)).await.expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// The ids that a list of the reader has.
    async fn listed(&self, path: &str, name: &str, id: &str) -> Vec<String> {
        let list = self.api.call(&self.personal, Method::GET, path, None).await.expect(200).json();
        let all = list[name].as_array().unwrap_or_else(|| panic!("{path}: {list}"));
        all.iter().map(|it| it[id].as_str().unwrap().to_owned()).collect()
    }

    /// Somebody has an authenticator from now on.
    async fn enrol(&mut self, id: UserId) {
        let token = self.api.token(id).await;
        let offer = self.api.call(&token, Method::POST, "/me/authenticator", None).await.expect(200).json();
        let key = offer["key"].as_str().unwrap();
        let code = Phone::with_key(key).code(self.server());
        let body = json!({ "enrolment": offer["enrolment"], "code": code });
        let done = self.api.call(&token, Method::POST, "/me/authenticator/confirm", Some(body)).await.expect(201);
        let plain = key.replace(' ', "");
        let raw = totp_rs::Secret::try_from_base32(plain.clone()).unwrap();
        self.secrets.text("the key of an authenticator", key);
        self.secrets.text("the key of an authenticator", &plain.to_lowercase());
        self.secrets.text("the key of an authenticator", &plain);
        self.secrets.bytes("the key of an authenticator", raw.as_bytes());
        for code in done.json()["recovery_codes"].as_array().unwrap() {
            let code = code.as_str().unwrap();
            self.secrets.text("a recovery code", code);
            self.secrets.text("a recovery code", &code.replace('-', ""));
        }
        self.secrets.token("an access token", &token);
    }

    async fn people(&mut self) {
        let (kim, grace) = (self.reader.user.id, self.api.stage.grace.user.id);
        self.enrol(kim).await;
        self.enrol(grace).await;
        let acme = self.api.acme();
        let handed = acme.mailed("pia", "viewer", WayIn::Link).await;
        let temporary = acme.mailed("tom", "viewer", WayIn::HandedPassword).await;
        let gone = acme.user("gus", "viewer").await;
        let kept = json!({ "password": { "history": 1 } });
        self.api.operator(Method::PUT, &in_acme("/policies"), Some(kept)).await.expect(200);
        let user = users::show(&self.server().app, &Server::operator(), gone).await.unwrap().user;
        let other = Secret::new("seven quiet herons at dawn".to_owned());
        accounts::set_password(&self.server().app, &Server::operator(), &user, other, false).await.unwrap();
        self.api.operator(Method::POST, &format!("/users/{gone}/deactivate"), None).await.expect(200);
        for id in [kim, grace, handed.person.user.id, temporary.person.user.id, gone] {
            self.stand(&["users/{id}", "access/{user_id}"], &id.to_string());
        }
        let link = handed.link.unwrap();
        self.secrets.token("a link that was handed over", link.reveal().rsplit('/').next().unwrap());
        self.secrets.text("a temporary password", temporary.temporary_password.unwrap().reveal());
        for section in ["access", "security", "activity", "provisioning"] {
            self.stand(&["{id}/{section}"], section);
        }
        let of_users = offers::Deed::ALL.map(offers::Deed::word);
        let of_programs = service_account_sheet::Deed::ALL.map(service_account_sheet::Deed::word);
        for word in of_users.into_iter().chain(of_programs).collect::<BTreeSet<_>>() {
            self.stand(&["deeds/{deed}"], word);
        }
    }

    /// What came over SCIM, and who was refused at the provider.
    /// Pushes somebody with a password and does not wait for it; answers the number of the outcome.
    async fn kept(&self, name: &str, password: &str) -> String {
        let body = json!({ "userName": name, "password": password });
        let request = self.server().request(Method::POST, "/scim/v2/Users").header("prefer", "respond-async");
        let request = request.bearer_auth(&self.scim).json(&body);
        self.server().send(request).await.expect(202).header("set-txn").unwrap().to_owned()
    }

    async fn provisioned(&mut self, id: String) {
        let (mia, group) = {
            let scim = Provisioning { server: self.server(), id: id.parse().unwrap(), token: self.scim.clone() };
            let mia = scim.push("mia@provided.example").await;
            let grace = json!({ "userName": "grace@acme.example", "externalId": "00u-grace" });
            scim.send(Method::POST, "/Users", &grace).await.expect(409);
            let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
            let body = json!({ "schemas": [schema], "displayName": "Pushed", "members": [{ "value": mia }] });
            (mia, scim.send(Method::POST, "/Groups", &body).await.expect(201).json()["id"].clone())
        };
        let later = self.kept("lea@provided.example", KEPT_PASSWORD).await;
        self.server().run_jobs().await;
        self.stand(&["Events/{txn}"], &later);
        self.secrets.text("a password in a kept request", KEPT_PASSWORD);
        self.server().get(&format!("/sso/{id}/callback?state=x&code=y")).await.expect(403);
        self.stand(&["users/{id}", "Users/{id}"], &mia);
        self.stand(&["groups/{id}", "Groups/{id}"], group.as_str().unwrap());
        self.stand(&["ResourceTypes/{id}"], "User");
        self.stand(&["Roles/{id}", "Entitlements/{id}"], "viewer");
        self.stand(&["Schemas/{id}"], "urn:ietf:params:scim:schemas:core:2.0:User");
        self.stand(&["connections/{id}", "sso/{connection}"], &id);
        let (operator, of) = (Server::operator(), id.parse().unwrap());
        let link = connections::create_setup_link(&self.server().app, &operator, of, 7).await.unwrap().url;
        self.secrets.token("a link for setting up", link.reveal().rsplit('/').next().unwrap());
        let shown = self.api.call(&self.personal, Method::GET, &format!("/connections/{id}"), None).await.expect(200);
        let token = shown.json()["tokens"][0]["id"].as_str().unwrap().to_owned();
        self.stand(&["tokens/{token}"], &token);
        let new = Some(json!({ "name": "Nightly" }));
        let made = self.api.operator(Method::POST, &format!("/connections/{id}/clients"), new).await.expect(201).json();
        self.stand(&["clients/{client}"], made["id"].as_str().unwrap());
        let (client, secret) = (made["id"].as_str().unwrap(), made["client_secret"].as_str().unwrap());
        let form = [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret)];
        let request = self.server().request(Method::POST, "/oauth2/token").form(&form);
        let given = self.server().send(request).await.expect(200).json();
        self.secrets.token("the secret of a client of a connection", secret);
        self.secrets.token("the token of a client of a connection", given["access_token"].as_str().unwrap());
        for call in self.listed("/provisioning/journal", "calls", "id").await {
            self.stand(&["journal/{id}"], &call);
        }
        for number in self.listed("/sign-in-refusals", "refusals", "reference").await {
            self.stand(&["sign-in-refusals/{reference}", "sign-ins/{reference}"], &number);
        }
    }

    async fn programs(&mut self) {
        let robot = programs::account(&self.api.acme(), "robot", "viewer").await;
        let (id, secret) = programs::token(self.server(), robot, "nightly").await;
        self.stand(&["service-accounts/{id}"], &robot.to_string());
        self.stand(&["tokens/{token}"], &id);
        self.secrets.token("the token of a service account", &secret);
        for id in self.listed("/me/tokens", "tokens", "id").await {
            self.stand(&["tokens/{id}"], &id);
        }
        for id in self.listed("/me/factors", "passkeys", "id").await {
            self.stand(&["passkeys/{id}"], &id);
        }
    }

    /// Teams, groups, projects, resources and roles.
    async fn things(&mut self) {
        let grace = self.api.stage.grace.user.id;
        let team = self.made("/teams", json!({ "name": "North" })).await;
        let group = self.made("/groups", json!({ "name": "Crew" })).await;
        let project = self.made("/projects", json!({ "name": "Bridge" })).await;
        let put = json!({ "subject": { "kind": "user", "id": grace } });
        self.made(&format!("/projects/{project}/assignments"), put).await;
        self.api.operator(Method::PUT, &format!("/groups/{group}/roles/viewer"), None).await.expect(200);
        let role = json!({ "label": "Auditor", "allow": ["org.audit:read"], "given_by": ["owner"] });
        self.api.operator(Method::POST, "/roles?organisation=acme", Some(role)).await.expect(201);
        let resource = "/resources/report/sales?organisation=acme";
        let resource = self.api.operator(Method::PUT, resource, Some(json!({ "name": "Sales" }))).await.expect(201);
        self.stand(&["resources/{id}"], resource.json()["id"].as_str().unwrap());
        let share = format!("/resources/report/sales/shares/user/{grace}?organisation=acme");
        self.api.operator(Method::PUT, &share, Some(json!({ "level": "view" }))).await.expect(200);
        let (urn, badge) = ("urn:example:acme:2.0:User", json!({ "name": "badge", "type": "string" }));
        let schemas = json!({ "schemas": [{ "id": urn, "name": "Acme", "attributes": [badge] }] });
        self.api.operator(Method::PUT, "/organisation/schemas?organisation=acme", Some(schemas)).await.expect(200);
        self.stand(&["schemas/{urn}"], urn);
        self.stand(&["organisations/{slug}"], "acme");
        self.stand(&["attributes/{name}"], "badge");
        let ada = self.api.stage.ada.user.id;
        let terms = json!({ "scope": "projects", "reviewers": [ada], "fallback": ada });
        let review = self.made("/reviews", json!({ "name": "Autumn", "terms": terms })).await;
        self.api.operator(Method::POST, &format!("/reviews/{review}/open"), None).await.expect(200);
        let places = self.api.operator(Method::GET, &format!("/reviews/{review}/items"), None).await.expect(200).json();
        let said = json!({ "decisions": [{ "item": places["items"][0]["id"], "decision": "keep" }] });
        let token = self.api.token(ada).await;
        self.api.call(&token, Method::POST, &format!("/reviews/{review}/decisions"), Some(said)).await.expect(200);
        let schedule = json!({ "name": "Teams", "terms": terms, "every": "year", "next_at": "2099-01-01" });
        let schedule = self.made("/review-schedules", schedule).await;
        let stream = json!({ "name": "SIEM", "kind": "webhook", "address": "https://127.0.0.1/hook" });
        let made = self.api.operator(Method::POST, &in_acme("/audit/streams"), Some(stream)).await.expect(201).json();
        self.secrets.token("the secret of a stream", made["secret"].as_str().unwrap());
        let stream = made["stream"]["id"].as_str().unwrap();
        let rotated = format!("/audit/streams/{stream}/rotate-secret");
        let rotated = self.api.operator(Method::POST, &rotated, None).await.expect(200).json();
        self.secrets.token("the new secret of a stream", rotated["secret"].as_str().unwrap());
        let archive = json!({
            "name": "Archive", "kind": "s3", "address": "https://127.0.0.1/logs", "region": "eu-central-1",
            "access_key_id": "AKIACANARY", "secret_access_key": "canary+of+the+key+of+a+bucket",
        });
        let archive =
            self.api.operator(Method::POST, &in_acme("/audit/streams"), Some(archive)).await.expect(201).json();
        self.secrets.token("the secret of the key of a bucket", "canary+of+the+key+of+a+bucket");
        self.stand(&["streams/{id}"], archive["stream"]["id"].as_str().unwrap());
        let export = json!({ "format": "ndjson" });
        let export = self.api.operator(Method::POST, &in_acme("/audit/exports"), Some(export)).await.expect(202).json();
        doorward::app::audit_exports::make_due(&self.server().app).await.unwrap();
        self.stand(&["exports/{id}"], export["id"].as_str().unwrap());
        self.stand(&["streams/{id}"], stream);
        let domain = json!({ "domain": "acme.example" });
        self.api.operator(Method::POST, &in_acme("/domains"), Some(domain)).await.expect(201);
        self.stand(&["domains/{domain}"], "acme.example");
        self.stand(&["deeds/{deed}"], "pause");
        self.stand(&["reviews/{id}"], &review);
        self.stand(&["{id}/{deed}"], "close");
        self.stand(&["schedules/{id}", "review-schedules/{id}"], &schedule);
        self.stand(&["teams/{id}"], &team);
        self.stand(&["groups/{id}"], &group);
        self.stand(&["projects/{id}"], &project);
        self.stand(&["resources/{kind}"], "report");
        self.stand(&["{kind}/{external_id}"], "sales");
        self.stand(&["roles/{key}"], "viewer");
        self.stand(&["roles/{key}"], "auditor");
        self.stand(&["assets/{name}"], "console.js");
    }

    /// An application of the organisation.
    async fn application(&mut self) {
        let new = json!({ "name": "Wiki", "redirect_uris": [stage::REDIRECT], "first_party": true });
        let made = self.api.operator(Method::POST, &in_acme("/clients"), Some(new)).await.expect(201).json();
        self.secrets.token("the secret of an application of the organisation", made["client_secret"].as_str().unwrap());
        self.stand(&["applications/{id}", "clients/{id}"], made["id"].as_str().unwrap());
        let itself = json!({ "organisation": "acme", "redirect_uris": [stage::REDIRECT] });
        let server = self.server();
        let registering = server.request(Method::POST, "/oauth2/register").bearer_auth(OPERATOR_TOKEN);
        let itself = server.send(registering.json(&itself)).await.expect(201).json();
        self.stand(&["register/{client_id}"], itself["client_id"].as_str().unwrap());
        self.secrets.token("the token of a registration", itself["registration_access_token"].as_str().unwrap());
        self.stand(&["deeds/{deed}"], "disable");
        let grace = self.api.stage.grace.user.id.to_string();
        self.stand(&["people/{user}"], &grace);
    }

    /// Sessions, tokens, a sign-in under way, a code, and a view that the reader has kept.
    async fn browsers(&mut self) {
        let stage = &self.api.stage;
        let under_way = Browser::new(&stage.server);
        let (at, _) = under_way.identify("grace@acme.example").await;
        let (grace, own) = (stage.browser(&stage.grace).await, stage.browser(&self.reader).await);
        let code = stage.code(&self.rp, &grace).await;
        let tokens = stage.tokens(&self.rp, &self.reader).await;
        let pushed = stage.call(&self.rp, "/oauth2/par", &ASKED).await.expect(201).json();
        let television = stage.rp_with(|new| NewClient { device_grant: true, ..new }).await;
        let waiting = stage.call(&television, "/oauth2/device_authorization", &[("scope", "openid")]).await;
        let waiting = waiting.expect(200).json();
        let spare = stage.rp().await;
        let listening = |new| NewClient { scopes: Some("openid ssf.manage".to_owned()), ..new };
        let listener = stage.rp_with(listening).await;
        let own_token = stage.token(&listener, &[("grant_type", "client_credentials")]).await.expect(200).json();
        let own_token = own_token["access_token"].as_str().unwrap().to_owned();
        let endpoint = "https://app.example/events";
        let push = json!({ "method": "urn:ietf:rfc:8935", "endpoint_url": endpoint, "authorization_header": KNOCK });
        let stream = stage.server.request(Method::POST, "/ssf/stream").bearer_auth(&own_token);
        let stream = stage.server.send(stream.json(&json!({ "delivery": push }))).await.expect(201).json();
        let (app, operator) = (&stage.server.app, Server::operator());
        let (_, newer) = clients::rotate_secret(app, &operator, spare.id, Earlier::Overlaps).await.unwrap();
        let list = own.get("/console/users").await.expect(200);
        let fields = [("query", "role=viewer"), ("name", "The viewers"), ("shared", "on")];
        let kept = own.submit_to("/console/users/views", &list, &fields).await.expect(303);
        let cookies = [grace.cookie("dw_sid").unwrap(), own.cookie("dw_sid").unwrap()];
        (self.jar, self.under_way) = (own.jar(), under_way.jar());
        for cookie in cookies {
            self.secrets.token("the cookie of a session", &cookie);
        }
        self.secrets.token("the cookie of a sign-in", &self.under_way["dw_pre"]);
        self.secrets.token("a code", &code);
        self.secrets.token("what an application got for itself", &own_token);
        self.listening = own_token;
        self.secrets.text("the header of a receiver", KNOCK);
        self.secrets.token("the earlier secret of an application", &spare.secret.unwrap());
        self.secrets.token("the newer secret of an application", newer.reveal());
        self.secrets.token("a pushed request", pushed["request_uri"].as_str().unwrap().rsplit(':').next().unwrap());
        self.secrets.token("the code of a device", waiting["device_code"].as_str().unwrap());
        for name in ["access_token", "refresh_token"] {
            self.secrets.token(name, tokens[name].as_str().unwrap());
        }
        self.access = tokens["access_token"].as_str().unwrap().to_owned();
        self.stand(&["sign-in/{attempt}"], at.rsplit('/').next().unwrap());
        self.stand(&["ssf?stream_id"], stream["stream_id"].as_str().unwrap());
        self.stand(&["users?view"], kept.header("location").unwrap().split_once('?').unwrap().1);
    }

    /// What was mailed and never shown.
    /// The look of the organisation.
    async fn look(&mut self) {
        let org = self.api.stage.org.id;
        crate::branding::dress(self.server(), org).await;
        self.stand(&["brand/{org}"], &org.to_string());
        self.stand(&["{org}/{version}"], "1");
    }

    async fn links(&mut self) {
        let invitee = |address: &str| {
            let (address, display_name) = (address.to_owned(), None);
            vec![Invitee { address, display_name, role: Some("viewer".parse().unwrap()), teams: Vec::new() }]
        };
        let (app, operator, org) = (&self.server().app, Server::operator(), self.api.stage.org.id);
        invitations::invite_many(app, &operator, org, invitee("ida@acme.example"), Delivery::Mail).await.unwrap();
        let handed = invitee("ina@acme.example");
        let handed = invitations::invite_many(app, &operator, org, handed, Delivery::HandedLink).await.unwrap();
        let handed = handed.into_iter().next().unwrap().result.unwrap().link.unwrap();
        reset::ask(self.server(), "grace@acme.example").await;
        let new =
            json!({ "user_name": "pat", "display_name": "Pat", "email": "pat@acme.example", "activation": "link" });
        let pat = self.made("/users", new).await;
        self.api.operator(Method::POST, &format!("/users/{pat}/resend-activation"), None).await.expect(200);
        let email = Some(json!({ "email": "kim@mail.example" }));
        let access = self.api.token(self.reader.user.id).await;
        self.api.call(&access, Method::POST, "/me/email", email).await.expect(202);
        self.server().run_jobs().await;
        self.secrets.token("a link that was handed over", handed.reveal().rsplit('/').next().unwrap());
        let mails = self.server().mails().concat();
        let public = format!("{}/", self.server().app.config.public_url);
        let links = mails.split(&public).skip(1).filter_map(|it| it.split_whitespace().next()?.split_once('/'));
        for (kind, token) in links.filter(|it| it.1.starts_with("dwln_")) {
            let all = ["activate/{token}", "reset/{token}", "invite/{token}", "email/{token}"];
            let at = all.into_iter().find(|it| it.starts_with(kind)).expect("a kind of link");
            self.secrets.token("a link that was mailed", token);
            self.stand(&[at], token);
        }
        self.stand(&["setup/{token}", "connect/{token}"], "none");
        self.lists().await;
    }

    async fn lists(&mut self) {
        for id in self.listed("/invitations", "invitations", "id").await {
            self.stand(&["invitations/{id}"], &id);
        }
        for word in ["resend", "delete"] {
            self.stand(&["{id}/{deed}"], word);
        }
        for id in self.listed("/audit?limit=200", "events", "id").await {
            self.stand(&["audit/{id}"], &id);
        }
    }

    /// What was known from the beginning.
    fn known(&mut self) {
        self.secrets.text("a password", PASSWORD);
        self.secrets.text("a password", stage::PASSWORD);
        self.secrets.text("the secret at the provider", CLIENT_SECRET);
        self.secrets.text("the master key", &"5a".repeat(32));
        self.secrets.token("the operator's token", OPERATOR_TOKEN);
        self.secrets.token("the token of a connection", &self.scim);
        self.secrets.token("a personal token", &self.personal);
        self.secrets.token("the secret of an application", self.rp.secret.as_deref().unwrap());
        self.secrets.words();
    }
}
