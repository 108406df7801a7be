use super::*;
use crate::domain::id::{TeamId, UserId};
use crate::domain::project::{Decision, Limit, Refusal};

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
        (Visibility::Specific, vec![user(Level::View)], Some(Reach::View)),
        (Visibility::Specific, vec![team(Level::View), user(Level::Edit)], Some(Reach::Edit)),
        (Visibility::AllUsers, vec![], Some(Reach::View)),
        (Visibility::AllUsers, vec![team(Level::Edit)], Some(Reach::Edit)),
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
    assert_eq!(of_inner.reach, Some(Reach::Edit));
}

#[test]
fn who_is_not_active_gets_nowhere_by_any_way() {
    let shared = link(Visibility::AllUsers, &[user(Level::Edit)]);
    let owned = Link { is_own: true, ..shared };
    let standing = Standing { is_active: false, has_everything: true, ..active(vec![owned]) };

    let verdict = decide(&standing);

    assert_eq!((verdict.reach, verdict.limit), (None, Some(Reason::NotActive)));
    assert_eq!(refusal(Kind::Report, &verdict, "view"), Some(Reason::NotActive));
}

#[test]
fn read_only_by_role_or_project_holds_back_every_other_way() {
    let edited = || active(vec![Link { is_own: true, ..link(Visibility::Specific, &[user(Level::Edit)]) }]);
    let on = |decision| Some((ProjectId::new(), decision));
    for (standing, reach, limit) in [
        (edited(), Reach::Edit, None),
        (Standing { is_reader: true, ..edited() }, Reach::View, Some(Reason::ReadOnlyRole)),
        (
            Standing { project: on(Decision::Read(vec![Limit::Project])), ..edited() },
            Reach::View,
            Some(Reason::ReadOnlyProject),
        ),
        (Standing { project: on(Decision::Deny(Refusal::NotAssigned)), ..edited() }, Reach::Edit, None),
        (Standing { project: on(Decision::Write), ..active(Vec::new()) }, Reach::Edit, None),
        (Standing { project: on(Decision::Read(vec![Limit::Project])), ..active(Vec::new()) }, Reach::View, None),
    ] {
        let verdict = decide(&standing);

        assert_eq!((verdict.reach, verdict.limit), (Some(reach), limit), "{standing:?}");
        let refused = refusal(Kind::Report, &verdict, "edit");
        assert_eq!(refused.is_some(), reach == Reach::View, "{standing:?}");
        if limit.is_some() {
            assert_eq!(refused, limit);
        }
    }
}

/// S2-19: who may view a workflow reads its logs and not its definition; who may edit it reads both.
#[test]
fn s2_19_viewers_of_a_workflow_see_execution_logs_only() {
    for (level, logs, definition) in [(Level::View, None, Some(Reason::ViewOnly)), (Level::Edit, None, None)] {
        let verdict = decide(&active(vec![link(Visibility::Specific, &[user(level)])]));

        assert_eq!(refusal(Kind::Workflow, &verdict, "logs:read"), logs, "{level:?}");
        assert_eq!(refusal(Kind::Workflow, &verdict, "definition:read"), definition, "{level:?}");
    }
    let nobody = decide(&active(vec![link(Visibility::Private, &[])]));
    assert_eq!(refusal(Kind::Workflow, &nobody, "logs:read"), Some(Reason::NotShared));
}

/// S2-21: no level of sharing, no owner and no role lets the credentials of a resource be read.
#[test]
fn s2_21_no_way_to_a_resource_is_a_way_to_its_credentials() {
    let shared = link(Visibility::AllUsers, &[user(Level::Edit), team(Level::Edit)]);
    let owned = Link { is_own: true, ..shared };
    let standing = Standing { has_everything: true, manages_all: true, manages_own: true, ..active(vec![owned]) };

    let verdict = decide(&standing);

    assert_eq!(verdict.reach, Some(Reach::Manage));
    for kind in Kind::ALL {
        assert_eq!(refusal(kind, &verdict, "credentials:read"), Some(Reason::Credentials), "{kind:?}");
        let open = deeds(kind).filter(|(name, _)| refusal(kind, &verdict, name).is_none()).count();
        assert_eq!(open, deeds(kind).count() - 1, "everything else is open: {kind:?}");
    }
}

#[test]
fn only_owners_and_those_who_manage_access_share_transfer_and_delete() {
    let edited = active(vec![link(Visibility::Specific, &[user(Level::Edit)])]);
    let owned = active(vec![Link { is_own: true, ..link(Visibility::Private, &[]) }]);
    for (standing, refused) in [
        (edited, Some(Reason::OwnerOnly)),
        (owned.clone(), Some(Reason::OwnerOnly)),
        (Standing { manages_own: true, ..owned }, None),
        (Standing { has_everything: true, ..active(Vec::new()) }, None),
    ] {
        let verdict = decide(&standing);

        for deed in ["share", "transfer", "delete"] {
            assert_eq!(refusal(Kind::Dashboard, &verdict, deed), refused, "{deed} {standing:?}");
        }
        assert_eq!(refusal(Kind::Dashboard, &verdict, "edit"), None);
    }
}

#[test]
fn a_deed_that_there_is_not_is_refused_as_such() {
    let verdict = decide(&Standing { has_everything: true, ..active(Vec::new()) });

    for (kind, deed) in [(Kind::Report, "logs:read"), (Kind::Workflow, "deploy"), (Kind::Report, "Edit")] {
        assert_eq!(refusal(kind, &verdict, deed), Some(Reason::UnknownAction), "{kind:?} {deed}");
    }
}
