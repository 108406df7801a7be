//! The document of a resource: what a client asserted about it, in canonical form, and the resource made from it.
//!
//! **Invariant:** a document holds only attributes that a client may set, in schema spelling and canonical form, with
//! extensions as objects under their URN. It never holds a password, the members of a group, or what the server owns.

use std::collections::BTreeSet;

use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::allowed::Allowed;
use super::schema::{Attribute, GROUP, Kind, Located, Mutability, ResourceType, Schema, USER};
use super::{Error, canonical, moment};

#[cfg(test)]
mod tests;

/// What a client asserted about a resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document(Map<String, Value>);

/// A create or replace request, read.
#[derive(Debug)]
pub struct Received {
    /// What is stored.
    pub document: Document,
    /// The password, when one was sent; it is hashed or dropped, never stored as it is.
    pub password: Option<SecretString>,
    /// The ids of the members, when the request had `members` at all.
    pub members: Option<Vec<String>>,
    /// What the request had and may not set.
    pub left_alone: BTreeSet<String>,
}

/// Whether a request makes a resource or replaces one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// POST: a user for whom nothing is said is active.
    Create,
    /// PUT: what is not said is removed, except that `active` then says nothing about the user's state.
    Replace,
}

/// Reads the body of a create or replace request.
///
/// Names are matched in any case; `readOnly` and unknown attributes, and top-level attributes that belong into an
/// extension, are ignored; `schemas` need not list an extension that is there.
pub fn from_request(resources: &'static ResourceType, body: &Value, purpose: Purpose) -> Result<Received, Error> {
    receive(&Allowed::everything(resources), body, purpose)
}

/// The same from somebody who may set only this; what else is sent is left out.
pub fn receive(allowed: &Allowed, body: &Value, purpose: Purpose) -> Result<Received, Error> {
    let resources = allowed.resources;
    let body = body.as_object().ok_or_else(|| Error::syntax("the body must be a JSON object"))?;
    let mut received =
        Received { document: Document::default(), password: None, members: None, left_alone: BTreeSet::new() };
    for (key, sent) in body {
        if let Some(schema) = resources.extension(key) {
            received.read_extension(allowed, schema, sent)?;
        } else if let Some(attribute) = resources.attribute(key) {
            received.read(allowed, attribute, sent)?;
        }
    }
    if purpose == Purpose::Create && resources == &USER {
        received.document.0.entry("active").or_insert(Value::Bool(true));
    }
    received.document.check_required(allowed, purpose)?;
    Ok(received)
}

impl Received {
    fn read(&mut self, allowed: &Allowed, attribute: &'static Attribute, sent: &Value) -> Result<(), Error> {
        let at = Located { extension: None, attribute, sub: None };
        if attribute.is_read_only() || !self.takes(allowed, at) {
            return Ok(());
        }
        if attribute.name == "members" {
            self.members = Some(member_ids(sent)?);
            return Ok(());
        }
        let value = canonical::value(attribute, sent)?;
        if attribute.mutability == Mutability::WriteOnly {
            self.password = value.as_ref().and_then(Value::as_str).map(SecretString::from);
        } else if let Some(value) = value.and_then(|it| allowed.cut(at, it, &mut self.left_alone)) {
            self.document.0.insert(attribute.name.to_owned(), value);
        }
        Ok(())
    }

