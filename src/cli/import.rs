//! `doorward import`: users from a CSV file.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::import::{self, BYTES_MAX, Counts, Fate, Line, Report};
use crate::domain::Error;

/// Import users from CSV
#[derive(Debug, Args)]
pub struct Import {
    /// The file, or - for standard input; its first line names the columns: `user_name`, `display_name`, `email`, `role`,
    /// `sign_in`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The organisation
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// Write nothing and say what would become of each row
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub async fn run(operator: &Operator, import: &Import) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    let org = operator.organisation(&import.org).await?.id;
    let file = contents(&import.file)?;
    let report = if import.dry_run {
        import::plan(app, actor, org, &file).await?
    } else {
        import::import(app, actor, org, &file).await?
    };
    Ok(said(&report, import.dry_run))
}

/// No more of it than shows that it is too large.
fn contents(path: &Path) -> Result<Vec<u8>, Error> {
    let source: Box<dyn Read> = if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(open(path)?) };
    let most = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    source.take(most).read_to_end(&mut bytes).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(bytes)
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|cause| Error::malformed("file", format!("{} cannot be opened: {cause}", path.display())))
}

fn said(report: &Report, dry_run: bool) -> Output {
    let Counts { created, exists, refused } = report.counts();
    let records: Vec<Record> = report.lines.iter().map(record).collect();
    let columns = ["line", "user_name", "result", "role", "problem", "activation_url", "temporary_password"];
    let table = Output::many(&columns, records.clone());
    let rows: Vec<Value> = records.into_iter().map(Record::into_json).collect();
    let json = json!({ "dry_run": dry_run, "created": created, "exists": exists, "refused": refused, "rows": rows });
    let nothing = if dry_run { "; nothing was written" } else { "" };
    let output =
        table.with_json(json).note(&format!("{created} created, {exists} there already, {refused} refused{nothing}"));
    if refused == 0 { output } else { output.failed(format!("{refused} of {} rows were refused", report.lines.len())) }
}

fn record(it: &Line) -> Record {
    let record = Record::new()
        .with("line", it.line)
        .with("user_name", it.user_name.as_str())
        .with("result", it.fate.word())
        .maybe("role", it.role.as_ref().map(ToString::to_string));
    match &it.fate {
        Fate::Created(handed) => record
            .maybe("id", handed.id.map(|id| id.to_string()))
            .maybe("activation_url", handed.link.as_ref().map(|it| it.reveal().as_str()))
            .maybe("temporary_password", handed.temporary_password.as_ref().map(|it| it.reveal().as_str())),
        Fate::Exists => record,
        Fate::Refused(problems) => {
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            let all: Vec<Value> =
                problems.iter().map(|it| json!({ "code": it.code(), "detail": it.to_string() })).collect();
            record
                .maybe("code", problems.first().map(import::Problem::code))
                .with("problem", said.join("; "))
                .with("problems", all)
        }
    }
}
