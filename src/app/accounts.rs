//! Accounts of people: made here, given a way in, and erased.
//!
//! **Invariant:** a password is read, weighed and hashed before the unit of work begins.
//! **Invariant:** whoever gets a new password or loses the second factor loses every session and token of before.

use std::time::Duration;

use crate::app::mail::{self, Letter};
use crate::app::organisations::known_role;
use crate::app::passwords::{LINKS_TO_USER, Measure, Purpose, Wish, demands, measured, send_link_in};
use crate::app::signals::{self, Turn};
use crate::app::throttle::{self, Subject};
use crate::app::users::{Person, end_access, load, org_of, person};
use crate::app::{App, directory, grace, teams};
use crate::domain::address;
use crate::domain::id::{ConnectionId, OrgId, TeamId, UserId};
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Actor, Permit, Target, TargetUser};
use crate::domain::role::{Activation, RoleKey, RoleModel, Source};
use crate::domain::secret::temporary_password;
use crate::domain::signin;
use crate::domain::text::check_name;
use crate::domain::user::{Status, USER_NAME_MAX, User};
use crate::domain::{Conflict, Error, Flaw};
use crate::oidc::signals::Event;
use crate::store::passwords::StoredPassword;
use crate::store::users::Searchable;
use crate::store::{Tx, connections, factors, grants, mfa_deadlines, passkeys, passwords, users};

pub use crate::domain::secret::Secret;
pub(crate) use crate::domain::user::DISPLAY_NAME_MAX;
pub use crate::domain::user::SignIn;

/// How long a temporary password works.
const TEMPORARY_LIFETIME: Duration = Duration::from_hours(24);

/// What a new user starts with.
pub struct NewUser {
    /// What it signs in as.
    pub user_name: String,
    /// What people call it.
    pub display_name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Its role; without one the first user of an organisation gets the role of first users, and others the default.
    pub role: Option<RoleKey>,
    /// Where it signs in; without a word whoever is given a way in signs in here, and of others the role model says it.
    pub sign_in: Option<SignIn>,
    /// How it gets in; without a word the policy says.
    pub way_in: Option<WayIn>,
}

/// Where a new user belongs, beyond its role.
#[derive(Debug, Clone, Default)]
pub struct Placement {
    /// The identity provider at which somebody with SSO on signs in; without one, the one that is the first to push it.
    pub connection: Option<ConnectionId>,
    /// The teams it is on.
    pub teams: Vec<TeamId>,
    /// True when this user in particular must have a second factor.
    pub mfa_required: bool,
}

/// How a new user gets in for the first time.
pub enum WayIn {
    /// With this password.
    Password {
        /// The password.
        password: Secret<String>,
        /// True when it opens nothing but the page that replaces it.
        must_change: bool,
    },
    /// With a one-time link to set a password, which the caller hands over.
    Link,
    /// With a temporary password that is mailed.
    MailedPassword,
    /// With a temporary password that the caller hands over.
    HandedPassword,
    /// Not yet.
    Closed,
}

/// A user who was made, and what must be handed over, shown once.
pub struct Created {
    /// The user and its role.
    pub person: Person,
    /// A one-time link to set a password.
    pub link: Option<Secret<String>>,
    /// A temporary password.
    pub temporary_password: Option<Secret<String>>,
}

/// What a way in becomes before the unit of work: hashed, and ready to be handed over.
struct Credential {
    /// Which way that is, where the policy has a say in it.
    way: Option<Activation>,
    phc: Option<String>,
    must_change: bool,
    has_link: bool,
    handed: Option<Secret<String>>,
    mailed: Option<Secret<String>>,
}

/// A new user that was checked, and whose password was hashed, ready to be stored.
pub(super) struct Prepared {
    new: NewUser,
    sign_in: SignIn,
    connection: Option<ConnectionId>,
    credential: Credential,
    document: String,
    searchable: Searchable,
}

/// Makes a user.
pub async fn create(app: &App, actor: &Actor, org: OrgId, new: NewUser) -> Result<Created, Error> {
    create_placed(app, actor, org, new, Placement::default()).await
}

