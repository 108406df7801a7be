//! How long a server takes from start to its first answer, and how much memory it holds at rest.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use crate::server::{Instance, http_client};

const RUNS: usize = 5;
const REST: Duration = Duration::from_secs(3);
const FIRST_ANSWER_MAX: Duration = Duration::from_millis(300);
const RESIDENT_KB_MAX: u64 = 40 * 1024;

#[derive(Deserialize)]
struct Connection {
    scim_base_url: String,
    token: String,
}

/// Fills a new instance with users over SCIM, starts it several times and prints the medians; false when over a limit.
pub async fn measure(binary: &Path, users: u32) -> anyhow::Result<bool> {
    let directory = std::env::temp_dir().join(format!("doorward-cold-start-{}", std::process::id()));
    let instance = Instance::new(binary, &directory)?;
    fill(&instance, users).await?;
    let mut answered = Vec::new();
    let mut resident = Vec::new();
    for _ in 0..RUNS {
        let server = instance.start().await?;
        answered.push(server.answered_after);
        sleep(REST).await;
        resident.push(server.resident_kb()?);
        server.stop().await?;
    }
    std::fs::remove_dir_all(&directory)?;
    report(users, median(answered)?, median(resident)?)
}

async fn fill(instance: &Instance, users: u32) -> anyhow::Result<()> {
    let server = instance.start().await?;
    let organisation = ["org", "create", "--slug", "acme", "--name", "Acme"];
    instance.cli::<serde_json::Value>(&organisation).await?;
    let arguments = ["connection", "create", "--org", "acme", "--kind", "okta", "--name", "Okta"];
    let connection: Connection = instance.cli(&arguments).await?;
    let client = http_client()?;
    for number in 0..users {
        push_user(&client, &connection, number).await?;
    }
    server.stop().await
}

async fn push_user(client: &reqwest::Client, connection: &Connection, number: u32) -> anyhow::Result<()> {
    let address = format!("person.{number}@acme.example");
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": address,
        "externalId": format!("00u{number:08}"),
        "name": {"givenName": "Person", "familyName": number.to_string()},
        "displayName": format!("Person {number}"),
        "emails": [{"value": address, "type": "work", "primary": true}],
        "active": true,
    });
    let url = format!("{}/Users", connection.scim_base_url);
    let answer = client.post(url).bearer_auth(&connection.token).json(&user).send().await?;
    if !answer.status().is_success() {
        bail!("POST of user {number}: {} {}", answer.status(), answer.text().await?);
    }
    Ok(())
}

fn median<T: Ord>(mut values: Vec<T>) -> anyhow::Result<T> {
    values.sort();
    let middle = values.len() / 2;
    values.into_iter().nth(middle).context("nothing was measured")
}

fn report(users: u32, answered: Duration, resident_kb: u64) -> anyhow::Result<bool> {
    println!("SQLite with {users} users, median of {RUNS} starts");
    println!("{:<24}{:>12}{:>12}", "", "measured", "limit");
    println!("{:<24}{:>9} ms{:>9} ms", "first answer", answered.as_millis(), FIRST_ANSWER_MAX.as_millis());
    println!("{:<24}{:>9} MB{:>9} MB", "resident memory at rest", resident_kb / 1024, RESIDENT_KB_MAX / 1024);
    Ok(answered <= FIRST_ANSWER_MAX && resident_kb <= RESIDENT_KB_MAX)
}
