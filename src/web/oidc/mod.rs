//! The OpenID Connect provider over HTTP: reads requests, calls the use cases, renders what they answer.
//!
//! **Invariant:** an answer leaves with 303, never 307: a browser must not repeat a form, which may hold a password, to
//! an application (RFC 9700 4.12).
//! **Invariant:** the authorization endpoint has no CORS headers at all.

mod answer;

pub use answer::{answer, may_lead_to};
