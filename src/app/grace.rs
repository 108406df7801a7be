//! Until when people may put off enrolling a second factor that is required of them.
//!
//! **Invariant:** the grace of a person begins once, in the unit in which the requirement begins for them; where that went
//! unnoticed it counts from the later of policy and account. Nothing gives it anew: not another role, another policy, a
//! reset or a deactivation. Only where the policy says so it begins anew with a reactivation (`regrace_on_reactivation`).

use crate::app::App;
use crate::app::mail::{self, Letter};
use crate::app::passwords::is_mfa_required;
use crate::app::users::{self, Person};
use crate::domain::grace::{Grace, days_left};
use crate::domain::id::{OrgId, UserId};
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Actor, JOB_GRACE};
use crate::domain::role::{MfaPolicy, MfaRequirement, RoleModel};
use crate::domain::user::{SignIn, User};
use crate::domain::{Error, Timestamp};
use crate::store::mfa_deadlines::{self, DueLetter, Whom};
use crate::store::{Tx, factors, users as user_rows};

/// Begins the grace of those among these users whom the policy asks for a second factor. Called by every unit that makes
/// users or gives them roles.
pub(crate) async fn begin(tx: &Tx, of: &[UserId]) -> Result<(), Error> {
    let policy = tx.organisation()?.rules(tx.roles()?).mfa;
    if policy.require == MfaRequirement::None || of.is_empty() {
        return Ok(());
    }
    for some in of.chunks(CHUNK) {
        mfa_deadlines::begin(tx, Whom::These(some), &policy, Grace::of(policy.grace_days, tx.now)).await?;
    }
    Ok(())
}

/// So many ids stand in one statement.
const CHUNK: usize = 500;

/// Begins the grace of everybody whom a policy asks for a second factor.
pub(crate) async fn begin_for_all(tx: &Tx, policy: &MfaPolicy) -> Result<(), Error> {
    mfa_deadlines::begin(tx, Whom::Everybody, policy, Grace::of(policy.grace_days, tx.now)).await
}

/// Begins the grace of one user of whom a second factor is required in particular.
pub(crate) async fn begin_for_one(tx: &Tx, of: UserId) -> Result<(), Error> {
    let days = tx.organisation()?.rules(tx.roles()?).mfa.grace_days;
    mfa_deadlines::begin_one(tx, of, Grace::of(days, tx.now)).await
}

/// Begins the grace of somebody anew who is activated again, as long as a second factor is required at all.
pub(crate) async fn begin_anew(tx: &Tx, user: &User) -> Result<(), Error> {
    mfa_deadlines::delete(tx, user.id).await?;
    begin(tx, &[user.id]).await?;
    if user.mfa_required { begin_for_one(tx, user.id).await } else { Ok(()) }
}

/// Until when somebody may still put enrolling off; nothing when it is not required of them or may not be put off.
pub async fn open_until(
    app: &App,
    (organisation, model): (&Organisation, &RoleModel),
    person: &Person,
) -> Result<Option<Timestamp>, Error> {
    let user = &person.user;
    if user.sign_in == SignIn::Sso || !is_mfa_required(organisation, model, person) {
        return Ok(None);
    }
    let now = app.now();
    let grace = match mfa_deadlines::find(app.store.reader(), user.org, user.id).await? {
        Some(grace) => grace,
        None => {
            let grace = unnoticed(organisation, model, person);
            app.store.begin_grace(user.org, user.id, grace).await?;
            grace
        }
    };
    let open = grace.open_until(now);
    if open.is_none() && !grace.is_over {
        app.store.end_grace(user.org, user.id).await?;
    }
    Ok(open)
}

/// The same for showing: no grace begins or ends by it.
pub async fn peek(
    app: &App,
    (organisation, model): (&Organisation, &RoleModel),
    person: &Person,
) -> Result<Option<Timestamp>, Error> {
    let found = mfa_deadlines::find(app.store.reader(), person.user.org, person.user.id).await?;
    let grace = found.unwrap_or_else(|| unnoticed(organisation, model, person));
    Ok(grace.open_until(app.now()))
}

/// The grace of somebody for whom the requirement began unnoticed: a role that came by a default of a connection, a policy
/// of before there were deadlines.
fn unnoticed(organisation: &Organisation, model: &RoleModel, person: &Person) -> Grace {
    let policy = organisation.rules(model).mfa;
    let active_since = organisation.policy.mfa_since.unwrap_or(organisation.created_at);
    Grace::of(policy.grace_days, active_since.max(person.user.created_at))
}

/// Writes the mails that are due about a second factor that has to be set up; each is written once, by whichever node.
pub(crate) async fn write_letters(app: &App) -> Result<(), Error> {
    loop {
        let due = app.store.due_letters(app.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        for some in due.chunk_by(|one, other| one.org == other.org) {
            if let Some(first) = some.first() {
                write_some(app, first.org, some).await?;
            }
        }
    }
}

/// So many mails are written in one unit.
const AT_ONCE: u64 = 100;

async fn write_some(app: &App, org: OrgId, due: &[DueLetter]) -> Result<(), Error> {
    let mut tx = app.begin(org).await?;
    let mut permits = Vec::new();
    for letter in due {
        let next = letter.grace.next_letter(tx.now);
        if !mfa_deadlines::letter_written(&tx, letter, next).await? {
            continue;
        }
        if let Some(person) = addressee(&tx, letter.user).await? {
            let (same, permit) = app.ask(tx, &Actor::Job(JOB_GRACE), Action::RemindMfa, person.target()).await?;
            tx = same;
            let until = letter.grace.open_until(tx.now);
            let days_left = until.map(|until| days_left(until, tx.now));
            mail::queue(app, &tx, &person.user, Letter::SecondFactorDue { until, days_left }).await?;
            permits.push(permit);
        }
    }
    if !permits.is_empty() {
        return tx.commit_all(permits).await;
    }
    // A unit is kept only by a permit, and nothing was decided here.
    drop(tx);
    for letter in due {
        app.store.letter_not_needed(letter, letter.grace.next_letter(app.now())).await?;
    }
    Ok(())
}

/// Somebody who still has to set a second factor up, and can be written to.
async fn addressee(tx: &Tx, id: UserId) -> Result<Option<Person>, Error> {
    let Some(user) = user_rows::find(&**tx, tx.org, id).await? else {
        return Ok(None);
    };
    if !user.is_active() || user.email.is_none() || factors::has_any(&**tx, tx.org, id).await? {
        return Ok(None);
    }
    let person = users::load(tx, id).await?;
    let is_required = is_mfa_required(tx.organisation()?, tx.roles()?, &person);
    Ok(is_required.then_some(person))
}

/// Notes whose time is up, so that a clock that is set back gives nobody more of it.
pub(crate) async fn end_those_over(app: &App) -> Result<(), Error> {
    app.store.end_graces(app.now()).await
}
