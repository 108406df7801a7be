//! Doorward: between the identity providers of organisations and the applications their people use.
//!
//! The map: `domain` holds the organisation's rules, `scim` and `oidc` the two protocols, `texts` how a sentence is said in
//! several languages, all four pure; `store` is SQL and nothing else; `app` does the deeds; `web` and `cli` translate between a caller and a deed.

pub mod app;
pub mod cli;
pub mod domain;
pub mod oidc;
pub mod scim;
pub mod store;
pub mod texts;
pub mod web;
