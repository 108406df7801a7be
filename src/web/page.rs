//! The pages a person meets: one struct for each, and how it becomes a response.
//!
//! **Invariant:** every value is escaped when it is printed; the one exception is a [`Qr`], which only this server draws.
//! **Invariant:** a page decides nothing: what is shown, and where a form goes, is what its handler put into the struct.
//! **Invariant:** every form that comes back to this server carries the token of its browser session; the form that takes
//! an answer to an application never does.
//!
//! Addresses (`*_url`, `action`) are written into links as they are given: a handler passes its own paths, or an address
//! it has matched against the registered ones, never one taken from a request.

mod account;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Utc};

use super::qr::Qr;
use crate::app::invitations::Why;
use crate::domain::Timestamp;

pub use account::{
    AccountFrame, AccountTab, ActivatePage, ActivityPage, ChangePasswordPage, CodesPage, ConfirmPage, HappeningRow,
    NewTokenPage, ProfilePage, RecoveryPage, SecurityPage, SessionRow, SessionsPage, ShownCodes, TokenMadePage,
    TokenRow, TokensPage,
};

/// A page as an answer with status 200; pair it with another status where one is due.
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) => Html(html).into_response(),
            Err(error) => {
                tracing::error!(%error, "a page could not be rendered");
                let sentence = "The server could not show this page. Try again in a moment.";
                (StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
            }
        }
    }
}

/// What every form of ours needs: where it goes, the proof that it came from our page, and what was wrong last time.
#[derive(Debug, Clone, Copy)]
pub struct PageForm<'a> {
    /// The path the form is posted to.
    pub action: &'a str,
    /// The anti-forgery token of this browser session.
    pub csrf: &'a str,
    /// Shown above the form after a refused try.
    pub problem: Option<Problem<'a>>,
}

impl PageForm<'_> {
    pub(super) fn names(&self, field: &str) -> bool {
        self.problem.is_some_and(|problem| problem.field == field)
    }
}

/// Why the last try was refused.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// The field to mark (`username`, `password`, ..); empty when no single field is to blame.
    pub field: &'a str,
    /// One sentence that says what to do.
    pub text: &'a str,
}

/// The first step of a sign-in: who is it?
#[derive(Template)]
#[template(path = "sign_in/identifier.html")]
pub struct IdentifierPage<'a> {
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// The application one signs in to, when there is one.
    pub application: Option<&'a str>,
    /// What was typed before, or a hint from the application.
    pub username: &'a str,
    /// Asked for when given: the short name typed so far.
    pub organisation: Option<&'a str>,
    /// The identity providers at which one may sign in instead: names and addresses.
    pub providers: &'a [(&'a str, &'a str)],
}

/// On the way to the identity provider of the organisation.
#[derive(Template)]
#[template(path = "sign_in/provider.html")]
pub struct ProviderPage<'a> {
    /// The application one signs in to, when there is one.
    pub application: Option<&'a str>,
    /// The user name as typed.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// The name of the connection.
    pub provider: &'a str,
    /// Where the way there begins.
    pub provider_url: &'a str,
}

/// A sign-in at an identity provider that led to no account here.
#[derive(Template)]
#[template(path = "sign_in/provider_refused.html")]
pub struct ProviderRefusedPage<'a> {
    /// The name of the connection.
    pub connection: &'a str,
    /// The number under which the audit has the reason.
    pub reference: &'a str,
    /// Where "Try again" leads.
    pub again_url: &'a str,
}

/// The password step.
#[derive(Template)]
#[template(path = "sign_in/password.html")]
pub struct PasswordPage<'a> {
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// The application one signs in to, when there is one.
    pub application: Option<&'a str>,
    /// The user name as typed.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// Where "Forgot your password?" leads; no link without it.
    pub forgot_url: Option<&'a str>,
}

/// The second step: a code from the authenticator app.
#[derive(Template)]
#[template(path = "sign_in/code.html")]
pub struct CodePage<'a> {
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// The application one signs in to, when there is one.
    pub application: Option<&'a str>,
    /// The user name as typed.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// Where "Use a recovery code" leads.
    pub recovery_url: &'a str,
}

/// Setting up an authenticator app.
#[derive(Template)]
#[template(path = "sign_in/enrol.html")]
pub struct EnrolPage<'a> {
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// The user name as typed.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// The drawing of `otpauth_url`.
    pub qr: &'a Qr,
    /// The `otpauth://` address, for a phone that is the browser too.
    pub otpauth_url: &'a str,
    /// The key in base 32.
    pub key: &'a str,
    /// False for somebody who does it by their own wish.
    pub is_required: bool,
    /// For so many days it may still be put off; none when it may not.
    pub days_left: Option<u64>,
}

impl EnrolPage<'_> {
    /// The key in groups of four, so that it can be typed without losing one's place.
    fn key_in_fours(&self) -> String {
        let mut grouped = String::with_capacity(self.key.len() * 5 / 4);
        for (at, letter) in self.key.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped
    }
}

