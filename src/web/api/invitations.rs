//! Invitations in the API.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, Operation, operation};
use super::json::{Body, OptionalBody, Params, Words};
use super::undelivered::UndeliveredBody;
use super::users::{asked_for, sorted};
use crate::app::invitations::{self, Delivery, Invited, Invitee, Sent, Shown, Standing};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::{InvitationId, TeamId, UserId};
use crate::domain::invitation_list::{Column, InvitationFilter, Sender};
use crate::domain::list::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::domain::text::SEARCH_MAX;
use crate::web::error::{Problem, problem_with};

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let list =
        filtered(operation("Lists the invitations that nobody has answered, newest first where nothing is said"))
            .paged((LIMIT_DEFAULT, LIMIT_MAX))
            .answers::<InvitationPage>(200);
    let create = operation("Invites people; what became of each row is in the answer")
        .of_an_organisation()
        .takes::<NewInvitations>()
        .answers::<Answers>(201)
        .conflicts()
        .throttles();
    let resend = operation("Sends an invitation again; the link before it is dead").may_take::<Again>();
    routes
        .get("/api/v1/invitations", list, self::list)
        .post("/api/v1/invitations", create, self::create)
        .post("/api/v1/invitations/{id}/resend", resend.answers::<SentBody>(200).throttles(), self::resend)
        .delete("/api/v1/invitations/{id}", operation("Takes an invitation back"), revoke)
}

/// Which invitations an operation is about, and in which order.
fn filtered(operation: Operation) -> Operation {
    let standings = Standing::ALL.map(Standing::word);
    let inviter = json!({ "anyOf": [{ "type": "string", "format": "uuid" }, { "const": Sender::OPERATOR }] });
    sorted::<Column>(operation)
        .of_an_organisation()
        .query("name", "Part of the address or the name.", json!({ "type": "string", "maxLength": SEARCH_MAX }))
        .query_of_many("role", "One of these roles.", &json!({ "type": "string" }))
        .query_of_many("status", "One of these states.", &json!({ "type": "string", "enum": standings }))
        .query(
            "undelivered",
            "`1` where the letter could not be delivered, `0` for the others.",
            json!({ "enum": ["1", "0"] }),
        )
        .query("inviter", "The id of whoever sent it, or `operator`.", inviter)
}

/// An invitation, as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvitationBody {
    id: InvitationId,
    address: String,
    display_name: Option<String>,
    role: RoleKey,
    /// The teams that the person will be on.
    teams: Vec<TeamId>,
    /// `pending`, `expired`, or `void` when whoever sent it may not invite into the role any more.
    status: &'static str,
    inviter: Option<InviterBody>,
    created_at: String,
    sent_at: String,
    expires_at: String,
    /// That the letter with the link could not be delivered; left out while it may be on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    undelivered: Option<UndeliveredBody>,
}

/// Who sent an invitation; nobody when it was the operator.
#[derive(Debug, Serialize, ToSchema)]
struct InviterBody {
    id: UserId,
    display_name: String,
}

/// A page of invitations.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvitationPage {
    invitations: Vec<InvitationBody>,
    /// Where the next page begins; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The body that invites people: rows of their own, or a pasted list, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInvitations {
    #[serde(default)]
    invitations: Vec<NewInvitation>,
    /// Addresses in free text, each alone or as `Name <address>`.
    text: Option<String>,
    /// The role of everybody for whom no other is named.
    role: Option<RoleKey>,
    /// False to get the links instead of sending mail.
    #[serde(default = "yes")]
    send_mail: bool,
}

/// One person to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewInvitation {
    address: String,
    display_name: Option<String>,
    role: Option<RoleKey>,
    #[serde(default)]
    teams: Vec<TeamId>,
}

/// How an invitation is sent again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Again {
    /// False to get the link instead of sending mail.
    #[serde(default = "yes")]
    send_mail: bool,
}

impl Default for Again {
    fn default() -> Self {
        Self { send_mail: true }
    }
}

const fn yes() -> bool {
    true
}

/// What became of each row, in the order of the request.
#[derive(Debug, Serialize, ToSchema)]
struct Answers {
    results: Vec<AnswerBody>,
}

/// What became of one row: an invitation, or why there is none.
#[derive(Debug, Serialize, ToSchema)]
struct AnswerBody {
    address: String,
    /// `invited` or `refused`.
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<InvitationBody>,
    /// The link, where no mail was sent; shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<RowProblem>,
}

/// Why somebody was not invited.
#[derive(Debug, Serialize, ToSchema)]
struct RowProblem {
    code: &'static str,
    detail: String,
}

