//! The hundred thousand most frequent passwords of eight or more characters, as the first four bytes of the SHA-256 of each,
//! in order. `conformance/listed_passwords.py` makes the file and says where the list comes from.
//!
//! **Invariant:** every password of the list is found; of all others one in forty thousand is taken for one of them.

use sha2::{Digest as _, Sha256};

static LISTED: &[u8] = include_bytes!("listed.bin");

/// True for a folded password that is on the list.
pub(super) fn is_listed(folded: &str) -> bool {
    let hash = Sha256::digest(folded);
    let (prints, _) = LISTED.as_chunks::<4>();
    hash.first_chunk::<4>().is_some_and(|print| prints.binary_search(print).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_thousand_passwords_are_listed_in_order() {
        let (prints, rest) = LISTED.as_chunks::<4>();

        assert_eq!((prints.len(), rest.len()), (100_000, 0));
        assert!(prints.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn what_is_on_the_list_is_found_and_hardly_anything_else() {
        for listed in ["baseball", "trustno1", "1qaz2wsx", "smokyjoe", "smokey42"] {
            assert!(is_listed(listed), "{listed}");
        }
        let others = (0..20_000).filter(|number| is_listed(&format!("no list has this one, {number}"))).count();

        assert!(others <= 5, "{others} of 20,000");
    }
}
