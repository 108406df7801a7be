//! An invitation: somebody who is not there yet may come, with a role, for a while.
//!
//! **Invariant:** an invitation counts only while whoever sent it still may invite into that role, under the epochs it was
//! sent under.

use super::id::{InvitationId, OrgId, TeamId, UserId};
use super::role::RoleKey;
use super::time::Timestamp;

/// An invitation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its identity, and that of the user it becomes.
    pub id: InvitationId,
    /// The organisation.
    pub org: OrgId,
    /// The address it went to, which becomes the user name.
    pub address: String,
    /// What the inviter calls the person.
    pub display_name: Option<String>,
    /// The role that is offered.
    pub role: RoleKey,
    /// The teams that the person will be on, those that are gone by then left out.
    pub teams: Vec<TeamId>,
    /// Who sent it; none when it was the operator.
    pub inviter: Option<UserId>,
    /// The name of the inviter at that time.
    pub inviter_name: String,
    /// The epoch of the inviter when it was sent; a later one makes it void.
    pub inviter_epoch: i64,
    /// The epoch of the organisation when it was sent; a later one makes it void.
    pub org_epoch: i64,
    /// Where it stands.
    pub state: State,
    /// When the person was first invited.
    pub created_at: Timestamp,
    /// When the link that counts was made.
    pub sent_at: Timestamp,
    /// When that link ends.
    pub expires_at: Timestamp,
    /// True where that link was mailed to the address and handed to nobody.
    pub is_mailed: bool,
}

/// Where an invitation stands, as stored; that it has run out is told from the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has answered.
    Pending,
    /// The person has come.
    Accepted,
    /// The person does not want to.
    Declined,
    /// An administrator took it back.
    Revoked,
    /// A newer one was made after it had run out.
    Expired,
    /// Somebody wanted to accept it when the inviter could no longer invite.
    Void,
}

impl State {
    const ALL: [Self; 6] = [Self::Pending, Self::Accepted, Self::Declined, Self::Revoked, Self::Expired, Self::Void];

    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Void => "void",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// How a pending invitation stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It can be accepted.
    Open,
    /// Its time is over; it can be sent again.
    Expired,
    /// Whoever sent it may not invite into this role any more; it can be sent again by somebody who may.
    Void,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 3] = [Self::Open, Self::Expired, Self::Void];

    /// The word that is shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "pending",
            Self::Expired => "expired",
            Self::Void => "void",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What an invitation rests on until its time is over: who sent it, when that counted, and the role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warrant {
    /// Who sent it; none when it was the operator.
    pub inviter: Option<UserId>,
    /// The epoch of the inviter at that time.
    pub inviter_epoch: i64,
    /// The epoch of the organisation at that time.
    pub org_epoch: i64,
    /// The role that is offered.
    pub role: RoleKey,
}

impl Invitation {
    /// What it rests on.
    pub fn warrant(&self) -> Warrant {
        Warrant {
            inviter: self.inviter,
            inviter_epoch: self.inviter_epoch,
            org_epoch: self.org_epoch,
            role: self.role.clone(),
        }
    }

    /// True when its time is over.
    pub fn has_run_out(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}
