//! `doorward export`: users as a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use url::form_urlencoded;

use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::user_export::{self, Format};
use crate::domain::Error;
use crate::domain::user_list::UserList;

/// Export users as CSV, or as a workbook with the projects they are on
#[derive(Debug, Args)]
pub struct Export {
    /// A file that is not there yet, which is a workbook where its name ends in .xlsx, or - for CSV on standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The organisation
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// Which users, in the words of the console's address, such as `status=pending&role=admin`
    #[arg(long, value_name = "QUERY", default_value = "deactivated=1")]
    filter: String,
}

/// Runs the command.
pub async fn run(operator: &Operator, export: &Export) -> Result<Output, Error> {
    let org = operator.organisation(&export.org).await?.id;
    let words: Vec<_> = form_urlencoded::parse(export.filter.as_bytes()).collect();
    let list = UserList::read(words.iter().map(|(name, value)| (&**name, &**value)))?;
    // The file is opened first: what cannot be kept is not exported, and not recorded as if it had been.
    let is_output = export.file == Path::new("-");
    let mut place: Box<dyn Write + Send> =
        if is_output { Box::new(io::stdout()) } else { Box::new(new_file(&export.file)?) };
    let is_book = export.file.extension().is_some_and(|it| it.eq_ignore_ascii_case(Format::Xlsx.word()));
    let format = if is_book { Format::Xlsx } else { Format::Csv };
    let file = user_export::list(&operator.app, &operator.actor, org, (&list, format)).await?;
    place.write_all(&file.content).with_context(|| format!("{} cannot be written", export.file.display()))?;
    let said = Record::new().with("file", export.file.display().to_string()).with("users", file.users);
    Ok(if is_output { Output::silent() } else { Output::one(said) })
}

/// A file for what leaves, for this user alone; one that is there already is never written over.
pub(super) fn new_file(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path);
    opened.map_err(|cause| Error::malformed("file", format!("{} cannot be made: {cause}", path.display())))
}
