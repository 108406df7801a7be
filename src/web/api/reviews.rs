//! Access reviews in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::document::{CURSOR, Documented, Operation, operation};
use super::json::{Body, Params, Words};
use crate::app::reviews::{
    self, Decision, Item, Justify, LIMIT_DEFAULT, LIMIT_MAX, Outcome, PAGE, Review, Said, Scope, Silence, Standing,
    Terms, Which,
};
use crate::app::{App, users};
use crate::domain::id::{ReviewId, ReviewItemId, ReviewScheduleId, UserId};
use crate::domain::policy::Actor;
use crate::domain::{Error, Flaw, Timestamp};
use crate::web::download::{self, ZIP};
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list = operation("Lists access reviews, newest first")
        .of_an_organisation()
        .query("cursor", CURSOR, json!({ "type": "string", "format": "uuid" }))
        .answers::<ReviewList>(200);
    let stage = operation("Stages an access review: finds out what it is about. Nobody is asked yet")
        .of_an_organisation()
        .takes::<NewReviewBody>()
        .answers::<ReviewBody>(201);
    let show = operation("Shows an access review and how far it has come").answers::<ReviewBody>(200);
    let decide = operation("Decides about places of a review that the caller is asked about")
        .about(
            "Nobody decides about their own access, and nobody takes away what they could not take away otherwise. What was \
             submitted last counts until the review is closed; noting something down takes back nothing that was submitted. \
             The places are answered as they are then, in the order in which they were staged.",
        )
        .takes::<ReviewDecisionsBody>()
        .answers::<ReviewItemList>(200);
    let hand_on = operation("Asks somebody else about places of a review, who is written to")
        .about("By whoever is asked about them, or who manages reviews. What is decided stays with whoever decided it.")
        .takes::<HandOnReviewBody>()
        .answers_nothing(204);
    let evidence = operation(
        "Hands over what proves a review: its places as CSV, XLSX and JSON, and a signed list of those files",
    )
    .answers_file(&[ZIP]);
    routes
        .get("/api/v1/reviews", list, self::list)
        .post("/api/v1/reviews", stage.conflicts(), self::stage)
        .get("/api/v1/reviews/{id}", show, self::show)
        .post("/api/v1/reviews/{id}/open", moving("Opens a staged review: those who are asked are written to"), open)
        .post("/api/v1/reviews/{id}/close", moving("Closes a review: what was decided is done from now on"), close)
        .post("/api/v1/reviews/{id}/cancel", moving("Calls a review off; nothing that was decided is done"), cancel)
        .get("/api/v1/reviews/{id}/items", items_operation(), items)
        .post("/api/v1/reviews/{id}/decisions", decide.conflicts(), self::decide)
        .post("/api/v1/reviews/{id}/hand-on", hand_on.conflicts(), self::hand_on)
        .get("/api/v1/reviews/{id}/evidence", evidence, self::evidence)
}

fn moving(summary: &'static str) -> Operation {
    operation(summary).answers::<ReviewBody>(200).conflicts()
}

fn items_operation() -> Operation {
    let outcomes: Vec<&str> = Outcome::ALL.iter().map(|it| it.word()).collect();
    operation(
        "Lists the places of a review: all of them for who manages reviews, else those that the caller is asked about",
    )
    .query("open", "Only those about which nobody has decided yet.", json!({ "type": "boolean", "default": false }))
    .query("reviewer", "Only those that this user is asked about.", json!({ "type": "string", "format": "uuid" }))
    .query("outcome", "Only those that ended like this.", json!({ "type": "string", "enum": outcomes }))
    .paged((LIMIT_DEFAULT, LIMIT_MAX))
    .answers::<ReviewItemList>(200)
}

