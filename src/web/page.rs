//! The pages a person meets: one struct for each, and how it becomes a response.
//!
//! **Invariant:** every value is escaped when it is printed; the one exception is a [`Qr`], which only this server draws.
//! **Invariant:** a page decides nothing: what is shown, and where a form goes, is what its handler put into the struct.
//! **Invariant:** every form that comes back to this server carries the token of its browser session; the form that takes
//! an answer to an application never does, and the one of a link to a new address has the token of that link instead.
//!
//! Addresses (`*_url`, `action`) are written into links as they are given: a handler passes its own paths, or an address
//! it has matched against the registered ones, never one taken from a request.

mod account;
mod error;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::qr::Qr;
use super::texts::{Part, Texts};
use crate::app::invitations::Why;
use crate::domain::Timestamp;

pub use account::{
    AccountFrame, AccountTab, ActivatePage, ActivityPage, ChangePasswordPage, CodesPage, ConfirmEmailPage, ConfirmPage,
    DeviceAnsweredPage, DevicePage, EmailConfirmedPage, EmailPage, HappenedFrom, HappeningRow, LanguageChoice,
    NewTokenPage, OwnApplicationRow, OwnApplicationsPage, PasskeyRow, ProfilePage, RecoveryPage, SecurityPage,
    SessionRow, SessionsPage, ShownCodes, TokenMadePage, TokenRow, TokensPage,
};
pub use error::ErrorPage;

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
    /// The reader's texts.
    pub t: Texts,
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
    /// Where the question for a passkey is asked; none without passkeys.
    pub passkey_url: Option<&'a str>,
}

/// On the way to the identity provider of the organisation.
#[derive(Template)]
#[template(path = "sign_in/provider.html")]
pub struct ProviderPage<'a> {
    /// The reader's texts.
    pub t: Texts,
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

/// A sign-in at an identity provider that let nobody in.
#[derive(Template)]
#[template(path = "sign_in/provider_refused.html")]
pub struct ProviderRefusedPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Which check failed.
    pub sentence: String,
    /// What to do.
    pub next: String,
    /// The number under which the organisation finds the reason.
    pub reference: &'a str,
    /// Where "Try again" leads.
    pub again_url: &'a str,
}

/// A form is refused until it is proved who sends it; the page leads there.
#[derive(Template)]
#[template(path = "sign_in/proof_due.html")]
pub struct ProofDuePage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// What is to be done.
    pub title: String,
    /// Why, and what becomes of the form.
    pub lead: String,
    /// Where it is proved.
    pub url: &'a str,
}

/// The way on, after a proof that was asked for in the middle of something.
#[derive(Template)]
#[template(path = "sign_in/go_on.html")]
pub struct GoOnPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// What is opened, or where the form goes.
    pub path: &'a str,
    /// The form that is sent once more; none where a file is taken.
    pub form: Option<PageForm<'a>>,
    /// What was filled in.
    pub fields: &'a [(String, String)],
    /// Where somebody goes who does not go on.
    pub home_url: &'a str,
}

/// The password step.
#[derive(Template)]
#[template(path = "sign_in/password.html")]
pub struct PasswordPage<'a> {
    /// The reader's texts.
    pub t: Texts,
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
    /// The identity providers at which one may sign in instead: names and addresses.
    pub providers: &'a [(&'a str, &'a str)],
    /// Where the short name of the organisation is given, when its providers are not known without it.
    pub organisation_url: Option<&'a str>,
    /// Where the question for a passkey is asked; none without passkeys.
    pub passkey_url: Option<&'a str>,
}

/// The second step: a code from the authenticator app, or a passkey.
#[derive(Template)]
#[template(path = "sign_in/code.html")]
pub struct CodePage<'a> {
    /// The reader's texts.
    pub t: Texts,
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
    /// Whether there is an authenticator app.
    pub has_code: bool,
    /// Where the question for a passkey is asked; none for somebody without one.
    pub passkey_url: Option<&'a str>,
}

