//! Browsers in which somebody has signed in before: each has a count of failures of its own, so that a stranger who guesses
//! until the account has to wait does not keep its owner out.
//!
//! **Invariant:** knowing a browser proves nothing: every proof is asked for there as anywhere else.
//! **Invariant:** what makes a browser known counts for one user, under the epoch of its making, for ninety days; so a
//! reset of password or second factor and a deactivation end it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::app::throttle::Subject;
use crate::domain::id::{DeviceId, OrgId, UserId};
use crate::domain::secret::Secret;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};

/// How long a browser stays known without a sign-in.
pub const KNOWN_FOR: Duration = Duration::from_hours(90 * 24);

const PLACE: &str = "cookie.device";

/// What the cookie holds, sealed.
#[derive(Serialize, Deserialize)]
struct Device {
    id: DeviceId,
    org: OrgId,
    user: UserId,
    epoch: i64,
    made_at: Timestamp,
}

/// Makes the browser of somebody who has proved everything known, or keeps it known; answers the value of its cookie.
pub fn remember(app: &App, user: &User, cookie: Option<&str>) -> Result<Secret<String>, Error> {
    let id = cookie.and_then(|it| read(app, it, user)).map_or_else(DeviceId::new, |it| it.id);
    let device = Device { id, org: user.org, user: user.id, epoch: user.epoch, made_at: app.now() };
    let plain = serde_json::to_vec(&device).map_err(anyhow::Error::new)?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(app.seal.seal(PLACE, &plain)?)))
}

/// What the guesses at this user from this browser are counted under.
pub fn subject(app: &App, user: &User, cookie: Option<&str>) -> Result<Subject, Error> {
    match cookie.and_then(|it| read(app, it, user)) {
        Some(device) => Subject::device(app, user.id, device.id),
        None => Subject::user(app, user.id),
    }
}

/// True when somebody has signed in as this user in the browser before, even if their password was another then: enough not
/// to alarm them, and for nothing else.
pub fn is_familiar(app: &App, user: &User, cookie: Option<&str>) -> bool {
    cookie.and_then(|it| open(app, it)).is_some_and(|it| it.is_of(app, user))
}

/// Who has signed in in the browser of this cookie last.
pub fn owner(app: &App, cookie: &str) -> Option<(OrgId, UserId)> {
    let device = open(app, cookie).filter(|it| it.is_fresh(app))?;
    Some((device.org, device.user))
}

/// The device that a cookie stands for, as long as it counts for this user.
fn read(app: &App, cookie: &str, user: &User) -> Option<Device> {
    open(app, cookie).filter(|it| it.is_of(app, user) && it.epoch == user.epoch)
}

fn open(app: &App, cookie: &str) -> Option<Device> {
    let plain = app.seal.open(PLACE, &URL_SAFE_NO_PAD.decode(cookie).ok()?).ok()?;
    serde_json::from_slice(plain.reveal()).ok()
}

impl Device {
    fn is_of(&self, app: &App, user: &User) -> bool {
        (self.org, self.user) == (user.org, user.id) && self.is_fresh(app)
    }

    fn is_fresh(&self, app: &App) -> bool {
        app.now().since(self.made_at) < KNOWN_FOR
    }
}
