//! Fetching what waits: RFC 8936.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::stream::Wrong;

/// How many tokens come at most in one answer.
pub const EVENTS_MAX: u64 = 100;
/// How many tokens may be confirmed in one request.
const CONFIRMED_MAX: usize = 1_000;
/// How many may be refused in one: as many as come in one answer.
const REFUSED_MAX: usize = 100;

/// What a receiver says when it fetches.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Request {
    /// How many it wants at most; none is as many as come.
    max_events: Option<u64>,
    /// Whether it wants an answer though nothing waits.
    pub return_immediately: bool,
    /// The tokens that it has, by `jti`.
    pub ack: Vec<String>,
    /// The tokens that it cannot read, by `jti`.
    pub set_errs: BTreeMap<String, Refusal>,
}

/// Why a receiver does not take a token (RFC 8936 2.6).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Refusal {
    err: String,
    description: String,
}

impl Request {
    /// Reads a request; an empty body says nothing.
    pub fn parse(body: &[u8]) -> Result<Self, Wrong> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let wrong = |problem: &str| Wrong { member: "body", problem: problem.to_owned() };
        let malformed = |_| wrong("must be a JSON object with the members of RFC 8936 2.2");
        // A list is no object, though its items could be taken for the members in their order.
        let members: serde_json::Map<String, Value> = serde_json::from_slice(body).map_err(malformed)?;
        let request: Self = serde_json::from_value(Value::Object(members)).map_err(malformed)?;
        if request.ack.len() > CONFIRMED_MAX || request.set_errs.len() > REFUSED_MAX {
            return Err(wrong("confirms more than 1,000 tokens or refuses more than 100; send several requests"));
        }
        Ok(request)
    }

    /// How many tokens to answer with at most.
    pub fn most(&self) -> u64 {
        self.max_events.unwrap_or(EVENTS_MAX).min(EVENTS_MAX)
    }
}

impl Refusal {
    /// The reason in one sentence.
    pub fn sentence(&self) -> String {
        format!("the receiver refused the event: {} {}", self.err, self.description).chars().take(500).collect()
    }
}

/// The answer (RFC 8936 2.3): tokens by `jti`, and whether more wait.
pub fn answer(sets: impl IntoIterator<Item = (String, String)>, more_available: bool) -> Value {
    let sets: serde_json::Map<String, Value> = sets.into_iter().map(|(jti, set)| (jti, json!(set))).collect();
    json!({ "sets": sets, "moreAvailable": more_available })
}
