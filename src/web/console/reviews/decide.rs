//! The workbench: everything that somebody is asked about in a review, to be decided by mouse or by keys.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::words::{self, Line};
use super::{LIST, path_of, review_id, word};
use crate::app::App;
use crate::app::reviews::{self, COMMENT_MAX, Decision, Held, Item, Said, Standing, State as ReviewState, Which};
use crate::domain::id::{ReviewItemId, UserId};
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::web::console::Console;
use crate::web::console::list::Choice;
use crate::web::console::shell::Shell;
use crate::web::console::words::problem;
use crate::web::form::{Fields, SignedLong};
use crate::web::texts::Texts;

/// So many places are on the workbench at once.
const AT_ONCE: u64 = 100;

#[derive(Template)]
#[template(path = "console/reviews/decide.html")]
struct DecidePage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    name: String,
    due_at: Option<Timestamp>,
    open: String,
    problem: Option<String>,
    views: Vec<(String, String, bool)>,
    by: String,
    groups: Vec<Group>,
    has_more: bool,
    comment_max: usize,
    others: Vec<Choice>,
}

/// The places of one person, or of one thing that is held.
struct Group {
    heading: String,
    places: Vec<Place>,
}

struct Place {
    id: String,
    line: Line,
    /// What is chosen, as it was sent or noted down.
    chosen: String,
    comment: String,
    advice: &'static str,
    asks_why: bool,
    is_of_provider: bool,
    may_deactivate: bool,
    lower: Vec<Choice>,
}

/// What was typed.
#[derive(Default)]
struct Draft {
    fields: Fields,
    problem: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let by = word(query.as_deref(), "by").unwrap_or_default();
    console.answer(page(&app, &console, (&id, &by), Draft::default()).await)
}

