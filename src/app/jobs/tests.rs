use super::*;

#[test]
fn the_waits_double_from_ten_seconds_to_eight_hours() {
    let at = |tries| next_try(Timestamp::from_millis(0), tries).seconds();

    assert_eq!([1, 2, 3, 4, 12, 13, 16, i64::MAX].map(at), [10, 20, 40, 80, 20_480, 28_800, 28_800, 28_800]);
}

#[test]
fn a_cause_that_the_one_around_it_has_told_is_not_told_again() {
    let said = anyhow::anyhow!("5.1.1 no such mailbox here");
    let answer = said.context("permanent error (550): 5.1.1 no such mailbox here");

    let failure = answer.context("the mail server did not take the mail");

    let once = "the mail server did not take the mail: permanent error (550): 5.1.1 no such mailbox here";
    assert_eq!(told(&failure), once);
    assert_eq!(told(&anyhow::anyhow!("no route").context("no connection")), "no connection: no route");
}

#[test]
fn every_kind_that_is_sent_is_counted_under_its_own_name() {
    let source = include_str!("../jobs.rs");
    let (_, after) = source.split_once("async fn send(").unwrap();
    let (body, _) = after.split_once("\n}\n").unwrap();
    let kinds: usize = body.lines().filter_map(|it| it.split_once(" => ")).map(|it| it.0.split(" | ").count()).sum();

    // The last arm is that of every other kind.
    assert_eq!(kinds, KINDS.len());
    assert!(KINDS.iter().all(|it| kind(it) == *it));
    assert_eq!(kind("of-a-later-version"), OTHER);
}
