//! What somebody may do to a user now, and what stands in the way: for showing controls.
//!
//! **Invariant:** nothing is decided here for good: the deed asks the policy and checks the state again in its own unit.
//! **Invariant:** what the policy refuses is not offered at all; what the state of things forbids is offered with the reason.

use crate::app::policies::{self, ActivationPolicy};
use crate::app::user_list::Entry;
use crate::app::users::Person;
use crate::app::{App, departures};
use crate::domain::Error;
use crate::domain::id::{ConnectionId, OrgId, UserId};
use crate::domain::policy::{Action, Actor, Target, TargetUser, keeps_a_holder};
use crate::domain::role::{Activation, DeletePolicy, RemoveLabel, Role, RoleKey, RoleModel, Source};
use crate::domain::user::{SignIn, Status};
use crate::domain::user_list::Mfa;
use crate::store::{connections, grants};

/// A deed that is offered for a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Change name, address, role, provider or teams.
    Edit,
    /// Give another role.
    ChangeRole,
    /// Send the link for the first password again.
    ResendActivation,
    /// Send a link for a new password.
    ResetPassword,
    /// Set a temporary password.
    SetTemporaryPassword,
    /// Ask this user in particular for a second factor.
    RequireMfa,
    /// Take the second factors away.
    ResetMfa,
    /// End every session, token and link.
    EndSessions,
    /// Let in again.
    Activate,
    /// Shut out.
    Deactivate,
    /// End the own membership.
    Leave,
    /// End the membership.
    Remove,
    /// Delete somebody who never signed in.
    DeletePending,
    /// Erase the personal data.
    Erase,
}

impl Deed {
    /// Every deed, in the order in which they are offered.
    pub const ALL: [Self; 14] = [
        Self::Edit,
        Self::ChangeRole,
        Self::ResendActivation,
        Self::ResetPassword,
        Self::SetTemporaryPassword,
        Self::RequireMfa,
        Self::ResetMfa,
        Self::EndSessions,
        Self::Activate,
        Self::Deactivate,
        Self::Leave,
        Self::Remove,
        Self::DeletePending,
        Self::Erase,
    ];

    /// The deeds that can be done to several users at once.
    pub const BULK: [Self; 7] = [
        Self::ChangeRole,
        Self::ResendActivation,
        Self::RequireMfa,
        Self::ResetMfa,
        Self::EndSessions,
        Self::Activate,
        Self::Deactivate,
    ];

    /// The word in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::ChangeRole => "role",
            Self::ResendActivation => "resend-activation",
            Self::ResetPassword => "reset-password",
            Self::SetTemporaryPassword => "temp-password",
            Self::RequireMfa => "require-mfa",
            Self::ResetMfa => "reset-mfa",
            Self::EndSessions => "end-sessions",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Leave => "leave",
            Self::Remove => "remove",
            Self::DeletePending => "delete",
            Self::Erase => "erase",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// Why a deed that is allowed cannot be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The last active holder of this role would be lost.
    LastHolder(String),
    /// There is no address to send a link to.
    NoAddress,
    /// There is no second factor to take away.
    NoFactor,
    /// A second factor is asked for already.
    MfaRequired,
    /// The user is deactivated and cannot sign in anyway.
    Deactivated,
    /// The policy of the organisation has switched it off.
    SwitchedOff,
    /// The identity provider keeps the user.
    Managed,
}

/// A deed, and what stands in its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The deed.
    pub deed: Deed,
    /// Nothing, or the reason why not now.
    pub obstacle: Option<Obstacle>,
}

/// What is known of an organisation to weigh what somebody may do there.
pub struct Judge<'a> {
    actor: &'a Actor,
    model: &'a RoleModel,
    /// The active holders of each protected role who have a way to sign in, and all of them.
    holders: Vec<(&'a Role, u64, u64)>,
    /// The connections at whose identity providers people sign in.
    providers: Vec<ConnectionId>,
    activation: ActivationPolicy,
}

