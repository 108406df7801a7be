//! Whether somebody could sign in at this moment, from how things stand.
//!
//! **Invariant:** it says what the sign-in would do, and decides nothing: the sign-in asks anew.

use super::throttle::{CLOSED_AT, Throttle};
use super::time::Timestamp;
use super::user::Status;

/// How things stand for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Nobody of the organisation gets in.
    pub is_suspended: bool,
    /// Where the user stands in its life.
    pub status: Status,
    /// How the user signs in.
    pub way: Way,
}

/// How somebody signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Here, with a password.
    Password {
        /// The password, if there is one.
        password: Option<PasswordState>,
        /// The failures in a row, from browsers that are not known.
        throttle: Throttle,
        /// The second factor.
        factor: Factor,
    },
    /// At an identity provider, if the user belongs to one.
    Provider(Option<ProviderState>),
}

/// A password that somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordState {
    /// It opens nothing but the page that replaces it.
    pub must_change: bool,
    /// When a temporary one ends.
    pub expires_at: Option<Timestamp>,
}

/// The second factor of somebody with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// There is one, or none is needed.
    Settled,
    /// One must be set up at the next sign-in.
    Due,
    /// One must be set up, and until then it can be put off.
    DueBy(Timestamp),
}

/// The identity provider of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderState {
    /// Its connection is paused.
    pub is_paused: bool,
    /// People can sign in there: the connection has an issuer.
    pub takes_sign_ins: bool,
    /// The user has signed in there before.
    pub is_linked: bool,
    /// The provider has sent its id of the user.
    pub has_external_id: bool,
    /// That id is of a kind that no sign-in at the provider brings.
    pub never_matches: bool,
    /// An address of the user that the provider says is verified would link it.
    pub links_by_email: bool,
}

/// What keeps somebody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The organisation is suspended.
    Suspended,
    /// The user is deactivated.
    Deactivated,
    /// The first password has not been set.
    Pending,
    /// There is no password.
    NoPassword,
    /// The temporary password has ended.
    PasswordOver(Timestamp),
    /// After failures in a row nothing is checked before this moment.
    Waits(Timestamp),
    /// After too many failures in a row only a reset helps.
    Closed,
    /// The user belongs to no identity provider.
    NoProvider,
    /// The connection is paused.
    ProviderPaused,
    /// Nobody signs in at the provider yet.
    ProviderTakesNobody,
    /// The provider has sent no id by which it could mean the user.
    ProviderKnowsNobody,
    /// The id that the provider has sent is none that it signs anybody in by.
    ProviderIdNeverMatches,
}

impl Obstacle {
    /// The word that programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Suspended => "organisation_suspended",
            Self::Deactivated => "deactivated",
            Self::Pending => "pending",
            Self::NoPassword => "no_password",
            Self::PasswordOver(_) => "temporary_password_over",
            Self::Waits(_) => "waits",
            Self::Closed => "closed",
            Self::NoProvider => "no_provider",
            Self::ProviderPaused => "provider_paused",
            Self::ProviderTakesNobody => "provider_takes_no_sign_ins",
            Self::ProviderKnowsNobody => "unknown_to_provider",
            Self::ProviderIdNeverMatches => "external_id_never_matches",
        }
    }

    /// The moment that belongs to it.
    pub const fn moment(self) -> Option<Timestamp> {
        match self {
            Self::PasswordOver(at) | Self::Waits(at) => Some(at),
            Self::Suspended
            | Self::Deactivated
            | Self::Pending
            | Self::NoPassword
            | Self::Closed
            | Self::NoProvider
            | Self::ProviderPaused
            | Self::ProviderTakesNobody
            | Self::ProviderKnowsNobody
            | Self::ProviderIdNeverMatches => None,
        }
    }
}

/// What else happens on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// The password must be replaced.
    ChangePassword,
    /// A second factor must be set up.
    SetUpFactor,
    /// A second factor must be set up by then.
    SetUpFactorBy(Timestamp),
    /// The first sign-in links the user by the id that was sent.
    Link,
    /// The first sign-in links the user by its address.
    LinkByEmail,
}

impl Duty {
    /// The word that programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ChangePassword => "change_password",
            Self::SetUpFactor => "set_up_second_factor",
            Self::SetUpFactorBy(_) => "set_up_second_factor_by",
            Self::Link => "link",
            Self::LinkByEmail => "link_by_email",
        }
    }

    /// The moment that belongs to it.
    pub const fn moment(self) -> Option<Timestamp> {
        match self {
            Self::SetUpFactorBy(at) => Some(at),
            Self::ChangePassword | Self::SetUpFactor | Self::Link | Self::LinkByEmail => None,
        }
    }
}

