//! Access reviews: staged, opened, decided about by those who are asked, and closed.
//!
//! **Invariant:** who manages reviews sees all of each; who is asked in one sees what they are asked about.
//! **Invariant:** a review is closed once; what was decided is then done by whoever decided it, with what they may do.

mod carry_out;
mod decide;
mod evidence;
mod schedules;
mod snapshot;
mod watch;

use std::collections::HashMap;

use crate::app::{App, alert, cursor, mail};
use crate::domain::id::{OrgId, ReviewId, ReviewItemId, UserId};
use crate::domain::policy::{Action, Actor, ReviewDeed, Target};
use crate::domain::review::reminder::Quarter;
use crate::domain::review::{Plan, Warning, check_review_name};
use crate::domain::role::{Effective, RoleModel};
use crate::domain::user::User;
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::store::outbox::Message;
use crate::store::{Reader, Tx, grants, outbox, review_items, reviews, users};

pub use crate::domain::review::{
    COMMENT_MAX, DAYS, DECIDE, Decided, Decision, Ended, Every, Held, Holder, INACTIVE_DAYS, ITEMS_MAX, Item, Justify,
    MANAGE, NAME_MAX, Outcome, Progress, REVIEWERS_MAX, Review, Risk, Schedule, Scope, Silence, State, Terms,
};
pub use crate::store::review_items::Which;
pub(crate) use carry_out::CARRY_OUT;
pub(crate) use carry_out::carry_out;
pub use decide::{Said, decide, hand_on, may_reduce_to};
pub use evidence::{Evidence, evidence};
pub use schedules::{NewSchedule, delete_schedule, put_schedule, schedule, schedules};
pub(crate) use watch::{NUDGE, nudge, tend};

/// How many places a page has when nobody said.
pub const LIMIT_DEFAULT: u64 = 50;
/// How many places a page has at most.
pub const LIMIT_MAX: u64 = 500;
/// So many reviews are listed on a page.
pub const PAGE: u64 = 50;
/// The kind of the outbox message by which those who are asked are written to.
pub(crate) const ASKED: &str = "review-asked";

/// A review and how far it has come.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The review.
    pub review: Review,
    /// How far it has come.
    pub progress: Progress,
    /// How many places wait for whoever looks.
    pub own_open: u64,
}

/// A page of the places of a review.
#[derive(Debug, Clone)]
pub struct ItemPage {
    /// The places, in the order in which they were staged.
    pub items: Vec<Item>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

/// True for somebody who has something to see of reviews.
pub fn may_list(actor: &Actor, model: &RoleModel) -> bool {
    may_manage(actor, model) || actor.may(model, DECIDE).is_ok()
}

/// True for somebody who stages, opens and closes reviews.
pub fn may_manage(actor: &Actor, model: &RoleModel) -> bool {
    actor.may(model, MANAGE).is_ok()
}

/// The newest reviews before one of them: all for who manages reviews, else those in which the caller is asked.
pub async fn list(app: &App, actor: &Actor, org: OrgId, before: Option<ReviewId>) -> Result<Vec<Standing>, Error> {
    let model = may_see(app, actor, org).await?;
    let db = app.store.reader();
    let asked = if may_manage(actor, &model) { None } else { Some(own(actor)?) };
    standings(db, actor, reviews::page(db, org, (before, asked), PAGE).await?).await
}

/// A review, for who manages reviews and for those who are asked in it.
pub async fn show(app: &App, actor: &Actor, id: ReviewId) -> Result<Standing, Error> {
    let org = org_of(app, actor, id).await?;
    let model = may_see(app, actor, org).await?;
    let db = app.store.reader();
    let review = reviews::get(db, org, id).await?;
    if !may_manage(actor, &model) {
        let asked = Which { reviewer: Some(own(actor)?), ..Which::default() };
        if review_items::count(db, (org, id), asked).await? == 0 {
            return Err(Error::NotFound("review"));
        }
    }
    standings(db, actor, vec![review]).await?.pop().ok_or(Error::NotFound("review"))
}

/// The places of a review, one page of them: all for who manages reviews, else those that the caller is asked about.
pub async fn items(
    app: &App,
    actor: &Actor,
    id: ReviewId,
    (which, cursor, limit): (Which, Option<&str>, Option<u64>),
) -> Result<ItemPage, Error> {
    let org = org_of(app, actor, id).await?;
    let model = may_see(app, actor, org).await?;
    let limit = limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(Error::invalid("limit", Flaw::NotBetween { from: 1, to: LIMIT_MAX }));
    }
    let which = if may_manage(actor, &model) { which } else { Which { reviewer: Some(own(actor)?), ..which } };
    let list = format!("review.{id}");
    let after: Option<ReviewItemId> = cursor.map(|it| cursor::read(app, (&list, org), ("cursor", it))).transpose()?;
    let db = app.store.reader();
    let review = reviews::get(db, org, id).await?;
    let mut items = review_items::page(db, (org, review.id), (which, after), limit.saturating_add(1)).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = items.len() > size;
    items.truncate(size);
    let last = items.last().filter(|_| has_more).map(|it| it.id);
    let next = last.map(|it| cursor::write(app, (&list, org), &it)).transpose()?;
    Ok(ItemPage { items, next })
}

