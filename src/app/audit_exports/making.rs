//! Making the files that were asked for, each by whichever node claims it.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, duplex};
use tokio::time::sleep;

use super::manifest::{self, Digest, Digesting};
use crate::app::audit_log::{self, Export, may_still_export};
use crate::app::mail::{self, Letter};
use crate::app::{App, jobs, users as people};
use crate::domain::Error;
use crate::domain::audit_export::{AuditExport, BYTES_MAX, Failure, KEPT_FOR, Made, PART_BYTES};
use crate::domain::id::RunId;
use crate::domain::policy::{Action, Actor, ExportDeed, JOB_AUDIT, Target};
use crate::store::audit_exports::{self as rows, Claim};
use crate::store::users;

/// A claimed file is this node's for so long; while it is being made, that is said again before it is over.
const LEASE: Duration = Duration::from_mins(2);
const SAID_EVERY: Duration = Duration::from_secs(30);
/// So many are looked for at once; they are made one after the other.
const AT_ONCE: u64 = 10;
/// After so many tries there will be no file, which with the growing waits is five minutes.
const TRIES_MAX: i64 = 6;
/// So much waits for the database.
const WAITING_MAX: usize = 64 * 1024;

/// What came of a try.
enum End {
    /// Everything was kept, and only has to be shown.
    Made(Made),
    /// There will be no file.
    Failed(Failure),
    /// Another node has it, or nobody wants it any more.
    Lost,
}

/// What came of keeping what was written.
enum Parts {
    Whole(Digest),
    TooLarge,
    Lost,
}

/// Makes the files that are due; answers how many are there now.
pub async fn make_due(app: &App) -> Result<usize, Error> {
    let mut made = 0;
    for due in app.store.audit_exports_due(app.now(), AT_ONCE).await? {
        let claim = Claim { org: due.org, id: due.id, run: RunId::new() };
        if !app.store.claim_audit_export(&due, claim.run, app.now().after(LEASE)).await? {
            continue;
        }
        let end = tokio::select! {
            end = Box::pin(make(app, &claim)) => end,
            () = until_lost(app, &claim) => Ok(End::Lost),
        };
        let end = match end {
            Err(fault) => after_a_fault(app, &claim, (due.tries.saturating_add(1), &fault)).await?,
            Ok(end) => Some(end),
        };
        match end {
            Some(End::Made(it)) => made += usize::from(show(app, &claim, &it).await?),
            Some(End::Failed(why)) => fail(app, &claim, why).await?,
            Some(End::Lost) | None => {}
        }
    }
    Ok(made)
}

/// Says now and then that somebody works on it; comes back when that is not so any more.
async fn until_lost(app: &App, claim: &Claim) {
    loop {
        sleep(SAID_EVERY).await;
        if !matches!(app.store.hold_audit_export(claim, app.now().after(LEASE)).await, Ok(true)) {
            return;
        }
    }
}

/// Writes the file into the database; whatever is left of an earlier try goes first.
async fn make(app: &App, claim: &Claim) -> Result<End, Error> {
    let tx = app.begin(claim.org).await?;
    let Some(wanted) = rows::find(&*tx, claim.org, claim.id).await? else { return Ok(End::Lost) };
    rows::forget_earlier(&tx, claim).await?;
    let slug = audit_log::slug(&tx);
    tx.commit_all(Vec::new()).await?;
    let Some(actor) = asker(app, &wanted).await? else { return Ok(End::Failed(Failure::RightLost)) };
    match written(app, claim, export(app, wanted, (actor, slug))).await {
        Err(Error::Unauthenticated | Error::Denied(_)) => Ok(End::Failed(Failure::RightLost)),
        other => other,
    }
}

/// Whoever asked for it, as they are now; nobody where they act no more.
async fn asker(app: &App, wanted: &AuditExport) -> Result<Option<Actor>, Error> {
    match wanted.asked_by.id {
        Some(id) => people::acting_now(app, wanted.org, id).await,
        None => Ok(Some(Actor::Operator { label: wanted.asked_by.label.clone() })),
    }
}

