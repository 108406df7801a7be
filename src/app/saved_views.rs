//! Views of the list of users that people keep under a name, and how close its rows stand for them.
//!
//! **Invariant:** a private view is seen and taken away by its owner alone; for others it does not exist.
//! **Invariant:** a view is a way to the list and gives nobody a right: whoever opens it sees what the role allows.

use serde_json::json;

use crate::app::App;
use crate::app::users::{self, Person};
use crate::domain::id::SavedViewId;
use crate::domain::policy::{Action, Actor, Change};
use crate::domain::role::RoleModel;
use crate::domain::saved_view::{QUERY_MAX, VIEWS_MAX, check};
use crate::domain::user_list::UserList;
use crate::domain::{Conflict, Error, Flaw};
use crate::store::saved_views;

pub use crate::domain::saved_view::{NAME_MAX, SavedView};

/// The permission that it takes to show a view to everybody.
pub const SHARE: &str = "org.account:manage";

/// A view to keep.
#[derive(Debug, Clone)]
pub struct NewView {
    /// What to call it.
    pub name: String,
    /// The words of the address.
    pub query: String,
    /// Whether everybody is to see it.
    pub is_shared: bool,
}

/// Whether somebody may show views to everybody, and take away those of others that are shown to everybody.
pub fn may_share(actor: &Actor, model: &RoleModel) -> bool {
    actor.may(model, SHARE).is_ok()
}

/// The views that this person sees.
pub async fn list(app: &App, of: &Person) -> Result<Vec<SavedView>, Error> {
    saved_views::list(app.store.reader(), of.user.org, of.user.id).await
}

/// Keeps a view.
pub async fn save(app: &App, actor: &Actor, of: &Person, new: NewView) -> Result<SavedView, Error> {
    let name = new.name.trim().to_owned();
    check(&name)?;
    if new.query.chars().count() > QUERY_MAX {
        return Err(Error::invalid("query", Flaw::TooLong { characters_max: QUERY_MAX }));
    }
    let words: Vec<_> = url::form_urlencoded::parse(new.query.as_bytes()).collect();
    UserList::read(words.iter().map(|(name, value)| (&**name, &**value)))?;
    let tx = app.begin(of.user.org).await?;
    let person = users::load(&tx, of.user.id).await?;
    let action = Action::SaveView { is_shared: new.is_shared };
    let (tx, permit) = app.ask(tx, actor, action, person.target()).await?;
    let known = saved_views::list(&*tx, tx.org, person.user.id).await?;
    if known.iter().filter(|it| it.owner == person.user.id).count() >= VIEWS_MAX {
        return Err(Conflict::TooMany.into());
    }
    let view = SavedView {
        id: SavedViewId::new(),
        org: tx.org,
        owner: person.user.id,
        name,
        query: new.query,
        is_shared: new.is_shared,
        created_at: tx.now,
    };
    saved_views::insert(&tx, &view).await?;
    tx.commit(permit).await?;
    Ok(view)
}

/// Takes a view away: one's own, or a shared one for somebody who may share.
pub async fn delete(app: &App, actor: &Actor, of: &Person, id: SavedViewId) -> Result<(), Error> {
    let tx = app.begin(of.user.org).await?;
    let person = users::load(&tx, of.user.id).await?;
    let view = saved_views::get(&*tx, tx.org, id).await?;
    let is_own = view.owner == person.user.id;
    if !is_own && !view.is_shared {
        return Err(Error::NotFound("view"));
    }
    let action = Action::DeleteView { is_of_others: !is_own };
    let (tx, permit) = app.ask(tx, actor, action, person.target()).await?;
    saved_views::delete(&tx, id).await?;
    tx.commit(permit).await
}

/// True when the rows of the list stand close for this person.
pub async fn is_dense(app: &App, of: &Person) -> Result<bool, Error> {
    saved_views::is_dense(app.store.reader(), of.user.org, of.user.id).await
}

/// Chooses how close the rows of the list stand for oneself.
pub async fn set_dense(app: &App, actor: &Actor, of: &Person, is_dense: bool) -> Result<(), Error> {
    let tx = app.begin(of.user.org).await?;
    let person = users::load(&tx, of.user.id).await?;
    let was = saved_views::is_dense(&*tx, tx.org, person.user.id).await?;
    let changes = vec![Change::new("console.dense", Some(json!(was)), Some(json!(is_dense)))];
    let (tx, permit) = app.ask(tx, actor, Action::UpdateOwnProfile { changes }, person.target()).await?;
    if was == is_dense {
        return Ok(());
    }
    saved_views::set_dense(&tx, person.user.id, is_dense).await?;
    tx.commit(permit).await
}
