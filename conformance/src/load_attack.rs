//! What somebody who signs in feels while somebody else wears the server out: first alone, then beside lists that look at
//! every user (SD-17), then beside connections whose head never ends (SD-13).
//!
//! **Invariant:** the three are measured by turns in the same run, so that what else the machine does falls on all of them.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use futures_util::future::try_join_all;
use reqwest::StatusCode;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpSocket;
use tokio::time::sleep;

use crate::browser::Browser;
use crate::load_scim::client::Client;
use crate::load_scim::seed::{self, Database};
use crate::report::{Report, quantile, shown};
use crate::server::{Instance, Target, now};

const OWNER: &str = "ada@large.example";
const PASSWORD: &str = "nine purple lanterns over 47 quiet harbours";
/// So many sign-ins are timed in each turn.
const SIGN_INS: usize = 50;
const TURNS: usize = 4;
/// So many times as long as alone may the slowest hundredth take.
const SLOWER: f64 = 2.0;
/// So many addresses the sockets come from, as one address may hold 256.
const ADDRESSES: usize = 10;
const BYTE_EVERY: Duration = Duration::from_secs(10);
/// A head that has not come is given up within.
const CLOSED_WITHIN: Duration = Duration::from_secs(15);

/// The sizes to measure with.
#[derive(Args)]
pub struct Sizes {
    #[command(flatten)]
    target: Target,
    /// How many users the directory holds that is walked through
    #[arg(long, default_value_t = 100_000)]
    users: usize,
    /// How many lists are asked for at a time
    #[arg(long, default_value_t = 50)]
    lists: usize,
    /// How many connections never finish their head
    #[arg(long, default_value_t = 2_000)]
    sockets: usize,
}

/// What a turn of sign-ins took, by what went on beside them.
#[derive(Default)]
struct Times {
    alone: Vec<Duration>,
    beside_lists: Vec<Duration>,
    beside_sockets: Vec<Duration>,
}

/// What became of the lists.
#[derive(Default)]
struct Lists {
    answered: Cell<usize>,
    told_to_wait: Cell<usize>,
}

/// Measures; false when a figure is over its limit.
pub async fn measure(sizes: &Sizes) -> anyhow::Result<bool> {
    let instance = sizes.target.instance("load-attack").await?;
    let client = fill(&instance, sizes.users).await?;
    let server = instance.start().await?;
    let (mut times, lists, held) = (Times::default(), Lists::default(), RefCell::default());
    for _ in 0..TURNS {
        sign_in(&instance, &mut times.alone).await?;
        tokio::select! {
            done = sign_in(&instance, &mut times.beside_lists) => done?,
            stopped = walk(&client, sizes.lists, &lists) => stopped?,
        }
        tokio::select! {
            done = sign_in(&instance, &mut times.beside_sockets) => done?,
            stopped = dribble(&instance, sizes.sockets, &held) => stopped?,
        }
    }
    // The last connections, to the end.
    tokio::time::timeout(CLOSED_WITHIN * 2, dribble_once(&instance, sizes.sockets, &held)).await??;
    server.stop().await?;
    instance.remove()?;
    report(sizes, times, &lists, held.into_inner())
}

/// A directory, and an owner who has a password.
async fn fill(instance: &Instance, users: usize) -> anyhow::Result<Client> {
    let server = instance.start().await?;
    let client = Client::of_new_organisation(instance, "large").await?;
    client.push_user(seed::TEMPLATE).await?;
    server.stop().await?;
    let named = ["--org", "large", "--user-name", OWNER, "--display-name", "Ada", "--role", "owner"];
    instance.cli_with::<Value>(&[&["user", "create", "--password-stdin"], &named[..]].concat(), PASSWORD).await?;
    let mut database = Database::open(instance.database_url(), "large").await?;
    database.copy_users(1..=users).await?;
    database.close().await?;
    Ok(client)
}

async fn sign_in(instance: &Instance, took: &mut Vec<Duration>) -> anyhow::Result<()> {
    for _ in 0..SIGN_INS {
        let began = now();
        Browser::signed_in(&instance.origin(), OWNER, PASSWORD).await?;
        took.push(began.elapsed());
    }
    Ok(())
}

