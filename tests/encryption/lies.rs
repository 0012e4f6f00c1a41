//! Headers that lie: a token of one key under the header of another, and signed tokens where encrypted ones belong.

use josie::DecryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeySet;
use josie::Malformed;
use josie::NoClaims;
use josie::Password;
use josie::Policy;
use josie::Refused;
use josie::Registry;
use josie::SealedJwt;
use josie::SigningKey;
use serde_json::json;

use crate::common::registries;
use crate::kinds;
use crate::kinds::Kind;
use crate::kinds::Pair;
use crate::sealed;
use crate::sealed::b64u;

const PLAINTEXT: &[u8] = b"the quick brown fox jumps over the lazy dog";

const ENC: JweEnc = JweEnc::A128Gcm;

#[test]
fn token_with_the_alg_of_another_key_is_refused_whatever_keys_there_are() {
    for (name, registry) in registries() {
        let keys = one_key_for_each_alg(&registry);
        let everybody: KeySet<_> = keys.iter().cloned().collect();
        for key in keys.iter().filter(|key| key.alg().min_iterations().is_none()) {
            let token = honest(key, ENC);
            let own = KeySet::from(key.clone());
            for lie in keys.iter().map(DecryptionKey::alg).filter(|lie| *lie != key.alg()) {
                let forged = sealed::with_member(&token, "alg", json!(lie.name()));
                let cell = format!("{} as {lie} on {name}", key.alg());

                let error = Jwe::decrypt(&forged, &everybody, &any_policy()).unwrap_err();
                assert_eq!(error, expected_of_lie(key.alg(), lie), "{cell}");
                let strict = Policy::encrypted(&[key.alg()], &[ENC]).build().unwrap();
                let error = Jwe::decrypt(&forged, &own, &strict).unwrap_err();
                let refused = match missing_parameter(key.alg(), lie) {
                    Some(missing) => missing,
                    None => Error::Refused(Refused::Algorithm),
                };
                assert_eq!(error, refused, "{cell}");
                if missing_parameter(key.alg(), lie).is_none() {
                    let error = Jwe::decrypt(&forged, &own, &any_policy()).unwrap_err();
                    assert_eq!(error, Error::UnknownKey, "{cell}");
                }
            }
            // The same token, honest.
            let jwe = Jwe::decrypt(&token, &everybody, &any_policy()).unwrap();
            assert_eq!(jwe.plaintext(), PLAINTEXT, "{}", key.alg());
        }
    }
}

#[test]
fn token_with_the_enc_of_another_key_is_refused_whatever_keys_there_are() {
    for (name, registry) in registries() {
        let encs = kinds::encs(&registry);
        let direct = encs.iter().map(|enc| {
            let secret = Kind::Secret(enc.key_len()).material();
            DecryptionKey::direct(&secret, *enc, &registry).unwrap()
        });
        let keys: KeySet<_> = one_key_for_each_alg(&registry)
            .into_iter()
            .filter(|key| key.alg() != JweAlg::Dir)
            .chain(direct)
            .collect();
        for key in keys.iter().filter(|key| key.alg().min_iterations().is_none()) {
            for enc in encs.iter().copied().filter(|enc| key.encryption_key(*enc).is_ok()) {
                let token = honest(key, enc);
                for lie in encs.iter().filter(|lie| **lie != enc) {
                    let forged = sealed::with_member(&token, "enc", json!(lie.name()));
                    let cell = format!("{} with {enc} as {lie} on {name}", key.alg());

                    let error = Jwe::decrypt(&forged, &keys, &any_policy()).unwrap_err();
                    assert_eq!(error, Error::DecryptionFailed, "{cell}");
                    let strict = Policy::encrypted(&[key.alg()], &[enc]).build().unwrap();
                    let error = Jwe::decrypt(&forged, &keys, &strict).unwrap_err();
                    assert_eq!(error, Error::Refused(Refused::Encryption), "{cell}");
                }
                let jwe = Jwe::decrypt(&token, &keys, &any_policy()).unwrap();
                assert_eq!(jwe.plaintext(), PLAINTEXT, "{} with {enc}", key.alg());
            }
        }
    }
}

