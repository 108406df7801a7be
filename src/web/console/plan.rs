//! The page between choosing several rows of a list and what is done to them: to whom it will be done, and who is left
//! out and why.

use askama::Template;

use super::list::Choice;
use super::shell::Shell;
use super::users::{Badge, RoleChoice};
use crate::web::texts::{Part, Texts};

/// A plan, with the form that carries it out.
#[derive(Template)]
#[template(path = "console/plan.html")]
pub(super) struct PlanPage<'a> {
    pub(super) shell: &'a Shell,
    pub(super) t: Texts,
    /// The list that the rows were chosen in: its name and its address.
    pub(super) trail: (String, String),
    pub(super) title: String,
    pub(super) text: String,
    pub(super) summary: String,
    /// Where the form goes.
    pub(super) action: &'static str,
    /// True while something is still to be chosen before the plan can be made, so that nothing is done yet.
    pub(super) is_question: bool,
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) roles: Vec<RoleChoice>,
    /// The field of one of these, and what they are.
    pub(super) choices: (&'static str, String, Vec<Choice>),
    pub(super) ready: Vec<Line>,
    pub(super) skipped: Vec<Line>,
    pub(super) button: String,
    pub(super) is_grave: bool,
    /// Where one goes without doing it.
    pub(super) back: String,
}

/// A row of the plan, with why it is left out or what should be known besides.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) path: Option<String>,
    pub(super) note: String,
    pub(super) badge: Option<Badge>,
}

impl<'a> PlanPage<'a> {
    /// An empty plan of this list, where one goes back to.
    pub(super) fn of(shell: &'a Shell, t: Texts, (list, back): (&str, String), action: &'static str) -> Self {
        Self {
            shell,
            t,
            trail: (t.say(list), back.clone()),
            title: String::new(),
            text: String::new(),
            summary: String::new(),
            action,
            is_question: false,
            fields: Vec::new(),
            roles: Vec::new(),
            choices: ("", String::new(), Vec::new()),
            ready: Vec::new(),
            skipped: Vec::new(),
            button: String::new(),
            is_grave: false,
            back,
        }
    }
}

/// How many are left out, of how many.
pub(super) fn summary(t: Texts, skipped: usize, all: usize) -> String {
    t.with("bulk-summary", &[("skipped", Part::Number(count(skipped))), ("count", Part::Number(count(all)))])
}

/// A deed with the number of those it is done to.
pub(super) fn button(t: Texts, deed: &str, ready: usize) -> String {
    t.with("bulk-do", &[("deed", Part::Words(deed)), ("count", Part::Number(count(ready)))])
}

/// The address of a list once something was done to several of its rows.
pub(super) fn after(back: &str, (done, skipped): (usize, usize)) -> String {
    let joint = if back.contains('?') { '&' } else { '?' };
    format!("{back}{joint}said=several&done={done}&skipped={skipped}")
}

pub(super) fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}