/// Making a passkey.
#[derive(Template)]
#[template(path = "sign_in/passkey.html")]
pub struct PasskeyPage<'a> {
    /// The language.
    pub t: Texts,
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// The user name as typed.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// Where the question for the browser is asked.
    pub passkey_url: &'a str,
    /// Where "Go back" leads.
    pub back_url: &'a str,
}

/// Setting up an authenticator app.
#[derive(Template)]
#[template(path = "sign_in/enrol.html")]
pub struct EnrolPage<'a> {
    /// The application, where nobody else wants a second factor.
    pub for_application: Option<&'a str>,
    /// The reader's texts.
    pub t: Texts,
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
    /// Where a passkey is made instead; no link without it.
    pub passkey_url: Option<&'a str>,
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
    /// The reader's texts.
    pub t: Texts,
    /// Target, token and last problem.
    pub form: PageForm<'a>,
    /// Why a password is chosen now.
    pub reason: NewPassword,
    /// The user name as typed.
    pub username: &'a str,
    /// Where "Not you?" leads; no link without it.
    pub restart_url: Option<&'a str>,
    /// The rules of the organisation.
    pub rules: &'a [PasswordRule],
}

/// A rule for a password.
#[derive(Debug, Clone)]
pub struct PasswordRule {
    /// The rule in a sentence.
    pub text: String,
    /// The kind of characters and how many of them, where a script can see that it is kept.
    pub kept_by: Option<(&'static str, usize)>,
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
    /// The key of the heading.
    fn title(self) -> &'static str {
        match self {
            Self::Temporary | Self::Reset => "choose-new-password",
            Self::Activate => "choose-your-password",
        }
    }

    /// The key of the sentence under it.
    fn lead(self) -> &'static str {
        match self {
            Self::Temporary => "lead-temporary",
            Self::Reset => "lead-reset",
            Self::Activate => "lead-activate",
        }
    }
}

/// Asking for a reset link.
#[derive(Template)]
#[template(path = "password/forgot.html")]
pub struct ForgotPage<'a> {
    /// The reader's texts.
    pub t: Texts,
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
    /// The reader's texts.
    pub t: Texts,
    /// How long the link works.
    pub minutes: u64,
    /// Where "Back to sign-in" leads.
    pub sign_in_url: &'a str,
}

/// A one-time link that was used, is too old, or was replaced.
#[derive(Template)]
#[template(path = "password/link_gone.html")]
pub struct LinkGonePage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Where one asks for a new link.
    pub again_url: &'a str,
    /// Whether an administrator can help.
    pub has_helper: bool,
    /// Where "Go to sign-in" leads.
    pub sign_in_url: &'a str,
}

/// An invitation: who invites, to what, and the form that accepts or declines.
#[derive(Template)]
#[template(path = "invitation/accept.html")]
pub struct InvitationPage<'a> {
    /// The reader's texts.
    pub t: Texts,
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
    /// The rules of the organisation for passwords.
    pub rules: &'a [PasswordRule],
}

impl InvitationPage<'_> {
    fn lead(&self) -> String {
        let role = ("role", Part::Name(self.role));
        match self.inviter {
            Some(inviter) => self.t.with("invited-as", &[("name", Part::Name(inviter)), role]),
            None => self.t.with("invited", &[role]),
        }
    }
}

