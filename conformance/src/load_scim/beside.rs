//! Doorward beside scimmy, a SCIM server for Node.js that keeps everything in memory: both do the same by turns, and what
//! counts is the time of the processor that a server takes for one request.
//!
//! **Invariant:** the process of the other server is killed when its `Peer` is dropped, and its directory is removed.

use std::cell::Cell;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use futures_util::future::try_join_all;
use reqwest::Method;
use serde_json::json;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use super::client::{Client, PATCH_OP, add, remove};
use super::{BATCH, Figures, in_lanes};
use crate::server::{Instance, Server, now, processor_time};

/// So many users does each hold at first, and so many members has its group.
const USERS: usize = 10_000;
/// So many members does the group get at a time.
const JOINED: usize = 1_000;
const PAIRS: usize = 5;
const TURN: Duration = Duration::from_secs(3);
/// The machine is called restless when the other server took more than so many times what it took in its best turn.
const NOISE_MAX: f64 = 1.3;
const TRIES: usize = 3;
/// Ours may take this part of what the other takes.
const RATIO_MAX: f64 = 0.5;
const TOKEN: &str = "beside";
const GIVE_UP_AFTER: Duration = Duration::from_secs(20);

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

/// The other server.
struct Peer {
    child: Child,
    directory: tempfile::TempDir,
    address: String,
}

/// Measures both and writes down how they compare.
pub(super) async fn measure(figures: &mut Figures, instance: &Instance, server: &Server) -> anyhow::Result<()> {
    let peer = Peer::start().await?;
    let theirs = Client::new(format!("http://{}/scim/v2", peer.address), TOKEN.to_owned())?;
    let theirs = Side::new(theirs, peer.child.id().context("the other server has ended")?).await?;
    let ours = Side::new(Client::of_new_organisation(instance, "beside").await?.talkative(), server.process()?).await?;
    for work in [Work::Make, Work::Read, Work::Find, Work::List, Work::Change, Work::Join] {
        compare(figures, work, &ours, &theirs).await?;
    }
    drop(peer);
    Ok(())
}

/// One turn of each after the other, so often that chance is seen; again where the machine was restless.
async fn compare(figures: &mut Figures, work: Work, ours: &Side, theirs: &Side) -> anyhow::Result<()> {
    let (mut pairs, mut is_calm) = (Vec::new(), false);
    for _ in 0..TRIES {
        pairs = Vec::new();
        for _ in 0..PAIRS {
            pairs.push((work.turn(ours).await?, work.turn(theirs).await?));
        }
        let [least, _, most] = spread(pairs.iter().map(|(_, theirs)| *theirs))?;
        is_calm = most <= least * NOISE_MAX;
        if is_calm {
            break;
        }
    }
    let [least, ratio, most] = spread(pairs.iter().map(|(ours, theirs)| ours / theirs))?;
    let [_, our, _] = spread(pairs.iter().map(|(ours, _)| *ours))?;
    let [_, their, _] = spread(pairs.iter().map(|(_, theirs)| *theirs))?;
    let noise = if is_calm { "" } else { "; the machine was restless" };
    let measured =
        format!("{ratio:.3} times ({our:.0} to {their:.0} µs of the processor; {least:.3} to {most:.3}{noise})");
    let what = format!("{} beside scimmy, median of {PAIRS} turns each", work.name());
    figures.row(&what, &measured, &format!("{RATIO_MAX:.2} times"), ratio <= RATIO_MAX);
    Ok(())
}

/// The least, the middle and the most.
fn spread(figures: impl Iterator<Item = f64>) -> anyhow::Result<[f64; 3]> {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().context("nothing was measured");
    Ok([at(0)?, at(sorted.len() / 2)?, at(sorted.len().saturating_sub(1))?])
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

    /// Asks as often as there is time for; answers what one request took of the processor, in microseconds.
    async fn turn(self, side: &Side) -> anyhow::Result<f64> {
        let (before, until, done) = (processor_time(side.process)?, now() + TURN, Cell::new(0_u32));
        let lane = async || {
            while now() < until {
                self.ask(side).await?;
                done.set(done.get() + 1);
            }
            anyhow::Ok(())
        };
        try_join_all((0..self.lanes()).map(|_| lane())).await?;
        let took = processor_time(side.process)?.saturating_sub(before);
        ensure!(!took.is_zero(), "{}: the processor was not used", self.name());
        Ok(took.as_secs_f64() * 1e6 / f64::from(done.get()))
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

impl Peer {
    /// Installs it in a directory of its own and starts it.
    async fn start() -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("doorward-peer-").tempdir()?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        for name in ["package.json", "package-lock.json", "scimmy.mjs"] {
            std::fs::copy(source.join(name), directory.path().join(name)).with_context(|| format!("no {name}"))?;
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--silent"]).current_dir(directory.path());
        ensure!(npm.status().await.context("npm, which installs the other server")?.success(), "npm ci failed");
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut node = Command::new("node");
        node.arg("scimmy.mjs").arg(address.port().to_string()).arg(TOKEN).env("NODE_ENV", "production");
        let child = node.current_dir(directory.path()).stdin(Stdio::null()).kill_on_drop(true).spawn()?;
        let peer = Self { child, directory, address: address.to_string() };
        peer.answers().await?;
        Ok(peer)
    }

    async fn answers(&self) -> anyhow::Result<()> {
        let client = Client::new(format!("http://{}/scim/v2", self.address), TOKEN.to_owned())?;
        let began = now();
        while began.elapsed() < GIVE_UP_AFTER {
            if client.status("/ServiceProviderConfig").await.is_ok_and(|it| it.is_success()) {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("scimmy in {} does not answer", self.directory.path().display())
    }
}
