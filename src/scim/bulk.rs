//! Bulk (RFC 7644 3.7): many operations in one request, each of them done, refused and answered by itself.
//!
//! [`parse`] reads the request; [`Bulk::next_request`] hands out one operation after the other, with its references resolved;
//! [`Bulk::record`] takes what became of it; [`Bulk::render`] makes the answer, in the order of the request.
//!
//! What an operation makes is called by its `bulkId`, and `bulkId:NAME` stands for the id where an id may stand: in the
//! path of an operation, as a `value`, in `members`, as a `manager`, and in the filter of a PATCH path.
//!
//! * An operation waits for those that it refers to; all others are done in the order of the request.
//! * References that lead in a circle, and references to what was not made, are refused with 409.
//! * `failOnErrors` operations may fail; then the rest is not done, and not answered.
//!
//! **Invariant:** an operation aims at `/Users` or `/Groups`, or at one resource of them; it leads nowhere else.
//! **Invariant:** every operation is handed out or refused once, after those that it refers to.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Value, json};

use super::schema::{GROUP, ResourceType, USER};
use super::{Error, etag};
use order::Waiting;

mod order;
mod references;
#[cfg(test)]
mod tests;

/// The schema of the request; requests without it are accepted.
pub const REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// The schema of the answer.
pub const RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
/// The most operations of one request.
pub const OPERATIONS_MAX: usize = 1_000;
/// The most bytes of one request.
pub const BYTES_MAX: usize = 8 * 1024 * 1024;
/// The longest `bulkId` and the longest id in a path, in bytes.
pub const NAME_MAX: usize = 256;

/// Where bulk requests go.
pub const PATH: &str = "/scim/v2/Bulk";
const PREFIX: &str = "bulkId:";

/// What an operation is to do to one resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Makes it, out of this body.
    Create(Value),
    /// Replaces it by this body.
    Replace(String, Value),
    /// Applies the operations of this body to it.
    Patch(String, Value),
    /// Deletes it.
    Delete(String),
}

/// One operation, ready to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The type of the resource.
    pub resources: &'static ResourceType,
    /// What to do.
    pub deed: Deed,
    /// The version that the resource must have, as `If-Match` has it.
    pub if_match: Option<String>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The status, as the same request alone would be answered.
    pub status: u16,
    /// The id of the resource.
    pub id: String,
    /// The version, unless the resource is gone.
    pub version: Option<i64>,
}

/// A bulk request under way.
#[derive(Debug)]
pub struct Bulk {
    waiting: VecDeque<Waiting>,
    answers: Vec<Answer>,
    made: HashMap<String, String>,
    errors_left: usize,
    /// False for an operation that came as a request of its own, in which nothing stands for anything else.
    has_references: bool,
}

/// What became of one operation, or why it was not begun (RFC 7644 3.7.3, RFC 9967 2.5.1.3).
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The resource, from the base of SCIM on; its type, where there is no resource.
    pub resource: String,
    /// The operation in the answer.
    pub told: Value,
}

/// What is known about an operation for its answer.
#[derive(Debug)]
struct Answer {
    method: Option<Method>,
    bulk_id: Option<String>,
    at: Option<Place>,
    outcome: Option<Result<Done, Error>>,
}

/// What a path leads to: a type of resources, or one of them.
#[derive(Clone, Debug)]
struct Place {
    resources: &'static ResourceType,
    id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    const ALL: [Self; 4] = [Self::Post, Self::Put, Self::Patch, Self::Delete];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(word))
    }
}

/// Reads a bulk request. Only what concerns the request as a whole is an error here.
pub fn parse(body: Value) -> Result<Bulk, Error> {
    let Value::Object(mut body) = body else { return Err(Error::syntax("the body must be a JSON object")) };
    let errors_left = match take(&mut body, "failOnErrors") {
        None | Some(Value::Null) => usize::MAX,
        Some(count) => count
            .as_u64()
            .and_then(|count| usize::try_from(count).ok())
            .filter(|count| *count > 0)
            .ok_or_else(|| Error::value("`failOnErrors` must be a whole number of at least 1"))?,
    };
    let operations = match take(&mut body, "Operations") {
        Some(Value::Array(operations)) if !operations.is_empty() => operations,
        Some(_) | None => return Err(Error::syntax("`Operations` must be a list with at least one operation")),
    };
    if operations.len() > OPERATIONS_MAX {
        let detail = format!("more than {OPERATIONS_MAX} operations in one request; send fewer at a time");
        return Err(Error::new(413, detail));
    }
    let (answers, mut requests): (Vec<Answer>, Vec<Result<Request, Error>>) = operations.into_iter().map(read).unzip();
    let mut makers = HashMap::new();
    for (index, (answer, request)) in answers.iter().zip(&mut requests).enumerate() {
        let Some(name) = answer.maker_of() else { continue };
        if makers.contains_key(name) {
            *request = Err(Error::value("the `bulkId` stands for an earlier operation; give each one its own"));
        } else {
            makers.insert(name.to_owned(), index);
        }
    }
    let waiting = order::in_order(requests, &makers);
    Ok(Bulk { waiting, answers, made: HashMap::new(), errors_left, has_references: true })
}

