//! The decisions that the presets must give, row by row, and every decision of each preset on paper.

use super::tests::{group, holding, key, oneself, target};
use super::*;
use crate::domain::role::{CATALOGUE, DeletePolicy, Source};
use crate::domain::user::SignIn;

const S0: &str = "root-admin-developer";
const S1: &str = "owner-admin-contributor-viewer";
const S2: &str = "admin-developer-viewer";
const S3: &str = "admin-standard-readonly";
const S4: &str = "admin-platform-devops";

const STRICT: fn() -> Preset = || preset(S1);
const MATRIX: fn() -> Preset = || Preset { model: preset(S1).model.with_reading("matrix").expect("matrix") };
const NON_OWNERS: [&str; 4] = ["admin", "contributor", "viewer", "viewernosecrets"];

/// Asks a preset as its people would.
struct Preset {
    model: RoleModel,
}

fn preset(name: &str) -> Preset {
    Preset { model: RoleModel::preset(name).expect(name) }
}

impl Preset {
    fn has(&self, roles: &[&str], permission: &str) -> bool {
        holding(&self.model, OrgId::OPERATOR, roles).effective.allows(&self.model, permission)
    }

    fn reads(&self, role: &str, permission: &str) -> bool {
        Actor::User(holding(&self.model, OrgId::OPERATOR, &[role])).may(&self.model, permission).is_ok()
    }

    /// Everything the role has, of the catalogue and of the applications.
    fn all_of(&self, role: &str) -> Vec<String> {
        holding(&self.model, OrgId::OPERATOR, &[role]).effective.permissions(&self.model)
    }

    fn does(&self, actor: &str, action: &Action, on: &[&str]) -> bool {
        let org = OrgId::new();
        let actor = Actor::User(holding(&self.model, org, &[actor]));
        actor.permit(&self.model, action.clone(), Target::User(target(org, on))).is_ok()
    }

    fn does_to_oneself(&self, actor: &str, action: Action) -> bool {
        let actor = holding(&self.model, OrgId::new(), &[actor]);
        Actor::User(actor.clone()).permit(&self.model, action, oneself(&actor)).is_ok()
    }

    fn places(&self, actor: &str, role: &str) -> bool {
        let create = Action::CreateUser { role: Some(key(role)), source: Source::Manual };
        let [invites, creates] = [invite(role), create].map(|deed| self.does(actor, &deed, &[]));
        assert_eq!(invites, creates, "inviting and creating go by one rule");
        invites
    }

    /// The roles of the model that the actor may put a new person into.
    fn placeable(&self, actor: &str) -> Vec<&str> {
        let keys = self.model.roles().iter().map(|role| role.key.as_str());
        keys.filter(|role| self.places(actor, role)).collect()
    }

    fn assigns(&self, actor: &str, from: &str, to: &str) -> bool {
        self.does(actor, &Action::ChangeRole { from: Some(key(from)), to: key(to) }, &[from])
    }

    fn roles(&self) -> Vec<&str> {
        self.model.roles().iter().map(|role| role.key.as_str()).collect()
    }
}

fn invite(role: &str) -> Action {
    Action::InviteUser { role: key(role) }
}

fn update() -> Action {
    Action::UpdateUser { changes: vec![] }
}

/// Everything that is done to another user, apart from giving roles.
fn deeds_on_others() -> [Action; 11] {
    [
        update(),
        Action::ActivateUser,
        Action::DeactivateUser,
        Action::RemoveUser,
        Action::DeletePendingUser,
        Action::EraseUser,
        Action::RequestPasswordReset,
        Action::SetTemporaryPassword,
        Action::ResetMfa,
        Action::RequireMfa { required: true },
        Action::RevokeSessions,
    ]
}

/// S0-1: exactly three levels exist.
#[test]
fn s0_1_the_levels_are_root_admin_and_developer() {
    assert_eq!(preset(S0).roles(), ["root", "admin", "developer"]);
}

/// S0-2: Root may do everything, billing and the management of other users included.
#[test]
fn s0_2_root_has_every_permission_and_does_everything_to_everybody() {
    let s0 = preset(S0);

    for permission in s0.model.permissions() {
        assert!(s0.has(&["root"], permission), "{permission}");
    }
    for (deed, role) in deeds_on_others().iter().flat_map(|deed| s0.roles().into_iter().map(move |role| (deed, role))) {
        assert!(s0.does("root", deed, &[role]), "{deed:?} {role}");
    }
}

