//! Coming by an invitation, or not.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::list::{Inviters, standing};
use super::{Standing, target};
use crate::app::accounts::DISPLAY_NAME_MAX;
use crate::app::mail::Letter;
use crate::app::organisations::known_role;
use crate::app::passwords::{self, Chosen, Measure};
use crate::app::project_teams::{self, Second};
use crate::app::{App, alert, directory, grace};
use crate::domain::complaint::{Complaint, Refusal};
use crate::domain::id::OrgId;
use crate::domain::invitation::{Invitation, State};
use crate::domain::organisation::Organisation;
use crate::domain::password::Demands;
use crate::domain::policy::{Action, Actor, UserActor, permit_anybody};
use crate::domain::project::Subject;
use crate::domain::role::{Effective, RoleModel, Source, Verb};
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::signin::mfa_required;
use crate::domain::text::check_name;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Error, Timestamp};
use crate::store::outbox::Message;
use crate::store::passwords::StoredPassword;
use crate::store::{Reader, Tx, grants, invitations, outbox, passwords as password_rows, teams, users};

/// The kind of an outbox message that tells of an invitation that did not count any more.
pub(crate) const REFUSED: &str = "invitation-refused-alert";

/// A link that was followed: its token's hash, because the address bar no longer holds the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    hash: Vec<u8>,
    /// The name as it was filled in last.
    name: Option<String>,
    /// True when a new one was asked for in place of it.
    #[serde(default)]
    has_asked: bool,
}

/// What stands behind a link.
pub enum Found {
    /// An invitation that can be accepted.
    Open(Box<Offer>),
    /// None any more.
    Gone(Gone),
}

/// An invitation, as the invited person sees it.
pub struct Offer {
    /// The invitation.
    pub invitation: Invitation,
    /// The name to begin with.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
    /// The label of the role that is offered.
    pub role: String,
    /// What the password must consist of.
    pub rules: Demands,
}

/// Why a link leads nowhere, and whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// The organisation's name, where the link is known.
    pub organisation: Option<String>,
    /// The name of whoever sent it, where that is known.
    pub inviter: Option<String>,
    /// Why.
    pub why: Why,
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It was used, taken back, or replaced by a newer one.
    Over,
    /// Its time is over.
    Expired,
    /// The person did not want to come.
    Declined,
    /// Whoever sent it may not invite any more.
    Void,
    /// The same, and those who can help have been told.
    Told,
}

/// What the invited person fills in.
pub struct Acceptance {
    /// What people call the person.
    pub display_name: String,
    /// The password.
    pub password: Option<Secret<String>>,
    /// The password again.
    pub password_again: Option<Secret<String>>,
}

/// What came of it.
pub enum Accepted {
    /// The person is a user.
    Done {
        /// The short name of the organisation.
        organisation: String,
        /// The user, with the password that was chosen.
        user: Box<User>,
    },
    /// Something must be filled in otherwise.
    Again(Refusal),
    /// The invitation does not count any more.
    Gone,
}

/// What stands behind the token of a link; the first part of the answer is for the form that follows.
pub async fn open(app: &App, token: &str) -> Result<(Opened, Found), Error> {
    let opened = Opened { hash: TokenHash::of(token).bytes(), name: None, has_asked: false };
    if !token.starts_with(TokenKind::Link.prefix()) {
        return Ok((opened, Found::Gone(Gone::unknown())));
    }
    let found = find(app, &opened).await?;
    Ok((opened, found))
}

/// What stands behind a link that was followed.
pub async fn find(app: &App, opened: &Opened) -> Result<Found, Error> {
    let Some(it) = invitations::find_by_token(app.store.reader(), &opened.token()?).await? else {
        return Ok(Found::Gone(Gone::unknown()));
    };
    let (organisation, model) = app.store.organisation(it.org).await?;
    if organisation.is_suspended {
        return Ok(Found::Gone(Gone::unknown()));
    }
    if let Some(why) = over(app.store.reader(), &model, &organisation, app.now(), &it).await? {
        let why = if opened.has_asked && why == Why::Expired { Why::Told } else { why };
        return Ok(Found::Gone(Gone::of(&organisation, &it, why)));
    }
    let role = known_role(&model, &it.role)?.label.clone();
    let rules = demands(&organisation, &model, &it);
    let name = opened.name.clone().or_else(|| it.display_name.clone()).unwrap_or_default();
    Ok(Found::Open(Box::new(Offer { invitation: it, name, organisation: organisation.name, role, rules })))
}