/// Whether somebody could sign in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Everything that keeps the user out, what to mend first first.
    pub obstacles: Vec<Obstacle>,
    /// What happens on the way in.
    pub duties: Vec<Duty>,
}

impl Verdict {
    /// True when nothing keeps the user out.
    pub fn is_open(&self) -> bool {
        self.obstacles.is_empty()
    }
}

/// Whether somebody for whom things stand like this could sign in now.
pub fn judge(standing: &Standing, now: Timestamp) -> Verdict {
    let mut verdict = Verdict::default();
    if standing.is_suspended {
        verdict.obstacles.push(Obstacle::Suspended);
    }
    if standing.status == Status::Deactivated {
        verdict.obstacles.push(Obstacle::Deactivated);
    }
    match &standing.way {
        Way::Password { password, throttle, factor } => {
            by_password(standing.status, *password, *factor, now, &mut verdict);
            verdict.obstacles.extend(kept_waiting(*throttle, now));
        }
        Way::Provider(provider) => by_provider(standing.status, *provider, &mut verdict),
    }
    verdict
}

fn by_password(status: Status, password: Option<PasswordState>, factor: Factor, now: Timestamp, verdict: &mut Verdict) {
    let is_temporary = password.is_some_and(|it| it.must_change);
    match password {
        _ if status == Status::Pending && !is_temporary => verdict.obstacles.push(Obstacle::Pending),
        None => verdict.obstacles.push(Obstacle::NoPassword),
        Some(PasswordState { expires_at: Some(end), .. }) if end <= now => {
            verdict.obstacles.push(Obstacle::PasswordOver(end));
        }
        Some(_) => {}
    }
    verdict.duties.extend(is_temporary.then_some(Duty::ChangePassword));
    verdict.duties.extend(match factor {
        Factor::Settled => None,
        Factor::Due => Some(Duty::SetUpFactor),
        Factor::DueBy(at) => Some(Duty::SetUpFactorBy(at)),
    });
}

fn kept_waiting(throttle: Throttle, now: Timestamp) -> Option<Obstacle> {
    if throttle.failures >= CLOSED_AT {
        return Some(Obstacle::Closed);
    }
    throttle.locked_until.filter(|until| *until > now).map(Obstacle::Waits)
}

