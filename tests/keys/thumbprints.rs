//! Thumbprints (RFC 7638), and keys that are named by them.

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use josie::Curve;
use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Error;
use josie::HashAlg;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Password;
use josie::Policy;
use josie::PublicJwk;
use josie::Registry;
use josie::SecretBytes;
use josie::SigningKey;
use josie::Thumbprint;
use josie::VerifyingKey;
use proptest::prelude::*;
use sha2::Digest;
use sha2::Sha256;
use sha2::Sha384;
use sha2::Sha512;

use crate::Json;
use crate::b64u;
use crate::octets;
use crate::registries;

pub(crate) const KEYS: [&str; 8] =
    ["rsa2048", "rsa3072", "p256", "p384", "p521", "secp256k1", "ed25519", "x25519"];

/// One key of each type, and an algorithm that it signs with.
const SIGNING: [(&str, JwsAlg); 4] = [
    ("rsa2048", JwsAlg::Ps256),
    ("p256", JwsAlg::Es256),
    ("ed25519", JwsAlg::Ed25519),
    ("secret", JwsAlg::Hs256),
];

/// One key of each type, and an algorithm that it decrypts with.
const DECRYPTING: [(&str, JweAlg); 4] = [
    ("rsa2048", JweAlg::RsaOaep256),
    ("p256", JweAlg::EcdhEs),
    ("x25519", JweAlg::EcdhEs),
    ("secret", JweAlg::A128Kw),
];

/// The private key of this name, or a secret of 64 or 16 octets.
fn private(name: &str, secret_len: usize) -> Json {
    match name {
        "secret" => Json::secret().with_octets("k", &vec![7; secret_len]),
        _ => Json::private(name),
    }
}

fn public(name: &str, secret_len: usize) -> Json {
    if name == "secret" { private(name, secret_len) } else { Json::public(name) }
}

/// RFC 7638 section 3, written again: the members that are required, in the order of their names.
fn canonical(jwk: &Json) -> String {
    let required: &[&str] = match jwk.0["kty"].as_str().unwrap() {
        "RSA" => &["e", "kty", "n"],
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        _ => &["k", "kty"],
    };
    let members: BTreeMap<_, _> = required.iter().map(|name| (*name, &jwk.0[*name])).collect();
    serde_json::to_string(&members).unwrap()
}

fn digest(hash: HashAlg, text: &str) -> Vec<u8> {
    match hash {
        HashAlg::Sha256 => Sha256::digest(text).to_vec(),
        HashAlg::Sha384 => Sha384::digest(text).to_vec(),
        HashAlg::Sha512 => Sha512::digest(text).to_vec(),
        other => panic!("{other}"),
    }
}

/// The thumbprint with SHA-256 in base64url, from the test's own computation.
fn expected(jwk: &Json) -> String {
    b64u(&digest(HashAlg::Sha256, &canonical(jwk)))
}

#[track_caller]
fn assert_independent(material: &KeyMaterial, jwk: &Json) {
    for hash in HashAlg::ALL.iter().copied() {
        let thumbprint = material.thumbprint(hash).unwrap();

        let digest = digest(hash, &canonical(jwk));
        assert_eq!(thumbprint.digest(), digest);
        assert_eq!(thumbprint.to_string(), b64u(&digest));
        assert_eq!((thumbprint.hash(), digest.len()), (hash, hash.digest_len()));
    }
}

#[test]
fn thumbprint_of_a_private_key_is_that_of_its_public_half() {
    for name in KEYS {
        let (private, public) = (Json::private(name), Json::public(name));

        assert_independent(private.parse().unwrap().material(), &public);
        assert_independent(public.parse().unwrap().material(), &public);

        let own = expected(&public);
        let half = private.parse().unwrap().to_public().unwrap();
        assert_eq!(half.thumbprint(HashAlg::Sha256).unwrap().to_string(), own, "{name}");
        let read: PublicJwk = serde_json::from_value(public.0).unwrap();
        assert_eq!(read.thumbprint(HashAlg::Sha256), half.thumbprint(HashAlg::Sha256), "{name}");
    }
    assert_independent(Json::secret().parse().unwrap().material(), &Json::secret());
}

#[test]
fn thumbprint_is_the_same_in_every_format() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    for name in KEYS {
        for format in ["spki", "pkcs8"] {
            let path = directory.join(format!("{name}.{format}.der"));
            let material = KeyMaterial::from_der(&fs::read(path).unwrap()).unwrap();
            let pem = fs::read_to_string(directory.join(format!("{name}.{format}.pem"))).unwrap();
            let from_pem = KeyMaterial::from_pem(&pem).unwrap();

            let thumbprints = [&material, &from_pem].map(|key| key.thumbprint(HashAlg::Sha256));

            // RFC 8410 section 7: the first version of PKCS#8 has no public half.
            let is_without = format == "pkcs8" && name.ends_with("25519");
            for thumbprint in thumbprints {
                match thumbprint {
                    Err(error) if is_without => assert_eq!(error, KeyError::PublicHalfMissing),
                    found => assert_eq!(found.unwrap().to_string(), expected(&Json::public(name))),
                }
            }
        }
    }
}