/// How a review goes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewTermsBody {
    /// `privileged`, `inactive`, `teams`, `groups` or `projects`.
    scope: String,
    /// Who is asked: active users who may decide in reviews.
    #[schema(min_items = 1, max_items = 50)]
    reviewers: Vec<UserId>,
    /// Who is asked where none of them may decide.
    fallback: UserId,
    /// How long there is to decide, in days.
    #[serde(default = "two_weeks")]
    #[schema(minimum = 1, maximum = 90, default = 14)]
    days: u32,
    /// What becomes of what nobody decides about: `keep`, `advice` or `remove`. What goes then goes in the name of whoever
    /// said so, or closes the review, with what they may do.
    #[serde(default = "keep")]
    #[schema(default = "keep")]
    silence: String,
    /// When a reason must be given for what stays: `privileged`, `always` or `never`.
    #[serde(default = "privileged")]
    #[schema(default = "privileged")]
    justify: String,
}

const fn two_weeks() -> u32 {
    14
}

fn keep() -> String {
    Silence::default().word().to_owned()
}

fn privileged() -> String {
    Justify::default().word().to_owned()
}

/// A new review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReviewBody {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    terms: ReviewTermsBody,
}

/// A review.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewBody {
    id: ReviewId,
    name: String,
    /// The schedule that it comes from.
    schedule: Option<ReviewScheduleId>,
    terms: ReviewTermsBody,
    /// `staged`, `active`, `closing`, `closed` or `cancelled`.
    state: &'static str,
    /// The SHA-256 of what it is about, by ids.
    digest: String,
    /// What should be known of what it was staged from.
    #[schema(value_type = Vec<Object>)]
    warnings: Value,
    created_at: String,
    opened_at: Option<String>,
    due_at: Option<String>,
    closed_at: Option<String>,
    /// How many places it is about.
    items: u64,
    /// About how many of them it is decided.
    decided: u64,
    /// How many of those stay.
    kept: u64,
    /// How many an identity provider has in its hands.
    handed_over: u64,
    /// How many could not be done.
    refused: u64,
    /// About how many the caller still has to decide.
    own_open: u64,
}

/// A page of reviews.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewList {
    reviews: Vec<ReviewBody>,
    next_cursor: Option<ReviewId>,
}

/// A place of a review.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewItemBody {
    id: ReviewItemId,
    /// `user`, `group`, `team` or `service_account`.
    holder_kind: &'static str,
    holder: String,
    holder_name: String,
    user_name: String,
    /// What is held, with what identifies it.
    #[schema(value_type = Object)]
    held: Value,
    held_name: String,
    /// The group or the connection by which it is held, or the access on a project.
    via: String,
    /// True when an identity provider keeps it: it is taken away there.
    kept_by_provider: bool,
    last_active_at: Option<String>,
    mfa: Option<String>,
    /// What speaks against it: `inactive`, `never_signed_in`, `no_second_factor`, `deactivated`, `twice`, `gone_at_provider`.
    risks: Vec<&'static str>,
    /// `keep`, or `remove` where something speaks against it.
    advice: &'static str,
    reviewer: Option<UserId>,
    decision: Option<ReviewDecidedBody>,
    /// What became of it.
    outcome: Option<&'static str>,
    /// Why it could not be done.
    why: Option<String>,
    ended_at: Option<String>,
}

/// What somebody decided.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewDecidedBody {
    /// `keep`, `remove`, `reduce` or `deactivate`.
    decision: &'static str,
    /// The lower role.
    role: Option<String>,
    comment: String,
    by: UserId,
    at: String,
    /// False while it is only noted down.
    submitted: bool,
}

/// A page of places.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewItemList {
    items: Vec<ReviewItemBody>,
    next_cursor: Option<String>,
}

/// What somebody says about places.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewDecisionsBody {
    #[schema(min_items = 1, max_items = 500)]
    decisions: Vec<ReviewDecisionBody>,
    /// False only notes it down.
    #[serde(default = "yes")]
    #[schema(default = true)]
    submit: bool,
}

