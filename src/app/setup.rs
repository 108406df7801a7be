//! Setting an empty instance up: its first organisation and the first person of it, by an address that the server prints.
//!
//! **Invariant:** there are no default credentials; an instance without an organisation lets nobody in.
//! **Invariant:** the address works once, for a day, and only while there is no organisation; whoever makes one by another
//! way closes it. Of its token only the hash is kept.
//! **Invariant:** organisation and owner come into being together or not at all.

use std::time::Duration;

use crate::app::accounts::{self, NewUser, SignIn, WayIn};
use crate::app::organisations::{self, Founding, NewOrganisation, Organisation};
use crate::app::{App, role_models};
use crate::domain::id::OrgId;
use crate::domain::policy::{Actor, Operator};
use crate::domain::role::RoleModel;
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::{Error, Flaw};
use crate::store::organisations as rows;
use crate::store::setup::{self, Offer};

/// How long the address works.
pub const LIFETIME: Duration = Duration::from_hours(24);

/// Where an address of an instance stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It may be used.
    Open,
    /// It is wrong, too old, or a newer one was printed after it.
    Gone,
    /// There is an organisation, so no address works any more.
    Done,
}

/// What the first organisation is to be.
#[derive(Debug, Clone)]
pub struct FirstOrganisation {
    /// Its short name.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// The preset of its role model.
    pub preset: String,
}

/// Who the first person is to be.
pub struct FirstOwner {
    /// What it signs in as.
    pub user_name: String,
    /// What people call it.
    pub display_name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// The password.
    pub password: Secret<String>,
}

/// Makes a new address in place of an older one; none when there is an organisation.
pub async fn offer(app: &App) -> Result<Option<Secret<String>>, Error> {
    if has_organisation(app).await? {
        return Ok(None);
    }
    let token = TokenKind::Link.generate();
    let offer = Offer { token: TokenHash::of(token.reveal()), expires_at: app.now().after(LIFETIME) };
    app.store.offer_setup(&offer).await?;
    Ok(Some(Secret::new(app.config.url(&format!("/setup/{}", token.reveal())))))
}

/// Where the address with this token stands. Asking changes nothing.
pub async fn state(app: &App, token: &str) -> Result<State, Error> {
    if has_organisation(app).await? {
        return Ok(State::Done);
    }
    Ok(if standing(app, token).await?.is_some() { State::Open } else { State::Gone })
}

/// Checks what the first organisation is to be, and answers its role model.
pub fn check(new: &FirstOrganisation) -> Result<RoleModel, Error> {
    Ok(founding(new)?.model().clone())
}

/// Makes the organisation and its first person; nobody is signed in by that.
pub async fn complete(
    app: &App,
    token: &str,
    new: &FirstOrganisation,
    owner: FirstOwner,
) -> Result<Organisation, Error> {
    let gone = || Error::NotFound("set-up link");
    // Whoever has no token makes the server hash nothing.
    let offer = standing(app, token).await?.ok_or_else(gone)?;
    let founding = founding(new)?;
    let id = OrgId::new();
    let place = (&founding.at(id, app.now()), founding.model());
    let owner = accounts::prepare(app, place, first_user(owner, founding.model())).await?;
    // The address is shown to whoever runs the instance and to nobody else.
    let actor = Actor::from(Operator::SetUp);
    let mut tx = app.begin(id).await?;
    if !setup::redeem(&tx, &offer).await? || rows::count(&*tx).await? > 0 {
        return Err(gone());
    }
    let (organisation, founded) = organisations::insert(&mut tx, &actor, founding).await?;
    let (tx, _, created) = accounts::insert(app, tx, &actor, owner).await?;
    tx.commit_all(vec![founded, created]).await?;
    Ok(organisation)
}

async fn has_organisation(app: &App) -> Result<bool, Error> {
    Ok(rows::count(app.store.reader()).await? > 0)
}

async fn standing(app: &App, token: &str) -> Result<Option<Offer>, Error> {
    let (offer, presented, now) = (setup::find(app.store.reader()).await?, TokenHash::of(token), app.now());
    Ok(offer.filter(|offer| now < offer.expires_at && offer.token.matches(&presented)))
}

fn founding(new: &FirstOrganisation) -> Result<Founding, Error> {
    let unknown = || Error::invalid("role_model", Flaw::RoleModel);
    // A file of the server is named on the command line only.
    let preset = RoleModel::PRESETS.iter().find(|it| **it == new.preset).ok_or_else(unknown)?;
    let role_model = role_models::source(preset)?;
    Founding::new(NewOrganisation { slug: new.slug.clone(), name: new.name.clone(), role_model })
}

fn first_user(owner: FirstOwner, model: &RoleModel) -> NewUser {
    NewUser {
        user_name: owner.user_name,
        display_name: owner.display_name,
        email: owner.email,
        role: Some(model.first_user_role().clone()),
        sign_in: Some(SignIn::Password),
        way_in: Some(WayIn::Password { password: owner.password, must_change: false }),
    }
}