#[test]
fn key_for_dir_is_not_tried_with_another_enc() {
    for (name, registry) in registries() {
        let secret = Kind::Secret(16).material();
        let key = DecryptionKey::direct(&secret, ENC, &registry).unwrap();
        let token = honest(&key, ENC);
        let forged = sealed::with_member(&token, "enc", json!("A256GCM"));
        let keys = KeySet::from(key);

        let error = Jwe::decrypt(&forged, &keys, &any_policy()).unwrap_err();

        assert_eq!(error, Error::UnknownKey, "{name}");
        let jwe = Jwe::decrypt(&token, &keys, &any_policy()).unwrap();
        assert_eq!(jwe.plaintext(), PLAINTEXT, "{name}");
    }
}

// RFC 7516 section 9: the number of parts tells a JWS from a JWE, and so do the members of the header.
#[test]
fn signed_token_is_never_taken_for_an_encrypted_one_nor_the_reverse() {
    for (name, registry) in registries() {
        let secret = Kind::Secret(32).material();
        let signing = SigningKey::new(&secret, JwsAlg::Hs256, &registry).unwrap();
        let decryption = DecryptionKey::new(&secret, JweAlg::A256Kw, &registry).unwrap();
        let signed = Jws::sign(PLAINTEXT, &Header::new(), &signing).unwrap();
        let encrypted = honest(&decryption, ENC);
        let (jws_keys, jwe_keys) =
            (KeySet::from(signing.verifying_key()), KeySet::from(decryption));
        let (jws_policy, jwe_policy) =
            (Policy::signed(&[JwsAlg::Hs256]).build().unwrap(), any_policy());
        let jws = |token: &str| Jws::verify(token, &jws_keys, &jws_policy).map(|_| ()).err();
        let jwe = |token: &str| Jwe::decrypt(token, &jwe_keys, &jwe_policy).map(|_| ()).err();
        let unknown = Some(Error::Refused(Refused::UnknownAlgorithm));

        assert_eq!(jwe(&signed), Some(Error::Malformed(Malformed::JweParts)), "{name}");
        assert_eq!(jws(&encrypted), Some(Error::Malformed(Malformed::Parts)), "{name}");
        // With the right number of parts the header still belongs to the other.
        let as_jws = sealed::with_member(&signed, "alg", json!("A256KW"));
        assert_eq!(jws(&as_jws), unknown, "{name}");
        let as_jws = sealed::with_member(&signed, "enc", json!("A128GCM"));
        assert_eq!(jws(&as_jws), Some(Error::Malformed(Malformed::JweHeader("enc"))), "{name}");
        let as_jwe = sealed::with_member(&encrypted, "alg", json!("HS256"));
        assert_eq!(jwe(&as_jwe), unknown, "{name}");
        let parts: Vec<&str> = signed.split('.').collect();
        let five = format!("{}..{}.{}.", parts[0], parts[1], parts[2]);
        assert_eq!(
            jwe(&five),
            Some(Error::Malformed(Malformed::MissingParameter("enc"))),
            "{name}"
        );
        assert_eq!((jws(&signed), jwe(&encrypted)), (None, None), "{name}");
    }
}

#[test]
fn jwt_of_one_kind_is_never_taken_for_one_of_another() {
    for (name, registry) in registries() {
        let secret = Kind::Secret(32).material();
        let signing = SigningKey::new(&secret, JwsAlg::Hs256, &registry).unwrap();
        let decryption = DecryptionKey::new(&secret, JweAlg::A256Kw, &registry).unwrap();
        let encryption = decryption.encryption_key(ENC).unwrap();
        let claims = josie::Claims::new(NoClaims {}).without_exp();
        let header = Header::jwt();
        let signed = Jwt::sign(&claims, &header, &signing).unwrap();
        let only_encrypted = SealedJwt::encrypt(&claims, &header, &encryption).unwrap();
        let nested = Jwt::sign_and_encrypt(&claims, &header, &signing, &encryption).unwrap();
        let (jws_keys, jwe_keys) =
            (KeySet::from(signing.verifying_key()), KeySet::from(decryption));
        let policy = JwtPolicy::signed(&[JwsAlg::Hs256])
            .encrypted(&[JweAlg::A256Kw], &[ENC])
            .allow_missing_exp()
            .build()
            .unwrap();
        let verify = |token: &str| Jwt::<NoClaims>::verify(token, &jws_keys, &policy).err();
        let both = |token: &str| {
            Jwt::<NoClaims>::decrypt_and_verify(token, &jwe_keys, &jws_keys, &policy).err()
        };
        let open = |token: &str| SealedJwt::<NoClaims>::decrypt(token, &jwe_keys, &policy).err();
        let (parts, jwe_parts) =
            (Error::Malformed(Malformed::Parts), Error::Malformed(Malformed::JweParts));
        let content_type = Error::Refused(Refused::ContentType);

        let outcomes = [&signed, &only_encrypted, &nested]
            .map(|token| [verify(token), both(token), open(token)]);

        let expected = [
            [None, Some(jwe_parts.clone()), Some(jwe_parts)],
            [Some(parts.clone()), Some(content_type.clone()), None],
            [Some(parts), None, Some(content_type)],
        ];
        assert_eq!(outcomes, expected, "{name}");
    }
}

