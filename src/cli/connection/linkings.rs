//! Whom an identity provider means by a name that somebody here has.

use super::super::operator::Operator;
use super::super::output::{Output, Record};
use super::Which;
use crate::app::linkings::{self, Asked};
use crate::domain::Error;
use crate::domain::linking::KEPT_MAX;

pub(super) async fn run(Operator { app, actor }: &Operator, which: &Which) -> Result<Output, Error> {
    let asked = linkings::list(app, actor, which.id, None, KEPT_MAX).await?;
    Ok(Output::many(&["id", "user_name", "external_id", "times", "last_at"], asked.iter().map(view).collect()))
}

fn view(it: &Asked) -> Record {
    Record::new()
        .with("id", it.linking.id.to_string())
        .with("user_id", it.user.id.to_string())
        .with("user_name", it.user.user_name.as_str())
        .with("external_id", it.claim.external_id.clone())
        .with("times", it.linking.times)
        .with("first_at", it.linking.first_at.rfc3339())
        .with("last_at", it.linking.last_at.rfc3339())
}
