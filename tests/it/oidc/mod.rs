//! The OpenID Connect provider over HTTP.

mod authorize;
mod documents;
mod flow;
mod forged;
mod keys;
mod logout;
mod receiver;
pub mod stage;
mod token;
