//! When two names look the same to a person, whatever characters they are written with.
//!
//! **Invariant:** names that differ only in the case of Latin letters, spaces, marks, width, or letters and digits that are drawn
//! alike have one skeleton. Capitals of other scripts are drawn otherwise than their small letters.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::text::fold;

/// What a name looks like: two names with the same skeleton cannot be told apart at a glance.
pub fn skeleton(name: &str) -> String {
    let letters = name.nfkd().filter(|c| !is_combining_mark(*c)).map(latin).collect::<String>();
    let letters: String = fold(&letters).chars().filter(|c| c.is_alphanumeric()).map(drawn).collect();
    letters.replace("rn", "m").replace("vv", "w")
}

/// The Latin letter that a letter of another script is drawn like. Capitals are looked up as such, because they are drawn
/// like others than the small letters.
const fn latin(c: char) -> char {
    match c {
        'А' | 'Α' | 'а' | 'α' | 'ɑ' => 'a',
        'В' | 'Β' | 'в' | 'ß' | 'Ь' | 'ь' | 'ʙ' => 'b',
        'С' | 'с' | 'ϲ' | 'Ϲ' | 'ᴄ' => 'c',
        'ԁ' | 'Ԁ' => 'd',
        'Е' | 'Ε' | 'е' | 'ε' | 'є' | 'Є' => 'e',
        'ғ' | 'Ғ' | 'Ϝ' => 'f',
        'ɡ' | 'ց' => 'g',
        'Н' | 'Η' | 'н' | 'һ' | 'Һ' | 'հ' => 'h',
        'І' | 'Ι' | 'і' | 'ι' | 'ı' | 'Ӏ' | 'ӏ' | 'ɩ' => 'i',
        'Ј' | 'ј' | 'ϳ' => 'j',
        'К' | 'Κ' | 'к' | 'κ' => 'k',
        'М' | 'Μ' | 'м' => 'm',
        'Ν' | 'η' | 'п' | 'ո' => 'n',
        'О' | 'Ο' | 'о' | 'ο' | 'σ' | 'ø' | 'Ø' | 'օ' | 'Օ' => 'o',
        'Р' | 'Ρ' | 'р' | 'ρ' | 'þ' => 'p',
        'ԛ' | 'Ԛ' | 'գ' | 'զ' => 'q',
        'г' | 'ᴦ' => 'r',
        'Ѕ' | 'ѕ' | 'ꜱ' => 's',
        'Т' | 'Τ' | 'т' | 'τ' => 't',
        'υ' | 'ս' | 'Ս' | 'и' => 'u',
        'ν' | 'ѵ' | 'Ѵ' => 'v',
        'ԝ' | 'Ԝ' | 'ω' | 'ш' | 'Ш' | 'ѡ' => 'w',
        'Х' | 'Χ' | 'х' | 'χ' => 'x',
        'У' | 'Υ' | 'у' | 'ү' | 'Ү' | 'γ' => 'y',
        'Ζ' => 'z',
        other => other,
    }
}

/// Letters and digits of one shape.
const fn drawn(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | 'i' => 'l',
        '5' => 's',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::skeleton;

    #[test]
    fn te_15_what_looks_like_owner_has_the_skeleton_of_owner() {
        for name in [
            "Owner",
            "OWNER ",
            " owner",
            "o-w-n-e-r",
            "Ow ner",
            "0wner",
            "Оwner",
            "Οwner",
            "Öwnér",
            "Ｏｗｎｅｒ",
            "𝐎𝐰𝐧𝐞𝐫",
            "Ow\u{200B}ner",
            "O\u{0301}wner",
            "оԝпег",
            "ovvner",
        ] {
            assert_eq!(skeleton(name), "owner", "{name}");
        }
        assert_eq!(skeleton("Adm1n"), skeleton("ADMIN"));
        assert_eq!(skeleton("Adrnin"), skeleton("admin"));
        assert_eq!(skeleton("Read-Only"), skeleton("read_only"));
    }

    #[test]
    fn names_that_can_be_told_apart_have_different_skeletons() {
        for (one, other) in [("Owner", "Owners"), ("Viewer", "Viewer 2"), ("Auditor", "Editor"), ("監査", "管理")] {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
        assert_eq!(skeleton(" – "), "");
    }
}
