//! What the pages, the lists and the decisions of a large organisation cost: users, groups, projects, teams, resources and an
//! audit log, and beside it a small organisation of the same instance, which a decision must not be told from.
//!
//! Users and the records of how they came are put into the database directly; everything else is made over SCIM and the API.

mod decisions;
mod fill;
mod lists;
mod pages;

use std::time::Duration;

use clap::Args;

use crate::beside::{APART, Apart};
use crate::report::{Figures, Report, quantile, shown};
use crate::server::{Target, now};
use fill::{Organisation, Size};

/// A page, a list or a search may take so long, the slowest twentieth left out.
const PAGE_MAX: Duration = Duration::from_millis(50);
/// The organisation beside the large one.
const SMALL: Size =
    Size { slug: "small", first: 900_000_001, users: 1_000, groups: 50, projects: 10, teams: 5, resources: 50 };

/// The sizes to measure with.
#[derive(Args)]
pub struct Sizes {
    #[command(flatten)]
    target: Target,
    /// How many users the organisation has
    #[arg(long, default_value_t = 100_000)]
    users: usize,
    /// How many groups
    #[arg(long, default_value_t = 5_000)]
    groups: usize,
    /// How many projects
    #[arg(long, default_value_t = 1_000)]
    projects: usize,
    /// How many teams
    #[arg(long, default_value_t = 300)]
    teams: usize,
    /// How many resources
    #[arg(long, default_value_t = 3_000)]
    resources: usize,
    /// How often each page is asked for
    #[arg(long, default_value_t = 200)]
    requests: usize,
    /// Leaves out what is compared by turns, which takes minutes
    #[arg(long)]
    alone: bool,
}

impl Sizes {
    const fn large(&self) -> Size {
        let Self { users, groups, projects, teams, resources, .. } = *self;
        Size { slug: "large", first: 1, users, groups, projects, teams, resources }
    }
}

/// The figures, and how often each page is asked for.
struct Clock {
    figures: Figures,
    requests: usize,
}

/// Measures everything; false when one figure is over its limit.
pub async fn measure(sizes: &Sizes) -> anyhow::Result<bool> {
    let instance = sizes.target.instance("load-organisation").await?;
    let began = now();
    let large = Organisation::fill(&instance, sizes.large()).await?;
    let filled = began.elapsed();
    let small = Organisation::fill(&instance, SMALL).await?;
    let server = instance.start().await?;
    let report = begin(sizes, &large, filled)?;
    let mut clock = Clock { figures: Figures::new(report), requests: sizes.requests };
    pages::measure(&mut clock, &instance, &large).await?;
    lists::measure(&mut clock, &large).await?;
    decisions::measure(&mut clock, &large).await?;
    if !sizes.alone {
        let process = server.process()?;
        lists::compare(&mut clock.figures, &instance, (process, &large)).await?;
        decisions::compare(&mut clock.figures, process, (&large, &small)).await?;
    }
    server.stop().await?;
    instance.remove()?;
    clock.figures.finish(&format!("load-organisation-{}", sizes.target.database().1))
}

fn begin(sizes: &Sizes, large: &Organisation, filled: Duration) -> anyhow::Result<Report> {
    let Sizes { users, groups, projects, teams, resources, requests, .. } = sizes;
    let (database, alone) = (sizes.target.option(), if sizes.alone { " --alone" } else { "" });
    let command = format!(
        "cargo run --release -p conformance -- load organisation{database} --users {users} --groups {groups} \
         --projects {projects} --teams {teams} --resources {resources} --requests {requests}{alone}"
    );
    let mut report = Report::new("A large organisation", &command)?;
    let (database, _) = sizes.target.database();
    report.note(&format!(
        "{database}; {users} users of a provider, {groups} groups with {} memberships (one of {}, each fiftieth of {}, the others \
         of {}), {projects} projects, {teams} teams, {resources} resources, {} records in the audit log; filled in {:.0} s, of \
         which the users and the record of how each came were put into the database directly",
        large.size.memberships(),
        large.size.members_of(0),
        large.size.members_of(1),
        large.size.members_of(2),
        large.records,
        filled.as_secs_f64(),
    ));
    report.note(&format!(
        "{requests} requests of each, one after the other, from the first byte sent to the last received, as a median and the slowest \
         of nineteen twentieths"
    ));
    report.note(
        "twice the SCIM list for the list of the console, and 1.5 times whatever the size for a decision, are the goals of the \
         project (P25, P2); 50 ms for a page, a list or a search and 5 ms for a decision are limits of this measure",
    );
    if !sizes.alone && Apart::is_possible() {
        report.note(APART);
    }
    report.head(&["what", "measured", "limit"]);
    Ok(report)
}

impl Clock {
    /// Does something again and again, each time told which time it is.
    async fn time(
        &mut self,
        what: &str,
        limit: Duration,
        mut ask: impl AsyncFnMut(usize) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut took = Vec::with_capacity(self.requests);
        for turn in 0..self.requests {
            let began = now();
            ask(turn).await?;
            took.push(began.elapsed());
        }
        let (median, p95) = (quantile(took.clone(), 50)?, quantile(took, 95)?);
        let measured = format!("{}, p95 {}", shown(median), shown(p95));
        self.figures.row(what, &measured, &format!("p95 {}", shown(limit)), p95 <= limit);
        Ok(())
    }
}
