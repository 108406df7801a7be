//! How an organisation looks, in the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Documented, operation};
use super::json::{Body, Image, Params, told};
use super::users::Which;
use crate::app::branding::{self, Brand, BrandChange, Colour, Logo, Palette, Picture, Shades, Support};
use crate::app::{App, users};
use crate::domain::policy::Actor;
use crate::domain::{Error, Flaw};
use crate::web::error::Problem;

const PATH: &str = "/api/v1/organisation/branding";
const LOGO: &str = "/api/v1/organisation/branding/logo";

/// Adds the routes.
pub(super) fn routes(routes: Documented) -> Documented {
    let show = operation("Shows how the organisation looks").of_an_organisation().answers::<BrandBody>(200);
    let change = operation("Changes the colour of the organisation, or where its people find help")
        .of_an_organisation()
        .takes::<ChangeBranding>()
        .answers::<BrandBody>(200);
    let take_back = operation("Takes the whole look of the organisation back").of_an_organisation();
    let file = "PNG, JPEG or WebP of 16 to 1024 pixels on each side, at most 256 KiB.";
    let set = operation("Sets the logo of the organisation")
        .of_an_organisation()
        .takes_picture(file)
        .answers::<BrandBody>(200);
    let remove = operation("Takes the logo of the organisation away").of_an_organisation();
    let routes = routes.get(PATH, show, self::show).patch(PATH, change, self::change);
    let routes = routes.delete(PATH, take_back, self::take_back);
    routes.put(LOGO, set, set_logo).delete(LOGO, remove, remove_logo)
}

/// How an organisation looks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BrandBody {
    /// Counts each change.
    version: i64,
    /// The colour as it was chosen; null where none was.
    accent: Option<String>,
    /// The shades that are shown of it, so that everything can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    light: Option<ShadesBody>,
    /// The same on dark pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    dark: Option<ShadesBody>,
    /// The link behind "Need help?"; null where nobody said.
    support: Option<String>,
    /// What is known of the logo; null where there is none.
    logo: Option<LogoBody>,
}

/// A colour on pages of one kind.
#[derive(Debug, Serialize, ToSchema)]
struct ShadesBody {
    accent: String,
    accent_strong: String,
    on_accent: String,
}

/// What is known of a logo.
#[derive(Debug, Serialize, ToSchema)]
struct LogoBody {
    /// `image/png`, `image/jpeg` or `image/webp`.
    media_type: &'static str,
    width: u32,
    height: u32,
    bytes: u32,
    sha256: String,
}

/// What changes; what is left out stays, and null takes it back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeBranding {
    /// `#` and six hexadecimal digits, or three that stand for two each.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, required = false, pattern = "^#([0-9A-Fa-f]{3}){1,2}$")]
    accent: Option<Option<String>>,
    /// A page under https, or a mail address.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, required = false, max_length = 512)]
    support: Option<Option<String>>,
}

impl ChangeBranding {
    fn read(self) -> Result<BrandChange, Error> {
        let accent = read("accent", self.accent, Colour::read)?;
        let support = read("support", self.support, Support::read)?;
        Ok(BrandChange { accent, support, logo: None })
    }
}

/// A member that is read where something was said in it.
fn read<T>(
    name: &str,
    said: Option<Option<String>>,
    reader: impl Fn(&str) -> Result<T, Flaw>,
) -> Result<Option<Option<T>>, Error> {
    let read = |it: Option<String>| it.map(|it| reader(&it)).transpose();
    said.map(read).transpose().map_err(|flaw| Error::invalid(name, flaw))
}

impl From<Brand> for BrandBody {
    fn from(it: Brand) -> Self {
        let palette = it.accent.map(Colour::palette);
        let (light, dark) = palette.map(|Palette { light, dark }| (light.into(), dark.into())).unzip();
        Self {
            version: it.version,
            accent: it.accent.map(|it| it.to_string()),
            light,
            dark,
            support: it.support.map(|it| it.to_string()),
            logo: it.logo.map(LogoBody::from),
        }
    }
}

impl From<Shades> for ShadesBody {
    fn from(it: Shades) -> Self {
        let Shades { accent, strong, on_accent } = it;
        Self { accent: accent.to_string(), accent_strong: strong.to_string(), on_accent: on_accent.to_string() }
    }
}

impl From<Logo> for LogoBody {
    fn from(Logo { media_type, width, height, bytes, sha256 }: Logo) -> Self {
        Self { media_type: media_type.name(), width, height, bytes, sha256 }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<Json<BrandBody>, Problem> {
    let org = users::organisation_of(&app, &actor, which.organisation.as_deref()).await?;
    Ok(Json(branding::show(&app, &actor, org).await?.into()))
}

pub(super) async fn change(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Body(body): Body<ChangeBranding>,
) -> Result<Json<BrandBody>, Problem> {
    Ok(Json(changed(&app, &actor, which, body.read()?).await?.into()))
}

pub(super) async fn take_back(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<StatusCode, Problem> {
    changed(&app, &actor, which, BrandChange::NOTHING).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn set_logo(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
    Image(content): Image,
) -> Result<Json<BrandBody>, Problem> {
    let picture = Picture::read(content).map_err(|flaw| Error::invalid("logo", flaw))?;
    let change = BrandChange { logo: Some(Some(picture)), ..BrandChange::default() };
    Ok(Json(changed(&app, &actor, which, change).await?.into()))
}

pub(super) async fn remove_logo(
    State(app): State<App>,
    actor: Actor,
    Params(which): Params<Which>,
) -> Result<StatusCode, Problem> {
    changed(&app, &actor, which, BrandChange { logo: Some(None), ..BrandChange::default() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn changed(app: &App, actor: &Actor, which: Which, change: BrandChange) -> Result<Brand, Error> {
    let org = users::organisation_of(app, actor, which.organisation.as_deref()).await?;
    branding::change(app, actor, org, change).await
}
