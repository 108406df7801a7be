//! Recovery codes: made with a second factor, shown once, each good for one sign-in.
//!
//! **Invariant:** what is kept of a code is its hash; a new set voids the one before.

use anyhow::Context as _;

use crate::app::mail::{self, Letter, Whence};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::policy::Action;
use crate::domain::recovery::RecoveryCode;
use crate::domain::secret::Secret;
use crate::domain::user::User;
use crate::store::recovery_codes;

/// Hashes a set, each code as it is shown, in order.
pub(crate) async fn hash_all(app: &App, codes: &[Secret<String>]) -> Result<Vec<String>, Error> {
    let mut under_way = Vec::with_capacity(codes.len());
    for code in codes {
        let code = RecoveryCode::read(code.reveal()).context("a recovery code of ours cannot be read")?;
        let app = app.clone();
        under_way.push(tokio::spawn(async move { app.hasher.hash(code.canonical()).await }));
    }
    let mut hashes = Vec::with_capacity(codes.len());
    for hash in under_way {
        hashes.push(hash.await.map_err(anyhow::Error::new)??);
    }
    Ok(hashes)
}

/// Uses up a code of somebody who signs in; false when it is none, or was used before.
pub(crate) async fn redeem(app: &App, user: &User, typed: &str, whence: Whence) -> Result<bool, Error> {
    let Some(code) = RecoveryCode::read(typed) else {
        return Ok(false);
    };
    let stored = recovery_codes::find(app.store.reader(), user.org, user.id, code.place).await?;
    let is_right = app.hasher.verify(code.canonical(), stored.clone()).await?.is_right;
    let Some(phc) = stored.filter(|_| is_right) else {
        return Ok(false);
    };
    let tx = app.begin_shared(user.org).await?;
    let person = users::load(&tx, user.id).await?;
    let (tx, permit) = app.ask(tx, &person.actor(None), Action::UseRecoveryCode, person.target()).await?;
    if !recovery_codes::redeem(&tx, user.id, code.place, &phc).await? {
        return Ok(false);
    }
    let left = recovery_codes::count_left(&*tx, user.org, user.id).await?;
    mail::queue_done(app, &tx, &person.user, Letter::RecoveryCodeUsed { left }, whence).await?;
    tx.commit(permit).await?;
    Ok(true)
}
