//! What SCIM costs at the size of the largest tenants: members of a large group beside those of a small one (C100), reading a
//! group without its members (C102), lookups and pages of a large directory, a full replacement, and a whole directory
//! pushed request by request (C101, C103).
//!
//! The directory that is searched is put into the database directly; only the whole load is pushed as a provider does it.

mod beside;
pub mod client;
pub mod seed;

use std::future::Future;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use reqwest::Method;
use serde_json::{Value, json};

use crate::beside::{APART, Apart};
use crate::report::{Figures, Report, quantile, shown};
use crate::server::{Instance, Server, Target, now};
use client::{Client, add, members, remove};
use seed::Database;

/// How often a change is measured.
const CHANGES: usize = 60;
/// How often a page or a lookup is.
const READS: usize = 400;
/// So many requests of the whole load are on their way at a time.
const LANES: usize = 8;
/// So many members in a request, as Okta sends them, and users on a page.
const BATCH: usize = 100;
const PAGE_MAX: usize = 1_000;
const SMALL: usize = 10;
const PATCH_MAX: Duration = Duration::from_millis(250);
const REPLACE_MAX: Duration = Duration::from_secs(10);
const REPLACE_KB_MAX: u64 = 200 * 1024;
const LOOKUP_MAX: Duration = Duration::from_millis(5);
const LOAD_MAX: Duration = Duration::from_mins(15);

/// The sizes to measure with.
#[derive(Args)]
pub struct Sizes {
    #[command(flatten)]
    target: Target,
    /// How many users the directory holds that is searched
    #[arg(long, default_value_t = 500_000)]
    users: usize,
    /// How many members the large group has
    #[arg(long, default_value_t = 250_000)]
    members: usize,
    /// How many members one PATCH adds
    #[arg(long, default_value_t = 1_000)]
    patched: usize,
    /// How many members a PUT replaces
    #[arg(long, default_value_t = 100_000)]
    replaced: usize,
    /// How many users are pushed one by one
    #[arg(long, default_value_t = 100_000)]
    pushed_users: usize,
    /// How many groups are
    #[arg(long, default_value_t = 1_000)]
    pushed_groups: usize,
    /// How many memberships are
    #[arg(long, default_value_t = 1_000_000)]
    pushed_memberships: usize,
    /// Leaves out what is measured beside another server, which needs Node.js and npm
    #[arg(long)]
    alone: bool,
}

/// The groups of the directory that is searched.
struct Groups {
    small: String,
    large: String,
    patched: String,
    replaced: String,
}

/// Measures everything; false when one figure is over its limit.
pub async fn measure(sizes: &Sizes) -> anyhow::Result<bool> {
    let instance = sizes.target.instance("load-scim").await?;
    let mut figures = Figures::new(begin(sizes)?);
    let (client, groups) = prepare(&instance, sizes).await?;
    let server = instance.start().await?;
    change_members(&mut figures, &client, &groups, sizes).await?;
    read_groups(&mut figures, &client, &groups, sizes).await?;
    look_up(&mut figures, &client, sizes).await?;
    turn_pages(&mut figures, &client, sizes).await?;
    server.stop().await?;
    let server = instance.start().await?;
    replace(&mut figures, &client, &groups, sizes, &server).await?;
    push_everything(&mut figures, &instance, sizes).await?;
    if !sizes.alone {
        beside::measure(&mut figures, &instance, &server).await?;
    }
    server.stop().await?;
    instance.remove()?;
    figures.finish(&format!("load-scim-{}", sizes.target.database().1))
}

fn begin(sizes: &Sizes) -> anyhow::Result<Report> {
    let Sizes { users, members, patched, replaced, pushed_users, pushed_groups, pushed_memberships, .. } = sizes;
    let (database, alone) = (sizes.target.option(), if sizes.alone { " --alone" } else { "" });
    let command = format!(
        "cargo run --release -p conformance -- load scim{database} --users {users} --members {members} --patched {patched} \
         --replaced {replaced} --pushed-users {pushed_users} --pushed-groups {pushed_groups} \
         --pushed-memberships {pushed_memberships}{alone}"
    );
    let mut report = Report::new("SCIM at size", &command)?;
    let (database, _) = sizes.target.database();
    report.note(&format!("{database}; the directory of {users} users was put into the database directly"));
    report.note(&format!(
        "one request after the other, from the first byte sent to the last received; of changes {CHANGES} each, of reads {READS}; \
         the whole load in {LANES} lanes, {BATCH} members a request"
    ));
    if !sizes.alone {
        report.note(
            "scimmy (conformance/peers) keeps everything in memory, and Doorward on disk; both hold 10000 users for it, and Doorward the \
             rest as well; the time of the processor is that of the server alone, without PostgreSQL where it is used",
        );
        if Apart::is_possible() {
            report.note(APART);
        }
    }
    report.head(&["what", "measured", "limit"]);
    Ok(report)
}

