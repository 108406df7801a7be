use super::*;
use crate::domain::id::{TeamId, UserId};
use crate::domain::project::{Decision, Limit, Refusal};

fn refused(kind: Kind, verdict: &Verdict, deed: &str) -> Option<Reason> {
    asks(kind, deed).map_or(Some(Reason::UnknownAction), |it| refusal(verdict, it))
}

fn link(visibility: Visibility, shares: &[(Sharee, Level)]) -> Link {
    Link { resource: ResourceId::new(), is_own: false, visibility, shares: shares.to_vec() }
}

fn active(chain: Vec<Link>) -> Standing {
    Standing { is_active: true, chain, ..Standing::default() }
}

fn user(level: Level) -> (Sharee, Level) {
    (Sharee::User(UserId::new()), level)
}

fn team(level: Level) -> (Sharee, Level) {
    (Sharee::Team(TeamId::new()), level)
}

#[test]
fn the_furthest_of_all_shares_counts_unless_the_resource_is_private() {
    for (visibility, shares, reach) in [
        (Visibility::Private, vec![], None),
        (Visibility::Private, vec![user(Level::Edit)], None),
        (Visibility::Specific, vec![], None),
        (Visibility::Specific, vec![user(Level::View)], Some(Level::View)),
        (Visibility::Specific, vec![team(Level::View), user(Level::Edit)], Some(Level::Edit)),
        (Visibility::AllUsers, vec![], Some(Level::View)),
        (Visibility::AllUsers, vec![team(Level::Edit)], Some(Level::Edit)),
    ] {
        let verdict = decide(&active(vec![link(visibility, &shares)]));

        assert_eq!(verdict.reach, reach, "{visibility:?} {shares:?}");
    }
}

#[test]
fn what_a_resource_lies_in_counts_for_it_too() {
    let inner = link(Visibility::Private, &[]);
    let outer = link(Visibility::Specific, &[team(Level::Edit)]);

    let of_inner = decide(&active(vec![inner, outer.clone()]));

    assert_eq!(of_inner.reach, decide(&active(vec![outer])).reach);
    assert_eq!(of_inner.reach, Some(Level::Edit));
}

#[test]
fn who_is_not_active_gets_nowhere_by_any_way() {
    let shared = link(Visibility::AllUsers, &[user(Level::Edit)]);
    let owned = Link { is_own: true, ..shared };
    let standing = Standing { is_active: false, has_everything: true, ..active(vec![owned]) };

    let verdict = decide(&standing);

    assert_eq!((verdict.reach, verdict.limit), (None, Some(Reason::NotActive)));
    assert_eq!(refused(Kind::Report, &verdict, "view"), Some(Reason::NotActive));
}

#[test]
fn read_only_by_role_or_project_holds_back_every_other_way() {
    let edited = || active(vec![Link { is_own: true, ..link(Visibility::Specific, &[user(Level::Edit)]) }]);
    let on = |decision| vec![(ProjectId::new(), decision)];
    for (standing, reach, limit) in [
        (edited(), Level::Edit, None),
        (Standing { is_reader: true, ..edited() }, Level::View, Some(Reason::ReadOnlyRole)),
        (
            Standing { projects: on(Decision::Read(vec![Limit::Project])), ..edited() },
            Level::View,
            Some(Reason::ReadOnlyProject),
        ),
        (Standing { projects: on(Decision::Deny(Refusal::NotAssigned)), ..edited() }, Level::Edit, None),
        (Standing { projects: on(Decision::Write), ..active(Vec::new()) }, Level::Edit, None),
        (Standing { projects: on(Decision::Read(vec![Limit::Project])), ..active(Vec::new()) }, Level::View, None),
    ] {
        let verdict = decide(&standing);

        assert_eq!((verdict.reach, verdict.limit), (Some(reach), limit), "{standing:?}");
        let held_back = refused(Kind::Report, &verdict, "edit");
        assert_eq!(held_back.is_some(), reach == Level::View, "{standing:?}");
        if limit.is_some() {
            assert_eq!(held_back, limit);
        }
    }
}

/// S2-19: who may view a workflow reads its logs and not its definition; who may edit it reads both.
#[test]
fn s2_19_viewers_of_a_workflow_see_execution_logs_only() {
    for (level, logs, definition) in [(Level::View, None, Some(Reason::ViewOnly)), (Level::Edit, None, None)] {
        let verdict = decide(&active(vec![link(Visibility::Specific, &[user(level)])]));

        assert_eq!(refused(Kind::Workflow, &verdict, "logs:read"), logs, "{level:?}");
        assert_eq!(refused(Kind::Workflow, &verdict, "definition:read"), definition, "{level:?}");
    }
    let nobody = decide(&active(vec![link(Visibility::Private, &[])]));
    assert_eq!(refused(Kind::Workflow, &nobody, "logs:read"), Some(Reason::NotShared));
}