/// What these people are called.
pub async fn names(app: &App, org: OrgId, ids: &[UserId]) -> Result<Vec<(UserId, String)>, Error> {
    let found = users::list_by_ids(app.store.reader(), org, ids).await?;
    Ok(found.into_iter().map(|it| (it.id, it.display_name)).collect())
}

/// Those of an organisation who may be asked in reviews, by name: for whoever asks them, and whoever hands on to them.
pub async fn eligible(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<(UserId, String)>, Error> {
    let model = may_see(app, actor, org).await?;
    let db = app.store.reader();
    let deciding = model.roles().iter().filter(|it| it.allows(DECIDE)).map(|it| it.key.clone()).collect::<Vec<_>>();
    let mut people = Vec::new();
    for role in deciding {
        people.extend(snapshot::holders_of(app, org, &role).await?);
    }
    people.sort_by(|one, other| (&one.display_name, one.id).cmp(&(&other.display_name, other.id)));
    people.dedup_by_key(|it| it.id);
    let grants = grants::live_of(db, org, &people).await?;
    let may = |it: &User| {
        let effective = Effective::of(&model, grants.get(&it.id).cloned().unwrap_or_default());
        it.is_active() && effective.allows(&model, DECIDE)
    };
    Ok(people.iter().filter(|it| may(it)).map(|it| (it.id, it.display_name.clone())).collect())
}

/// Stages a review: finds out what it is about, and keeps that as it is now. Nobody is asked yet.
pub async fn stage(app: &App, actor: &Actor, org: OrgId, name: &str, terms: Terms) -> Result<Review, Error> {
    check_review_name(name)?;
    terms.check()?;
    let action = staging(&terms, 0);
    let id = ReviewId::new();
    // Nobody is made to wait for what is then refused; the permit itself is asked for below.
    let (_, model) = app.store.organisation(org).await?;
    let target = |label: &str| Target::Review { org, id, label: label.to_owned() };
    if let Err(refusal) = actor.check(&model, &action, &target(name)) {
        let tx = app.begin(org).await?;
        return app.ask(tx, actor, action, target(name)).await.map_or_else(Err, |_| Err(refusal));
    }
    check_reviewers(app.store.reader(), &model, (org, &terms)).await?;
    let staged = snapshot::of(app, (org, id), &terms).await?;
    let tx = app.begin(org).await?;
    let plan = Plan { schedule: None, name: name.to_owned(), terms, silence_by: actor.account_id() };
    let review = Review::staged((org, id), plan, (&staged.items, staged.warnings), tx.now);
    let (tx, permit) = app.ask(tx, actor, staging(&review.terms, review.population), target(name)).await?;
    insert(&tx, &review, &staged.items).await?;
    tx.commit(permit).await?;
    Ok(review)
}

fn staging(terms: &Terms, items: u64) -> Action {
    Action::Review(ReviewDeed::Stage { scope: terms.scope.word(), items, silence: terms.silence })
}

async fn insert(tx: &Tx, review: &Review, items: &[Item]) -> Result<(), Error> {
    reviews::insert(tx, review).await?;
    review_items::insert(tx, items).await
}

/// Opens a staged review: those who are asked are written to. From then on whoever opens it says what becomes of what nobody decides
/// about.
pub async fn open(app: &App, actor: &Actor, id: ReviewId) -> Result<Review, Error> {
    let (tx, review) = begin(app, actor, id).await?;
    let Terms { silence, days, .. } = review.terms;
    let (tx, permit) = app.ask(tx, actor, Action::Review(ReviewDeed::Open { silence, days }), target(&review)).await?;
    follows_on(&review, State::Staged)?;
    let opened = Review { silence_by: actor.account_id(), ..review.opened(tx.now) };
    reviews::moved(&tx, &opened, review.state).await?;
    outbox::insert(&tx, ASKED, &Asked::all(id, false)).await?;
    tx.commit(permit).await?;
    Ok(opened)
}

/// Calls a review off; nothing of what was decided is done.
pub async fn cancel(app: &App, actor: &Actor, id: ReviewId) -> Result<Review, Error> {
    let (tx, review) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::Review(ReviewDeed::Cancel), target(&review)).await?;
    if !matches!(review.state, State::Staged | State::Active) {
        return Err(Conflict::ReviewIsOver.into());
    }
    let over = Review { state: State::Cancelled, closed_at: Some(tx.now), ..review.clone() };
    reviews::moved(&tx, &over, review.state).await?;
    tx.commit(permit).await?;
    Ok(over)
}

