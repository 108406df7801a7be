//! A bucket of an S3-compatible store, in which a stream keeps an object for each batch.
//!
//! **Invariant:** the same numbers of the same stream have the same name, however often they are sent; no other stream has it.
//! **Invariant:** a name holds nothing that an address escapes, so that what is signed is what is sent.

use crate::domain::id::AuditStreamId;
use crate::domain::{Error, Flaw, Timestamp};

/// The longest region, key or secret.
pub const SIGNING_MAX: usize = 200;

/// Where objects are put, and whose key signs for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The address under which they are put: of the bucket, and what the names of all of them begin with.
    pub address: String,
    /// The region that requests are signed for.
    pub region: String,
    /// The name of the key that signs.
    pub access_key_id: String,
}

impl Bucket {
    /// Refuses what signs nothing, or an address at which no object can be.
    pub fn check(&self) -> Result<(), Error> {
        check_shown("region", &self.region)?;
        check_shown("access_key_id", &self.access_key_id)?;
        let (_, place) = self.address.split_once("://").unwrap_or_default();
        let (_, path) = place.split_once('/').unwrap_or((place, ""));
        let folders = path.strip_suffix('/').unwrap_or(path);
        let is_plain = path.is_empty() || folders.split('/').all(is_folder);
        if is_plain { Ok(()) } else { Err(Error::invalid("address", Flaw::BucketAddress)) }
    }

    /// The address of an object.
    pub fn url_of(&self, name: &str) -> String {
        format!("{}/{name}", self.address.strip_suffix('/').unwrap_or(&self.address))
    }
}

/// Refuses what no store shows as a region, a key or its secret.
pub fn check_shown(field: &str, text: &str) -> Result<(), Error> {
    // Both are parts of what is signed, which a slash or a comma would divide; a secret has slashes.
    let divides = |byte: u8| field != "secret_access_key" && matches!(byte, b'/' | b',');
    let is_shown = |byte: u8| byte.is_ascii_graphic() && !divides(byte);
    if text.is_empty() || text.len() > SIGNING_MAX || !text.bytes().all(is_shown) {
        return Err(Error::invalid(field, Flaw::AsTheStoreShows));
    }
    Ok(())
}

/// The name of the object with these numbers, the first of which was recorded then.
pub fn object(slug: &str, at: Timestamp, (from, to): (i64, i64), stream: AuditStreamId) -> String {
    let day = at.date().replace('-', "/");
    format!("{slug}/{day}/{from:012}-{to:012}-{stream}.ndjson")
}

/// The name of the object that shows whether something arrives.
pub fn trial(stream: AuditStreamId) -> String {
    format!("doorward-test-{stream}.json")
}

fn is_folder(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !matches!(text, "" | "." | "..") && text.bytes().all(is_plain)
}
