//! Many changes at once, as an identity provider sends them in its first cycles.

use std::time::{Duration, Instant};

use doorward::domain::connection::{Kind, Settings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Provisioning, Reply, Server};
use crate::signin::join_all;

const MEMBERS: usize = 300;
const LANES: usize = 12;

fn patch(operation: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]})
}

/// Adds these people to a group one by one; answers the replies with the longest time that one took.
async fn join(connection: &Provisioning<'_>, group: &str, people: &[String]) -> (Vec<Reply>, Duration) {
    let (mut replies, mut longest) = (Vec::new(), Duration::ZERO);
    for id in people {
        let began = Instant::now();
        let add = patch(&json!({"op": "Add", "path": "members", "value": [{"value": id}]}));
        replies.push(connection.send(Method::PATCH, group, &add).await);
        longest = longest.max(began.elapsed());
    }
    (replies, longest)
}

/// Changes and reads one person until told to stop; answers how often that was done.
async fn live_on(connection: &Provisioning<'_>, id: &str, times: usize) -> usize {
    let path = format!("/Users/{id}");
    for time in 0..times {
        let title = patch(&json!({"op": "replace", "path": "title", "value": format!("number {time}")}));
        connection.send(Method::PATCH, &path, &title).await.expect(200);
        assert_eq!(connection.get(&path).await.expect(200).json()["title"], format!("number {time}"));
    }
    times
}

/// C101, C103: three hundred single additions to one group, many at a time and beside the writes of another organisation, are
/// all done, none waits for long, and none is answered with the list of the members.
#[tokio::test]
async fn c101_c103_a_storm_of_single_additions_loses_nobody_and_holds_nobody_up() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let quiet = Settings { patch_no_content: true, ..Settings::default() };
    let (connection, other) = (acme.connection_with(Kind::Entra, quiet).await, globex.connection().await);
    let hank = other.push("hank").await;
    let mut people = Vec::new();
    for index in 0..MEMBERS {
        people.push(connection.push(&format!("p{index}")).await);
    }
    let made = connection.send(Method::POST, "/Groups", &json!({"displayName": "Everybody"})).await.expect(201).json();
    let group = format!("/Groups/{}", made["id"].as_str().unwrap());

    let lanes = people.chunks(MEMBERS / LANES).map(|some| join(&connection, &group, some));
    let (joined, others) = tokio::join!(join_all(lanes), live_on(&other, &hank, 25));

    let longest = joined.iter().map(|it| it.1).max().unwrap();
    let replies: Vec<&Reply> = joined.iter().flat_map(|it| &it.0).collect();
    assert!(
        replies.iter().all(|it| it.status == 204 && it.text.is_empty()),
        "{:?}",
        replies.iter().map(|it| it.status)
    );
    assert_eq!((replies.len(), others), (MEMBERS, 25));
    assert!(longest < Duration::from_secs(10), "one addition waited {longest:?}");
    let shown = connection.get(&group).await.expect(200).json();
    let mut members: Vec<String> =
        shown["members"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap().to_owned()).collect();
    members.sort();
    people.sort();
    assert_eq!(members, people);
    assert_eq!(shown["meta"]["version"], format!("W/\"{}\"", MEMBERS + 1));
}
