//! `doorward fsck`: whether the directory contradicts itself.

use serde_json::{Value, json};

use super::operator::Operator;
use super::output::Output;
use crate::app::fsck::{self, Finding};
use crate::domain::Error;

/// Checks, and lists what is wrong.
pub async fn run(operator: &Operator) -> Result<Output, Error> {
    let report = fsck::run(&operator.app, &operator.actor).await?;
    let broken: String = report.broken.iter().map(|it| line("broken", it)).collect();
    let notices: String = report.notices.iter().map(|it| line("notice", it)).collect();
    let json = json!({ "broken": view(&report.broken), "notices": view(&report.notices) });
    let output = Output::of(format!("{broken}{notices}"), json);
    Ok(match report.broken.len() {
        0 => output.note("Every invariant of the directory holds."),
        1 => output.failed("1 invariant of the directory is broken"),
        many => output.failed(format!("{many} invariants of the directory are broken")),
    })
}

fn line(word: &str, it: &Finding) -> String {
    format!("{word}  {}: {} ({})\n", it.organisation, it.rule, it.subject)
}

fn view(findings: &[Finding]) -> Value {
    findings
        .iter()
        .map(|it| json!({ "organisation": it.organisation, "rule": it.rule, "subject": it.subject }))
        .collect()
}
