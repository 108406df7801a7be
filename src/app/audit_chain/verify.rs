//! Going through a chain: every link, every checkpoint, and what the chain itself says of its missing beginning.
//!
//! **Invariant:** only the key of this instance makes a checkpoint, so whoever writes to the database makes none.
//! **Invariant:** a chain begins with its first link, or behind a checkpoint that is old enough and that the chain itself names as
//! the end of what was taken away.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use super::{AT_ONCE, Kept, PROBLEMS_TOLD, Problem, Report, oldest_of_ours};
use crate::app::App;
use crate::domain::audit_chain::{Part, Row, link, origin};
use crate::domain::id::OrgId;
use crate::domain::organisation::AUDIT_DAYS;
use crate::domain::policy::Change;
use crate::domain::text::fold;
use crate::domain::{Error, Timestamp};
use crate::store::Reader;
use crate::store::audit_seals::{self, Seal, Seen};

/// The record of rows that were taken away because they were old.
const RETAINED: &str = "audit.retention_applied";
/// The record of an export, whose search an erasure takes away.
const EXPORTED: &str = "audit.exported";
const SUCCESS: &str = "success";

/// Goes through the whole chain of an organisation, and through the checkpoints that were kept elsewhere.
pub async fn verify(app: &App, org: OrgId, kept: &[Kept]) -> Result<Report, Error> {
    let report = walk(app, org, kept).await?;
    if report.problem_count == 0 {
        return Ok(report);
    }
    // Somebody may have been erased, or what is old taken away, between two pages; what was changed is so the second time too.
    walk(app, org, kept).await
}

async fn walk(app: &App, org: OrgId, kept: &[Kept]) -> Result<Report, Error> {
    let db = app.store.reader();
    let seen = audit_seals::verification(db, org).await?.and_then(|it| it.seen);
    let mut walk = Walk { seen, ..Walk::default() };
    walk.read_own(app, org).await?;
    walk.read_kept(app, kept.iter().filter(|it| it.organisation == org));
    walk.erased = audit_seals::erased(db, org).await?;
    let (stump, mut before) = walk.begin(db, org).await?;
    loop {
        let some = audit_seals::after(db, org, walk.report.seq, AT_ONCE).await?;
        for (seal, row) in &some {
            walk.go_over(&before, seal, row.as_ref());
            before.clone_from(&seal.link);
        }
        if u64::try_from(some.len()).is_ok_and(|it| it < AT_ONCE) {
            break;
        }
    }
    if let Some(stump) = stump {
        walk.check_stump(&stump, app.now());
    }
    walk.check_end();
    if let Some(seen) = walk.seen.filter(|it| it.seq > walk.report.seq) {
        let day = seen.at.date();
        walk.report.add(Some(seen.seq), &format!("the chain ends before this, and did not on {day}"));
    }
    if let Some(since) = oldest_of_ours(db, org, app.now()).await? {
        let strange = audit_seals::count_unsealed(db, org, since).await?;
        if strange > 0 {
            walk.report.add(None, &format!("rows that are not part of the chain: {strange}"));
        }
    }
    Ok(walk.report)
}

/// What is known on the way.
#[derive(Default)]
struct Walk {
    report: Report,
    /// The checkpoints of the database that are genuine: the link of each number, and when it was signed.
    own: BTreeMap<i64, (String, Timestamp)>,
    /// The end of the chain when all was well last.
    seen: Option<Seen>,
    /// The links of those that were kept elsewhere.
    kept: HashMap<i64, Vec<String>>,
    /// Those whose erasure is recorded.
    erased: HashSet<String>,
    /// Up to which numbers rows were taken away, as the chain tells.
    retained: HashSet<i64>,
}

/// Where a chain begins from which something was taken away.
struct Stump {
    seq: i64,
    at: Timestamp,
}

impl Walk {
    async fn read_own(&mut self, app: &App, org: OrgId) -> Result<(), Error> {
        let mut after = -1;
        loop {
            let some = audit_seals::checkpoints_after(app.store.reader(), org, after, AT_ONCE).await?;
            for it in &some {
                if self.is_genuine(app, &Kept::of(org, it)) {
                    self.own.insert(it.seq, (it.link.clone(), it.at));
                }
                after = it.seq;
            }
            if u64::try_from(some.len()).is_ok_and(|it| it < AT_ONCE) {
                return Ok(());
            }
        }
    }

