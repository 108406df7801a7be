//! Sending invitations, for the first time and again.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use super::{AT_ONCE_MAX, Invitation, LIFETIME, State, org_of_invitation, target};
use crate::app::accounts::DISPLAY_NAME_MAX;
use crate::app::mail::{self, Letter, Recipient};
use crate::app::organisations::known_role;
use crate::app::throttle::{self, Rate, Subject};
use crate::app::{App, organisations, teams};
use crate::domain::address::{self, AddressProblem, Entry};
use crate::domain::id::{InvitationId, OrgId, TeamId, UserId};
use crate::domain::policy::{Action, Actor, Target, TargetUser};
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::text::{fold, name_flaw};
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::store::{Reader, Tx, invitations, users};

/// Invitations that one address gets from one organisation.
const TO_ADDRESS: Rate = Rate { most: 3, per: Duration::from_hours(1) };
/// Invitations that one person sends.
const BY_PERSON: Rate = Rate { most: 200, per: Duration::from_hours(24) };

/// Somebody to invite, as it was typed.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// The address, or whatever stands in its place.
    pub address: String,
    /// What the inviter calls the person.
    pub display_name: Option<String>,
    /// The role; without one the role model's default.
    pub role: Option<RoleKey>,
    /// The teams that the person will be on.
    pub teams: Vec<TeamId>,
}

impl Invitee {
    /// An entry of a pasted list; what is no address stays as it was typed and is refused later.
    pub fn of(entry: Entry, role: Option<RoleKey>) -> Self {
        Self { address: entry.address.unwrap_or(entry.typed), display_name: entry.name, role, teams: Vec::new() }
    }
}

/// How the link reaches the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// By mail.
    Mail,
    /// Through the caller, who gets it once.
    HandedLink,
}

/// What became of one row of a list.
pub struct Invited {
    /// What was typed.
    pub invitee: Invitee,
    /// The invitation, or why there is none.
    pub result: Result<Sent, Problem>,
}

/// An invitation that is on its way.
pub struct Sent {
    /// The invitation.
    pub invitation: Invitation,
    /// The link, where the caller hands it over; shown once.
    pub link: Option<Secret<String>>,
}

/// Why somebody was not invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is no address.
    Address(AddressProblem),
    /// The name cannot be used.
    Name(Flaw),
    /// The list names the address twice.
    Twice,
    /// The address belongs to somebody of the organisation.
    Member,
    /// The address has an invitation that waits for an answer.
    Invited,
    /// Too many invitations in a short time.
    TooOften {
        /// How long to wait.
        retry_after: Duration,
    },
}

impl Problem {
    /// The name of the problem, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Name(_) => "display-name",
            Self::Twice => "twice",
            Self::Member => Conflict::Member.code(),
            Self::Invited => Conflict::Invited.code(),
            Self::TooOften { .. } => "too-often",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(problem) => problem.fmt(f),
            Self::Name(problem) => write!(f, "display_name: {problem}"),
            Self::Twice => f.write_str("this address is further up in the list already"),
            Self::Member => Conflict::Member.fmt(f),
            Self::Invited => Conflict::Invited.fmt(f),
            Self::TooOften { retry_after } => {
                let minutes = retry_after.as_secs().div_ceil(60).max(1);
                write!(f, "too many invitations in a short time; send this one in {minutes} minutes")
            }
        }
    }
}

/// Invites the people of a list. Each row gets its own answer, in the order of the list; a role that the actor may not
/// give refuses the whole list.
pub async fn invite_many(
    app: &App,
    actor: &Actor,
    org: OrgId,
    people: Vec<Invitee>,
    delivery: Delivery,
) -> Result<Vec<Invited>, Error> {
    check_size(people.len())?;
    let (_, model) = app.store.organisation(org).await?;
    let mut rows = Vec::with_capacity(people.len());
    let mut seen = HashSet::new();
    for invitee in people {
        let role = role_of(&model, invitee.role.as_ref())?;
        let judged = judge(&invitee, &mut seen);
        let invitee = Invitee { teams: teams::all_known(app, org, &invitee.teams).await?, ..invitee };
        rows.push(Row { invitee, role, judged });
    }
    may_invite(app, actor, org, &model, &rows).await?;
    count(app, actor, org, &mut rows).await?;
    write(app, actor, org, rows, delivery).await
}

/// What stands in the way of each row of a list now; nothing is sent, written or counted.
pub async fn preview(
    app: &App,
    actor: &Actor,
    org: OrgId,
    people: &[Invitee],
) -> Result<Vec<Result<(), Problem>>, Error> {
    check_size(people.len())?;
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "users:invite")?;
    let mut seen = HashSet::new();
    let mut answers = Vec::with_capacity(people.len());
    for invitee in people {
        answers.push(match judge(invitee, &mut seen) {
            Ok(()) => is_open(app.store.reader(), org, app.now(), &invitee.address).await?.map(drop),
            problem => problem,
        });
    }
    Ok(answers)
}

