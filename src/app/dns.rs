//! Questions to the DNS: the one place that asks any.
//!
//! **Invariant:** "there is none" is said only where a server has said so; whoever got no answer knows nothing.
//! **Invariant:** nothing is kept, so that a record counts from the moment at which it can be seen.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError, NoRecords};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::RData;

/// So long one server has for its answer.
const TIMEOUT: Duration = Duration::from_secs(2);
const ATTEMPTS: usize = 2;
/// More than so many texts of one name nobody reads.
const TEXTS_MAX: usize = 50;

/// The texts that a name has (TXT, RFC 1035 3.3.14), as the servers of the settings know them, or else those of the system.
pub(super) async fn texts(servers: &[SocketAddr], name: &str) -> anyhow::Result<Vec<String>> {
    // A name that ends in a dot is looked up as it is, not below the domain of this machine.
    let found = match resolver(servers)?.txt_lookup(format!("{name}.")).await {
        Ok(found) => found,
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) if is_said(&none) => return Ok(Vec::new()),
        Err(cause) => return Err(anyhow::Error::new(cause).context("the DNS gave no answer")),
    };
    let texts = found.answers().iter().filter_map(|it| {
        let RData::TXT(text) = &it.data else { return None };
        Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned())
    });
    Ok(texts.take(TEXTS_MAX).collect())
}

/// A failure of a server looks like a name without records, but for its code.
fn is_said(none: &NoRecords) -> bool {
    matches!(none.response_code, ResponseCode::NoError | ResponseCode::NXDomain)
}

fn resolver(servers: &[SocketAddr]) -> anyhow::Result<TokioResolver> {
    let mut builder = if servers.is_empty() {
        TokioResolver::builder_tokio().context("the system names no DNS server")?
    } else {
        let named = ResolverConfig::from_parts(None, Vec::new(), servers.iter().map(server).collect());
        TokioResolver::builder_with_config(named, TokioRuntimeProvider::default())
    };
    let options = builder.options_mut();
    (options.timeout, options.attempts, options.cache_size) = (TIMEOUT, ATTEMPTS, 0);
    builder.build().context("no DNS client")
}

fn server(at: &SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut it| {
        it.port = at.port();
        it
    });
    NameServerConfig::new(at.ip(), true, connections.into())
}
