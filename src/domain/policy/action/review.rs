//! The deeds of access reviews.

use serde_json::{Value, json};

use super::Change;
use crate::domain::id::{ReviewItemId, UserId};
use crate::domain::review::{DECIDE, MANAGE, Silence};

/// A deed of an access review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewDeed {
    /// It is found out what a review is about.
    Stage {
        /// What it is about: `privileged`, `teams`.
        scope: &'static str,
        /// How many places.
        items: u64,
        /// What becomes of what nobody decides about.
        silence: Silence,
    },
    /// People are asked.
    Open {
        /// What becomes of what nobody decides about.
        silence: Silence,
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
        /// About how many nobody decided that may go for all that.
        silent: u64,
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
        /// About which places.
        places: Vec<ReviewItemId>,
        /// How many of them stay.
        kept: u64,
        /// False while it is only noted down.
        is_submitted: bool,
    },
    /// Somebody else is asked.
    HandOn {
        /// About which places.
        places: Vec<ReviewItemId>,
        /// Who.
        to: UserId,
        /// What becomes of what nobody decides about, where it is done for those who are asked.
        silence: Silence,
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
        /// What becomes of what nobody decides about.
        silence: Silence,
    },
    /// They begin otherwise.
    ChangeSchedule {
        /// What changed.
        changes: Vec<Change>,
        /// What becomes of what nobody decides about.
        silence: Silence,
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

    /// True for what is done later in the name of whoever does this, when nobody is asked for a proof any more.
    pub(in crate::domain::policy) fn takes_away_later(&self) -> bool {
        match self {
            Self::Stage { silence, .. }
            | Self::Open { silence, .. }
            | Self::HandOn { silence, .. }
            | Self::CreateSchedule { silence, .. }
            | Self::ChangeSchedule { silence, .. } => *silence != Silence::Keep,
            Self::Close { silent, .. } => *silent > 0,
            Self::Cancel
            | Self::Finish { .. }
            | Self::Decide { .. }
            | Self::Remind { .. }
            | Self::NoteDone { .. }
            | Self::NoteMissing { .. }
            | Self::Skip
            | Self::Export
            | Self::DeleteSchedule => false,
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
            Self::Stage { scope, items, silence } => json!([
                {"path": "scope", "new": scope},
                {"path": "items", "new": items},
                {"path": "silence", "new": silence},
            ]),
            Self::Open { silence, days } => {
                json!([{"path": "days", "new": days}, {"path": "silence", "new": silence}])
            }
            Self::Close { items, decided, kept, silent } => json!([
                {"path": "items", "new": items},
                {"path": "decided", "new": decided},
                {"path": "kept", "new": kept},
                {"path": "silent", "new": silent},
            ]),
            Self::Finish { handed_over, refused } => {
                json!([{"path": "handed_over", "new": handed_over}, {"path": "refused", "new": refused}])
            }
            Self::Decide { places, kept, is_submitted } => json!([
                {"path": "items", "new": places.len()},
                {"path": "places", "new": places},
                {"path": "kept", "new": kept},
                {"path": "submitted", "new": is_submitted},
            ]),
            Self::HandOn { places, to, .. } => json!([
                {"path": "items", "new": places.len()},
                {"path": "places", "new": places},
                {"path": "reviewer", "new": to},
            ]),
            Self::Remind { items } => json!([{"path": "items", "new": items}]),
            Self::NoteDone { item } => json!([{"path": "item", "new": item}]),
            Self::NoteMissing { quarter } => json!([{"path": "quarter", "new": quarter}]),
            Self::CreateSchedule { scope, every, silence } => json!([
                {"path": "scope", "new": scope},
                {"path": "every", "new": every},
                {"path": "silence", "new": silence},
            ]),
            Self::ChangeSchedule { changes, .. } => json!(changes),
            Self::Cancel | Self::Skip | Self::Export | Self::DeleteSchedule => json!([]),
        }
    }
}
