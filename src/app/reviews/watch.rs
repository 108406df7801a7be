//! What the server does for reviews by itself: it begins them, reminds of them, ends them, sees whether an identity provider has
//! done what was handed over to it, and tells of a quarter without any.
//!
//! **Invariant:** each of these happens once, by whichever node; that it happened stands in rows.

use super::{ASKED, Asked, CARRY_OUT, carry_out, close, insert, may_decide, snapshot, staging, target};
use crate::app::App;
use crate::app::mail::Letter;
use crate::domain::id::{OrgId, ReviewId, ReviewItemId, UserId};
use crate::domain::policy::{Action, Actor, JOB_REVIEWS, ReviewDeed, Target};
use crate::domain::review::reminder::{PATIENCE, Quarter, due_by};
use crate::domain::review::{Ended, Outcome, Plan, Review, Schedule, Silence, State};
use crate::domain::{Conflict, Error};
use crate::store::outbox::Message;
use crate::store::{outbox, review_items, reviews};

/// The kind of the outbox message that tells of a quarter without a review.
pub(crate) const NUDGE: &str = "review-nudge";
const JOB: Actor = Actor::Job(JOB_REVIEWS);
/// So many places are looked at in one go.
const AT_ONCE: u64 = 200;

/// Looks after every review.
pub(crate) async fn tend(app: &App) -> Result<(), Error> {
    let db = app.store.reader();
    for due in reviews::schedules_due(db, app.now()).await? {
        kept_going("a review that is due", begin(app, due).await);
    }
    for review in reviews::all_in(db, State::Active).await? {
        kept_going("a review", look_at(app, review).await);
    }
    for review in reviews::all_in(db, State::Closing).await? {
        kept_going("a review that is being closed", go_on(app, &review).await);
    }
    for org in review_items::orgs_with_handed_over(db).await? {
        kept_going("what was handed over", see_whether_done(app, org).await);
    }
    let quarter = Quarter::of(app.now());
    if app.now() >= quarter.told_at() {
        for org in reviews::orgs_without(db, (&quarter.name(), quarter.begins())).await? {
            kept_going("a quarter without a review", miss(app, org, quarter).await);
        }
    }
    Ok(())
}

/// One that cannot be looked after keeps nobody from the others; it is tried again with the next sweep.
fn kept_going(of: &str, done: Result<(), Error>) {
    if let Err(failure) = done {
        tracing::error!(failure = %failure, "could not look after {of}");
    }
}

/// Stages and opens the review of a schedule.
async fn begin(app: &App, due: Schedule) -> Result<(), Error> {
    let id = ReviewId::new();
    let next = Schedule { next_at: due.next_after(app.now()), ..due.clone() };
    let staged = match snapshot::of(app, (due.org, id), &due.terms).await {
        // It would be too large the next time as well; the record tells why there was none.
        Err(Error::Conflict(Conflict::ReviewTooLarge)) => None,
        found => Some(found?),
    };
    let tx = app.begin(due.org).await?;
    // Somebody may have changed it meanwhile, or another node begun it.
    let is_still_due = reviews::find_schedule(&*tx, due.org, due.id).await?.is_some_and(|it| it == due);
    if !is_still_due {
        return Ok(());
    }
    reviews::put_schedule(&tx, &next).await?;
    let Some(staged) = staged else {
        let (tx, permit) = app.ask(tx, &JOB, Action::Review(ReviewDeed::Skip), super::schedules::target(&due)).await?;
        return tx.commit(permit).await;
    };
    let name = format!("{} {}", due.name, tx.now.date());
    let plan = Plan { schedule: Some(due.id), name, terms: due.terms, silence_by: due.set_by };
    let review = Review::staged((due.org, id), plan, (&staged.items, staged.warnings), tx.now).opened(tx.now);
    let (tx, staged_it) = app.ask(tx, &JOB, staging(&review.terms, review.population), target(&review)).await?;
    let opening = Action::Review(ReviewDeed::Open { silence: review.terms.silence, days: review.terms.days });
    let (tx, opened_it) = app.ask(tx, &JOB, opening, target(&review)).await?;
    insert(&tx, &review, &staged.items).await?;
    outbox::insert(&tx, ASKED, &Asked::all(id, false)).await?;
    tx.commit_all(vec![staged_it, opened_it]).await
}

/// Reminds of a review, finds others for those who may decide no more, and ends it when everything is decided, or after a while.
async fn look_at(app: &App, review: Review) -> Result<(), Error> {
    let (Some(opened), Some(due)) = (review.opened_at, review.due_at) else { return Ok(()) };
    replace_those_who_left(app, &review).await?;
    let open_items: u64 =
        review_items::open_by_reviewer(app.store.reader(), review.org, review.id).await?.iter().map(|it| it.1).sum();
    let now = app.now();
    if now >= due && (open_items == 0 || now >= due.after(PATIENCE)) {
        return close(app, &JOB, review.id).await.map(drop);
    }
    let reminders = due_by((opened, due), now);
    if reminders <= review.reminders || open_items == 0 {
        return Ok(());
    }
    let tx = app.begin(review.org).await?;
    let seen = reviews::get(&*tx, review.org, review.id).await?;
    if seen.reminders != review.reminders || seen.state != State::Active {
        return Ok(());
    }
    let reminded = Review { reminders, ..seen };
    reviews::moved(&tx, &reminded, State::Active).await?;
    outbox::insert(&tx, ASKED, &Asked::all(review.id, true)).await?;
    let (tx, permit) =
        app.ask(tx, &JOB, Action::Review(ReviewDeed::Remind { items: open_items }), target(&review)).await?;
    tx.commit(permit).await
}

