//! Claims under other names, for applications that call something otherwise than the standard does.
//!
//! **Invariant:** a mapped claim comes with the scope that holds its source, and without a value it is left out like that one.
//! **Invariant:** no claim by which the protocol itself is kept is given another meaning.

use std::collections::BTreeMap;

use super::claims::{Person, SUPPORTED, scope_of, userinfo};
use super::jwt::Claims;
use super::scope::{Scope, Scopes};

/// The name of a claim, and of the one that it takes its value from.
pub type Mapping = BTreeMap<String, String>;

const CLAIMS_MAX: usize = 20;
const NAME_BYTES_MAX: usize = 128;
/// Claims of the protocol that this provider gives out elsewhere, or never.
const OTHER_PROTOCOL: [&str; 12] =
    ["act", "azp", "c_hash", "client_id", "cnf", "events", "jti", "may_act", "nbf", "scope", "sub_id", "sub_jwk"];
/// What comes with every scope, and may have another name beside.
const STANDING: [&str; 3] = ["sub", "org_id", "org_slug"];

/// Whether claims may be given so, or a sentence that says why not.
pub fn check(mapping: &Mapping) -> Result<(), String> {
    if mapping.len() > CLAIMS_MAX {
        return Err(format!("name at most {CLAIMS_MAX} claims"));
    }
    mapping.iter().try_for_each(|(claim, source)| {
        let is_written_well = (1..=NAME_BYTES_MAX).contains(&claim.len())
            && claim.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:/".contains(&byte));
        if !is_written_well {
            return Err(format!("a claim has 1 to {NAME_BYTES_MAX} letters, digits and _ - . : /"));
        }
        let is_of_protocol = SUPPORTED.contains(&claim.as_str()) && scope_of(claim).is_none();
        if is_of_protocol || OTHER_PROTOCOL.contains(&claim.as_str()) {
            return Err(format!("{claim} belongs to the protocol and keeps its meaning; choose another name"));
        }
        if is_source(source) {
            Ok(())
        } else {
            Err(format!("there is no claim {source} about the person to take it from"))
        }
    })
}

/// The claims that a value can be taken from.
pub fn sources() -> impl Iterator<Item = &'static str> {
    SUPPORTED.iter().copied().filter(|it| is_source(it))
}

fn is_source(name: &str) -> bool {
    scope_of(name).is_some() || STANDING.contains(&name)
}

/// Those of the claims that these scopes hold, as far as they have a value.
pub fn mapped(mapping: &Mapping, person: &Person, scopes: &Scopes) -> Claims {
    if mapping.is_empty() {
        return Claims::new();
    }
    let all = userinfo(person, &Scope::ALL.into_iter().collect());
    let held = mapping.iter().filter(|(_, source)| scope_of(source).is_none_or(|scope| scopes.has(scope)));
    held.filter_map(|(claim, source)| Some((claim.clone(), all.get(source)?.clone()))).collect()
}
