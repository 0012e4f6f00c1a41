//! The rules on keys through the public API, on every registry that is built in.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod certificates;
#[path = "../common/mod.rs"]
mod common;
mod conversion;
mod ec;
mod ed25519;
mod forgetful;
mod format;
mod generate;
mod jwk_set;
mod restrictions;
mod rsa;
mod secret;
mod selection;
mod thumbprint_uris;
mod thumbprints;
mod x25519;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::registries;
use josie::Jwk;
use josie::JwsAlg;
use josie::KeyError;
use josie::Registry;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

/// A JWK whose members are changed by name.
#[derive(Clone)]
struct Json(Value);

impl Json {
    /// A private key of `tests/data/keys/`.
    fn private(name: &str) -> Self {
        let mut jwk = match name {
            "ed25519" => json!({"kty": "OKP", "crv": "Ed25519"}),
            "x25519" => json!({"kty": "OKP", "crv": "X25519"}),
            "p256" => json!({"kty": "EC", "crv": "P-256"}),
            "p384" => json!({"kty": "EC", "crv": "P-384"}),
            "p521" => json!({"kty": "EC", "crv": "P-521"}),
            "secp256k1" => json!({"kty": "EC", "crv": "secp256k1"}),
            _ => json!({"kty": "RSA"}),
        };
        for (member, hex) in &fixtures()[name] {
            jwk[member] = b64u(&octets(hex)).into();
        }
        Self(jwk)
    }

    /// The public half of a key of `tests/data/keys/`.
    fn public(name: &str) -> Self {
        ["d", "p", "q", "dp", "dq", "qi"]
            .iter()
            .fold(Self::private(name), |jwk, member| jwk.without(member))
    }

    /// A symmetric key of 64 octets.
    fn secret() -> Self {
        Self(json!({"kty": "oct", "k": b64u(&(0..64).collect::<Vec<u8>>())}))
    }

    fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0[member] = value.into();
        self
    }

    fn with_octets(self, member: &str, octets: &[u8]) -> Self {
        self.with(member, b64u(octets))
    }

    /// The same with octets changed.
    fn changed(self, member: &str, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut octets = self.octets(member);
        change(&mut octets);
        self.with_octets(member, &octets)
    }

    fn without(mut self, member: &str) -> Self {
        self.0.as_object_mut().unwrap().remove(member);
        self
    }

    fn octets(&self, member: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(self.0[member].as_str().unwrap()).unwrap()
    }

    fn parse(&self) -> Result<Jwk, KeyError> {
        Jwk::parse(&self.0.to_string())
    }

    fn parse_error(&self) -> KeyError {
        self.parse().unwrap_err()
    }

    fn signing(&self, alg: JwsAlg, registry: &Registry) -> Result<SigningKey, KeyError> {
        SigningKey::new(self.parse()?.material(), alg, registry)
    }

    fn verifying(&self, alg: JwsAlg, registry: &Registry) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::new(self.parse()?.material(), alg, registry)
    }
}

/// A private key of `tests/data/keys/` in PEM.
fn private_pem(name: &str) -> String {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    fs::read_to_string(directory.join(format!("{name}.pkcs8.pem"))).unwrap()
}

/// Changes one bit that is neither the first nor the last.
fn flip(octets: &mut [u8]) {
    let middle = octets.len() / 2;
    octets[middle] ^= 0x10;
}

/// The values of `tests/data/keys/expected.json`, in hexadecimal.
fn fixtures() -> BTreeMap<String, BTreeMap<String, String>> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    let text = fs::read_to_string(directory.join("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn b64u(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

fn unsupported(alg: JwsAlg, what: &'static str) -> KeyError {
    KeyError::Unsupported { alg: alg.name(), what }
}