fn export(app: &App, wanted: AuditExport, (actor, slug): (Actor, String)) -> Export {
    let AuditExport { org, format, filter, asked_at, .. } = wanted;
    let name = audit_log::name(&slug, asked_at, format);
    Export { name, format, app: app.clone(), actor, org, slug, filter, asked_at, end: None }
}

async fn written(app: &App, claim: &Claim, export: Export) -> Result<End, Error> {
    may_still_export(app, &export.actor, export.org).await?;
    let export = export.up_to_now().await?;
    let (mut writer, reader) = duplex(WAITING_MAX);
    let writing = async {
        let written = export.write(&mut writer).await;
        // Whoever reads sees the end.
        drop(writer);
        written
    };
    let (written, kept) = tokio::join!(writing, keep(app, claim, reader));
    match (written?, kept?) {
        (Some(written), Parts::Whole(digest)) => {
            let manifest = manifest::signed(&export, &written, &digest)?;
            Ok(End::Made(Made { run: claim.run, deeds: written.deeds, bytes: digest.bytes, manifest }))
        }
        (_, Parts::TooLarge) => Ok(End::Failed(Failure::TooLarge)),
        (_, Parts::Lost) => Ok(End::Lost),
        (None, Parts::Whole(_)) => Err(anyhow::anyhow!("the database took a file of the audit log too slowly").into()),
    }
}

/// Keeps what is read, part by part, as long as it is this node that makes the file.
async fn keep(app: &App, claim: &Claim, mut reader: impl AsyncRead + Unpin) -> Result<Parts, Error> {
    let (mut digesting, part_max) = (Digesting::default(), u64::try_from(PART_BYTES).unwrap_or(u64::MAX));
    for nth in 0.. {
        let mut part = Vec::with_capacity(PART_BYTES);
        (&mut reader).take(part_max).read_to_end(&mut part).await.map_err(anyhow::Error::new)?;
        if part.is_empty() {
            break;
        }
        if digesting.take(&part) > BYTES_MAX {
            return Ok(Parts::TooLarge);
        }
        let tx = app.begin(claim.org).await?;
        if !rows::keep_part(&tx, claim, (nth, part)).await? {
            return Ok(Parts::Lost);
        }
        tx.commit_all(Vec::new()).await?;
    }
    Ok(Parts::Whole(digesting.end()))
}

/// Makes what was kept the file, and writes to the person who asked for it.
async fn show(app: &App, claim: &Claim, made: &Made) -> Result<bool, Error> {
    let tx = app.begin(claim.org).await?;
    let until = tx.now.after(KEPT_FOR);
    if !rows::finish(&tx, claim, made, until).await? {
        return Ok(false);
    }
    if let Some(of) = rows::find(&*tx, claim.org, claim.id).await?.and_then(|it| it.asked_by.id)
        && let Some(user) = users::find(&*tx, claim.org, of).await?
    {
        mail::queue(app, &tx, &user, Letter::AuditExportReady { until }).await?;
    }
    tx.commit_all(Vec::new()).await.map(|()| true)
}

/// Puts a file off that this node could not make; there will be none when that was tried often enough.
async fn after_a_fault(app: &App, claim: &Claim, (tries, fault): (i64, &Error)) -> Result<Option<End>, Error> {
    let failure = if let Error::Internal(cause) = fault { jobs::told(cause) } else { fault.to_string() };
    tracing::error!(org.id = %claim.org, export.id = %claim.id, export.tries = tries, failure, "a file of the audit log could not be made");
    if tries >= TRIES_MAX {
        return Ok(Some(End::Failed(Failure::Fault)));
    }
    app.store.hold_audit_export(claim, jobs::next_try(app.now(), tries)).await?;
    Ok(None)
}

async fn fail(app: &App, claim: &Claim, why: Failure) -> Result<(), Error> {
    let tx = app.begin(claim.org).await?;
    if !rows::fail(&tx, claim, why).await? {
        return Ok(());
    }
    let deed = Action::AuditExport { export: claim.id, deed: ExportDeed::Fail { why: why.word() } };
    let target = Target::Organisation { id: claim.org, label: audit_log::slug(&tx) };
    let (tx, permit) = app.ask(tx, &Actor::Job(JOB_AUDIT), deed, target).await?;
    tx.commit(permit).await
}
