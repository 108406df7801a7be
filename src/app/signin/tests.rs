use super::*;

#[test]
fn starting_again_keeps_what_is_wanted_and_where_and_forgets_who_it_was() {
    let mut state =
        State { organisation: Some("acme".to_owned()), typed: Some("ada".to_owned()), ..State::new(Wanted::Account) };
    state.failures = 5;
    state.totp_at = Some(crate::domain::Timestamp::from_millis(1));

    state.restart(true);

    let forgotten = (state.typed, state.failures, state.totp_at, state.password.is_none());
    assert_eq!(forgotten, (None, 0, None, true));
    assert_eq!((state.organisation.as_deref(), state.had_too_many_codes), (Some("acme"), true));
}
