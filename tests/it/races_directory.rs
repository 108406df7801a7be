//! What becomes of the directory when two nodes change it at the same moment: something that could as well have come about one
//! after the other.
//!
//! Everything here runs on several threads, so that both nodes are really at work together. What each race came to is printed.

use std::collections::{BTreeMap, BTreeSet};

use doorward::app::{fsck, users};
use doorward::domain::connection::{Breaker, Kind, Settings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Browser, Provisioning, Reply, Server, in_acme};
use crate::invitations::{FORM, invite};
use crate::reset;

const ROUNDS: usize = 100;
/// Each of these costs several hashes.
const LINKS: usize = 12;

/// What became of two requests, in the order of their statuses.
fn statuses(both: [Reply; 2]) -> [u16; 2] {
    let mut statuses = both.map(|it| it.status);
    statuses.sort_unstable();
    statuses
}

/// The connection at another node.
fn at<'n>(node: &'n Server, connection: &Provisioning<'_>) -> Provisioning<'n> {
    Provisioning { server: node, id: connection.id, token: connection.token.clone() }
}

async fn nothing_is_broken(server: &Server) {
    assert_eq!(fsck::run(&server.app, &Server::operator()).await.unwrap().broken, Vec::new());
}

/// FT-20: an invitation that is accepted at two nodes at once makes one account.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_20_an_invitation_at_two_nodes_makes_one_account() {
    let server = Server::start().await;
    let node = server.node().await;
    let acme = server.tenant("acme").await;
    let (_, owner) = acme.actor("ada", "owner").await;
    let mut firsts = 0;

    for round in 0..LINKS {
        let (_, link) = invite(&acme, &owner, &format!("ida-{round}@acme.example")).await;
        let browsers = [Browser::new(&server), Browser::new(&node)];
        let [(_, here), (_, there)] = [browsers[0].visit(&link).await, browsers[1].visit(&link).await];
        tokio::join!(browsers[0].submit(&here, &FORM), browsers[1].submit(&there, &FORM));

        let is_in = [browsers[0].is_signed_in().await, browsers[1].is_signed_in().await];
        assert_eq!(is_in.iter().filter(|it| **it).count(), 1, "round {round}");
        assert_eq!(users::list(&server.app, &owner, acme.org).await.unwrap().len(), round + 2);
        firsts += usize::from(is_in[0]);
    }
    nothing_is_broken(&server).await;
    println!("{firsts} of {LINKS} at the first node");
}

/// FT-20: a link to a new password that is used at two nodes at once sets one password.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_20_a_link_to_a_new_password_at_two_nodes_sets_one() {
    let server = Server::start().await;
    let node = server.node().await;
    for it in [&server, &node] {
        it.keep_outbox();
    }
    let acme = server.tenant("acme").await;
    let passwords = ["seven quiet herons at dawn", "nine slow barges at noon"];
    let mut firsts = 0;

    for round in 0..LINKS {
        let name = format!("anna-{round}");
        reset::mailed_user(&acme, &name, reset::with_password()).await;
        reset::ask(&server, &name).await;
        server.run_jobs().await;
        let link = server.newest_link();
        let browsers = [Browser::new(&server), Browser::new(&node)];
        let [(_, here), (_, there)] = [browsers[0].visit(&link).await, browsers[1].visit(&link).await];
        let form = passwords.map(|it| [("password", it), ("password_again", it)]);
        tokio::join!(browsers[0].submit(&here, &form[0]), browsers[1].submit(&there, &form[1]));

        let mut works = Vec::new();
        for password in passwords {
            let browser = Browser::new(&server);
            browser.sign_in(&name, password).await;
            works.push(browser.is_signed_in().await);
        }
        assert_eq!(works.iter().filter(|it| **it).count(), 1, "round {round}: {works:?}");
        firsts += usize::from(works[0]);
        server.advance(std::time::Duration::from_mins(20));
    }
    println!("{firsts} of {LINKS} at the first node");
}

async fn race(one: impl Future<Output = Reply>, other: impl Future<Output = Reply>) -> [Reply; 2] {
    tokio::join!(one, other).into()
}

async fn by_api(node: &Server, path: &str, body: &Value) -> Reply {
    node.send(node.api(Method::POST, &format!("/api/v1{}", in_acme(path))).json(body)).await
}

async fn by_scim(connection: &Provisioning<'_>, path: &str, body: &Value) -> Reply {
    connection.send(Method::POST, path, body).await
}

fn of_api(name: &str) -> Value {
    json!({ "user_name": name, "display_name": "Ann", "role": "viewer", "activation": "none" })
}

fn of_scim(name: &str, id: &str) -> Value {
    json!({ "userName": name, "externalId": id, "displayName": "Ann" })
}

