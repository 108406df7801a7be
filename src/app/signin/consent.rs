//! Consent: may this application have what it asks for?
//!
//! **Invariant:** only the person of the live session that the attempt was proved in is asked, and only for that session.

use super::{Answer, Application, Attempt, Browser, Finished, Page, Proof, Wanted};
use crate::app::App;
use crate::app::authorize::{self, Visitor};
use crate::app::users::Person;
use crate::domain::{Error, Flaw};
use crate::oidc::ErrorCode;

pub(super) fn show(application: &Application, person: &Person) -> Page {
    let scopes = application.request.asked().iter().map(|scope| scope.as_str().to_owned()).collect();
    let resources = application.request.resources.clone();
    Page::Consent { username: person.user.user_name.clone(), scopes, resources }
}

pub(super) async fn decide(
    app: &App,
    attempt: Attempt,
    proof: Proof,
    browser: &Browser,
) -> Result<Option<Answer>, Error> {
    let is_allowed = match proof.decision.as_deref() {
        Some("allow") => true,
        Some("deny") => false,
        Some(_) | None => return Err(Error::invalid("decision", Flaw::Decision)),
    };
    let (Wanted::Application(application), Some((session, person))) = (&attempt.state.wanted, &browser.live) else {
        return Err(Error::Unauthenticated);
    };
    if !attempt.end(app).await? {
        return Ok(None);
    }
    let request = &application.request;
    let reply = if is_allowed {
        authorize::give_consent(app, request, person, session).await?;
        let is_from_this_request = attempt.state.is_fresh;
        authorize::reply(app, request, Visitor { session, person, is_from_this_request, consented_now: true }).await?
    } else {
        authorize::refuse(app, request, &ErrorCode::AccessDenied.because("the person did not agree")).await?
    };
    Ok(Some(Answer::Done(Box::new(Finished { session: None, reply: Some(reply), onward: None }))))
}
