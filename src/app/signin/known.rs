//! Who an attempt is about: the user behind what was typed, and the facts about somebody whose password was right or whom
//! an identity provider has vouched for.

use super::Wanted;
use super::attempt::{Goes, Proved, State, Vouched};
use crate::app::App;
use crate::app::sign_in_tries::Method;
use crate::app::users::{self, Person};
use crate::app::{devices, grace, passwords};
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};
use crate::domain::organisation::{Organisation, Rules};
use crate::domain::signin::Facts;
use crate::domain::text::fold;
use crate::domain::user::{SignIn, User};
use crate::store::factors::{self, StoredTotp};
use crate::store::passkeys::{self, StoredPasskey};
use crate::store::passwords::StoredPassword;
use crate::store::{connections, organisations, users as user_rows};

/// Somebody who has given the first proof within this attempt.
pub(super) struct Known {
    pub(super) person: Person,
    pub(super) organisation: Organisation,
    pub(super) rules: Rules,
    pub(super) first: First,
    pub(super) totp: Option<StoredTotp>,
    pub(super) passkeys: Vec<StoredPasskey>,
    pub(super) facts: Facts,
    /// Whether the organisation asks for a second factor; the application may do so besides.
    pub(super) is_mfa_required: bool,
}

/// The first proof that somebody gave.
pub(super) enum First {
    /// The password, as stored.
    Password(StoredPassword),
    /// A passkey, which is two factors by itself.
    Passkey,
    /// The word of an identity provider.
    Provider(Vouched),
}

impl First {
    /// How the person said who it is.
    pub(super) const fn method(&self) -> Method {
        match self {
            Self::Password(_) => Method::Password,
            Self::Passkey => Method::Passkey,
            Self::Provider(_) => Method::Provider,
        }
    }
}

/// The person behind the proofs of an attempt, read anew; nobody when the user has changed since.
pub(super) async fn load(app: &App, state: &State) -> Result<Option<Known>, Error> {
    match (state.provider, state.password, state.passkey) {
        (Some(goes), _, _) => by_provider(app, state, goes).await,
        (None, None, Some(passkey)) => by_passkey(app, passkey.proved).await,
        (None, _, _) => by_password(app, state).await,
    }
}

async fn by_passkey(app: &App, proved: Proved) -> Result<Option<Known>, Error> {
    let db = app.store.reader();
    let user = user_rows::find(db, proved.org, proved.user).await?.filter(|user| user.epoch == proved.epoch);
    let Some(user) = user.filter(|user| user.is_active() && user.sign_in == SignIn::Password) else {
        return Ok(None);
    };
    let (organisation, model) = app.store.organisation(user.org).await?;
    if organisation.is_suspended {
        return Ok(None);
    }
    let (totp, passkeys) = (None, passkeys::list(db, user.org, user.id).await?);
    let person = users::person(app, user).await?;
    let facts = Facts {
        identified: true,
        has_passkey: !passkeys.is_empty(),
        passkey_verified_at: Some(proved.at),
        ..Facts::default()
    };
    let rules = organisation.rules(&model);
    Ok(Some(Known { person, organisation, rules, first: First::Passkey, totp, passkeys, facts, is_mfa_required: true }))
}

async fn by_password(app: &App, state: &State) -> Result<Option<Known>, Error> {
    let Some(proved) = state.password else {
        return Ok(None);
    };
    let db = app.store.reader();
    let Some(user) = user_rows::find(db, proved.org, proved.user).await? else {
        return Ok(None);
    };
    let Some(password) = usable_password(app, Some(&user)).await?.filter(|_| user.epoch == proved.epoch) else {
        return Ok(None);
    };
    // Only the attempt in which a temporary password was used goes on.
    if password.spent_at.is_some_and(|at| at != proved.at) {
        return Ok(None);
    }
    let (organisation, model) = app.store.organisation(user.org).await?;
    let totp = factors::find_totp(db, user.org, user.id).await?;
    let passkeys = passkeys::list(db, user.org, user.id).await?;
    let person = users::person(app, user).await?;
    let is_mfa_required = passwords::is_mfa_required(&organisation, &model, &person);
    let is_due_now = matches!(state.wanted, Wanted::Authenticator(_)) || state.wanted.wants_two_factors();
    let has = (totp.is_some(), !passkeys.is_empty());
    let mfa_deadline = match (has, is_due_now) {
        ((false, false), false) => grace::open_until(app, (&organisation, &model), &person).await?,
        ((true, _) | (_, true), _) | (_, true) => None,
    };
    let facts = Facts { mfa_deadline, ..facts(state, &proved, &password, has, is_mfa_required || is_due_now) };
    let (rules, first) = (organisation.rules(&model), First::Password(password));
    Ok(Some(Known { person, organisation, rules, first, totp, passkeys, facts, is_mfa_required }))
}

