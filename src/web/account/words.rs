//! What is stored, in words for the person it is about.

use crate::app::activity::Happening;
use crate::domain::browser::named;
use crate::domain::session::Session;
use crate::domain::user::SignIn;
use crate::web::texts::{Part, Texts};

/// Where somebody is signed in, in words.
pub(in crate::web) fn place(t: Texts, session: &Session) -> String {
    match &session.device {
        Some(application) => t.name("device-with", application),
        None => browser(t, &session.user_agent),
    }
}

/// What a browser calls itself, in words.
pub(in crate::web) fn browser(t: Texts, user_agent: &str) -> String {
    match named(user_agent) {
        (Some(browser), Some(system)) => {
            t.with("browser-on", &[("browser", Part::Words(browser)), ("system", Part::Words(system))])
        }
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => t.with("some-browser-on", &[("system", Part::Words(system))]),
        (None, None) => t.say("other-browser"),
    }
}

/// How a session was signed in.
pub(in crate::web) fn method(t: Texts, session: &Session) -> String {
    t.say(if session.upstream.is_some() { "by-provider" } else { methods(&session.amr) })
}

/// The key of how somebody proved who they are.
fn methods(amr: &[String]) -> &'static str {
    let has = |method: &str| amr.iter().any(|it| it == method);
    let has_passkey = has("hwk") || has("swk");
    match (has("otp"), has("mfa"), has("pwd")) {
        (false, _, true) if has_passkey => "by-password-and-passkey",
        (false, _, false) if has_passkey => "by-passkey",
        (true, _, _) => "by-authenticator",
        (false, true, true) => "by-recovery-code",
        (false, _, true) => "by-password",
        (false, _, false) => "by-provider",
    }
}

/// What happened.
pub(super) fn deed(t: Texts, happening: &Happening) -> String {
    t.say(match happening.action.as_str() {
        "auth.signed_in" => "deed-signed-in",
        "auth.sign_in_failed" => "deed-sign-in-failed",
        "auth.signed_out" => "deed-signed-out",
        "session.revoked" => "deed-sessions-ended",
        "password.set" => "deed-password-set",
        "password.temporary_set" => "deed-temporary-set",
        "password.changed" => "deed-password-changed",
        "password.reset_requested" => "deed-reset-asked",
        "password.reset" => "deed-password-reset",
        "mfa.required" => "deed-mfa-required",
        "mfa.enrolled" => "deed-mfa-enrolled",
        "mfa.removed" => "deed-mfa-removed",
        "mfa.authenticator_removed" => "deed-app-removed",
        "mfa.passkey_added" => "deed-passkey-added",
        "mfa.passkey_removed" => "deed-passkey-removed",
        "mfa.reset" => "deed-mfa-reset",
        "mfa.recovery_code_used" => "deed-code-used",
        "mfa.recovery_codes_renewed" => "deed-codes-renewed",
        "token.personal_created" => "deed-token-made",
        "token.personal_revoked" => "deed-token-ended",
        "token.consented" => "deed-consented",
        "token.consent_withdrawn" => "deed-consent-withdrawn",
        "user.activated" => "deed-activated",
        "user.email_change_requested" => "deed-email-asked",
        "user.email_changed" => "deed-email-changed",
        other => return other.to_owned(),
    })
}

/// How it was done, or why it failed; empty when there is nothing to say.
pub(super) fn how(t: Texts, signs_in: SignIn, happening: &Happening) -> String {
    t.say(match (happening.action.as_str(), happening.details.as_slice()) {
        ("auth.signed_in", _) if signs_in == SignIn::Sso => "by-provider",
        ("auth.signed_in", amr) => methods(amr),
        ("auth.sign_in_failed", [reason, ..]) => match reason.as_str() {
            "password" => "why-password",
            "totp" => "why-totp",
            "recovery_code" => "why-recovery-code",
            "passkey" => "why-passkey",
            "copied passkey" => "why-copied-passkey",
            "throttled" => "why-throttled",
            _ => "why-other",
        },
        _ => return String::new(),
    })
}
