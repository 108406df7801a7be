//! Two owners lose the role at the same moment, each in a way of its own and at a node of its own: one always stays.

use std::collections::BTreeMap;

use doorward::app::users::{self, OnLastHolder, Person};
use doorward::domain::connection::{Breaker, Kind, LastHolder, Settings};
use doorward::domain::id::UserId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_edit::token;
use crate::harness::{Browser, Provisioning, Reply, Server, Tenant};
use crate::oidc::stage::{self, Stage};

const ROUNDS: usize = 500;

/// How an owner loses the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// The operator changes the role over the API.
    ApiRole,
    /// The operator deactivates the user over the API.
    ApiOff,
    /// The operator removes the user over the API.
    ApiGone,
    /// The other owner changes the role in the console.
    ConsoleRole,
    /// The other owner deactivates the user in the console.
    ConsoleOff,
    /// The other owner removes the user in the console.
    ConsoleGone,
    /// The owner leaves.
    Leaving,
    /// The identity provider takes the role away.
    ScimRole,
    /// The identity provider switches the user off.
    ScimOff,
    /// The identity provider deletes the user.
    ScimGone,
}

const WAYS: [Way; 10] = [
    Way::ApiRole,
    Way::ApiOff,
    Way::ApiGone,
    Way::ConsoleRole,
    Way::ConsoleOff,
    Way::ConsoleGone,
    Way::Leaving,
    Way::ScimRole,
    Way::ScimOff,
    Way::ScimGone,
];

impl Way {
    /// True where nobody but the one who loses the role has to be an owner for it.
    const fn needs_nobody(self) -> bool {
        !matches!(self, Self::ConsoleRole | Self::ConsoleOff | Self::ConsoleGone)
    }
}

/// An owner, and a browser with the token of its forms.
struct Owner<'s> {
    id: UserId,
    browser: Browser<'s>,
    csrf: String,
}

impl<'s> Owner<'s> {
    /// A new owner: one of this server where only those are removed or leave, else one whom the connection pushed. The role
    /// comes from the connection where that is to take it, and is given by hand else.
    async fn new(stage: &'s Stage, connection: &Provisioning<'_>, name: &str, way: Way) -> Self {
        let id = match way {
            Way::ApiGone | Way::ConsoleGone | Way::Leaving => {
                stage::user(&stage.server, &stage.org, name, "owner").await.user.id
            }
            Way::ApiRole
            | Way::ApiOff
            | Way::ConsoleRole
            | Way::ConsoleOff
            | Way::ScimRole
            | Way::ScimOff
            | Way::ScimGone => pushed(stage, connection, name, way).await,
        };
        let person = person(&stage.server, id).await.unwrap();
        let browser = stage.browser(&person).await;
        let csrf = token(&browser, "/account").await;
        Self { id, browser, csrf }
    }

    /// Whether it is one still.
    async fn is_left(&self, server: &Server) -> bool {
        let person = person(server, self.id).await;
        person.is_some_and(|it| it.user.is_active() && it.effective.role.is_some_and(|role| role.as_str() == "owner"))
    }
}

/// An owner whom the connection pushed.
async fn pushed(stage: &Stage, connection: &Provisioning<'_>, name: &str, way: Way) -> UserId {
    let roles = if way == Way::ScimRole { json!([{ "value": "owner" }]) } else { json!([]) };
    let schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
    let body = json!({ "schemas": schemas, "userName": name, "displayName": name, "roles": roles });
    let made = connection.send(Method::POST, "/Users", &body).await.expect(201).json();
    let id = made["id"].as_str().unwrap().parse().unwrap();
    if way != Way::ScimRole {
        users::change_role(&stage.server.app, &Server::operator(), id, &"owner".parse().unwrap()).await.unwrap();
    }
    id
}

async fn person(server: &Server, id: UserId) -> Option<Person> {
    users::show(&server.app, &Server::operator(), id).await.ok()
}

