//! What somebody may not do, as the words after "this is not allowed".

use crate::domain::policy::{Action, ReviewDeed};
use crate::web::texts::Texts;

/// A deed in the infinitive.
pub(super) fn deed(t: Texts, action: &Action) -> String {
    t.say(key(action))
}

#[expect(clippy::too_many_lines, reason = "a table: one line for each deed")]
const fn key(action: &Action) -> &'static str {
    match action {
        Action::ChangeOrganisation { .. } => "may-organisation",
        Action::ChangeBranding { .. } => "may-branding",
        Action::ChangePolicy { .. } => "may-policy",
        Action::DefineRoles { .. } => "may-define-roles",
        Action::DeleteRole { .. } => "may-delete-roles",
        Action::InviteUser { .. } => "may-invite",
        Action::ResendInvitation { .. } => "may-invite-again",
        Action::RevokeInvitation { .. } => "may-invite-revoke",
        Action::CreateUser { .. } => "may-create-users",
        Action::UpdateUser { .. } | Action::UpdateOwnProfile { .. } => "may-update-users",
        Action::SaveView { .. } => "may-share-views",
        Action::DeleteView { .. } => "may-delete-views",
        Action::RequestEmailChange | Action::ChangeOwnEmail => "may-addresses",
        Action::RenameUser { .. } => "may-rename-users",
        Action::LinkUser { .. } | Action::LinkIdentity { .. } => "may-link-users",
        Action::ActivateUser | Action::CompleteActivation => "may-activate-users",
        Action::ResendActivation => "may-activation-links",
        Action::DeactivateUser => "may-deactivate-users",
        Action::SetEndDate { .. } => "may-end-dates",
        Action::RemoveUser => "may-remove-users",
        Action::DeletePendingUser => "may-delete-pending",
        Action::EraseUser => "may-erase-users",
        Action::Leave => "may-leave",
        Action::ChangeRole { .. } => "may-change-roles",
        Action::GrantRole { .. } => "may-give-roles",
        Action::UngrantRole { .. } => "may-take-roles",
        Action::MarkBreakGlass { .. } => "may-break-glass",
        Action::RequireMfa { .. } => "may-require-mfa",
        Action::SetPassword | Action::SetTemporaryPassword => "may-set-passwords",
        Action::ChangePassword | Action::RequestPasswordReset | Action::CompletePasswordReset => "may-reset-passwords",
        Action::ResetMfa
        | Action::EnrolMfa { .. }
        | Action::RemoveOwnMfa { .. }
        | Action::AddPasskey { .. }
        | Action::RemovePasskey { .. }
        | Action::RenewRecoveryCodes => "may-reset-mfa",
        Action::RevokeSessions => "may-end-sessions",
        Action::CreatePersonalToken { .. } => "may-make-tokens",
        Action::RevokePersonalToken { .. } => "may-end-tokens",
        Action::CreateServiceAccount { .. } => "may-make-service-accounts",
        Action::ChangeServiceAccount { .. } => "may-change-service-accounts",
        Action::DeactivateServiceAccount => "may-deactivate-service-accounts",
        Action::ActivateServiceAccount { .. } => "may-activate-service-accounts",
        Action::DeleteServiceAccount => "may-delete-service-accounts",
        Action::CreateServiceToken { .. } => "may-make-service-tokens",
        Action::RevokeServiceToken { .. } => "may-end-service-tokens",
        Action::CreateGroup => "may-create-groups",
        Action::UpdateGroup { .. } => "may-update-groups",
        Action::RenameGroup { .. } => "may-rename-groups",
        Action::DeleteGroup { .. } => "may-delete-groups",
        Action::ChangeMembers { .. } => "may-group-members",
        Action::MapGroup { .. } | Action::UnmapGroup { .. } => "may-map-groups",
        Action::CreateTeam => "may-create-teams",
        Action::UpdateTeam { .. } => "may-update-teams",
        Action::ChangeTeamLead { .. } => "may-lead-teams",
        Action::ChangeTeamQuotas { .. } => "may-team-quotas",
        Action::ReportTeamUsage { .. } => "may-team-usage",
        Action::DeleteTeam => "may-delete-teams",
        Action::ChangeTeamMembers { .. } => "may-team-members",
        Action::CreateProject => "may-create-projects",
        Action::UpdateProject { .. } => "may-update-projects",
        Action::DeleteProject { .. } => "may-delete-projects",
        Action::GrantProjectAccess { .. } | Action::ChangeProjectAccess { .. } | Action::RevokeProjectAccess { .. } => {
            "may-project-access"
        }
        Action::RegisterResource { .. } => "may-register-resources",
        Action::ChangeResource { .. } => "may-change-resources",
        Action::ShareResource { .. } | Action::UnshareResource { .. } => "may-share-resources",
        Action::TransferResource { .. } => "may-transfer-resources",
        Action::ReportActivity { .. } => "may-report-activity",
        Action::DeleteResource => "may-delete-resources",
        Action::CreateConnection { .. }
        | Action::ChangeConnection { .. }
        | Action::PauseConnection
        | Action::ResumeConnection { .. }
        | Action::DeleteConnection { .. }
        | Action::ReleaseDeprovisionings { .. }
        | Action::RefuseDeprovisionings { .. }
        | Action::DismissLinking { .. }
        | Action::AddConnectionToken { .. }
        | Action::CreateSetupLink { .. }
        | Action::RevokeSetupLink(_)
        | Action::RevokeConnectionToken { .. }
        | Action::AddConnectionClient { .. }
        | Action::RevokeConnectionClient { .. }
        | Action::ReplayRequest { .. } => "may-connections",
        Action::CreateClient
        | Action::UpdateClient { .. }
        | Action::RotateClientSecret
        | Action::DisableClient
        | Action::EnableClient
        | Action::DeleteClient
        | Action::ChangeStream { .. } => "may-clients",
        Action::WithdrawConsent { .. } => "may-withdraw-consents",
        Action::Review(deed) => review(deed),
        Action::ExportUsers { .. } => "may-export-users",
        Action::ReadAudit => "may-read-audit",
        Action::ExportAudit { .. } | Action::AuditExport { .. } => "may-export-audit",
        Action::AuditStream(_) => "may-audit-streams",
        Action::Domain(_) => "may-domains",
        // Deeds of the instance, of programs, of whoever signs in, and of an invited person.
        Action::CreateOrganisation
        | Action::SuspendOrganisation
        | Action::ResumeOrganisation
        | Action::DeleteOrganisation { .. }
        | Action::RestoreOrganisation
        | Action::BeginErasure { .. }
        | Action::EraseOrganisation
        | Action::AcceptInvitation { .. }
        | Action::DeclineInvitation
        | Action::FailInvitation { .. }
        | Action::RefuseIdentity { .. }
        | Action::ClaimRoles { .. }
        | Action::HoldDeprovisioning { .. }
        | Action::WithdrawDeprovisioning
        | Action::RemindMfa
        | Action::NoteStillHere { .. }
        | Action::RetainAudit { .. }
        | Action::WarnConnectionToken { .. }
        | Action::RemindOfDeprovisionings { .. }
        | Action::AddTokenByLink { .. }
        | Action::NoteSilence { .. }
        | Action::NoteSpeech { .. }
        | Action::UseRecoveryCode
        | Action::SignIn { .. }
        | Action::UseBreakGlass
        | Action::FailSignIn { .. }
        | Action::SignOut
        | Action::RotateKey
        | Action::RemoveKey
        | Action::GiveConsent { .. }
        | Action::IssueTokens { .. }
        | Action::RefreshTokens
        | Action::RevokeTokens
        | Action::ReportRefreshReuse => "may-for-others",
    }
}

const fn review(deed: &ReviewDeed) -> &'static str {
    match deed {
        ReviewDeed::Decide { .. } | ReviewDeed::HandOn { .. } => "may-decide-reviews",
        ReviewDeed::Stage { .. }
        | ReviewDeed::Open { .. }
        | ReviewDeed::Cancel
        | ReviewDeed::Close { .. }
        | ReviewDeed::Export
        | ReviewDeed::CreateSchedule { .. }
        | ReviewDeed::ChangeSchedule { .. }
        | ReviewDeed::DeleteSchedule => "may-manage-reviews",
        ReviewDeed::Finish { .. }
        | ReviewDeed::Remind { .. }
        | ReviewDeed::NoteDone { .. }
        | ReviewDeed::NoteMissing { .. }
        | ReviewDeed::Skip => "may-for-others",
    }
}
