//! What is written of keys: nothing private, unless a method is called that says so.

use josie::DecryptionKey;
use josie::HashAlg;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwkSet;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::PublicJwk;
use josie::PublicJwkSet;
use josie::SigningKey;
use josie::Thumbprint;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::documents::Document;
use crate::documents::SECRET_MEMBERS;
use crate::documents::b64u;
use crate::documents::octets;
use crate::doors::Wanted;

/// Key pairs, each with what it signs or decrypts.
const PAIRS: [(&str, Wanted); 7] = [
    ("rsa2048", Wanted::Sign(JwsAlg::Ps256)),
    ("rsa2048", Wanted::Decrypt(JweAlg::RsaOaep)),
    ("p256", Wanted::Sign(JwsAlg::Es256)),
    ("p384", Wanted::Decrypt(JweAlg::EcdhEs)),
    ("secp256k1", Wanted::Sign(JwsAlg::Es256K)),
    ("ed25519", Wanted::Sign(JwsAlg::EdDsa)),
    ("x25519", Wanted::Decrypt(JweAlg::EcdhEsA128Kw)),
];

/// The document has no member that is secret, at any depth, and no secret of the key under any other name.
#[track_caller]
fn assert_publishable(written: &str, key: &Document) {
    fn names(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    found.push(name.clone());
                    names(value, found);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| names(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    names(&serde_json::from_str(written).unwrap(), &mut found);
    // A claim that nothing is there needs something to be there.
    assert!(found.iter().any(|name| name == "kty"), "{written}");
    for name in SECRET_MEMBERS {
        assert!(!found.iter().any(|other| other == name), "{name} in {written}");
        if let Some(secret) = key.0.get(name).and_then(Value::as_str) {
            assert!(!written.contains(secret), "{name} in {written}");
        }
    }
}

#[track_caller]
fn json_of(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn a153_public_jwk_of_a_key_has_nothing_private() {
    for (name, wanted) in PAIRS {
        let document = Document::private(name).with("kid", "a");
        let jwk = document.parse().unwrap();
        assert_publishable(&json_of(&jwk.to_public().unwrap()), &document);
        let material = document.raw().unwrap();
        assert_publishable(&json_of(&material.to_public_jwk().unwrap()), &document);
        let half = material.public_half().unwrap();
        for public in [&half, jwk.to_public().unwrap().as_jwk().material()] {
            assert!(!public.is_private(), "{name}");
            let refused = public.to_private_jwk().map(drop);
            assert_eq!(refused, Err(KeyError::PrivateKeyNeeded), "{name}");
        }
        assert_publishable(&json_of(&half.to_public_jwk().unwrap()), &document);

        for (_, registry) in wanted.registries() {
            let published: Vec<PublicJwk> = match wanted {
                Wanted::Sign(alg) => {
                    let key = SigningKey::new(jwk.material(), alg, &registry).unwrap();
                    vec![
                        key.public_jwk().unwrap(),
                        key.verifying_key().public_jwk().unwrap(),
                        key.material().to_public_jwk().unwrap(),
                        key.verifying_key().material().to_public_jwk().unwrap(),
                    ]
                }
                Wanted::Decrypt(alg) => {
                    let key = DecryptionKey::new(jwk.material(), alg, &registry).unwrap();
                    let encrypts = key.encryption_key(JweEnc::A128Gcm).unwrap();
                    vec![
                        key.public_jwk().unwrap(),
                        encrypts.public_jwk().unwrap(),
                        key.material().unwrap().to_public_jwk().unwrap(),
                        encrypts.material().unwrap().to_public_jwk().unwrap(),
                    ]
                }
                _ => panic!("{wanted} is no private role"),
            };
            for jwk in &published {
                assert_publishable(&json_of(jwk), &document);
            }
            let set: PublicJwkSet = published.into_iter().collect();
            assert_publishable(&json_of(&set), &document);
        }
        // The honest twin: whoever asks for the private half gets it.
        let private: Value = serde_json::from_str(jwk.to_private_json().unwrap().expose()).unwrap();
        assert_eq!(private, document.0);
    }
}

#[test]
fn a153_token_with_an_embedded_or_an_ephemeral_key_has_nothing_private() {
    for (name, wanted) in PAIRS {
        let document = Document::private(name);
        let jwk = document.parse().unwrap();
        for (context, registry) in wanted.registries() {
            let token = match wanted {
                Wanted::Sign(alg) => {
                    let key = SigningKey::new(jwk.material(), alg, &registry).unwrap();
                    Jws::sign(b"any", &Header::new().with_embedded_jwk(), &key).unwrap()
                }
                // The header of the other algorithms has no key at all.
                Wanted::Decrypt(JweAlg::EcdhEs | JweAlg::EcdhEsA128Kw) => {
                    let Wanted::Decrypt(alg) = wanted else { continue };
                    let key = DecryptionKey::new(jwk.material(), alg, &registry).unwrap();
                    let key = key.encryption_key(JweEnc::A128Gcm).unwrap();
                    Jwe::encrypt(b"any", &Header::new(), &key).unwrap()
                }
                _ => continue,
            };
            let header = Document(json!({"header": token.split('.').next().unwrap()}));
            let header = String::from_utf8(header.octets("header")).unwrap();
            assert!(header.contains("\"kty\""), "{context}");
            assert_publishable(&header, &document);
        }
    }
}

// Nobody strips a private key to publish it: it has come to where it should not be.
#[test]
fn a153_published_set_writes_no_entry_with_a_secret() {
    let good = Document::public("p256").with("kid", "good");
    for (name, _) in PAIRS {
        for secret in [Document::private(name), Document::secret(32)] {
            let entries = [&secret.0, &good.0];
            let set = PublicJwkSet::parse(&json!({ "keys": entries }).to_string()).unwrap();

            let written = json_of(&set);
            assert_publishable(&written, &secret);
            let keys = serde_json::from_str::<Value>(&written).unwrap();
            assert_eq!(keys, json!({ "keys": [good.0] }), "{name}");
            let unusable = set.entries().next().unwrap().unwrap_err();
            let is_symmetric = secret.0["kty"] == "oct";
            let expected =
                if is_symmetric { KeyError::SymmetricKey } else { KeyError::PublicKeyNeeded };
            assert_eq!(*unusable.reason(), expected, "{name}");
        }
    }
}

// What belongs to no key of the type is not known, and what is not known is not passed on.
#[test]
fn a153_secret_members_of_other_types_are_not_passed_on() {
    for (name, members) in [
        ("rsa2048", &["k", "priv", "y"][..]),
        ("p256", &["k", "priv", "p", "q", "dp", "dq", "qi", "oth"]),
        ("ed25519", &["k", "priv", "p", "q", "dp", "dq", "qi", "oth"]),
        ("x25519", &["k", "priv", "p", "q", "dp", "dq", "qi", "oth"]),
    ] {
        let public = Document::public(name);
        for member in members {
            let more = public.clone().with(member, b64u(b"a secret of somebody"));
            let jwk: PublicJwk = serde_json::from_value(more.0.clone()).unwrap();

            assert_publishable(&json_of(&jwk), &more);
            assert_eq!(serde_json::to_value(&jwk).unwrap(), public.0, "{name}: {member}");
        }
    }
}

#[test]
fn a153_thumbprint_and_debug_of_a_private_key_have_nothing_private() {
    for (name, wanted) in PAIRS {
        let document = Document::private(name).with("kid", "a");
        let jwk = document.parse().unwrap();
        let public = document.clone().public_half().parse().unwrap();
        let digest = |jwk: &josie::Jwk| jwk.thumbprint(HashAlg::Sha256).unwrap();
        assert_eq!(digest(&jwk), digest(&public), "{name}");
        assert!(Thumbprint::from_uri(&digest(&jwk).uri()).is_some());

        let own: JwkSet = [jwk.clone()].into_iter().collect();
        let unusable = Document::private(name).with("kid", "a").with("crv", "X").with("kty", "EC");
        let unusable = json!({ "keys": [unusable.0] }).to_string();
        let published = PublicJwkSet::parse(&unusable).unwrap();
        let mut shown = format!("{jwk:?} {own:?} {published:?} {:?}", jwk.material());
        for (_, registry) in wanted.registries() {
            if let Wanted::Sign(alg) = wanted {
                let key = SigningKey::new(jwk.material(), alg, &registry).unwrap();
                shown += &format!("{key:?} {:?} {:?}", key.verifying_key(), key.material());
            }
        }
        assert!(shown.contains("\"a\""), "{shown}");
        for member in SECRET_MEMBERS {
            if let Some(secret) = document.0.get(member).and_then(Value::as_str) {
                let list = format!("{:?}", document.octets(member));
                assert!(!shown.contains(secret) && !shown.contains(&list), "{member}");
            }
        }
    }
}

#[test]
fn a153_symmetric_key_is_not_published_at_all() {
    let document = Document::secret(64);
    let jwk = document.parse().unwrap();
    let refused = Some(KeyError::SymmetricKey);
    assert_eq!(jwk.to_public().err(), refused);
    assert_eq!(jwk.material().to_public_jwk().err(), refused);
    assert!(jwk.material().public_half().is_none());
    for (name, registry) in registries() {
        let key = SigningKey::new(jwk.material(), JwsAlg::Hs512, &registry).unwrap();
        assert_eq!(key.public_jwk().err(), refused, "{name}");
        assert_eq!(key.verifying_key().public_jwk().err(), refused, "{name}");
        let material = KeyMaterial::oct(octets("00112233445566778899aabbccddeeff"));
        let key = DecryptionKey::new(&material, JweAlg::A128Kw, &registry).unwrap();
        assert_eq!(key.public_jwk().err(), refused, "{name}");
        let encrypts = key.encryption_key(JweEnc::A128Gcm).unwrap();
        assert_eq!(encrypts.public_jwk().err(), refused, "{name}");
    }
    assert_eq!(jwk.to_private_json().map(|text| text.expose().len()), Ok(document.text().len()));
}
