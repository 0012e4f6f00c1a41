//! Section VIII: one kind of token or key where another is wanted. For the entry points of JWS see the tests of signed
//! tokens; these are about those of JWE.

use josie::Claims;
use josie::DecryptionKey;
use josie::EncryptedJwe;
use josie::EncryptionKey;
use josie::Error;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limits;
use josie::Malformed;
use josie::NoClaims;
use josie::PublicJwkSet;
use josie::Refused;
use josie::Registry;
use josie::SealedJwt;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::common::assert_not::assert_not;
use crate::common::registries;
use crate::nesting::CLAIMS;
use crate::nesting::Exchange;
use crate::nesting::exchanges;
use crate::sealing::b64u;
use crate::sealing::fixture;
use crate::sealing::public_jwk;
use crate::sealing::sealers;
use crate::verdicts::assert_decrypts;
use crate::verdicts::assert_fails;
use crate::verdicts::with_a_wrong_tag;

/// What every entry point for encrypted tokens says of a token, which is the same.
fn error_of_each_entry_point(exchange: &Exchange, token: &str) -> Error {
    let error = EncryptedJwe::parse(token, &Limits::default()).unwrap_err();
    assert_eq!(exchange.sealer.error(token), error);
    assert_eq!(exchange.open(token).unwrap_err(), error);
    assert_eq!(exchange.unseal(token).unwrap_err(), error);
    let keys = KeySet::from(exchange.sealer.key());
    let sealed = SealedJwt::<NoClaims>::decrypt(token, &keys, &exchange.rules().build().unwrap());
    assert_eq!(sealed.unwrap_err(), error);
    error
}

/// RFC 7516 section 9: the number of parts tells the two kinds apart, and nothing is read of the wrong one.
#[test]
fn a99_token_of_any_other_number_of_parts_is_no_jwe() {
    for exchange in exchanges() {
        let honest = exchange.sealer.draft().compact();
        assert_decrypts(&exchange.sealer, &honest);
        let parts: Vec<&str> = honest.split('.').collect();

        let signed = exchange.signed(CLAIMS);
        let mut tokens = vec![String::new(), ".".to_owned(), signed.clone(), format!("{signed}.")];
        tokens.extend((1..5).map(|count| parts[..count].join(".")));
        tokens.extend([
            format!("{honest}."),
            format!(".{honest}"),
            format!("{honest}.{}", parts[4]),
            format!("{honest}.{honest}"),
            ".".repeat(1000),
        ]);
        for token in tokens {
            let error = error_of_each_entry_point(&exchange, &token);
            assert_eq!(error, Error::Malformed(Malformed::JweParts), "{token}");
        }
    }
}

#[test]
fn a99_jwe_in_another_serialization_is_no_compact_one() {
    for exchange in exchanges() {
        let honest = exchange.sealer.draft().compact();
        assert_decrypts(&exchange.sealer, &honest);
        let parts: Vec<&str> = honest.split('.').collect();

        let flattened = json!({
            "protected": parts[0], "encrypted_key": parts[1], "iv": parts[2],
            "ciphertext": parts[3], "tag": parts[4],
        });
        for token in [flattened.to_string(), json!(honest).to_string().replace('.', ",")] {
            let error = error_of_each_entry_point(&exchange, &token);
            assert_eq!(error, Error::Malformed(Malformed::JweParts), "{token}");
        }
    }
}

/// The header of a signed token in five parts.
#[test]
fn a99_header_of_a_signed_token_is_none_of_a_jwe() {
    for exchange in exchanges() {
        let twin = exchange.sealer.draft();
        assert_decrypts(&exchange.sealer, &twin.compact());

        for alg in JwsAlg::ALL.iter().map(|alg| alg.name()).chain(["none", "None", ""]) {
            let draft = twin.clone().with("alg", json!(alg));
            let error = error_of_each_entry_point(&exchange, &draft.compact());
            assert_eq!(error, Error::Refused(Refused::UnknownAlgorithm), "{alg}");
            let without_enc = draft.without("enc").compact();
            let error = error_of_each_entry_point(&exchange, &without_enc);
            assert_eq!(error, Error::Malformed(Malformed::MissingParameter("enc")), "{alg}");
        }
        let without_alg = twin.clone().without("alg").compact();
        let error = error_of_each_entry_point(&exchange, &without_alg);
        assert_eq!(error, Error::Malformed(Malformed::MissingAlg));
        // The signed token's own header in front of an honest rest.
        let signed = exchange.signed(CLAIMS);
        let (header, _) = signed.split_once('.').unwrap();
        let mut token = twin.seal();
        token.header = header.to_owned();
        let error = error_of_each_entry_point(&exchange, &token.compact());
        assert_eq!(error, Error::Malformed(Malformed::MissingParameter("enc")));
    }
}

