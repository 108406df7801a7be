//! How much a team uses of what applications give out: reported by each of them, added up, and held against the quotas.
//!
//! **Invariant:** each reporter says only what is used of its own; reporting anew replaces what the same one said before.
//! **Invariant:** of two reports that are enforced at the same time and fit only one by one, one is refused.

use crate::app::App;
use crate::app::teams::{Amounts, Excess, Team, org_of_team, seen, target};
use crate::domain::Error;
use crate::domain::id::{TeamId, UserId};
use crate::domain::obstacle::Obstacle;
use crate::domain::policy::{Action, Actor};
use crate::domain::team::quota::{changes, excess};
use crate::domain::team::{READ, REPORT_USAGE};
use crate::store::{Reader, team_usage, teams};

pub use crate::domain::team::quota::Report;

/// What a team may use, and what it does.
#[derive(Debug, Clone)]
pub struct Usage {
    /// How much it may.
    pub quotas: Amounts,
    /// What each application says, the oldest first.
    pub reports: Vec<Report>,
}

impl Usage {
    /// Everything together.
    pub fn used(&self) -> Amounts {
        self.reports.iter().fold(Amounts::default(), |all, it| all.plus(&it.amounts))
    }

    /// Why so much more may not be used.
    pub fn refused(&self, more: &Amounts) -> Vec<Excess> {
        let is_asked = |it: &Excess| more.get(it.of).is_some_and(|amount| amount > 0);
        self.excess(more).into_iter().filter(is_asked).collect()
    }

    /// Where it is more than may be, or would be with so much more.
    pub fn excess(&self, more: &Amounts) -> Vec<Excess> {
        excess(&self.quotas, &self.used().plus(more))
    }
}

/// What a team may use and uses, for those who see the team and for those who report.
pub async fn show(app: &App, actor: &Actor, id: TeamId) -> Result<Usage, Error> {
    let team = seen(app, actor, id, &[READ, REPORT_USAGE]).await?;
    read(app.store.reader(), &team).await
}

/// Where a team would use more than it may, with so much more; nothing is kept.
pub async fn check(app: &App, actor: &Actor, id: TeamId, more: &Amounts) -> Result<Vec<Excess>, Error> {
    Ok(show(app, actor, id).await?.refused(more))
}

/// Keeps how much a team uses of what the caller gives out. Where it is enforced, what would take more than a quota than
/// before is refused.
pub async fn report(
    app: &App,
    actor: &Actor,
    id: TeamId,
    (amounts, is_enforced): (Amounts, bool),
) -> Result<Usage, Error> {
    let by = reporter(actor)?;
    let org = org_of_team(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let team = teams::get(&*tx, org, id).await?;
    let mut usage = read(&*tx, &team).await?;
    let before = usage.reports.iter().find(|it| it.by == by).map(|it| it.amounts.clone()).unwrap_or_default();
    let changes = changes(&before, &amounts);
    let is_same = changes.is_empty();
    let (tx, permit) = app.ask(tx, actor, Action::ReportTeamUsage { changes }, target(&team)).await?;
    if is_same {
        return Ok(usage);
    }
    usage.reports.retain(|it| it.by != by);
    let report = Report { by, name: actor.label().to_owned(), amounts, since: tx.now };
    usage.reports.push(report.clone());
    let grows = |it: &Excess| report.amounts.get(it.of).unwrap_or(0) > before.get(it.of).unwrap_or(0);
    let over: Vec<Excess> = usage.excess(&Amounts::default()).into_iter().filter(grows).collect();
    if is_enforced && !over.is_empty() {
        return Err(Error::Obstacle(Obstacle::OverQuota(over)));
    }
    team_usage::put(&tx, id, &report).await?;
    tx.commit(permit).await?;
    Ok(usage)
}

/// Who reports: a program or a person, whose report it is.
fn reporter(actor: &Actor) -> Result<UserId, Error> {
    let refused =
        || Error::forbidden("only an application reports usage; call this with a token of its service account");
    actor.account().map(|own| own.id).ok_or_else(refused)
}

pub(super) async fn read(db: &impl Reader, team: &Team) -> Result<Usage, Error> {
    let reports = team_usage::list(db, team.org, team.id).await?;
    Ok(Usage { quotas: team.quotas.clone(), reports })
}
