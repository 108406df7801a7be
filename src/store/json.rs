//! Values that are written and read whole, as one text.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::unreadable;
use crate::domain::Error;

pub(super) fn written(value: &impl Serialize) -> Result<String, Error> {
    Ok(serde_json::to_string(value).map_err(anyhow::Error::new)?)
}

pub(super) fn parsed<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|_| unreadable(column))
}
