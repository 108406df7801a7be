//! The page of an error: what it is called, what happened and what to do, by its status.

use askama::Template;
use axum::http::StatusCode;

use crate::web::context::texts;
use crate::web::texts::Texts;

/// What went wrong, what to do, and the number to quote.
#[derive(Template)]
#[template(path = "notice/error.html")]
pub struct ErrorPage<'a> {
    t: Texts,
    status: u16,
    words: Words,
    happened: Option<&'a str>,
    request_id: &'a str,
}

impl<'a> ErrorPage<'a> {
    /// The page of a status; `happened` replaces its general sentence by one about this case.
    pub fn new(status: StatusCode, happened: Option<&'a str>, request_id: &'a str) -> Self {
        Self { t: texts(), status: status.as_u16(), words: Words::of(status), happened, request_id }
    }
}

/// The keys of the texts for one kind of error.
struct Words {
    title: &'static str,
    happened: &'static str,
    next: &'static str,
    offers_account: bool,
}

impl Words {
    fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => SIGN_IN_FIRST,
            403 => NO_ACCESS,
            404 => NO_SUCH_PAGE,
            405 => NO_SUCH_DEED,
            409 | 412 => CHANGED_MEANWHILE,
            413 => TOO_LARGE,
            429 | 503 => TOO_MUCH_AT_ONCE,
            500..=599 => OUR_FAULT,
            _ => BAD_REQUEST,
        }
    }
}

const SIGN_IN_FIRST: Words = Words {
    title: "error-sign-in-first",
    happened: "error-sign-in-first-text",
    next: "error-sign-in-first-next",
    offers_account: true,
};
const NO_ACCESS: Words = Words {
    title: "error-no-access",
    happened: "error-no-access-text",
    next: "error-no-access-next",
    offers_account: true,
};
const NO_SUCH_PAGE: Words = Words {
    title: "error-nothing-here",
    happened: "error-nothing-here-text",
    next: "error-nothing-here-next",
    offers_account: true,
};
const NO_SUCH_DEED: Words = Words {
    title: "error-no-such-deed",
    happened: "error-no-such-deed-text",
    next: "error-no-such-deed-next",
    offers_account: true,
};
const TOO_LARGE: Words = Words {
    title: "error-too-large",
    happened: "error-too-large-text",
    next: "error-too-large-next",
    offers_account: false,
};
const CHANGED_MEANWHILE: Words =
    Words { title: "error-changed", happened: "error-changed-text", next: "error-changed-next", offers_account: false };
const TOO_MUCH_AT_ONCE: Words = Words {
    title: "error-too-much",
    happened: "error-too-much-text",
    next: "error-too-much-next",
    offers_account: true,
};
const OUR_FAULT: Words =
    Words { title: "error-ours", happened: "error-ours-text", next: "error-ours-next", offers_account: false };
const BAD_REQUEST: Words = Words {
    title: "error-bad-request",
    happened: "error-bad-request-text",
    next: "error-bad-request-next",
    offers_account: false,
};
