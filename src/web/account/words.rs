//! What is stored, in words for the person it is about.

use crate::app::activity::Happening;
use crate::domain::session::Session;

/// What a browser calls itself, in words; only names from these lists are ever shown.
pub(in crate::web) fn browser(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 5] =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |list: &[(&'static str, &'static str)]| {
        list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "Another browser or program".to_owned(),
    }
}

/// How a session was signed in.
pub(super) fn method(session: &Session) -> &'static str {
    if session.upstream.is_some() { "Identity provider" } else { methods(&session.amr) }
}

fn methods(amr: &[String]) -> &'static str {
    let has = |method: &str| amr.iter().any(|it| it == method);
    let has_passkey = has("hwk") || has("swk");
    match (has("otp"), has("mfa"), has("pwd")) {
        (false, _, true) if has_passkey => "Password and passkey",
        (false, _, false) if has_passkey => "Passkey",
        (true, _, _) => "Password and authenticator code",
        (false, true, true) => "Password and recovery code",
        (false, _, true) => "Password",
        (false, _, false) => "Identity provider",
    }
}

/// What happened.
pub(super) fn deed(happening: &Happening) -> &str {
    match happening.action.as_str() {
        "auth.signed_in" => "Signed in",
        "auth.sign_in_failed" => "Somebody tried to sign in",
        "auth.signed_out" => "Signed out",
        "session.revoked" => "Sessions were ended",
        "password.set" => "A password was set",
        "password.temporary_set" => "A temporary password was set",
        "password.changed" => "The password was changed",
        "password.reset_requested" => "A link for a new password was asked for",
        "password.reset" => "A new password was chosen with a link",
        "mfa.required" => "The demand for a second factor was changed",
        "mfa.enrolled" => "An authenticator app was set up",
        "mfa.removed" => "The authenticator app was removed",
        "mfa.passkey_added" => "A passkey was added",
        "mfa.passkey_removed" => "A passkey was removed",
        "mfa.reset" => "The second factor was reset",
        "mfa.recovery_code_used" => "A recovery code was used",
        "mfa.recovery_codes_renewed" => "New recovery codes were made",
        "token.personal_created" => "A token was made",
        "token.personal_revoked" => "A token was ended",
        "token.consented" => "An application was allowed access",
        "user.activated" => "The account was activated",
        other => other,
    }
}

/// How it was done, or why it failed; empty when there is nothing to say.
pub(super) fn how(happening: &Happening) -> &str {
    match (happening.action.as_str(), happening.details.as_slice()) {
        ("auth.signed_in", amr) => methods(amr),
        ("auth.sign_in_failed", [reason, ..]) => match reason.as_str() {
            "password" => "Wrong password",
            "totp" => "Wrong authenticator code",
            "recovery_code" => "Wrong recovery code",
            "passkey" => "A passkey that was not accepted",
            "copied passkey" => "A passkey that seems to have been copied",
            "throttled" => "Too many tries, so it was not looked at",
            _ => "Not possible at that time",
        },
        _ => "",
    }
}
