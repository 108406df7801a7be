//! `doorward audit`: what was done and what was refused, listed, exported, and sent out as it happens.

mod stream;

use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use tokio::fs::File;

use super::export::new_file;
use super::operator::Operator;
use super::output::{Output, Record};
use crate::app::audit_exports::manifest;
use crate::app::audit_log::{self, AuditFilter, Format, List, PAGE_MAX};
use crate::app::history::Event;
use crate::app::{audit_chain, organisations};
use crate::domain::Error;
use crate::domain::id::OrgId;
use crate::domain::text::on_one_line;

/// What can be done with the audit log.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List deeds, newest first
    List(Listed),
    /// Write deeds to a file, newest first; the export is recorded
    Export(Exported),
    /// Go through the audit log and tell where it was changed since it was written
    Verify(Verified),
    /// Print the newest signed checkpoint, to be kept where nobody reaches who reaches the database
    Checkpoint(Signed),
    /// Let an audit log go out as it happens
    #[command(subcommand)]
    Stream(stream::Command),
}

/// What to go through.
#[derive(Debug, Args)]
pub struct Verified {
    /// The organisation; without it all of them, and what belongs to the instance itself
    #[arg(long, value_name = "SLUG")]
    org: Option<String>,
    /// A file of checkpoints that were kept, one a line as `audit checkpoint --json` prints them
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    #[command(flatten)]
    file: Proved,
}

/// A file of the audit log that is to be proved instead.
#[derive(Debug, Args)]
pub struct Proved {
    /// Prove this file that was exported, in place of the log itself
    #[arg(long, value_name = "FILE", requires = "manifest", conflicts_with_all = ["org", "checkpoint"])]
    export: Option<PathBuf>,
    /// The manifest of the file
    #[arg(long, value_name = "FILE", requires = "export")]
    manifest: Option<PathBuf>,
    /// The public key of the instance that made it, as `audit checkpoint` prints it, where that is not this one; with it neither
    /// a server nor a database is needed
    #[arg(long, value_name = "KEY", requires = "export")]
    key: Option<String>,
}

/// Whose checkpoint.
#[derive(Debug, Args)]
pub struct Signed {
    /// The organisation; without it, what belongs to the instance itself
    #[arg(long, value_name = "SLUG")]
    org: Option<String>,
}

/// The deeds to list.
#[derive(Debug, Args)]
pub struct Listed {
    #[command(flatten)]
    which: Which,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=PAGE_MAX))]
    limit: u64,
}

/// The deeds to export, and where to.
#[derive(Debug, Args)]
pub struct Exported {
    /// A file that is not there yet, or - for standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How it is written; without this the end of the name says
    #[arg(long, value_name = "FORMAT", value_parser = Format::ALL.map(Format::word))]
    format: Option<String>,
    /// Write a signed manifest that proves the file into this one, which is not there yet either
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    which: Which,
}