/// Closes a review: what was decided is done from now on. What nobody decided about goes, where it does, in the name of whoever
/// closes it.
pub async fn close(app: &App, actor: &Actor, id: ReviewId) -> Result<Review, Error> {
    let (tx, review) = begin(app, actor, id).await?;
    let progress = review_items::progress(&*tx, review.org, id).await?;
    let Progress { items, decided, kept, .. } = progress;
    let silent = review.silent_of(items.saturating_sub(decided));
    let action = Action::Review(ReviewDeed::Close { items, decided, kept, silent });
    let (tx, permit) = app.ask(tx, actor, action, target(&review)).await?;
    follows_on(&review, State::Active)?;
    let silence_by = if matches!(actor, Actor::Job(_)) { review.silence_by } else { actor.account_id() };
    let closing = Review { state: State::Closing, silence_by, ..review.clone() };
    reviews::moved(&tx, &closing, review.state).await?;
    outbox::insert(&tx, CARRY_OUT, &serde_json::json!({ "review": id })).await?;
    tx.commit(permit).await?;
    Ok(closing)
}

/// Who is to be written to.
#[derive(serde::Serialize, serde::Deserialize)]
struct Asked {
    review: ReviewId,
    is_reminder: bool,
    /// Whom alone; without, everybody.
    to: Option<UserId>,
}

impl Asked {
    fn all(review: ReviewId, is_reminder: bool) -> serde_json::Value {
        serde_json::json!(Self { review, is_reminder, to: None })
    }

    fn one(review: ReviewId, to: UserId) -> serde_json::Value {
        serde_json::json!(Self { review, is_reminder: false, to: Some(to) })
    }
}

/// Writes to those who are asked in a review and have not decided about everything.
pub(crate) async fn write_to_those_asked(app: &App, message: &Message) -> Result<(), Error> {
    let org = message.org;
    let Asked { review, is_reminder, to } = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    let db = app.store.reader();
    let Some(review) = reviews::find(db, org, review).await?.filter(|it| it.state == State::Active) else {
        return Ok(());
    };
    let (organisation, _) = app.store.organisation(org).await?;
    for (reviewer, items) in review_items::open_by_reviewer(db, org, review.id).await? {
        let Some(reviewer) = reviewer.filter(|it| to.is_none_or(|to| to == *it)) else { continue };
        let Some(user) = users::find(db, org, reviewer).await?.filter(User::is_active) else {
            continue;
        };
        let letter = mail::Letter::ReviewAsked {
            name: review.name.clone(),
            review: review.id,
            items,
            until: review.due_at.unwrap_or(review.created_at),
            is_reminder,
            is_late: review.due_at.is_some_and(|due| due <= app.now()),
        };
        mail::send_now(app, message, &user, (&organisation, letter)).await?;
    }
    Ok(())
}

