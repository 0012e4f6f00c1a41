//! Keys of every algorithm, and documents made by hand: any header, any payload text, correctly signed.

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Error;
use josie::GenerateInput;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::JwsSignature;
use josie::JwsSignatures;
use josie::KeyMaterial;
use josie::KeySet;
use josie::KeyType;
use josie::Policy;
use josie::PolicyBuilder;
use josie::Registry;
use josie::SignInput;
use josie::SignedBy;
use josie::Signer;
use josie::SigningKey;
use josie::VerifyInput;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;

/// Someone with a key, who signs as josie does and by hand.
pub(crate) struct Author {
    pub(crate) name: &'static str,
    pub(crate) registry: Registry,
    pub(crate) alg: JwsAlg,
    pub(crate) material: KeyMaterial,
    pub(crate) key: SigningKey,
    signer: Box<dyn Signer>,
}

impl Author {
    /// With a fresh key; for RSA, which not every registry can make, with one that is made for the tests.
    pub(crate) fn new(name: &'static str, registry: Registry, alg: JwsAlg) -> Self {
        let material = match alg.kty() {
            KeyType::Rsa => private_fixture("rsa2048"),
            _ => registry.signature(alg).unwrap().generate(&GenerateInput::default()).unwrap(),
        };
        Self::of(name, registry, alg, material)
    }

    pub(crate) fn of(
        name: &'static str,
        registry: Registry,
        alg: JwsAlg,
        material: KeyMaterial,
    ) -> Self {
        let key = SigningKey::new(&material, alg, &registry).unwrap();
        let signer = registry.signature(alg).unwrap().signer(&material).unwrap();
        Self { name, registry, alg, material, key, signer }
    }

    /// The same key under this `kid`.
    pub(crate) fn named(&self, kid: &str) -> Self {
        let mut named = Self::of(self.name, self.registry, self.alg, self.material.clone());
        named.key = named.key.with_kid(kid);
        named
    }

    pub(crate) fn keys(&self) -> KeySet<VerifyingKey> {
        KeySet::from(self.key.verifying_key())
    }

    /// An honest header of this algorithm.
    pub(crate) fn header(&self) -> Value {
        json!({ "alg": self.alg.name() })
    }

    /// The honest header with more members.
    pub(crate) fn header_with(&self, members: Value) -> Value {
        merged(self.header(), members)
    }

    /// One signature over this text of a payload, as it stands in a document.
    pub(crate) fn entry(&self, protected: &Value, payload: &str) -> Value {
        let protected = b64u(protected.to_string());
        let signature = self.sign(&format!("{protected}.{payload}"));
        json!({ "protected": protected, "signature": signature })
    }

    /// A flattened JWS with this protected header over this text of a payload.
    pub(crate) fn flattened(&self, protected: &Value, payload: &str) -> Value {
        merged(self.entry(protected, payload), json!({ "payload": payload }))
    }

    /// An encoded signature over this message.
    pub(crate) fn sign(&self, message: &str) -> String {
        b64u(self.signer.sign(&SignInput::new(message.as_bytes())).unwrap())
    }

    /// What josie's own code has no part in: whether the signature of these octets is valid.
    pub(crate) fn has_signed(&self, message: &[u8], signature: &str) -> bool {
        let verifying = self.signer.public_half().unwrap_or_else(|| self.material.clone());
        let verifier = self.registry.signature(self.alg).unwrap().verifier(&verifying).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        verifier.verify(&VerifyInput::new(message, &signature)).is_ok()
    }

    /// Whether messages may come in chunks.
    pub(crate) fn takes_chunks(&self) -> bool {
        match self.alg.kty() {
            KeyType::Oct => true,
            KeyType::Okp => false,
            _ => self.name == "aws-lc-rs",
        }
    }
}

/// For messages: the registry and the algorithm.
impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.alg)
    }
}

/// Every algorithm of every registry built in, each with an author.
pub(crate) fn authors() -> Vec<Author> {
    let mut authors = Vec::new();
    for (name, registry) in registries() {
        let offered = |alg: &&JwsAlg| registry.signature(**alg).is_some();
        authors.extend(
            JwsAlg::ALL.iter().filter(offered).map(|alg| Author::new(name, registry, *alg)),
        );
    }
    authors
}

/// One author of this algorithm for every registry that has it.
pub(crate) fn authors_with(alg: JwsAlg) -> Vec<Author> {
    registries()
        .into_iter()
        .filter(|(_, registry)| registry.signature(alg).is_some())
        .map(|(name, registry)| Author::new(name, registry, alg))
        .collect()
}

/// Alice, Bob and Carol with keys of three families, who are named after the keys' `kid`, for every registry.
pub(crate) fn trios() -> Vec<[Author; 3]> {
    let trio = |(name, registry)| {
        [("alice", JwsAlg::Hs256), ("bob", JwsAlg::Es256), ("carol", JwsAlg::Ed25519)]
            .map(|(kid, alg)| Author::new(name, registry, alg).named(kid))
    };
    registries().into_iter().map(trio).collect()
}