/// S0-3: Admin has what Root has, apart from billing (S0-4) and the management of other users (S0-5, S0-18, S0-23).
#[test]
fn s0_3_admin_lacks_exactly_billing_and_the_management_of_others() {
    let s0 = preset(S0);
    let admin = s0.all_of("admin");

    let lacking: Vec<_> = s0.all_of("root").into_iter().filter(|permission| !admin.contains(permission)).collect();

    assert_eq!(
        lacking,
        [
            "org.billing:manage",
            "users:update",
            "users:activate",
            "users:deactivate",
            "users:remove",
            "users:delete_pending",
            "users:erase",
            "users.password:reset",
            "users.password:set_temp",
            "users.mfa:reset",
            "users.mfa:require",
            "users.sessions:revoke",
            "users.idp:change",
            "roles:assign",
            "roles:define",
            "impersonate:use",
        ]
    );
}

/// S0-4: Admin views invoices and has no other part of billing.
#[test]
fn s0_4_admin_only_views_invoices() {
    let s0 = preset(S0);

    let billing: Vec<_> = s0.all_of("admin").into_iter().filter(|name| name.starts_with("org.billing")).collect();

    assert_eq!(billing, ["org.billing.invoices:read"]);
}

/// S0-5: Admin views the details of other users and changes nothing about them.
#[test]
fn s0_5_admin_views_other_users_and_manages_none() {
    let s0 = preset(S0);

    assert!(s0.reads("admin", "users:list") && s0.reads("admin", "users:read"));
    for role in s0.roles() {
        for deed in deeds_on_others() {
            assert!(!s0.does("admin", &deed, &[role]), "{deed:?} {role}");
        }
        assert!(!s0.assigns("admin", role, "developer"), "{role}");
    }
}

/// S0-6: Developer does everything with pipelines, whatever the application calls it.
#[test]
fn s0_6_developer_manages_pipelines() {
    let s0 = preset(S0);

    for permission in ["app.pipeline:create", "app.pipeline:run", "app.pipeline:delete", "app.pipeline:anything_else"] {
        assert!(s0.has(&["developer"], permission), "{permission}");
    }
}

/// S0-7: Developer does not see billing.
#[test]
fn s0_7_developer_does_not_see_billing() {
    let s0 = preset(S0);

    assert!(!s0.has(&["developer"], "org.billing.invoices:read"));
    assert!(!s0.has(&["developer"], "org.billing:manage"));
}

/// S0-8: Developer sees no other user; within the own organisation the answer is a refusal, not a riddle.
#[test]
fn s0_8_developer_does_not_see_other_users() {
    let s0 = preset(S0);
    let developer = Actor::User(holding(&s0.model, OrgId::new(), &["developer"]));

    for permission in ["users:list", "users:read"] {
        let answer = developer.may(&s0.model, permission);
        assert!(matches!(answer, Err(Error::Denied(_))), "{answer:?}");
    }
}

/// S0-17: Root and Admin add users, Developer does not.
#[test]
fn s0_17_root_and_admin_add_users_and_developer_does_not() {
    let s0 = preset(S0);

    assert!(s0.places("root", "developer") && s0.places("admin", "developer"));
    assert!(!s0.places("developer", "developer"));
}

/// S0-18: Root adds Admin and Developer; Root itself is not offered.
#[test]
fn s0_18_root_adds_admins_and_developers_and_no_root() {
    let s0 = preset(S0);

    assert_eq!(s0.placeable("root"), ["admin", "developer"]);
    assert!(!s0.assigns("root", "admin", "root"));
}

/// S0-19: Admin adds only Developer.
#[test]
fn s0_19_admin_adds_developers_only() {
    assert_eq!(preset(S0).placeable("admin"), ["developer"]);
}

/// S0-23: Root resets the password of any account, Admin of none.
#[test]
fn s0_23_root_resets_any_password_and_admin_none() {
    let s0 = preset(S0);

    for role in s0.roles() {
        assert!(s0.does("root", &Action::RequestPasswordReset, &[role]), "{role}");
        assert!(!s0.does("admin", &Action::RequestPasswordReset, &[role]), "{role}");
        assert!(!s0.does("developer", &Action::RequestPasswordReset, &[role]), "{role}");
    }
}

