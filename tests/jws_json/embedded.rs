//! The key that a token carries itself: public, of the algorithm of the header, in the protected header, and nobody's until
//! the caller says whose.

use josie::Error;
use josie::HashAlg;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::KeyError;
use josie::KeySet;
use josie::KeyType;
use josie::Limits;
use josie::Malformed;
use josie::Policy;
use josie::PublicJwk;
use josie::Refused;
use josie::SignedBy;
use josie::UnverifiedJws;
use josie::UnverifiedJwsJson;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::authors;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::by;
use crate::authors::lax;
use crate::authors::merged;
use crate::authors::missing;
use crate::authors::policy;

const PAYLOAD: &[u8] = b"a proof";

/// Everybody who has a public key.
fn public_authors() -> Vec<Author> {
    authors().into_iter().filter(|author| author.alg.kty() != KeyType::Oct).collect()
}

fn bare_jwk(author: &Author) -> Value {
    let mut jwk = serde_json::to_value(author.key.verifying_key().public_jwk().unwrap()).unwrap();
    jwk.as_object_mut().unwrap().retain(|name, _| !["alg", "use", "kid"].contains(&name.as_str()));
    jwk
}

/// The thumbprint of the key in a token with this header, both by the compact and by a JSON form.
fn resolve(author: &Author, header: &Value, policy: &Policy) -> Result<josie::EmbeddedKey, Error> {
    let flattened = author.flattened(header, &b64u(PAYLOAD));
    let text = |name: &str| flattened[name].as_str().unwrap().to_owned();
    let compact = [text("protected"), text("payload"), text("signature")].join(".");
    let compact = UnverifiedJws::parse(&compact, &Limits::default())
        .and_then(|jws| jws.embedded_key(policy, &author.registry));
    let flattened = flattened.to_string();
    let document = UnverifiedJwsJson::parse(&flattened, &Limits::default())?;
    let signature = document.signatures().next().unwrap();
    let embedded = signature.embedded_key(policy, &author.registry);
    let seen = |result: &Result<josie::EmbeddedKey, Error>| match result {
        Ok(embedded) => Ok(embedded.thumbprint().clone()),
        Err(error) => Err(error.clone()),
    };
    assert_eq!(seen(&compact), seen(&embedded), "{author}");
    embedded
}

fn with_jwk(author: &Author, jwk: Value) -> Value {
    author.header_with(json!({ "jwk": jwk }))
}

#[test]
fn key_of_every_algorithm_is_handed_back_with_its_thumbprint() {
    for author in public_authors() {
        let expected = author.key.public_jwk().unwrap().thumbprint(HashAlg::Sha256).unwrap();
        let header = Header::new().with_embedded_jwk();
        let author = author.named("alice");
        let proof = Jws::sign(PAYLOAD, &header, &author.key).unwrap();
        let document = JwsBuilder::new().signature(&header, &author.key).general(PAYLOAD).unwrap();

        let unverified = UnverifiedJws::parse(&proof, &Limits::default()).unwrap();
        let embedded = unverified.embedded_key(&policy(), &author.registry).unwrap();

        assert_eq!(*embedded.thumbprint(), expected, "{author}");
        assert_eq!((embedded.key().alg(), embedded.key().kid()), (author.alg, None));
        assert_eq!(embedded.jwk().thumbprint(HashAlg::Sha256).unwrap(), expected);
        let keys = KeySet::from(embedded.key().clone());
        assert_eq!(unverified.verify(&keys, &policy()).unwrap().payload(), PAYLOAD);
        let unverified = UnverifiedJwsJson::parse(&document, &Limits::default()).unwrap();
        let signature = unverified.signatures().next().unwrap();
        let embedded = signature.embedded_key(&policy(), &author.registry).unwrap();
        assert_eq!(*embedded.thumbprint(), expected);
        assert_eq!(unverified.verify(&keys, &policy()).unwrap().payload(), PAYLOAD);
    }
}

