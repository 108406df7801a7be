//! E-mail addresses: which can be written to, and reading many from what somebody pasted.
//!
//! **Invariant:** every entry of a pasted list comes back, with the reason where it cannot be used; none is lost.

use std::fmt;

use super::text::{fold, has_control};

/// The most characters an address may have.
pub const ADDRESS_MAX: usize = 254;
/// The most of them before the `@`.
pub const LOCAL_MAX: usize = 64;
const LABEL_MAX: usize = 63;

/// Why something is no address that can be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressProblem {
    /// There is no `@`, or nothing before or after it.
    NoAddress,
    /// More than one `@`.
    SeveralAts,
    /// A character or a dot where none may be.
    Character,
    /// The part after the `@` is no domain name such as `example.com`.
    Domain,
    /// Too many characters.
    TooLong,
    /// Too many of them before the `@`.
    LocalTooLong,
}

impl fmt::Display for AddressProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => f.write_str("write an address such as ada@example.com"),
            Self::SeveralAts => f.write_str("write one address with a single @"),
            Self::Character => f.write_str("leave out spaces, special characters and double dots before the @"),
            Self::Domain => f.write_str("write a domain such as example.com after the @"),
            Self::TooLong => write!(f, "use at most {ADDRESS_MAX} characters"),
            Self::LocalTooLong => write!(f, "use at most {LOCAL_MAX} characters before the @"),
        }
    }
}

/// Checks that mail can be addressed like this (RFC 5321, without quoted parts and address literals).
pub fn check(address: &str) -> Result<(), AddressProblem> {
    let (local, domain) = match address.split_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() => (local, domain),
        Some(_) | None => return Err(AddressProblem::NoAddress),
    };
    if domain.contains('@') {
        return Err(AddressProblem::SeveralAts);
    }
    if address.chars().count() > ADDRESS_MAX {
        return Err(AddressProblem::TooLong);
    }
    if local.chars().count() > LOCAL_MAX {
        return Err(AddressProblem::LocalTooLong);
    }
    if !local.split('.').all(is_atom) {
        return Err(AddressProblem::Character);
    }
    let labels: Vec<&str> = domain.split('.').collect();
    if labels.len() < 2 || !labels.into_iter().all(is_label) {
        return Err(AddressProblem::Domain);
    }
    Ok(())
}

fn is_atom(text: &str) -> bool {
    let is_special = |c: char| "!#$%&'*+/=?^_`{|}~-".contains(c);
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || is_special(c))
}

fn is_label(text: &str) -> bool {
    let inner = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    inner && (1..=LABEL_MAX).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-')
}

/// One entry of a pasted list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What stood there, for showing it again.
    pub typed: String,
    /// The name before the address, where there was one.
    pub name: Option<String>,
    /// The address, or why there is none.
    pub address: Result<String, AddressProblem>,
}

impl Entry {
    fn of(typed: &str, name: &str, address: &str) -> Self {
        let name = name.trim().trim_matches('"').trim();
        let name = (!name.is_empty() && !has_control(name)).then(|| name.to_owned());
        Self { typed: typed.to_owned(), name, address: check(address).map(|()| address.to_owned()) }
    }
}

/// Reads addresses out of free text: separated by commas, semicolons, spaces or line breaks, each alone or as
/// `Name <address>`, where a name in double quotes may hold separators.
pub fn read_list(text: &str) -> Vec<Entry> {
    pieces(text).iter().flat_map(|piece| entries(piece)).collect()
}

/// True when two addresses are the same mailbox as far as this server compares them.
pub fn is_same(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}

/// The text cut at commas, semicolons and line breaks outside of quotes, and after every `>`.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut is_quoted = false;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let closes = || rest.as_str().split('\n').next().is_some_and(|line| line.contains('"'));
        match c {
            // A quote that is never closed is a character like any other, so that it swallows nothing.
            '"' if is_quoted || closes() => {
                is_quoted = !is_quoted;
                push(&mut pieces, c);
            }
            ',' | ';' | '\n' | '\r' if !is_quoted => pieces.push(String::new()),
            '>' if !is_quoted => {
                push(&mut pieces, c);
                pieces.push(String::new());
            }
            other => push(&mut pieces, other),
        }
    }
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

fn push(pieces: &mut [String], c: char) {
    if let Some(last) = pieces.last_mut() {
        last.push(c);
    }
}

/// The entries of one piece: what stands in angle brackets with its name, and addresses that only spaces divide.
fn entries(piece: &str) -> Vec<Entry> {
    let piece = piece.trim();
    if let Some((before, inside)) = piece.rsplit_once('<') {
        let words: Vec<&str> = before.split_whitespace().collect();
        let named_from = words.iter().rposition(|word| word.contains('@')).map_or(0, |at| at.saturating_add(1));
        let (alone, name) = words.split_at(named_from);
        let name = name.join(" ");
        let typed = if alone.is_empty() { piece.to_owned() } else { format!("{name} <{inside}") };
        let last = Entry::of(typed.trim(), &name, inside.trim_end_matches('>').trim());
        return alone.iter().map(|word| Entry::of(word, "", word)).chain([last]).collect();
    }
    if !piece.contains('@') {
        return vec![Entry::of(piece, "", piece)];
    }
    piece.split_whitespace().map(|word| Entry::of(word, "", word)).collect()
}

#[cfg(test)]
mod tests;