/// S1-2: only owners and admins invite.
#[test]
fn s1_2_only_owners_and_admins_invite() {
    for s1 in [STRICT(), MATRIX()] {
        assert!(s1.places("owner", "viewer") && s1.places("admin", "viewer"));
        for role in ["contributor", "viewer", "viewernosecrets"] {
            assert_eq!(s1.placeable(role), Vec::<&str>::new(), "{role}");
        }
    }
}

/// S1-4: only an owner invites owners.
#[test]
fn s1_4_only_an_owner_invites_owners() {
    for s1 in [STRICT(), MATRIX()] {
        let inviters: Vec<_> = s1.roles().into_iter().filter(|role| s1.places(role, "owner")).collect();
        assert_eq!(inviters, ["owner"]);
    }
}

/// S1-5: an admin invites up to Admin.
#[test]
fn s1_5_an_admin_invites_up_to_admin() {
    for s1 in [STRICT(), MATRIX()] {
        assert_eq!(s1.placeable("admin"), NON_OWNERS);
        assert_eq!(s1.placeable("owner").len(), 5);
    }
}

/// S1-18, strict: changing a role takes an owner, directly and through a mapped group.
#[test]
fn s1_18_strict_changing_a_role_takes_an_owner() {
    let s1 = STRICT();

    for (from, to) in NON_OWNERS.into_iter().flat_map(|from| NON_OWNERS.map(|to| (from, to))) {
        assert!(s1.assigns("owner", from, to), "{from} {to}");
        assert!(!s1.assigns("admin", from, to), "{from} {to}");
    }
    let admin = Actor::User(holding(&s1.model, OrgId::OPERATOR, &["admin"]));
    let deed = Action::MapGroup { role: key("viewer") };
    assert!(admin.permit(&s1.model, deed, group(OrgId::OPERATOR, None)).is_err());
}

/// S1-18, matrix (C1): an admin changes roles too, never of an owner and never to owner.
#[test]
fn s1_18_matrix_an_admin_changes_roles_of_everybody_but_owners() {
    let s1 = MATRIX();

    for (from, to) in NON_OWNERS.into_iter().flat_map(|from| NON_OWNERS.map(|to| (from, to))) {
        assert!(s1.assigns("admin", from, to), "{from} {to}");
    }
    for role in NON_OWNERS {
        assert!(!s1.assigns("admin", "owner", role), "{role}");
        assert!(!s1.assigns("admin", role, "owner"), "{role}");
    }
    assert!(s1.assigns("owner", "owner", "viewer") && s1.assigns("owner", "viewer", "owner"));
}

/// S1-19: the sole owner is not downgraded until there is another; then they may step down themselves.
#[test]
fn s1_19_the_sole_owner_is_not_downgraded_until_there_is_another() {
    for s1 in [STRICT(), MATRIX()] {
        let down = Action::ChangeRole { from: Some(key("owner")), to: key("admin") };
        assert!(s1.does_to_oneself("owner", down));

        let alone = keeps_a_holder(&s1.model, &key("owner"), 0);

        assert!(matches!(alone, Err(Error::Conflict(Conflict::LastProtectedRole))));
        assert!(keeps_a_holder(&s1.model, &key("owner"), 1).is_ok());
    }
}

/// S1-22: removing takes an owner, in both readings.
#[test]
fn s1_22_removing_takes_an_owner() {
    for s1 in [STRICT(), MATRIX()] {
        for (role, on) in s1.roles().into_iter().flat_map(|role| s1.roles().into_iter().map(move |on| (role, on))) {
            assert_eq!(s1.does(role, &Action::RemoveUser, &[on]), role == "owner", "{role} {on}");
        }
    }
}

/// S1-23: the sole owner is not removed; the permit of another owner does not help while nobody else remains.
#[test]
fn s1_23_the_sole_owner_is_not_removed() {
    let s1 = STRICT();

    assert!(!s1.does_to_oneself("owner", Action::RemoveUser));
    assert!(s1.does("owner", &Action::RemoveUser, &["owner"]));
    assert!(keeps_a_holder(&s1.model, &key("owner"), 0).is_err());
    assert!(keeps_a_holder(&s1.model, &key("admin"), 0).is_ok());
}

