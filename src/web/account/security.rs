//! The own password, second factor and recovery codes.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::visit::{Visit, back};
use crate::app::App;
use crate::app::credentials::{self, Changed, PasswordChange};
use crate::app::passkeys;
use crate::app::profile::{self, Profile, StoredPasskey};
use crate::app::signin;
use crate::domain::id::PasskeyId;
use crate::domain::secret::Secret;
use crate::domain::user::SignIn;
use crate::domain::{Denial, Error};
use crate::web::context::{CallerAddress, texts};
use crate::web::cookie::Cookie;
use crate::web::error::PageError;
use crate::web::form::Signed;
use crate::web::page::{
    AccountTab, ChangePasswordPage, CodesPage, ConfirmPage, Page, PasskeyRow, Problem, SecondFactor, SecurityPage,
    ShownCodes,
};
use crate::web::signin::enter;
use crate::web::words::{complaint, rules};

const SECURITY: &str = "/account/security";
const PASSWORD: &str = "/account/security/password";
const REMOVAL: &str = "/account/security/authenticator/remove";
const CODES: &str = "/account/security/recovery-codes";
const ACTIVATED: &str = "/account/security?done=mfa-on";
const ADDED: &str = "/account/security?done=passkey-added";

pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let person = &visit.caller.person;
    let profile = profile::of(&app, person).await?;
    let is_required = credentials::requires_mfa(&app, person).await?;
    let factor_due = credentials::mfa_due(&app, person).await?;
    let paths: Vec<String> = profile.passkeys.iter().map(|it| removal_of(it.id)).collect();
    let passkeys: Vec<PasskeyRow<'_>> = profile.passkeys.iter().zip(&paths).map(passkey_row).collect();
    let page = SecurityPage {
        t: texts(),
        form: visit.form(SECURITY, None),
        frame: visit.frame(AccountTab::Security),
        has_password: person.user.sign_in == SignIn::Password,
        second_factor: second_factor(&profile, person.user.sign_in),
        keeps_factor: is_required,
        passkeys: &passkeys,
        may_add_passkey: person.user.sign_in == SignIn::Password && passkeys::are_possible(&app),
        factor_due,
        codes_left: profile.codes_left,
    };
    Ok(Page(page).into_response())
}

/// Somebody who signs in at an identity provider has no credentials here, and no pages about them.
fn has_credentials_here(visit: &Visit) -> Result<(), Error> {
    match visit.caller.person.user.sign_in {
        SignIn::Password => Ok(()),
        SignIn::Sso => Err(Error::NotFound("page")),
    }
}

pub(super) async fn ask_password(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    has_credentials_here(&visit)?;
    password_page(&app, &visit, None).await
}

