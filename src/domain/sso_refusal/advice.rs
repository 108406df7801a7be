//! What somebody who administers an organisation can do about a sign-in that let nobody in.
//!
//! **Invariant:** everything here is shown to people, and finds nobody: whoever looks alike by name or address is
//! somebody whom the provider could have meant, no more.

use serde_json::{Map, Value};

use super::Check;
use crate::domain::connection::{Connection, Kind};
use crate::domain::text::fold;
use crate::domain::user::{SignIn, Status, User};

/// Something to do, there or here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// See whether the provider runs, and whether this server may call it.
    Reach,
    /// Look into the log of the provider.
    ReadProviderLog,
    /// Let the person use the application at the provider.
    Assign,
    /// Ask for a second factor at the provider.
    AskSecondFactor,
    /// Compare issuer, client id, secret and clock.
    CompareSettings,
    /// The person begins again.
    BeginAgain,
    /// Let the connection go on.
    Resume,
    /// Let the provider ask again and say when.
    SendAuthTime,
    /// The person signs out at the provider.
    SamePerson,
    /// Push the person over SCIM.
    Push,
    /// Activate the user.
    Activate,
    /// Send the first password again.
    Complete,
    /// The user has a password and keeps it.
    UsePassword,
    /// Choose this provider for the user.
    ChooseProvider,
    /// Send over SCIM what the sign-in calls `sub`.
    MapExternalId,
    /// Send over SCIM what the sign-in calls `oid`.
    MapObjectId,
    /// The provider has given the person another id.
    Relink,
    /// The role of the user is above what the connection may give.
    RaiseCeiling,
}

impl Advice {
    /// The word that programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::ReadProviderLog => "read_provider_log",
            Self::Assign => "assign",
            Self::AskSecondFactor => "ask_second_factor",
            Self::CompareSettings => "compare_settings",
            Self::BeginAgain => "begin_again",
            Self::Resume => "resume",
            Self::SendAuthTime => "send_auth_time",
            Self::SamePerson => "same_person",
            Self::Push => "push",
            Self::Activate => "activate",
            Self::Complete => "complete",
            Self::UsePassword => "use_password",
            Self::ChooseProvider => "choose_provider",
            Self::MapExternalId => "map_external_id",
            Self::MapObjectId => "map_object_id",
            Self::Relink => "relink",
            Self::RaiseCeiling => "raise_ceiling",
        }
    }

    /// What helps whoever the person is; of the last two, when nobody here looks like them.
    pub const fn on(check: Check) -> Self {
        match check {
            Check::Reachable => Self::Reach,
            Check::Answered => Self::ReadProviderLog,
            Check::Admitted => Self::Assign,
            Check::SecondFactor => Self::AskSecondFactor,
            Check::Believed => Self::CompareSettings,
            Check::UnderWay => Self::BeginAgain,
            Check::Open => Self::Resume,
            Check::Fresh => Self::SendAuthTime,
            Check::Same => Self::SamePerson,
            Check::Known | Check::Active => Self::Push,
        }
    }
}

/// How a provider names somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claimed {
    /// The id that SCIM must have sent as `externalId`.
    pub external_id: Option<String>,
    /// The key under which the person is linked.
    pub subject: Option<String>,
    /// The user name.
    pub user_name: Option<String>,
    /// The address.
    pub email: Option<String>,
}

impl Claimed {
    /// Reads the names out of kept claims.
    pub fn of(kind: Kind, claims: &Map<String, Value>) -> Self {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|it| !it.is_empty()).map(str::to_owned);
        let (external_id, subject) = match kind {
            Kind::Entra => (text("oid"), text("tid").zip(text("oid")).map(|(tenant, oid)| format!("{tenant}/{oid}"))),
            Kind::Okta | Kind::Generic => (text("sub"), text("sub")),
        };
        let user_name = text("preferred_username").or_else(|| text("upn"));
        Self { external_id, subject, user_name, email: text("email") }
    }
}

/// Which name is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// The id at the provider.
    ExternalId,
    /// The user name.
    UserName,
    /// The address.
    Email,
}

impl Named {
    /// The name as SCIM has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ExternalId => "externalId",
            Self::UserName => "userName",
            Self::Email => "email",
        }
    }
}

/// A name in the token beside the one of a user here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Which name.
    pub named: Named,
    /// What the token says.
    pub claim: Option<String>,
    /// What stands here.
    pub here: Option<String>,
    /// Whether they differ; a name that the token lacks differs from nothing.
    pub differs: bool,
}

/// The names of the token beside those of a user.
pub fn beside(claimed: &Claimed, user: &User) -> [Pair; 3] {
    let exact = |one: &str, other: &str| one == other;
    let folded = |one: &str, other: &str| fold(one) == fold(other);
    [
        pair(Named::ExternalId, claimed.external_id.as_deref(), user.external_id.as_deref(), exact),
        pair(Named::UserName, claimed.user_name.as_deref(), Some(&user.user_name), folded),
        pair(Named::Email, claimed.email.as_deref(), user.email.as_deref(), folded),
    ]
}

fn pair(named: Named, claim: Option<&str>, here: Option<&str>, same: fn(&str, &str) -> bool) -> Pair {
    let differs = match (claim, here) {
        (Some(claim), Some(here)) => !same(claim, here),
        (Some(_), None) => true,
        (None, _) => false,
    };
    Pair { named, claim: claim.map(str::to_owned), here: here.map(str::to_owned), differs }
}

