//! What is not right with what a person typed on a page of sign-in or of the own account.
//!
//! **Invariant:** it says nothing of anybody else: a name that does not exist and a password that is wrong are one
//! complaint.

use super::password::Weakness;

/// A field that has to be filled in otherwise, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The field to mark; empty when no single one is to blame.
    pub field: &'static str,
    /// Why.
    pub why: Complaint,
}

impl Refusal {
    /// A field that is wrong.
    pub const fn new(field: &'static str, why: Complaint) -> Self {
        Self { field, why }
    }
}

/// Why something that was typed is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complaint {
    /// No user name, or one that is too long or cannot be printed.
    NoUserName,
    /// User name and password do not belong together.
    WrongPassword {
        /// Whether there are several organisations here, and none was named.
        may_be_elsewhere: bool,
    },
    /// The code of the authenticator is wrong or was used.
    WrongCode,
    /// The recovery code is wrong or was used.
    WrongRecoveryCode,
    /// The first code of a new authenticator is wrong.
    WrongFirstCode,
    /// The key of the new authenticator was made too long ago.
    KeyIsOld,
    /// The passkey is not accepted.
    WrongPasskey,
    /// The new passkey answers no open question.
    PasskeyNotMade,
    /// Somebody has this passkey already.
    PasskeyKnown,
    /// There are as many passkeys as one person may have.
    PasskeysFull,
    /// The recovery codes have to be saved first.
    SaveCodesFirst,
    /// There were too many wrong codes, so that the sign-in starts again.
    TooManyCodes,
    /// The session ended before a form was sent, which is kept.
    SessionEnded,
    /// The password that is to be replaced is wrong.
    WrongCurrentPassword,
    /// The new password was not typed the same twice.
    PasswordsDiffer,
    /// The new password breaks these rules.
    Weak(Vec<Weakness>),
    /// The name is empty, too long or cannot be printed.
    BadName,
    /// It is no e-mail address, or the one of now.
    BadAddress,
    /// Somebody of this organisation has the address already.
    AddressTaken {
        /// The name of the organisation.
        organisation: String,
    },
}
