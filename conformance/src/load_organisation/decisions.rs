//! Whether somebody may do something, asked as applications ask, and why, as the API tells it.

use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use super::fill::{GIVING, Organisation};
use super::{Clock, PAGE_MAX};
use crate::beside::{Side, What, compare as beside};
use crate::report::Figures;

const DECISION_MAX: Duration = Duration::from_millis(5);
/// A decision about the large organisation may take so many times as long as one about the small.
const GROWTH_MAX: f64 = 1.5;
/// So many questions are asked at once.
const AT_ONCE: usize = 50;
/// A prime, which walks all over the directory.
const STEP: usize = 7_919;

/// Through what somebody may, or may not.
#[derive(Clone, Copy)]
enum Question {
    Role,
    Group,
    Project,
    LargeGroup,
    Share,
    Nothing,
}

impl Question {
    const ALL: [Self; 6] = [Self::Role, Self::Group, Self::Project, Self::LargeGroup, Self::Share, Self::Nothing];

    const fn name(self) -> &'static str {
        match self {
            Self::Role => "a decision by a role",
            Self::Group => "a decision by the role of a group",
            Self::Project => "a decision by a group on a project",
            Self::LargeGroup => "a decision by half of the users on a project",
            Self::Share => "a decision by the share of a resource",
            Self::Nothing => "a decision against somebody",
        }
    }

    /// What is asked the nth time, and whether it is so.
    fn ask(self, of: &Organisation, nth: usize) -> anyhow::Result<(Value, bool)> {
        let (size, number) = (&of.size, nth * STEP);
        let project = |number: usize| of.projects.get(number).context("no project");
        let everywhere = || ("organisation", size.slug.to_owned());
        let (who, deed, (kind, id)) = match self {
            Self::Role => (size.user(number), "app.config.parameters:read", everywhere()),
            Self::Group => (size.member(2 + nth % GIVING, number), "projects:update", everywhere()),
            Self::Project => {
                let nth = 2 + number % (size.projects - 2);
                (size.member(nth, number), "view", ("project", project(nth)?.clone()))
            }
            Self::LargeGroup => (size.member(0, number), "view", ("project", project(0)?.clone())),
            Self::Share => {
                let nth = number % size.resources;
                (size.sharee(nth), "view", ("dashboard", format!("d{nth}")))
            }
            Self::Nothing => (size.user(number), "org.audit:export", everywhere()),
        };
        let asked = json!({
            "subject": {"type": "user", "id": who}, "action": {"name": deed}, "resource": {"type": kind, "id": id},
        });
        Ok((asked, !matches!(self, Self::Nothing)))
    }

    async fn decide(self, of: &Organisation, nth: usize) -> anyhow::Result<()> {
        let (asked, expected) = self.ask(of, nth)?;
        let (answer, _) = of.application.send(Method::POST, "/access/v1/evaluation", Some(&asked)).await?;
        let decided = answer.get("decision").and_then(Value::as_bool);
        ensure!(decided == Some(expected), "{asked} was answered by {answer}");
        Ok(())
    }
}

/// Asks each question, many at once, for who and what, and why.
pub(super) async fn measure(clock: &mut Clock, of: &Organisation) -> anyhow::Result<()> {
    for question in Question::ALL {
        clock.time(question.name(), DECISION_MAX, async |nth| question.decide(of, nth).await).await?;
    }
    let questions = Question::ALL.into_iter().cycle().take(AT_ONCE).enumerate();
    let many: Vec<Value> = questions.map(|(nth, it)| Ok(it.ask(of, nth)?.0)).collect::<anyhow::Result<_>>()?;
    let many = json!({ "evaluations": many });
    let what = format!("{AT_ONCE} decisions at once");
    clock.time(&what, PAGE_MAX, async |_| ask(of, "/access/v1/evaluations", &many).await).await?;
    let project = json!({"type": "project", "id": of.projects.first().context("no project")?});
    let (user, view) = (json!({"type": "user", "id": of.size.user(0)}), json!({"name": "view"}));
    let searches = [
        ("a page of those who may look at a project", "subject", json!({"type": "user"}), project.clone()),
        ("a page of the dashboards somebody may look at", "resource", user.clone(), json!({"type": "dashboard"})),
        ("a page of the projects somebody may look at", "resource", user.clone(), json!({"type": "project"})),
        ("what somebody may do to a project", "action", user.clone(), project),
    ];
    for (what, kind, subject, resource) in searches {
        let asked = json!({"subject": subject, "action": view, "resource": resource});
        let path = format!("/access/v1/search/{kind}");
        clock.time(what, PAGE_MAX, async |_| ask(of, &path, &asked).await).await?;
    }
    let resource = of.resources.first().context("no resource")?;
    let why = async |nth: usize| {
        let path = format!("/api/v1/users/{}/access?resource={resource}", of.size.user(nth * STEP));
        of.api.send(Method::GET, &path, None).await.map(drop)
    };
    clock.time("why somebody may what they may", PAGE_MAX, why).await
}

async fn ask(of: &Organisation, path: &str, asked: &Value) -> anyhow::Result<()> {
    of.application.send(Method::POST, path, Some(asked)).await.map(drop)
}

/// Decisions of the large organisation beside those of the small.
pub(super) async fn compare(
    figures: &mut Figures,
    process: u32,
    (large, small): (&Organisation, &Organisation),
) -> anyhow::Result<()> {
    let peer = format!("one of an organisation of {} users", small.size.users);
    for question in Question::ALL {
        let nth = std::cell::Cell::new(0);
        let side = |of| {
            let nth = &nth;
            let ask = async move |_| question.decide(of, nth.replace(nth.get() + 1)).await;
            Side { process, ask }
        };
        let what = What { name: question.name(), peer: &peer, lanes: 1, ratio_max: GROWTH_MAX };
        beside(figures, &what, side(large), side(small)).await?;
    }
    Ok(())
}