/// A request that came alone, as the one operation of a bulk request.
pub fn alone(request: Request) -> Bulk {
    let method = match &request.deed {
        Deed::Create(_) => Method::Post,
        Deed::Replace(..) => Method::Put,
        Deed::Patch(..) => Method::Patch,
        Deed::Delete(_) => Method::Delete,
    };
    let at = Place { resources: request.resources, id: request.id().map(str::to_owned) };
    let answer = Answer { method: Some(method), bulk_id: None, at: Some(at), outcome: None };
    let waiting = VecDeque::from([(0, Ok(request))]);
    Bulk { waiting, answers: vec![answer], made: HashMap::new(), errors_left: usize::MAX, has_references: false }
}

/// The answer to a bulk request of which these are the operations.
pub fn answer(operations: &[Value]) -> Value {
    json!({ "schemas": [RESPONSE_URN], "Operations": operations })
}

impl Bulk {
    /// The next operation and its place in the request; `None` when there is none, or when too many have failed.
    pub fn next_request(&mut self) -> Option<(usize, Request)> {
        while self.errors_left > 0 {
            let (index, request) = self.waiting.pop_front()?;
            match request.and_then(|request| self.resolve(index, request)) {
                Ok(request) => return Some((index, request)),
                Err(error) => self.record(index, Err(error)),
            }
        }
        None
    }

    /// The operations that are left; nothing in place of one that cannot be read.
    pub fn requests(&self) -> impl Iterator<Item = Option<&Request>> {
        self.waiting.iter().map(|(_, request)| request.as_ref().ok())
    }

    /// Takes what became of the operation at this place.
    pub fn record(&mut self, index: usize, outcome: Result<Done, Error>) {
        let Some(answer) = self.answers.get_mut(index) else { return };
        match (&outcome, answer.maker_of()) {
            (Ok(done), Some(name)) => drop(self.made.insert(name.to_owned(), done.id.clone())),
            (Ok(_), None) => {}
            (Err(_), _) => self.errors_left = self.errors_left.saturating_sub(1),
        }
        answer.outcome = Some(outcome);
    }

    /// The answer. `base` is the public URL of the SCIM root without a trailing slash.
    pub fn render(self, base: &str) -> Value {
        let operations: Vec<Value> = self.answers.into_iter().filter_map(|answer| answer.render(base)).collect();
        answer(&operations)
    }

    /// What became of each operation, in the order of the request; those that were not begun are among them.
    pub fn outcomes(self, base: &str) -> Vec<Outcome> {
        self.answers.into_iter().map(|answer| answer.outcome(base)).collect()
    }

    fn resolve(&mut self, index: usize, mut request: Request) -> Result<Request, Error> {
        if !self.has_references {
            return Ok(request);
        }
        let made = &self.made;
        request.each_reference(&mut |name| match made.get(name) {
            Some(id) => Ok(Some(id.clone())),
            None => {
                Err(Error::new(409, "what the operation refers to was not made; see the operation of that `bulkId`"))
            }
        })?;
        if let (Some(id), Some(place)) = (request.id(), self.answers.get_mut(index).and_then(|it| it.at.as_mut())) {
            place.id = Some(id.to_owned());
        }
        Ok(request)
    }
}

impl Request {
    /// What is known of an operation that was done to this resource, where the answer to it is lost.
    pub fn done_to(&self, id: String) -> Done {
        let status = match &self.deed {
            Deed::Create(_) => 201,
            Deed::Replace(..) | Deed::Patch(..) => 200,
            Deed::Delete(_) => 204,
        };
        Done { status, id: self.id().map_or(id, str::to_owned), version: None }
    }

    /// The id of the resource that is there already.
    fn id(&self) -> Option<&str> {
        match &self.deed {
            Deed::Create(_) => None,
            Deed::Replace(id, _) | Deed::Patch(id, _) | Deed::Delete(id) => Some(id),
        }
    }
}

impl Answer {
    /// The name of what the operation makes.
    fn maker_of(&self) -> Option<&str> {
        self.bulk_id.as_deref().filter(|_| self.method == Some(Method::Post))
    }

