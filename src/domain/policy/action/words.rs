//! What each deed is called.

use super::Action;

impl Action {
    /// The name of the deed in the audit log, in the past tense.
    pub const fn name(&self) -> &'static str {
        self.words().0
    }

    /// The deed after "may not" in a refusal.
    pub const fn phrase(&self) -> &'static str {
        self.words().1
    }

    #[expect(clippy::too_many_lines, reason = "a table: one line for each deed")]
    const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::CreateOrganisation => ("organisation.created", "create organisations"),
            Self::SuspendOrganisation => ("organisation.suspended", "suspend organisations"),
            Self::ResumeOrganisation => ("organisation.resumed", "resume organisations"),
            Self::DeleteOrganisation { .. } => ("organisation.deletion_asked", "delete organisations"),
            Self::RestoreOrganisation => ("organisation.restored", "restore organisations"),
            Self::BeginErasure { .. } => ("organisation.erasure_begun", "erase organisations"),
            Self::EraseOrganisation => ("organisation.erased", "erase organisations"),
            Self::ChangeOrganisation { .. } => ("organisation.changed", "change the organisation"),
            Self::ChangeBranding { .. } => ("organisation.branding_changed", "change the branding"),
            Self::ChangePolicy { .. } => ("policy.changed", "change the policies"),
            Self::DefineRoles { .. } => ("role.defined", "define roles"),
            Self::DeleteRole { .. } => ("role.deleted", "delete roles"),
            Self::InviteUser { .. } => ("user.invited", "invite users"),
            Self::ResendInvitation { .. } => ("user.invite_resent", "send invitations again"),
            Self::RevokeInvitation { .. } => ("user.invite_revoked", "take invitations back"),
            Self::AcceptInvitation { .. } => ("user.invite_accepted", "accept invitations of others"),
            Self::DeclineInvitation => ("user.invite_declined", "decline invitations of others"),
            Self::FailInvitation { .. } => ("user.invite_refused", "accept invitations of others"),
            Self::CreateUser { .. } => ("user.created", "create users"),
            Self::UpdateUser { .. } | Self::UpdateOwnProfile { .. } => ("user.updated", "update users"),
            Self::SaveView { .. } => ("view.saved", "share views of the list with everybody"),
            Self::DeleteView { .. } => ("view.deleted", "delete views that others share"),
            Self::RequestEmailChange => ("user.email_change_requested", "change addresses of others"),
            Self::ChangeOwnEmail => ("user.email_changed", "change addresses of others"),
            Self::RenameUser { .. } => ("user.renamed", "change user names"),
            Self::LinkUser { .. } => ("user.linked", "link users to a connection"),
            Self::DismissLinking { .. } => ("user.linking_dismissed", "decide whom a connection may have"),
            Self::LinkIdentity { .. } => ("identity.linked", "link users to people of an identity provider"),
            Self::RefuseIdentity { .. } => ("auth.sso_refused", "sign in for others"),
            Self::ClaimRoles { .. } => ("identity.roles_claimed", "give roles by an ID token"),
            Self::ActivateUser | Self::CompleteActivation => ("user.activated", "activate users"),
            Self::ResendActivation => ("user.activation_resent", "send activation links again"),
            Self::DeactivateUser => ("user.deactivated", "deactivate users"),
            Self::SetEndDate { .. } => ("user.end_date_set", "say when users leave"),
            Self::NoteStillHere { .. } => ("user.still_here", "note who should be gone"),
            Self::RemoveUser => ("user.removed", "remove users"),
            Self::DeletePendingUser => ("user.deleted", "delete pending users"),
            Self::EraseUser => ("user.erased", "erase users"),
            Self::Leave => ("user.left", "leave the organisation"),
            Self::ChangeRole { .. } => ("role.changed", "change roles"),
            Self::GrantRole { .. } => ("role.granted", "give roles"),
            Self::UngrantRole { .. } => ("role.ungranted", "take roles away"),
            Self::MarkBreakGlass { is_one: true } => ("break_glass.marked", "choose break-glass accounts"),
            Self::MarkBreakGlass { is_one: false } => ("break_glass.unmarked", "choose break-glass accounts"),
            Self::UseBreakGlass => ("break_glass.used", "use break-glass accounts of others"),
            Self::RequireMfa { .. } => ("mfa.required", "require a second factor of users"),
            Self::RemindMfa => ("mfa.reminded", "remind users of their second factor"),
            Self::SetPassword => ("password.set", "set passwords"),
            Self::SetTemporaryPassword => ("password.temporary_set", "set temporary passwords"),
            Self::ChangePassword => ("password.changed", "change passwords of others"),
            Self::RequestPasswordReset => ("password.reset_requested", "reset passwords"),
            Self::CompletePasswordReset => ("password.reset", "complete the password reset of others"),
            Self::EnrolMfa { .. } => ("mfa.enrolled", "enrol second factors of others"),
            Self::RemoveOwnMfa { keeps_passkeys: false } => ("mfa.removed", "remove second factors of others"),
            Self::RemoveOwnMfa { keeps_passkeys: true } => {
                ("mfa.authenticator_removed", "remove second factors of others")
            }
            Self::AddPasskey { .. } => ("mfa.passkey_added", "add passkeys for others"),
            Self::RemovePasskey { .. } => ("mfa.passkey_removed", "remove passkeys of others"),
            Self::UseRecoveryCode => ("mfa.recovery_code_used", "use recovery codes of others"),
            Self::RenewRecoveryCodes => ("mfa.recovery_codes_renewed", "renew recovery codes of others"),
            Self::ResetMfa => ("mfa.reset", "reset second factors"),
            Self::RevokeSessions => ("session.revoked", "end sessions of others"),
            Self::SignIn { .. } => ("auth.signed_in", "sign in for others"),
            Self::FailSignIn { .. } => ("auth.sign_in_failed", "sign in for others"),
            Self::SignOut => ("auth.signed_out", "sign others out"),
            Self::CreatePersonalToken { .. } => ("token.personal_created", "make personal tokens"),
            Self::RevokePersonalToken { .. } => ("token.personal_revoked", "end personal tokens of others"),
            Self::CreateServiceAccount { .. } => ("service_account.created", "make service accounts"),
            Self::ChangeServiceAccount { .. } => ("service_account.changed", "change service accounts"),
            Self::DeactivateServiceAccount => ("service_account.deactivated", "shut service accounts out"),
            Self::ActivateServiceAccount { .. } => ("service_account.activated", "let service accounts in again"),
            Self::DeleteServiceAccount => ("service_account.deleted", "delete service accounts"),
            Self::CreateServiceToken { .. } => ("token.service_created", "make tokens for service accounts"),
            Self::RevokeServiceToken { .. } => ("token.service_revoked", "end tokens of service accounts"),
            Self::CreateGroup => ("group.created", "create groups"),
            Self::UpdateGroup { .. } => ("group.updated", "update groups"),
            Self::RenameGroup { .. } => ("group.renamed", "rename groups"),
            Self::DeleteGroup { .. } => ("group.deleted", "delete groups"),
            Self::ChangeMembers { added, removed, .. } => {
                let name = match (added.is_empty(), removed.is_empty()) {
                    (false, true) => "group.member_added",
                    (true, false) => "group.member_removed",
                    (true, true) | (false, false) => "group.members_changed",
                };
                (name, "change the members of groups")
            }
            Self::MapGroup { .. } => ("group.mapped", "map groups to roles"),
            Self::UnmapGroup { .. } => ("group.unmapped", "map groups to roles"),
            Self::CreateTeam => ("team.created", "create teams"),
            Self::UpdateTeam { .. } => ("team.updated", "change teams"),
            Self::ChangeTeamLead { .. } => ("team.lead_changed", "choose who leads teams"),
            Self::ChangeTeamQuotas { .. } => ("team.quotas_changed", "change the quotas of teams"),
            Self::ReportTeamUsage { .. } => ("team.usage_reported", "report what teams use"),
            Self::DeleteTeam => ("team.deleted", "delete teams"),
            Self::ChangeTeamMembers { .. } => ("team.members_changed", "change the members of teams"),
            Self::RegisterResource { .. } => ("resource.registered", "register resources"),
            Self::ChangeResource { .. } => ("resource.changed", "change resources of others"),
            Self::ShareResource { .. } => ("share.changed", "share resources of others"),
            Self::UnshareResource { .. } => ("share.ended", "share resources of others"),
            Self::TransferResource { .. } => ("resource.transferred", "transfer resources of others"),
            Self::ReportActivity { .. } => ("app.activity", "report what is done to resources of others"),
            Self::DeleteResource => ("resource.deleted", "delete resources of others"),
            Self::CreateProject => ("project.created", "create projects"),
            Self::UpdateProject { .. } => ("project.updated", "change projects"),
            Self::DeleteProject { .. } => ("project.deleted", "delete projects"),
            Self::GrantProjectAccess { .. } => ("project.access_granted", "decide who is on projects"),
            Self::ChangeProjectAccess { .. } => ("project.access_changed", "decide who is on projects"),
            Self::RevokeProjectAccess { .. } => ("project.access_revoked", "decide who is on projects"),
            Self::CreateConnection { .. } => ("connection.created", "create connections"),
            Self::ChangeConnection { .. } => ("connection.changed", "change connections"),
            Self::PauseConnection => ("connection.paused", "pause connections"),
            Self::ResumeConnection { .. } => ("connection.resumed", "resume connections"),
            Self::HoldDeprovisioning { .. } => ("user.deprovisioning_held", "hold whom an identity provider lets go"),
            Self::WithdrawDeprovisioning => ("user.deprovisioning_withdrawn", "keep whom an identity provider let go"),
            Self::ReleaseDeprovisionings { .. } => {
                ("connection.deprovisionings_released", "decide about those whom an identity provider lets go")
            }
            Self::RemindOfDeprovisionings { .. } => {
                ("connection.deprovisionings_reminded", "remind of those whom an identity provider lets go")
            }
            Self::RefuseDeprovisionings { .. } => {
                ("connection.deprovisionings_refused", "decide about those whom an identity provider lets go")
            }
            Self::DeleteConnection { .. } => ("connection.deleted", "delete connections"),
            Self::AddConnectionToken { .. } => ("connection.token_added", "add tokens to connections"),
            Self::CreateSetupLink { .. } => ("connection.setup_link_created", "make links for setting connections up"),
            Self::RevokeSetupLink(_) => ("connection.setup_link_revoked", "end links for setting connections up"),
            Self::AddTokenByLink { .. } => ("connection.token_added_by_link", "make a token by a link"),
            Self::RevokeConnectionToken { .. } => ("connection.token_revoked", "revoke tokens of connections"),
            Self::AddConnectionClient { .. } => ("connection.client_added", "add clients to connections"),
            Self::RevokeConnectionClient { .. } => ("connection.client_revoked", "revoke clients of connections"),
            Self::ReplayRequest { .. } => ("connection.request_replayed", "replay requests of connections"),
            Self::WarnConnectionToken { .. } => ("connection.token_warned", "warn of tokens that end"),
            Self::NoteSilence { .. } => ("connection.fell_silent", "note the silence of connections"),
            Self::NoteSpeech { .. } => ("connection.spoke_again", "note the silence of connections"),
            Self::CreateClient => ("client.created", "create clients"),
            Self::UpdateClient { .. } => ("client.updated", "change clients"),
            Self::RotateClientSecret => ("client.secret_rotated", "rotate client secrets"),
            Self::DisableClient => ("client.disabled", "disable clients"),
            Self::EnableClient => ("client.enabled", "enable clients"),
            Self::DeleteClient => ("client.deleted", "delete clients"),
            Self::ChangeStream { .. } => ("client.stream_changed", "change the streams of clients"),
            Self::RotateKey => ("key.rotated", "rotate signing keys"),
            Self::RemoveKey => ("key.removed", "remove signing keys"),
            Self::GiveConsent { .. } => ("token.consented", "consent for others"),
            Self::WithdrawConsent { .. } => ("token.consent_withdrawn", "withdraw consents of others"),
            Self::IssueTokens { .. } => ("token.issued", "issue tokens for others"),
            Self::RefreshTokens => ("token.refreshed", "refresh tokens"),
            Self::RevokeTokens => ("token.revoked", "revoke tokens of others"),
            Self::ReportRefreshReuse => ("token.refresh_reused", "report a reused refresh token"),
            Self::Review(deed) => deed.words(),
            Self::ExportUsers { .. } => ("user.exported", "export users"),
            Self::ReadAudit => ("audit.read", "read the audit log"),
            Self::RetainAudit { .. } => ("audit.retention_applied", "take away what is old of the audit log"),
            Self::ExportAudit { .. } => ("audit.exported", "export the audit log"),
            Self::AuditExport { deed, .. } => deed.words(),
            Self::AuditStream(deed) => deed.words(),
            Self::Domain(deed) => deed.words(),
        }
    }

    /// True for a deed that records a failure of somebody rather than a change.
    pub const fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::FailSignIn { .. }
                | Self::RefuseIdentity { .. }
                | Self::FailInvitation { .. }
                | Self::ReportRefreshReuse
        )
    }
}
