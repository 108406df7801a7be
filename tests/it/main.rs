//! The real server on an ephemeral port, on SQLite, or on PostgreSQL when `DOORWARD_TEST_POSTGRES` is set.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that meets the impossible fails there and then, and starts its own clients and processes"
)]

mod access;
mod account;
mod api;
mod architecture;
mod audit_log;
mod breaker;
mod breaker_decisions;
mod browser_security;
mod cli;
mod clients_api;
mod connect;
mod connection_health;
mod connections;
mod console_audit;
mod console_bulk;
mod console_connections;
mod console_deeds;
mod console_edit;
mod console_groups;
mod console_invitation_bulk;
mod console_invitation_list;
mod console_invitations;
mod console_projects;
mod console_roles;
mod console_schemas;
mod console_service_accounts;
mod console_shell;
mod console_teams;
mod console_users;
mod console_views;
mod coverage;
mod custom_roles;
mod drift;
mod exports;
mod federation;
mod fuzz;
mod gone;
mod groups;
mod guide;
mod handovers;
mod harness;
mod imports;
mod invitations;
mod journal;
mod kept_secrets;
mod known_browsers;
mod languages;
mod letters;
mod linkings;
mod mappings;
mod mfa;
mod mfa_grace;
mod oidc;
mod openapi;
mod operation;
mod organisation;
mod outbox;
mod own_credentials;
mod own_email;
mod passkeys;
mod password_policy;
mod people;
mod personal_tokens;
mod policies;
mod project_records;
mod projects;
mod rehearsals;
mod reset;
mod resources;
mod schema;
mod scim_async;
mod scim_attributes;
mod scim_bulk;
mod scim_clients;
mod scim_entra;
mod scim_events;
mod scim_extensions;
mod scim_filter;
mod scim_groups;
mod scim_hostile;
mod scim_me;
mod scim_pace;
mod scim_people;
mod scim_roles;
mod scim_scopes;
mod scim_storm;
mod scim_vectors;
mod service_accounts;
mod setup;
mod sign_in_failures;
mod sign_in_history;
mod signin;
mod slow_clients;
mod stale_forms;
mod step_up;
mod tampering;
mod tenancy;
mod undelivered;
