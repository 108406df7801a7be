//! Who an attempt is about: the user behind what was typed, and the facts about somebody whose password was right.

use super::Wanted;
use super::attempt::{Proved, State};
use crate::app::App;
use crate::app::passwords;
use crate::app::users::{self, Person};
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};
use crate::domain::organisation::Organisation;
use crate::domain::password::PasswordPolicy;
use crate::domain::signin::Facts;
use crate::domain::text::fold;
use crate::domain::user::User;
use crate::store::factors::{self, StoredTotp};
use crate::store::passwords::StoredPassword;
use crate::store::{organisations, users as user_rows};

/// Somebody whose password was right within this attempt.
pub(super) struct Known {
    pub(super) person: Person,
    pub(super) organisation: Organisation,
    pub(super) password_policy: PasswordPolicy,
    pub(super) password: StoredPassword,
    pub(super) totp: Option<StoredTotp>,
    pub(super) facts: Facts,
}

/// The person behind the proofs of an attempt, read anew; nobody when the user has changed since.
pub(super) async fn load(app: &App, state: &State) -> Result<Option<Known>, Error> {
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
    let (organisation, model) = app.store.organisation(user.org).await?;
    let totp = factors::find_totp(db, user.org, user.id).await?;
    let person = users::person(app, user).await?;
    let is_wanted = matches!(state.wanted, Wanted::Authenticator(_));
    let is_mfa_required = is_wanted || passwords::is_mfa_required(&organisation, &model, &person);
    let facts = facts(state, &proved, &password, totp.is_some(), is_mfa_required);
    let password_policy = model.settings().password;
    Ok(Some(Known { person, organisation, password_policy, password, totp, facts }))
}

fn facts(state: &State, proved: &Proved, password: &StoredPassword, has_totp: bool, is_mfa_required: bool) -> Facts {
    Facts {
        identified: state.typed.is_some(),
        password_verified_at: Some(proved.at),
        must_change_password: password.must_change,
        has_totp,
        totp_verified_at: state.totp_at,
        mfa_required: is_mfa_required,
        mfa_deadline: None,
        enrolment_skipped: false,
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

/// The user whom the typed name means; nobody when it could be several.
pub(super) async fn named(app: &App, state: &State) -> Result<(Option<OrgId>, Option<User>), Error> {
    let db = app.store.reader();
    if let Some(it) = state.wanted.oneself() {
        return Ok((Some(it.org), user_rows::find(db, it.org, it.user).await?));
    }
    let typed = state.typed.as_deref().unwrap_or_default();
    let org = match (&state.wanted, &state.organisation) {
        (Wanted::Application(application), _) if application.org.is_some() => application.org,
        (_, Some(slug)) => match organisations::find_by_slug(db, &fold(slug)).await? {
            Some(organisation) => Some(organisation.id),
            None => return Ok((None, None)),
        },
        (_, None) => None,
    };
    passwords::named(app, org, typed).await.map(|user| (org, user))
}

/// What the identifier page asks for besides the name: the short name typed so far, where there are several
/// organisations and nothing else says which is meant.
pub(super) async fn asked_organisation(app: &App, state: &State) -> Result<Option<String>, Error> {
    let is_given = match &state.wanted {
        Wanted::Application(application) => application.org.is_some(),
        Wanted::Account | Wanted::NewPassword(_) | Wanted::Proof(_) | Wanted::Authenticator(_) => false,
    };
    if is_given || !are_several(app).await? {
        return Ok(None);
    }
    Ok(Some(state.organisation.clone().unwrap_or_default()))
}

/// True when a name alone may not say who is meant.
pub async fn are_several(app: &App) -> Result<bool, Error> {
    Ok(organisations::count(app.store.reader()).await? > 1)
}