impl<'a> Judge<'a> {
    /// Counts the holders once for all the users that are weighed.
    pub async fn of(app: &App, actor: &'a Actor, org: OrgId, model: &'a RoleModel) -> Result<Self, Error> {
        let mut holders = Vec::new();
        for role in model.roles().iter().filter(|role| role.protected.is_some()) {
            let able = grants::active_holders(app.store.reader(), org, &role.key, None).await?;
            let all = grants::all_active_holders(app.store.reader(), org, &role.key, None).await?;
            holders.push((role, able, all));
        }
        let activation = policies::in_force(app, org).await?.activation;
        let providers = connections::taking_sign_ins(app.store.reader(), org).await?;
        Ok(Self { actor, model, holders, providers, activation })
    }

    /// True when the actor may open the page of a user.
    pub fn sees(&self, person: &Person) -> bool {
        self.is_self(person) || self.actor.may(self.model, "users:read").is_ok()
    }

    /// Everything that is offered for a user.
    pub fn offers(&self, of: &Entry) -> Vec<Offer> {
        Deed::ALL.into_iter().filter_map(|deed| self.weigh(deed, of)).collect()
    }

    /// One deed for a user; nothing when it is not for this actor, or not for a user in that state.
    pub fn weigh(&self, deed: Deed, of: &Entry) -> Option<Offer> {
        let is_open = self.fits(deed, &of.person) && self.may(deed, &of.person);
        is_open.then(|| Offer { deed, obstacle: self.obstacle(deed, of) })
    }

    /// True when the deed makes sense for a user in this state.
    fn fits(&self, deed: Deed, person: &Person) -> bool {
        let user = &person.user;
        let has_password = user.sign_in == SignIn::Password;
        match deed {
            Deed::Edit | Deed::ChangeRole | Deed::Erase | Deed::Leave | Deed::RequireMfa | Deed::ResetMfa => true,
            Deed::Remove => self.model.settings().delete_policy == DeletePolicy::Any,
            // The links of somebody pending are sent again, and those of somebody shut out are dead.
            Deed::EndSessions => user.is_active(),
            Deed::Activate => user.status == Status::Deactivated,
            Deed::Deactivate => user.status != Status::Deactivated,
            Deed::ResetPassword => has_password && user.status != Status::Pending,
            Deed::SetTemporaryPassword => has_password,
            Deed::ResendActivation => has_password && user.status == Status::Pending,
            Deed::DeletePending => departures::is_deletable(user) && !self.deletes_anybody(person),
        }
    }

    /// True when the deed is this actor's to do, whatever state the user is in.
    pub fn may(&self, deed: Deed, person: &Person) -> bool {
        match deed {
            Deed::Edit => self.would(&Action::UpdateUser { changes: Vec::new() }, person),
            Deed::ChangeRole => !self.assignable(person).is_empty(),
            Deed::ResendActivation => self.would(&Action::ResendActivation, person),
            Deed::ResetPassword => self.would(&Action::RequestPasswordReset, person) && !self.is_self(person),
            Deed::SetTemporaryPassword => self.would(&Action::SetTemporaryPassword, person),
            Deed::RequireMfa => self.may_require_mfa(person),
            Deed::ResetMfa => self.would(&Action::ResetMfa, person),
            // One's own have a page of their own, which keeps the session it is asked in.
            Deed::EndSessions => self.would(&Action::RevokeSessions, person) && !self.is_self(person),
            Deed::Activate => self.would(&Action::ActivateUser, person),
            Deed::Deactivate => self.would(&Action::DeactivateUser, person),
            Deed::Leave => self.would(&Action::Leave, person),
            Deed::Remove => self.would(&Action::RemoveUser, person),
            Deed::DeletePending => self.would(&Action::DeletePendingUser, person),
            Deed::Erase => self.would(&Action::EraseUser, person),
        }
    }

    /// True when `Delete User` is what removing this user is called, so that nobody is offered two of that name.
    fn deletes_anybody(&self, person: &Person) -> bool {
        let settings = self.model.settings();
        settings.delete_policy == DeletePolicy::Any
            && settings.remove_label == RemoveLabel::DeleteUser
            && self.would(&Action::RemoveUser, person)
    }

