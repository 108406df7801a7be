//! Codes, their spellings and their time steps.

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_015_000);

fn at(offset_seconds: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + offset_seconds * 1_000)
}

fn digits(code: &str) -> SixDigits {
    SixDigits::read(code).unwrap()
}

/// RFC 6238 appendix B, cut to six digits.
#[test]
fn the_codes_are_those_of_the_standard() {
    let seed = Seed(Secret::new(b"12345678901234567890".to_vec()));

    for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
        assert_eq!(seed.code(Timestamp::from_millis(seconds * 1_000)).unwrap(), code);
    }
}

#[test]
fn a_code_is_right_one_step_early_and_one_step_late_and_names_its_step() {
    let seed = Seed::generate();
    let code = digits(&seed.code(NOW).unwrap());
    let own_step = NOW.seconds() / 30;

    for (offset, expected) in
        [(-60, None), (-30, Some(own_step)), (0, Some(own_step)), (30, Some(own_step)), (60, None)]
    {
        assert_eq!(seed.step_of(&code, at(offset)).unwrap(), expected, "{offset} s");
    }
}

/// A used code in another spelling is the same code.
#[test]
fn spaces_hyphens_and_full_width_digits_are_one_spelling() {
    for typed in ["123456", " 123 456 ", "123-456", "１２３４５６", "123\u{a0}456"] {
        assert_eq!(SixDigits::read(typed).map(|it| it.0), Some("123456".to_owned()), "{typed:?}");
    }
}

#[test]
fn anything_but_six_digits_is_no_code() {
    for typed in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "+12345", "12345\u{661}", &" ".repeat(65)] {
        assert!(SixDigits::read(typed).is_none(), "{typed:?}");
    }
}

#[test]
fn the_address_names_organisation_and_account_whatever_they_contain() {
    let seed = Seed(Secret::new(b"12345678901234567890".to_vec()));

    let address = seed.address("Acme: the company", "").unwrap();

    assert_eq!(
        address.reveal(),
        "otpauth://totp/Acme%20%20the%20company:account?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&\
         issuer=Acme%20%20the%20company"
    );
}
