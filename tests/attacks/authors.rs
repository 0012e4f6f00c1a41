//! What the attacks are built with: keys, tokens whose header may lie, and both ways to verify.

use std::cell::OnceCell;
use std::fmt;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Clock;
use josie::ClockError;
use josie::Error;
use josie::GenerateInput;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyMaterial;
use josie::KeySet;
use josie::KeyType;
use josie::NoClaims;
use josie::NumericDate;
use josie::Policy;
use josie::Registry;
use josie::SignInput;
use josie::Signer;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;

/// What every token says: well-formed, and not expired by the tests' clock.
pub(crate) const CLAIMS: &[u8] = br#"{"sub":"mallory","admin":true,"exp":1700003600}"#;

pub(crate) const HMAC_ALGS: [JwsAlg; 3] = [JwsAlg::Hs256, JwsAlg::Hs384, JwsAlg::Hs512];

/// Every algorithm of every registry built in, each with an author.
pub(crate) fn authors() -> Vec<Author> {
    registries()
        .into_iter()
        .flat_map(|(name, registry)| {
            JwsAlg::ALL
                .iter()
                .filter(move |alg| registry.signature(**alg).is_some())
                .map(move |alg| Author::new(*alg, name, &registry))
        })
        .collect()
}

/// Those of [`authors`] whose key is of this type.
pub(crate) fn authors_of(kty: KeyType) -> Vec<Author> {
    let mut authors = authors();
    authors.retain(|author| author.alg.kty() == kty);
    authors
}

/// Those of [`authors`] with this algorithm.
pub(crate) fn authors_with(alg: JwsAlg) -> Vec<Author> {
    let mut authors = authors();
    authors.retain(|author| author.alg == alg);
    authors
}

/// Someone with a private key or a secret, who signs under any header at all: nothing of josie's own rules
/// stands between the author and the primitive.
pub(crate) struct Author {
    pub(crate) alg: JwsAlg,
    pub(crate) material: KeyMaterial,
    pub(crate) registry: Registry,
    registry_name: &'static str,
    signer: Box<dyn Signer>,
    verifying: OnceCell<VerifyingKey>,
}

impl Author {
    /// With a fresh key; for RSA, which not every registry can make and none quickly, a fixed one.
    pub(crate) fn new(alg: JwsAlg, registry_name: &'static str, registry: &Registry) -> Self {
        let fresh = |alg: JwsAlg| {
            let entry = registry.signature(alg).unwrap();
            entry.generate(&GenerateInput::default()).unwrap()
        };
        let material = match alg.kty() {
            KeyType::Rsa => private_fixture("rsa2048"),
            // As long as the longest hash, so that no length stands in the way of another algorithm.
            KeyType::Oct => fresh(JwsAlg::Hs512),
            _ => fresh(alg),
        };
        Self::of(material, alg, registry_name, registry)
    }

    pub(crate) fn of(
        material: KeyMaterial,
        alg: JwsAlg,
        registry_name: &'static str,
        registry: &Registry,
    ) -> Self {
        let signer = registry.signature(alg).unwrap().signer(&material).unwrap();
        Self {
            alg,
            material,
            registry: *registry,
            registry_name,
            signer,
            verifying: OnceCell::new(),
        }
    }

    /// Someone else with the same algorithm and another key.
    pub(crate) fn stranger(&self) -> Self {
        if self.alg.kty() == KeyType::Rsa {
            self.with(private_fixture("rsa3072"), self.alg)
        } else {
            Self::new(self.alg, self.registry_name, &self.registry)
        }
    }

    /// Someone who signs with `material` and `alg` in the same registry.
    pub(crate) fn with(&self, material: KeyMaterial, alg: JwsAlg) -> Self {
        Self::of(material, alg, self.registry_name, &self.registry)
    }

    /// Someone who knows `secret` and takes its HMAC.
    pub(crate) fn with_secret(&self, secret: &[u8], alg: JwsAlg) -> Self {
        self.with(KeyMaterial::oct(secret.to_vec()), alg)
    }

    /// Someone who has an HS256 secret that is worth the name.
    pub(crate) fn stranger_with_hmac(&self) -> Self {
        Self::new(JwsAlg::Hs256, self.registry_name, &self.registry)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.signer.sign(&SignInput::new(message)).unwrap()
    }

    /// A token that is signed correctly over this header, whatever it says.
    pub(crate) fn token(&self, header: &Value) -> String {
        self.token_over(header.to_string().as_bytes(), CLAIMS)
    }

    pub(crate) fn token_over(&self, header: &[u8], payload: &[u8]) -> String {
        let input = signing_input(header, payload);
        token_with(&input, &self.sign(input.as_bytes()))
    }

    /// The token without any lie: the header names the algorithm of the signature.
    pub(crate) fn honest(&self) -> String {
        self.token(&json!({ "alg": self.alg.name() }))
    }

