//! Import of users from CSV in the API.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Csv, Params, is_dry_run};
use crate::app::import::{self, COLUMNS, Fate, Line, Report};
use crate::app::{App, users};
use crate::domain::id::UserId;
use crate::domain::policy::Actor;
use crate::domain::role::RoleKey;
use crate::web::error::Problem;

/// Where users are imported.
pub(in crate::web) const PATH: &str = "/api/v1/imports";

/// Adds the route.
pub(super) fn routes(routes: Documented) -> Documented {
    let word = json!({ "type": "string", "enum": ["1", "0", "true", "false"] });
    let file = format!(
        "UTF-8, at most 10 MiB and 10,000 rows, with commas or semicolons. The first line names the columns, in any order: \
         {}; `user_name` and `display_name` must be there, and `sign_in` is `sso` or `password`.",
        COLUMNS.join(", ")
    );
    let import = operation("Imports users from CSV, or says what that would come to; each row has its own answer")
        .of_an_organisation()
        .query("dry_run", "`1` to write nothing and see what would become of each row.", word)
        .takes_csv(&file)
        .answers::<ImportBody>(200);
    routes.post(PATH, import, create)
}

/// Which organisation, and whether the import is only tried out.
#[derive(Debug, Deserialize)]
pub(super) struct How {
    organisation: Option<String>,
    dry_run: Option<String>,
}

/// What became of a file, or what would become of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportBody {
    /// True when nothing was written.
    dry_run: bool,
    created: u64,
    exists: u64,
    refused: u64,
    rows: Vec<ImportedRow>,
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
struct ImportedRow {
    /// The line of the file on which it begins.
    line: u64,
    user_name: String,
    /// `created`; `exists`, when a user of this name was there and stays as it is; or `refused`.
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<RoleKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<UserId>,
    /// A one-time link for the first password, where there is no address to mail it to; shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_url: Option<String>,
    /// Where the policy has it handed over; shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    temporary_password: Option<String>,
    /// The first of `problems`.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ImportProblem>,
    /// Everything that is wrong with a row that was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ImportProblem>,
}

/// Why a row was refused.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ImportProblem {
    code: &'static str,
    detail: String,
}

/// Imports users, or with `?dry_run=1` says what would become of each row.
pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(how): Params<How>,
    Csv(file): Csv,
) -> Result<Json<ImportBody>, Problem> {
    let org = users::organisation_of(&app, &actor, how.organisation.as_deref()).await?;
    let dry_run = is_dry_run(how.dry_run.as_deref())?;
    let report = if dry_run {
        import::plan(&app, &actor, org, &file).await?
    } else {
        import::import(&app, &actor, org, &file).await?
    };
    Ok(Json(ImportBody::of(report, dry_run)))
}

impl ImportBody {
    fn of(report: Report, dry_run: bool) -> Self {
        let counts = report.counts();
        let rows = report.lines.into_iter().map(ImportedRow::from).collect();
        Self { dry_run, created: counts.created, exists: counts.exists, refused: counts.refused, rows }
    }
}

impl From<Line> for ImportedRow {
    fn from(it: Line) -> Self {
        let result = it.fate.word();
        let (handed, problems) = match it.fate {
            Fate::Created(handed) => (handed, Vec::new()),
            Fate::Exists => (import::Handed::default(), Vec::new()),
            Fate::Refused(problems) => (import::Handed::default(), problems),
        };
        let problems: Vec<ImportProblem> = problems.iter().map(ImportProblem::from).collect();
        Self {
            line: it.line,
            user_name: it.user_name,
            result,
            role: it.role,
            id: handed.id,
            activation_url: handed.link.map(|link| link.reveal().clone()),
            temporary_password: handed.temporary_password.map(|it| it.reveal().clone()),
            problem: problems.first().cloned(),
            problems,
        }
    }
}

impl From<&import::Problem> for ImportProblem {
    fn from(it: &import::Problem) -> Self {
        Self { code: it.code(), detail: it.to_string() }
    }
}
