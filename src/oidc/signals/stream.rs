//! Streams: what a receiver asks for and how it wants to get it (Shared Signals Framework 8.1).
//!
//! **Invariant:** a request changes what the receiver may choose; what the transmitter says must be as it is, or the request is
//! refused.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{FETCH, Kind};
use crate::oidc::redirect_uri::check_web;

/// Delivery by push (RFC 8935).
pub const PUSH: &str = "urn:ietf:rfc:8935";
/// Delivery by poll (RFC 8936).
pub const POLL: &str = "urn:ietf:rfc:8936";
/// How many seconds lie between two signs of life that a receiver asks for.
pub const VERIFICATION_SECONDS: u64 = 10;

const EVENTS_MAX: usize = 50;
const EVENT_BYTES_MAX: usize = 256;
const TEXT_MAX: usize = 512;
const HEADER_MAX: usize = 4096;
/// The longest text to know a sign of life by.
const STATE_MAX: usize = 1024;

/// What a receiver has chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// How events come.
    pub delivery: Delivery,
    /// The events it asked for, by name, known or not; none is every event there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events_requested: Option<Vec<String>>,
    /// What people are told of the stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// How events come to a receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// They are posted to an address.
    Push {
        /// The address.
        endpoint_url: String,
    },
    /// The receiver fetches them.
    Poll,
}

/// Whether a stream tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It does.
    Enabled,
    /// What happens is kept until it does again.
    Paused,
    /// What happens meanwhile is never told.
    Disabled,
}

impl Status {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Enabled, Self::Paused, Self::Disabled];

    /// The name in requests and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }

    /// Reads the name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// A member of a request that is not right, and what would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The member.
    pub member: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

/// A stream as the transmitter knows it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The transmitter.
    pub issuer: &'a str,
    /// Its name.
    pub id: &'a str,
    /// The receiver, by its `client_id`.
    pub audience: &'a str,
    /// What the receiver has chosen.
    pub settings: &'a Settings,
}

impl Settings {
    /// The events that come in the stream.
    pub fn delivered(&self) -> Vec<Kind> {
        let is_wanted = |it: &Kind| match &self.events_requested {
            None => true,
            Some(names) => names.iter().any(|name| name == it.uri()),
        };
        Kind::ALL.into_iter().filter(is_wanted).collect()
    }
}

impl View<'_> {
    /// The configuration, as it is answered (Shared Signals Framework 8.1.1).
    pub fn configuration(&self) -> Value {
        let uris = |kinds: &[Kind]| kinds.iter().map(|it| it.uri()).collect::<Vec<_>>();
        let mut all = json!({
            "stream_id": self.id,
            "iss": self.issuer,
            "aud": self.audience,
            "delivery": self.delivery(),
            "events_supported": uris(&Kind::ALL),
            "events_delivered": uris(&self.settings.delivered()),
            "min_verification_interval": VERIFICATION_SECONDS,
        });
        if let Some(members) = all.as_object_mut() {
            let chosen = [
                ("events_requested", self.settings.events_requested.as_ref().map(|it| json!(it))),
                ("description", self.settings.description.as_ref().map(|it| json!(it))),
            ];
            members.extend(chosen.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        all
    }

    /// The header with which events are posted is the receiver's secret and is not told.
    fn delivery(&self) -> Value {
        match &self.settings.delivery {
            Delivery::Push { endpoint_url } => json!({ "method": PUSH, "endpoint_url": endpoint_url }),
            Delivery::Poll => {
                let endpoint_url = format!("{}{FETCH}/{}", self.issuer.trim_end_matches('/'), self.id);
                json!({ "method": POLL, "endpoint_url": endpoint_url })
            }
        }
    }
}

/// The body of a request about a stream.
#[derive(Debug, Clone)]
pub struct Body(Map<String, Value>);

/// What a body makes of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What the receiver chooses.
    pub settings: Settings,
    /// The header with which events are posted to it, where the body says how they come; the inner none is no header.
    pub authorization: Option<Option<String>>,
}

