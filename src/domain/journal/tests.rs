use serde_json::json;

use super::*;

#[test]
fn what_became_of_a_request_is_told_by_status_and_deeds() {
    for (status, only_reads, has_changed, came_to) in [
        (200, false, true, CameTo::Changed),
        (204, false, true, CameTo::Changed),
        (200, false, false, CameTo::Nothing),
        (200, true, false, CameTo::Read),
        (304, true, false, CameTo::Read),
        (404, true, false, CameTo::Refused),
        (409, false, false, CameTo::Refused),
        (429, false, false, CameTo::Failed),
        (503, false, false, CameTo::Failed),
        (202, false, false, CameTo::Waiting),
        (408, false, false, CameTo::Failed),
        (408, false, true, CameTo::Changed),
        (CALLER_GONE, false, false, CameTo::Failed),
        (CALLER_GONE, false, true, CameTo::Changed),
    ] {
        assert_eq!(CameTo::of(status, only_reads, has_changed), came_to, "{status}");
        assert_eq!(CameTo::parse(came_to.word()), Some(came_to));
    }
    assert_eq!(CameTo::parse("done"), None);
}

#[test]
fn deeds_are_about_somebody_when_all_of_them_are() {
    let user = UserId::new();
    let deed = |kind: &str, id: String| Deed {
        action: "user.updated".to_owned(),
        target_kind: kind.to_owned(),
        target_id: Some(id),
        target_label: String::new(),
        changes: json!([]),
    };
    let said = |deeds| Said { deeds, ..Said::default() };

    let mine = || deed("user", user.to_string());
    assert_eq!(said(vec![mine(), mine()]).about(), Some(About::User(user)));
    assert_eq!(said(vec![mine(), deed("group", GroupId::new().to_string())]).about(), None);
    assert_eq!(said(vec![deed("connection", ConnectionId::new().to_string())]).about(), None);
    assert_eq!(said(Vec::new()).about(), None);
}