/// An invitation that is on its way again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SentBody {
    #[serde(flatten)]
    invitation: InvitationBody,
    /// The link, where no mail was sent; shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    RawQuery(query): RawQuery,
) -> Result<Json<InvitationPage>, Problem> {
    let page = page(&app, &actor, query.as_deref().unwrap_or_default()).await?;
    let invitations = page.invitations.into_iter().map(InvitationBody::from).collect();
    Ok(Json(InvitationPage { invitations, next_cursor: page.next.map(|it| it.word) }))
}

async fn page(app: &App, actor: &Actor, query: &str) -> Result<invitations::Page, Error> {
    let (org, list) = asked_for::<InvitationFilter>(app, actor, query).await?;
    invitations::list(app, actor, org, &list).await
}

/// Answers 201 when anybody was invited; otherwise a problem, with every row as well.
pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<super::users::Which>,
    Body(new): Body<NewInvitations>,
) -> Result<Response, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    let delivery = delivery(new.send_mail);
    let answers = invitations::invite_many(&app, &actor, org, new.into_people(), delivery).await?;
    let status = status(&answers);
    let results: Vec<AnswerBody> = answers.into_iter().map(AnswerBody::from).collect();
    if status == StatusCode::CREATED {
        return Ok((status, Json(Answers { results })).into_response());
    }
    let detail = "nobody was invited; each row says why";
    let body = problem_with(status, "urn:doorward:problem:nobody-invited", detail, ("results", &results));
    Ok((status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response())
}

pub(super) async fn resend(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    OptionalBody(again): OptionalBody<Again>,
) -> Result<Json<SentBody>, Problem> {
    let sent = invitations::resend(&app, &actor, invitation_id(&id)?, delivery(again.send_mail)).await?;
    Ok(Json(sent.into()))
}

pub(super) async fn revoke(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
) -> Result<StatusCode, Problem> {
    invitations::revoke(&app, &actor, invitation_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl NewInvitations {
    fn into_people(self) -> Vec<Invitee> {
        let role = self.role;
        let rows = self.invitations.into_iter().map(|row| Invitee {
            address: row.address,
            display_name: row.display_name,
            role: row.role.or_else(|| role.clone()),
            teams: row.teams,
        });
        let pasted = self.text.as_deref().map(invitations::read_list).unwrap_or_default();
        rows.chain(pasted.into_iter().map(|it| Invitee::of(it, role.clone()))).collect()
    }
}

/// What is not an id names nothing.
fn invitation_id(text: &str) -> Result<InvitationId, Error> {
    text.parse().map_err(|_| Error::NotFound("invitation"))
}

const fn delivery(send_mail: bool) -> Delivery {
    if send_mail { Delivery::Mail } else { Delivery::HandedLink }
}

/// Created when anybody was invited; else what stands in the way of the first.
fn status(answers: &[Invited]) -> StatusCode {
    if answers.iter().any(|it| it.result.is_ok()) {
        return StatusCode::CREATED;
    }
    let first = answers.first().and_then(|it| it.result.as_ref().err());
    first.map_or(StatusCode::BAD_REQUEST, |problem| match problem {
        invitations::Problem::Member | invitations::Problem::Invited => StatusCode::CONFLICT,
        invitations::Problem::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
        invitations::Problem::Address(_) | invitations::Problem::Name(_) | invitations::Problem::Twice => {
            StatusCode::BAD_REQUEST
        }
    })
}

impl From<Invited> for AnswerBody {
    fn from(row: Invited) -> Self {
        let address = row.invitee.address;
        match row.result {
            Ok(sent) => {
                let SentBody { invitation, link } = sent.into();
                Self { address, result: "invited", invitation: Some(invitation), link, problem: None }
            }
            Err(problem) => {
                let problem = Some(RowProblem { code: problem.code(), detail: problem.to_string() });
                Self { address, result: "refused", invitation: None, link: None, problem }
            }
        }
    }
}

impl From<Sent> for SentBody {
    fn from(sent: Sent) -> Self {
        let link = sent.link.map(|link| link.reveal().clone());
        let standing = Standing::Open;
        Self { invitation: Shown { invitation: sent.invitation, standing, undelivered: None }.into(), link }
    }
}

impl From<Shown> for InvitationBody {
    fn from(Shown { invitation: it, standing, undelivered }: Shown) -> Self {
        Self {
            id: it.id,
            address: it.address,
            display_name: it.display_name,
            role: it.role,
            teams: it.teams,
            status: standing.word(),
            inviter: it.inviter.map(|id| InviterBody { id, display_name: it.inviter_name }),
            created_at: it.created_at.rfc3339(),
            sent_at: it.sent_at.rfc3339(),
            expires_at: it.expires_at.rfc3339(),
            undelivered: undelivered.map(UndeliveredBody::from),
        }
    }
}
