//! The language that somebody reads.
//!
//! It stands in the user's document as `preferredLanguage` (RFC 7643 4.1.1). Whoever keeps the data of a user decides it: an
//! identity provider for those it manages, everybody else for themselves.

use serde_json::Value;

use crate::app::App;
use crate::domain::Error;
use crate::domain::organisation::Organisation;
use crate::domain::user::User;
use crate::texts::Language;

/// The language that somebody chose here; none for those whose data an identity provider keeps.
pub fn chosen(user: &User) -> Option<Language> {
    if user.managed_by.is_some() {
        return None;
    }
    Language::liked(&text(&user.document, "preferredLanguage")?)
}

/// The language of the pages for somebody who is signed in: the own choice, what the browser wishes, what the provider
/// tells, or else that of the organisation.
pub async fn of_pages(app: &App, user: &User, wishes: &str) -> Result<Language, Error> {
    let told = || Language::liked(&text(&user.document, "preferredLanguage")?);
    match chosen(user).or_else(|| Language::liked(wishes)).or_else(told) {
        Some(language) => Ok(language),
        None => Ok(of_organisation(app, &app.store.organisation(user.org).await?.0)),
    }
}

/// The language of an organisation for whoever wishes for none.
pub fn of_organisation(app: &App, organisation: &Organisation) -> Language {
    organisation.language.as_deref().and_then(Language::of_tag).unwrap_or(app.config.language)
}

/// What leaves the language to somebody else.
pub const AUTO: &str = "auto";

/// The language of a tag, as programs say it; none for [`AUTO`].
pub fn by_tag(tag: &str) -> Result<Option<Language>, Error> {
    match Language::of_tag(tag) {
        Some(language) => Ok(Some(language)),
        None if tag == AUTO => Ok(None),
        None => Err(Error::malformed("language", "write en, de or auto")),
    }
}

/// The language of letters: what somebody likes to read, or else where they are at home. One that is not spoken here is
/// answered as everybody else is.
pub fn of_letters(document: &str) -> Option<Language> {
    let wishes = text(document, "preferredLanguage").or_else(|| text(document, "locale"))?;
    Some(Language::liked(&wishes).unwrap_or_default())
}

fn text(document: &str, name: &str) -> Option<String> {
    let document: Value = serde_json::from_str(document).ok()?;
    let text = document.get(name).and_then(Value::as_str).filter(|it| !it.trim().is_empty());
    text.map(str::to_owned)
}