#[test]
fn key_without_its_public_half_has_a_thumbprint_once_it_is_bound() {
    for (registry_name, registry) in registries() {
        let d = SecretBytes::new(Json::private("ed25519").octets("d"));
        let alone = KeyMaterial::okp(Curve::Ed25519, None, Some(d)).unwrap();
        assert_eq!(alone.thumbprint(HashAlg::Sha256), Err(KeyError::PublicHalfMissing));

        let key = SigningKey::new(&alone, JwsAlg::Ed25519, &registry).unwrap();

        let own = expected(&Json::public("ed25519"));
        let thumbprint = key.material().thumbprint(HashAlg::Sha256).unwrap();
        assert_eq!(thumbprint.to_string(), own, "{registry_name}");
        assert_eq!(key.with_thumbprint_kid().unwrap().kid(), Some(own.as_str()));
    }
}

#[test]
fn signing_keys_of_every_type_are_named_by_their_thumbprint() {
    for (registry_name, registry) in registries() {
        for (name, alg) in SIGNING {
            let context = format!("{name} on {registry_name}");
            let own = expected(&public(name, 64));
            let signing = private(name, 64).with("kid", "another").signing(alg, &registry).unwrap();
            let verifying = public(name, 64).verifying(alg, &registry).unwrap();
            assert_eq!((signing.kid(), verifying.kid()), (Some("another"), None), "{context}");

            let signing = signing.with_thumbprint_kid().unwrap();
            let verifying = verifying.with_thumbprint_kid().unwrap();

            assert_eq!(signing.kid(), Some(own.as_str()), "{context}");
            assert_eq!(verifying.kid(), Some(own.as_str()), "{context}");
            assert_eq!(signing.verifying_key().kid(), Some(own.as_str()), "{context}");
            let thumbprints = [signing.material(), verifying.material()]
                .map(|material| material.thumbprint(HashAlg::Sha256).unwrap().to_string());
            assert_eq!(thumbprints, [own.clone(), own.clone()], "{context}");
            let token = Jws::sign(b"payload", &Header::new(), &signing).unwrap();
            let policy = Policy::signed(&[alg]).build().unwrap();
            let jws = Jws::verify(&token, &KeySet::from(verifying), &policy).unwrap();
            assert_eq!(jws.kid(), Some(own.as_str()), "{context}");
            let stranger = signing.verifying_key().with_kid("another");
            let error = Jws::verify(&token, &KeySet::from(stranger), &policy).unwrap_err();
            assert_eq!(error, Error::UnknownKey, "{context}");
        }
    }
}

#[test]
fn decryption_keys_of_every_type_are_named_by_their_thumbprint() {
    let enc = JweEnc::A128Gcm;
    for (registry_name, registry) in registries() {
        for (name, alg) in DECRYPTING {
            let context = format!("{name} on {registry_name}");
            let own = expected(&public(name, 16));
            let (private, public) = (private(name, 16).parse(), public(name, 16).parse());
            let key = DecryptionKey::new(private.unwrap().material(), alg, &registry);
            let (key, sender) = match key {
                // ring neither encrypts with RSA nor agrees with static keys.
                Err(error) if registry_name == "ring" && name != "secret" => {
                    assert_eq!(error.code(), "key_unsupported", "{context}");
                    continue;
                }
                key => (key.unwrap(), public.unwrap()),
            };
            let sender = EncryptionKey::new(sender.material(), alg, enc, &registry).unwrap();

            let key = key.with_kid("another").with_thumbprint_kid().unwrap();
            let sender = sender.with_thumbprint_kid().unwrap();

            assert_eq!(key.kid(), Some(own.as_str()), "{context}");
            assert_eq!(sender.kid(), Some(own.as_str()), "{context}");
            let thumbprints = [key.material(), sender.material()]
                .map(|material| material.unwrap().thumbprint(HashAlg::Sha256).unwrap());
            assert_eq!(thumbprints.map(|found| found.to_string()), [own.clone(), own.clone()]);
            let token = Jwe::encrypt(b"plaintext", &Header::new(), &sender).unwrap();
            let policy = Policy::encrypted(&[alg], &[enc]).build().unwrap();
            let jwe = Jwe::decrypt(&token, &KeySet::from(key), &policy).unwrap();
            assert_eq!(jwe.kid(), Some(own.as_str()), "{context}");
        }
    }
}