/// FT-21: of two that would be the same, made at two nodes at once, there is one; and the same is whatever is spelled alike.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_21_of_two_that_would_be_the_same_there_is_one() {
    let server = Server::start().await;
    let node = server.node().await;
    let here = server.tenant("acme").await.connection().await;
    let there = at(&node, &here);
    let mut won: BTreeMap<&str, usize> = BTreeMap::new();

    for round in 0..ROUNDS {
        let n = |name: &str| format!("{name}-{round}");
        let users = [of_scim(&n("ann"), &n("a")), of_scim(&n("ANN"), &n("b"))];
        let ids = [of_scim(&n("x"), &n("c")), of_scim(&n("y"), &n("c"))];
        let groups = ["crew", "CREW"].map(|it| json!({ "displayName": n(it) }));
        let named = ["sea", "SEA"].map(|it| json!({ "name": n(it) }));
        let made = [of_api(&n("bob")), of_api(&n("Bob"))];
        let mixed = (of_api(&n("cem")), of_scim(&n("Cem"), &n("d")));
        let (u, g) = ("/Users", "/Groups");

        let races = [
            ("userName", race(by_scim(&here, u, &users[0]), by_scim(&there, u, &users[1])).await),
            ("externalId", race(by_scim(&here, u, &ids[0]), by_scim(&there, u, &ids[1])).await),
            ("group", race(by_scim(&here, g, &groups[0]), by_scim(&there, g, &groups[1])).await),
            ("team", race(by_api(&server, "/teams", &named[0]), by_api(&node, "/teams", &named[1])).await),
            ("project", race(by_api(&server, "/projects", &named[0]), by_api(&node, "/projects", &named[1])).await),
            ("user by hand", race(by_api(&server, "/users", &made[0]), by_api(&node, "/users", &made[1])).await),
            ("user by both ways", race(by_api(&server, "/users", &mixed.0), by_scim(&there, u, &mixed.1)).await),
        ];
        for (what, both) in races {
            *won.entry(what).or_default() += usize::from(both[0].status == 201);
            let told = both.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
            assert_eq!(statuses(both), [201, 409], "round {round}, {what}: {told:?}");
        }
    }
    nothing_is_broken(&server).await;
    println!("of {ROUNDS} at the first node: {won:?}");
}

/// What a group and its people look like from outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    users: BTreeSet<String>,
    name: String,
    members: BTreeSet<String>,
    has_role: bool,
}

/// What is done at one of the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Add,
    Remove,
    /// Nobody but the other is in it from now on.
    Replace,
    DeleteUser,
    Rename(&'static str),
    Assign,
    Unassign,
}

const DEEDS: [Deed; 8] = [
    Deed::Add,
    Deed::Remove,
    Deed::Replace,
    Deed::DeleteUser,
    Deed::Rename("Sea"),
    Deed::Rename("Land"),
    Deed::Assign,
    Deed::Unassign,
];

/// A group with two people, one of whom is in it.
struct Crew {
    group: String,
    ann: String,
    bob: String,
    round: usize,
}

impl Crew {
    async fn new(connection: &Provisioning<'_>, round: usize, is_in: bool) -> Self {
        let (ann, bob) =
            (connection.push(&format!("ann-{round}")).await, connection.push(&format!("bob-{round}")).await);
        let members: Vec<Value> = if is_in { vec![json!({ "value": ann })] } else { Vec::new() };
        let body = json!({ "displayName": format!("Crew {round}"), "members": members });
        let made = connection.send(Method::POST, "/Groups", &body).await.expect(201).json();
        Self { group: made["id"].as_str().unwrap().to_owned(), ann, bob, round }
    }

    async fn seen(&self, server: &Server, connection: &Provisioning<'_>) -> Seen {
        let mut users = BTreeSet::new();
        for id in [&self.ann, &self.bob] {
            if connection.get(&format!("/Users/{id}")).await.status == 200 {
                users.insert(id.clone());
            }
        }
        let group = connection.get(&format!("/Groups/{}", self.group)).await.expect(200).json();
        let members = group["members"].as_array().cloned().unwrap_or_default();
        let path = format!("/api/v1/groups/{}", self.group);
        let shown = server.send(server.api(Method::GET, &path)).await.expect(200).json();
        Seen {
            users,
            name: group["displayName"].as_str().unwrap().to_owned(),
            members: members.iter().map(|it| it["value"].as_str().unwrap().to_owned()).collect(),
            has_role: shown["roles"].as_array().is_some_and(|it| !it.is_empty()),
        }
    }

