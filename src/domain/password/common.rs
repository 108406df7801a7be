//! Passwords that anybody would guess first: common words in their usual disguises, keyboard walks, repetitions.

use super::listed::is_listed;
use crate::domain::text::fold;

/// Words in the order of the alphabet, folded.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "a1b2c3", "a1b2c3d4", "abc123", "abcd1234", "access", "account", "accounting", "admin", "administrator",
    "always", "amanda", "amazon", "america", "amsterdam", "andrew", "android", "angel", "angels", "anthony",
    "anything", "apollo", "apple", "apples", "april", "arsenal", "asdf", "ashley", "august", "australia", "autumn",
    "azerty", "azure", "baby", "babyboy", "babygirl", "backup", "bacon", "bailey", "banana", "barcelona", "baseball",
    "basketball", "batman", "bayern", "bear", "berlin", "bienvenue", "billion", "black", "blahblah", "blessed",
    "blink182", "blue", "boston", "brandon", "brazil", "brother", "bubbles", "business", "buster", "butter",
    "california", "camaro", "canada", "captain", "champion", "changeit", "changeme", "charizard", "charles",
    "charlie", "cheese", "chelsea", "cherry", "chicago", "chicken", "china", "chocolate", "christ", "christmas",
    "church", "cisco", "cobra", "coffee", "company", "computer", "contrasena", "cookie", "corolla",
    "correcthorsebatterystaple", "corvette", "cowboy", "cowboys", "cricket", "crystal", "dallas", "daniel",
    "database", "daughter", "david", "december", "default", "demo", "destiny", "diamond", "docker", "doggy",
    "dollar", "doorward", "dortmund", "dragon", "eagle", "eminem", "england", "entra", "everything", "facebook",
    "falcon", "family", "father", "february", "ferrari", "finance", "firewall", "florida", "flower", "football",
    "forever", "france", "freedom", "friday", "friends", "fruehling", "galaxy", "gandalf", "gangster", "garfield",
    "george", "germany", "ginger", "github", "gitlab", "gmail", "goku", "gold", "golf", "google", "green", "guest",
    "guitar", "hacker", "hallo", "hammer", "hannah", "harley", "haslo", "heaven", "hello", "herbst", "heslo",
    "hobbit", "hockey", "honda", "honey", "hotmail", "human", "hunter", "identity", "ilovegod", "iloveyou",
    "iloveyousomuch", "india", "initial", "instagram", "internet", "iphone", "ireland", "ironman", "jaguar", "james",
    "january", "japan", "jasmine", "jason", "jenkins", "jennifer", "jessica", "jesus", "john", "jordan", "joseph",
    "joshua", "july", "june", "jupiter", "justin", "juventus", "keyboard", "killer", "kitten", "kitty", "kubernetes",
    "lakers", "laptop", "lauren", "legend", "letme", "letmein", "liberty", "linux", "lion", "liverpool", "login",
    "london", "love", "lovely", "lovers", "loveyou", "lozinka", "lucky", "madrid", "maggie", "magic", "manager",
    "manchester", "march", "marketing", "master", "matrix", "matthew", "maverick", "mercedes", "merlin", "metallica",
    "mexico", "michael", "michelle", "microsoft", "million", "monday", "money", "monkey", "moscow", "motdepasse",
    "mother", "music", "mustang", "naruto", "netflix", "network", "newyork", "nicole", "nirvana", "nothing",
    "november", "october", "office", "office365", "okta", "operator", "oracle", "orange", "outlook", "p4ssw0rd",
    "pa55word", "packers", "panda", "panther", "paris", "parola", "pass", "passw0rd", "passwd", "password",
    "passwort", "patrick", "peanut", "pepper", "phoenix", "pikachu", "pizza", "planet", "platinum", "pokemon",
    "porsche", "princess", "private", "public", "puppy", "purple", "qazwsx", "qwert", "qwerty", "qwertz", "rainbow",
    "rangers", "realmadrid", "redsox", "register", "richard", "robert", "rocket", "roma", "root", "router", "rugby",
    "salasana", "sales", "samsung", "saturday", "saturn", "scooter", "scotland", "secret", "secure", "security",
    "senha", "september", "server", "service", "shadow", "signin", "signup", "silver", "sister", "slipknot",
    "snoopy", "snowball", "soccer", "soldier", "something", "sommer", "spiderman", "spotify", "spring", "staff",
    "starter", "startrek", "starwars", "steelers", "sugar", "summer", "sunday", "sunshine", "super", "superhero",
    "superman", "superuser", "support", "system", "temporary", "temppass", "tennis", "test", "testing", "texas",
    "thequickbrownfox", "thomas", "thunder", "thursday", "tiger", "topsecret", "toyota", "trucker", "trustno1",
    "tuesday", "twitter", "user", "vienna", "viper", "volleyball", "wachtwoord", "warrior", "wednesday", "welcome",
    "whatever", "white", "william", "willkommen", "windows", "winner", "winter", "wireless", "wizard", "wolf",
    "yahoo", "yamaha", "yankees", "yellow", "youtube", "zurich", "zxcvbn",
];