#[test]
fn private_key_is_refused() {
    for author in public_authors() {
        let public = bare_jwk(&author);
        assert!(resolve(&author, &with_jwk(&author, public), &policy()).is_ok(), "{author}");

        let private = author.key.material().to_private_jwk().unwrap();
        let mut private: Value = serde_json::from_str(private.expose()).unwrap();
        for name in ["alg", "use", "kid"] {
            private.as_object_mut().unwrap().remove(name);
        }

        let error = resolve(&author, &with_jwk(&author, private), &policy()).unwrap_err();
        assert_eq!(error, Error::EmbeddedKey(Box::new(KeyError::PublicKeyNeeded)), "{author}");
    }
}

#[test]
fn symmetric_key_is_refused_whatever_the_algorithm() {
    for author in authors() {
        let jwk = json!({ "kty": "oct", "k": b64u([0x5a; 64]) });
        let error = resolve(&author, &with_jwk(&author, jwk), &policy()).unwrap_err();
        assert_eq!(error, Error::EmbeddedKey(Box::new(KeyError::SymmetricKey)), "{author}");
    }
}

#[test]
fn missing_key_or_one_that_is_not_protected_is_no_key() {
    for author in authors_with(JwsAlg::Es256) {
        let missing = Error::Malformed(Malformed::MissingParameter("jwk"));
        assert_eq!(resolve(&author, &author.header(), &policy()).unwrap_err(), missing);
        let other = author.header_with(json!({ "JWK": bare_jwk(&author), "x5c": [] }));
        assert_eq!(resolve(&author, &other, &policy()).unwrap_err(), missing);

        let document = author.flattened(&author.header(), &b64u(PAYLOAD));
        let unprotected = merged(document, json!({ "header": { "jwk": bare_jwk(&author) } }));
        let text = unprotected.to_string();
        let parsed = UnverifiedJwsJson::parse(&text, &Limits::default()).unwrap();
        let signature = parsed.signatures().next().unwrap();
        assert!(signature.unprotected().param("jwk").is_some());
        let error = signature.embedded_key(&policy(), &author.registry).unwrap_err();
        assert_eq!(error, missing);
        assert!(resolve(&author, &with_jwk(&author, bare_jwk(&author)), &policy()).is_ok());
    }
}

#[test]
fn key_for_another_algorithm_is_refused() {
    for author in authors_with(JwsAlg::Es256) {
        let of = |alg| Author::new(author.name, author.registry, alg);
        let reason = |jwk: Value| match resolve(&author, &with_jwk(&author, jwk), &policy()) {
            Err(Error::EmbeddedKey(reason)) => *reason,
            other => panic!("{other:?}"),
        };

        assert!(matches!(reason(bare_jwk(&of(JwsAlg::Es384))), KeyError::WrongCurve { .. }));
        assert!(matches!(reason(bare_jwk(&of(JwsAlg::Ed25519))), KeyError::WrongKeyType { .. }));
        assert!(matches!(reason(bare_jwk(&of(JwsAlg::Rs256))), KeyError::WrongKeyType { .. }));
        let own = bare_jwk(&author);
        let named = |members| merged(own.clone(), members);
        assert!(matches!(reason(named(json!({ "alg": "ES384" }))), KeyError::AlgMismatch { .. }));
        assert_eq!(reason(named(json!({ "use": "enc" }))), KeyError::UseMismatch);
        assert_eq!(reason(named(json!({ "key_ops": ["sign"] }))), KeyError::KeyOpsMismatch);
        assert_eq!(
            reason(named(json!({ "y": own["x"] }))),
            KeyError::InvalidPoint(josie::Curve::P256)
        );
        for no_jwk in [json!(null), json!("x"), json!([own]), json!(1)] {
            let error = reason(no_jwk);
            assert_eq!(error, KeyError::Jwk(josie::JwkError::NotAnObject));
        }
        assert!(
            resolve(&author, &with_jwk(&author, named(json!({ "alg": "ES256" }))), &policy())
                .is_ok()
        );
    }
}

