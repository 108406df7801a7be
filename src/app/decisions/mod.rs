//! Whether somebody may do something: the questions that applications ask (OpenID AuthZEN Authorization API 1.0), answered from
//! roles, ceilings, teams, projects, shares and quotas as they are at this moment.
//!
//! **Invariant:** nothing that a question says of somebody or of something is believed: what counts is what is stored here.
//! **Invariant:** whoever asks about somebody else may ask for decisions, or is an application that got a token for it; about
//! oneself everybody may ask.

mod search;
mod things;

use std::sync::Arc;

use serde::Serialize;

use crate::app::application::{self, Application};
use crate::app::teams::Amounts;
use crate::app::users::{self as people, Person};
use crate::app::{App, tokens};
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};
use crate::domain::organisation::Organisation;
use crate::domain::policy::Actor;
use crate::domain::role::RoleModel;
use crate::domain::secret::TokenHash;
use crate::oidc::scope::Scope;
use crate::store::{client_access, users};
use things::{Judged, Thing};

pub use search::{Found, Named, PAGE_MAX, Pages, actions, resources, subjects};

/// Lets somebody ask for decisions about others.
pub const ASK: &str = "decisions:ask";
/// The kind of subject that there is.
pub const USER: &str = "user";
/// The kind of the organisation as something that is asked about: what a role allows everywhere.
pub const ORGANISATION: &str = "organisation";
/// The kind of a team.
pub const TEAM: &str = "team";
/// The kind of a project, of the organisation or registered by an application.
pub const PROJECT: &str = "project";

/// Somebody or something that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What kind it is.
    pub kind: String,
    /// Which one.
    pub id: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Whether who,
    pub subject: Entity,
    /// may do what,
    pub action: String,
    /// to what.
    pub resource: Entity,
    /// How much more of what a team may use it would take.
    pub amounts: Amounts,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is allowed.
    pub is_allowed: bool,
    /// Why, in one word.
    pub reason: &'static str,
    /// Through what.
    pub through: Vec<Through>,
}

/// Something through which something is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Through {
    /// What kind it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Which one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Answer {
    fn yes(reason: &'static str, through: Vec<Through>) -> Self {
        Self { is_allowed: true, reason, through }
    }

    const fn no(reason: &'static str) -> Self {
        Self { is_allowed: false, reason, through: Vec::new() }
    }

    fn of(allowed: bool, reason: &'static str, otherwise: &'static str) -> Self {
        if allowed { Self::yes(reason, Vec::new()) } else { Self::no(otherwise) }
    }
}

/// Who asks about which organisation, with its rules, read once for all questions of a request.
pub struct Ground<'a> {
    app: &'a App,
    actor: Actor,
    organisation: Organisation,
    model: Arc<RoleModel>,
    /// The application, where it is one that asks.
    application: Option<Arc<Application>>,
}

impl<'a> Ground<'a> {
    /// About the own organisation of whoever asks, or the one of this short name; an application asks about those it serves.
    pub async fn of(app: &'a App, actor: &Actor, slug: Option<&str>) -> Result<Self, Error> {
        let org = people::organisation_of(app, actor, slug).await?;
        let application = match actor {
            Actor::Client(client) => Some(application::known(app, client.id).await?.ok_or(Error::Unauthenticated)?),
            Actor::Operator { .. }
            | Actor::Job(_)
            | Actor::Scim(_)
            | Actor::User(_)
            | Actor::Service(_)
            | Actor::Anonymous => None,
        };
        if application.as_ref().is_some_and(|it| !it.registration.reach.serves(&org.to_string())) {
            return Err(Error::NotFound("organisation"));
        }
        let (organisation, model) = app.store.organisation(org).await?;
        if application.is_some() && organisation.is_suspended {
            return Err(Error::Unauthenticated);
        }
        Ok(Self { app, actor: actor.clone(), organisation, model, application })
    }

    const fn org(&self) -> OrgId {
        self.organisation.id
    }

    /// An application has a token for nothing else, so it may.
    fn may_ask(&self) -> Result<(), Error> {
        if self.application.is_some() { Ok(()) } else { self.actor.may(&self.model, ASK) }
    }

    /// Whether the application that asks is there for somebody; whoever else asks is.
    async fn serves(&self, person: &Person) -> Result<bool, Error> {
        let Some(reach) = self.application.as_ref().map(|it| &it.registration.reach) else { return Ok(true) };
        if reach.groups.is_empty() && reach.roles.is_empty() {
            return Ok(true);
        }
        Ok(reach.includes(&tokens::person::read(self.app, person).await?))
    }

    /// Whom a question is about, where it may be asked about them.
    async fn subject(&self, named: &Entity) -> Result<Option<Person>, Error> {
        let found = if named.kind == USER { self.find_user(&named.id).await? } else { None };
        let own = self.actor.account_id();
        let is_own = found.as_ref().is_some_and(|it| own == Some(it.user.id));
        if !is_own {
            self.may_ask()?;
        }
        match found {
            Some(person) if self.serves(&person).await? => Ok(Some(person)),
            Some(_) | None => Ok(None),
        }
    }

    /// By the lasting id, or by the user name.
    async fn find_user(&self, id: &str) -> Result<Option<Person>, Error> {
        let db = self.app.store.reader();
        let by_id = match id.parse::<UserId>() {
            Ok(id) => users::find(db, self.org(), id).await?,
            Err(_) => None,
        };
        let found = if by_id.is_some() { by_id } else { users::find_by_name(db, self.org(), id).await? };
        match found {
            Some(user) => people::person_in(self.app, &self.model, user).await.map(Some),
            None => Ok(None),
        }
    }

    /// Somebody who may only ask about themselves does not learn what there is beside what they may see.
    fn told(&self, answer: Answer) -> Answer {
        let says_what_is = ["unknown_resource", "not_shared", "not_assigned", "not_member"];
        if says_what_is.contains(&answer.reason) && self.may_ask().is_err() { Answer::no("no_access") } else { answer }
    }
}

/// The application that a token of its own for decisions stands for; nobody for any other token.
pub async fn asking_application(app: &App, token: &str) -> Result<Option<Actor>, Error> {
    let found = client_access::find(app.store.reader(), &TokenHash::of(token), app.now()).await?;
    let Some((id, scopes)) = found else { return Ok(None) };
    if !scopes.iter().any(|it| it == Scope::AuthZen.as_str()) {
        return Err(Error::forbidden("this token is for something else; ask for one with the scope authzen"));
    }
    Ok(application::known(app, id).await?.map(|it| it.actor()))
}

/// Answers a question.
pub async fn evaluate(ground: &Ground<'_>, question: &Question) -> Result<Answer, Error> {
    let Some(person) = ground.subject(&question.subject).await? else {
        return Ok(Answer::no("unknown_subject"));
    };
    let thing = Thing::find(ground, &question.resource).await?;
    let judged = Judged::of(ground, &person, &thing).await?;
    Ok(ground.told(judged.answer(ground, &person, (&question.action, &question.amounts))))
}
