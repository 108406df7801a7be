//! How fast an identity provider may ask: two lanes of the same width, and the second is only for requests that let people go.
//!
//! A lane fills with as many requests a second as the connection may send, and holds those of two seconds. Who finds room for
//! one may go, whatever the request costs: what it costs beyond that is owed, and paid before the next one goes. So no bulk
//! request is too large for its lane, and none is a free pass.
//!
//! **Invariant:** a request that lets somebody go is refused only where both lanes are empty, and those others have never
//! emptied the second one.
//! **Invariant:** a clock that is set back or forward fills no lane beyond its brim, and stops none for long.

#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::time::Duration;

use crate::domain::time::Timestamp;

/// So many requests a second where nothing else is said: four times what Entra sends at most.
pub const USUAL: u32 = 100;
/// The fewest: with fewer, Okta and Entra would take their pauses for a fault.
pub const FEWEST: u32 = 10;
/// The most that an organisation says itself.
pub const MOST: u32 = 1_000;
/// A lane holds the requests of so many seconds.
const BURST_SECONDS: i64 = 2;
/// A request in thousandths, so that a millisecond fills a lane by as many as there are requests a second.
const ONE: i64 = 1_000;

/// The lanes of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Lanes {
    /// How wide they were when something went last.
    width: NonZeroU32,
    ordinary: i64,
    reserved: i64,
    at: Timestamp,
}

/// Where a request may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// Wherever it leads.
    Free,
    /// Only if it lets people go and does nothing else.
    ToLetGo,
}

/// Nothing goes for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFast(pub Duration);

impl Lanes {
    /// The lanes of a connection that has not sent anything lately.
    pub fn full(width: NonZeroU32, now: Timestamp) -> Self {
        Self { width, ordinary: brim(width), reserved: brim(width), at: now }
    }

    /// Lets a request in of which nothing is known but that it came.
    pub fn enter(&mut self, width: NonZeroU32, now: Timestamp) -> Result<Passage, TooFast> {
        self.fill(width, now);
        if self.ordinary >= ONE {
            self.ordinary = self.ordinary.saturating_sub(ONE);
            return Ok(Passage::Free);
        }
        if self.reserved >= ONE { Ok(Passage::ToLetGo) } else { Err(self.too_fast(width)) }
    }

    /// Lets so many go in the second lane.
    pub fn let_go(&mut self, people: usize, width: NonZeroU32, now: Timestamp) -> Result<(), TooFast> {
        self.fill(width, now);
        if self.reserved < ONE {
            return Err(self.too_fast(width));
        }
        self.reserved = self.reserved.saturating_sub(cost(people));
        Ok(())
    }

    /// Counts the parts of a request that is in: so many that let somebody go, and others.
    pub fn owe(&mut self, people: usize, others: usize, width: NonZeroU32, now: Timestamp) {
        self.fill(width, now);
        let lane = if self.reserved >= ONE { &mut self.reserved } else { &mut self.ordinary };
        *lane = lane.saturating_sub(cost(people));
        self.ordinary = self.ordinary.saturating_sub(cost(others));
    }

    /// How long it takes until the first lane has room for one.
    pub fn too_fast(&self, width: NonZeroU32) -> TooFast {
        let missing = u64::try_from(ONE.saturating_sub(self.ordinary)).unwrap_or_default();
        TooFast(Duration::from_millis(missing.div_ceil(u64::from(width.get()))))
    }

    /// True when nothing is remembered that a new one would not have.
    pub fn is_full(mut self, now: Timestamp) -> bool {
        self.fill(self.width, now);
        self.ordinary == brim(self.width) && self.reserved == brim(self.width)
    }

    fn fill(&mut self, width: NonZeroU32, now: Timestamp) {
        let millis = i64::try_from(now.since(self.at).as_millis()).unwrap_or(i64::MAX);
        let more = millis.saturating_mul(i64::from(width.get()));
        let filled = |lane: i64| lane.saturating_add(more).min(brim(width));
        *self = Self { width, ordinary: filled(self.ordinary), reserved: filled(self.reserved), at: now };
    }
}

fn brim(width: NonZeroU32) -> i64 {
    i64::from(width.get()).saturating_mul(BURST_SECONDS).saturating_mul(ONE)
}

fn cost(requests: usize) -> i64 {
    i64::try_from(requests).unwrap_or(i64::MAX).saturating_mul(ONE)
}
