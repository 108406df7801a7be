//! Signed-in browsers: who is behind a cookie, and the end of a session.
//!
//! **Invariant:** a session counts only while its user, its organisation and both epochs agree with it, asked of the
//! database on every use; nothing is remembered between two requests.

use std::time::Duration;

use crate::app::App;
use crate::app::users::{self, Person};
use crate::domain::Error;
use crate::domain::organisation::SESSION_IDLE;
use crate::domain::secret::{TokenHash, TokenKind};
use crate::domain::session::Session;
use crate::store::sessions;

/// How exactly the last use of a session is known.
const SEEN_EVERY: Duration = Duration::from_mins(1);

/// The live session of a cookie, with the person behind it.
pub async fn find(app: &App, token: &str) -> Result<Option<(Session, Person)>, Error> {
    if !token.starts_with(TokenKind::Session.prefix()) {
        return Ok(None);
    }
    let (hash, now) = (TokenHash::of(token), app.now());
    let found = sessions::find_live(app.store.reader(), &hash, now, now.before(SESSION_IDLE)).await?;
    let Some((session, user)) = found else {
        return Ok(None);
    };
    if now.since(session.last_seen_at) >= SEEN_EVERY {
        app.store.session_seen(&session, now).await?;
    }
    Ok(Some((session, users::person(app, user).await?)))
}
