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
/// What the list is asked for: as it opens, sorted by what is stored and by what is computed, filtered, searched. The filters
/// by what somebody belongs to come in addition.
const QUERIES: [&str; 8] = [
    "",
    "?sort=-last_active",
    "?sort=role",
    "?status=pending",
    "?role=admin",
    "?name=person+77",
    "?mfa=off",
    "?inactive=90",
];
/// So many users of the group, which is on the project.
const MEMBERS: usize = 1_000;
/// So many of those are in the team.
const TEAMMATES: usize = 10;
/// How many user names one command line takes.
const NAMED_AT_ONCE: usize = 250;

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
    let belonging = belong(&instance, &mut browser, users).await?;
    let mut is_fast = true;
    for query in QUERIES {
        is_fast &= time(&mut report, &mut browser, (query, query)).await?;
    }
    for (word, id) in &belonging {
        is_fast &= time(&mut report, &mut browser, (&format!("?{word}=…"), &format!("?{word}={id}"))).await?;
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

/// Puts people into a group, the group on a project, and a few of them into a team; answers the words of the filters with the
/// ids.
async fn belong(
    instance: &Instance,
    browser: &mut Browser,
    users: usize,
) -> anyhow::Result<[(&'static str, String); 3]> {
    let group: Value = instance.cli(&["group", "create", "--org", "acme", "--name", "Engineering"]).await?;
    let names: Vec<String> = (1..users).take(MEMBERS).map(|number| format!("p{number}@acme.example")).collect();
    for some in names.chunks(NAMED_AT_ONCE) {
        let named = some.iter().flat_map(|name| ["--user", name.as_str()]);
        let add: Vec<&str> =
            ["group", "add", "--org", "acme", "--group", "Engineering"].into_iter().chain(named).collect();
        instance.cli::<Value>(&add).await?;
    }
    let project: Value = instance.cli(&["project", "create", "--org", "acme", "--name", "Harbour"]).await?;
    let assign = ["project", "assign", "--org", "acme", "--project", "Harbour", "--group", "Engineering"];
    instance.cli::<Value>(&assign).await?;
    let form = browser.get("/console/teams/new").await?;
    let page = browser.fill(&form, "name", "Lighthouse").await?;
    let (_, team) = page.split_once("/console/teams/").context("no team was made")?;
    let team = team.split(['"', '/', '?']).next().unwrap_or_default();
    for name in names.iter().take(TEAMMATES) {
        let join = ["user", "update", "--org", "acme", "--user-name", name, "--team", team];
        instance.cli::<Value>(&join).await?;
    }
    let id = |of: &Value| of["id"].as_str().map(str::to_owned).context("no id");
    Ok([("group", id(&group)?), ("project", id(&project)?), ("team", team.to_owned())])
}

async fn time(report: &mut Report, browser: &mut Browser, (name, query): (&str, &str)) -> anyhow::Result<bool> {
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
    let name = if name.is_empty() { "as it opens" } else { name };
    report.row(&[name, &median_ms, &p95_ms, &limit_ms, &format!("{} KB", size / 1024)]);
    Ok(*p95 <= PAGE_MAX)
}