/// Asks for lists that no index helps with, so many at a time, and never ends by itself.
async fn walk(client: &Client, at_a_time: usize, lists: &Lists) -> anyhow::Result<()> {
    let ask = async || -> anyhow::Result<()> {
        loop {
            match client.status("/Users?filter=nickName%20co%20%22nobody%22&count=100").await? {
                StatusCode::OK => lists.answered.update(|it| it + 1),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    lists.told_to_wait.update(|it| it + 1);
                    sleep(Duration::from_secs(1)).await;
                }
                other => anyhow::bail!("a list was answered {other}"),
            }
        }
    };
    try_join_all((0..at_a_time).map(|_| ask())).await.map(drop)
}

/// Opens connections again and again, and never ends by itself.
async fn dribble(instance: &Instance, sockets: usize, held: &RefCell<Vec<Duration>>) -> anyhow::Result<()> {
    loop {
        dribble_once(instance, sockets, held).await?;
    }
}

/// Opens connections that send a byte of their head every ten seconds, until the server has closed each; keeps for how long
/// it bore them.
async fn dribble_once(instance: &Instance, sockets: usize, held: &RefCell<Vec<Duration>>) -> anyhow::Result<()> {
    let to: SocketAddr = instance.origin().trim_start_matches("http://").parse()?;
    let one = async |number: usize| {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from(([127, 0, 1, u8::try_from(number % ADDRESSES)?], 0)))?;
        let mut connection = socket.connect(to).await?;
        let began = now();
        let mut head = b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ".iter().chain(std::iter::repeat(&b'x'));
        while let Some(byte) = head.next()
            && connection.write_all(&[*byte]).await.is_ok()
        {
            let closed = tokio::time::timeout(BYTE_EVERY, connection.readable());
            // What can be read is the end, or the answer before it.
            if closed.await.is_ok() {
                break;
            }
        }
        held.borrow_mut().push(began.elapsed());
        anyhow::Ok(())
    };
    try_join_all((0..sockets).map(one)).await.map(drop)
}

fn report(sizes: &Sizes, times: Times, lists: &Lists, mut held: Vec<Duration>) -> anyhow::Result<bool> {
    let Sizes { users, lists: at_a_time, sockets, .. } = sizes;
    let (database, word) = sizes.target.database();
    let option = sizes.target.option();
    let command = format!(
        "cargo run --release -p conformance -- load attack{option} --users {users} --lists {at_a_time} --sockets {sockets}"
    );
    let mut report = Report::new("Signing in while somebody wears the server out", &command)?;
    report.note(database);
    report.note(&format!(
        "{} sign-ins with a password each, from the first page to the console, one after the other; measured by turns",
        SIGN_INS * TURNS
    ));
    let (answered, told) = (lists.answered.get(), lists.told_to_wait.get());
    report.note(&format!("lists that look at {users} users: {answered} answered, {told} told to wait"));
    report.head(&["signing in", "median", "p99", "limit of p99"]);
    let alone = quantiles(times.alone)?;
    let limit = alone.1.mul_f64(SLOWER);
    report.row(&["alone", &shown(alone.0), &shown(alone.1), ""]);
    let mut is_well = true;
    for (what, took) in [
        (format!("beside {at_a_time} such lists at a time"), times.beside_lists),
        (format!("beside {sockets} connections whose head never ends"), times.beside_sockets),
    ] {
        let (median, p99) = quantiles(took)?;
        is_well &= p99 <= limit;
        report.row(&[&what, &shown(median), &shown(p99), &shown(limit)]);
    }
    held.sort();
    let longest = held.last().copied().context("no connection was closed")?;
    is_well &= longest <= CLOSED_WITHIN;
    report.row(&["the longest that such a connection was borne", "", &shown(longest), &shown(CLOSED_WITHIN)]);
    report.finish(&format!("load-attack-{word}"))?;
    Ok(is_well)
}

fn quantiles(times: Vec<Duration>) -> anyhow::Result<(Duration, Duration)> {
    Ok((quantile(times.clone(), 50)?, quantile(times, 99)?))
}
