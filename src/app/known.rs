//! What was read and is still so: kept for as long as nothing at all is written to the database.
//!
//! **Invariant:** no answer is older than the last write, by whichever process; where that cannot be told, everything is read.
//! **Invariant:** what depends on the time of day is never older than [`FOR`].

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::App;
use super::application::Application;
use super::tokens::Live;
use crate::domain::id::ClientId;
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};
use crate::store::Moment;

/// So long is kept what was read; a grant or a membership may end by the clock, without a write.
const FOR: Duration = Duration::from_secs(1);
/// So many answers of a kind.
const MOST: usize = 1_024;

/// What the endpoints for applications read with every request.
#[derive(Default)]
pub struct Known {
    /// The applications, as far as they are there.
    pub(super) applications: Answers<ClientId, Application>,
    /// The tokens that count.
    pub(super) tokens: Answers<TokenHash, Live>,
}

/// Answers to one kind of question. That there is nothing is not kept: anybody can ask for what is not there.
pub(super) struct Answers<K, V>(Mutex<AtMoment<K, V>>);

/// All of them were read since the same write.
struct AtMoment<K, V> {
    moment: Option<Moment>,
    found: HashMap<K, (Timestamp, Arc<V>)>,
}

impl<K: Eq + Hash, V> Answers<K, V> {
    /// The answer to a question; asked of the database only where it may be another by now.
    pub async fn get(
        &self,
        app: &App,
        key: K,
        ask: impl Future<Output = Result<Option<V>, Error>>,
    ) -> Result<Option<Arc<V>>, Error> {
        // Before anything is read: what is written meanwhile belongs to the next moment.
        let Some(moment) = app.store.moment() else { return Ok(ask.await?.map(Arc::new)) };
        let now = app.now();
        if let Some(found) = self.at(moment, now, &key) {
            return Ok(Some(found));
        }
        let Some(answer) = ask.await?.map(Arc::new) else { return Ok(None) };
        drop(self.keep(moment, now, key, &answer));
        Ok(Some(answer))
    }

    fn at(&self, moment: Moment, now: Timestamp, key: &K) -> Option<Arc<V>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, answer) = kept.found.get(key).filter(|_| kept.moment == Some(moment))?;
        now.is_within(FOR, *read_at).then(|| Arc::clone(answer))
    }

    /// Keeps an answer; what is not kept any more is given back, so that nobody waits while it is taken apart.
    fn keep(&self, moment: Moment, now: Timestamp, key: K, answer: &Arc<V>) -> AtMoment<K, V> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = kept.moment != Some(moment) || kept.found.len() >= MOST;
        let over = if is_over { std::mem::take(&mut *kept) } else { AtMoment::default() };
        kept.moment = Some(moment);
        kept.found.insert(key, (now, Arc::clone(answer)));
        over
    }
}

impl<K, V> Default for Answers<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K, V> Default for AtMoment<K, V> {
    fn default() -> Self {
        Self { moment: None, found: HashMap::new() }
    }
}