impl Body {
    /// Reads an object; an empty body is one without members.
    pub fn parse(body: &[u8]) -> Result<Self, Wrong> {
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) | Err(_) => Err(wrong("body", "must be one JSON object")),
        }
    }

    /// The stream that it is about.
    pub fn stream_id(&self) -> Result<&str, Wrong> {
        self.text("stream_id", TEXT_MAX)?.ok_or_else(|| wrong("stream_id", "is missing"))
    }

    /// The state that is asked for, and why.
    pub fn status(&self) -> Result<(Status, Option<&str>), Wrong> {
        let word = self.text("status", TEXT_MAX)?.ok_or_else(|| wrong("status", "is missing"))?;
        let status = Status::parse(word).ok_or_else(|| wrong("status", "must be enabled, paused or disabled"))?;
        Ok((status, self.text("reason", TEXT_MAX)?))
    }

    /// What the receiver wants to know a sign of life by.
    pub fn state(&self) -> Result<Option<&str>, Wrong> {
        self.text("state", STATE_MAX)
    }

    /// A new stream; one that does not say how events come is polled.
    pub fn create(&self) -> Result<Change, Wrong> {
        let (delivery, authorization) = self.delivery()?.unwrap_or((Delivery::Poll, None));
        let settings = Settings { delivery, events_requested: self.events()?, description: self.description()? };
        Ok(Change { settings, authorization: Some(authorization) })
    }

    /// The stream as it is from now on: what is left out is as it was where the body updates, and chosen anew where it replaces.
    pub fn change(&self, is: View<'_>, replaces: bool) -> Result<Change, Wrong> {
        self.agrees_with(is)?;
        if replaces {
            return self.create();
        }
        let before = is.settings.clone();
        let (delivery, authorization) = match self.delivery()? {
            Some((delivery, authorization)) => (delivery, Some(authorization)),
            None => (before.delivery, None),
        };
        let settings = Settings {
            delivery,
            events_requested: self.events()?.or(before.events_requested),
            description: self.description()?.or(before.description),
        };
        Ok(Change { settings, authorization })
    }

    fn agrees_with(&self, is: View<'_>) -> Result<(), Wrong> {
        let configuration = is.configuration();
        for member in ["iss", "aud", "events_supported", "events_delivered", "min_verification_interval"] {
            if self.0.get(member).is_some_and(|said| Some(said) != configuration.get(member)) {
                return Err(wrong(member, "is chosen by the transmitter; leave it out, or send what it is"));
            }
        }
        Ok(())
    }

    fn delivery(&self) -> Result<Option<(Delivery, Option<String>)>, Wrong> {
        let Some(delivery) = self.0.get("delivery").filter(|it| !it.is_null()) else { return Ok(None) };
        let member = |name: &str| delivery.get(name).and_then(Value::as_str);
        match member("method") {
            Some(POLL) => Ok(Some((Delivery::Poll, None))),
            Some(PUSH) => {
                let url = member("endpoint_url").ok_or_else(|| wrong("delivery", "lacks the endpoint_url"))?;
                check_web(url).map_err(|problem| Wrong { member: "delivery", problem })?;
                let header = member("authorization_header").map(str::to_owned);
                if header.as_ref().is_some_and(|it| it.len() > HEADER_MAX || !is_of_a_header(it)) {
                    return Err(wrong("delivery", "has an authorization_header that is no value of a header"));
                }
                Ok(Some((Delivery::Push { endpoint_url: url.to_owned() }, header)))
            }
            Some(_) | None => Err(wrong("delivery", "must have the method urn:ietf:rfc:8935 or urn:ietf:rfc:8936")),
        }
    }

    fn events(&self) -> Result<Option<Vec<String>>, Wrong> {
        let Some(said) = self.0.get("events_requested").filter(|it| !it.is_null()) else { return Ok(None) };
        let problem = || wrong("events_requested", "must be at most 50 names of events, each of at most 256 bytes");
        let names = said.as_array().filter(|it| it.len() <= EVENTS_MAX).ok_or_else(problem)?;
        let name = |it: &Value| it.as_str().filter(|it| it.len() <= EVENT_BYTES_MAX).map(str::to_owned);
        names.iter().map(name).collect::<Option<Vec<_>>>().ok_or_else(problem).map(Some)
    }

    fn description(&self) -> Result<Option<String>, Wrong> {
        Ok(self.text("description", TEXT_MAX)?.map(str::to_owned))
    }

    fn text(&self, member: &'static str, bytes_max: usize) -> Result<Option<&str>, Wrong> {
        match self.0.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.len() <= bytes_max && !text.chars().any(char::is_control) => {
                Ok(Some(text))
            }
            Some(_) => Err(Wrong { member, problem: format!("must be a text of at most {bytes_max} bytes") }),
        }
    }
}

// RFC 9110 5.5, without bytes beyond ASCII.
fn is_of_a_header(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && text.trim() == text
}

fn wrong(member: &'static str, problem: &str) -> Wrong {
    Wrong { member, problem: problem.to_owned() }
}