/// S1-24: only admins and owners leave. S1-27: the sole owner does not.
#[test]
fn s1_24_s1_27_only_admins_and_owners_leave_and_the_sole_owner_does_not() {
    for s1 in [STRICT(), MATRIX()] {
        let leaving: Vec<_> = s1.roles().into_iter().filter(|role| s1.does_to_oneself(role, Action::Leave)).collect();

        assert_eq!(leaving, ["owner", "admin"]);
        assert!(!s1.does("owner", &Action::Leave, &["viewer"]), "nobody leaves for another");
        assert!(keeps_a_holder(&s1.model, &key("owner"), 0).is_err());
    }
}

/// S1-28: VIEWERNOSECRETS is Viewer without the secrets of projects.
#[test]
fn s1_28_viewernosecrets_is_a_viewer_without_secrets() {
    let s1 = STRICT();
    let fewer = s1.all_of("viewernosecrets");

    let missing: Vec<_> = s1.all_of("viewer").into_iter().filter(|permission| !fewer.contains(permission)).collect();

    assert_eq!(missing, ["app.config.secrets:read"]);
    assert!(fewer.iter().all(|permission| s1.all_of("viewer").contains(permission)));
}

/// Which of Owner, Admin, Contributor, Viewer and VIEWERNOSECRETS have the permission, as a row of the table says.
#[track_caller]
fn row(permission: &str, expected: &[&str]) {
    for s1 in [STRICT(), MATRIX()] {
        let has: Vec<_> = s1.roles().into_iter().filter(|role| s1.has(&[role], permission)).collect();
        assert_eq!(has, expected, "{permission}");
    }
}

/// S1-29: everybody sees the list of users.
#[test]
fn s1_29_everybody_lists_the_users() {
    row("users:list", &["owner", "admin", "contributor", "viewer", "viewernosecrets"]);
}

/// S1-30: owners, admins and contributors make personal access tokens.
#[test]
fn s1_30_viewers_make_no_personal_tokens() {
    row("tokens.personal:create", &["owner", "admin", "contributor"]);
}

/// S1-31: owners and admins manage integrations.
#[test]
fn s1_31_owners_and_admins_manage_integrations() {
    row("org.integrations:manage", &["owner", "admin"]);
}

/// S1-32: owners and admins view and download the audit log.
#[test]
fn s1_32_owners_and_admins_view_and_download_the_audit_log() {
    row("org.audit:read", &["owner", "admin"]);
    row("org.audit:export", &["owner", "admin"]);
}

/// S1-33: owners and admins invite users and update those who are not owners; under the matrix reading (C1) an admin
/// also changes their roles and lets them in and out.
#[test]
fn s1_33_owners_and_admins_manage_everybody_who_is_not_an_owner() {
    for (s1, role) in [STRICT, MATRIX].into_iter().flat_map(|s1| NON_OWNERS.map(|role| (s1(), role))) {
        let may: Vec<_> = s1.roles().into_iter().filter(|actor| s1.does(actor, &update(), &[role])).collect();
        assert_eq!(may, ["owner", "admin"], "{role}");
    }
    for (deed, role) in [Action::DeactivateUser, Action::ActivateUser, Action::ResetMfa, Action::RequestPasswordReset]
        .into_iter()
        .flat_map(|deed| NON_OWNERS.map(|role| (deed.clone(), role)))
    {
        assert!(MATRIX().does("admin", &deed, &[role]), "{deed:?} {role}");
        assert!(!STRICT().does("admin", &deed, &[role]), "{deed:?} {role}");
    }
}

/// S1-34: only an owner acts on an owner: not even the name, a second factor or a deactivation is an admin's.
#[test]
fn s1_34_only_an_owner_acts_on_an_owner() {
    for (s1, deed) in [STRICT, MATRIX].into_iter().flat_map(|s1| deeds_on_others().map(|deed| (s1(), deed))) {
        for held in [&["owner"][..], &["viewer", "owner"]] {
            let may: Vec<_> = s1.roles().into_iter().filter(|role| s1.does(role, &deed, held)).collect();
            assert_eq!(may, ["owner"], "{deed:?} {held:?}");
        }
    }
}

/// S1-35: only an owner manages the account.
#[test]
fn s1_35_only_an_owner_manages_the_account() {
    for reserved in ["org.account:manage", "org.billing:manage", "org.idp:manage", "org.scim:manage", "roles:define"] {
        row(reserved, &["owner"]);
    }
}

/// S1-36: everybody switches projects and views parameters and templates; all but VIEWERNOSECRETS view secrets.
#[test]
fn s1_36_everybody_switches_projects_and_views_their_configuration() {
    for permission in ["projects:switch", "app.config.parameters:read", "app.config.templates:read"] {
        row(permission, &["owner", "admin", "contributor", "viewer", "viewernosecrets"]);
    }
    row("app.config.secrets:read", &["owner", "admin", "contributor", "viewer"]);
}

