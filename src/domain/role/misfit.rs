//! What can be wrong in a role model, and what would be right.

use serde::{Serialize, Serializer};

use super::key::{NotARoleKey, RoleKey};
use super::permission::NotAPermission;

/// One thing that is wrong at one place of a role model.
///
/// **Invariant:** whatever the form of a role can cause has a variant of its own, so that every language says it in its own
/// words; the sentences here are those that programs and the command line read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// A role is named that the model has not.
    #[error("the model has no role `{0}`")]
    NoSuchRole(String),
    /// It cannot be the key of a role.
    #[error("{NotARoleKey}")]
    RoleKey,
    /// Two roles have one key.
    #[error("another role has this key")]
    KeyTaken,
    /// There are too few or too many roles.
    #[error("a model has between 1 and {most} roles")]
    HowMany {
        /// So many there may be.
        most: usize,
    },
    /// It is written like no permission.
    #[error("`{text}` is {NotAPermission}")]
    NotAPattern {
        /// What was written.
        text: String,
    },
    /// It is written like a permission, and there is none of that name.
    #[error("`{text}` names no permission of the catalogue and none of `app.*`")]
    Unknown {
        /// What was written.
        text: String,
    },
    /// A role would inherit from itself.
    #[error("the roles extend each other in a circle")]
    Circle,
    /// There is no such verb of `manages`.
    #[error("there is no such verb; the verbs are *, {0}")]
    Verb(String),
    /// Two roles stand at one rank.
    #[error("has the same rank as `{0}`; of two held roles one must be the higher")]
    SameRank(RoleKey),
    /// Somebody could give more than they hold.
    #[error("gives `{given}`, which allows `{excess}`, and does not allow that itself")]
    GivesMore {
        /// The role that would be given.
        given: RoleKey,
        /// What its holders may do and the giver may not.
        excess: String,
    },
    /// Nobody would be held as the last administrator.
    #[error("no role is protected, so the organisation could lose its last administrator")]
    NoneProtected,
    /// A protected role would be given to everybody.
    #[error("a protected role must be given on purpose, never by default")]
    ProtectedByDefault,
    /// Something of the file that no form asks for.
    #[error("{0}")]
    Technical(String),
}

impl Serialize for Misfit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
