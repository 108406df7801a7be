//! How much teams use, in the API: what applications report, and ask before they give out more.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Words};
use super::teams::team_id;
use crate::app::App;
use crate::app::team_usage::{self, Report, Usage};
use crate::app::teams::{AMOUNT_MAX, Amounts, Excess, Quota};
use crate::domain::Error;
use crate::domain::id::UserId;
use crate::domain::policy::Actor;
use crate::web::error::Problem;

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let report = operation("Says how much a team uses of what the caller gives out").about(
        "It replaces what the same caller said before; several applications are added up. With `enforce` it is refused \
        when it would take the team over a quota, so that two applications cannot both take the last of it.",
    );
    let check = operation("Tells whether a team may use so much more")
        .about("Nothing is kept: what may be used now may be taken a moment later. To take it, report with `enforce`.");
    let show = operation("Shows what a team may use and uses").may_miss();
    routes
        .get("/api/v1/teams/{id}/usage", show.answers::<UsageBody>(200), self::show)
        .put(
            "/api/v1/teams/{id}/usage",
            report.takes::<ReportBody>().answers::<UsageBody>(200).conflicts().may_miss(),
            self::report,
        )
        .post(
            "/api/v1/teams/{id}/usage/check",
            check.takes::<AmountsBody>().answers::<CheckBody>(200).may_miss(),
            self::check,
        )
}

/// An amount of each; what is left out or `null` is not limited in a quota, and not used in a report.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AmountsBody {
    /// Thousandths of a processor core.
    #[serde(default)]
    #[schema(maximum = 1_000_000_000)]
    cpu_millicores: Option<u64>,
    /// Mebibytes of memory.
    #[serde(default)]
    #[schema(maximum = 1_000_000_000)]
    memory_mib: Option<u64>,
    /// Gibibytes of storage.
    #[serde(default)]
    #[schema(maximum = 1_000_000_000)]
    storage_gib: Option<u64>,
    /// How many applications.
    #[serde(default)]
    #[schema(maximum = 1_000_000_000)]
    applications: Option<u64>,
    /// How many workflows.
    #[serde(default)]
    #[schema(maximum = 1_000_000_000)]
    workflows: Option<u64>,
    /// How many workspaces.
    #[serde(default)]
    #[schema(maximum = 1_000_000_000)]
    workspaces: Option<u64>,
}

const _: () = assert!(AMOUNT_MAX == 1_000_000_000, "the schema says it too");

/// What an application reports.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportBody {
    /// Everything that the team uses of it.
    used: AmountsBody,
    /// True for what is to be refused when it is more than may be used.
    #[serde(default)]
    enforce: bool,
}

/// What a team may use, and what it does.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageBody {
    quotas: AmountsBody,
    /// Everything together.
    used: AmountsBody,
    /// Where more is used than may be.
    over: Vec<ExcessBody>,
    /// What each application says, the oldest first.
    reports: Vec<ReportedBody>,
}

/// What one application says.
#[derive(Debug, Serialize, ToSchema)]
struct ReportedBody {
    /// The service account, or the person.
    by: UserId,
    /// Its name when it said so.
    name: String,
    used: AmountsBody,
    /// Since when it has been that much.
    since: String,
}

/// Whether so much more may be used.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CheckBody {
    allowed: bool,
    /// Where it would be too much.
    over: Vec<ExcessBody>,
}

/// More of something than may be used.
#[derive(Debug, Serialize, ToSchema)]
struct ExcessBody {
    /// The name of the quota.
    quota: &'static str,
    /// How much may be used.
    max: u64,
    /// How much it is, or would be.
    amount: u64,
}

async fn show(State(app): State<App>, actor: Actor, Words(id): Words<String>) -> Result<Json<UsageBody>, Problem> {
    Ok(Json(team_usage::show(&app, &actor, team_id(&id)?).await?.into()))
}

async fn report(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(said): Body<ReportBody>,
) -> Result<Json<UsageBody>, Problem> {
    let report = (said.used.read()?, said.enforce);
    Ok(Json(team_usage::report(&app, &actor, team_id(&id)?, report).await?.into()))
}

async fn check(
    State(app): State<App>,
    actor: Actor,
    Words(id): Words<String>,
    Body(more): Body<AmountsBody>,
) -> Result<Json<CheckBody>, Problem> {
    let over = team_usage::check(&app, &actor, team_id(&id)?, &more.read()?).await?;
    Ok(Json(CheckBody { allowed: over.is_empty(), over: over.into_iter().map(ExcessBody::from).collect() }))
}

impl AmountsBody {
    pub(super) fn read(&self) -> Result<Amounts, Error> {
        Amounts::of(Quota::ALL.map(|of| {
            let amount = match of {
                Quota::Cpu => self.cpu_millicores,
                Quota::Memory => self.memory_mib,
                Quota::Storage => self.storage_gib,
                Quota::Applications => self.applications,
                Quota::Workflows => self.workflows,
                Quota::Workspaces => self.workspaces,
            };
            (of, amount)
        }))
    }
}

impl From<&Amounts> for AmountsBody {
    fn from(amounts: &Amounts) -> Self {
        Self {
            cpu_millicores: amounts.get(Quota::Cpu),
            memory_mib: amounts.get(Quota::Memory),
            storage_gib: amounts.get(Quota::Storage),
            applications: amounts.get(Quota::Applications),
            workflows: amounts.get(Quota::Workflows),
            workspaces: amounts.get(Quota::Workspaces),
        }
    }
}

impl From<Usage> for UsageBody {
    fn from(usage: Usage) -> Self {
        Self {
            quotas: (&usage.quotas).into(),
            used: (&usage.used()).into(),
            over: usage.excess(&Amounts::default()).into_iter().map(ExcessBody::from).collect(),
            reports: usage.reports.into_iter().map(ReportedBody::from).collect(),
        }
    }
}

impl From<Report> for ReportedBody {
    fn from(report: Report) -> Self {
        Self { by: report.by, name: report.name, used: (&report.amounts).into(), since: report.since.rfc3339() }
    }
}

impl From<Excess> for ExcessBody {
    fn from(it: Excess) -> Self {
        Self { quota: it.of.word(), max: it.most, amount: it.amount }
    }
}
