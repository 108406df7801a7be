//! What the audit row keeps of a deed beside its name.

use std::iter;

use serde_json::{Value, json};

use super::{Action, Change};
use crate::domain::Timestamp;
use crate::domain::id::UserId;
use crate::domain::share::{Level, Sharee};

/// More members than this are counted, not listed.
const MEMBERS_LISTED_MAX: usize = 1_000;

impl Action {
    /// What the audit row keeps of the deed.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what is not of people is told below")]
    #[expect(clippy::too_many_lines, reason = "a table: one line for each deed")]
    pub fn changes(&self) -> Value {
        match self {
            Self::ChangeOrganisation { changes }
            | Self::ChangeBranding { changes }
            | Self::ChangePolicy { changes }
            | Self::DefineRoles { changes, .. }
            | Self::DeleteRole { changes }
            | Self::UpdateUser { changes }
            | Self::UpdateOwnProfile { changes }
            | Self::UpdateGroup { changes }
            | Self::UpdateTeam { changes }
            | Self::ChangeTeamQuotas { changes }
            | Self::ReportTeamUsage { changes }
            | Self::UpdateProject { changes }
            | Self::ChangeResource { changes, .. }
            | Self::ChangeServiceAccount { changes, .. }
            | Self::UpdateClient { changes }
            | Self::ChangeStream { changes }
            | Self::ChangeConnection { changes, .. } => json!(changes),
            Self::InviteUser { role }
            | Self::ResendInvitation { role }
            | Self::AcceptInvitation { role }
            | Self::FailInvitation { role }
            | Self::CreateServiceAccount { role }
            | Self::MapGroup { role } => json!([{"path": "role", "new": role}]),
            Self::UnmapGroup { role } | Self::RevokeInvitation { role } => json!([{"path": "role", "old": role}]),
            Self::CreateUser { role, source } => json!([{"path": "role", "new": role, "source": source}]),
            Self::GrantRole { role, source } => json!([{"path": "role", "new": role, "source": source}]),
            Self::UngrantRole { role, source } => json!([{"path": "role", "old": role, "source": source}]),
            Self::RenameUser { from, to } => json!([{"path": "userName", "old": from, "new": to}]),
            Self::RenameGroup { from, to } => json!([{"path": "displayName", "old": from, "new": to}]),
            Self::ChangeRole { from, to } => json!([{"path": "role", "old": from, "new": to}]),
            Self::LinkUser { connection, takes, gives } if !takes.is_empty() || gives.is_some() => json!([
                {"path": "connection", "new": connection},
                {"path": "roles", "old": takes, "new": gives.iter().collect::<Vec<_>>()},
            ]),
            Self::LinkUser { connection, .. } | Self::DismissLinking { connection } => {
                json!([{"path": "connection", "new": connection}])
            }
            Self::SaveView { is_shared } => json!([{"path": "shared", "new": is_shared}]),
            Self::SetEndDate { from, to } => {
                json!([{"path": "ends_at", "old": from.map(Timestamp::rfc3339), "new": to.map(Timestamp::rfc3339)}])
            }
            Self::NoteStillHere { since } => json!([{"path": "ends_at", "old": since.rfc3339()}]),
            Self::ExportUsers { users } => json!([{"path": "users", "new": users}]),
            Self::RequireMfa { required } => json!([{"path": "mfa_required", "new": required}]),
            Self::EnrolMfa { method } => json!([{"path": "factor", "new": method}]),
            Self::AddPasskey { passkey } => json!([{"path": "passkey", "new": passkey}]),
            Self::RemovePasskey { passkey } => json!([{"path": "passkey", "old": passkey}]),
            Self::SignIn { amr } => json!([{"path": "amr", "new": amr}]),
            Self::FailSignIn { reason } => json!([{"path": "reason", "new": reason}]),
            Self::LinkIdentity { connection, issuer, subject, by } => json!([
                {"path": "connection", "new": connection},
                {"path": "issuer", "new": issuer},
                {"path": "subject", "new": subject},
                {"path": "by", "new": by.word()},
            ]),
            Self::ClaimRoles { roles } => json!([{"path": "roles", "new": roles}]),
            Self::RefuseIdentity { reference, check, reason, subject } => json!([
                {"path": "reference", "new": reference},
                {"path": "reason", "new": reason},
                {"path": "subject", "new": subject},
                {"path": "check", "new": check},
            ]),
            Self::DeleteGroup { roles, projects } if projects.is_empty() => json!([{"path": "roles", "old": roles}]),
            Self::DeleteGroup { roles, projects } => {
                json!([{"path": "roles", "old": roles}, {"path": "projects", "old": projects}])
            }
            Self::ChangeMembers { added, removed, .. } => members(added, removed),
            Self::Review(deed) => deed.changes(),
            _ => self.changes_of_projects(),
        }
    }

