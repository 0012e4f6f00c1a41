//! The X.509 members of a JWK: they have to belong to its key, and nothing is trusted because of them.

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use josie::Curve;
use josie::Error;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwkError;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeySet;
use josie::PublicJwkSet;
use josie::Registry;
use josie::SigningKey;
use josie::VerifyingKey;
#[cfg(not(feature = "aws-lc-rs"))]
use ring::digest;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::der;
use crate::documents::Document;
use crate::documents::b64u;
use crate::doors::Wanted;
use crate::tokens::signed;
use crate::tokens::verify;

/// Keys with a certificate, each with its roles.
const KEYS: [(&str, &[Wanted]); 4] = [
    (
        "rsa2048",
        &[
            Wanted::Sign(JwsAlg::Rs256),
            Wanted::Verify(JwsAlg::Rs256),
            Wanted::Encrypt(JweAlg::RsaOaep),
            Wanted::Decrypt(JweAlg::RsaOaep),
        ],
    ),
    (
        "p256",
        &[
            Wanted::Sign(JwsAlg::Es256),
            Wanted::Verify(JwsAlg::Es256),
            Wanted::Encrypt(JweAlg::EcdhEs),
            Wanted::Decrypt(JweAlg::EcdhEs),
        ],
    ),
    ("ed25519", &[Wanted::Sign(JwsAlg::Ed25519), Wanted::Verify(JwsAlg::EdDsa)]),
    ("x25519", &[Wanted::Encrypt(JweAlg::EcdhEs), Wanted::Decrypt(JweAlg::EcdhEs)]),
];

/// A certificate of the fixture's key: it was made by nobody, and is long past.
fn certificate(key: &str) -> Vec<u8> {
    der::certificate(&Document::public(key).der().unwrap(), 0)
}

fn sha1(octets: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, octets).as_ref().to_vec()
}

fn sha256(octets: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, octets).as_ref().to_vec()
}

fn x5c(chain: &[&[u8]]) -> Value {
    chain.iter().map(|der| STANDARD.encode(der)).collect()
}

/// All of the members for a chain.
fn members(chain: &[&[u8]]) -> Value {
    json!({
        "x5c": x5c(chain), "x5t": b64u(&sha1(chain[0])), "x5t#S256": b64u(&sha256(chain[0])),
    })
}

/// The certificates are asked for, and every key is made that the JWK is for.
#[track_caller]
fn assert_bound(key: &Document, roles: &[Wanted], expected: &Result<(), KeyError>) {
    let asked = key.parse().and_then(|jwk| jwk.certificates().map(drop));
    assert_eq!(asked, *expected, "{key}");
    for wanted in roles {
        let key = wanted.half(key);
        if wanted.is_in(&Registry::default()) {
            assert_eq!(wanted.bind_jwk(&key), *expected, "{wanted}: {key}");
        }
        for (context, registry) in wanted.registries() {
            let entries = [key.0.clone(), wanted.neighbour().0];
            let outcomes = wanted.outcomes(&entries, &registry);
            assert_eq!(outcomes, [expected.clone(), Ok(())], "{context}: {key}");
        }
    }
}

/// For each key what is done to it, beside the same with its own chain.
#[track_caller]
fn assert_each(attack: impl Fn(&str, Document) -> Vec<Document>, expected: &KeyError) {
    for (name, roles) in KEYS {
        let own = certificate(name);
        let honest = Document::private(name).with_all(&members(&[&own]));
        for attacked in attack(name, honest.clone()) {
            assert_bound(&attacked, roles, &Err(expected.clone()));
        }
        assert_bound(&honest, roles, &Ok(()));
    }
}

fn other(name: &str) -> &'static str {
    if name == "p256" { "p384" } else { "p256" }
}

#[test]
fn a26_certificate_of_another_key_is_refused() {
    let mismatch = KeyError::CertificateMismatch("x5c");
    assert_each(
        |name, honest| {
            let (own, other) = (certificate(name), certificate(other(name)));
            vec![
                honest.clone().with_all(&members(&[&other])),
                // Only the first is that of the key.
                honest.clone().with_all(&members(&[&other, &own])),
                honest.clone().without("x5t").without("x5t#S256").with("x5c", x5c(&[&other])),
            ]
        },
        &mismatch,
    );
    // Of the same type, and with one bit changed.
    for (name, roles) in [("rsa2048", KEYS[0].1), ("p256", KEYS[1].1)] {
        let stranger = match name {
            "rsa2048" => certificate("rsa3072"),
            _ => {
                let point = [vec![4], vec![7; 64]].concat();
                der::certificate(&der::ec_spki(Curve::P256, &point), 0)
            }
        };
        let attacked = Document::private(name).with_all(&members(&[&stranger]));
        assert_bound(&attacked, roles, &Err(mismatch.clone()));
    }
}