/// Asks the one in reserve about what somebody was asked about who may decide no more.
async fn replace_those_who_left(app: &App, review: &Review) -> Result<(), Error> {
    let db = app.store.reader();
    let (_, model) = app.store.organisation(review.org).await?;
    let mut gone: Vec<Option<UserId>> = Vec::new();
    for (reviewer, _) in review_items::open_by_reviewer(db, review.org, review.id).await? {
        let is_gone = match reviewer {
            Some(it) => it != review.terms.fallback && !may_decide(db, &model, (review.org, it)).await?,
            None => false,
        };
        gone.extend(is_gone.then_some(reviewer));
    }
    for reviewer in gone {
        replace(app, review, reviewer).await?;
    }
    Ok(())
}

/// The same for one of those, or for what nobody is asked about; the last of the units has them written to.
async fn replace(app: &App, review: &Review, reviewer: Option<UserId>) -> Result<(), Error> {
    let (of, to) = ((review.org, review.id), review.terms.fallback);
    let which = review_items::Which { reviewer, is_open: true, ..review_items::Which::default() };
    loop {
        let tx = app.begin(review.org).await?;
        let is_open = reviews::get(&*tx, review.org, review.id).await?.state == State::Active;
        let mut items = review_items::page(&*tx, of, (which, None), AT_ONCE.saturating_add(1)).await?;
        if !is_open || items.is_empty() {
            return Ok(());
        }
        let is_last = u64::try_from(items.len()).is_ok_and(|it| it <= AT_ONCE);
        items.truncate(usize::try_from(AT_ONCE).unwrap_or(usize::MAX));
        for item in &items {
            review_items::ask(&tx, item, Some(to).filter(|it| !item.is_about(*it))).await?;
        }
        if is_last {
            outbox::insert(&tx, ASKED, &Asked::one(review.id, to)).await?;
        }
        let deed = ReviewDeed::HandOn { places: items.iter().map(|it| it.id).collect(), to, silence: Silence::Keep };
        let (tx, permit) = app.ask(tx, &JOB, Action::Review(deed), target(review)).await?;
        tx.commit(permit).await?;
        if is_last {
            return Ok(());
        }
    }
}

/// Goes on with what a node was doing that died: its message is due again by itself, unless it was given up.
async fn go_on(app: &App, review: &Review) -> Result<(), Error> {
    if app.store.is_in_outbox(review.org, CARRY_OUT).await? {
        return Ok(());
    }
    let payload = serde_json::json!({ "review": review.id });
    app.store.put_in_outbox(review.org, CARRY_OUT, &payload, app.now()).await
}

/// Notes what an identity provider has taken away since it was handed over.
async fn see_whether_done(app: &App, org: OrgId) -> Result<(), Error> {
    let mut after: Option<ReviewItemId> = None;
    loop {
        let items = review_items::handed_over(app.store.reader(), org, after, AT_ONCE).await?;
        after = items.last().map(|it| it.id);
        for item in &items {
            if carry_out::is_still_held(app.store.reader(), item).await? {
                continue;
            }
            let tx = app.begin(org).await?;
            let review = reviews::get(&*tx, org, item.review).await?;
            let ended = Ended { what: Outcome::DoneAtProvider, why: String::new(), at: tx.now };
            if !review_items::end(&tx, item, &ended).await? {
                continue;
            }
            let action = Action::Review(ReviewDeed::NoteDone { item: item.id });
            let (tx, permit) = app.ask(tx, &JOB, action, target(&review)).await?;
            tx.commit(permit).await?;
        }
        if u64::try_from(items.len()).is_ok_and(|it| it < AT_ONCE) {
            return Ok(());
        }
    }
}

/// Tells once of a quarter in which there was no review yet.
async fn miss(app: &App, org: OrgId, quarter: Quarter) -> Result<(), Error> {
    let tx = app.begin(org).await?;
    if !reviews::note_nudge(&tx, &quarter.name()).await? {
        return Ok(());
    }
    outbox::insert(&tx, NUDGE, &serde_json::json!({ "quarter": quarter.name() })).await?;
    let target = Target::Organisation { id: org, label: tx.organisation()?.slug.clone() };
    let (tx, permit) =
        app.ask(tx, &JOB, Action::Review(ReviewDeed::NoteMissing { quarter: quarter.name() }), target).await?;
    tx.commit(permit).await
}

/// Writes to those who manage reviews that there was none in this quarter.
pub(crate) async fn nudge(app: &App, message: &Message) -> Result<(), Error> {
    #[derive(serde::Deserialize)]
    struct Of {
        quarter: String,
    }
    let Of { quarter } = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    super::tell_managers(app, message, || Letter::ReviewMissing { quarter: quarter.clone() }).await
}
