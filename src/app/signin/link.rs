//! One-time links: the first password of a pending user, and a new one after a reset was asked for.
//!
//! **Invariant:** following a link changes nothing; only the form that it leads to does, once.
//! **Invariant:** a link opens nobody's session by itself. The first password is the first proof of a sign-in, and whatever
//! else is asked of the person follows; whoever has chosen a new one in place of a forgotten one signs in with it.

use serde::{Deserialize, Serialize};

use super::attempt::{self, Proved, State};
use super::{Answer, Attempt, Browser, Page, Proof, Started, Wanted, advance, next};
use crate::app::passwords::{self, Chosen};
use crate::app::users::{self, Person};
use crate::app::{App, throttle};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::organisation::Organisation;
use crate::domain::password::Demands;
use crate::domain::policy::Action;
use crate::domain::role::RoleModel;
use crate::domain::secret::{TokenHash, TokenKind};
use crate::domain::user::{SignIn, Status, User};
use crate::store::links::{self, Purpose, StoredLink};
use crate::store::{Reader, users as user_rows};

/// A link that was followed: its token's hash, because the address bar no longer holds the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    is_activation: bool,
    hash: Vec<u8>,
}

impl Opened {
    /// What the link is for.
    pub const fn purpose(&self) -> Purpose {
        if self.is_activation { Purpose::Activate } else { Purpose::Reset }
    }

    fn hash(&self) -> Result<TokenHash, Error> {
        TokenHash::from_stored(&self.hash).ok_or(Error::NotFound("link"))
    }
}

/// Begins an attempt for the token of a link; `None` when the link has been used, replaced or has ended.
pub async fn open(app: &App, purpose: Purpose, token: &str) -> Result<Option<Started>, Error> {
    if !token.starts_with(TokenKind::Link.prefix()) {
        return Ok(None);
    }
    let is_activation = purpose == Purpose::Activate;
    let opened = Opened { is_activation, hash: TokenHash::of(token).bytes() };
    if live(app, app.store.reader(), &opened).await?.is_none() {
        return Ok(None);
    }
    attempt::insert(app, State::new(Wanted::NewPassword(opened))).await.map(Some)
}

pub(super) async fn show(app: &App, opened: &Opened) -> Result<Page, Error> {
    let Some((_, user)) = live(app, app.store.reader(), opened).await? else {
        return Err(Error::NotFound("link"));
    };
    let (organisation, model) = app.store.organisation(user.org).await?;
    let person = users::person(app, user).await?;
    let rules = demands(opened, &organisation, &model, &person);
    Ok(Page::NewPassword { username: person.user.user_name, purpose: Some(opened.purpose()), rules })
}

/// Whose link it is; nobody's when it has ended.
pub(super) async fn whose(app: &App, opened: &Opened) -> Result<Option<OrgId>, Error> {
    Ok(live(app, app.store.reader(), opened).await?.map(|(_, user)| user.org))
}

/// What the password must be like; before the first there was none.
fn demands(opened: &Opened, organisation: &Organisation, model: &RoleModel, person: &Person) -> Demands {
    let demands = passwords::demands(organisation, model, person);
    match opened.purpose() {
        Purpose::Activate => demands.without_history(),
        Purpose::Reset => demands,
    }
}

pub(super) async fn choose(
    app: &App,
    mut attempt: Attempt,
    opened: &Opened,
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let Some((_, user)) = live(app, app.store.reader(), opened).await? else {
        return Err(Error::NotFound("link"));
    };
    let (organisation, model) = app.store.organisation(user.org).await?;
    let person = users::person(app, user).await?;
    let demands = demands(opened, &organisation, &model, &person);
    let measure = passwords::Measure::of_own(app, (&person, &organisation), demands, None).await?;
    let phc = match passwords::choose_twice(app, &measure, proof.password, proof.password_again).await? {
        Chosen::Hash(phc) => phc,
        Chosen::Refused(refusal) => return Ok(Some(Answer::Again(refusal))),
    };
    let user = redeem(app, person.user.org, opened, &phc).await?;
    throttle::clear(app, throttle::Subject::user(app, user.id)?).await?;
    let proved = Proved { org: user.org, user: user.id, epoch: user.epoch, at: app.now() };
    let (organisation, typed) = (Some(organisation.slug), Some(user.user_name));
    let state = State { organisation, typed, ..State::new(Wanted::Account) };
    match opened.purpose() {
        Purpose::Activate => {
            attempt.state = State { password: Some(proved), ..state };
            advance(app, attempt, browser).await
        }
        Purpose::Reset => {
            attempt.state = state;
            next(app, attempt).await
        }
    }
}

/// Uses the link up and stores the password, or does neither; answers the user as it is from now on.
async fn redeem(app: &App, org: OrgId, opened: &Opened, phc: &str) -> Result<User, Error> {
    let tx = app.begin(org).await?;
    let Some((link, user)) = live(app, &*tx, opened).await? else {
        return Err(Error::NotFound("link"));
    };
    let person: Person = users::load(&tx, user.id).await?;
    let action = match opened.purpose() {
        Purpose::Activate => Action::CompleteActivation,
        Purpose::Reset => Action::CompletePasswordReset,
    };
    let (tx, permit) = app.ask(tx, &person.actor(None), action, person.target()).await?;
    if !links::redeem(&tx, &link).await? {
        return Err(Error::NotFound("link"));
    }
    let user = match opened.purpose() {
        // Whoever made the user was shown this link, too.
        Purpose::Activate => person.user,
        Purpose::Reset => User { proved_email: person.user.email.clone(), ..person.user },
    };
    let changed = passwords::set_in(app, &tx, &user, phc).await?;
    tx.commit(permit).await?;
    Ok(changed)
}

/// The link and its user, as long as the link is good for that user.
async fn live(app: &App, db: &impl Reader, opened: &Opened) -> Result<Option<(StoredLink, User)>, Error> {
    let Some(link) = links::find(db, &opened.hash()?, opened.purpose(), app.now()).await? else {
        return Ok(None);
    };
    let user = user_rows::find(db, link.org, link.user).await?;
    let expected = match opened.purpose() {
        Purpose::Activate => Status::Pending,
        Purpose::Reset => Status::Active,
    };
    let is_good =
        |user: &User| user.epoch == link.user_epoch && user.status == expected && user.sign_in == SignIn::Password;
    let (organisation, _) = app.store.organisation(link.org).await?;
    Ok(user.filter(is_good).filter(|_| !organisation.is_suspended).map(|user| (link, user)))
}
