//! What waits to be written.

use super::*;

fn call(path: usize) -> Call {
    Call {
        id: CallId::new(),
        org: OrgId::new(),
        connection: ConnectionId::new(),
        at: Timestamp::from_millis(0),
        took: Duration::ZERO,
        method: "GET".to_owned(),
        path: path.to_string(),
        status: 200,
        came_to: CameTo::Read,
        about: None,
        said_sealed: Vec::new(),
        ends_at: Timestamp::from_millis(0),
        times: 1,
    }
}

fn paths(waiting: &Waiting) -> Vec<&str> {
    waiting.calls.iter().map(|it| it.path.as_str()).collect()
}

#[test]
fn what_could_not_be_written_waits_on_before_what_has_come_since() {
    let mut waiting = Waiting::default();
    waiting.take(call(3));

    waiting.put_back(vec![call(1), call(2)]);

    assert_eq!(paths(&waiting), ["1", "2", "3"]);
}

#[test]
fn of_too_many_that_cannot_be_written_the_oldest_are_given_up() {
    let mut waiting = Waiting::default();
    waiting.take(call(UNWRITTEN_MAX + 2));

    waiting.put_back((0..UNWRITTEN_MAX + 2).map(call).collect());

    assert_eq!(waiting.calls.len(), UNWRITTEN_MAX);
    assert_eq!(waiting.calls.first().map(|it| it.path.clone()), Some("3".to_owned()));
    assert_eq!(waiting.calls.last().map(|it| it.path.clone()), Some((UNWRITTEN_MAX + 2).to_string()));
}

#[test]
fn what_whoever_wrote_it_left_behind_waits_again() {
    let journal = Journal::default();
    journal.lock().take(call(2));

    drop(Taken { journal: &journal, calls: vec![call(1)] });

    assert_eq!(paths(&journal.lock()), ["1", "2"]);
}
