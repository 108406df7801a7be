//! Each page that can be due in an attempt, as its template.

use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::links;
use crate::app::App;
use crate::app::invitations::Offer;
use crate::app::passwords::Purpose;
use crate::app::signin::{self, Attempt, Browser, Enrolment, Identification, Page as Due, PasswordQuestion, Provider};
use crate::domain::Error;
use crate::web::answer::origin_of;
use crate::web::brand;
use crate::web::context::{content_security_policy, texts};
use crate::web::error::PageError;
use crate::web::form::csrf_token;
use crate::web::page::{
    ActivatePage, CodePage, ConsentPage, EnrolPage, IdentifierPage, InvitationPage, NewPassword, NewPasswordPage, Page,
    PageForm, PasskeyPage, PasswordPage, Problem, ProviderPage, RecoveryPage, ShownCodes,
};
use crate::web::qr::Qr;
use crate::web::words;

/// The page of those settings.
const SECURITY: &str = "/account/security";

/// What every page of an attempt shows around its own part.
struct Frame<'a> {
    form: PageForm<'a>,
    application: Option<&'a str>,
    restart_url: Option<&'a str>,
    recovery_url: &'a str,
    asks_recovery: bool,
    passkey_url: &'a str,
    asks_passkey: bool,
    return_to: Option<&'a str>,
}

