//! The deeds of access reviews.

use serde_json::{Value, json};

use super::Change;
use crate::domain::id::{ReviewItemId, UserId};
use crate::domain::review::{DECIDE, MANAGE};

/// A deed of an access review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewDeed {
    /// It is found out what a review is about.
    Stage {
        /// What it is about: `privileged`, `teams`.
        scope: &'static str,
        /// How many places.
        items: u64,
    },
    /// People are asked.
    Open {
        /// For so many days.
        days: u32,
    },
    /// A review is called off.
    Cancel,
    /// Nobody is asked any more, and what was decided is done.
    Close {
        /// How many places there are.
        items: u64,
        /// About how many it was decided.
        decided: u64,
        /// How many of those stay.
        kept: u64,
    },
    /// Everything that could be done is done.
    Finish {
        /// How many places an identity provider has in its hands.
        handed_over: u64,
        /// How many could not be done.
        refused: u64,
    },
    /// Somebody decides.
    Decide {
        /// About how many places.
        items: u64,
        /// How many of them stay.
        kept: u64,
        /// False while it is only noted down.
        is_submitted: bool,
    },
    /// Somebody else is asked.
    HandOn {
        /// About how many places.
        items: u64,
        /// Who.
        to: UserId,
    },
    /// Those who are asked are reminded.
    Remind {
        /// How many places are left.
        items: u64,
    },
    /// An identity provider has done what was handed over to it.
    NoteDone {
        /// The place.
        item: ReviewItemId,
    },
    /// There was no review in a quarter.
    NoteMissing {
        /// Which: `2026-Q4`.
        quarter: String,
    },
    /// A review that was due would have been too large.
    Skip,
    /// What proves a review is handed over.
    Export,
    /// Reviews begin by themselves from now on.
    CreateSchedule {
        /// What they are about.
        scope: &'static str,
        /// How often.
        every: &'static str,
    },
    /// They begin otherwise.
    ChangeSchedule {
        /// What changed.
        changes: Vec<Change>,
    },
    /// They begin no more.
    DeleteSchedule,
}

impl ReviewDeed {
    /// The name in the past tense, and the words after "may not".
    pub(super) const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Stage { .. } => ("review.staged", "stage reviews"),
            Self::Open { .. } => ("review.opened", "open reviews"),
            Self::Cancel => ("review.cancelled", "call reviews off"),
            Self::Close { .. } => ("review.closed", "close reviews"),
            Self::Finish { .. } => ("review.finished", "finish reviews"),
            Self::Decide { .. } => ("review.decided", "decide in reviews"),
            Self::HandOn { .. } => ("review.handed_on", "hand places of reviews on"),
            Self::Remind { .. } => ("review.reminded", "remind of reviews"),
            Self::NoteDone { .. } => ("review.done_at_provider", "note what identity providers have done"),
            Self::NoteMissing { .. } => ("review.missed", "note that there was no review"),
            Self::Skip => ("review.skipped", "skip reviews"),
            Self::Export => ("review.exported", "export reviews"),
            Self::CreateSchedule { .. } => ("review.schedule_created", "schedule reviews"),
            Self::ChangeSchedule { .. } => ("review.schedule_changed", "schedule reviews"),
            Self::DeleteSchedule => ("review.schedule_deleted", "schedule reviews"),
        }
    }

    /// The permission that it takes; none opens what the server does by itself.
    pub(in crate::domain::policy) const fn permission(&self) -> Option<&'static str> {
        match self {
            Self::Decide { .. } | Self::HandOn { .. } => Some(DECIDE),
            Self::Stage { .. }
            | Self::Open { .. }
            | Self::Cancel
            | Self::Close { .. }
            | Self::Export
            | Self::CreateSchedule { .. }
            | Self::ChangeSchedule { .. }
            | Self::DeleteSchedule => Some(MANAGE),
            Self::Finish { .. }
            | Self::Remind { .. }
            | Self::NoteDone { .. }
            | Self::NoteMissing { .. }
            | Self::Skip => None,
        }
    }

    pub(super) fn changes(&self) -> Value {
        match self {
            Self::Stage { scope, items } => json!([{"path": "scope", "new": scope}, {"path": "items", "new": items}]),
            Self::Open { days } => json!([{"path": "days", "new": days}]),
            Self::Close { items, decided, kept } => json!([
                {"path": "items", "new": items},
                {"path": "decided", "new": decided},
                {"path": "kept", "new": kept},
            ]),
            Self::Finish { handed_over, refused } => {
                json!([{"path": "handed_over", "new": handed_over}, {"path": "refused", "new": refused}])
            }
            Self::Decide { items, kept, is_submitted } => json!([
                {"path": "items", "new": items},
                {"path": "kept", "new": kept},
                {"path": "submitted", "new": is_submitted},
            ]),
            Self::HandOn { items, to } => json!([{"path": "items", "new": items}, {"path": "reviewer", "new": to}]),
            Self::Remind { items } => json!([{"path": "items", "new": items}]),
            Self::NoteDone { item } => json!([{"path": "item", "new": item}]),
            Self::NoteMissing { quarter } => json!([{"path": "quarter", "new": quarter}]),
            Self::CreateSchedule { scope, every } => {
                json!([{"path": "scope", "new": scope}, {"path": "every", "new": every}])
            }
            Self::ChangeSchedule { changes } => json!(changes),
            Self::Cancel | Self::Skip | Self::Export | Self::DeleteSchedule => json!([]),
        }
    }
}
