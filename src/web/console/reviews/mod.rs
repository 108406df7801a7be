//! Access reviews: which there are, how far each has come, and what is done with it.

mod decide;
mod form;
mod words;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use self::words::Line;
use super::Console;
use super::ask::AskPage;
use super::shell::Shell;
use super::users::Badge;
use crate::app::App;
use crate::app::reviews::{self, Outcome, Review, Schedule, Standing, State as ReviewState, Which};
use crate::domain::id::ReviewId;
use crate::domain::{Denial, Error, Timestamp};
use crate::web::download;
use crate::web::form::Signed;
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Part, Texts};

/// Where they are listed.
pub(super) const LIST: &str = "/console/reviews";
/// So many places are on a page.
const ITEMS: u64 = 100;

/// The routes of access reviews.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(LIST, Access::Session, list)
        .get("/console/reviews/new", Access::Session, form::new)
        .post("/console/reviews/new", Access::Session, form::create)
        .get("/console/reviews/schedules/new", Access::Session, form::new_schedule)
        .post("/console/reviews/schedules/new", Access::Session, form::create_schedule)
        .get("/console/reviews/schedules/{id}", Access::Session, form::edit_schedule)
        .post("/console/reviews/schedules/{id}", Access::Session, form::save_schedule)
        .get("/console/reviews/schedules/{id}/delete", Access::Session, form::ask_delete)
        .post("/console/reviews/schedules/{id}/delete", Access::Session, form::delete)
        .get("/console/reviews/{id}", Access::Session, show)
        .get("/console/reviews/{id}/decide", Access::Session, decide::show)
        .post("/console/reviews/{id}/decide", Access::Session, decide::save)
        .get("/console/reviews/{id}/evidence", Access::RecentFile, evidence)
        .get("/console/reviews/{id}/{deed}", Access::Session, ask)
        .post("/console/reviews/{id}/{deed}", Access::Session, act)
}

#[derive(Template)]
#[template(path = "console/reviews/list.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    t: Texts,
    may_manage: bool,
    /// How long ago the last review was over, as good practice asks.
    lead: String,
    reviews: Vec<Row>,
    schedules: Vec<ScheduleRow>,
    next: Option<String>,
}

struct Row {
    name: String,
    path: String,
    scope: String,
    state: Badge,
    decided: u64,
    items: u64,
    progress: String,
    due_at: Option<Timestamp>,
    /// The page on which whoever looks has something to decide.
    to_decide: Option<(String, String)>,
}

struct ScheduleRow {
    name: String,
    path: String,
    scope: String,
    every: String,
    next_at: Timestamp,
}

#[derive(Template)]
#[template(path = "console/reviews/review.html")]
struct ReviewPage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    state: Badge,
    facts: Vec<(String, String)>,
    due_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    warnings: Vec<String>,
    decided: u64,
    items_all: u64,
    progress: String,
    /// What can be done with it: the word, what it is called, and whether it is the next step.
    deeds: Vec<(&'static str, String, bool)>,
    to_decide: Option<(String, String)>,
    has_evidence: bool,
    parts: Vec<PartLink>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// A part of the places, as a tab.
struct PartLink {
    label: String,
    address: String,
    is_here: bool,
}

async fn list(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let before = word(query.as_deref(), "before").and_then(|it| it.parse().ok());
    let page = async {
        let found = reviews::list(&app, &console.actor, console.org(), before).await?;
        let may_manage = reviews::may_manage(&console.actor, &console.model);
        let schedules = match may_manage {
            true => reviews::schedules(&app, &console.actor, console.org()).await?,
            false => Vec::new(),
        };
        let is_full = u64::try_from(found.len()).is_ok_and(|it| it == reviews::PAGE);
        let next = found.last().filter(|_| is_full).map(|it| format!("{LIST}?before={}", it.review.id));
        let (last, quarter) = reviews::last_closed(&app, console.org()).await?;
        let t = console.t;
        let lead = match last {
            Some(at) => t.with("reviews-last", &[("day", Part::Words(&t.day(&at)))]),
            None => t.with("reviews-never", &[("quarter", Part::Words(&quarter.name()))]),
        };
        Ok(ListPage {
            shell: &console.shell,
            t,
            may_manage,
            lead,
            reviews: found.into_iter().map(|it| row(t, it)).collect(),
            schedules: schedules.into_iter().map(|it| schedule_row(t, it)).collect(),
            next,
        })
    };
    console.answer(page.await)
}

async fn show(State(app): State<App>, console: Console, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    console.answer(page(&app, &console, &id, query.as_deref()).await)
}

async fn page<'a>(app: &App, console: &'a Console, id: &str, query: Option<&str>) -> Result<ReviewPage<'a>, Error> {
    let t = console.t;
    let standing = reviews::show(app, &console.actor, review_id(id)?).await?;
    let part = word(query, "part").unwrap_or_default();
    let cursor = word(query, "cursor");
    let asked = (which(&part), cursor.as_deref(), Some(ITEMS));
    let found = reviews::items(app, &console.actor, standing.review.id, asked).await?;
    let names = words::names(app, console.org(), &found.items).await?;
    let (review, progress) = (&standing.review, standing.progress);
    let path = path_of(review.id);
    let may_manage = reviews::may_manage(&console.actor, &console.model);
    let next = found.next.as_ref().map(|it| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("part", &part)
            .append_pair("cursor", it)
            .finish();
        format!("{path}?{query}")
    });
    Ok(ReviewPage {
        shell: &console.shell,
        t,
        name: review.name.clone(),
        state: words::state(t, review.state),
        facts: words::terms(app, t, review).await?,
        due_at: review.due_at,
        closed_at: review.closed_at,
        warnings: review.warnings.iter().map(|it| words::warning(t, it)).collect(),
        decided: progress.decided,
        items_all: progress.items,
        progress: words::progress(t, progress),
        deeds: if may_manage { deeds(t, review) } else { Vec::new() },
        to_decide: to_decide(t, &standing),
        has_evidence: may_manage,
        parts: parts(t, &path, &part),
        lines: found.items.iter().map(|it| words::line(t, it, &names)).collect(),
        next,
        path,
    })
}

