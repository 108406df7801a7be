//! What one user may do, to others and to themselves.

use super::UserActor;
use super::action::{Action, ExportDeed};
use super::target::{Target, TargetResource, TargetUser};
use crate::domain::denial::{Denial, Who};
use crate::domain::id::UserId;
use crate::domain::resource::{MANAGE_ALL, MANAGE_OWN, Moves};
use crate::domain::role::{Role, RoleKey, RoleModel, Source, Verb};
use crate::domain::{Error, Flaw, audit_stream, own_domain, project, team};

/// What a deed asks of a user.
enum Need {
    /// It is not for users at all.
    Nobody,
    /// It is only done to oneself.
    Oneself,
    /// It is only done to oneself, and needs a permission.
    OneselfWith(&'static str),
    /// To oneself it is free; to others it is the verb.
    OneselfOr(Verb),
    /// The verb, over every role the target holds, and never to oneself.
    Other(Verb),
    /// The verb, over every role the target holds.
    Anyone(Verb),
    /// A permission.
    Permission(&'static str),
    /// Several permissions, over what is not the operator's own.
    All(&'static [&'static str]),
    /// To lead the team, or a permission.
    LeadOr(&'static str),
    /// To a resource of one's own it is one permission, to any other a further one.
    Resource,
}

impl UserActor {
    pub(super) fn decide(&self, model: &RoleModel, action: &Action, target: &Target) -> Result<(), Error> {
        if target.org() != Some(self.org) {
            return Err(Error::NotFound(target.kind()));
        }
        match need(action) {
            Need::Nobody => return Err(self.refuse(model, action)),
            Need::Oneself if self.is(target) => {}
            Need::OneselfWith(permission) if self.is(target) && self.effective.allows(model, permission) => {}
            Need::Oneself | Need::OneselfWith(_) => return Err(self.refuse(model, action)),
            Need::OneselfOr(_) if self.is(target) => {}
            Need::Other(_) if self.is(target) => return Err(not_to_oneself(action)),
            Need::OneselfOr(verb) | Need::Other(verb) | Need::Anyone(verb) => {
                self.manages(model, verb, action, target)?;
            }
            Need::Permission(permission) | Need::LeadOr(permission) if self.has(model, permission) => {}
            Need::All(all) if all.iter().all(|it| self.has(model, it)) && !target.is_of_operator() => {}
            Need::LeadOr(_) if self.leads(target) => {}
            Need::Resource if self.has(model, MANAGE_ALL) => {}
            Need::Resource if self.keeps(target) && self.has(model, MANAGE_OWN) => {}
            Need::Permission(_) | Need::All(_) | Need::LeadOr(_) | Need::Resource => {
                return Err(self.refuse(model, action));
            }
        }
        self.hands_out(model, action, target)
    }

    /// The actor at the beginning of a refusal.
    pub(super) fn subject(&self, model: &RoleModel) -> Who {
        self.role(model).map_or(Who::NoRole, |role| Who::Role(role.key.clone()))
    }

    fn has(&self, model: &RoleModel, permission: &str) -> bool {
        self.effective.allows(model, permission)
    }

    /// True for a resource that is the actor's own: owned by the person, or registered by the service account.
    fn keeps(&self, target: &Target) -> bool {
        let Target::Resource(TargetResource { owner, registrar, .. }) = target else { return false };
        [*owner, *registrar].contains(&Some(self.id))
    }

    fn leads(&self, target: &Target) -> bool {
        matches!(target, Target::Team { lead, .. } if *lead == Some(self.id))
    }

    /// Nobody takes over what is not theirs, or owning would be a way to rights that nobody gave. Whoever lacks nothing
    /// gains nothing by it.
    fn may_own(&self, model: &RoleModel, from: Option<UserId>, to: Option<UserId>) -> Result<(), Error> {
        let is_oneself = to.is_some() && [Some(self.id), self.owner].contains(&to);
        if !is_oneself || from == to || self.effective.has_everything(model) {
            return Ok(());
        }
        Err(Error::denied(Denial::TakeOver))
    }

    /// Whoever could put a resource of somebody else into one of their own, or delete it and register it anew, would have
    /// found another way to take it over.
    fn may_place_or_end(&self, model: &RoleModel, target: &Target) -> Result<(), Error> {
        if self.keeps(target) || self.effective.has_everything(model) {
            return Ok(());
        }
        Err(Error::denied(Denial::NotTheirs))
    }

    /// A project opens what lies in it to everybody on it, and keeps those from changing it who only read there.
    fn may_change_projects(&self, model: &RoleModel) -> Result<(), Error> {
        if [project::UPDATE, project::MANAGE].iter().any(|permission| self.has(model, permission)) {
            return Ok(());
        }
        let (who, permission) = (self.subject(model), project::UPDATE.to_owned());
        Err(Error::denied(Denial::Permission { who, permission }))
    }

    /// Whoever could open what is not theirs to themselves would have rights that nobody gave.
    fn may_open(&self, model: &RoleModel, target: &Target) -> Result<(), Error> {
        if self.keeps(target) || self.effective.has_everything(model) {
            return Ok(());
        }
        Err(Error::denied(Denial::OpenToOneself))
    }

    fn is(&self, target: &Target) -> bool {
        target.user().is_some_and(|user| user.id == self.id)
    }

    fn refuse(&self, model: &RoleModel, action: &Action) -> Error {
        Error::denied(Denial::Deed { who: self.subject(model), deed: Box::new(action.clone()) })
    }

    /// The permission of the verb, and every role that the target holds among those the actor manages.
    fn manages(&self, model: &RoleModel, verb: Verb, action: &Action, target: &Target) -> Result<(), Error> {
        let Target::User(TargetUser { roles, .. }) = target else { return Err(self.refuse(model, action)) };
        if !self.effective.allows(model, verb.permission()) {
            return Err(self.refuse(model, action));
        }
        let beyond = roles.iter().find(|role| !self.role(model).is_some_and(|own| own.manages(verb, role)));
        beyond.map_or(Ok(()), |role| {
            let (who, deed, role) = (self.subject(model), Box::new(action.clone()), role.clone());
            Err(Error::denied(Denial::Holder { who, deed, role }))
        })
    }

    /// What the deed gives or takes, beyond the target itself.
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other deed hands out nothing")]
    fn hands_out(&self, model: &RoleModel, action: &Action, target: &Target) -> Result<(), Error> {
        is_about_others(action)?;
        match action {
            Action::InviteUser { role } | Action::ResendInvitation { role } => {
                self.may_place(model, Verb::Invite, role)
            }
            Action::CreateUser { role: Some(role), .. } => self.may_place(model, Verb::Create, role),
            Action::CreateServiceAccount { role }
            | Action::ActivateServiceAccount { role }
            | Action::CreateServiceToken { role, .. } => self.may_place(model, Verb::Create, role),
            Action::ChangeServiceAccount { from, to, .. } => {
                self.may_place(model, Verb::Create, from)?;
                self.may_place(model, Verb::Create, to)
            }
            Action::ChangeRole { to, .. } => self.may_assign(model, to, self.is(target)),
            Action::GrantRole { role, source } => {
                is_manual(*source)?;
                self.may_assign(model, role, self.is(target))
            }
            Action::UngrantRole { role, source } => {
                is_manual(*source)?;
                self.may_take(model, role)
            }
            Action::UpdateUser { changes } if !self.is(target) && changes.iter().any(|it| it.path == "emails") => {
                let reset = self.manages(model, Verb::ResetPassword, action, target);
                reset.map_err(|_| Error::denied(Denial::AddressIsWayIn))
            }
            Action::MapGroup { role } => self.may_assign(model, role, false),
            Action::UnmapGroup { role } => self.may_take(model, role),
            Action::DeleteGroup { roles, .. }
            | Action::DeleteConnection { roles, .. }
            | Action::ReleaseDeprovisionings { roles, .. } => {
                roles.iter().try_for_each(|role| self.may_take(model, role))
            }
            Action::LinkUser { takes, gives, .. } => {
                takes.iter().try_for_each(|role| self.may_take(model, role))?;
                gives.iter().try_for_each(|role| self.may_assign(model, role, self.is(target)))
            }
            Action::ChangeMembers { added, removed, roles } => self.may_move(model, (added, removed), roles),
            // Another organisation could own the domain, and its people would be led to an identity provider of this one.
            Action::CreateConnection { claims, .. } | Action::ChangeConnection { claims, .. } if !claims.is_empty() => {
                Err(Error::denied(Denial::ClaimDomain))
            }
            Action::CreateConnection { default_role, ceiling, .. } => {
                self.may_delegate(model, |role| ceiling.admits(model, role) || default_role.as_ref() == Some(role))
            }
            Action::ChangeConnection { default_role, ceiling, .. } => self.may_delegate(model, |role| {
                let admitted = ceiling.as_ref().is_some_and(|ceiling| ceiling.admits(model, role));
                admitted || default_role.as_ref() == Some(role)
            }),
            Action::AddConnectionToken { ceiling, .. }
            | Action::CreateSetupLink { ceiling, .. }
            | Action::AddConnectionClient { ceiling, .. }
            | Action::ResumeConnection { ceiling }
            | Action::ReplayRequest { ceiling, .. } => self.may_delegate(model, |role| ceiling.admits(model, role)),
            Action::DefineRoles { gives, .. } => {
                self.has_everything(model)?;
                gives.iter().try_for_each(|role| self.may_give(model, role).map(drop))
            }
            Action::DeleteRole { .. } => self.has_everything(model),
            Action::RegisterResource { .. }
            | Action::ChangeResource { .. }
            | Action::ShareResource { .. }
            | Action::TransferResource { .. }
            | Action::DeleteResource => self.keeps_its_place(model, action, target),
            Action::Leave if !self.role(model).is_some_and(|own| own.can_leave) => Err(self.refuse(model, action)),
            _ => Ok(()),
        }
    }

    /// Nobody comes to what is not theirs by a deed of their own.
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other deed brings nobody to anything")]
    fn keeps_its_place(&self, model: &RoleModel, action: &Action, target: &Target) -> Result<(), Error> {
        match action {
            Action::RegisterResource { owner, moves, .. } => {
                self.may_own(model, None, *owner)?;
                self.may_bring_about(model, target, *moves)
            }
            Action::ChangeResource { moves, .. } => self.may_bring_about(model, target, *moves),
            Action::DeleteResource => self.may_place_or_end(model, target),
            Action::ShareResource { is_own: true, .. } => self.may_open(model, target),
            Action::TransferResource { from, to } => self.may_own(model, *from, *to),
            _ => Ok(()),
        }
    }

    /// May bring about what a resource takes with it.
    fn may_bring_about(&self, model: &RoleModel, target: &Target, moves: Moves) -> Result<(), Error> {
        if moves.is_placed {
            self.may_place_or_end(model, target)?;
        }
        if moves.is_opened {
            self.may_open(model, target)?;
        }
        if moves.is_on_project { self.may_change_projects(model) } else { Ok(()) }
    }

    /// May put these into a group and take those out of it, which gives and takes its roles.
    fn may_move(
        &self,
        model: &RoleModel,
        (added, removed): (&[UserId], &[UserId]),
        roles: &[RoleKey],
    ) -> Result<(), Error> {
        let own = added.contains(&self.id);
        let come = || roles.iter().try_for_each(|role| self.may_assign(model, role, own));
        let go = || roles.iter().try_for_each(|role| self.may_take(model, role));
        if !added.is_empty() { come() } else { Ok(()) }?;
        if !removed.is_empty() { go() } else { Ok(()) }
    }

    /// May put a new person into a role.
    fn may_place(&self, model: &RoleModel, verb: Verb, role: &RoleKey) -> Result<(), Error> {
        let role = self.may_give(model, role)?;
        if self.role(model).is_some_and(|own| own.manages(verb, &role.key)) {
            Ok(())
        } else {
            self.refuse_role(model, &role.key)
        }
    }

    /// May give a role to somebody who is there already.
    fn may_assign(&self, model: &RoleModel, role: &RoleKey, to_oneself: bool) -> Result<(), Error> {
        if !self.effective.allows(model, Verb::Assign.permission()) {
            return self.refuse_role(model, role);
        }
        let role = self.may_give(model, role)?;
        let own = self.role(model).map_or(0, |own| own.rank);
        if to_oneself && role.rank > own {
            return Err(Error::denied(Denial::RaiseOneself));
        }
        // A ceiling takes rights away from whoever comes under it, so it is only for those who manage every role.
        let is_over_all = |own: &Role| model.roles().iter().all(|each| own.manages(Verb::Assign, &each.key));
        if role.has_ceiling() && !self.role(model).is_some_and(is_over_all) {
            return self.refuse_role(model, &role.key);
        }
        Ok(())
    }

    /// May take a role away from its holders.
    fn may_take(&self, model: &RoleModel, role: &RoleKey) -> Result<(), Error> {
        let permitted = self.effective.allows(model, Verb::Assign.permission());
        if permitted && self.role(model).is_some_and(|own| own.manages(Verb::Assign, role)) {
            return Ok(());
        }
        Err(Error::denied(Denial::TakeRole { who: self.subject(model), role: role.clone() }))
    }

    /// May let somebody else give every role that `admits` names.
    fn may_delegate(&self, model: &RoleModel, admits: impl Fn(&RoleKey) -> bool) -> Result<(), Error> {
        let mut given = model.roles().iter().map(|role| &role.key).filter(|key| admits(key));
        given.try_for_each(|key| self.may_give(model, key).map(drop))
    }

    /// The role is among those the actor may give, and allows nothing that the actor lacks.
    fn may_give<'a>(&self, model: &'a RoleModel, key: &RoleKey) -> Result<&'a Role, Error> {
        let Some(role) = model.get(key) else {
            return Err(Error::invalid("role", Flaw::NoSuchRole { role: key.clone(), roles: Vec::new() }));
        };
        if !self.role(model).is_some_and(|own| own.grants.contains(key)) {
            return self.refuse_role(model, key);
        }
        match self.effective.lacks(model, role) {
            None => Ok(role),
            Some(excess) => {
                let (who, role) = (self.subject(model), key.clone());
                Err(Error::denied(Denial::GiveMore { who, role, excess }))
            }
        }
    }