    fn read_extension(&mut self, allowed: &Allowed, schema: &'static Schema, sent: &Value) -> Result<(), Error> {
        let sent = match sent {
            Value::Object(map) => map,
            Value::Null => return Ok(()),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                return Err(Error::value(format!("`{}` must be an object", schema.urn)));
            }
        };
        let mut extension = Map::new();
        for (key, sent) in sent {
            let Some(attribute) = schema.attribute(key).filter(|attribute| !attribute.is_read_only()) else { continue };
            let at = Located { extension: Some(schema.urn), attribute, sub: None };
            if !self.takes(allowed, at) {
                continue;
            }
            let value = canonical::value(attribute, sent)?;
            let value = value.and_then(|it| allowed.cut(at, it, &mut self.left_alone));
            extension.extend(value.map(|it| (attribute.name.to_owned(), it)));
        }
        if !extension.is_empty() {
            self.document.0.insert(schema.urn.to_owned(), Value::Object(extension));
        }
        Ok(())
    }

    fn takes(&mut self, allowed: &Allowed, at: Located) -> bool {
        let takes = allowed.takes(at);
        if !takes {
            self.left_alone.insert(at.to_string());
        }
        takes
    }
}

impl Document {
    /// A document that was made here and comes back from storage.
    pub fn from_stored(value: Value) -> Self {
        match value {
            Value::Object(map) => Self(map),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Self::default(),
        }
    }

