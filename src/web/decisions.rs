//! Decisions for applications: OpenID AuthZEN Authorization API 1.0.
//!
//! **Invariant:** a question that is not well formed is refused, and one that is gets an answer, whatever it is about: what is
//! not known here is not allowed.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Json, RequestExt as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::Problem;
use super::routes::{Access, Routes};
use crate::app::App;
use crate::app::decisions::{self, Answer, Asker, Entity, Found, Named, PAGE_MAX, Pages, Question};
use crate::app::teams::{Amounts, Quota};
use crate::domain::Error;
use crate::domain::policy::Actor;

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
struct Sent<T>(Asker, T);

#[derive(Debug, Clone, Default, Deserialize)]
struct Body {
    subject: Option<Party>,
    action: Option<Doing>,
    resource: Option<Party>,
    #[serde(default)]
    evaluations: Vec<Value>,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    page: PageBody,
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

impl<T: for<'de> Deserialize<'de>> FromRequest<App> for Sent<T> {
    type Rejection = Response;

    async fn from_request(mut request: Request, app: &App) -> Result<Self, Response> {
        let refused = |cause: Error| Problem::from(cause).into_response();
        let actor = request.extract_parts_with_state::<Actor, App>(app).await?;
        let which = axum_extra::extract::Query::<Which>::try_from_uri(request.uri());
        let which = which.map_err(|_| refused(Error::malformed("organisation", "say it once")))?.0;
        let org = decisions::organisation(app, &actor, which.organisation.as_deref()).await.map_err(refused)?;
        let bytes = json_of(request).await.map_err(refused)?;
        let body =
            serde_json::from_slice(&bytes).map_err(|cause| refused(Error::malformed("body", cause.to_string())))?;
        Ok(Self(Asker { actor, org }, body))
    }
}

async fn json_of(request: Request) -> Result<Bytes, Error> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Error::malformed("body", "send it as application/json"));
    }
    let read = to_bytes(request.into_body(), BODY_MAX).await;
    read.map_err(|_| Error::malformed("body", format!("must not be larger than {BODY_MAX} bytes")))
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

async fn evaluation(State(app): State<App>, Sent(asker, body): Sent<Body>) -> Result<Json<Decision>, Problem> {
    Ok(Json(decisions::evaluate(&app, &asker, &body.question()?).await?.into()))
}

async fn evaluations(State(app): State<App>, Sent(asker, body): Sent<Body>) -> Result<Json<Value>, Problem> {
    if body.evaluations.is_empty() {
        let one: Decision = decisions::evaluate(&app, &asker, &body.question()?).await?.into();
        return Ok(Json(json!(one)));
    }
    if body.evaluations.len() > EVALUATIONS_MAX {
        return Err(Error::malformed("evaluations", format!("ask at most {EVALUATIONS_MAX} at once")).into());
    }
    let mut answers: Vec<Decision> = Vec::new();
    for one in &body.evaluations {
        let answer = match body.with(one) {
            Ok(question) => decisions::evaluate(&app, &asker, &question).await?.into(),
            Err(cause) => Decision::wrong(&cause),
        };
        let ends = body.options.evaluations_semantic.ends_with(answer.decision);
        answers.push(answer);
        if ends {
            break;
        }
    }
    Ok(Json(json!({ "evaluations": answers })))
}

async fn subjects(State(app): State<App>, Sent(asker, body): Sent<Body>) -> Result<Json<Value>, Problem> {
    let (kind, action) = (kind_of("subject", body.subject.as_ref())?, body.action()?);
    let resource = entity("resource", body.resource.as_ref())?;
    let found = decisions::subjects(&app, &asker, (&kind, &action, &resource), &body.pages()).await?;
    Ok(Json(page(found, |it| json!({ "user_name": it.name }))))
}

async fn resources(State(app): State<App>, Sent(asker, body): Sent<Body>) -> Result<Json<Value>, Problem> {
    let (kind, action) = (kind_of("resource", body.resource.as_ref())?, body.action()?);
    let subject = entity("subject", body.subject.as_ref())?;
    let found = decisions::found_resources(&app, &asker, (&subject, &action, &kind), &body.pages()).await?;
    Ok(Json(page(found, |it| json!({ "name": it.name }))))
}

async fn actions(State(app): State<App>, Sent(asker, body): Sent<Body>) -> Result<Json<Value>, Problem> {
    let subject = entity("subject", body.subject.as_ref())?;
    let resource = entity("resource", body.resource.as_ref())?;
    let open = decisions::actions(&app, &asker, &subject, &resource).await?;
    let results: Vec<Value> = open.into_iter().map(|name| json!({ "name": name })).collect();
    Ok(Json(json!({ "results": results })))
}

fn page(found: Found, properties: impl Fn(&Named) -> Value) -> Value {
    let one = |it: &Named| json!({ "type": it.entity.kind, "id": it.entity.id, "properties": properties(it) });
    let results: Vec<Value> = found.results.iter().map(one).collect();
    json!({ "results": results, "page": { "next_token": found.next.unwrap_or_default(), "count": results.len() } })
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
    fn with(&self, one: &Value) -> Result<Question, Error> {
        let own: Self =
            serde_json::from_value(one.clone()).map_err(|cause| Error::malformed("evaluations", cause.to_string()))?;
        let whole = Self {
            subject: own.subject.or_else(|| self.subject.clone()),
            action: own.action.or_else(|| self.action.clone()),
            resource: own.resource.or_else(|| self.resource.clone()),
            ..Self::default()
        };
        whole.question()
    }

    fn action(&self) -> Result<String, Error> {
        let named = self.action.as_ref().and_then(|it| it.name.clone());
        named.ok_or_else(|| Error::malformed("action", "say its name"))
    }

    fn pages(&self) -> Pages {
        Pages { token: self.page.token.clone(), limit: self.page.limit.map(|it| it.min(PAGE_MAX)) }
    }
}

/// What a team may use more of, by the properties of the action; others are passed over.
fn amounts(doing: Option<&Doing>) -> Result<Amounts, Error> {
    let said = |of: Quota| doing.and_then(|it| it.properties.get(of.word())).and_then(Value::as_u64);
    Amounts::of(Quota::ALL.map(|of| (of, said(of))))
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
    /// The answer to one of several questions that is not well formed.
    fn wrong(cause: &Error) -> Self {
        let error = json!({ "status": 400, "message": cause.to_string() });
        Self { decision: false, context: json!({ "error": error }) }
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
