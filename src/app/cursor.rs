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
use crate::domain::list::{Cursor, Direction, Place};
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

/// The same for a place on either side of which a page lies.
pub(crate) fn seal(
    app: &App,
    list: (&str, OrgId),
    (direction, place): (Direction, Option<Place>),
) -> Result<Option<Cursor>, Error> {
    place.map(|it| Ok(Cursor { direction, word: write(app, list, &it)? })).transpose()
}

/// The place that a cursor of a page stands for, and which side of it is meant.
pub(crate) fn open(app: &App, list: (&str, OrgId), at: Option<&Cursor>) -> Result<Option<(Direction, Place)>, Error> {
    let read = |at: &Cursor| Ok((at.direction, read(app, list, (at.direction.word(), &at.word))?));
    at.map(read).transpose()
}

fn place(list: &str, org: OrgId) -> String {
    format!("cursor.{list}.{org}")
}
