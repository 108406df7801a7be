//! The own password, second factor and recovery codes.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::visit::{Visit, back};
use crate::app::App;
use crate::app::credentials::{self, Changed, PasswordChange};
use crate::app::profile::{self, Profile};
use crate::app::signin;
use crate::domain::Error;
use crate::domain::secret::Secret;
use crate::domain::user::SignIn;
use crate::web::context::{CallerAddress, texts};
use crate::web::cookie::Cookie;
use crate::web::error::PageError;
use crate::web::form::Signed;
use crate::web::page::{
    AccountTab, ChangePasswordPage, CodesPage, ConfirmPage, Page, Problem, SecondFactor, SecurityPage, ShownCodes,
};
use crate::web::signin::enter;
use crate::web::words::{complaint, rules};

const SECURITY: &str = "/account/security";
const PASSWORD: &str = "/account/security/password";
const REMOVAL: &str = "/account/security/authenticator/remove";
const CODES: &str = "/account/security/recovery-codes";
const ACTIVATED: &str = "/account/security?done=mfa-on";

pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let person = &visit.caller.person;
    let profile = profile::of(&app, person).await?;
    let is_required = credentials::requires_mfa(&app, person).await?;
    let factor_due = credentials::mfa_due(&app, person).await?;
    let page = SecurityPage {
        t: texts(),
        form: visit.form(SECURITY, None),
        frame: visit.frame(AccountTab::Security),
        has_password: person.user.sign_in == SignIn::Password,
        second_factor: second_factor(&profile, person.user.sign_in),
        keeps_factor: is_required,
        factor_due,
        codes_left: profile.codes_left,
    };
    Ok(Page(page).into_response())
}

pub(super) async fn ask_password(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
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
        current: secret("current")?,
        password: secret("password")?,
        password_again: secret("password_again")?,
        ends_other_sessions: fields.get("end_others").is_some(),
    };
    let whose = (&visit.caller.session, &visit.caller.person);
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
        let sentence = "your second factor is looked after by the identity provider of your organisation";
        return Err(Error::Denied(sentence.to_owned()).into());
    }
    enter(&app, &signin::begin_enrolment(&app, session, person, ACTIVATED).await?)
}

pub(super) async fn ask_removal(visit: Visit) -> Response {
    let page = ConfirmPage {
        t: texts(),
        form: visit.form(REMOVAL, None),
        frame: visit.frame(AccountTab::Security),
        question: "disable-mfa-question",
        consequence: "disable-mfa-text",
        yes: "disable-mfa",
    };
    Page(page).into_response()
}

pub(super) async fn remove(State(app): State<App>, visit: Visit, Signed(_): Signed) -> Result<Response, PageError> {
    let token = credentials::remove_second_factor(&app, &visit.caller.session, &visit.caller.person).await?;
    done(&app, &token, "mfa-off")
}

pub(super) async fn ask_codes(visit: Visit) -> Response {
    let page = ConfirmPage {
        t: texts(),
        form: visit.form(CODES, None),
        frame: visit.frame(AccountTab::Security),
        question: "get-codes-question",
        consequence: "get-codes-text",
        yes: "get-codes",
    };
    Page(page).into_response()
}

pub(super) async fn renew_codes(
    State(app): State<App>,
    visit: Visit,
    Signed(_): Signed,
) -> Result<Response, PageError> {
    let (session, person) = (&visit.caller.session, &visit.caller.person);
    let (codes, token) = credentials::renew_recovery_codes(&app, session, person).await?;
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

const fn second_factor(profile: &Profile, sign_in: SignIn) -> SecondFactor {
    match (sign_in, profile.authenticator_since) {
        (_, Some(since)) => SecondFactor::On { since },
        (SignIn::Sso, None) => SecondFactor::AtIdentityProvider,
        (SignIn::Password, None) => SecondFactor::Off,
    }
}
