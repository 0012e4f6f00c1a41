//! Encrypted tokens made by hand: any header, key, initialization vector and content, correctly encrypted, so that
//! only the attacked property is wrong.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::ContentInput;
use josie::DecryptionKey;
use josie::EncryptKeyInput;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyManagementHeader;
use josie::KeyManagementMode;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::KeySet;
use josie::Password;
use josie::Policy;
use josie::Registry;
use josie::SecretBytes;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;

/// The content of honest tokens.
pub(crate) const PLAINTEXT: &[u8] = b"the quick brown fox jumps over the lazy dog";

/// The password of the PBES2 sealers.
pub(crate) const PASSWORD: &str = "made for the tests, known to everybody";

/// The iterations of the PBES2 sealers: the fewest that the default limits let be read.
pub(crate) const ITERATIONS: u32 = 1000;

/// Somebody who can make any token for a key: they know the public key or the shared secret.
#[derive(Clone)]
pub(crate) struct Sealer {
    /// The name of the registry.
    pub(crate) name: &'static str,
    pub(crate) registry: Registry,
    pub(crate) alg: JweAlg,
    pub(crate) enc: JweEnc,
    /// The private or shared key; for PBES2 the octets of [`PASSWORD`].
    pub(crate) material: KeyMaterial,
}

impl Sealer {
    /// The key that the recipient has.
    pub(crate) fn key(&self) -> DecryptionKey {
        match self.alg.mode() {
            KeyManagementMode::DirectEncryption => {
                DecryptionKey::direct(&self.material, self.enc, &self.registry).unwrap()
            }
            _ if self.alg.min_iterations().is_some() => {
                let password = Password::new(PASSWORD).unwrap();
                DecryptionKey::for_password(&password, self.alg, &self.registry).unwrap()
            }
            _ => DecryptionKey::new(&self.material, self.alg, &self.registry).unwrap(),
        }
    }

    /// The key that honest senders have.
    pub(crate) fn encryption_key(&self) -> EncryptionKey {
        self.key().encryption_key(self.enc).unwrap()
    }

    /// A policy that allows this `alg` and this `enc` and nothing else.
    pub(crate) fn policy(&self) -> Policy {
        Policy::encrypted(&[self.alg], &[self.enc]).build().unwrap()
    }

    pub(crate) fn decrypt(&self, token: &str) -> Result<Jwe, Error> {
        Jwe::decrypt(token, &KeySet::from(self.key()), &self.policy())
    }

    /// The error of a token that must not decrypt.
    pub(crate) fn error(&self, token: &str) -> Error {
        self.decrypt(token).unwrap_err()
    }

    /// A token that josie itself makes. Slow for PBES2, which has many iterations then.
    pub(crate) fn honest(&self) -> String {
        Jwe::encrypt(PLAINTEXT, &Header::new(), &self.encryption_key()).unwrap()
    }

    /// An honest token in the making, with a random content encryption key.
    pub(crate) fn draft(&self) -> Draft {
        let cek = random(&self.registry, self.enc.key_len());
        self.draft_with_cek(cek)
    }

    /// A token in the making with a given content encryption key, whatever its length. For `dir` and ECDH-ES, which
    /// do not take one, the key is what it is.
    pub(crate) fn draft_with_cek(&self, cek: Vec<u8>) -> Draft {
        let mut header = Map::new();
        header.insert("alg".to_owned(), json!(self.alg.name()));
        header.insert("enc".to_owned(), json!(self.enc.name()));
        let (encrypted_key, cek) = self.encrypt_cek(SecretBytes::new(cek), &mut header);
        Draft {
            registry: self.registry,
            enc: self.enc,
            header: Value::Object(header).to_string(),
            encrypted_key,
            cek,
            iv: random(&self.registry, self.enc.iv_len()),
            plaintext: PLAINTEXT.to_vec(),
        }
    }

