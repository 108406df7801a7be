//! Signing keys: kept sealed in the database, so that every node signs with the same ones.
//!
//! **Invariant:** one key of each algorithm signs; the next one and a retired one are only published, this until nothing it
//! signed is valid.
//! **Invariant:** a private key is in the database only under the master key, sealed for its own row.
//! **Invariant:** no key is made between `begin` and `commit`: an RSA key takes longer than a unit of work may.

mod rotation;

pub use rotation::{replace, rotate, tend};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use crate::app::App;
use crate::domain::id::{KeyId, OrgId};
use crate::domain::policy::{Action, Actor, JOB_KEYS, Permit, Target};
use crate::domain::{Error, Timestamp};
use crate::oidc::jwt::{self, Algorithm, SigningKey, VerificationKey};
use crate::store::Tx;
use crate::store::keys::{self, KeyState, StoredKey};

/// The fact that tells one master key from another.
const MASTER_KEY: &str = "master-key";

/// For so long the keys are believed that were read last, on a database that one server alone uses: with what it publishes it
/// signs, so nobody meets a signature by a key that they do not know.
const BELIEVED: Duration = Duration::from_secs(1);

/// What is kept of the keys.
#[derive(Default)]
pub struct Keyring {
    /// Each that was read once, by `kid`; parsing one costs more than a signature.
    parsed: RwLock<HashMap<String, Arc<SigningKey>>>,
    latest: Mutex<Latest>,
}

/// The keys that were read last, and how often they were changed here.
#[derive(Default)]
struct Latest {
    read: Option<(Timestamp, Arc<Keys>)>,
    changes: u64,
}

/// The keys as they are now.
pub struct Keys {
    active: Vec<Arc<SigningKey>>,
    published: Vec<VerificationKey>,
    set: String,
}

impl Keys {
    /// The key that signs with this algorithm.
    pub fn signing(&self, algorithm: Algorithm) -> Result<&SigningKey, Error> {
        let newest = self.active.iter().rev().find(|key| key.algorithm() == algorithm);
        let missing = || anyhow::anyhow!("there is no active key for {}", algorithm.as_str());
        Ok(newest.ok_or_else(missing)?)
    }

    /// Every key under which a token is believed: those that sign, that did, and that will.
    pub fn published(&self) -> &[VerificationKey] {
        &self.published
    }

    /// The same as a JWK Set, in JSON.
    pub fn set(&self) -> &str {
        &self.set
    }

    fn has(&self, algorithm: Algorithm) -> bool {
        self.active.iter().any(|key| key.algorithm() == algorithm)
    }
}

/// The keys as they are now; what is missing is made first.
pub async fn current(app: &App) -> Result<Arc<Keys>, Error> {
    let (now, changes) = match app.keyring.latest(app) {
        Ok(keys) => return Ok(keys),
        Err(at) => at,
    };
    let keys = read(app).await?;
    let missing = Algorithm::USUAL.into_iter().filter(|algorithm| !keys.has(*algorithm));
    let missing: Vec<Algorithm> = missing.collect();
    if missing.is_empty() {
        app.keyring.keep(app, (now, changes), &keys);
        return Ok(keys);
    }
    for algorithm in missing {
        make_missing(app, algorithm).await?;
    }
    read(app).await
}

/// The same, read anew where no key that is believed signs with this algorithm: the first application that wants it may just have
/// been made by another process.
pub async fn for_signing(app: &App, algorithm: Algorithm) -> Result<Arc<Keys>, Error> {
    let believed = current(app).await?;
    if believed.has(algorithm) {
        return Ok(believed);
    }
    app.keyring.forget();
    current(app).await
}

/// Makes sure that a key signs with this algorithm.
pub(super) async fn provide(app: &App, algorithm: Algorithm) -> Result<(), Error> {
    if for_signing(app, algorithm).await?.has(algorithm) { Ok(()) } else { make_missing(app, algorithm).await }
}

/// One key, as shown to the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLine {
    /// The `kid` of its signatures.
    pub kid: String,
    /// `RS256`, `ES256`, `PS256` or `EdDSA`.
    pub algorithm: String,
    /// `next`, `active` or `retired`.
    pub state: &'static str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stopped signing.
    pub retired_at: Option<Timestamp>,
}

/// Every key, oldest first; only for the operator.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<KeyLine>, Error> {
    if !matches!(actor, Actor::Operator { .. }) {
        return Err(Error::forbidden("only the operator of the instance may list signing keys"));
    }
    let stored = keys::list(app.store.reader()).await?;
    Ok(stored.into_iter().map(line).collect())
}

/// Refuses to work on with another master key than the one that everything here is sealed and hashed with.
///
/// The first start notes which one it is.
pub async fn check_master_key(app: &App) -> Result<(), Error> {
    let mine = app.seal.check_value();
    if keys::fact(app.store.reader(), MASTER_KEY).await?.is_none() {
        app.store.note_fact(MASTER_KEY, mine).await?;
    }
    if keys::fact(app.store.reader(), MASTER_KEY).await?.as_deref() == Some(mine) {
        return Ok(());
    }
    let path = app.config.master_key_file.display();
    let problem = format!("{path} does not hold the key that this database was made with; nothing was changed");
    Err(Error::malformed("master_key_file", problem))
}