/// S1-37: owners, admins and contributors create, update and delete environments, projects, parameters and templates.
#[test]
fn s1_37_viewers_change_no_configuration() {
    let things = ["app.config.environments", "projects", "app.config.parameters", "app.config.templates"];

    for (thing, verb) in things.into_iter().flat_map(|thing| ["create", "update", "delete"].map(|verb| (thing, verb))) {
        row(&format!("{thing}:{verb}"), &["owner", "admin", "contributor"]);
    }
}

/// S2-1: Admin has full access: users, billing, infrastructure, policies, governance.
#[test]
fn s2_1_admin_has_full_access() {
    let s2 = preset(S2);

    assert_eq!(s2.all_of("admin").len(), s2.model.permissions().count());
    for (deed, role) in deeds_on_others().iter().flat_map(|deed| s2.roles().into_iter().map(move |role| (deed, role))) {
        assert!(s2.does("admin", deed, &[role]), "{deed:?} {role}");
    }
    assert_eq!(s2.placeable("admin"), ["admin", "developer", "data_scientist", "viewer"]);
}

/// S2-2: Developer deploys apps and models, creates workflows, manages resources and uses data sources, and has nothing
/// of the organisation's.
#[test]
fn s2_2_developer_builds_and_administers_nothing() {
    let s2 = preset(S2);

    for permission in
        ["app.apps:deploy", "app.workflows:create", "app.resources:manage", "app.datasources:read", "app.models:deploy"]
    {
        assert!(s2.has(&["developer"], permission), "{permission}");
    }
    let own: Vec<_> = s2.all_of("developer").into_iter().filter(|name| CATALOGUE.contains(&name.as_str())).collect();
    assert_eq!(own, ["shares:manage"]);
}

/// S2-3, C21: Viewer reads apps, workflow runs, dashboards and reports, and has nothing else.
#[test]
fn s2_3_viewer_reads_and_writes_nothing() {
    let viewer = preset(S2).all_of("viewer");

    assert!(viewer.iter().all(|permission| permission.ends_with(":read") || permission.ends_with(":list")));
    for area in ["app.apps", "app.workflows", "app.dashboards", "app.reports"] {
        assert!(viewer.iter().any(|permission| permission.starts_with(area)), "{area}");
    }
    assert!(!viewer.contains(&"app.workflows.definition:read".to_owned()));
    assert!(preset(S2).has(&["developer", "viewer"], "app.apps:deploy"), "a viewer's grant takes nothing away");
}

/// S2-7, C3: the picker offers four roles; a data scientist is a developer who does not deploy apps.
#[test]
fn s2_7_c3_a_data_scientist_is_a_developer_who_does_not_deploy_apps() {
    let s2 = preset(S2);
    let labels: Vec<_> = s2.model.roles().iter().map(|role| role.label.as_str()).collect();
    let fewer = s2.all_of("data_scientist");

    let missing: Vec<_> = s2.all_of("developer").into_iter().filter(|permission| !fewer.contains(permission)).collect();

    assert_eq!(labels, ["Admin", "Developer", "Data Scientist", "Viewer"]);
    assert_eq!(missing, ["app.apps:deploy"]);
}

/// S2-4: every role of every preset says what it is and whom it suits.
#[test]
fn s2_4_every_role_has_a_description_and_a_best_for() {
    for name in RoleModel::PRESETS {
        for role in preset(name).model.roles() {
            assert!(
                !role.label.is_empty() && !role.description.is_empty() && !role.best_for.is_empty(),
                "{}",
                role.key
            );
        }
    }
}

/// S3-3: only an account administrator manages user accounts.
#[test]
fn s3_3_only_an_administrator_manages_users() {
    let s3 = preset(S3);

    for role in ["standard", "read_only"] {
        assert_eq!(s3.placeable(role), Vec::<&str>::new());
        assert!(!s3.reads(role, "users:list"), "{role}");
        for (deed, on) in deeds_on_others().iter().flat_map(|deed| s3.roles().into_iter().map(move |on| (deed, on))) {
            assert!(!s3.does(role, deed, &[on]), "{deed:?} {role} {on}");
        }
    }
    assert_eq!(s3.placeable("admin"), ["admin", "standard", "read_only"]);
    assert!(s3.does("admin", &Action::DeactivateUser, &["standard"]));
}