    /// Encrypts a content encryption key and puts what belongs to it into `header`.
    fn encrypt_cek(
        &self,
        cek: SecretBytes,
        header: &mut Map<String, Value>,
    ) -> (Vec<u8>, SecretBytes) {
        if self.alg == JweAlg::Dir {
            let KeyParams::Oct(oct) = self.material.params() else { panic!("not oct") };
            return (Vec::new(), oct.k().clone());
        }
        let public = self.material.public_half().unwrap_or_else(|| self.material.clone());
        let encryptor = self.registry.key_management(self.alg).unwrap().encryptor(&public).unwrap();
        let input =
            EncryptKeyInput::new(self.enc, self.registry.random).with_iterations(ITERATIONS);
        let input = match self.alg.mode() {
            KeyManagementMode::DirectKeyAgreement => input,
            _ => input.with_cek(&cek),
        };
        let encrypted = encryptor.encrypt_key(&input).unwrap();
        write_management(&encrypted.header, header);
        (encrypted.encrypted_key, encrypted.agreed_cek.unwrap_or_else(|| cek.clone()))
    }
}

/// All that a token is made of, to be changed before it is sealed.
#[derive(Clone)]
pub(crate) struct Draft {
    registry: Registry,
    pub(crate) enc: JweEnc,
    /// The JSON of the protected header.
    pub(crate) header: String,
    pub(crate) encrypted_key: Vec<u8>,
    /// The content encryption key, of which the cipher takes exactly the right length.
    pub(crate) cek: SecretBytes,
    pub(crate) iv: Vec<u8>,
    pub(crate) plaintext: Vec<u8>,
}

impl Draft {
    /// The header with one more member, or another value for one that it has.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        let mut header: Map<String, Value> = serde_json::from_str(&self.header).unwrap();
        header.insert(name.to_owned(), value);
        self.header = Value::Object(header).to_string();
        self
    }

    /// The header without a member.
    pub(crate) fn without(mut self, name: &str) -> Self {
        let mut header: Map<String, Value> = serde_json::from_str(&self.header).unwrap();
        header.remove(name).unwrap();
        self.header = Value::Object(header).to_string();
        self
    }

    /// A member of the header.
    pub(crate) fn member(&self, name: &str) -> Value {
        let header: Map<String, Value> = serde_json::from_str(&self.header).unwrap();
        header.get(name).unwrap().clone()
    }

    pub(crate) fn plaintext(self, plaintext: impl Into<Vec<u8>>) -> Self {
        Self { plaintext: plaintext.into(), ..self }
    }

    /// Encrypts the content under the header as it is now.
    pub(crate) fn seal(&self) -> Token {
        let header = b64u(&self.header);
        let content = self.registry.content_encryption(self.enc).unwrap();
        let cipher = content.cipher(&self.cek).unwrap();
        let mut sealed = Vec::with_capacity(self.plaintext.len() + 64);
        sealed.extend_from_slice(&self.plaintext);
        cipher.seal(&ContentInput::new(&self.iv, header.as_bytes()), &mut sealed).unwrap();
        let tag = sealed.split_off(sealed.len() - self.enc.tag_len());
        Token {
            header,
            encrypted_key: self.encrypted_key.clone(),
            iv: self.iv.clone(),
            ciphertext: sealed,
            tag,
        }
    }

    /// The compact form.
    pub(crate) fn compact(&self) -> String {
        self.seal().compact()
    }
}

/// The parts of a sealed token, to be changed before they are written.
#[derive(Clone)]
pub(crate) struct Token {
    /// The header, encoded.
    pub(crate) header: String,
    pub(crate) encrypted_key: Vec<u8>,
    pub(crate) iv: Vec<u8>,
    pub(crate) ciphertext: Vec<u8>,
    pub(crate) tag: Vec<u8>,
}

impl Token {
    pub(crate) fn compact(&self) -> String {
        let parts = [&self.encrypted_key, &self.iv, &self.ciphertext, &self.tag].map(b64u);
        format!("{}.{}", self.header, parts.join("."))
    }
}

