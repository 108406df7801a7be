use super::*;

#[test]
fn every_word_has_one_meaning() {
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.word()), Some(kind));
    }
    for visibility in Visibility::ALL {
        assert_eq!(Visibility::parse(visibility.word()), Some(visibility));
    }
    assert_eq!((Kind::parse("Project"), Kind::parse("")), (None, None));
}

#[test]
fn no_chain_of_kinds_leads_back_or_is_longer_than_it_may_be() {
    fn longest(kind: Kind) -> usize {
        let outer = Kind::ALL.into_iter().filter(|outer| kind.fits_in(*outer));
        1 + outer.map(longest).max().unwrap_or(0)
    }

    let depths = Kind::ALL.map(longest);

    assert_eq!(depths.into_iter().max(), Some(DEPTH_MAX));
    assert!(Kind::ALL.into_iter().all(|kind| !kind.fits_in(kind)));
    assert!(Kind::Workspace.fits_in(Kind::Project) && !Kind::Project.fits_in(Kind::Workspace));
    assert!(Kind::Workflow.fits_in(Kind::Workspace) && !Kind::Workflow.fits_in(Kind::Application));
}

#[test]
fn a_key_is_what_may_stand_in_a_path_as_it_is() {
    let long = "x".repeat(EXTERNAL_ID_MAX);
    for good in ["7", "sales", "urn:app:42", "a@b", "x.y~z_(1)", &long] {
        assert_eq!(ResourceKey::read("report", good).unwrap().external_id, good);
    }
    let longer = format!("{long}x");
    for bad in ["", ".", "..", "a/b", "a b", "a%2Fb", "ü", "a\n", "a?b", "a#b", "a\\b", "\u{202e}a", &longer] {
        assert!(matches!(ResourceKey::read("report", bad), Err(Error::Invalid { .. })), "{bad:?}");
    }
    assert!(matches!(ResourceKey::read("planet", "7"), Err(Error::NotFound(_))));
}

#[test]
fn a_resource_is_orphaned_when_nobody_is_left_who_could_answer_for_it() {
    let owner = Some(UserId::new());
    for (owner, status, word, is_orphaned) in [
        (owner, Some(Status::Active), "active", false),
        (owner, Some(Status::Pending), "pending", false),
        (owner, Some(Status::Deactivated), "deactivated", true),
        (owner, None, "gone", true),
        (None, None, "none", true),
    ] {
        let state = OwnerState::of(owner, status);

        assert_eq!((state.word(), state.is_orphaned()), (word, is_orphaned), "{status:?}");
    }
}
