//! JWKs, their members and thumbprints (RFC 7517, RFC 7638).

use josie::Curve;
use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Error;
use josie::HashAlg;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Policy;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use super::keys;
use super::lacks;
use super::peer;
use super::peer::Outcome;

/// An algorithm for each type of key and curve that signs, as `kty`, `crv` and the number of bits.
const SIGNING: &[(JwsAlg, &str, Option<&str>, Option<u32>)] = &[
    (JwsAlg::Rs256, "RSA", None, Some(2048)),
    (JwsAlg::Es256, "EC", Some("P-256"), None),
    (JwsAlg::Es384, "EC", Some("P-384"), None),
    (JwsAlg::Es512, "EC", Some("P-521"), None),
    (JwsAlg::Es256K, "EC", Some("secp256k1"), None),
    (JwsAlg::Ed25519, "OKP", Some("Ed25519"), None),
    (JwsAlg::Hs256, "oct", None, Some(256)),
];

fn thumbprint(material: &KeyMaterial) -> String {
    material.thumbprint(HashAlg::Sha256).unwrap().to_string()
}

/// The members that make the public key, or the shared one.
fn key_members(jwk: &Value) -> Vec<&Value> {
    ["kty", "crv", "n", "e", "x", "y", "k"].iter().filter_map(|name| jwk.get(name)).collect()
}

#[test]
fn what_josie_writes_is_read_as_the_same_key() {
    let Some(peers) = peer::peers() else { return };
    let mut keys: Vec<_> = SIGNING
        .iter()
        .map(|(alg, ..)| {
            let key = keys::signing_key(*alg);
            (alg.name(), thumbprint(&key.material()), keys::verifying_jwk(&key))
        })
        .collect();
    let agreeing = keys::decryption_key((JweAlg::EcdhEs, Some(Curve::X25519)), JweEnc::A256Gcm);
    let expected = thumbprint(&agreeing.material().unwrap());
    keys.push(("ECDH-ES", expected, keys::encrypting_jwk(&agreeing)));
    let jobs: Vec<_> = keys
        .iter()
        .map(|(alg, _, jwk)| json!({"operation": "read_key", "jwk": jwk, "alg": alg}))
        .collect();

    for peer in peers {
        for ((alg, expected, jwk), outcome) in keys.iter().zip(peer.run(&jobs)) {
            if JwsAlg::from_name(alg).is_some_and(|alg| lacks::lacks_jws_alg(peer, alg)) {
                assert_eq!(outcome, Outcome::Unsupported, "{peer:?} {alg}");
                continue;
            }
            let Outcome::Done(done) = outcome else { panic!("{peer:?} {alg}: {outcome:?}") };
            assert_eq!(done["thumbprint"], json!(expected), "{peer:?} {alg}");
            assert_eq!(key_members(&done["jwk"]), key_members(jwk), "{peer:?} {alg}");
        }
    }
}

#[test]
fn keys_that_others_make_sign_and_verify() {
    let jobs: Vec<_> = SIGNING
        .iter()
        .map(|(alg, kty, crv, bits)| {
            let mut job = json!({"operation": "make_key", "alg": alg.name(), "kty": kty});
            crv.inspect(|crv| job["crv"] = json!(crv));
            bits.inspect(|bits| job["bits"] = json!(bits));
            job
        })
        .collect();

    for peer in peer::peers().into_iter().flatten() {
        for ((alg, ..), outcome) in SIGNING.iter().zip(peer.run(&jobs)) {
            if lacks::lacks_jws_alg(peer, *alg) {
                assert_eq!(outcome, Outcome::Unsupported, "{peer:?} {alg}");
                continue;
            }
            let Outcome::Done(done) = outcome else { panic!("{peer:?} {alg}: {outcome:?}") };
            let private = Jwk::parse(&done["private"].to_string()).unwrap();
            let public = done.get("public").unwrap_or(&done["private"]);
            let public = Jwk::parse(&public.to_string()).unwrap();
            let key = SigningKey::from_jwk(&private, *alg).unwrap();
            let verifying = VerifyingKey::from_jwk(&public, *alg).unwrap();
            let policy = Policy::signed(&[*alg]).build().unwrap();

            let token = Jws::sign(b"any octets", &Header::new(), &key).unwrap();

            let jws = Jws::verify(&token, &KeySet::from(verifying), &policy);
            assert_eq!(jws.map(Jws::into_payload).as_deref(), Ok(&b"any octets"[..]), "{peer:?}");
            assert_eq!(thumbprint(private.material()), done["thumbprint"], "{peer:?} {alg}");
            assert_eq!(thumbprint(public.material()), done["thumbprint"], "{peer:?} {alg}");
            if *alg != JwsAlg::Hs256 {
                assert!(private.is_private() && !public.is_private(), "{peer:?} {alg}");
            }
            let other = KeySet::from(keys::signing_key(*alg).verifying_key());
            let error = Jws::verify(&token, &other, &policy).unwrap_err();
            assert_eq!(error, Error::InvalidSignature, "{peer:?} {alg}");
        }
    }
}

#[test]
fn keys_that_others_make_agree_upon_keys() {
    let job = json!({"operation": "make_key", "alg": "ECDH-ES", "kty": "OKP", "crv": "X25519"});
    for peer in peer::peers().into_iter().flatten() {
        let [Outcome::Done(done)] = &peer.run(std::slice::from_ref(&job))[..] else {
            panic!("{peer:?}")
        };
        let private = Jwk::parse(&done["private"].to_string()).unwrap();
        let public = Jwk::parse(&done["public"].to_string()).unwrap();
        let (alg, enc) = (JweAlg::EcdhEs, JweEnc::A256Gcm);
        let recipient = EncryptionKey::from_jwk(&public, alg, enc).unwrap();
        let key = DecryptionKey::from_jwk(&private, alg).unwrap();
        let policy = Policy::encrypted(&[alg], &[enc]).build().unwrap();

        let token = Jwe::encrypt(b"any octets", &Header::new(), &recipient).unwrap();

        let jwe = Jwe::decrypt(&token, &KeySet::from(key), &policy).unwrap();
        assert_eq!(jwe.plaintext(), b"any octets", "{peer:?}");
        assert_eq!(thumbprint(public.material()), done["thumbprint"], "{peer:?}");
        let other = keys::decryption_key((alg, Some(Curve::X25519)), enc);
        let error = Jwe::decrypt(&token, &KeySet::from(other), &policy).unwrap_err();
        assert_eq!(error, Error::DecryptionFailed, "{peer:?}");
    }
}