    /// The roles that the actor may give this user and that it does not hold by hand already, highest first.
    pub fn assignable(&self, person: &Person) -> Vec<&'a Role> {
        let by_hand = person.effective.grants.iter().find(|it| it.source == Source::Manual).map(|it| &it.role);
        self.reachable(person).into_iter().filter(|role| Some(&role.key) != by_hand).collect()
    }

    /// The roles that the actor may give this user, highest first.
    pub fn reachable(&self, person: &Person) -> Vec<&'a Role> {
        let from = person.effective.role.clone();
        let may = |to: &RoleKey| self.would(&Action::ChangeRole { from: from.clone(), to: to.clone() }, person);
        self.model.roles().iter().filter(|role| may(&role.key)).collect()
    }

    /// The roles that the actor may put a new user into, highest first.
    pub fn placeable(&self, org: OrgId) -> Vec<&'a Role> {
        self.open_to_newcomers(org, |role| Action::CreateUser { role: Some(role), source: Source::Manual })
    }

    /// The roles that the actor may invite people into, highest first.
    pub fn invitable(&self, org: OrgId) -> Vec<&'a Role> {
        self.open_to_newcomers(org, |role| Action::InviteUser { role })
    }

    /// True when the actor may have the users as a file.
    pub fn may_export(&self, org: OrgId) -> bool {
        let target = Target::Organisation { id: org, label: String::new() };
        self.actor.check(self.model, &Action::ExportUsers { users: 0 }, &target).is_ok()
    }

    fn open_to_newcomers(&self, org: OrgId, by: impl Fn(RoleKey) -> Action) -> Vec<&'a Role> {
        let id = UserId::from_uuid(org.uuid());
        let nobody = TargetUser { org, id, label: String::new(), roles: Vec::new(), managed_by: None };
        let nobody = Target::User(nobody);
        let may = |role: &RoleKey| self.actor.check(self.model, &by(role.clone()), &nobody).is_ok();
        self.model.roles().iter().filter(|role| may(&role.key)).collect()
    }

    /// True when the actor may move this user to another identity provider.
    pub fn may_move(&self, person: &Person) -> bool {
        let somewhere = ConnectionId::from_uuid(person.user.org.uuid());
        self.would(&Action::LinkUser { connection: somewhere, takes: Vec::new(), gives: None }, person)
    }

    /// True when the actor may require a second factor of this user in particular, as the role model has it.
    pub fn may_require_mfa(&self, person: &Person) -> bool {
        self.model.settings().mfa_per_user && self.would(&Action::RequireMfa { required: true }, person)
    }

    /// True when the user is the actor.
    pub fn is_self(&self, person: &Person) -> bool {
        self.actor.id() == Some(person.user.id.to_string())
    }

    fn would(&self, action: &Action, person: &Person) -> bool {
        self.actor.check(self.model, action, &person.target()).is_ok()
    }

    fn obstacle(&self, deed: Deed, of: &Entry) -> Option<Obstacle> {
        let person = &of.person;
        match deed {
            Deed::Remove if person.user.managed_by.is_some() => Some(Obstacle::Managed),
            Deed::ChangeRole | Deed::Deactivate | Deed::Leave | Deed::Remove | Deed::Erase => self.last_of(person),
            Deed::ResetPassword if person.user.status == Status::Deactivated => Some(Obstacle::Deactivated),
            Deed::ResetPassword => person.user.email.is_none().then_some(Obstacle::NoAddress),
            Deed::SetTemporaryPassword if !self.activation.allows(Activation::TempPasswordAdmin) => {
                Some(Obstacle::SwitchedOff)
            }
            Deed::SetTemporaryPassword => (person.user.status == Status::Deactivated).then_some(Obstacle::Deactivated),
            Deed::RequireMfa => person.user.mfa_required.then_some(Obstacle::MfaRequired),
            Deed::ResetMfa => of.habits.is_some_and(|it| it.mfa != Mfa::On).then_some(Obstacle::NoFactor),
            Deed::Edit | Deed::ResendActivation | Deed::EndSessions | Deed::Activate | Deed::DeletePending => None,
        }
    }

    /// The protected role of which this user is the last active holder.
    pub fn last_of(&self, person: &Person) -> Option<Obstacle> {
        if !person.user.is_active() {
            return None;
        }
        let counts = person.user.has_way_in(&self.providers);
        let held = person.effective.held();
        let mut mine = self.holders.iter().filter(|(role, ..)| held.contains(&role.key));
        let left = |able: u64, all: u64| if counts { able } else { all }.saturating_sub(1);
        let last = mine.find(|(role, able, all)| keeps_a_holder(self.model, &role.key, left(*able, *all)).is_err());
        last.map(|(role, ..)| Obstacle::LastHolder(role.label.clone()))
    }
}