pub(super) async fn save(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    SignedLong(fields): SignedLong,
) -> Response {
    let by = fields.get("by").unwrap_or_default().to_owned();
    match decide(&app, &console, &id, &fields).await {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(cause @ (Error::Invalid { .. } | Error::Conflict(_) | Error::Denied(_))) => {
            let problem = Some(problem(console.t, &cause).1);
            console.again(&cause, page(&app, &console, (&id, &by), Draft { fields, problem }).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

/// Hands on what is to be handed on, and keeps what was decided; answers where one goes on.
async fn decide(app: &App, console: &Console, id: &str, fields: &Fields) -> Result<String, Error> {
    let id = review_id(id)?;
    let (mut said, mut handed): (Vec<Said>, Vec<ReviewItemId>) = (Vec::new(), Vec::new());
    for place in fields.under("d-") {
        let item: ReviewItemId = place.parse().map_err(|_| Error::NotFound("place of this review"))?;
        match fields.get(&format!("d-{place}")).unwrap_or_default() {
            "" => {}
            "hand" => handed.push(item),
            decision => {
                let what = Decision::read(decision, fields.get(&format!("r-{place}")))?;
                let comment = fields.get(&format!("c-{place}")).unwrap_or_default().to_owned();
                said.push(Said { item, what, comment });
            }
        }
    }
    if said.is_empty() && handed.is_empty() {
        return Err(Error::invalid("decision", Flaw::Missing));
    }
    let is_submitted = fields.get("step") != Some("note");
    if !handed.is_empty() && is_submitted {
        let to: UserId =
            fields.get("to").and_then(|it| it.parse().ok()).ok_or_else(|| Error::invalid("to", Flaw::Reviewers))?;
        reviews::hand_on(app, &console.actor, id, (&handed, to)).await?;
    }
    if !said.is_empty() {
        reviews::decide(app, &console.actor, id, (said, is_submitted)).await?;
    }
    let said = if is_submitted { "review-decided" } else { "review-noted" };
    let left = match reviews::show(app, &console.actor, id).await {
        Ok(review) => review.own_open,
        // Whoever has handed on everything is not asked in it any more.
        Err(Error::NotFound(_)) => return Ok(format!("{LIST}?said={said}")),
        Err(other) => return Err(other),
    };
    let path = path_of(id);
    Ok(if left > 0 { format!("{path}/decide?said={said}") } else { format!("{path}?said={said}") })
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    (id, by): (&str, &str),
    draft: Draft,
) -> Result<DecidePage<'a>, Error> {
    let t = console.t;
    let Standing { review, own_open, .. } = reviews::show(app, &console.actor, review_id(id)?).await?;
    if review.state != ReviewState::Active {
        return Err(Conflict::ReviewIsNotOpen.into());
    }
    let me = console.caller.person.user.id;
    let which = Which { reviewer: Some(me), is_open: true, ..Which::default() };
    let found = reviews::items(app, &console.actor, review.id, (which, None, Some(AT_ONCE))).await?;
    let names = words::names(app, console.org(), &found.items).await?;
    let mut groups: Vec<Group> = Vec::new();
    let mut items = found.items;
    if by == "held" {
        items.sort_by(|one, other| (&one.held_name, one.id).cmp(&(&other.held_name, other.id)));
    }
    for item in &items {
        let heading = if by == "held" { words::held(t, item) } else { item.holder_name.clone() };
        let line = words::line(t, item, &names);
        let place = place(console, (item, line), review.asks_why(item), &draft.fields);
        match groups.last_mut().filter(|it| it.heading == heading) {
            Some(group) => group.places.push(place),
            None => groups.push(Group { heading, places: vec![place] }),
        }
    }
    let path = path_of(review.id);
    let view = |word: &str, key: &str| (t.say(key), format!("{path}/decide?by={word}"), by == word);
    Ok(DecidePage {
        shell: &console.shell,
        t,
        name: review.name,
        due_at: review.due_at,
        open: t.count("review-to-decide", own_open),
        problem: draft.problem,
        views: vec![view("", "review-by-person"), view("held", "review-by-held")],
        by: by.to_owned(),
        groups,
        has_more: found.next.is_some(),
        comment_max: COMMENT_MAX,
        others: others(app, console, &draft.fields).await?,
        path,
    })
}

fn place(console: &Console, (item, line): (&Item, Line), asks_why: bool, sent: &Fields) -> Place {
    let noted = item.decided.as_ref();
    let field = |name: &str| sent.get(&format!("{name}-{}", item.id)).map(str::to_owned);
    let chosen = field("d").or_else(|| noted.map(|it| it.what.word().to_owned())).unwrap_or_default();
    let role = field("r").or_else(|| noted.and_then(|it| it.what.role()).map(ToString::to_string));
    let lower = reviews::may_reduce_to(&console.model, item).into_iter().map(|it| Choice {
        value: it.key.to_string(),
        label: it.label.clone(),
        is_chosen: role.as_deref() == Some(it.key.as_str()),
    });
    Place {
        id: item.id.to_string(),
        chosen,
        comment: field("c").or_else(|| noted.map(|it| it.comment.clone())).unwrap_or_default(),
        advice: match (item.is_advised_to_end(), item.facts.risks.is_empty()) {
            (true, _) => "review-advice-remove",
            (false, true) => "review-advice-keep",
            (false, false) => "review-advice-mend",
        },
        asks_why,
        is_of_provider: item.is_of_provider,
        may_deactivate: item.holder.user().is_some() && !item.is_of_provider && item.held != Held::Account,
        lower: lower.collect(),
        line,
    }
}

/// Those to whom something can be handed on.
async fn others(app: &App, console: &Console, sent: &Fields) -> Result<Vec<Choice>, Error> {
    let me = console.caller.person.user.id;
    let all = reviews::eligible(app, &console.actor, console.org()).await?;
    let others = all.into_iter().filter(|(id, _)| *id != me).map(|(id, label)| Choice {
        is_chosen: sent.get("to") == Some(&id.to_string()),
        value: id.to_string(),
        label,
    });
    Ok(others.collect())
}