/// Makes an owner lose the role at this node.
async fn lose(node: &Server, scim: &Provisioning<'_>, way: Way, [owner, other]: [&Owner<'_>; 2]) -> Reply {
    let (api, user) = (format!("/api/v1/users/{}", owner.id), format!("/Users/{}", owner.id));
    let off = json!({ "op": "replace", "path": "active", "value": false });
    let patch = |operation: Value| json!({ "Operations": [operation] });
    let form = async |by: &Owner<'_>, deed: &str| {
        let here = Browser::new(node);
        here.set_jar(by.browser.jar());
        let path = format!("/console/users/{}/deeds/{deed}", owner.id);
        let fields = [("csrf", by.csrf.as_str()), ("role", "viewer")];
        here.send(node.request(Method::POST, &path).form(&fields)).await
    };
    match way {
        Way::ApiRole => {
            node.send(node.api(Method::PUT, &format!("{api}/role")).json(&json!({ "role": "viewer" }))).await
        }
        Way::ApiOff => node.send(node.api(Method::POST, &format!("{api}/deactivate"))).await,
        Way::ApiGone => node.send(node.api(Method::DELETE, &api)).await,
        Way::ConsoleRole => form(other, "role").await,
        Way::ConsoleOff => form(other, "deactivate").await,
        Way::ConsoleGone => form(other, "remove").await,
        Way::Leaving => form(owner, "leave").await,
        Way::ScimRole => scim.send(Method::PATCH, &user, &patch(json!({ "op": "remove", "path": "roles" }))).await,
        Way::ScimOff => scim.send(Method::PATCH, &user, &patch(off)).await,
        Way::ScimGone => scim.delete(&user).await,
    }
}

/// FT-17: five hundred times, each way against each other way: the organisation is never without an owner, and whoever is too late
/// is told so.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_17_of_two_owners_who_go_at_once_one_stays_whichever_way_they_go() {
    let stage = Stage::new().await;
    let node = stage.server.node().await;
    for it in [&stage.server, &node] {
        it.keep_outbox();
    }
    let breaker = Some(Breaker { is_on: false, ..Breaker::default() });
    let settings = Settings {
        // They sign in there, so each of them counts as somebody who can.
        issuer: Some("https://idp.example".to_owned()),
        client_id: Some("doorward".to_owned()),
        protected_roles: true,
        last_holder: LastHolder::Refuse,
        breaker,
        ..Settings::default()
    };
    let tenant = Tenant { server: &stage.server, org: stage.org.id };
    let connection = tenant.connection_with(Kind::Okta, settings).await;
    let scim = |server| Provisioning { server, id: connection.id, token: connection.token.clone() };
    let mut before = stage.ada.user.id;
    let mut firsts: BTreeMap<(Way, Way), usize> = BTreeMap::new();

    for round in 0..ROUNDS {
        let ways = [WAYS[round % WAYS.len()], WAYS[round / WAYS.len() % WAYS.len()]];
        let names = ["one", "two"].map(|it| format!("{it}-{round}@acme.example"));
        let (one, two) = tokio::join!(
            Owner::new(&stage, &connection, &names[0], ways[0]),
            Owner::new(&stage, &connection, &names[1], ways[1])
        );
        // Now that there are others, the one of the round before goes.
        users::deactivate(&stage.server.app, &Server::operator(), before, OnLastHolder::Refuse).await.unwrap();

        let (here, there) = (scim(&stage.server), scim(&node));
        let (first, second) =
            tokio::join!(lose(&stage.server, &here, ways[0], [&one, &two]), lose(&node, &there, ways[1], [&two, &one]));

        let left = [one.is_left(&stage.server).await, two.is_left(&stage.server).await];
        let told =
            format!("round {round}, {ways:?}: {} {}\n{}\n{}", first.status, second.status, first.text, second.text);
        assert_eq!(left.iter().filter(|it| **it).count(), 1, "{told}");
        let (late, way) = if left[0] { (first, ways[0]) } else { (second, ways[1]) };
        assert!(late.status == 409 || !way.needs_nobody(), "{told}");
        *firsts.entry((ways[0], ways[1])).or_default() += usize::from(left[1]);
        before = if left[0] { one.id } else { two.id };
    }
    println!("{} of {ROUNDS} by the first: {firsts:?}", firsts.values().sum::<usize>());
}
