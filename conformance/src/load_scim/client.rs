//! A connection of an organisation under load, or a program that calls its API.

use std::time::Duration;

use anyhow::bail;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::server::{Instance, client_builder, now};

/// The schema of a PATCH.
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A client of SCIM, or of another API, with its token.
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
    /// What it sends.
    kind: &'static str,
    /// How much it wants to hear of what it changed.
    prefer: &'static str,
}

#[derive(Deserialize)]
struct Made {
    scim_base_url: String,
    token: String,
}

impl Client {
    /// A new organisation with a connection, whose users get passwords here.
    pub async fn of_new_organisation(instance: &Instance, slug: &str) -> anyhow::Result<Self> {
        Self::of_connection(instance, slug, &[]).await
    }

    /// A new organisation with a connection at which its users sign in as well.
    pub async fn of_new_organisation_with_sso(instance: &Instance, slug: &str) -> anyhow::Result<Self> {
        Self::of_connection(instance, slug, &["--issuer", "https://idp.load.example", "--client-id", "doorward"]).await
    }

    async fn of_connection(instance: &Instance, slug: &str, more: &[&str]) -> anyhow::Result<Self> {
        instance.cli::<Value>(&["org", "create", "--slug", slug, "--name", slug]).await?;
        let arguments =
            ["connection", "create", "--org", slug, "--kind", "okta", "--name", "Load", "--requests-per-second", "0"];
        let made: Made = instance.cli(&[&arguments[..], more].concat()).await?;
        Self::new(made.scim_base_url, made.token)
    }

    /// A client of any SCIM server.
    pub fn new(base: String, token: String) -> anyhow::Result<Self> {
        let http = client_builder().timeout(Duration::from_secs(120)).build()?;
        Ok(Self { http, base, token, kind: "application/scim+json", prefer: "return=minimal" })
    }

    /// A client of what is not SCIM.
    pub fn plain(self) -> Self {
        Self { kind: "application/json", ..self }
    }

    /// One that hears of what it changed as it is afterwards.
    pub fn talkative(self) -> Self {
        Self { prefer: "return=representation", ..self }
    }

    /// Sends a request until the server takes it, and reads the whole answer; answers it with the time that it took.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<(Value, Duration)> {
        let body = body.map(Value::to_string);
        loop {
            let request = self.http.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(&self.token);
            let request = request.header("content-type", self.kind).header("prefer", self.prefer);
            let request = if let Some(body) = &body { request.body(body.clone()) } else { request };
            let began = now();
            let answer = request.send().await?;
            let (status, retry_after) = (answer.status(), answer.headers().get("retry-after").cloned());
            let text = answer.text().await?;
            let took = began.elapsed();
            if status == StatusCode::TOO_MANY_REQUESTS {
                let seconds = retry_after.and_then(|it| it.to_str().ok()?.parse().ok()).unwrap_or(1);
                sleep(Duration::from_secs(seconds)).await;
                continue;
            }
            if !status.is_success() {
                bail!("{method} {path}: {status} {text}");
            }
            return Ok((serde_json::from_str(&text).unwrap_or_default(), took));
        }
    }

    /// Gets something once, and answers what became of that.
    pub async fn status(&self, path: &str) -> anyhow::Result<StatusCode> {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        let answer = request.send().await?;
        let status = answer.status();
        answer.bytes().await?;
        Ok(status)
    }

    /// Makes a user as Okta does; answers the id.
    pub async fn push_user(&self, name: &str) -> anyhow::Result<String> {
        let address = format!("{name}@load.example");
        let user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": address,
            "externalId": format!("00u-{name}"),
            "name": {"givenName": "Person", "familyName": name},
            "displayName": format!("Person {name}"),
            "emails": [{"value": address, "type": "work", "primary": true}],
            "active": true,
        });
        self.make("/Users", &user).await
    }

    /// Makes an empty group; answers the id.
    pub async fn push_group(&self, name: &str) -> anyhow::Result<String> {
        let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
        self.make("/Groups", &json!({"schemas": [schema], "displayName": name})).await
    }

    /// Changes a group by one operation; answers how long it took.
    pub async fn change(&self, group: &str, operation: &Value) -> anyhow::Result<Duration> {
        let patch = json!({"schemas": [PATCH_OP], "Operations": [operation]});
        Ok(self.send(Method::PATCH, &format!("/Groups/{group}"), Some(&patch)).await?.1)
    }

    async fn make(&self, path: &str, body: &Value) -> anyhow::Result<String> {
        let (made, _) = self.send(Method::POST, path, Some(body)).await?;
        match made.get("id").and_then(Value::as_str) {
            Some(id) => Ok(id.to_owned()),
            None => bail!("POST {path} answered no id"),
        }
    }
}

/// The operation that adds these people.
pub fn add(ids: &[String]) -> Value {
    json!({"op": "add", "path": "members", "value": members(ids)})
}

/// The operation that removes these people.
pub fn remove(ids: &[String]) -> Value {
    json!({"op": "remove", "path": "members", "value": members(ids)})
}

/// People as members.
pub fn members(ids: &[String]) -> Vec<Value> {
    ids.iter().map(|id| json!({"value": id})).collect()
}