/// Makes a user who signs in at this provider, is on these teams, and must have a second factor or not.
pub async fn create_placed(
    app: &App,
    actor: &Actor,
    org: OrgId,
    new: NewUser,
    placement: Placement,
) -> Result<Created, Error> {
    let teams = teams::all_known(app, org, &placement.teams).await?;
    let (organisation, model) = app.store.organisation(org).await?;
    let prepared = prepare(app, (&organisation, &model), new).await?;
    let tx = app.begin(org).await?;
    is_provider(&tx, placement.connection, prepared.sign_in).await?;
    let prepared = Prepared { connection: placement.connection, ..prepared };
    let (tx, mut created, permit) = insert(app, tx, actor, prepared).await?;
    let (mut tx, mut permits) = teams::set_of_user(app, tx, actor, created.person.user.id, &teams).await?;
    permits.insert(0, permit);
    if placement.mfa_required {
        let (kept, person, permit) = require_mfa_in(app, tx, actor, created.person, true).await?;
        tx = kept;
        created = Created { person, ..created };
        permits.extend(permit);
    }
    tx.commit_all(permits).await?;
    Ok(created)
}

/// How a new user of an organisation signs in of whom nobody has said anything.
pub async fn usual_sign_in(app: &App, org: OrgId, model: &RoleModel) -> Result<SignIn, Error> {
    let providers = connections::taking_sign_ins(app.store.reader(), org).await?;
    Ok(model.settings().usual_sign_in(!providers.is_empty()))
}

/// Does what must be done before the unit of work that stores a new user.
pub(super) async fn prepare(
    app: &App,
    (organisation, model): (&Organisation, &RoleModel),
    new: NewUser,
) -> Result<Prepared, Error> {
    check(&new)?;
    let sign_in = match (new.sign_in, &new.way_in) {
        (Some(said), _) => said,
        (None, None | Some(WayIn::Closed)) => usual_sign_in(app, organisation.id, model).await?,
        // Whoever says how the first password comes means somebody who has one.
        (None, Some(_)) => SignIn::Password,
    };
    let credential = credential(app, organisation, model, &new, sign_in).await?;
    let (document, searchable) = directory::searchable(&new.user_name, &new.display_name, new.email.as_deref())?;
    Ok(Prepared { new, sign_in, connection: None, credential, document, searchable })
}

