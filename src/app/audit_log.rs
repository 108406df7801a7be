//! The audit log for those who look after an organisation: looked through, shown deed by deed, and exported.
//!
//! **Invariant:** whoever may not read it is refused, and the refusal is recorded.
//! **Invariant:** nothing leaves as a file before it is recorded that it does, in which format and which part.
//! **Invariant:** an export has so many rows in memory, however long it is, and a workbook, which is made whole, so many in all; it
//! ends when nobody takes it, and when whoever asked for it may not have it any more.

use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::app::audit_chain::{self, Kept};
use crate::app::history::{self, Event, Label};
use crate::app::{App, cursor, unit, users};
use crate::domain::audit_entry::{AuditEntry, Named, Pieces};
use crate::domain::id::{AuditId, OrgId};
use crate::domain::policy::{Action, Actor, Permit, Target};
use crate::domain::{Error, Flaw, Timestamp};
use crate::store::audit::{self, AuditRow};
use crate::store::{Tx, audit_seals};

pub use crate::domain::audit_entry::Format;
pub use crate::domain::audit_filter::{ACTORS, AuditFilter, Deeds, Party, TARGETS, When};

/// The permission to look into the log.
pub const READ: &str = "org.audit:read";
/// The permission to have it as a file.
pub const EXPORT: &str = "org.audit:export";
/// So many deeds are on a page when nobody says.
pub const PAGE: u64 = 50;
/// So many are on a page at most.
pub const PAGE_MAX: u64 = 200;
/// So many deeds of an export are in memory.
const BATCH: u64 = 500;
/// So many are written at once.
const PIECE: usize = 20;
/// Whoever takes nothing for so long is gone.
const STALLED: Duration = Duration::from_mins(2);

/// A page that is asked for.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Which deeds.
    pub filter: AuditFilter,
    /// From where on.
    pub cursor: Option<String>,
    /// How many; [`PAGE`] when nobody says.
    pub limit: Option<u64>,
}

/// A page of the log.
#[derive(Debug, Clone)]
pub struct Page {
    /// The deeds, newest first.
    pub events: Vec<Event>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

/// A page of the log, newest first.
pub async fn list(app: &App, actor: &Actor, org: OrgId, list: &List) -> Result<Page, Error> {
    may_read(app, actor, org).await?;
    let limit = list.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Error::invalid("limit", Flaw::NotBetween { from: 1, to: PAGE_MAX }));
    }
    let place = ("audit", org);
    let after = list.cursor.as_deref().map(|it| cursor::read(app, place, ("cursor", it))).transpose()?;
    let mut rows = audit::list(app.store.reader(), org, &list.filter, after, limit.saturating_add(1)).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().filter(|_| has_more);
    let next = last.map(|it| cursor::write(app, place, &it.place())).transpose()?;
    Ok(Page { events: history::told(app, org, rows).await?, next })
}

/// A deed with all that is kept of it.
pub async fn show(app: &App, actor: &Actor, org: OrgId, id: AuditId) -> Result<Event, Error> {
    may_read(app, actor, org).await?;
    let found = audit::find(app.store.reader(), org, id).await?.ok_or(Error::NotFound("deed"))?;
    history::told(app, org, vec![found]).await?.pop().ok_or(Error::NotFound("deed"))
}

/// A deed as programs read it.
pub fn entry(event: &Event) -> AuditEntry {
    let row = &event.row;
    let named = |kind: &str, id: &str, label: &Label| Named {
        kind: kind.to_owned(),
        id: Some(id.to_owned()).filter(|it| !it.is_empty()),
        label: label.now.clone(),
        label_at_time: label.then.as_ref().unwrap_or(&label.now).clone(),
    };
    AuditEntry {
        id: row.id,
        at: row.at.rfc3339(),
        action: row.action.clone(),
        outcome: row.outcome.clone(),
        actor: named(&row.actor_kind, &row.actor_id, &event.by),
        session_id: row.session,
        target: named(&row.target_kind, &row.target_id, &event.target),
        changes: serde_json::from_str(&row.changes).unwrap_or_default(),
    }
}

/// A part of the log on its way out. It is recorded already.
pub struct Export {
    /// The name of the file.
    pub name: String,
    /// Its format.
    pub format: Format,
    pub(super) app: App,
    pub(super) actor: Actor,
    pub(super) org: OrgId,
    pub(super) slug: String,
    pub(super) filter: AuditFilter,
    pub(super) asked_at: Timestamp,
    /// Where it ends in the chain; nothing where it holds whatever there is.
    pub(super) end: Option<Kept>,
}

/// What was written of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// How many deeds.
    pub deeds: u64,
    /// The lowest and the highest of their numbers, where the export ends in the chain.
    pub seqs: Option<(i64, i64)>,
}

/// Records that what a filter finds leaves, and hands it over.
pub async fn export(
    app: &App,
    actor: &Actor,
    org: OrgId,
    filter: &AuditFilter,
    format: Format,
) -> Result<Export, Error> {
    let (tx, permit) = ask(app, actor, org, filter, format).await?;
    let (slug, asked_at) = (slug(&tx), tx.now);
    tx.commit(permit).await?;
    let (app, actor, filter, name) = (app.clone(), actor.clone(), filter.clone(), name(&slug, asked_at, format));
    Ok(Export { name, format, app, actor, org, slug, filter, asked_at, end: None })
}

