//! An authenticator in software: makes passkeys and signs with them as a phone or a security key would (W3C Web
//! Authentication 6), and can be told to cheat.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const HAS_KEY: u8 = 0x40;

/// One key on one device.
pub struct Authenticator {
    key: EcdsaKeyPair,
    /// The id it gives its key.
    pub id: Vec<u8>,
    /// Whose key it is, as the server named that person.
    pub user: Vec<u8>,
    /// How often it has signed.
    pub counter: u32,
    /// Where the browser says that it is.
    pub origin: String,
    /// Whose key it is asked for.
    pub host: String,
    /// Whether it has seen to who holds it.
    pub verifies: bool,
    /// Whether the key is on several devices.
    pub is_synced: bool,
}

impl Authenticator {
    /// A device in a browser that is at this server.
    pub fn at(public_url: &str) -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).unwrap();
        let id = Sha256::digest(key.public_key().as_ref()).to_vec();
        let host = url::Url::parse(public_url).unwrap().domain().unwrap().to_owned();
        Self {
            key,
            id,
            user: Vec::new(),
            counter: 0,
            origin: public_url.to_owned(),
            host,
            verifies: true,
            is_synced: false,
        }
    }

    /// Makes its key for this question; answers what a browser sends.
    pub fn create(&mut self, question: &Value) -> String {
        let public = &question["publicKey"];
        self.user = decode(&public["user"]["id"]);
        let client = self.client("webauthn.create", &public["challenge"]);
        let data = self.data(HAS_KEY, &self.attested());
        let attestation = cbor_map(&[
            (cbor_text("fmt"), cbor_text("none")),
            (cbor_text("attStmt"), cbor_map(&[])),
            (cbor_text("authData"), cbor_bytes(&data)),
        ]);
        let response = json!({
            "attestationObject": encode(&attestation), "clientDataJSON": encode(&client), "transports": ["internal"],
        });
        self.credential(&response)
    }

    /// Signs this question; answers what a browser sends.
    pub fn get(&mut self, question: &Value) -> String {
        self.counter += 1;
        let client = self.client("webauthn.get", &question["publicKey"]["challenge"]);
        let data = self.data(0, &[]);
        let signed = [data.clone(), Sha256::digest(&client).to_vec()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let response = json!({
            "authenticatorData": encode(&data),
            "clientDataJSON": encode(&client),
            "signature": encode(signature.as_ref()),
            "userHandle": encode(&self.user),
        });
        self.credential(&response)
    }

    fn credential(&self, response: &Value) -> String {
        let id = encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        })
        .to_string()
    }

    fn client(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let client = json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false});
        client.to_string().into_bytes()
    }

    fn data(&self, more: u8, attested: &[u8]) -> Vec<u8> {
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let synced = if self.is_synced { BACKUP_ELIGIBLE } else { 0 };
        let mut data = Sha256::digest(self.host.as_bytes()).to_vec();
        data.push(USER_PRESENT | verified | synced | more);
        data.extend(self.counter.to_be_bytes());
        data.extend(attested);
        data
    }

    /// The id and the public key (RFC 9053 7.1.1: kty EC2, alg ES256, crv P-256).
    fn attested(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let key = cbor_map(&[
            (vec![0x01], vec![0x02]),
            (vec![0x03], vec![0x26]),
            (vec![0x20], vec![0x01]),
            (vec![0x21], cbor_bytes(&point[1..33])),
            (vec![0x22], cbor_bytes(&point[33..65])),
        ]);
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        [&[0; 16][..], &length, &self.id, &key].concat()
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

fn cbor_head(major: u8, length: usize) -> Vec<u8> {
    match u16::try_from(length).unwrap() {
        small @ 0..24 => vec![major << 5 | u8::try_from(small).unwrap()],
        middle @ 24..256 => vec![major << 5 | 24, u8::try_from(middle).unwrap()],
        large => [&[major << 5 | 25][..], &large.to_be_bytes()].concat(),
    }
}

fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    [&cbor_head(2, bytes.len())[..], bytes].concat()
}

fn cbor_text(text: &str) -> Vec<u8> {
    [&cbor_head(3, text.len())[..], text.as_bytes()].concat()
}

fn cbor_map(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let parts = pairs.iter().flat_map(|(key, value)| [key.as_slice(), value.as_slice()]);
    [cbor_head(5, pairs.len()), parts.collect::<Vec<_>>().concat()].concat()
}