#[test]
fn a26_certificate_with_a_symmetric_key_is_refused() {
    let chain = members(&[&certificate("p256")]);
    let mismatch = Err(KeyError::CertificateMismatch("x5c"));
    for (key, wanted) in [
        (Document::secret(32), Wanted::Sign(JwsAlg::Hs256)),
        (Document::secret(32), Wanted::Verify(JwsAlg::Hs256)),
        (Document::secret(16), Wanted::Encrypt(JweAlg::A128Kw)),
        (Document::secret(16), Wanted::Decrypt(JweAlg::A128GcmKw)),
        (Document::secret(16), Wanted::EncryptDirectly(JweEnc::A128Gcm)),
        (Document::secret(16), Wanted::DecryptDirectly(JweEnc::A128Gcm)),
    ] {
        assert_eq!(wanted.bind_jwk(&key.clone().with_all(&chain)), mismatch, "{wanted}");
        assert_eq!(wanted.bind_jwk(&key), Ok(()), "{wanted}");
    }
}

#[test]
fn a26_thumbprint_of_another_certificate_is_refused() {
    for (member, hash) in [("x5t", sha1 as fn(&[u8]) -> Vec<u8>), ("x5t#S256", sha256)] {
        assert_each(
            |name, honest| {
                let stranger = b64u(&hash(&certificate(other(name))));
                // Of the same key, but another certificate.
                let renewed = der::certificate(&Document::public(name).der().unwrap(), 1);
                vec![
                    honest.clone().with(member, stranger),
                    honest.clone().with(member, b64u(&hash(&renewed))),
                    honest.clone().with(member, b64u(&hash(honest.text().as_bytes()))),
                    honest.clone().changed(member, |digest| digest[0] ^= 1),
                    honest.clone().changed(member, |digest| *digest.last_mut().unwrap() ^= 0x80),
                ]
            },
            &KeyError::CertificateMismatch(member),
        );
    }
}

#[test]
fn a26_thumbprint_of_another_length_or_spelling_is_refused() {
    for (member, other) in [("x5t", "x5t#S256"), ("x5t#S256", "x5t")] {
        assert_each(
            |name, honest| {
                let text = honest.0[member].as_str().unwrap().to_owned();
                let hex: String =
                    honest.octets(member).iter().map(|octet| format!("{octet:02x}")).collect();
                let alone = Document::private(name).with(member, "");
                vec![
                    honest.clone().with(member, honest.0[other].clone()),
                    honest.clone().changed(member, |digest| digest.truncate(digest.len() - 1)),
                    honest.clone().with(member, format!("{text}=")),
                    honest.clone().with(member, hex),
                    honest.clone().with(member, ""),
                    // Without a certificate there is nothing to compare it with, but it is one all the same.
                    alone,
                ]
            },
            &KeyError::Jwk(JwkError::Member(member)),
        );
        assert_each(
            |_, honest| {
                let values = [json!(null), json!(1), json!({}), json!([honest.0[member]])];
                values.into_iter().map(|value| honest.clone().with(member, value)).collect()
            },
            &KeyError::Jwk(JwkError::Member(member)),
        );
    }
}

#[test]
fn a26_chain_in_another_spelling_or_json_type_is_refused() {
    assert_each(
        |name, honest| {
            // So many of them that both alphabets and the padding show.
            let own = (0..3)
                .map(|junk| der::certificate(&Document::public(name).der().unwrap(), junk))
                .find(|own| own.len() % 3 != 0)
                .unwrap();
            let standard = STANDARD.encode(&own);
            let honest = honest.with_all(&members(&[&own]));
            assert_eq!(honest.parse().unwrap().certificates(), Ok(vec![own.clone()]));
            let url_safe = b64u(&own);
            let with = |x5c: Value| honest.clone().with("x5c", x5c);
            vec![
                with(json!([url_safe])),
                with(json!([STANDARD_NO_PAD.encode(&own)])),
                with(json!([format!("{standard}\n")])),
                with(json!([format!("-----BEGIN CERTIFICATE-----\n{standard}")])),
                with(json!([standard, url_safe])),
                with(json!([])),
                with(json!(standard)),
                with(json!(null)),
                with(json!([1])),
                with(json!([null])),
                with(json!([[standard]])),
                with(json!({"0": standard})),
            ]
        },
        &KeyError::Jwk(JwkError::Member("x5c")),
    );
}

