//! The page between choosing several rows of a list and what is done to them: to whom it will be done, and who is left
//! out and why.

use std::collections::BTreeSet;
use std::str::FromStr;

use askama::Template;
use url::form_urlencoded;

use super::Console;
use super::list::{Choice, Listed, address};
use super::shell::Shell;
use super::users::{Badge, RoleChoice};
use crate::domain::{Denial, Error, Flaw};
use crate::web::form::Fields;
use crate::web::texts::{Part, Texts};

/// So many rows at once.
const ROWS_MAX: usize = 100;

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

/// The rows of a list that were chosen, and for what.
pub(super) struct Chosen<F: Listed> {
    pub(super) deed: String,
    /// What names the rows, in the order in which they were chosen.
    pub(super) ids: Vec<F::Id>,
    /// The list that they were chosen in, as it was.
    pub(super) back: String,
}

impl<F: Listed> Chosen<F> {
    /// Reads an address.
    pub(super) fn read(query: &str) -> Self {
        let words: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let named = |wanted: &'static str| words.iter().filter(move |(name, _)| name == wanted).map(|(_, it)| &**it);
        let first = |wanted| named(wanted).next().unwrap_or_default();
        Self { deed: first("deed").to_owned(), ids: each_once(named("id")), back: address::back::<F>(first("list")) }
    }

    /// Reads the form of a plan.
    pub(super) fn sent(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).unwrap_or_default();
        Self {
            deed: text("deed").to_owned(),
            ids: each_once(text("ids").split(',')),
            back: address::back::<F>(text("list")),
        }
    }

    /// The rows, of which there must be some and not too many.
    pub(super) fn rows(&self) -> Result<&[F::Id], Error> {
        if (1..=ROWS_MAX).contains(&self.ids.len()) {
            return Ok(&self.ids);
        }
        Err(Error::invalid("id", Flaw::Selection { most: ROWS_MAX }))
    }

    /// The fields that lead back to the list as it was.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        vec![("deed", self.deed.clone()), ("list", address::query_of(&self.back))]
    }
}

fn each_once<'a, I: Copy + Ord + FromStr>(ids: impl Iterator<Item = &'a str>) -> Vec<I> {
    let mut seen = BTreeSet::new();
    ids.filter_map(|it| it.parse().ok()).filter(|it| seen.insert(*it)).collect()
}

/// What a deed is done to.
pub(super) trait Subject {
    /// What names it.
    fn id(&self) -> String;
    /// Its row of the plan.
    fn line(&self, note: String) -> Line;
}

/// The rows of a plan: those to which it can be done, and those to which it cannot, with the reason.
pub(super) struct Plan<T> {
    pub(super) ready: Vec<T>,
    pub(super) skipped: Vec<(T, String)>,
}

impl<T: Subject> Plan<T> {
    /// Nothing yet.
    pub(super) const fn empty() -> Self {
        Self { ready: Vec::new(), skipped: Vec::new() }
    }

    pub(super) fn add(&mut self, it: T, why_not: Option<String>) {
        match why_not {
            None => self.ready.push(it),
            Some(why) => self.skipped.push((it, why)),
        }
    }

    /// The page of the plan, to be filled in with what is special about the deed.
    pub(super) fn page<'a, F: Listed>(
        &self,
        console: &'a Console,
        chosen: &Chosen<F>,
        (kind, label): (&Kind, &str),
    ) -> PlanPage<'a> {
        let (t, ready, all) = (console.t, self.ready.len(), self.ready.len() + self.skipped.len());
        let ids: Vec<String> = self.ready.iter().map(T::id).collect();
        let mut fields = chosen.fields();
        fields.push(("ids", ids.join(",")));
        PlanPage {
            title: t.with(kind.title, &[("deed", Part::Words(label))]),
            summary: summary(t, self.skipped.len(), all),
            fields,
            ready: self.ready.iter().map(|it| it.line(String::new())).collect(),
            skipped: self.skipped.iter().map(|(it, why)| it.line(why.clone())).collect(),
            button: button(t, label, ready),
            ..PlanPage::of(&console.shell, t, (kind.list, chosen.back.clone()), kind.path)
        }
    }

    /// Nothing done yet, and those left out whom the plan leaves out.
    pub(super) const fn tally(&self) -> Tally {
        Tally { done: 0, skipped: self.skipped.len() }
    }
}

/// What the plans of a list have in common.
pub(super) struct Kind {
    /// What the list is called.
    pub(super) list: &'static str,
    /// What the page is called.
    pub(super) title: &'static str,
    /// Where it is.
    pub(super) path: &'static str,
}

/// How many it was done to, and how many were left out.
pub(super) struct Tally {
    done: usize,
    skipped: usize,
}

impl Tally {
    /// Counts one of them. What has changed since the plan was shown, and a letter too many, stop this one and no other.
    pub(super) fn count<T>(&mut self, of_one: Result<T, Error>) -> Result<(), Error> {
        match of_one {
            Ok(_) => self.done += 1,
            Err(cause @ Error::Denied(Denial::ProofIsOld)) => return Err(cause),
            Err(
                Error::Conflict(_)
                | Error::Obstacle(_)
                | Error::Denied(_)
                | Error::NotFound(_)
                | Error::Throttled { .. },
            ) => self.skipped += 1,
            Err(other @ (Error::Unauthenticated | Error::Invalid { .. } | Error::Stale | Error::Internal(_))) => {
                return Err(other);
            }
        }
        Ok(())
    }

    /// The address of the list once something was done to several of its rows.
    pub(super) fn after(&self, back: &str) -> String {
        let joint = if back.contains('?') { '&' } else { '?' };
        format!("{back}{joint}said=several&done={}&skipped={}", self.done, self.skipped)
    }
}

/// How many are left out, of how many.
pub(super) fn summary(t: Texts, skipped: usize, all: usize) -> String {
    t.with("bulk-summary", &[("skipped", Part::Number(count(skipped))), ("count", Part::Number(count(all)))])
}

/// A deed with the number of those it is done to.
fn button(t: Texts, deed: &str, ready: usize) -> String {
    t.with("bulk-do", &[("deed", Part::Words(deed)), ("count", Part::Number(count(ready)))])
}

pub(super) fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}
