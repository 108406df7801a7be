//! How an organisation looks: shown, changed, taken back, and handed to every browser that shows a page of it.
//!
//! **Invariant:** every change is a new version, and only the version of now is handed out.
//! **Invariant:** the record of a change says which picture it was, and never holds it.

use serde_json::{Value, json};

use crate::app::App;
use crate::app::organisations::target;
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::policy::{Action, Actor, Change};
use crate::store::brands;

pub use crate::domain::brand::{Brand, Colour, Logo, MediaType, Palette, Picture, Shades, Support};

/// The permission that changing the look of an organisation takes.
pub const MANAGE: &str = "org.branding:manage";

/// What of a look changes; what is left out stays, and `None` inside takes it back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrandChange {
    /// The colour of buttons and links.
    pub accent: Option<Option<Colour>>,
    /// The logo.
    pub logo: Option<Option<Picture>>,
    /// Where people find help.
    pub support: Option<Option<Support>>,
}

impl BrandChange {
    /// Everything as it was before anything was chosen.
    pub const NOTHING: Self = Self { accent: Some(None), logo: Some(None), support: Some(None) };

    fn of(&self, before: &Brand) -> Brand {
        Brand {
            version: before.version.saturating_add(1),
            accent: self.accent.unwrap_or(before.accent),
            logo: self.logo.as_ref().map_or_else(|| before.logo.clone(), |it| it.as_ref().map(|it| it.logo.clone())),
            support: self.support.clone().unwrap_or_else(|| before.support.clone()),
        }
    }
}

/// What stands at the door of an organisation: its name, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nameplate {
    /// The organisation.
    pub org: OrgId,
    /// Its name for people.
    pub name: String,
    /// How it looks.
    pub brand: Brand,
}

/// The look of an organisation, for those who may change it.
pub async fn show(app: &App, actor: &Actor, org: OrgId) -> Result<Brand, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.knows(org)?;
    actor.may(&model, MANAGE)?;
    brands::find(app.store.reader(), org).await
}

/// Gives an organisation another look; what stays as it is leaves no trace.
pub async fn change(app: &App, actor: &Actor, org: OrgId, change: BrandChange) -> Result<Brand, Error> {
    show(app, actor, org).await?;
    let tx = app.begin(org).await?;
    let before = brands::find(&*tx, org).await?;
    let after = change.of(&before);
    let changes = changes(&before, &after);
    if changes.is_empty() {
        return Ok(before);
    }
    let target = target(tx.organisation()?);
    let (tx, permit) = app.ask(tx, actor, Action::ChangeBranding { changes }, target).await?;
    brands::set(&tx, &after).await?;
    if let Some(picture) = change.logo {
        brands::set_picture(&tx, picture.map(|it| it.content)).await?;
    }
    tx.commit(permit).await?;
    Ok(after)
}

/// What the pages of an organisation show of it; nothing where they look like everybody's.
pub async fn nameplate(app: &App, org: OrgId) -> Result<Option<Nameplate>, Error> {
    let brand = brands::find(app.store.reader(), org).await?;
    if brand.is_plain() {
        return Ok(None);
    }
    let (organisation, _) = app.store.organisation(org).await?;
    Ok(Some(Nameplate { org, name: organisation.name, brand }))
}

/// The look of this version, for every browser.
pub async fn of_version(app: &App, org: OrgId, version: i64) -> Result<Brand, Error> {
    let brand = brands::find(app.store.reader(), org).await?;
    if brand.version == version { Ok(brand) } else { Err(Error::NotFound("branding")) }
}

/// The logo of this version, for every browser.
pub async fn picture(app: &App, org: OrgId, version: i64) -> Result<(MediaType, Vec<u8>), Error> {
    let missing = || Error::NotFound("logo");
    let logo = of_version(app, org, version).await?.logo.ok_or_else(missing)?;
    let content = brands::find_picture(app.store.reader(), org, version).await?;
    Ok((logo.media_type, content.ok_or_else(missing)?))
}

fn changes(before: &Brand, after: &Brand) -> Vec<Change> {
    let colour = |it: &Brand| it.accent.map(|it| Value::from(it.to_string()));
    let logo = |it: &Brand| it.logo.as_ref().map(|it| json!({ "sha256": it.sha256, "bytes": it.bytes }));
    let support = |it: &Brand| it.support.as_ref().map(|it| Value::from(it.href()));
    let all = [
        Change::new("accent", colour(before), colour(after)),
        Change::new("logo", logo(before), logo(after)),
        Change::new("support", support(before), support(after)),
    ];
    all.into_iter().filter(|it| it.old != it.new).collect()
}
