//! Doorward beside scimmy, a SCIM server for Node.js that keeps everything in memory.

use std::cell::Cell;

use anyhow::{Context, ensure};
use reqwest::Method;
use serde_json::json;

use super::client::{Client, PATCH_OP, add, remove};
use super::{BATCH, in_lanes};
use crate::beside::{self, Peer, What, compare};
use crate::report::Figures;
use crate::server::{Instance, Server};

/// So many users does each hold at first, and so many members has its group.
const USERS: usize = 10_000;
/// So many members does the group get at a time.
const JOINED: usize = 1_000;
/// Ours may take this part of what the other takes.
const RATIO_MAX: f64 = 0.5;
const TOKEN: &str = "beside";

/// What is asked of both.
#[derive(Clone, Copy)]
enum Work {
    Make,
    Read,
    Find,
    List,
    Change,
    Join,
}

/// A server of the two.
struct Side {
    client: Client,
    process: u32,
    users: Vec<String>,
    group: String,
    /// How often it was asked.
    asked: Cell<usize>,
}

/// Measures both and writes down how they compare.
pub(super) async fn measure(figures: &mut Figures, instance: &Instance, server: &Server) -> anyhow::Result<()> {
    let peer = Peer::start("scimmy.mjs", &[TOKEN], "/scim/v2/ServiceProviderConfig").await?;
    let theirs = Client::new(format!("{}/scim/v2", peer.origin), TOKEN.to_owned())?;
    let theirs = Side::new(theirs, peer.process()?).await?;
    let ours = Side::new(Client::of_new_organisation(instance, "beside").await?.talkative(), server.process()?).await?;
    for work in [Work::Make, Work::Read, Work::Find, Work::List, Work::Change, Work::Join] {
        let what = What { name: work.name(), peer: "scimmy", lanes: work.lanes(), ratio_max: RATIO_MAX };
        compare(figures, &what, work.of(&ours), work.of(&theirs)).await?;
    }
    Ok(())
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Make => "POST of a user",
            Self::Read => "GET of a user",
            Self::Find => "the user of a userName",
            Self::List => "a page of 100 users",
            Self::Change => "PATCH of a user",
            Self::Join => "a member more or less of a group of 10000",
        }
    }

    /// So many requests are on their way at a time; what the other server carries out for seconds is asked one by one.
    fn lanes(self) -> usize {
        match self {
            Self::Make | Self::Read | Self::Find | Self::List | Self::Change => super::LANES,
            Self::Join => 1,
        }
    }

    fn of(self, side: &Side) -> beside::Side<impl AsyncFn(usize) -> anyhow::Result<()>> {
        beside::Side { process: side.process, ask: async move |_| self.ask(side).await }
    }

    async fn ask(self, side: &Side) -> anyhow::Result<()> {
        let number = side.asked.replace(side.asked.get() + 1);
        let client = &side.client;
        let somebody = side.users.get(number * 7_919 % side.users.len()).context("nobody is there")?;
        let read = |path: String| async move { client.send(Method::GET, &path, None).await };
        match self {
            Self::Make => client.push_user(&format!("more{number}")).await.map(drop),
            Self::Read => read(format!("/Users/{somebody}")).await.map(drop),
            Self::Find => {
                let name = number * 7_919 % side.users.len();
                let (found, _) = read(format!("/Users?filter=userName%20eq%20%22u{name}%40load.example%22")).await?;
                ensure!(found.pointer("/Resources/0/id").is_some(), "u{name} was not found: {found}");
                Ok(())
            }
            Self::List => {
                let (page, _) = read(format!("/Users?startIndex=1&count={BATCH}")).await?;
                let length = page.get("Resources").and_then(|it| it.as_array()).map(Vec::len);
                ensure!(length == Some(BATCH), "a page of {length:?}");
                Ok(())
            }
            Self::Change => {
                let operation = json!({"op": "replace", "path": "displayName", "value": format!("Person {number}")});
                let patch = json!({"schemas": [PATCH_OP], "Operations": [operation]});
                client.send(Method::PATCH, &format!("/Users/{somebody}"), Some(&patch)).await.map(drop)
            }
            Self::Join => {
                let somebody = side.users.first().cloned().into_iter().collect::<Vec<_>>();
                let operation = if number.is_multiple_of(2) { remove(&somebody) } else { add(&somebody) };
                client.change(&side.group, &operation).await.map(drop)
            }
        }
    }
}

impl Side {
    /// Gives a server its users and its group.
    async fn new(client: Client, process: u32) -> anyhow::Result<Self> {
        let push = |number: usize| {
            let client = &client;
            async move { client.push_user(&format!("u{number}")).await }
        };
        let users = in_lanes(USERS, push).await?;
        let group = client.push_group("Large").await?;
        for some in users.chunks(JOINED) {
            client.change(&group, &add(some)).await?;
        }
        Ok(Self { client, process, users, group, asked: Cell::new(0) })
    }
}
