//! Who calls the administration API: the operator, or a person through an access token of scope `api`.

use anyhow::Context as _;

use crate::app::App;
use crate::app::users::person;
use crate::domain::Error;
use crate::domain::client::IssuedKind;
use crate::domain::policy::Actor;
use crate::domain::secret::TokenHash;
use crate::store::{families, users};

/// The scope that opens the API.
pub const SCOPE: &str = "api";

/// The caller that a presented token stands for.
pub async fn find(app: &App, token: &str) -> Result<Actor, Error> {
    if is_operator(app, token)? {
        return Ok(Actor::Operator { label: "operator token".to_owned() });
    }
    let found = families::find_live(app.store.reader(), &TokenHash::of(token), app.now()).await?;
    let (issued, family) = found.ok_or(Error::Unauthenticated)?;
    if issued.kind != IssuedKind::Access {
        return Err(Error::Unauthenticated);
    }
    if !issued.scopes.iter().any(|it| it == SCOPE) {
        return Err(Error::Denied("this token lacks the scope api".to_owned()));
    }
    let user = users::get(app.store.reader(), family.org, family.user).await?;
    Ok(person(app, user).await?.actor(None))
}

fn is_operator(app: &App, token: &str) -> Result<bool, Error> {
    let Some(path) = &app.config.operator_token_file else {
        return Ok(false);
    };
    let expected = std::fs::read_to_string(path).context("the operator token file cannot be read")?;
    let expected = expected.trim();
    Ok(!expected.is_empty() && TokenHash::of(expected).matches(&TokenHash::of(token)))
}
