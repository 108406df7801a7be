//! Somebody on one of their own pages: who it is, and what every page shows around its own part.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use crate::app::{App, personal_tokens, profile};
use crate::domain::Error;
use crate::domain::resource::{MANAGE_ALL, MANAGE_OWN};
use crate::web::cookie::Cookie;
use crate::web::error::PageError;
use crate::web::form::csrf_token;
use crate::web::guard::SignedIn;
use crate::web::page::{AccountFrame, AccountTab, PageForm, Problem};

/// What was done on the page before, said once on the next: the word in the address and the key of the sentence.
const DONE: [(&str, &str); 13] = [
    ("name", "done-name"),
    ("language", "done-language"),
    ("email-asked", "done-email-asked"),
    ("password", "done-password"),
    ("mfa-on", "done-mfa-on"),
    ("mfa-off", "done-mfa-off"),
    ("app-removed", "done-app-removed"),
    ("passkey-added", "done-passkey-added"),
    ("passkey-removed", "done-passkey-removed"),
    ("session", "done-session"),
    ("sessions", "done-sessions"),
    ("application", "done-application"),
    ("token", "done-token"),
];

/// A visit to one of one's own pages.
pub(super) struct Visit {
    /// Who is signed in.
    pub(super) caller: SignedIn,
    csrf: String,
    offers_tokens: bool,
    offers_console: bool,
    done: Option<&'static str>,
}

impl Visit {
    /// What is around the page.
    pub(super) fn frame(&self, tab: AccountTab) -> AccountFrame<'_> {
        let user_name = &self.caller.person.user.user_name;
        let Self { offers_tokens, offers_console, done, .. } = *self;
        AccountFrame { user_name, tab, offers_tokens, offers_console, done }
    }

    /// A form of the page.
    pub(super) fn form<'a>(&'a self, action: &'a str, problem: Option<Problem<'a>>) -> PageForm<'a> {
        PageForm { action, csrf: &self.csrf, problem }
    }

    /// The same visit under another token of the session.
    pub(super) fn under(self, app: &App, token: &str) -> Result<Self, Error> {
        Ok(Self { csrf: csrf_token(app, token)?, ..self })
    }
}

/// Goes to a page of the account, which says what was done.
pub(super) fn back(path: &str, done: &str) -> Response {
    Redirect::to(&format!("{path}?done={done}")).into_response()
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let query = parts.uri.query().unwrap_or_default();
        let said = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "done").map(|(_, value)| value);
        let done = said.and_then(|word| DONE.iter().find(|(known, _)| *known == word)).map(|(_, key)| *key);
        let cookie = Cookie::Session.read(app, &parts.headers).unwrap_or_default();
        let made = async {
            let has_tokens = !personal_tokens::list(app, &caller.person).await?.is_empty();
            let offers_tokens = has_tokens || personal_tokens::may_create(app, &caller.person).await?;
            let mut offers_console = false;
            for opening in ["users:list", MANAGE_OWN, MANAGE_ALL] {
                offers_console |= profile::allows(app, &caller.person, opening).await?;
            }
            Ok::<_, Error>((csrf_token(app, &cookie)?, offers_tokens, offers_console))
        };
        let (csrf, offers_tokens, offers_console) =
            made.await.map_err(|cause| PageError::from(cause).into_response())?;
        Ok(Self { caller, csrf, offers_tokens, offers_console, done })
    }
}
