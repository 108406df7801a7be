//! The audit log in plain words: what was done, what it is about, who did it.

use crate::domain::policy::Operator;
use crate::domain::text::on_one_line;
use crate::web::texts::Texts;

/// What was done; a name from another version stands for itself.
pub(in crate::web) fn did(t: Texts, action: &str) -> String {
    said(t, did_key(action), action)
}

/// What the deeds of an area are about.
pub(in crate::web) fn about(t: Texts, area: &str) -> String {
    said(t, about_key(area), area)
}

/// What somebody or something is.
pub(in crate::web) fn kind(t: Texts, kind: &str) -> String {
    said(t, kind_key(kind), kind)
}

/// Who did something: a name, where the server gave it itself in the reader's words.
pub(in crate::web) fn who(t: Texts, of_kind: &str, label: &str) -> String {
    match (of_kind, Operator::read(label)) {
        ("anonymous" | "job", _) => kind(t, of_kind),
        ("operator", Some(Operator::CommandLine(None))) => t.say("by-command-line"),
        ("operator", Some(Operator::CommandLine(Some(name)))) => t.name("by-command-line-of", &name),
        ("operator", Some(Operator::Token)) => t.say("by-operator-token"),
        ("operator", Some(Operator::SetUp)) => t.say("by-set-up-address"),
        _ => on_one_line(label).into_owned(),
    }
}

fn said(t: Texts, key: &str, name: &str) -> String {
    if key.is_empty() { name.to_owned() } else { t.say(key) }
}

