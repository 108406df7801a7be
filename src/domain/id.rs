//! Identifiers: UUIDv7 made by this server, one type per kind of thing.
//!
//! **Invariant:** an id is made here and nowhere else; nothing that a client sends becomes one, but the address that names an
//! application, by its hash.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid, Variant, Version};

/// The text is not an id in its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id; ids are lower-case UUIDs with hyphens")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered after every id made before it.
            #[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
            #[expect(clippy::new_without_default, reason = "two of them are never equal, so there is no default")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id that was stored under this UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID to store.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Reads the lower-case hyphenated form only, so that an id has one spelling.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let uuid = Uuid::try_parse(text).map_err(|_| NotAnId)?;
                if uuid.hyphenated().to_string() == text { Ok(Self(uuid)) } else { Err(NotAnId) }
            }
        }
    )+};
}

ids! {
    /// An organisation (tenant).
    OrgId,
    /// A user; belongs to exactly one organisation.
    UserId,
    /// An invitation; the user who accepts it gets the same id.
    InvitationId,
    /// A SCIM group.
    GroupId,
    /// A team.
    TeamId,
    /// A resource of an application.
    ResourceId,
    /// A project.
    ProjectId,
    /// Somebody or something on a project.
    AssignmentId,
    /// A connection: one identity provider of one organisation.
    ConnectionId,
    /// A bearer token of a connection.
    TokenId,
    /// An OpenID Connect client.
    ClientId,
    /// A signed-in browser session.
    SessionId,
    /// A refresh-token family: everything one authorization produced.
    FamilyId,
    /// An authorization code, access token or refresh token.
    GrantId,
    /// The identity of an authorization request that was pushed.
    PushedId,
    /// The identity of the request of a device that somebody is to let in.
    DeviceRequestId,
    /// An audit row.
    AuditId,
    /// A message in the outbox.
    OutboxId,
    /// A stream in which an application hears when access ends.
    StreamId,
    /// A stream in which the audit log of an organisation goes out.
    AuditStreamId,
    /// A part of the audit log that is kept as a file.
    AuditExportId,
    /// A signing key.
    KeyId,
    /// A sign-in under way.
    AttemptId,
    /// A sign-in at an identity provider that let nobody in.
    RefusalId,
    /// A request of an identity provider, as it was noted.
    CallId,
    /// A try to carry out a request that was kept, or to make a file that is to be kept.
    RunId,
    /// Somebody whom an identity provider lets go.
    DeprovisioningId,
    /// A link by which somebody outside sets a connection up.
    SetupLinkId,
    /// Somebody whom an identity provider means and may not have.
    LinkingId,
    /// A second factor.
    FactorId,
    /// A passkey.
    PasskeyId,
    /// A service account.
    ServiceAccountId,
    /// A view of the list of users that somebody keeps.
    SavedViewId,
    /// A try to sign in.
    SignInTryId,
    /// A browser in which somebody has signed in before.
    DeviceId,
    /// A token that a person or a service account calls the API with.
    PersonalTokenId,
    /// A review of what people hold.
    ReviewId,
    /// One place of a review.
    ReviewItemId,
    /// Reviews that begin by themselves.
    ReviewScheduleId,
}

impl InvitationId {
    /// The user that the invited person becomes, so that the audit tells one story of both.
    pub const fn user(self) -> UserId {
        UserId(self.0)
    }
}

impl ClientId {
    /// The id of the application that this address names.
    pub fn of_address(address: &str) -> Self {
        let hash: [u8; 32] = Sha256::digest(address).into();
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = hash;
        let bytes = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
        Self(Builder::from_bytes(bytes).with_variant(Variant::RFC4122).with_version(Version::Custom).into_uuid())
    }
}

impl OrgId {
    /// The owner of rows that belong to the operator of the instance rather than to an organisation.
    pub const OPERATOR: Self = Self(Uuid::nil());
}
