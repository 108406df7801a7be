//! Proving again who one is, inside a session: before an act that changes credentials, and to enrol an authenticator.
//!
//! It is a sign-in like any other, here or at the provider, except that it is known who it must be and where it leads, so that guesses, used codes
//! and recovery codes count there as they do everywhere.
//!
//! **Invariant:** what a session has proved counts only while that session is live.

use serde::{Deserialize, Serialize};

use super::attempt::{self, Goes, Proved, State};
use super::onward::{Kept, Onward};
use super::{Started, Wanted};
use crate::app::App;
use crate::app::users::Person;
use crate::domain::id::{OrgId, UserId};
use crate::domain::session::Session;
use crate::domain::user::SignIn;
use crate::domain::{Conflict, Error};

/// Who proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oneself {
    pub(super) org: OrgId,
    pub(super) user: UserId,
}

/// Begins an attempt in which the person of a session proves again who they are: here, or at the provider they sign in at.
/// `None` for somebody who signs in at a provider and belongs to none.
pub async fn prove_again(app: &App, person: &Person, onward: &Onward) -> Result<Option<Started>, Error> {
    let provider = match (person.user.sign_in, person.user.managed_by) {
        (SignIn::Password, _) => None,
        (SignIn::Sso, Some(connection)) => Some(Goes { org: person.user.org, connection }),
        (SignIn::Sso, None) => return Ok(None),
    };
    let onward = Some(onward.keep(app, person.user.id)?);
    let state = State { provider, onward, ..State::new(Wanted::Proof(oneself(person))) };
    attempt::insert(app, of(person, state)).await.map(Some)
}

/// Begins an attempt in which the person of a session that was proved lately enrols an authenticator.
pub async fn begin_enrolment(app: &App, session: &Session, person: &Person, back: &str) -> Result<Started, Error> {
    let user = &person.user;
    let proved = Proved { org: user.org, user: user.id, epoch: user.epoch, at: session.auth_time };
    let wanted = Wanted::Authenticator(oneself(person));
    let onward = Some(Kept::open_page(back));
    let state = State { password: Some(proved), session: Some(session.id), onward, ..State::new(wanted) };
    attempt::insert(app, of(person, state)).await
}

/// Begins an attempt in which the person of a session that was proved lately adds a passkey.
pub async fn begin_passkey(app: &App, session: &Session, person: &Person, back: &str) -> Result<Started, Error> {
    if person.user.sign_in != SignIn::Password {
        return Err(Conflict::SsoUser.into());
    }
    let onward = Some(Kept::open_page(back));
    let state = State { session: Some(session.id), onward, ..State::new(Wanted::Passkey(oneself(person))) };
    attempt::insert(app, of(person, state)).await
}

const fn oneself(person: &Person) -> Oneself {
    Oneself { org: person.user.org, user: person.user.id }
}

fn of(person: &Person, state: State) -> State {
    State { typed: Some(person.user.user_name.clone()), ..state }
}
