//! The keys, made by josie.

use std::sync::LazyLock;

use josie::Curve;
use josie::DecryptionKey;
use josie::GenerateInput;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwsAlg;
use josie::KeyManagementMode;
use josie::KeyMaterial;
use josie::KeyType;
use josie::Password;
use josie::Registry;
use josie::RsaBits;
use josie::SigningKey;
use serde_json::Value;

const PASSWORD: &str = "made for the tests";

/// The one RSA key, bound to no algorithm.
static RSA: LazyLock<KeyMaterial> = LazyLock::new(|| {
    let key = SigningKey::generate_with(
        JwsAlg::Rs256,
        &GenerateInput::new(RsaBits::B2048),
        &Registry::aws_lc_rs(),
    );
    KeyMaterial::from_der(key.unwrap().material().to_pkcs8_der().unwrap().expose()).unwrap()
});

/// A key with the algorithm's name as its `kid`.
pub(crate) fn signing_key(alg: JwsAlg) -> SigningKey {
    let key = match alg.kty() {
        KeyType::Rsa => SigningKey::new(&RSA, alg, &Registry::aws_lc_rs()),
        _ => SigningKey::generate(alg),
    };
    key.unwrap().with_kid(alg.name())
}

/// The private or shared JWK of a key.
pub(crate) fn private_jwk(key: &SigningKey) -> Value {
    json(&key.material())
}

/// What verifies: the public JWK of a key, or its shared one.
pub(crate) fn verifying_jwk(key: &SigningKey) -> Value {
    match key.alg().kty() {
        KeyType::Oct => private_jwk(key),
        _ => serde_json::to_value(key.public_jwk().unwrap()).unwrap(),
    }
}

/// How an algorithm is used: with keys on which curve, if any.
pub(crate) type Recipient = (JweAlg, Option<Curve>);

/// Each algorithm, those that agree upon keys with each curve.
pub(crate) fn recipients() -> Vec<Recipient> {
    let curves = [Curve::P256, Curve::P384, Curve::P521, Curve::X25519].map(Some);
    let curves = |alg: JweAlg| match alg.kty() {
        KeyType::Ec => curves.to_vec(),
        _ => vec![None],
    };
    JweAlg::ALL.iter().flat_map(|alg| curves(*alg).into_iter().map(|crv| (*alg, crv))).collect()
}

/// A key with the algorithm's name as its `kid`.
pub(crate) fn decryption_key((alg, crv): Recipient, enc: JweEnc) -> DecryptionKey {
    let registry = Registry::aws_lc_rs();
    let key = match (alg, alg.kty(), crv) {
        (JweAlg::Dir, _, _) => DecryptionKey::generate_direct_with(enc, &registry),
        (_, KeyType::Rsa, _) => DecryptionKey::new(&RSA, alg, &registry),
        (_, _, Some(crv)) => {
            let input = GenerateInput::default().with_curve(crv);
            DecryptionKey::generate_with(alg, &input, &registry)
        }
        _ if is_password(alg) => {
            DecryptionKey::for_password(&Password::new(PASSWORD).unwrap(), alg, &registry)
        }
        _ => DecryptionKey::generate(alg),
    };
    key.unwrap().with_kid(alg.name())
}

/// The private or shared JWK of a key; of a password, it is the password's octets.
pub(crate) fn decrypting_jwk(key: &DecryptionKey) -> Value {
    if is_password(key.alg()) {
        return json(&KeyMaterial::oct(PASSWORD.as_bytes().to_vec()).with_kid(key.kid().unwrap()));
    }
    json(&key.material().unwrap())
}

/// What encrypts: the public JWK of a key, or its shared one.
pub(crate) fn encrypting_jwk(key: &DecryptionKey) -> Value {
    match key.alg().kty() {
        KeyType::Oct => decrypting_jwk(key),
        _ => serde_json::to_value(key.public_jwk().unwrap()).unwrap(),
    }
}

/// Whether the content encryption key is not encrypted, so that there is one recipient only.
pub(crate) fn is_direct(alg: JweAlg) -> bool {
    let direct = [KeyManagementMode::DirectEncryption, KeyManagementMode::DirectKeyAgreement];
    direct.contains(&alg.mode())
}

pub(crate) fn is_password(alg: JweAlg) -> bool {
    alg.min_iterations().is_some()
}

fn json(material: &KeyMaterial) -> Value {
    serde_json::from_str(material.to_private_jwk().unwrap().expose()).unwrap()
}
