//! Members that identity providers have put into groups before they pushed them.

use crate::app::App;
use crate::app::connections::MANAGE;
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::policy::Actor;
use crate::store::roster;

pub use crate::store::roster::Awaited;

/// Whom the groups of an organisation wait for, group by group, and how many they are.
pub async fn list(app: &App, actor: &Actor, org: OrgId, most: u64) -> Result<(Vec<Awaited>, u64), Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, MANAGE)?;
    let db = app.store.reader();
    Ok((roster::awaited(db, org, most).await?, roster::count_awaited(db, org).await?))
}
