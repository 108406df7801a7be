//! Consent: may this application have what it asks for?
//!
//! **Invariant:** only the person of the live session that the attempt was proved in is asked, and only for that session.

use super::finish::end_throttling;
use super::{Answer, Application, Attempt, Browser, Finished, Page, Proof, Wanted};
use crate::app::App;
use crate::app::users::Person;
use crate::domain::Error;
use crate::domain::policy::Action;
use crate::domain::session::Session;
use crate::oidc::decide::{self, Facts, Hint, Next};
use crate::oidc::scope::{Scope, Scopes};
use crate::store::clients;

/// What comes next for an authorization request of somebody who is signed in. `is_fresh` says that the session was proved
/// within this request, `consented_now` that the person agreed on its consent page.
pub async fn next_for(
    app: &App,
    application: &Application,
    (session, person): (&Session, &Person),
    is_fresh: bool,
    consented_now: bool,
) -> Result<Next, Error> {
    let facts = Facts {
        session: Some(decide::Session {
            auth_time: session.auth_time.seconds(),
            is_from_this_request: is_fresh,
            has_steps_left: false,
        }),
        hint: match application.expected {
            None => Hint::Absent,
            Some(expected) if expected == person.user.id => Hint::SamePerson,
            Some(_) => Hint::OtherPerson,
        },
        consented: consented(app, application, person).await?,
        consented_now,
    };
    Ok(decide::decide(&application.request, &facts, app.now().seconds()))
}

pub(super) fn show(application: &Application, person: &Person) -> Page {
    let scopes = application.request.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    Page::Consent { username: person.user.user_name.clone(), scopes }
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
        Some(_) | None => return Err(Error::invalid("decision", "must be allow or deny")),
    };
    let (Wanted::Application(application), Some((session, person))) = (&attempt.state.wanted, &browser.live) else {
        return Err(Error::Unauthenticated);
    };
    if !attempt.end(app).await? {
        return Ok(None);
    }
    if !is_allowed {
        return Ok(Some(Answer::Denied(application.clone())));
    }
    give(app, application, session, person).await?;
    end_throttling(app, person).await?;
    Ok(Some(Answer::Done(Box::new(Finished {
        cookie: None,
        session: session.clone(),
        person: person.clone(),
        is_fresh: attempt.state.is_fresh,
        consented_now: true,
        wanted: attempt.state.wanted,
    }))))
}

/// Remembers the agreement, together with what was agreed to before.
async fn give(app: &App, application: &Application, session: &Session, person: &Person) -> Result<(), Error> {
    let all = consented(app, application, person).await?.with(&application.request.scopes);
    let words = |scopes: &Scopes| scopes.iter().map(|it| it.as_str().to_owned()).collect::<Vec<_>>();
    let tx = app.begin_shared(person.user.org).await?;
    let (client, scopes) = (application.client.to_string(), words(&application.request.scopes));
    let action = Action::GiveConsent { client, scopes };
    let (tx, permit) = app.ask(tx, &person.actor(Some(session)), action, person.target()).await?;
    clients::set_consent(&tx, person.user.id, application.client, &words(&all)).await?;
    tx.commit(permit).await
}

/// What the person agreed to before; a scope that is no longer offered is forgotten.
async fn consented(app: &App, application: &Application, person: &Person) -> Result<Scopes, Error> {
    let user = &person.user;
    let words = clients::consent(app.store.reader(), user.org, user.id, application.client).await?;
    Ok(words.iter().filter_map(|word| Scope::named(word)).collect())
}