async fn read(app: &App) -> Result<Arc<Keys>, Error> {
    let (mut active, mut published) = (Vec::new(), Vec::new());
    for stored in keys::list(app.store.reader()).await? {
        let key = app.keyring.open(app, &stored)?;
        published.push(key.verification_key().clone());
        if stored.state == KeyState::Active {
            active.push(key);
        }
    }
    let set = jwt::jwks(&published).to_string();
    Ok(Arc::new(Keys { active, published, set }))
}

async fn make_missing(app: &App, algorithm: Algorithm) -> Result<(), Error> {
    let key = generate(app, algorithm).await?;
    let tx = app.begin(OrgId::OPERATOR).await?;
    if !of(&tx, algorithm, KeyState::Active).await?.is_empty() {
        // Another node, or another request, was faster.
        return Ok(());
    }
    let id = KeyId::new();
    let (tx, permit) = app.ask(tx, &Actor::Job(JOB_KEYS), Action::RotateKey, Target::Key { id }).await?;
    insert(app, &tx, (id, KeyState::Active), &key).await?;
    commit(app, tx, vec![permit]).await
}

async fn generate(app: &App, algorithm: Algorithm) -> Result<SigningKey, Error> {
    let bits = app.config.rsa_bits;
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm, bits));
    Ok(made.await.map_err(anyhow::Error::new)?.map_err(anyhow::Error::new)?)
}

async fn of(tx: &Tx, algorithm: Algorithm, state: KeyState) -> Result<Vec<StoredKey>, Error> {
    let all = keys::list(&**tx).await?;
    let is_meant = |key: &StoredKey| key.state == state && key.algorithm == algorithm.as_str();
    Ok(all.into_iter().filter(is_meant).collect())
}

async fn insert(app: &App, tx: &Tx, (id, state): (KeyId, KeyState), key: &SigningKey) -> Result<StoredKey, Error> {
    let stored = StoredKey {
        id,
        kid: key.kid().to_owned(),
        algorithm: key.algorithm().as_str().to_owned(),
        state,
        sealed: app.seal.seal(&place(id), key.pkcs8())?,
        created_at: tx.now,
        retired_at: None,
    };
    keys::insert(tx, &stored).await?;
    Ok(stored)
}

/// Keeps what a unit has done to the keys.
async fn commit(app: &App, tx: Tx, permits: Vec<Permit>) -> Result<(), Error> {
    tx.commit_all(permits).await?;
    app.keyring.forget();
    Ok(())
}

fn place(id: KeyId) -> String {
    format!("signing_keys.sealed:{id}")
}

fn line(key: StoredKey) -> KeyLine {
    KeyLine {
        kid: key.kid,
        algorithm: key.algorithm,
        state: key.state.word(),
        created_at: key.created_at,
        retired_at: key.retired_at,
    }
}

impl Keyring {
    fn open(&self, app: &App, stored: &StoredKey) -> Result<Arc<SigningKey>, Error> {
        let poisoned = || anyhow::anyhow!("the cache of signing keys was abandoned by a panic");
        if let Some(key) = self.parsed.read().map_err(|_| poisoned())?.get(&stored.kid) {
            return Ok(Arc::clone(key));
        }
        let algorithm = Algorithm::named(&stored.algorithm);
        let algorithm = algorithm.ok_or_else(|| anyhow::anyhow!("the key {} has an unknown algorithm", stored.kid))?;
        let opened = app.seal.open(&place(stored.id), &stored.sealed)?;
        let key = SigningKey::from_pkcs8(algorithm, opened.reveal()).map_err(anyhow::Error::new)?;
        if key.kid() != stored.kid {
            return Err(anyhow::anyhow!("the key {} is stored under another kid", stored.kid).into());
        }
        let key = Arc::new(key);
        self.parsed.write().map_err(|_| poisoned())?.insert(stored.kid.clone(), Arc::clone(&key));
        Ok(key)
    }

    /// The keys as far as they are believed; else when they are read anew, and after how many changes.
    fn latest(&self, app: &App) -> Result<Arc<Keys>, (Timestamp, u64)> {
        let now = app.now();
        let latest = self.lock();
        let believed = latest.read.as_ref().filter(|(read_at, _)| now.is_within(BELIEVED, *read_at));
        believed.map(|(_, keys)| Arc::clone(keys)).ok_or((now, latest.changes))
    }

    fn keep(&self, app: &App, (read_at, changes): (Timestamp, u64), keys: &Arc<Keys>) {
        let mut latest = self.lock();
        if app.store.is_embedded() && latest.changes == changes {
            latest.read = Some((read_at, Arc::clone(keys)));
        }
    }

    fn forget(&self) {
        let mut latest = self.lock();
        *latest = Latest { read: None, changes: latest.changes.wrapping_add(1) };
    }

    fn lock(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