/// Rows and columns of keyboards and the orders everybody knows.
const WALKS: [&str; 9] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
];

/// True for a password that is on the list of the most frequent ones, or is made of what everybody would think of.
pub(super) fn is_common(password: &str) -> bool {
    let folded: Vec<char> = fold(password).chars().filter(|c| !c.is_whitespace()).collect();
    if is_listed(&folded.iter().collect::<String>()) {
        return true;
    }
    let unit = repeated_unit(&folded);
    let is_repetition = unit.len() <= 3 && folded.len() > unit.len();
    is_repetition || is_walk(&folded) || is_disguised_word(unit)
}

/// The shortest beginning that the text is a repetition of; the text itself when it repeats nothing.
fn repeated_unit(text: &[char]) -> &[char] {
    let repeats = |unit: &&[char]| text.chunks(unit.len()).all(|chunk| unit.starts_with(chunk));
    let units = (1..text.len()).filter_map(|length| text.get(..length));
    units.take_while(|unit| unit.len() * 2 <= text.len()).find(repeats).unwrap_or(text)
}

/// True when at least three of four neighbours are neighbours on a keyboard or in the alphabet, or are equal.
fn is_walk(text: &[char]) -> bool {
    let pairs = text.windows(2).filter_map(|pair| <[char; 2]>::try_from(pair).ok());
    let (steps, breaks) = pairs
        .fold((0_usize, 0_usize), |(steps, breaks), [a, b]| (steps + 1, breaks + usize::from(!are_neighbours(a, b))));
    steps > 0 && breaks * 4 <= steps
}

fn are_neighbours(a: char, b: char) -> bool {
    let step = |walk: &str| walk.chars().zip(walk.chars().skip(1)).any(|pair| pair == (a, b) || pair == (b, a));
    a == b || WALKS.into_iter().any(step)
}

/// True for one or two common words with digits and signs around or between them, or instead of letters.
fn is_disguised_word(text: &[char]) -> bool {
    let bare = trimmed(text);
    let spelled = |text: &[char]| text.iter().copied().map(letter_behind).collect::<String>();
    let plain = spelled(trimmed(text));
    let behind: Vec<char> = text.iter().copied().map(letter_behind).collect();
    let candidates = [text.iter().collect(), bare.iter().collect(), plain, trimmed(&behind).iter().collect::<String>()];
    candidates.iter().any(|word| is_word(word) || is_two_words(word))
}

/// Without the digits and signs at both ends.
fn trimmed(text: &[char]) -> &[char] {
    let start = text.iter().position(|c| c.is_alphabetic()).unwrap_or(text.len());
    let end = text.iter().rposition(|c| c.is_alphabetic()).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}

const fn letter_behind(sign: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        other => other,
    }
}

fn is_word(text: &str) -> bool {
    WORDS.binary_search(&text).is_ok()
}

fn is_two_words(text: &str) -> bool {
    let mut ends = text.char_indices().map(|(index, _)| index).skip(1);
    ends.any(|index| {
        let (first, second) = text.split_at(index);
        is_word(first) && is_word(second.trim_start_matches(|c: char| !c.is_alphabetic()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_folded_and_in_order_so_that_each_is_found() {
        assert!(WORDS.is_sorted());
        for word in WORDS {
            assert_eq!(fold(word), *word);
            assert!(is_word(word), "{word}");
        }
    }
}
