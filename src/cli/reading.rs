//! `doorward org reading`: which reading of its role model an organisation follows.

use clap::Args;
use serde_json::json;

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::roles::{self, Effect, Preview, RoleChange};
use crate::domain::Error;
use crate::domain::role::{Power, RoleKey, RoleModel};

/// The reading to choose; without one, the reading in force is shown.
#[derive(Debug, Args)]
pub struct Options {
    /// Its short name
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// The reading to follow from now on
    #[arg(long, value_name = "READING")]
    set: Option<String>,
    /// Change nothing, and say who would gain and lose what
    #[arg(long, requires = "set")]
    dry_run: bool,
}

/// Shows the reading, tries another one out, or chooses it.
pub async fn run(operator: &Operator, options: Options) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    let org = operator.organisation(&options.org).await?.id;
    if let Some(reading) = options.set {
        let change = RoleChange::Read(reading);
        if options.dry_run {
            return Ok(told(&roles::preview(app, actor, org, &change).await?));
        }
        roles::change(app, actor, org, &change, None).await?;
    }
    Ok(Output::one(view(&*roles::model(app, actor, org).await?)))
}

fn view(model: &RoleModel) -> Record {
    Record::new()
        .with("role_model", model.name())
        .maybe("reading", model.reading().map(str::to_owned))
        .with("readings", model.readings().join(","))
}

fn told(preview: &Preview) -> Output {
    let text: String = preview.effects.iter().map(lines).collect();
    let output = Output::of(text, json!(preview));
    if preview.effects.is_empty() { output.note("Nobody would gain or lose anything.") } else { output }
}

fn lines(effect: &Effect) -> String {
    let roles = effect.roles.iter().map(RoleKey::as_str).collect::<Vec<_>>().join(", ");
    let heading = format!("{roles}: {} users, {} service accounts\n", effect.users, effect.service_accounts);
    let marked = |mark: char| move |power: &Power| format!("  {mark} {power}\n");
    let gains = effect.gains.iter().map(marked('+'));
    std::iter::once(heading).chain(gains).chain(effect.loses.iter().map(marked('-'))).collect()
}