/// Which deeds.
#[derive(Debug, Args)]
pub struct Which {
    /// The organisation; without it, what belongs to the instance itself
    #[arg(long, value_name = "SLUG")]
    org: Option<String>,
    /// Not before this day in UTC (2026-11-01), or this moment
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
    /// Not after this day in UTC, or this moment
    #[arg(long, value_name = "WHEN")]
    to: Option<String>,
    /// Done by this one, by id, or by those of a kind such as connection
    #[arg(long, value_name = "ID-OR-KIND")]
    actor: Option<String>,
    /// Done to this one, by id, or to those of a kind such as group
    #[arg(long, value_name = "ID-OR-KIND")]
    target: Option<String>,
    /// This deed, such as user.created, or those of an area, such as user
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// How it ended
    #[arg(long, value_name = "OUTCOME", value_parser = ["success", "failure", "denied"])]
    outcome: Option<String>,
    /// With this text in a name at the time
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

/// Runs the command.
pub async fn run(operator: &Operator, command: Command) -> Result<Output, Error> {
    match command {
        Command::List(it) => list(operator, it).await,
        Command::Export(it) => export(operator, it).await,
        Command::Verify(it) => verify(operator, it).await,
        Command::Checkpoint(it) => checkpoint(operator, it).await,
        Command::Stream(it) => stream::run(operator, it).await,
    }
}

/// Proves a file without a server and a database, where the command names all that it takes.
pub fn prove_offline(command: &Command) -> Option<Result<Output, Error>> {
    let Command::Verify(Verified {
        file: Proved { export: Some(file), manifest: Some(manifest), key: Some(key) }, ..
    }) = command
    else {
        return None;
    };
    Some(prove((file, manifest), key))
}

fn prove((file, manifest): (&Path, &Path), key: &str) -> Result<Output, Error> {
    let proof = manifest::prove(&manifest::read(manifest)?, &manifest::digest_of(file)?, key.trim())?;
    let record = Record::new()
        .with("organisation", proof.organisation)
        .with("deeds", proof.deeds)
        .maybe("first_seq", proof.first_seq)
        .maybe("last_seq", proof.last_seq)
        .with(
            "result",
            if proof.problems.is_empty() { "as it was written".to_owned() } else { proof.problems.join("; ") },
        );
    let output = Output::one(record);
    Ok(if proof.problems.is_empty() { output } else { output.failed(proof.problems.join("; ")) })
}

async fn verify(operator: &Operator, it: Verified) -> Result<Output, Error> {
    if let Proved { export: Some(file), manifest: Some(manifest), .. } = &it.file {
        return prove((file, manifest), &operator.app.seal.record_key());
    }
    let (app, actor) = (&operator.app, &operator.actor);
    let kept = it.checkpoint.as_deref().map(audit_chain::read_kept).transpose()?.unwrap_or_default();
    let mut all = vec![(OrgId::OPERATOR, String::new())];
    match &it.org {
        Some(slug) => all = vec![(operator.organisation(slug).await?.id, slug.clone())],
        None => all.extend(organisations::list(app, actor).await?.into_iter().map(|it| (it.id, it.slug))),
    }
    if it.checkpoint.is_some() && !kept.iter().any(|it| all.iter().any(|(org, _)| it.organisation == *org)) {
        let none = "holds no checkpoint of what is to be gone through; name a file of `audit checkpoint --json`";
        return Err(Error::malformed("checkpoint", none));
    }
    let (mut rows, mut json, mut problems) = (Vec::new(), Vec::new(), 0);
    for (org, slug) in all {
        let report = audit_chain::verify_for(app, actor, org, &kept).await?;
        problems += report.problem_count;
        let row = |result: String| {
            Record::new().with("organisation", slug.clone()).with("sealed", report.seq).with("result", result)
        };
        rows.extend(report.problems.iter().map(|it| row(it.sentence())));
        if report.problem_count == 0 {
            rows.push(row(format!("{} deeds, as they were written", report.links)));
        }
        json.push(serde_json::json!({
            "organisation": slug,
            "deeds": report.links,
            "sealed": report.seq,
            "problem_count": report.problem_count,
            "problems": report.problems,
        }));
    }
    let output = Output::many(&["organisation", "sealed", "result"], rows).with_json(serde_json::Value::Array(json));
    match problems {
        0 => Ok(output),
        1 => Ok(output.failed("1 place is not as it was written")),
        many => Ok(output.failed(format!("{many} places are not as they were written"))),
    }
}

async fn checkpoint(operator: &Operator, it: Signed) -> Result<Output, Error> {
    let org = match &it.org {
        Some(slug) => operator.organisation(slug).await?.id,
        None => OrgId::OPERATOR,
    };
    let newest = audit_chain::newest_checkpoint(&operator.app, org).await?.ok_or(Error::NotFound("checkpoint"))?;
    let record = Record::new()
        .with("organisation", newest.organisation.to_string())
        .with("seq", newest.seq)
        .with("link", newest.link)
        .with("at", newest.at)
        .with("public_key", newest.public_key)
        .with("signature", newest.signature);
    Ok(Output::one(record))
}

async fn list(operator: &Operator, it: Listed) -> Result<Output, Error> {
    let (org, filter) = (it.which.org(operator).await?, it.which.filter()?);
    let list = List { filter, cursor: None, limit: Some(it.limit) };
    let page = audit_log::list(&operator.app, &operator.actor, org, &list).await?;
    let json = page.events.iter().map(|it| serde_json::to_value(audit_log::entry(it)));
    let json = json.collect::<Result<_, _>>().map_err(anyhow::Error::new)?;
    let columns = ["at", "action", "by", "to", "outcome"];
    Ok(Output::many(&columns, page.events.iter().map(line).collect()).with_json(json))
}

/// A deed on one line of a terminal, on which no name acts.
fn line(event: &Event) -> Record {
    Record::new()
        .with("at", event.row.at.rfc3339())
        .with("action", event.row.action.clone())
        .with("by", on_one_line(&event.by.now).into_owned())
        .with("to", on_one_line(&event.target.now).into_owned())
        .with("outcome", event.row.outcome.clone())
}

async fn export(operator: &Operator, it: Exported) -> Result<Output, Error> {
    let (org, filter, format) = (it.which.org(operator).await?, it.which.filter()?, format(&it)?);
    // The file is opened first: what cannot be kept is not exported, and not recorded as if it had been.
    let is_output = it.file == Path::new("-");
    let mut place = if is_output { standard_output()? } else { File::from_std(new_file(&it.file)?) };
    let mut proof = it.manifest.as_deref().map(|manifest| manifest_beside(manifest, is_output)).transpose()?;
    let mut export = audit_log::export(&operator.app, &operator.actor, org, &filter, format).await?;
    if proof.is_some() {
        export = export.up_to_now().await?;
    }
    let written = export.write(&mut place).await?;
    let broken = || Error::from(anyhow::anyhow!("{} could not be written to its end", it.file.display()));
    let written = written.ok_or_else(broken)?;
    if let Some(proof) = &mut proof {
        let text = manifest::signed(&export, &written, &manifest::digest_of(&it.file)?)?;
        proof.write_all(text.as_bytes()).context("the manifest cannot be written")?;
    }
    let said = Record::new().with("file", it.file.display().to_string()).with("deeds", written.deeds);
    Ok(if is_output { Output::silent() } else { Output::one(said) })
}

/// The file for a manifest; of what goes to standard output there is none.
fn manifest_beside(manifest: &Path, is_output: bool) -> Result<std::fs::File, Error> {
    if is_output {
        return Err(Error::malformed("manifest", "proves a file; name one in place of standard output"));
    }
    new_file(manifest)
}

fn format(it: &Exported) -> Result<Format, Error> {
    let end = it.file.extension().and_then(|it| it.to_str());
    let word = it.format.as_deref().or(end).and_then(Format::parse);
    let unclear = "name the file .csv, .json, .ndjson or .xlsx, or say which by --format";
    word.ok_or_else(|| Error::malformed("format", unclear))
}

fn standard_output() -> Result<File, Error> {
    let same = io::stdout().as_fd().try_clone_to_owned().context("standard output cannot be written")?;
    Ok(File::from_std(same.into()))
}

impl Which {
    async fn org(&self, operator: &Operator) -> Result<OrgId, Error> {
        match &self.org {
            Some(slug) => Ok(operator.organisation(slug).await?.id),
            None => Ok(OrgId::OPERATOR),
        }
    }

    fn filter(&self) -> Result<AuditFilter, Error> {
        let words = [
            ("from", &self.from),
            ("to", &self.to),
            ("actor", &self.actor),
            ("target", &self.target),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("text", &self.text),
        ];
        AuditFilter::read(words.into_iter().filter_map(|(name, word)| Some((name, word.as_deref()?))))
    }
}
