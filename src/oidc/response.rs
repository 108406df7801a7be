//! The answer to an authorization request, on its way to the client through the browser.
//!
//! **Invariant:** every answer, good or bad, names the issuer (RFC 9207) and returns the state untouched.
//! **Invariant:** an answer goes only to a redirect URI that was checked against a registration: nothing else makes a
//! [`ReplyTo`] but the check in [`super::authorize`]. Where a device waits for it, it is a page of this server.

use serde::{Deserialize, Serialize};

use super::error::Error;

/// How the answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of a redirect.
    Query,
    /// In a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// Both modes.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// The name as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }

    /// The mode with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// Where the answer goes: a checked redirect URI, the way, and what the client wants back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    redirect_uri: String,
    response_mode: ResponseMode,
    state: Option<String>,
}

impl ReplyTo {
    pub(super) fn checked(redirect_uri: &str, response_mode: ResponseMode, state: Option<String>) -> Self {
        Self { redirect_uri: redirect_uri.to_owned(), response_mode, state }
    }

    /// The redirect URI as it was presented; the token request must repeat it.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The answer that carries a code.
    pub fn code(&self, issuer: &str, code: &str) -> Response {
        self.answer(issuer, [("code", code)])
    }

    /// What the browser is told of a device that was let in or kept out; the device hears of it by itself.
    pub fn outcome(&self, outcome: Outcome) -> Response {
        let fields = vec![("outcome", outcome.as_str().to_owned())];
        Response { redirect_uri: self.redirect_uri.clone(), mode: ResponseMode::Query, fields }
    }

    /// The answer that carries an error.
    pub fn error(&self, issuer: &str, error: &Error) -> Response {
        self.answer(issuer, [("error", error.code.as_str()), ("error_description", error.description())])
    }

    fn answer<'a>(&'a self, issuer: &'a str, outcome: impl IntoIterator<Item = (&'static str, &'a str)>) -> Response {
        let state = self.state.as_deref().map(|state| ("state", state));
        let fields = outcome.into_iter().chain(state).chain([("iss", issuer)]);
        Response {
            redirect_uri: self.redirect_uri.clone(),
            mode: self.response_mode,
            fields: fields.map(|(name, value)| (name, value.to_owned())).collect(),
        }
    }
}

/// What became of a device that somebody was to let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was let in.
    Allowed,
    /// It was kept out.
    Refused,
    /// Somebody else was faster, or it took too long.
    Over,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Allowed, Self::Refused, Self::Over];

    /// The word for it in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::Over => "over",
        }
    }

    /// The outcome with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// An answer, ready to be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Where it goes.
    pub redirect_uri: String,
    /// Whether it is a redirect to [`Response::location`] or a form with [`Response::fields`].
    pub mode: ResponseMode,
    /// Its parameters: the hidden fields of the form.
    pub fields: Vec<(&'static str, String)>,
}

impl Response {
    /// The address of the redirect: the redirect URI with its own query kept (RFC 6749 3.1.2) and ours added.
    pub fn location(&self) -> String {
        with_query(&self.redirect_uri, self.fields.iter().map(|(name, value)| (*name, value.as_str())))
    }
}

/// Adds parameters to the query of a URI that has no fragment.
pub(super) fn with_query<'a>(uri: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let joint = match (uri.contains('?'), uri.ends_with(['?', '&'])) {
        _ if query.is_empty() => "",
        (false, _) => "?",
        (true, false) => "&",
        (true, true) => "",
    };
    format!("{uri}{joint}{query}")
}
