//! The order of a sign-in: which proof is asked for next, from what has been proved so far.
//!
//! **Invariant:** there is no [`Step::Done`] without every proof that is required at that moment.
//! **Invariant:** somebody who has a second factor is always asked for it, required or not; only an identity provider that
//! has seen to two factors stands for it.
//! **Invariant:** somebody who signs in at an identity provider is asked for no password.
//! **Invariant:** a passkey verifies its holder, so that it stands for the password and the second factor together.
//! **Invariant:** the second factor is proved before the password can be changed, and the password before a factor can
//! be enrolled.

use std::time::Duration;

use crate::domain::Timestamp;
use crate::domain::role::{MfaPolicy, MfaRequirement, RoleKey};

/// A proof counts this long; a sign-in that takes longer starts again.
pub const PROOF_LIFETIME: Duration = Duration::from_mins(15);

/// What has been proved in one attempt, and what the organisation asks of the person.
/// The default is a new attempt, of which nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// A user name has been entered; whether it exists is not told.
    pub identified: bool,
    /// The identity provider says who it is, instead of a password.
    pub at_provider: bool,
    /// When it said so.
    pub provider_verified_at: Option<Timestamp>,
    /// It has seen to a second factor as well, so that none is asked for here.
    pub provider_saw_to_mfa: bool,
    /// When the password was right.
    pub password_verified_at: Option<Timestamp>,
    /// The password is a temporary one.
    pub must_change_password: bool,
    /// An enrolled authenticator exists.
    pub has_totp: bool,
    /// When its code was right; enrolling it is such a moment.
    pub totp_verified_at: Option<Timestamp>,
    /// A passkey exists.
    pub has_passkey: bool,
    /// When a passkey was right; making it is such a moment.
    pub passkey_verified_at: Option<Timestamp>,
    /// A second factor is required of this person here; see [`mfa_required`].
    pub mfa_required: bool,
    /// Until when enrolling may be put off; without a moment it may not.
    pub mfa_deadline: Option<Timestamp>,
    /// The person has put enrolling off in this attempt.
    pub enrolment_skipped: bool,
}

/// What the sign-in asks for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The user name.
    Identifier,
    /// The word of the identity provider.
    Provider,
    /// The password.
    Password,
    /// A new password instead of a temporary one.
    ChangePassword,
    /// A second factor, enrolled now.
    Enrol,
    /// A code of the enrolled authenticator, or a passkey.
    SecondFactor,
    /// Nothing; the person is signed in.
    Done,
}

/// The step after everything proved so far.
pub fn next(facts: &Facts, now: Timestamp) -> Step {
    let proved = |at: Option<Timestamp>| at.is_some_and(|at| now.since(at) < PROOF_LIFETIME);
    if facts.at_provider {
        return match (proved(facts.provider_verified_at), facts.provider_saw_to_mfa, facts.has_totp) {
            (false, _, _) => Step::Provider,
            (true, true, _) => Step::Done,
            (true, false, false) => Step::Enrol,
            (true, false, true) if proved(facts.totp_verified_at) => Step::Done,
            (true, false, true) => Step::SecondFactor,
        };
    }
    let by_passkey = proved(facts.passkey_verified_at);
    let has_factor = facts.has_totp || facts.has_passkey;
    if !facts.identified && !by_passkey {
        Step::Identifier
    } else if !proved(facts.password_verified_at) && !by_passkey {
        Step::Password
    } else if has_factor && !proved(facts.totp_verified_at) && !by_passkey {
        Step::SecondFactor
    } else if facts.must_change_password {
        Step::ChangePassword
    } else if facts.mfa_required && !has_factor && !(facts.enrolment_skipped && may_skip_enrolment(facts, now)) {
        Step::Enrol
    } else {
        Step::Done
    }
}

/// True while enrolling may still be put off.
pub fn may_skip_enrolment(facts: &Facts, now: Timestamp) -> bool {
    facts.mfa_deadline.is_some_and(|deadline| now < deadline)
}

/// Whether an organisation requires a second factor: the strictest of its policy for everybody and for the roles held, and of
/// what was set for the user. What an application asks for comes on top, for the way to it.
pub fn mfa_required(policy: &MfaPolicy, roles: &[RoleKey], user: bool) -> bool {
    let by_policy = match policy.require {
        MfaRequirement::None => false,
        MfaRequirement::All => true,
        MfaRequirement::Roles => roles.iter().any(|role| policy.roles.contains(role)),
    };
    by_policy || user
}

#[cfg(test)]
mod tests;