#[test]
fn a26_certificate_that_is_no_der_is_refused() {
    assert_each(
        |name, honest| {
            let own = certificate(name);
            let spki = Document::public(name).der().unwrap();
            let longer = [&own[..], &[0]].concat();
            let broken: [&[u8]; 6] = [
                b"",
                b"no certificate",
                &own[..own.len() - 1],
                &longer,
                &spki,
                &[0x30, 0x80, 0, 0],
            ];
            let first = broken.iter().map(|first| honest.clone().with_all(&members(&[first])));
            // Also where nobody needs the key of the certificate.
            let later =
                broken.iter().map(|later| honest.clone().with_all(&members(&[&own, later])));
            first.chain(later).collect()
        },
        &KeyError::Encoding(KeyFormat::Certificate),
    );
}

#[test]
fn a26_chain_of_more_or_longer_certificates_than_ten_of_16_kib_is_refused() {
    // The base64 of 16 KiB, and of one octet more.
    let padded = |name: &str, len: usize| {
        let spki = Document::public(name).der().unwrap();
        let own = der::certificate(&spki, 15_000);
        let own = der::certificate(&spki, 15_000 + len - own.len());
        assert_eq!(own.len(), len);
        own
    };
    assert_each(
        |name, honest| {
            let own = certificate(name);
            let long = padded(name, 16 * 1024 + 3);
            vec![
                honest.clone().with_all(&members(&[&own[..]; 11])),
                honest.clone().with_all(&members(&[&own[..]; 1000])),
                honest.clone().with_all(&members(&[&long])),
                honest.clone().with_all(&members(&[&own, &long])),
                honest.clone().with("x5c", json!(["A".repeat(1 << 20)])),
            ]
        },
        &KeyError::Jwk(JwkError::Limit),
    );
    for (name, roles) in KEYS {
        let (own, long) = (certificate(name), padded(name, 16 * 1024));
        for chain in [&[&own[..]; 10][..], &[&long]] {
            assert_bound(&Document::private(name).with_all(&members(chain)), roles, &Ok(()));
        }
        let longest = Document::public(name).with_all(&members(&[&long[..]; 10]));
        let chain = longest.parse().unwrap().certificates();
        assert_eq!(chain, Ok(vec![long; 10]), "{name}");
    }
}

// Whoever made it and whenever: the key is that of the JWK, which the caller has handed over, and no other.
#[test]
fn a25_chain_in_a_jwk_adds_no_key_and_no_trust() {
    for (name, registry) in registries() {
        let signer = |key: &str, alg| {
            let jwk = Document::private(key).parse().unwrap();
            SigningKey::new(jwk.material(), alg, &registry).unwrap()
        };
        let (own, authority) = (certificate("p256"), certificate("ed25519"));
        let entry = Document::public("p256").with_all(&members(&[&own, &authority]));
        let set = PublicJwkSet::parse(&json!({ "keys": [entry.0] }).to_string()).unwrap();
        let (from_set, report) = KeySet::from_jwk_set_with(&set, JwsAlg::MODERN, &registry);
        assert_eq!(report.refused().count(), 0, "{name}");
        let jwk = entry.parse().unwrap();
        let key = VerifyingKey::new(jwk.material(), JwsAlg::Es256, &registry).unwrap();

        for keys in [from_set, KeySet::from(key)] {
            assert_eq!(keys.len(), 1, "{name}");
            let issued = signed(&signer("ed25519", JwsAlg::Ed25519));
            assert_eq!(verify(&issued, &keys), Err(Error::UnknownKey), "{name}");
            let honest = signed(&signer("p256", JwsAlg::Es256));
            assert_eq!(verify(&honest, &keys), Ok(()), "{name}");
        }
        assert_eq!(jwk.certificates(), Ok(vec![own, authority]), "{name}");
    }
}

#[test]
fn a25_chain_in_a_jwk_is_not_decoded_before_the_key_is_bound() {
    let broken = Document::public("p256").with("x5c", json!(["no certificate"]));

    let jwk = broken.parse().unwrap();
    let malformed = KeyError::Jwk(JwkError::Member("x5c"));
    assert_eq!(jwk.certificates(), Err(malformed.clone()));
    let bound = Wanted::Verify(JwsAlg::Es256).bind_jwk(&broken);
    assert_eq!(bound, Err(malformed));
    let honest = Document::public("p256").with_all(&members(&[&certificate("p256")]));
    assert_eq!(Wanted::Verify(JwsAlg::Es256).bind_jwk(&honest), Ok(()));
}