#[expect(clippy::too_many_lines, reason = "a table: one line for each deed")]
fn did_key(action: &str) -> &'static str {
    match action {
        "app.activity" => "did-app-activity",
        "audit.export_deleted" => "did-audit-export-deleted",
        "audit.export_failed" => "did-audit-export-failed",
        "audit.export_fetched" => "did-audit-export-fetched",
        "audit.exported" => "did-audit-exported",
        "audit.read" => "did-audit-read",
        "audit.retention_applied" => "did-audit-retention",
        "audit.stream_changed" => "did-audit-stream-changed",
        "audit.stream_created" => "did-audit-stream-created",
        "audit.stream_deleted" => "did-audit-stream-deleted",
        "audit.stream_failed" => "did-audit-stream-failed",
        "audit.stream_paused" => "did-audit-stream-paused",
        "audit.stream_recovered" => "did-audit-stream-recovered",
        "audit.stream_replayed" => "did-audit-stream-replayed",
        "audit.stream_resumed" => "did-audit-stream-resumed",
        "audit.stream_secret_rotated" => "did-audit-stream-secret-rotated",
        "audit.stream_tested" => "did-audit-stream-tested",
        "auth.sign_in_failed" => "did-auth-sign-in-failed",
        "auth.signed_in" => "did-auth-signed-in",
        "auth.signed_out" => "did-auth-signed-out",
        "auth.sso_refused" => "did-auth-sso-refused",
        "client.created" => "did-client-created",
        "break_glass.marked" => "did-break-glass-marked",
        "break_glass.unmarked" => "did-break-glass-unmarked",
        "break_glass.used" => "did-break-glass-used",
        "client.deleted" => "did-client-deleted",
        "client.stream_changed" => "did-client-stream-changed",
        "client.disabled" => "did-client-disabled",
        "client.enabled" => "did-client-enabled",
        "client.secret_rotated" => "did-client-secret-rotated",
        "client.updated" => "did-client-updated",
        "connection.changed" => "did-connection-changed",
        "connection.created" => "did-connection-created",
        "connection.deleted" => "did-connection-deleted",
        "connection.deprovisionings_refused" => "did-connection-deprovisionings-refused",
        "connection.deprovisionings_released" => "did-connection-deprovisionings-released",
        "connection.deprovisionings_reminded" => "did-connection-deprovisionings-reminded",
        "connection.fell_silent" => "did-connection-fell-silent",
        "connection.paused" => "did-connection-paused",
        "connection.request_replayed" => "did-connection-request-replayed",
        "connection.resumed" => "did-connection-resumed",
        "connection.spoke_again" => "did-connection-spoke-again",
        "connection.setup_link_created" => "did-connection-setup-link-created",
        "connection.setup_link_revoked" => "did-connection-setup-link-revoked",
        "connection.client_added" => "did-connection-client-added",
        "connection.client_revoked" => "did-connection-client-revoked",
        "connection.token_added" => "did-connection-token-added",
        "connection.token_added_by_link" => "did-connection-token-added-by-link",
        "connection.token_revoked" => "did-connection-token-revoked",
        "connection.token_warned" => "did-connection-token-warned",
        "domain.added" => "did-domain-added",
        "domain.proved" => "did-domain-proved",
        "domain.removed" => "did-domain-removed",
        "group.created" => "did-group-created",
        "group.deleted" => "did-group-deleted",
        "group.mapped" => "did-group-mapped",
        "group.member_added" => "did-group-member-added",
        "group.member_removed" => "did-group-member-removed",
        "group.members_changed" => "did-group-members-changed",
        "group.renamed" => "did-group-renamed",
        "group.unmapped" => "did-group-unmapped",
        "group.updated" => "did-group-updated",
        "identity.linked" => "did-identity-linked",
        "identity.roles_claimed" => "did-identity-roles-claimed",
        "key.removed" => "did-key-removed",
        "key.rotated" => "did-key-rotated",
        "mfa.authenticator_removed" => "did-mfa-authenticator-removed",
        "mfa.enrolled" => "did-mfa-enrolled",
        "mfa.passkey_added" => "did-mfa-passkey-added",
        "mfa.passkey_removed" => "did-mfa-passkey-removed",
        "mfa.recovery_code_used" => "did-mfa-recovery-code-used",
        "mfa.recovery_codes_renewed" => "did-mfa-recovery-codes-renewed",
        "mfa.reminded" => "did-mfa-reminded",
        "mfa.removed" => "did-mfa-removed",
        "mfa.required" => "did-mfa-required",
        "mfa.reset" => "did-mfa-reset",
        "organisation.branding_changed" => "did-organisation-branding-changed",
        "organisation.changed" => "did-organisation-changed",
        "organisation.created" => "did-organisation-created",
        "organisation.deletion_asked" => "did-organisation-deletion-asked",
        "organisation.erased" => "did-organisation-erased",
        "organisation.erasure_begun" => "did-organisation-erasure-begun",
        "organisation.restored" => "did-organisation-restored",
        "organisation.resumed" => "did-organisation-resumed",
        "organisation.suspended" => "did-organisation-suspended",
        "password.changed" => "did-password-changed",
        "password.reset" => "did-password-reset",
        "password.reset_requested" => "did-password-reset-requested",
        "password.set" => "did-password-set",
        "password.temporary_set" => "did-password-temporary-set",
        "policy.changed" => "did-policy-changed",
        "project.access_changed" => "did-project-access-changed",
        "project.access_granted" => "did-project-access-granted",
        "project.access_revoked" => "did-project-access-revoked",
        "project.created" => "did-project-created",
        "project.deleted" => "did-project-deleted",
        "project.updated" => "did-project-updated",
        "resource.changed" => "did-resource-changed",
        "resource.deleted" => "did-resource-deleted",
        "resource.registered" => "did-resource-registered",
        "resource.transferred" => "did-resource-transferred",
        "review.cancelled" => "did-review-cancelled",
        "review.closed" => "did-review-closed",
        "review.decided" => "did-review-decided",
        "review.done_at_provider" => "did-review-done-at-provider",
        "review.exported" => "did-review-exported",
        "review.finished" => "did-review-finished",
        "review.handed_on" => "did-review-handed-on",
        "review.missed" => "did-review-missed",
        "review.opened" => "did-review-opened",
        "review.reminded" => "did-review-reminded",
        "review.schedule_changed" => "did-review-schedule-changed",
        "review.schedule_created" => "did-review-schedule-created",
        "review.schedule_deleted" => "did-review-schedule-deleted",
        "review.skipped" => "did-review-skipped",
        "review.staged" => "did-review-staged",
        "role.changed" => "did-role-changed",
        "role.defined" => "did-role-defined",
        "role.deleted" => "did-role-deleted",
        "role.granted" => "did-role-granted",
        "role.ungranted" => "did-role-ungranted",
        "service_account.activated" => "did-service-account-activated",
        "service_account.changed" => "did-service-account-changed",
        "service_account.created" => "did-service-account-created",
        "service_account.deactivated" => "did-service-account-deactivated",
        "service_account.deleted" => "did-service-account-deleted",
        "session.revoked" => "did-session-revoked",
        "share.changed" => "did-share-changed",
        "share.ended" => "did-share-ended",
        "team.created" => "did-team-created",
        "team.deleted" => "did-team-deleted",
        "team.lead_changed" => "did-team-lead-changed",
        "team.members_changed" => "did-team-members-changed",
        "team.quotas_changed" => "did-team-quotas-changed",
        "team.updated" => "did-team-updated",
        "team.usage_reported" => "did-team-usage-reported",
        "token.consent_withdrawn" => "did-token-consent-withdrawn",
        "token.consented" => "did-token-consented",
        "token.issued" => "did-token-issued",
        "token.personal_created" => "did-token-personal-created",
        "token.personal_revoked" => "did-token-personal-revoked",
        "token.refresh_reused" => "did-token-refresh-reused",
        "token.refreshed" => "did-token-refreshed",
        "token.revoked" => "did-token-revoked",
        "token.service_created" => "did-token-service-created",
        "token.service_revoked" => "did-token-service-revoked",
        "user.end_date_set" => "did-user-end-date-set",
        "user.still_here" => "did-user-still-here",
        "user.activated" => "did-user-activated",
        "user.activation_resent" => "did-user-activation-resent",
        "user.created" => "did-user-created",
        "user.deactivated" => "did-user-deactivated",
        "user.deleted" => "did-user-deleted",
        "user.deprovisioning_held" => "did-user-deprovisioning-held",
        "user.deprovisioning_withdrawn" => "did-user-deprovisioning-withdrawn",
        "user.email_change_requested" => "did-user-email-change-requested",
        "user.email_changed" => "did-user-email-changed",
        "user.erased" => "did-user-erased",
        "user.exported" => "did-user-exported",
        "user.invite_accepted" => "did-user-invite-accepted",
        "user.invite_declined" => "did-user-invite-declined",
        "user.invite_refused" => "did-user-invite-refused",
        "user.invite_resent" => "did-user-invite-resent",
        "user.invite_revoked" => "did-user-invite-revoked",
        "user.invited" => "did-user-invited",
        "user.left" => "did-user-left",
        "user.linked" => "did-user-linked",
        "user.linking_dismissed" => "did-user-linking-dismissed",
        "user.removed" => "did-user-removed",
        "user.renamed" => "did-user-renamed",
        "user.updated" => "did-user-updated",
        "view.deleted" => "did-view-deleted",
        "view.saved" => "did-view-saved",
        _ => "",
    }
}

