//! The OpenID Connect provider over HTTP.

mod authorize;
mod certification;
mod claims;
mod client_keys;
mod documents;
mod flow;
mod forged;
mod keys;
mod logout;
pub mod receiver;
pub mod stage;
mod token;