/// What helps if the provider meant this user. `linked` is the subject that the user is linked to at the connection.
pub fn for_user(claimed: &Claimed, user: &User, connection: &Connection, linked: Option<&str>) -> Advice {
    let is_elsewhere = user.managed_by != Some(connection.id);
    let is_linked_otherwise = linked.is_some_and(|it| claimed.subject.as_deref() != Some(it));
    match (user.status, user.sign_in) {
        (Status::Deactivated, _) => Advice::Activate,
        (Status::Pending, _) => Advice::Complete,
        (Status::Active, SignIn::Password) => Advice::UsePassword,
        (Status::Active, SignIn::Sso) if is_elsewhere => Advice::ChooseProvider,
        (Status::Active, SignIn::Sso) if is_linked_otherwise => Advice::Relink,
        (Status::Active, SignIn::Sso) if linked.is_some() => Advice::BeginAgain,
        (Status::Active, SignIn::Sso) if claimed.external_id.is_none() || user.external_id == claimed.external_id => {
            Advice::RaiseCeiling
        }
        (Status::Active, SignIn::Sso) if connection.kind == Kind::Entra => Advice::MapObjectId,
        (Status::Active, SignIn::Sso) => Advice::MapExternalId,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::Timestamp;
    use crate::domain::connection::Settings;
    use crate::domain::id::{ConnectionId, OrgId, UserId};

    fn connection(kind: Kind) -> Connection {
        let at = Timestamp::from_millis(0);
        Connection {
            id: ConnectionId::new(),
            org: OrgId::new(),
            kind,
            name: "Directory".to_owned(),
            is_paused: false,
            settings: Settings::default(),
            created_at: at,
            updated_at: at,
        }
    }

    fn user(of: &Connection) -> User {
        let at = Timestamp::from_millis(0);
        User {
            id: UserId::new(),
            org: of.org,
            user_name: "Ada@acme.example".to_owned(),
            display_name: "Ada".to_owned(),
            email: Some("ada@acme.example".to_owned()),
            proved_email: None,
            external_id: Some("ada.lovelace".to_owned()),
            managed_by: Some(of.id),
            sign_in: SignIn::Sso,
            status: Status::Active,
            mfa_required: false,
            epoch: 0,
            version: 1,
            document: "{}".to_owned(),
            created_at: at,
            updated_at: at,
        }
    }

    fn claimed(kind: Kind) -> Claimed {
        let claims = json!({
            "sub": "pairwise", "oid": "0b1", "tid": "t", "preferred_username": "ada@ACME.example", "email": 7, "upn": "x",
        });
        Claimed::of(kind, claims.as_object().unwrap())
    }

    #[test]
    fn a_person_is_named_by_sub_or_by_object_id() {
        let (okta, entra) = (claimed(Kind::Okta), claimed(Kind::Entra));

        assert_eq!((okta.external_id.as_deref(), okta.subject.as_deref()), (Some("pairwise"), Some("pairwise")));
        assert_eq!((entra.external_id.as_deref(), entra.subject.as_deref()), (Some("0b1"), Some("t/0b1")));
        assert_eq!((okta.user_name.as_deref(), okta.email), (Some("ada@ACME.example"), None));
        assert_eq!(Claimed::of(Kind::Entra, &Map::new()), Claimed::default());
    }

    #[test]
    fn a_name_in_another_spelling_is_the_same_and_an_id_is_not() {
        let of = connection(Kind::Entra);

        let pairs = beside(&claimed(Kind::Entra), &user(&of));

        assert_eq!(
            pairs.clone().map(|it| (it.named, it.differs)),
            [(Named::ExternalId, true), (Named::UserName, false), (Named::Email, false),]
        );
        assert_eq!((pairs[0].claim.as_deref(), pairs[0].here.as_deref()), (Some("0b1"), Some("ada.lovelace")));
        let unnumbered = User { external_id: None, ..user(&of) };
        assert!(beside(&claimed(Kind::Entra), &unnumbered)[0].differs);
    }

    #[test]
    fn the_advice_is_the_first_thing_that_stands_in_the_way() {
        for kind in [Kind::Okta, Kind::Entra] {
            let (of, said) = (connection(kind), claimed(kind));
            let base = user(&of);
            let id = said.external_id.clone();
            let map = if kind == Kind::Entra { Advice::MapObjectId } else { Advice::MapExternalId };
            let rows = [
                (User { status: Status::Deactivated, ..base.clone() }, None, Advice::Activate),
                (User { status: Status::Pending, ..base.clone() }, None, Advice::Complete),
                (User { sign_in: SignIn::Password, ..base.clone() }, None, Advice::UsePassword),
                (User { managed_by: None, ..base.clone() }, None, Advice::ChooseProvider),
                (User { managed_by: Some(ConnectionId::new()), ..base.clone() }, None, Advice::ChooseProvider),
                (base.clone(), Some("another"), Advice::Relink),
                (base.clone(), said.subject.as_deref(), Advice::BeginAgain),
                (base.clone(), None, map),
                (User { external_id: None, ..base.clone() }, None, map),
                (User { external_id: id, ..base.clone() }, None, Advice::RaiseCeiling),
            ];
            for (user, linked, expected) in rows {
                assert_eq!(for_user(&said, &user, &of, linked), expected, "{kind:?} {user:?} {linked:?}");
            }
        }
    }
}
