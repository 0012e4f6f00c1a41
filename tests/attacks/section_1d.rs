//! Section I: the table of algorithms, and every `alg` that is not in it.

use josie::Error;
use josie::JwsAlg;
use josie::Malformed;
use josie::Refused;
use serde_json::Value;
use serde_json::json;

use crate::authors::authors;
use crate::authors::authors_with;
use crate::authors::verify;
use crate::common::registries;

const UNKNOWN_ALGORITHM: Error = Error::Refused(Refused::UnknownAlgorithm);

#[test]
fn a16_alg_that_is_no_string_is_malformed() {
    let values = [
        json!(["HS256"]),
        json!([]),
        json!({ "a": 1 }),
        json!({ "HS256": "HS256" }),
        json!(0),
        json!(1),
        json!(256.0),
        json!(true),
        json!(false),
        Value::Null,
    ];
    for author in authors_with(JwsAlg::Hs256) {
        for alg in &values {
            let result = verify(&author.token(&json!({ "alg": alg })), &author.keys(), JwsAlg::ALL);
            assert_eq!(
                result,
                Err(Error::Malformed(Malformed::HeaderType("alg"))),
                "{author}: {alg}"
            );
        }
        assert_eq!(verify(&author.honest(), &author.keys(), JwsAlg::ALL), Ok(()), "{author}");
    }
}

#[test]
fn a16_alg_that_only_resembles_a_known_name_is_refused() {
    let names = [
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "hs256",
        "Hs256",
        "HS256 ",
        " HS256",
        "HS256\0",
        "HS256\n",
        "HS2560",
        "HS25",
        "HS-256",
        "HmacSHA256",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "ＨＳ256",
        "ES256k",
        "ed25519",
        "ED25519",
        "EDDSA",
        "Ed448",
        "ESP256",
        "0",
    ];
    for author in authors_with(JwsAlg::Hs256) {
        for alg in names {
            let result = verify(&author.token(&json!({ "alg": alg })), &author.keys(), JwsAlg::ALL);
            assert_eq!(result, Err(UNKNOWN_ALGORITHM), "{author}: {alg:?}");
        }
        assert_eq!(verify(&author.honest(), &author.keys(), JwsAlg::ALL), Ok(()), "{author}");
    }
}

#[test]
fn a19_alg_of_an_encrypted_token_is_refused() {
    let names = [
        "RSA1_5",
        "RSA-OAEP",
        "RSA-OAEP-256",
        "A128KW",
        "A192KW",
        "A256KW",
        "dir",
        "ECDH-ES",
        "ECDH-ES+A128KW",
        "ECDH-ES+A192KW",
        "ECDH-ES+A256KW",
        "A128GCMKW",
        "A192GCMKW",
        "A256GCMKW",
        "PBES2-HS256+A128KW",
        "PBES2-HS384+A192KW",
        "PBES2-HS512+A256KW",
        "A128CBC-HS256",
        "A192CBC-HS384",
        "A256CBC-HS512",
        "A128GCM",
        "A192GCM",
        "A256GCM",
    ];
    for author in authors() {
        for alg in names {
            let result = verify(&author.token(&json!({ "alg": alg })), &author.keys(), JwsAlg::ALL);
            assert_eq!(result, Err(UNKNOWN_ALGORITHM), "{author}: {alg}");
        }
        assert_eq!(verify(&author.honest(), &author.keys(), JwsAlg::ALL), Ok(()), "{author}");
    }
}

#[test]
fn a19_header_parameter_of_an_encrypted_token_is_malformed() {
    for author in authors() {
        for (name, value) in [("enc", "A256GCM"), ("zip", "DEF")] {
            for alg in [author.alg.name(), "RSA-OAEP", "dir"] {
                let token = author.token(&json!({ "alg": alg, name: value }));
                let result = verify(&token, &author.keys(), JwsAlg::ALL);
                assert_eq!(
                    result,
                    Err(Error::Malformed(Malformed::JweHeader(name))),
                    "{author}: {alg}"
                );
            }
        }
        assert_eq!(verify(&author.honest(), &author.keys(), JwsAlg::ALL), Ok(()), "{author}");
    }
}

#[test]
fn a20_presets_hold_exactly_the_algorithms_they_are_documented_with() {
    let presets = [
        (JwsAlg::MODERN, "ES256 Ed25519"),
        (JwsAlg::OPENID, "RS256 PS256 ES256 Ed25519 EdDSA"),
        (JwsAlg::FAPI, "PS256 ES256 Ed25519 EdDSA"),
        (
            JwsAlg::ASYMMETRIC,
            "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K Ed25519 EdDSA",
        ),
        (JwsAlg::SYMMETRIC, "HS256 HS384 HS512"),
    ];

    for (preset, expected) in presets {
        assert_eq!(names(preset.iter().copied()), expected);
    }
}

#[test]
fn a20_registries_offer_exactly_the_algorithms_they_are_documented_with() {
    for (name, registry) in registries() {
        let offered = names(registry.signatures.iter().map(|entry| entry.alg()));

        let expected = match name {
            "ring" => {
                "HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 Ed25519 EdDSA"
            }
            _ => {
                "HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K Ed25519 EdDSA"
            }
        };
        assert_eq!(offered, expected, "{name}");
    }
}

fn names(algs: impl Iterator<Item = JwsAlg>) -> String {
    algs.map(JwsAlg::name).collect::<Vec<_>>().join(" ")
}

#[test]
fn a20_weak_algorithms_are_unknown() {
    for author in authors() {
        for weak in [
            "RS1", "PS1", "HS1", "ES1", "MD5", "HMD5", "HS256/64", "HS64", "DS256", "RS224",
            "HS224",
        ] {
            assert_eq!(JwsAlg::from_name(weak), None);
            let result =
                verify(&author.token(&json!({ "alg": weak })), &author.keys(), JwsAlg::ALL);
            assert_eq!(result, Err(UNKNOWN_ALGORITHM), "{author}: {weak}");
        }
        assert_eq!(verify(&author.honest(), &author.keys(), JwsAlg::ALL), Ok(()), "{author}");
    }
}
