//! What proves a review: what it was about, what was decided and what became of it, as files with a signed list of them.
//!
//! **Invariant:** the same review makes the same files, byte for byte, whenever they are asked for, as long as people are called
//! what they were; who they are stands beside it as an id, which does not change.

use serde::Serialize;
use serde_json::{Value, json};

use super::item::digest;
use super::{Item, Review};
use crate::domain::archive::{self, Listed};
use crate::domain::user_export::text;
use crate::domain::workbook::{Sheet, broken, bytes};
use crate::domain::{Error, Timestamp};

/// The columns of a place.
const COLUMNS: [&str; 20] = [
    "item",
    "holder_kind",
    "holder_id",
    "holder",
    "user_name",
    "held_kind",
    "held",
    "via",
    "kept_by_provider",
    "last_active_at",
    "mfa",
    "risks",
    "reviewer_id",
    "reviewer",
    "decision",
    "comment",
    "decided_at",
    "outcome",
    "why",
    "ended_at",
];

/// What the files are made of besides the review.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The short name of the organisation.
    pub organisation: String,
    /// What each of the reviewers is called.
    pub reviewers: Vec<(crate::domain::id::UserId, String)>,
}

/// The list of the files, which is what is signed.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    organisation: &'a str,
    review: String,
    name: &'a str,
    scope: &'static str,
    staged_at: String,
    opened_at: Option<String>,
    due_at: Option<String>,
    closed_at: Option<String>,
    population: u64,
    /// The digest that was made when the review was staged.
    population_sha256: &'a str,
    /// True while the places still are what they were then.
    population_is_unchanged: bool,
    files: Vec<Listed>,
}

/// The files in one ZIP archive; `sign` signs the bytes of the manifest and answers what stands in `manifest.sig`.
pub fn pack(
    review: &Review,
    items: &[Item],
    around: &Surroundings,
    sign: impl FnOnce(&[u8]) -> Value,
) -> Result<Vec<u8>, Error> {
    let rows: Vec<[String; COLUMNS.len()]> = items.iter().map(|it| row(it, around)).collect();
    let files = [("items.csv", csv(&rows)?), ("items.xlsx", xlsx(review, &rows)?), ("items.json", json_of(&rows)?)];
    let manifest = Manifest {
        organisation: &around.organisation,
        review: review.id.to_string(),
        name: &review.name,
        scope: review.terms.scope.word(),
        staged_at: review.created_at.rfc3339(),
        opened_at: review.opened_at.map(Timestamp::rfc3339),
        due_at: review.due_at.map(Timestamp::rfc3339),
        closed_at: review.closed_at.map(Timestamp::rfc3339),
        population: review.population,
        population_sha256: &review.digest,
        population_is_unchanged: digest(items) == review.digest,
        files: files.iter().map(Listed::of).collect(),
    };
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(broken)?;
    let signature = serde_json::to_vec_pretty(&sign(&manifest)).map_err(broken)?;
    archive::pack([("manifest.json", manifest), ("manifest.sig", signature)].into_iter().chain(files))
}

fn row(it: &Item, around: &Surroundings) -> [String; COLUMNS.len()] {
    let decided = it.decided.as_ref().filter(|it| it.is_submitted);
    let asked = decided.map(|it| it.by).or(it.reviewer);
    let asked_id = asked.map(|it| it.to_string()).unwrap_or_default();
    // Whoever is gone has no name any more.
    let named = around.reviewers.iter().find(|(id, _)| Some(*id) == asked).map(|(_, name)| name.clone());
    let moment = |at: Option<Timestamp>| at.map(Timestamp::rfc3339).unwrap_or_default();
    let decision = decided.map(|it| match it.what.role() {
        Some(role) => format!("reduce to {role}"),
        None => it.what.word().to_owned(),
    });
    [
        it.id.to_string(),
        it.holder.kind().to_owned(),
        it.holder.id(),
        it.holder_name.clone(),
        it.user_name.clone(),
        it.held.kind().to_owned(),
        it.held_name.clone(),
        it.via.clone(),
        if it.is_of_provider { "yes" } else { "" }.to_owned(),
        moment(it.facts.last_active),
        it.facts.mfa.clone().unwrap_or_default(),
        it.facts.risks.iter().map(|it| it.word()).collect::<Vec<_>>().join(" "),
        asked_id.clone(),
        named.unwrap_or(asked_id),
        decision.unwrap_or_default(),
        decided.map(|it| it.comment.clone()).unwrap_or_default(),
        moment(decided.map(|it| it.at)),
        it.ended.as_ref().map(|it| it.what.word().to_owned()).unwrap_or_default(),
        it.ended.as_ref().map(|it| it.why.clone()).unwrap_or_default(),
        moment(it.ended.as_ref().map(|it| it.at)),
    ]
}

fn csv(rows: &[[String; COLUMNS.len()]]) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(broken)?;
    for row in rows {
        writer.write_record(row.iter().map(|it| text(it).into_owned())).map_err(broken)?;
    }
    writer.into_inner().map_err(|cause| broken(cause.into_error()))
}

fn xlsx(review: &Review, rows: &[[String; COLUMNS.len()]]) -> Result<Vec<u8>, Error> {
    let mut sheet = Sheet::new("Items", &COLUMNS)?;
    for row in rows {
        sheet.push(&row.each_ref().map(String::as_str))?;
    }
    bytes(vec![sheet], Some(review.created_at))
}

fn json_of(rows: &[[String; COLUMNS.len()]]) -> Result<Vec<u8>, Error> {
    let objects = rows.iter().map(|row| {
        let pairs = COLUMNS.iter().zip(row).map(|(name, value)| ((*name).to_owned(), json!(value)));
        Value::Object(pairs.collect())
    });
    serde_json::to_vec_pretty(&objects.collect::<Vec<_>>()).map_err(broken)
}
