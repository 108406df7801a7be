//! Slots that are taken for a while and given back by themselves: so many in all, and so many by one.
//!
//! **Invariant:** nobody takes all of them, and whoever is dropped on the way gives the slot back.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// The slots of one process.
pub(super) struct Slots<K> {
    most: u32,
    most_of_one: u32,
    taken: Mutex<BTreeMap<K, u32>>,
    freed: Notify,
}

/// A slot; it is given back when it is dropped.
pub(super) struct Slot<K: Ord + Copy + 'static> {
    among: &'static Slots<K>,
    by: K,
}

impl<K: Ord + Copy + 'static> Slots<K> {
    /// So many, and so many of them by one.
    pub(super) const fn new(most: u32, most_of_one: u32) -> Self {
        Self { most, most_of_one, taken: Mutex::new(BTreeMap::new()), freed: Notify::const_new() }
    }

    /// A slot, where one is free.
    pub(super) fn take(&'static self, by: K) -> Option<Slot<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = taken.get(&by).copied().unwrap_or_default();
        if of_one >= self.most_of_one || taken.values().sum::<u32>() >= self.most {
            return None;
        }
        taken.insert(by, of_one.saturating_add(1));
        Some(Slot { among: self, by })
    }

    /// A slot, as soon as one is free.
    pub(super) async fn wait(&'static self, by: K) -> Slot<K> {
        loop {
            // Whoever frees one after this line is heard.
            let freed = self.freed.notified();
            if let Some(slot) = self.take(by) {
                return slot;
            }
            freed.await;
        }
    }
}

impl<K: Ord + Copy + 'static> Drop for Slot<K> {
    fn drop(&mut self) {
        let mut taken = self.among.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get(&self.by).copied() {
            Some(held @ 2..) => drop(taken.insert(self.by, held.saturating_sub(1))),
            Some(_) | None => drop(taken.remove(&self.by)),
        }
        self.among.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::Slots;

    #[tokio::test]
    async fn nobody_takes_all_places_and_one_that_is_left_is_taken_by_who_waits() {
        static SLOTS: Slots<u8> = Slots::new(3, 2);
        let soon = Duration::from_secs(5);
        let held = [SLOTS.take(1), SLOTS.take(1)];
        assert!(held.iter().all(Option::is_some) && SLOTS.take(1).is_none());
        let other = SLOTS.take(2);
        assert!(other.is_some() && SLOTS.take(3).is_none());

        let third = tokio::spawn(SLOTS.wait(3));
        tokio::task::yield_now().await;
        assert!(!third.is_finished());
        drop(other);
        let third = timeout(soon, third).await.unwrap().unwrap();

        assert!(SLOTS.take(2).is_none());
        drop((held, third));
        assert!(SLOTS.take(1).is_some());
    }
}
