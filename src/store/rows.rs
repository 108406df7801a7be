//! The rows of each table, as SeaORM entities.
//!
//! **Invariant:** nothing outside `store` sees an entity; the queries translate them to `domain` types.

mod access;
mod chain;
mod connections;
mod instance;
mod people;
mod projects;
mod reviews;

pub(super) use access::{
    attempt, client, client_access, consent, device_request, earlier_password, factor, family, issued, link_token,
    mfa_deadline, passkey, password, personal_token, pushed_request, recovery_code, session, sign_in_try, signal,
    stream,
};
pub(super) use chain::{
    audit_checkpoint, audit_export, audit_export_part, audit_seal, audit_stream, audit_verification,
};
pub(super) use connections::{
    connection, connection_access, connection_client, connection_domain, connection_pulse, connection_token,
    deprovisioning, held_member, identity, kept_operation, kept_request, linking, mapping_intent, own_domain,
    provisioning_call, setup_link, sign_in_refusal, spent_assertion,
};
pub(super) use instance::{audit, brand, instance_fact, organisation, outbox, signing_key, throttle};
pub(super) use people::{
    break_glass, console_setting, end_date, grant, group, group_role, invitation, member, resource, saved_view,
    service_account, service_token, team, team_member, team_usage, undelivered_letter, user, user_email, user_value,
};
pub(super) use projects::{project, project_assignment, share};
pub(super) use reviews::{review, review_item, review_nudge, review_schedule};
