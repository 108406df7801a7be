//! Signing out at the request of an application (OpenID Connect RP-Initiated Logout 1.0).
//!
//! **Invariant:** the cookie of the browser, not the hint, decides whose session may end.

use crate::app::users::Person;
use crate::app::{App, application, keys, subject};
use crate::domain::Error;
use crate::oidc::jwt::{self, Expect, Typ};
use crate::oidc::logout::{self, Facts, Hint, Next, Request};

/// What a request leads to.
#[derive(Debug)]
pub struct Decision {
    /// What to do next.
    pub next: Next,
    /// The name of the application that asks.
    pub application: Option<String>,
}

/// Decides about a request; `person` is who is signed in at this browser.
pub async fn decide(app: &App, request: &Request, person: Option<&Person>) -> Result<Decision, Error> {
    let named = named(app, request).await?;
    let hint = match (&request.id_token_hint, &named) {
        (None, _) => Hint::Absent,
        (Some(_), None) => Hint::Refused,
        (Some(_), Some((client_id, sub))) => Hint::Verified { client_id, sub },
    };
    let client_id = named.as_ref().map(|(client_id, _)| client_id).or(request.client_id.as_ref());
    let client = match client_id {
        Some(client_id) => application::find(app, client_id).await?.map(|it| it.registration.clone()),
        None => None,
    };
    let known_as = |person: &Person| match &client {
        Some(client) => subject::of(app, client, person.user.id),
        None => Ok(person.user.id.to_string()),
    };
    let session_sub = person.map(known_as).transpose()?;
    let facts = Facts { hint, client: client.as_ref(), session_sub: session_sub.as_deref() };
    Ok(Decision { next: logout::decide(request, &facts), application: client.map(|it| it.name) })
}

/// The client and the subject that a verified hint names.
async fn named(app: &App, request: &Request) -> Result<Option<(String, String)>, Error> {
    let Some(hint) = &request.id_token_hint else { return Ok(None) };
    let keys = keys::current(app).await?;
    let expect = Expect {
        typ: Typ::IdToken,
        issuer: &app.config.public_url,
        audience: None,
        now_seconds: app.now().seconds(),
        allow_expired: true,
    };
    let Ok(claims) = jwt::verify(keys.published(), &expect, hint) else { return Ok(None) };
    let text = |name: &str| claims.get(name).and_then(|it| it.as_str()).map(str::to_owned);
    Ok(text("aud").zip(text("sub")))
}
