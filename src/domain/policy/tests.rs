//! The rules that hold in every role model; what each preset decides is in `decisions`.

use super::*;
use crate::domain::Timestamp;
use crate::domain::connection::{Attributes, LinkedBy, Scopes};
use crate::domain::id::{GroupId, PasskeyId};
use crate::domain::role::{LiveGrant, RoleDraft, Source};
use proptest::prelude::*;

const PRESET: &str = "owner-admin-contributor-viewer";

fn model() -> RoleModel {
    RoleModel::preset(PRESET).expect(PRESET)
}

pub(super) fn key(text: &str) -> RoleKey {
    text.parse().expect(text)
}

pub(super) fn holding(model: &RoleModel, org: OrgId, roles: &[&str]) -> UserActor {
    let since = Timestamp::from_millis(0);
    let grants = roles.iter().map(|role| LiveGrant { role: key(role), source: Source::Manual, since }).collect();
    let effective = Effective::of(model, grants);
    UserActor {
        org,
        id: UserId::new(),
        label: roles.join("+"),
        effective,
        session: Some(SessionId::new()),
        owner: None,
        proof_is_old: false,
    }
}

pub(super) fn target(org: OrgId, roles: &[&str]) -> TargetUser {
    let roles = roles.iter().map(|role| key(role)).collect();
    TargetUser { org, id: UserId::new(), label: "target".to_owned(), roles, managed_by: None }
}

pub(super) fn oneself(actor: &UserActor) -> Target {
    let roles = actor.effective.held();
    Target::User(TargetUser { org: actor.org, id: actor.id, label: actor.label.clone(), roles, managed_by: None })
}

pub(super) fn group(org: OrgId, managed_by: Option<ConnectionId>) -> Target {
    Target::Group(TargetGroup { org, id: GroupId::new(), label: "group".to_owned(), managed_by })
}

