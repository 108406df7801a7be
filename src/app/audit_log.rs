//! The audit log for those who look after an organisation: looked through, shown deed by deed, and exported.
//!
//! **Invariant:** whoever may not read it is refused, and the refusal is recorded.
//! **Invariant:** nothing leaves as a file before it is recorded that it does, in which format and which part.
//! **Invariant:** an export has so many rows in memory, however long it is, and a workbook, which is made whole, so many in all; it
//! ends when nobody takes it, and when whoever asked for it may not have it any more.

use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::app::history::{self, Event, Label};
use crate::app::{App, cursor, unit, users};
use crate::domain::audit_entry::{AuditEntry, Named, Pieces};
use crate::domain::id::{AuditId, OrgId};
use crate::domain::policy::{Action, Actor, Target};
use crate::domain::{Error, Flaw};
use crate::store::audit;

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
    app: App,
    actor: Actor,
    org: OrgId,
    filter: AuditFilter,
}

/// Records that what a filter finds leaves, and hands it over.
pub async fn export(
    app: &App,
    actor: &Actor,
    org: OrgId,
    filter: &AuditFilter,
    format: Format,
) -> Result<Export, Error> {
    is_own(actor, org)?;
    let tx = app.begin(org).await?;
    let slug = tx.organisation().map_or_else(|_| INSTANCE.to_owned(), |it| it.slug.clone());
    let name = format!("{slug}-audit-{}.{}", tx.now.date(), format.extension());
    let action = Action::ExportAudit { format: format.word(), filter: filter.words() };
    let (tx, permit) = app.ask(tx, actor, action, Target::Organisation { id: org, label: slug }).await?;
    if format == Format::Xlsx && audit::are_more(&*tx, org, filter, WORKBOOK_MAX).await? {
        let problem = format!("a workbook has room for {WORKBOOK_MAX} deeds; narrow the filter, or choose csv");
        return Err(Error::malformed("format", problem));
    }
    tx.commit(permit).await?;
    let (app, actor, filter) = (app.clone(), actor.clone(), filter.clone());
    Ok(Export { name, format, app, actor, org, filter })
}

impl Export {
    /// Writes it, newest first; answers how many deeds that were, and nothing when nobody took all of them.
    pub async fn write(self, out: &mut (impl AsyncWrite + Unpin)) -> Result<Option<u64>, Error> {
        let (mut pieces, mut after, mut count) = (Pieces::new(self.format), None, 0_u64);
        loop {
            self.may_go_on().await?;
            let rows = audit::list(self.app.store.reader(), self.org, &self.filter, after, BATCH).await?;
            let size = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            after = rows.last().map(audit::AuditRow::place);
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
            count = count.saturating_add(size);
            if size < BATCH {
                // A workbook is packed now, which takes long.
                let packing = tokio::task::spawn_blocking(move || pieces.end());
                let end = packing.await.map_err(anyhow::Error::new)??;
                return Ok(is_taken(out, &end).await.then_some(count));
            }
        }
    }

    /// Asks anew: whoever is shut out meanwhile gets no more of it.
    async fn may_go_on(&self) -> Result<(), Error> {
        let Some(account) = self.actor.account() else { return Ok(()) };
        let now = users::acting_now(&self.app, self.org, account.id).await?.ok_or(Error::Unauthenticated)?;
        let (organisation, model) = self.app.store.organisation(self.org).await?;
        if organisation.is_suspended { Err(Error::Unauthenticated) } else { now.may(&model, EXPORT) }
    }
}

/// True while somebody takes what is written.
async fn is_taken(out: &mut (impl AsyncWrite + Unpin), piece: &[u8]) -> bool {
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
    is_own(actor, org)?;
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

fn is_own(actor: &Actor, org: OrgId) -> Result<(), Error> {
    if actor.org().is_none_or(|own| own == org) { Ok(()) } else { Err(Error::NotFound("organisation")) }
}
