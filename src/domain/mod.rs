//! The organisation's rules, as pure functions over values.
//!
//! **Invariant:** no async, no SQL, no HTTP, no clock: everything a rule needs is an argument.

pub mod address;
pub mod archive;
pub mod audit_chain;
pub mod audit_entry;
pub mod audit_export;
pub mod audit_filter;
pub mod audit_stream;
pub mod brand;
pub mod browser;
pub mod client;
pub mod complaint;
pub mod connection;
pub mod denial;
pub mod deprovisioning;
pub mod drift;
pub mod entrance;
pub mod error;
pub mod flaw;
pub mod grace;
pub mod group;
pub mod id;
pub mod invitation;
pub mod invitation_list;
pub mod journal;
pub mod linking;
pub mod list;
pub mod look_alike;
pub mod obstacle;
pub mod ocsf;
pub mod organisation;
pub mod own_domain;
pub mod password;
pub mod personal_token;
pub mod policy;
pub mod project;
pub mod recovery;
pub mod resource;
pub mod review;
pub mod role;
pub mod routing;
pub mod saved_view;
pub mod secret;
pub mod service_account;
pub mod session;
pub mod share;
pub mod sign_in_try;
pub mod signal;
pub mod signin;
pub mod sso_refusal;
pub mod team;
pub mod text;
pub mod throttle;
pub mod time;
pub mod undelivered;
pub mod user;
pub mod user_code;
pub mod user_export;
pub mod user_import;
pub mod user_list;
pub mod workbook;

pub use denial::Denial;
pub use error::{Conflict, Error};
pub use flaw::Flaw;
pub use time::Timestamp;

#[cfg(test)]
mod tests;
