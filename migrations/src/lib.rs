//! Doorward's schema: one file per change, forward only, for SQLite and PostgreSQL from the same text.
//!
//! **Invariant:** a file that was released is never edited; a change of mind is a new file.
//! **Invariant:** every table with an `org_id` leads its primary key with it, and so does each of its unique indexes,
//! so that the tables can be distributed by organisation.
//! **Invariant:** no default, trigger or collation does what Rust should do: keys are folded, times are made and ids are
//! chosen by the server.

mod ddl;
mod m0001_foundation;
mod m0002_invitations;
mod m0003_federation;
mod m0004_account;
mod m0005_user_list;
mod m0006_policies;
mod m0007_teams;
mod m0008_service_accounts;
mod m0009_passkeys;
mod m0010_sign_in_refusals;
mod m0011_own_email;
mod m0012_console_views;
mod m0014_resources;
mod m0015_projects;
mod m0016_audit_log;
mod m0017_organisation_language;
mod m0018_undelivered_letters;
mod m0019_invitation_list;
mod m0020_spent_passwords;
mod m0021_earlier_passwords;
mod m0022_provisioning_journal;
mod m0023_deprovisionings;
mod m0024_connection_health;
mod m0025_scim_schemas;
mod m0026_folded_calls;
mod m0027_token_scopes;
mod m0028_asserted_access;
mod m0029_linkings;
mod m0030_breaker_reminders;
mod m0031_setup_links;
mod m0032_connection_clients;
mod m0033_event_receivers;
mod m0034_managed_order;
mod m0035_kept_requests;
mod m0036_token_attributes;
mod m0037_unique_values;
mod m0038_due_requests;
mod m0039_pushed_requests;
mod m0040_earlier_secrets;
mod m0041_signals;
mod m0042_registration_tokens;
mod m0043_device_requests;
mod m0044_audiences;
mod m0045_proved_addresses;
mod m0046_met_clients;
mod m0047_team_quotas;
mod m0048_resource_projects;
mod m0049_reviews;
mod m0050_end_dates;
mod m0051_audit_seals;
mod m0052_failed_sign_ins;
mod m0053_audit_streams;
mod m0054_past_access;
mod m0055_deletions;
mod m0056_break_glass;
mod m0057_audit_exports;
mod m0058_stream_filter;
mod m0059_brands;
mod m0060_domains;
mod m0061_stream_buckets;
mod m0062_wider_indexes;
mod m0063_numbers_of_rows;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// The list of changes, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0002_invitations::Migration),
            Box::new(m0003_federation::Migration),
            Box::new(m0004_account::Migration),
            Box::new(m0005_user_list::Migration),
            Box::new(m0006_policies::Migration),
            Box::new(m0007_teams::Migration),
            Box::new(m0008_service_accounts::Migration),
            Box::new(m0009_passkeys::Migration),
            Box::new(m0010_sign_in_refusals::Migration),
            Box::new(m0011_own_email::Migration),
            Box::new(m0012_console_views::Migration),
            Box::new(m0014_resources::Migration),
            Box::new(m0015_projects::Migration),
            Box::new(m0016_audit_log::Migration),
            Box::new(m0017_organisation_language::Migration),
            Box::new(m0018_undelivered_letters::Migration),
            Box::new(m0019_invitation_list::Migration),
            Box::new(m0020_spent_passwords::Migration),
            Box::new(m0021_earlier_passwords::Migration),
            Box::new(m0022_provisioning_journal::Migration),
            Box::new(m0023_deprovisionings::Migration),
            Box::new(m0024_connection_health::Migration),
            Box::new(m0025_scim_schemas::Migration),
            Box::new(m0026_folded_calls::Migration),
            Box::new(m0027_token_scopes::Migration),
            Box::new(m0028_asserted_access::Migration),
            Box::new(m0029_linkings::Migration),
            Box::new(m0030_breaker_reminders::Migration),
            Box::new(m0031_setup_links::Migration),
            Box::new(m0032_connection_clients::Migration),
            Box::new(m0033_event_receivers::Migration),
            Box::new(m0034_managed_order::Migration),
            Box::new(m0035_kept_requests::Migration),
            Box::new(m0036_token_attributes::Migration),
            Box::new(m0037_unique_values::Migration),
            Box::new(m0038_due_requests::Migration),
            Box::new(m0039_pushed_requests::Migration),
            Box::new(m0040_earlier_secrets::Migration),
            Box::new(m0041_signals::Migration),
            Box::new(m0042_registration_tokens::Migration),
            Box::new(m0043_device_requests::Migration),
            Box::new(m0044_audiences::Migration),
            Box::new(m0045_proved_addresses::Migration),
            Box::new(m0046_met_clients::Migration),
            Box::new(m0047_team_quotas::Migration),
            Box::new(m0048_resource_projects::Migration),
            Box::new(m0049_reviews::Migration),
            Box::new(m0050_end_dates::Migration),
            Box::new(m0051_audit_seals::Migration),
            Box::new(m0052_failed_sign_ins::Migration),
            Box::new(m0053_audit_streams::Migration),
            Box::new(m0054_past_access::Migration),
            Box::new(m0055_deletions::Migration),
            Box::new(m0056_break_glass::Migration),
            Box::new(m0057_audit_exports::Migration),
            Box::new(m0058_stream_filter::Migration),
            Box::new(m0059_brands::Migration),
            Box::new(m0060_domains::Migration),
            Box::new(m0061_stream_buckets::Migration),
            Box::new(m0062_wider_indexes::Migration),
            Box::new(m0063_numbers_of_rows::Migration),
        ]
    }
}
