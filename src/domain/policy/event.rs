//! Which deeds others are told of who keep users and groups as well: those that change one.

use super::action::{Action, Change};
use super::target::Target;

/// What a deed does to a user or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What kind of thing it is done to.
    pub to: Kept,
    /// Its id.
    pub id: String,
    /// What is done.
    pub what: What,
    /// The attributes that are given or changed, as SCIM calls them.
    pub attributes: Vec<String>,
}

/// What others keep as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// A user.
    User,
    /// A group.
    Group,
}

/// What is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It is made.
    Made,
    /// Some of it is changed.
    Changed,
    /// Its user may sign in again.
    LetIn,
    /// Its user may not sign in any more.
    ShutOut,
    /// It is gone.
    Gone,
}

/// What others are told of a deed.
pub(super) fn of(action: &Action, target: &Target) -> Option<Told> {
    let (what, attributes) = deed(action)?;
    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else is kept elsewhere as well")]
    let to = match target {
        Target::User(_) => Kept::User,
        Target::Group(_) => Kept::Group,
        _ => return None,
    };
    Some(Told { to, id: target.id()?, what, attributes })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other deed changes no user and no group")]
fn deed(action: &Action) -> Option<(What, Vec<String>)> {
    let changed = |names: &[&str]| (What::Changed, names.iter().map(|&it| it.to_owned()).collect());
    let paths = |changes: &[Change]| (What::Changed, changes.iter().map(|it| it.path.clone()).collect());
    Some(match action {
        Action::CreateUser { .. } | Action::AcceptInvitation { .. } => (What::Made, vec!["userName".to_owned()]),
        Action::CreateGroup => (What::Made, vec!["displayName".to_owned()]),
        Action::UpdateUser { changes } | Action::UpdateOwnProfile { changes } | Action::UpdateGroup { changes } => {
            paths(changes)
        }
        Action::RenameUser { .. } => changed(&["userName"]),
        Action::ChangeOwnEmail => changed(&["emails"]),
        Action::RenameGroup { .. } => changed(&["displayName"]),
        Action::ChangeRole { .. } | Action::GrantRole { .. } | Action::UngrantRole { .. } => changed(&["roles"]),
        Action::ChangeMembers { .. } => changed(&["members"]),
        Action::ActivateUser | Action::CompleteActivation => (What::LetIn, Vec::new()),
        Action::DeactivateUser => (What::ShutOut, Vec::new()),
        Action::RemoveUser
        | Action::DeletePendingUser
        | Action::EraseUser
        | Action::Leave
        | Action::DeleteGroup { .. } => (What::Gone, Vec::new()),
        _ => return None,
    })
}
