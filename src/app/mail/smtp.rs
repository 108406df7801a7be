//! The mail server of the instance.
//!
//! **Invariant:** a certificate that the operator vouches for counts here as it does in every other call.
//! **Invariant:** a letter is given up only when the server has refused that letter for good; whatever the operator can
//! mend leaves it waiting.

use std::error::Error as _;
use std::time::Duration;

use anyhow::Context as _;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor, transport::smtp};
use url::Url;

use crate::app::config::Config;
use crate::domain::Error;

const TIMEOUT: Duration = Duration::from_secs(20);
/// The refusals of a mail transaction (RFC 5321 4.2.3, RFC 7504). Those of a login (RFC 4954 6) and of a command are others.
const REFUSED_FOR_GOOD: std::ops::RangeInclusive<u16> = 550..=556;

/// Put off for now: what is wrong with this mailbox or this letter at the moment (RFC 5321 4.2.3).
const PUT_OFF: std::ops::RangeInclusive<u16> = 450..=452;

type Server = AsyncSmtpTransport<Tokio1Executor>;

/// Hands a message over.
pub(super) async fn submit(config: &Config, message: Message) -> Result<(), Error> {
    open(config)?.send(message).await.context("the mail server did not take the mail")?;
    Ok(())
}

/// Whether the server answers; nothing is sent.
pub(super) async fn check(config: &Config) -> Result<(), Error> {
    let answers = open(config)?.test_connection().await.context("the mail server does not answer")?;
    if answers { Ok(()) } else { Err(anyhow::anyhow!("the mail server ended the connection").into()) }
}

/// True when the server will not take this message, however often it is sent.
pub(super) fn is_refused_for_good(failure: &Error) -> bool {
    answer(failure).is_some_and(|(code, _)| REFUSED_FOR_GOOD.contains(&code))
}

/// What the server said of a letter that it did not take. What it says of the way to it, of a login say, is for the
/// operator alone.
pub(super) fn said_of_letter(failure: &Error) -> Option<String> {
    let (code, said) = answer(failure)?;
    let is_of_letter = REFUSED_FOR_GOOD.contains(&code) || PUT_OFF.contains(&code);
    is_of_letter.then(|| said.source()).flatten().map(ToString::to_string)
}

fn answer(failure: &Error) -> Option<(u16, &smtp::Error)> {
    let Error::Internal(cause) = failure else { return None };
    let said = cause.chain().find_map(|it| it.downcast_ref::<smtp::Error>())?;
    Some((u16::from(said.status()?), said))
}

fn open(config: &Config) -> Result<Server, Error> {
    let mut server = Server::from_url(&config.mail_url).context("the mail URL is not one")?;
    if let Some(tls) = own_tls(config)? {
        server = server.tls(tls);
    }
    Ok(server.timeout(Some(TIMEOUT)).build())
}

/// The protection that the URL asks for, under the certificates that the operator vouches for besides the usual ones;
/// nothing where there are none or the URL asks for no protection.
fn own_tls(config: &Config) -> Result<Option<Tls>, Error> {
    let Some(path) = &config.extra_ca_file else { return Ok(None) };
    let url = Url::parse(&config.mail_url).context("the mail URL is not one")?;
    let wished = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    let kind: fn(TlsParameters) -> Tls = match (url.scheme(), wished.as_deref()) {
        ("smtps", _) => Tls::Wrapper,
        (_, Some("required")) => Tls::Required,
        (_, Some("opportunistic")) => Tls::Opportunistic,
        (_, Some(_) | None) => return Ok(None),
    };
    let pem = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let vouched = Certificate::from_pem(&pem).context("extra_ca_file holds no certificates in PEM form")?;
    let parameters = TlsParameters::builder(url.host_str().unwrap_or_default().to_owned());
    let parameters = parameters.add_root_certificate(vouched).build().context("no TLS for the mail server")?;
    Ok(Some(kind(parameters)))
}
