//! Calls to others, over HTTP and under TLS alone: the one place that builds a client.
//!
//! **Invariant:** a call speaks HTTP, follows no redirect, undoes no compression, and ends after a bounded time with a bounded
//! answer: a minute and 4 MiB where the operator named the address, ten seconds and 1 MiB where somebody else chose it.
//! **Invariant:** an address that somebody else chose is reached only where it is public, or where the operator named its
//! network; what is checked is the address that is then connected to, so a name cannot change in between.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context as _;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, RequestBuilder};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use crate::app::config::Config;
use crate::domain::Error;

#[cfg(test)]
mod tests;

const CONNECT: Duration = Duration::from_secs(10);
const MEBIBYTE: usize = 1024 * 1024;

/// How much of a call there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limits {
    whole_call: Duration,
    answer_max: usize,
}

/// Of a call to an address that the operator named.
const NAMED: Limits = Limits { whole_call: Duration::from_secs(60), answer_max: 4 * MEBIBYTE };
/// Of a call to an address that somebody else chose.
const CHOSEN: Limits = Limits { whole_call: Duration::from_secs(10), answer_max: MEBIBYTE };

pub use reqwest::Method;

/// Who calls out, and whom it may reach.
#[derive(Clone)]
pub struct Outbound {
    http: Client,
    /// The networks that a call may reach although they are private; none when any address may be reached.
    allowed: Option<Arc<[IpNet]>>,
    limits: Limits,
    extra_ca_file: Option<PathBuf>,
    /// Made when the first bytes go out under TLS alone, because it loads every certificate.
    tls: Arc<OnceLock<TlsConnector>>,
}

/// A call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// The header fields.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// How long the other side wants to be left alone, where it says that in seconds (RFC 9110 10.2.3).
    pub retry_after: Option<Duration>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It did not end in time.
    #[error("no whole answer came in time")]
    Late,
    /// It is longer than anybody reads.
    #[error("the answer is too long")]
    TooLong,
    /// Nobody was reached, or nobody may be.
    #[error(transparent)]
    Unreached(#[from] anyhow::Error),
}

impl Outbound {
    /// For addresses that the operator has just named: they may be anywhere.
    pub fn anywhere(extra_ca_file: Option<&Path>) -> Result<Self, Error> {
        Ok(Self {
            http: client(extra_ca_file, None)?,
            allowed: None,
            limits: NAMED,
            extra_ca_file: extra_ca_file.map(Path::to_owned),
            tls: Arc::default(),
        })
    }

    /// For addresses that somebody else chose: only public ones, and those in the networks of the settings.
    pub fn vetted(config: &Config) -> Result<Self, Error> {
        let allowed: Arc<[IpNet]> = config.outbound_allow.clone().into();
        let vetting = Vetting { allowed: Arc::clone(&allowed), lookup };
        let http = client(config.extra_ca_file.as_deref(), Some(Arc::new(vetting)))?;
        Ok(Self {
            http,
            allowed: Some(allowed),
            limits: CHOSEN,
            extra_ca_file: config.extra_ca_file.clone(),
            tls: Arc::default(),
        })
    }

    /// Makes a call; an answer of any status is an answer.
    pub async fn send(&self, call: Call) -> Result<Answer, Failed> {
        timeout(self.limits.whole_call, self.exchange(call)).await.map_err(|_| Failed::Late)?
    }

    /// Hands bytes over to a host under TLS. They are handed over when the other side has read to their end and closed, too.
    pub async fn hand_over(&self, (host, port): (&Host, u16), bytes: &[u8]) -> Result<(), Failed> {
        timeout(self.limits.whole_call, self.pour((host, port), bytes)).await.map_err(|_| Failed::Late)?
    }

    async fn pour(&self, (host, port): (&Host, u16), bytes: &[u8]) -> Result<(), Failed> {
        let (name, addresses) = self.reached(host, port).await?;
        let plain = timeout(CONNECT, TcpStream::connect(addresses.as_slice())).await.map_err(|_| Failed::Late)?;
        let mut under_tls =
            self.tls()?.connect(name, plain.context("nobody was reached")?).await.context("no TLS connection")?;
        let poured = async {
            under_tls.write_all(bytes).await?;
            under_tls.shutdown().await?;
            let mut left = [0_u8; 1_024];
            while under_tls.read(&mut left).await? > 0 {}
            Ok::<_, io::Error>(())
        };
        match poured.await {
            // Few say goodbye under TLS; that they close without it is all that there is to see.
            Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            other => Ok(other.context("the connection broke off")?),
        }
    }

    /// The name that a certificate must have, and those addresses behind it that may be reached.
    async fn reached(&self, host: &Host, port: u16) -> anyhow::Result<(ServerName<'static>, Vec<SocketAddr>)> {
        let (name, mut found) = match host {
            Host::Domain(name) => (ServerName::try_from(name.clone())?, lookup(name.clone()).await?),
            Host::Ipv4(address) => (IpAddr::V4(*address).into(), vec![SocketAddr::from((*address, port))]),
            Host::Ipv6(address) => (IpAddr::V6(*address).into(), vec![SocketAddr::from((*address, port))]),
        };
        found.iter_mut().for_each(|it| it.set_port(port));
        if let Some(allowed) = &self.allowed {
            found.retain(|it| may_reach(it.ip(), allowed));
        }
        anyhow::ensure!(!found.is_empty(), refusal(&host.to_string()));
        Ok((name, found))
    }

