//! The chain over the rows of an organisation's audit: each link stands for a row and for everything before it.
//!
//! What a person is called, and the values that changed, go into a link by a salted hash of their own. When somebody is erased,
//! that hash stays and its salt goes, so that nobody can guess what it stood for, and the chain is as good as before.
//!
//! **Invariant:** a row that was changed, taken away, put in or moved makes another link than the one that is kept.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::id::{AuditId, OrgId, SessionId};
use super::text::hexadecimal;

/// What of a row may be hidden one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the one was called who did it.
    ActorLabel,
    /// What it was called that it was done to.
    TargetLabel,
    /// What changed.
    Changes,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::ActorLabel, Self::TargetLabel, Self::Changes];
}

/// A row of the audit, as far as the chain is about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The organisation.
    pub org: OrgId,
    /// The identity of the row.
    pub id: AuditId,
    /// When it was done, in milliseconds since the epoch.
    pub at: i64,
    /// What was done.
    pub action: String,
    /// How it ended.
    pub outcome: String,
    /// What kind of actor did it.
    pub actor_kind: String,
    /// Who.
    pub actor_id: String,
    /// In which session.
    pub session: Option<SessionId>,
    /// What kind of thing it was done to.
    pub target_kind: String,
    /// To what.
    pub target_id: String,
    /// What may be hidden one day, in the order of [`Part::ALL`].
    pub texts: [String; 3],
    /// What the names are looked for by, where that is kept; no part of a link, because it follows from the names.
    pub keys: [Option<String>; 2],
}

/// What makes the hashes of the parts unguessable; nothing where a part is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salts(pub [Option<String>; 3]);

/// The hashes of the parts that are hidden.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hidden(pub [Option<String>; 3]);

/// The hash of a part of a row.
pub fn commitment(salt: &str, text: &str) -> String {
    hex(Sha256::new().chain_update(salt.as_bytes()).chain_update([0]).chain_update(text.as_bytes()))
}

/// The link before the first one of an organisation.
pub fn origin(org: OrgId) -> String {
    hex(Sha256::new().chain_update(b"doorward audit 1 ").chain_update(org.to_string().as_bytes()))
}

/// The link of a row behind another one.
pub fn link(before: &str, seq: i64, row: &Row, (salts, hidden): (&Salts, &Hidden)) -> String {
    let parts = row.texts.iter().zip(&salts.0).zip(&hidden.0).map(|((text, salt), hidden)| match (salt, hidden) {
        (_, Some(hash)) => hash.clone(),
        (Some(salt), None) => commitment(salt, text),
        (None, None) => String::new(),
    });
    let parts: Vec<String> = parts.collect();
    let session = row.session.map(|it| it.to_string());
    let line = serde_json::json!([
        before,
        seq,
        row.org,
        row.id,
        row.at,
        row.action,
        row.outcome,
        [&row.actor_kind, &row.actor_id],
        session,
        [&row.target_kind, &row.target_id],
        parts,
    ]);
    hex(Sha256::new().chain_update(line.to_string().as_bytes()))
}

/// What a checkpoint says, as it is signed.
pub fn statement(org: OrgId, seq: i64, link: &str, at: i64) -> String {
    format!("doorward audit checkpoint 1\n{org}\n{seq}\n{link}\n{at}\n")
}

fn hex(hash: Sha256) -> String {
    hexadecimal(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(nth: u8) -> Row {
        let text = |what: &str| format!("{what} {nth}");
        Row {
            org: OrgId::OPERATOR,
            id: AuditId::from_uuid(uuid::Uuid::from_u128(nth.into())),
            at: i64::from(nth) * 1_000,
            action: text("action"),
            outcome: "success".to_owned(),
            actor_kind: "user".to_owned(),
            actor_id: text("actor"),
            session: None,
            target_kind: "user".to_owned(),
            target_id: text("target"),
            texts: [text("who"), text("whom"), text("what")],
            keys: [None, None],
        }
    }

    fn salts(nth: u8) -> Salts {
        Salts([0, 1, 2].map(|part| Some(format!("salt {nth} {part}"))))
    }

    /// The links over these rows, in this order.
    fn chain(rows: &[(Row, Salts, Hidden)]) -> Vec<String> {
        let mut before = origin(OrgId::OPERATOR);
        let mut links = Vec::new();
        for (seq, (row, salts, hidden)) in (1..).zip(rows) {
            before = link(&before, seq, row, (salts, hidden));
            links.push(before.clone());
        }
        links
    }

    fn rows(count: u8) -> Vec<(Row, Salts, Hidden)> {
        (0..count).map(|nth| (row(nth), salts(nth), Hidden::default())).collect()
    }

    /// What was hidden leaves the chain as it was, and nothing else does.
    #[test]
    fn what_is_hidden_leaves_the_chain_as_it_was() {
        let before = rows(3);
        let mut after = before.clone();
        let hash = commitment(before[1].1.0[0].as_deref().unwrap(), &before[1].0.texts[0]);
        after[1].2.0[0] = Some(hash);
        after[1].1.0[0] = None;
        after[1].0.texts[0] = "019a".to_owned();

        assert_eq!(chain(&before), chain(&after));
        after[1].0.texts[1] = "another".to_owned();
        assert_ne!(chain(&before), chain(&after));
    }

    proptest! {
        /// PT-4: any single edit is seen: a value that is another one, a row that is gone, put in, or moved.
        #[test]
        fn pt_4_any_single_edit_makes_another_chain(at in 0_usize..6, other in 0_usize..6, what in 0_usize..13) {
            let before = rows(6);
            let mut after = before.clone();
            let it = &mut after[at].0;
            match what {
                0 => it.at += 1,
                1 => it.action.push('x'),
                2 => it.outcome = "denied".to_owned(),
                3 => it.actor_kind = "job".to_owned(),
                4 => it.actor_id.push('x'),
                5 => it.session = Some(SessionId::from_uuid(uuid::Uuid::from_u128(9))),
                6 => it.target_kind = "group".to_owned(),
                7 => it.target_id.push('x'),
                8..=10 => it.texts[what - 8].push('x'),
                11 => drop(after.remove(at)),
                _ => after.insert(at, (row(200), salts(200), Hidden::default())),
            }
            let (one, other_one) = (chain(&before), chain(&after));
            prop_assert_ne!(one.last(), other_one.last());
            let mut moved = before.clone();
            moved.swap(at, other);
            prop_assert_eq!(at == other, chain(&before) == chain(&moved));
        }
    }
}
