//! No way around a proof.

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn known() -> Facts {
    Facts { identified: true, password_verified_at: Some(NOW), ..Facts::default() }
}

#[test]
fn a_sign_in_starts_with_the_name_then_the_password() {
    assert_eq!(next(&Facts::default(), NOW), Step::Identifier);
    assert_eq!(next(&Facts { identified: true, ..Facts::default() }, NOW), Step::Password);
    assert_eq!(next(&known(), NOW), Step::Done);
}

/// MF-06: an enrolled authenticator is asked for although nobody requires one.
#[test]
fn mf_06_an_enrolled_authenticator_is_always_asked_for() {
    let facts = Facts { has_totp: true, mfa_required: false, ..known() };

    assert_eq!(next(&facts, NOW), Step::SecondFactor);
    assert_eq!(next(&Facts { totp_verified_at: Some(NOW), ..facts }, NOW), Step::Done);
}

/// MF-06: the same for a passkey; and a passkey stands for the password too, but never for the change of a temporary one.
#[test]
fn mf_06_a_passkey_is_always_asked_for_and_stands_for_password_and_second_factor() {
    let alone = Facts { has_passkey: true, passkey_verified_at: Some(NOW), ..Facts::default() };
    let facts = Facts { has_passkey: true, ..known() };

    assert_eq!(next(&facts, NOW), Step::SecondFactor);
    assert_eq!(next(&Facts { passkey_verified_at: Some(NOW), ..facts }, NOW), Step::Done);
    assert_eq!(next(&Facts { totp_verified_at: Some(NOW), has_totp: true, ..facts }, NOW), Step::Done);
    assert_eq!(next(&alone, NOW), Step::Done);
    assert_eq!(next(&Facts { mfa_required: true, ..alone }, NOW), Step::Done);
    assert_eq!(next(&Facts { must_change_password: true, ..alone }, NOW), Step::ChangePassword);
    assert_eq!(next(&alone, NOW.after(PROOF_LIFETIME)), Step::Identifier);
}

#[test]
fn somebody_of_an_identity_provider_is_asked_for_its_word_and_for_a_second_factor_unless_it_saw_to_that() {
    let facts = Facts { at_provider: true, ..Facts::default() };
    let vouched = Facts { provider_verified_at: Some(NOW), ..facts };

    assert_eq!(next(&facts, NOW), Step::Provider);
    assert_eq!(next(&Facts { identified: true, password_verified_at: Some(NOW), ..facts }, NOW), Step::Provider);
    assert_eq!(next(&Facts { provider_saw_to_mfa: true, has_totp: true, ..vouched }, NOW), Step::Done);
    assert_eq!(next(&vouched, NOW), Step::Enrol);
    assert_eq!(next(&Facts { has_totp: true, ..vouched }, NOW), Step::SecondFactor);
    assert_eq!(next(&Facts { has_totp: true, totp_verified_at: Some(NOW), ..vouched }, NOW), Step::Done);
    assert_eq!(next(&vouched, NOW.after(PROOF_LIFETIME)), Step::Provider);
}

/// S0-22: somebody with a temporary password gets no further than the page that changes it.
#[test]
fn s0_22_a_temporary_password_leads_to_the_change_and_nowhere_else() {
    let facts = Facts { must_change_password: true, ..known() };

    assert_eq!(next(&facts, NOW), Step::ChangePassword);
    assert_eq!(next(&Facts { must_change_password: false, ..facts }, NOW), Step::Done);
}

#[test]
fn a_temporary_password_alone_does_not_change_the_password_of_somebody_with_a_second_factor() {
    let facts = Facts { must_change_password: true, has_totp: true, ..known() };

    assert_eq!(next(&facts, NOW), Step::SecondFactor);
    assert_eq!(next(&Facts { totp_verified_at: Some(NOW), ..facts }, NOW), Step::ChangePassword);
}

/// S2-26: before the deadline enrolling may be put off, after it the sign-in stops there. MF-13 rests on the same.
#[test]
fn s2_26_enrolling_may_be_put_off_until_the_deadline_and_no_longer() {
    let deadline = NOW.after(Duration::from_hours(1));
    let facts = Facts { mfa_required: true, mfa_deadline: Some(deadline), ..known() };
    let skipped = Facts { enrolment_skipped: true, password_verified_at: Some(deadline), ..facts };

    assert_eq!(next(&facts, NOW), Step::Enrol);
    assert!(may_skip_enrolment(&facts, NOW));
    assert_eq!(next(&Facts { password_verified_at: Some(NOW), ..skipped }, NOW), Step::Done);
    assert_eq!(next(&skipped, deadline), Step::Enrol);
    assert_eq!(next(&Facts { mfa_deadline: None, ..skipped }, deadline), Step::Enrol);
}

#[test]
fn a_proof_that_is_too_old_is_asked_for_again() {
    let later = NOW.after(PROOF_LIFETIME);
    let facts = Facts { has_totp: true, totp_verified_at: Some(NOW), ..known() };

    assert_eq!(next(&facts, NOW), Step::Done);
    assert_eq!(next(&facts, later), Step::Password);
    assert_eq!(next(&Facts { password_verified_at: Some(later), ..facts }, later), Step::SecondFactor);
}

/// S2-25, S2-27: everybody, or the holders of some roles, at once when they gain one.
#[test]
fn s2_27_a_second_factor_is_required_of_the_holders_of_the_named_roles_only() {
    let [admin, viewer] = ["admin", "viewer"].map(|key| key.parse::<RoleKey>().unwrap());
    let policy = |require| MfaPolicy { require, roles: vec![admin.clone()], grace_days: 7 };
    let asked = |require, roles: &[&RoleKey]| {
        let held: Vec<_> = roles.iter().copied().cloned().collect();
        mfa_required(&policy(require), &held, false)
    };

    assert!(asked(MfaRequirement::All, &[]));
    assert!(!asked(MfaRequirement::Roles, &[&viewer]));
    assert!(asked(MfaRequirement::Roles, &[&viewer, &admin]));
    assert!(!asked(MfaRequirement::None, &[&admin]));
}

