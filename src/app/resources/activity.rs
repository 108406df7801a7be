//! What was done to a resource: told by its application, and shown with what was done here.

use super::{begin, target};
use crate::app::App;
use crate::app::history::{self, Event};
use crate::domain::id::{OrgId, UserId};
use crate::domain::policy::{Action, Actor};
use crate::domain::resource::{Resource, ResourceKey};
use crate::domain::text::has_control;
use crate::domain::{Error, Flaw};
use crate::store::{audit, users};

/// The most characters of the word for what was done in an application.
const DEED_MAX: usize = 64;
/// The most characters of what should be known of it besides.
const DETAILS_MAX: usize = 500;
/// So many of the deeds on a resource are shown.
const DEEDS: u64 = 20;

/// What an application tells was done in it.
#[derive(Debug, Clone)]
pub struct Activity {
    /// What, in the application's own word: `updated`, `run.started`.
    pub deed: String,
    /// Who did it there.
    pub by: Option<UserId>,
    /// What should be known of it besides.
    pub details: Option<String>,
}

impl Activity {
    fn check(&self) -> Result<(), Error> {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
        if !(1..=DEED_MAX).contains(&self.deed.len()) || !self.deed.bytes().all(is_plain) {
            let rule = format!("use 1 to {DEED_MAX} small letters, digits and ._-, such as run.started");
            return Err(Error::malformed("deed", rule));
        }
        let is_long = |it: &String| it.chars().count() > DETAILS_MAX || has_control(it);
        if self.details.as_ref().is_some_and(is_long) {
            return Err(Error::invalid("details", Flaw::TooLongOrLines { characters_max: DETAILS_MAX }));
        }
        Ok(())
    }
}

/// Keeps what an application tells was done in it to a resource.
pub async fn report(
    app: &App,
    actor: &Actor,
    (org, key): (OrgId, &ResourceKey),
    activity: Activity,
) -> Result<(), Error> {
    activity.check()?;
    let (tx, found) = begin(app, actor, org, key).await?;
    let Activity { deed, by, details } = activity;
    let (tx, permit) = app.ask(tx, actor, Action::ReportActivity { deed, by, details }, target(&found)).await?;
    if let Some(by) = by {
        match users::find(&*tx, org, by).await? {
            Some(_) => {}
            None => return Err(Error::malformed("user", "name a user of this organisation, by id")),
        }
    }
    tx.commit(permit).await
}

/// What was done to a resource, here and in its application, newest first, for those who see it.
pub async fn history(app: &App, of: &Resource) -> Result<Vec<Event>, Error> {
    let rows = audit::of_target(app.store.reader(), of.org, &of.id.to_string(), None, DEEDS).await?;
    history::told(app, of.org, rows).await
}
