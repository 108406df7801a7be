//! The chain over each organisation's audit: made a moment after the rows, signed now and then, gone through once a day, and cut
//! off at its old end.
//!
//! **Invariant:** a row is part of the change that it tells of, and of the chain soon after; a node that dies between leaves it
//! to the next.
//! **Invariant:** only whole parts up to a checkpoint are ever taken away, and that checkpoint stays. The record of it names the
//! number, so that the chain itself tells what is missing.

mod verify;

use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::app::audit_log::may_read;
use crate::app::seal::is_signed;
use crate::domain::audit_chain::{Hidden, Row, Salts, link, origin, statement};
use crate::domain::id::OrgId;
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Actor, JOB_AUDIT, Target};
use crate::domain::secret::random_bytes;
use crate::domain::{Error, Timestamp};
use crate::store::audit_seals::{self, Checkpoint, Seal, Seen, Verification};
use crate::store::{Reader, Tx, organisations, past};

pub use verify::verify;

/// A row that is older by more than this than what was sealed before it is none of ours: no node writes so late.
const LATE: Duration = Duration::from_hours(1);
/// What others left is looked for at least so often where rows are written: well before it is late.
const LOOKED_EVERY: Duration = Duration::from_mins(15);
/// So many rows one unit seals.
const AT_ONCE: u64 = 500;
/// After so many links, or so long, one is signed.
const SIGNED_AFTER: i64 = 1_000;
const SIGNED_EVERY: Duration = Duration::from_mins(5);
/// A chain is gone through so often.
const VERIFIED_EVERY: Duration = Duration::from_hours(24);
/// Nothing is taken away where the last time is longer ago than this: a clock may have been set on, and what is not old is not to
/// go for that. The next day it is.
const TRUSTED_FOR: Duration = Duration::from_hours(48);
/// So many problems are told one by one.
pub const PROBLEMS_TOLD: usize = 100;

/// How far the audit of an organisation is sealed, and what came of going through it.
#[derive(Debug, Clone)]
pub struct Integrity {
    /// The number of the newest link.
    pub sealed: i64,
    /// What came of going through the chain last.
    pub verification: Option<Verification>,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The number of the link; nothing for rows without one.
    pub seq: Option<i64>,
    /// What is wrong there.
    pub what: String,
}

/// What came of going through a chain now.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many links there are.
    pub links: u64,
    /// The number of the newest.
    pub seq: i64,
    /// The newest.
    pub link: String,
    /// What is wrong, the first [`PROBLEMS_TOLD`] of it.
    pub problems: Vec<Problem>,
    /// How much that is.
    pub problem_count: u64,
}

/// A checkpoint as it is handed out, to be kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The organisation.
    pub organisation: OrgId,
    /// The number of the link.
    pub seq: i64,
    /// The link.
    pub link: String,
    /// When it was signed, in milliseconds since the epoch.
    pub at: i64,
    /// What it is checked with (Ed25519), in base64.
    pub public_key: String,
    /// The signature, in base64.
    pub signature: String,
}

impl Kept {
    fn of(org: OrgId, it: &Checkpoint) -> Self {
        Self {
            organisation: org,
            seq: it.seq,
            link: it.link.clone(),
            at: it.at.millis(),
            public_key: it.public_key.clone(),
            signature: it.signature.clone(),
        }
    }

    fn is_signed(&self) -> bool {
        let said = statement(self.organisation, self.seq, &self.link, self.at);
        is_signed(said.as_bytes(), (&self.public_key, &self.signature))
    }
}

/// How far the audit is sealed, for whoever may read it.
pub async fn integrity(app: &App, actor: &Actor, org: OrgId) -> Result<Integrity, Error> {
    may_read(app, actor, org).await?;
    let db = app.store.reader();
    Ok(Integrity {
        sealed: audit_seals::tip(db, org).await?.map_or(0, |it| it.0),
        verification: audit_seals::verification(db, org).await?,
    })
}

/// The checkpoints of an organisation, newest first, for whoever may read the audit.
pub async fn checkpoints(app: &App, actor: &Actor, org: OrgId, most: u64) -> Result<Vec<Kept>, Error> {
    may_read(app, actor, org).await?;
    let found = audit_seals::checkpoints(app.store.reader(), org, most).await?;
    Ok(found.iter().map(|it| Kept::of(org, it)).collect())
}

/// Seals what there is, and hands out the newest checkpoint; for the operator.
pub async fn newest_checkpoint(app: &App, org: OrgId) -> Result<Option<Kept>, Error> {
    seal(app, org).await?;
    sign_end(app, org, Duration::ZERO).await?;
    let newest = audit_seals::checkpoints(app.store.reader(), org, 1).await?.pop();
    Ok(newest.map(|it| Kept::of(org, &it)))
}

