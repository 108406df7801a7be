//! What is told of a person's access, as a transmitter of the OpenID Shared Signals Framework 1.0: events of CAEP 1.0 and RISC 1.0
//! in security event tokens (RFC 8417).
//!
//! **Invariant:** a token holds one event, and neither `sub` nor `exp`, so that it passes for no other kind of token.
//! **Invariant:** of a person nothing is told but the subject that applications know from their ID tokens.

pub mod poll;
pub mod stream;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::jwt::Claims;
use stream::{POLL, PUSH, Status};

/// The path of the document that a receiver reads first (Shared Signals Framework 7).
pub const CONFIGURATION: &str = "/.well-known/ssf-configuration";
/// The path at which streams are made, read, changed and deleted.
pub const STREAM: &str = "/ssf/stream";
/// The path at which the state of a stream is read and changed.
pub const STATUS: &str = "/ssf/status";
/// The path at which a receiver asks for a sign of life.
pub const VERIFY: &str = "/ssf/verify";
/// The path below which receivers fetch what waits for them.
pub const FETCH: &str = "/ssf/poll";

/// What a receiver may hear of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Access has ended, of one session or of all of a person (CAEP 3.1).
    SessionRevoked,
    /// Something a person proves with is another, or none (CAEP 3.3).
    CredentialChange,
    /// Nobody gets in with the account (RISC 2.3).
    AccountDisabled,
    /// The account is open again (RISC 2.4).
    AccountEnabled,
    /// The account is gone (RISC 2.2).
    AccountPurged,
}

impl Kind {
    /// Everything that a receiver may ask for.
    pub const ALL: [Self; 5] = [
        Self::SessionRevoked,
        Self::CredentialChange,
        Self::AccountDisabled,
        Self::AccountEnabled,
        Self::AccountPurged,
    ];

    /// The name in tokens and streams.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::SessionRevoked => "https://schemas.openid.net/secevent/caep/event-type/session-revoked",
            Self::CredentialChange => "https://schemas.openid.net/secevent/caep/event-type/credential-change",
            Self::AccountDisabled => "https://schemas.openid.net/secevent/risc/event-type/account-disabled",
            Self::AccountEnabled => "https://schemas.openid.net/secevent/risc/event-type/account-enabled",
            Self::AccountPurged => "https://schemas.openid.net/secevent/risc/event-type/account-purged",
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// See [`Kind::SessionRevoked`].
    SessionRevoked,
    /// See [`Kind::CredentialChange`].
    CredentialChange {
        /// What the person proves with.
        credential: Credential,
        /// What became of it.
        change: Turn,
    },
    /// See [`Kind::AccountDisabled`].
    AccountDisabled,
    /// See [`Kind::AccountEnabled`].
    AccountEnabled,
    /// See [`Kind::AccountPurged`].
    AccountPurged,
    /// A sign of life that the receiver asked for (Shared Signals Framework 8.1.4).
    Verification {
        /// What the receiver said to know it by.
        state: Option<String>,
    },
    /// Somebody here has changed the state of the stream (Shared Signals Framework 8.1.5).
    StreamUpdated {
        /// The state from now on.
        status: Status,
        /// Why.
        reason: Option<String>,
    },
}

/// What a person proves with, in the words of CAEP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// A password.
    Password,
    /// An authenticator app.
    App,
    /// A passkey.
    Fido2Roaming,
}

/// What became of it, in the words of CAEP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// There is one that was not there before.
    Create,
    /// It is another.
    Update,
    /// It is gone.
    Delete,
}

impl Event {
    /// What of it a receiver may ask for; nothing where it is about the stream itself, and always told.
    pub const fn kind(&self) -> Option<Kind> {
        match self {
            Self::SessionRevoked => Some(Kind::SessionRevoked),
            Self::CredentialChange { .. } => Some(Kind::CredentialChange),
            Self::AccountDisabled => Some(Kind::AccountDisabled),
            Self::AccountEnabled => Some(Kind::AccountEnabled),
            Self::AccountPurged => Some(Kind::AccountPurged),
            Self::Verification { .. } | Self::StreamUpdated { .. } => None,
        }
    }