/// Sends an invitation again: a new link with a new week, in the name of whoever sends it now. The old link is dead.
pub async fn resend(app: &App, actor: &Actor, id: InvitationId, delivery: Delivery) -> Result<Sent, Error> {
    let org = org_of_invitation(app, actor, id).await?;
    let (_, model) = app.store.organisation(org).await?;
    let seen = invitations::get(app.store.reader(), org, id).await?;
    let action = Action::ResendInvitation { role: seen.role.clone() };
    // What is refused anyway is refused below, where it is recorded, and counts for nothing.
    if actor.check(&model, &action, &target(&seen)).is_ok()
        && let Some(retry_after) = too_often(app, actor, org, &seen.address).await?
    {
        return Err(Error::Throttled { retry_after });
    }
    let tx = app.begin(org).await?;
    let it = invitations::get(&*tx, org, id).await?;
    let (tx, permit) = app.ask(tx, actor, action, target(&it)).await?;
    let by = Inviter::of(&tx, actor).await?;
    let token = TokenKind::Link.generate();
    let again = by.sends(&tx, it, delivery)?;
    if !invitations::renew(&tx, &again, &TokenHash::of(token.reveal())).await? {
        return Err(Error::NotFound("invitation"));
    }
    let link = deliver(app, &tx, &again, &token, delivery).await?;
    tx.commit(permit).await?;
    Ok(Sent { invitation: again, link })
}

/// A row of a list on its way.
struct Row {
    invitee: Invitee,
    role: RoleKey,
    judged: Result<(), Problem>,
}

fn check_size(people: usize) -> Result<(), Error> {
    match people {
        0 => Err(Error::invalid("invitations", Flaw::NobodyInvited)),
        1..=AT_ONCE_MAX => Ok(()),
        _ => Err(Error::invalid("invitations", Flaw::TooManyInvited { most: AT_ONCE_MAX, people })),
    }
}

fn role_of(model: &RoleModel, named: Option<&RoleKey>) -> Result<RoleKey, Error> {
    let key = named.unwrap_or_else(|| model.default_role());
    known_role(model, key).map(|role| role.key.clone())
}

fn judge(invitee: &Invitee, seen: &mut HashSet<String>) -> Result<(), Problem> {
    address::check(&invitee.address).map_err(Problem::Address)?;
    if let Some(flaw) = invitee.display_name.as_ref().and_then(|name| name_flaw(name, DISPLAY_NAME_MAX)) {
        return Err(Problem::Name(flaw));
    }
    if seen.insert(fold(&invitee.address)) { Ok(()) } else { Err(Problem::Twice) }
}

/// Refuses a list with a role that the actor may not give, before anything is counted.
async fn may_invite(app: &App, actor: &Actor, org: OrgId, model: &RoleModel, rows: &[Row]) -> Result<(), Error> {
    if rows.iter().any(|row| !row.invitee.teams.is_empty()) {
        actor.may(model, "teams.members:manage")?;
    }
    for row in rows {
        let action = Action::InviteUser { role: row.role.clone() };
        let new = newcomer(org, InvitationId::new(), &row.invitee.address);
        if actor.check(model, &action, &new).is_err() {
            let (tx, _) = app.ask(app.begin(org).await?, actor, action, new).await?;
            drop(tx);
        }
    }
    Ok(())
}

/// Counts each invitation that would be sent; those that are too many are flagged.
async fn count(app: &App, actor: &Actor, org: OrgId, rows: &mut [Row]) -> Result<(), Error> {
    for row in rows.iter_mut().filter(|row| row.judged.is_ok()) {
        if let Some(retry_after) = too_often(app, actor, org, &row.invitee.address).await? {
            row.judged = Err(Problem::TooOften { retry_after });
        }
    }
    Ok(())
}

/// How long to wait before this address may get another invitation from this person.
async fn too_often(app: &App, actor: &Actor, org: OrgId, address: &str) -> Result<Option<Duration>, Error> {
    let mailbox = Subject::name(app, Some(org), &format!("invitation to {address}"))?;
    if let Some(wait) = throttle::count(app, mailbox, TO_ADDRESS).await? {
        return Ok(Some(wait));
    }
    match actor {
        Actor::User(user) => throttle::count(app, Subject::happening(app, "invitation by", user.id)?, BY_PERSON).await,
        Actor::Operator { .. }
        | Actor::Job(_)
        | Actor::Scim(_)
        | Actor::Service(_)
        | Actor::Client(_)
        | Actor::Anonymous => Ok(None),
    }
}

