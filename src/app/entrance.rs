//! Whether somebody could sign in now, for those who administer the organisation.
//!
//! **Invariant:** looking changes nothing: no try is counted and no grace begins.

use crate::app::federation::person;
use crate::app::passwords::is_mfa_required;
use crate::app::throttle::{self, Subject};
use crate::app::users::{self, Person};
use crate::app::{App, grace};
use crate::domain::Error;
use crate::domain::entrance::{Factor, PasswordState, ProviderState, Standing, Way, judge};
use crate::domain::id::UserId;
use crate::domain::organisation::Organisation;
use crate::domain::policy::Actor;
use crate::domain::role::RoleModel;
use crate::domain::user::SignIn;
use crate::store::passwords::StoredPassword;
use crate::store::{connections, factors, identities, passwords};

pub use crate::domain::entrance::{Duty, Obstacle, Verdict};

/// Whether this user could sign in now, for somebody who may see it.
pub async fn show(app: &App, actor: &Actor, id: UserId) -> Result<Verdict, Error> {
    let person = users::show(app, actor, id).await?;
    of(app, &person).await
}

/// Whether this person could sign in now.
pub async fn of(app: &App, person: &Person) -> Result<Verdict, Error> {
    let (organisation, model) = app.store.organisation(person.user.org).await?;
    let way = match person.user.sign_in {
        SignIn::Password => by_password(app, (&organisation, &model), person).await?,
        SignIn::Sso => Way::Provider(provider(app, person).await?),
    };
    let standing = Standing { is_suspended: organisation.is_suspended, status: person.user.status, way };
    Ok(judge(&standing, app.now()))
}

async fn by_password(app: &App, of: (&Organisation, &RoleModel), person: &Person) -> Result<Way, Error> {
    let (db, user) = (app.store.reader(), &person.user);
    let password = passwords::find(db, user.org, user.id).await?;
    let ends_at = |it: &StoredPassword| it.spent_at.or(it.expires_at);
    let password = password.map(|it| PasswordState { must_change: it.must_change, expires_at: ends_at(&it) });
    let throttle = throttle::peek(app, Subject::user(app, user.id)?).await?;
    let is_settled = !is_mfa_required(of.0, of.1, person) || factors::has_any(db, user.org, user.id).await?;
    let factor = match grace::peek(app, of, person).await? {
        _ if is_settled => Factor::Settled,
        Some(until) => Factor::DueBy(until),
        None => Factor::Due,
    };
    Ok(Way::Password { password, throttle, factor })
}

async fn provider(app: &App, person: &Person) -> Result<Option<ProviderState>, Error> {
    let (db, user) = (app.store.reader(), &person.user);
    let Some(id) = user.managed_by else { return Ok(None) };
    let Some(connection) = connections::find(db, user.org, id).await? else { return Ok(None) };
    Ok(Some(ProviderState {
        is_paused: connection.is_paused,
        takes_sign_ins: connection.settings.sign_in().is_some(),
        is_linked: identities::subject_of(db, user.org, user.id, id).await?.is_some(),
        has_external_id: user.external_id.is_some(),
        never_matches: user.external_id.as_deref().is_some_and(|it| connection.kind.never_means(it)),
        links_by_email: person::is_found_by_address(app, &connection, user).await?,
    }))
}
