//! The OpenID Connect provider over HTTP.

mod authorize;
mod documents;
mod flow;
mod forged;
mod keys;
mod logout;
pub mod receiver;
pub mod stage;
mod token;