/// What is asked for where there is a choice, with what was wrong last time.
#[derive(Clone, Copy)]
pub(super) enum Asked<'a> {
    /// What is usually asked for.
    Usual(Option<Problem<'a>>),
    /// A recovery code in place of a code from the phone.
    Recovery(Option<Problem<'a>>),
    /// A passkey in place of an authenticator, where one is enrolled.
    Passkey(Option<Problem<'a>>),
}

/// The page that is due.
pub(super) async fn show(
    app: &App,
    attempt: Attempt,
    cookie: &str,
    browser: &Browser,
    asked: Asked<'_>,
) -> Result<Response, PageError> {
    let csrf = csrf_token(app, cookie)?;
    let action = format!("/sign-in/{}", attempt.id);
    let application = attempt.application().map(|it| (it.name.clone(), it.request.reply_to.redirect_uri().to_owned()));
    let is_for_device = attempt.application().is_some_and(|it| it.request.device.is_some());
    let is_of_oneself = attempt.is_of_oneself();
    let (Asked::Usual(problem) | Asked::Recovery(problem) | Asked::Passkey(problem)) = asked;
    if let Some(org) = signin::whose(app, &attempt, browser).await? {
        brand::hang(app, org).await?;
    }
    let due = match signin::show(app, attempt, browser).await {
        Err(Error::NotFound("link")) => return Ok(links::gone()),
        other => other?,
    };
    let own_settings = texts().say("own-settings");
    let restart_url = format!("{action}/restart");
    let redirect_uri = application.as_ref().map(|it| it.1.as_str());
    let host = redirect_uri.filter(|_| !is_for_device).map(host_of);
    let frame = Frame {
        form: PageForm { action: &action, csrf: &csrf, problem },
        application: application.as_ref().map(|it| it.0.as_str()).or(is_of_oneself.then_some(own_settings.as_str())),
        restart_url: (!is_of_oneself).then_some(&restart_url),
        recovery_url: &format!("{action}/recovery"),
        asks_recovery: matches!(asked, Asked::Recovery(_)),
        passkey_url: &format!("{action}/passkey"),
        asks_passkey: matches!(asked, Asked::Passkey(_)),
        return_to: host.as_deref(),
    };
    let mut response = render(&frame, due)?;
    if let Some(origin) = redirect_uri.map(origin_of) {
        // Chromium holds the redirect that answers a form to the page's form-action too.
        let policy = HeaderValue::from_str(&content_security_policy(&format!("'self' {origin}")));
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy.map_err(|it| Error::Internal(it.into()))?);
    }
    Ok(response)
}

fn render(frame: &Frame<'_>, due: Due) -> Result<Response, PageError> {
    let &Frame { form, application, return_to, restart_url, recovery_url, asks_recovery, passkey_url, asks_passkey } =
        frame;
    let t = texts();
    Ok(match due {
        Due::Identifier(asked) => identifier(frame, &asked),
        Due::Provider { username, provider } => {
            let (username, provider, provider_url) = (&username, provider.name.as_str(), provider.url.as_str());
            Page(ProviderPage { t, application, username, restart_url, provider, provider_url }).into_response()
        }
        Due::Password(asked) => password(frame, &asked),
        Due::SecondFactor { username, .. } if asks_recovery => {
            Page(RecoveryPage { t, form, application, username: &username, restart_url }).into_response()
        }
        Due::SecondFactor { username, has_code, has_passkey } => {
            let (username, passkey_url) = (&username, has_passkey.then_some(passkey_url));
            let page = CodePage { t, form, application, username, restart_url, recovery_url, has_code, passkey_url };
            Page(page).into_response()
        }
        Due::Passkey { username } => passkey(frame, &username, None, SECURITY),
        Due::NewPassword { username, purpose, rules } => {
            let (reason, username, rules) = (reason(purpose), &username, &words::rules(t, rules));
            let restart_url = restart_url.filter(|_| purpose.is_none());
            Page(NewPasswordPage { t, form, reason, username, restart_url, rules }).into_response()
        }
        Due::RecoveryCodes { username, codes } => {
            let codes: Vec<&str> = codes.iter().map(|code| code.reveal().as_str()).collect();
            let shown = ShownCodes { codes: &codes };
            Page(ActivatePage { t, form, username: &username, restart_url, shown }).into_response()
        }
        Due::Enrol(asked) if asks_passkey && asked.offers_passkey => {
            passkey(frame, &asked.username, restart_url, form.action)
        }
        Due::Enrol(asked) => enrol(frame, &asked)?,
        Due::Invitation(offer) => invitation(frame, &offer),
        Due::InvitationGone(gone) => {
            let form = gone.can_ask().then_some(form);
            links::invitation_gone(&gone, form)
        }
        Due::Consent { username, scopes, resources } => {
            let (application, username) = (application.unwrap_or_default(), &username);
            let (scopes, resources) = (&scopes, &resources);
            let page = ConsentPage { t, form, application, username, restart_url, scopes, resources, return_to };
            Page(page).into_response()
        }
    })
}

fn identifier(frame: &Frame<'_>, asked: &Identification) -> Response {
    let t = texts();
    let notice = asked.notice.as_ref().map(|why| words::complaint(t, why));
    let notice = notice.as_deref().map(|text| Problem { field: "", text });
    let page = IdentifierPage {
        t,
        form: PageForm { problem: frame.form.problem.or(notice), ..frame.form },
        application: frame.application,
        username: &asked.username,
        organisation: asked.organisation.as_deref(),
        providers: &named(&asked.providers),
        passkey_url: asked.offers_passkey.then_some(frame.passkey_url),
    };
    Page(page).into_response()
}

fn password(frame: &Frame<'_>, asked: &PasswordQuestion) -> Response {
    let page = PasswordPage {
        t: texts(),
        form: frame.form,
        application: frame.application,
        username: &asked.username,
        restart_url: frame.restart_url,
        forgot_url: Some("/forgot"),
        providers: &named(&asked.providers),
        organisation_url: frame.restart_url.filter(|_| asked.is_anywhere),
        passkey_url: asked.offers_passkey.then_some(frame.passkey_url),
    };
    Page(page).into_response()
}

/// Names and addresses of providers.
fn named(providers: &[Provider]) -> Vec<(&str, &str)> {
    providers.iter().map(|it| (it.name.as_str(), it.url.as_str())).collect()
}

fn enrol(frame: &Frame<'_>, asked: &Enrolment) -> Result<Response, PageError> {
    let page = EnrolPage {
        for_application: frame.application.filter(|_| asked.is_for_application),
        t: texts(),
        form: frame.form,
        username: &asked.username,
        restart_url: frame.restart_url,
        qr: &Qr::draw(asked.address.reveal()).map_err(Error::Internal)?,
        otpauth_url: asked.address.reveal(),
        key: asked.key.reveal(),
        is_required: asked.is_required,
        passkey_url: asked.offers_passkey.then_some(frame.passkey_url),
        days_left: asked.days_left,
    };
    Ok(Page(page).into_response())
}

fn passkey(frame: &Frame<'_>, username: &str, restart_url: Option<&str>, back_url: &str) -> Response {
    let &Frame { form, passkey_url, .. } = frame;
    Page(PasskeyPage { t: texts(), form, username, restart_url, passkey_url, back_url }).into_response()
}

fn invitation(frame: &Frame<'_>, offer: &Offer) -> Response {
    let t = texts();
    let page = InvitationPage {
        t,
        form: frame.form,
        organisation: &offer.organisation,
        inviter: Some(offer.invitation.inviter_name.as_str()).filter(|name| !name.is_empty()),
        role: &offer.role,
        address: &offer.invitation.address,
        display_name: &offer.name,
        rules: &words::rules(t, offer.rules),
    };
    Page(page).into_response()
}

const fn reason(purpose: Option<Purpose>) -> NewPassword {
    match purpose {
        None => NewPassword::Temporary,
        Some(Purpose::Reset) => NewPassword::Reset,
        Some(Purpose::Activate) => NewPassword::Activate,
    }
}

/// The part of an address by which a person can know it.
fn host_of(uri: &str) -> String {
    let url = Url::parse(uri).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.map_or_else(|| origin_of(uri), str::to_owned)
}