fn denied(result: Result<Permit, Error>) -> String {
    match result {
        Err(Error::Denied(denial)) => denial.to_string(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn a_permit_leaves_the_record_of_who_did_what_to_whom() {
    let (model, org) = (model(), OrgId::new());
    let owner = holding(&model, org, &["owner"]);
    let viewer = target(org, &["viewer"]);
    let deed = Action::ChangeRole { from: Some(key("viewer")), to: key("admin") };

    let record = Actor::User(owner.clone()).permit(&model, deed, Target::User(viewer.clone())).unwrap().record();

    assert_eq!(record.org, org);
    assert_eq!(
        (record.actor_kind, record.actor_id, record.session),
        ("user", Some(owner.id.to_string()), owner.session)
    );
    assert_eq!((record.action, record.outcome), ("role.changed", Outcome::Success));
    assert_eq!((record.target_kind, record.target_id), ("user", Some(viewer.id.to_string())));
    assert_eq!(record.changes, serde_json::json!([{"path": "role", "old": "viewer", "new": "admin"}]));
}

#[test]
fn a_refusal_says_what_was_refused_and_can_be_recorded() {
    let (model, org) = (model(), OrgId::new());
    let admin = Actor::User(holding(&model, org, &["admin"]));
    let deed = Action::InviteUser { role: key("owner") };
    let nobody = Target::User(target(org, &[]));

    let sentence = denied(admin.permit(&model, deed.clone(), nobody.clone()));
    let record = admin.denial_record(&deed, &nobody);

    assert_eq!(sentence, "an admin may not give the role owner");
    assert_eq!((record.action, record.outcome), ("user.invited", Outcome::Denied));
}

#[test]
fn a_refused_sign_in_is_recorded_as_a_failure() {
    let deed = Action::FailSignIn { reason: "password" };
    let unknown = Target::UnknownUser { label: "somebody".to_owned() };

    let record = Actor::Anonymous.permit(&model(), deed, unknown).unwrap().record();

    assert_eq!((record.outcome, record.org), (Outcome::Failure, OrgId::OPERATOR));
}

#[test]
fn what_belongs_to_another_organisation_does_not_exist() {
    let (model, org, other) = (model(), OrgId::new(), OrgId::new());
    let connection = ConnectionId::new();
    let ceiling = Ceiling { max: None, protected: true };
    let owner = Actor::User(holding(&model, org, &["owner"]));
    let scim = Actor::Scim(ScimActor { org, connection, label: "idp".to_owned(), ceiling });
    let client = Actor::Client(ClientActor { org: Some(org), id: ClientId::new(), label: "app".to_owned() });
    let theirs = TargetUser { managed_by: Some(connection), ..target(other, &["viewer"]) };

    for (actor, deed) in
        [(owner, Action::DeactivateUser), (scim, Action::DeactivateUser), (client, Action::RevokeTokens)]
    {
        let answer = actor.permit(&model, deed, Target::User(theirs.clone()));
        assert!(matches!(answer, Err(Error::NotFound("user"))), "{answer:?}");
    }
}

#[test]
fn somebody_who_proved_nothing_is_told_to_sign_in() {
    let answer = Actor::Anonymous.permit(&model(), Action::DeactivateUser, Target::User(target(OrgId::new(), &[])));

    assert!(matches!(answer, Err(Error::Unauthenticated)));
    assert!(matches!(Actor::Anonymous.may(&model(), "users:list"), Err(Error::Unauthenticated)));
}

#[test]
fn nobody_raises_their_own_role_by_any_way() {
    let (model, org) = (model().with_reading("matrix").unwrap(), OrgId::new());
    let admin = holding(&model, org, &["admin"]);
    let contributor = holding(&model, org, &["contributor"]);
    let actor = Actor::User(admin.clone());

    let direct = Action::ChangeRole { from: Some(key("admin")), to: key("owner") };
    assert_eq!(denied(actor.permit(&model, direct, oneself(&admin))), "an admin may not give the role owner");
    let joins = Action::ChangeMembers { added: vec![admin.id], removed: vec![], roles: vec![key("owner")] };
    assert_eq!(denied(actor.permit(&model, joins, group(org, None))), "an admin may not give the role owner");
    let maps = Action::MapGroup { role: key("owner") };
    assert_eq!(denied(actor.permit(&model, maps, group(org, None))), "an admin may not give the role owner");
    let raise = Action::ChangeRole { from: Some(key("contributor")), to: key("admin") };
    denied(Actor::User(contributor.clone()).permit(&model, raise, oneself(&contributor)));
}

#[test]
fn a_role_that_may_give_a_higher_one_may_not_give_it_to_its_own_holder() {
    let toml = r#"
        schema = 1
        name = "t"
        label = "T"
        default_role = "low"
        first_user_role = "high"
        [[role]]
        key = "high"
        label = "High"
        rank = 2
        allow = ["users:list", "roles:assign"]
        protected = { min_active = 1, warn_below = 1 }
        [[role]]
        key = "low"
        label = "Low"
        rank = 1
        allow = ["users:list", "roles:assign"]
        grants = ["high", "low"]
        manages = { "*" = ["*"] }
    "#;
    let (model, org) = (RoleModel::parse(toml).unwrap(), OrgId::new());
    let low = holding(&model, org, &["low"]);
    let deed = Action::ChangeRole { from: Some(key("low")), to: key("high") };

    let to_another = Actor::User(low.clone()).permit(&model, deed.clone(), Target::User(target(org, &["low"])));
    let to_oneself = Actor::User(low.clone()).permit(&model, deed, oneself(&low));

    assert!(to_another.is_ok());
    assert!(denied(to_oneself).starts_with("nobody may raise their own role"));
}

#[test]
fn whoever_is_under_a_ceiling_gives_no_role_that_reaches_above_it() {
    let toml = r#"
        schema = 1
        name = "t"
        label = "T"
        default_role = "lamps"
        first_user_role = "boss"
        [[role]]
        key = "boss"
        label = "Boss"
        rank = 4
        allow = ["*"]
        grants = ["*"]
        manages = { "*" = ["*"] }
        protected = { min_active = 1, warn_below = 1 }
        [[role]]
        key = "lister"
        label = "Lister"
        rank = 3
        allow = ["users:list"]
        [[role]]
        key = "lamps"
        label = "Lamps"
        rank = 2
        allow = ["app.lamp:*"]
        [[role]]
        key = "people_only"
        label = "People only"
        rank = 1
        ceiling = ["users:*", "roles:assign"]
    "#;
    let (model, org) = (RoleModel::parse(toml).unwrap(), OrgId::new());
    let give = |held: &[&str], to: &str| {
        let deed = Action::ChangeRole { from: None, to: key(to) };
        Actor::User(holding(&model, org, held)).permit(&model, deed, Target::User(target(org, &[])))
    };

    assert!(give(&["boss"], "lamps").is_ok());
    assert!(give(&["boss", "people_only"], "lister").is_ok());
    let sentence = denied(give(&["boss", "people_only"], "lamps"));

    assert_eq!(sentence, "a boss may not give the role lamps: it allows app.lamp:*, which they lack");
}

#[test]
fn nobody_shuts_out_removes_or_disarms_their_own_account_through_administration() {
    let (model, org) = (model(), OrgId::new());
    let owner = holding(&model, org, &["owner"]);
    let actor = Actor::User(owner.clone());

    for deed in [Action::DeactivateUser, Action::RemoveUser, Action::EraseUser, Action::DeletePendingUser] {
        let sentence = denied(actor.permit(&model, deed, oneself(&owner)));
        assert!(sentence.ends_with("leave the organisation instead"), "{sentence}");
    }
    for deed in [Action::ResetMfa, Action::SetTemporaryPassword, Action::ActivateUser] {
        denied(actor.permit(&model, deed, oneself(&owner)));
    }
    assert!(actor.permit(&model, Action::Leave, oneself(&owner)).is_ok());
}

#[test]
fn what_one_does_to_oneself_is_open_to_everybody_and_to_nobody_else() {
    let (model, org) = (model(), OrgId::new());
    let viewer = holding(&model, org, &["viewer"]);
    let owner = Actor::User(holding(&model, org, &["owner"]));
    let deeds = [
        Action::UpdateOwnProfile { changes: vec![] },
        Action::ChangePassword,
        Action::EnrolMfa { method: "totp" },
        Action::RemoveOwnMfa { keeps_passkeys: true },
        Action::AddPasskey { passkey: PasskeyId::new() },
        Action::RemovePasskey { passkey: PasskeyId::new() },
        Action::SignOut,
        Action::SignIn { amr: vec!["pwd".to_owned()] },
        Action::GiveConsent { client: "app".to_owned(), scopes: vec![] },
        Action::CompletePasswordReset,
        Action::CompleteActivation,
    ];

    for deed in deeds {
        assert!(Actor::User(viewer.clone()).permit(&model, deed.clone(), oneself(&viewer)).is_ok(), "{deed:?}");
        denied(owner.permit(&model, deed, oneself(&viewer)));
    }
    for deed in [Action::RevokeSessions, Action::RequestPasswordReset] {
        assert!(Actor::User(viewer.clone()).permit(&model, deed.clone(), oneself(&viewer)).is_ok(), "{deed:?}");
        assert!(owner.permit(&model, deed.clone(), oneself(&viewer)).is_ok(), "{deed:?}");
        denied(Actor::User(viewer.clone()).permit(&model, deed, Target::User(target(org, &["viewer"]))));
    }
}

#[test]
fn every_role_that_the_target_holds_must_be_managed_not_only_the_effective_one() {
    let (model, org) = (model(), OrgId::new());
    let admin = Actor::User(holding(&model, org, &["admin"]));
    let deed = Action::UpdateUser { changes: vec![] };

    assert!(admin.permit(&model, deed.clone(), Target::User(target(org, &["viewer", "admin"]))).is_ok());
    let sentence = denied(admin.permit(&model, deed, Target::User(target(org, &["viewer", "owner"]))));

    assert_eq!(sentence, "an admin may not update users: this user holds the role owner");
}

#[test]
fn the_members_of_a_mapped_group_are_changed_only_by_those_who_may_change_roles() {
    let (model, org) = (model(), OrgId::new());
    let matrix = model.with_reading("matrix").unwrap();
    let change = |roles: &[&str]| Action::ChangeMembers {
        added: vec![UserId::new()],
        removed: vec![UserId::new()],
        roles: roles.iter().map(|role| key(role)).collect(),
    };
    let strict_admin = Actor::User(holding(&model, org, &["admin"]));
    let matrix_admin = Actor::User(holding(&matrix, org, &["admin"]));

    assert!(strict_admin.permit(&model, change(&[]), group(org, None)).is_ok());
    denied(strict_admin.permit(&model, change(&["viewer"]), group(org, None)));
    denied(strict_admin.permit(
        &model,
        Action::DeleteGroup { roles: vec![key("viewer")], projects: vec![] },
        group(org, None),
    ));
    denied(strict_admin.permit(&model, Action::MapGroup { role: key("viewer") }, group(org, None)));
    assert!(matrix_admin.permit(&matrix, change(&["viewer"]), group(org, None)).is_ok());
    denied(matrix_admin.permit(&matrix, change(&["owner"]), group(org, None)));
    denied(matrix_admin.permit(&matrix, Action::UnmapGroup { role: key("owner") }, group(org, None)));
}

#[test]
fn a_person_gives_no_role_through_a_connection_that_they_may_not_give_themselves() {
    let model = RoleModel::preset("root-admin-developer").unwrap();
    let org = OrgId::new();
    let admin = Actor::User(holding(&model, org, &["admin"]));
    let connection = || Target::Connection { org, id: ConnectionId::new(), label: "idp".to_owned() };
    let create = |max: &str, protected| Action::CreateConnection {
        default_role: None,
        ceiling: Ceiling { max: Some(key(max)), protected },
        domains: Vec::new(),
        claims: Vec::new(),
        changes: Vec::new(),
    };

    assert!(admin.permit(&model, create("developer", false), connection()).is_ok());
    denied(admin.permit(&model, create("admin", false), connection()));
    denied(admin.permit(&model, create("root", true), connection()));
    let ceiling = Ceiling { max: Some(key("admin")), protected: false };
    let token = Action::AddConnectionToken {
        token: super::super::id::TokenId::new(),
        scopes: Scopes::Everything,
        attributes: Attributes::Everything,
        ceiling: ceiling.clone(),
    };
    denied(admin.permit(&model, token, connection()));
    denied(admin.permit(&model, Action::ResumeConnection { ceiling: ceiling.clone() }, connection()));
    let low = Ceiling { max: Some(key("developer")), protected: false };
    assert!(admin.permit(&model, Action::ResumeConnection { ceiling: low }, connection()).is_ok());
    assert!(admin.permit(&model, Action::PauseConnection, connection()).is_ok());
    let change =
        |default_role, ceiling, claims| Action::ChangeConnection { default_role, ceiling, claims, changes: Vec::new() };
    denied(admin.permit(&model, change(None, Some(ceiling), Vec::new()), connection()));
    denied(admin.permit(&model, change(Some(key("admin")), None, Vec::new()), connection()));
    assert!(admin.permit(&model, change(None, None, Vec::new()), connection()).is_ok());
    denied(admin.permit(&model, change(None, None, vec!["acme.example".to_owned()]), connection()));
}

/// Whoever carries out that an identity provider lets people go could take from them themselves what they hold; and it is a
/// person who decides, not a program.
#[test]
fn only_somebody_over_those_who_are_held_carries_out_that_they_go() {
    let model = RoleModel::preset("root-admin-developer").unwrap();
    let org = OrgId::new();
    let [root, admin, developer] = ["root", "admin", "developer"].map(|role| holding(&model, org, &[role]));
    let connection = || Target::Connection { org, id: ConnectionId::new(), label: "idp".to_owned() };
    let release_of = |is_own| Action::ReleaseDeprovisionings { people: 1, roles: vec![key("developer")], is_own };
    let refuse_of = |is_own| Action::RefuseDeprovisionings { people: 1, users: Vec::new(), is_own };
    let (release, refuse) = (|| release_of(false), || refuse_of(false));

    assert!(Actor::User(root.clone()).permit(&model, release(), connection()).is_ok());
    denied(Actor::User(admin.clone()).permit(&model, release(), connection()));
    assert!(Actor::User(admin).permit(&model, refuse(), connection()).is_ok());
    for own in [release_of(true), refuse_of(true)] {
        let refused = Actor::User(root.clone()).permit(&model, own, connection());
        assert!(matches!(refused, Err(Error::Denied(Denial::OwnDeprovisioning))));
    }
    denied(Actor::User(developer).permit(&model, refuse(), connection()));
    denied(Actor::Service(root.clone()).permit(&model, release(), connection()));
    denied(Actor::Service(root).permit(&model, refuse(), connection()));
}

#[test]
fn whoever_lacks_anything_does_not_write_the_role_model() {
    let toml = RoleModel::preset("admin-platform-devops").unwrap().to_toml().replace(
        r#"allow = ["app.*", "projects:*", "projects.*", "shares:manage"]"#,
        r#"allow = ["app.*", "roles:define"]"#,
    );
    let (model, org) = (RoleModel::parse(&toml).unwrap(), OrgId::new());
    let whole = || Target::Organisation { id: org, label: "o".to_owned() };
    let define = || Action::DefineRoles { gives: vec![], changes: vec![] };

    denied(Actor::User(holding(&model, org, &["platform"])).permit(&model, define(), whole()));

    assert!(Actor::User(holding(&model, org, &["admin"])).permit(&model, define(), whole()).is_ok());
}

#[test]
fn a_ceiling_is_put_on_people_only_by_those_who_manage_every_role() {
    let toml = RoleModel::preset("admin-standard-readonly").unwrap().to_toml().replace(
        "allow = [\n  \"projects:list\",\n  \"projects:switch\",\n  \"app.project:read\",\n  \"app.project.limited:*\",\n]",
        "allow = [\"projects:list\", \"projects:switch\", \"app.*\", \"groups:*\", \"roles:assign\"]\n\
         grants = [\"read_only\", \"standard\"]\nmanages = { assign = [\"standard\", \"read_only\"] }",
    );
    let (model, org) = (RoleModel::parse(&toml).unwrap(), OrgId::new());
    let joins = || Action::ChangeMembers { added: vec![UserId::new()], removed: vec![], roles: vec![key("read_only")] };

    denied(Actor::User(holding(&model, org, &["standard"])).permit(&model, joins(), group(org, None)));

    assert!(Actor::User(holding(&model, org, &["admin"])).permit(&model, joins(), group(org, None)).is_ok());
}

fn connection_of(org: OrgId, ceiling: Ceiling) -> (Actor, ConnectionId) {
    let connection = ConnectionId::new();
    (Actor::Scim(ScimActor { org, connection, label: "okta".to_owned(), ceiling }), connection)
}

/// SC-05, SC-06: an identity provider gives no role above the ceiling of its connection, by no attribute and by no group.
#[test]
fn sc_05_sc_06_a_connection_gives_no_role_above_its_ceiling() {
    let (model, org) = (model(), OrgId::new());
    let (scim, connection) = connection_of(org, Ceiling::default());
    let user = || Target::User(TargetUser { managed_by: Some(connection), ..target(org, &["viewer"]) });
    let give = |role: &str| Action::GrantRole { role: key(role), source: Source::ScimRole(connection) };
    let create = |role: &str| Action::CreateUser { role: Some(key(role)), source: Source::ScimRole(connection) };
    let join =
        |role: &str| Action::ChangeMembers { added: vec![UserId::new()], removed: vec![], roles: vec![key(role)] };
    let group = || group(org, Some(connection));

    let sentence = denied(scim.permit(&model, give("owner"), user()));
    assert_eq!(sentence, "the connection okta may not give or manage the role owner");
    denied(scim.permit(&model, create("owner"), user()));
    denied(scim.permit(&model, join("owner"), group()));
    for deed in [give("admin"), create("viewer")] {
        assert!(scim.permit(&model, deed, user()).is_ok());
    }
    assert!(scim.permit(&model, join("admin"), group()).is_ok());
    let (capped, own) = connection_of(org, Ceiling { max: Some(key("contributor")), protected: true });
    let user = Target::User(TargetUser { managed_by: Some(own), ..target(org, &[]) });
    let give = |role: &str| Action::GrantRole { role: key(role), source: Source::Entitlement(own) };
    denied(capped.permit(&model, give("admin"), user.clone()));
    assert!(capped.permit(&model, give("contributor"), user).is_ok());
}

#[test]
fn an_open_ceiling_admits_protected_roles_and_a_ceiling_of_an_unknown_role_admits_nothing() {
    let model = model();

    assert!(Ceiling { max: None, protected: true }.admits(&model, &key("owner")));
    assert!(!Ceiling { max: Some(key("gone")), protected: true }.admits(&model, &key("viewer")));
    assert!(!Ceiling { max: None, protected: true }.admits(&model, &key("gone")));
}

/// Ranked below the ceiling is not enough for a role that was made after the connection: what it allows must be below too.
#[test]
fn a_role_of_the_organisations_own_is_below_a_ceiling_only_when_it_allows_no_more() {
    let draft = |label: &str, allow: &str, grants: &[&str]| RoleDraft {
        label: label.to_owned(),
        extends: Some(key("viewer")),
        allow: vec![allow.to_owned()],
        grants: grants.iter().map(|role| key(role)).collect(),
        given_by: vec![key("owner")],
        below: Some(key("contributor")),
        ..RoleDraft::default()
    };
    let drafts = [
        draft("reader", "users:list", &[]),
        draft("auditor", "org.audit:read", &[]),
        draft("inviter", "users:list", &["viewer"]),
    ];
    let model = drafts
        .iter()
        .fold(model(), |model, draft| model.with_new_role(&RoleModel::key_for(draft).unwrap(), draft).unwrap());
    let admits = |max: &str| {
        let ceiling = Ceiling { max: Some(key(max)), protected: false };
        ["reader", "auditor", "inviter"].map(|role| ceiling.admits(&model, &key(role)))
    };

    assert_eq!(admits("contributor"), [true, false, false]);
    assert_eq!(admits("admin"), [true, true, true]);
}

/// SC-05: a role that the organisation made is no way around the protection of those that came with the model.
#[test]
fn sc_05_a_role_that_allows_as_much_as_a_protected_one_is_given_by_no_connection_by_default() {
    let draft = |label: &str, allow: &[&str]| RoleDraft {
        label: label.to_owned(),
        allow: allow.iter().map(|it| (*it).to_owned()).collect(),
        given_by: vec![key("owner")],
        below: Some(key("admin")),
        ..RoleDraft::default()
    };
    let drafts =
        [draft("deputy", &["*"]), draft("treasurer", &["org.billing:manage"]), draft("host", &["users:invite"])];
    let model = drafts
        .iter()
        .fold(model(), |model, draft| model.with_new_role(&RoleModel::key_for(draft).unwrap(), draft).unwrap());
    let admits = |max: Option<&str>, protected| {
        let ceiling = Ceiling { max: max.map(key), protected };
        ["deputy", "treasurer", "host"].map(|role| ceiling.admits(&model, &key(role)))
    };

    assert_eq!(admits(None, false), [false, false, true]);
    assert_eq!(admits(Some("owner"), false), [false, false, true]);
    assert_eq!(admits(None, true), [true, true, true]);
    assert_eq!(admits(Some("treasurer"), false), [false, true, false], "the connection names it");
}

#[test]
fn a_connection_touches_only_what_it_manages() {
    let (model, org) = (model(), OrgId::new());
    let (scim, own) = connection_of(org, Ceiling::default());
    let other = Some(ConnectionId::new());
    let user = |managed_by| Target::User(TargetUser { managed_by, ..target(org, &["viewer"]) });
    let missing = |answer: Result<Permit, Error>| matches!(answer, Err(Error::NotFound(_)));

    for managed_by in [None, other] {
        assert!(missing(scim.permit(&model, Action::DeactivateUser, user(managed_by))));
        assert!(missing(scim.permit(&model, Action::UpdateUser { changes: vec![] }, user(managed_by))));
        assert!(missing(scim.permit(
            &model,
            Action::DeleteGroup { roles: vec![], projects: vec![] },
            group(org, managed_by)
        )));
    }
    assert!(scim.permit(&model, Action::DeactivateUser, user(Some(own))).is_ok());
    let owner = Target::User(TargetUser { managed_by: Some(own), ..target(org, &["owner"]) });
    assert!(scim.permit(&model, Action::DeactivateUser, owner).is_ok());
}

#[test]
fn a_connection_links_a_local_user_to_itself_only_and_no_holder_of_a_role_above_its_ceiling() {
    let (model, org) = (model(), OrgId::new());
    let (scim, own) = connection_of(org, Ceiling::default());
    let link = |connection| Action::LinkUser { connection, takes: Vec::new(), gives: None };

    assert!(scim.permit(&model, link(own), Target::User(target(org, &["viewer"]))).is_ok());
    denied(scim.permit(&model, link(own), Target::User(target(org, &["viewer", "owner"]))));
    let foreign = scim.permit(&model, link(ConnectionId::new()), Target::User(target(org, &["viewer"])));
    assert!(matches!(foreign, Err(Error::NotFound("user"))));
}

/// Whoever can write external ids over SCIM must not become an owner at the provider by it.
#[test]
fn a_connection_links_its_own_people_to_people_of_its_provider_unless_they_hold_a_role_above_its_ceiling() {
    let (model, org) = (model(), OrgId::new());
    let (scim, own) = connection_of(org, Ceiling::default());
    let (issuer, subject) = ("https://idp.example".to_owned(), "ada".to_owned());
    let link = || Action::LinkIdentity {
        connection: own,
        issuer: issuer.clone(),
        subject: subject.clone(),
        by: LinkedBy::Email,
    };
    let user = |managed_by, roles: &[&str]| Target::User(TargetUser { managed_by, ..target(org, roles) });

    assert!(scim.permit(&model, link(), user(Some(own), &["admin"])).is_ok());
    denied(scim.permit(&model, link(), user(Some(own), &["viewer", "owner"])));
    for foreign in [None, Some(ConnectionId::new())] {
        let answer = scim.permit(&model, link(), user(foreign, &["viewer"]));
        assert!(matches!(answer, Err(Error::NotFound("user"))), "{answer:?}");
    }
    let owner = Actor::User(holding(&model, org, &["owner"]));
    denied(owner.permit(&model, link(), user(Some(own), &["viewer"])));
    assert!(matches!(Actor::Anonymous.permit(&model, link(), user(Some(own), &[])), Err(Error::Unauthenticated)));
}

#[test]
fn a_sign_in_that_a_provider_led_to_nothing_is_recorded_as_a_failure_with_its_number() {
    let (org, id) = (OrgId::new(), ConnectionId::new());
    let deed = Action::RefuseIdentity {
        reference: "0A1B".to_owned(),
        check: crate::domain::sso_refusal::Check::Known,
        reason: "nobody".to_owned(),
        subject: Some("ada".to_owned()),
    };
    let connection = Target::Connection { org, id, label: "Okta".to_owned() };

    let record = permit_anybody(deed, connection).unwrap().record();

    assert_eq!((record.outcome, record.org, record.action), (Outcome::Failure, org, "auth.sso_refused"));
    assert!(record.changes.to_string().contains("0A1B"), "{}", record.changes);
}

/// SC-09 rests on it too: a password from the identity provider must not open an account it could not have made.
#[test]
fn a_connection_sets_no_password_of_somebody_who_holds_a_role_above_its_ceiling() {
    let (model, org) = (model(), OrgId::new());
    let (scim, own) = connection_of(org, Ceiling::default());
    let user = |roles: &[&str]| Target::User(TargetUser { managed_by: Some(own), ..target(org, roles) });

    assert!(scim.permit(&model, Action::SetPassword, user(&["admin"])).is_ok());
    denied(scim.permit(&model, Action::SetPassword, user(&["viewer", "owner"])));
}

#[test]
fn a_connection_gives_and_takes_only_what_it_sent_itself() {
    let (model, org) = (model(), OrgId::new());
    let (scim, own) = connection_of(org, Ceiling::default());
    let user = || Target::User(TargetUser { managed_by: Some(own), ..target(org, &["admin"]) });
    let take = |source| Action::UngrantRole { role: key("admin"), source };

    assert!(scim.permit(&model, take(Source::ScimRole(own)), user()).is_ok());
    denied(scim.permit(&model, take(Source::Manual), user()));
    denied(scim.permit(&model, take(Source::ScimRole(ConnectionId::new())), user()));
    denied(scim.permit(&model, Action::ResetMfa, user()));
    denied(scim.permit(&model, Action::ChangePolicy { changes: vec![] }, user()));
}

#[test]
fn a_role_that_the_identity_provider_gave_is_not_taken_by_hand() {
    let (model, org) = (model(), OrgId::new());
    let owner = Actor::User(holding(&model, org, &["owner"]));
    let source = Source::ScimRole(ConnectionId::new());
    let deed = Action::UngrantRole { role: key("viewer"), source };

    let sentence = denied(owner.permit(&model, deed, Target::User(target(org, &["viewer"]))));

    assert_eq!(sentence, "this role comes from the identity provider and is changed there");
}

/// SC-05: who moves somebody to another provider takes the roles that the one before gave.
#[test]
fn whoever_may_not_take_a_role_moves_nobody_away_from_the_provider_that_gives_it() {
    let toml = model().to_toml().replace("[role.manages]\n", "[role.manages]\nchange_idp = [\"viewer\"]\n");
    let toml = toml.replace("  \"users:invite\",\n", "  \"users:invite\",\n  \"users.idp:change\",\n");
    let (model, org) = (RoleModel::parse(&toml).unwrap(), OrgId::new());
    let [admin, owner] = ["admin", "owner"].map(|role| Actor::User(holding(&model, org, &[role])));
    let moved = |takes| Action::LinkUser { connection: ConnectionId::new(), takes, gives: None };
    let comes = |role| Action::LinkUser { connection: ConnectionId::new(), takes: Vec::new(), gives: Some(key(role)) };
    let viewer = || Target::User(target(org, &["viewer"]));

    assert!(admin.permit(&model, moved(Vec::new()), viewer()).is_ok());
    assert!(owner.permit(&model, moved(vec![key("viewer")]), viewer()).is_ok());
    let sentence = denied(admin.permit(&model, moved(vec![key("viewer")]), viewer()));

    assert_eq!(sentence, "an admin may not take the role viewer away");
    assert!(owner.permit(&model, comes("admin"), viewer()).is_ok());
    denied(admin.permit(&model, comes("admin"), viewer()));
}

#[test]
fn a_job_does_what_its_name_needs_and_no_more() {
    let model = model();
    let key = || Target::Key { id: super::super::id::KeyId::new() };
    let user = || Target::User(target(OrgId::new(), &["viewer"]));

    assert!(Actor::Job(JOB_KEYS).permit(&model, Action::RotateKey, key()).is_ok());
    assert!(Actor::Job(JOB_SWEEP).permit(&model, Action::RevokeSessions, user()).is_ok());
    denied(Actor::Job(JOB_SWEEP).permit(&model, Action::RotateKey, key()));
    denied(Actor::Job(JOB_KEYS).permit(&model, Action::RevokeSessions, user()));
    denied(Actor::Job("unheard of").permit(&model, Action::RotateKey, key()));
}

#[test]
fn an_identity_provider_and_a_client_read_what_they_need_and_no_more() {
    let (model, org) = (model(), OrgId::new());
    let (scim, _) = connection_of(org, Ceiling::default());
    let client = Actor::Client(ClientActor { org: None, id: ClientId::new(), label: "app".to_owned() });

    assert!(scim.may(&model, "users:list").is_ok());
    assert!(matches!(scim.may(&model, "org.audit:read"), Err(Error::Denied(_))));
    assert!(matches!(client.may(&model, "users:list"), Err(Error::Denied(_))));
}

#[test]
fn a_protected_role_keeps_its_minimum_and_others_may_run_empty() {
    let model = model();
    let lost = |role: &str, left| keeps_a_holder(&model, &key(role), left);

    assert!(matches!(lost("owner", 0), Err(Error::Conflict(Conflict::LastProtectedRole))));
    assert!(lost("owner", 1).is_ok());
    assert!(lost("admin", 0).is_ok());
    assert!(lost("gone", 0).is_ok());
}

#[test]
fn the_members_of_a_huge_change_are_counted_and_not_all_listed() {
    let added: Vec<_> = (0..1_500).map(|_| UserId::new()).collect();

    let changes = Action::ChangeMembers { added, removed: vec![], roles: vec![] }.changes();

    assert_eq!(changes[0]["added"].as_array().map(Vec::len), Some(1_000));
    assert_eq!(changes[0]["added_count"], 1_500);
}

proptest! {
    /// Whatever a role may do, nobody ends up with more than the giver has, in any preset and under any reading.
    #[test]
    fn nobody_gives_away_more_than_they_have(
        preset in prop::sample::select(RoleModel::PRESETS.as_slice()),
        giver in any::<prop::sample::Index>(),
        extra in any::<prop::sample::Index>(),
        given in any::<prop::sample::Index>(),
        held in any::<prop::sample::Index>(),
    ) {
        let model = RoleModel::preset(preset).unwrap();
        let model = model.with_reading("matrix").unwrap_or(model);
        let org = OrgId::new();
        let pick = |index: prop::sample::Index| model.roles()[index.index(model.roles().len())].key.as_str().to_owned();
        let actor = holding(&model, org, &[&pick(giver), &pick(extra)]);
        let to = key(&pick(given));
        let deed = Action::ChangeRole { from: None, to: to.clone() };

        let allowed = Actor::User(actor.clone()).permit(&model, deed, Target::User(target(org, &[&pick(held)]))).is_ok();

        let role = model.get(&to).unwrap();
        for permission in model.permissions().filter(|permission| allowed && role.allows(permission)) {
            prop_assert!(actor.effective.allows(&model, permission), "{permission}");
        }
    }
}

/// S1-4, S1-5: an invitation is sent again and taken back by those who may invite into its role.
#[test]
fn an_invitation_is_sent_again_and_taken_back_by_those_who_may_invite_into_its_role() {
    let (model, org) = (model(), OrgId::new());
    let may = |actor: &str, role: &str| {
        let actor = Actor::User(holding(&model, org, &[actor]));
        let deeds = [Action::ResendInvitation { role: key(role) }, Action::RevokeInvitation { role: key(role) }];
        deeds.map(|deed| actor.check(&model, &deed, &Target::User(target(org, &[role]))).is_ok())
    };

    assert_eq!([may("owner", "owner"), may("admin", "admin")], [[true; 2]; 2]);
    assert_eq!([may("admin", "owner"), may("contributor", "viewer"), may("viewer", "viewer")], [[false; 2]; 3]);
}

#[test]
fn an_invitation_is_answered_by_the_invited_person_alone() {
    let (model, org) = (model(), OrgId::new());
    let invited = holding(&model, org, &[]);
    let deeds = || [Action::AcceptInvitation { role: key("owner") }, Action::DeclineInvitation];
    let owner = Actor::User(holding(&model, org, &["owner"]));

    for deed in deeds() {
        let own = Actor::User(invited.clone()).check(&model, &deed, &oneself(&invited));
        assert!(own.is_ok(), "{deed:?}");
        assert!(owner.check(&model, &deed, &oneself(&invited)).is_err(), "{deed:?}");
        assert!(Actor::Anonymous.check(&model, &deed, &oneself(&invited)).is_err(), "{deed:?}");
    }
}

#[test]
fn a_refused_invitation_is_a_failure_that_no_user_reports() {
    let (model, org) = (model(), OrgId::new());
    let deed = Action::FailInvitation { role: key("viewer") };
    let nobody = Target::User(target(org, &[]));

    let record = permit_anybody(deed.clone(), nobody.clone()).unwrap().record();

    assert_eq!((record.action, record.outcome), ("user.invite_refused", Outcome::Failure));
    denied(Actor::User(holding(&model, org, &["owner"])).permit(&model, deed, nobody));
}

#[test]
fn whoever_may_create_somebody_may_send_the_first_link_again() {
    let (model, org) = (model(), OrgId::new());
    let may = |actor: &str, on: &str| {
        let actor = Actor::User(holding(&model, org, &[actor]));
        actor.check(&model, &Action::ResendActivation, &Target::User(target(org, &[on]))).is_ok()
    };

    assert_eq!([may("owner", "owner"), may("admin", "viewer")], [true, true]);
    assert_eq!([may("admin", "owner"), may("contributor", "viewer")], [false, false]);
}