/// Choosing a password: after a temporary one, with a reset link, or when an account is activated.
#[derive(Template)]
#[template(path = "password/new.html")]
pub struct NewPasswordPage<'a> {
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// Why a password is chosen now.
    pub reason: NewPassword,
    /// The user name as typed.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// The rules of the organisation, one sentence each.
    pub rules: &'a [String],
}

/// Why a password is chosen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewPassword {
    /// The one signed in with was temporary.
    Temporary,
    /// A reset link was followed.
    Reset,
    /// An activation link was followed.
    Activate,
}

impl NewPassword {
    fn title(self) -> &'static str {
        match self {
            Self::Temporary | Self::Reset => "Choose a new password",
            Self::Activate => "Choose your password",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Self::Temporary => "The password you signed in with was temporary. Choose one that only you know.",
            Self::Reset => "It replaces the old one at once and ends your other sessions.",
            Self::Activate => "Your account is ready. With a password it is yours.",
        }
    }
}

/// Asking for a reset link.
#[derive(Template)]
#[template(path = "password/forgot.html")]
pub struct ForgotPage<'a> {
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// What was typed before.
    pub username: &'a str,
    /// Asked for when given: the short name typed so far.
    pub organisation: Option<&'a str>,
    /// Where "Back to sign-in" leads.
    pub sign_in_url: &'a str,
}

/// The one answer to every request for a reset link, whether there is such an account or not.
#[derive(Template)]
#[template(path = "password/mail_sent.html")]
pub struct MailSentPage<'a> {
    /// How long the link works.
    pub minutes: u64,
    /// Where "Back to sign-in" leads.
    pub sign_in_url: &'a str,
}

/// A one-time link that was used, is too old, or was replaced.
#[derive(Template)]
#[template(path = "password/link_gone.html")]
pub struct LinkGonePage<'a> {
    /// Where one asks for a new link, if oneself can.
    pub again_url: Option<&'a str>,
    /// Where "Go to sign-in" leads.
    pub sign_in_url: &'a str,
}

/// An invitation: who invites, to what, and the form that accepts or declines.
#[derive(Template)]
#[template(path = "invitation/accept.html")]
pub struct InvitationPage<'a> {
    /// Target, token and last problem; the button that declines sends `decision` as `decline`.
    pub form: PageForm<'a>,
    /// The organisation's name.
    pub organisation: &'a str,
    /// The name of whoever invites, where it is known.
    pub inviter: Option<&'a str>,
    /// The label of the role that is offered.
    pub role: &'a str,
    /// The address that becomes the user name.
    pub address: &'a str,
    /// The name to begin with.
    pub display_name: &'a str,
    /// The rules of the organisation for passwords, one sentence each.
    pub rules: &'a [String],
}

/// An invitation that does not count any more.
#[derive(Template)]
#[template(path = "invitation/gone.html")]
pub struct InvitationGonePage<'a> {
    /// The form with which somebody is told, where that helps.
    pub form: Option<PageForm<'a>>,
    /// The organisation's name, where the link is known.
    pub organisation: Option<&'a str>,
    /// The name of whoever invited, where it is known.
    pub inviter: Option<&'a str>,
    /// Why.
    pub why: Why,
    /// Where "Go to sign-in" leads.
    pub sign_in_url: &'a str,
}

impl InvitationGonePage<'_> {
    fn title(&self) -> &'static str {
        match self.why {
            Why::Over => "This invitation no longer works",
            Why::Expired => "This invitation has run out",
            Why::Declined => "You have declined",
            Why::Void => "This invitation no longer counts",
            Why::Told => "Somebody has been told",
        }
    }

    fn lead(&self) -> &'static str {
        match self.why {
            Why::Over => "It was used already, taken back, or a newer one was sent after it.",
            Why::Expired => "An invitation is good for seven days.",
            Why::Declined => "Nothing was set up for you.",
            Why::Void => "Whoever sent it may not invite people any more.",
            Why::Told => "The people who can invite you know that you would like to come.",
        }
    }

    /// Whom to ask: the inviter, unless that is who may not invite any more.
    fn whom(&self) -> Option<&str> {
        match self.why {
            Why::Over | Why::Expired | Why::Declined => self.inviter,
            Why::Void | Why::Told => None,
        }
    }
}

/// May this application have what it asks for?
#[derive(Template)]
#[template(path = "oidc/consent.html")]
pub struct ConsentPage<'a> {
    /// Target, token and last problem; the buttons send `decision` as `allow` or `deny`.
    pub form: PageForm<'a>,
    /// The name the application registered.
    pub application: &'a str,
    /// Who is asked.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// The scopes asked for, each shown in words.
    pub scopes: &'a [String],
    /// The host the browser goes back to.
    pub return_to: &'a str,
}

