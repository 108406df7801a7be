//! Calls to others over HTTP: the one place that builds a client.
//!
//! **Invariant:** a call follows no redirect, ends after a minute, and reads no more than a bounded answer.
//! **Invariant:** an address that somebody else chose is reached only where it is public, or where the operator named its
//! network; what is checked is the address that is then connected to, so a name cannot change in between.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};
use url::{Host, Url};

use crate::app::config::Config;
use crate::domain::Error;

#[cfg(test)]
mod tests;

const WHOLE_CALL: Duration = Duration::from_secs(60);
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER_MAX: usize = 4 * 1024 * 1024;

pub use reqwest::Method;

/// Who calls out, and whom it may reach.
#[derive(Clone)]
pub struct Outbound {
    http: Client,
    /// The networks that a call may reach although they are private; none when any address may be reached.
    allowed: Option<Arc<[IpNet]>>,
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
}

impl Outbound {
    /// For addresses that the operator has just named: they may be anywhere.
    pub fn anywhere(extra_ca_file: Option<&Path>) -> Result<Self, Error> {
        Ok(Self { http: client(extra_ca_file, None)?, allowed: None })
    }

    /// For addresses that somebody else chose: only public ones, and those in the networks of the settings.
    pub fn vetted(config: &Config) -> Result<Self, Error> {
        let allowed: Arc<[IpNet]> = config.outbound_allow.clone().into();
        let http = client(config.extra_ca_file.as_deref(), Some(Arc::clone(&allowed)))?;
        Ok(Self { http, allowed: Some(allowed) })
    }

    /// Makes a call; an answer of any status is an answer.
    pub async fn send(&self, call: Call) -> anyhow::Result<Answer> {
        if let Some(allowed) = &self.allowed {
            check_literal(&call.url, allowed)?;
        }
        let mut headers = HeaderMap::new();
        for (name, value) in call.headers {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value)?);
        }
        let request = self.http.request(call.method, call.url).headers(headers).body(call.body);
        let mut response = request.send().await?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            anyhow::ensure!(body.len().saturating_add(chunk.len()) <= ANSWER_MAX, "the answer is too long");
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that builds a client")]
fn client(extra_ca_file: Option<&Path>, allowed: Option<Arc<[IpNet]>>) -> Result<Client, Error> {
    let mut builder =
        Client::builder().redirect(Policy::none()).no_proxy().timeout(WHOLE_CALL).connect_timeout(CONNECT);
    if let Some(path) = extra_ca_file {
        let pem = std::fs::read(path).map_err(|cause| {
            Error::malformed("extra_ca_file", format!("{} cannot be read: {cause}", path.display()))
        })?;
        let bundle = Certificate::from_pem_bundle(&pem)
            .map_err(|_| Error::malformed("extra_ca_file", "must hold certificates in PEM form"))?;
        builder = builder.tls_certs_merge(bundle);
    }
    if let Some(allowed) = allowed {
        builder = builder.dns_resolver(Vetting { allowed });
    }
    Ok(builder.build().context("no HTTP client")?)
}

/// Resolves names to the addresses that may be reached.
struct Vetting {
    allowed: Arc<[IpNet]>,
}

impl Resolve for Vetting {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.allowed);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open: Vec<SocketAddr> = found.filter(|it| may_reach(it.ip(), &allowed)).collect();
            if open.is_empty() {
                return Err(refusal(name.as_str()).into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
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
