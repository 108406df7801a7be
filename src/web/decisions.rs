//! Decisions for applications: OpenID AuthZEN Authorization API 1.0.
//!
//! **Invariant:** a question that is not well formed is refused, and one that is gets an answer, whatever it is about: what is
//! not known here is not allowed.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Json, RequestExt as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api::json::plain;
use super::barrier::Barrier;
use super::error::{Problem, refuse, status};
use super::routes::{Access, Routes};
use crate::app::App;
use crate::app::decisions::{self, Answer, Entity, Found, Ground, Named, Pages, Question};
use crate::app::teams::{Amounts, Quota};
use crate::domain::Error;
use crate::domain::policy::Actor;
use crate::scim;

/// Where decisions are asked for.
pub(super) const BASE: &str = "/access/v1";
const EVALUATION: &str = "/access/v1/evaluation";
const EVALUATIONS: &str = "/access/v1/evaluations";
const SUBJECTS: &str = "/access/v1/search/subject";
const RESOURCES: &str = "/access/v1/search/resource";
const ACTIONS: &str = "/access/v1/search/action";
const METADATA: &str = "/.well-known/authzen-configuration";
const BODY_MAX: usize = 64 * 1024;
/// So many questions are answered at once.
const EVALUATIONS_MAX: usize = 100;

/// The routes.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(METADATA, Access::Open, metadata)
        .post(EVALUATION, Access::Decision, evaluation)
        .post(EVALUATIONS, Access::Decision, evaluations)
        .post(SUBJECTS, Access::Decision, subjects)
        .post(RESOURCES, Access::Decision, resources)
        .post(ACTIONS, Access::Decision, actions)
}

/// A request, with who sent it. Members that mean nothing here are passed over.
struct Sent {
    actor: Actor,
    organisation: Option<String>,
    body: Body,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Body {
    subject: Option<Party>,
    action: Option<Doing>,
    resource: Option<Party>,
    #[serde(default)]
    evaluations: Vec<One>,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    page: PageBody,
}

/// One of several questions; what it does not say is said for all.
#[derive(Debug, Clone, Default, Deserialize)]
struct One {
    subject: Option<Party>,
    action: Option<Doing>,
    resource: Option<Party>,
}

/// A subject or a resource; its properties are not believed.
#[derive(Debug, Clone, Deserialize)]
struct Party {
    #[serde(rename = "type")]
    kind: Option<String>,
    id: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Doing {
    name: Option<String>,
    #[serde(default)]
    properties: serde_json::Map<String, Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Options {
    #[serde(default)]
    evaluations_semantic: Semantic,
}

/// When no more of several questions are answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Semantic {
    #[default]
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct PageBody {
    token: Option<String>,
    limit: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Decision {
    decision: bool,
    context: Value,
}

#[derive(Debug, Deserialize)]
struct Which {
    organisation: Option<String>,
}

impl FromRequest<App> for Sent {
    type Rejection = Response;

    async fn from_request(mut request: Request, app: &App) -> Result<Self, Response> {
        let refused = |cause: Error| Problem::from(cause).into_response();
        let actor = request.extract_parts_with_state::<Actor, App>(app).await?;
        let which = axum_extra::extract::Query::<Which>::try_from_uri(request.uri());
        let Which { organisation } = which.map_err(|_| refused(Error::malformed("organisation", "say it once")))?.0;
        let path = request.uri().path().to_owned();
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json")) {
            return Err(refused(Error::malformed("body", "send it as application/json")));
        }
        let read = to_bytes(request.into_body(), BODY_MAX).await;
        let bytes = read.map_err(|_| refuse(&path, &Barrier::TooLarge { what: "the body", bytes_max: BODY_MAX }))?;
        let body = read_body(&bytes).map_err(refused)?;
        Ok(Self { actor, organisation, body })
    }
}

impl Sent {
    async fn ground<'a>(&self, app: &'a App) -> Result<Ground<'a>, Error> {
        Ground::of(app, &self.actor, self.organisation.as_deref()).await
    }
}

/// Reads a body that says each thing once, and is no deeper than any other that is read here.
fn read_body(bytes: &[u8]) -> Result<Body, Error> {
    let wrong = |problem: String| Error::malformed("body", problem);
    scim::json::parse(bytes).map_err(|cause| wrong(cause.detail))?;
    plain::from_slice(bytes).map_err(|cause| wrong(cause.to_string()))
}

async fn metadata(State(app): State<App>) -> Json<Value> {
    let url = |path: &str| app.config.url(path);
    Json(json!({
        "policy_decision_point": app.config.public_url.as_str().trim_end_matches('/'),
        "access_evaluation_endpoint": url(EVALUATION),
        "access_evaluations_endpoint": url(EVALUATIONS),
        "search_subject_endpoint": url(SUBJECTS),
        "search_resource_endpoint": url(RESOURCES),
        "search_action_endpoint": url(ACTIONS),
    }))
}

async fn evaluation(State(app): State<App>, sent: Sent) -> Result<Json<Decision>, Problem> {
    let ground = sent.ground(&app).await?;
    Ok(Json(decisions::evaluate(&ground, &sent.body.question()?).await?.into()))
}

async fn evaluations(State(app): State<App>, sent: Sent) -> Result<Json<Value>, Problem> {
    let (ground, body) = (sent.ground(&app).await?, &sent.body);
    if body.evaluations.is_empty() {
        let one: Decision = decisions::evaluate(&ground, &body.question()?).await?.into();
        return Ok(Json(json!(one)));
    }
    if body.evaluations.len() > EVALUATIONS_MAX {
        return Err(Error::malformed("evaluations", format!("ask at most {EVALUATIONS_MAX} at once")).into());
    }
    let mut answers: Vec<Decision> = Vec::new();
    for one in &body.evaluations {
        let answer = answer(&ground, body.with(one)).await?;
        let ends = body.options.evaluations_semantic.ends_with(answer.decision);
        answers.push(answer);
        if ends {
            break;
        }
    }
    Ok(Json(json!({ "evaluations": answers })))
}

/// The answer to one of several questions; one that is not well formed, or may not be asked, spoils no other.
async fn answer(ground: &Ground<'_>, question: Result<Question, Error>) -> Result<Decision, Error> {
    let answer = match question {
        Ok(question) => decisions::evaluate(ground, &question).await,
        Err(cause) => Err(cause),
    };
    match answer {
        Ok(answer) => Ok(answer.into()),
        Err(cause @ (Error::Invalid { .. } | Error::Denied(_))) => Ok(Decision::wrong(&cause)),
        Err(other) => Err(other),
    }
}

async fn subjects(State(app): State<App>, sent: Sent) -> Result<Json<Value>, Problem> {
    let (ground, body) = (sent.ground(&app).await?, &sent.body);
    let (kind, action) = (kind_of("subject", body.subject.as_ref())?, body.action()?);
    let resource = entity("resource", body.resource.as_ref())?;
    let found = decisions::subjects(&ground, (&kind, &action, &resource), &body.pages()).await?;
    Ok(Json(page(&found, |it| json!({ "user_name": it.name }))))
}

async fn resources(State(app): State<App>, sent: Sent) -> Result<Json<Value>, Problem> {
    let (ground, body) = (sent.ground(&app).await?, &sent.body);
    let (kind, action) = (kind_of("resource", body.resource.as_ref())?, body.action()?);
    let subject = entity("subject", body.subject.as_ref())?;
    let found = decisions::resources(&ground, (&subject, &action, &kind), &body.pages()).await?;
    Ok(Json(page(&found, |it| json!({ "name": it.name }))))
}

async fn actions(State(app): State<App>, sent: Sent) -> Result<Json<Value>, Problem> {
    let (ground, body) = (sent.ground(&app).await?, &sent.body);
    let subject = entity("subject", body.subject.as_ref())?;
    let resource = entity("resource", body.resource.as_ref())?;
    let open = decisions::actions(&ground, &subject, &resource).await?;
    let results: Vec<Value> = open.into_iter().map(|name| json!({ "name": name })).collect();
    Ok(Json(json!({ "results": results })))
}

fn page(found: &Found, properties: impl Fn(&Named) -> Value) -> Value {
    let one = |it: &Named| json!({ "type": it.entity.kind, "id": it.entity.id, "properties": properties(it) });
    let results: Vec<Value> = found.results.iter().map(one).collect();
    json!({ "results": results, "page": { "next_token": found.next.as_deref().unwrap_or_default(), "count": results.len() } })
}

impl Body {
    fn question(&self) -> Result<Question, Error> {
        Ok(Question {
            subject: entity("subject", self.subject.as_ref())?,
            action: self.action()?,
            resource: entity("resource", self.resource.as_ref())?,
            amounts: amounts(self.action.as_ref())?,
        })
    }