    /// The document as JSON, to store.
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }

    /// The attributes by name, extensions by URN.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.0
    }

    pub(super) fn attributes_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.0
    }

    /// The text of a core attribute.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The user name.
    pub fn user_name(&self) -> Option<&str> {
        self.text("userName")
    }

    /// The display name of a user or a group.
    pub fn display_name(&self) -> Option<&str> {
        self.text("displayName")
    }

    /// The id that the client gave.
    pub fn external_id(&self) -> Option<&str> {
        self.text("externalId")
    }

    /// What the client said about `active`; `None` when it said nothing.
    pub fn active(&self) -> Option<bool> {
        self.0.get("active")?.as_bool()
    }

    /// Sets `active`, when the state of the user changed elsewhere.
    pub fn set_active(&mut self, active: bool) {
        self.0.insert("active".to_owned(), Value::Bool(active));
    }

    /// Puts the login name back, when a client wrote something that is none (a tombstone).
    pub fn set_user_name(&mut self, user_name: &str) {
        self.0.insert("userName".to_owned(), Value::from(user_name));
    }

    /// The address to write to: the primary one, else the first of type `work`, else the first.
    pub fn email(&self) -> Option<&str> {
        let emails = self.0.get("emails")?.as_array()?;
        let work = |email: &&Value| email.get("type").and_then(Value::as_str) == Some("work");
        let primary = emails.iter().find(|email| canonical::is_primary(email));
        let email = primary.or_else(|| emails.iter().find(work)).or_else(|| emails.first())?;
        email.get("value")?.as_str()
    }

    /// The `value` of each element of a multi-valued attribute, such as `roles`.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let elements = self.0.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        elements.iter().filter_map(|element| element.get("value")?.as_str()).collect()
    }

    /// The text of an attribute, or each of its texts.
    pub fn texts(&self, at: Located) -> Vec<&str> {
        let around = at.extension.map_or(Some(&self.0), |urn| self.0.get(urn)?.as_object());
        match around.and_then(|it| it.get(at.attribute.name)) {
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            Some(one) => one.as_str().into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Takes an attribute away, and with the last one of an extension the extension.
    pub fn remove(&mut self, extension: Option<&str>, name: &str) {
        let Some(urn) = extension else {
            self.0.remove(name);
            return;
        };
        if let Some(Value::Object(within)) = self.0.get_mut(urn) {
            within.remove(name);
            if within.is_empty() {
                self.0.remove(urn);
            }
        }
    }

    /// Adds to the elements of a multi-valued attribute what their `value` says of them and the client left out.
    pub fn complete(&mut self, name: &str, parts: impl Fn(&str) -> Option<Vec<(&'static str, String)>>) {
        let elements = self.0.get_mut(name).and_then(Value::as_array_mut);
        for element in elements.into_iter().flatten().filter_map(Value::as_object_mut) {
            let known = element.get("value").and_then(Value::as_str).and_then(&parts);
            for (part, text) in known.into_iter().flatten() {
                element.entry(part).or_insert(Value::String(text));
            }
        }
    }

    /// The text of an attribute of an extension.
    pub fn extension_text(&self, urn: &str, name: &str) -> Option<&str> {
        self.0.get(urn)?.get(name)?.as_str()
    }

    /// Refuses what a change of an extension must not do: another value for what is set once, and an extension without what
    /// it must have. What is set once stays where nothing is said of it. An extension that stays as it was is not looked at,
    /// so that a definition that came later is in nobody's way.
    pub fn settle_extensions(&mut self, allowed: &Allowed, before: &Self) -> Result<(), Error> {
        for schema in allowed.resources.extensions {
            let was = before.0.get(schema.urn).and_then(Value::as_object);
            self.keep_what_is_set_once(schema, was)?;
            let Some(is) = self.0.get(schema.urn).and_then(Value::as_object).filter(|is| was != Some(is)) else {
                continue;
            };
            let missing = schema.attributes.iter().find(|it| it.required && !is.contains_key(it.name));
            if let Some(attribute) = missing {
                let at = Located { extension: Some(schema.urn), attribute, sub: None };
                return Err(allowed.refuse_without(at).unwrap_or_else(|| required(at)));
            }
        }
        Ok(())
    }

    fn keep_what_is_set_once(&mut self, schema: &Schema, was: Option<&Map<String, Value>>) -> Result<(), Error> {
        for attribute in schema.attributes.iter().filter(|it| it.mutability == Mutability::Immutable) {
            let Some(before) = was.and_then(|was| was.get(attribute.name)) else { continue };
            let extension = self.0.entry(schema.urn).or_insert_with(|| json!({}));
            let Some(parts) = extension.as_object_mut() else { continue };
            if parts.entry(attribute.name).or_insert_with(|| before.clone()) != before {
                let detail = format!("`{}:{}` was set before and cannot be changed", schema.urn, attribute.name);
                return Err(Error::mutability(detail));
            }
        }
        Ok(())
    }

    /// Refuses a document that lacks a required attribute, unless it keeps the one that it has.
    fn check_required(&self, allowed: &Allowed, purpose: Purpose) -> Result<(), Error> {
        for attribute in allowed.resources.core.attributes.iter().filter(|attribute| attribute.required) {
            let at = Located { extension: None, attribute, sub: None };
            match (self.0.contains_key(attribute.name), allowed.refuse_without(at), purpose) {
                (true, ..) | (false, Some(_), Purpose::Replace) => {}
                (false, Some(refusal), Purpose::Create) => return Err(refusal),
                (false, None, _) => return Err(required(at)),
            }
        }
        Ok(())
    }
}

fn required(at: Located) -> Error {
    Error::value(format!("`{at}` is required; send a value for it"))
}

/// The ids in a value sent for `members`: a list or a single one, of objects or of bare strings; without repetition.
pub(super) fn member_ids(sent: &Value) -> Result<Vec<String>, Error> {
    let sent = match sent {
        Value::Array(members) => members.as_slice(),
        Value::Null => &[],
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => std::slice::from_ref(sent),
    };
    let mut seen = std::collections::HashSet::with_capacity(sent.len());
    let mut ids = Vec::with_capacity(sent.len());
    for member in sent {
        let id = member_id(member)?;
        if seen.insert(id) {
            ids.push(id.to_owned());
        }
    }
    Ok(ids)
}

fn member_id(member: &Value) -> Result<&str, Error> {
    let id = match member {
        Value::Object(parts) => parts.iter().find(|(name, _)| name.eq_ignore_ascii_case("value")).map(|(_, id)| id),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Some(member),
    };
    id.and_then(Value::as_str)
        .filter(|id| !id.is_empty() && id.len() <= 256)
        .ok_or_else(|| Error::value("each of `members` needs the id of a user as its `value`"))
}

/// What the server adds to a document to make the resource.
#[derive(Clone, Debug, Default)]
pub struct ServerParts {
    /// The id.
    pub id: String,
    /// When it was made, in milliseconds since the epoch.
    pub created: i64,
    /// When it last changed, in milliseconds since the epoch.
    pub last_modified: i64,
    /// The version, as it is printed in the entity tag.
    pub version: i64,
    /// Whether the user may sign in; shown when the document says anything about `active`.
    pub active: Option<bool>,
    /// The groups of a user, made by [`group_of_user`].
    pub groups: Vec<Value>,
    /// The members of a group, made by [`member`]; `None` when they were not loaded.
    pub members: Option<Vec<Value>>,
    /// The `readOnly` values of extensions: URN, attribute, value.
    pub extensions: Vec<(&'static str, &'static str, Value)>,
}

/// Makes the resource that is answered. `base` is the public URL of the SCIM root without a trailing slash.
///
/// `returned: request` attributes are in it: every answer goes through [`super::projection`].
pub fn render(resources: &'static ResourceType, document: &Document, parts: ServerParts, base: &str) -> Value {
    let mut resource = document.0.clone();
    render_references(resources, &mut resource, base);
    if let (Some(active), true) = (parts.active, resource.contains_key("active")) {
        resource.insert("active".to_owned(), Value::Bool(active));
    }
    for (urn, name, value) in parts.extensions {
        if let Value::Object(extension) = resource.entry(urn).or_insert_with(|| json!({})) {
            extension.insert(name.to_owned(), value);
        }
    }
    let lists = [("groups", parts.groups), ("members", parts.members.unwrap_or_default())];
    for (name, elements) in lists.into_iter().filter(|(_, elements)| !elements.is_empty()) {
        resource.insert(name.to_owned(), Value::Array(elements));
    }
    let location = format!("{base}{}/{}", resources.endpoint, parts.id);
    let meta = json!({
        "resourceType": resources.name,
        "created": moment::print(parts.created),
        "lastModified": moment::print(parts.last_modified),
        "location": location,
        "version": super::etag::print(parts.version),
    });
    resource.insert("meta".to_owned(), meta);
    resource.insert("id".to_owned(), Value::String(parts.id));
    resource.insert("schemas".to_owned(), schemas_of(resources, &resource));
    Value::Object(resource)
}

/// An element of a user's `groups`.
pub fn group_of_user(id: &str, display: &str, base: &str) -> Value {
    json!({ "value": id, "$ref": format!("{base}{}/{id}", GROUP.endpoint), "display": display, "type": "direct" })
}

/// An element of a group's `members`.
pub fn member(id: &str, base: &str) -> Value {
    json!({ "value": id, "$ref": format!("{base}{}/{id}", USER.endpoint), "type": USER.name })
}

/// The schemas of what is there, core first.
pub(super) fn schemas_of(resources: &ResourceType, resource: &Map<String, Value>) -> Value {
    let extensions = resources.extensions.iter().filter(|schema| resource.contains_key(schema.urn));
    std::iter::once(resources.core.urn).chain(extensions.map(|schema| schema.urn)).map(Value::from).collect()
}

// Only extensions hold references that the server completes; a value that is no id of ours (Okta may send a name as the
// manager) gets no address.
fn render_references(resources: &ResourceType, resource: &mut Map<String, Value>, base: &str) {
    for schema in resources.extensions {
        let Some(Value::Object(extension)) = resource.get_mut(schema.urn) else { continue };
        for attribute in schema.attributes.iter().filter(|attribute| attribute.kind == Kind::Complex) {
            let Some(Value::Object(parts)) = extension.get_mut(attribute.name) else { continue };
            let id = parts.get("value").and_then(Value::as_str).filter(|id| looks_like_id(id));
            if let (Some(id), true) = (id, attribute.sub("$ref").is_some()) {
                let target = format!("{base}{}/{id}", USER.endpoint);
                parts.insert("$ref".to_owned(), Value::String(target));
            }
        }
    }
}

fn looks_like_id(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}
