//! Password hashing: argon2id with a pepper, on threads of its own.
//!
//! **Invariant:** at most one hash per thread runs at a time and at most a bounded number wait; beyond that the caller is
//! told to come back, so a flood of sign-ins cannot starve everything else.
//! **Invariant:** verifying costs one hash whether there is a stored one or not, so an unknown user takes as long as a
//! known one.
//! **Invariant:** each thread keeps its memory; a fresh allocation per hash costs more than the hash itself.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, KeyId, Params, ParamsBuilder, Version};
use subtle::ConstantTimeEq as _;
use tokio::sync::oneshot;

use crate::domain::Error;
use crate::domain::secret::{Secret, random_bytes};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const TAG: usize = 32;
const PEPPER_ID: u8 = 1;
const QUEUE: usize = 64;

/// The pool of hashing threads.
pub struct Hasher {
    queue: SyncSender<Job>,
    done: AtomicU64,
    load: Arc<Load>,
}

/// What there is to do.
#[derive(Default)]
struct Load {
    under_way: AtomicI64,
    waiting: AtomicI64,
}

struct Job {
    password: Secret<String>,
    against: Option<String>,
    answer: oneshot::Sender<Result<Outcome, Error>>,
}

/// What a hashing thread answers.
enum Outcome {
    Hash(String),
    Verified { is_right: bool, is_current: bool },
}

/// The answer to a password check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// True when the password is the stored one.
    pub is_right: bool,
    /// False when the stored hash was made with other costs and should be made again.
    pub is_current: bool,
}

impl Hasher {
    /// Starts one thread for each core.
    pub fn start(pepper: &Secret<[u8; 32]>) -> Self {
        let (queue, jobs) = sync_channel::<Job>(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        let load = Arc::new(Load::default());
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        for _ in 0..threads {
            let (jobs, load, pepper) = (Arc::clone(&jobs), Arc::clone(&load), pepper.clone());
            thread::spawn(move || work(&jobs, &load, &pepper));
        }
        Self { queue, done: AtomicU64::new(0), load }
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: Secret<String>) -> Result<String, Error> {
        match self.ask(password, None).await? {
            Outcome::Hash(phc) => Ok(phc),
            Outcome::Verified { .. } => Err(anyhow::anyhow!("the hashing thread answered another question").into()),
        }
    }

    /// Checks a password against a stored hash; without one it does the same work and says no.
    pub async fn verify(&self, password: Secret<String>, stored: Option<String>) -> Result<Verdict, Error> {
        let exists = stored.is_some();
        match self.ask(password, Some(stored.unwrap_or_else(|| DUMMY.to_owned()))).await? {
            Outcome::Verified { is_right, is_current } => Ok(Verdict { is_right: is_right && exists, is_current }),
            Outcome::Hash(_) => Err(anyhow::anyhow!("the hashing thread answered another question").into()),
        }
    }

    /// How many passwords were hashed or checked since the start.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// How many are being hashed or checked, and how many wait for that.
    pub fn at_work(&self) -> (i64, i64) {
        (self.load.under_way.load(Ordering::Relaxed), self.load.waiting.load(Ordering::Relaxed))
    }

    async fn ask(&self, password: Secret<String>, against: Option<String>) -> Result<Outcome, Error> {
        let (answer, answered) = oneshot::channel();
        // Before it is there to be taken, so that it is never taken back first.
        self.load.waiting.fetch_add(1, Ordering::Relaxed);
        let sent = self.queue.try_send(Job { password, against, answer });
        if sent.is_err() {
            self.load.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        match sent {
            Ok(()) => {
                let outcome = answered.await.context("a hashing thread ended")?;
                self.done.fetch_add(1, Ordering::Relaxed);
                outcome
            }
            Err(TrySendError::Full(_)) => Err(Error::Throttled { retry_after: Duration::from_secs(2) }),
            Err(TrySendError::Disconnected(_)) => Err(anyhow::anyhow!("the hashing threads have ended").into()),
        }
    }
}

/// A hash of a random password that nobody knows, for users that do not exist.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1,keyid=AQ$Dw8PDw8PDw8PDw8PDw8PDw$\
                     AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn work(jobs: &Mutex<Receiver<Job>>, load: &Load, pepper: &Secret<[u8; 32]>) {
    let mut memory: Vec<Block> = Vec::new();
    loop {
        let next = match jobs.lock() {
            Ok(jobs) => jobs.recv(),
            Err(_) => return,
        };
        let Ok(job) = next else {
            return;
        };
        load.waiting.fetch_sub(1, Ordering::Relaxed);
        load.under_way.fetch_add(1, Ordering::Relaxed);
        let outcome = match &job.against {
            None => hash(job.password.reveal(), pepper, &mut memory).map(Outcome::Hash),
            Some(stored) => verify(job.password.reveal(), stored, pepper, &mut memory),
        };
        load.under_way.fetch_sub(1, Ordering::Relaxed);
        memory.fill(Block::default());
        // The caller may have gone away; there is nobody to tell then.
        drop(job.answer.send(outcome.map_err(Error::Internal)));
    }
}

fn hash(password: &str, pepper: &Secret<[u8; 32]>, memory: &mut Vec<Block>) -> anyhow::Result<String> {
    let params = current_params()?;
    let salt = random_bytes::<16>();
    let tag = fill(password, &salt, pepper, &params, memory)?;
    let phc = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(broken)?,
        salt: Some(Salt::new(&salt).map_err(broken)?),
        hash: Some(Output::new(&tag).map_err(broken)?),
    };
    Ok(phc.to_string())
}

fn verify(password: &str, stored: &str, pepper: &Secret<[u8; 32]>, memory: &mut Vec<Block>) -> anyhow::Result<Outcome> {
    let phc = PasswordHash::new(stored).map_err(broken)?;
    let params = Params::try_from(&phc).map_err(broken)?;
    let salt = phc.salt.context("a stored password hash has no salt")?;
    let expected = phc.hash.context("a stored password hash has no tag")?;
    let tag = fill(password, salt.as_ref(), pepper, &params, memory)?;
    let current = current_params()?;
    let is_current = (params.m_cost(), params.t_cost(), params.p_cost(), params.keyid())
        == (current.m_cost(), current.t_cost(), current.p_cost(), current.keyid());
    Ok(Outcome::Verified { is_right: tag.as_slice().ct_eq(expected.as_bytes()).into(), is_current })
}

fn fill(
    password: &str,
    salt: &[u8],
    pepper: &Secret<[u8; 32]>,
    params: &Params,
    memory: &mut Vec<Block>,
) -> anyhow::Result<[u8; TAG]> {
    let secret: &[u8] = if params.keyid() == [PEPPER_ID] { pepper.reveal() } else { &[] };
    let argon2 =
        Argon2::new_with_secret(secret, Algorithm::Argon2id, Version::V0x13, params.clone()).map_err(broken)?;
    memory.resize(params.block_count().max(memory.len()), Block::default());
    let mut tag = [0_u8; TAG];
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut tag, memory).map_err(broken)?;
    Ok(tag)
}

fn current_params() -> anyhow::Result<Params> {
    let keyid = KeyId::new(&[PEPPER_ID]).map_err(broken)?;
    let mut params = ParamsBuilder::new();
    params.m_cost(MEMORY_KIB).t_cost(PASSES).p_cost(LANES).keyid(keyid).output_len(TAG);
    params.build().map_err(broken)
}

fn broken(cause: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("password hashing failed: {cause}")
}