/// Reads checkpoints that were kept elsewhere: one a line, as they were handed out.
pub fn read_kept(path: &Path) -> Result<Vec<Kept>, Error> {
    let text = std::fs::read_to_string(path).map_err(anyhow::Error::new)?;
    let lines = text.lines().filter(|it| !it.trim().is_empty());
    let read = |line| serde_json::from_str(line).map_err(|_| Error::malformed("checkpoint", "a line is no checkpoint"));
    lines.map(read).collect()
}

/// Seals what was written in this process since the last time.
pub async fn seal_new(app: &App) -> Result<(), Error> {
    for org in app.store.unsealed.waiting() {
        if let Err(failure) = seal_own(app, org).await {
            tracing::error!(org.id = %org, failure = %failure, "the audit could not be sealed; it is tried again");
        }
    }
    Ok(())
}

/// Seals what was left behind by a node that died, and goes through the chains that were not gone through for a day.
pub(crate) async fn tend(app: &App) -> Result<(), Error> {
    let db = app.store.reader();
    // Of one that goes, the chain has been told of and is going as well.
    let is_kept = |it: &Organisation| it.deletion.and_then(|it| it.erased_since).is_none();
    let mut all: Vec<OrgId> = organisations::list(db).await?.into_iter().filter(is_kept).map(|it| it.id).collect();
    all.push(OrgId::OPERATOR);
    for org in all {
        if let Err(failure) = look_after(app, org).await {
            tracing::error!(org.id = %org, failure = %failure, "the audit could not be looked after; it is tried again");
        }
    }
    Ok(())
}

async fn look_after(app: &App, org: OrgId) -> Result<(), Error> {
    seal(app, org).await?;
    sign_end(app, org, SIGNED_EVERY).await?;
    let last = audit_seals::verification(app.store.reader(), org).await?;
    // One that lies ahead was noted by a clock that was wrong.
    let age = last.as_ref().filter(|it| it.at <= app.now()).map(|it| app.now().since(it.at));
    if age.is_some_and(|it| it < VERIFIED_EVERY) {
        return Ok(());
    }
    if org != OrgId::OPERATOR && age.is_some_and(|it| it < TRUSTED_FOR) {
        retain(app, org).await?;
        seal(app, org).await?;
    }
    let report = verify(app, org, &[]).await?;
    let is_well = report.problem_count == 0;
    let kept = Verification {
        at: app.now(),
        // What was there when all was well is looked for until it is there again.
        seen: if is_well { Some(report.seen(app.now())) } else { last.and_then(|it| it.seen) },
        problems: report.problem_count,
        first_problem: report.problems.first().map(Problem::sentence).unwrap_or_default(),
    };
    if !is_well {
        tracing::error!(org.id = %org, problems = report.problem_count, first = kept.first_problem, "the audit was changed");
    }
    let tx = app.begin(org).await?;
    audit_seals::keep_verification(&tx, &kept).await?;
    tx.commit_all(Vec::new()).await
}

impl Report {
    fn seen(&self, at: Timestamp) -> Seen {
        Seen { at, seq: self.seq, link: self.link.clone() }
    }
}

impl Problem {
    /// The problem in a sentence.
    pub fn sentence(&self) -> String {
        match self.seq {
            Some(seq) => format!("number {seq}: {}", self.what),
            None => self.what.clone(),
        }
    }
}

/// Makes the links of the rows that were written here. It is known of when the oldest of them is, so that however much was
/// written in the last hour, none of it is looked at again; but what others left is to have its links before newer rows do.
async fn seal_own(app: &App, org: OrgId) -> Result<(), Error> {
    if app.store.unsealed.was_looked_at(org).is_none_or(|at| app.now().since(at) >= LOOKED_EVERY) {
        return seal(app, org).await;
    }
    let since = app.store.unsealed.begin(org);
    seal_from(app, org, since).await
}

/// Makes the links of the rows that have none, whoever wrote them.
pub(crate) async fn seal(app: &App, org: OrgId) -> Result<(), Error> {
    let now = app.now();
    app.store.unsealed.begin(org);
    let since = oldest_of_ours(app.store.reader(), org, now).await?;
    match audit_seals::unsealed(app.store.reader(), org, since, 1).await?.is_empty() {
        true => app.store.unsealed.sealed(org),
        false => seal_from(app, org, since).await?,
    }
    app.store.unsealed.look_at(org, now);
    Ok(())
}

