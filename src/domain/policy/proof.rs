//! Deeds for which a session alone is not enough: whoever does them has proved a short while ago who they are, so that a
//! browser that was left open, or a session that was stolen, takes nobody's account and no role that protects the
//! organisation.

use super::action::{Action, Change, ExportDeed, ReviewDeed};
use super::target::{Target, TargetUser};
use crate::domain::role::{RoleKey, RoleModel};

/// True when the deed needs a new proof.
pub(super) fn is_needed(model: &RoleModel, action: &Action, target: &Target) -> bool {
    changes_a_credential(action)
        || changes_the_rules(action)
        || takes_a_copy(action)
        || matches!(action, Action::AuditStream(_))
        || matches!(action, Action::Review(deed) if deed.takes_away_later())
        || touches_a_protected_role(model, action, target)
}

/// Ways into the account of somebody, the address to which such ways are sent, the secrets of programs, and the end of all
/// that is known of somebody.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other deed changes none")]
fn changes_a_credential(action: &Action) -> bool {
    match action {
        Action::SetPassword
        | Action::SetTemporaryPassword
        | Action::ResetMfa
        | Action::CreatePersonalToken { .. }
        | Action::CreateServiceToken { .. }
        | Action::AddConnectionToken { .. }
        | Action::CreateSetupLink { .. }
        | Action::AddConnectionClient { .. }
        | Action::ReplayRequest { .. }
        | Action::CreateClient
        | Action::UpdateClient { .. }
        | Action::RotateClientSecret
        | Action::EraseUser => true,
        Action::UpdateUser { changes } => changes.iter().any(|Change { path, .. }| path == "emails"),
        _ => false,
    }
}

/// What everybody must prove, what roles may, and which identity providers say who somebody is.
const fn changes_the_rules(action: &Action) -> bool {
    matches!(
        action,
        Action::ChangePolicy { .. }
            | Action::DefineRoles { .. }
            | Action::DeleteRole { .. }
            | Action::CreateConnection { .. }
            | Action::ChangeConnection { .. }
            | Action::ResumeConnection { .. }
            | Action::DeleteConnection { .. }
            | Action::ReleaseDeprovisionings { .. }
            | Action::RefuseDeprovisionings { .. }
            | Action::LinkUser { .. }
            | Action::MarkBreakGlass { .. }
    )
}

const fn takes_a_copy(action: &Action) -> bool {
    matches!(
        action,
        Action::ExportUsers { .. }
            | Action::ExportAudit { .. }
            | Action::AuditExport { deed: ExportDeed::Fetch, .. }
            | Action::Review(ReviewDeed::Export)
    )
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other deed is not about roles")]
fn touches_a_protected_role(model: &RoleModel, action: &Action, target: &Target) -> bool {
    let is_protected = |role: &RoleKey| model.is_protected(role);
    match action {
        Action::InviteUser { role }
        | Action::ResendInvitation { role }
        | Action::CreateUser { role: Some(role), .. }
        | Action::GrantRole { role, .. }
        | Action::UngrantRole { role, .. }
        | Action::MapGroup { role }
        | Action::UnmapGroup { role } => is_protected(role),
        Action::ChangeRole { from, to } => from.iter().chain([to]).any(is_protected),
        Action::ChangeMembers { roles, .. } | Action::DeleteGroup { roles, .. } => roles.iter().any(is_protected),
        Action::ActivateUser
        | Action::DeactivateUser
        | Action::SetEndDate { .. }
        | Action::RemoveUser
        | Action::DeletePendingUser
        | Action::Leave => {
            matches!(target, Target::User(TargetUser { roles, .. }) if roles.iter().any(is_protected))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{holding, key, target};
    use super::super::*;
    use super::is_needed;
    use crate::domain::role::Source;

    /// What is open to somebody is shown the same however old the proof is; only doing it asks for a new one, and what was
    /// never allowed is refused, not asked a proof for.
    #[test]
    fn an_old_proof_stops_the_deed_and_not_the_offer() {
        let model = RoleModel::preset(RoleModel::DEFAULT_PRESET).unwrap();
        let org = OrgId::new();
        let [owner, viewer] = ["owner", "viewer"].map(|role| Actor::User(holding(&model, org, &[role])).proved(false));
        let of_owner = || Target::User(target(org, &["owner"]));
        let deactivate = || Action::DeactivateUser;

        assert!(owner.check(&model, &deactivate(), &of_owner()).is_ok());
        assert!(matches!(owner.permit(&model, deactivate(), of_owner()), Err(Error::Denied(Denial::ProofIsOld))));
        assert!(owner.clone().proved(true).permit(&model, deactivate(), of_owner()).is_ok());
        assert!(owner.permit(&model, deactivate(), Target::User(target(org, &["viewer"]))).is_ok());
        let refused = viewer.permit(&model, deactivate(), of_owner()).unwrap_err();
        assert!(!matches!(refused, Error::Denied(Denial::ProofIsOld)), "{refused}");
    }

    #[test]
    fn what_changes_a_credential_a_protected_role_or_a_copy_of_the_data_needs_a_proof() {
        let model = RoleModel::preset(RoleModel::DEFAULT_PRESET).unwrap();
        let org = OrgId::new();
        let needed = |action: Action, roles: &[&str]| is_needed(&model, &action, &Target::User(target(org, roles)));
        let update = |path: &str| Action::UpdateUser { changes: vec![Change::new(path, None, None)] };
        let change = |from: &str, to: &str| Action::ChangeRole { from: Some(key(from)), to: key(to) };
        let create = |role: &str| Action::CreateUser { role: Some(key(role)), source: Source::Manual };

        let policy = Action::ChangePolicy { changes: Vec::new() };
        let role = Action::DeleteRole { changes: Vec::new() };
        let connection = Action::DeleteConnection { roles: Vec::new(), people: 0, groups: 0 };
        let release = Action::ReleaseDeprovisionings { people: 1, roles: Vec::new(), is_own: false };
        let resume = Action::ResumeConnection { ceiling: Ceiling { max: Some(key("viewer")), protected: false } };
        for grave in [
            Action::ResetMfa,
            Action::SetTemporaryPassword,
            update("emails"),
            Action::ExportUsers { users: 1 },
            Action::RotateClientSecret,
            Action::EraseUser,
            policy,
            role,
            connection,
            resume,
            release,
            Action::RefuseDeprovisionings { people: 1, users: Vec::new(), is_own: false },
            Action::AuditStream(StreamDeed::Pause),
            Action::AuditStream(StreamDeed::Delete),
        ] {
            assert!(needed(grave.clone(), &["viewer"]), "{grave:?}");
        }
        for grave in [change("viewer", "owner"), change("owner", "viewer"), create("owner"), Action::Leave] {
            assert!(needed(grave.clone(), &["owner"]), "{grave:?}");
        }
        for everyday in
            [change("viewer", "admin"), create("admin"), Action::Leave, update("displayName"), Action::PauseConnection]
        {
            assert!(!needed(everyday.clone(), &["viewer"]), "{everyday:?}");
        }
        for on_nobody in [
            Action::MapGroup { role: key("owner") },
            Action::UnmapGroup { role: key("owner") },
            Action::InviteUser { role: key("owner") },
            Action::ResendInvitation { role: key("owner") },
        ] {
            assert!(needed(on_nobody.clone(), &[]), "{on_nobody:?}");
        }
    }
}