async fn write(
    app: &App,
    actor: &Actor,
    org: OrgId,
    rows: Vec<Row>,
    delivery: Delivery,
) -> Result<Vec<Invited>, Error> {
    let mut tx = app.begin(org).await?;
    let by = Inviter::of(&tx, actor).await?;
    let (mut answers, mut permits) = (Vec::with_capacity(rows.len()), Vec::new());
    for Row { invitee, role, judged } in rows {
        let judged = match judged {
            Ok(()) => is_free(&tx, &invitee.address).await?,
            problem => problem,
        };
        if let Err(problem) = judged {
            answers.push(Invited { invitee, result: Err(problem) });
            continue;
        }
        let it = by.invites(&tx, &invitee, role, delivery)?;
        let action = Action::InviteUser { role: it.role.clone() };
        let (kept, permit) = app.ask(tx, actor, action, newcomer(org, it.id, &it.address)).await?;
        tx = kept;
        permits.push(permit);
        let token = TokenKind::Link.generate();
        invitations::insert(&tx, &it, &TokenHash::of(token.reveal())).await?;
        let link = deliver(app, &tx, &it, &token, delivery).await?;
        answers.push(Invited { invitee, result: Ok(Sent { invitation: it, link }) });
    }
    if !permits.is_empty() {
        tx.commit_all(permits).await?;
    }
    Ok(answers)
}

/// Whether the address may be invited; an invitation that has run out makes room.
async fn is_free(tx: &Tx, address: &str) -> Result<Result<(), Problem>, Error> {
    let old = match is_open(&**tx, tx.org, tx.now, address).await? {
        Ok(old) => old,
        Err(problem) => return Ok(Err(problem)),
    };
    if let Some(old) = old {
        invitations::settle(tx, &old, State::Expired).await?;
    }
    Ok(Ok(()))
}

/// The invitation that has run out and would make room for another to this address, or what stands in the way.
async fn is_open(
    db: &impl Reader,
    org: OrgId,
    now: Timestamp,
    address: &str,
) -> Result<Result<Option<Invitation>, Problem>, Error> {
    if users::has_address(db, org, address).await? {
        return Ok(Err(Problem::Member));
    }
    let waiting = invitations::find_pending(db, org, address).await?;
    Ok(match waiting {
        Some(it) if !it.has_run_out(now) => Err(Problem::Invited),
        old => Ok(old),
    })
}

/// Somebody who is not there yet and holds nothing.
pub(super) fn newcomer(org: OrgId, id: InvitationId, address: &str) -> Target {
    let (id, label) = (id.user(), address.to_owned());
    Target::User(TargetUser { org, id, label, roles: Vec::new(), managed_by: None })
}

/// In whose name invitations go out.
struct Inviter {
    id: Option<UserId>,
    name: String,
    epoch: i64,
}

impl Inviter {
    async fn of(tx: &Tx, actor: &Actor) -> Result<Self, Error> {
        let Actor::User(actor) = actor else {
            return Ok(Self { id: None, name: String::new(), epoch: 0 });
        };
        let user = users::get(&**tx, tx.org, actor.id).await?;
        Ok(Self { id: Some(user.id), name: user.display_name, epoch: user.epoch })
    }

    fn invites(&self, tx: &Tx, invitee: &Invitee, role: RoleKey, by: Delivery) -> Result<Invitation, Error> {
        let blank = Invitation {
            id: InvitationId::new(),
            org: tx.org,
            address: invitee.address.clone(),
            display_name: invitee.display_name.clone(),
            role,
            teams: invitee.teams.clone(),
            inviter: None,
            inviter_name: String::new(),
            inviter_epoch: 0,
            org_epoch: 0,
            state: State::Pending,
            created_at: tx.now,
            sent_at: tx.now,
            expires_at: tx.now,
            is_mailed: false,
        };
        self.sends(tx, blank, by)
    }

    /// The invitation with a new week, in this name.
    fn sends(&self, tx: &Tx, it: Invitation, by: Delivery) -> Result<Invitation, Error> {
        Ok(Invitation {
            inviter: self.id,
            inviter_name: self.name.clone(),
            inviter_epoch: self.epoch,
            org_epoch: tx.organisation()?.epoch,
            sent_at: tx.now,
            expires_at: tx.now.after(LIFETIME),
            is_mailed: by == Delivery::Mail,
            ..it
        })
    }
}

/// Mails the link, or answers it.
async fn deliver(
    app: &App,
    tx: &Tx,
    it: &Invitation,
    token: &Secret<String>,
    delivery: Delivery,
) -> Result<Option<Secret<String>>, Error> {
    let link = app.config.url(&format!("/invite/{}", token.reveal()));
    match delivery {
        Delivery::HandedLink => Ok(Some(Secret::new(link))),
        Delivery::Mail => {
            let role = organisations::known_role(tx.roles()?, &it.role)?.label.clone();
            let inviter = (!it.inviter_name.is_empty()).then(|| it.inviter_name.clone());
            let to = Recipient {
                to: it.address.clone(),
                name: it.display_name.clone().unwrap_or_default(),
                user_name: it.address.clone(),
                language: None,
                person: Some(it.id.user()),
            };
            mail::queue_to(app, tx, to, Letter::Invitation { link, inviter, role }).await?;
            Ok(None)
        }
    }
}
