//! An attempt as it is kept: what is wanted, who it is said to be, what was proved and when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::onward::{Kept, Onward};
use super::{Application, Started, Wanted};
use crate::app::App;
use crate::app::passkeys::Question;
use crate::domain::id::{AttemptId, ConnectionId, OrgId, SessionId, UserId};
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::signin::Facts;
use crate::domain::{Error, Timestamp};
use crate::store::attempts::StoredAttempt;

/// How long an attempt may take.
const LIFETIME: Duration = Duration::from_mins(60);

/// A sign-in under way, found by its cookie.
pub struct Attempt {
    /// Part of the address of its pages.
    pub id: AttemptId,
    pub(super) state: State,
    token: TokenHash,
}

/// What the attempt knows, as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// What it is for.
    pub(super) wanted: Wanted,
    /// Where the browser goes on afterwards.
    #[serde(default)]
    pub(super) onward: Option<Kept>,
    /// The short name of the organisation, where the address or the form named one.
    pub(super) organisation: Option<String>,
    /// The user name as typed.
    pub(super) typed: Option<String>,
    /// True when a password is asked for, whatever the domain of the name says.
    #[serde(default)]
    pub(super) is_local: bool,
    /// Where the person signs in instead of giving a password.
    pub(super) provider: Option<Goes>,
    /// What was asked there and has not been answered.
    pub(super) asked: Option<Asked>,
    /// What was said there.
    pub(super) vouched: Option<Vouched>,
    /// Whose password was right.
    pub(super) password: Option<Proved>,
    /// When a code was right.
    pub(super) totp_at: Option<Timestamp>,
    /// Whether that was a recovery code.
    #[serde(default)]
    pub(super) by_recovery_code: bool,
    /// Whose passkey was right.
    #[serde(default)]
    pub(super) passkey: Option<ByPasskey>,
    /// What the browser was asked about passkeys.
    #[serde(default)]
    pub(super) question: Option<Question>,
    /// The authenticator that is being enrolled.
    pub(super) enrolling: Option<Enrolling>,
    /// The person has put enrolling off.
    #[serde(default)]
    pub(super) enrolment_skipped: bool,
    /// Wrong codes in this attempt.
    pub(super) failures: u32,
    /// The session in which consent is asked for, or in which what is known here was proved.
    pub(super) session: Option<SessionId>,
    /// Whether that session was proved within this attempt.
    pub(super) is_fresh: bool,
    /// Said on the first page: the sign-in starts again after too many wrong codes.
    #[serde(default)]
    pub(super) had_too_many_codes: bool,
}

/// Whose password was right, and when.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Proved {
    pub(super) org: OrgId,
    pub(super) user: UserId,
    /// The epoch of the user at that moment.
    pub(super) epoch: i64,
    pub(super) at: Timestamp,
}

/// Whose passkey was right, when, and which kind it is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct ByPasskey {
    pub(super) proved: Proved,
    /// Whether the key may leave the device it was made on.
    pub(super) is_synced: bool,
}

/// The connection at whose identity provider somebody signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Goes {
    pub(super) org: OrgId,
    pub(super) connection: ConnectionId,
}

/// A question to an identity provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    /// The hash of the state that comes back with the answer.
    pub(super) state: Vec<u8>,
    /// Who was asked.
    pub(super) issuer: String,
    pub(super) at: Timestamp,
    /// Whether the person had to prove anew who they are.
    pub(super) anew: bool,
    /// How old the proof may be.
    pub(super) max_age_seconds: Option<i64>,
}

/// Whom an identity provider has vouched for, and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Vouched {
    pub(super) org: OrgId,
    pub(super) user: UserId,
    /// The epoch of the user at that moment.
    pub(super) epoch: i64,
    pub(super) at: Timestamp,
    pub(super) connection: ConnectionId,
    pub(super) issuer: String,
    /// The session there.
    pub(super) sid: Option<String>,
    /// The methods used there.
    pub(super) amr: Vec<String>,
    /// Whether these were two factors.
    pub(super) is_multi_factor: bool,
    /// When the person proved it there.
    pub(super) auth_time: Timestamp,
    /// When everything that comes of it must end.
    pub(super) ends_at: Option<Timestamp>,
}

/// A seed that waits for its first code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Enrolling {
    /// The sealed seed.
    pub(super) sealed: Vec<u8>,
    pub(super) made_at: Timestamp,
    /// What came of the first code.
    #[serde(default)]
    pub(super) confirmed: Option<Confirmed>,
}

/// The first code was right; the recovery codes are shown, and nothing counts yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Confirmed {
    /// The time step of that code, which is used up.
    pub(super) step: i64,
    /// The recovery codes, sealed.
    pub(super) codes: Vec<u8>,
}

