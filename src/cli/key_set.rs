//! Public keys of a client, from a file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use crate::app::client_proof::JWKS_BYTES_MAX;
use crate::domain::Error;

/// The key set (RFC 7517) of a file; what is longer than any that is taken is not read to its end.
pub(super) fn key_set(file: &Path) -> Result<Value, Error> {
    let unreadable = |cause| Error::malformed("jwks", format!("{} cannot be read: {cause}", file.display()));
    let most = u64::try_from(JWKS_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(file).map_err(unreadable)?.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    serde_json::from_slice(&bytes).map_err(|_| Error::malformed("jwks", "the file must hold JSON"))
}
