//! `doorward org brand`: how an organisation looks.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::branding::{self, Brand, BrandChange, Colour, Picture, Support};
use crate::domain::Error;

/// What to change; without anything, the look is shown.
#[derive(Debug, Args)]
pub struct Options {
    /// Its short name
    slug: String,
    /// The colour of buttons and links, such as #00aa55
    #[arg(long, value_name = "COLOUR")]
    accent: Option<String>,
    /// A PNG, JPEG or WebP picture
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// Where its people find help: a page under https, or a mail address
    #[arg(long, value_name = "ADDRESS")]
    support: Option<String>,
    /// Take the whole look back
    #[arg(long, conflicts_with_all = ["accent", "logo", "support"])]
    none: bool,
}

/// Shows how an organisation looks, or changes it.
pub async fn run(operator: &Operator, options: Options) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    let org = operator.organisation(&options.slug).await?.id;
    let change = if options.none { BrandChange::NOTHING } else { wanted(&options)? };
    let brand = if change == BrandChange::default() {
        branding::show(app, actor, org).await?
    } else {
        branding::change(app, actor, org, change).await?
    };
    Ok(Output::one(view(&brand)))
}

fn wanted(options: &Options) -> Result<BrandChange, Error> {
    let accent = options.accent.as_deref().map(Colour::read).transpose();
    let accent = accent.map_err(|flaw| Error::invalid("accent", flaw))?;
    let support = options.support.as_deref().map(Support::read).transpose();
    let support = support.map_err(|flaw| Error::invalid("support", flaw))?;
    let logo = options.logo.as_deref().map(picture).transpose()?;
    Ok(BrandChange { accent: accent.map(Some), logo: logo.map(Some), support: support.map(Some) })
}

/// No more of the file than shows that it is too large.
fn picture(path: &Path) -> Result<Picture, Error> {
    let unopened = |cause| Error::malformed("logo", format!("{} cannot be opened: {cause}", path.display()));
    let most = u64::try_from(Picture::BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let (file, mut content) = (File::open(path).map_err(unopened)?, Vec::new());
    file.take(most).read_to_end(&mut content).with_context(|| format!("{} cannot be read", path.display()))?;
    Picture::read(content).map_err(|flaw| Error::invalid("logo", flaw))
}

fn view(it: &Brand) -> Record {
    let logo = it.logo.as_ref();
    let palette = it.accent.map(Colour::palette);
    Record::new()
        .with("version", it.version)
        .maybe("accent", it.accent.map(|it| it.to_string()))
        .maybe("light", palette.map(|it| it.light.accent.to_string()))
        .maybe("dark", palette.map(|it| it.dark.accent.to_string()))
        .maybe("support", it.support.as_ref().map(ToString::to_string))
        .maybe("logo", logo.map(|it| format!("{} {}x{}", it.media_type.name(), it.width, it.height)))
        .maybe("logo_sha256", logo.map(|it| it.sha256.clone()))
}
