//! How long the page of the users takes in the console of a large organisation, and the import that fills it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use crate::browser::Browser;
use crate::report::Report;
use crate::server::{Instance, now};

const REQUESTS: usize = 200;
const PAGE_MAX: Duration = Duration::from_millis(50);
const OWNER: &str = "ada@acme.example";
const PASSWORD: &str = "nine purple lanterns over 47 quiet harbours";
/// What the list is asked for: as it opens, sorted by what is stored and by what is computed, filtered, searched.
const QUERIES: [&str; 6] =
    ["", "?sort=-last_active", "?sort=role", "?status=pending", "?role=admin", "?name=person+77"];

/// Imports users, signs in as the owner and asks for the page again and again; false when the slowest twentieth of any
/// query is over the limit.
pub async fn measure(binary: &Path, users: usize) -> anyhow::Result<bool> {
    let directory = std::env::temp_dir().join(format!("doorward-load-console-{}", std::process::id()));
    let instance = Instance::new(binary, &directory)?;
    let imported = fill(&instance, &directory, users).await?;
    let server = instance.start().await?;
    let mut browser = Browser::signed_in(&instance.origin(), OWNER, PASSWORD).await?;
    let command = format!("cargo run --release -p conformance -- load console --users {users}");
    let mut report = Report::new("The page of the users", &command)?;
    report.note(&format!("SQLite, {users} users, imported from CSV in {} ms", imported.as_millis()));
    report.note(&format!(
        "{REQUESTS} requests of each, one after the other, from the first byte sent to the last received"
    ));
    report.head(&["/console/users", "median", "p95", "limit of p95", "size"]);
    let mut is_fast = true;
    for query in QUERIES {
        is_fast &= time(&mut report, &mut browser, query).await?;
    }
    server.stop().await?;
    std::fs::remove_dir_all(&directory)?;
    report.finish("load-console")?;
    Ok(is_fast)
}

async fn fill(instance: &Instance, directory: &Path, users: usize) -> anyhow::Result<Duration> {
    instance.cli::<Value>(&["org", "create", "--slug", "acme", "--name", "Acme"]).await?;
    let named = ["--org", "acme", "--user-name", OWNER, "--display-name", "Ada", "--role", "owner"];
    let create = [&["user", "create", "--password-stdin"], &named[..]].concat();
    instance.cli_with::<Value>(&create, PASSWORD).await?;
    let mut file = "user_name,display_name,email,role,sign_in\n".to_owned();
    let kinds = ["viewer,sso", "contributor,password", "admin,sso", "viewer,password"].into_iter().cycle();
    for (number, kind) in (1..users).zip(kinds) {
        writeln!(file, "p{number}@acme.example,Person {number},p{number}@acme.example,{kind}")?;
    }
    std::fs::write(directory.join("users.csv"), file)?;
    let begun = now();
    instance.cli::<Value>(&["import", "--org", "acme", "users.csv"]).await?;
    Ok(begun.elapsed())
}

async fn time(report: &mut Report, browser: &mut Browser, query: &str) -> anyhow::Result<bool> {
    let (mut took, mut size) = (Vec::with_capacity(REQUESTS), 0);
    for _ in 0..REQUESTS {
        let begun = now();
        size = browser.get(&format!("/console/users{query}")).await?.len();
        took.push(begun.elapsed());
    }
    took.sort();
    let median = took.get(REQUESTS / 2).context("nothing was measured")?;
    let p95 = took.get(REQUESTS * 95 / 100).context("nothing was measured")?;
    let [median_ms, p95_ms, limit_ms] = [median, p95, &PAGE_MAX].map(|it| format!("{:.1} ms", it.as_secs_f64() * 1e3));
    let name = if query.is_empty() { "as it opens" } else { query };
    report.row(&[name, &median_ms, &p95_ms, &limit_ms, &format!("{} KB", size / 1024)]);
    Ok(*p95 <= PAGE_MAX)
}
