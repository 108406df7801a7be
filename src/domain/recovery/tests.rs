use super::*;

#[test]
fn a_set_has_ten_codes_of_one_form_and_none_twice() {
    let set = RecoveryCode::generate_set();

    assert_eq!(set.len(), 10);
    for (place, code) in set.iter().enumerate() {
        let groups: Vec<&str> = code.reveal().split('-').collect();
        assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [1, 5, 5, 5], "{}", code.reveal());
        assert_eq!(groups[0], place.to_string());
        assert!(!groups[1..].concat().contains(['I', 'L', 'O', 'U']), "{}", code.reveal());
    }
    let distinct: std::collections::BTreeSet<&str> =
        set.iter().map(|it| it.reveal().split_once('-').unwrap().1).collect();
    assert_eq!(distinct.len(), 10);
}

#[test]
fn every_spelling_of_a_code_is_one_code() {
    let read = |typed: &str| RecoveryCode::read(typed).map(|it| (it.place, it.canonical().reveal().clone()));

    let right = read("3-AB1DE-FGH0K-MNPQR");

    assert_eq!(right, Some((3, "3AB1DEFGH0KMNPQR".to_owned())));
    for typed in ["3ab1defgh0kmnpqr", " 3 - ABIDE - FGHOK MNPQR ", "3-abLde-fghok-mnpqr", "３-AB1DE-FGH0K-MNPQR"] {
        assert_eq!(read(typed), right, "{typed}");
    }
}

#[test]
fn what_is_no_code_is_not_read() {
    for typed in
        ["", "3", "123456", "AB1DE-FGH0K-MNPQR", "3-AB1DE-FGH0K-MNPQRS", "3-AB1DE-FGH0K-MNPQ", "3-ÄB1DE-FGH0K-MNPQR"]
    {
        assert!(RecoveryCode::read(typed).is_none(), "{typed}");
    }
    assert!(RecoveryCode::read(&"3".repeat(1_000)).is_none());
}

#[test]
fn a_shown_code_reads_as_itself() {
    for (place, code) in RecoveryCode::generate_set().iter().enumerate() {
        let read = RecoveryCode::read(code.reveal()).unwrap();

        assert_eq!(usize::from(read.place), place);
        assert_eq!(read.canonical().reveal(), &code.reveal().replace('-', ""));
    }
}
