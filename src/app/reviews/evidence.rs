//! The files that prove a review.

use super::{MANAGE, org_of, target};
use crate::app::App;
use crate::domain::Error;
use crate::domain::id::ReviewId;
use crate::domain::policy::{Action, Actor, ReviewDeed};
use crate::domain::review::evidence::{Surroundings, pack};
use crate::store::{review_items, reviews};

/// A file to keep.
pub struct Evidence {
    /// Its name.
    pub name: String,
    /// A ZIP archive.
    pub content: Vec<u8>,
}

/// What proves a review, for who manages reviews; that it was handed over is recorded first.
pub async fn evidence(app: &App, actor: &Actor, id: ReviewId) -> Result<Evidence, Error> {
    let org = org_of(app, actor, id).await?;
    let (organisation, model) = app.store.organisation(org).await?;
    actor.may(&model, MANAGE)?;
    let db = app.store.reader();
    let review = reviews::get(db, org, id).await?;
    let items = review_items::all(db, org, id).await?;
    let mut asked: Vec<_> =
        items.iter().flat_map(|it| it.reviewer.into_iter().chain(it.decided.as_ref().map(|it| it.by))).collect();
    asked.sort_unstable();
    asked.dedup();
    let around =
        Surroundings { organisation: organisation.slug.clone(), reviewers: super::names(app, org, &asked).await? };
    let name = format!("{}-review-{}.zip", organisation.slug, review.id);
    let (deed, of) = (Action::Review(ReviewDeed::Export), target(&review));
    let signer = app.clone();
    // Packing takes long, so it is done beside the requests, and before anything is recorded as handed over.
    let packing = tokio::task::spawn_blocking(move || {
        pack(&review, &items, &around, |it| serde_json::json!(signer.seal.sign_record(it)))
    });
    let content = packing.await.map_err(anyhow::Error::new)??;
    let tx = app.begin(org).await?;
    let (tx, permit) = app.ask(tx, actor, deed, of).await?;
    tx.commit(permit).await?;
    Ok(Evidence { name, content })
}
