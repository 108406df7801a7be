//! Gives resources to somebody else: first whom, then what would happen to each, then the deed.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use super::{Row, row};
use crate::app::App;
use crate::app::resources::{self, Obstacle, Shown};
use crate::domain::Error;
use crate::domain::id::{ResourceId, UserId};
use crate::domain::user::User;
use crate::web::console::Console;
use crate::web::console::plan::{self, Line, PlanPage, count};
use crate::web::console::shell::Shell;
use crate::web::console::users::offered::offered;
use crate::web::form::Signed;
use crate::web::texts::Texts;

/// Where resources are transferred.
pub(super) const PATH: &str = "/console/resources/transfer";

#[derive(Template)]
#[template(path = "console/resources/choose.html")]
struct ChoosePage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    ids: Vec<String>,
    rows: Vec<Row>,
    search: String,
    offered: Vec<Person>,
    has_more: bool,
    /// Why nobody is offered.
    why_not: Option<String>,
}

struct Person {
    id: String,
    name: String,
    user_name: String,
}

/// What the address asks for.
#[derive(Default)]
struct Asked {
    ids: Vec<ResourceId>,
    to: Option<UserId>,
    search: String,
}

impl Asked {
    fn read(query: &str) -> Result<Self, Error> {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "id" => asked.ids.push(super::resource_id(&value)?),
                "to" if !value.is_empty() => asked.to = Some(value.parse().map_err(|_| Error::NotFound("user"))?),
                "name" => value.trim().clone_into(&mut asked.search),
                _ => {}
            }
        }
        asked.ids.sort_unstable();
        asked.ids.dedup();
        Ok(asked)
    }
}

/// Where these resources are transferred.
pub(super) fn path(ids: &[ResourceId]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("id={id}")).collect();
    format!("{PATH}?{}", ids.join("&"))
}

pub(super) async fn ask(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let asked = match Asked::read(query.as_deref().unwrap_or_default()) {
        Ok(asked) => asked,
        Err(cause) => return console.refuse(cause),
    };
    match asked.to {
        None => console.answer(choose_page(&app, &console, asked).await),
        Some(to) => console.answer(plan_page(&app, &console, (&asked.ids, to)).await),
    }
}

pub(super) async fn apply(State(app): State<App>, console: Console, Signed(fields): Signed) -> Response {
    let done = async {
        let ids = fields.get("ids").unwrap_or_default().split(',').filter_map(|it| it.parse().ok());
        let to = fields.require("to")?.parse().map_err(|_| Error::NotFound("user"))?;
        resources::transfer_many(&app, &console.actor, console.org(), (&ids.collect::<Vec<_>>(), to)).await
    };
    match done.await {
        Ok(count) => Redirect::to(&format!("{}?said=transferred&count={count}", super::PATH)).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn choose_page<'a>(app: &App, console: &'a Console, asked: Asked) -> Result<ChoosePage<'a>, Error> {
    let (t, actor, org) = (console.t, &console.actor, console.org());
    let plan = resources::plan(app, actor, org, (&asked.ids, None)).await?;
    let own = console.caller.person.user.id;
    let may_take = has_open(&resources::plan(app, actor, org, (&asked.ids, Some(own))).await?);
    let (mut offered, has_more, why_not) = if !has_open(&plan) {
        (Vec::new(), false, Some(t.say("not-offered-resource")))
    } else if console.actor.may(&console.model, "users:list").is_err() {
        (Vec::new(), false, Some(t.say("why-no-owners")))
    } else {
        let (people, has_more) = offered(app, console, &asked.search).await?;
        (people, has_more, None)
    };
    offered.retain(|it| it.id != own || may_take);
    Ok(ChoosePage {
        shell: &console.shell,
        t,
        title: title(t, plan.len()),
        ids: asked.ids.iter().map(ToString::to_string).collect(),
        rows: plan.iter().map(|(it, _)| row(t, it)).collect(),
        search: asked.search,
        offered: offered.into_iter().map(person).collect(),
        has_more,
        why_not,
    })
}

async fn plan_page<'a>(
    app: &App,
    console: &'a Console,
    (ids, to): (&[ResourceId], UserId),
) -> Result<PlanPage<'a>, Error> {
    let (t, actor, org) = (console.t, &console.actor, console.org());
    let taker = resources::taker(app, actor, org, to).await?;
    let plan = resources::plan(app, actor, org, (ids, Some(to))).await?;
    let (mut ready, mut skipped, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for (it, obstacle) in &plan {
        let row = row(t, it);
        let line = |note, badge| Line { name: row.name, path: Some(row.path), note, badge };
        match obstacle {
            None => {
                left.push(it.resource.id.to_string());
                ready.push(line(row.kind, Some(row.owner.badge)));
            }
            Some(why) => skipped.push(line(why_not(t, *why), None)),
        }
    }
    Ok(PlanPage {
        title: title(t, plan.len()),
        text: t.name("transfer-text", &taker.display_name),
        summary: plan::summary(t, skipped.len(), plan.len()),
        fields: vec![("ids", left.join(",")), ("to", to.to_string())],
        button: t.count("do-transfer", count(ready.len())),
        ready,
        skipped,
        back: path(ids),
        ..PlanPage::of(&console.shell, t, ("resources", super::PATH.to_owned()), PATH)
    })
}

fn has_open(plan: &[(Shown, Option<Obstacle>)]) -> bool {
    plan.iter().any(|(_, obstacle)| obstacle.is_none())
}

fn why_not(t: Texts, obstacle: Obstacle) -> String {
    t.say(match obstacle {
        Obstacle::NotAllowed => "not-offered-resource",
        Obstacle::Theirs => "why-theirs",
    })
}

fn person(user: User) -> Person {
    Person { id: user.id.to_string(), name: user.display_name, user_name: user.user_name }
}

fn title(t: Texts, resources: usize) -> String {
    t.count("transfer-title", count(resources))
}
