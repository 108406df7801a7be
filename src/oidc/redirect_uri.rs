//! Redirect URIs: which may be registered, and which presented one is a registered one.
//!
//! **Invariant:** a presented URI is never parsed, decoded or normalised: it is compared as bytes. The one freedom is
//! the port of a loopback address of a public client (RFC 8252 7.3).
//! **Invariant:** a registered URI is in the form in which a browser opens it, so that what was compared is what is opened.

use url::{Host, Url};

use super::client::{Profile, Registration};

/// Whether a URI may be registered for answers to a client, or a sentence that says why not.
pub fn check(uri: &str, client: &Registration) -> Result<(), String> {
    let parsed = parse(uri)?;
    match parsed.scheme() {
        "https" => check_https(&parsed),
        "http" if client.profile != Profile::Standard => refuse(uri, "must use https in this profile"),
        "http" => check_loopback(uri, &parsed),
        scheme if client.is_public() && client.profile == Profile::Standard => check_private_use(uri, scheme),
        _ => refuse(uri, "must use https"),
    }
}

/// Whether a URI may be registered for calls by this server, or for the frames of a page: https, or http to a loopback address.
pub fn check_web(uri: &str) -> Result<(), String> {
    let parsed = parse(uri)?;
    match parsed.scheme() {
        "https" => check_https(&parsed),
        "http" => check_loopback(uri, &parsed),
        _ => refuse(uri, "must use https"),
    }
}

/// The same, by https alone.
pub fn check_secure_web(uri: &str) -> Result<(), String> {
    check_web(uri)?;
    if uri.starts_with("https://") { Ok(()) } else { refuse(uri, "must use https") }
}

/// Whether two URIs agree in scheme, host and port.
pub fn have_same_origin(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin() == other.origin(),
        (Ok(_) | Err(_), _) => false,
    }
}

/// The host of a URI, where it has one.
pub fn host(uri: &str) -> Option<String> {
    Url::parse(uri).ok()?.host_str().map(str::to_owned)
}

fn parse(uri: &str) -> Result<Url, String> {
    if uri.len() > 2048 {
        return Err("a redirect URI has at most 2,048 characters".to_owned());
    }
    if !uri.bytes().all(|byte| byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte)) {
        return Err("a redirect URI has only the characters of RFC 3986; encode others as %XX".to_owned());
    }
    if uri.contains('*') {
        return refuse(uri, "has a wildcard; register each address in full");
    }
    if uri.contains('#') {
        return refuse(uri, "must not have a fragment");
    }
    let parsed = Url::parse(uri).map_err(|_| format!("{uri} is not an absolute URI"))?;
    if !parsed.username().is_empty() || parsed.password().is_some() || authority(uri).contains('@') {
        return refuse(uri, "must not have a user name or password");
    }
    if !parsed.host_str().unwrap_or_default().bytes().all(is_of_host) {
        return refuse(uri, "names a host that is none");
    }
    let normal = parsed.as_str();
    if normal != uri && normal.strip_suffix('/') != Some(uri) {
        return refuse(uri, &format!("is not in its normal form; a browser would open {normal}"));
    }
    Ok(parsed)
}

// A host is written into the security policies of pages, where a semicolon would begin another rule.
fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte)
}

fn authority(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

fn check_https(parsed: &Url) -> Result<(), String> {
    match parsed.host() {
        Some(_) => Ok(()),
        None => refuse(parsed.as_str(), "names no host"),
    }
}

fn check_loopback(uri: &str, parsed: &Url) -> Result<(), String> {
    let is_loopback = match parsed.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if is_loopback { Ok(()) } else { refuse(uri, "must use https; http is only for localhost, 127.0.0.1 and [::1]") }
}

// RFC 8252 7.1: a private-use scheme is a domain name in reverse; this also keeps javascript:, data: and file: out.
fn check_private_use(uri: &str, scheme: &str) -> Result<(), String> {
    if scheme.contains('.') {
        return Ok(());
    }
    refuse(uri, "must use https, http on a loopback address, or a scheme such as com.example.app")
}

fn refuse<T>(uri: &str, problem: &str) -> Result<T, String> {
    Err(format!("{uri} {problem}"))
}

/// Whether two http URIs on the same loopback address differ in nothing but the port.
pub fn differ_in_port_only(registered: &str, presented: &str) -> bool {
    ["http://127.0.0.1", "http://[::1]"].into_iter().any(|origin| {
        let one = registered.strip_prefix(origin).and_then(after_port);
        let two = presented.strip_prefix(origin).and_then(after_port);
        one.is_some() && one == two
    })
}

/// What follows an optional port; `None` when the text goes on with anything but a path or query.
fn after_port(text: &str) -> Option<&str> {
    let rest = match text.strip_prefix(':') {
        None => text,
        Some(port_and_rest) => {
            let rest = port_and_rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let port = port_and_rest.strip_suffix(rest)?;
            port.parse::<u16>().ok().filter(|port| *port != 0)?;
            rest
        }
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}
