//! What every user of a list has in common.

use std::time::Duration;

use super::Column;
use crate::domain::Error;
use crate::domain::id::{ConnectionId, GroupId, ProjectId, TeamId};
use crate::domain::list::{self, Created, Days, add, switch, text, unreadable};
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::user::{SignIn, Status};

/// For how long a user has not been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// For more than this many days, counted from the creation for somebody who was never seen.
    For(Days),
    /// Never seen at all.
    Never,
}

/// The state of a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mfa {
    /// One is set up here.
    On,
    /// None is set up, and nobody else asks for one.
    Off,
    /// None is set up here; the identity provider takes care of it.
    AtProvider,
}

impl Mfa {
    /// The word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::AtProvider => "provider",
        }
    }

    /// Every state.
    pub const ALL: [Self; 3] = [Self::On, Self::Off, Self::AtProvider];
}

/// Where a user comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Made here.
    Local,
    /// Pushed by an identity provider.
    Provisioned,
}

impl Origin {
    /// The word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Provisioned => "provisioned",
        }
    }

    /// Every origin.
    pub const ALL: [Self; 2] = [Self::Local, Self::Provisioned];
}

/// When somebody's time ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leaving {
    /// It has ended, and the access has not.
    Overdue,
    /// Within thirty days.
    Soon,
    /// At some time that is known.
    Known,
}

impl Leaving {
    /// Whose time ends within so long leaves soon.
    pub const SOON: Duration = Duration::from_hours(24 * 30);

    /// Every one.
    pub const ALL: [Self; 3] = [Self::Overdue, Self::Soon, Self::Known];

    /// The word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Soon => "soon",
            Self::Known => "known",
        }
    }
}

/// What every user of a list has in common; each part that is set makes the list smaller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// One of these effective roles.
    pub roles: Vec<RoleKey>,
    /// This text somewhere in the name or user name.
    pub name: Option<String>,
    /// This text somewhere in the address.
    pub email: Option<String>,
    /// One of these states; without any, every state but deactivated.
    pub statuses: Vec<Status>,
    /// True when deactivated users are shown among the others.
    pub with_deactivated: bool,
    /// Where they sign in.
    pub sign_in: Option<SignIn>,
    /// A group they are in.
    pub group: Option<GroupId>,
    /// A team they are on.
    pub team: Option<TeamId>,
    /// A project they are on, by themselves, by a group or by a team.
    pub project: Option<ProjectId>,
    /// The state of the second factor.
    pub mfa: Option<Mfa>,
    /// For how long they have not been seen.
    pub idle: Option<Idle>,
    /// The connection that manages them.
    pub provider: Option<ConnectionId>,
    /// Where they come from.
    pub origin: Option<Origin>,
    /// When they were made.
    pub created: Option<Created>,
    /// When their time ends.
    pub leaving: Option<Leaving>,
}

impl UserFilter {
    /// Every word of it.
    pub const WORDS: [&'static str; 15] = [
        "role",
        "name",
        "email",
        "status",
        "deactivated",
        "type",
        "group",
        "team",
        "project",
        "mfa",
        "inactive",
        "provider",
        "source",
        "created",
        "leaving",
    ];

    /// The states that the list shows.
    pub fn shown_statuses(&self) -> Vec<Status> {
        let mut shown = match self.statuses.as_slice() {
            [] => vec![Status::Active, Status::Pending],
            some => some.to_vec(),
        };
        if self.with_deactivated && !shown.contains(&Status::Deactivated) {
            shown.push(Status::Deactivated);
        }
        shown
    }

    /// True when it asks how people sign in or when they leave, and so tells that of everybody it finds or leaves out.
    pub const fn asks_habits(&self) -> bool {
        self.mfa.is_some() || self.idle.is_some() || self.leaving.is_some()
    }
}

impl list::Filter for UserFilter {
    type Column = Column;

