//! Key documents whose members are changed by name, and the same values in the other formats.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Curve;
use josie::Jwk;
use josie::KeyError;
use josie::KeyMaterial;
use josie::RsaPrivate;
use josie::SecretBytes;
use serde_json::Value;
use serde_json::json;

use crate::der;

/// The members of RFC 7518 section 6 that are secret, and the one of a key pair that is a seed (`AKP`).
pub(crate) const SECRET_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// A JWK whose members are changed by name.
#[derive(Clone)]
pub(crate) struct Document(pub(crate) Value);

impl Document {
    /// A private key of `tests/data/keys/`, which was made for the tests.
    pub(crate) fn private(name: &str) -> Self {
        let mut jwk = match name {
            "ed25519" => json!({"kty": "OKP", "crv": "Ed25519"}),
            "x25519" => json!({"kty": "OKP", "crv": "X25519"}),
            "p256" => json!({"kty": "EC", "crv": "P-256"}),
            "p384" => json!({"kty": "EC", "crv": "P-384"}),
            "p521" => json!({"kty": "EC", "crv": "P-521"}),
            "secp256k1" => json!({"kty": "EC", "crv": "secp256k1"}),
            _ => json!({"kty": "RSA"}),
        };
        let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
        let text = fs::read_to_string(directory.join("expected.json")).unwrap();
        let keys: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text).unwrap();
        for (member, hex) in &keys[name] {
            jwk[member] = b64u(&octets(hex)).into();
        }
        Self(jwk)
    }

    /// The public half of a key of `tests/data/keys/`.
    pub(crate) fn public(name: &str) -> Self {
        Self::private(name).public_half()
    }

    /// A symmetric key of as many octets.
    pub(crate) fn secret(len: usize) -> Self {
        // Not a text, and not the same octet all over.
        let k: Vec<u8> = (1..=len).map(|at| u8::try_from(at * 167 % 251).unwrap()).collect();
        Self(json!({"kty": "oct", "k": b64u(&k)}))
    }

    pub(crate) fn public_half(self) -> Self {
        ["d", "p", "q", "dp", "dq", "qi"].iter().fold(self, |jwk, member| jwk.without(member))
    }

    pub(crate) fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0[member] = value.into();
        self
    }

    /// The same with these members more, or in place of its own.
    pub(crate) fn with_all(self, members: &Value) -> Self {
        let members = members.as_object().unwrap().iter();
        members.fold(self, |jwk, (member, value)| jwk.with(member, value.clone()))
    }

    pub(crate) fn with_octets(self, member: &str, octets: &[u8]) -> Self {
        self.with(member, b64u(octets))
    }

    /// The same with octets changed.
    pub(crate) fn changed(self, member: &str, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut octets = self.octets(member);
        change(&mut octets);
        self.with_octets(member, &octets)
    }

    pub(crate) fn without(mut self, member: &str) -> Self {
        self.0.as_object_mut().unwrap().remove(member);
        self
    }

    pub(crate) fn octets(&self, member: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(self.0[member].as_str().unwrap()).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        self.0.to_string()
    }

    pub(crate) fn parse(&self) -> Result<Jwk, KeyError> {
        Jwk::parse(&self.text())
    }

    pub(crate) fn is_private(&self) -> bool {
        self.0.get("d").is_some() || self.0.get("k").is_some()
    }

    pub(crate) fn kty(&self) -> &str {
        self.0["kty"].as_str().unwrap()
    }

    /// The values by way of the constructors of [`KeyMaterial`].
    pub(crate) fn raw(&self) -> Result<KeyMaterial, KeyError> {
        let octets = |member| self.octets(member);
        let secret = |member| SecretBytes::new(self.octets(member));
        let d = self.0.get("d").map(|_| secret("d"));
        match self.kty() {
            "oct" => Ok(KeyMaterial::oct(octets("k"))),
            "RSA" if d.is_none() => KeyMaterial::rsa_public(&octets("n"), &octets("e")),
            "RSA" => {
                let private = RsaPrivate {
                    d: secret("d"),
                    p: secret("p"),
                    q: secret("q"),
                    dp: secret("dp"),
                    dq: secret("dq"),
                    qi: secret("qi"),
                };
                KeyMaterial::rsa_private(&octets("n"), &octets("e"), private)
            }
            "EC" => KeyMaterial::ec(self.curve(), Some((octets("x"), octets("y"))), d),
            _ => KeyMaterial::okp(self.curve(), Some(octets("x")), d),
        }
    }

    /// The values in DER: PKCS#8 for a private key, SPKI for a public one, nothing for a symmetric one.
    pub(crate) fn der(&self) -> Option<Vec<u8>> {
        let octets = |member: &str| self.octets(member);
        let private = self.is_private();
        match self.kty() {
            "oct" => None,
            "RSA" if private => {
                Some(der::rsa_pkcs8(0, &["n", "e", "d", "p", "q", "dp", "dq", "qi"].map(octets)))
            }
            "RSA" => Some(der::rsa_spki(&octets("n"), &octets("e"))),
            "EC" => {
                let point = [vec![4], octets("x"), octets("y")].concat();
                Some(if private {
                    der::ec_pkcs8(self.curve(), &octets("d"), &point)
                } else {
                    der::ec_spki(self.curve(), &point)
                })
            }
            _ if private => Some(der::okp_pkcs8(self.curve(), &octets("d"), &octets("x"))),
            _ => Some(der::okp_spki(self.curve(), &octets("x"))),
        }
    }

    /// The same in PEM.
    pub(crate) fn pem(&self) -> Option<String> {
        let label = if self.is_private() { "PRIVATE KEY" } else { "PUBLIC KEY" };
        let base64 = STANDARD.encode(self.der()?);
        let lines: Vec<&str> =
            base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        Some(format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n")))
    }

    fn curve(&self) -> Curve {
        Curve::from_name(self.0["crv"].as_str().unwrap()).unwrap()
    }
}

/// Changes one bit that is neither the first nor the last.
pub(crate) fn flip(octets: &mut [u8]) {
    let middle = octets.len() / 2;
    octets[middle] ^= 0x10;
}

pub(crate) fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

pub(crate) fn b64u(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}
