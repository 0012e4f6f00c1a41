//! Section I: the header chooses neither the key's algorithm nor its family.

use josie::Error;
use josie::Jwk;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyParams;
use josie::KeySet;
use josie::KeyType;
use josie::PublicJwkSet;
use josie::Refused;
use josie::VerifyingKey;
use serde_json::json;

use crate::authors::Author;
use crate::authors::HMAC_ALGS;
use crate::authors::authors;
use crate::authors::authors_of;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::fixture;
use crate::authors::fixture_text;
use crate::authors::verify;

#[test]
fn a09_public_jwk_without_alg_is_no_hmac_key() {
    for victim in authors().iter().filter(|victim| victim.alg.kty() != KeyType::Oct) {
        let jwk = Jwk::parse(&victim.bare_jwk().to_string()).unwrap();
        let bound = VerifyingKey::new(jwk.material(), victim.alg, &victim.registry).unwrap();
        let keys = KeySet::from(bound);

        for alg in HMAC_ALGS {
            let wrong_type = KeyError::WrongKeyType {
                alg: alg.name(),
                expected: KeyType::Oct,
                found: victim.alg.kty(),
            };
            let binding = VerifyingKey::new(jwk.material(), alg, &victim.registry).map(drop);
            assert_eq!(binding, Err(wrong_type), "{victim}");
            let token = victim.with_secret(b"", alg).honest();
            assert_eq!(verify(&token, &keys, JwsAlg::ALL), Err(Error::UnknownKey), "{victim}");
        }
        assert_eq!(verify(&victim.honest(), &keys, JwsAlg::ALL), Ok(()), "{victim}");
    }
}

#[test]
fn a10_header_does_not_decide_for_a_set_whose_keys_have_no_alg() {
    for victim in authors_with(JwsAlg::Rs256) {
        let document = json!({ "keys": [victim.bare_jwk()] }).to_string();
        let set = PublicJwkSet::parse(&document).unwrap();
        let listed = [JwsAlg::Hs256, JwsAlg::Hs384, JwsAlg::Hs512, JwsAlg::Rs256, JwsAlg::Es256];
        let (keys, report) = KeySet::from_jwk_set_with(&set, &listed, &victim.registry);
        assert_eq!(report.entries()[0].outcome, Ok(JwsAlg::Rs256));
        assert_eq!(keys.len(), 1);

        let pem = fixture_text("rsa2048.spki.pem");
        let der = fixture("rsa2048.spki.der");
        for secret in [b"", pem.as_bytes(), pem.trim().as_bytes(), &der, document.as_bytes()] {
            for alg in HMAC_ALGS {
                let token = victim.with_secret(secret, alg).honest();
                assert_eq!(verify(&token, &keys, &listed), Err(Error::UnknownKey), "{victim}");
            }
        }
        let pss = victim.with(victim.material.clone(), JwsAlg::Ps256).honest();
        assert_eq!(verify(&pss, &keys, JwsAlg::ALL), Err(Error::UnknownKey), "{victim}");
        assert_eq!(verify(&victim.honest(), &keys, &listed), Ok(()), "{victim}");
    }
}

#[test]
fn a10_set_entry_without_alg_that_fits_two_listed_algorithms_is_not_used() {
    for victim in authors_with(JwsAlg::Rs256) {
        let set = PublicJwkSet::parse(&json!({ "keys": [victim.bare_jwk()] }).to_string()).unwrap();

        let bind = |algs: &[JwsAlg]| KeySet::from_jwk_set_with(&set, algs, &victim.registry);
        let (two, report) = bind(&[JwsAlg::Rs256, JwsAlg::Ps256]);
        assert!(two.is_empty());
        assert_eq!(report.entries()[0].outcome, Err(KeyError::AmbiguousAlg));
        let (one, _) = bind(&[JwsAlg::Rs256]);
        assert_eq!(verify(&victim.honest(), &one, JwsAlg::ALL), Ok(()), "{victim}");
    }
}