/// S3-7: Admin creates and manages users and duplicates projects.
#[test]
fn s3_7_admin_manages_users_and_duplicates_projects() {
    let s3 = preset(S3);

    let duplicating: Vec<_> = s3.roles().into_iter().filter(|role| s3.has(&[role], "projects:duplicate")).collect();

    assert_eq!(duplicating, ["admin"]);
    assert!(s3.places("admin", "standard") && s3.does("admin", &update(), &["admin"]));
}

/// S3-8: Standard has limited access in a project and none to the projects themselves.
#[test]
fn s3_8_standard_has_limited_access_in_a_project() {
    assert_eq!(
        preset(S3).all_of("standard"),
        [
            "projects:list",
            "projects:switch",
            "app.project:read",
            "app.project.limited:read",
            "app.project.limited:update"
        ]
    );
}

/// S3-9, TE-16, C14: with Read-Only among the grants no project is changed, whatever the other grants would allow.
#[test]
fn s3_9_read_only_changes_nothing_whatever_else_is_held() {
    let s3 = preset(S3);

    for held in [&["read_only", "standard"][..], &["admin", "read_only"], &["standard", "admin", "read_only"]] {
        for changing in ["app.project.limited:update", "app.project:update", "projects:update", "projects:duplicate"] {
            assert!(s3.has(&["admin"], changing));
            assert!(!s3.has(held, changing), "{held:?} {changing}");
        }
        for reading in ["projects:list", "projects:switch", "app.project:read"] {
            assert!(s3.has(held, reading), "{held:?} {reading}");
        }
    }
    let effective = holding(&s3.model, OrgId::OPERATOR, &["read_only", "standard"]).effective;
    assert_eq!(effective.role, Some(key("standard")), "the effective role stays the highest");
}

/// S3-10, S3-11, S3-22, S3-30, S3-34: what the preset sets besides its roles.
#[test]
fn s3_11_sso_is_the_default_and_only_pending_users_are_deleted() {
    let settings = preset(S3).model.settings().clone();

    assert_eq!(settings.auth_mode_default, Some(SignIn::Sso));
    assert_eq!(preset(S4).model.settings().auth_mode_default, None);
    assert_eq!(settings.delete_policy, DeletePolicy::PendingOnly);
    assert!(settings.require_team && settings.one_team_per_project);
    assert_eq!(preset(S4).model.settings().delete_policy, DeletePolicy::Any);
}

/// S4-2: the first user of an organisation is an admin and may create users.
#[test]
fn s4_2_the_first_user_may_create_users_in_every_preset() {
    for name in RoleModel::PRESETS {
        let preset = preset(name);
        let first = preset.model.first_user_role().as_str();
        assert!(!preset.placeable(first).is_empty(), "{name}");
    }
    assert_eq!(preset(S4).model.first_user_role().as_str(), "admin");
}

/// S4-3: admin has full access and manages users and their access.
#[test]
fn s4_3_admin_has_full_access_and_manages_users() {
    let s4 = preset(S4);

    assert_eq!(s4.all_of("admin").len(), s4.model.permissions().count());
    for (deed, role) in deeds_on_others().iter().flat_map(|deed| s4.roles().into_iter().map(move |role| (deed, role))) {
        assert!(s4.does("admin", deed, &[role]), "{deed:?} {role}");
        assert!(s4.assigns("admin", role, "devops"), "{role}");
    }
}

/// S4-4: platform manages every resource and no user.
#[test]
fn s4_4_platform_manages_every_resource_and_no_user() {
    let s4 = preset(S4);

    for area in ["cloud_credentials", "host_groups", "policies", "applications", "environments", "whatever_comes"] {
        assert!(s4.has(&["platform"], &format!("app.{area}:manage")), "{area}");
    }
    let of_users = ["users", "roles", "groups", "teams", "impersonate"];
    let about_users = |name: &String| of_users.iter().any(|area| name.starts_with(area));
    assert_eq!(s4.all_of("platform").into_iter().find(about_users), None);
    for deed in deeds_on_others() {
        assert!(!s4.does("platform", &deed, &["devops"]), "{deed:?}");
    }
}

