//! Requests to S3-compatible stores, signed in their header by AWS Signature Version 4. The crates that sign bring a
//! framework along, or sign in the query and without the body; of all that there is to sign, this needs one form.
//!
//! **Invariant:** every header field that a call has is signed, with its host and the hash of its body.
//! **Invariant:** a path is signed as it is sent; there is no query.

use anyhow::Context as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::app::outbound::Call;
use crate::domain::Timestamp;
use crate::domain::text::hexadecimal;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SERVICE: &str = "s3";
const END: &str = "aws4_request";

/// Who signs, and for where.
#[derive(Clone, Copy)]
pub(super) struct Signer<'a> {
    /// The name of the key.
    pub key_id: &'a str,
    /// The key.
    pub secret: &'a [u8],
    /// The region.
    pub region: &'a str,
}

/// The same call, signed.
pub(super) fn signed(mut call: Call, by: Signer<'_>, now: Timestamp) -> anyhow::Result<Call> {
    let (day, at) = (now.date().replace('-', ""), moment(now));
    let hash = hexadecimal(&Sha256::digest(&call.body));
    call.headers.extend([("x-amz-content-sha256", hash.clone()), ("x-amz-date", at.clone())]);
    let mut fields = call.headers.clone();
    fields.push(("host", host(&call)?));
    fields.sort_unstable();
    let names = fields.iter().map(|it| it.0).collect::<Vec<_>>().join(";");
    let lines: String = fields.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let request = format!("{}\n{}\n\n{lines}\n{names}\n{hash}", call.method, call.url.path());
    let scope = format!("{day}/{}/{SERVICE}/{END}", by.region);
    let told = format!("{ALGORITHM}\n{at}\n{scope}\n{}", hexadecimal(&Sha256::digest(request)));
    let mut key = [b"AWS4", by.secret].concat();
    for part in [&*day, by.region, SERVICE, END] {
        key = mac(&key, part)?;
    }
    let signature = hexadecimal(&mac(&key, &told)?);
    let credential = format!("{}/{scope}", by.key_id);
    let said = format!("{ALGORITHM} Credential={credential},SignedHeaders={names},Signature={signature}");
    call.headers.push(("authorization", said));
    Ok(call)
}

/// As ISO 8601 writes a moment without signs in between.
fn moment(now: Timestamp) -> String {
    let text: String = now.rfc3339().chars().take_while(|it| *it != '.').filter(|it| !"-:".contains(*it)).collect();
    format!("{text}Z")
}

/// The host as the request names it: with its port where that is not the usual one.
fn host(call: &Call) -> anyhow::Result<String> {
    let host = call.url.host_str().context("the address names no host")?;
    Ok(call.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn mac(key: &[u8], text: &str) -> anyhow::Result<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).context("this is no key")?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests;
