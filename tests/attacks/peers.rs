//! Tokens made by hand: any octets as header and payload, correctly signed, so that only the attacked
//! property is wrong.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::ClaimReason;
use josie::Clock;
use josie::ClockError;
use josie::Error;
use josie::GenerateInput;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::JwtPolicyBuilder;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limits;
use josie::NumericDate;
use josie::Part;
use josie::Policy;
use josie::Registry;
use josie::SignInput;
use josie::Signer;
use josie::VerifyingKey;
use serde::de::DeserializeOwned;

use crate::common::registries;

/// What the clock of [`rules`] shows.
pub(crate) const NOW: u64 = 1_700_000_000;

/// An honest header, and honest claims an hour before they expire.
pub(crate) const HEADER: &str = r#"{"alg":"HS256"}"#;
pub(crate) const CLAIMS: &str = r#"{"sub":"alice","exp":1700003600}"#;

/// An honest JWK of 32 octets.
pub(crate) const JWK: &str = r#"{"kty":"oct","k":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#;

/// The parts of a compact JWS in their order.
pub(crate) const PARTS: [Part; 3] = [Part::Header, Part::Payload, Part::Signature];

/// The secret of [`secret_peers`].
pub(crate) const SECRET: [u8; 32] = [
    0xd1, 0x9c, 0x3e, 0x7b, 0xf0, 0x15, 0xa8, 0x62, 0xc4, 0x8d, 0x39, 0xe6, 0x5a, 0xb7, 0x0f, 0x91,
    0x2c, 0xd3, 0x84, 0x6e, 0xfb, 0x47, 0x1a, 0xe9, 0x73, 0xbd, 0x58, 0x06, 0xaf, 0xc2, 0x9d, 0x34,
];

/// A key of one registry that signs whatever it is given, and the set that verifies it.
pub(crate) struct Peer {
    pub(crate) registry: Registry,
    pub(crate) alg: JwsAlg,
    pub(crate) keys: KeySet<VerifyingKey>,
    signer: Box<dyn Signer>,
}

impl Peer {
    pub(crate) fn new(registry: Registry, alg: JwsAlg, material: &KeyMaterial) -> Self {
        let signer = registry.signature(alg).unwrap().signer(material).unwrap();
        let public = signer.public_half();
        let verifying = public.as_ref().unwrap_or(material);
        let key = VerifyingKey::new(verifying, alg, &registry).unwrap();
        Self { registry, alg, keys: KeySet::from(key), signer }
    }

    fn generate(registry: Registry, alg: JwsAlg) -> Self {
        let implementation = registry.signature(alg).unwrap();
        let material = implementation.generate(&GenerateInput::default()).unwrap();
        Self::new(registry, alg, &material)
    }

    /// The octets of the signature over `message`.
    pub(crate) fn signature(&self, message: &str) -> Vec<u8> {
        self.signer.sign(&SignInput::new(message.as_bytes())).unwrap()
    }

    /// `signing_input` as it stands, whatever it is, with its signature behind a dot.
    pub(crate) fn seal(&self, signing_input: &str) -> String {
        format!("{signing_input}.{}", b64u(self.signature(signing_input)))
    }

    /// A token of any octets as header and payload.
    pub(crate) fn token(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        self.seal(&format!("{}.{}", b64u(header), b64u(payload)))
    }

    /// The token with one part as `respell` spells it, signed as it then stands.
    pub(crate) fn respelt(
        &self,
        token: &str,
        part: Part,
        respell: impl Fn(&str) -> String,
    ) -> String {
        let parts: Vec<&str> = token.split('.').collect();
        match part {
            Part::Header => self.seal(&format!("{}.{}", respell(parts[0]), parts[1])),
            Part::Payload => self.seal(&format!("{}.{}", parts[0], respell(parts[1]))),
            _ => format!("{}.{}.{}", parts[0], parts[1], respell(parts[2])),
        }
    }

    /// An honest token of this key's algorithm.
    pub(crate) fn honest(&self) -> String {
        self.token(self.header(), CLAIMS)
    }

