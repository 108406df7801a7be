//! Where the next page of a list begins, handed to a client and taken back.
//!
//! **Invariant:** a cursor is sealed for one list of one organisation: a changed one, one of another list and one of
//! another organisation are refused alike.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::domain::id::OrgId;
use crate::domain::{Error, Flaw};

/// The cursor of a place in a list.
pub(crate) fn write<T: Serialize>(app: &App, (list, org): (&str, OrgId), at: &T) -> Result<String, Error> {
    let plain = serde_json::to_vec(at).map_err(anyhow::Error::new)?;
    Ok(URL_SAFE_NO_PAD.encode(app.seal.seal(&place(list, org), &plain)?))
}

/// The place that a cursor stands for; a refusal names the parameter that it came in.
pub(crate) fn read<T: DeserializeOwned>(
    app: &App,
    (list, org): (&str, OrgId),
    (parameter, cursor): (&str, &str),
) -> Result<T, Error> {
    let refused = || Error::invalid(parameter, Flaw::Cursor);
    let sealed = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
    let plain = app.seal.open(&place(list, org), &sealed).map_err(|_| refused())?;
    serde_json::from_slice(plain.reveal()).map_err(|_| refused())
}

fn place(list: &str, org: OrgId) -> String {
    format!("cursor.{list}.{org}")
}