const fn yes() -> bool {
    true
}

/// What somebody says about one place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewDecisionBody {
    item: ReviewItemId,
    /// `keep`, `remove`, `reduce` or `deactivate`.
    decision: String,
    /// The lower role, for `reduce`.
    #[serde(default)]
    role: Option<String>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 1000)]
    comment: String,
}

/// Who is asked instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandOnReviewBody {
    #[schema(min_items = 1, max_items = 500)]
    items: Vec<ReviewItemId>,
    to: UserId,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    organisation: Option<String>,
    cursor: Option<ReviewId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    open: Option<bool>,
    reviewer: Option<UserId>,
    outcome: Option<String>,
    cursor: Option<String>,
    limit: Option<u64>,
}

async fn list(
    State(app): State<App>,
    actor: Actor,
    Params(listed): Params<Listed>,
) -> Result<Json<ReviewList>, Problem> {
    let org = users::organisation_of(&app, &actor, listed.organisation.as_deref()).await?;
    let found = reviews::list(&app, &actor, org, listed.cursor).await?;
    let is_full = u64::try_from(found.len()).is_ok_and(|it| it == PAGE);
    let next_cursor = found.last().filter(|_| is_full).map(|it| it.review.id);
    Ok(Json(ReviewList { reviews: found.into_iter().map(ReviewBody::from).collect(), next_cursor }))
}

async fn stage(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<super::users::Which>,
    Body(new): Body<NewReviewBody>,
) -> Result<(StatusCode, Json<ReviewBody>), Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let review = reviews::stage(&app, &actor, org, &new.name, new.terms.read()?).await?;
    Ok((StatusCode::CREATED, Json(reviews::show(&app, &actor, review.id).await?.into())))
}