/// Makes the groups and a user over SCIM, and the copies of that user and the members beside the server.
async fn prepare(instance: &Instance, sizes: &Sizes) -> anyhow::Result<(Client, Groups)> {
    let server = instance.start().await?;
    let client = Client::of_new_organisation(instance, "large").await?;
    client.push_user(seed::TEMPLATE).await?;
    let groups = Groups {
        small: client.push_group("Small").await?,
        large: client.push_group("Large").await?,
        patched: client.push_group("Patched").await?,
        replaced: client.push_group("Replaced").await?,
    };
    server.stop().await?;
    let mut database = Database::open(instance.database_url(), "large").await?;
    database.copy_users(1..=sizes.users).await?;
    database.join("Large", 1..=sizes.members).await?;
    database.join("Small", 1..=SMALL).await?;
    database.close().await?;
    Ok((client, groups))
}

/// One member more and one less in both groups by turns, and many at once.
async fn change_members(figures: &mut Figures, client: &Client, groups: &Groups, sizes: &Sizes) -> anyhow::Result<()> {
    let somebody = [seed::id(sizes.users)];
    let (mut large, mut small) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for _ in 0..CHANGES {
        for (group, took) in [(&groups.large, &mut large), (&groups.small, &mut small)] {
            for (times, operation) in took.iter_mut().zip([add(&somebody), remove(&somebody)]) {
                times.push(client.change(group, &operation).await?);
            }
        }
    }
    for (what, (of_large, of_small)) in ["added to", "removed from"].iter().zip(large.into_iter().zip(small)) {
        let (of_large, of_small) = (quantile(of_large, 50)?, quantile(of_small, 50)?);
        let what = format!("one member {what} a group of {} rather than of {SMALL}, median", sizes.members);
        figures.ratio(&what, of_large, of_small, 2.0);
    }
    let many: Vec<String> = (1..=sizes.patched).map(seed::id).collect();
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..CHANGES / 6 {
        for (times, operation) in took.iter_mut().zip([add(&many), remove(&many)]) {
            times.push(client.change(&groups.patched, &operation).await?);
        }
    }
    for (what, times) in ["added", "removed"].iter().zip(took) {
        figures.time(
            &format!("{} members {what} by one PATCH, median", sizes.patched),
            quantile(times, 50)?,
            PATCH_MAX,
        );
    }
    Ok(())
}

async fn read_groups(figures: &mut Figures, client: &Client, groups: &Groups, sizes: &Sizes) -> anyhow::Result<()> {
    let (mut large, mut small) = (Vec::new(), Vec::new());
    for _ in 0..READS {
        for (group, times) in [(&groups.large, &mut large), (&groups.small, &mut small)] {
            let path = format!("/Groups/{group}?excludedAttributes=members");
            times.push(client.send(Method::GET, &path, None).await?.1);
        }
    }
    let what = format!("a group of {} without its members rather than one of {SMALL}, median", sizes.members);
    figures.ratio(&what, quantile(large, 50)?, quantile(small, 50)?, 1.5);
    Ok(())
}

async fn look_up(figures: &mut Figures, client: &Client, sizes: &Sizes) -> anyhow::Result<()> {
    for (attribute, value) in [
        ("userName", "NAME@load.example"),
        ("externalId", "00u-NAME"),
        ("emails[type eq \"work\"].value", "NAME@load.example"),
    ] {
        let mut times = Vec::new();
        for turn in 0..READS {
            // A prime walks all over the directory.
            let value = value.replace("NAME", &seed::name(turn * 7_919 % sizes.users + 1));
            let filter = format!("{attribute} eq \"{value}\"").replace(' ', "%20").replace('"', "%22");
            let path = format!("/Users?filter={filter}&startIndex=1&count=100");
            let (found, took) = client.send(Method::GET, &path.replace('[', "%5B").replace(']', "%5D"), None).await?;
            let total = found.get("totalResults").and_then(Value::as_u64);
            anyhow::ensure!(total == Some(1), "{attribute} eq {value}: {total:?} were found");
            times.push(took);
        }
        let median = quantile(times.clone(), 50)?;
        let what = format!("{attribute} of {} users, p99 (median {})", sizes.users, shown(median));
        figures.time(&what, quantile(times, 99)?, LOOKUP_MAX);
    }
    Ok(())
}

