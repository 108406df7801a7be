//! Signing out at the request of a client (OpenID Connect RP-Initiated Logout 1.0), and what the browser then loads from
//! others (Front-Channel Logout 1.0).
//!
//! **Invariant:** without a hint that we signed for the person of this browser, nobody is signed out unasked.
//! **Invariant:** the browser is sent on only to an address that the client named by the hint has registered.

use super::client::Registration;
use super::error::{Error, ErrorCode};
use super::params::Params;
use super::response::with_query;

/// A request to sign out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// An ID token of the person, not verified yet; an expired one will do.
    pub id_token_hint: Option<String>,
    /// The client, if it says so.
    pub client_id: Option<String>,
    /// Who the client thinks is signed in.
    pub logout_hint: Option<String>,
    /// Wanted languages of the pages, best first.
    pub ui_locales: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// Reads a request; every parameter is optional.
pub fn parse(params: &Params) -> Request {
    Request {
        id_token_hint: params.text("id_token_hint"),
        client_id: params.text("client_id"),
        logout_hint: params.text("logout_hint"),
        ui_locales: params.text("ui_locales"),
        post_logout_redirect_uri: params.text("post_logout_redirect_uri"),
        state: params.text("state"),
    }
}

/// What became of the `id_token_hint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint<'a> {
    /// None was sent.
    Absent,
    /// It is not an ID token that we signed.
    Refused,
    /// It is one of ours.
    Verified {
        /// Its audience.
        client_id: &'a str,
        /// Its subject.
        sub: &'a str,
    },
}

/// What is known when the request comes in.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What became of the hint.
    pub hint: Hint<'a>,
    /// The client that the hint, or else the request, names.
    pub client: Option<&'a Registration>,
    /// The subject of the live session of this browser.
    pub session_sub: Option<&'a str>,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// End the session, then send the browser here.
    EndAndRedirect(String),
    /// End the session, then show that it has ended.
    EndAndShow,
    /// Ask the person; after a yes, do as for [`Next::EndAndShow`].
    Confirm,
    /// Change nothing and show what is wrong.
    Refuse(Error),
}

/// Decides what comes next.
pub fn decide(request: &Request, facts: &Facts<'_>) -> Next {
    if let Some(problem) = problem(request, facts) {
        return Next::Refuse(ErrorCode::InvalidRequest.because(problem));
    }
    match (facts.hint, facts.session_sub) {
        (Hint::Absent | Hint::Refused, _) => Next::Confirm,
        (Hint::Verified { sub, .. }, Some(current)) if sub != current => Next::Confirm,
        (Hint::Verified { .. }, _) => match &request.post_logout_redirect_uri {
            Some(uri) => Next::EndAndRedirect(with_query(uri, request.state.as_deref().map(|state| ("state", state)))),
            None => Next::EndAndShow,
        },
    }
}

/// The address at which a client learns in the browser that this session has ended; its own query stays as registered.
pub fn visit(frontchannel_logout_uri: &str, issuer: &str, sid: &str) -> String {
    with_query(frontchannel_logout_uri, [("iss", issuer), ("sid", sid)])
}

fn problem(request: &Request, facts: &Facts<'_>) -> Option<&'static str> {
    if facts.hint == Hint::Refused {
        return Some("the id_token_hint is not an ID token that this server issued");
    }
    let named = request.client_id.as_deref();
    if let Hint::Verified { client_id, .. } = facts.hint
        && named.is_some_and(|other| other != client_id)
    {
        return Some("the client_id is not the client of the id_token_hint");
    }
    let is_named = named.is_some() || facts.hint != Hint::Absent;
    let Some(client) = facts.client else {
        return is_named.then_some("no application is registered under this client_id");
    };
    let uri = request.post_logout_redirect_uri.as_deref()?;
    (!client.has_post_logout_redirect_uri(uri))
        .then_some("the post_logout_redirect_uri is not one that the application registered")
}
