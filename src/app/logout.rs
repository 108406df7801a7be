//! Telling applications that access has ended (OpenID Connect Back-Channel Logout 1.0).

use serde::{Deserialize, Serialize};

use crate::domain::Error;
use crate::domain::client::Family;
use crate::domain::id::{ClientId, SessionId, UserId};
use crate::oidc::client::Registration;
use crate::store::{Tx, clients, outbox};

/// The kind of an outbox message that tells one application about one ended session.
pub const BACKCHANNEL_LOGOUT: &str = "backchannel-logout";

/// What the message holds; the logout token is signed when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The application.
    pub client: ClientId,
    /// Where to post.
    pub uri: String,
    /// Whose access ended.
    pub user: UserId,
    /// Which session ended.
    pub session: SessionId,
}

/// Puts a notice in the outbox for each application that asked for one, once for each session.
pub async fn notify(tx: &Tx, ended: &[Family]) -> Result<(), Error> {
    let mut told: Vec<(ClientId, SessionId)> = Vec::new();
    for family in ended {
        if told.contains(&(family.client, family.session)) {
            continue;
        }
        told.push((family.client, family.session));
        if let Some(uri) = backchannel_uri(tx, family.client).await? {
            let notice = Notice { client: family.client, uri, user: family.user, session: family.session };
            let payload = serde_json::to_value(&notice).map_err(anyhow::Error::new)?;
            outbox::insert(tx, BACKCHANNEL_LOGOUT, &payload).await?;
        }
    }
    Ok(())
}

async fn backchannel_uri(tx: &Tx, client: ClientId) -> Result<Option<String>, Error> {
    let Some((client, _)) = clients::find(&**tx, client).await? else {
        return Ok(None);
    };
    let registration: Registration = serde_json::from_str(&client.registration).map_err(anyhow::Error::new)?;
    Ok(registration.backchannel_logout_uri)
}