/// The octets of one secret, as long as HS256, A256KW, A256GCMKW and `dir` with A256GCM want it.
fn secret(members: Value) -> KeyMaterial {
    let mut jwk = json!({"kty": "oct", "k": b64u([0x5a; 32])});
    jwk.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    Jwk::parse(&jwk.to_string()).unwrap().material().clone()
}

/// The outcome for the keys that encrypt and decrypt, of A256KW, A256GCMKW and `dir` in this order.
fn bound_for_encryption(material: &KeyMaterial, registry: &Registry) -> [Result<(), KeyError>; 3] {
    let enc = JweEnc::A256Gcm;
    let encrypts = |alg| EncryptionKey::new(material, alg, enc, registry).map(drop);
    let decrypts = |alg| DecryptionKey::new(material, alg, registry).map(drop);
    let direct = DecryptionKey::direct(material, enc, registry).map(drop);
    let outcomes = [decrypts(JweAlg::A256Kw), decrypts(JweAlg::A256GcmKw), direct];
    assert_eq!(
        [encrypts(JweAlg::A256Kw), encrypts(JweAlg::A256GcmKw), encrypts(JweAlg::Dir)],
        outcomes
    );
    outcomes
}

/// The outcome for the keys that sign and verify.
fn bound_for_signatures(material: &KeyMaterial, registry: &Registry) -> Result<(), KeyError> {
    let outcome = SigningKey::new(material, JwsAlg::Hs256, registry).map(drop);
    assert_eq!(VerifyingKey::new(material, JwsAlg::Hs256, registry).map(drop), outcome);
    outcome
}

/// RFC 7517 sections 4.2 to 4.4. Whoever may encrypt with a secret could sign with it, and the other way round.
#[test]
fn a100_secret_for_signatures_is_none_for_encryption() {
    for (name, registry) in registries() {
        let names = ["A256KW", "A256GCMKW", "dir"];
        for alg in ["HS256", "HS512", "ES256", "none"] {
            let outcomes = bound_for_encryption(&secret(json!({"alg": alg})), &registry);
            assert_eq!(outcomes, names.map(|name| Err(KeyError::AlgMismatch(name))), "{name}");
        }
        let outcomes = bound_for_encryption(&secret(json!({"use": "sig"})), &registry);
        assert_eq!(outcomes, [(); 3].map(|()| Err(KeyError::UseMismatch)), "{name}");
        for ops in [json!(["sign"]), json!(["verify"]), json!(["sign", "verify"]), json!([])] {
            let outcomes = bound_for_encryption(&secret(json!({"key_ops": ops})), &registry);
            assert_eq!(outcomes, [(); 3].map(|()| Err(KeyError::KeyOpsMismatch)), "{name} {ops}");
        }
        for honest in [json!({}), json!({"use": "enc"}), json!({"use": "enc", "alg": "A256KW"})] {
            let outcomes = bound_for_encryption(&secret(honest.clone()), &registry);
            assert_eq!(outcomes[0], Ok(()), "{name} {honest}");
        }
    }
}

#[test]
fn a100_secret_for_encryption_is_none_for_signatures() {
    for (name, registry) in registries() {
        for alg in ["A256KW", "A256GCMKW", "dir", "A256GCM", "PBES2-HS256+A128KW"] {
            let outcome = bound_for_signatures(&secret(json!({"alg": alg})), &registry);
            assert_eq!(outcome, Err(KeyError::AlgMismatch("HS256")), "{name} {alg}");
        }
        let outcome = bound_for_signatures(&secret(json!({"use": "enc"})), &registry);
        assert_eq!(outcome, Err(KeyError::UseMismatch), "{name}");
        let wrapping = ["wrapKey", "unwrapKey"];
        for ops in [json!(wrapping), json!(["encrypt", "decrypt"]), json!(["deriveKey"])] {
            let outcome = bound_for_signatures(&secret(json!({"key_ops": ops})), &registry);
            assert_eq!(outcome, Err(KeyError::KeyOpsMismatch), "{name} {ops}");
        }
        for honest in [
            json!({}),
            json!({"use": "sig", "alg": "HS256"}),
            json!({"key_ops": ["sign", "verify"]}),
        ] {
            let outcome = bound_for_signatures(&secret(honest.clone()), &registry);
            assert_eq!(outcome, Ok(()), "{name} {honest}");
        }
    }
}

