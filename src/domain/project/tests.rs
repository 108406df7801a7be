use super::*;
use crate::domain::role::{LiveGrant, RoleKey, Source};

fn way(access: Access, as_team: bool) -> Assignment {
    Assignment {
        id: AssignmentId::new(),
        project: ProjectId::new(),
        subject: Subject::Group(GroupId::new()),
        access,
        as_team,
        since: Timestamp::from_millis(0),
    }
}

fn settings(preset: &str) -> Settings {
    RoleModel::preset(preset).unwrap().settings().clone()
}

fn strict() -> Settings {
    settings("admin-standard-readonly")
}

fn standing(ways: &[&Assignment], team: Option<&Assignment>) -> Standing {
    let ways = ways.iter().map(|it| (*it).clone()).collect();
    Standing { is_active: true, is_reader: false, ways, team: team.map(|it| it.id) }
}

fn holding(model: &RoleModel, roles: &[&str]) -> Effective {
    let grant = |role: &&str| LiveGrant {
        role: RoleKey::parse(role).unwrap(),
        source: Source::Manual,
        since: Timestamp::from_millis(0),
    };
    Effective::of(model, roles.iter().map(grant).collect())
}

/// S3-31: whoever is on a project without a team is denied, and the reason says so; where the role model asks for no team,
/// nothing is wrong.
#[test]
fn s3_31_whoever_is_on_a_project_without_a_team_is_denied_where_a_team_is_asked_for() {
    let single = way(Access::Write, false);
    let alone = standing(&[&single], None);

    assert_eq!(decide(&strict(), &alone), Decision::Deny(Refusal::MisconfiguredTeam));
    assert_eq!(Refusal::MisconfiguredTeam.word(), "misconfigured_team");
    assert_eq!(decide(&settings("owner-admin-contributor-viewer"), &alone), Decision::Write);
}

/// S3-33: one assignment that only lets read is enough, whatever the others let.
#[test]
fn s3_33_read_only_is_a_ceiling_over_every_other_way() {
    let (team, reads) = (way(Access::Write, true), way(Access::Read, false));

    assert_eq!(decide(&strict(), &standing(&[&team], Some(&team))), Decision::Write);
    assert_eq!(decide(&strict(), &standing(&[&team, &reads], Some(&team))), Decision::Read(vec![Limit::Project]));
}

/// S3-9, TE-16: a role that only lets read is a ceiling in every project, whatever else is held.
#[test]
fn s3_9_te_16_a_read_only_role_is_a_ceiling_in_every_project() {
    let model = RoleModel::preset("admin-standard-readonly").unwrap();
    let team = way(Access::Write, true);
    let reader = holding(&model, &["admin", "read_only"]);
    let standing = Standing { is_reader: reader.is_reader(&model), ..standing(&[&team], Some(&team)) };

    let decision = decide(model.settings(), &standing);

    assert_eq!(decision, Decision::Read(vec![Limit::Role]));
    assert!(!holding(&model, &["admin"]).is_reader(&model) && !holding(&model, &["standard"]).is_reader(&model));
    let refused = |permission: &str| refusal(&decision, &reader, &model, &permission.parse().unwrap());
    assert_eq!([refused("app.project:update"), refused("app.project:read")], [Some("read_only_role"), None]);
}

/// Nobody is there by being nobody, and nobody who is shut out is there.
#[test]
fn who_is_shut_out_or_assigned_nowhere_has_no_access() {
    let team = way(Access::Write, true);
    let gone = Standing { is_active: false, ..standing(&[&team], Some(&team)) };

    assert_eq!(decide(&strict(), &gone), Decision::Deny(Refusal::NotActive));
    assert_eq!(decide(&strict(), &standing(&[], None)), Decision::Deny(Refusal::NotAssigned));
}

/// S3-30: of two teams the first counts, so the second neither gives nor takes; where two are allowed, both count.
#[test]
fn s3_30_a_second_team_neither_gives_nor_takes() {
    let (first, second) = (way(Access::Write, true), way(Access::Read, true));
    let both = standing(&[&first, &second], Some(&first));

    assert_eq!(decide(&strict(), &both), Decision::Write);
    assert_eq!(decide(&settings("admin-platform-devops"), &both), Decision::Read(vec![Limit::Project]));
}

/// What the project lets through is decided by the roles, and by nothing where the project lets nothing through.
#[test]
fn the_roles_decide_within_what_the_project_lets() {
    let model = RoleModel::preset("admin-standard-readonly").unwrap();
    let standard = holding(&model, &["standard"]);
    let wanted = |text: &str| text.parse::<Permission>().unwrap();
    let asked = |decision: Decision, text: &str| refusal(&decision, &standard, &model, &wanted(text));

    assert_eq!(asked(Decision::Write, "app.project.limited:update"), None);
    assert_eq!(asked(Decision::Write, "projects:delete"), Some("no_permission"));
    assert_eq!(asked(Decision::Read(vec![Limit::Project]), "app.project.limited:update"), Some("read_only_project"));
    assert_eq!(asked(Decision::Read(vec![Limit::Project]), "app.project:read"), None);
    assert_eq!(asked(Decision::Deny(Refusal::NotAssigned), "app.project:read"), Some("not_assigned"));
}

/// C13: a team of the organisation is a team on every project, and anything else only when that is said.
#[test]
fn c13_a_team_of_the_organisation_is_always_a_team() {
    let (team, group) = (Subject::Team(TeamId::new()), Subject::Group(GroupId::new()));

    assert!(team.stands_as_team(None).unwrap() && team.stands_as_team(Some(false)).is_err());
    assert!(!group.stands_as_team(None).unwrap() && group.stands_as_team(Some(true)).unwrap());
    assert_eq!(Subject::read("team", &team.id()), Some(team));
    assert_eq!(Subject::read("role", &team.id()), None);
}
