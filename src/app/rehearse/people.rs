//! The people and groups of a rehearsal, drawn from a seed.

const GIVEN: [&str; 32] = [
    "Ada",
    "Alan",
    "Barbara",
    "Claude",
    "Dorothy",
    "Edsger",
    "Frances",
    "Grace",
    "Hedy",
    "Ivan",
    "Jean",
    "Katherine",
    "Leslie",
    "Margaret",
    "Niklaus",
    "Olga",
    "Peter",
    "Radia",
    "Sophie",
    "Tim",
    "Ursula",
    "Vera",
    "Whitfield",
    "Xenia",
    "Yukihiro",
    "Zoë",
    "Amira",
    "Bjarne",
    "Chiara",
    "Dana",
    "Emil",
    "Fatima",
];
const FAMILY: [&str; 32] = [
    "Abel",
    "Brandt",
    "Costa",
    "Dahl",
    "Egger",
    "Fontaine",
    "Garcia",
    "Hoffmann",
    "Ivanova",
    "Jensen",
    "Keller",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrov",
    "Quine",
    "Rossi",
    "Sato",
    "Tanaka",
    "Ueda",
    "Vogel",
    "Weber",
    "Xu",
    "Yilmaz",
    "Zimmer",
    "Almeida",
    "Bianchi",
    "Castro",
    "Duarte",
    "Eriksen",
    "Fischer",
];
const TITLES: [&str; 6] =
    ["Engineer", "Support Agent", "Accountant", "Product Manager", "Designer", "Sales Representative"];
const TEAMS: [&str; 12] = [
    "Engineering",
    "Support",
    "Finance",
    "Platform",
    "Design",
    "Sales",
    "Marketing",
    "Legal",
    "People",
    "Security",
    "Research",
    "Operations",
];

/// Somebody whom the identity provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The given name.
    pub given: String,
    /// The family name.
    pub family: String,
    /// The login name, which is the address as well.
    pub user_name: String,
    /// The identity provider's own id.
    pub external_id: String,
    /// The job title.
    pub title: String,
}

impl Person {
    /// The name as others see it.
    pub fn display_name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// Draws this many people, no two with the same name.
pub fn draw(seed: u64, count: usize) -> Vec<Person> {
    let mut chance = Chance(seed);
    let (given, family) = (chance.shuffled(&GIVEN), chance.shuffled(&FAMILY));
    (0..count).map(|number| person(number, &given, &family, &mut chance)).collect()
}

/// The names of this many groups.
pub fn groups(count: usize) -> Vec<String> {
    let again = |round: usize| if round == 0 { String::new() } else { format!(" {}", round.saturating_add(1)) };
    let name = |number: usize| {
        let team = TEAMS.get(number % TEAMS.len()).copied().unwrap_or_default();
        format!("{team}{}", again(number / TEAMS.len()))
    };
    (0..count).map(name).collect()
}

/// Whether a person is in a group: everybody in one, and every third in the next as well.
pub fn is_in(person: usize, group: usize, groups: usize) -> bool {
    let first = person % groups.max(1);
    group == first || (person.is_multiple_of(3) && group == first.saturating_add(1) % groups.max(1))
}

fn person(number: usize, given: &[&str], family: &[&str], chance: &mut Chance) -> Person {
    // The second list moves on by one whenever the first has been used up, so that pairs repeat only after 32 * 32.
    let round = number / GIVEN.len();
    let first = given.get(number % GIVEN.len()).copied().unwrap_or_default();
    let last = family.get(number.saturating_add(round) % FAMILY.len()).copied().unwrap_or_default();
    let repeat = number / (GIVEN.len() * FAMILY.len());
    let suffix = if repeat == 0 { String::new() } else { repeat.saturating_add(1).to_string() };
    let plain = |name: &str| name.to_lowercase().replace('ë', "e");
    Person {
        given: first.to_owned(),
        family: last.to_owned(),
        user_name: format!("{}.{}{suffix}@acme.example", plain(first), plain(last)),
        external_id: format!("00u{}", chance.letters(17)),
        title: chance.pick(&TITLES).to_owned(),
    }
}

/// Numbers that look drawn and follow from the seed (SplitMix64), on every machine and in every version alike.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }

    fn shuffled(&mut self, list: &[&'static str]) -> Vec<&'static str> {
        let mut list = list.to_vec();
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last.saturating_add(1)));
        }
        list
    }

    fn letters(&mut self, count: usize) -> String {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..count).filter_map(|_| ALPHABET.get(self.below(62)).copied()).map(char::from).collect()
    }
}
