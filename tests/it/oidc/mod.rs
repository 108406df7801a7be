//! The OpenID Connect provider over HTTP.

mod authorize;
mod documents;
mod forged;
mod keys;
mod logout;
mod receiver;
mod stage;
mod token;
