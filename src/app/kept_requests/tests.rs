use std::future::pending;

use super::*;
use crate::domain::Timestamp;
use crate::domain::id::OrgId;

fn due(org: OrgId, bytes: u64) -> Due {
    Due { org, id: CallId::new(), connection: ConnectionId::new(), tries: 0, next_at: Timestamp::from_millis(0), bytes }
}

fn carry(under_way: &mut UnderWay, due: Due) {
    let task = under_way.tasks.spawn(pending());
    under_way.requests.insert(task.id(), due);
}

#[tokio::test]
async fn an_organisation_leaves_room_to_the_others_and_of_large_requests_there_is_one() {
    let (one, other, third) = (OrgId::new(), OrgId::new(), OrgId::new());
    let mut under_way = UnderWay::default();

    carry(&mut under_way, due(one, json::LARGE + 1));
    assert!(!under_way.has_room_for(&due(other, json::LARGE + 1)) && under_way.has_room_for(&due(other, json::LARGE)));
    for _ in 1..OF_ONE_ORGANISATION {
        assert!(under_way.has_room_for(&due(one, 1)));
        carry(&mut under_way, due(one, 1));
    }
    assert!(!under_way.has_room_for(&due(one, 1)));
    for _ in OF_ONE_ORGANISATION..AT_ONCE {
        assert!(under_way.has_room_for(&due(other, 1)));
        carry(&mut under_way, due(other, 1));
    }
    assert!(!under_way.has_room_for(&due(third, 1)));
}

#[tokio::test]
async fn a_request_that_panics_gives_its_room_back() {
    let mut under_way = UnderWay::default();
    let org = OrgId::new();
    let task = under_way.tasks.spawn(async { panic!("on purpose") });
    under_way.requests.insert(task.id(), due(org, json::LARGE + 1));

    assert!(under_way.ended().await);

    assert!(under_way.has_room_for(&due(org, json::LARGE + 1)) && !under_way.ended().await);
}
