//! What was decided is done, place by place, after a review is closed.
//!
//! **Invariant:** each place is done in a unit of its own, by whoever decided it, with what they may do then; what they may not
//! do stays and is told. What nobody decided about is done by whoever said that it goes, in the same way.
//! **Invariant:** what a role that is taken away leaves behind allows nothing that it did not allow.
//! **Invariant:** what an identity provider keeps is not taken away here but handed over, and is done when it is gone there.
//! **Invariant:** a node that dies on the way leaves the rest to be done by the next.

use super::target;
use crate::app::groups::Turn;
use crate::app::users::{self, OnLastHolder};
use crate::app::{App, break_glass, groups, project_access, service_accounts, teams};
use crate::domain::id::{OrgId, ReviewId, UserId};
use crate::domain::policy::{Action, Actor, JOB_REVIEWS, ReviewDeed};
use crate::domain::review::{Decision, Ended, Held, Holder, Item, Outcome, Review, State};
use crate::domain::role::{RoleKey, RoleModel, Source};
use crate::domain::{Error, Flaw, Timestamp};
use crate::store::{
    Reader, Tx, grants, groups as group_rows, members, outbox, projects, review_items, reviews,
    service_accounts as programs, teams as team_rows, users as user_rows,
};

/// The kind of the outbox message by which what was decided is done.
pub(crate) const CARRY_OUT: &str = "review-carry-out";
/// So many places are done before others have their turn.
const AT_ONCE: u64 = 200;

/// Does what was decided, some places of it; the rest with the next message.
pub(crate) async fn carry_out(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    #[derive(serde::Deserialize)]
    struct Of {
        review: ReviewId,
    }
    let Of { review } = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    let db = app.store.reader();
    let Some(review) = reviews::find(db, org, review).await?.filter(|it| it.state == State::Closing) else {
        return Ok(());
    };
    let which = review_items::Which { is_unfinished: true, ..review_items::Which::default() };
    let items = review_items::page(db, (org, review.id), (which, None), AT_ONCE).await?;
    for item in &items {
        let ended = end_of(app, &review, item).await?;
        let tx = app.begin(org).await?;
        review_items::end(&tx, item, &ended).await?;
        tx.commit_all(Vec::new()).await?;
    }
    let tx = app.begin(org).await?;
    if u64::try_from(items.len()).is_ok_and(|it| it == AT_ONCE) {
        outbox::insert(&tx, CARRY_OUT, &serde_json::json!({ "review": review.id })).await?;
        return tx.commit_all(Vec::new()).await;
    }
    let progress = review_items::progress(&*tx, org, review.id).await?;
    let over = Review { state: State::Closed, closed_at: Some(tx.now), ..review.clone() };
    if reviews::get(&*tx, org, review.id).await?.state != State::Closing {
        return Ok(());
    }
    reviews::moved(&tx, &over, State::Closing).await?;
    let action = Action::Review(ReviewDeed::Finish { handed_over: progress.handed_over, refused: progress.refused });
    let (tx, permit) = app.ask(tx, &Actor::Job(JOB_REVIEWS), action, target(&over)).await?;
    tx.commit(permit).await
}

/// What becomes of a place.
async fn end_of(app: &App, review: &Review, item: &Item) -> Result<Ended, Error> {
    let ended = |what| Ended { what, why: String::new(), at: app.now() };
    let Some(verdict) = review.verdict(item) else { return Ok(ended(Outcome::Unanswered)) };
    if verdict == Decision::Keep {
        return Ok(ended(Outcome::Kept));
    }
    if !is_still_held(app.store.reader(), item).await? {
        return Ok(ended(Outcome::Gone));
    }
    if item.is_of_provider {
        // It would give it back at once.
        return Ok(ended(Outcome::HandedOver));
    }
    let decided = item.decided.as_ref().filter(|it| it.is_submitted);
    let actor = match decided.map(|it| it.by).or(review.silence_by) {
        Some(by) => match users::acting_now(app, item.org, by).await? {
            Some(actor) => actor,
            None => return Ok(refused("whoever decided this may act no more".to_owned(), app.now())),
        },
        None => Actor::Job(JOB_REVIEWS),
    };
    match end(app, &actor, item, &verdict).await {
        Ok(what) => Ok(ended(what)),
        Err(Error::NotFound(_)) => Ok(ended(Outcome::Gone)),
        Err(cause @ (Error::Denied(_) | Error::Conflict(_) | Error::Obstacle(_) | Error::Invalid { .. })) => {
            Ok(refused(cause.to_string(), app.now()))
        }
        Err(fault @ (Error::Internal(_) | Error::Stale | Error::Throttled { .. } | Error::Unauthenticated)) => {
            Err(fault)
        }
    }
}