/// Makes the invited person a user with the address and the role of the invitation, whatever else was sent.
pub async fn accept(app: &App, opened: &Opened, from: Acceptance) -> Result<Accepted, Error> {
    let offer = match find(app, opened).await? {
        Found::Open(offer) => offer,
        Found::Gone(_) => {
            tell(app, opened).await?;
            return Ok(Accepted::Gone);
        }
    };
    if check_name("display_name", &from.display_name, DISPLAY_NAME_MAX).is_err() {
        return Ok(Accepted::Again(Refusal::new("display_name", Complaint::BadName)));
    }
    let (organisation, model) = app.store.organisation(offer.invitation.org).await?;
    let it = &offer.invitation;
    let about = vec![it.address.as_str(), &from.display_name, &organisation.name, &organisation.slug];
    let demands = demands(&organisation, &model, it);
    let measure = Measure { about, demands, old: None, earlier: Vec::new() };
    match passwords::choose_twice(app, &measure, from.password, from.password_again).await? {
        Chosen::Refused(refusal) => Ok(Accepted::Again(refusal)),
        Chosen::Hash(phc) => come(app, it.org, opened, &from.display_name, phc).await,
    }
}

/// Answers an invitation with no.
pub async fn decline(app: &App, opened: &Opened) -> Result<(), Error> {
    let Some(seen) = invitations::find_by_token(app.store.reader(), &opened.token()?).await? else {
        return Ok(());
    };
    let tx = app.begin(seen.org).await?;
    let Some(it) = invitations::find_by_token(&*tx, &opened.token()?).await? else {
        return Ok(());
    };
    let (tx, permit) = app.ask(tx, &newcomer(&it), Action::DeclineInvitation, target(&it)).await?;
    if invitations::settle(&tx, &it, State::Declined).await? {
        tx.commit(permit).await?;
    }
    Ok(())
}

/// Tells those who can give roles that somebody wanted to come whose invitation does not count any more; once.
pub async fn tell(app: &App, opened: &Opened) -> Result<(), Error> {
    let Some(seen) = invitations::find_by_token(app.store.reader(), &opened.token()?).await? else {
        return Ok(());
    };
    let tx = app.begin(seen.org).await?;
    let Some(it) = invitations::find_by_token(&*tx, &opened.token()?).await? else {
        return Ok(());
    };
    let organisation = tx.organisation()?;
    let why = over(&*tx, tx.roles()?, organisation, tx.now, &it).await?;
    if organisation.is_suspended || why != Some(Why::Void) {
        return Ok(());
    }
    refuse(tx, &it).await
}

/// Writes to those who can give roles.
pub(crate) async fn tell_refused(app: &App, message: &Message) -> Result<(), Error> {
    let TurnedAway { address, inviter } = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    let letter = || Letter::InvitationRefused { address: address.clone(), inviter: inviter.clone() };
    alert::tell(app, message, &[Verb::Assign.permission()], letter).await
}

impl Opened {
    /// The same with a name filled in, so that a refused form keeps it.
    pub fn filled_in(&self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self.clone() }
    }

    /// The same after a new one was asked for.
    pub fn asked(&self) -> Self {
        Self { has_asked: true, ..self.clone() }
    }

    pub(super) fn token(&self) -> Result<TokenHash, Error> {
        TokenHash::from_stored(&self.hash).ok_or(Error::NotFound("invitation"))
    }
}

impl Gone {
    /// True where whoever holds the link can ask for a new one.
    pub const fn can_ask(&self) -> bool {
        matches!(self.why, Why::Expired | Why::Void)
    }

    const fn unknown() -> Self {
        Self { organisation: None, inviter: None, why: Why::Over }
    }

    fn of(organisation: &Organisation, it: &Invitation, why: Why) -> Self {
        let inviter = (!it.inviter_name.is_empty()).then(|| it.inviter_name.clone());
        Self { organisation: Some(organisation.name.clone()), inviter, why }
    }
}

/// What is told of somebody who wanted to come and could not.
#[derive(Serialize, Deserialize)]
struct TurnedAway {
    address: String,
    inviter: String,
}

/// Why the invitation cannot be accepted; nothing when it can.
pub(super) async fn over(
    db: &impl Reader,
    model: &RoleModel,
    organisation: &Organisation,
    now: Timestamp,
    it: &Invitation,
) -> Result<Option<Why>, Error> {
    match it.state {
        State::Accepted | State::Revoked => return Ok(Some(Why::Over)),
        State::Expired => return Ok(Some(Why::Expired)),
        State::Declined => return Ok(Some(Why::Declined)),
        State::Void => return Ok(Some(Why::Told)),
        State::Pending => {}
    }
    let inviters = Inviters::of(db, model, (it.org, organisation.epoch), it.inviter.into_iter()).await?;
    Ok(match standing(model, &inviters, now, it) {
        Standing::Open => None,
        Standing::Expired => Some(Why::Expired),
        Standing::Void => Some(Why::Void),
    })
}

