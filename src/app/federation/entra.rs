//! The tokens with which the provisioning of Microsoft Entra ID comes.
//!
//! **Invariant:** a token opens a connection only at the address of that connection: no tenant is proved to be anybody's, so
//! that none leads to a connection by what a token says.

use std::time::Duration;

use super::providers;
use super::refusal::Failure;
use crate::app::App;
use crate::domain::Error;
use crate::domain::connection::{Connection, EntraTokens};
use crate::domain::id::ConnectionId;
use crate::domain::sso_refusal::Check;
use crate::oidc::upstream::access::{self, Expect};
use crate::store::connections;

/// When it is worth trying again where the keys of Entra cannot be had.
const RETRY: Duration = Duration::from_secs(60);

/// The connection of an address, where the token is one of Entra that opens it.
pub async fn find(app: &App, at: ConnectionId, token: &str) -> Result<Option<Connection>, Error> {
    // Whatever is no JWT at all costs no look at anything.
    if token.split('.').count() != 3 {
        return Ok(None);
    }
    let Some(connection) = connections::find_anywhere(app.store.reader(), at).await? else { return Ok(None) };
    let Some(tokens) = connection.settings.entra.clone() else { return Ok(None) };
    match believe(app, &connection, &tokens, token).await {
        Ok(()) => Ok(Some(connection)),
        Err(Failure::Product(error)) => Err(error),
        Err(Failure::Refused(refusal)) => {
            let cause = refusal.reason.to_string();
            tracing::warn!(connection.id = %at, cause, "a token of Entra was not believed");
            if refusal.check == Check::Reachable { Err(Error::Throttled { retry_after: RETRY }) } else { Ok(None) }
        }
    }
}

async fn believe(app: &App, connection: &Connection, tokens: &EntraTokens, token: &str) -> Result<(), Failure> {
    let of_version_2 = format!("{}/{}/v2.0", app.config.entra_authority, tokens.tenant);
    let of_version_1 = format!("https://sts.windows.net/{}/", tokens.tenant);
    if !providers::may_look(app, connection.id, &of_version_2)? {
        return Err(Failure::Product(Error::Throttled { retry_after: providers::REFETCH_EVERY }));
    }
    let provider = providers::open_at(app, connection, &of_version_2, &tokens.audience).await?;
    let expect = Expect {
        issuers: [&of_version_2, &of_version_1],
        tenant: &tokens.tenant,
        audience: &tokens.audience,
        app: &tokens.app,
        now_seconds: app.now().seconds(),
    };
    providers::believe(app, &provider, |keys| access::verify(keys, &expect, token)).await
}
