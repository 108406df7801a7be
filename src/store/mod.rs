//! SQL and nothing else: the queries, the unit of work, and the SCIM filter compiled to SQL.
//!
//! **Invariant:** this is the only module that names `sea_orm`; entities stay inside, callers see `domain` types.
//! **Invariant:** every query on an organisation's rows takes the organisation; the few that start from an unguessable
//! token hash return the organisation they found.
//! **Invariant:** SQLite has one writer connection, so a unit of work is the only writer of the file; PostgreSQL
//! serialises the units of one organisation by an advisory lock.

pub mod attempts;
pub mod audit;
pub mod audit_exports;
pub mod audit_seals;
pub mod audit_streams;
pub mod brands;
pub mod break_glass;
pub mod client_access;
pub mod clients;
pub mod connection_clients;
pub mod connections;
pub mod deprovisionings;
pub mod device_requests;
pub mod drift;
pub mod earlier_passwords;
pub mod email_links;
pub mod end_dates;
mod error;
pub mod events;
pub mod factors;
pub mod families;
pub mod filter;
pub mod fsck;
pub mod grants;
pub mod group_list;
pub mod groups;
pub mod identities;
mod in_order;
pub mod invitation_list;
pub mod invitations;
pub mod journal;
mod json;
pub mod kept_requests;
pub mod keys;
pub mod linkings;
pub mod links;
mod live;
pub mod mappings;
pub mod members;
pub mod mfa_deadlines;
mod open;
pub mod organisations;
pub mod outbox;
pub mod own_domains;
pub mod pages;
pub mod passkeys;
pub mod passwords;
pub mod past;
pub mod personal_tokens;
pub mod project_list;
pub mod project_teams;
pub mod projects;
pub mod pulses;
pub mod pushed_requests;
pub mod recovery_codes;
pub mod resources;
pub mod review_items;
pub mod reviews;
pub mod role_use;
pub mod roster;
mod rows;
pub mod saved_views;
pub mod service_accounts;
pub mod sessions;
pub mod setup;
pub mod setup_links;
pub mod shares;
pub mod sign_in_refusals;
pub mod sign_in_tries;
pub mod signals;
pub mod spent_assertions;
mod sqlite;
pub mod streams;
pub mod tables;
pub mod team_usage;
pub mod teams;
pub mod throttles;
mod trial;
mod turning;
mod tx;
pub mod undelivered;
pub mod unique_values;
pub mod user_list;
pub mod users;
mod ways;

pub use open::{Moment, Pending, Store};
pub use sea_orm::ConnectionTrait as Reader;
pub use trial::{Plan, PlannedDeed, Trial};
pub use tx::Tx;
