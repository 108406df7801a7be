//! The organisation's rules, as pure functions over values.
//!
//! **Invariant:** no async, no SQL, no HTTP, no clock: everything a rule needs is an argument.

pub mod error;
pub mod id;
pub mod password;
pub mod policy;
pub mod role;
pub mod secret;
pub mod text;
pub mod time;

pub use error::{Conflict, Error};
pub use time::Timestamp;

#[cfg(test)]
mod tests;
