//! What must not be read anywhere, in the ways in which it could be written.

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sea_orm::{ConnectionTrait as _, QueryResult, Statement};

use crate::harness::{Reply, Server};

/// The beginning of a token, which is shown so that its owner knows it again.
const HINT: usize = 12;

const WORDS: [&str; 8] =
    ["$argon2", "PRIVATE KEY", "\"d\":\"", "secret_hash", "token_hash", "_sealed", "dwln_", "dwrt_"];

/// What must not be read anywhere: what it is, and one way to write it.
#[derive(Default)]
pub struct Secrets(Vec<(String, String)>);

impl Secrets {
    pub fn text(&mut self, what: &str, value: &str) {
        let written = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        self.0.extend([value.to_owned(), written].map(|it| (what.to_owned(), it)));
    }

    /// A token, of which the beginning is no secret.
    pub fn token(&mut self, what: &str, value: &str) {
        self.text(what, value.split_at(HINT).1);
    }

    pub fn bytes(&mut self, what: &str, value: &[u8]) {
        assert!(value.len() >= 16, "{what} is too short to be looked for");
        let hex: String = value.iter().map(|it| format!("{it:02x}")).collect();
        let list = |between: &str| value.iter().map(u8::to_string).collect::<Vec<_>>().join(between);
        let base64 = [STANDARD_NO_PAD.encode(value), URL_SAFE_NO_PAD.encode(value)];
        let all = [hex.to_uppercase(), hex, list(","), list(", ")].into_iter().chain(base64);
        self.0.extend(all.map(|it| (what.to_owned(), it)));
    }

    /// What stands in an answer that was not in the question.
    pub fn told(&self, asked: &str, reply: &Reply) -> BTreeSet<&str> {
        let headers = reply.headers.values().map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
        let all: Vec<String> = headers.chain([reply.text.clone()]).collect();
        self.found(|written| all.iter().any(|text| text.contains(written)) && !asked.contains(written))
    }

    /// What stands in the log, where a column may be named.
    pub fn logged(&self, log: &str) -> BTreeSet<&str> {
        let mut found = self.found(|written| log.contains(written));
        found.retain(|what| !WORDS.contains(what));
        found
    }

    /// What stands in a copy of the database, in letters or as bytes; what is made to be stored there, a hash or something
    /// sealed, is named after its column.
    pub fn stored_openly(&self, copy: &[u8]) -> BTreeSet<&str> {
        let copy = String::from_utf8_lossy(copy);
        let hexadecimal = |text: &str| text.bytes().map(|it| format!("{it:02x}")).collect::<String>();
        let mut found = self.found(|written| copy.contains(written) || copy.contains(&hexadecimal(written)));
        found.retain(|what| !WORDS.contains(what) && !what.contains('.'));
        found
    }

    fn found(&self, is_there: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        self.0.iter().filter(|(_, written)| is_there(written)).map(|(what, _)| what.as_str()).collect()
    }

    /// What stands before, in or beside a secret, wherever it is from.
    pub fn words(&mut self) {
        WORDS.iter().for_each(|word| self.text(word, word));
    }

    /// Every hash and everything sealed in the database, and the private keys opened.
    pub async fn stored(&mut self, server: &Server) {
        let mut empty = Vec::new();
        for (table, column) in columns() {
            let key = if table == "signing_keys" { "id" } else { "1" };
            let sql = format!("SELECT {column}, {key} FROM {table} WHERE {column} IS NOT NULL");
            let db = server.app.store.reader();
            let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
            let what = format!("{table}.{column}");
            rows.iter().for_each(|row| self.row(server, &what, row));
            if rows.is_empty() {
                empty.push(what);
            }
        }
        // What a provider said is sealed, and shown to whoever may know why somebody was refused. The id of an assertion was
        // made by the client, and is worth nothing once it is here.
        assert_eq!(empty, ["sign_in_refusals.claims_sealed", "spent_assertions.jti_hash"], "nothing was made of these");
    }

    fn row(&mut self, server: &Server, what: &str, row: &QueryResult) {
        if what.ends_with(".phc") {
            let phc: String = row.try_get_by_index(0).unwrap();
            return self.text(what, phc.rsplit('$').next().unwrap());
        }
        let value: Vec<u8> = row.try_get_by_index(0).unwrap();
        self.bytes(what, &value);
        if what == "signing_keys.sealed" {
            let id: uuid::Uuid = row.try_get_by_index(1).unwrap();
            let opened = server.app.seal.open(&format!("{what}:{id}"), &value).unwrap();
            private_parts(opened.reveal()).iter().for_each(|part| self.bytes("a private key", part));
        }
    }
}

/// The key as it is kept, and the number in it that nobody else may know (RFC 5915 3, RFC 8017 A.1.2).
fn private_parts(pkcs8: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![pkcs8.to_vec()];
    let p256 = pkcs8.windows(5).position(|it| it == [2, 1, 1, 4, 32]);
    parts.extend(p256.map(|at| pkcs8[at + 5..at + 37].to_vec()));
    // In an RSA key the private exponent follows the public one, 65537.
    let rsa = pkcs8.windows(7).position(|it| it[..6] == [2, 3, 1, 0, 1, 2] && it[6] > 0x80);
    parts.extend(rsa.map(|at| {
        let size = usize::from(pkcs8[at + 6] - 0x80);
        let (length, rest) = pkcs8[at + 7..].split_at(size);
        let length = length.iter().fold(0, |all, it| all * 256 + usize::from(*it));
        rest[..length].iter().copied().skip_while(|it| *it == 0).collect()
    }));
    assert_eq!(parts.len(), 2, "a key of another kind");
    parts
}

/// Every column of the schema that holds bytes that are no id, and the hashes that are text.
fn columns() -> Vec<(String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/schema.sqlite.sql");
    let schema = std::fs::read_to_string(file).unwrap();
    let is_id = |name: &str| name == "id" || name.ends_with("_id") || name == "managed_by";
    let mut found = Vec::new();
    for table in schema.split("CREATE TABLE ").skip(1).map(|it| it.split(';').next().unwrap()) {
        let (name, columns) = table.split_once(" (").unwrap();
        for column in columns.split([',', '\n']) {
            let mut words = column.split_whitespace();
            let (Some(column), kind) = (words.next(), words.next()) else { continue };
            if column == "phc" || kind == Some("BLOB") && !is_id(column) {
                found.push((name.to_owned(), column.to_owned()));
            }
        }
    }
    assert!(found.len() > 15, "{found:?}");
    found
}
