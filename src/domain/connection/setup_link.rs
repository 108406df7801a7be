//! A link by which somebody outside the organisation sets a connection up at their identity provider.

use crate::domain::Timestamp;
use crate::domain::id::{ConnectionId, OrgId, SetupLinkId, TokenId, UserId};

/// So many days a link works where nobody says.
pub const SETUP_LINK_DAYS: u32 = 7;
/// So many days it works at most.
pub const SETUP_LINK_DAYS_MAX: u32 = 30;

/// What is known of a link; of its token only the hash is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetupLink {
    /// Its identity.
    pub id: SetupLinkId,
    /// The organisation.
    pub org: OrgId,
    /// The one connection that it is for.
    pub connection: ConnectionId,
    /// Who made it, and the epoch of that account then; nobody when it was the operator.
    pub maker: Option<(UserId, i64)>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The one token of the connection that was made through it.
    pub token: Option<TokenId>,
}

impl SetupLink {
    /// True when a token may be made through it.
    pub const fn may_make_token(&self) -> bool {
        self.token.is_none()
    }
}
