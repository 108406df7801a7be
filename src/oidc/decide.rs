//! What comes next for an authorization request, given what is known about the person at the browser.
//!
//! **Invariant:** with `prompt=none` the answer is never a page.
//! **Invariant:** a forced sign-in is forced once: one that happened within this request satisfies it, an older one never.
//! **Invariant:** a client that wants two factors gets nothing from a session with one, and one to which an authentication
//! context is essential nothing from a session without it.

use super::acr::Acr;
use super::authorize::{Authorization, Prompt};
use super::error::{Error, ErrorCode};
use super::scope::Scopes;

/// What is known about the person at the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The live session of this browser, if there is one.
    pub session: Option<Session>,
    /// How that person compares with the `id_token_hint`.
    pub hint: Hint,
    /// What that person agreed to earlier, for this client.
    pub consented: Scopes,
    /// The resource servers at which that person agreed that the client acts.
    pub resources: Vec<String>,
    /// Whether the person agreed on the consent page of this request.
    pub consented_now: bool,
}

/// The live session of a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// When the person proved who they are, in seconds since the epoch.
    pub auth_time: i64,
    /// Whether that proof was given within this request.
    pub is_from_this_request: bool,
    /// Whether two factors were proved.
    pub is_multi_factor: bool,
    /// Whether a step is left before anything may be issued, such as a forced password change.
    pub has_steps_left: bool,
}

/// How the person at the browser compares with the one the client expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// The client expects nobody in particular.
    Absent,
    /// It is the person whom the client expects.
    SamePerson,
    /// It is somebody else.
    OtherPerson,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Let somebody sign in, or go on with the steps that are left.
    SignIn,
    /// Let the person of the session prove again who they are.
    Reauthenticate,
    /// Ask for consent.
    Consent,
    /// Tell the client why not.
    Refuse(Error),
    /// Make a code.
    Issue,
}

/// Decides what comes next.
pub fn decide(request: &Authorization, facts: &Facts, now_seconds: i64) -> Next {
    let next = wanted(request, facts, now_seconds);
    if !request.prompt.contains(&Prompt::None) {
        return next;
    }
    match next {
        Next::SignIn if facts.session.is_some_and(|session| session.has_steps_left) => {
            refuse(ErrorCode::InteractionRequired, "the person has to finish a step first")
        }
        Next::SignIn | Next::Reauthenticate => refuse(ErrorCode::LoginRequired, "the person has to sign in"),
        Next::Consent => refuse(ErrorCode::ConsentRequired, "the person has to give consent"),
        Next::Refuse(_) | Next::Issue => next,
    }
}

fn wanted(request: &Authorization, facts: &Facts, now_seconds: i64) -> Next {
    let Some(session) = facts.session else { return Next::SignIn };
    match (facts.hint, session.is_from_this_request) {
        (Hint::OtherPerson, false) => return Next::SignIn,
        (Hint::OtherPerson, true) => return refuse(ErrorCode::LoginRequired, "another person signed in"),
        (Hint::Absent | Hint::SamePerson, _) => {}
    }
    if session.has_steps_left {
        return Next::SignIn;
    }
    if !session.is_from_this_request && request.prompt.contains(&Prompt::SelectAccount) {
        return Next::SignIn;
    }
    if !session.is_from_this_request && must_be_fresh(request, session.auth_time, now_seconds) {
        return Next::Reauthenticate;
    }
    match strengthened(request, session) {
        Some(next) => next,
        None if needs_consent(request, facts) => Next::Consent,
        None => Next::Issue,
    }
}

/// What comes before everything else where the sign-in is weaker than the client needs it, or would like it.
fn strengthened(request: &Authorization, session: Session) -> Option<Next> {
    let (is_weak, is_from_this_request) = (!session.is_multi_factor, session.is_from_this_request);
    match (request.needs_two_factors() && is_weak, is_from_this_request) {
        (true, false) => return Some(Next::Reauthenticate),
        (true, true) if request.require_mfa => {
            return Some(refuse(ErrorCode::AccessDenied, "the application takes nobody with one factor"));
        }
        (true, true) | (false, _) => {}
    }
    // OpenID Connect Core 5.5.1.1: what is essential and not reached is a sign-in that failed.
    if !request.is_good_enough(Acr::reached(session.is_multi_factor)) {
        let problem = "nobody is signed in with an authentication context that the application needs";
        return Some(refuse(ErrorCode::UnmetAuthenticationRequirements, problem));
    }
    // A wish is worth a page, and never an error.
    let is_quiet = request.prompt.contains(&Prompt::None);
    let is_asked = request.prefers_two_factors() && is_weak && !is_from_this_request && !is_quiet;
    is_asked.then_some(Next::Reauthenticate)
}

fn must_be_fresh(request: &Authorization, auth_time: i64, now_seconds: i64) -> bool {
    let age = now_seconds.saturating_sub(auth_time);
    // OpenID Connect Core 3.1.2.1: max_age=0 is prompt=login, also within the second of the sign-in.
    let is_too_old = request.max_age_seconds.is_some_and(|max| max == 0 || age > max);
    is_too_old || request.prompt.contains(&Prompt::Login)
}

fn needs_consent(request: &Authorization, facts: &Facts) -> bool {
    let asks_anyway = request.prompt.contains(&Prompt::Consent);
    let covers = || facts.consented.covers(&request.asked());
    let may_act = || request.resources.iter().all(|it| facts.resources.contains(it));
    let is_covered = request.first_party || covers() && may_act();
    !facts.consented_now && (asks_anyway || !is_covered)
}

fn refuse(code: ErrorCode, description: &str) -> Next {
    Next::Refuse(code.because(description))
}