    /// One of several questions: what it does not say, this one says for all (AuthZEN 7.1.1).
    fn with(&self, one: &One) -> Result<Question, Error> {
        let whole = Self {
            subject: one.subject.clone().or_else(|| self.subject.clone()),
            action: one.action.clone().or_else(|| self.action.clone()),
            resource: one.resource.clone().or_else(|| self.resource.clone()),
            ..Self::default()
        };
        whole.question()
    }

    fn action(&self) -> Result<String, Error> {
        let named = self.action.as_ref().and_then(|it| it.name.clone());
        named.ok_or_else(|| Error::malformed("action", "say its name"))
    }

    fn pages(&self) -> Pages {
        Pages { token: self.page.token.clone(), limit: self.page.limit }
    }
}

/// What a team may use more of, by the properties of the action; what is no quota is passed over.
fn amounts(doing: Option<&Doing>) -> Result<Amounts, Error> {
    let mut said = Vec::new();
    for of in Quota::ALL {
        let value = doing.and_then(|it| it.properties.get(of.word())).filter(|it| !it.is_null());
        let wrong = || Error::malformed(of.word(), "must be a whole number, such as 5");
        said.push((of, value.map(|it| it.as_u64().ok_or_else(wrong)).transpose()?));
    }
    Amounts::of(said)
}

fn kind_of(what: &str, party: Option<&Party>) -> Result<String, Error> {
    party.and_then(|it| it.kind.clone()).ok_or_else(|| Error::malformed(what, "say its type"))
}

fn entity(what: &str, party: Option<&Party>) -> Result<Entity, Error> {
    let kind = kind_of(what, party)?;
    let id = party.and_then(|it| it.id.clone()).ok_or_else(|| Error::malformed(what, "say its id"))?;
    Ok(Entity { kind, id })
}

impl Semantic {
    const fn ends_with(self, decision: bool) -> bool {
        match self {
            Self::ExecuteAll => false,
            Self::DenyOnFirstDeny => !decision,
            Self::PermitOnFirstPermit => decision,
        }
    }
}

impl Decision {
    /// The answer to one of several questions that has none.
    fn wrong(cause: &Error) -> Self {
        let status = status(cause).as_u16();
        Self { decision: false, context: json!({ "error": { "status": status, "message": cause.to_string() } }) }
    }
}

impl From<Answer> for Decision {
    fn from(answer: Answer) -> Self {
        let context = match answer.through.is_empty() {
            true => json!({ "reason": answer.reason }),
            false => json!({ "reason": answer.reason, "through": answer.through }),
        };
        Self { decision: answer.is_allowed, context }
    }
}
