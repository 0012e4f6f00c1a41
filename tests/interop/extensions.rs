//! What only some JWE have: the parties to a key agreement (RFC 7518 section 4.6.1), and compressed plaintexts.

use josie::Curve;
use josie::DecryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeySet;
use josie::Policy;
use josie::PolicyBuilder;
use serde_json::Value;
use serde_json::json;

use super::jwe;
use super::keys;
use super::peer;
use super::peer::Outcome;

const ENC: JweEnc = JweEnc::A128CbcHs256;
const APU: &[u8] = b"alice \0";
const APV: &[u8] = b"bob \0\xff";

const AGREEMENTS: [JweAlg; 4] =
    [JweAlg::EcdhEs, JweAlg::EcdhEsA128Kw, JweAlg::EcdhEsA192Kw, JweAlg::EcdhEsA256Kw];

fn encrypt_job(key: &DecryptionKey, protected: Value, plaintext: &[u8]) -> Value {
    json!({
        "operation": "encrypt",
        "form": "compact",
        "plaintext": peer::encode(plaintext),
        "protected": protected,
        "recipients": [{"alg": key.alg().name(), "jwk": keys::encrypting_jwk(key)}],
    })
}

fn decrypt_job(key: &DecryptionKey, token: &str) -> Value {
    json!({
        "operation": "decrypt",
        "form": "compact",
        "token": token,
        "alg": key.alg().name(),
        "enc": ENC.name(),
        "jwk": keys::decrypting_jwk(key),
    })
}

fn decrypted(plaintext: &[u8]) -> Outcome {
    Outcome::Done(json!({"plaintext": peer::encode(plaintext), "aad": null}))
}

/// The token with another ciphertext.
fn changed(token: &str) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts[3] = peer::changed(&parts[3]);
    parts.join(".")
}

fn decrypt(key: &DecryptionKey, policy: PolicyBuilder, token: &str) -> Result<Jwe, Error> {
    Jwe::decrypt(token, &KeySet::from(key.clone()), &policy.build().unwrap())
}

#[test]
fn parties_that_josie_names_are_agreed_with() {
    let Some(peers) = peer::peers() else { return };
    let mut jobs = Vec::new();
    for alg in AGREEMENTS {
        let key = keys::decryption_key((alg, Some(Curve::P256)), ENC);
        let recipient = key.encryption_key(ENC).unwrap().with_parties(APU, APV);
        let token = Jwe::encrypt(b"any octets", &Header::new(), &recipient).unwrap();
        jobs.extend([decrypt_job(&key, &token), decrypt_job(&key, &changed(&token))]);
    }

    for peer in peers {
        let expected = [decrypted(b"any octets"), jwe::decryption_failed(peer)];
        for (alg, outcomes) in AGREEMENTS.iter().zip(peer.run(&jobs).chunks(2)) {
            assert_eq!(outcomes, expected, "{peer:?} {alg}");
        }
    }
}

#[test]
fn parties_that_others_name_are_agreed_with() {
    let Some(peers) = peer::peers() else { return };
    let keys = AGREEMENTS.map(|alg| keys::decryption_key((alg, Some(Curve::P256)), ENC));
    let jobs = keys.each_ref().map(|key| {
        let protected = json!({
            "alg": key.alg().name(),
            "enc": ENC.name(),
            "apu": peer::encode(APU),
            "apv": peer::encode(APV),
        });
        encrypt_job(key, protected, b"any octets")
    });

    for peer in peers {
        for (key, outcome) in keys.iter().zip(peer.run(&jobs)) {
            let token = outcome.token();
            let policy = || Policy::encrypted(&AGREEMENTS, &[ENC]);

            let jwe = decrypt(key, policy(), token).unwrap();

            assert_eq!(jwe.plaintext(), b"any octets", "{peer:?} {}", key.alg());
            assert_eq!(jwe.header().param("apu"), Some(&peer::encode(APU).into()), "{peer:?}");
            let error = decrypt(key, policy(), &changed(token)).unwrap_err();
            assert_eq!(error, Error::DecryptionFailed, "{peer:?} {}", key.alg());
        }
    }
}

#[cfg(feature = "deflate")]
#[test]
fn plaintexts_that_josie_compresses_are_decompressed() {
    let Some(peers) = peer::peers() else { return };
    let plaintext = [7; 10_000];
    let key = keys::decryption_key((JweAlg::A128Kw, None), ENC);
    let recipient = key.encryption_key(ENC).unwrap();
    let token = Jwe::encrypt_compressed(&plaintext, &Header::new(), &recipient).unwrap();
    let jobs = [decrypt_job(&key, &token), decrypt_job(&key, &changed(&token))];

    for peer in peers {
        let expected = [decrypted(&plaintext), jwe::decryption_failed(peer)];
        assert_eq!(peer.run(&jobs), expected, "{peer:?}");
    }
    assert!(token.len() < plaintext.len());
}

#[cfg(feature = "deflate")]
#[test]
fn plaintexts_that_others_compress_are_decompressed() {
    use josie::Refused;

    let Some(peers) = peer::peers() else { return };
    let plaintext = [7; 10_000];
    let key = keys::decryption_key((JweAlg::A128Kw, None), ENC);
    let protected = json!({"alg": key.alg().name(), "enc": ENC.name(), "zip": "DEF"});
    let jobs = [encrypt_job(&key, protected, &plaintext)];

    for peer in peers {
        let outcomes = peer.run(&jobs);
        let token = outcomes[0].token();
        let policy = || Policy::encrypted(&[key.alg()], &[ENC]);

        let jwe = decrypt(&key, policy().allow_deflate(), token).unwrap();

        assert_eq!(jwe.plaintext(), plaintext, "{peer:?}");
        assert!(token.len() < plaintext.len(), "{peer:?}");
        let error = decrypt(&key, policy(), token).unwrap_err();
        assert_eq!(error, Error::Refused(Refused::Compression), "{peer:?}");
    }
}
