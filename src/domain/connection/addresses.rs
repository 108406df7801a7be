//! From which addresses the tokens of a connection work.
//!
//! **Invariant:** a list in which something cannot be read lets nobody in by it, rather than everybody.

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use ipnet::IpNet;

/// The most entries of a list; Entra's ranges for provisioning are fewer.
pub const ENTRIES_MAX: usize = 200;

/// A network as it is kept, from a network or one address as somebody wrote it.
pub fn network(text: &str) -> Option<String> {
    read(text.trim()).map(|it| it.to_string())
}

/// True for an address of one of these networks.
pub fn holds(networks: &[String], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().filter_map(|it| read(it)).any(|it| it.contains(&address))
}

/// An address of IPv4 may be written as one of IPv6; both are the same address.
fn read(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    let is_mapped = network.addr().to_canonical() != network.addr();
    let network = match network.prefix_len().checked_sub(96) {
        Some(prefix) if is_mapped => IpNet::new(network.addr().to_canonical(), prefix).ok()?,
        Some(_) | None => network,
    };
    Some(network.trunc())
}