fn refused(why: String, at: Timestamp) -> Ended {
    Ended { what: Outcome::Refused, why, at }
}

/// Takes it away, or puts a lower role in its place, or shuts the user out.
async fn end(app: &App, actor: &Actor, item: &Item, verdict: &Decision) -> Result<Outcome, Error> {
    if let Holder::User(user) = item.holder {
        break_glass::keep_away(app.store.reader(), item.org, user).await?;
    }
    if let (Decision::Deactivate, Holder::User(user)) = (verdict, item.holder) {
        users::deactivate(app, actor, user, OnLastHolder::Refuse).await?;
        return Ok(Outcome::Deactivated);
    }
    match (item.holder, &item.held) {
        (Holder::User(user), Held::Role { role, source: Some(Source::Manual) }) => {
            let tx = app.begin(item.org).await?;
            let person = users::load(&tx, user).await?;
            // Somebody may have given another one meanwhile.
            if !person.effective.grants.iter().any(|it| it.source == Source::Manual && it.role == *role) {
                return Ok(Outcome::Gone);
            }
            let lower = lower(tx.roles()?, role, verdict)?.clone();
            let (tx, permit) = users::change_role_in(app, tx, actor, &person, &lower).await?;
            tx.commit(permit).await?;
            Ok(if verdict.role().is_some() { Outcome::Reduced } else { Outcome::Removed })
        }
        (Holder::User(user), Held::Role { source: Some(Source::Group(group)), .. } | Held::Group { group }) => {
            groups::change_members(app, actor, *group, (Turn::Leave, &[user])).await?;
            Ok(Outcome::Removed)
        }
        (Holder::User(user), Held::Team { team }) => {
            teams::change_members(app, actor, *team, (Vec::new(), vec![user])).await?;
            Ok(Outcome::Removed)
        }
        (_, Held::Project { project, assignment }) => {
            project_access::revoke(app, actor, (*project, *assignment)).await?;
            Ok(Outcome::Removed)
        }
        (Holder::User(user), Held::Account) => {
            users::deactivate(app, actor, user, OnLastHolder::Refuse).await?;
            Ok(Outcome::Deactivated)
        }
        (Holder::ServiceAccount(account), Held::Role { .. }) => {
            service_accounts::deactivate(app, actor, account).await?;
            Ok(Outcome::Deactivated)
        }
        (_, Held::Role { .. } | Held::Group { .. } | Held::Team { .. } | Held::Account) => {
            Err(anyhow::anyhow!("a place of a review holds what it cannot hold").into())
        }
    }
}

/// The role that takes the place of one that was given by hand: the lower one that somebody chose, or the usual one, as far as that
/// allows nothing that the other did not.
fn lower<'m>(model: &'m RoleModel, role: &RoleKey, verdict: &'m Decision) -> Result<&'m RoleKey, Error> {
    let to = verdict.role().unwrap_or_else(|| model.default_role());
    let gives_less = match (model.get(to), model.get(role)) {
        (Some(to), Some(from)) => to.rank < from.rank && (verdict.role().is_some() || to.is_within(from)),
        // What the model does not know any more gives nothing.
        (Some(_) | None, _) => false,
    };
    if gives_less { Ok(to) } else { Err(Error::invalid("decision", Flaw::NothingLower)) }
}

