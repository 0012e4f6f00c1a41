//! Content of no octets, and headers beyond ASCII.

use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweBuilder;
use josie::JweEnc;
use josie::JweJson;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::KeySet;
use josie::Policy;
use serde_json::Value;
use serde_json::json;

use super::jwe;
use super::jws::Form;
use super::keys;
use super::lacks;
use super::peer;
use super::peer::Outcome;

const ENC: JweEnc = JweEnc::A128CbcHs256;

/// Each form with what is in it: no octets, or some below a `typ` beyond ASCII.
fn cases() -> Vec<(Form, &'static [u8], Header)> {
    let beyond = Header::typed("\u{f6}/\u{1f511}");
    [Form::Compact, Form::Flattened]
        .into_iter()
        .flat_map(|form| [(form, &b""[..], Header::new()), (form, b"octets", beyond.clone())])
        .collect()
}

fn protected(header: &Header, mut parameters: Value) -> Value {
    if let Some(typ) = header.typ() {
        parameters["typ"] = typ.into();
    }
    parameters
}

#[test]
fn what_josie_signs_at_the_edges_is_verified() {
    let Some(peers) = peer::peers() else { return };
    let key = keys::signing_key(JwsAlg::Es256);
    let jobs: Vec<_> = cases()
        .iter()
        .map(|(form, payload, header)| {
            let builder = JwsBuilder::new().signature(header, &key);
            let token = match form {
                Form::Compact => builder.compact(payload),
                Form::Flattened | Form::General => builder.flattened(payload),
            };
            json!({
                "operation": "verify",
                "form": form,
                "token": token.unwrap(),
                "payload": peer::encode(payload),
                "detached": false,
                "unencoded": false,
                "signatures": [{"alg": "ES256", "jwk": keys::verifying_jwk(&key)}],
            })
        })
        .collect();

    for peer in peers {
        for ((form, payload, _), outcome) in cases().iter().zip(peer.run(&jobs)) {
            let expected = Outcome::Done(json!({"payload": peer::encode(payload)}));
            assert_eq!(outcome, expected, "{peer:?} {form:?}");
        }
    }
}

#[test]
fn what_others_sign_at_the_edges_is_verified() {
    let Some(peers) = peer::peers() else { return };
    let key = keys::signing_key(JwsAlg::Es256);
    let jobs: Vec<_> = cases()
        .iter()
        .map(|(form, payload, header)| {
            let protected = protected(header, json!({"alg": "ES256", "kid": "ES256"}));
            json!({
                "operation": "sign",
                "form": form,
                "payload": peer::encode(payload),
                "detached": false,
                "unencoded": false,
                "signatures": [
                    {"alg": "ES256", "jwk": keys::private_jwk(&key), "protected": protected},
                ],
            })
        })
        .collect();
    let other = KeySet::from(keys::signing_key(JwsAlg::Es256).verifying_key());
    let keys = KeySet::from(key.verifying_key());

    for peer in peers {
        for ((form, payload, header), outcome) in cases().iter().zip(peer.run(&jobs)) {
            let token = outcome.token();
            let typ = header.typ().map_or(josie::Expect::Absent, Into::into);
            let policy = Policy::signed(&[JwsAlg::Es256]).typ(typ).build().unwrap();

            let jws = JwsJson::verify_any_form(token, &keys, &policy).unwrap();

            assert_eq!(jws.payload(), *payload, "{peer:?} {form:?}");
            let error = JwsJson::verify_any_form(token, &other, &policy).unwrap_err();
            assert_eq!(error, Error::InvalidSignature, "{peer:?} {form:?}");
        }
    }
}

#[test]
fn what_josie_encrypts_at_the_edges_is_decrypted() {
    let Some(peers) = peer::peers() else { return };
    let key = keys::decryption_key((JweAlg::A128Kw, None), ENC);
    let recipient = key.encryption_key(ENC).unwrap();
    let jobs: Vec<_> = cases()
        .iter()
        .map(|(form, plaintext, header)| {
            let token = match form {
                Form::Compact => Jwe::encrypt(plaintext, header, &recipient),
                Form::Flattened | Form::General => {
                    JweBuilder::new(header).recipient(&recipient).flattened(plaintext)
                }
            };
            json!({
                "operation": "decrypt",
                "form": form,
                "token": token.unwrap(),
                "alg": "A128KW",
                "enc": ENC.name(),
                "jwk": keys::decrypting_jwk(&key),
            })
        })
        .collect();

    for peer in peers {
        for ((form, plaintext, header), outcome) in cases().iter().zip(peer.run(&jobs)) {
            let is_lacking = lacks::cannot_decrypt_empty(peer, plaintext)
                || lacks::writes_protected_header_anew(peer, header, *form);
            let expected = if is_lacking {
                jwe::decryption_failed(peer)
            } else {
                Outcome::Done(json!({"plaintext": peer::encode(plaintext), "aad": null}))
            };
            assert_eq!(outcome, expected, "{peer:?} {form:?} {header:?}");
        }
    }
}

#[test]
fn what_others_encrypt_at_the_edges_is_decrypted() {
    let Some(peers) = peer::peers() else { return };
    let key = keys::decryption_key((JweAlg::A128Kw, None), ENC);
    let jobs: Vec<_> = cases()
        .iter()
        .map(|(form, plaintext, header)| {
            let mut recipient = json!({"alg": "A128KW", "jwk": keys::encrypting_jwk(&key)});
            if *form == Form::Flattened {
                recipient["header"] = json!({"kid": "A128KW"});
            }
            json!({
                "operation": "encrypt",
                "form": form,
                "plaintext": peer::encode(plaintext),
                "protected": protected(header, json!({"alg": "A128KW", "enc": ENC.name()})),
                "recipients": [recipient],
            })
        })
        .collect();
    let other = KeySet::from(keys::decryption_key((JweAlg::A128Kw, None), ENC));
    let keys = KeySet::from(key);

    for peer in peers {
        for ((form, plaintext, header), outcome) in cases().iter().zip(peer.run(&jobs)) {
            let token = outcome.token();
            let typ = header.typ().map_or(josie::Expect::Absent, Into::into);
            let policy = Policy::encrypted(&[JweAlg::A128Kw], &[ENC]).typ(typ).build().unwrap();

            let jwe = JweJson::decrypt_any_form(token, &keys, &policy).unwrap();

            assert_eq!(jwe.plaintext(), *plaintext, "{peer:?} {form:?}");
            let error = JweJson::decrypt_any_form(token, &other, &policy).unwrap_err();
            assert_eq!(error, Error::DecryptionFailed, "{peer:?} {form:?}");
        }
    }
}
