//! The breaker of a connection, and those who wait for an owner because of it.

use clap::{Args, Subcommand, ValueEnum};

use super::super::operator::Operator;
use super::super::output::{Output, Record};
use super::{Which, view};
use crate::app::connections::{self, ConnectionChange};
use crate::app::deprovisionings::{self, Held};
use crate::domain::Error;
use crate::domain::connection::{Breaker as Limit, BreakerChange};

/// So many are listed.
const SHOWN: u64 = 1_000;

/// The breaker: whom the connection lets go beyond its limit waits until somebody has agreed
#[derive(Debug, Subcommand)]
pub enum Breaker {
    /// Say when it trips; what is left out stays as it is
    Set(Set),
    /// List those who wait
    List(Which),
    /// Let those go who wait
    Release(Which),
    /// Keep those who wait; for a day the identity provider is refused when it asks again
    Refuse(Which),
}

/// Say when it trips
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    which: Which,
    /// Whether anybody waits at all
    #[arg(long)]
    breaker: Option<Switch>,
    /// So many people go without a question, however few there are
    #[arg(long, value_name = "NUMBER")]
    people: Option<u32>,
    /// And so many percent of those whom the connection keeps
    #[arg(long, value_name = "PERCENT")]
    percent: Option<u32>,
    /// Within so many minutes
    #[arg(long, value_name = "MINUTES")]
    minutes: Option<u32>,
}

/// Whether the breaker is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Switch {
    /// They wait
    On,
    /// Everybody goes at once
    Off,
}

impl Switch {
    /// The breaker of a new connection; the usual one is not kept.
    pub(super) fn at_first(self) -> Option<Limit> {
        (self == Self::Off).then(|| Limit { is_on: false, ..Limit::default() })
    }
}

pub(super) async fn run(operator: &Operator, command: Breaker) -> Result<Output, Error> {
    let Operator { app, actor } = operator;
    match command {
        Breaker::Set(Set { which, breaker, people, percent, minutes }) => {
            let is_on = breaker.map(|it| it == Switch::On);
            let breaker = BreakerChange { is_on, people, percent, minutes };
            let change = ConnectionChange { breaker, ..ConnectionChange::default() };
            Ok(Output::one(view(&connections::change(app, actor, which.id, change).await?)))
        }
        Breaker::List(which) => {
            let held = deprovisionings::list(app, actor, which.id, None, SHOWN).await?;
            Ok(Output::many(&["user_id", "user_name", "way", "since"], held.iter().map(view_held).collect()))
        }
        Breaker::Release(which) => {
            let released = deprovisionings::release(app, actor, which.id, None).await?;
            let left_out: Vec<String> =
                released.left_out.iter().map(|(user, why)| format!("{user} ({})", why.word())).collect();
            let decided = decided(&which).with("released", released.done).with("under_way", released.under_way);
            Ok(Output::one(decided.with("left_out", left_out)))
        }
        Breaker::Refuse(which) => {
            let refused = deprovisionings::refuse(app, actor, which.id, None).await?;
            Ok(Output::one(decided(&which).with("refused", refused)))
        }
    }
}

fn decided(which: &Which) -> Record {
    Record::new().with("connection", which.id.to_string())
}

fn view_held(it: &Held) -> Record {
    Record::new()
        .with("user_id", it.deprovisioning.user.to_string())
        .with("user_name", it.user.user_name.clone())
        .with("way", it.deprovisioning.way.word())
        .with("since", it.deprovisioning.at.rfc3339())
}
