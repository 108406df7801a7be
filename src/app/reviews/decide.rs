//! What somebody says who is asked in a review.
//!
//! **Invariant:** only whoever is asked decides, never about themselves, and nothing that they could not do themselves.
//! **Invariant:** what was said last counts, until the review is closed.

use super::{ASKED, Asked, begin, carry_out, may_decide, own, target};
use crate::app::App;
use crate::domain::id::{ReviewId, ReviewItemId, UserId};
use crate::domain::policy::{Action, Actor, ReviewDeed};
use crate::domain::review::{Decided, Decision, Held, Item, Review, Silence, State};
use crate::domain::role::{Role, RoleModel, Source};
use crate::domain::{Conflict, Error, Flaw};
use crate::store::{Tx, outbox, review_items, reviews};

/// So many places are decided about at once.
const AT_ONCE_MAX: u64 = 500;

/// What somebody says about one place.
#[derive(Debug, Clone)]
pub struct Said {
    /// The place.
    pub item: ReviewItemId,
    /// What is to become of it.
    pub what: Decision,
    /// Why.
    pub comment: String,
}

/// Keeps what somebody says; not submitted it is only noted down.
pub async fn decide(
    app: &App,
    actor: &Actor,
    id: ReviewId,
    (said, is_submitted): (Vec<Said>, bool),
) -> Result<Vec<Item>, Error> {
    are_some("decisions", said.len())?;
    let me = own(actor)?;
    let (tx, review) = begin(app, actor, id).await?;
    let counted = |what: &str| u64::try_from(said.iter().filter(|it| it.what.word() == what).count()).unwrap_or(0);
    let places: Vec<ReviewItemId> = said.iter().map(|it| it.item).collect();
    let deed = ReviewDeed::Decide { places: places.clone(), kept: counted("keep"), is_submitted };
    let (tx, permit) = app.ask(tx, actor, Action::Review(deed), target(&review)).await?;
    if review.state != State::Active {
        return Err(Conflict::ReviewIsNotOpen.into());
    }
    let found = review_items::among(&*tx, (review.org, id), &places).await?;
    for it in &said {
        let item = found.iter().find(|item| item.id == it.item).ok_or(Error::NotFound("place of this review"))?;
        if item.is_about(me) {
            return Err(Error::invalid("decision", Flaw::OwnAccess));
        }
        if item.reviewer != Some(me) {
            return Err(Error::NotFound("place of this review"));
        }
        item.check(&it.what, &it.comment)?;
        if is_submitted {
            if it.what == Decision::Keep && review.asks_why(item) && it.comment.trim().is_empty() {
                return Err(Error::invalid("comment", Flaw::Why));
            }
            could_do(&tx, actor, item, &it.what).await?;
        }
        if !is_submitted && is_decided(item) {
            return Err(Error::invalid("submit", Flaw::IsDecided));
        }
        let comment = it.comment.trim().to_owned();
        let decided = Decided { what: it.what.clone(), comment, by: me, at: tx.now, is_submitted };
        review_items::decide(&tx, item, &decided).await?;
    }
    let after = review_items::among(&*tx, (review.org, id), &places).await?;
    tx.commit(permit).await?;
    Ok(after)
}

/// Hands places on to somebody else who may decide: by whoever is asked about them, or by who manages reviews.
pub async fn hand_on(
    app: &App,
    actor: &Actor,
    id: ReviewId,
    (items, to): (&[ReviewItemId], UserId),
) -> Result<(), Error> {
    are_some("items", items.len())?;
    let (tx, review) = begin(app, actor, id).await?;
    let me = own(actor).ok();
    let is_mine = |it: &Item| me.is_some() && it.reviewer == me;
    let found = review_items::among(&*tx, (review.org, id), items).await?;
    // Whoever takes places from those who are asked says what becomes of them when nobody decides.
    let takes_over = !found.iter().all(is_mine);
    let silence = if takes_over { review.terms.silence } else { Silence::Keep };
    let deed = ReviewDeed::HandOn { places: items.to_vec(), to, silence };
    let (tx, permit) = app.ask(tx, actor, Action::Review(deed), target(&review)).await?;
    if review.state.is_over() || review.state == State::Closing {
        return Err(Conflict::ReviewIsOver.into());
    }
    if !may_decide(&*tx, tx.roles()?, (review.org, to)).await? {
        return Err(Error::invalid("to", Flaw::Reviewers));
    }
    let manages = super::may_manage(actor, tx.roles()?);
    if found.len() != items.len() || found.iter().any(|it| !manages && !is_mine(it)) {
        return Err(Error::NotFound("place of this review"));
    }
    for item in &found {
        if item.is_about(to) {
            return Err(Error::invalid("to", Flaw::OwnAccess));
        }
        if is_decided(item) {
            return Err(Error::invalid("items", Flaw::IsDecided));
        }
        review_items::ask(&tx, item, Some(to)).await?;
    }
    if silence != Silence::Keep {
        reviews::moved(&tx, &Review { silence_by: actor.account_id(), ..review.clone() }, review.state).await?;
    }
    if review.state == State::Active {
        outbox::insert(&tx, ASKED, &Asked::one(id, to)).await?;
    }
    tx.commit(permit).await
}

/// Refuses none, and too many.
fn are_some(field: &str, count: usize) -> Result<(), Error> {
    let is_fine = u64::try_from(count).is_ok_and(|it| (1..=AT_ONCE_MAX).contains(&it));
    if is_fine { Ok(()) } else { Err(Error::invalid(field, Flaw::NotBetween { from: 1, to: AT_ONCE_MAX })) }
}

fn is_decided(item: &Item) -> bool {
    item.decided.as_ref().is_some_and(|it| it.is_submitted)
}

/// The roles that may take the place of the one that a place is about: lower ones.
pub fn may_reduce_to<'m>(model: &'m RoleModel, item: &Item) -> Vec<&'m Role> {
    let Held::Role { role, source: Some(Source::Manual) } = &item.held else { return Vec::new() };
    let rank = model.get(role).map_or(0, |it| it.rank);
    model.roles().iter().filter(|it| it.rank < rank).collect()
}

/// Refuses what could not be done now, so that nobody learns of it only when the review is closed.
async fn could_do(tx: &Tx, actor: &Actor, item: &Item, what: &Decision) -> Result<(), Error> {
    if let Decision::Reduce { role } = what
        && !may_reduce_to(tx.roles()?, item).iter().any(|it| it.key == *role)
    {
        return Err(Error::invalid("role", Flaw::Below));
    }
    carry_out::could_be_done(tx, actor, item, what).await
}