    async fn does(&self, node: &Server, connection: &Provisioning<'_>, deed: Deed) -> Reply {
        let path = format!("/Groups/{}", self.group);
        let role = format!("/api/v1/groups/{}/roles/contributor", self.group);
        let patch = |operation: Value| json!({ "Operations": [operation] });
        let member = |id: &str| json!([{ "value": id }]);
        match deed {
            Deed::Add => {
                let add = json!({ "op": "add", "path": "members", "value": member(&self.ann) });
                connection.send(Method::PATCH, &path, &patch(add)).await
            }
            Deed::Remove => {
                let remove = json!({ "op": "remove", "path": format!("members[value eq \"{}\"]", self.ann) });
                connection.send(Method::PATCH, &path, &patch(remove)).await
            }
            Deed::Replace => {
                let replace = json!({ "op": "replace", "path": "members", "value": member(&self.bob) });
                connection.send(Method::PATCH, &path, &patch(replace)).await
            }
            Deed::DeleteUser => connection.delete(&format!("/Users/{}", self.ann)).await,
            Deed::Rename(name) => {
                let replace = json!({ "op": "replace", "path": "displayName", "value": self.named(name) });
                connection.send(Method::PATCH, &path, &patch(replace)).await
            }
            Deed::Assign => node.send(node.api(Method::PUT, &role)).await,
            Deed::Unassign => node.send(node.api(Method::DELETE, &role)).await,
        }
    }

    fn named(&self, name: &str) -> String {
        format!("{name} {}", self.round)
    }

    /// What is to be seen after a deed.
    fn after(&self, mut seen: Seen, deed: Deed) -> Seen {
        match deed {
            Deed::Add => {
                // Somebody who is not there yet is waited for.
                if seen.users.contains(&self.ann) {
                    seen.members.insert(self.ann.clone());
                }
            }
            Deed::Remove => drop(seen.members.remove(&self.ann)),
            Deed::Replace => seen.members = BTreeSet::from([self.bob.clone()]),
            Deed::DeleteUser => {
                seen.members.remove(&self.ann);
                seen.users.remove(&self.ann);
            }
            Deed::Rename(name) => seen.name = self.named(name),
            Deed::Assign => seen.has_role = true,
            Deed::Unassign => seen.has_role = false,
        }
        seen
    }
}

/// FT-22: each deed on a group against each other one at the same moment: what comes of it could have come of one after the other,
/// and nothing refers to what is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_22_what_two_nodes_do_to_a_group_at_once_could_have_been_done_one_after_the_other() {
    let server = Server::start().await;
    let node = server.node().await;
    for it in [&server, &node] {
        it.keep_outbox();
    }
    // So many are deleted here that they would be held.
    let breaker = Some(Breaker { is_on: false, ..Breaker::default() });
    let settings = Settings { breaker, ..Settings::default() };
    let here = server.tenant("acme").await.connection_with(Kind::Okta, settings).await;
    let there = at(&node, &here);
    let (mut round, mut in_order) = (0, 0);

    for one in DEEDS {
        for other in DEEDS {
            for is_in in [true, false] {
                round += 1;
                let crew = Crew::new(&here, round, is_in).await;
                let before = crew.seen(&server, &here).await;
                let (first, second) = tokio::join!(crew.does(&server, &here, one), crew.does(&node, &there, other));
                let after = crew.seen(&node, &there).await;

                let forth = crew.after(crew.after(before.clone(), one), other);
                let back = crew.after(crew.after(before.clone(), other), one);
                let told = [first, second].map(|it| format!("{} {}", it.status, it.text));
                assert!(
                    after == forth || after == back,
                    "{one:?} and {other:?} on {before:?} made {after:?}: {told:?}"
                );
                in_order += usize::from(after == forth && forth != back);
            }
        }
    }
    nothing_is_broken(&server).await;
    println!("{round} rounds; {in_order} show that the first node was first");
}

/// FT-23: of two changes of the same version at two nodes one is made, and the other is told that it came too late.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_23_of_two_changes_of_one_version_one_is_made() {
    let server = Server::start().await;
    let node = server.node().await;
    let here = server.tenant("acme").await.connection().await;
    let there = at(&node, &here);
    let user = here.push("ann").await;
    let made = here.send(Method::POST, "/Groups", &json!({ "displayName": "Crew" })).await.expect(201).json();
    let things =
        [(format!("/Users/{user}"), "title"), (format!("/Groups/{}", made["id"].as_str().unwrap()), "displayName")];
    let mut firsts = 0;

    for round in 0..ROUNDS {
        for (path, attribute) in &things {
            let version = here.get(path).await.header("etag").unwrap().to_owned();
            let values = ["here", "there"].map(|it| format!("{it} {round}"));
            let change = |at: &Provisioning<'_>, value: &str| {
                let body = json!({ "Operations": [{ "op": "replace", "path": attribute, "value": value }] });
                let request = at.request(Method::PATCH, path).header("if-match", &version);
                request.header("content-type", "application/scim+json").body(body.to_string())
            };
            let both = tokio::join!(server.send(change(&here, &values[0])), node.send(change(&there, &values[1])));
            let both = <[Reply; 2]>::from(both);

            let winner = usize::from(both[0].status != 200);
            let told = both.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
            assert_eq!(statuses(both), [200, 412], "round {round}: {told:?}");
            assert_eq!(here.get(path).await.json()[*attribute], json!(values[winner]));
            firsts += usize::from(winner == 0);
        }
    }
    println!("{firsts} of {} at the first node", ROUNDS * 2);
}
