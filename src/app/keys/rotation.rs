//! How one signing key follows another.
//!
//! **Invariant:** a key is published for longer than anybody keeps the key set before it signs, so that nobody meets a
//! signature by a key that they do not know; only [`replace`], for a key that may be in foreign hands, does not wait.
//! **Invariant:** a key that was replaced in need is gone at once, and whatever it signed is refused from then on; by a server on
//! SQLite that another process has told nothing, within a second.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{KeyLine, commit, generate, insert, line, of};
use crate::app::App;
use crate::domain::Error;
use crate::domain::id::{KeyId, OrgId};
use crate::domain::policy::{Action, Actor, JOB_KEYS, Permit, Target};
use crate::oidc::jwt::Algorithm;
use crate::store::Tx;
use crate::store::keys::{self, KeyState, StoredKey};

/// How long a key signs.
const ROTATE_AFTER: Duration = Duration::from_hours(30 * 24);
/// How long a key is published before it signs: twice as long as the key set may be kept.
const PUBLISHED_BEFORE: Duration = Duration::from_mins(20);
/// How long a retired key is published: the longest life of a token, and a day for those who cache.
const PUBLISH_RETIRED: Duration = Duration::from_mins(24 * 60 + 5);

/// Publishes the key that will sign next, for one algorithm or for each that is in use; the job of the keys lets it sign
/// when everybody can know it. Answers the keys that come next.
pub async fn rotate(app: &App, actor: &Actor, only: Option<Algorithm>) -> Result<Vec<KeyLine>, Error> {
    let mut coming = Vec::new();
    for algorithm in in_use(app, only).await? {
        let key = generate(app, algorithm).await?;
        let tx = app.begin(OrgId::OPERATOR).await?;
        if let Some(waiting) = of(&tx, algorithm, KeyState::Next).await?.pop() {
            coming.push(line(waiting));
            continue;
        }
        let id = KeyId::new();
        let (tx, permit) = app.ask(tx, actor, Action::RotateKey, Target::Key { id }).await?;
        let stored = insert(app, &tx, (id, KeyState::Next), &key).await?;
        commit(app, tx, vec![permit]).await?;
        coming.push(line(stored));
    }
    Ok(coming)
}

/// Lets a new key sign from now on, for one algorithm or for each that is in use, and takes all others of it away: what they
/// signed is believed by nobody any more who asks for the key set. Answers the new keys.
pub async fn replace(app: &App, actor: &Actor, only: Option<Algorithm>) -> Result<Vec<KeyLine>, Error> {
    let mut made = Vec::new();
    for algorithm in in_use(app, only).await? {
        let key = generate(app, algorithm).await?;
        let tx = app.begin(OrgId::OPERATOR).await?;
        let old: Vec<StoredKey> =
            keys::list(&*tx).await?.into_iter().filter(|it| it.algorithm == algorithm.as_str()).collect();
        let id = KeyId::new();
        let (tx, permit) = app.ask(tx, actor, Action::RotateKey, Target::Key { id }).await?;
        let stored = insert(app, &tx, (id, KeyState::Active), &key).await?;
        let old: Vec<KeyId> = old.into_iter().map(|key| key.id).collect();
        remove(app, tx, actor, (old, vec![permit])).await?;
        made.push(line(stored));
    }
    Ok(made)
}

/// What the job of the keys does: publishes the successors of keys that have signed long enough, lets those sign that everybody
/// can know, takes away those that nobody needs.
pub async fn tend(app: &App) -> Result<(), Error> {
    let (now, job) = (app.now(), Actor::Job(JOB_KEYS));
    let stored = keys::list(app.store.reader()).await?;
    for key in &stored {
        let algorithm = Algorithm::named(&key.algorithm);
        match (key.state, algorithm) {
            (KeyState::Next, Some(algorithm)) if now.since(key.created_at) >= PUBLISHED_BEFORE => {
                promote(app, &job, algorithm).await?;
            }
            (KeyState::Active, Some(_)) if now.since(key.created_at) >= ROTATE_AFTER => {
                rotate(app, &job, algorithm).await?;
            }
            (KeyState::Next | KeyState::Active | KeyState::Retired, _) => {}
        }
    }
    let before = now.before(PUBLISH_RETIRED);
    let is_over = |key: &&StoredKey| key.retired_at.is_some_and(|at| at < before);
    let gone: Vec<KeyId> = stored.iter().filter(is_over).map(|key| key.id).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let tx = app.begin(OrgId::OPERATOR).await?;
    remove(app, tx, &job, (gone, Vec::new())).await
}

/// Lets the key sign that was published for it, in place of the present one.
async fn promote(app: &App, actor: &Actor, algorithm: Algorithm) -> Result<(), Error> {
    let tx = app.begin(OrgId::OPERATOR).await?;
    // Another node may have been faster.
    let Some(next) = of(&tx, algorithm, KeyState::Next).await?.pop() else { return Ok(()) };
    let (tx, permit) = app.ask(tx, actor, Action::RotateKey, Target::Key { id: next.id }).await?;
    for old in of(&tx, algorithm, KeyState::Active).await? {
        keys::retire(&tx, old.id).await?;
    }
    keys::activate(&tx, next.id).await?;
    commit(app, tx, vec![permit]).await
}

/// Takes these keys away in a unit that may have done something else before.
async fn remove(
    app: &App,
    mut tx: Tx,
    actor: &Actor,
    (gone, mut permits): (Vec<KeyId>, Vec<Permit>),
) -> Result<(), Error> {
    for id in gone {
        let (same, permit) = app.ask(tx, actor, Action::RemoveKey, Target::Key { id }).await?;
        keys::delete(&same, id).await?;
        tx = same;
        permits.push(permit);
    }
    commit(app, tx, permits).await
}

/// The algorithms that a key signs with, or the one of them that is meant.
async fn in_use(app: &App, only: Option<Algorithm>) -> Result<BTreeSet<Algorithm>, Error> {
    super::current(app).await?;
    let stored = keys::list(app.store.reader()).await?;
    let used =
        stored.iter().filter(|key| key.state == KeyState::Active).filter_map(|key| Algorithm::named(&key.algorithm));
    let used: BTreeSet<Algorithm> = used.filter(|it| only.is_none_or(|only| only == *it)).collect();
    match only {
        Some(only) if used.is_empty() => {
            Err(Error::malformed("algorithm", format!("no key signs with {}; nothing was changed", only.as_str())))
        }
        Some(_) | None => Ok(used),
    }
}
