//! Which deeds others are told of who keep users and groups as well: those that change one.
//!
//! **Invariant:** no value of any attribute is told: whoever is told reads what they may read themselves.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::action::{Action, Change};
use super::target::Target;

/// What deeds do to one user or group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What kind of thing it is done to.
    pub to: Kept,
    /// Its id.
    pub id: String,
    /// What is done.
    pub what: BTreeSet<What>,
    /// The attributes that are given or changed, as SCIM calls them.
    pub attributes: BTreeSet<String>,
}

/// What others keep as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// A user.
    User,
    /// A group.
    Group,
}

/// What is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is made.
    Made,
    /// Some of it is changed.
    Changed,
    /// It is replaced by what an identity provider says it is, and some of it differs.
    Replaced,
    /// Its user may sign in again.
    LetIn,
    /// Its user may not sign in any more.
    ShutOut,
    /// It is gone.
    Gone,
}

impl What {
    /// Everything that is told.
    pub const ALL: [Self; 6] = [Self::Made, Self::Changed, Self::Replaced, Self::LetIn, Self::ShutOut, Self::Gone];
}

impl Told {
    /// The same where what was changed of this resource was replaced.
    pub(super) fn by_replacing(mut self, id: &str) -> Self {
        if self.id == id && self.what.remove(&What::Changed) {
            self.what.insert(What::Replaced);
        }
        self
    }

    /// What is made in the same unit is not changed as well, and of what is gone nothing else counts; of two turns the later one
    /// does.
    fn join(&mut self, later: Self) {
        for (turn, other) in [(What::LetIn, What::ShutOut), (What::ShutOut, What::LetIn)] {
            if later.what.contains(&turn) {
                self.what.remove(&other);
            }
        }
        self.what.extend(later.what);
        self.attributes.extend(later.attributes);
        if self.what.contains(&What::Replaced) {
            self.what.remove(&What::Changed);
        }
        if self.what.contains(&What::Made) {
            self.what.remove(&What::Changed);
            self.what.remove(&What::Replaced);
        }
        if self.what.contains(&What::Gone) {
            self.what = BTreeSet::from([What::Gone]);
        }
    }
}

/// What is told of each user and group once, in the order in which each was first touched.
pub fn merged<'a>(all: impl Iterator<Item = &'a Told>) -> Vec<Told> {
    let mut known: HashMap<(Kept, &str), usize> = HashMap::new();
    let mut merged: Vec<Told> = Vec::new();
    for told in all {
        match known.entry((told.to, &told.id)) {
            Entry::Occupied(earlier) => {
                if let Some(earlier) = merged.get_mut(*earlier.get()) {
                    earlier.join(told.clone());
                }
            }
            Entry::Vacant(free) => {
                free.insert(merged.len());
                merged.push(told.clone());
            }
        }
    }
    merged
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
    Some(Told { to, id: target.id()?, what: BTreeSet::from([what]), attributes: attributes.into_iter().collect() })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str, what: What, attributes: &[&str]) -> Told {
        Told {
            to: Kept::User,
            id: id.to_owned(),
            what: BTreeSet::from([what]),
            attributes: attributes.iter().map(|&it| it.to_owned()).collect(),
        }
    }

    #[test]
    fn each_resource_is_told_of_once_with_what_counts() {
        let all = [
            of("1", What::Made, &["userName"]),
            of("2", What::Changed, &["emails"]),
            of("1", What::Changed, &["roles"]),
            of("2", What::LetIn, &[]),
            of("2", What::ShutOut, &[]),
            of("3", What::Changed, &["title"]),
            of("3", What::Gone, &[]),
            of("4", What::Replaced, &["title"]),
            of("4", What::Changed, &["members"]),
        ];

        let all = merged(all.iter());

        let told: Vec<(&str, Vec<What>)> =
            all.iter().map(|it| (it.id.as_str(), it.what.iter().copied().collect())).collect();
        assert_eq!(
            told,
            [
                ("1", vec![What::Made]),
                ("2", vec![What::Changed, What::ShutOut]),
                ("3", vec![What::Gone]),
                ("4", vec![What::Replaced]),
            ]
        );
        assert_eq!(all[0].attributes, ["roles", "userName"].map(str::to_owned).into());
        assert_eq!(of("5", What::Changed, &[]).by_replacing("5").what, [What::Replaced].into());
        assert_eq!(of("5", What::Changed, &[]).by_replacing("6").what, [What::Changed].into());
        assert_eq!(of("5", What::LetIn, &[]).by_replacing("5").what, [What::LetIn].into());
    }
}