/// An invitation that does not count any more.
#[derive(Template)]
#[template(path = "invitation/gone.html")]
pub struct InvitationGonePage<'a> {
    /// The reader's texts.
    pub t: Texts,
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
    /// The key of the heading.
    fn title(&self) -> &'static str {
        match self.why {
            Why::Over => "invitation-over",
            Why::Expired => "invitation-expired",
            Why::Declined => "invitation-declined",
            Why::Void => "invitation-void",
            Why::Told => "invitation-told",
        }
    }

    /// The sentence under it.
    fn lead(&self) -> String {
        match (self.why, self.organisation) {
            (Why::Over, _) => self.t.say("invitation-over-lead"),
            (Why::Expired, Some(organisation)) => self.t.name("invitation-expired-to", organisation),
            (Why::Expired, None) => self.t.say("invitation-expired-lead"),
            (Why::Declined, _) => self.t.say("invitation-declined-lead"),
            (Why::Void, _) => self.t.say("invitation-void-lead"),
            (Why::Told, _) => self.t.say("invitation-told-lead"),
        }
    }

    /// The words on the button: the inviter is asked, unless that is who may not invite any more.
    fn ask(&self) -> String {
        let inviter = self.inviter.filter(|_| self.why == Why::Expired);
        match inviter.or(self.organisation) {
            Some(name) => self.t.name("ask-for-new", name),
            None => self.t.say("ask-for-new-unknown"),
        }
    }

    /// Whom to ask: the inviter, unless that is who may not invite any more.
    fn whom_to_ask(&self) -> String {
        let inviter = match self.why {
            Why::Over | Why::Expired | Why::Declined => self.inviter,
            Why::Void | Why::Told => None,
        };
        match (inviter, self.organisation) {
            (Some(inviter), Some(org)) => {
                self.t.with("ask-person", &[("name", Part::Name(inviter)), ("org", Part::Name(org))])
            }
            (None, Some(org)) => self.t.with("ask-somebody-of", &[("org", Part::Name(org))]),
            (_, None) => self.t.say("ask-somebody"),
        }
    }
}

/// May this application have what it asks for?
#[derive(Template)]
#[template(path = "oidc/consent.html")]
pub struct ConsentPage<'a> {
    /// The reader's texts.
    pub t: Texts,
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
    /// The other servers at which the application wants to act.
    pub resources: &'a [String],
    /// The host the browser goes back to; nothing where a device is let in.
    pub return_to: Option<&'a str>,
}

/// The key of what a scope means for the person asked; `None` for one of the application's own.
fn scope_in_words(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "openid" => "scope-openid",
        "profile" => "scope-profile",
        "email" => "scope-email",
        "phone" => "scope-phone",
        "address" => "scope-address",
        "roles" => "scope-roles",
        "groups" => "scope-groups",
        "teams" => "scope-teams",
        "offline_access" => "scope-offline-access",
        "scim" => "scope-scim",
        _ => return None,
    })
}

/// Takes the answer of an authorization request to the application in a form (OAuth 2.0 Form Post Response Mode).
#[derive(Template)]
#[template(path = "oidc/form_post.html")]
pub struct FormPostPage<'a> {
    /// The reader's texts.
    pub t: Texts,
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
    /// The reader's texts.
    pub t: Texts,
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

/// The session has ended, and the applications that were used in it are told by this browser.
#[derive(Template)]
#[template(path = "oidc/signing_out.html")]
pub struct SigningOutPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// The addresses that tell them.
    pub visits: &'a [String],
    /// Where the browser goes then.
    pub next_url: &'a str,
}

/// The session has ended and no application is waiting.
#[derive(Template)]
#[template(path = "oidc/signed_out.html")]
pub struct SignedOutPage<'a> {
    /// The reader's texts.
    pub t: Texts,
    /// Where "Sign in again" leads.
    pub sign_in_url: &'a str,
}

/// The page of an instance without any organisation.
#[derive(Template)]
#[template(path = "notice/empty.html")]
pub struct EmptyPage {
    /// The reader's texts.
    pub t: Texts,
}

/// Where a role comes from.
#[derive(Debug, Clone)]
pub struct RoleSource<'a> {
    /// The label of the role granted.
    pub role: &'a str,
    /// Its source in words, such as `Group "Payroll" from Okta`.
    pub from: String,
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
    /// Passkeys are there, and no authenticator app.
    Passkeys,
    /// The identity provider asks for it.
    AtIdentityProvider,
}

#[cfg(test)]
mod tests;
