//! Places that are taken for a while and given back by themselves: so many in all, and so many by one.
//!
//! **Invariant:** nobody takes all of them, and whoever is dropped on the way gives the place back.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// The places of one process.
pub(super) struct Places<K> {
    most: u32,
    most_of_one: u32,
    taken: Mutex<BTreeMap<K, u32>>,
    freed: Notify,
}

/// A place; it is given back when it is dropped.
pub(super) struct Place<K: Ord + Copy + 'static> {
    among: &'static Places<K>,
    by: K,
}

impl<K: Ord + Copy + 'static> Places<K> {
    /// So many, and so many of them by one.
    pub(super) const fn new(most: u32, most_of_one: u32) -> Self {
        Self { most, most_of_one, taken: Mutex::new(BTreeMap::new()), freed: Notify::const_new() }
    }

    /// A place, where one is free.
    pub(super) fn take(&'static self, by: K) -> Option<Place<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = taken.get(&by).copied().unwrap_or_default();
        if of_one >= self.most_of_one || taken.values().sum::<u32>() >= self.most {
            return None;
        }
        taken.insert(by, of_one.saturating_add(1));
        Some(Place { among: self, by })
    }

    /// A place, as soon as one is free.
    pub(super) async fn wait(&'static self, by: K) -> Place<K> {
        loop {
            // Whoever frees one after this line is heard.
            let freed = self.freed.notified();
            if let Some(place) = self.take(by) {
                return place;
            }
            freed.await;
        }
    }
}

impl<K: Ord + Copy + 'static> Drop for Place<K> {
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

    use super::Places;

    #[tokio::test]
    async fn nobody_takes_all_places_and_one_that_is_left_is_taken_by_who_waits() {
        static PLACES: Places<u8> = Places::new(3, 2);
        let soon = Duration::from_secs(5);
        let held = [PLACES.take(1), PLACES.take(1)];
        assert!(held.iter().all(Option::is_some) && PLACES.take(1).is_none());
        let other = PLACES.take(2);
        assert!(other.is_some() && PLACES.take(3).is_none());

        let third = tokio::spawn(PLACES.wait(3));
        tokio::task::yield_now().await;
        assert!(!third.is_finished());
        drop(other);
        let third = timeout(soon, third).await.unwrap().unwrap();

        assert!(PLACES.take(2).is_none());
        drop((held, third));
        assert!(PLACES.take(1).is_some());
    }
}
