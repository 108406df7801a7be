//! What proves a file of the audit log: where it comes from, what is in it, its hash, and the end of the chain up to which it tells.
//!
//! A manifest is two lines of JSON. The first says what the file is; the second signs the bytes of the first, without its line feed.
//!
//! **Invariant:** a file is proved with its manifest and a public key alone, wherever there is neither a server nor a database.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::app::audit_chain::Kept;
use crate::app::audit_log::{Export, Written};
use crate::app::seal::RecordSignature;
use crate::domain::id::OrgId;
use crate::domain::text::hexadecimal;
use crate::domain::{Error, Timestamp};

/// What this kind of manifest is called.
const KIND: &str = "doorward.audit-export.1";
/// A manifest is so long at most.
const BYTES_MAX: u64 = 64 * 1024;

/// How long something is, and what its hash is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// How many bytes.
    pub bytes: u64,
    /// The SHA-256 of them, in hexadecimal digits.
    pub sha256: String,
}

/// A digest in the making.
#[derive(Debug, Default)]
pub struct Digesting {
    bytes: u64,
    hash: Sha256,
}

impl Digesting {
    /// Takes what comes next; answers how many bytes that makes.
    pub fn take(&mut self, piece: &[u8]) -> u64 {
        self.hash.update(piece);
        self.bytes = self.bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        self.bytes
    }

    /// What it was.
    pub fn end(self) -> Digest {
        Digest { bytes: self.bytes, sha256: hexadecimal(&self.hash.finalize()) }
    }
}

/// The digest of a file on this machine.
pub fn digest_of(path: &Path) -> Result<Digest, Error> {
    let unreadable = |cause| Error::malformed("export", format!("{} cannot be read: {cause}", path.display()));
    let mut file = File::open(path).map_err(unreadable)?;
    let (mut digesting, mut piece) = (Digesting::default(), vec![0; PIECE]);
    loop {
        let size = file.read(&mut piece).map_err(unreadable)?;
        if size == 0 {
            return Ok(digesting.end());
        }
        digesting.take(piece.split_at(size).0);
    }
}

const PIECE: usize = 64 * 1024;

#[derive(Debug, Serialize, Deserialize)]
struct Manifest<'a> {
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    organisation: Organisation<'a>,
    asked_by: Asker<'a>,
    asked_at: String,
    made_at: String,
    filter: BTreeMap<Cow<'a, str>, String>,
    format: Cow<'a, str>,
    file: Cow<'a, str>,
    deeds: u64,
    bytes: u64,
    sha256: Cow<'a, str>,
    /// The lowest number in the chain that is in the file, where anything is.
    first_seq: Option<i64>,
    last_seq: Option<i64>,
    /// The end of the chain when the file was begun: nothing behind it is in the file.
    checkpoint: Option<Cow<'a, Kept>>,
    version: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Organisation<'a> {
    id: OrgId,
    slug: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Asker<'a> {
    kind: Cow<'a, str>,
    id: Option<String>,
    label: Cow<'a, str>,
}

/// The manifest of an export that was written, signed.
pub fn signed(export: &Export, written: &Written, digest: &Digest) -> Result<String, Error> {
    let (actor, (first_seq, last_seq)) = (&export.actor, written.seqs.unzip());
    let filter = export.filter.words().into_iter().map(|(name, value)| (Cow::Borrowed(name), value));
    let manifest = Manifest {
        kind: KIND.into(),
        organisation: Organisation { id: export.org, slug: export.slug.as_str().into() },
        asked_by: Asker { kind: actor.kind().into(), id: actor.id(), label: actor.label().into() },
        asked_at: export.asked_at.rfc3339(),
        made_at: Timestamp::rfc3339(export.app.now()),
        filter: filter.collect(),
        format: export.format.word().into(),
        file: export.name.as_str().into(),
        deeds: written.deeds,
        bytes: digest.bytes,
        sha256: digest.sha256.as_str().into(),
        first_seq,
        last_seq,
        checkpoint: export.end.as_ref().map(Cow::Borrowed),
        version: env!("CARGO_PKG_VERSION").into(),
    };
    let said = serde_json::to_string(&manifest).map_err(anyhow::Error::new)?;
    let signature = export.app.seal.sign_record(said.as_bytes());
    let signature = serde_json::to_string(&signature).map_err(anyhow::Error::new)?;
    Ok(format!("{said}\n{signature}\n"))
}

/// A file that was compared with its manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The short name of the organisation whose log it is of.
    pub organisation: String,
    /// How many deeds are in it.
    pub deeds: u64,
    /// The lowest of their numbers in the chain.
    pub first_seq: Option<i64>,
    /// The highest.
    pub last_seq: Option<i64>,
    /// What is not as it should be; nothing where the file is proved.
    pub problems: Vec<String>,
}

/// Reads a manifest on this machine.
pub fn read(path: &Path) -> Result<String, Error> {
    let unreadable = |cause| Error::malformed("manifest", format!("{} cannot be read: {cause}", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(BYTES_MAX).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// Compares a file with its manifest, and that with the public key of the instance that is said to have signed it.
pub fn prove(manifest: &str, file: &Digest, public_key: &str) -> Result<Proof, Error> {
    let none = || Error::malformed("manifest", "is no manifest of a file of the audit log, or is not whole");
    let (said, signature) = manifest.split_once('\n').ok_or_else(none)?;
    let signature: RecordSignature = serde_json::from_str(signature).map_err(|_| none())?;
    let read: Manifest<'_> = serde_json::from_str(said).map_err(|_| none())?;
    if read.kind != KIND {
        return Err(none());
    }
    let mut problems = Vec::new();
    if signature.public_key != public_key {
        problems.push("the manifest was signed with the key of another instance".to_owned());
    } else if !signature.is_of(said.as_bytes()) {
        problems.push("the signature of the manifest does not fit: it was changed after it was signed".to_owned());
    }
    if read.bytes != file.bytes {
        problems.push(format!("the file has {} bytes, and the manifest is of one with {}", file.bytes, read.bytes));
    }
    if read.sha256 != file.sha256 {
        problems.push(format!("the SHA-256 of the file is {}, and the manifest says {}", file.sha256, read.sha256));
    }
    Ok(Proof {
        organisation: read.organisation.slug.into_owned(),
        deeds: read.deeds,
        first_seq: read.first_seq,
        last_seq: read.last_seq,
        problems,
    })
}

#[cfg(test)]
mod tests;
