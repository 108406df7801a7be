//! The OpenID Connect provider over HTTP.

mod authorize;
mod documents;
mod stage;
mod token;
