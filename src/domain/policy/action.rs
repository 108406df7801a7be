//! Every deed that changes something: the question put to the policy and the record that is kept.

use super::scim::Ceiling;
use crate::domain::connection::{Attributes, LinkedBy, Scopes};
use crate::domain::id::{
    AuditExportId, CallId, ClientId, ConnectionId, PasskeyId, PersonalTokenId, SetupLinkId, TokenId, UserId,
};
use crate::domain::project::Subject;
use crate::domain::resource::{Moves, ResourceKey};
use crate::domain::role::{Access, RoleKey, Source};
use crate::domain::share::{Level, Sharee};
use crate::domain::sso_refusal::Check;
use crate::domain::time::Timestamp;

mod audit_export;
mod audit_stream;
mod change;
mod changes;
mod names;
mod own_domain;
mod review;
mod words;

pub use audit_export::ExportDeed;
pub use audit_stream::StreamDeed;
pub use change::Change;
pub use own_domain::DomainDeed;
pub use review::ReviewDeed;

/// A deed, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A new organisation.
    CreateOrganisation,
    /// Nobody of the organisation gets in.
    SuspendOrganisation,
    /// They get in again.
    ResumeOrganisation,
    /// The organisation is to go, and nobody of it gets in.
    DeleteOrganisation {
        /// For so long it can be restored.
        grace_days: u32,
    },
    /// It stays, and they get in again.
    RestoreOrganisation,
    /// From now on what it had goes.
    BeginErasure {
        /// How many deeds its own record has told of.
        records: i64,
        /// The last link of the chain over that record.
        link: Option<String>,
    },
    /// Nothing of it is left.
    EraseOrganisation,
    /// Another name or language of the organisation.
    ChangeOrganisation {
        /// What changed.
        changes: Vec<Change>,
    },
    /// Another look of its pages.
    ChangeBranding {
        /// What changed.
        changes: Vec<Change>,
    },
    /// Other rules for passwords, second factors, sessions or activation.
    ChangePolicy {
        /// What changed.
        changes: Vec<Change>,
    },
    /// A role of the organisation's own, new or another than before, or another reading of its role model.
    DefineRoles {
        /// The roles that the role gives.
        gives: Vec<RoleKey>,
        /// What changed.
        changes: Vec<Change>,
    },
    /// A role of the organisation's own is taken out of its role model.
    DeleteRole {
        /// What changed.
        changes: Vec<Change>,
    },

    /// A new user who must accept first.
    InviteUser {
        /// The role offered.
        role: RoleKey,
    },
    /// The same person gets a new link.
    ResendInvitation {
        /// The role offered.
        role: RoleKey,
    },
    /// An invitation is taken back.
    RevokeInvitation {
        /// The role that was offered.
        role: RoleKey,
    },
    /// The person comes and is a user from now on.
    AcceptInvitation {
        /// The role given.
        role: RoleKey,
    },
    /// The person does not want to come.
    DeclineInvitation,
    /// The person wanted to come, and whoever sent the invitation may not invite any more.
    FailInvitation {
        /// The role that was offered.
        role: RoleKey,
    },
    /// A new user.
    CreateUser {
        /// The role given; none when the caller gives none.
        role: Option<RoleKey>,
        /// Why it is held.
        source: Source,
    },
    /// Other names, addresses or attributes.
    UpdateUser {
        /// What changed.
        changes: Vec<Change>,
    },
    /// The same, by the user.
    UpdateOwnProfile {
        /// What changed.
        changes: Vec<Change>,
    },
    /// A user keeps a view of the list of users.
    SaveView {
        /// True when everybody is to see it.
        is_shared: bool,
    },
    /// A user takes a view away.
    DeleteView {
        /// True when somebody else made it, for everybody.
        is_of_others: bool,
    },
    /// A user asks for a link to another e-mail address.
    RequestEmailChange,
    /// That link is used: the user's mail goes to the new address from now on.
    ChangeOwnEmail,
    /// Another user name.
    RenameUser {
        /// The name until now.
        from: String,
        /// The name from now on.
        to: String,
    },
    /// A user is managed by a connection from now on.
    LinkUser {
        /// The connection.
        connection: ConnectionId,
        /// The roles that the one before gave, which go with it.
        takes: Vec<RoleKey>,
        /// The role that the connection gives to whoever has no other.
        gives: Option<RoleKey>,
    },
    /// A user whom a connection means by the user name stays apart from it.
    DismissLinking {
        /// The connection.
        connection: ConnectionId,
    },
    /// A user is from now on the one whom an identity provider means by this subject.
    LinkIdentity {
        /// The connection.
        connection: ConnectionId,
        /// Who names the subject.
        issuer: String,
        /// The person in the provider's terms.
        subject: String,
        /// By what the user was found.
        by: LinkedBy,
    },
    /// An ID token names roles that the person does not hold. Nobody gets a role by that; the claim is only recorded.
    ClaimRoles {
        /// The roles.
        roles: Vec<RoleKey>,
    },
    /// A deactivated user is let in again.
    ActivateUser,
    /// An invited or pending user completes the activation by a link.
    CompleteActivation,
    /// An invited or pending user gets a new link for the first password.
    ResendActivation,
    /// The user is shut out at once.
    DeactivateUser,
    /// It is said when the time of a user ends, or that nobody knows.
    SetEndDate {
        /// When it ended until now.
        from: Option<Timestamp>,
        /// When it ends from now on.
        to: Option<Timestamp>,
    },
    /// The time of a user has ended for more than a day, and the access has not.
    NoteStillHere {
        /// When the time ended.
        since: Timestamp,
    },
    /// The membership of the user ends.
    RemoveUser,
    /// Somebody who never signed in is deleted.
    DeletePendingUser,
    /// The personal data of the user is erased.
    EraseUser,
    /// The user ends the own membership.
    Leave,
    /// Another role, given by hand.
    ChangeRole {
        /// The effective role until now.
        from: Option<RoleKey>,
        /// The role from now on.
        to: RoleKey,
    },
    /// One more grant of a role.
    GrantRole {
        /// The role.
        role: RoleKey,
        /// Why it is held.
        source: Source,
    },
    /// One grant of a role less.
    UngrantRole {
        /// The role.
        role: RoleKey,
        /// Why it was held.
        source: Source,
    },
    /// A user is a break-glass account from now on, or none any more.
    MarkBreakGlass {
        /// True when it is one.
        is_one: bool,
    },
    /// Somebody signs in as a break-glass account.
    UseBreakGlass,
    /// A user is asked for a second factor, or no longer asked.
    RequireMfa {
        /// True when it is asked for from now on.
        required: bool,
    },

    /// A user is told that a second factor has to be set up.
    RemindMfa,

    /// A password is set for a user, or by a link.
    SetPassword,
    /// A temporary password is set.
    SetTemporaryPassword,
    /// A user changes the own password.
    ChangePassword,
    /// A link for a new password is asked for.
    RequestPasswordReset,
    /// That link is used.
    CompletePasswordReset,
    /// A user gains a second factor.
    EnrolMfa {
        /// Which kind: `totp`.
        method: &'static str,
    },
    /// A user gives the own authenticator up.
    RemoveOwnMfa {
        /// Whether passkeys still are a second factor.
        keeps_passkeys: bool,
    },
    /// A user gains a passkey.
    AddPasskey {
        /// The passkey's id.
        passkey: PasskeyId,
    },
    /// A user gives a passkey up.
    RemovePasskey {
        /// The passkey's id.
        passkey: PasskeyId,
    },
    /// A user signs in with a recovery code, which is used up.
    UseRecoveryCode,
    /// A user gets other recovery codes in place of the own ones.
    RenewRecoveryCodes,
    /// The second factors of a user are taken away.
    ResetMfa,
    /// The sessions of a user end.
    RevokeSessions,
    /// A user has proved everything the sign-in asks for.
    SignIn {
        /// The methods used, in the words of RFC 8176.
        amr: Vec<String>,
    },
    /// A sign-in was refused.
    FailSignIn {
        /// Why, in one word: `password`, `totp`, `throttled`, `deactivated`.
        reason: &'static str,
    },
    /// A sign-in at an identity provider led to nothing.
    RefuseIdentity {
        /// The number that the person was shown.
        reference: String,
        /// The check that failed.
        check: Check,
        /// Why, in words.
        reason: String,
        /// The person in the provider's terms, as far as that was believed.
        subject: Option<String>,
    },
    /// A user signs out.
    SignOut,
    /// A user makes a token to call the API with.
    CreatePersonalToken {
        /// The token's id.
        token: PersonalTokenId,
        /// What it may be used for.
        scopes: Vec<&'static str>,
    },
    /// Such a token ends, by the user's own wish.
    RevokePersonalToken {
        /// The token's id.
        token: PersonalTokenId,
    },

    /// A new service account.
    CreateServiceAccount {
        /// Its role.
        role: RoleKey,
    },
    /// Another name, owner or role of a service account.
    ChangeServiceAccount {
        /// The role until now.
        from: RoleKey,
        /// The role from now on.
        to: RoleKey,
        /// What changed.
        changes: Vec<Change>,
    },
    /// A service account is shut out at once.
    DeactivateServiceAccount,
    /// It is let in again.
    ActivateServiceAccount {
        /// Its role.
        role: RoleKey,
    },
    /// A service account is taken away.
    DeleteServiceAccount,
    /// A new token for a service account.
    CreateServiceToken {
        /// The token's id.
        token: PersonalTokenId,
        /// What it may be used for.
        scopes: Vec<&'static str>,
        /// The role of the account: whoever has the token may do what that allows.
        role: RoleKey,
    },
    /// A token of a service account ends.
    RevokeServiceToken {
        /// The token's id.
        token: PersonalTokenId,
    },

    /// A new group.
    CreateGroup,
    /// Other attributes of a group.
    UpdateGroup {
        /// What changed.
        changes: Vec<Change>,
    },
    /// Another name for a group.
    RenameGroup {
        /// The name until now.
        from: String,
        /// The name from now on.
        to: String,
    },
    /// A group is deleted.
    DeleteGroup {
        /// The roles it was mapped to.
        roles: Vec<RoleKey>,
        /// The projects that it was on.
        projects: Vec<String>,
    },
    /// Others are members of a group.
    ChangeMembers {
        /// Who came.
        added: Vec<UserId>,
        /// Who went.
        removed: Vec<UserId>,
        /// The roles the group is mapped to.
        roles: Vec<RoleKey>,
    },
    /// Membership of a group gives a role from now on.
    MapGroup {
        /// The role.
        role: RoleKey,
    },
    /// Membership of a group no longer gives a role.
    UnmapGroup {
        /// The role.
        role: RoleKey,
    },

    /// A new team.
    CreateTeam,
    /// Another name or description for a team.
    UpdateTeam {
        /// What changed.
        changes: Vec<Change>,
    },
    /// Somebody else leads a team, or nobody.
    ChangeTeamLead {
        /// Who led it.
        from: Option<UserId>,
        /// Who leads it from now on.
        to: Option<UserId>,
    },
    /// A team may use more or less.
    ChangeTeamQuotas {
        /// What changed.
        changes: Vec<Change>,
    },
    /// An application says how much a team uses of it.
    ReportTeamUsage {
        /// What changed.
        changes: Vec<Change>,
    },
    /// A team is deleted; its people stay.
    DeleteTeam,
    /// Others are on a team.
    ChangeTeamMembers {
        /// Who came.
        added: Vec<UserId>,
        /// Who went.
        removed: Vec<UserId>,
        /// Who led the team and went.
        lead: Option<UserId>,
    },

    /// An application or somebody registers a resource.
    RegisterResource {
        /// What the application calls it.
        key: ResourceKey,
        /// Whose it is.
        owner: Option<UserId>,
        /// What that brings about.
        moves: Moves,
        /// Whom it is there for and where it lies, as far as that is something.
        changes: Vec<Change>,
    },
    /// Another name of a resource, or another place.
    ChangeResource {
        /// What changed.
        changes: Vec<Change>,
        /// What that brings about.
        moves: Moves,
    },
    /// A resource is shared, or shared to another end.
    ShareResource {
        /// With whom.
        with: Sharee,
        /// What they are called at this time.
        name: String,
        /// What they could do by a share until now.
        from: Option<Level>,
        /// What they may do from now on.
        to: Level,
        /// True when whoever shares is one of them.
        is_own: bool,
    },
    /// A share ends.
    UnshareResource {
        /// With whom it was.
        with: Sharee,
        /// What they are called at this time.
        name: String,
        /// What they could do by it.
        from: Option<Level>,
    },
    /// A resource is somebody else's from now on.
    TransferResource {
        /// Whose it was.
        from: Option<UserId>,
        /// Whose it is.
        to: Option<UserId>,
    },
    /// An application tells what was done in it to a resource.
    ReportActivity {
        /// What, in the application's own word.
        deed: String,
        /// Who did it there.
        by: Option<UserId>,
        /// What should be known of it besides.
        details: Option<String>,
    },
    /// A resource is no longer registered.
    DeleteResource,

    /// A new project.
    CreateProject,
    /// Another name or description for a project.
    UpdateProject {
        /// What changed.
        changes: Vec<Change>,
    },
    /// A project is deleted; whoever was on it is on it no more.
    DeleteProject {
        /// How many assignments end with it.
        assignments: u64,
    },
    /// Somebody or something is put on a project.
    GrantProjectAccess {
        /// Who or what.
        subject: Subject,
        /// What it is called at this time.
        name: String,
        /// What its people may do.
        access: Access,
        /// True when they are a team there.
        as_team: bool,
    },
    /// Other access, or a team from now on or no longer.
    ChangeProjectAccess {
        /// Who or what.
        subject: Subject,
        /// What it is called at this time.
        name: String,
        /// What changed.
        changes: Vec<Change>,
    },
    /// Somebody or something is taken off a project.
    RevokeProjectAccess {
        /// Who or what.
        subject: Subject,
        /// What it is called at this time.
        name: String,
    },

    /// A new connection to an identity provider.
    CreateConnection {
        /// The role of everybody it creates.
        default_role: Option<RoleKey>,
        /// The roles it may give.
        ceiling: Ceiling,
        /// The domains whose addresses lead to it.
        domains: Vec<String>,
        /// Those of them that the organisation has not proved.
        claims: Vec<String>,
        /// How people sign in there.
        changes: Vec<Change>,
    },
    /// Other settings of a connection.
    ChangeConnection {
        /// The new default role, when that changes.
        default_role: Option<RoleKey>,
        /// The new ceiling, when that changes.
        ceiling: Option<Ceiling>,
        /// The domains whose addresses lead to it from now on, and that the organisation has not proved.
        claims: Vec<String>,
        /// What changed.
        changes: Vec<Change>,
    },
    /// A connection takes no requests for now.
    PauseConnection,
    /// It takes them again.
    ResumeConnection {
        /// The roles it may give: whom it vouches for comes in again.
        ceiling: Ceiling,
    },
    /// An identity provider lets more people go than usual, so that this one waits for an owner.
    HoldDeprovisioning {
        /// True when the user is to be deleted, not only deactivated.
        is_deletion: bool,
    },
    /// The identity provider keeps the user after all.
    WithdrawDeprovisioning,
    /// Those who wait are let go.
    ReleaseDeprovisionings {
        /// How many.
        people: u64,
        /// The roles that they hold.
        roles: Vec<RoleKey>,
        /// True when whoever decides is one of them.
        is_own: bool,
    },
    /// Those who wait stay.
    RefuseDeprovisionings {
        /// How many.
        people: u64,
        /// Who, as far as the record has room.
        users: Vec<UserId>,
        /// True when whoever decides is one of them.
        is_own: bool,
    },
    /// Owners are reminded of those who wait.
    RemindOfDeprovisionings {
        /// How many.
        people: u64,
    },
    /// A connection is gone for good, with what it gave.
    DeleteConnection {
        /// The roles that end with it.
        roles: Vec<RoleKey>,
        /// How many people it managed, who stay without a way in.
        people: u64,
        /// How many groups go with it.
        groups: u64,
    },
    /// A new token for a connection.
    AddConnectionToken {
        /// The token's id.
        token: TokenId,
        /// What it may be used for.
        scopes: Scopes,
        /// What it sees and sets.
        attributes: Attributes,
        /// The roles the connection may give: whoever has the token may give them.
        ceiling: Ceiling,
    },
    /// A token of a connection ends.
    RevokeConnectionToken {
        /// The token's id.
        token: TokenId,
    },
    /// A link by which somebody outside sets a connection up.
    CreateSetupLink {
        /// The link's id.
        link: SetupLinkId,
        /// The roles the connection may give: whoever has the link gets a token that may give them.
        ceiling: Ceiling,
    },
    /// Such a link ends.
    RevokeSetupLink(SetupLinkId),
    /// Somebody outside makes the one token of a link.
    AddTokenByLink {
        /// The link's id.
        link: SetupLinkId,
        /// The token's id.
        token: TokenId,
    },
    /// A new client that gets tokens for a connection by itself.
    AddConnectionClient {
        /// The client's id.
        client: ClientId,
        /// The roles the connection may give: whoever has the client may give them.
        ceiling: Ceiling,
    },
    /// A client of a connection ends, with every token it got.
    RevokeConnectionClient {
        /// The client's id.
        client: ClientId,
    },
    /// A request that a connection sent once is done again.
    ReplayRequest {
        /// The entry of the journal.
        call: CallId,
        /// The roles the connection may give: the request may give them.
        ceiling: Ceiling,
    },
    /// Those who manage a connection are told that a token of it ends soon.
    WarnConnectionToken {
        /// The token's id.
        token: TokenId,
        /// In how many days.
        days_left: u64,
    },
    /// A connection has fallen silent.
    NoteSilence {
        /// When its last request came.
        since: Timestamp,
    },
    /// A connection that was silent speaks again.
    NoteSpeech {
        /// When the last request came before its silence.
        since: Timestamp,
    },
    /// A new OpenID Connect client.
    CreateClient,
    /// Other settings of a client.
    UpdateClient {
        /// What changed.
        changes: Vec<Change>,
    },
    /// A new secret for a client.
    RotateClientSecret,
    /// A client is refused everywhere from now on.
    DisableClient,
    /// It is served again.
    EnableClient,
    /// A client is deleted.
    DeleteClient,
    /// A client makes, changes or ends the stream in which it hears of ended access.
    ChangeStream {
        /// What changed.
        changes: Vec<Change>,
    },
    /// A new signing key.
    RotateKey,
    /// A signing key that nothing valid is signed with any more is taken away.
    RemoveKey,
    /// A user lets a client have what it asks for.
    GiveConsent {
        /// The client.
        client: String,
        /// The scopes.
        scopes: Vec<String>,
    },
    /// A client may not have what it was let have any more.
    WithdrawConsent {
        /// The client.
        client: String,
        /// The scopes it was let have.
        scopes: Vec<String>,
    },
    /// Tokens are issued to a client for a user.
    IssueTokens {
        /// The client.
        client: String,
        /// The scopes.
        scopes: Vec<String>,
    },
    /// Tokens are issued again for a refresh token.
    RefreshTokens,
    /// Tokens end before their time.
    RevokeTokens,
    /// A refresh token came twice, so its family ends.
    ReportRefreshReuse,
    /// A deed of an access review.
    Review(ReviewDeed),
    /// Users are written to a file.
    ExportUsers {
        /// How many.
        users: u64,
    },
    /// Somebody looks into the audit log; only a refusal of it is kept.
    ReadAudit,
    /// What of the audit is older than the policy keeps is taken away.
    RetainAudit {
        /// How many rows.
        rows: u64,
        /// The day before which they were.
        before: String,
        /// The number of the last of them in the chain.
        seq: i64,
    },
    /// The audit log is written to a file.
    ExportAudit {
        /// In which format.
        format: &'static str,
        /// Which part of it: the words of the filter.
        filter: Vec<(&'static str, String)>,
    },
    /// A deed of a part of the audit log that is kept as a file.
    AuditExport {
        /// The export.
        export: AuditExportId,
        /// What is done.
        deed: ExportDeed,
    },
    /// A deed of a stream in which the audit log goes out.
    AuditStream(StreamDeed),
    /// A deed of a domain of the organisation.
    Domain(DomainDeed),
}
