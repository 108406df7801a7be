use serde_json::{Value, json};

use super::*;
use crate::app::seal::Seal;
use crate::domain::secret::Secret;

const FILE: &[u8] = b"{\"action\":\"user.created\"}\n";

fn digest(content: &[u8]) -> Digest {
    let mut digesting = Digesting::default();
    for piece in content.chunks(7) {
        digesting.take(piece);
    }
    digesting.end()
}

fn said(file: &Digest) -> Value {
    json!({
        "type": KIND,
        "organisation": { "id": OrgId::OPERATOR, "slug": "acme" },
        "asked_by": { "kind": "operator", "id": null, "label": "ada" },
        "asked_at": "2027-01-15T08:00:00.000Z",
        "made_at": "2027-01-15T08:00:01.000Z",
        "filter": { "action": "user" },
        "format": "ndjson",
        "file": "acme-audit-2027-01-15.ndjson",
        "deeds": 1,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "first_seq": 3,
        "last_seq": 3,
        "checkpoint": null,
        "version": "0.1.0",
    })
}

fn signed_by(seal: &Seal, said: &Value) -> String {
    let said = said.to_string();
    format!("{said}\n{}\n", serde_json::to_string(&seal.sign_record(said.as_bytes())).unwrap())
}

fn seal(byte: u8) -> Seal {
    Seal::new(&Secret::new([byte; 32])).unwrap()
}

#[test]
fn a_file_and_its_manifest_prove_each_other() {
    let (ours, file) = (seal(1), digest(FILE));

    let proof = prove(&signed_by(&ours, &said(&file)), &file, &ours.record_key()).unwrap();

    assert_eq!(proof.problems, Vec::<String>::new());
    assert_eq!((&*proof.organisation, proof.deeds, proof.first_seq, proof.last_seq), ("acme", 1, Some(3), Some(3)));
    // Counted elsewhere: `printf '{"action":"user.created"}\n' | sha256sum`.
    assert_eq!((file.bytes, file.sha256.len()), (26, 64));
}

/// Whatever is not as it was is named: the file, the manifest, the one for the other, and the key.
#[test]
fn ou_07_whatever_of_a_file_or_its_manifest_was_changed_is_named() {
    let (ours, theirs, file) = (seal(1), seal(2), digest(FILE));
    let genuine = signed_by(&ours, &said(&file));
    let mut changed = FILE.to_vec();
    changed[12] ^= 1;
    let other = digest(b"something else");
    let mut forged = said(&other);
    forged["deeds"] = json!(0);
    // The signature of the genuine one under words that fit the other file.
    let moved = format!("{forged}\n{}", genuine.split_once('\n').unwrap().1);
    let mut unsigned: Value = serde_json::from_str(genuine.split_once('\n').unwrap().1).unwrap();
    unsigned["algorithm"] = json!("none");
    let unsigned = format!("{}\n{unsigned}\n", genuine.split_once('\n').unwrap().0);

    for (what, manifest, file, problem) in [
        ("a changed byte", &genuine, digest(&changed), "the SHA-256 of the file is"),
        ("a longer file", &genuine, digest(&[FILE, b"\n"].concat()), "the file has 27 bytes"),
        ("the manifest of another file", &signed_by(&ours, &said(&other)), file.clone(), "the file has 26 bytes"),
        ("a changed manifest", &moved, other.clone(), "the signature of the manifest does not fit"),
        ("another algorithm", &unsigned, file.clone(), "the signature of the manifest does not fit"),
        ("another instance", &signed_by(&theirs, &said(&file)), file.clone(), "the key of another instance"),
    ] {
        let proof = prove(manifest, &file, &ours.record_key()).unwrap();

        assert!(proof.problems[0].contains(problem), "{what}: {:?}", proof.problems);
    }
}

/// Nothing that this key has signed for another end is a manifest, nor is what is no JSON or not whole.
#[test]
fn ou_07_what_is_no_manifest_proves_nothing() {
    let (ours, file) = (seal(1), digest(FILE));
    let genuine = signed_by(&ours, &said(&file));
    let mut other = said(&file);
    other["type"] = json!("doorward.audit-export.2");
    let twice = format!("{{\"bytes\":0,{}", said(&file).to_string().trim_start_matches('{'));
    let twice = format!("{twice}\n{}", genuine.split_once('\n').unwrap().1);

    for text in [
        String::new(),
        "doorward audit checkpoint 1\n{}".to_owned(),
        genuine.lines().next().unwrap().to_owned(),
        signed_by(&ours, &other),
        signed_by(&ours, &json!({ "files": [] })),
        twice,
    ] {
        let refused = prove(&text, &file, &ours.record_key());

        assert!(matches!(refused, Err(Error::Invalid { field, .. }) if field == "manifest"), "{text}");
    }
}
