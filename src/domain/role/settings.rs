//! The settings an organisation starts with because of the model it chose.

use serde::{Deserialize, Serialize};

use super::key::RoleKey;
use crate::domain::password::PasswordPolicy;
use crate::domain::user::SignIn;

/// How a new person gets a first credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// A link by mail to set a password.
    #[default]
    Link,
    /// A generated temporary password by mail.
    TempPasswordMail,
    /// A temporary password that the administrator hands over.
    TempPasswordAdmin,
}

impl Activation {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Link, Self::TempPasswordMail, Self::TempPasswordAdmin];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::TempPasswordMail => "temp-password-mail",
            Self::TempPasswordAdmin => "temp-password-admin",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// Whom the organisation asks for a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MfaRequirement {
    /// Nobody, unless the person, the role or the client asks for it.
    #[default]
    None,
    /// Everybody.
    All,
    /// Holders of the listed roles.
    Roles,
}

/// The second-factor policy of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MfaPolicy {
    /// Whom it is asked of.
    #[serde(default)]
    pub require: MfaRequirement,
    /// The roles meant by [`MfaRequirement::Roles`].
    #[serde(default)]
    pub roles: Vec<RoleKey>,
    /// Days from the moment the requirement starts for a person until sign-in stops at enrolment.
    #[serde(default = "grace_days_default")]
    pub grace_days: u32,
}

impl Default for MfaPolicy {
    fn default() -> Self {
        Self { require: MfaRequirement::default(), roles: Vec::new(), grace_days: grace_days_default() }
    }
}

const fn grace_days_default() -> u32 {
    7
}

/// Which users may be deleted, rather than deactivated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeletePolicy {
    /// Any user.
    #[default]
    Any,
    /// Only users who never signed in and have a password here (SSO off).
    PendingOnly,
}

/// What happens to a group that is still assigned when somebody deletes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupDelete {
    /// The deletion is refused.
    #[default]
    MustBeUnassigned,
    /// The assignments end with it.
    Detach,
}

/// The access that an assignment to a project gives when nobody said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// No change, whatever the roles say.
    Read,
    /// What the roles say.
    #[default]
    Write,
}

impl Access {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// The word that is stored and sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What the way to inviting people is called in the list of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InviteLabel {
    /// `Invite User`.
    #[default]
    InviteUser,
    /// `+ Create Users`.
    CreateUsers,
}

/// What ending the membership of somebody is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemoveLabel {
    /// `Remove Access`.
    #[default]
    RemoveAccess,
    /// `Delete User`.
    DeleteUser,
}

/// The settings part of a role model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How a new person gets a first credential.
    pub activation: Activation,
    /// The rule for passwords.
    pub password: PasswordPolicy,
    /// The second-factor policy.
    pub mfa: MfaPolicy,
    /// True when the time to put a second factor off begins anew with a user who is activated again.
    pub regrace_on_reactivation: bool,
    /// True when an administrator may require a second factor of one user.
    pub mfa_per_user: bool,
    /// Which users may be deleted.
    pub delete_policy: DeletePolicy,
    /// How a user signs in when nobody said; nothing where the role model leaves it to whoever makes the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_mode_default: Option<SignIn>,
    /// What the way to inviting people is called.
    pub invite_label: InviteLabel,
    /// What ending a membership is called.
    pub remove_label: RemoveLabel,
    /// True when everybody on a project must be there through a team.
    pub require_team: bool,
    /// True when nobody may be on two teams of one project.
    pub one_team_per_project: bool,
    /// What deleting an assigned group does.
    pub group_delete: GroupDelete,
    /// The access an assignment gives when nobody said.
    pub access_default: Access,
}

impl Settings {
    /// How a new user signs in of whom nobody has said: as the role model has it, and otherwise at an identity provider
    /// wherever one lets anybody in.
    pub fn usual_sign_in(&self, a_provider_takes_sign_ins: bool) -> SignIn {
        let usual = if a_provider_takes_sign_ins { SignIn::Sso } else { SignIn::Password };
        self.auth_mode_default.unwrap_or(usual)
    }
}
