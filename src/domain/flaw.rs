//! What is wrong with something that was sent, and what would be right.
//!
//! **Invariant:** whatever a page can show has a variant of its own, so that every language says it in its own words; the
//! sentences here are those that programs, logs and the command line read.

use std::fmt::Display;

use super::address::AddressProblem;
use super::password::Weakness;
use super::role::{NotARoleKey, RoleKey};
use super::time::Timestamp;
use super::user_import::BadFile;

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The field was not sent.
    #[error("is missing")]
    Missing,
    /// The field was sent more than once.
    #[error("was sent twice; send it once")]
    Twice,
    /// There is a NUL character in it.
    #[error("must not hold a NUL character")]
    Nul,
    /// It holds nothing that can be seen.
    #[error("must not be empty")]
    Empty,
    /// There are control characters in it.
    #[error("leave out line breaks, tabs and other control characters")]
    Control,
    /// It is too long.
    #[error("use at most {characters_max} characters")]
    TooLong {
        /// As long as it may be.
        characters_max: usize,
    },
    /// It is too long, or has lines.
    #[error("use at most {characters_max} characters, without line breaks")]
    TooLongOrLines {
        /// As long as it may be.
        characters_max: usize,
    },
    /// It is too long, or there is a NUL character in it.
    #[error("use at most {characters_max} characters, and no NUL")]
    TooLongOrNul {
        /// As long as it may be.
        characters_max: usize,
    },
    /// It is no number.
    #[error("must be a number")]
    NotANumber,
    /// It is no number of these.
    #[error("write a number from {from} to {to}")]
    NotBetween {
        /// The lowest.
        from: u64,
        /// The highest.
        to: u64,
    },
    /// It is no name of a deed.
    #[error("{word} is no event; the nearest is {nearest}")]
    NoEvent {
        /// What was written.
        word: String,
        /// What may be meant.
        nearest: String,
    },
    /// There are too many of them.
    #[error("name at most {most} events, or areas such as user.*")]
    TooManyEvents {
        /// As many as there may be.
        most: u64,
    },
    /// It is not as many minutes as it may be.
    #[error("must be {from} to {to} minutes")]
    Minutes {
        /// The fewest.
        from: u32,
        /// The most.
        to: u32,
    },
    /// It is not as many days as it may be.
    #[error("must be {from} to {to} days")]
    Days {
        /// The fewest.
        from: u32,
        /// The most.
        to: u32,
    },
    /// A session may be idle for longer than it lives.
    #[error("must not be longer than the whole life of a session")]
    IdleBeyondLife,
    /// The link is the way in that always remains.
    #[error("the link cannot be switched off")]
    LinkStays,
    /// The usual way in is not among those that are allowed.
    #[error("must be one of the ways that are allowed")]
    WayNotAllowed,
    /// The organisation has no such role.
    #[error("the organisation has no role {role}{}", its_roles(.roles))]
    NoSuchRole {
        /// What was named.
        role: RoleKey,
        /// The roles that there are; empty where they are not told.
        roles: Vec<RoleKey>,
    },
    /// No role is named where there must be one.
    #[error("name at least one role")]
    NoRole,
    /// It cannot be the short name of a role.
    #[error("{NotARoleKey}")]
    RoleKey,
    /// A program may not hold a protected role.
    #[error("a protected role is for people; choose another")]
    ProtectedRole,
    /// No letter and no digit is in the name of a role.
    #[error("use letters or digits, so that people can tell the roles apart")]
    RoleLabel,
    /// A role stands below itself or below none that there is.
    #[error("choose another role of the organisation")]
    Below,
    /// The role model has no such reading.
    #[error("{}", readings(.0))]
    Reading(Vec<String>),
    /// No webhook can be at this address.
    #[error("write an address that begins with https://, without a user name, a password or a fragment")]
    WebhookAddress,
    /// It is not a domain.
    #[error("write a domain such as example.com")]
    Domain,
    /// It is no colour.
    #[error("write a colour as # and six hexadecimal digits, such as #00aa55")]
    Colour,
    /// It is no picture of a kind that every browser shows.
    #[error("send a PNG, JPEG or WebP picture, with nothing behind its end")]
    Picture,
    /// A picture has too many bytes.
    #[error("send a picture of at most {kibibytes_max} KiB")]
    PictureBytes {
        /// So large it may be.
        kibibytes_max: usize,
    },
    /// A picture has too few or too many pixels.
    #[error("send a picture of {from} to {to} pixels on each side")]
    PictureSide {
        /// The fewest.
        from: u32,
        /// The most.
        to: u32,
    },
    /// No help is to be found there.
    #[error("write a page that begins with https://, or a mail address")]
    Support,
    /// No objects can be put there.
    #[error(
        "write an address that begins with https://, and behind the host the bucket and what names begin with, in letters, digits \
         and - . _ ~"
    )]
    BucketAddress,
    /// No store shows this as a region, a key or a secret.
    #[error("write it as the store shows it")]
    AsTheStoreShows,
    /// No syslog can be there.
    #[error("write a host and a port, such as logs.example.com:6514")]
    SyslogAddress,
    /// Mail cannot be addressed like this.
    #[error("{0}")]
    Address(AddressProblem),
    /// It is the address of now.
    #[error("is your address already; write another one")]
    SameAddress,
    /// The temporary password would be mailed, and there is no address.
    #[error("give an address to send the temporary password to")]
    NoAddress,
    /// An address cannot be taken away.
    #[error("an address cannot be taken away; write another one")]
    AddressStays,
    /// The password breaks these rules.
    #[error("{}", joined(.0))]
    Weak(Vec<Weakness>),
    /// The password was not typed the same twice.
    #[error("type the same password twice")]
    PasswordsDiffer,
    /// It cannot be the short name of an organisation.
    #[error("use 2 to 63 lower-case letters, digits and inner hyphens, such as acme-corp")]
    Slug,
    /// It is none of the role models.
    #[error("choose one of the role models")]
    RoleModel,
    /// Nobody active answers to it.
    #[error("name an active user of this organisation")]
    Owner,
    /// Some of them cannot be members.
    #[error("choose active users of this organisation")]
    Members,
    /// Some of them are not of the organisation.
    #[error("choose users of this organisation")]
    People,
    /// It names too many people.
    #[error("name at most {most} people at once")]
    TooManyPeople {
        /// So many at once.
        most: usize,
    },
    /// A team cannot be on a project as anything else.
    #[error("a team of the organisation always stands as a team; leave this out")]
    TeamStands,
    /// Nobody and nothing of the organisation is meant.
    #[error("name a user, group or team of this organisation")]
    Subject,
    /// It is neither read nor write.
    #[error("must be read or write")]
    Access,
    /// It is no permission.
    #[error("write a permission, such as app.project:update")]
    Permission,
    /// It names teams that are not there.
    #[error("name teams of this organisation")]
    Teams,
    /// There are as many service accounts as there may be.
    #[error("the organisation has {most} service accounts already; delete one first")]
    TooManyAccounts {
        /// So many there may be.
        most: u64,
    },
    /// There are as many tokens as there may be.
    #[error("the account has {most} tokens already; end one first")]
    TooManyTokens {
        /// So many there may be.
        most: usize,
    },
    /// There are as many links for setting a connection up as there may be.
    #[error("the connection has {most} links already; end one first")]
    TooManyLinks {
        /// So many there may be.
        most: usize,
    },
    /// No scope is named.
    #[error("choose read, write or both")]
    NoScopes,
    /// A token would live too long, or not at all.
    #[error("must be from {from} to {to}")]
    Lifetime {
        /// The fewest days.
        from: u32,
        /// The most.
        to: u32,
    },
    /// It is no identity provider of the organisation.
    #[error("name an identity provider of this organisation")]
    Provider,
    /// It is not the address of an issuer.
    #[error("write the https address that the identity provider names as its issuer, such as https://id.example")]
    Issuer,
    /// It is no address to which events can be sent.
    #[error("write the https address to which events are sent, such as https://id.example/events")]
    EventsUri,
    /// It is not an id by which an identity provider could know this server.
    #[error("give the id that the identity provider knows this server by, of at most {characters_max} characters")]
    ClientId {
        /// As long as it may be.
        characters_max: usize,
    },
    /// They are no networks.
    #[error("write at most {most} addresses or networks, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32")]
    Networks {
        /// So many at most.
        most: usize,
    },
    /// They are no scopes of a SCIM token.
    #[error("name at least one of users:read, users:write, groups:read, groups:write and roles:read")]
    ScimScopes,
    /// It is no attribute of users or groups.
    #[error("`{name}` is no attribute of users or groups here; /scim/v2/Schemas lists those that there are")]
    ScimAttribute {
        /// What was named.
        name: String,
    },
    /// It is no attribute that can give roles.
    #[error(
        "`{name}` gives no roles: name an attribute of users that is text, that the provider alone says and everybody is shown, and that \
         is neither an id nor unique, such as userType, or one of a schema of your own with its URN before it"
    )]
    RoleAttribute {
        /// What was named.
        name: String,
    },
    /// They are too many to be named, or none.
    #[error("name from 1 to {most} attributes, or leave it out for all of them")]
    ScimAttributes {
        /// So many at most.
        most: usize,
    },
    /// It is no id of the kind that Entra gives.
    #[error("write the id as Entra shows it, such as 8adf8e6e-67b2-4cf2-a259-e3dc5476c621")]
    Guid,
    /// They are no public keys that a client could sign with.
    #[error(
        "give a key set with public keys only: RSA from 2048 bits, EC P-256 or Ed25519, each with a kid of its own"
    )]
    Keys,
    /// An application that opens the API would ask nobody.
    #[error(
        "an application with the scope api asks people for consent, unless somebody whose role allows everything waives it"
    )]
    Unasked,
    /// The secret that is kept belongs to another issuer.
    #[error("give the secret as well; the one that is kept belongs to another issuer and is not sent to this one")]
    SecretOfIssuer,
    /// They cannot be words of a claim that prove two factors.
    #[error("name at most {most} values, each of 1 to {characters_max} printable ASCII characters without spaces")]
    ProofWords {
        /// So many at most.
        most: usize,
        /// As long as one may be.
        characters_max: usize,
    },
    /// The connection may not give the role.
    #[error("the connection may not give the role {role}")]
    AboveCeiling {
        /// The role.
        role: RoleKey,
    },
    /// Nobody is invited.
    #[error("name at least one address")]
    NobodyInvited,
    /// Too many are invited at once.
    #[error("invite at most {most} at once; these are {people}")]
    TooManyInvited {
        /// So many at once.
        most: usize,
        /// So many there are.
        people: usize,
    },
    /// Only these are shared with.
    #[error("choose an active user who does not own it, or a team of this organisation")]
    Sharee,
    /// Only somebody who is on the team leads it.
    #[error("choose an active member of the team, or nobody")]
    Lead,
    /// Nobody is asked in a review, or somebody who may not be.
    #[error("choose active users of this organisation who may decide in reviews, at least one")]
    Reviewers,
    /// A reason is asked for and none is given.
    #[error("say why this stays")]
    Why,
    /// Nobody decides about themselves.
    #[error("nobody decides about their own access; hand it to somebody else")]
    OwnAccess,
    /// Whoever loses a role keeps the usual one, and that is none that gives less.
    #[error("no lower role is left over to whoever holds this; name one, or deactivate the person")]
    NothingLower,
    /// What somebody has decided about is not another's to decide about.
    #[error("somebody has decided about one of these already")]
    IsDecided,
    /// What is to begin later cannot begin in the past.
    #[error("choose a day that is not past")]
    Past,
    /// No user, or too many, are chosen in the list.
    #[error("choose between 1 and {most} users")]
    Selection {
        /// So many at once.
        most: usize,
    },
    /// No resource, or too many, are chosen in the list.
    #[error("choose 1 to {most} resources")]
    Resources {
        /// So many at once.
        most: usize,
    },
    /// No role was chosen.
    #[error("choose a role")]
    ChooseRole,
    /// What was typed to confirm is not the user name.
    #[error("type the user name exactly as it is shown")]
    Confirmation,
    /// A part of an address of a page means nothing.
    #[error("this value means nothing here; take it out of the address, or choose another")]
    Meaningless,
    /// It is no cursor that a page of this list handed out.
    #[error("send it as it came with the page before, or leave it out")]
    Cursor,
    /// It is neither a day nor a moment.
    #[error("write a day such as 2026-11-26, or a moment such as 2026-11-26T10:30:00Z")]
    Moment,
    /// It lies ahead of us.
    #[error("must not lie ahead")]
    InFuture,
    /// It lies before everything that is known.
    #[error("is known from {} on; name a later moment", .from.rfc3339())]
    NotKnownBefore {
        /// Where that begins.
        from: Timestamp,
    },
    /// A time ends before it begins.
    #[error("must not be before the beginning (from)")]
    EndsFirst,
    /// It is neither yes nor no.
    #[error("must be allow or deny")]
    Decision,
    /// It is nothing that a browser says of a passkey.
    #[error("is not what a browser says of a passkey; open the page again and repeat the step")]
    Passkey,
    /// A file of users cannot be used.
    #[error("{0}")]
    File(BadFile),
    /// Something that no page shows: settings, protocols, the command line.
    #[error("{0}")]
    Technical(String),
}

impl From<AddressProblem> for Flaw {
    fn from(problem: AddressProblem) -> Self {
        Self::Address(problem)
    }
}

impl From<NotARoleKey> for Flaw {
    fn from(_: NotARoleKey) -> Self {
        Self::RoleKey
    }
}

impl From<BadFile> for Flaw {
    fn from(problem: BadFile) -> Self {
        Self::File(problem)
    }
}

fn its_roles(roles: &[RoleKey]) -> String {
    let keys: Vec<&str> = roles.iter().map(RoleKey::as_str).collect();
    if keys.is_empty() { String::new() } else { format!("; its roles are {}", keys.join(", ")) }
}

fn readings(known: &[String]) -> String {
    match known {
        [] => "this role model has one reading only".to_owned(),
        known => format!("choose one of {}", known.join(", ")),
    }
}

fn joined(all: &[impl Display]) -> String {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    all.join("; ")
}