async fn show(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<ReviewBody>, Problem> {
    Ok(Json(reviews::show(&app, &actor, review_id(&id)?).await?.into()))
}

async fn open(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<ReviewBody>, Problem> {
    let review = reviews::open(&app, &actor, review_id(&id)?).await?;
    Ok(Json(reviews::show(&app, &actor, review.id).await?.into()))
}

async fn close(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<ReviewBody>, Problem> {
    let review = reviews::close(&app, &actor, review_id(&id)?).await?;
    Ok(Json(reviews::show(&app, &actor, review.id).await?.into()))
}

async fn cancel(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<ReviewBody>, Problem> {
    let review = reviews::cancel(&app, &actor, review_id(&id)?).await?;
    Ok(Json(reviews::show(&app, &actor, review.id).await?.into()))
}

async fn items(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Params(asked): Params<Asked>,
) -> Result<Json<ReviewItemList>, Problem> {
    let wrong = || Error::invalid("outcome", Flaw::Meaningless);
    let outcome = asked.outcome.map(|it| Outcome::parse(&it).ok_or_else(wrong)).transpose()?;
    let which = Which { reviewer: asked.reviewer, is_open: asked.open == Some(true), outcome, ..Which::default() };
    let page = (which, asked.cursor.as_deref(), asked.limit);
    let page = reviews::items(&app, &actor, review_id(&id)?, page).await?;
    Ok(Json(ReviewItemList {
        items: page.items.into_iter().map(ReviewItemBody::from).collect(),
        next_cursor: page.next,
    }))
}

async fn decide(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(said): Body<ReviewDecisionsBody>,
) -> Result<Json<ReviewItemList>, Problem> {
    let read = |it: ReviewDecisionBody| {
        let what = Decision::read(&it.decision, it.role.as_deref())?;
        Ok::<_, Error>(Said { item: it.item, what, comment: it.comment })
    };
    let all = said.decisions.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let items = reviews::decide(&app, &actor, review_id(&id)?, (all, said.submit)).await?;
    Ok(Json(ReviewItemList { items: items.into_iter().map(ReviewItemBody::from).collect(), next_cursor: None }))
}

async fn hand_on(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(to): Body<HandOnReviewBody>,
) -> Result<StatusCode, Problem> {
    reviews::hand_on(&app, &actor, review_id(&id)?, (&to.items, to.to)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn evidence(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Response, Problem> {
    Ok(download::evidence(reviews::evidence(&app, &actor, review_id(&id)?).await?))
}

/// What is not an id names nothing.
fn review_id(text: &str) -> Result<ReviewId, Error> {
    text.parse().map_err(|_| Error::NotFound("review"))
}

impl ReviewTermsBody {
    pub(super) fn read(self) -> Result<Terms, Error> {
        let wrong = |field: &str, words: String| Error::malformed(field, format!("must be one of {words}"));
        let words = |all: &[&str]| all.join(", ");
        let scope = Scope::parse(&self.scope)
            .ok_or_else(|| wrong("scope", words(&Scope::ALL.iter().map(|it| it.word()).collect::<Vec<_>>())))?;
        let silence = Silence::parse(&self.silence)
            .ok_or_else(|| wrong("silence", words(&Silence::ALL.iter().map(|it| it.word()).collect::<Vec<_>>())))?;
        let justify = Justify::parse(&self.justify)
            .ok_or_else(|| wrong("justify", words(&Justify::ALL.iter().map(|it| it.word()).collect::<Vec<_>>())))?;
        let Self { reviewers, fallback, days, .. } = self;
        Ok(Terms { scope, reviewers, fallback, days, silence, justify })
    }
}

impl From<Terms> for ReviewTermsBody {
    fn from(it: Terms) -> Self {
        Self {
            scope: it.scope.word().to_owned(),
            reviewers: it.reviewers,
            fallback: it.fallback,
            days: it.days,
            silence: it.silence.word().to_owned(),
            justify: it.justify.word().to_owned(),
        }
    }
}

impl From<Standing> for ReviewBody {
    fn from(standing: Standing) -> Self {
        let Standing { review: it, progress, own_open } = standing;
        let Review { id, name, schedule, terms, state, digest, warnings, .. } = it;
        Self {
            id,
            name,
            schedule,
            terms: terms.into(),
            state: state.word(),
            digest,
            warnings: json!(warnings),
            created_at: it.created_at.rfc3339(),
            opened_at: it.opened_at.map(Timestamp::rfc3339),
            due_at: it.due_at.map(Timestamp::rfc3339),
            closed_at: it.closed_at.map(Timestamp::rfc3339),
            items: progress.items,
            decided: progress.decided,
            kept: progress.kept,
            handed_over: progress.handed_over,
            refused: progress.refused,
            own_open,
        }
    }
}

impl From<Item> for ReviewItemBody {
    fn from(it: Item) -> Self {
        Self {
            id: it.id,
            holder_kind: it.holder.kind(),
            holder: it.holder.id(),
            advice: if it.is_advised_to_end() { "remove" } else { "keep" },
            held: json!(it.held),
            holder_name: it.holder_name,
            user_name: it.user_name,
            held_name: it.held_name,
            via: it.via,
            kept_by_provider: it.is_of_provider,
            last_active_at: it.facts.last_active.map(Timestamp::rfc3339),
            mfa: it.facts.mfa,
            risks: it.facts.risks.iter().map(|risk| risk.word()).collect(),
            reviewer: it.reviewer,
            decision: it.decided.map(|decided| ReviewDecidedBody {
                decision: decided.what.word(),
                role: decided.what.role().map(ToString::to_string),
                comment: decided.comment,
                by: decided.by,
                at: decided.at.rfc3339(),
                submitted: decided.is_submitted,
            }),
            outcome: it.ended.as_ref().map(|ended| ended.what.word()),
            why: it.ended.as_ref().map(|ended| ended.why.clone()).filter(|why| !why.is_empty()),
            ended_at: it.ended.map(|ended| ended.at.rfc3339()),
        }
    }
}