fn by_provider(status: Status, provider: Option<ProviderState>, verdict: &mut Verdict) {
    if status == Status::Pending {
        verdict.obstacles.push(Obstacle::Pending);
    }
    let Some(provider) = provider else {
        verdict.obstacles.push(Obstacle::NoProvider);
        return;
    };
    if provider.is_paused {
        verdict.obstacles.push(Obstacle::ProviderPaused);
    }
    if !provider.takes_sign_ins {
        verdict.obstacles.push(Obstacle::ProviderTakesNobody);
    }
    match (provider.is_linked, provider.has_external_id) {
        (true, _) => {}
        (false, true) if !provider.never_matches => verdict.duties.push(Duty::Link),
        (false, _) if provider.links_by_email => verdict.duties.push(Duty::LinkByEmail),
        (false, true) => verdict.obstacles.push(Obstacle::ProviderIdNeverMatches),
        (false, false) => verdict.obstacles.push(Obstacle::ProviderKnowsNobody),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
    const LATER: Timestamp = Timestamp::from_millis(1_800_000_060_000);
    const BEFORE: Timestamp = Timestamp::from_millis(1_799_999_940_000);
    const PASSWORD: PasswordState = PasswordState { must_change: false, expires_at: None };
    const PROVIDER: ProviderState = ProviderState {
        is_paused: false,
        takes_sign_ins: true,
        is_linked: true,
        has_external_id: true,
        never_matches: false,
        links_by_email: false,
    };

    fn with(status: Status, password: Option<PasswordState>, throttle: Throttle, factor: Factor) -> Standing {
        Standing { is_suspended: false, status, way: Way::Password { password, throttle, factor } }
    }

    fn at(status: Status, provider: Option<ProviderState>) -> Standing {
        Standing { is_suspended: false, status, way: Way::Provider(provider) }
    }

    fn failed(failures: u32, locked_until: Option<Timestamp>) -> Throttle {
        Throttle { failures, last_failure_at: Some(BEFORE), locked_until }
    }

    #[test]
    fn whoever_signs_in_with_a_password_is_kept_out_by_each_of_these() {
        let (free, settled) = (Throttle::default(), Factor::Settled);
        let temporary = |end| Some(PasswordState { must_change: true, expires_at: Some(end) });
        let rows = [
            (with(Status::Active, Some(PASSWORD), free, settled), vec![], vec![]),
            (with(Status::Active, None, free, settled), vec![Obstacle::NoPassword], vec![]),
            (with(Status::Pending, None, free, settled), vec![Obstacle::Pending], vec![]),
            (with(Status::Pending, Some(PASSWORD), free, settled), vec![Obstacle::Pending], vec![]),
            (with(Status::Pending, temporary(LATER), free, settled), vec![], vec![Duty::ChangePassword]),
            (
                with(Status::Active, temporary(NOW), free, settled),
                vec![Obstacle::PasswordOver(NOW)],
                vec![Duty::ChangePassword],
            ),
            (with(Status::Deactivated, Some(PASSWORD), free, settled), vec![Obstacle::Deactivated], vec![]),
            (
                with(Status::Active, Some(PASSWORD), failed(5, Some(LATER)), settled),
                vec![Obstacle::Waits(LATER)],
                vec![],
            ),
            (with(Status::Active, Some(PASSWORD), failed(5, Some(NOW)), settled), vec![], vec![]),
            (
                with(Status::Active, Some(PASSWORD), failed(CLOSED_AT, Some(BEFORE)), settled),
                vec![Obstacle::Closed],
                vec![],
            ),
            (with(Status::Active, Some(PASSWORD), free, Factor::Due), vec![], vec![Duty::SetUpFactor]),
            (
                with(Status::Active, Some(PASSWORD), free, Factor::DueBy(LATER)),
                vec![],
                vec![Duty::SetUpFactorBy(LATER)],
            ),
        ];
        for (standing, obstacles, duties) in rows {
            let verdict = judge(&standing, NOW);

            assert_eq!(verdict.is_open(), obstacles.is_empty());
            assert_eq!(verdict, Verdict { obstacles, duties }, "{standing:?}");
        }
    }

    #[test]
    fn whoever_signs_in_at_a_provider_is_kept_out_by_each_of_these() {
        let unlinked = ProviderState { is_linked: false, ..PROVIDER };
        let rows = [
            (at(Status::Active, Some(PROVIDER)), vec![], vec![]),
            (at(Status::Active, None), vec![Obstacle::NoProvider], vec![]),
            (at(Status::Deactivated, Some(PROVIDER)), vec![Obstacle::Deactivated], vec![]),
            (at(Status::Pending, Some(PROVIDER)), vec![Obstacle::Pending], vec![]),
            (
                at(Status::Active, Some(ProviderState { is_paused: true, ..PROVIDER })),
                vec![Obstacle::ProviderPaused],
                vec![],
            ),
            (
                at(Status::Active, Some(ProviderState { takes_sign_ins: false, ..PROVIDER })),
                vec![Obstacle::ProviderTakesNobody],
                vec![],
            ),
            (at(Status::Active, Some(unlinked)), vec![], vec![Duty::Link]),
            (
                at(Status::Active, Some(ProviderState { links_by_email: true, has_external_id: false, ..unlinked })),
                vec![],
                vec![Duty::LinkByEmail],
            ),
            (
                at(Status::Active, Some(ProviderState { links_by_email: true, never_matches: true, ..unlinked })),
                vec![],
                vec![Duty::LinkByEmail],
            ),
            (
                at(Status::Active, Some(ProviderState { never_matches: true, ..unlinked })),
                vec![Obstacle::ProviderIdNeverMatches],
                vec![],
            ),
            (at(Status::Active, Some(ProviderState { never_matches: true, ..PROVIDER })), vec![], vec![]),
            (
                at(Status::Active, Some(ProviderState { has_external_id: false, ..unlinked })),
                vec![Obstacle::ProviderKnowsNobody],
                vec![],
            ),
        ];
        for (standing, obstacles, duties) in rows {
            assert_eq!(judge(&standing, NOW), Verdict { obstacles, duties }, "{standing:?}");
        }
    }

    #[test]
    fn a_suspended_organisation_comes_first_and_hides_nothing() {
        let standing = Standing { is_suspended: true, ..at(Status::Deactivated, None) };

        let verdict = judge(&standing, NOW);

        assert_eq!(verdict.obstacles, [Obstacle::Suspended, Obstacle::Deactivated, Obstacle::NoProvider]);
    }
}