    /// The same of the end of an organisation, and of the deeds on projects, teams and resources.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what is not of these is told below")]
    fn changes_of_projects(&self) -> Value {
        match self {
            Self::DeleteOrganisation { grace_days } => json!([{"path": "grace_days", "new": grace_days}]),
            Self::BeginErasure { records, link } => {
                json!([{"path": "records", "old": records}, {"path": "link", "old": link}])
            }
            Self::DeleteProject { assignments } => json!([{"path": "assignments", "old": assignments}]),
            Self::GrantProjectAccess { subject, name, access, as_team } => json!([
                {"path": subject.kind(), "new": name},
                {"path": "id", "new": subject.id()},
                {"path": "access", "new": access},
                {"path": "as_team", "new": as_team},
            ]),
            Self::ChangeProjectAccess { subject, name, changes } => {
                let which = [Change::new(subject.kind(), None, Some(json!(name)))];
                let id = [Change::new("id", None, Some(json!(subject.id())))];
                json!([&which[..], &id[..], &changes[..]].concat())
            }
            Self::RevokeProjectAccess { subject, name } => {
                json!([{"path": subject.kind(), "old": name}, {"path": "id", "old": subject.id()}])
            }
            Self::RegisterResource { key, owner, changes, .. } => {
                let given = [
                    Change::new("kind", None, Some(json!(key.kind.word()))),
                    Change::new("external_id", None, Some(json!(key.external_id))),
                    Change::new("owner", None, Some(json!(owner))),
                ];
                json!([&given[..], &changes[..]].concat())
            }
            Self::ShareResource { with, name, from, to, .. } => share((*with, name), *from, Some(*to)),
            Self::UnshareResource { with, name, from } => share((*with, name), *from, None),
            Self::ChangeTeamMembers { added, removed, lead } => members_and_lead((added, removed), *lead),
            Self::ReportActivity { deed, by, details } => {
                let told = [
                    ("deed", Some(json!(deed))),
                    ("user", by.map(|it| json!(it))),
                    ("details", details.as_ref().map(|it| json!(it))),
                ];
                json!(
                    told.into_iter()
                        .filter(|it| it.1.is_some())
                        .map(|(path, new)| Change::new(path, None, new))
                        .collect::<Vec<_>>()
                )
            }
            Self::TransferResource { from, to } => json!([{"path": "owner", "old": from, "new": to}]),
            Self::ChangeTeamLead { from, to } => json!([{"path": "lead", "old": from, "new": to}]),
            _ => self.changes_of_ways_in(),
        }
    }

