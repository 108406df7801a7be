//! OpenID Connect clients, and what was issued to them for a person.

use super::id::{ClientId, FamilyId, GrantId, OrgId, SessionId, UserId};
use super::policy::Target;
use super::secret::TokenHash;
use super::time::Timestamp;

/// A client as stored; its secret is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The identity of the client; its text is the `client_id`.
    pub id: ClientId,
    /// The organisation it belongs to, or [`OrgId::OPERATOR`] when it serves every organisation.
    pub org: OrgId,
    /// Its name for people.
    pub name: String,
    /// What was registered, as JSON of the OpenID provider's own type.
    pub registration: String,
    /// Disabled clients are refused everywhere.
    pub is_disabled: bool,
    /// Raised by disabling and secret rotation; whatever was issued under an older epoch is void.
    pub epoch: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Where it is told of changes to users and groups.
    pub events_uri: Option<String>,
    /// When somebody came with it last, where nobody registered it and nobody has decided anything about it; it is forgotten
    /// when it is not used.
    pub met_at: Option<Timestamp>,
}

/// What a person has agreed to for a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreed {
    /// The scopes.
    pub scopes: Vec<String>,
    /// The resource servers at which it may act.
    pub resources: Vec<String>,
}

/// The secrets of a client, of which two work while one takes the place of the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The present one.
    pub present: Option<TokenHash>,
    /// The one before it, and until when it works.
    pub earlier: Option<(TokenHash, Timestamp)>,
}

impl Secrets {
    /// Whether this is one that works at this moment.
    pub fn has(&self, presented: &TokenHash, now: Timestamp) -> bool {
        let earlier = self.earlier.filter(|(_, until)| *until > now).map(|(hash, _)| hash);
        // Both are compared whatever the first says, so that the time tells nothing.
        let matches = |stored: Option<TokenHash>| stored.is_some_and(|stored| stored.matches(presented));
        matches(self.present) | matches(earlier)
    }
}

impl Client {
    /// The organisation that it is of; none where it is the operator's.
    pub fn organisation(&self) -> Option<OrgId> {
        Some(self.org).filter(|org| *org != OrgId::OPERATOR)
    }

    /// The client as the target of a deed.
    pub fn target(&self) -> Target {
        Target::Client { org: self.organisation(), id: self.id, label: self.name.clone() }
    }

    /// True when people of this organisation may use it.
    pub fn serves(&self, org: OrgId) -> bool {
        self.org == OrgId::OPERATOR || self.org == org
    }
}

/// Everything that one authorization produced: its code, access tokens and refresh tokens live and die together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The identity of the family.
    pub id: FamilyId,
    /// The organisation of the person.
    pub org: OrgId,
    /// Who authorized it.
    pub user: UserId,
    /// For which client.
    pub client: ClientId,
    /// In which session.
    pub session: SessionId,
    /// What was granted.
    pub scopes: Vec<String>,
    /// How the person had signed in, as JSON.
    pub facts: String,
    /// When it was authorized.
    pub created_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A code, access token or refresh token as stored; its secret is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The identity of the token; the `jti` where there is one.
    pub id: GrantId,
    /// The family it belongs to.
    pub family: FamilyId,
    /// What it is.
    pub kind: IssuedKind,
    /// What it is good for; at most what the family was granted.
    pub scopes: Vec<String>,
    /// What a code is bound to (redirect URI, challenge, nonce), as JSON; of a token, the id of the refresh token that it was
    /// issued for, where it was.
    pub detail: String,
    /// The thumbprint of the key that whoever brings the token must hold (RFC 9449), where it is bound to one.
    pub jkt: Option<String>,
    /// The resources that whoever has the token may use it at, where it is for any.
    pub audience: Vec<String>,
    /// The clients that it was handed on to, the last of them first.
    pub handed_to: Vec<HandedTo>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was redeemed, for the kinds that work once.
    pub used_at: Option<Timestamp>,
}

/// A client that a token was handed on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedTo {
    /// The client.
    pub client: ClientId,
    /// Its epoch then; under a later one the token is void.
    pub epoch: i64,
}

/// What was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuedKind {
    /// An authorization code; works once.
    Code,
    /// The code of a device that was let in; works once.
    Device,
    /// An access token.
    Access,
    /// A refresh token; works once and is replaced.
    Refresh,
}

impl Issued {
    /// The client whose token it is, of those in its family.
    pub fn holder(&self, family: &Family) -> ClientId {
        self.handed_to.first().map_or(family.client, |it| it.client)
    }
}

impl IssuedKind {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Device => "device",
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Code, Self::Device, Self::Access, Self::Refresh].into_iter().find(|it| it.word() == word)
    }
}
