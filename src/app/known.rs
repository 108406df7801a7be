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
const MOST: usize = 4_096;

/// What the endpoints for applications read with every request.
#[derive(Default)]
pub struct Known {
    /// The applications, as far as they are there.
    pub(super) applications: Answers<ClientId, Option<Arc<Application>>>,
    /// The tokens that count.
    pub(super) tokens: Answers<TokenHash, Option<Arc<Live>>>,
}

/// Answers to one kind of question.
pub(super) struct Answers<K, V>(Mutex<AtMoment<K, V>>);

/// All of them were read since the same write.
struct AtMoment<K, V> {
    moment: Option<Moment>,
    found: HashMap<K, (Timestamp, V)>,
}

impl<K: Eq + Hash, V: Clone> Answers<K, V> {
    /// The answer to a question; asked of the database only where it may be another by now.
    pub async fn get(&self, app: &App, key: K, ask: impl Future<Output = Result<V, Error>>) -> Result<V, Error> {
        // Before anything is read: what is written meanwhile belongs to the next moment.
        let Some(moment) = app.store.moment() else { return ask.await };
        let now = app.now();
        if let Some(found) = self.at(moment, now, &key) {
            return Ok(found);
        }
        let answer = ask.await?;
        self.keep(moment, now, key, &answer);
        Ok(answer)
    }

    fn at(&self, moment: Moment, now: Timestamp, key: &K) -> Option<V> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, answer) = kept.found.get(key).filter(|_| kept.moment == Some(moment))?;
        (*read_at <= now && now.since(*read_at) < FOR).then(|| answer.clone())
    }

    fn keep(&self, moment: Moment, now: Timestamp, key: K, answer: &V) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.moment != Some(moment) || kept.found.len() >= MOST {
            *kept = AtMoment { moment: Some(moment), found: HashMap::new() };
        }
        kept.found.insert(key, (now, answer.clone()));
    }
}

impl<K, V> Default for Answers<K, V> {
    fn default() -> Self {
        Self(Mutex::new(AtMoment { moment: None, found: HashMap::new() }))
    }
}