#[test]
fn policy_for_signed_tokens_allows_no_encrypted_ones_and_the_reverse() {
    for (name, registry) in registries() {
        let secret = Kind::Secret(32).material();
        let signing = SigningKey::new(&secret, JwsAlg::Hs256, &registry).unwrap();
        let decryption = DecryptionKey::new(&secret, JweAlg::A256Kw, &registry).unwrap();
        let signed = Jws::sign(PLAINTEXT, &Header::new(), &signing).unwrap();
        let encrypted = honest(&decryption, ENC);
        let (jws_keys, jwe_keys) =
            (KeySet::from(signing.verifying_key()), KeySet::from(decryption));
        let for_signed = Policy::signed(&[JwsAlg::Hs256]).build().unwrap();
        let refused = Error::Refused(Refused::Algorithm);

        let error = Jwe::decrypt(&encrypted, &jwe_keys, &for_signed).unwrap_err();
        assert_eq!(error, refused, "{name}");
        let error = Jws::verify(&signed, &jws_keys, &any_policy()).unwrap_err();
        assert_eq!(error, refused, "{name}");

        let jws = Jws::verify(&signed, &jws_keys, &for_signed).unwrap();
        assert_eq!(jws.payload(), PLAINTEXT, "{name}");
        let jwe = Jwe::decrypt(&encrypted, &jwe_keys, &any_policy()).unwrap();
        assert_eq!(jwe.plaintext(), PLAINTEXT, "{name}");
    }
}

/// What a token of `alg` is that says that it is of `lie`, to somebody who has keys for both.
fn expected_of_lie(alg: JweAlg, lie: JweAlg) -> Error {
    missing_parameter(alg, lie).unwrap_or(Error::DecryptionFailed)
}

/// RFC 7518 sections 4.7.1 and 4.8.1: what `lie` cannot do without, and tokens of `alg` do not have.
fn missing_parameter(alg: JweAlg, lie: JweAlg) -> Option<Error> {
    let is_gcm = |alg: JweAlg| alg.name().ends_with("GCMKW");
    let missing = match lie.name() {
        name if name.starts_with("PBES2") => "p2s",
        _ if is_gcm(lie) && !is_gcm(alg) => "iv",
        _ => return None,
    };
    Some(Error::Malformed(Malformed::MissingParameter(missing)))
}

/// A key for every algorithm of the registry. Those of one length are one secret, and those of one type one key pair.
fn one_key_for_each_alg(registry: &Registry) -> Vec<DecryptionKey> {
    let password = Password::new(b64u(kinds::secret(16))).unwrap();
    let algs = JweAlg::ALL.iter().copied();
    algs.filter_map(|alg| match alg {
        JweAlg::Dir => {
            Some(DecryptionKey::direct(&Kind::Secret(16).material(), ENC, registry).unwrap())
        }
        _ if registry.key_management(alg).is_none() => None,
        _ if alg.min_iterations().is_some() => {
            Some(DecryptionKey::for_password(&password, alg, registry).unwrap())
        }
        _ => Some(DecryptionKey::new(&Pair::for_alg(alg)[0].own, alg, registry).unwrap()),
    })
    .collect()
}

fn honest(key: &DecryptionKey, enc: JweEnc) -> String {
    Jwe::encrypt(PLAINTEXT, &Header::new(), &key.encryption_key(enc).unwrap()).unwrap()
}

fn any_policy() -> Policy {
    Policy::encrypted(JweAlg::ALL, JweEnc::ALL).build().unwrap()
}
