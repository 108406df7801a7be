//! Inputs that nobody would think of: seeds from `conformance/fuzz` and from the vectors, cut, doubled and mixed at random.
//!
//! A run is a few thousand mutations a target, so that it takes seconds, and the same ones every time; `DOORWARD_FUZZ_ROUNDS`
//! makes it longer and `DOORWARD_FUZZ_SEED` another. The seed is printed.

use std::path::Path;

use doorward::domain::address;
use doorward::domain::look_alike::skeleton;
use doorward::domain::text::fold;
use doorward::scim::bulk;
use doorward::scim::canonical::ELEMENTS_MAX;
use doorward::scim::document::{Document, Purpose, from_request};
use doorward::scim::filter::{self, matches};
use doorward::scim::schema::{GROUP, ResourceType, USER};
use doorward::scim::{ScimType, json, patch, path, search};
use serde_json::{Value, json};

use crate::harness::Server;
use crate::scim_vectors::vectors;

const ROUNDS: usize = 4_000;
const ID: &str = "01900000-0000-7000-8000-000000000001";

/// A source of chance that a printed seed repeats (splitmix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(target: &str) -> Self {
        let seed = seed();
        println!("{target}: DOORWARD_FUZZ_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    pub fn one_of<'t, T>(&mut self, among: &'t [T]) -> &'t T {
        &among[self.below(among.len())]
    }

    /// A seed with some of its characters cut, doubled, exchanged, or taken from elsewhere.
    fn mutated(&mut self, seeds: &[String]) -> String {
        self.mutated_with(seeds, &TOKENS)
    }

    /// The same with these words put in.
    pub fn mutated_with(&mut self, seeds: &[String], tokens: &[&str]) -> String {
        let mut text: Vec<char> = self.one_of(seeds).chars().collect();
        for _ in 0..=self.below(4) {
            let (from, length) = (self.below(text.len() + 1), self.below(12));
            let to = (from + length).min(text.len());
            match self.below(6) {
                0 => drop(text.drain(from..to)),
                1 => drop(text.splice(from..from, text[from..to].to_vec().repeat(1 + self.below(40)))),
                2 => drop(text.splice(from..from, self.one_of(tokens).chars())),
                3 => {
                    let other = char::from_u32(u32::try_from(self.below(0x1_1000)).unwrap()).unwrap_or('\0');
                    drop(text.splice(from..to, [other]));
                }
                4 => {
                    let other: Vec<char> = self.one_of(seeds).chars().collect();
                    let part = self.below(other.len() + 1);
                    drop(text.splice(from..to, other[part..].iter().copied()));
                }
                _ => text.truncate(from),
            }
        }
        text.into_iter().collect()
    }
}

const TOKENS: [&str; 26] = [
    "(", ")", "[", "]", "{", "}", "\"", "\\", ":", ".", ",", " and ", " or ", "not (", " eq ", " pr", "null", "true",
    "-1", "1e400", "\\u0000", "\u{feff}", "\u{ffff}", "$ref", "value", "members",
];