#[test]
fn a10_symmetric_key_of_a_published_set_is_not_used() {
    for author in authors_of(KeyType::Oct) {
        let KeyParams::Oct(oct) = author.material.params() else {
            panic!("not a secret");
        };
        let jwk = json!({ "kty": "oct", "k": b64u(oct.k().expose()) });
        let set = PublicJwkSet::parse(&json!({ "keys": [jwk] }).to_string()).unwrap();

        let (keys, report) = KeySet::from_jwk_set_with(&set, JwsAlg::ALL, &author.registry);
        assert_eq!(report.entries()[0].outcome, Err(KeyError::SymmetricKey), "{author}");
        assert_eq!(
            verify(&author.honest(), &keys, JwsAlg::ALL),
            Err(Error::UnknownKey),
            "{author}"
        );
        let own = Jwk::parse(&jwk.to_string()).unwrap();
        let own = VerifyingKey::new(own.material(), author.alg, &author.registry).unwrap();
        assert_eq!(verify(&author.honest(), &KeySet::from(own), JwsAlg::ALL), Ok(()), "{author}");
    }
}

#[test]
fn a11_allow_list_and_executed_algorithm_are_one_value() {
    for bound in authors_with(JwsAlg::Rs512) {
        let keys = bound.keys();
        let lying = bound.token(&json!({ "alg": "RS256" }));
        let other = bound.with(bound.material.clone(), JwsAlg::Rs256);
        let weaker = other.token(&json!({ "alg": "RS512" }));

        let refused = Err(Error::Refused(Refused::Algorithm));
        assert_eq!(verify(&bound.honest(), &keys, &[JwsAlg::Rs256]), refused, "{bound}");
        for algs in [&[JwsAlg::Rs256][..], JwsAlg::ALL] {
            for token in [&lying, &other.honest()] {
                assert_eq!(verify(token, &keys, algs), Err(Error::UnknownKey), "{bound}");
            }
        }
        assert_eq!(verify(&weaker, &keys, JwsAlg::ALL), Err(Error::InvalidSignature), "{bound}");
        assert_eq!(verify(&bound.honest(), &keys, &[JwsAlg::Rs512]), Ok(()), "{bound}");
    }
}

#[test]
fn a17_mixed_allow_list_on_one_public_key_verifies_no_hmac() {
    for victim in authors_with(JwsAlg::Rs256) {
        let allowed = [JwsAlg::Hs256, JwsAlg::Rs256];
        let attacker = victim.with_secret(&fixture("rsa2048.spki.pem"), JwsAlg::Hs256);
        let lying = attacker.token(&json!({ "alg": "RS256" }));

        let keys = victim.keys();
        assert_eq!(verify(&attacker.honest(), &keys, &allowed), Err(Error::UnknownKey), "{victim}");
        assert_eq!(verify(&lying, &keys, &allowed), Err(Error::InvalidSignature), "{victim}");
        assert_eq!(verify(&victim.honest(), &keys, &allowed), Ok(()), "{victim}");
    }
}

#[test]
fn a18_kid_of_a_public_key_with_an_hmac_alg_selects_no_key() {
    for rsa in authors_with(JwsAlg::Rs256) {
        let hmac = rsa.stranger_with_hmac();
        let ring = |hmac_key: VerifyingKey| -> KeySet<_> {
            [rsa.verifying_key().with_kid("rsa-1"), hmac_key].into_iter().collect()
        };
        let named = ring(hmac.verifying_key().with_kid("hs-1"));
        let nameless = ring(hmac.verifying_key());
        let attacker: Author = rsa.with_secret(&fixture("rsa2048.spki.pem"), JwsAlg::Hs256);
        let token = attacker.honest_with_kid("rsa-1");
        let crossed = rsa.honest_with_kid("hs-1");

        assert_eq!(verify(&token, &named, JwsAlg::ALL), Err(Error::UnknownKey), "{rsa}");
        assert_eq!(verify(&crossed, &named, JwsAlg::ALL), Err(Error::UnknownKey), "{rsa}");
        assert_eq!(verify(&token, &nameless, JwsAlg::ALL), Err(Error::InvalidSignature), "{rsa}");
        for honest in [rsa.honest_with_kid("rsa-1"), hmac.honest_with_kid("hs-1")] {
            assert_eq!(verify(&honest, &named, JwsAlg::ALL), Ok(()), "{rsa}");
        }
    }
}
