//! A deed that is planned before it is done: what it would do is told with a word that confirms it, and whoever says that word has
//! done what was told or nothing.
//!
//! **Invariant:** a word confirms one request of one caller for a few minutes.
//! **Invariant:** a deed that is confirmed keeps nothing else than what was planned: where something has changed meanwhile, it is
//! refused.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::domain::policy::Actor;
use crate::domain::{Error, Timestamp};

pub use crate::store::{Plan, PlannedDeed, Trial};

/// So long a plan can be confirmed.
const CONFIRMED_WITHIN: Duration = Duration::from_mins(10);
const PLACE: &str = "plans.confirm";

/// What a word confirms.
#[derive(Serialize, Deserialize)]
struct Confirmation {
    /// The request, as a digest.
    asked: String,
    /// Who asked.
    by: (String, Option<String>),
    until: Timestamp,
    /// What each unit of the plan is recognised by.
    units: Vec<String>,
}

/// The word that confirms a plan, and until when it does.
pub fn confirmation(app: &App, actor: &Actor, asked: String, plan: &Plan) -> Result<(String, Timestamp), Error> {
    let until = app.now().after(CONFIRMED_WITHIN);
    let confirmation = Confirmation { asked, by: who(actor), until, units: plan.digests()? };
    let plain = serde_json::to_vec(&confirmation).map_err(anyhow::Error::new)?;
    Ok((URL_SAFE_NO_PAD.encode(app.seal.seal(PLACE, &plain)?), until))
}

/// What a request is held to that comes with a word.
pub fn confirmed(app: &App, actor: &Actor, asked: &str, word: &str) -> Result<Trial, Error> {
    let refused = |why: &str| Error::malformed("confirm", format!("{why}; ask for the plan with dry_run=1 again"));
    let unreadable = || refused("this is no word that confirms a plan");
    let sealed = URL_SAFE_NO_PAD.decode(word).map_err(|_| unreadable())?;
    let plain = app.seal.open(PLACE, &sealed).map_err(|_| unreadable())?;
    let found: Confirmation = serde_json::from_slice(plain.reveal()).map_err(|_| unreadable())?;
    if found.until < app.now() {
        return Err(refused("the plan is more than ten minutes old"));
    }
    if found.asked != asked || found.by != who(actor) {
        return Err(refused("this word confirms another request"));
    }
    Ok(Trial::held_to(found.units))
}

fn who(actor: &Actor) -> (String, Option<String>) {
    (actor.kind().to_owned(), actor.id())
}
