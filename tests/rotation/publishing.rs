//! What is published of a ring: what others need, when they need it, and no secret.

use josie::DecryptionKey;
use josie::JweAlg;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyPeriod;
use josie::KeyRing;
use josie::PublicJwkSet;
use josie::SigningKey;
use serde_json::Value;

use crate::common::registries;
use crate::script::date;
use crate::script::decryption_key;
use crate::script::signing_key;

#[test]
fn key_that_signs_is_published_until_its_period_is_over() {
    for (_, registry) in registries() {
        let ring = KeyRing::new(signing_key(JwsAlg::Es256, "1", &registry)).unwrap();
        let ring = ring.add(signing_key(JwsAlg::Ed25519, "2", &registry)).unwrap();
        let coming = KeyPeriod::between(date(100), date(200)).unwrap();
        let ring = ring.with_period("2", coming).unwrap();

        for now in [0, 99, 100, 199] {
            assert_eq!(kids(&ring.public_jwk_set_at(date(now)).unwrap()), ["1", "2"], "{now}");
        }
        assert_eq!(kids(&ring.public_jwk_set_at(date(200)).unwrap()), ["1"]);
        let over = ring.with_period("1", KeyPeriod::ending(date(50))).unwrap();
        assert_eq!(kids(&over.public_jwk_set_at(date(50)).unwrap()), ["2"]);
        assert!(kids(&over.public_jwk_set_at(date(200)).unwrap()).is_empty());
    }
}

#[test]
fn key_that_decrypts_is_published_while_it_is_the_primary() {
    for (_, registry) in registries() {
        if registry.key_management(JweAlg::EcdhEs).is_none() {
            continue;
        }
        let key = |kid| decryption_key(JweAlg::EcdhEs, kid, &registry);
        let ring = KeyRing::new(key("1")).unwrap().add(key("2")).unwrap();
        let published =
            |ring: &KeyRing<DecryptionKey>| kids(&ring.public_jwk_set_at(date(0)).unwrap());
        assert_eq!(published(&ring), ["1"]);

        let promoted = ring.promote("2").unwrap();

        assert_eq!(published(&promoted), ["2"]);
        let coming = promoted.with_period("2", KeyPeriod::beginning(date(1))).unwrap();
        let too_early = coming.public_jwk_set_at(date(0)).unwrap_err();
        assert_eq!(too_early, KeyError::OutsidePeriod);
    }
}

#[test]
fn shared_secret_is_not_published() {
    for (_, registry) in registries() {
        let public = signing_key(JwsAlg::Es256, "1", &registry);
        let secret = signing_key(JwsAlg::Hs256, "2", &registry);
        let ring = KeyRing::new(public).unwrap();
        assert_eq!(kids(&ring.public_jwk_set_at(date(0)).unwrap()), ["1"]);

        let mixed = ring.add(secret.clone()).unwrap();
        assert_eq!(mixed.public_jwk_set_at(date(0)).unwrap_err(), KeyError::SymmetricKey);
        let alone = KeyRing::new(secret).unwrap();
        assert_eq!(alone.public_jwk_set_at(date(0)).unwrap_err(), KeyError::SymmetricKey);
        let shared = KeyRing::new(decryption_key(JweAlg::A256Kw, "1", &registry)).unwrap();
        assert_eq!(shared.public_jwk_set_at(date(0)).unwrap_err(), KeyError::SymmetricKey);

        // Once it is no longer good, there is nothing of it to publish.
        let over = mixed.with_period("2", KeyPeriod::ending(date(0))).unwrap();
        assert_eq!(kids(&over.public_jwk_set_at(date(0)).unwrap()), ["1"]);
    }
}

#[test]
fn nothing_of_a_private_key_is_published() {
    for (_, registry) in registries() {
        let mut rings: Vec<Value> = Vec::new();
        let key = |alg, kid| signing_key(alg, kid, &registry);
        let ring = KeyRing::new(key(JwsAlg::Es256, "1")).unwrap();
        let ring = ring.add(key(JwsAlg::Ed25519, "2")).unwrap();
        rings.push(serde_json::to_value(ring.public_jwk_set_at(date(0)).unwrap()).unwrap());
        if registry.key_management(JweAlg::EcdhEs).is_some() {
            let ring = KeyRing::new(decryption_key(JweAlg::EcdhEs, "1", &registry)).unwrap();
            rings.push(serde_json::to_value(ring.public_jwk_set_at(date(0)).unwrap()).unwrap());
        }
        for published in rings {
            for jwk in published["keys"].as_array().unwrap() {
                assert!(jwk["kid"].is_string() && jwk["x"].is_string());
                assert_public(jwk);
            }
        }
    }
}

/// A party that both signs and decrypts publishes one set of both.
#[test]
fn sets_of_two_rings_are_published_as_one() {
    for (_, registry) in registries() {
        if registry.key_management(JweAlg::EcdhEs).is_none() {
            continue;
        }
        let signing = KeyRing::new(signing_key(JwsAlg::Es256, "1", &registry)).unwrap();
        let decrypting = KeyRing::new(decryption_key(JweAlg::EcdhEs, "2", &registry)).unwrap();
        let [signing, decrypting] =
            [signing.public_jwk_set_at(date(0)), decrypting.public_jwk_set_at(date(0))]
                .map(Result::unwrap);

        let both: PublicJwkSet = signing.keys().chain(decrypting.keys()).cloned().collect();

        assert_eq!(kids(&both), ["1", "2"]);
        let uses: Vec<_> = both.keys().map(|jwk| jwk.as_jwk().public_use().unwrap()).collect();
        assert_eq!(uses, ["sig", "enc"]);
    }
}

/// The JWK has no member but those of a public key (RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2).
pub(crate) fn assert_public(jwk: &Value) {
    let public = ["kty", "use", "alg", "kid", "crv", "x", "y", "n", "e"];
    for member in jwk.as_object().unwrap().keys() {
        assert!(public.contains(&member.as_str()), "{member}");
    }
}

pub(crate) fn kids(set: &PublicJwkSet) -> Vec<String> {
    let text = serde_json::to_string(set).unwrap();
    let again = PublicJwkSet::parse(&text).unwrap();
    assert!(again.entries().all(|entry| entry.is_ok()));
    again.keys().map(|jwk| jwk.as_jwk().kid().unwrap().to_owned()).collect()
}

#[test]
fn published_set_is_that_of_the_primary_first() {
    for (_, registry) in registries() {
        let key = |kid: &str| -> SigningKey { signing_key(JwsAlg::Es256, kid, &registry) };
        let ring = KeyRing::new(key("1")).unwrap().add(key("2")).unwrap().add(key("3")).unwrap();

        let promoted = ring.promote("3").unwrap();

        assert_eq!(kids(&ring.public_jwk_set_at(date(0)).unwrap()), ["1", "2", "3"]);
        assert_eq!(kids(&promoted.public_jwk_set_at(date(0)).unwrap()), ["3", "1", "2"]);
    }
}