/// The seed of this run: the same every time unless another is asked for.
pub fn seed() -> u64 {
    std::env::var("DOORWARD_FUZZ_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(1)
}

/// How many mutations each target tries.
pub fn rounds() -> usize {
    std::env::var("DOORWARD_FUZZ_ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(ROUNDS)
}

/// The seeds of a file.
pub fn lines(file: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/fuzz").join(file);
    std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

/// The bodies that the vectors send by these methods.
fn bodies(methods: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in vectors() {
        let vector: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for request in vector["steps"].as_array().unwrap().iter().map(|it| &it["request"]) {
            if methods.contains(&request["method"].as_str().unwrap()) && request["body"].is_object() {
                found.push(request["body"].to_string());
            }
        }
    }
    assert!(found.len() > 20);
    found
}

fn documents(bodies: &[String], of: &'static ResourceType) -> Vec<Document> {
    let read = |body: &String| from_request(of, &json::parse(body.as_bytes()).ok()?, Purpose::Create).ok();
    bodies.iter().filter_map(read).map(|it| it.document).collect()
}

/// FZ-1: any filter is refused in words or is a tree within its bounds that prints as itself and has one truth value. That SQL
/// selects the same is shown in `scim_filter.rs`.
#[test]
fn fz_1_a_filter_is_refused_or_means_what_it_prints() {
    let (mut chance, seeds) = (Chance::new("fz_1"), lines("filters.txt"));
    let people: Vec<Value> = documents(&bodies(&["POST"]), &USER).into_iter().map(Document::into_json).collect();
    assert!(seeds.iter().all(|it| filter::parse(&USER, it).is_ok() || filter::parse(&GROUP, it).is_ok()));
    let mut read = 0;

    for _ in 0..rounds() {
        let (text, of) = (chance.mutated(&seeds), if chance.below(4) == 0 { &GROUP } else { &USER });
        match filter::parse(of, &text) {
            Ok(tree) => {
                assert!(text.chars().count() <= filter::LENGTH_MAX, "{text}");
                let printed = tree.to_string();
                match filter::parse(of, &printed) {
                    Ok(again) => assert_eq!(again, tree, "{text}"),
                    Err(error) => assert!(printed.chars().count() > filter::LENGTH_MAX, "{text}: {error}"),
                }
                let person = chance.one_of(&people);
                let negated = filter::Filter::Not(Box::new(tree.clone()));
                assert_ne!(matches(&tree, person, fold), matches(&negated, person, fold), "{text}");
                read += 1;
            }
            Err(error) => {
                assert!(
                    matches!(error.scim_type, Some(ScimType::InvalidFilter | ScimType::TooMany)),
                    "{text}: {error}"
                );
            }
        }
    }
    assert!(read * 50 > rounds(), "only {read} filters were read");
}

/// FZ-2: any PATCH is refused or gives a document that is canonical, has what a resource must have, nothing of the server's and
/// no secret; the same operations that only replace and remove give the same once more.
#[test]
fn fz_2_a_patch_is_refused_or_gives_a_document_that_could_be_stored() {
    let (mut chance, paths) = (Chance::new("fz_2"), lines("paths.txt"));
    let (patches, posts) = (bodies(&["PATCH"]), bodies(&["POST"]));
    let (people, groups) = (documents(&posts, &USER), documents(&posts, &GROUP));
    let mut applied = 0;

    for _ in 0..rounds() {
        let (of, before): (&ResourceType, _) =
            if chance.below(4) == 0 { (&GROUP, chance.one_of(&groups)) } else { (&USER, chance.one_of(&people)) };
        let body = if chance.below(2) == 0 {
            json::parse(chance.mutated(&patches).as_bytes()).unwrap_or_default()
        } else {
            let value = if chance.below(2) == 0 {
                json!(chance.mutated(&paths))
            } else {
                json!([{"value": "x", "primary": "True"}])
            };
            let op = chance.one_of(&["add", "replace", "remove"]);
            json!({"Operations": [{"op": op, "path": chance.mutated(&paths), "value": value}]})
        };
        let Ok(read) = patch::parse(of, &body, ID) else { continue };
        let Ok(patched) = patch::apply(before, &read.operations, fold) else { continue };
        check_document(of, &patched.document, &body);
        if read.operations.iter().all(|it| it.op != patch::Op::Add && it.target.filter.is_none()) {
            let again = patch::apply(&patched.document, &read.operations, fold).map(|it| it.document);
            assert_eq!(again.as_ref().ok(), Some(&patched.document), "{body}");
        }
        applied += 1;
    }
    assert!(applied * 50 > rounds(), "only {applied} patches were applied");
    for text in &paths {
        assert!(path::parse(&USER, text).is_ok() || path::parse(&GROUP, text).is_ok(), "{text}");
    }
}

/// A document that could come from a request, and from a request of itself.
fn check_document(of: &'static ResourceType, document: &Document, from: &Value) {
    let stored = document.clone().into_json();
    for hidden in ["id", "meta", "groups", "members", "password", "schemas"] {
        assert!(stored.get(hidden).is_none(), "{hidden} is in {stored}, from {from}");
    }
    for list in stored.as_object().unwrap().values().filter_map(Value::as_array) {
        assert!(list.len() <= ELEMENTS_MAX, "{from}");
        assert!(list.iter().filter(|it| it["primary"] == true).count() <= 1, "{stored}, from {from}");
    }
    let again = from_request(of, &stored, Purpose::Replace);
    assert_eq!(again.map(|it| it.document.into_json()).ok(), Some(stored), "from {from}");
    // What is searched is made of it without a fault.
    let _index = search::index(of, document, fold);
}

/// FZ-3: any body of a user, a group or a bulk request is refused or is read into what reads as itself.
#[test]
fn fz_3_a_body_is_refused_or_reads_as_itself() {
    let (mut chance, seeds) = (Chance::new("fz_3"), bodies(&["POST", "PUT"]));
    let operations = |chance: &mut Chance| -> Vec<Value> {
        (0..chance.below(5)).map(|_| json!({
            "method": chance.one_of(&["POST", "PUT", "PATCH", "DELETE", "GET"]),
            "path": chance.one_of(&["/Users", "/Groups", "/Users/bulkId:a", "/Groups/bulkId:b", "/Bulk", "http://x/Users"]),
            "bulkId": chance.one_of(&["a", "b", "c"]),
            "data": json::parse(chance.one_of(&seeds).replace("00u", "bulkId:").as_bytes()).unwrap_or_default(),
        })).collect()
    };
    let mut read = 0;

    for _ in 0..rounds() {
        if let Ok(mut bulk) = bulk::parse(json!({"Operations": operations(&mut chance)})) {
            let mut handed_out = 0;
            while let Some((index, _)) = bulk.next_request() {
                let done = bulk::Done { status: 201, id: format!("id-{index}"), version: Some(1) };
                bulk.record(index, Ok(done));
                handed_out += 1;
                assert!(handed_out <= 5, "an operation was handed out twice");
            }
            let _answer = bulk.render("https://x/scim/v2");
        }
        let text = chance.mutated(&seeds);
        let Ok(body) = json::parse(text.as_bytes()) else { continue };
        assert_eq!(json::parse(body.to_string().as_bytes()).ok().as_ref(), Some(&body), "{text}");
        let of = if chance.below(4) == 0 { &GROUP } else { &USER };
        if let Ok(received) = from_request(of, &body, Purpose::Create) {
            check_document(of, &received.document, &body);
            read += 1;
        }
    }
    assert!(read * 50 > rounds(), "only {read} bodies were read");
}

/// FZ-10: a folded name is folded for good, however it was written first, and no name is too odd to be looked at.
#[test]
fn fz_10_the_keys_of_names_are_stable() {
    let (mut chance, seeds) = (Chance::new("fz_10"), lines("names.txt"));

    for _ in 0..rounds() * 4 {
        let name = chance.mutated(&seeds);
        let key = fold(&name);
        assert_eq!(fold(&key), key, "{name:?}");
        for spelling in [name.to_uppercase(), name.to_lowercase()] {
            let other = fold(&spelling);
            assert_eq!(fold(&other), other, "{spelling:?}");
        }
        let _shape = skeleton(&name);
        if address::check(&name).is_ok() {
            assert!(address::is_same(&name, &name) && name.chars().filter(|it| *it == '@').count() >= 1, "{name:?}");
        }
    }
}

/// FZ-11: a cursor is good as it came and in no other way: not with one bit of it turned, cut, longer, or out of parts.
#[tokio::test]
async fn fz_11_no_changed_cursor_is_taken() {
    let server = Server::start().await;
    let connection = server.tenant("acme").await.connection().await;
    for name in ["a", "b", "c"] {
        connection.push(name).await;
    }
    let first = connection.get("/Users?cursor&count=1").await.expect(200).json();
    let cursor = first["nextCursor"].as_str().unwrap().to_owned();
    let good = connection.get(&format!("/Users?count=1&cursor={cursor}")).await.expect(200).json();
    assert_eq!(good["Resources"][0]["userName"], "b");
    let mut chance = Chance::new("fz_11");
    let alphabet: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').chain("-_".chars()).collect();

    let mut changed: Vec<String> = (0..cursor.len())
        .flat_map(|at| {
            let other = *chance.one_of(&alphabet);
            let turned = cursor.chars().enumerate().map(|(index, it)| if index == at { other } else { it }).collect();
            [turned, cursor.chars().take(at).collect()]
        })
        .collect();
    changed.push(format!("{cursor}A"));
    changed.push(format!("{cursor}{cursor}"));
    changed.retain(|it| *it != cursor && !it.is_empty());

    for other in changed {
        let refused = connection.get(&format!("/Users?count=1&cursor={other}")).await;
        assert_eq!(refused.status, 400, "{other} for {cursor}: {}", refused.text);
        assert_eq!(refused.json()["scimType"], "invalidCursor", "{other}");
    }
}