/// One sealer for every key management algorithm of every registry, with AES-GCM, and one with CBC where there is
/// one; ECDH-ES on every curve.
pub(crate) fn sealers() -> Vec<Sealer> {
    let mut sealers = Vec::new();
    for (name, registry) in registries() {
        for alg in JweAlg::ALL.iter().copied() {
            let materials: Vec<KeyMaterial> = match alg {
                JweAlg::Dir => vec![KeyMaterial::oct(random(&registry, 16))],
                _ if registry.key_management(alg).is_none() => continue,
                JweAlg::Pbes2Hs256A128Kw | JweAlg::Pbes2Hs384A192Kw | JweAlg::Pbes2Hs512A256Kw => {
                    vec![KeyMaterial::oct(PASSWORD.as_bytes().to_vec())]
                }
                JweAlg::RsaOaep | JweAlg::RsaOaep256 | JweAlg::RsaOaep384 | JweAlg::RsaOaep512 => {
                    vec![fixture("rsa2048")]
                }
                JweAlg::EcdhEs
                | JweAlg::EcdhEsA128Kw
                | JweAlg::EcdhEsA192Kw
                | JweAlg::EcdhEsA256Kw => ["p256", "p384", "p521", "x25519"].map(agreeing).into(),
                _ => vec![KeyMaterial::oct(random(&registry, alg.kek_len().unwrap()))],
            };
            for material in materials {
                sealers.push(Sealer { name, registry, alg, enc: JweEnc::A128Gcm, material });
            }
        }
        if registry.content_encryption(JweEnc::A128CbcHs256).is_some() {
            let material = KeyMaterial::oct(random(&registry, 32));
            sealers.push(Sealer {
                name,
                registry,
                alg: JweAlg::Dir,
                enc: JweEnc::A128CbcHs256,
                material,
            });
        }
    }
    sealers
}

/// The sealers of these algorithms. Not every registry has all of them; some registry must.
pub(crate) fn sealers_with(algs: &[JweAlg]) -> Vec<Sealer> {
    sealers().into_iter().filter(|sealer| algs.contains(&sealer.alg)).collect()
}

/// A private key made for the tests.
pub(crate) fn fixture(name: &str) -> KeyMaterial {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    let text = fs::read_to_string(path.join(format!("{name}.pkcs8.pem"))).unwrap();
    KeyMaterial::from_pem(&text).unwrap()
}

/// A private key made for the tests, with its public half, which the document of some does not have.
fn agreeing(name: &str) -> KeyMaterial {
    let private = fixture(name);
    if private.public_half().is_some() {
        return private;
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    let text = fs::read_to_string(path.join(format!("{name}.spki.pem"))).unwrap();
    let public = KeyMaterial::from_pem(&text).unwrap();
    match (private.params(), public.params()) {
        (KeyParams::Okp(private), KeyParams::Okp(public)) => {
            KeyMaterial::okp(private.crv(), public.x().map(<[u8]>::to_vec), private.d().cloned())
                .unwrap()
        }
        _ => panic!("{name} has no public half"),
    }
}

pub(crate) fn random(registry: &Registry, len: usize) -> Vec<u8> {
    let mut octets = vec![0; len];
    registry.random.fill(&mut octets).unwrap();
    octets
}

pub(crate) fn b64u(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// Writes what a key management algorithm returns into a header.
fn write_management(management: &KeyManagementHeader, header: &mut Map<String, Value>) {
    if let Some(epk) = &management.epk {
        header.insert("epk".to_owned(), public_jwk(epk));
    }
    for (name, octets) in [
        ("apu", &management.apu),
        ("apv", &management.apv),
        ("iv", &management.iv),
        ("tag", &management.tag),
        ("p2s", &management.p2s),
    ] {
        if let Some(octets) = octets {
            header.insert(name.to_owned(), json!(b64u(octets)));
        }
    }
    if let Some(count) = management.p2c {
        header.insert("p2c".to_owned(), json!(count));
    }
}

/// A public key for ECDH-ES as a JWK.
pub(crate) fn public_jwk(material: &KeyMaterial) -> Value {
    match material.params() {
        KeyParams::Ec(ec) => {
            let (x, y) = ec.public().unwrap();
            json!({"kty": "EC", "crv": ec.crv().name(), "x": b64u(x), "y": b64u(y)})
        }
        KeyParams::Okp(okp) => {
            json!({"kty": "OKP", "crv": okp.crv().name(), "x": b64u(okp.x().unwrap())})
        }
        _ => panic!("not for ECDH-ES"),
    }
}

#[test]
fn every_draft_is_an_honest_token_before_it_is_changed() {
    for sealer in sealers() {
        let token = sealer.draft().compact();
        let jwe = sealer.decrypt(&token);
        assert_eq!(jwe.unwrap().plaintext(), PLAINTEXT, "{} on {}", sealer.alg, sealer.name);
    }
}
