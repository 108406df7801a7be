//! Parts of the audit log that are made into files in the background and kept for a while, each with a manifest that proves it.
//!
//! **Invariant:** that somebody asks for a file is recorded when they do, and that a copy is taken whenever one is.
//! **Invariant:** a file is made in the name of whoever asked for it, with what they may do meanwhile, and handed to whoever may
//! export then; who has lost the right to it gets nothing more.
//! **Invariant:** nothing of a file is seen before all of it is there, whichever node makes it, and however often that dies.
//! **Invariant:** a kept file goes with the names of anybody who is erased: what they held is in no file.

mod making;
pub mod manifest;

use std::time::Duration;

use anyhow::Context as _;
use tokio::io::AsyncWrite;

use crate::app::App;
use crate::app::audit_log::{self, is_taken, may_read, may_still_export};
use crate::domain::audit_entry::Format;
use crate::domain::audit_export::{Asker, EXPORTS_MAX, KEPT_FOR, Made, UNFINISHED_MAX};
use crate::domain::audit_filter::AuditFilter;
use crate::domain::id::{AuditExportId, OrgId};
use crate::domain::policy::{Action, Actor, ExportDeed, Target};
use crate::domain::{Conflict, Error};
use crate::store::audit_exports as rows;

pub use crate::domain::audit_export::{AuditExport, Failure, State};
pub use making::make_due;

/// When it is worth the while to ask for another file where too many are being made.
const RETRY_AFTER: Duration = Duration::from_mins(1);
/// So many bytes are handed on at once.
const PIECE: usize = 64 * 1024;

/// Asks for what a filter finds as a file; it is made by a job.
pub async fn ask(
    app: &App,
    actor: &Actor,
    org: OrgId,
    filter: AuditFilter,
    format: Format,
) -> Result<AuditExport, Error> {
    let (tx, permit) = audit_log::ask(app, actor, org, &filter, format).await?;
    let all = rows::list(&*tx, org).await?;
    if all.iter().filter(|it| it.state.is_unfinished()).count() >= UNFINISHED_MAX {
        return Err(Error::Throttled { retry_after: RETRY_AFTER });
    }
    if all.len() >= EXPORTS_MAX {
        return Err(Conflict::TooMany.into());
    }
    let asked_by = Asker { kind: actor.kind().to_owned(), id: actor.account_id(), label: actor.label().to_owned() };
    let (id, asked_at) = (AuditExportId::new(), tx.now);
    let expires_at = asked_at.after(KEPT_FOR);
    let new = AuditExport { id, org, format, filter, asked_by, asked_at, state: State::Waiting, expires_at };
    rows::insert(&tx, &new).await?;
    tx.commit(permit).await?;
    Ok(new)
}

/// The exports of an organisation, newest first, for whoever may read its log.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<AuditExport>, Error> {
    may_read(app, actor, org).await?;
    rows::list(app.store.reader(), org).await
}

/// An export, for whoever may read the log.
pub async fn show(app: &App, actor: &Actor, id: AuditExportId) -> Result<AuditExport, Error> {
    let org = org_of(app, actor, id).await?;
    may_read(app, actor, org).await?;
    rows::find(app.store.reader(), org, id).await?.ok_or(Error::NotFound("export"))
}

/// What proves the file of an export: its name, and a line of JSON with a line that signs it.
pub async fn manifest(app: &App, actor: &Actor, id: AuditExportId) -> Result<(String, String), Error> {
    let export = show(app, actor, id).await?;
    let made = export.made().ok_or(Conflict::NoFile)?;
    Ok((format!("{}.manifest.ndjson", export.id), made.manifest.clone()))
}

/// A kept file on its way out. It is recorded already.
pub struct KeptFile {
    /// Its name.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// What it is.
    pub made: Made,
    app: App,
    actor: Actor,
    org: OrgId,
    id: AuditExportId,
}

/// Records that a copy of a file leaves, and hands it over.
pub async fn fetch(app: &App, actor: &Actor, id: AuditExportId) -> Result<KeptFile, Error> {
    let org = org_of(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let export = rows::find(&*tx, org, id).await?.ok_or(Error::NotFound("export"))?;
    let slug = audit_log::slug(&tx);
    let name = audit_log::name(&slug, export.asked_at, export.format);
    let target = Target::Organisation { id: org, label: slug };
    let (tx, permit) = app.ask(tx, actor, Action::AuditExport { export: id, deed: ExportDeed::Fetch }, target).await?;
    let made = export.made().ok_or(Conflict::NoFile)?.clone();
    tx.commit(permit).await?;
    Ok(KeptFile { name, format: export.format, made, app: app.clone(), actor: actor.clone(), org, id })
}

impl KeptFile {
    /// Writes it; answers whether somebody took all of it.
    pub async fn write(&self, out: &mut (impl AsyncWrite + Unpin)) -> Result<bool, Error> {
        let (mut nth, mut left) = (0, self.made.bytes);
        while left > 0 {
            may_still_export(&self.app, &self.actor, self.org).await?;
            let part = rows::part(self.app.store.reader(), (self.org, self.id, self.made.run), nth).await?;
            let part = part.context("a file of the audit log went while it was read")?;
            for piece in part.chunks(PIECE) {
                if !is_taken(out, piece).await {
                    return Ok(false);
                }
            }
            left = left.saturating_sub(u64::try_from(part.len()).unwrap_or(u64::MAX));
            nth += 1;
        }
        Ok(true)
    }
}

/// Takes an export away, with its file.
pub async fn delete(app: &App, actor: &Actor, id: AuditExportId) -> Result<(), Error> {
    let org = org_of(app, actor, id).await?;
    let tx = app.begin(org).await?;
    rows::find(&*tx, org, id).await?.ok_or(Error::NotFound("export"))?;
    let target = Target::Organisation { id: org, label: audit_log::slug(&tx) };
    let (tx, permit) = app.ask(tx, actor, Action::AuditExport { export: id, deed: ExportDeed::Delete }, target).await?;
    rows::delete(&tx, id).await?;
    tx.commit(permit).await
}

/// The organisation in which the actor may name this export.
async fn org_of(app: &App, actor: &Actor, id: AuditExportId) -> Result<OrgId, Error> {
    match actor.org() {
        Some(own) => Ok(own),
        None => rows::org_of(app.store.reader(), id).await?.ok_or(Error::NotFound("export")),
    }
}