    fn refuse_role<T>(&self, model: &RoleModel, key: &RoleKey) -> Result<T, Error> {
        Err(Error::denied(Denial::GiveRole { who: self.subject(model), role: key.clone() }))
    }

    /// Whoever writes the role model writes their own rights too, so they must have all of them already.
    fn has_everything(&self, model: &RoleModel) -> Result<(), Error> {
        if self.effective.has_everything(model) {
            return Ok(());
        }
        Err(Error::denied(Denial::DefineRoles))
    }

    fn role<'a>(&self, model: &'a RoleModel) -> Option<&'a Role> {
        self.effective.role.as_ref().and_then(|key| model.get(key))
    }
}

fn is_manual(source: Source) -> Result<(), Error> {
    match source {
        Source::Manual => Ok(()),
        Source::Group(_) | Source::ScimRole(_) | Source::Entitlement(_) | Source::Attribute(_) | Source::Default(_) => {
            Err(Error::denied(Denial::RoleOfProvider))
        }
    }
}

fn not_to_oneself(action: &Action) -> Error {
    let leaves =
        matches!(action, Action::DeactivateUser | Action::RemoveUser | Action::DeletePendingUser | Action::EraseUser);
    Error::denied(if leaves { Denial::EndOneself } else { Denial::Oneself })
}