    /// The name in tokens.
    pub fn uri(&self) -> &'static str {
        match self {
            Self::Verification { .. } => "https://schemas.openid.net/secevent/ssf/event-type/verification",
            Self::StreamUpdated { .. } => "https://schemas.openid.net/secevent/ssf/event-type/stream-updated",
            Self::SessionRevoked
            | Self::CredentialChange { .. }
            | Self::AccountDisabled
            | Self::AccountEnabled
            | Self::AccountPurged => self.kind().map_or("", Kind::uri),
        }
    }

    /// The short name: the last part of the other.
    pub fn word(&self) -> &'static str {
        self.uri().rsplit('/').next().unwrap_or_default()
    }

    fn payload(&self, at: i64) -> Value {
        match self {
            Self::SessionRevoked => {
                json!({ "event_timestamp": at, "reason_admin": { "en": "Access was ended at the identity provider." } })
            }
            Self::CredentialChange { credential, change } => json!({
                "event_timestamp": at,
                "credential_type": credential,
                "change_type": change,
                "reason_admin": { "en": "A credential was changed at the identity provider." },
            }),
            Self::AccountDisabled | Self::AccountEnabled | Self::AccountPurged => json!({ "event_timestamp": at }),
            Self::Verification { state } => with("state", state.as_deref(), Map::new()),
            Self::StreamUpdated { status, reason } => {
                let status = Map::from_iter([("status".to_owned(), json!(status))]);
                with("reason", reason.as_deref(), status)
            }
        }
    }
}

fn with(name: &str, value: Option<&str>, mut members: Map<String, Value>) -> Value {
    if let Some(value) = value {
        members.insert(name.to_owned(), json!(value));
    }
    Value::Object(members)
}

/// Whom or what it happened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A person, with every session.
    User(String),
    /// One session of a person.
    Session {
        /// The person.
        sub: String,
        /// The session.
        sid: String,
    },
    /// A stream.
    Stream(String),
}

impl Subject {
    /// The subject identifier (RFC 9493; Shared Signals Framework 3.3 for the complex one).
    fn identifier(&self, issuer: &str) -> Value {
        let user = |sub: &str| json!({ "format": "iss_sub", "iss": issuer, "sub": sub });
        let opaque = |id: &str| json!({ "format": "opaque", "id": id });
        match self {
            Self::User(sub) => user(sub),
            Self::Session { sub, sid } => json!({ "format": "complex", "user": user(sub), "session": opaque(sid) }),
            Self::Stream(id) => opaque(id),
        }
    }
}

/// A token to be: what is kept until it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What happened.
    pub event: Event,
    /// Whom or what it happened to.
    pub subject: Subject,
    /// When, in seconds since the epoch.
    pub at: i64,
    /// The same for everything that was told of one cause.
    pub cause: String,
}

impl Told {
    /// The session that it is about, where it is about one.
    pub fn session(&self) -> Option<&str> {
        match &self.subject {
            Subject::Session { sid, .. } => Some(sid),
            Subject::User(_) | Subject::Stream(_) => None,
        }
    }

    /// The same under the names by which the receiver knows the person and the session.
    pub fn known_as(self, sub: &str, sid: Option<String>) -> Self {
        let moment = self.cause.rsplit_once('.').map_or(self.cause.as_str(), |(_, moment)| moment);
        let cause = format!("{sub}.{moment}");
        let subject = match self.subject {
            Subject::User(_) => Subject::User(sub.to_owned()),
            Subject::Session { sid: known, .. } => Subject::Session { sub: sub.to_owned(), sid: sid.unwrap_or(known) },
            stream @ Subject::Stream(_) => stream,
        };
        Self { subject, cause, ..self }
    }
}

/// From whom a token goes to whom, and which one it is.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// The transmitter.
    pub issuer: &'a str,
    /// The receiver, by its `client_id`.
    pub audience: &'a str,
    /// The identity of the token: the same however often it is sent.
    pub jti: &'a str,
    /// The moment, in seconds since the epoch.
    pub now: i64,
}

/// The claims of a security event token (RFC 8417 2.2, Shared Signals Framework 4.1).
pub fn claims(told: &Told, to: Envelope<'_>) -> Claims {
    let members: [(&str, Value); 7] = [
        ("iss", json!(to.issuer)),
        ("aud", json!(to.audience)),
        ("iat", json!(to.now)),
        ("jti", json!(to.jti)),
        ("txn", json!(told.cause)),
        ("sub_id", told.subject.identifier(to.issuer)),
        ("events", json!({ told.event.uri(): told.event.payload(told.at) })),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The document that a receiver reads first (Shared Signals Framework 7.1).
pub fn metadata(issuer: &str, jwks: &str) -> Value {
    let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
    json!({
        "spec_version": "1_0",
        "issuer": issuer,
        "jwks_uri": at(jwks),
        "delivery_methods_supported": [PUSH, POLL],
        "configuration_endpoint": at(STREAM),
        "status_endpoint": at(STATUS),
        "verification_endpoint": at(VERIFY),
        "authorization_schemes": [{ "spec_urn": "urn:ietf:rfc:6749" }],
        "default_subjects": "ALL",
    })
}
