//! Each page that can be due in an attempt, as its template.

use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::links;
use crate::app::App;
use crate::app::invitations::Why;
use crate::app::passwords::Purpose;
use crate::app::signin::{self, Attempt, Browser, Page as Due};
use crate::domain::Error;
use crate::web::answer::origin_of;
use crate::web::context::{content_security_policy, texts};
use crate::web::error::PageError;
use crate::web::form::csrf_token;
use crate::web::page::{
    ActivatePage, CodePage, ConsentPage, EnrolPage, IdentifierPage, InvitationPage, NewPassword, NewPasswordPage, Page,
    PageForm, PasswordPage, Problem, ProviderPage, RecoveryPage, ShownCodes,
};
use crate::web::qr::Qr;
use crate::web::words;

/// What every page of an attempt shows around its own part.
struct Frame<'a> {
    form: PageForm<'a>,
    application: Option<&'a str>,
    restart_url: Option<&'a str>,
    recovery_url: &'a str,
    asks_recovery: bool,
    return_to: &'a str,
}

/// What is asked for where there is a choice, with what was wrong last time.
#[derive(Clone, Copy)]
pub(super) enum Asked<'a> {
    /// What is usually asked for.
    Usual(Option<Problem<'a>>),
    /// A recovery code in place of a code from the phone.
    Recovery(Option<Problem<'a>>),
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
    let is_of_oneself = attempt.is_of_oneself();
    let (Asked::Usual(problem) | Asked::Recovery(problem)) = asked;
    let due = match signin::show(app, attempt, browser).await {
        Err(Error::NotFound("link")) => return Ok(links::gone()),
        other => other?,
    };
    let own_settings = texts().say("own-settings");
    let restart_url = format!("{action}/restart");
    let redirect_uri = application.as_ref().map(|it| it.1.as_str());
    let frame = Frame {
        form: PageForm { action: &action, csrf: &csrf, problem },
        application: application.as_ref().map(|it| it.0.as_str()).or(is_of_oneself.then_some(own_settings.as_str())),
        restart_url: (!is_of_oneself).then_some(&restart_url),
        recovery_url: &format!("{action}/recovery"),
        asks_recovery: matches!(asked, Asked::Recovery(_)),
        return_to: &redirect_uri.map(host_of).unwrap_or_default(),
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
    let &Frame { form, application, return_to, restart_url, recovery_url, asks_recovery } = frame;
    Ok(match due {
        Due::Identifier { username, organisation, providers, notice } => {
            let notice = notice.map(|why| words::complaint(texts(), &why));
            let notice = notice.as_deref().map(|text| Problem { field: "", text });
            let form = PageForm { problem: form.problem.or(notice), ..form };
            let organisation = organisation.as_deref();
            let providers = &providers.iter().map(|it| (it.name.as_str(), it.url.as_str())).collect::<Vec<_>>();
            Page(IdentifierPage { t: texts(), form, application, username: &username, organisation, providers })
                .into_response()
        }
        Due::Provider { username, provider } => {
            let (provider, provider_url) = (provider.name.as_str(), provider.url.as_str());
            let page =
                ProviderPage { t: texts(), application, username: &username, restart_url, provider, provider_url };
            Page(page).into_response()
        }
        Due::Password { username } => {
            let forgot_url = Some("/forgot");
            Page(PasswordPage { t: texts(), form, application, username: &username, restart_url, forgot_url })
                .into_response()
        }
        Due::Code { username } if asks_recovery => {
            Page(RecoveryPage { t: texts(), form, application, username: &username, restart_url }).into_response()
        }
        Due::Code { username } => {
            Page(CodePage { t: texts(), form, application, username: &username, restart_url, recovery_url })
                .into_response()
        }
        Due::NewPassword { username, purpose, rules } => {
            let reason = reason(purpose);
            let restart_url = restart_url.filter(|_| purpose.is_none());
            Page(NewPasswordPage {
                t: texts(),
                form,
                reason,
                username: &username,
                restart_url,
                rules: &words::rules(texts(), rules),
            })
            .into_response()
        }
        Due::RecoveryCodes { username, codes } => {
            let codes: Vec<&str> = codes.iter().map(|code| code.reveal().as_str()).collect();
            let shown = ShownCodes { codes: &codes };
            Page(ActivatePage { t: texts(), form, username: &username, restart_url, shown }).into_response()
        }
        Due::Enrol { username, address, key, is_required, days_left } => {
            let qr = &Qr::draw(address.reveal()).map_err(Error::Internal)?;
            let (otpauth_url, key) = (address.reveal().as_str(), key.reveal().as_str());
            let username = &username;
            let t = texts();
            let page = EnrolPage { t, form, username, restart_url, qr, otpauth_url, key, is_required, days_left };
            Page(page).into_response()
        }
        Due::Invitation(offer) => {
            let page = InvitationPage {
                t: texts(),
                form,
                organisation: &offer.organisation,
                inviter: Some(offer.invitation.inviter_name.as_str()).filter(|name| !name.is_empty()),
                role: &offer.role,
                address: &offer.invitation.address,
                display_name: &offer.name,
                rules: &words::rules(texts(), offer.rules),
            };
            Page(page).into_response()
        }
        Due::InvitationGone(gone) => {
            let form = (gone.why == Why::Void).then_some(form);
            links::invitation_gone(&gone, form)
        }
        Due::Consent { username, scopes } => {
            let (application, scopes) = (application.unwrap_or_default(), &scopes);
            Page(ConsentPage { t: texts(), form, application, username: &username, restart_url, scopes, return_to })
                .into_response()
        }
    })
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