pub(super) async fn change_password(
    State(app): State<App>,
    Extension(caller): Extension<CallerAddress>,
    visit: Visit,
    headers: HeaderMap,
    Signed(fields): Signed,
) -> Result<Response, PageError> {
    let secret = |name: &str| fields.require(name).map(|value| Secret::new(value.to_owned()));
    let change = PasswordChange {
        current: secret("current_password")?,
        password: secret("password")?,
        password_again: secret("password_again")?,
        ends_other_sessions: fields.get("end_others").is_some(),
    };
    let whose = (&visit.caller.in_browser(), &visit.caller.person);
    let device = Cookie::Device.read(&app, &headers);
    match credentials::change_password(&app, whose, change, (caller.0, device.as_deref())).await? {
        Changed::Done(token) => done(&app, &token, "password"),
        Changed::Refused(refusal) => {
            let text = complaint(texts(), &refusal.why);
            let problem = Problem { field: refusal.field, text: &text };
            let page = password_page(&app, &visit, Some(problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Begins the enrolment, which has pages of its own.
pub(super) async fn enrol(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let (session, person) = (&visit.caller.session, &visit.caller.person);
    if person.user.sign_in != SignIn::Password {
        return Err(Error::denied(Denial::MfaAtProvider).into());
    }
    enter(&app, &signin::begin_enrolment(&app, session, person, ACTIVATED).await?)
}

pub(super) async fn ask_removal(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let has_passkeys = !profile::of(&app, &visit.caller.person).await?.passkeys.is_empty();
    let (question, consequence, yes) = if has_passkeys {
        ("remove-app-question", "remove-app-text", "remove-app")
    } else {
        ("disable-mfa-question", "disable-mfa-text", "disable-mfa")
    };
    let is_kept = credentials::keeps_authenticator(&app, &visit.caller.person).await?;
    let page = ConfirmPage {
        t: texts(),
        form: visit.form(REMOVAL, None),
        frame: visit.frame(AccountTab::Security),
        about: None,
        question,
        consequence,
        yes,
        why_not: is_kept.then_some("factor-kept"),
        back: SECURITY,
    };
    Ok(Page(page).into_response())
}

pub(super) async fn remove(State(app): State<App>, visit: Visit, Signed(_): Signed) -> Result<Response, PageError> {
    let removed = credentials::remove_second_factor(&app, &visit.caller.in_browser(), &visit.caller.person).await?;
    done(&app, &removed.next, if removed.keeps_passkeys { "app-removed" } else { "mfa-off" })
}

/// Begins the making of a passkey, which has a page of its own.
pub(super) async fn add_passkey(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let (session, person) = (&visit.caller.session, &visit.caller.person);
    enter(&app, &signin::begin_passkey(&app, session, person, ADDED).await?)
}

pub(super) async fn ask_passkey_removal(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let passkey = credentials::own_passkey(&app, &visit.caller.person, passkey_id(&id)?).await?;
    let removal = removal_of(passkey.id);
    let is_kept = credentials::keeps_passkey(&app, &visit.caller.person).await?;
    let page = ConfirmPage {
        t: texts(),
        form: visit.form(&removal, None),
        frame: visit.frame(AccountTab::Security),
        about: Some(&passkey.name),
        question: "remove-passkey-question",
        consequence: "remove-passkey-text",
        yes: "remove-passkey",
        why_not: is_kept.then_some("factor-kept"),
        back: SECURITY,
    };
    Ok(Page(page).into_response())
}

pub(super) async fn remove_passkey(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Result<Response, PageError> {
    let (browser, person) = (visit.caller.in_browser(), &visit.caller.person);
    let token = credentials::remove_passkey(&app, &browser, person, passkey_id(&id)?).await?;
    done(&app, &token, "passkey-removed")
}

pub(super) async fn ask_codes(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    has_credentials_here(&visit)?;
    let profile = profile::of(&app, &visit.caller.person).await?;
    if !profile.has_factor() {
        return Ok(Redirect::to(SECURITY).into_response());
    }
    let has_codes = profile.codes_left.is_some();
    let (question, consequence, yes) = if has_codes {
        ("get-codes-question", "get-codes-text", "get-codes")
    } else {
        ("make-codes-question", "make-codes-text", "make-codes")
    };
    let (form, frame) = (visit.form(CODES, None), visit.frame(AccountTab::Security));
    Ok(Page(ConfirmPage {
        t: texts(),
        form,
        frame,
        about: None,
        question,
        consequence,
        yes,
        why_not: None,
        back: SECURITY,
    })
    .into_response())
}

pub(super) async fn renew_codes(
    State(app): State<App>,
    visit: Visit,
    Signed(_): Signed,
) -> Result<Response, PageError> {
    let (browser, person) = (visit.caller.in_browser(), &visit.caller.person);
    let (codes, token) = credentials::renew_recovery_codes(&app, &browser, person).await?;
    let visit = visit.under(&app, token.reveal())?;
    let codes: Vec<&str> = codes.iter().map(|code| code.reveal().as_str()).collect();
    let page = CodesPage {
        t: texts(),
        form: visit.form(SECURITY, None),
        frame: visit.frame(AccountTab::Security),
        shown: ShownCodes { codes: &codes },
    };
    Ok((AppendHeaders([Cookie::Session.set(&app, &token)?]), Page(page)).into_response())
}

async fn password_page(app: &App, visit: &Visit, problem: Option<Problem<'_>>) -> Result<Response, PageError> {
    let composition = credentials::password_rules(app, &visit.caller.person).await?;
    let page = ChangePasswordPage {
        t: texts(),
        form: visit.form(PASSWORD, problem),
        frame: visit.frame(AccountTab::Security),
        rules: &rules(texts(), composition),
    };
    Ok(Page(page).into_response())
}

/// Back to the page, with the new token of the session.
fn done(app: &App, token: &Secret<String>, word: &str) -> Result<Response, PageError> {
    Ok((AppendHeaders([Cookie::Session.set(app, token)?]), back(SECURITY, word)).into_response())
}

fn removal_of(passkey: PasskeyId) -> String {
    format!("/account/security/passkeys/{passkey}/remove")
}

fn passkey_id(text: &str) -> Result<PasskeyId, Error> {
    text.parse().map_err(|_| Error::NotFound("passkey"))
}

fn passkey_row<'a>((passkey, remove_url): (&'a StoredPasskey, &'a String)) -> PasskeyRow<'a> {
    let StoredPasskey { name, created_at, last_used_at, .. } = passkey;
    PasskeyRow { remove_url, name, created_at: *created_at, last_used_at: *last_used_at }
}

const fn second_factor(profile: &Profile, sign_in: SignIn) -> SecondFactor {
    match (sign_in, profile.authenticator_since) {
        (_, Some(since)) => SecondFactor::On { since },
        (SignIn::Sso, None) => SecondFactor::AtIdentityProvider,
        (SignIn::Password, None) if !profile.passkeys.is_empty() => SecondFactor::Passkeys,
        (SignIn::Password, None) => SecondFactor::Off,
    }
}
