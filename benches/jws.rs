//! JWT signing and verifying, each beside its floor: `cargo bench --bench jws`.
//!
//! The floor does the same work on the same octets with nothing of josie: the primitive of the default backend
//! with a key parsed beforehand, base64url, and JSON into and out of typed structs. It checks no rule. The
//! table at the end gives the ratio of the two, which means the same on any machine.

mod floor;

use std::hint::black_box;
use std::rc::Rc;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature;
use aws_lc_rs::signature::KeyPair;
use aws_lc_rs::signature::ParsedPublicKey;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use josie::{
    Claims, Header, JwsAlg, Jwt, JwtPolicy, KeyMaterial, KeyParams, KeySet, NumericDate, SigningKey,
};
use serde::{Deserialize, Serialize};

use self::floor::{Work, bench, criterion, ratio};

const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "https://api.example";
const SUBJECT: &str = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
const TOKEN_ID: &str = "b1946ac92492d2347c6235b4d2611184";
const SCOPE: &str = "read write";

/// The claim that is not registered; the other six are.
#[derive(Serialize, Deserialize)]
struct Access {
    scope: String,
}

/// The whole claims set as one struct, the way the floor reads and writes it.
#[derive(Serialize, Deserialize)]
struct FlatClaims {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    iat: u64,
    jti: String,
    scope: String,
}

#[derive(Serialize, Deserialize)]
struct FlatHeader {
    alg: String,
    typ: String,
}

/// The bare primitive of one algorithm, with its key parsed.
struct Primitive {
    alg: JwsAlg,
    sign: Sign,
    verify: Verify,
}

type Sign = Box<dyn Fn(&[u8]) -> Vec<u8>>;

type Verify = Box<dyn Fn(&[u8], &[u8]) -> bool>;

fn main() {
    let mut criterion = criterion();
    let cases = cases();
    for case in &cases {
        bench(&mut criterion, "sign", case.alg.name(), &case.sign);
        bench(&mut criterion, "verify", case.alg.name(), &case.verify);
    }
    criterion.final_summary();

    println!("\n| `alg` | sign | verify |\n|---|---|---|");
    for Case { alg, sign, verify } in &cases {
        println!("| {alg} | {:.2} | {:.2} |", ratio(sign), ratio(verify));
    }
}

fn cases() -> Vec<Case> {
    [
        ("hs256", JwsAlg::Hs256),
        ("rsa2048", JwsAlg::Rs256),
        ("p256", JwsAlg::Es256),
        ("ed25519", JwsAlg::Ed25519),
    ]
    .into_iter()
    .map(|(name, alg)| {
        let material = match alg {
            JwsAlg::Hs256 => KeyMaterial::oct(vec![0x5a; 32]),
            _ => read_key(name),
        };
        let key = SigningKey::new(&material, alg, &josie::Registry::aws_lc_rs()).unwrap();
        case(key, primitive(alg, &material))
    })
    .collect()
}

fn read_key(name: &str) -> KeyMaterial {
    let path = format!("{}/tests/data/keys/{name}.pkcs8.pem", env!("CARGO_MANIFEST_DIR"));
    KeyMaterial::from_pem(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn primitive(alg: JwsAlg, material: &KeyMaterial) -> Primitive {
    match material.params() {
        KeyParams::Oct(oct) => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, oct.k().expose());
            let verifying = key.clone();
            Primitive {
                alg,
                sign: Box::new(move |message| hmac::sign(&key, message).as_ref().to_vec()),
                verify: Box::new(move |message, tag| {
                    hmac::verify(&verifying, message, tag).is_ok()
                }),
            }
        }
        KeyParams::Rsa(rsa) => {
            let private = rsa.private().unwrap();
            let public = rsa::PublicKeyComponents { n: rsa.n(), e: rsa.e() };
            let pair = rsa::KeyPair::from_components(&rsa::KeyPairComponents {
                public_key: public,
                d: private.d.expose(),
                p: private.p.expose(),
                q: private.q.expose(),
                dP: private.dp.expose(),
                dQ: private.dq.expose(),
                qInv: private.qi.expose(),
            })
            .unwrap();
            let parsed =
                public.to_parsed_public_key(&signature::RSA_PKCS1_2048_8192_SHA256).unwrap();
            Primitive {
                alg,
                sign: Box::new(move |message| {
                    let mut out = vec![0; pair.public_modulus_len()];
                    pair.sign(
                        &signature::RSA_PKCS1_SHA256,
                        &SystemRandom::new(),
                        message,
                        &mut out,
                    )
                    .unwrap();
                    out
                }),
                verify: verify_with(parsed),
            }
        }
        KeyParams::Ec(ec) => {
            let pair = signature::EcdsaKeyPair::from_private_key_and_public_key(
                &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
                ec.d().unwrap().expose(),
                &ec.uncompressed_point().unwrap(),
            )
            .unwrap();
            let parsed = ParsedPublicKey::new(
                &signature::ECDSA_P256_SHA256_FIXED,
                pair.public_key().as_ref(),
            )
            .unwrap();
            Primitive {
                alg,
                sign: Box::new(move |message| {
                    pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
                }),
                verify: verify_with(parsed),
            }
        }
        KeyParams::Okp(okp) => {
            let pair =
                signature::Ed25519KeyPair::from_seed_unchecked(okp.d().unwrap().expose()).unwrap();
            let parsed =
                ParsedPublicKey::new(&signature::ED25519, pair.public_key().as_ref()).unwrap();
            Primitive {
                alg,
                sign: Box::new(move |message| pair.sign(message).as_ref().to_vec()),
                verify: verify_with(parsed),
            }
        }
        _ => unreachable!("no other type of key is benched"),
    }
}

