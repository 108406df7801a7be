//! Where the people of a connection differ from what its provider said of them.

use clap::Args;

use super::super::operator::Operator;
use super::super::output::{Output, Record};
use super::Which;
use crate::app::connections::{self, DRIFT_MAX, Difference, DriftQuery};
use crate::domain::drift::{Kind, Said};
use crate::domain::{Error, Timestamp};

/// List where its people differ from what the identity provider said of them last
#[derive(Debug, Args)]
pub struct Drift {
    #[command(flatten)]
    which: Which,
    /// In what they differ: `kept` (let go by the provider, with access here), `shut_out` (given access by the provider,
    /// deactivated here), `roles` (given here), `groups` (kept here, with a role) or `unmentioned` (for long, or never)
    #[arg(long, value_parser = kind)]
    kind: Kind,
    /// After so many days without a word somebody counts as not spoken of
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
}

pub(super) async fn run(Operator { app, actor }: &Operator, asked: Drift) -> Result<Output, Error> {
    let mut query = DriftQuery { kind: asked.kind, days: asked.days, after: None, limit: Some(DRIFT_MAX) };
    let mut rows = Vec::new();
    loop {
        let page = connections::drift(app, actor, asked.which.id, &query).await?;
        rows.extend(page.differences.iter().map(view));
        query.after = page.next;
        if query.after.is_none() {
            return Ok(Output::many(&["user_name", "status", "said", "role", "group", "since", "by"], rows));
        }
    }
}

fn kind(word: &str) -> Result<Kind, String> {
    Kind::parse(word).ok_or_else(|| format!("write {}", Kind::ALL.map(Kind::word).join(", ")))
}

fn view(it: &Difference) -> Record {
    let found = &it.found;
    Record::new()
        .with("user_id", found.user.id.to_string())
        .with("user_name", found.user.user_name.as_str())
        .with("status", found.user.status.word())
        .with("said", found.said.map(Said::word))
        .with("said_at", found.said_at.map(Timestamp::rfc3339))
        .with("role", found.role.as_ref().map(ToString::to_string))
        .with("group", found.group.as_ref().map(|it| it.1.clone()))
        .with("since", it.since.map(Timestamp::rfc3339))
        .with("by", it.by.as_ref().map(|it| it.now.clone()))
}
