//! `doorward check`: what is wrong with an instance, and what to do about it.

use clap::Args;

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::check::{self, Level, Line};
use crate::app::config::Config;
use crate::app::{App, Schema};
use crate::domain::Error;
use crate::web;

/// Say what is wrong with this instance, and what to do about it
#[derive(Debug, Args)]
pub struct Check {
    /// Print the table of routes instead, with who may call each
    #[arg(long)]
    routes: bool,
}

/// Looks at everything, or prints the routes.
pub async fn run(config: Config, check: &Check, name: Option<String>) -> Result<Output, Error> {
    if let Some(path) = config.missing_database().filter(|_| !check.routes) {
        let says = format!("there is none at {path} yet; the first `doorward serve` makes it");
        return Ok(report(&[Line::about("database", Level::Warning, says)]));
    }
    let app = App::start(config, Schema::Leave).await?;
    if check.routes {
        return Ok(routes(&app));
    }
    let operator = Operator::new(app, name);
    Ok(report(&check::run(&operator.app, &operator.actor).await?))
}

fn report(lines: &[Line]) -> Output {
    let view = |line: &Line| {
        Record::new()
            .with("result", line.level.word())
            .with("subject", line.subject.as_str())
            .with("says", line.says.as_str())
    };
    let output = Output::many(&["result", "subject", "says"], lines.iter().map(view).collect());
    match lines.iter().filter(|line| line.level == Level::Bad).count() {
        0 => output,
        1 => output.failed("1 thing is wrong"),
        many => output.failed(format!("{many} things are wrong")),
    }
}

fn routes(app: &App) -> Output {
    let routes = web::routes(app);
    let view = |route: &web::routes::Route| {
        Record::new()
            .with("method", route.method.as_str())
            .with("path", route.path)
            .with("access", route.access.to_string())
    };
    Output::many(&["method", "path", "access"], routes.table().iter().map(view).collect())
}