    fn outcome(self, base: &str) -> Outcome {
        let not_begun = || Err(Error::new(424, "it was not begun: as many operations failed as `failOnErrors` allows"));
        let outcome = Some(self.outcome.unwrap_or_else(not_begun));
        let answer = Self { outcome, ..self };
        let endpoint = answer.at.as_ref().map_or("/Bulk", |place| place.resources.endpoint);
        let resource = answer.resource().unwrap_or_else(|| endpoint.to_owned());
        Outcome { resource, told: answer.render(base).unwrap_or_default() }
    }

    /// RFC 7644 3.7.3: each has a location, but for what was not made.
    fn resource(&self) -> Option<String> {
        let place = self.at.as_ref()?;
        let id = match self.outcome.as_ref()? {
            Ok(done) => Some(&done.id),
            Err(_) if self.method == Some(Method::Post) => None,
            Err(_) => place.id.as_ref().filter(|id| !id.starts_with(PREFIX)),
        };
        Some(format!("{}/{}", place.resources.endpoint, id?))
    }

    fn render(self, base: &str) -> Option<Value> {
        let location = self.resource().map(|resource| format!("{base}{resource}"));
        let outcome = self.outcome?;
        let (status, version, response) = match outcome {
            Ok(done) => (done.status, done.version.map(etag::print), None),
            Err(error) => (error.status, None, Some(error.to_json())),
        };
        let method = self.method.map(Method::as_str);
        let parts = [
            ("method", method.map(Value::from)),
            ("bulkId", self.bulk_id.map(Value::from)),
            ("location", location.map(Value::from)),
            ("version", version.map(Value::from)),
            ("status", Some(status.to_string().into())),
            ("response", response),
        ];
        Some(parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
    }
}

fn read(operation: Value) -> (Answer, Result<Request, Error>) {
    let mut answer = Answer { method: None, bulk_id: None, at: None, outcome: None };
    let request = match operation {
        Value::Object(sent) => answer.read(sent),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Error::syntax("each operation must be an object"))
        }
    };
    (answer, request)
}

impl Answer {
    /// Reads an operation, and keeps what its answer repeats even if it is refused.
    fn read(&mut self, mut sent: Map<String, Value>) -> Result<Request, Error> {
        let method = text(&mut sent, "method")?.and_then(|word| Method::parse(&word));
        self.method = method;
        self.bulk_id = text(&mut sent, "bulkId")?.filter(|name| (1..=NAME_MAX).contains(&name.len()));
        let method = method.ok_or_else(|| Error::syntax("`method` must be POST, PUT, PATCH or DELETE"))?;
        if method == Method::Post && self.bulk_id.is_none() {
            return Err(Error::value(format!("a POST needs a `bulkId` of 1 to {NAME_MAX} bytes")));
        }
        let place = text(&mut sent, "path")?.and_then(|path| Place::parse(&path)).ok_or_else(no_place)?;
        self.at = Some(place.clone());
        let if_match = text(&mut sent, "version")?;
        let data = take(&mut sent, "data").filter(Value::is_object);
        let data = || data.ok_or_else(|| Error::syntax("an operation that writes needs an object as its `data`"));
        let deed = match (method, place.id) {
            (Method::Post, None) => Deed::Create(data()?),
            (Method::Put, Some(id)) => Deed::Replace(id, data()?),
            (Method::Patch, Some(id)) => Deed::Patch(id, data()?),
            (Method::Delete, Some(id)) => Deed::Delete(id),
            (Method::Post, Some(_)) | (Method::Put | Method::Patch | Method::Delete, None) => return Err(no_place()),
        };
        Ok(Request { resources: place.resources, deed, if_match })
    }
}

impl Place {
    fn parse(path: &str) -> Option<Self> {
        let (resources, rest) =
            [&USER, &GROUP].into_iter().find_map(|it| Some((it, path.strip_prefix(it.endpoint)?)))?;
        match rest.strip_prefix('/') {
            None if rest.is_empty() => Some(Self { resources, id: None }),
            Some(id) if is_id(id) => Some(Self { resources, id: Some(id.to_owned()) }),
            Some(_) | None => None,
        }
    }
}

/// True for what may stand for an id: no second segment, no query, nothing to decode, no step upwards.
fn is_id(text: &str) -> bool {
    let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let is_name = |name: &str| !name.contains(['/', '\\', '?', '#', '%']);
    !text.is_empty()
        && text.len() <= NAME_MAX + PREFIX.len()
        && text.strip_prefix(PREFIX).map_or(is_plain(text), is_name)
}

fn no_place() -> Error {
    Error::value("`path` must be /Users or /Groups for a POST, and for the others lead to one resource, as /Users/{id}")
}

/// Takes the value of a key in any case.
fn take(map: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = map.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    map.remove(&key)
}

fn text(map: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Error> {
    match take(map, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Error::syntax(format!("`{name}` of an operation must be text"))),
    }
}
