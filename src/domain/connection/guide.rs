//! How far the setting up of a connection has come, and what is wrong at the identity provider.
//!
//! **Invariant:** it is read off what has come over the wire and stands in the directory, never off what somebody ticked.

use super::Kind;
use crate::domain::id::CallId;

/// Attributes by which identity providers find people without finding others.
const GOOD_MATCHES: [&str; 4] = ["username", "externalid", "emails", "id"];

/// What is known of a connection that is being set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Which identity provider speaks.
    pub kind: Kind,
    /// True when people sign in there.
    pub takes_sign_ins: bool,
    /// True when a token can be used.
    pub has_token: bool,
    /// True when a request has come.
    pub has_asked: bool,
    /// True when it has pushed a user who is there.
    pub has_people: bool,
    /// True when it has pushed a group that is there.
    pub has_groups: bool,
    /// True when one of its people has signed in there.
    pub has_signed_in: bool,
    /// By which attributes it looks users up, as it writes them.
    pub looked_up_by: Vec<String>,
    /// The users whom its last requests were about.
    pub newest: Vec<Pushed>,
    /// The newest request that was refused, and why.
    pub refused: Option<(CallId, String)>,
}

/// A user as it was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The id of the provider.
    pub external_id: Option<String>,
    /// True when there is an address.
    pub has_address: bool,
    /// True when there is a name other than the user name.
    pub has_name: bool,
    /// True when something gives it a role.
    pub has_role: bool,
}

/// A step of setting up, in the order in which they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The provider has a token to come with.
    Token,
    /// It has come with it.
    Request,
    /// It has pushed somebody.
    User,
    /// It has pushed a group.
    Group,
    /// Somebody has signed in there.
    SignIn,
}

/// What is to be mended at the identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It finds people by an attribute that is no name of theirs.
    Match(String),
    /// So many of the newest users have no id of the provider.
    NoExternalId(u64),
    /// So many of them have an id by which no sign-in will mean them.
    ForeignExternalId(u64),
    /// So many of them have no address.
    NoAddress(u64),
    /// So many of them have no name.
    NoName(u64),
    /// So many of them have no role.
    NoRole(u64),
    /// A request was refused, and why.
    Refused(CallId, String),
}

impl Step {
    /// The word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Request => "request",
            Self::User => "user",
            Self::Group => "group",
            Self::SignIn => "sign_in",
        }
    }
}

impl Finding {
    /// The word for programs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Match(_) => "match",
            Self::NoExternalId(_) => "no_external_id",
            Self::ForeignExternalId(_) => "foreign_external_id",
            Self::NoAddress(_) => "no_address",
            Self::NoName(_) => "no_name",
            Self::NoRole(_) => "no_role",
            Self::Refused(..) => "refused",
        }
    }

    /// True when it can be mended at the identity provider, by somebody who knows nothing of this organisation.
    pub const fn is_of_provider(&self) -> bool {
        !matches!(self, Self::NoRole(_))
    }
}

impl Evidence {
    /// The steps, and whether each is done.
    pub fn steps(&self) -> Vec<(Step, bool)> {
        let mut steps = vec![
            (Step::Token, self.has_token),
            (Step::Request, self.has_asked),
            (Step::User, self.has_people),
            (Step::Group, self.has_groups),
        ];
        if self.takes_sign_ins {
            steps.push((Step::SignIn, self.has_signed_in));
        }
        steps
    }

    /// What is to be mended, the gravest first.
    pub fn findings(&self) -> Vec<Finding> {
        let bad = self.looked_up_by.iter().find(|it| !GOOD_MATCHES.contains(&attribute(it).as_str()));
        let of = |is_wrong: &dyn Fn(&Pushed) -> bool, finding: fn(u64) -> Finding| {
            let count = self.newest.iter().filter(|it| is_wrong(it)).count();
            (count > 0).then(|| finding(u64::try_from(count).unwrap_or(u64::MAX)))
        };
        let is_foreign = |it: &Pushed| it.external_id.as_deref().is_some_and(|id| self.kind.never_means(id));
        let found = [
            bad.cloned().map(Finding::Match),
            of(&|it| self.takes_sign_ins && it.external_id.is_none(), Finding::NoExternalId),
            of(&|it| self.takes_sign_ins && is_foreign(it), Finding::ForeignExternalId),
            of(&|it| !it.has_role, Finding::NoRole),
            of(&|it| !it.has_address, Finding::NoAddress),
            of(&|it| !it.has_name, Finding::NoName),
            self.refused.clone().map(|(call, detail)| Finding::Refused(call, detail)),
        ];
        found.into_iter().flatten().collect()
    }
}

/// The attribute at the beginning of a filter, without its schema.
fn attribute(path: &str) -> String {
    let name = path.rsplit(':').next().unwrap_or(path);
    name.split(['[', '.']).next().unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence() -> Evidence {
        Evidence {
            kind: Kind::Entra,
            takes_sign_ins: true,
            has_token: true,
            has_asked: false,
            has_people: false,
            has_groups: false,
            has_signed_in: false,
            looked_up_by: Vec::new(),
            newest: Vec::new(),
            refused: None,
        }
    }

    fn pushed() -> Pushed {
        let external_id = Some("0a1b2c3d-0000-4000-8000-000000000001".to_owned());
        Pushed { external_id, has_address: true, has_name: true, has_role: true }
    }

    #[test]
    fn steps_are_done_by_what_came_and_nobody_signs_in_where_nobody_does() {
        let done = |it: &Evidence| it.steps().into_iter().filter(|(_, is_done)| *is_done).count();
        assert_eq!((done(&evidence()), evidence().steps().len()), (1, 5));
        let all = Evidence { has_asked: true, has_people: true, has_groups: true, has_signed_in: true, ..evidence() };
        assert_eq!(done(&all), 5);
        assert_eq!(Evidence { takes_sign_ins: false, ..all }.steps().len(), 4);
    }

    #[test]
    fn what_is_wrong_is_found_and_what_is_right_is_not() {
        let users = |newest| Evidence { newest, ..evidence() };
        assert_eq!(users(vec![pushed()]).findings(), []);
        let nickname = Pushed { external_id: Some("ada".to_owned()), ..pushed() };
        assert_eq!(users(vec![pushed(), nickname.clone()]).findings(), [Finding::ForeignExternalId(1)]);
        let okta = Evidence { kind: Kind::Okta, ..users(vec![nickname.clone()]) };
        assert_eq!(okta.findings(), []);
        assert_eq!(Evidence { takes_sign_ins: false, ..users(vec![nickname]) }.findings(), []);
        let bare = Pushed { external_id: None, has_address: false, has_name: false, has_role: false };
        let all = [Finding::NoExternalId(2), Finding::NoRole(2), Finding::NoAddress(2), Finding::NoName(2)];
        assert_eq!(users(vec![bare.clone(), bare]).findings(), all);
    }

    #[test]
    fn a_lookup_by_what_is_no_name_is_found() {
        let by =
            |it: &str| Evidence { looked_up_by: vec!["userName".to_owned(), it.to_owned()], ..evidence() }.findings();
        for good in [
            "username",
            "externalId",
            "emails[type",
            "emails.value",
            "id",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName",
        ] {
            assert_eq!(by(good), [], "{good}");
        }
        for bad in ["displayName", "name.familyName", "active"] {
            assert_eq!(by(bad), [Finding::Match(bad.to_owned())], "{bad}");
        }
    }
}