    fn tls(&self) -> Result<TlsConnector, Failed> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let tls = connector(self.extra_ca_file.as_deref()).map_err(anyhow::Error::new)?;
        Ok(self.tls.get_or_init(|| tls).clone())
    }

    async fn exchange(&self, call: Call) -> Result<Answer, Failed> {
        let mut response = self.request(call)?.send().await.map_err(unnamed)?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.parse().ok());
        let retry_after = retry_after.map(Duration::from_secs);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unnamed)? {
            if body.len().saturating_add(chunk.len()) > self.limits.answer_max {
                return Err(Failed::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body, retry_after })
    }

    fn request(&self, call: Call) -> anyhow::Result<RequestBuilder> {
        anyhow::ensure!(matches!(call.url.scheme(), "http" | "https"), "only http and https are spoken");
        if let Some(allowed) = &self.allowed {
            check_literal(&call.url, allowed)?;
        }
        let mut headers = HeaderMap::new();
        for (name, value) in call.headers {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value)?);
        }
        Ok(self.http.request(call.method, call.url).headers(headers).body(call.body))
    }
}

/// Why a call failed, without its address: that may hold a key, and failures are kept and shown.
fn unnamed(cause: reqwest::Error) -> anyhow::Error {
    anyhow::Error::new(cause.without_url())
}

#[expect(clippy::disallowed_methods, reason = "the one place that builds a client")]
fn client(extra_ca_file: Option<&Path>, vetting: Option<Arc<dyn Resolve>>) -> Result<Client, Error> {
    let mut builder = Client::builder().redirect(Policy::none()).no_proxy().connect_timeout(CONNECT);
    let extra = extra_certificates(extra_ca_file)?;
    if !extra.is_empty() {
        let extra = extra.iter().map(|it| Certificate::from_der(it)).collect::<Result<Vec<_>, _>>();
        builder = builder.tls_certs_merge(extra.map_err(|_| no_certificates())?);
    }
    if let Some(vetting) = vetting {
        builder = builder.dns_resolver(vetting);
    }
    Ok(builder.build().context("no HTTP client")?)
}

/// Certificates are checked as the client of HTTP checks them: as the system does, with those of the settings besides.
fn connector(extra_ca_file: Option<&Path>) -> Result<TlsConnector, Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new_with_extra_roots(extra_certificates(extra_ca_file)?, Arc::clone(&provider));
    let verifier = verifier.context("no certificate authorities")?;
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.context("no TLS")?.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(TlsConnector::from(Arc::new(config.with_no_client_auth())))
}

fn extra_certificates(file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, Error> {
    let Some(path) = file else { return Ok(Vec::new()) };
    let pem = std::fs::read(path)
        .map_err(|cause| Error::malformed("extra_ca_file", format!("{} cannot be read: {cause}", path.display())))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    found.ok().filter(|it| !it.is_empty()).ok_or_else(no_certificates)
}

fn no_certificates() -> Error {
    Error::malformed("extra_ca_file", "must hold certificates in PEM form")
}

/// Resolves names to those of their addresses that may be reached. These are then connected to: the name is not looked up again.
struct Vetting<L> {
    allowed: Arc<[IpNet]>,
    lookup: L,
}

impl<L, F> Resolve for Vetting<L>
where
    L: Fn(String) -> F + Send + Sync,
    F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
{
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, found) = (Arc::clone(&self.allowed), (self.lookup)(name.as_str().to_owned()));
        Box::pin(async move {
            let mut open = found.await?;
            open.retain(|it| may_reach(it.ip(), &allowed));
            if open.is_empty() {
                return Err(refusal(name.as_str()).into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

/// Asks the system for the addresses of a name.
async fn lookup(name: String) -> io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.collect())
}

/// A URL that names an address needs no resolver, so it is checked here.
fn check_literal(url: &Url, allowed: &[IpNet]) -> anyhow::Result<()> {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(_)) => return Ok(()),
        None => anyhow::bail!("the URL names no host"),
    };
    anyhow::ensure!(may_reach(address, allowed), refusal(&address.to_string()));
    Ok(())
}

fn refusal(host: &str) -> String {
    format!("{host} is not a public address; name its network in DOORWARD_OUTBOUND_ALLOW to reach it")
}

fn may_reach(address: IpAddr, allowed: &[IpNet]) -> bool {
    allowed.iter().any(|network| network.contains(&address)) || is_public(address)
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

// The special-purpose registry of IANA (RFC 6890) as far as the standard library does not know it.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0, ..] | [240..=255, ..] => true,
        [100, second, ..] => (64..128).contains(&second),
        [192, 0, 0, _] | [192, 88, 99, _] => true,
        [198, second, ..] => second == 18 || second == 19,
        _ => false,
    };
    !(special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    // Only 2000::/3 is global unicast. 2001::/23 and 2001:db8::/32 in it are special, and 2002::/16 carries an IPv4 address.
    match address.segments() {
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [0x2002, high, low, ..] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        [first, ..] => first & 0xe000 == 0x2000,
    }
}
