//! `doorward roles`: role models before an organisation has them.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Value, json};

use super::output::Output;
use crate::app::role_models;
use crate::domain::Error;
use crate::domain::policy::Change;
use crate::domain::role::{Role, RoleKey, RoleModel};

/// Role models
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say everything that is wrong with a model
    Lint {
        /// A preset, or a file with a role model
        #[arg(value_name = "FILE|PRESET")]
        model: String,
    },
    /// Say what a second model says otherwise than a first
    Diff {
        /// A preset, or a file with a role model
        #[arg(value_name = "FILE|PRESET")]
        first: String,
        /// Another one
        #[arg(value_name = "FILE|PRESET")]
        second: String,
    },
    /// Ask a model the questions of a decision table
    Test {
        /// A preset, or a file with a role model
        #[arg(value_name = "FILE|PRESET")]
        model: String,
        /// A file with a [[test]] for each question: role and permission, or actor, action and target; and expect
        #[arg(value_name = "DECISIONS.toml")]
        decisions: PathBuf,
    },
    /// Show the roles of a model and what each allows
    Show {
        /// A preset, or a file with a role model
        #[arg(value_name = "FILE|PRESET")]
        model: String,
    },
}

/// Runs one of the commands.
pub fn run(command: &Command) -> Result<Output, Error> {
    match command {
        Command::Lint { model } => lint(model),
        Command::Diff { first, second } => Ok(diff(&role_models::load(first)?, &role_models::load(second)?)),
        Command::Test { model, decisions } => test(&role_models::load(model)?, decisions),
        Command::Show { model } => Ok(show(&role_models::load(model)?)),
    }
}

fn lint(model: &str) -> Result<Output, Error> {
    let problems = RoleModel::lint(&role_models::source(model)?);
    let text: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
    let output = Output::of(text, json!({ "model": model, "problems": problems }));
    Ok(match problems.len() {
        0 => output.note(&format!("{model} is a good role model.")),
        1 => output.failed(format!("{model} has 1 problem")),
        many => output.failed(format!("{model} has {many} problems")),
    })
}

fn diff(first: &RoleModel, second: &RoleModel) -> Output {
    let changes = role_models::diff(first, second);
    let text: String = changes.iter().map(line_of_diff).collect();
    let output = Output::of(text, json!(changes));
    if changes.is_empty() { output.note("The two models say the same.") } else { output }
}

fn line_of_diff(change: &Change) -> String {
    match (&change.old, &change.new) {
        (Some(Value::Bool(true)), None) => format!("- {}\n", change.path),
        (None, Some(Value::Bool(true))) => format!("+ {}\n", change.path),
        (old, new) => {
            let show = |it: &Option<Value>| it.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
            format!("~ {}: {} -> {}\n", change.path, show(old), show(new))
        }
    }
}

fn test(model: &RoleModel, decisions: &Path) -> Result<Output, Error> {
    let table = std::fs::read_to_string(decisions)
        .map_err(|cause| Error::malformed("decisions", format!("{} cannot be read: {cause}", decisions.display())))?;
    let report = model.run_tests(&table);
    let failed = report.failures.len();
    if report.passed == 0 && failed == 0 {
        return Err(Error::malformed("decisions", "the file has no [[test]]; write one for each question"));
    }
    let lines: String = report.failures.iter().map(|failure| format!("FAILED  {failure}\n")).collect();
    let output = Output::of(format!("{lines}{} passed, {failed} failed\n", report.passed), json!(report));
    Ok(if failed == 0 { output } else { output.failed(format!("{} decides {failed} otherwise", model.name())) })
}

fn show(model: &RoleModel) -> Output {
    let mut text = format!("{} ({})\n{}\n\n", model.label(), model.name(), model.description());
    let width = model.permissions().map(str::len).max().unwrap_or_default();
    let keys: Vec<&str> = model.roles().iter().map(|role| role.key.as_str()).collect();
    text.push_str(&format!("{:width$}  {}\n", "", keys.join("  ")));
    for permission in model.permissions() {
        let cell =
            |role: &Role| format!("{:^1$}", if role.allows(permission) { "x" } else { "" }, role.key.as_str().len());
        let cells: Vec<String> = model.roles().iter().map(cell).collect();
        let line = format!("{permission:width$}  {}", cells.join("  "));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    Output::of(text, view(model))
}

fn view(model: &RoleModel) -> Value {
    json!({
        "name": model.name(),
        "label": model.label(),
        "description": model.description(),
        "reading": model.reading(),
        "readings": model.readings(),
        "default_role": model.default_role().as_str(),
        "first_user_role": model.first_user_role().as_str(),
        "roles": model.roles().iter().map(|role| view_role(model, role)).collect::<Value>(),
        "settings": model.settings(),
    })
}

fn view_role(model: &RoleModel, role: &Role) -> Value {
    let names = |keys: &mut dyn Iterator<Item = &RoleKey>| keys.map(RoleKey::to_string).collect::<Vec<_>>();
    let manages = role.manages.iter().map(|(verb, keys)| (verb.name().to_owned(), json!(names(&mut keys.iter()))));
    json!({
        "key": role.key.as_str(),
        "label": role.label,
        "rank": role.rank,
        "description": role.description,
        "best_for": role.best_for,
        "permissions": model.permissions().filter(|it| role.allows(it)).collect::<Vec<_>>(),
        "grants": names(&mut role.grants.iter()),
        "manages": manages.collect::<serde_json::Map<_, _>>(),
        "is_protected": role.protected.is_some(),
        "can_leave": role.can_leave,
    })
}
