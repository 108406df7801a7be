//! Which of the invitations that wait a list shows, in which order, and from where on.
//!
//! The words are a contract of console and API alike: `role`, `name`, `status`, `undelivered`, `inviter`, `created`, and
//! those of every [`List`].

use super::Error;
use super::id::UserId;
use super::invitation::Standing;
use super::list::{self, Created, List, add, switch, text, unreadable};
use super::role::RoleKey;

/// A list of invitations, of which one page is asked for.
pub type InvitationList = List<InvitationFilter>;
/// An order of invitations.
pub type Sort = list::Sort<Column>;

/// What a list of invitations shows and sorts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Where it went.
    Address,
    /// What the inviter calls the person.
    Name,
    /// The role that is offered, by rank.
    Role,
    /// How it stands now.
    Status,
    /// In whose name it was sent.
    Inviter,
    /// When the person was first invited.
    Created,
    /// When the link that counts was made.
    Sent,
    /// When that link ends.
    Expires,
}

impl list::Column for Column {
    const ALL: &'static [Self] =
        &[Self::Address, Self::Name, Self::Role, Self::Status, Self::Inviter, Self::Created, Self::Sent, Self::Expires];
    const USUAL: Sort = Sort { column: Self::Created, descending: true };

    fn word(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Name => "name",
            Self::Role => "role",
            Self::Status => "status",
            Self::Inviter => "inviter",
            Self::Created => "created",
            Self::Sent => "sent",
            Self::Expires => "expires",
        }
    }
}

/// In whose name an invitation was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sender {
    /// Whoever runs the instance.
    Operator,
    /// A user, who may be gone.
    User(UserId),
}

impl Sender {
    /// The word for the operator.
    pub const OPERATOR: &'static str = "operator";

    /// The word in an address.
    pub fn word(self) -> String {
        match self {
            Self::Operator => Self::OPERATOR.to_owned(),
            Self::User(id) => id.to_string(),
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        if word == Self::OPERATOR { Some(Self::Operator) } else { word.parse().ok().map(Self::User) }
    }
}

/// What every invitation of a list has in common; each part that is set makes the list smaller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvitationFilter {
    /// One of these roles.
    pub roles: Vec<RoleKey>,
    /// This text somewhere in the address or the name.
    pub name: Option<String>,
    /// One of these standings; without any, every one.
    pub standings: Vec<Standing>,
    /// Whether the letter with the link could not be delivered.
    pub undelivered: Option<bool>,
    /// In whose name.
    pub inviter: Option<Sender>,
    /// When the person was first invited.
    pub created: Option<Created>,
}

impl list::Filter for InvitationFilter {
    type Column = Column;

    fn take(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let wrong = || unreadable(name);
        match name {
            "role" => add(&mut self.roles, value.parse().map_err(|_| wrong())?),
            "name" => self.name = Some(text(name, value)?),
            "status" => add(&mut self.standings, Standing::parse(value).ok_or_else(wrong)?),
            "undelivered" => self.undelivered = Some(switch(value).ok_or_else(wrong)?),
            "inviter" => self.inviter = Some(Sender::parse(value).ok_or_else(wrong)?),
            "created" => self.created = Some(Created::parse(value).ok_or_else(wrong)?),
            _ => {}
        }
        Ok(())
    }

    fn words(&self) -> Vec<(&'static str, String)> {
        let mut words: Vec<(&'static str, String)> = Vec::new();
        words.extend(self.roles.iter().map(|it| ("role", it.to_string())));
        words.extend(self.name.iter().map(|it| ("name", it.clone())));
        words.extend(self.standings.iter().map(|it| ("status", it.word().to_owned())));
        words.extend(self.undelivered.map(|it| ("undelivered", u8::from(it).to_string())));
        words.extend(self.inviter.map(|it| ("inviter", it.word())));
        words.extend(self.created.map(|it| ("created", it.word())));
        words
    }
}

#[cfg(test)]
mod tests;
