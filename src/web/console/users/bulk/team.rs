//! Several users are put on a team: first which, then who would join it, then the deed.

use super::{Asked, KIND};
use crate::app::teams::{self, Team};
use crate::app::user_list::Entry;
use crate::app::{App, user_sheet};
use crate::domain::{Denial, Error};
use crate::web::console::list::Choice;
use crate::web::console::plan::{Plan, PlanPage, Tally, count};
use crate::web::console::{Console, words};
use crate::web::texts::Part;

/// The word in an address.
pub(super) const WORD: &str = "team";
/// What it is called.
pub(super) const LABEL: &str = "add-to-team";

/// True when this person may put people on teams.
pub(super) fn is_offered(console: &Console) -> bool {
    console.actor.may(&console.model, "teams.members:manage").is_ok()
}

pub(super) async fn page<'a>(app: &App, console: &'a Console, asked: &Asked) -> Result<PlanPage<'a>, Error> {
    if !is_offered(console) {
        return Err(Error::denied(Denial::TeamNotOffered));
    }
    if asked.team.is_empty() {
        return question(app, console, asked).await;
    }
    let t = console.t;
    let team = team(app, console, asked).await?;
    let plan = planned(app, console, (&team, asked)).await?;
    let name = t.count("bulk-users", count(plan.ready.len()));
    let mut page = plan.page(console, &asked.chosen, (&KIND, &t.say(LABEL)));
    page.fields.push(("team", team.id.to_string()));
    let text = t.with("bulk-team-plan", &[("name", Part::Words(&name)), ("team", Part::Name(&team.name))]);
    Ok(PlanPage { text, ..page })
}

/// Which team it is to be.
async fn question<'a>(app: &App, console: &'a Console, asked: &Asked) -> Result<PlanPage<'a>, Error> {
    let t = console.t;
    let mut plan = Plan::empty();
    for id in asked.chosen.rows()? {
        plan.add(user_sheet::entry(app, &console.actor, *id).await?, None);
    }
    let teams = teams::list(app, &console.actor, console.org()).await?.into_iter().map(|it| it.team);
    let choices = teams.map(|it| Choice { value: it.id.to_string(), label: it.name, is_chosen: false }).collect();
    let mut fields = asked.chosen.fields();
    fields.extend(asked.chosen.ids.iter().map(|it| ("id", it.to_string())));
    Ok(PlanPage {
        text: t.say("bulk-team-text"),
        summary: t.count("bulk-users", count(plan.ready.len())),
        is_question: true,
        fields,
        choices: (WORD, t.say("filter-team"), choices),
        button: t.say("next"),
        ..plan.page(console, &asked.chosen, (&KIND, &t.say(LABEL)))
    })
}

/// What is not an id names nothing.
async fn team(app: &App, console: &Console, asked: &Asked) -> Result<Team, Error> {
    let id = asked.team.parse().map_err(|_| Error::NotFound("team"))?;
    teams::show(app, &console.actor, id).await
}

async fn planned(app: &App, console: &Console, (team, asked): (&Team, &Asked)) -> Result<Plan<Entry>, Error> {
    let t = console.t;
    let mut plan = Plan::empty();
    for id in asked.chosen.rows()? {
        let entry = user_sheet::entry(app, &console.actor, *id).await?;
        let why_not = match teams::would_join(app, &console.actor, team, *id).await {
            Ok(true) => None,
            Ok(false) => Some(t.say("why-on-team")),
            Err(Error::Invalid { .. }) => Some(t.say("why-not-active")),
            Err(cause @ Error::Obstacle(_)) => Some(words::problem(t, &cause).1),
            Err(other) => return Err(other),
        };
        plan.add(entry, why_not);
    }
    Ok(plan)
}

/// Puts everybody of the plan on the team, one by one.
pub(super) async fn perform(app: &App, console: &Console, asked: &Asked) -> Result<Tally, Error> {
    let team = team(app, console, asked).await?;
    let plan = planned(app, console, (&team, asked)).await?;
    let mut tally = plan.tally();
    for entry in &plan.ready {
        let joins = (vec![entry.person.user.id], Vec::new());
        let joined = teams::change_members(app, &console.actor, team.id, joins).await;
        // Somebody who was deactivated meanwhile cannot join.
        tally.count(
            joined.map_err(
                |cause| {
                    if matches!(cause, Error::Invalid { .. }) { Error::NotFound("user") } else { cause }
                },
            ),
        )?;
    }
    Ok(tally)
}