#[test]
fn password_has_no_thumbprint_to_be_named_by() {
    let (alg, enc) = (JweAlg::Pbes2Hs256A128Kw, JweEnc::A128Gcm);
    for (name, registry) in registries() {
        let password = Password::new("correct horse battery staple").unwrap();
        let own = DecryptionKey::for_password(&password, alg, &registry).unwrap();
        let sender = EncryptionKey::for_password(&password, alg, enc, &registry).unwrap();

        let errors = [
            own.clone().with_thumbprint_kid().unwrap_err(),
            sender.clone().with_thumbprint_kid().unwrap_err(),
        ];

        assert_eq!(errors, [KeyError::NoKeyMaterial, KeyError::NoKeyMaterial], "{name}");
        assert_eq!(own.with_kid("a").kid(), Some("a"), "{name}");
        assert_eq!(sender.with_kid("a").kid(), Some("a"), "{name}");
        assert!(direct(&registry).with_thumbprint_kid().is_ok(), "{name}");
    }
}

fn direct(registry: &Registry) -> DecryptionKey {
    DecryptionKey::direct(&KeyMaterial::oct(vec![7; 16]), JweEnc::A128Gcm, registry).unwrap()
}

#[test]
fn generated_keys_of_both_roles_have_one_thumbprint() {
    for (name, registry) in registries() {
        for alg in [JwsAlg::Es256, JwsAlg::Ed25519, JwsAlg::Hs256] {
            let algorithm = registry.signature(alg).unwrap();
            let material = algorithm.generate(&josie::GenerateInput::default()).unwrap();
            let key = SigningKey::new(&material, alg, &registry).unwrap();
            let verifying: VerifyingKey = key.verifying_key();

            let own = key.with_thumbprint_kid().unwrap();
            let half = verifying.with_thumbprint_kid().unwrap();

            assert_eq!(own.kid(), half.kid(), "{alg} on {name}");
            let text = own.kid().unwrap();
            assert!(Thumbprint::parse(HashAlg::Sha256, text).is_some(), "{alg} on {name}");
        }
    }
}

/// As in the registry of named information, RFC 6920 section 9.4, which RFC 9278 section 3 takes them from.
#[test]
fn hash_functions_have_their_registered_names() {
    let names: Vec<_> = HashAlg::ALL.iter().map(|hash| hash.name()).collect();

    assert_eq!(names, ["sha-256", "sha-384", "sha-512"]);
    let again: Vec<_> = names.iter().filter_map(|name| HashAlg::from_name(name)).collect();
    assert_eq!(again, HashAlg::ALL);
}

#[test]
fn thumbprints_are_told_apart_by_key_and_by_hash() {
    let thumbprints: HashSet<Thumbprint> = KEYS
        .iter()
        .map(|name| Json::public(name).parse().unwrap())
        .flat_map(|jwk| HashAlg::ALL.iter().map(move |hash| jwk.thumbprint(*hash).unwrap()))
        .collect();

    assert_eq!(thumbprints.len(), KEYS.len() * HashAlg::ALL.len());
    let again = Json::private("p256").parse().unwrap().thumbprint(HashAlg::Sha256).unwrap();
    assert!(thumbprints.contains(&again));
}

proptest! {
    #[test]
    fn thumbprint_of_any_values_is_the_hash_of_the_required_members(
        secret: Vec<u8>,
        octets in prop::collection::vec(1_u8.., 32),
        e in prop::collection::vec(1_u8.., 1..5),
    ) {
        let json = |kty: &str| Json(serde_json::json!({"kty": kty}));
        let x = octets.clone();

        assert_independent(
            &KeyMaterial::oct(secret.clone()),
            &json("oct").with_octets("k", &secret),
        );
        assert_independent(
            &KeyMaterial::rsa_public(&octets, &e).unwrap(),
            &json("RSA").with_octets("n", &octets).with_octets("e", &e),
        );
        assert_independent(
            &KeyMaterial::ec(Curve::P256, Some((x.clone(), x.clone())), None).unwrap(),
            &json("EC").with("crv", "P-256").with_octets("x", &x).with_octets("y", &x),
        );
        // Small orders are refused, and are not found by chance.
        assert_independent(
            &KeyMaterial::okp(Curve::X25519, Some(x.clone()), None).unwrap(),
            &json("OKP").with("crv", "X25519").with_octets("x", &x),
        );
    }
}

#[test]
fn thumbprint_of_rfc_8037_appendix_a_3_is_reached_from_the_private_key_of_a_1() {
    let d = octets("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    for (name, registry) in registries() {
        let alone = KeyMaterial::okp(Curve::Ed25519, None, Some(d.clone().into())).unwrap();

        let key = SigningKey::new(&alone, JwsAlg::EdDsa, &registry).unwrap();

        let kid = key.with_thumbprint_kid().unwrap().kid().map(str::to_owned);
        assert_eq!(kid.as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"), "{name}");
    }
}
