//! Counting guesses in the database, so that every node and every way in shares one count.
//!
//! **Invariant:** a try is counted by a statement of its own before anything secret is looked at; what happens to the
//! sign-in afterwards cannot take the count back, only a proof that was right can.
//! **Invariant:** a name that belongs to nobody is counted like one that does.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::domain::id::{DeviceId, OrgId, UserId};
use crate::domain::text::fold;
use crate::domain::throttle::Throttle;
use crate::domain::{Error, Timestamp};
use crate::store::throttles::{StoredThrottle, StoredWindow};

/// A swap loses only against another one that was counted; so many in a row mean that something is wrong.
const SWAPS_MAX: u32 = 1_000;

/// What is counted, by a keyed hash of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject([u8; 32]);

impl Subject {
    /// The guesses at everything one user could prove.
    pub fn user(app: &App, id: UserId) -> Result<Self, Error> {
        Self::named(app, &format!("user {id}"))
    }

    /// The guesses at a name that belongs to nobody, in whatever spelling.
    pub fn name(app: &App, org: Option<OrgId>, typed: &str) -> Result<Self, Error> {
        let org = org.map(|it| it.to_string()).unwrap_or_default();
        Self::named(app, &format!("name {org} {}", fold(typed)))
    }

    /// What one network address does; an IPv6 network of 64 bits counts as one.
    pub fn address(app: &App, what: &str, ip: IpAddr) -> Result<Self, Error> {
        let network = match ip.to_canonical() {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("{:x}", v6.to_bits() >> 64),
        };
        Self::named(app, &format!("{what} {network}"))
    }

    /// The guesses at everything one user could prove, in a browser in which that user has signed in before.
    pub fn device(app: &App, id: UserId, device: DeviceId) -> Result<Self, Error> {
        Self::named(app, &format!("device {id} {device}"))
    }

    /// What happens to one user, by the name of the happening.
    pub fn happening(app: &App, what: &str, id: UserId) -> Result<Self, Error> {
        Self::named(app, &format!("{what} {id}"))
    }

    /// What happens in one organisation, by the name of the happening.
    pub fn organisation(app: &App, what: &str, id: OrgId) -> Result<Self, Error> {
        Self::named(app, &format!("{what} of {id}"))
    }

    /// What happens anywhere in the instance.
    pub fn instance(app: &App, what: &str) -> Result<Self, Error> {
        Self::named(app, &format!("instance {what}"))
    }

    fn named(app: &App, name: &str) -> Result<Self, Error> {
        app.seal.lookup(&format!("throttle {name}")).map(Self)
    }
}

/// A try that was counted.
#[derive(Debug)]
#[must_use = "a try that is not released stays counted as a failure"]
pub struct Reservation {
    subject: Subject,
    before: Option<StoredThrottle>,
    counted: StoredThrottle,
}

/// Counts a try before it is checked; `None` when nothing may be checked now.
pub async fn reserve(app: &App, subject: Subject) -> Result<Option<Reservation>, Error> {
    for _ in 0..SWAPS_MAX {
        let before = app.store.find_throttle(&subject.0).await?;
        let Ok(next) = before.map(read).unwrap_or_default().reserve(app.now()) else {
            return Ok(None);
        };
        let counted = stored(next);
        if app.store.swap_throttle(&subject.0, before, counted).await? {
            return Ok(Some(Reservation { subject, before, counted }));
        }
    }
    Err(anyhow::anyhow!("a counter of tries could not be changed").into())
}

impl Reservation {
    /// Gives the try back because its proof was right; the failures before it still count. False when other tries have
    /// closed the account meanwhile: guesses made at once with the right one among them do not get in.
    pub async fn release(self, app: &App) -> Result<bool, Error> {
        for _ in 0..SWAPS_MAX {
            let Some(current) = app.store.find_throttle(&self.subject.0).await? else {
                return Ok(true);
            };
            let next = if current == self.counted {
                self.before.unwrap_or(stored(Throttle::default()))
            } else if current.locked_until > app.now().millis() {
                return Ok(false);
            } else {
                StoredThrottle { failures: current.failures.saturating_sub(1).max(0), ..current }
            };
            if app.store.swap_throttle(&self.subject.0, Some(current), next).await? {
                return Ok(true);
            }
        }
        Err(anyhow::anyhow!("a counter of tries could not be changed").into())
    }
}

/// The failures of a subject, for showing; nothing is counted.
pub async fn peek(app: &App, subject: Subject) -> Result<Throttle, Error> {
    Ok(app.store.find_throttle(&subject.0).await?.map(read).unwrap_or_default())
}