    /// An honest header of this key's algorithm.
    pub(crate) fn header(&self) -> String {
        format!(r#"{{"alg":"{}"}}"#, self.alg)
    }

    /// Verifies as a JWT under nothing but the clock.
    pub(crate) fn verify(&self, token: &str) -> Result<Jwt, Error> {
        self.verify_by(token, rules_for(self.alg))
    }

    /// Verifies as a JWT by these rules.
    pub(crate) fn verify_by(&self, token: &str, rules: JwtPolicyBuilder) -> Result<Jwt, Error> {
        Jwt::verify(token, &self.keys, &policy(rules))
    }

    /// Verifies as a JWT whose custom claims are a `T`.
    pub(crate) fn verify_as<T: DeserializeOwned>(&self, payload: &str) -> Result<Jwt<T>, Error> {
        Jwt::verify(&self.token(HEADER, payload), &self.keys, &policy(rules_for(self.alg)))
    }

    /// Verifies claims under an honest header by these rules.
    pub(crate) fn claims_by(&self, payload: &str, rules: JwtPolicyBuilder) -> Result<Jwt, Error> {
        self.verify_by(&self.token(HEADER, payload), rules)
    }

    /// Why claims under this header are refused.
    pub(crate) fn header_error(&self, header: impl AsRef<[u8]>) -> Error {
        self.verify(&self.token(header, CLAIMS)).unwrap_err()
    }

    /// Why these claims are refused under an honest header.
    pub(crate) fn claims_error(&self, claims: impl AsRef<[u8]>) -> Error {
        self.verify(&self.token(HEADER, claims)).unwrap_err()
    }

    /// Verifies as a JWS, whose payload is any octets.
    pub(crate) fn verify_jws(&self, token: &str) -> Result<Jws, Error> {
        let policy = Policy::signed(&[self.alg]).build().unwrap();
        Jws::verify(token, &self.keys, &policy)
    }
}

/// An HS256 key in every registry.
pub(crate) fn secret_peers() -> Vec<Peer> {
    let material = KeyMaterial::oct(SECRET.to_vec());
    registries()
        .into_iter()
        .map(|(_, registry)| Peer::new(registry, JwsAlg::Hs256, &material))
        .collect()
}

/// One key of every family in every registry.
pub(crate) fn family_peers() -> Vec<Peer> {
    let rsa = KeyMaterial::from_der(&key_file("rsa2048.pkcs8.der")).unwrap();
    let mut peers = secret_peers();
    for (_, registry) in registries() {
        peers.push(Peer::new(registry, JwsAlg::Rs256, &rsa));
        peers.push(Peer::generate(registry, JwsAlg::Es256));
        peers.push(Peer::generate(registry, JwsAlg::Ed25519));
    }
    peers
}

/// Rules for HS256 that ask for nothing beside the defaults, at [`NOW`].
pub(crate) fn rules() -> JwtPolicyBuilder {
    rules_for(JwsAlg::Hs256)
}

pub(crate) fn rules_for(alg: JwsAlg) -> JwtPolicyBuilder {
    JwtPolicy::signed(&[alg]).clock(At(NOW))
}

pub(crate) fn policy(rules: JwtPolicyBuilder) -> JwtPolicy {
    rules.build().unwrap()
}

/// Limits under which no token or header of these tests is too long; depth and `kid` stay.
pub(crate) fn wide() -> Limits {
    Limits::default().with_token_bytes(usize::MAX).with_header_bytes(usize::MAX)
}

/// A clock that stands still.
pub(crate) struct At(pub(crate) u64);

impl Clock for At {
    fn now(&self) -> Result<NumericDate, ClockError> {
        NumericDate::from_secs(self.0).ok_or(ClockError)
    }
}

pub(crate) fn claim(name: &'static str, reason: ClaimReason) -> Error {
    Error::Claim { name: name.into(), reason }
}

pub(crate) fn b64u(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// `members` behind those of an honest header, claims set or JWK.
pub(crate) fn with_members(object: &str, members: &str) -> String {
    format!("{},{members}}}", object.strip_suffix('}').unwrap())
}

/// A JSON text with spaces behind it, `len` bytes in all.
pub(crate) fn padded(text: &str, len: usize) -> String {
    text.to_owned() + &" ".repeat(len - text.len())
}

/// A key document of `tests/data/keys`.
pub(crate) fn key_file(name: &str) -> Vec<u8> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    fs::read(directory.join(name)).unwrap()
}

/// Runs `test` with `kib` KiB of stack, so that recursion over what it is given would overflow.
pub(crate) fn on_small_stack(kib: usize, test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(kib * 1024).spawn(test).unwrap().join().unwrap();
}