/// S4-12, C8: what is set for one user adds to the policy and never takes from it.
#[test]
fn s4_12_the_strictest_requirement_wins() {
    for (require, user, expected) in [
        (MfaRequirement::None, false, false),
        (MfaRequirement::None, true, true),
        (MfaRequirement::All, false, true),
        (MfaRequirement::All, true, true),
    ] {
        let policy = MfaPolicy { require, ..MfaPolicy::default() };
        assert_eq!(mfa_required(&policy, &[], user), expected);
    }
}

fn moments() -> impl Strategy<Value = Option<Timestamp>> {
    let minutes = (0_u64..40).prop_map(|minutes| NOW.before(Duration::from_mins(minutes)));
    prop::option::of(minutes)
}

prop_compose! {
    fn facts()(
        flags in any::<[bool; 8]>(),
        provider_verified_at in moments(),
        password_verified_at in moments(),
        totp_verified_at in moments(),
        passkey_verified_at in moments(),
        deadline in prop::option::of(-30_i64..30),
    ) -> Facts {
        let [identified, must_change_password, has_totp, has_passkey, mfa_required, enrolment_skipped, at_provider, provider_saw_to_mfa] =
            flags;
        let passkey_verified_at = passkey_verified_at.filter(|_| has_passkey);
        let mfa_deadline = deadline.map(|minutes| Timestamp::from_millis(NOW.millis() + minutes * 60_000));
        Facts {
            identified, at_provider, provider_verified_at, provider_saw_to_mfa, password_verified_at, must_change_password, has_totp, totp_verified_at, has_passkey, passkey_verified_at, mfa_required,
            mfa_deadline, enrolment_skipped,
        }
    }
}

/// Gives the proof that the step asks for, and nothing else.
fn prove(step: Step, facts: Facts) -> Facts {
    match step {
        Step::Identifier => Facts { identified: true, ..facts },
        Step::Provider => Facts { provider_verified_at: Some(NOW), ..facts },
        Step::Password => Facts { password_verified_at: Some(NOW), ..facts },
        Step::ChangePassword => Facts { must_change_password: false, ..facts },
        Step::Enrol => Facts { has_totp: true, totp_verified_at: Some(NOW), ..facts },
        Step::SecondFactor => Facts { totp_verified_at: Some(NOW), ..facts },
        Step::Done => facts,
    }
}

fn fresh(at: Option<Timestamp>) -> bool {
    at.is_some_and(|at| NOW.since(at) < PROOF_LIFETIME)
}

proptest! {
    /// PT-2: whatever was stored, nobody is signed in without every required proof.
    #[test]
    fn pt_2_no_facts_are_done_with_a_proof_missing(facts in facts()) {
        if next(&facts, NOW) == Step::Done && facts.at_provider {
            prop_assert!(fresh(facts.provider_verified_at));
            prop_assert!(facts.provider_saw_to_mfa || (facts.has_totp && fresh(facts.totp_verified_at)));
        } else if next(&facts, NOW) == Step::Done {
            let by_passkey = fresh(facts.passkey_verified_at);
            prop_assert!(by_passkey || (facts.identified && fresh(facts.password_verified_at)));
            prop_assert!(!facts.must_change_password);
            let has_factor = facts.has_totp || facts.has_passkey;
            prop_assert!(!has_factor || by_passkey || fresh(facts.totp_verified_at));
            let put_off = facts.enrolment_skipped && facts.mfa_deadline.is_some_and(|deadline| NOW < deadline);
            prop_assert!(has_factor || !facts.mfa_required || put_off);
        }
    }

    /// PT-2: proofs offered in any order move an attempt only when they are the ones asked for, so the second factor
    /// is never reached before the password, and each proof asked for leads to the end.
    #[test]
    fn pt_2_no_order_of_proofs_skips_one(facts in facts(), offered in prop::collection::vec(0_usize..7, 0..24)) {
        const STEPS: [Step; 7] =
            [Step::Identifier, Step::Provider, Step::Password, Step::ChangePassword, Step::Enrol, Step::SecondFactor, Step::Done];
        let start = Facts {
            identified: false, provider_verified_at: None, password_verified_at: None, totp_verified_at: None,
            passkey_verified_at: None, ..facts
        };
        let (mut state, mut given) = (start, Vec::new());

        for step in offered.into_iter().map(|index| STEPS[index]) {
            if next(&state, NOW) == step {
                state = prove(step, state);
                given.push(step);
            }
        }

        if next(&state, NOW) == Step::Done && start.at_provider {
            prop_assert!(given.contains(&Step::Provider) && !given.contains(&Step::Password));
            let has_second = given.contains(&Step::SecondFactor) || given.contains(&Step::Enrol);
            prop_assert!(start.provider_saw_to_mfa || has_second);
        } else if next(&state, NOW) == Step::Done {
            prop_assert!(given.contains(&Step::Identifier) && given.contains(&Step::Password));
            prop_assert!(!(start.has_totp || start.has_passkey) || given.contains(&Step::SecondFactor));
            prop_assert!(!start.must_change_password || given.contains(&Step::ChangePassword));
        }
        let mut asked = 0;
        while next(&state, NOW) != Step::Done {
            state = prove(next(&state, NOW), state);
            asked += 1;
            prop_assert!(asked <= 5, "the sign-in goes round in circles");
        }
    }
}
