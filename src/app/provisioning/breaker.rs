//! The breaker in the way of a request: who is let go at once, and who waits for an owner.
//!
//! While anybody of a connection waits, everybody else whom it lets go waits too; everything but that goes on. A request that
//! is held is answered 503 with `Retry-After`: the provider keeps it and asks again, and nothing was done, so nothing else
//! would be true. It need not ask again, because the row alone is enough to do it later, and asking again adds nothing.
//!
//! **Invariant:** the count and what is counted are of one unit, the only one of the organisation, so that two requests at
//! once are not one too many.
//! **Invariant:** owners are alerted once, by the first who waits.

use std::time::Duration;

use serde_json::json;

use super::roles::keep_others;
use super::{Caller, Error, Unit, membership};
use crate::app::alert;
use crate::app::users::{OnLastHolder, Person, deactivate_in, remove_in};
use crate::domain;
use crate::domain::connection::{Connection, LastHolder};
use crate::domain::deprovisioning::{Deprovisioning, REMEMBERED, State, Way, next_reminder};
use crate::domain::policy::Action;
use crate::scim;
use crate::store::{Tx, deprovisionings, outbox, pulses, users};

/// People decide about it, and that takes an hour rather than a minute. Okta doubles it with each of its ten tries.
const RETRY_SECONDS: u64 = 3_600;

/// Whoever came later is not among those of whom few may go: a stolen token makes users as it likes.
const SETTLED: Duration = Duration::from_hours(7 * 24);

/// Goes on when the user may be let go now. Else that is kept, and the request ends here.
pub(super) async fn pass(caller: &Caller<'_>, unit: Unit, person: &Person, way: Way) -> Result<Unit, Error> {
    let (breaker, user) = (caller.connection.settings.breaker(), person.user.id);
    let known = deprovisionings::find(&unit.tx, user).await?.filter(|it| it.connection == caller.id());
    if let Some(agreed) = known.as_ref().filter(|it| it.state == State::Released) {
        return pass_released(unit, agreed, way).await;
    }
    if !breaker.is_on {
        deprovisionings::delete_one(&unit.tx, user).await?;
        return Ok(unit);
    }
    match known.as_ref().map(|it| (it.state, it.way, it.at)) {
        Some((State::Refused, _, at)) if unit.tx.now.since(at) < REMEMBERED => return Err(refused()),
        Some((State::Held, before, _)) if before == way || before == Way::Delete => return Err(held()),
        Some((State::Held | State::Released | State::Refused | State::Done, ..)) | None => {}
    }
    let is_open = deprovisionings::holds_any(&unit.tx, caller.id()).await?;
    if !is_open && !trips(caller, &unit.tx).await? {
        deprovisionings::put(&unit.tx, caller.id(), user, (way, State::Done)).await?;
        return Ok(unit);
    }
    let unit =
        unit.allow(caller, Action::HoldDeprovisioning { is_deletion: way == Way::Delete }, person.target()).await?;
    // A deactivation that has become a deletion is a new row, so that nobody decides about it who has not seen it.
    deprovisionings::put(&unit.tx, caller.id(), user, (way, State::Held)).await?;
    users::assert(&unit.tx, user, Some(way.into())).await?;
    if !is_open {
        let alarm = json!({ "connection": caller.id(), "name": caller.connection.name });
        outbox::insert(&unit.tx, alert::BREAKER, &alarm).await?;
        pulses::remind(&unit.tx, caller.id(), next_reminder(unit.tx.now, unit.tx.now)).await?;
    }
    // The request itself is not done.
    unit.keep(caller).await?;
    Err(held())
}

/// The provider repeats what is agreed to and about to be done: it need not wait for that, and counts no more. What goes beyond
/// has to wait until that much is done, and is then asked anew.
async fn pass_released(unit: Unit, agreed: &Deprovisioning, way: Way) -> Result<Unit, Error> {
    match (agreed.way, way) {
        (Way::Deactivate, Way::Delete) => Err(under_way()),
        (Way::Delete, Way::Deactivate) => Ok(unit),
        (Way::Deactivate, Way::Deactivate) | (Way::Delete, Way::Delete) => {
            deprovisionings::delete_one(&unit.tx, agreed.user).await?;
            Ok(unit)
        }
    }
}

/// Forgets that the user waits to be let go or was not, because the provider says that the user is active.
pub(super) async fn withdraw(caller: &Caller<'_>, unit: Unit, person: &Person) -> Result<Unit, Error> {
    let user = person.user.id;
    match deprovisionings::find(&unit.tx, user).await?.map(|it| it.state) {
        Some(State::Held | State::Released | State::Refused) => {
            let unit = unit.allow(caller, Action::WithdrawDeprovisioning, person.target()).await?;
            deprovisionings::delete_one(&unit.tx, user).await?;
            Ok(unit)
        }
        Some(State::Done) | None => Ok(unit),
    }
}

/// Lets a user of the connection go; the permit is the caller's.
pub(crate) async fn let_go(tx: &Tx, connection: &Connection, person: &Person, way: Way) -> Result<(), domain::Error> {
    match way {
        Way::Deactivate => drop(deactivate_in(tx, person, on_last_holder(connection)).await?),
        Way::Delete => {
            keep_others(tx, person.user.id, &person.effective.held()).await?;
            membership::touch_groups_of(tx, person.user.id).await?;
            remove_in(tx, &person.user).await?;
        }
    }
    Ok(())
}

pub(super) const fn on_last_holder(connection: &Connection) -> OnLastHolder {
    match connection.settings.last_holder {
        LastHolder::Refuse => OnLastHolder::Refuse,
        LastHolder::SuspendAndAlert => OnLastHolder::SuspendAndAlert,
    }
}

async fn trips(caller: &Caller<'_>, tx: &Tx) -> Result<bool, Error> {
    let breaker = caller.connection.settings.breaker();
    let since = tx.now.before(Duration::from_mins(breaker.minutes.into()));
    let gone = deprovisionings::count_done(tx, caller.id(), since).await?;
    if !breaker.is_beyond_number(gone) {
        return Ok(false);
    }
    let left = match breaker.enough(gone) {
        Some(enough) => deprovisionings::count_left(tx, caller.id(), tx.now.before(SETTLED), enough).await?,
        None => 0,
    };
    Ok(breaker.trips(gone, left))
}

fn held() -> Error {
    let detail = "the identity provider lets more people go than usual, so this waits until an owner of the organisation has \
                  agreed; it is kept and will be done then, and sending it again does no harm";
    scim::Error::later(RETRY_SECONDS, detail).into()
}

fn under_way() -> Error {
    let detail = "an owner of the organisation has agreed that this user is deactivated, and that is being done now; ask for \
                  the deletion again in a minute";
    scim::Error::later(60, detail).into()
}

fn refused() -> Error {
    let detail = "an owner of the organisation has refused to let this user go; assign the user again at the identity \
                  provider, or ask the owner, or try again a day after the refusal";
    scim::Error::new(403, detail).into()
}