async fn by_provider(app: &App, state: &State, goes: Goes) -> Result<Option<Known>, Error> {
    let db = app.store.reader();
    let Some(vouched) = state.vouched.clone().filter(|it| (it.org, it.connection) == (goes.org, goes.connection))
    else {
        return Ok(None);
    };
    let Some(connection) = connections::find(db, goes.org, goes.connection).await?.filter(|it| !it.is_paused) else {
        return Ok(None);
    };
    let (organisation, model) = app.store.organisation(goes.org).await?;
    let user = user_rows::find(db, vouched.org, vouched.user).await?.filter(|user| is_still(user, &vouched));
    let Some(user) = user.filter(|_| !organisation.is_suspended && vouched.ends_at.is_none_or(|end| app.now() < end))
    else {
        return Ok(None);
    };
    let totp = factors::find_totp(db, user.org, user.id).await?;
    let person = users::person(app, user).await?;
    let rules = organisation.rules(&model);
    let rule = connection.settings.mfa.unwrap_or(rules.sso_mfa);
    let is_mfa_required = rule.asks_here(vouched.is_multi_factor);
    let is_wanted = state.wanted.wants_two_factors() && !vouched.is_multi_factor;
    let facts = Facts {
        identified: true,
        at_provider: true,
        provider_verified_at: Some(vouched.at),
        provider_saw_to_mfa: !is_mfa_required && !is_wanted,
        has_totp: totp.is_some(),
        totp_verified_at: state.totp_at,
        ..Facts::default()
    };
    let (first, passkeys) = (First::Provider(vouched), Vec::new());
    Ok(Some(Known { person, organisation, rules, first, totp, passkeys, facts, is_mfa_required }))
}

/// True while the user is as it was when the provider vouched for it.
fn is_still(user: &User, vouched: &Vouched) -> bool {
    let is_of_provider = user.sign_in == SignIn::Sso && user.managed_by == Some(vouched.connection);
    user.is_active() && is_of_provider && user.epoch == vouched.epoch
}

impl Known {
    /// True where a passkey may be made in place of an authenticator: not for those who sign in elsewhere.
    pub(super) fn may_make_passkeys(&self, app: &App) -> bool {
        let is_local = match self.first {
            First::Password(_) | First::Passkey => true,
            First::Provider(_) => false,
        };
        is_local && crate::app::passkeys::are_possible(app)
    }
}

fn facts(
    state: &State,
    proved: &Proved,
    password: &StoredPassword,
    (has_totp, has_passkey): (bool, bool),
    is_mfa_required: bool,
) -> Facts {
    let passkey = state.passkey.filter(|it| it.proved.user == proved.user && it.proved.epoch == proved.epoch);
    Facts {
        identified: state.typed.is_some(),
        password_verified_at: Some(proved.at),
        must_change_password: password.must_change,
        has_totp,
        totp_verified_at: state.totp_at,
        has_passkey,
        passkey_verified_at: passkey.map(|it| it.proved.at),
        mfa_required: is_mfa_required,
        enrolment_skipped: state.enrolment_skipped,
        ..Facts::default()
    }
}

/// The password with which this user may sign in, if there is one at this moment. The same is asked of the database when
/// there is no such user.
pub(super) async fn usable_password(app: &App, user: Option<&User>) -> Result<Option<StoredPassword>, Error> {
    let db = app.store.reader();
    let (org, id) = user.map_or_else(|| (OrgId::new(), UserId::new()), |user| (user.org, user.id));
    let password = crate::store::passwords::find(db, org, id).await?;
    let organisation = organisations::find(db, org).await?;
    if organisation.is_none_or(|it| it.is_suspended) {
        return Ok(None);
    }
    Ok(password.filter(|password| user.is_some_and(|user| passwords::opens(user, password, app.now()))))
}

/// The user whom the typed name means; nobody when it could be several, unless one of them has signed in last in this
/// browser.
pub(super) async fn named(
    app: &App,
    state: &State,
    device: Option<&str>,
) -> Result<(Option<OrgId>, Option<User>), Error> {
    if let Some(it) = state.wanted.oneself() {
        return Ok((Some(it.org), user_rows::find(app.store.reader(), it.org, it.user).await?));
    }
    let typed = state.typed.as_deref().unwrap_or_default();
    let org = match place(app, state).await? {
        Where::In(org) => Some(org),
        Where::Anywhere => match owner(app, device).await?.filter(|it| fold(&it.user_name) == fold(typed)) {
            Some(user) => return Ok((Some(user.org), Some(user))),
            None => None,
        },
        Where::Nowhere => return Ok((None, None)),
    };
    passwords::named(app, org, typed).await.map(|user| (org, user))
}

/// Who has signed in last in a browser.
async fn owner(app: &App, device: Option<&str>) -> Result<Option<User>, Error> {
    match device.and_then(|it| devices::owner(app, it)) {
        Some((org, id)) => user_rows::find(app.store.reader(), org, id).await,
        None => Ok(None),
    }
}

/// In which organisation somebody signs in.
pub(super) enum Where {
    /// In this one.
    In(OrgId),
    /// Nobody has said which one.
    Anywhere,
    /// The one that was named does not exist.
    Nowhere,
}

/// In which organisation an attempt signs in, as far as the application, the address or the form has said.
pub(super) async fn place(app: &App, state: &State) -> Result<Where, Error> {
    if let Wanted::Application(application) = &state.wanted
        && let Some(org) = application.org
    {
        return Ok(Where::In(org));
    }
    let Some(slug) = &state.organisation else { return Ok(Where::Anywhere) };
    let found = organisations::find_by_slug(app.store.reader(), &fold(slug)).await?;
    Ok(found.map_or(Where::Nowhere, |organisation| Where::In(organisation.id)))
}

/// What the identifier page asks for besides the name: the short name typed so far, where there are several
/// organisations and nothing else says which is meant.
pub(super) async fn asked_organisation(app: &App, state: &State) -> Result<Option<String>, Error> {
    let is_given = state.wanted.oneself().is_some() || state.wanted.application().is_some_and(|it| it.org.is_some());
    if is_given || !are_several(app).await? {
        return Ok(None);
    }
    Ok(Some(state.organisation.clone().unwrap_or_default()))
}

/// True when a name alone may not say who is meant.
pub async fn are_several(app: &App) -> Result<bool, Error> {
    Ok(organisations::count(app.store.reader()).await? > 1)
}
