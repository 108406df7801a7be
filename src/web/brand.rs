//! What pages show of the organisation whose pages they are, and the stylesheet and the logo that they load for it.
//!
//! **Invariant:** a page has the look of an organisation only where its handler has hung it there, and that is after everybody
//! who sees the page may know whose it is.
//! **Invariant:** only what was checked gets into the stylesheet: numbers of colours, and nothing that somebody wrote.
//! **Invariant:** the address of a look has its version in it, so it is kept for a year, and no other version is answered.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::assets::A_YEAR;
use super::context;
use super::error::PageError;
use super::routes::{Access, Routes};
use crate::app::App;
use crate::app::branding::{self, Colour, Nameplate, Palette};
use crate::domain::Error;
use crate::domain::id::OrgId;

/// The product, where no organisation is at home.
const PRODUCT: &str = "Doorward";
/// A picture loads nothing and runs nothing, even where a browser opens it as a page.
const NOTHING: &str = "default-src 'none'; sandbox";

/// The routes of what every browser may fetch.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/brand/{org}/{version}/brand.css", Access::Open, colours);
    routes.get("/brand/{org}/{version}/logo", Access::Open, picture)
}

/// The look of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The organisation's name.
    pub name: String,
    /// Where its colours are.
    pub stylesheet: Option<String>,
    /// Its logo.
    pub logo: Option<ShownLogo>,
    /// Where its people find help.
    pub support: Option<String>,
}

/// A logo as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownLogo {
    /// Where it is.
    pub url: String,
    /// How many pixels it is wide.
    pub width: u32,
    /// How many it is high.
    pub height: u32,
}

impl From<Nameplate> for Look {
    fn from(Nameplate { org, name, brand }: Nameplate) -> Self {
        let url = |what: &str| format!("/brand/{org}/{}/{what}", brand.version);
        Self {
            name,
            stylesheet: brand.accent.map(|_| url("brand.css")),
            logo: brand.logo.map(|it| ShownLogo { url: url("logo"), width: it.width, height: it.height }),
            support: brand.support.map(|it| it.href().to_owned()),
        }
    }
}

/// Gives the page that is being made the look of this organisation.
pub(super) async fn hang(app: &App, org: OrgId) -> Result<(), Error> {
    context::hang(branding::nameplate(app, org).await?.map(Look::from));
    Ok(())
}

/// The look of the page that is being made.
fn look() -> Option<Arc<Look>> {
    context::look()
}

/// Whose pages they are, in the title of a window.
pub fn title() -> String {
    look().map_or_else(|| PRODUCT.to_owned(), |it| it.name.clone())
}

/// Where the colours of the page that is being made are.
pub fn stylesheet() -> Option<String> {
    look()?.stylesheet.clone()
}

/// The logo of the page that is being made.
pub fn logo() -> Option<ShownLogo> {
    look()?.logo.clone()
}

/// Where the reader of the page that is being made finds help.
pub fn support() -> Option<String> {
    look()?.support.clone()
}

async fn colours(State(app): State<App>, Path((org, version)): Path<(String, String)>) -> Result<Response, PageError> {
    let (org, version) = asked(&org, &version)?;
    let accent = branding::of_version(&app, org, version).await?.accent.ok_or(Error::NotFound("branding"))?;
    Ok(([(CACHE_CONTROL, A_YEAR)], css(":root", accent)).into_response())
}

async fn picture(State(app): State<App>, Path((org, version)): Path<(String, String)>) -> Result<Response, PageError> {
    let (org, version) = asked(&org, &version)?;
    let (media_type, content) = branding::picture(&app, org, version).await?;
    let headers = [
        (CONTENT_TYPE, media_type.name()),
        (CONTENT_DISPOSITION, "inline"),
        (CONTENT_SECURITY_POLICY, NOTHING),
        (CACHE_CONTROL, A_YEAR),
    ];
    Ok((headers, content).into_response())
}

/// What an address names.
fn asked(org: &str, version: &str) -> Result<(OrgId, i64), Error> {
    let named = org.parse().ok().zip(version.parse().ok());
    named.ok_or(Error::NotFound("branding"))
}

/// A stylesheet that gives a part of a page the shades of a colour.
pub(super) fn css(of: &str, colour: Colour) -> impl IntoResponse {
    let Palette { light, dark } = colour.palette();
    let shades = [
        ("accent", light.accent, dark.accent),
        ("accent-strong", light.strong, dark.strong),
        ("on-accent", light.on_accent, dark.on_accent),
    ];
    let lines: String =
        shades.map(|(name, light, dark)| format!("  --{name}: light-dark({light}, {dark});\n")).concat();
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], format!("{of} {{\n{lines}}}\n"))
}
