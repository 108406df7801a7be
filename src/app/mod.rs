//! What the product does: one function per use case, for every caller there is.
//!
//! **Invariant:** a deed has one home here; SCIM, console, API and command line only translate to it.
//! **Invariant:** no network call and no password hashing happen between `begin` and `commit`.
//! **Invariant:** nothing here names axum or SeaORM.

pub mod accounts;
pub mod activity;
mod alert;
pub mod api_access;
pub mod application;
pub mod audit_chain;
pub mod audit_exports;
pub mod audit_log;
pub mod audit_streams;
pub mod authenticator;
pub mod authorize;
pub mod branding;
pub mod break_glass;
pub mod check;
pub(crate) mod client_proof;
pub mod clients;
pub mod clock;
pub mod config;
pub mod connections;
pub mod consents;
pub mod credentials;
mod cursor;
pub mod decisions;
pub mod demo;
pub mod departures;
pub mod deprovisionings;
pub mod device_requests;
mod devices;
mod directory;
mod dns;
pub mod edit;
pub mod end_dates;
pub mod end_session;
pub mod entrance;
pub mod events;
pub mod explain;
pub mod federation;
pub mod fsck;
pub mod grace;
pub mod groups;
pub mod hashing;
pub mod history;
pub mod import;
pub mod invitations;
pub mod jobs;
pub mod journal;
pub mod kept_requests;
pub mod keys;
mod known;
pub mod language;
pub mod linkings;
pub mod logout;
pub mod mail;
mod membership;
pub mod metrics;
pub mod offers;
pub mod organisations;
pub mod outbound;
pub mod own_applications;
pub mod own_domains;
pub mod own_email;
mod pace;
pub mod passkeys;
pub mod passwords;
pub mod personal_tokens;
pub mod plans;
pub mod policies;
pub mod possession;
pub mod posture;
pub mod profile;
pub mod project_access;
mod project_teams;
pub mod projects;
pub mod provisioner;
pub mod provisioning;
pub mod pushed_requests;
mod recovery;
pub mod rehearse;
mod requests_left;
pub mod resources;
pub mod reviews;
pub mod role_models;
pub mod roles;
pub mod sample;
pub mod saved_views;
pub mod scim_schemas;
pub mod seal;
pub mod service_account_sheet;
pub mod service_accounts;
pub mod sessions;
pub mod setup;
pub mod shares;
pub mod sign_in_failures;
pub mod sign_in_refusals;
pub mod sign_in_tries;
pub mod signals;
pub mod signin;
mod start;
mod subject;
pub mod support_bundle;
pub mod team_usage;
pub mod teams;
pub mod throttle;
pub mod tokens;
pub mod totp;
mod unit;
pub mod user_export;
pub mod user_list;
pub mod user_sheet;
pub mod users;
pub mod waiting;

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use audit_streams::StandardOutput;
use clients::Documents;
use clock::Clock;
use config::Config;
use federation::Providers;
use hashing::Hasher;
use journal::Journal;
use keys::Keyring;
use known::Known;
use metrics::Metrics;
use outbound::Outbound;
use provisioning::Turns;
use provisioning::lanes::Lanes;
use scim_schemas::Tables;
use seal::Seal;

use crate::domain::{Error, Timestamp};
use crate::store::{Store, Trial};

pub use start::Schema;

/// Everything a use case needs; cheap to clone.
#[derive(Clone)]
pub struct App {
    parts: Arc<Parts>,
    /// What its units of work are held to, where they do not simply keep what they do.
    trial: Option<Trial>,
}

/// The parts of a running instance.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The only source of time.
    pub clock: Clock,
    /// The settings, read once.
    pub config: Config,
    /// What it has counted since it started.
    pub metrics: Metrics,
    /// Password hashing on its own threads.
    pub hasher: Hasher,
    /// Encryption of what must be read back, under the master key.
    pub seal: Seal,
    /// The signing keys that were read once.
    pub keyring: Keyring,
    /// What was read and is still so.
    known: Known,
    /// The bulk requests that are being answered.
    pub turns: Turns,
    /// How fast the connections have asked lately.
    pub lanes: Lanes,
    /// The tables of users with the extensions of organisations.
    pub tables: Tables,
    /// What identity providers publish, kept for a while.
    pub providers: Providers,
    /// When the descriptions of applications were read.
    pub documents: Documents,
    /// What identity providers asked and is not written yet.
    pub journal: Journal,
    /// Where audit logs go that the operator reads there.
    standard_output: StandardOutput,
    outbound: OnceLock<Outbound>,
}

impl App {
    /// Opens the database that the settings name and loads the master key. Applies no migration.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, Error> {
        let seal = Seal::from_key_file(&config.master_key_file, config.is_embedded())?;
        let hasher = Hasher::start(&seal.pepper());
        let store = Store::open(&config.database_url).await?;
        let parts = Parts {
            metrics: Metrics::new(clock.now(), store.is_embedded()),
            store,
            clock,
            config,
            hasher,
            seal,
            keyring: Keyring::default(),
            known: Known::default(),
            turns: Turns::default(),
            lanes: Lanes::default(),
            tables: Tables::default(),
            providers: Providers::default(),
            documents: Documents::default(),
            journal: Journal::default(),
            standard_output: StandardOutput::default(),
            outbound: OnceLock::new(),
        };
        Ok(Self { parts: Arc::new(parts), trial: None })
    }

    /// For calls to addresses that somebody else chose; made when the first is due, because it loads every certificate.
    pub fn outbound(&self) -> Result<&Outbound, Error> {
        if let Some(outbound) = self.outbound.get() {
            return Ok(outbound);
        }
        let outbound = Outbound::vetted(&self.config)?;
        Ok(self.outbound.get_or_init(|| outbound))
    }

    /// The same instance, whose units of work keep nothing, or only what is planned.
    pub fn on_trial(&self, trial: Trial) -> Self {
        Self { parts: Arc::clone(&self.parts), trial: Some(trial) }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}