/// Forgets the failures of a subject, after everything was proved.
pub async fn clear(app: &App, subject: Subject) -> Result<(), Error> {
    app.store.clear_throttle(&subject.0).await
}

/// How often something may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// At most so often..
    pub most: i64,
    /// ..in a window of this length.
    pub per: Duration,
}

/// Counts one happening; answers how long to wait when it was one too many, which is not counted.
pub async fn count(app: &App, subject: Subject, rate: Rate) -> Result<Option<Duration>, Error> {
    let now = app.now();
    for _ in 0..SWAPS_MAX {
        let seen = app.store.find_throttle(&subject.0).await?;
        let open = seen.filter(|it| now.since(Timestamp::from_millis(it.last_failure_at)) < rate.per);
        let window = open.unwrap_or(StoredThrottle { failures: 0, last_failure_at: now.millis(), locked_until: 0 });
        if window.failures >= rate.most {
            let ends = Timestamp::from_millis(window.last_failure_at).after(rate.per);
            return Ok(Some(ends.since(now)));
        }
        let next = StoredThrottle { failures: window.failures.saturating_add(1), ..window };
        if app.store.swap_throttle(&subject.0, seen, next).await? {
            return Ok(None);
        }
    }
    Err(anyhow::anyhow!("a counter of happenings could not be changed").into())
}

/// A happening that was counted in several windows.
#[derive(Debug)]
#[must_use = "a happening that is not given back stays counted"]
pub struct Spent(Vec<StoredWindow>);

impl Spent {
    /// Takes it back out of every window, because it was not of the kind that is limited.
    pub async fn give_back(self, app: &App) -> Result<(), Error> {
        app.store.uncount_in_windows(&self.0).await
    }
}

/// Counts one happening in several windows at once. One too many in any of them is counted in none, and waits for the
/// longest of those that are full.
pub async fn spend(app: &App, windows: &[(Subject, Rate)]) -> Result<Spent, Error> {
    let now = app.now();
    let counted = tally(app, windows, now).await?;
    let most =
        |it: &StoredWindow| windows.iter().find(|(subject, _)| subject.0 == it.subject).map(|(_, rate)| rate.most);
    let full = counted.iter().filter(|it| most(it).is_some_and(|most| it.count > most));
    let wait = full.map(|it| Timestamp::from_millis(it.ends_at).since(now)).max();
    let spent = Spent(counted);
    match wait {
        None => Ok(spent),
        Some(retry_after) => {
            spent.give_back(app).await?;
            Err(Error::Throttled { retry_after })
        }
    }
}

/// Counts one happening of the whole instance; answers how often it has happened in the windows of these lengths.
pub async fn count_everywhere<const N: usize>(
    app: &App,
    what: &str,
    lengths: [Duration; N],
) -> Result<[i64; N], Error> {
    let mut windows = Vec::new();
    for per in lengths {
        windows.push((Subject::instance(app, &format!("{what} in {per:?}"))?, Rate { most: i64::MAX, per }));
    }
    let counted = tally(app, &windows, app.now()).await?;
    let mut counts = [0; N];
    for (count, (subject, _)) in counts.iter_mut().zip(&windows) {
        *count = counted.iter().find(|it| it.subject == subject.0).map_or(0, |it| it.count);
    }
    Ok(counts)
}

async fn tally(app: &App, windows: &[(Subject, Rate)], now: Timestamp) -> Result<Vec<StoredWindow>, Error> {
    let anew = windows.iter().map(|(subject, rate)| StoredWindow {
        subject: subject.0,
        count: 1,
        began_at: now.millis(),
        ends_at: now.after(rate.per).millis(),
    });
    app.store.count_in_windows(&anew.collect::<Vec<_>>(), now).await
}

fn read(row: StoredThrottle) -> Throttle {
    let moment = |millis: i64| (millis > 0).then(|| Timestamp::from_millis(millis));
    Throttle {
        failures: u32::try_from(row.failures).unwrap_or(u32::MAX),
        last_failure_at: moment(row.last_failure_at),
        locked_until: moment(row.locked_until),
    }
}

fn stored(throttle: Throttle) -> StoredThrottle {
    StoredThrottle {
        failures: i64::from(throttle.failures),
        last_failure_at: throttle.last_failure_at.map_or(0, Timestamp::millis),
        locked_until: throttle.locked_until.map_or(0, Timestamp::millis),
    }
}