    /// The same of the deeds on connections, tokens and consents.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a deed without data keeps nothing but its name")]
    fn changes_of_ways_in(&self) -> Value {
        match self {
            Self::CreateConnection { default_role, ceiling, domains, changes, .. } => {
                let given = [
                    Change::new("default_role", None, Some(json!(default_role))),
                    Change::new("ceiling", None, Some(json!(ceiling))),
                    Change::new("domains", None, Some(json!(domains))),
                ];
                json!([&given[..], &changes[..]].concat())
            }
            Self::DeleteConnection { roles, people, groups } => json!([
                {"path": "roles", "old": roles},
                {"path": "people", "old": people},
                {"path": "groups", "old": groups},
            ]),
            Self::HoldDeprovisioning { is_deletion } => json!([{"path": "deletion", "new": is_deletion}]),
            Self::ReleaseDeprovisionings { people, .. } | Self::RemindOfDeprovisionings { people } => {
                json!([{"path": "people", "new": people}])
            }
            Self::AddConnectionToken { token, scopes, attributes, .. } => {
                let change = |path: &str, new| json!({"path": path, "new": new});
                let scopes = scopes.words().map(|words| change("scopes", json!(words)));
                let attributes = attributes.words().map(|words| change("attributes", json!(words)));
                let all = [Some(change("token", json!(token))), scopes, attributes];
                json!(all.into_iter().flatten().collect::<Vec<_>>())
            }
            Self::RefuseDeprovisionings { people, users, .. } => {
                json!([{"path": "people", "new": people}, {"path": "users", "new": users}])
            }
            Self::WarnConnectionToken { token, days_left } => {
                json!([{"path": "token", "new": token}, {"path": "days_left", "new": days_left}])
            }
            Self::NoteSilence { since } => json!([{"path": "silent_since", "new": since.rfc3339()}]),
            Self::NoteSpeech { since } => json!([{"path": "silent_since", "old": since.rfc3339()}]),
            Self::CreateSetupLink { link, .. } => json!([{"path": "link", "new": link}]),
            Self::RevokeSetupLink(link) => json!([{"path": "link", "old": link}]),
            Self::AddTokenByLink { link, token } => {
                json!([{"path": "link", "old": link}, {"path": "token", "new": token}])
            }
            Self::RevokeConnectionToken { token } => json!([{"path": "token", "old": token}]),
            Self::AddConnectionClient { client, .. } => json!([{"path": "client", "new": client}]),
            Self::RevokeConnectionClient { client } => json!([{"path": "client", "old": client}]),
            Self::ReplayRequest { call, .. } => json!([{"path": "request", "new": call}]),
            Self::CreatePersonalToken { token, scopes } => {
                json!([{"path": "token", "new": token}, {"path": "scopes", "new": scopes}])
            }
            Self::CreateServiceToken { token, scopes, .. } => {
                json!([{"path": "token", "new": token}, {"path": "scopes", "new": scopes}])
            }
            Self::RevokePersonalToken { token } | Self::RevokeServiceToken { token } => {
                json!([{"path": "token", "old": token}])
            }
            Self::GiveConsent { client, scopes } | Self::IssueTokens { client, scopes } => {
                json!([{"path": "client", "new": client}, {"path": "scopes", "new": scopes}])
            }
            Self::WithdrawConsent { client, scopes } => {
                json!([{"path": "client", "old": client}, {"path": "scopes", "old": scopes}])
            }
            _ => self.changes_of_the_organisation(),
        }
    }

    /// The same of the deeds on the audit log and on domains.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a deed without data keeps nothing but its name")]
    fn changes_of_the_organisation(&self) -> Value {
        match self {
            Self::RetainAudit { rows, before, seq } => json!([
                {"path": "rows", "old": rows},
                {"path": "before", "old": before},
                {"path": "seq", "new": seq},
            ]),
            Self::ExportAudit { format, filter } => {
                let part = |(name, value): &(&str, String)| json!({"path": format!("filter.{name}"), "new": value});
                iter::once(json!({"path": "format", "new": format})).chain(filter.iter().map(part)).collect()
            }
            Self::AuditExport { export, deed } => deed.changes(*export),
            Self::AuditStream(deed) => deed.changes(),
            Self::Domain(deed) => deed.changes(),
            _ => json!([]),
        }
    }
}

fn members(added: &[UserId], removed: &[UserId]) -> Value {
    let listed = |ids: &[UserId]| ids.iter().take(MEMBERS_LISTED_MAX).copied().collect::<Vec<_>>();
    json!([{
        "path": "members",
        "added": listed(added),
        "added_count": added.len(),
        "removed": listed(removed),
        "removed_count": removed.len(),
    }])
}

fn share((with, name): (Sharee, &str), from: Option<Level>, to: Option<Level>) -> Value {
    json!([
        {"path": with.kind(), "new": name},
        {"path": "id", "new": with.id()},
        {"path": "level", "old": from.map(Level::word), "new": to.map(Level::word)},
    ])
}

/// The lead who has left with the others is told as well.
fn members_and_lead((added, removed): (&[UserId], &[UserId]), lead: Option<UserId>) -> Value {
    let mut told = members(added, removed);
    if let (Some(lead), Some(all)) = (lead, told.as_array_mut()) {
        all.push(json!({"path": "lead", "old": lead}));
    }
    told
}
