//! Two organisations on one server: neither is seen, named or counted by the other.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Server;

/// TE-05: every list of one organisation leaves out the other, and its ids are those of nothing.
#[tokio::test]
async fn te_05_no_list_and_no_id_crosses_the_organisation() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (ours, theirs) = (acme.connection().await, globex.connection().await);
    let mine = ours.push("ada@acme.example").await;
    let foreign = theirs.push("hank@globex.example").await;
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Reactor",
        "members": [{ "value": foreign }],
    });
    let foreign_group = theirs.send(Method::POST, "/Groups", &group).await.expect(201).json()["id"].clone();

    let lists = [ours.get("/Users").await, ours.get("/Groups").await, ours.get("/Users?filter=userName pr").await];
    let by_id = [
        ours.get(&format!("/Users/{foreign}")).await,
        ours.get(&format!("/Groups/{}", foreign_group.as_str().unwrap())).await,
        ours.delete(&format!("/Users/{foreign}")).await,
    ];
    let api = server.send(server.api(Method::GET, "/api/v1/users?organisation=acme")).await.expect(200);

    for list in lists {
        let body = list.expect(200).json().to_string();
        assert!(!body.contains("globex") && !body.contains(&foreign) && !body.contains("Reactor"), "{body}");
    }
    for reply in by_id {
        assert_eq!(reply.status, 404);
        assert!(!reply.text.contains("globex"));
    }
    let seen: Vec<Value> = api.json()["users"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert_eq!(seen, [json!(mine)]);
    theirs.get(&format!("/Users/{foreign}")).await.expect(200);
}

/// TE-09: a suspended organisation is shut for its identity provider; the other one does not notice.
#[tokio::test]
async fn te_09_suspending_one_organisation_leaves_the_other_alone() {
    let server = Server::start().await;
    let (acme, globex) = (server.tenant("acme").await, server.tenant("globex").await);
    let (ours, theirs) = (acme.connection().await, globex.connection().await);

    doorward::app::organisations::suspend(&server.app, &Server::operator(), acme.org).await.unwrap();

    assert_eq!(ours.get("/Users").await.status, 401);
    assert_eq!(theirs.get("/Users").await.status, 200);
}
