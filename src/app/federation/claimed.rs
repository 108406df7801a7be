//! Roles that an ID token claims.
//!
//! **Invariant:** a sign-in gives no role. Roles come over SCIM, from mapped groups, the default of the connection and by
//! hand, each under its ceiling; an ID token that names one that the person does not hold changes nothing and is recorded.

use crate::app::users::Person;
use crate::app::{App, provisioner};
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::policy::Action;
use crate::domain::role::RoleKey;
use crate::oidc::upstream::id_token::Said;

/// Records the roles that the provider claims for somebody who does not hold them.
pub(in crate::app) async fn refuse(app: &App, of: &Connection, person: &Person, said: &Said) -> Result<(), Error> {
    let (_, model) = app.store.organisation(of.org).await?;
    let held = person.effective.held();
    let named = said.roles.iter().filter_map(|word| RoleKey::parse(word).ok());
    let mut roles: Vec<RoleKey> = named.filter(|role| model.get(role).is_some() && !held.contains(role)).collect();
    roles.sort();
    roles.dedup();
    if roles.is_empty() {
        return Ok(());
    }
    let record = provisioner::actor(of)?.denial_record(&Action::ClaimRoles { roles }, &person.target());
    app.store.record(record, app.now()).await
}
