//! What is wrong with a field, for people.

use super::{number, weaknesses, whole};
use crate::domain::Flaw;
use crate::domain::address::{ADDRESS_MAX, AddressProblem, LOCAL_MAX};
use crate::domain::role::RoleKey;
use crate::domain::user_import::{BYTES_MAX, BadFile, COLUMNS, ROWS_MAX};
use crate::web::texts::{Part, Texts};

/// What is wrong, and what would be right.
#[expect(clippy::too_many_lines, reason = "a table: one line for each flaw")]
pub(in crate::web) fn flaw(t: Texts, flaw: &Flaw) -> String {
    match flaw {
        Flaw::Missing | Flaw::Empty => t.say("flaw-empty"),
        Flaw::Twice => t.say("flaw-twice"),
        Flaw::Nul | Flaw::Control => t.say("flaw-control"),
        Flaw::TooLong { characters_max } => number(t, "flaw-long", *characters_max),
        Flaw::TooLongOrLines { characters_max } => number(t, "flaw-long-lines", *characters_max),
        Flaw::TooLongOrNul { characters_max } => number(t, "flaw-long-control", *characters_max),
        Flaw::NotANumber => t.say("flaw-number"),
        Flaw::NotBetween { from, to } => between(t, "flaw-between", (*from, *to)),
        Flaw::Minutes { from, to } => between(t, "flaw-minutes", (*from, *to)),
        Flaw::Days { from, to } | Flaw::Lifetime { from, to } => between(t, "flaw-days", (*from, *to)),
        Flaw::IdleBeyondLife => t.say("flaw-idle"),
        Flaw::LinkStays => t.say("flaw-link-stays"),
        Flaw::WayNotAllowed => t.say("flaw-way"),
        Flaw::NoSuchRole { role, roles } => no_such_role(t, role, roles),
        Flaw::NoRole => t.say("flaw-no-role"),
        Flaw::RoleKey => t.say("flaw-role-key"),
        Flaw::ProtectedRole => t.say("flaw-protected-role"),
        Flaw::RoleLabel => t.say("flaw-role-label"),
        Flaw::Below => t.say("flaw-below"),
        Flaw::Reading(known) => reading(t, known),
        Flaw::Address(problem) => address(t, *problem),
        Flaw::SameAddress => t.say("flaw-same-address"),
        Flaw::NoAddress => t.say("flaw-no-address"),
        Flaw::AddressStays => t.say("email-stays"),
        Flaw::Weak(all) => weaknesses(t, all),
        Flaw::PasswordsDiffer => t.say("wrong-differ"),
        Flaw::Slug => t.say("flaw-slug"),
        Flaw::RoleModel => t.say("flaw-role-model"),
        Flaw::Owner => t.say("flaw-owner"),
        Flaw::Members => t.say("flaw-members"),
        Flaw::People => t.say("flaw-people"),
        Flaw::TooManyPeople { most } => number(t, "flaw-many-people", *most),
        Flaw::Teams => t.say("flaw-teams"),
        Flaw::Sharee => t.say("flaw-sharee"),
        Flaw::Lead => t.say("flaw-lead"),
        Flaw::Reviewers => t.say("flaw-reviewers"),
        Flaw::Why => t.say("flaw-why"),
        Flaw::OwnAccess => t.say("flaw-own-access"),
        Flaw::NothingLower => t.say("flaw-nothing-lower"),
        Flaw::IsDecided => t.say("flaw-is-decided"),
        Flaw::Past => t.say("flaw-past"),
        Flaw::TeamStands => t.say("flaw-team-stands"),
        Flaw::Access => t.say("flaw-access"),
        Flaw::Subject => t.say("flaw-subject"),
        Flaw::Permission => t.say("flaw-permission"),
        Flaw::NoEvent { word, nearest } => {
            t.with("flaw-no-event", &[("name", Part::Name(word)), ("nearest", Part::Name(nearest))])
        }
        Flaw::TooManyEvents { most } => t.count("flaw-many-events", *most),
        Flaw::TooManyAccounts { most } => t.count("flaw-many-accounts", *most),
        Flaw::TooManyTokens { most } => number(t, "flaw-many-tokens", *most),
        Flaw::TooManyLinks { most } => number(t, "flaw-many-links", *most),
        Flaw::NoScopes => t.say("flaw-no-scopes"),
        Flaw::Provider => t.say("choose-provider"),
        Flaw::Issuer => t.say("flaw-issuer"),
        Flaw::EventsUri => t.say("flaw-events-uri"),
        Flaw::Domain => t.say("flaw-domain"),
        Flaw::WebhookAddress => t.say("flaw-webhook-address"),
        Flaw::Colour => t.say("flaw-colour"),
        Flaw::Picture => t.say("flaw-picture"),
        Flaw::PictureBytes { kibibytes_max } => number(t, "flaw-picture-bytes", *kibibytes_max),
        Flaw::PictureSide { from, to } => between(t, "flaw-picture-side", (*from, *to)),
        Flaw::Support => t.say("flaw-support"),
        Flaw::BucketAddress => t.say("flaw-bucket-address"),
        Flaw::AsTheStoreShows => t.say("flaw-as-the-store-shows"),
        Flaw::SyslogAddress => t.say("flaw-syslog-address"),
        Flaw::Networks { most } => number(t, "flaw-networks", *most),
        Flaw::ScimScopes => t.say("token-may-nothing"),
        Flaw::ScimAttribute { name } => t.name("flaw-scim-attribute", name),
        Flaw::RoleAttribute { name } => t.name("flaw-role-attribute", name),
        Flaw::ScimAttributes { most } => number(t, "flaw-scim-attributes", *most),
        Flaw::ClientId { characters_max } => number(t, "flaw-client-id", *characters_max),
        Flaw::Guid => t.say("flaw-guid"),
        Flaw::Keys => t.say("flaw-keys"),
        Flaw::Unasked => t.say("flaw-unasked"),
        Flaw::SecretOfIssuer => t.say("flaw-secret-of-issuer"),
        Flaw::ProofWords { most, characters_max } => beside(t, "flaw-proof-words", (*most, *characters_max)),
        Flaw::AboveCeiling { role } => t.name("flaw-above-ceiling", role.as_str()),
        Flaw::NobodyInvited => t.say("flaw-nobody-invited"),
        Flaw::TooManyInvited { most, people } => beside(t, "flaw-many-invited", (*most, *people)),
        Flaw::Selection { most } => number(t, "bulk-choose", *most),
        Flaw::Resources { most } => number(t, "flaw-resources", *most),
        Flaw::ChooseRole => t.say("choose-role"),
        Flaw::Confirmation => t.say("type-the-name"),
        Flaw::Meaningless => t.say("flaw-meaningless"),
        Flaw::Cursor => t.say("flaw-cursor"),
        Flaw::Moment => t.say("flaw-moment"),
        Flaw::InFuture => t.say("flaw-in-future"),
        Flaw::NotKnownBefore { from } => t.with("flaw-not-known-before", &[("day", Part::Words(&t.day(from)))]),
        Flaw::EndsFirst => t.say("flaw-ends-first"),
        Flaw::Decision => t.say("flaw-decision"),
        Flaw::Passkey => t.say("flaw-passkey"),
        Flaw::File(problem) => file(t, problem),
        Flaw::Technical(sentence) => sentence.clone(),
    }
}