fn about_key(area: &str) -> &'static str {
    match area {
        "app" => "about-app",
        "audit" => "about-audit",
        "auth" => "about-auth",
        "break_glass" => "about-break-glass",
        "client" => "about-client",
        "connection" => "about-connection",
        "domain" => "about-domain",
        "group" => "about-group",
        "identity" => "about-identity",
        "key" => "about-key",
        "mfa" => "about-mfa",
        "organisation" => "about-organisation",
        "password" => "about-password",
        "policy" => "about-policy",
        "project" => "about-project",
        "resource" => "about-resource",
        "role" => "about-role",
        "service_account" => "about-service-account",
        "session" => "about-session",
        "share" => "about-share",
        "review" => "about-review",
        "team" => "about-team",
        "token" => "about-token",
        "user" => "about-user",
        "view" => "about-view",
        _ => "",
    }
}

fn kind_key(kind: &str) -> &'static str {
    match kind {
        "user" => "kind-of-user",
        "service_account" => "kind-of-service-account",
        "client" => "kind-of-client",
        "connection" => "kind-of-connection",
        "operator" => "kind-of-operator",
        "job" => "kind-of-job",
        "anonymous" => "kind-of-anonymous",
        "group" => "kind-of-group",
        "team" => "kind-of-team",
        "project" => "kind-of-project",
        "resource" => "kind-of-resource",
        "review" => "kind-of-review",
        "review_schedule" => "kind-of-review-schedule",
        "audit_stream" => "kind-of-audit-stream",
        "organisation" => "kind-of-organisation",
        "key" => "kind-of-key",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit_filter::{ACTORS, TARGETS};
    use crate::domain::policy::Action;
    use crate::web::texts::Language;

    /// Whatever the record can hold is said in words, in every language.
    #[test]
    fn every_deed_every_area_and_every_kind_has_words_in_every_language() {
        let mut missing = Vec::new();
        for language in Language::ALL {
            let t = Texts(language);
            let deeds = Action::names().iter().map(|it| (*it, did(t, it)));
            let areas = Action::areas().into_iter().map(|it| (it, about(t, it)));
            let kinds = ACTORS.iter().chain(&TARGETS).map(|it| (*it, kind(t, it)));
            let unsaid = |(name, said): &(&str, String)| name == said || said.starts_with('[');
            missing.extend(deeds.chain(areas).chain(kinds).filter(unsaid));
        }

        assert_eq!(missing, Vec::new());
    }
}