/// When the last review was over, for whoever sees how well the organisation keeps to good practice; the quarter of now besides.
pub async fn last_closed(app: &App, org: OrgId) -> Result<(Option<Timestamp>, Quarter), Error> {
    Ok((reviews::last_closed(app.store.reader(), org).await?, Quarter::of(app.now())))
}

/// The review as the target of a deed.
fn target(review: &Review) -> Target {
    Target::Review { org: review.org, id: review.id, label: review.name.clone() }
}

/// Refuses what follows on this state alone.
fn follows_on(review: &Review, from: State) -> Result<(), Error> {
    match review.state {
        State::Closing | State::Closed | State::Cancelled => Err(Conflict::ReviewIsOver.into()),
        state if state != from => Err(Conflict::ReviewIsNotOpen.into()),
        State::Staged | State::Active => Ok(()),
    }
}

async fn begin(app: &App, actor: &Actor, id: ReviewId) -> Result<(Tx, Review), Error> {
    let org = org_of(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let review = reviews::get(&*tx, org, id).await?;
    Ok((tx, review))
}

/// How far these reviews of one organisation have come.
async fn standings(db: &impl Reader, actor: &Actor, all: Vec<Review>) -> Result<Vec<Standing>, Error> {
    let Some(org) = all.first().map(|it| it.org) else { return Ok(Vec::new()) };
    let ids: Vec<ReviewId> = all.iter().map(|it| it.id).collect();
    let active: Vec<ReviewId> = all.iter().filter(|it| it.state == State::Active).map(|it| it.id).collect();
    let mut progress = review_items::progress_of(db, org, &ids).await?;
    let mut own_open = match own(actor) {
        Ok(me) => review_items::open_of(db, (org, me), &active).await?,
        Err(_) => HashMap::new(),
    };
    let standing = |review: Review| Standing {
        progress: progress.remove(&review.id).unwrap_or_default(),
        own_open: own_open.remove(&review.id).unwrap_or_default(),
        review,
    };
    Ok(all.into_iter().map(standing).collect())
}

async fn may_see(app: &App, actor: &Actor, org: OrgId) -> Result<std::sync::Arc<RoleModel>, Error> {
    if actor.org().is_some_and(|own| own != org) {
        return Err(Error::NotFound("review"));
    }
    let (_, model) = app.store.organisation(org).await?;
    if !may_manage(actor, &model) {
        actor.may(&model, DECIDE)?;
    }
    Ok(model)
}

/// The person who acts.
fn own(actor: &Actor) -> Result<UserId, Error> {
    if let Actor::User(user) = actor { Ok(user.id) } else { Err(Error::NotFound("review")) }
}

async fn org_of(app: &App, actor: &Actor, id: ReviewId) -> Result<OrgId, Error> {
    match actor.org() {
        Some(own) => Ok(own),
        None => {
            let found = reviews::find_anywhere(app.store.reader(), id).await?;
            Ok(found.ok_or(Error::NotFound("review"))?.org)
        }
    }
}

/// Everybody who is to be asked must be active and may decide.
async fn check_reviewers(db: &impl Reader, model: &RoleModel, (org, terms): (OrgId, &Terms)) -> Result<(), Error> {
    for (field, ids) in [("reviewers", terms.reviewers.as_slice()), ("fallback", &[terms.fallback])] {
        for id in ids {
            if !may_decide(db, model, (org, *id)).await? {
                return Err(Error::invalid(field, Flaw::Reviewers));
            }
        }
    }
    Ok(())
}

/// True for an active user who may be asked.
async fn may_decide(db: &impl Reader, model: &RoleModel, (org, id): (OrgId, UserId)) -> Result<bool, Error> {
    let Some(user) = users::find(db, org, id).await?.filter(User::is_active) else { return Ok(false) };
    Ok(Effective::of(model, grants::live(db, &user).await?).allows(model, DECIDE))
}

/// Tells those who manage reviews.
async fn tell_managers(app: &App, message: &Message, letter: impl Fn() -> mail::Letter) -> Result<(), Error> {
    alert::tell(app, message, &[MANAGE], letter).await
}

/// What a staged review is about, and what should be known of it.
struct Staged {
    items: Vec<Item>,
    warnings: Vec<Warning>,
}
