//! The harness: a server, what talks to it, and what it finds when it ends.
//!
//! **Invariant:** a server answers no 5xx that a test did not announce, and leaves no message in its outbox.

mod authenticator;
mod browser;
pub mod database;
mod dns;
pub mod log;
pub mod provider;
mod reply;
mod server;
mod signing_in;
mod tenant;

pub use authenticator::Authenticator;
pub use browser::{Browser, attribute, hidden_fields};
pub use reply::Reply;
pub use server::{OPERATOR_TOKEN, Server, in_acme};
pub use signing_in::Phone;
pub use tenant::{PASSWORD, Provisioning, Tenant};