    /// The same with a `kid`.
    pub(crate) fn honest_with_kid(&self, kid: &str) -> String {
        self.token(&json!({ "alg": self.alg.name(), "kid": kid }))
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        let key = || SigningKey::new(&self.material, self.alg, &self.registry);
        self.verifying.get_or_init(|| key().unwrap().verifying_key()).clone()
    }

    /// The set of the author's key alone.
    pub(crate) fn keys(&self) -> KeySet<VerifyingKey> {
        KeySet::from(self.verifying_key())
    }

    /// The public key as a published JWK with `alg` and `use`.
    pub(crate) fn public_jwk(&self) -> Value {
        serde_json::to_value(self.verifying_key().public_jwk().unwrap()).unwrap()
    }

    /// The public key as a JWK that does not say what it is for.
    pub(crate) fn bare_jwk(&self) -> Value {
        let mut jwk = self.public_jwk();
        let members = jwk.as_object_mut().unwrap();
        members.retain(|name, _| !["alg", "use", "kid"].contains(&name.as_str()));
        jwk
    }
}

/// For messages: the registry and the algorithm.
impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.registry_name, self.alg)
    }
}

/// The result of verifying, which must be the same as a JWS and as a JWT.
pub(crate) fn verify(
    token: &str,
    keys: &KeySet<VerifyingKey>,
    algs: &[JwsAlg],
) -> Result<(), Error> {
    let as_jws = Jws::verify(token, keys, &Policy::signed(algs).build().unwrap()).map(drop);
    let as_jwt = Jwt::<NoClaims>::verify(token, keys, &jwt_policy(algs)).map(drop);
    assert_eq!(as_jws, as_jwt);
    as_jws
}

/// The author's key refuses an otherwise honest token with this signature, and gives no reason.
pub(crate) fn assert_signature_is_refused(author: &Author, signature: &[u8]) {
    let token = token_signed_with(author.alg, signature);
    let result = verify(&token, &author.keys(), JwsAlg::ALL);
    assert_eq!(result, Err(Error::InvalidSignature), "{author}: {signature:02x?}");
}

/// The author's key accepts an otherwise honest token with this signature.
pub(crate) fn assert_signature_verifies(author: &Author, signature: &[u8]) {
    let token = token_signed_with(author.alg, signature);
    let result = verify(&token, &author.keys(), JwsAlg::ALL);
    assert_eq!(result, Ok(()), "{author}: {signature:02x?}");
}

pub(crate) fn jwt_policy(algs: &[JwsAlg]) -> JwtPolicy {
    JwtPolicy::signed(algs).clock(BeforeExpiry).build().unwrap()
}

pub(crate) fn b64u(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

pub(crate) fn from_b64u(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

pub(crate) fn signing_input(header: &[u8], payload: &[u8]) -> String {
    format!("{}.{}", b64u(header), b64u(payload))
}

pub(crate) fn token_with(signing_input: &str, signature: &[u8]) -> String {
    format!("{signing_input}.{}", b64u(signature))
}

/// A token with an honest header and any octets as its signature.
pub(crate) fn token_signed_with(alg: JwsAlg, signature: &[u8]) -> String {
    token_with(&honest_input(alg), signature)
}

/// The signing input of a token with an honest header.
pub(crate) fn honest_input(alg: JwsAlg) -> String {
    let header = json!({ "alg": alg.name() }).to_string();
    signing_input(header.as_bytes(), CLAIMS)
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    fs::read(keys.join(name)).unwrap()
}

pub(crate) fn fixture_text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

pub(crate) fn private_fixture(stem: &str) -> KeyMaterial {
    KeyMaterial::from_pem(&fixture_text(&format!("{stem}.pkcs8.pem"))).unwrap()
}

/// One author for each type and curve of key that has files, with the stem of their names.
pub(crate) fn authors_with_files() -> Vec<(&'static str, Author)> {
    let stems = [
        ("rsa2048", JwsAlg::Rs256),
        ("rsa3072", JwsAlg::Ps384),
        ("p256", JwsAlg::Es256),
        ("p384", JwsAlg::Es384),
        ("p521", JwsAlg::Es512),
        ("secp256k1", JwsAlg::Es256K),
        ("ed25519", JwsAlg::Ed25519),
    ];
    registries()
        .into_iter()
        .flat_map(|(name, registry)| {
            stems.into_iter().filter(move |(_, alg)| registry.signature(*alg).is_some()).map(
                move |(stem, alg)| (stem, Author::of(private_fixture(stem), alg, name, &registry)),
            )
        })
        .collect()
}

#[derive(Clone, Copy)]
struct BeforeExpiry;

impl Clock for BeforeExpiry {
    fn now(&self) -> Result<NumericDate, ClockError> {
        NumericDate::from_secs(1_700_000_000).ok_or(ClockError)
    }
}