    fn read_kept<'k>(&mut self, app: &App, kept: impl Iterator<Item = &'k Kept>) {
        for it in kept {
            if self.is_genuine(app, it) {
                self.kept.entry(it.seq).or_default().push(it.link.clone());
            }
        }
    }

    /// True where the signature is ours; told where it is not.
    fn is_genuine(&mut self, app: &App, it: &Kept) -> bool {
        if it.public_key != app.seal.record_key() {
            self.report.add(Some(it.seq), "the checkpoint was signed with the key of another instance");
            return false;
        }
        if !it.is_signed() {
            self.report.add(Some(it.seq), "the signature of the checkpoint does not fit");
            return false;
        }
        true
    }

    /// Where the chain begins, and the link before its first one.
    async fn begin(&mut self, db: &impl Reader, org: OrgId) -> Result<(Option<Stump>, String), Error> {
        // Links are numbered from 1; another one would make a row look sealed that is not.
        if let Some((seal, _)) = audit_seals::after(db, org, i64::MIN, 1).await?.first().filter(|it| it.0.seq < 1) {
            self.report.add(Some(seal.seq), "a link stands before the first");
        }
        let first = audit_seals::after(db, org, 0, 1).await?.first().map(|it| it.0.seq);
        let stump = match first {
            Some(1) => None,
            Some(first) => self.own.get_key_value(&(first - 1)),
            // All that there was may have been old.
            None => self.own.last_key_value(),
        };
        if let Some((seq, (link, at))) = stump {
            let (seq, link, at) = (*seq, link.clone(), *at);
            self.report.seq = seq;
            self.compare(seq, &link);
            return Ok((Some(Stump { seq, at }), link));
        }
        if let Some(first) = first.filter(|it| *it > 1) {
            self.report.add(Some(1), "the links from here on are gone");
            self.report.seq = first - 1;
        }
        Ok((None, origin(org)))
    }

    fn go_over(&mut self, before: &str, seal: &Seal, row: Option<&Row>) {
        let next = self.report.seq + 1;
        if seal.seq != next {
            self.report.add(Some(next), "links are gone");
        }
        self.report.seq = seal.seq;
        self.report.links += 1;
        match row {
            None => self.report.add(Some(seal.seq), "the row is gone"),
            Some(row) if link(before, seal.seq, row, (&seal.salts, &seal.hidden)) != seal.link => {
                self.report.add(Some(seal.seq), &format!("the row {} is not the one that was sealed", row.id));
            }
            Some(row) => {
                self.retained.extend(retained(row));
                self.check_hidden(seal, row);
                let names = [(&row.keys[0], &row.texts[0]), (&row.keys[1], &row.texts[1])];
                if names.into_iter().any(|(key, name)| key.as_ref().is_some_and(|it| *it != fold(name))) {
                    self.report.add(Some(seal.seq), "the row is not found by the names that it has");
                }
            }
        }
        if self.own.get(&seal.seq).is_some_and(|(link, _)| *link != seal.link) {
            self.report.add(Some(seal.seq), "the checkpoint has another link");
        }
        self.compare(seal.seq, &seal.link);
    }

    /// Compares a link with what was said of it elsewhere, and when all was well last.
    fn compare(&mut self, seq: i64, link: &str) {
        link.clone_into(&mut self.report.link);
        if let Some(seen) = self.seen.as_ref().filter(|it| it.seq == seq && it.link != *link) {
            let day = seen.at.date();
            self.report.add(Some(seq), &format!("the link is another one than on {day}"));
        }
        if self.kept.get(&seq).is_some_and(|links| links.iter().any(|it| it != link)) {
            self.report.add(Some(seq), "a kept checkpoint has another link");
        }
    }

    /// Whether what is hidden in a row is what an erasure hides.
    fn check_hidden(&mut self, seal: &Seal, row: &Row) {
        let [actor_label, target_label, changes] = &row.texts;
        let is_erased = |id: &String| self.erased.contains(id);
        let may_lose_values = is_erased(&row.target_id) || (row.action == EXPORTED && !self.erased.is_empty());
        let is_right = |part| match part {
            Part::ActorLabel => is_erased(&row.actor_id) && *actor_label == row.actor_id,
            Part::TargetLabel => is_erased(&row.target_id) && *target_label == row.target_id,
            Part::Changes => may_lose_values && has_no_values(changes),
        };
        let hidden = Part::ALL.into_iter().zip(&seal.hidden.0).filter(|(_, it)| it.is_some());
        let wrong: Vec<Part> = hidden.map(|it| it.0).filter(|it| !is_right(*it)).collect();
        for part in wrong {
            let what = match part {
                Part::ActorLabel => "the name of who did it",
                Part::TargetLabel => "the name of what it was done to",
                Part::Changes => "what changed",
            };
            self.report.add(Some(seal.seq), &format!("{what} is hidden, and not as an erasure does it"));
        }
    }

    /// Whether what is missing at the beginning was taken away because it was old.
    fn check_stump(&mut self, stump: &Stump, now: Timestamp) {
        let is_old = now.since(stump.at) >= Duration::from_hours(24 * u64::from(AUDIT_DAYS.0));
        if !is_old || !self.retained.contains(&stump.seq) {
            self.report.add(Some(stump.seq), "the links up to here are gone, and were not taken away for their age");
        }
    }

    fn check_end(&mut self) {
        let end = self.report.seq;
        let behind = self.own.keys().chain(self.kept.keys()).copied().filter(|it| *it > end);
        let behind: Vec<i64> = behind.collect();
        for seq in behind {
            self.report.add(Some(seq), "the chain ends before this checkpoint");
        }
    }
}

/// Up to which number rows were taken away, where a row tells that.
fn retained(row: &Row) -> Option<i64> {
    if row.action != RETAINED || row.outcome != SUCCESS || row.actor_kind != "job" {
        return None;
    }
    let [.., changes] = &row.texts;
    let changes: Vec<Change> = serde_json::from_str(changes).ok()?;
    changes.into_iter().find(|it| it.path == "seq")?.new?.as_i64()
}

/// True for the names of what changed without the values.
fn has_no_values(changes: &str) -> bool {
    let changes: Result<Vec<Change>, _> = serde_json::from_str(changes);
    changes.is_ok_and(|all| all.iter().all(|it| it.old.is_none() && it.new.is_none()))
}

impl Report {
    fn add(&mut self, seq: Option<i64>, what: &str) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_TOLD {
            self.problems.push(Problem { seq, what: what.to_owned() });
        }
    }
}
