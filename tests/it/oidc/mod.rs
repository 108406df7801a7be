//! The OpenID Connect provider over HTTP.

mod authorize;
mod certification;
mod claims;
mod client_keys;
mod described;
mod device;
mod documents;
mod dpop;
mod exchange;
mod flow;
mod forged;
mod front_channel;
mod ipsie;
mod keys;
mod logout;
mod names;
mod own_applications;
pub mod pushed;
pub mod receiver;
mod reflected;
mod registration;
mod registry;
mod signals;
pub mod stage;
mod token;