impl State {
    pub(super) const fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            onward: None,
            organisation: None,
            typed: None,
            is_local: false,
            provider: None,
            asked: None,
            vouched: None,
            password: None,
            totp_at: None,
            by_recovery_code: false,
            passkey: None,
            question: None,
            enrolling: None,
            enrolment_skipped: false,
            failures: 0,
            session: None,
            is_fresh: false,
            had_too_many_codes: false,
        }
    }

    /// Forgets everything but what is wanted, where, and who it must be.
    pub(super) fn restart(&mut self, had_too_many_codes: bool) {
        *self = Self {
            onward: self.onward.take(),
            organisation: self.organisation.take(),
            typed: self.typed.take().filter(|_| self.wanted.oneself().is_some()),
            is_local: self.is_local,
            provider: self.provider.filter(|_| self.wanted.oneself().is_some()),
            had_too_many_codes,
            ..Self::new(self.wanted.clone())
        };
    }

    /// Takes back what was proved in a session that is not, or no longer, the live one of the browser.
    pub(super) fn hold_to(&mut self, live: Option<SessionId>) {
        if self.wanted.oneself().is_some() && self.session.is_some() && self.session != live {
            self.password = None;
            self.passkey = None;
            self.vouched = None;
            self.session = None;
        }
    }

    /// Forgets what was proved, but not who it is said to be.
    pub(super) fn forget_proofs(&mut self) {
        let typed = self.typed.take();
        self.restart(false);
        self.typed = typed;
    }

    /// Where this user goes on when the attempt has ended.
    pub(super) fn onward(&self, app: &App, user: UserId) -> Result<Option<Onward>, Error> {
        self.onward.as_ref().map_or(Ok(None), |kept| kept.open(app, user))
    }

    /// The user name as typed; the stored spelling is never shown.
    pub(super) fn typed(&self) -> String {
        self.typed.clone().unwrap_or_default()
    }

    /// The facts while nobody is known yet.
    pub(super) fn facts(&self) -> Facts {
        Facts { identified: self.typed.is_some(), at_provider: self.provider.is_some(), ..Facts::default() }
    }
}

impl Attempt {
    /// The application that is signed in to, when there is one.
    pub fn application(&self) -> Option<&Application> {
        self.state.wanted.application()
    }

    /// The user name as typed in this browser, or nothing.
    pub fn user_name(&self) -> String {
        self.state.typed()
    }

    /// The short name of the organisation that the address or the form named.
    pub fn organisation(&self) -> Option<&str> {
        self.state.organisation.as_deref()
    }

    /// True when it is known who it must be.
    pub fn is_of_oneself(&self) -> bool {
        self.state.wanted.oneself().is_some()
    }

    /// Keeps the state under a new token, which is the answer; `None` when the attempt has moved on meanwhile.
    pub(super) async fn step(&self, app: &App) -> Result<Option<Secret<String>>, Error> {
        let cookie = TokenKind::Attempt.generate();
        let to = TokenHash::of(cookie.reveal());
        let moved = app.store.step_attempt(self.id, (&self.token, &to), &self.text()?).await?;
        Ok(moved.then_some(cookie))
    }

    /// The same for an attempt that goes on.
    pub(super) async fn turn(&mut self, app: &App) -> Result<Option<Secret<String>>, Error> {
        let cookie = self.step(app).await?;
        if let Some(cookie) = &cookie {
            self.token = TokenHash::of(cookie.reveal());
        }
        Ok(cookie)
    }

    /// Keeps the state under the token it has.
    pub(super) async fn keep(&self, app: &App) -> Result<(), Error> {
        app.store.step_attempt(self.id, (&self.token, &self.token), &self.text()?).await?;
        Ok(())
    }

    /// Ends the attempt; false when it had ended already.
    pub(super) async fn end(&self, app: &App) -> Result<bool, Error> {
        app.store.delete_attempt(self.id).await
    }

    fn text(&self) -> Result<String, Error> {
        Ok(serde_json::to_string(&self.state).map_err(anyhow::Error::new)?)
    }
}

pub(super) async fn insert(app: &App, state: State) -> Result<Started, Error> {
    let (id, cookie) = (AttemptId::new(), TokenKind::Attempt.generate());
    let token = TokenHash::of(cookie.reveal());
    let attempt = Attempt { id, state, token };
    let row = StoredAttempt { id, state: attempt.text()?, expires_at: app.now().after(LIFETIME) };
    app.store.insert_attempt(&row, &token).await?;
    Ok(Started { id, cookie })
}

pub(super) async fn find(app: &App, cookie: &str) -> Result<Option<Attempt>, Error> {
    if !cookie.starts_with(TokenKind::Attempt.prefix()) {
        return Ok(None);
    }
    let token = TokenHash::of(cookie);
    let Some(row) = app.store.find_attempt(&token, app.now()).await? else {
        return Ok(None);
    };
    match serde_json::from_str(&row.state) {
        Ok(state) => Ok(Some(Attempt { id: row.id, state, token })),
        Err(cause) => {
            tracing::warn!(attempt = %row.id, %cause, "a sign-in under way is none of this version, and begins again");
            Ok(None)
        }
    }
}
