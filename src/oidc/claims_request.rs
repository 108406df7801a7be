//! The parameter `claims`: which claims a client asks for one by one, and where (OpenID Connect Core 5.5).
//!
//! **Invariant:** what was read holds only claims that this provider may give out; printing and parsing it gives the same.
//! **Invariant:** a claim is asked for like the scope that holds it: a client without that scope does not get it, and the
//! person is asked for that scope.
//! **Invariant:** no claim is a condition but `sub` and an essential `acr`: one without a value is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::claims::{SUPPORTED, scope_of};
use super::error::{Error, ErrorCode};
use super::jwt::strict_object;
use super::scope::Scopes;

const BYTES_MAX: usize = 4_096;
const CLAIMS_MAX: usize = 50;
const VALUES_MAX: usize = 20;
const VALUE_BYTES_MAX: usize = 256;

/// What a client asks for claim by claim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ClaimsRequest {
    userinfo: BTreeSet<&'static str>,
    id_token: BTreeSet<&'static str>,
    acr: Option<AcrWish>,
    sub: Option<String>,
}

/// Which authentication contexts are asked for, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcrWish {
    /// Whether the sign-in fails when none of them is reached (OpenID Connect Core 5.5.1.1).
    pub is_essential: bool,
    /// The contexts; some may be unknown here. Without any, whichever is reached will do.
    pub values: Vec<String>,
}

/// What is asked of one claim.
#[derive(Default)]
struct Ask {
    is_essential: bool,
    values: Vec<Value>,
}

impl ClaimsRequest {
    /// Reads the parameter. What is not understood is passed over where the standard says so; what is malformed is refused.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > BYTES_MAX {
            return Err(malformed("the parameter claims is longer than 4096 bytes"));
        }
        Self::read(text)
    }

    fn read(text: &str) -> Result<Self, Error> {
        let Some(members) = strict_object(text.as_bytes()) else {
            return Err(malformed("the parameter claims is not a JSON object in which each name occurs once"));
        };
        let userinfo = asks(members.get("userinfo"))?;
        let mut id_token = asks(members.get("id_token"))?;
        let sub = sub(userinfo.get("sub"), id_token.get("sub"))?;
        let acr = id_token.remove("acr").map(acr_wish).transpose()?;
        Ok(Self { userinfo: known(&userinfo), id_token: known(&id_token), acr, sub })
    }

    /// The part that a client with these scopes may ask for.
    pub fn within(self, registered: &Scopes) -> Self {
        let may = |name: &&'static str| scope_of(name).is_some_and(|scope| registered.has(scope));
        let Self { userinfo, id_token, acr, sub } = self;
        Self {
            userinfo: userinfo.into_iter().filter(may).collect(),
            id_token: id_token.into_iter().filter(may).collect(),
            acr,
            sub,
        }
    }

    /// The scopes that hold what is asked for.
    pub fn scopes(&self) -> Scopes {
        self.userinfo.iter().chain(&self.id_token).filter_map(|name| scope_of(name)).collect()
    }

    /// The claims that are asked for at userinfo.
    pub fn at_userinfo(&self) -> impl Iterator<Item = &'static str> {
        self.userinfo.iter().copied()
    }

    /// The claims that are asked for in the ID token.
    pub fn in_id_token(&self) -> impl Iterator<Item = &'static str> {
        self.id_token.iter().copied()
    }

    /// Which authentication contexts are asked for.
    pub const fn acr(&self) -> Option<&AcrWish> {
        self.acr.as_ref()
    }

    /// The only person for whom there may be an answer.
    pub fn sub(&self) -> Option<&str> {
        self.sub.as_deref()
    }
}

/// The claims of one member, by name.
fn asks(member: Option<&Value>) -> Result<BTreeMap<&str, Ask>, Error> {
    let Some(member) = member else { return Ok(BTreeMap::new()) };
    let Some(claims) = member.as_object() else {
        return Err(malformed("userinfo and id_token in the parameter claims are objects"));
    };
    if claims.len() > CLAIMS_MAX {
        return Err(malformed("the parameter claims asks for more than 50 claims at once"));
    }
    claims.iter().map(|(name, of)| Ok((name.as_str(), ask(of)?))).collect()
}