fn reading(t: Texts, known: &[String]) -> String {
    if known.is_empty() { t.say("flaw-one-reading") } else { listed(t, "flaw-reading", known) }
}

/// A sentence about the most that there may be, and another number.
fn beside(t: Texts, key: &str, (most, count): (usize, usize)) -> String {
    t.with(key, &[("most", whole(most)), ("count", whole(count))])
}

/// Why mail cannot be addressed like this.
pub(in crate::web) fn address(t: Texts, problem: AddressProblem) -> String {
    match problem {
        AddressProblem::NoAddress => t.say("address-none"),
        AddressProblem::SeveralAts => t.say("address-several"),
        AddressProblem::Character => t.say("address-character"),
        AddressProblem::Domain => t.say("address-domain"),
        AddressProblem::TooLong => number(t, "address-long", ADDRESS_MAX),
        AddressProblem::LocalTooLong => number(t, "address-local-long", LOCAL_MAX),
    }
}

fn file(t: Texts, problem: &BadFile) -> String {
    let columns = COLUMNS.join(", ");
    let columns = ("columns", Part::Words(&columns));
    match problem {
        BadFile::Empty => t.with("file-empty", &[columns]),
        BadFile::TooLarge => number(t, "file-large", BYTES_MAX / 1024 / 1024),
        BadFile::Encoding => t.say("file-encoding"),
        BadFile::OpenQuote => t.say("file-quote"),
        BadFile::UnknownColumns(names) => t.with("file-unknown", &[("names", Part::Name(&names.join(", "))), columns]),
        BadFile::ColumnTwice(name) => t.with("file-twice", &[("column", Part::Words(name))]),
        BadFile::ColumnMissing(name) => t.with("file-missing", &[("column", Part::Words(name)), columns]),
        BadFile::TooManyRows => number(t, "file-rows", ROWS_MAX),
        BadFile::NoRows => t.say("file-no-rows"),
        BadFile::Unreadable(words) => t.name("file-unreadable", words),
        BadFile::TooManyPasswords { people, most } => {
            t.with("file-passwords", &[("count", whole(*people)), ("most", whole(*most))])
        }
    }
}

fn no_such_role(t: Texts, role: &RoleKey, roles: &[RoleKey]) -> String {
    let keys: Vec<&str> = roles.iter().map(RoleKey::as_str).collect();
    let (role, roles) = (("name", Part::Words(role.as_str())), keys.join(", "));
    if keys.is_empty() {
        return t.with("flaw-unknown-role", &[role]);
    }
    t.with("import-role", &[role, ("roles", Part::Words(&roles))])
}

fn between(t: Texts, key: &str, (from, to): (impl Into<u64>, impl Into<u64>)) -> String {
    t.with(key, &[("from", Part::Number(from.into())), ("to", Part::Number(to.into()))])
}

fn listed(t: Texts, key: &str, names: &[String]) -> String {
    t.name(key, &names.join(", "))
}

/// What a field of a form is called on the pages of sign-in and of one's own account, where it has a name there.
pub(in crate::web) fn field_label(t: Texts, field: &str) -> Option<String> {
    let key = match field {
        "username" => "user-name",
        "password" => "password",
        "password_again" => "same-password-again",
        "current_password" => "current-password",
        "display_name" | "name" => "name",
        "email" => "field-email",
        "code" => "field-code",
        _ => return None,
    };
    Some(t.say(key))
}