/// Refuses what the policy, or the rule of the last holder, would refuse if it were done now.
pub(super) async fn could_be_done(tx: &Tx, actor: &Actor, item: &Item, what: &Decision) -> Result<(), Error> {
    if *what == Decision::Keep || item.is_of_provider {
        return Ok(());
    }
    let model = tx.roles()?;
    let user = item.holder.user();
    let removed = || user.into_iter().collect::<Vec<_>>();
    let shuts_out = *what == Decision::Deactivate;
    let (action, of) = match (&item.held, item.holder) {
        (_, Holder::User(id)) if shuts_out => return could_lose_all(tx, actor, id).await,
        (Held::Account, Holder::User(id)) => return could_lose_all(tx, actor, id).await,
        (Held::Role { role, source: Some(Source::Manual) }, Holder::User(id)) => {
            let Some(person) = found(users::load(tx, id).await)? else { return Ok(()) };
            let to = lower(model, role, what)?.clone();
            keep_holders(tx, &person, (std::slice::from_ref(role), Source::Manual)).await?;
            (Action::ChangeRole { from: person.effective.role.clone(), to }, person.target())
        }
        (Held::Role { source: Some(Source::Group(group)), .. } | Held::Group { group }, _) => {
            let Some(group) = group_rows::find(&**tx, tx.org, *group).await? else { return Ok(()) };
            let roles: Vec<RoleKey> = group_rows::roles(&**tx, tx.org, group.id).await?;
            if let Some(id) = user
                && let Some(person) = found(users::load(tx, id).await)?
            {
                keep_holders(tx, &person, (&roles, Source::Group(group.id))).await?;
            }
            let action = Action::ChangeMembers { added: Vec::new(), removed: removed(), roles };
            (action, crate::app::membership::target(&group))
        }
        (Held::Team { team }, _) => {
            let Some(team) = found(team_rows::get(&**tx, tx.org, *team).await)? else { return Ok(()) };
            let lead = team.lead.filter(|it| user == Some(*it));
            let action = Action::ChangeTeamMembers { added: Vec::new(), removed: removed(), lead };
            (action, teams::target(&team))
        }
        (Held::Project { project, assignment }, _) => {
            let place = (*project, *assignment);
            let Some(assigned) = found(projects::assignment(&**tx, tx.org, place).await)? else { return Ok(()) };
            let project = projects::get(&**tx, tx.org, *project).await?;
            let action = Action::RevokeProjectAccess { subject: assigned.subject, name: item.holder_name.clone() };
            (action, crate::app::projects::target(&project))
        }
        (Held::Role { .. }, Holder::ServiceAccount(id)) => {
            let Some(account) = found(programs::get(&**tx, tx.org, id).await)? else { return Ok(()) };
            (Action::DeactivateServiceAccount, service_accounts::target(&account))
        }
        (Held::Role { .. } | Held::Account, _) => return Ok(()),
    };
    actor.permit(model, action, of).map(drop)
}

/// Keeps the last holders of roles that this user would lose with this one of the reasons for which they are held.
async fn keep_holders(tx: &Tx, person: &users::Person, (roles, source): (&[RoleKey], Source)) -> Result<(), Error> {
    let stays = |role: &RoleKey| person.effective.grants.iter().any(|it| it.role == *role && it.source != source);
    let lost: Vec<RoleKey> = roles.iter().filter(|it| !stays(it)).cloned().collect();
    users::keep_holders_of(tx, person, &lost).await
}

async fn could_lose_all(tx: &Tx, actor: &Actor, id: UserId) -> Result<(), Error> {
    let Some(person) = found(users::load(tx, id).await)? else { return Ok(()) };
    users::keep_holders_of(tx, &person, &person.effective.held()).await?;
    actor.permit(tx.roles()?, Action::DeactivateUser, person.target()).map(drop)
}

/// Nothing where there is none any more.
fn found<T>(looked_for: Result<T, Error>) -> Result<Option<T>, Error> {
    match looked_for {
        Ok(it) => Ok(Some(it)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// True while the holder still holds it.
pub(super) async fn is_still_held(db: &impl Reader, item: &Item) -> Result<bool, Error> {
    let org = item.org;
    match (&item.held, item.holder) {
        (Held::Role { role, source }, Holder::User(id)) => {
            let Some(user) = user_rows::find(db, org, id).await? else { return Ok(false) };
            let live = grants::live(db, &user).await?;
            Ok(user.reads_active() && live.iter().any(|it| it.role == *role && Some(it.source) == *source))
        }
        (Held::Role { role, .. }, Holder::ServiceAccount(id)) => {
            let account = found(programs::get(db, org, id).await)?;
            Ok(account.is_some_and(|it| it.is_active && it.role == *role))
        }
        (Held::Group { group }, Holder::User(id)) => members::has(db, org, (*group, id)).await,
        (Held::Team { team }, Holder::User(id)) => team_rows::has(db, org, (*team, id)).await,
        (Held::Project { project, assignment }, _) => {
            Ok(found(projects::assignment(db, org, (*project, *assignment)).await)?.is_some())
        }
        (Held::Account, Holder::User(id)) => {
            Ok(user_rows::find(db, org, id).await?.is_some_and(|it| it.reads_active()))
        }
        (Held::Role { .. } | Held::Group { .. } | Held::Team { .. } | Held::Account, _) => Ok(false),
    }
}
