//! The OpenID Connect provider as pure functions: parameters in, decisions and documents out.
//!
//! An authorization request goes through [`params`], [`authorize::parse`], [`authorize::validate`] and, as often as the
//! person makes a step, [`decide::decide`]; its answer leaves through [`response`]. A token request goes through
//! [`credentials`] and [`token`]; what it hands out is made of [`claims`] and signed by [`jwt`]. The part of a relying party
//! of other providers is [`upstream`].
//!
//! **Invariant:** no async, no SQL, no HTTP, no clock: ids are texts, and the moment is an argument.
//! **Invariant:** there are no implicit, hybrid or password flows, no request objects and no patterns in redirect URIs:
//! not switched off, absent.

pub mod acr;
pub mod assertion;
pub mod authorize;
pub mod bearer;
pub mod claims;
pub mod claims_request;
pub mod client;
pub mod client_document;
pub mod credentials;
pub mod decide;
pub mod device;
pub mod discovery;
pub mod dpop;
pub mod error;
pub mod exchange;
pub mod introspection;
pub mod jwt;
pub mod lifetimes;
pub mod logout;
pub mod logout_token;
pub mod mapping;
pub mod params;
pub mod pushed;
pub mod reach;
pub mod redirect_uri;
pub mod registration;
pub mod resource;
pub mod response;
pub mod revocation;
pub mod scope;
pub mod signals;
pub mod token;
pub mod upstream;

pub use error::{Error, ErrorCode};

#[cfg(test)]
mod tests;