fn ask(of: &Value) -> Result<Ask, Error> {
    let members = match of {
        Value::Null => return Ok(Ask::default()),
        Value::Object(members) => members,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return Err(malformed("a claim in the parameter claims is null or an object"));
        }
    };
    let is_essential = match members.get("essential") {
        None => false,
        Some(Value::Bool(is)) => *is,
        Some(_) => return Err(malformed("essential in the parameter claims is true or false")),
    };
    Ok(Ask { is_essential, values: values(members)? })
}

fn values(members: &Map<String, Value>) -> Result<Vec<Value>, Error> {
    let values = match (members.get("value"), members.get("values")) {
        (None, None) => return Ok(Vec::new()),
        (Some(one), None) => vec![one.clone()],
        (None, Some(Value::Array(several))) => several.clone(),
        (None, Some(_)) => return Err(malformed("values in the parameter claims is a list")),
        (Some(_), Some(_)) => return Err(malformed("a claim in the parameter claims has value or values, not both")),
    };
    if !(1..=VALUES_MAX).contains(&values.len()) || !values.iter().all(is_scalar) {
        return Err(malformed("a claim in the parameter claims has 1 to 20 texts, numbers or truths for values"));
    }
    Ok(values)
}

fn is_scalar(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= VALUE_BYTES_MAX,
        Value::Bool(_) | Value::Number(_) => true,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

fn known(asks: &BTreeMap<&str, Ask>) -> BTreeSet<&'static str> {
    SUPPORTED.iter().copied().filter(|name| asks.contains_key(*name) && scope_of(name).is_some()).collect()
}

fn acr_wish(ask: Ask) -> Result<AcrWish, Error> {
    Ok(AcrWish { is_essential: ask.is_essential, values: texts(ask.values)? })
}

// OpenID Connect Core 3.1.2.2: with a value for sub, an answer is for that person or there is none.
fn sub(one: Option<&Ask>, other: Option<&Ask>) -> Result<Option<String>, Error> {
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for ask in one.into_iter().chain(other) {
        wanted.extend(texts(ask.values.clone())?);
    }
    match wanted.len() {
        0 | 1 => Ok(wanted.into_iter().next()),
        _ => Err(malformed("the parameter claims names more than one sub")),
    }
}

fn texts(values: Vec<Value>) -> Result<Vec<String>, Error> {
    let text = |value| match value {
        Value::String(text) => Ok(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(malformed("the values of acr and sub in the parameter claims are texts"))
        }
    };
    values.into_iter().map(text).collect()
}

fn malformed(problem: &str) -> Error {
    ErrorCode::InvalidRequest.because(problem)
}

impl fmt::Display for ClaimsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |names: &BTreeSet<&'static str>| -> Map<String, Value> {
            names.iter().map(|name| ((*name).to_owned(), Value::Null)).collect()
        };
        let mut id_token = plain(&self.id_token);
        if let Some(acr) = &self.acr {
            let mut ask = Map::from_iter([("essential".to_owned(), json!(acr.is_essential))]);
            if !acr.values.is_empty() {
                ask.insert("values".to_owned(), json!(acr.values));
            }
            id_token.insert("acr".to_owned(), ask.into());
        }
        if let Some(sub) = &self.sub {
            id_token.insert("sub".to_owned(), json!({ "value": sub }));
        }
        write!(f, "{}", json!({ "userinfo": plain(&self.userinfo), "id_token": id_token }))
    }
}

impl From<ClaimsRequest> for String {
    fn from(request: ClaimsRequest) -> Self {
        request.to_string()
    }
}

impl TryFrom<String> for ClaimsRequest {
    type Error = Error;

    // What was stored may be a little longer than what it was read from.
    fn try_from(text: String) -> Result<Self, Error> {
        Self::read(&text)
    }
}
