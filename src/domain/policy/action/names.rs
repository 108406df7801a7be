//! The names that deeds have in the audit, as an index of the table beside the deeds.

use super::Action;

/// Every name that a row of the audit can have, in order.
const NAMES: &[&str] = &[
    "app.activity",
    "audit.export_deleted",
    "audit.export_failed",
    "audit.export_fetched",
    "audit.exported",
    "audit.read",
    "audit.retention_applied",
    "audit.stream_changed",
    "audit.stream_created",
    "audit.stream_deleted",
    "audit.stream_failed",
    "audit.stream_paused",
    "audit.stream_recovered",
    "audit.stream_replayed",
    "audit.stream_resumed",
    "audit.stream_secret_rotated",
    "audit.stream_tested",
    "auth.sign_in_failed",
    "auth.signed_in",
    "auth.signed_out",
    "auth.sso_refused",
    "break_glass.marked",
    "break_glass.unmarked",
    "break_glass.used",
    "client.created",
    "client.deleted",
    "client.disabled",
    "client.enabled",
    "client.secret_rotated",
    "client.stream_changed",
    "client.updated",
    "connection.changed",
    "connection.client_added",
    "connection.client_revoked",
    "connection.created",
    "connection.deleted",
    "connection.deprovisionings_refused",
    "connection.deprovisionings_released",
    "connection.deprovisionings_reminded",
    "connection.fell_silent",
    "connection.paused",
    "connection.request_replayed",
    "connection.resumed",
    "connection.setup_link_created",
    "connection.setup_link_revoked",
    "connection.spoke_again",
    "connection.token_added",
    "connection.token_added_by_link",
    "connection.token_revoked",
    "connection.token_warned",
    "domain.added",
    "domain.proved",
    "domain.removed",
    "group.created",
    "group.deleted",
    "group.mapped",
    "group.member_added",
    "group.member_removed",
    "group.members_changed",
    "group.renamed",
    "group.unmapped",
    "group.updated",
    "identity.linked",
    "identity.roles_claimed",
    "key.removed",
    "key.rotated",
    "mfa.authenticator_removed",
    "mfa.enrolled",
    "mfa.passkey_added",
    "mfa.passkey_removed",
    "mfa.recovery_code_used",
    "mfa.recovery_codes_renewed",
    "mfa.reminded",
    "mfa.removed",
    "mfa.required",
    "mfa.reset",
    "organisation.branding_changed",
    "organisation.changed",
    "organisation.created",
    "organisation.deletion_asked",
    "organisation.erased",
    "organisation.erasure_begun",
    "organisation.restored",
    "organisation.resumed",
    "organisation.suspended",
    "password.changed",
    "password.reset",
    "password.reset_requested",
    "password.set",
    "password.temporary_set",
    "policy.changed",
    "project.access_changed",
    "project.access_granted",
    "project.access_revoked",
    "project.created",
    "project.deleted",
    "project.updated",
    "resource.changed",
    "resource.deleted",
    "resource.registered",
    "resource.transferred",
    "review.cancelled",
    "review.closed",
    "review.decided",
    "review.done_at_provider",
    "review.exported",
    "review.finished",
    "review.handed_on",
    "review.missed",
    "review.opened",
    "review.reminded",
    "review.schedule_changed",
    "review.schedule_created",
    "review.schedule_deleted",
    "review.skipped",
    "review.staged",
    "role.changed",
    "role.defined",
    "role.deleted",
    "role.granted",
    "role.ungranted",
    "service_account.activated",
    "service_account.changed",
    "service_account.created",
    "service_account.deactivated",
    "service_account.deleted",
    "session.revoked",
    "share.changed",
    "share.ended",
    "team.created",
    "team.deleted",
    "team.lead_changed",
    "team.members_changed",
    "team.quotas_changed",
    "team.updated",
    "team.usage_reported",
    "token.consent_withdrawn",
    "token.consented",
    "token.issued",
    "token.personal_created",
    "token.personal_revoked",
    "token.refresh_reused",
    "token.refreshed",
    "token.revoked",
    "token.service_created",
    "token.service_revoked",
    "user.activated",
    "user.activation_resent",
    "user.created",
    "user.deactivated",
    "user.deleted",
    "user.deprovisioning_held",
    "user.deprovisioning_withdrawn",
    "user.email_change_requested",
    "user.email_changed",
    "user.end_date_set",
    "user.erased",
    "user.exported",
    "user.invite_accepted",
    "user.invite_declined",
    "user.invite_refused",
    "user.invite_resent",
    "user.invite_revoked",
    "user.invited",
    "user.left",
    "user.linked",
    "user.linking_dismissed",
    "user.removed",
    "user.renamed",
    "user.still_here",
    "user.updated",
    "view.deleted",
    "view.saved",
];

impl Action {
    /// Every name of a deed: `area.deed`.
    pub const fn names() -> &'static [&'static str] {
        NAMES
    }

    /// The areas that the names begin with, in order.
    pub fn areas() -> Vec<&'static str> {
        let mut areas: Vec<_> = NAMES.iter().filter_map(|name| name.split_once('.')).map(|(area, _)| area).collect();
        areas.dedup();
        areas
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The table is a `match` over all deeds, so a name that is not among these would be one of a deed that nobody can look for.
    #[test]
    fn every_name_that_a_deed_has_is_in_the_index() {
        let table = include_str!("words.rs").split("const fn words").nth(1).unwrap();
        let table = table.split("pub const fn is_failure").next().unwrap();
        let is_name = |text: &&str| {
            text.split_once('.').is_some_and(|(area, deed)| {
                [area, deed].iter().all(|it| !it.is_empty() && it.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            })
        };

        let of_areas = [
            include_str!("audit_export.rs"),
            include_str!("audit_stream.rs"),
            include_str!("own_domain.rs"),
            include_str!("review.rs"),
        ]
        .map(|it| it.split("const fn words").nth(1).unwrap());
        let of_areas = of_areas.map(|it| it.split("pub(in crate::domain::policy)").next().unwrap());

        let tables = [&[table][..], &of_areas].concat();
        let quoted = tables.iter().flat_map(|it| it.split('"').skip(1).step_by(2));
        let written: BTreeSet<&str> = quoted.filter(is_name).collect();

        assert_eq!(written.into_iter().collect::<Vec<_>>(), NAMES);
        assert!(NAMES.len() > 80);
    }
}
