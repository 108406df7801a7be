//! Where a stream is to go, as it is said of it, and whether anything can go there.
//!
//! **Invariant:** whether an address may be reached is asked each time that it is, and not here.

use url::Url;

use super::{ADDRESS_MAX, sinks};
use crate::app::App;
use crate::domain::audit_stream::{Kind, Sink, check_shown};
use crate::domain::secret::Secret;
use crate::domain::{Error, Flaw};
use crate::oidc::redirect_uri::check_web;

/// With what requests to a bucket are signed; nothing for what is none, or for what stays as it is.
#[derive(Clone, Default)]
pub struct Signing {
    /// The region of the bucket.
    pub region: Option<String>,
    /// The name of the key.
    pub access_key_id: Option<String>,
    /// Its secret.
    pub secret_access_key: Option<Secret<String>>,
}

impl Signing {
    /// The same, with what a bucket has in place of what is not said.
    pub(super) fn or_of(self, sink: &Sink) -> Self {
        let Some(bucket) = sink.bucket() else { return self };
        Self {
            region: self.region.or_else(|| Some(bucket.region.clone())),
            access_key_id: self.access_key_id.or_else(|| Some(bucket.access_key_id.clone())),
            ..self
        }
    }
}

/// Where a stream goes that is of this kind. What another kind alone has is refused.
pub(super) fn read(kind: Kind, address: String, signing: Signing) -> Result<Sink, Error> {
    let Signing { region, access_key_id, secret_access_key } = signing;
    let given = [
        ("region", region.is_some()),
        ("access_key_id", access_key_id.is_some()),
        ("secret_access_key", secret_access_key.is_some()),
    ];
    if kind != Kind::S3
        && let Some((field, _)) = given.into_iter().find(|it| it.1)
    {
        return Err(Error::malformed(field, format!("{} has none; leave it out", kind.word())));
    }
    if let Some(secret) = &secret_access_key {
        check_shown("secret_access_key", secret.reveal())?;
    }
    if kind.is_of_operator() && !address.is_empty() {
        return Err(Error::malformed("address", format!("{} has none; leave it out", kind.word())));
    }
    Ok(kind.to(address, region.unwrap_or_default(), access_key_id.unwrap_or_default()))
}

/// Refuses where nothing can go.
pub(super) fn check(app: &App, sink: &Sink) -> Result<(), Error> {
    let is_url = |url: &str| url.len() <= ADDRESS_MAX && check_web(url).is_ok() && Url::parse(url).is_ok();
    let (is_right, flaw) = match sink {
        Sink::Webhook(url) => (is_url(url), Flaw::WebhookAddress),
        Sink::Syslog(to) => (to.len() <= ADDRESS_MAX && sinks::host_and_port(to).is_some(), Flaw::SyslogAddress),
        Sink::S3(bucket) => {
            bucket.check()?;
            (is_url(&bucket.address), Flaw::BucketAddress)
        }
        Sink::File if app.config.audit_dir.is_none() => {
            let problem = "name a directory for files of the audit log in DOORWARD_AUDIT_DIR first";
            return Err(Error::malformed("kind", problem));
        }
        Sink::Stdout if !app.config.audit_stdout => {
            return Err(Error::malformed("kind", "allow it by DOORWARD_AUDIT_STDOUT=true first"));
        }
        Sink::File | Sink::Stdout => return Ok(()),
    };
    if is_right { Ok(()) } else { Err(Error::invalid("address", flaw)) }
}