/// S2-21: no level of sharing, no owner and no role lets the credentials of a resource be read.
#[test]
fn s2_21_no_way_to_a_resource_is_a_way_to_its_credentials() {
    let shared = link(Visibility::AllUsers, &[user(Level::Edit), team(Level::Edit)]);
    let owned = Link { is_own: true, ..shared };
    let standing = Standing { has_everything: true, manages_all: true, manages_own: true, ..active(vec![owned]) };

    let verdict = decide(&standing);

    assert!(verdict.keeps && verdict.manages);
    for kind in Kind::ALL {
        assert_eq!(refused(kind, &verdict, "credentials:read"), Some(Reason::Credentials), "{kind:?}");
        let open = deeds(kind).filter(|(name, _)| refused(kind, &verdict, name).is_none()).count();
        assert_eq!(open, deeds(kind).count() - 1, "everything else is open: {kind:?}");
    }
}

#[test]
fn only_owners_and_those_who_manage_access_share_and_only_keepers_delete() {
    let edited = active(vec![link(Visibility::Specific, &[user(Level::Edit)])]);
    let owned = active(vec![Link { is_own: true, ..link(Visibility::Private, &[]) }]);
    let closed = active(vec![link(Visibility::Private, &[])]);
    for (standing, share, delete) in [
        (edited.clone(), Some(Reason::OwnerOnly), Some(Reason::OwnerOnly)),
        (closed.clone(), Some(Reason::NotShared), Some(Reason::NotShared)),
        (owned.clone(), Some(Reason::OwnerOnly), Some(Reason::OwnerOnly)),
        (Standing { manages_own: true, ..owned }, None, None),
        (Standing { manages_own: true, ..edited }, Some(Reason::OwnerOnly), Some(Reason::OwnerOnly)),
        (Standing { manages_all: true, ..closed }, None, Some(Reason::NotShared)),
        (Standing { has_everything: true, ..active(Vec::new()) }, None, None),
    ] {
        let verdict = decide(&standing);

        assert_eq!(refused(Kind::Dashboard, &verdict, "share"), share, "{standing:?}");
        assert_eq!(refused(Kind::Dashboard, &verdict, "transfer"), share, "{standing:?}");
        assert_eq!(refused(Kind::Dashboard, &verdict, "delete"), delete, "{standing:?}");
    }
}

/// A permission of the application's own asks for what the deed of its name asks for, so that it is no way around that.
#[test]
fn a_permission_asks_for_what_its_deed_asks_for() {
    for (kind, permission, wanted) in [
        (Kind::Workflow, "app.workflows.definition:read", Asks::For(Level::Edit)),
        (Kind::Workflow, "app.workflows.logs:read", Asks::For(Level::View)),
        (Kind::Workflow, "app.workflows:run", Asks::For(Level::Edit)),
        (Kind::Workflow, "app.workflows:delete", Asks::ToKeep),
        (Kind::Workflow, "app.workflows:read", Asks::For(Level::View)),
        (Kind::Workflow, "app.workflows:create", Asks::For(Level::Edit)),
        (Kind::DataSource, "app.datasources.credentials:read", Asks::Never),
        (Kind::Report, "app.workflows.logs:read", Asks::For(Level::View)),
        (Kind::Report, "app.reports:share", Asks::ToManage),
    ] {
        assert_eq!(asks_of(kind, &permission.parse().unwrap()), wanted, "{permission}");
    }
}

#[test]
fn every_project_around_a_resource_counts() {
    let on = |decision| (ProjectId::new(), decision);
    let read = || on(Decision::Read(vec![Limit::Project]));
    let misfit = || on(Decision::Deny(Refusal::MisconfiguredTeam));
    for (projects, reach, limit) in [
        (vec![on(Decision::Write), read()], Some(Level::View), Some(Reason::ReadOnlyProject)),
        (vec![on(Decision::Deny(Refusal::NotAssigned)), on(Decision::Write)], Some(Level::Edit), None),
        (vec![misfit()], None, Some(Reason::MisconfiguredTeam)),
        (vec![misfit(), on(Decision::Write)], Some(Level::Edit), None),
    ] {
        let verdict = decide(&Standing { projects, ..active(Vec::new()) });

        assert_eq!((verdict.reach, verdict.limit), (reach, limit));
        if reach.is_none() {
            assert_eq!(refused(Kind::Report, &verdict, "view"), limit);
        }
    }
}

#[test]
fn a_deed_that_there_is_not_is_refused_as_such() {
    let verdict = decide(&Standing { has_everything: true, ..active(Vec::new()) });

    for (kind, deed) in [(Kind::Report, "logs:read"), (Kind::Workflow, "deploy"), (Kind::Report, "Edit")] {
        assert_eq!(refused(kind, &verdict, deed), Some(Reason::UnknownAction), "{kind:?} {deed}");
    }
}