    fn take(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let wrong = || unreadable(name);
        match name {
            "role" => add(&mut self.roles, value.parse().map_err(|_| wrong())?),
            "name" => self.name = Some(text(name, value)?),
            "email" => self.email = Some(text(name, value)?),
            "status" => add(&mut self.statuses, Status::parse(value).ok_or_else(wrong)?),
            "deactivated" => self.with_deactivated = switch(value).ok_or_else(wrong)?,
            "type" => self.sign_in = Some(SignIn::parse(value).ok_or_else(wrong)?),
            "group" => self.group = Some(value.parse().map_err(|_| wrong())?),
            "team" => self.team = Some(value.parse().map_err(|_| wrong())?),
            "project" => self.project = Some(value.parse().map_err(|_| wrong())?),
            "mfa" => self.mfa = Some(Mfa::ALL.into_iter().find(|it| it.word() == value).ok_or_else(wrong)?),
            "inactive" if value == "never" => self.idle = Some(Idle::Never),
            "inactive" => self.idle = Some(Idle::For(Days::parse(value).ok_or_else(wrong)?)),
            "provider" => self.provider = Some(value.parse().map_err(|_| wrong())?),
            "source" => self.origin = Some(Origin::ALL.into_iter().find(|it| it.word() == value).ok_or_else(wrong)?),
            "created" => self.created = Some(Created::parse(value).ok_or_else(wrong)?),
            "leaving" => self.leaving = Some(Leaving::ALL.into_iter().find(|it| it.word() == value).ok_or_else(wrong)?),
            _ => {}
        }
        Ok(())
    }

    fn words(&self) -> Vec<(&'static str, String)> {
        let mut words: Vec<(&'static str, String)> = Vec::new();
        words.extend(self.roles.iter().map(|it| ("role", it.to_string())));
        words.extend(self.name.iter().map(|it| ("name", it.clone())));
        words.extend(self.email.iter().map(|it| ("email", it.clone())));
        words.extend(self.statuses.iter().map(|it| ("status", it.word().to_owned())));
        words.extend(self.with_deactivated.then(|| ("deactivated", "1".to_owned())));
        words.extend(self.sign_in.map(|it| ("type", it.word().to_owned())));
        words.extend(self.group.map(|it| ("group", it.to_string())));
        words.extend(self.team.map(|it| ("team", it.to_string())));
        words.extend(self.project.map(|it| ("project", it.to_string())));
        words.extend(self.mfa.map(|it| ("mfa", it.word().to_owned())));
        words.extend(self.idle.map(|it| {
            let word = match it {
                Idle::For(days) => days.0.to_string(),
                Idle::Never => "never".to_owned(),
            };
            ("inactive", word)
        }));
        words.extend(self.provider.map(|it| ("provider", it.to_string())));
        words.extend(self.origin.map(|it| ("source", it.word().to_owned())));
        words.extend(self.created.map(|it| ("created", it.word())));
        words.extend(self.leaving.map(|it| ("leaving", it.word().to_owned())));
        words
    }
}

/// A filter that ships with the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Whoever may act on others and has no second factor.
    AdminsWithoutMfa,
    /// Whoever was not seen for ninety days.
    Inactive,
    /// Whoever was made more than a week ago and never got in.
    LongPending,
    /// Whoever should be gone.
    Overdue,
}

impl View {
    /// Every view.
    pub const ALL: [Self; 4] = [Self::AdminsWithoutMfa, Self::Inactive, Self::LongPending, Self::Overdue];

    /// What it shows in an organisation with these roles.
    pub fn filter(self, model: &RoleModel) -> UserFilter {
        match self {
            Self::AdminsWithoutMfa => {
                UserFilter { roles: model.administrators(), mfa: Some(Mfa::Off), ..UserFilter::default() }
            }
            Self::Inactive => {
                UserFilter { statuses: vec![Status::Active], idle: Some(Idle::For(Days(90))), ..UserFilter::default() }
            }
            Self::LongPending => UserFilter {
                statuses: vec![Status::Pending],
                created: Some(Created::Before(Days(7))),
                ..UserFilter::default()
            },
            Self::Overdue => UserFilter { leaving: Some(Leaving::Overdue), ..UserFilter::default() },
        }
    }
}