fn verify_with(key: ParsedPublicKey) -> Verify {
    Box::new(move |message, signature| key.verify_sig(message, signature).is_ok())
}

/// The two operations with one algorithm, each beside its floor.
struct Case {
    alg: JwsAlg,
    sign: [Work; 2],
    verify: [Work; 2],
}

fn case(key: SigningKey, primitive: Primitive) -> Case {
    let claims = Claims::new(Access { scope: SCOPE.to_owned() })
        .issuer(ISSUER)
        .subject(SUBJECT)
        .audience(AUDIENCE)
        .expires_at(NumericDate::MAX)
        .issued_at(NumericDate::from_secs(1_700_000_000).unwrap())
        .id(TOKEN_ID);
    let flat = FlatClaims {
        iss: ISSUER.to_owned(),
        sub: SUBJECT.to_owned(),
        aud: AUDIENCE.to_owned(),
        exp: NumericDate::MAX.as_secs(),
        iat: 1_700_000_000,
        jti: TOKEN_ID.to_owned(),
        scope: SCOPE.to_owned(),
    };
    let alg = key.alg();
    let policy = JwtPolicy::signed(&[alg]).iss(ISSUER).aud(AUDIENCE).build().unwrap();
    let keys = KeySet::from(key.verifying_key());
    let header = Header::jwt();
    let token = Jwt::sign(&claims, &header, &key).unwrap();
    // Both sides work on the same octets.
    assert_eq!(sign_floor(&primitive, &flat).len(), token.len());

    let primitive = Rc::new(primitive);
    let (signing, verifying, received) = (primitive.clone(), primitive, token.clone());
    Case {
        alg,
        sign: [
            Box::new(move || {
                black_box(Jwt::sign(black_box(&claims), &header, &key).unwrap());
            }),
            Box::new(move || {
                black_box(sign_floor(&signing, black_box(&flat)));
            }),
        ],
        verify: [
            Box::new(move || {
                let _ =
                    black_box(Jwt::<Access>::verify(black_box(&token), &keys, &policy).unwrap());
            }),
            Box::new(move || assert!(verify_floor(&verifying, black_box(&received)))),
        ],
    }
}

fn sign_floor(primitive: &Primitive, claims: &FlatClaims) -> String {
    let header = FlatHeader { alg: primitive.alg.name().to_owned(), typ: "JWT".to_owned() };
    let header = serde_json::to_vec(&header).unwrap();
    let payload = serde_json::to_vec(claims).unwrap();
    let mut token = String::with_capacity(512);
    BASE64_URL_SAFE_NO_PAD.encode_string(header, &mut token);
    token.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signature = (primitive.sign)(token.as_bytes());
    token.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

fn verify_floor(primitive: &Primitive, token: &str) -> bool {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).unwrap();
    let header: FlatHeader = serde_json::from_slice(&header).unwrap();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let valid = (primitive.verify)(message.as_bytes(), &signature);
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap();
    let claims: FlatClaims = serde_json::from_slice(&payload).unwrap();
    valid && header.alg == primitive.alg.name() && black_box(claims).iss == ISSUER
}
