//! The list as a file, or the users selected in it.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use url::form_urlencoded;

use super::filters::Address;
use crate::app::App;
use crate::app::user_export::{self, Format};
use crate::domain::Error;
use crate::domain::user_list::UserFilter;
use crate::web::console::Console;
use crate::web::console::plan::Chosen;
use crate::web::download;

/// Where the file is.
pub(super) const PATH: &str = "/console/users/export";

pub(super) async fn download(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    match file(&app, &console, query.as_deref().unwrap_or_default()).await {
        Ok(file) => download::users(file),
        Err(cause) => console.refuse(cause),
    }
}

async fn file(app: &App, console: &Console, query: &str) -> Result<user_export::Export, Error> {
    let words = || form_urlencoded::parse(query.as_bytes());
    let format = words().find(|(name, _)| name == "format").map(|(_, word)| word);
    let format = Format::read(format.as_deref())?;
    if words().any(|(name, _)| name == "id") {
        let chosen = Chosen::<UserFilter>::read(query);
        return user_export::selected(app, &console.actor, console.org(), (chosen.rows()?, format)).await;
    }
    let address = Address::read(query)?;
    user_export::list(app, &console.actor, console.org(), (&address.list, format)).await
}