/// S4-5: devops manages its seven areas.
#[test]
fn s4_5_devops_manages_its_seven_areas() {
    let mut areas: Vec<_> = preset(S4).all_of("devops");
    areas.retain(|permission| permission.ends_with(":manage"));

    assert_eq!(
        areas,
        [
            "app.catalogs:manage",
            "app.applications:manage",
            "app.environments:manage",
            "app.environment_types:manage",
            "app.clusters:manage",
            "app.cluster_types:manage",
            "app.git_credentials:manage",
        ]
    );
}

/// S4-6: devops has neither cloud credentials, host groups, policies nor users.
#[test]
fn s4_6_devops_has_no_credentials_host_groups_policies_or_users() {
    let s4 = preset(S4);

    for area in ["app.cloud_credentials", "app.host_groups", "app.policies"] {
        for verb in ["read", "list", "manage"] {
            assert!(!s4.has(&["devops"], &format!("{area}:{verb}")), "{area}:{verb}");
        }
    }
    assert!(s4.all_of("devops").iter().all(|permission| permission.starts_with("app.")));
    assert!(deeds_on_others().iter().all(|deed| !s4.does("devops", deed, &["devops"])));
}

#[test]
fn every_preset_gives_the_decisions_that_ship_with_it() {
    for name in RoleModel::PRESETS {
        let tests = RoleModel::preset_tests(name).expect(name);

        let report = RoleModel::test_file(tests).unwrap();

        assert_eq!(report.failures, Vec::<String>::new(), "{name}");
        assert!(report.passed >= 20, "{name}: {}", report.passed);
    }
}

#[test]
fn a_decision_that_is_wrong_or_cannot_be_read_is_a_failure_with_a_sentence() {
    let tests = r#"
        [[test]]
        row = "X-1"
        role = ["owner", "viewer"]
        permission = "org.account:manage"
        expect = "allow"
        [[test]]
        actor = "admin"
        action = "invite:owner"
        expect = "allow"
        [[test]]
        actor = "boss"
        action = ["leave", "assign", "fly"]
        expect = "deny"
        [[test]]
        actor = "admin"
        action = ["assign", "deactivate:viewer", "fly"]
        target = "viewer"
        expect = "deny"
        [[test]]
        role = "owner"
        permission = ["users:fly", "users:*"]
        expect = "deny"
        [[test]]
        role = "owner"
        expect = "allow"
        [[test]]
        reading = "loose"
        role = "owner"
        permission = "users:list"
        expect = "allow"
    "#;

    let report = preset(S1).model.run_tests(tests);

    assert_eq!(report.passed, 1);
    assert_eq!(
        report.failures,
        [
            "X-1: viewer org.account:manage is denied",
            "admin invite:owner is denied",
            "boss leave: the model has no role `boss`",
            "boss assign: the model has no role `boss`",
            "boss fly: the model has no role `boss`",
            "admin assign on viewer: write `assign:ROLE` where a role is given, else `assign`",
            "admin deactivate:viewer on viewer: write `deactivate:ROLE` where a role is given, else `deactivate`",
            "admin fly on viewer: there is no action `fly`",
            "owner users:fly: there is no such permission",
            "owner users:*: there is no such permission",
            "a test names `role` and `permission`, or `actor` and `action`",
            "the model has no such reading",
        ]
    );
    assert_eq!(preset(S1).model.run_tests("[[test]]\nexpect = 1").failures.len(), 1);
}

#[test]
fn a_model_may_carry_its_own_decisions_and_an_unknown_preset_is_named() {
    let own = format!(
        "{}\n[[test]]\nrole = \"devops\"\npermission = \"users:list\"\nexpect = \"deny\"\n",
        preset(S4).model.to_toml()
    );

    assert_eq!(RoleModel::test_file(&own).map(|report| (report.passed, report.failures.len())), Ok((1, 0)));
    let unknown = RoleModel::test_file("preset = \"nobody\"").unwrap_err();
    assert!(unknown[0].to_string().starts_with("preset: there is no preset `nobody`; there are root-admin-developer"));
}

#[test]
fn every_decision_of_each_preset_is_on_paper() {
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false}, {
        for name in RoleModel::PRESETS {
            let model = preset(name).model;
            insta::assert_snapshot!(name, model.sheet());
            for reading in model.readings().iter().filter(|reading| model.reading() != Some(reading)) {
                let other = model.with_reading(reading).unwrap();
                insta::assert_snapshot!(format!("{name}-{reading}"), other.sheet());
            }
        }
    });
}