/// Nor is it one for another algorithm of the same kind: each has its own name.
#[test]
fn a100_secret_for_one_encryption_is_none_for_another() {
    for (name, registry) in registries() {
        let mismatch = |alg| Err(KeyError::AlgMismatch(alg));
        for (alg, expected) in [
            ("A256KW", [Ok(()), mismatch("A256GCMKW"), mismatch("dir")]),
            ("A256GCMKW", [mismatch("A256KW"), Ok(()), mismatch("dir")]),
            ("dir", [mismatch("A256KW"), mismatch("A256GCMKW"), Ok(())]),
            ("A256GCM", [mismatch("A256KW"), mismatch("A256GCMKW"), Ok(())]),
            ("A256CBC-HS512", [mismatch("A256KW"), mismatch("A256GCMKW"), mismatch("dir")]),
        ] {
            let outcomes = bound_for_encryption(&secret(json!({"alg": alg})), &registry);
            assert_eq!(outcomes, expected, "{name} {alg}");
        }
        // Key wrapping is another operation than encrypting content.
        let wraps = secret(json!({"key_ops": ["wrapKey", "unwrapKey"]}));
        let expected = [Ok(()), Ok(()), Err(KeyError::KeyOpsMismatch)];
        assert_eq!(bound_for_encryption(&wraps, &registry), expected, "{name}");
        let seals = secret(json!({"key_ops": ["encrypt", "decrypt"]}));
        let refused = Err(KeyError::KeyOpsMismatch);
        let expected = [refused.clone(), refused, Ok(())];
        assert_eq!(bound_for_encryption(&seals, &registry), expected, "{name}");
    }
}

/// A published set may have keys of both kinds, on one curve. (Secrets of a set are never bound.)
#[test]
fn a100_key_of_a_set_that_is_for_encryption_verifies_nothing() {
    let entry = |kid: &str, name: &str, value: Value| {
        let mut entry = public_jwk(&fixture("p256").public_half().unwrap());
        entry["kid"] = json!(kid);
        entry[name] = value;
        entry
    };
    let entries = [
        entry("a", "alg", json!("ECDH-ES")),
        entry("b", "use", json!("enc")),
        entry("c", "key_ops", json!(["deriveKey"])),
        entry("d", "use", json!("sig")),
        entry("e", "alg", json!("ES256")),
    ];
    let set = PublicJwkSet::parse(&json!({"keys": entries}).to_string()).unwrap();
    for (name, registry) in registries() {
        let (keys, report) =
            KeySet::<VerifyingKey>::from_jwk_set_with(&set, &[JwsAlg::Es256], &registry);

        let kids: Vec<Option<&str>> = keys.iter().map(VerifyingKey::kid).collect();
        assert_eq!(kids, [Some("d"), Some("e")], "{name}");
        let refused: Vec<KeyError> = report.refused().map(|(_, error)| error.clone()).collect();
        let expected = [KeyError::NotListed, KeyError::UseMismatch, KeyError::KeyOpsMismatch];
        assert_eq!(refused, expected, "{name}");
    }
}

#[test]
fn a100_keys_for_signatures_and_for_encryption_do_not_turn_into_each_other() {
    assert_not!(SigningKey, Into<EncryptionKey>);
    assert_not!(VerifyingKey, Into<DecryptionKey>);
    assert_not!(EncryptionKey, Into<SigningKey>);
    assert_not!(DecryptionKey, Into<VerifyingKey>);
    assert_not!(DecryptionKey, Into<SigningKey>);
    assert_not!(DecryptionKey, Into<KeyMaterial>);
    assert_not!(EncryptionKey, Into<KeySet<DecryptionKey>>);
    assert_not!(DecryptionKey, Into<KeySet<VerifyingKey>>);
    assert_not!(VerifyingKey, Into<KeySet<DecryptionKey>>);
}

#[test]
fn a101_what_is_not_decrypted_or_not_signed_turns_into_nothing_that_is() {
    assert_not!(EncryptedJwe<'static>, Into<Jwe>);
    assert_not!(EncryptedJwe<'static>, AsRef<[u8]>);
    assert_not!(EncryptedJwe<'static>, std::ops::Deref);
    assert_not!(Jwe, Into<Jws>);
    assert_not!(Jwe, Into<Jwt>);
    assert_not!(Jwe, Into<SealedJwt>);
    assert_not!(Jwe, Into<Claims>);
    assert_not!(Jwe, std::ops::Deref);
    assert_not!(Jwe, Default);
    assert_not!(Jwe, serde::Serialize);
    assert_not!(Jwe, serde::Deserialize<'static>);
    assert_not!(SealedJwt, Into<Jwt>);
    assert_not!(SealedJwt, AsRef<Jwt>);
    assert_not!(SealedJwt, std::ops::Deref);
    assert_not!(SealedJwt, Default);
    assert_not!(SealedJwt, serde::Deserialize<'static>);
    assert_not!(Jwt, Into<SealedJwt>);
    // What the header of a forged token says stays readable, and apart.
    for sealer in sealers() {
        let draft = sealer.draft().with("typ", json!("note"));
        let forged = with_a_wrong_tag(&draft);
        let encrypted = EncryptedJwe::parse(&forged, &Limits::default()).unwrap();
        assert_eq!(encrypted.header().typ(), Some("note"));
        let honest = sealer.draft();
        assert_decrypts(&sealer, &honest.compact());
        assert_fails(&sealer, &with_a_wrong_tag(&honest), "wrong tag");
    }
}
