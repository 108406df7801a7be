//! From which addresses the tokens of a connection work.
//!
//! **Invariant:** a list in which something cannot be read lets nobody in by it, rather than everybody.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_of_both_families_are_kept_in_one_form() {
        for (written, kept) in [
            ("192.0.2.7", Some("192.0.2.7/32")),
            (" 192.0.2.7/24 ", Some("192.0.2.0/24")),
            ("2001:db8::7", Some("2001:db8::7/128")),
            ("2001:DB8:1::/32", Some("2001:db8::/32")),
            ("::ffff:192.0.2.7", Some("192.0.2.7/32")),
            ("::ffff:192.0.2.0/120", Some("192.0.2.0/24")),
            ("0.0.0.0/0", Some("0.0.0.0/0")),
            ("192.0.2.0/33", None),
            ("192.0.2", None),
            ("example.org", None),
            ("", None),
        ] {
            assert_eq!(network(written).as_deref(), kept, "{written}");
        }
    }

    #[test]
    fn an_address_is_of_the_list_in_whatever_form_it_comes() {
        let list = ["192.0.2.0/24".to_owned(), "2001:db8::/32".to_owned(), "unreadable".to_owned()];
        for (address, is_in) in [
            ("192.0.2.255", true),
            ("::ffff:192.0.2.1", true),
            ("192.0.3.1", false),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
            ("0.0.0.0", false),
        ] {
            assert_eq!(holds(&list, address.parse().unwrap()), is_in, "{address}");
        }
        assert!(!holds(&["unreadable".to_owned()], "192.0.2.1".parse().unwrap()));
    }
}