pub(crate) fn keys_of(authors: &[&Author]) -> KeySet<VerifyingKey> {
    authors.iter().map(|author| author.key.verifying_key()).collect()
}

/// Any algorithm, nothing else beside the defaults.
pub(crate) fn lax() -> PolicyBuilder {
    Policy::signed(JwsAlg::ALL)
}

pub(crate) fn policy() -> Policy {
    lax().build().unwrap()
}

/// The policy that takes an unencoded payload too.
pub(crate) fn unencoded_policy() -> Policy {
    lax().allow_unencoded().build().unwrap()
}

pub(crate) fn by(signers: SignedBy) -> Policy {
    lax().signed_by(signers).build().unwrap()
}

/// A general JWS of these signatures over this text of a payload.
pub(crate) fn general(payload: &str, entries: &[Value]) -> String {
    json!({ "payload": payload, "signatures": entries }).to_string()
}

/// The members of both.
pub(crate) fn merged(mut object: Value, members: Value) -> Value {
    object.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    object
}

/// The object without this member.
pub(crate) fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name).unwrap();
    object
}

/// What became of each signature.
pub(crate) fn outcomes(signatures: &JwsSignatures) -> Vec<Result<(), Error>> {
    let outcome = |outcome: &josie::SignatureOutcome| match outcome.signature() {
        Ok(_) => Ok(()),
        Err(error) => Err(error.clone()),
    };
    signatures.outcomes().iter().map(outcome).collect()
}

pub(crate) fn missing(outcomes: impl Into<Box<[Result<(), Error>]>>) -> Error {
    Error::SignersMissing(outcomes.into())
}

pub(crate) fn b64u(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

pub(crate) fn from_b64u(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

pub(crate) fn private_fixture(stem: &str) -> KeyMaterial {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    let pem = fs::read_to_string(keys.join(format!("{stem}.pkcs8.pem"))).unwrap();
    KeyMaterial::from_pem(&pem).unwrap()
}

/// A serialization (RFC 7515 section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Compact,
    Flattened,
    General,
}

pub(crate) const FORMS: [Form; 3] = [Form::Compact, Form::Flattened, Form::General];

impl Form {
    pub(crate) fn write(self, builder: &JwsBuilder<'_>, payload: &[u8]) -> Result<String, Error> {
        match self {
            Self::Compact => builder.compact(payload),
            Self::Flattened => builder.flattened(payload),
            Self::General => builder.general(payload),
        }
    }

    pub(crate) fn write_from(
        self,
        builder: &JwsBuilder<'_>,
        payload: impl Read,
    ) -> Result<String, Error> {
        match self {
            Self::Compact => builder.compact_from(payload),
            Self::Flattened => builder.flattened_from(payload),
            Self::General => builder.general_from(payload),
        }
    }

    /// The payload that is in the token.
    pub(crate) fn verify(
        self,
        token: &str,
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<Vec<u8>, Error> {
        match self {
            Self::Compact => Jws::verify(token, keys, policy).map(Jws::into_payload),
            _ => JwsJson::verify(token, keys, policy).map(JwsJson::into_payload),
        }
    }

    /// The first valid signature.
    pub(crate) fn verify_detached(
        self,
        token: &str,
        payload: &[u8],
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<JwsSignature, Error> {
        match self {
            Self::Compact => Jws::verify_detached(token, payload, keys, policy),
            _ => JwsJson::verify_detached(token, payload, keys, policy).map(first),
        }
    }

    /// The first valid signature.
    pub(crate) fn verify_detached_from(
        self,
        token: &str,
        payload: impl Read,
        keys: &KeySet<VerifyingKey>,
        policy: &Policy,
    ) -> Result<JwsSignature, Error> {
        match self {
            Self::Compact => Jws::verify_detached_from(token, payload, keys, policy),
            _ => JwsJson::verify_detached_from(token, payload, keys, policy).map(first),
        }
    }

    /// The encoded protected header, the text of the payload if there is one, and the encoded signature of a token with
    /// one signature.
    pub(crate) fn parts(self, token: &str) -> (String, Option<String>, String) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        if self == Self::Compact {
            let (protected, rest) = token.split_once('.').unwrap();
            let (payload, signature) = rest.rsplit_once('.').unwrap();
            let payload = (!payload.is_empty()).then(|| payload.to_owned());
            return (protected.to_owned(), payload, signature.to_owned());
        }
        let document: Value = serde_json::from_str(token).unwrap();
        let entry = if self == Self::General { &document["signatures"][0] } else { &document };
        (text(&entry["protected"]), document.get("payload").map(text), text(&entry["signature"]))
    }
}

fn first(signatures: JwsSignatures) -> JwsSignature {
    signatures.valid().next().unwrap().clone()
}
