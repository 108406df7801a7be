//! One's own page, and signing out.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::cookie::Cookie;
use super::error::PageError;
use super::form::{Signed, csrf_token};
use super::guard::SignedIn;
use super::page::{AccountPage, Page, PageForm, RoleSource, SecondFactor, SessionRow};
use super::routes::{Access, Routes};
use crate::app::profile::{self, Profile};
use crate::app::{App, sessions};
use crate::domain::session::Session;
use crate::domain::user::SignIn;

/// The routes of one's own page.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/", Access::Open, front_door).get("/account", Access::Session, account).post(
        "/sign-out",
        Access::Session,
        sign_out,
    )
}

async fn front_door() -> Redirect {
    Redirect::to("/account")
}

async fn account(State(app): State<App>, headers: HeaderMap, caller: SignedIn) -> Result<Response, PageError> {
    let cookie = Cookie::Session.read(&app, &headers).unwrap_or_default();
    let csrf = csrf_token(&app, &cookie)?;
    let profile = profile::of(&app, &caller.session, &caller.person).await?;
    let user = &caller.person.user;
    let others: Vec<(String, &Session)> =
        profile.other_sessions.iter().map(|it| (browser_in_words(&it.user_agent), it)).collect();
    let other_sessions: Vec<SessionRow<'_>> = others.iter().map(|(browser, it)| row(browser, it)).collect();
    let sources: Vec<RoleSource<'_>> = profile.sources.iter().map(|(role, from)| RoleSource { role, from }).collect();
    let browser = browser_in_words(&caller.session.user_agent);
    Ok(Page(AccountPage {
        form: PageForm { action: "/sign-out", csrf: &csrf, problem: None },
        display_name: &user.display_name,
        user_name: &user.user_name,
        organisation: &profile.organisation,
        role: profile.role.as_deref(),
        sources: &sources,
        second_factor: second_factor(&profile, user.sign_in),
        session: row(&browser, &caller.session),
        other_sessions: &other_sessions,
    })
    .into_response())
}

async fn sign_out(State(app): State<App>, caller: SignedIn, Signed(_): Signed) -> Result<Response, PageError> {
    sessions::end(&app, &caller.person, &caller.session).await?;
    let cookie = Cookie::Session.clear(&app)?;
    Ok((AppendHeaders([cookie]), Redirect::to("/signed-out")).into_response())
}

fn second_factor(profile: &Profile, sign_in: SignIn) -> SecondFactor {
    match (sign_in, profile.authenticator_since) {
        (_, Some(since)) => SecondFactor::On { since },
        (SignIn::Sso, None) => SecondFactor::AtIdentityProvider,
        (SignIn::Password, None) => SecondFactor::Off,
    }
}

fn row<'a>(browser: &'a str, session: &Session) -> SessionRow<'a> {
    let has_code = session.amr.iter().any(|method| method == "otp");
    let method = match (&session.upstream, has_code) {
        (Some(_), _) => "Identity provider",
        (None, true) => "Password and authenticator code",
        (None, false) => "Password",
    };
    SessionRow { browser, signed_in_at: session.auth_time, method }
}

/// What a browser calls itself, in words; only names from these lists are ever shown.
fn browser_in_words(user_agent: &str) -> String {
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

#[cfg(test)]
mod tests;