/// Asks for a part of the log as a file, for a unit that keeps the record of it.
pub(super) async fn ask(
    app: &App,
    actor: &Actor,
    org: OrgId,
    filter: &AuditFilter,
    format: Format,
) -> Result<(Tx, Permit), Error> {
    actor.knows(org)?;
    let tx = app.begin(org).await?;
    let action = Action::ExportAudit { format: format.word(), filter: filter.words() };
    let target = Target::Organisation { id: org, label: slug(&tx) };
    let (tx, permit) = app.ask(tx, actor, action, target).await?;
    if format == Format::Xlsx && audit::are_more(&*tx, org, filter, WORKBOOK_MAX).await? {
        let problem = format!("a workbook has room for {WORKBOOK_MAX} deeds; narrow the filter, or choose csv");
        return Err(Error::malformed("format", problem));
    }
    Ok((tx, permit))
}

/// The short name of the organisation whose log it is.
pub(super) fn slug(tx: &Tx) -> String {
    tx.organisation().map_or_else(|_| INSTANCE.to_owned(), |it| it.slug.clone())
}

/// What a file of the log is called.
pub(super) fn name(slug: &str, asked_at: Timestamp, format: Format) -> String {
    format!("{slug}-audit-{}.{}", asked_at.date(), format.extension())
}

impl Export {
    /// The same, up to the end of the chain as it is now: what is behind it is not in the file, so that a manifest can say what is.
    pub async fn up_to_now(self) -> Result<Self, Error> {
        let end = audit_chain::newest_checkpoint(&self.app, self.org).await?;
        Ok(Self { end: Some(end.context("the audit log has no chain")?), ..self })
    }

    /// Writes it, newest first; answers what that was, and nothing when nobody took all of it.
    pub async fn write(&self, out: &mut (impl AsyncWrite + Unpin)) -> Result<Option<Written>, Error> {
        let (mut pieces, mut after, mut written) = (Pieces::new(self.format), None, Written::default());
        loop {
            may_still_export(&self.app, &self.actor, self.org).await?;
            let rows = audit::list(self.app.store.reader(), self.org, &self.filter, after, BATCH).await?;
            let is_last = u64::try_from(rows.len()).is_ok_and(|it| it < BATCH);
            after = rows.last().map(AuditRow::place);
            let rows = self.before_its_end(rows, &mut written).await?;
            let told = history::told(&self.app, self.org, rows).await?;
            let entries: Vec<_> = told.iter().map(entry).collect();
            // One deed may be a thousand events, so few of them are written at once.
            let mut rest = entries.as_slice();
            loop {
                let (some, others) = rest.split_at(rest.len().min(PIECE));
                if !is_taken(out, &pieces.more(some)?).await {
                    return Ok(None);
                }
                rest = others;
                if rest.is_empty() {
                    break;
                }
            }
            if is_last {
                // A workbook is packed now, which takes long.
                let packing = tokio::task::spawn_blocking(move || pieces.end());
                let end = packing.await.map_err(anyhow::Error::new)??;
                return Ok(is_taken(out, &end).await.then_some(written));
            }
        }
    }

    /// Those of the rows that are in the file, which are noted as written.
    async fn before_its_end(&self, mut rows: Vec<AuditRow>, written: &mut Written) -> Result<Vec<AuditRow>, Error> {
        if let Some(end) = &self.end {
            let ids: Vec<_> = rows.iter().map(|it| it.id).collect();
            let links = audit_seals::of_rows(self.app.store.reader(), self.org, &ids).await?;
            let seq = |row: &AuditRow| links.get(&row.id).map(|it| it.seq).filter(|it| *it <= end.seq);
            rows.retain(|row| seq(row).is_some());
            for seq in rows.iter().filter_map(seq) {
                let (first, last) = written.seqs.unwrap_or((seq, seq));
                written.seqs = Some((first.min(seq), last.max(seq)));
            }
        }
        written.deeds = written.deeds.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        Ok(rows)
    }
}

/// Asks anew: whoever is shut out meanwhile gets no more of a file.
pub(super) async fn may_still_export(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    let Some(account) = actor.account() else { return Ok(()) };
    let now = users::acting_now(app, org, account.id).await?.ok_or(Error::Unauthenticated)?;
    let (organisation, model) = app.store.organisation(org).await?;
    if organisation.is_suspended { Err(Error::Unauthenticated) } else { now.may(&model, EXPORT) }
}

/// True while somebody takes what is written.
pub(super) async fn is_taken(out: &mut (impl AsyncWrite + Unpin), piece: &[u8]) -> bool {
    let written = async {
        out.write_all(piece).await?;
        out.flush().await
    };
    matches!(timeout(STALLED, written).await, Ok(Ok(())))
}

/// So many deeds a workbook holds, which is made whole before any of it goes out.
const WORKBOOK_MAX: u64 = 50_000;
/// What the operator's own part of the log is called.
pub(super) const INSTANCE: &str = "instance";

pub(super) async fn may_read(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    actor.knows(org)?;
    let (label, decided) = match app.store.organisation(org).await {
        Ok((organisation, model)) => {
            let target = Target::Organisation { id: org, label: organisation.slug.clone() };
            (organisation.slug, actor.check(&model, &Action::ReadAudit, &target))
        }
        Err(Error::NotFound(_)) if org == OrgId::OPERATOR => {
            let target = Target::Organisation { id: org, label: INSTANCE.to_owned() };
            (INSTANCE.to_owned(), actor.check(&unit::preset()?, &Action::ReadAudit, &target))
        }
        Err(other) => return Err(other),
    };
    if let Err(Error::Denied(_)) = &decided {
        let record = actor.denial_record(&Action::ReadAudit, &Target::Organisation { id: org, label });
        app.store.record(record, app.now()).await?;
    }
    decided
}