/// Whoever is let go decides about that neither way.
fn is_about_others(action: &Action) -> Result<(), Error> {
    let is_own = matches!(
        action,
        Action::ReleaseDeprovisionings { is_own: true, .. } | Action::RefuseDeprovisionings { is_own: true, .. }
    );
    if is_own { Err(Error::denied(Denial::OwnDeprovisioning)) } else { Ok(()) }
}

#[expect(clippy::too_many_lines, reason = "a table: each deed is named once, with what it asks for")]
fn need(action: &Action) -> Need {
    match action {
        Action::CreateOrganisation
        | Action::SuspendOrganisation
        | Action::ResumeOrganisation
        | Action::DeleteOrganisation { .. }
        | Action::RestoreOrganisation
        | Action::BeginErasure { .. }
        | Action::EraseOrganisation
        | Action::RenameUser { .. }
        | Action::LinkIdentity { .. }
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
        | Action::RotateKey
        | Action::RemoveKey
        | Action::RefreshTokens
        | Action::FailInvitation { .. }
        | Action::ReportRefreshReuse => Need::Nobody,
        Action::UpdateOwnProfile { .. }
        | Action::RequestEmailChange
        | Action::ChangeOwnEmail
        | Action::CompleteActivation
        | Action::AcceptInvitation { .. }
        | Action::DeclineInvitation
        | Action::SetPassword
        | Action::ChangePassword
        | Action::CompletePasswordReset
        | Action::EnrolMfa { .. }
        | Action::RemoveOwnMfa { .. }
        | Action::AddPasskey { .. }
        | Action::RemovePasskey { .. }
        | Action::UseRecoveryCode
        | Action::RenewRecoveryCodes
        | Action::RevokePersonalToken { .. }
        | Action::SignIn { .. }
        | Action::UseBreakGlass
        | Action::FailSignIn { .. }
        | Action::SignOut
        | Action::GiveConsent { .. }
        | Action::IssueTokens { .. }
        | Action::Leave => Need::Oneself,
        Action::SaveView { is_shared: true } | Action::DeleteView { is_of_others: true } => {
            Need::OneselfWith("org.account:manage")
        }
        Action::SaveView { is_shared: false } | Action::DeleteView { is_of_others: false } => {
            Need::OneselfWith("users:list")
        }
        Action::CreatePersonalToken { .. } => Need::OneselfWith("tokens.personal:create"),
        Action::RequestPasswordReset => Need::OneselfOr(Verb::ResetPassword),
        Action::RevokeSessions | Action::RevokeTokens | Action::WithdrawConsent { .. } => {
            Need::OneselfOr(Verb::RevokeSessions)
        }
        Action::ActivateUser => Need::Other(Verb::Activate),
        // Whoever says when it ends has it ended then.
        Action::DeactivateUser | Action::SetEndDate { .. } => Need::Other(Verb::Deactivate),
        Action::RemoveUser => Need::Other(Verb::Remove),
        Action::DeletePendingUser => Need::Other(Verb::DeletePending),
        Action::EraseUser => Need::Other(Verb::Erase),
        Action::SetTemporaryPassword => Need::Other(Verb::SetTempPassword),
        Action::ResetMfa => Need::Other(Verb::ResetMfa),
        Action::LinkUser { .. } => Need::Other(Verb::ChangeIdp),
        Action::InviteUser { .. } | Action::ResendInvitation { .. } | Action::RevokeInvitation { .. } => {
            Need::Anyone(Verb::Invite)
        }
        Action::CreateUser { .. } | Action::ResendActivation => Need::Anyone(Verb::Create),
        Action::UpdateUser { .. } => Need::Anyone(Verb::Update),
        Action::RequireMfa { .. } => Need::Anyone(Verb::RequireMfa),
        Action::ChangeRole { .. } | Action::GrantRole { .. } | Action::UngrantRole { .. } => Need::Anyone(Verb::Assign),
        Action::ChangeBranding { .. } => Need::Permission("org.branding:manage"),
        Action::ChangeOrganisation { .. } | Action::MarkBreakGlass { .. } => Need::Permission("org.account:manage"),
        Action::ChangePolicy { .. } => Need::Permission("org.policies:manage"),
        Action::DefineRoles { .. } | Action::DeleteRole { .. } => Need::Permission("roles:define"),
        Action::CreateGroup
        | Action::UpdateGroup { .. }
        | Action::RenameGroup { .. }
        | Action::DeleteGroup { .. }
        | Action::ChangeMembers { .. } => Need::Permission("groups:manage"),
        Action::MapGroup { .. } | Action::UnmapGroup { .. } => Need::Permission("groups:map"),
        Action::CreateTeam | Action::ChangeTeamLead { .. } | Action::DeleteTeam => Need::Permission(team::MANAGE),
        Action::UpdateTeam { .. } => Need::LeadOr(team::MANAGE),
        Action::ChangeTeamMembers { .. } => Need::LeadOr(team::MANAGE_MEMBERS),
        Action::ChangeTeamQuotas { .. } => Need::Permission(team::MANAGE_QUOTAS),
        Action::ReportTeamUsage { .. } => Need::Permission(team::REPORT_USAGE),
        Action::CreateProject => Need::Permission(project::CREATE),
        Action::UpdateProject { .. } => Need::Permission(project::UPDATE),
        Action::DeleteProject { .. } => Need::Permission(project::DELETE),
        Action::GrantProjectAccess { .. } | Action::ChangeProjectAccess { .. } | Action::RevokeProjectAccess { .. } => {
            Need::Permission(project::MANAGE)
        }
        Action::RegisterResource { .. }
        | Action::ChangeResource { .. }
        | Action::ShareResource { .. }
        | Action::UnshareResource { .. }
        | Action::ReportActivity { .. }
        | Action::TransferResource { .. }
        | Action::DeleteResource => Need::Resource,
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
        | Action::ReplayRequest { .. } => Need::Permission("org.scim:manage"),
        Action::CreateClient
        | Action::UpdateClient { .. }
        | Action::RotateClientSecret
        | Action::DisableClient
        | Action::EnableClient
        | Action::DeleteClient
        | Action::ChangeStream { .. } => Need::Permission("org.clients:manage"),
        Action::CreateServiceAccount { .. }
        | Action::ChangeServiceAccount { .. }
        | Action::DeactivateServiceAccount
        | Action::ActivateServiceAccount { .. }
        | Action::DeleteServiceAccount
        | Action::CreateServiceToken { .. }
        | Action::RevokeServiceToken { .. } => Need::Permission("tokens.service:manage"),
        Action::Review(deed) => deed.permission().map_or(Need::Nobody, Need::Permission),
        Action::ExportUsers { .. } => Need::Permission("users:export"),
        Action::ReadAudit => Need::Permission("org.audit:read"),
        Action::ExportAudit { .. } => Need::Permission("org.audit:export"),
        Action::AuditExport { deed: ExportDeed::Fail { .. }, .. } => Need::Nobody,
        Action::AuditExport { deed: ExportDeed::Fetch | ExportDeed::Delete, .. } => {
            Need::Permission("org.audit:export")
        }
        Action::AuditStream(deed) if deed.is_of_the_server() => Need::Nobody,
        Action::AuditStream(_) => Need::All(&audit_stream::MANAGE),
        Action::Domain(_) => Need::Permission(own_domain::MANAGE),
    }
}