/// What the first password must be like.
fn demands(organisation: &Organisation, model: &RoleModel, it: &Invitation) -> Demands {
    let rules = organisation.rules(model);
    let is_mfa_required = mfa_required(&rules.mfa, std::slice::from_ref(&it.role), false);
    rules.password.demands(is_mfa_required).without_history()
}

/// The invited person as somebody who acts, holding nothing yet.
fn newcomer(it: &Invitation) -> Actor {
    let (id, label) = (it.id.user(), it.address.clone());
    Actor::User(UserActor {
        org: it.org,
        id,
        label,
        effective: Effective::default(),
        session: None,
        owner: None,
        proof_is_old: false,
    })
}

/// The invitation goes and the user comes, in one unit.
async fn come(app: &App, org: OrgId, opened: &Opened, name: &str, phc: String) -> Result<Accepted, Error> {
    let tx = app.begin(org).await?;
    let Some(it) = invitations::find_by_token(&*tx, &opened.token()?).await? else {
        return Ok(Accepted::Gone);
    };
    let organisation = tx.organisation()?.clone();
    match over(&*tx, tx.roles()?, &organisation, tx.now, &it).await? {
        None if organisation.is_suspended => return Ok(Accepted::Gone),
        None => {}
        Some(Why::Void) => {
            refuse(tx, &it).await?;
            return Ok(Accepted::Gone);
        }
        Some(Why::Over | Why::Expired | Why::Declined | Why::Told) => return Ok(Accepted::Gone),
    }
    if users::has_address(&*tx, org, &it.address).await? {
        let why = Complaint::AddressTaken { organisation: organisation.name };
        return Ok(Accepted::Again(Refusal::new("", why)));
    }
    let accepted = Action::AcceptInvitation { role: it.role.clone() };
    let (tx, permit) = app.ask(tx, &newcomer(&it), accepted, target(&it)).await?;
    if !invitations::settle(&tx, &it, State::Accepted).await? {
        return Ok(Accepted::Gone);
    }
    let user = insert(&tx, &it, name, phc).await?;
    tx.commit(permit).await?;
    Ok(Accepted::Done { organisation: organisation.slug, user: Box::new(user) })
}

async fn insert(tx: &Tx, it: &Invitation, name: &str, phc: String) -> Result<User, Error> {
    let (document, searchable) = directory::searchable(&it.address, name, Some(&it.address))?;
    let user = User {
        id: it.id.user(),
        org: it.org,
        user_name: it.address.clone(),
        display_name: name.to_owned(),
        email: Some(it.address.clone()),
        proved_email: it.is_mailed.then(|| it.address.clone()),
        external_id: None,
        managed_by: None,
        sign_in: SignIn::Password,
        status: Status::Active,
        mfa_required: false,
        epoch: 0,
        version: 1,
        document,
        created_at: tx.now,
        updated_at: tx.now,
    };
    users::insert(tx, &user, &searchable).await?;
    grants::insert(tx, user.id, &it.role, &Source::Manual).await?;
    grace::begin(tx, &[user.id]).await?;
    let password = StoredPassword::permanent(phc);
    password_rows::set(tx, user.id, &password).await?;
    // A team that was deleted since is no reason not to come.
    let there = teams::list(&**tx, tx.org).await?;
    for team in there.iter().filter(|team| it.teams.contains(&team.id)) {
        teams::add(tx, team.id, &[user.id]).await?;
        project_teams::joined(tx, Subject::Team(team.id), &[user.id], Second::KeepsFirst).await?;
    }
    Ok(user)
}

/// Ends an invitation that does not count any more, records that it was tried, and has those told who can help.
async fn refuse(tx: Tx, it: &Invitation) -> Result<(), Error> {
    let permit = permit_anybody(Action::FailInvitation { role: it.role.clone() }, target(it))?;
    if !invitations::settle(&tx, it, State::Void).await? {
        return Ok(());
    }
    let refusal = TurnedAway { address: it.address.clone(), inviter: it.inviter_name.clone() };
    outbox::insert(&tx, REFUSED, &json!(refusal)).await?;
    tx.commit(permit).await
}