async fn evidence(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let found = async { reviews::evidence(&app, &console.actor, review_id(&id)?).await };
    match found.await {
        Ok(file) => download::evidence(file),
        Err(cause) => console.refuse(cause),
    }
}

async fn ask(State(app): State<App>, console: Console, Path((id, deed)): Path<(String, String)>) -> Response {
    let t = console.t;
    let page = async {
        let Standing { review, progress, .. } = reviews::show(&app, &console.actor, review_id(&id)?).await?;
        if !reviews::may_manage(&console.actor, &console.model) {
            return Err(Error::denied(Denial::ReviewNotOffered));
        }
        let (_, label, _) = deeds(t, &review).into_iter().find(|it| it.0 == deed).ok_or(Error::NotFound("deed"))?;
        let path = path_of(review.id);
        let count = progress.items.saturating_sub(progress.decided);
        let text = match deed.as_str() {
            "open" => t.count("review-ask-open", review.terms.days),
            "close" => t.count("review-ask-close", count),
            _ => t.say("review-ask-cancel"),
        };
        Ok(AskPage {
            title: t.with("review-ask", &[("deed", Part::Words(&label)), ("name", Part::Name(&review.name))]),
            text,
            action: format!("{path}/{deed}"),
            button: label,
            is_grave: deed != "open",
            ..AskPage::of(&console, path)
        })
    };
    console.answer(page.await)
}

async fn act(
    State(app): State<App>,
    console: Console,
    Path((id, deed)): Path<(String, String)>,
    Signed(_): Signed,
) -> Response {
    let done = async {
        let id = review_id(&id)?;
        match deed.as_str() {
            "open" => reviews::open(&app, &console.actor, id).await,
            "close" => reviews::close(&app, &console.actor, id).await,
            "cancel" => reviews::cancel(&app, &console.actor, id).await,
            _ => Err(Error::NotFound("deed")),
        }
    };
    match done.await {
        Ok(review) => Redirect::to(&format!("{}?said=review-{deed}", path_of(review.id))).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

/// What can be done with a review as it stands.
fn deeds(t: Texts, review: &Review) -> Vec<(&'static str, String, bool)> {
    let deed = |word, key: &str, is_next| (word, t.say(key), is_next);
    match review.state {
        ReviewState::Staged => vec![deed("open", "review-open", true), deed("cancel", "review-cancel", false)],
        ReviewState::Active => vec![deed("close", "review-close", false), deed("cancel", "review-cancel", false)],
        ReviewState::Closing | ReviewState::Closed | ReviewState::Cancelled => Vec::new(),
    }
}

fn to_decide(t: Texts, standing: &Standing) -> Option<(String, String)> {
    let path = || format!("{}/decide", path_of(standing.review.id));
    (standing.own_open > 0).then(|| (path(), t.count("review-to-decide", standing.own_open)))
}

/// The parts in which the places of a review can be seen.
fn which(part: &str) -> Which {
    let ended = |outcome| Which { outcome: Some(outcome), ..Which::default() };
    match part {
        "open" => Which { is_open: true, ..Which::default() },
        "handed_over" => ended(Outcome::HandedOver),
        "refused" => ended(Outcome::Refused),
        _ => Which::default(),
    }
}

fn parts(t: Texts, path: &str, here: &str) -> Vec<PartLink> {
    let all = [("", "review-part-all"), ("open", "review-part-open")];
    let ended = [("handed_over", "review-part-handed-over"), ("refused", "review-part-refused")];
    let link = |(word, key): (&str, &str)| PartLink {
        label: t.say(key),
        address: if word.is_empty() { path.to_owned() } else { format!("{path}?part={word}") },
        is_here: word == here,
    };
    all.into_iter().chain(ended).map(link).collect()
}

fn row(t: Texts, standing: Standing) -> Row {
    let to_decide = to_decide(t, &standing);
    let Standing { review, progress, .. } = standing;
    Row {
        path: path_of(review.id),
        name: review.name,
        scope: t.say(words::scope(review.terms.scope)),
        state: words::state(t, review.state),
        decided: progress.decided,
        items: progress.items,
        progress: words::progress(t, progress),
        due_at: review.due_at,
        to_decide,
    }
}

fn schedule_row(t: Texts, it: Schedule) -> ScheduleRow {
    ScheduleRow {
        path: format!("{LIST}/schedules/{}", it.id),
        name: it.name,
        scope: t.say(words::scope(it.terms.scope)),
        every: t.say(words::every(it.every)),
        next_at: it.next_at,
    }
}

/// What is not an id names nothing.
fn review_id(text: &str) -> Result<ReviewId, Error> {
    text.parse().map_err(|_| Error::NotFound("review"))
}

/// The address of a review.
fn path_of(id: ReviewId) -> String {
    format!("{LIST}/{id}")
}

/// A word of the address.
fn word(query: Option<&str>, name: &str) -> Option<String> {
    let found = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(it, _)| it == name);
    found.map(|(_, value)| value.into_owned()).filter(|it| !it.is_empty())
}