/// Makes the links of the rows from a moment on that have none.
async fn seal_from(app: &App, org: OrgId, mut since: Option<Timestamp>) -> Result<(), Error> {
    loop {
        let tx = app.begin(org).await?;
        // Another node may have been faster.
        let tip = audit_seals::tip(&*tx, org).await?;
        let rows = audit_seals::unsealed(&*tx, org, since, AT_ONCE).await?;
        let made = seals(tip.unwrap_or_else(|| (0, origin(org))), &rows);
        audit_seals::insert(&tx, &made).await?;
        sign(app, &tx, SIGNED_EVERY).await?;
        tx.commit_all(Vec::new()).await?;
        if u64::try_from(rows.len()).is_ok_and(|it| it < AT_ONCE) {
            app.store.unsealed.sealed(org);
            return Ok(());
        }
        since = rows.last().map(|it| Timestamp::from_millis(it.at)).or(since);
    }
}

/// Where the rows begin that may still get a link; a row of a clock that is ahead leaves none behind that others write.
async fn oldest_of_ours(db: &impl Reader, org: OrgId, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    Ok(audit_seals::sealed_until(db, org).await?.map(|it| it.min(now).before(LATE)))
}

fn seals((mut seq, mut before): (i64, String), rows: &[Row]) -> Vec<Seal> {
    let mut made = Vec::new();
    for row in rows {
        seq += 1;
        let salts = Salts([(); 3].map(|()| Some(STANDARD.encode(random_bytes::<16>()))));
        let hidden = Hidden::default();
        before = link(&before, seq, row, (&salts, &hidden));
        made.push(Seal { seq, id: row.id, salts, hidden, link: before.clone() });
    }
    made
}

/// Signs the end of a chain that nothing was added to, when that was not done for so long.
async fn sign_end(app: &App, org: OrgId, after: Duration) -> Result<(), Error> {
    if due_to_sign(app.store.reader(), (org, app.now()), after).await?.is_none() {
        return Ok(());
    }
    let tx = app.begin(org).await?;
    sign(app, &tx, after).await?;
    tx.commit_all(Vec::new()).await
}

/// The newest link, when the last signed one is so long or so many links behind it.
async fn due_to_sign(
    db: &impl Reader,
    (org, now): (OrgId, Timestamp),
    after: Duration,
) -> Result<Option<(i64, String)>, Error> {
    let last = audit_seals::checkpoints(db, org, 1).await?.pop();
    let is_due = |seq: i64| match &last {
        Some(it) => it.seq < seq && (seq - it.seq >= SIGNED_AFTER || now.since(it.at) >= after),
        None => true,
    };
    Ok(audit_seals::tip(db, org).await?.filter(|it| is_due(it.0)))
}

/// Signs the newest link, when the last signed one is far behind.
async fn sign(app: &App, tx: &Tx, after: Duration) -> Result<(), Error> {
    let Some((seq, link)) = due_to_sign(&**tx, (tx.org, tx.now), after).await? else { return Ok(()) };
    let signed = app.seal.sign_record(statement(tx.org, seq, &link, tx.now.millis()).as_bytes());
    let checkpoint = Checkpoint { seq, link, at: tx.now, public_key: signed.public_key, signature: signed.signature };
    audit_seals::insert_checkpoint(tx, &checkpoint).await?;
    // Wherever the log goes, a copy is kept that nobody reaches who reaches the database.
    tracing::info!(
        org.id = %tx.org,
        audit.seq = checkpoint.seq,
        audit.link = checkpoint.link,
        audit.at = checkpoint.at.millis(),
        audit.public_key = checkpoint.public_key,
        audit.signature = checkpoint.signature,
        "audit checkpoint"
    );
    Ok(())
}

/// Goes through a chain for whoever may read the audit.
pub async fn verify_for(app: &App, actor: &Actor, org: OrgId, kept: &[Kept]) -> Result<Report, Error> {
    may_read(app, actor, org).await?;
    seal(app, org).await?;
    verify(app, org, kept).await
}

/// Takes away what is older than the policy keeps, in whole parts, unless it is held.
async fn retain(app: &App, org: OrgId) -> Result<(), Error> {
    let tx = app.begin(org).await?;
    // The unit waits for whoever says right now that it is held.
    let organisation = tx.organisation()?;
    let rules = organisation.rules(tx.roles()?).audit;
    if rules.hold {
        return Ok(());
    }
    let before = tx.now.before(Duration::from_hours(24 * u64::from(rules.keep_days)));
    let Some(end) = audit_seals::checkpoint_before(&*tx, org, before).await? else { return Ok(()) };
    let gone = audit_seals::prune(&tx, end.seq).await?;
    if gone == 0 {
        return Ok(());
    }
    // What ended before goes with the log, so that the record tells from when on the past is known.
    past::forget_before(&tx, before).await?;
    let target = Target::Organisation { id: org, label: organisation.slug.clone() };
    let action = Action::RetainAudit { rows: gone, before: Timestamp::date(before), seq: end.seq };
    let (tx, permit) = app.ask(tx, &Actor::Job(JOB_AUDIT), action, target).await?;
    tx.commit(permit).await
}
