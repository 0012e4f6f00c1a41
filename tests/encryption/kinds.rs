//! The kinds of keys that exist, one of each, and what a registry has.

use std::fs;
use std::path::PathBuf;

use josie::JweAlg;
use josie::JweEnc;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::KeyType;
use josie::Registry;

/// A kind of key material. The private keys of two halves have both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A secret of so many bytes.
    Secret(usize),
    /// The fixture with this name.
    Private(&'static str),
    /// The public half of the fixture with this name.
    Public(&'static str),
}

pub(crate) const FIXTURES: [&str; 7] =
    ["rsa2048", "p256", "p384", "p521", "secp256k1", "ed25519", "x25519"];

/// Every kind there is.
pub(crate) fn all() -> Vec<Kind> {
    let secrets = [16, 24, 32, 48, 64].map(Kind::Secret);
    let private = FIXTURES.map(Kind::Private);
    let public = FIXTURES.map(Kind::Public);
    secrets.into_iter().chain(private).chain(public).collect()
}

impl Kind {
    pub(crate) fn material(self) -> KeyMaterial {
        match self {
            Self::Secret(len) => KeyMaterial::oct(secret(len)),
            Self::Public(name) => pem(name, "spki"),
            Self::Private(name) => with_public_half(pem(name, "pkcs8"), name),
        }
    }
}

/// The private half of a key, and the material that senders have: the public half, or the same secret.
pub(crate) struct Pair {
    pub(crate) own: KeyMaterial,
    pub(crate) peer: KeyMaterial,
}

impl Pair {
    /// A key for each choice that `alg` leaves: one, or one for each curve. None for `dir` and for passwords.
    pub(crate) fn for_alg(alg: JweAlg) -> Vec<Self> {
        let names: &[&'static str] = match alg.name() {
            "A128KW" | "A128GCMKW" => return vec![Self::shared(16)],
            "A192KW" | "A192GCMKW" => return vec![Self::shared(24)],
            "A256KW" | "A256GCMKW" => return vec![Self::shared(32)],
            name if name.starts_with("RSA-OAEP") => &["rsa2048"],
            name if name.starts_with("ECDH-ES") => &["p256", "p384", "p521", "x25519"],
            _ => &[],
        };
        let halves = names.iter().map(|name| (Kind::Private(name), Kind::Public(name)));
        halves.map(|(own, peer)| Self { own: own.material(), peer: peer.material() }).collect()
    }

    pub(crate) fn shared(len: usize) -> Self {
        Self { own: KeyMaterial::oct(secret(len)), peer: KeyMaterial::oct(secret(len)) }
    }
}

/// What each registry does not have (RFC 7518 in full, but for these).
pub(crate) fn lacks_alg(registry: &str, alg: JweAlg) -> bool {
    let lacking = [
        "A192GCMKW",
        "RSA-OAEP",
        "RSA-OAEP-256",
        "RSA-OAEP-384",
        "RSA-OAEP-512",
        "ECDH-ES",
        "ECDH-ES+A128KW",
        "ECDH-ES+A192KW",
        "ECDH-ES+A256KW",
    ];
    registry == "ring" && lacking.contains(&alg.name())
}

/// The same of content encryption.
pub(crate) fn lacks_enc(registry: &str, enc: JweEnc) -> bool {
    let lacking = ["A192GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"];
    registry == "ring" && lacking.contains(&enc.name())
}

/// The content encryption algorithms that a registry has.
pub(crate) fn encs(registry: &Registry) -> Vec<JweEnc> {
    let encs = JweEnc::ALL.iter().copied();
    encs.filter(|enc| registry.content_encryption(*enc).is_some()).collect()
}

/// Octets that look like nothing else, the same for everybody.
pub(crate) fn secret(len: usize) -> Vec<u8> {
    (0_u8..).map(|octet| octet.wrapping_mul(89).wrapping_add(0xa7)).take(len).collect()
}

fn pem(name: &str, format: &str) -> KeyMaterial {
    KeyMaterial::from_pem(&fixture_text(name, format)).unwrap()
}

/// The PEM text of a fixture; `format` is `pkcs8` or `spki`.
pub(crate) fn fixture_text(name: &str, format: &str) -> String {
    fs::read_to_string(fixture_path(&format!("{name}.{format}.pem"))).unwrap()
}

pub(crate) fn fixture_path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys").join(file)
}

/// The first version of PKCS#8 carries no public half (RFC 8410 section 7).
fn with_public_half(private: KeyMaterial, name: &str) -> KeyMaterial {
    if private.kty() != KeyType::Okp || private.public_half().is_some() {
        return private;
    }
    let public = pem(name, "spki");
    match (private.params(), public.params()) {
        (KeyParams::Okp(private), KeyParams::Okp(public)) => {
            let x = public.x().map(<[u8]>::to_vec);
            KeyMaterial::okp(private.crv(), x, private.d().cloned()).unwrap()
        }
        _ => panic!("{name} is two different keys"),
    }
}
