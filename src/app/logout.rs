//! Telling applications that access has ended (OpenID Connect Back-Channel Logout 1.0, Front-Channel Logout 1.0).
//!
//! **Invariant:** the unit that ends the access puts the notice into the outbox; nothing is sent before it is kept.
//! **Invariant:** a notice says that a session ended and whose it was, and nothing else about the person.
//! **Invariant:** an application learns of the sessions that it had a part in, and of no others.

use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use crate::app::outbound::{Call, Method};
use crate::app::{App, application, keys, signals, subject};
use crate::domain::Error;
use crate::domain::client::Family;
use crate::domain::id::{ClientId, OutboxId, SessionId, UserId};
use crate::domain::signal::Signal;
use crate::oidc::client::Registration;
use crate::oidc::jwt::{self, Typ};
use crate::oidc::logout::visit;
use crate::oidc::logout_token;
use crate::store::outbox::Message;
use crate::store::{Tx, clients, outbox, signals as rows};

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

/// Tells each application that had a part in sessions which of them ended: those that asked for a notice, and those that hear it
/// in a stream.
pub async fn notify(tx: &Tx, ended: &[Family]) -> Result<(), Error> {
    send_notices(tx, ended).await?;
    signals::tell_of_sessions(tx, ended).await
}

/// Puts a notice in the outbox for each application that asked for one, once for each session.
pub async fn send_notices(tx: &Tx, ended: &[Family]) -> Result<(), Error> {
    let mut told: Vec<(ClientId, SessionId)> = Vec::new();
    for family in ended {
        if told.contains(&(family.client, family.session)) {
            continue;
        }
        told.push((family.client, family.session));
        if let Some(uri) = backchannel_uri(tx, family.client).await? {
            let notice = Notice { client: family.client, uri, user: family.user, session: family.session };
            let payload = serde_json::to_value(&notice).map_err(anyhow::Error::new)?;
            let signal = signals::new(tx.org, tx.now, (family.client, BACKCHANNEL_LOGOUT));
            let signal = Signal { user: Some(family.user), ..signal };
            rows::insert(&**tx, &signal).await?;
            outbox::insert_as(tx, signal.id, BACKCHANNEL_LOGOUT, &payload).await?;
        }
    }
    Ok(())
}

/// The addresses at which the browser itself tells the applications of a session that has ended; a disabled one has none.
pub async fn visits(app: &App, tx: &Tx, ended: &[Family]) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    for family in ended {
        let Some(client) = application::by_id(&**tx, family.client).await? else { continue };
        let Some(uri) = &client.registration.frontchannel_logout_uri else { continue };
        let sid = subject::session(app, &client.registration, family.session)?;
        let visit = visit(uri, &app.config.public_url, &sid);
        if !all.contains(&visit) {
            all.push(visit);
        }
    }
    Ok(all)
}

async fn backchannel_uri(tx: &Tx, client: ClientId) -> Result<Option<String>, Error> {
    let Some((client, _)) = clients::find(&**tx, client).await? else {
        return Ok(None);
    };
    Ok(application::registration(&client)?.backchannel_logout_uri)
}

/// Tells one application what a message of the outbox holds. An application that is gone needs no telling.
pub async fn deliver(app: &App, message: &Message) -> Result<(), Error> {
    let notice: Notice = serde_json::from_str(&message.payload).map_err(anyhow::Error::new)?;
    let Some(client) = application::known(app, notice.client).await? else {
        return Ok(());
    };
    let token = logout_token(app, &notice, &client.registration).await?;
    let call = Call {
        method: Method::POST,
        url: Url::parse(&notice.uri).map_err(anyhow::Error::new)?,
        headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
        body: form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", &token).finish().into_bytes(),
    };
    let answer = app.outbound()?.send(call).await.map_err(anyhow::Error::new)?;
    if (200..300).contains(&answer.status) {
        return app.store.signal_delivered(message.org, message.id, app.now()).await;
    }
    Err(anyhow::anyhow!("the application answered the logout notice with status {}", answer.status).into())
}

async fn logout_token(app: &App, notice: &Notice, to: &Registration) -> Result<String, Error> {
    let (sub, sid) = (subject::of(app, to, notice.user)?, subject::session(app, to, notice.session)?);
    // A new one for each try: an application that remembers them must not take a second try for a replay.
    let jti = OutboxId::new().to_string();
    let claims = logout_token::claims(&logout_token::Notice {
        issuer: &app.config.public_url,
        client_id: &to.client_id,
        sub: &sub,
        sid: Some(&sid),
        jti: &jti,
        now_seconds: app.now().seconds(),
    });
    let keys = keys::for_signing(app, to.id_token_alg).await?;
    let signed = jwt::sign(keys.signing(to.id_token_alg)?, Typ::LogoutToken, &claims);
    Ok(signed.map_err(anyhow::Error::new)?)
}