/// Stores a new user inside a unit that may do more; the permit for it goes to the commit.
pub(super) async fn insert(
    app: &App,
    tx: Tx,
    actor: &Actor,
    prepared: Prepared,
) -> Result<(Tx, Created, Permit), Error> {
    let Prepared { new, sign_in, connection, credential, document, searchable } = prepared;
    let role = role_of(&tx, new.role).await?;
    let user = User {
        id: UserId::new(),
        org: tx.org,
        user_name: new.user_name,
        display_name: new.display_name,
        email: new.email,
        proved_email: None,
        external_id: None,
        managed_by: connection,
        sign_in,
        status: credential.status(sign_in),
        mfa_required: false,
        epoch: 0,
        version: 1,
        document,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let target = Target::User(TargetUser { roles: Vec::new(), ..named(&user) });
    let action = Action::CreateUser { role: Some(role.clone()), source: Source::Manual };
    let (tx, permit) = app.ask(tx, actor, action, target).await?;
    if let Some(way) = credential.way {
        keeps_to_policy(&tx, way)?;
    }
    users::insert(&tx, &user, &searchable).await?;
    grants::insert(&tx, user.id, &role, &Source::Manual).await?;
    grace::begin(&tx, &[user.id]).await?;
    let link = credential.store(app, &tx, actor, &user).await?;
    let person = load(&tx, user.id).await?;
    Ok((tx, Created { person, link, temporary_password: credential.handed }, permit))
}

/// Sets a password for a user; without `must_change` it is permanent.
pub async fn set_password(
    app: &App,
    actor: &Actor,
    of: &User,
    password: Secret<String>,
    must_change: bool,
) -> Result<User, Error> {
    let phc = hash(app, of, &password).await?;
    let action = if must_change { Action::SetTemporaryPassword } else { Action::SetPassword };
    replace_password(app, actor, of, action, phc).await
}

/// Gives a user a temporary password, which is handed over and shown once.
pub async fn set_temporary_password(app: &App, actor: &Actor, of: &User) -> Result<(User, Secret<String>), Error> {
    let password = temporary_password();
    let phc = app.hasher.hash(password.clone()).await?;
    let user = replace_password(app, actor, of, Action::SetTemporaryPassword, phc).await?;
    Ok((user, password))
}

/// Takes the second factors of a user away. Where one is required it is enrolled at the next sign-in, and not put off.
pub async fn reset_mfa(app: &App, actor: &Actor, of: &User) -> Result<User, Error> {
    let tx = app.begin(of.org).await?;
    let person = load(&tx, of.id).await?;
    let target = person.target();
    let (tx, permit) = app.ask(tx, actor, Action::ResetMfa, target).await?;
    if !factors::has_any(&*tx, tx.org, of.id).await? {
        return Err(Conflict::NoFactor.into());
    }
    tell_of_lost_factors(&tx, of.id).await?;
    factors::delete_all(&tx, of.id).await?;
    mfa_deadlines::end(&tx, of.id).await?;
    let user = void_access(&tx, &person.user, person.user.status).await?;
    mail::queue(app, &tx, &user, Letter::MfaReset).await?;
    tx.commit(permit).await?;
    Ok(user)
}

/// Requires a second factor of a user from the next sign-in on, or no longer in particular; only where the role model has
/// such a requirement.
pub async fn require_mfa(app: &App, actor: &Actor, id: UserId, required: bool) -> Result<Person, Error> {
    let org = org_of(actor, app, id).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    let (tx, person, permit) = require_mfa_in(app, tx, actor, person, required).await?;
    if let Some(permit) = permit {
        tx.commit(permit).await?;
    }
    Ok(person)
}

/// The same inside a unit that changes more; no permit when nothing changes.
async fn require_mfa_in(
    app: &App,
    tx: Tx,
    actor: &Actor,
    person: Person,
    required: bool,
) -> Result<(Tx, Person, Option<Permit>), Error> {
    let (tx, permit) = app.ask(tx, actor, Action::RequireMfa { required }, person.target()).await?;
    if person.user.mfa_required == required {
        return Ok((tx, person, None));
    }
    if required && !tx.roles()?.settings().mfa_per_user {
        return Err(Conflict::MfaPerUser.into());
    }
    let version = person.user.version.saturating_add(1);
    let user = User { mfa_required: required, version, updated_at: tx.now, ..person.user };
    users::set_state(&tx, &user).await?;
    if required {
        grace::begin_for_one(&tx, user.id).await?;
    }
    Ok((tx, Person { user, effective: person.effective }, Some(permit)))
}

/// Only somebody with SSO on has an identity provider, and it is one of the organisation.
async fn is_provider(tx: &Tx, connection: Option<ConnectionId>, sign_in: SignIn) -> Result<(), Error> {
    let Some(connection) = connection else { return Ok(()) };
    if sign_in != SignIn::Sso {
        return Err(Conflict::NotSso.into());
    }
    match connections::find(&**tx, tx.org, connection).await? {
        Some(_) => Ok(()),
        None => Err(Error::invalid("connection", Flaw::Provider)),
    }
}

/// Sends somebody who never signed in a new link for the first password; the old one is dead. The answer is the link.
pub async fn resend_activation(app: &App, actor: &Actor, id: UserId) -> Result<Secret<String>, Error> {
    let is_due = |user: &User| is_here(user, Status::Pending);
    send_link(app, actor, id, (Action::ResendActivation, Purpose::Activate), is_due).await
}

/// Mails a user a link for a new password. Until that is used the old password works.
pub async fn send_reset(app: &App, actor: &Actor, id: UserId) -> Result<(), Error> {
    let is_due = |user: &User| {
        is_here(user, Status::Active)?;
        if user.email.is_some() { Ok(()) } else { Err(Conflict::NoAddress.into()) }
    };
    send_link(app, actor, id, (Action::RequestPasswordReset, Purpose::Reset), is_due).await.map(drop)
}

/// Ends every session, token and link of a user, who may sign in again.
pub async fn revoke_sessions(app: &App, actor: &Actor, id: UserId) -> Result<User, Error> {
    let org = org_of(actor, app, id).await?;
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    let target = person.target();
    let (tx, permit) = app.ask(tx, actor, Action::RevokeSessions, target).await?;
    let user = void_access(&tx, &person.user, person.user.status).await?;
    tx.commit(permit).await?;
    Ok(user)
}

impl Credential {
    const NONE: Self = Self { way: None, phc: None, must_change: false, has_link: false, handed: None, mailed: None };

    fn status(&self, sign_in: SignIn) -> Status {
        let is_complete = sign_in == SignIn::Sso || (self.phc.is_some() && !self.must_change);
        if is_complete { Status::Active } else { Status::Pending }
    }

    /// Stores it and mails what is mailed; answers the link, where there is one.
    async fn store(&self, app: &App, tx: &Tx, actor: &Actor, user: &User) -> Result<Option<Secret<String>>, Error> {
        if let Some(phc) = &self.phc {
            passwords::set(tx, user.id, &stored(tx, phc.clone(), self.must_change)).await?;
        }
        if let Some(password) = &self.mailed {
            let (by, until) = (mail::doer(tx, actor).await?, Some(tx.now.after(TEMPORARY_LIFETIME)));
            let letter = Letter::TemporaryPassword { password: password.reveal().clone(), by, until };
            mail::queue(app, tx, user, letter).await?;
        }
        if !self.has_link {
            return Ok(None);
        }
        send_link_in(app, tx, user, (Purpose::Activate, Wish::Administrator(actor))).await.map(Some)
    }
}

fn check(new: &NewUser) -> Result<(), Error> {
    check_name("user_name", &new.user_name, USER_NAME_MAX)?;
    check_name("display_name", &new.display_name, DISPLAY_NAME_MAX)?;
    if let Some(email) = &new.email {
        address::check(email).map_err(|problem| Error::invalid("email", problem))?;
    }
    Ok(())
}

async fn credential(
    app: &App,
    organisation: &Organisation,
    model: &RoleModel,
    new: &NewUser,
    sign_in: SignIn,
) -> Result<Credential, Error> {
    if sign_in == SignIn::Sso {
        let is_open = matches!(new.way_in, None | Some(WayIn::Closed));
        return if is_open { Ok(Credential::NONE) } else { Err(Conflict::SsoUser.into()) };
    }
    let rules = organisation.rules(model);
    let usual = match rules.activation.default {
        Activation::Link => WayIn::Link,
        Activation::TempPasswordMail => WayIn::MailedPassword,
        Activation::TempPasswordAdmin => WayIn::HandedPassword,
    };
    match new.way_in.as_ref().unwrap_or(&usual) {
        WayIn::Password { password, must_change } => {
            let email = new.email.as_deref().unwrap_or_default();
            let about = vec![&*new.user_name, &new.display_name, email, &organisation.name, &organisation.slug];
            let roles: Vec<RoleKey> = new.role.iter().cloned().collect();
            let demands = rules.password.demands(signin::mfa_required(&rules.mfa, &roles, false)).without_history();
            let measure = Measure { about, demands, old: None, earlier: Vec::new() };
            let phc = Some(measured(app, &measure, password).await?);
            let way = must_change.then_some(Activation::TempPasswordAdmin);
            Ok(Credential { way, phc, must_change: *must_change, ..Credential::NONE })
        }
        WayIn::Link => Ok(Credential { way: Some(Activation::Link), has_link: true, ..Credential::NONE }),
        WayIn::MailedPassword if new.email.is_none() => Err(Error::invalid("email", Flaw::NoAddress)),
        WayIn::MailedPassword => {
            let password = temporary_password();
            let phc = Some(app.hasher.hash(password.clone()).await?);
            let way = Some(Activation::TempPasswordMail);
            Ok(Credential { way, phc, must_change: true, mailed: Some(password), ..Credential::NONE })
        }
        WayIn::HandedPassword => {
            let password = temporary_password();
            let phc = Some(app.hasher.hash(password.clone()).await?);
            let way = Some(Activation::TempPasswordAdmin);
            Ok(Credential { way, phc, must_change: true, handed: Some(password), ..Credential::NONE })
        }
        WayIn::Closed => Ok(Credential::NONE),
    }
}

async fn hash(app: &App, of: &User, password: &Secret<String>) -> Result<String, Error> {
    let (organisation, model) = app.store.organisation(of.org).await?;
    let person = person(app, of.clone()).await?;
    let demands = demands(&organisation, &model, &person);
    measured(app, &Measure::of(&person, &organisation, demands), password).await
}

async fn replace_password(app: &App, actor: &Actor, of: &User, action: Action, phc: String) -> Result<User, Error> {
    let must_change = action == Action::SetTemporaryPassword;
    let tx = app.begin(of.org).await?;
    let person = load(&tx, of.id).await?;
    let target = person.target();
    let (tx, permit) = app.ask(tx, actor, action, target).await?;
    if person.user.sign_in == SignIn::Sso {
        return Err(Conflict::SsoUser.into());
    }
    if must_change {
        keeps_to_policy(&tx, Activation::TempPasswordAdmin)?;
    }
    passwords::set(&tx, of.id, &stored(&tx, phc, must_change)).await?;
    let is_complete = person.user.status == Status::Pending && !must_change;
    let status = if is_complete { Status::Active } else { person.user.status };
    let user = void_access(&tx, &person.user, status).await?;
    let turn = signals::new_password(person.user.status);
    signals::tell_of_credential(&tx, of.id, signals::Credential::Password, turn).await?;
    if person.user.status != Status::Pending {
        let until = must_change.then(|| tx.now.after(TEMPORARY_LIFETIME));
        let letter = Letter::PasswordSet { by: mail::doer(&tx, actor).await?, until };
        mail::queue(app, &tx, &user, letter).await?;
    }
    tx.commit(permit).await?;
    // The guesses were at another password.
    throttle::clear(app, Subject::user(app, user.id)?).await?;
    Ok(user)
}

/// Refuses a way to a first password that the policy of the organisation has switched off.
fn keeps_to_policy(tx: &Tx, way: Activation) -> Result<(), Error> {
    let activation = tx.organisation()?.rules(tx.roles()?).activation;
    if activation.allows(way) { Ok(()) } else { Err(Conflict::ActivationMode.into()) }
}

/// Refuses for somebody who signs in elsewhere or stands elsewhere in life.
fn is_here(user: &User, status: Status) -> Result<(), Error> {
    if user.sign_in == SignIn::Sso {
        return Err(Conflict::SsoUser.into());
    }
    match user.status {
        here if here == status => Ok(()),
        Status::Pending => Err(Conflict::NeverSignedIn.into()),
        Status::Active => Err(Conflict::AlreadyActive.into()),
        Status::Deactivated => Err(Conflict::Deactivated.into()),
    }
}

async fn send_link(
    app: &App,
    actor: &Actor,
    id: UserId,
    (action, purpose): (Action, Purpose),
    is_due: impl Fn(&User) -> Result<(), Error>,
) -> Result<Secret<String>, Error> {
    let org = org_of(actor, app, id).await?;
    let (_, model) = app.store.organisation(org).await?;
    let seen = person(app, users::get(app.store.reader(), org, id).await?).await?;
    // What is refused anyway is refused below, where it is recorded, and counts for nothing.
    if actor.check(&model, &action, &seen.target()).is_ok() && is_due(&seen.user).is_ok() {
        let mails = Subject::happening(app, "reset mail", id)?;
        if let Some(retry_after) = throttle::count(app, mails, LINKS_TO_USER).await? {
            return Err(Error::Throttled { retry_after });
        }
    }
    let tx = app.begin(org).await?;
    let person = load(&tx, id).await?;
    let target = person.target();
    let (tx, permit) = app.ask(tx, actor, action, target).await?;
    is_due(&person.user)?;
    let link = send_link_in(app, &tx, &person.user, (purpose, Wish::Administrator(actor))).await?;
    tx.commit(permit).await?;
    Ok(link)
}

fn stored(tx: &Tx, phc: String, must_change: bool) -> StoredPassword {
    let expires_at = must_change.then(|| tx.now.after(TEMPORARY_LIFETIME));
    StoredPassword { phc, must_change, expires_at, spent_at: None }
}

async fn tell_of_lost_factors(tx: &Tx, user: UserId) -> Result<(), Error> {
    if factors::find_totp(&**tx, tx.org, user).await?.is_some() {
        signals::tell_of_credential(tx, user, signals::Credential::App, Turn::Delete).await?;
    }
    if !passkeys::list(&**tx, tx.org, user).await?.is_empty() {
        signals::tell_of_credential(tx, user, signals::Credential::Fido2Roaming, Turn::Delete).await?;
    }
    Ok(())
}

/// Ends every session, token and link of the user, who stays.
pub(super) async fn void_access(tx: &Tx, user: &User, status: Status) -> Result<User, Error> {
    let epoch = user.epoch.saturating_add(1);
    let version = user.version.saturating_add(1);
    let changed = User { status, epoch, version, updated_at: tx.now, ..user.clone() };
    users::set_state(tx, &changed).await?;
    end_access(tx, &changed, &[Event::SessionRevoked]).await?;
    Ok(changed)
}

/// The role that was named, or what the model gives to the first user and to the others.
async fn role_of(tx: &Tx, named: Option<RoleKey>) -> Result<RoleKey, Error> {
    let model = tx.roles()?;
    match named {
        Some(role) => known_role(model, &role).map(|found| found.key.clone()),
        None if users::count(&**tx, tx.org).await? == 0 => Ok(model.first_user_role().clone()),
        None => Ok(model.default_role().clone()),
    }
}

fn named(user: &User) -> TargetUser {
    TargetUser {
        org: user.org,
        id: user.id,
        label: user.user_name.clone(),
        roles: Vec::new(),
        managed_by: user.managed_by,
    }
}