#[test]
fn name_of_the_key_satisfies_nobody_who_asks_for_it() {
    for author in authors_with(JwsAlg::Ed25519) {
        let jwk = merged(bare_jwk(&author), json!({ "kid": "alice" }));
        let header = author.header_with(json!({ "jwk": jwk, "kid": "alice" }));
        let document = author.flattened(&header, &b64u(PAYLOAD)).to_string();
        let embedded = resolve(&author, &header, &policy()).unwrap();
        assert_eq!(embedded.key().kid(), None);
        let keys = KeySet::from(embedded.key().clone());

        let kids = by(SignedBy::kids(["alice"]));
        let error = JwsJson::verify(&document, &keys, &kids).unwrap_err();
        assert_eq!(error, missing([Ok(())]));
        // Once the caller knows whose it is, it is for the caller to say so.
        let thumbprint = PublicJwk::parse(&jwk.to_string()).unwrap().thumbprint(HashAlg::Sha256);
        assert_eq!(*embedded.thumbprint(), thumbprint.unwrap());
        let named = KeySet::from(embedded.key().clone().with_kid("alice"));
        assert!(JwsJson::verify(&document, &named, &kids).is_ok());
    }
}

#[test]
fn header_that_the_policy_refuses_is_refused_before_its_key_is_looked_at() {
    for author in authors_with(JwsAlg::Es256) {
        let strict = Policy::signed(&[JwsAlg::EdDsa]).build().unwrap();
        let typed = lax().typ("dpop+jwt").build().unwrap();
        let broken = with_jwk(&author, json!({ "kty": "EC", "crv": "P-256", "x": "!" }));
        let critical = merged(broken.clone(), json!({ "crit": ["x"], "x": 1 }));
        let absent = author.header();

        for (header, policy, reason) in [
            (&broken, &strict, Refused::Algorithm),
            (&absent, &strict, Refused::Algorithm),
            (&broken, &typed, Refused::Type),
            (&critical, &policy(), Refused::Critical),
        ] {
            let error = resolve(&author, header, policy).unwrap_err();
            assert_eq!(error, Error::Refused(reason), "{header}");
        }
        assert!(matches!(resolve(&author, &broken, &policy()), Err(Error::EmbeddedKey(_))));
        let honest = with_jwk(&author, bare_jwk(&author));
        assert!(resolve(&author, &honest, &policy()).is_ok());
    }
}

#[test]
fn entry_whose_algorithm_is_unknown_has_no_key() {
    for author in authors_with(JwsAlg::Es256) {
        for (header, reason) in [
            (json!({ "alg": "XY512" }), Refused::UnknownAlgorithm),
            (json!({}), Refused::UnprotectedAlgorithm),
        ] {
            let protected = b64u(merged(header, json!({ "jwk": bare_jwk(&author) })).to_string());
            let mut entry = json!({ "payload": "", "protected": protected, "signature": "AA" });
            if reason == Refused::UnprotectedAlgorithm {
                entry = merged(entry, json!({ "header": { "alg": "ES256" } }));
            }
            let text = entry.to_string();
            let parsed = UnverifiedJwsJson::parse(&text, &Limits::default()).unwrap();
            let signature = parsed.signatures().next().unwrap();
            let error = signature.embedded_key(&policy(), &author.registry).unwrap_err();
            assert_eq!(error, Error::Refused(reason));
        }
        let honest = with_jwk(&author, bare_jwk(&author));
        assert!(resolve(&author, &honest, &policy()).is_ok());
    }
}

#[test]
fn embedded_key_is_no_key_for_verifying_by_itself() {
    for author in authors_with(JwsAlg::Es256) {
        let header = with_jwk(&author, bare_jwk(&author));
        let document = author.flattened(&header, &b64u(PAYLOAD)).to_string();
        let nobody: KeySet<_> = [].into_iter().collect();

        let error = JwsJson::verify(&document, &nobody, &policy()).unwrap_err();
        assert_eq!(error, Error::UnknownKey);
        let stranger = Author::new(author.name, author.registry, author.alg);
        let error = JwsJson::verify(&document, &stranger.keys(), &policy()).unwrap_err();
        assert_eq!(error, Error::InvalidSignature);
        assert!(JwsJson::verify(&document, &author.keys(), &policy()).is_ok());
    }
}