/// What a scope means for the person asked; `None` for one of the application's own.
fn scope_in_words(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "openid" => "Know that it is you who signs in",
        "profile" => "See your name and user name",
        "email" => "See your e-mail address",
        "phone" => "See your phone number",
        "address" => "See your postal address",
        "roles" => "See your roles and permissions in your organisation",
        "groups" => "See the groups you are in",
        "teams" => "See the teams you are in",
        "offline_access" => "Keep this access while you are away",
        _ => return None,
    })
}

/// Takes the answer of an authorization request to the application in a form (OAuth 2.0 Form Post Response Mode).
#[derive(Template)]
#[template(path = "oidc/form_post.html")]
pub struct FormPostPage<'a> {
    /// The registered redirect address.
    pub action: &'a str,
    /// The name the application registered.
    pub application: &'a str,
    /// The response parameters, in order.
    pub fields: &'a [(&'a str, &'a str)],
}

/// Asks before a session ends.
#[derive(Template)]
#[template(path = "oidc/sign_out.html")]
pub struct SignOutPage<'a> {
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// The application that asks for it, when one does.
    pub application: Option<&'a str>,
    /// Who is signed in.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// What the confirmed request must carry on, such as `state`.
    pub fields: &'a [(&'a str, &'a str)],
    /// Where "Stay signed in" leads.
    pub stay_url: &'a str,
}

/// The session has ended and no application is waiting.
#[derive(Template)]
#[template(path = "oidc/signed_out.html")]
pub struct SignedOutPage<'a> {
    /// Where "Sign in again" leads.
    pub sign_in_url: &'a str,
}

/// The page of an instance without any organisation.
#[derive(Template)]
#[template(path = "notice/empty.html")]
pub struct EmptyPage;

/// What went wrong, what to do, and the number to quote.
#[derive(Template)]
#[template(path = "notice/error.html")]
pub struct ErrorPage<'a> {
    status: u16,
    words: Words,
    happened: Option<&'a str>,
    request_id: &'a str,
}

impl<'a> ErrorPage<'a> {
    /// The page of a status; `happened` replaces its general sentence by one about this case.
    pub fn new(status: StatusCode, happened: Option<&'a str>, request_id: &'a str) -> Self {
        Self { status: status.as_u16(), words: Words::of(status), happened, request_id }
    }
}

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
            404 | 405 => NO_SUCH_PAGE,
            409 | 412 => CHANGED_MEANWHILE,
            429 | 503 => TOO_MUCH_AT_ONCE,
            500..=599 => OUR_FAULT,
            _ => BAD_REQUEST,
        }
    }
}

const SIGN_IN_FIRST: Words = Words {
    title: "Sign in first",
    happened: "This page is for people who are signed in.",
    next: "Your session may have ended while you were away. Sign in again to go on.",
    offers_account: true,
};
const NO_ACCESS: Words = Words {
    title: "You cannot do this",
    happened: "Your account does not have access to this.",
    next: "If you need it, ask an administrator of your organisation.",
    offers_account: true,
};
const NO_SUCH_PAGE: Words = Words {
    title: "There is nothing here",
    happened: "The page does not exist, or it is not for your account.",
    next: "Check the address for a typing mistake.",
    offers_account: true,
};
const CHANGED_MEANWHILE: Words = Words {
    title: "This cannot be done now",
    happened: "Something has changed since you opened the page.",
    next: "Go back, load the page again and repeat what you did.",
    offers_account: false,
};
const TOO_MUCH_AT_ONCE: Words = Words {
    title: "Please wait a moment",
    happened: "There were too many tries in a short time. Wait a little, then try again.",
    next: "Waiting between tries keeps guessers out of your account.",
    offers_account: false,
};
const OUR_FAULT: Words = Words {
    title: "Something went wrong here",
    happened: "The server could not finish this, and nothing was changed.",
    next: "Try again in a moment. If it happens again, give the request number to an administrator.",
    offers_account: false,
};
const BAD_REQUEST: Words = Words {
    title: "This request cannot be used",
    happened: "The link or form that brought you here is incomplete, too old or not valid.",
    next: "Go back to the application and start again. If it happens again, give the request number to the people who run it.",
    offers_account: false,
};

/// Where a role comes from.
#[derive(Debug, Clone, Copy)]
pub struct RoleSource<'a> {
    /// The label of the role granted.
    pub role: &'a str,
    /// Its source in words, such as `Group "Payroll" from Okta`.
    pub from: &'a str,
}

/// The state of one's second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// None is set up.
    Off,
    /// An authenticator app is set up.
    On {
        /// When it was confirmed.
        since: Timestamp,
    },
    /// The identity provider asks for it.
    AtIdentityProvider,
}

/// A moment for reading: `22 Nov 2026, 10:30 UTC`.
fn moment(at: &Timestamp) -> String {
    let at = DateTime::<Utc>::from_timestamp_millis(at.millis()).unwrap_or(DateTime::UNIX_EPOCH);
    at.format("%-d %b %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests;