/// The first and the last page, by index and by cursor.
async fn turn_pages(figures: &mut Figures, client: &Client, sizes: &Sizes) -> anyhow::Result<()> {
    let page = |start: usize| format!("/Users?startIndex={start}&count={BATCH}");
    let last = page(sizes.users.saturating_sub(BATCH) + 2);
    let (first, last) = (time_page(client, &page(1)).await?, time_page(client, &last).await?);
    figures.ratio("the last page by startIndex rather than the first, median", last, first, 3.0);
    let (mut cursor, mut deepest) = (String::new(), String::new());
    // The first page is as long as it takes for the last one to be whole.
    let mut count = (sizes.users + 1).saturating_sub(BATCH + 1) % PAGE_MAX + 1;
    loop {
        let (read, _) = client.send(Method::GET, &format!("/Users?cursor={cursor}&count={count}"), None).await?;
        count = PAGE_MAX;
        match read.get("nextCursor").and_then(Value::as_str) {
            Some(next) => (cursor, deepest) = (next.to_owned(), next.to_owned()),
            None => break,
        }
    }
    let by_cursor = |cursor: &str| format!("/Users?cursor={cursor}&count={BATCH}");
    let first = time_page(client, &by_cursor("")).await?;
    let last = time_page(client, &by_cursor(&deepest)).await?;
    figures.ratio("the last page by cursor rather than the first, median", last, first, 1.25);
    Ok(())
}

async fn time_page(client: &Client, path: &str) -> anyhow::Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..CHANGES {
        times.push(client.send(Method::GET, path, None).await?.1);
    }
    quantile(times, 50)
}

/// A group is given members by PUT, and then others half of whom it has.
async fn replace(
    figures: &mut Figures,
    client: &Client,
    groups: &Groups,
    sizes: &Sizes,
    server: &Server,
) -> anyhow::Result<()> {
    let half = (sizes.replaced / 2).min(sizes.users.saturating_sub(sizes.replaced));
    for (what, from) in [("into an empty group", 1), ("where half of them stay", half + 1)] {
        let ids: Vec<String> = (from..from + sizes.replaced).map(seed::id).collect();
        let body = json!({"displayName": "Replaced", "members": members(&ids)});
        let path = format!("/Groups/{}?excludedAttributes=members", groups.replaced);
        let (_, took) = client.send(Method::PUT, &path, Some(&body)).await?;
        figures.time(&format!("PUT of {} members {what}", sizes.replaced), took, REPLACE_MAX);
    }
    let peak = server.peak_kb()?;
    let (measured, limit) = (format!("{} MB", peak / 1024), format!("{} MB", REPLACE_KB_MAX / 1024));
    figures.row("the most memory of the server since it started for that", &measured, &limit, peak <= REPLACE_KB_MAX);
    Ok(())
}

/// Pushes a whole directory as a provider does: users, groups, and the members a hundred at a time.
async fn push_everything(figures: &mut Figures, instance: &Instance, sizes: &Sizes) -> anyhow::Result<()> {
    let client = &Client::of_new_organisation(instance, "pushed").await?;
    let began = now();
    let users =
        in_lanes(sizes.pushed_users, |number| async move { client.push_user(&format!("u{number}")).await }).await?;
    let with_users = began.elapsed();
    let groups =
        in_lanes(sizes.pushed_groups, |number| async move { client.push_group(&format!("Group {number}")).await });
    let groups = &groups.await?;
    let batches = sizes.pushed_memberships.div_ceil(BATCH);
    let per_group = batches.div_ceil(groups.len().max(1));
    let users = &users;
    in_lanes(batches, |number| async move {
        let group = groups.get(number / per_group).context("a group too few")?;
        // Neighbouring groups begin with other people, and each has everybody once as long as there are enough.
        let from = (number / per_group) * 37 + (number % per_group) * BATCH;
        let some: Vec<String> = users.iter().cycle().skip(from % users.len()).take(BATCH).cloned().collect();
        client.change(group, &add(&some)).await
    })
    .await?;
    let took = began.elapsed();
    let Sizes { pushed_users, pushed_groups, pushed_memberships, .. } = sizes;
    let what = format!(
        "{pushed_users} users ({} a second), {pushed_groups} groups and {pushed_memberships} memberships pushed",
        (*pushed_users as f64 / with_users.as_secs_f64()).round()
    );
    figures.row(&what, &format!("{:.1} s", took.as_secs_f64()), &format!("{} s", LOAD_MAX.as_secs()), took <= LOAD_MAX);
    Ok(())
}

/// Does something so many times, several at a time; answers the outcomes in no order.
pub async fn in_lanes<T, F: Future<Output = anyhow::Result<T>>>(
    count: usize,
    deed: impl Fn(usize) -> F,
) -> anyhow::Result<Vec<T>> {
    let next = std::cell::Cell::new(0);
    let lane = async || {
        let mut done = Vec::new();
        while next.get() < count {
            let number = next.replace(next.get() + 1);
            done.push(deed(number).await?);
        }
        anyhow::Ok(done)
    };
    let (a, b, c, d, e, f, g, h) = tokio::try_join!(lane(), lane(), lane(), lane(), lane(), lane(), lane(), lane())?;
    Ok([a, b, c, d, e, f, g, h].into_iter().flatten().collect())
}
