//! One line to the SCIM server: sends, measures, checks and notes each request.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use url::Url;

use crate::app::outbound::{Answer, Call, Method, Outbound};
use crate::domain::secret::Secret;

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const MEDIA_TYPE: &str = "application/scim+json; charset=utf-8";
/// One request and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is for.
    pub name: String,
    /// The method.
    pub method: String,
    /// Path and query below the base URL.
    pub path: String,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// How long it took.
    pub took: Duration,
    /// What was wrong with the answer.
    pub problem: Option<String>,
}

/// A request that is about to be sent.
pub struct Ask<'a> {
    /// What it is for.
    pub name: String,
    /// The method.
    pub method: Method,
    /// Path segments below the base URL, and the query.
    pub path: &'a [&'a str],
    /// The query.
    pub query: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: Option<Value>,
    /// The statuses that are right.
    pub expected: &'a [u16],
}

impl<'a> Ask<'a> {
    /// Reads something that must be there.
    pub fn get(name: String, path: &'a [&'a str], query: &'a [(&'a str, &'a str)]) -> Self {
        Self { name, method: Method::GET, path, query, body: None, expected: &[200] }
    }

    /// Makes something.
    pub fn post(name: String, path: &'a [&'a str], body: Value) -> Self {
        Self { name, method: Method::POST, path, query: &[], body: Some(body), expected: &[201] }
    }

    /// Writes the whole of something.
    pub fn put(name: String, path: &'a [&'a str], body: Value) -> Self {
        Self { name, method: Method::PUT, path, query: &[], body: Some(body), expected: &[200] }
    }

    /// Changes something by these operations.
    pub fn patch(name: String, path: &'a [&'a str], operations: &[Value]) -> Self {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        Self { name, method: Method::PATCH, path, query: &[], body: Some(body), expected: &[200, 204] }
    }

    /// Deletes something.
    pub fn delete(name: String, path: &'a [&'a str]) -> Self {
        Self { name, method: Method::DELETE, path, query: &[], body: None, expected: &[204] }
    }

    /// The same, for which other statuses are right.
    pub fn expecting(self, expected: &'a [u16]) -> Self {
        Self { expected, ..self }
    }
}

/// The line, and what was said on it.
pub struct Line {
    outbound: Outbound,
    base: Url,
    token: Secret<String>,
    /// What the provider calls itself, if it says so at all.
    agent: Option<&'static str>,
    /// Every request so far.
    pub steps: Vec<Step>,
}

impl Line {
    /// A line on which nothing was said yet. What follows the base URL after a `?` is sent with every request.
    pub fn new(outbound: Outbound, base: Url, token: Secret<String>, agent: Option<&'static str>) -> Self {
        Self { outbound, base, token, agent, steps: Vec::new() }
    }

    /// Sends a request and checks the answer. `None` when it was not as it must be; an empty body is `null`.
    pub async fn ask(&mut self, ask: Ask<'_>, check: impl FnOnce(&Value) -> Result<(), String>) -> Option<Value> {
        let url = self.url(&ask);
        let path = self.below(&url);
        let call = Call { method: ask.method.clone(), url, headers: self.headers(), body: bytes(ask.body.as_ref()) };
        let started = now();
        let answer = self.outbound.send(call).await;
        let took = started.elapsed();
        let status = answer.as_ref().ok().map(|answer| answer.status);
        let checked =
            answer.map_err(|cause| format!("{cause:#}")).and_then(|answer| read(&answer, ask.expected, check));
        let problem = checked.as_ref().err().cloned();
        self.steps.push(Step { name: ask.name, method: ask.method.to_string(), path, status, took, problem });
        checked.ok()
    }

    fn url(&self, ask: &Ask<'_>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(ask.path);
        }
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(ask.query);
        }
        url
    }

    fn below(&self, url: &Url) -> String {
        let path = url.path().strip_prefix(self.base.path().trim_end_matches('/')).unwrap_or_default();
        url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("authorization", format!("Bearer {}", self.token.reveal())),
            ("accept", "application/scim+json".to_owned()),
            ("accept-charset", "utf-8".to_owned()),
            ("content-type", MEDIA_TYPE.to_owned()),
        ];
        headers.extend(self.agent.map(|agent| ("user-agent", agent.to_owned())));
        headers
    }
}

fn bytes(body: Option<&Value>) -> Vec<u8> {
    body.map(|body| body.to_string().into_bytes()).unwrap_or_default()
}

fn read(answer: &Answer, expected: &[u16], check: impl FnOnce(&Value) -> Result<(), String>) -> Result<Value, String> {
    if !expected.contains(&answer.status) {
        let text = String::from_utf8_lossy(&answer.body);
        let detail =
            serde_json::from_str::<Value>(&text).ok().and_then(|it| Some(it.get("detail")?.as_str()?.to_owned()));
        let said = detail.unwrap_or_else(|| text.chars().take(200).collect());
        return Err(format!(
            "expected {}: {said}",
            expected.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ")
        ));
    }
    if answer.body.is_empty() {
        check(&Value::Null)?;
        return Ok(Value::Null);
    }
    let body: Value = serde_json::from_slice(&answer.body).map_err(|_| "the body is not JSON".to_owned())?;
    check(&body)?;
    Ok(body)
}

#[expect(clippy::disallowed_methods, reason = "measures how long an answer takes")]
fn now() -> Instant {
    Instant::now()
}
